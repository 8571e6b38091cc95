"""Corpora, layers, records: exact offsets, no leaks, errors with file and line."""

from csv import DictReader

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score

from framescope.techniques import TECHNIQUES
from framescope_data import CORPORA, checksum, load, records, without_leaks
from framescope_data.corpora import DEV, TEST, TRAIN
from framescope_data.fakes import part_of
from framescope_data.files import STARTER
from framescope_data.layers import LayerError, read_layer
from framescope_data.ptc import read_ptc_human
from framescope_data.records import normalise
from framescope_data.values import Annotation, Document

HEADER = "doc_id\tstart\tend\tlabel\tkind\tborderline\tquoted\treader\n"


def _document(text, *annotations, lines=True):
    return Document("d", text, annotations, "own", lines=lines)


@given(st.text(alphabet="ab \n\r\u2028é—", max_size=60))
def test_lines_become_records_with_exact_offsets(text):
    for record in records([_document(text)]):
        assert text[record.start : record.start + len(record.text)] == record.text
        assert record.text == record.text.strip() != ""


def test_annotations_are_cut_to_their_sentences():
    text = "Sources said.\nThe regime fell."
    mark = Annotation("loaded_label", text.index("said"), text.index(" fell"), borderline=True)
    first, second = records([_document(text, mark)])
    assert [first.text[a.start : a.end] for a in first.annotations] == ["said."]
    assert [second.text[a.start : a.end] for a in second.annotations] == ["The regime"]
    assert second.targets == (0.6, 0.0, 0.0)
    assert second.gold == (True, False, False)


def test_what_was_not_looked_for_is_masked():
    document = Document("d", "A line.", (), "own", labelled=frozenset(["emotive_term"]))
    assert next(records([document])).mask == (False, False, True)


def test_no_sentence_of_dev_or_test_stays_in_train():
    train = list(records([_document("The regime fell.\nOther words.")]))
    dev = list(records([_document("“THE REGIME FELL”")]))
    assert [record.text for record in without_leaks(train, dev)] == ["Other words."]
    assert normalise("Ｔhe  “regime”, fell!") == "the regime fell"


def test_the_checksum_tells_any_change():
    first = _document("A line.", Annotation("loaded_label", 0, 1))
    assert checksum([first]) == checksum([first])
    assert checksum([first]) != checksum([_document("A line.")])


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("x\t5\t3\tloaded_label\t\t0\t0\ta", ":2: offsets 5-3"),
        ("x\t1\t3\tslur\t\t0\t0\ta", ":2: unknown technique 'slur'"),
        ("x\t1\t3\tloaded_label\trumour\t0\t0\ta", ":2: unknown kind"),
        ("x\t1\t3\tloaded_label\t\tyes\t0\ta", ":2: borderline must be 0 or 1"),
        ("x\t1", ":2:"),
    ],
)
def test_a_bad_layer_names_file_and_line(tmp_path, row, message):
    path = tmp_path / "layer.tsv"
    path.write_text(f"{HEADER}{row}\n", encoding="utf-8")
    with pytest.raises(LayerError, match=f"layer.tsv{message}"):
        read_layer(path)


def test_a_bad_line_of_ptc_labels_is_named(tmp_path):
    (tmp_path / "article7.txt").write_text("A line.\n", encoding="utf-8")
    (tmp_path / "article7.labels.tsv").write_text("7\tDoubt\t0\t1\n7\tDoubt\n", encoding="utf-8")
    with pytest.raises(LayerError, match=r"article7\.labels\.tsv:2"):
        list(read_ptc_human(tmp_path))


def test_an_unknown_corpus_lists_the_known_ones(tmp_path):
    with pytest.raises(ValueError, match="ptc-train"):
        load("ptc", tmp_path)


def test_missing_texts_are_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="ptc/dev"):
        load("ptc-dev", tmp_path)


def test_starter_splits_share_no_event_and_no_sentence(tmp_path):
    splits = {split: load(f"starter-{split}", tmp_path) for split in ("train", "dev", "test")}
    sentences = {
        split: [normalise(record.text) for record in records(documents)]
        for split, documents in splits.items()
    }
    assert sum(map(len, sentences.values())) >= 600
    assert not set(sentences["train"]) & {*sentences["dev"], *sentences["test"]}
    for documents in splits.values():
        gold = [record.gold for record in records(documents)]
        assert all(sum(row[i] for row in gold) >= 10 for i in range(len(TECHNIQUES)))


def test_the_second_reading_of_the_starter_corpus_agrees():
    """The kappas of its README, from the files: sentence by sentence, over those read twice."""
    first, second = (read_layer(STARTER / f"{name}.tsv") for name in ("layer", "second-reading"))
    with (STARTER / "second-reading.sentences.tsv").open(encoding="utf-8") as file:
        places = [
            (r["doc_id"], int(r["start"]), int(r["end"])) for r in DictReader(file, delimiter="\t")
        ]

    def marked(layer, technique):
        return [
            any(a.technique == technique and start <= a.start < end for a in layer.get(id, ()))
            for id, start, end in places
        ]

    kappas = [cohen_kappa_score(marked(first, t), marked(second, t)) for t in TECHNIQUES]
    assert len(places) == 150
    assert [round(kappa, 2) for kappa in kappas] == [1.0, 1.0, 0.98]


def test_every_corpus_loads_and_every_mark_holds_words(corpora):
    for name in CORPORA:
        for document in load(name, corpora):
            for mark in document.annotations:
                assert document.text[mark.start : mark.end].strip(), (name, document.id, mark)


def test_the_splits_have_the_sizes_of_the_datasheet(corpora):
    def counts(name):
        rows = list(records(load(name, corpora)))
        return len(rows), *(sum(row.gold[i] for row in rows) for i in range(3))

    assert counts("ptc-dev") == (3177, 303, 117, 433)
    assert counts("ptc-test") == (2587, 200, 154, 404)
    assert {part_of(document.id) for document in load("fakes-dev", corpora)} == {"dev"}


def test_no_leak_is_left_in_the_training_text(corpora):
    held_out = [r for name in (*DEV, *TEST) for r in records(load(name, corpora))]
    train = [r for name in TRAIN for r in records(load(name, corpora))]
    seen = {normalise(record.text) for record in held_out}
    assert not any(normalise(record.text) in seen for record in without_leaks(train, held_out))
