"""Readers and writers of other formats, on small files of ours and, where they are, the corpora."""

import json
from collections import Counter

import pyarrow as pa
import pytest
from pyarrow import parquet

from framescope_data.anno_lexical import read_anno_lexical
from framescope_data.babe import read_babe
from framescope_data.checkthat2024 import read_checkthat2024
from framescope_data.corpora import CORPORA, SOFT, load
from framescope_data.files import ANNOTATIONS
from framescope_data.layers import LayerError, read_layer
from framescope_data.layouts import _TREE
from framescope_data.nlp4if import read_flc, read_slc
from framescope_data.pool import pool_id, read_pool, read_pool_layer
from framescope_data.ptc import twin_of
from framescope_data.records import records
from framescope_data.semeval2023 import read_semeval2023
from framescope_data.subjectivity import read_subjectivity

TEXT = "The Regime Fell\n\nThe thugs “butchered” them 😀, sources said.\nNobody came.\n"


def marked(document):
    return [(a.technique, document.text[a.start : a.end]) for a in document.annotations]


def span(words, text=TEXT):
    return text.index(words), text.index(words) + len(words)


def write(path, *rows):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join("\t".join(map(str, row)) + "\n" for row in rows), encoding="utf-8")


# NLP4IF-2019, SemEval-2023


def test_flc_gives_our_two_techniques_and_trims_white_space(tmp_path):
    start, end = span("thugs")
    (tmp_path / "train-articles").mkdir()
    (tmp_path / "train-articles/article700000001.txt").write_text(TEXT, encoding="utf-8")
    write(
        tmp_path / "train-labels-FLC/article700000001.task-FLC.labels",
        ("700000001", "Name_Calling,Labeling", start - 1, end + 1),
        ("700000001", "Loaded_Language", *span("butchered")),
        ("700000001", "Doubt", 0, 3),
    )
    (document,) = read_flc(tmp_path / "train-articles", tmp_path / "train-labels-FLC")
    assert marked(document) == [("loaded_label", "thugs"), ("emotive_term", "butchered")]
    assert document.labelled == {"loaded_label", "emotive_term"}
    assert [r.text for r in records([document])][-1] == "Nobody came."


def test_flc_refuses_one_article_and_goes_on_if_told_to(tmp_path):
    for id, last in (("1", 3), ("2", len(TEXT) + 1), ("3", 3)):
        (tmp_path / f"article{id}.txt").write_text(TEXT, encoding="utf-8")
        write(tmp_path / f"article{id}.task-FLC.labels", (id, "Loaded_Language", 0, last))
    (tmp_path / "article4.txt").write_text(TEXT, encoding="utf-8")
    errors = []
    assert [d.id for d in read_flc(tmp_path, tmp_path, errors.append)] == ["1", "3"]
    assert "article2.task-FLC.labels: emotive_term 0-" in str(errors[0])
    assert "article4.task-FLC.labels: missing" in str(errors[1])
    with pytest.raises(LayerError, match="one release"):
        list(read_flc(tmp_path, tmp_path))


def test_labels_that_are_no_labels_are_told_by_line(tmp_path):
    (tmp_path / "article1.txt").write_text(TEXT, encoding="utf-8")
    write(tmp_path / "article1.task-FLC.labels", ("1", "Doubt", 0, 3), ("1", "Doubt", "²", 3))
    with pytest.raises(LayerError, match=r"labels:2: expected id"):
        list(read_flc(tmp_path, tmp_path))
    with pytest.raises(FileNotFoundError, match="no article"):
        list(read_flc(tmp_path / "nowhere", tmp_path))


def test_slc(tmp_path):
    path = tmp_path / "train.task-SLC.labels"
    write(path, ("7", 1, "non-propaganda"), ("7", 3, "propaganda"))
    assert [(s.document_id, s.line, s.propaganda) for s in read_slc(path)] == [
        ("7", 1, False),
        ("7", 3, True),
    ]
    write(path, ("7", 1, "?"))
    with pytest.raises(LayerError, match=r"labels:1: .*template"):
        list(read_slc(path))


def test_semeval2023(tmp_path):
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles/article2.txt").write_text(TEXT, encoding="utf-8")
    write(
        tmp_path / "spans/article2-labels-subtask-3.txt",
        ("2", "Name_Calling-Labeling", *span("The Regime")),
        ("2", "Appeal_to_Hypocrisy", 0, 9),
        ("2", "Loaded_Language", *span("butchered")),
    )
    (document,) = read_semeval2023(tmp_path / "articles", tmp_path / "spans")
    assert marked(document) == [("loaded_label", "The Regime"), ("emotive_term", "butchered")]


# CheckThat! 2024


def checkthat(words, last=None, quoted=None):
    start, end = span(words)
    last = end - 1 if last is None else last
    return {"technique": "Loaded_Language", "start": start, "end": last, "text": quoted or words}


@pytest.mark.parametrize("as_lines", [True, False])
def test_checkthat2024_ends_are_inclusive(tmp_path, as_lines):
    other = {"technique": "Doubt", "start": 0, "end": 10**6}
    rows = [
        {"id": 5, "text": TEXT, "labels": [checkthat("butchered"), other]},
        {"id": "6", "text": "It rained.", "labels": []},
    ]
    path = tmp_path / "test.json"
    path.write_text("\n".join(map(json.dumps, rows)) if as_lines else json.dumps(rows, indent=1))
    first, second = read_checkthat2024(path)
    assert marked(first) == [("emotive_term", "butchered")]
    assert (first.id, second.id, second.annotations) == ("5", "6", ())


def test_checkthat2024_with_exclusive_ends_is_refused(tmp_path):
    path = tmp_path / "test.json"
    wrong = {
        "other words": checkthat("butchered", span("butchered")[1]),
        "does not fit": checkthat("sources", span("sources")[1]),
    }
    for message, label in wrong.items():
        path.write_text(json.dumps([{"id": "5", "text": TEXT, "labels": [label]}]))
        with pytest.raises(LayerError, match=f"document 5: .*{message}.*take 1 from each"):
            list(read_checkthat2024(path))


def test_checkthat2024_that_is_something_else(tmp_path):
    path = tmp_path / "test.json"
    for content in ('{"id": 1}', "[3]", '{"id": 1, "text": "a", "labels": [{"technique": 1}]}'):
        path.write_text(content.replace('{"technique": 1}', "3"))
        with pytest.raises(LayerError, match="expected id, text and labels"):
            list(read_checkthat2024(path))
    path.write_text("{")
    with pytest.raises(LayerError, match="not JSON"):
        list(read_checkthat2024(path))


# Sentences with labels of other kinds


def test_babe_finds_its_words(tmp_path):
    path = tmp_path / "final_labels_SG2.csv"
    path.write_text(
        "\ufefftext;news_link;outlet;topic;type;label_bias;label_opinion;biased_words\r\n"
        '"The ""Thugs"" met; thugs, not Thuggery.";;;;;Biased;;'
        "['thugs', 'absent', '\"met\"']\r\n"
        "It rained.;;;;;Non-biased;;[]\r\n",
        encoding="utf-8",
        newline="",
    )
    biased, plain = read_babe(path)
    assert [biased.text[a:b] for a, b in biased.words] == ["Thugs", "met", "thugs"]
    assert (biased.label, plain.label, plain.words) == ("biased", "non-biased", ())
    assert biased.document.source == "babe-biased"
    assert not any(next(records([biased.document])).mask)
    path.write_text("text;label_bias;biased_words\na;Biased;[\n")
    with pytest.raises(LayerError, match=":2: biased_words"):
        list(read_babe(path))


def test_subjectivity_reads_quoted_fields_in_any_order_of_columns(tmp_path):
    path = tmp_path / "train_en.tsv"
    path.write_text('sentence\tlabel\tsentence_id\n"""No,"" she said."\tOBJ\ts1\nVile!\tSUBJ\ts2\n')
    assert [(s.id, s.text, s.label) for s in read_subjectivity(path)] == [
        ("s1", '"No," she said.', "objective"),
        ("s2", "Vile!", "subjective"),
    ]
    path.write_text("sentence_id\tsentence\ns1\tVile!\n")
    with pytest.raises(LayerError, match="unlabelled"):
        list(read_subjectivity(path))


def test_anno_lexical(tmp_path):
    path = tmp_path / "anno-lexical-dev.parquet"
    columns = {"text": ["Vile!", "It rained."], "label": [1, 0], "sentence_id": ["a", "b"]}
    parquet.write_table(pa.table({**columns, "source_name": ["x", "y"]}), path)
    assert [(s.id, s.text, s.label) for s in read_anno_lexical(path)] == [
        ("a", "Vile!", "biased"),
        ("b", "It rained.", "non-biased"),
    ]
    parquet.write_table(pa.table({"text": ["a"]}), path)
    with pytest.raises(LayerError, match="expected"):
        list(read_anno_lexical(path))


# PTC and the corpora


def test_twins_are_told_by_their_trailing_nine():
    assert twin_of("7383612089") == "738361208"
    assert twin_of("738361209") == "738361209"
    twins = read_layer(ANNOTATIONS / "ptc-twins.tsv")
    assert all(len(twin_of(id)) == 9 for id in twins)


def test_every_corpus_has_a_place(tmp_path):
    ours = ("starter", "drills")
    assert set(_TREE) == {name for name in CORPORA + SOFT if not name.startswith(ours)}
    with pytest.raises(ValueError, match="subjectivity-train"):
        load("nothing", tmp_path)


def test_soft_corpora(corpora):
    babe = list(read_babe(corpora / "babe/final_labels_SG2.csv"))
    assert Counter(s.label for s in babe) == {"biased": 1810, "non-biased": 1863, "undecided": 1}
    assert len({s.id for s in babe}) == 3674
    assert sum(bool(s.words) for s in babe if s.label == "biased") > 1600
    sizes = {name: len(load(name, corpora)) for name in SOFT}
    assert sizes == {
        "babe": 3674,
        "subjectivity-train": 830,
        "subjectivity-dev": 462,
        "subjectivity-devtest": 484,
        "subjectivity-test": 300,
    }


def _pool(tmp_path, *texts):
    path = tmp_path / "sentences.jsonl"
    path.write_text("".join(json.dumps({"text": text}) + "\n" for text in texts), "utf-8")
    return path


def test_the_pool_is_read_once_a_sentence_and_unlabelled(tmp_path):
    documents = list(read_pool(_pool(tmp_path, "The regime fell.", "A line.", "A line.")))
    assert [document.text for document in documents] == ["The regime fell.", "A line."]
    assert documents[0].id == pool_id("The regime fell.")
    assert all(document.labelled == frozenset() for document in documents)


def test_a_pool_layer_gives_the_sentences_that_were_read(tmp_path):
    path = _pool(tmp_path, "The regime fell.", "Nobody read this.", "A line.")
    regime, line = pool_id("The regime fell."), pool_id("A line.")
    layer, ids = tmp_path / "layer.tsv", tmp_path / "ids.txt"
    layer.write_text(
        "doc_id\tstart\tend\tlabel\tkind\tborderline\tquoted\treader\n"
        f"{regime}\t4\t10\tloaded_label\t\t0\t0\tone\n",
        encoding="utf-8",
    )
    ids.write_text(f"{regime}\n{line}\n", encoding="utf-8")
    first, second = read_pool_layer(path, layer, ids)
    assert (first.id, len(first.annotations), len(first.labelled)) == (regime, 1, 3)
    assert (second.id, second.annotations) == (line, ())

    ids.write_text(f"{regime}\n{line}\npool-0000000000000000\n", encoding="utf-8")
    with pytest.raises(LayerError, match="lacks 1 of the sentences"):
        list(read_pool_layer(path, layer, ids))
    ids.write_text(f"{line}\n", encoding="utf-8")
    with pytest.raises(LayerError, match="has marks but is not listed"):
        list(read_pool_layer(path, layer, ids))
