"""`framescope-data`: what it counts, what it finds fault with, and its exit codes."""

import json
import shutil

import pytest

from framescope_data.check import check
from framescope_data.cli import main
from framescope_data.jsonl import write_jsonl
from framescope_data.layers import LayerError
from framescope_data.layouts import find
from framescope_data.sources import SOURCES
from framescope_data.values import Annotation, Document

FIRST = "The regime fell. Nobody came. Nobody came!"
SECOND = "Nobody came. Sources said it rained."


def document(id, text, *marks):
    annotations = (
        Annotation(technique, text.index(words), text.index(words) + len(words))
        for technique, words in marks
    )
    return Document(id, text, tuple(annotations), "own", lines=False)


@pytest.fixture
def own(tmp_path):
    """Two splits of our own in JSON Lines."""
    train = [document("a", FIRST, ("loaded_label", "The regime"))]
    test = [document("b", SECOND, ("unverified_attribution", "Sources said"))]
    write_jsonl(train, tmp_path / "train.jsonl")
    write_jsonl(test, tmp_path / "test.jsonl")
    return tmp_path


def article(directory, id, text, *labels):
    directory.mkdir(parents=True, exist_ok=True)
    (directory / f"article{id}.txt").write_text(text)
    rows = ("\t".join((id, *map(str, label))) + "\n" for label in labels)
    (directory / f"article{id}.labels.tsv").write_text("".join(rows))


def test_counts_repeats_and_overlaps(own):
    result = check(own)
    test, train = result.corpora
    assert result.ok
    assert (train.name, train.documents, train.sentences, train.repeats) == ("train.jsonl", 1, 3, 1)
    assert [(c.technique, c.spans, round(c.prevalence, 3)) for c in train.classes] == [
        ("loaded_label", 1, 0.333),
        ("unverified_attribution", 0, 0.0),
        ("emotive_term", 0, 0.0),
    ]
    assert test.classes[1].prevalence == 0.5
    (overlap,) = result.overlaps
    assert (overlap.left, overlap.right, overlap.sentences) == ("test.jsonl", "train.jsonl", 1)


def test_techniques_nobody_looked_for_have_no_prevalence(tmp_path):
    article(tmp_path, "1", FIRST, ("Loaded_Language", 4, 10))
    (corpus,) = check(tmp_path).corpora
    assert [c.technique for c in corpus.classes] == ["loaded_label", "emotive_term"]


def test_misaligned_offsets_are_listed_with_their_documents(tmp_path, capsys):
    article(tmp_path, "1", FIRST, ("Loaded_Language", 4, 10))
    article(tmp_path, "2", FIRST, ("Loaded_Language", 4, 11), ("Loaded_Language", 40, 900))
    article(tmp_path, "3", FIRST, ("Name_Calling,Labeling", 3, 4))
    result = check(tmp_path)
    assert [(p.document, p.message.split(" ", 2)[1]) for p in result.problems] == [
        ("2", "4-11"),
        ("2", "40-900"),
        ("3", "3-4"),
    ]
    assert main(["check", str(tmp_path)]) == 1
    out = capsys.readouterr().out
    assert "ptc-human 2: emotive_term 40-900 runs past the text" in out
    assert "ptc-human 3: loaded_label 3-4 marks no words" in out


def test_every_bad_line_of_own_annotations_is_told(own):
    good = json.loads((own / "train.jsonl").read_text())
    rows = [good | {"id": "c", "spans": [{}]}, good | {"id": "d"}, good | {"id": "e", "text": "x"}]
    (own / "train.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    result = check(own)
    assert [c.documents for c in result.corpora] == [1, 1]
    assert [p.message.split("train.jsonl:")[1][0] for p in result.problems] == ["1", "3"]


def test_a_document_in_two_splits_or_twice_is_a_problem(own):
    write_jsonl([document("a", FIRST), document("a", SECOND)], own / "test.jsonl")
    messages = [(p.document, p.message) for p in check(own).problems]
    assert ("a", "2 documents have this id") in messages
    write_jsonl([document("a", FIRST)], own / "test.jsonl")
    (problem,) = check(own).problems
    assert problem.message == "stands in test.jsonl, train.jsonl too"


def test_splits_below_one_folder_are_found(tmp_path):
    for split in ("dev", "train"):
        article(tmp_path / split, f"1{split}", FIRST)
    assert [found.name for found in find(tmp_path)] == ["dev/ptc-human", "train/ptc-human"]


def test_known_releases_are_told_apart(tmp_path):
    for folder, labels, name in (
        ("train-articles", "train-labels-FLC", "article1.task-FLC.labels"),
        (
            "dev-articles-subtask-3",
            "dev-labels-subtask-3-spans",
            "article1-labels-subtask-3.txt",
        ),
    ):
        article(tmp_path / folder, "1", FIRST)
        (tmp_path / folder / "article1.labels.tsv").unlink()
        (tmp_path / labels).mkdir()
        (tmp_path / labels / name).write_text("1\tLoaded_Language\t4\t10\n")
    result = check(tmp_path)
    assert result.corpora[0].name == "train-articles"
    assert [c.classes[1].spans for c in result.corpora] == [1, 1]


def test_nothing_known_here(tmp_path, capsys):
    with pytest.raises(LayerError, match="Known:"):
        check(tmp_path)
    assert main(["check", str(tmp_path)]) == 2
    assert main(["check", str(tmp_path / "nowhere")]) == 2
    assert "not a directory" in capsys.readouterr().err


def test_fetch_help_names_every_source_and_its_terms(capsys):
    assert main(["fetch-help"]) == 0
    out = capsys.readouterr().out
    for source in SOURCES:
        assert source.name in out
        assert source.home in out
        assert source.terms in out


def test_the_corpora_pass(corpora, capsys):
    assert main(["check", str(corpora)]) == 0
    out = capsys.readouterr().out
    assert "ptc-test " in out
    assert "all offsets fit" in out


def test_one_corpus_of_them_passes(corpora):
    assert [c.name for c in check(corpora / "ptc").corpora] == [
        "dev/ptc-human",
        "test/ptc-human",
        "train/ptc-human",
    ]
    assert check(corpora / "babe").corpora[0].documents == 3674
    assert len(check(corpora / "checkthat-subjectivity").corpora) == 4


def test_an_altered_corpus_is_told_article_by_article(corpora, tmp_path):
    shutil.copytree(corpora / "ptc/dev", tmp_path / "ptc/dev", copy_function=shutil.copyfile)
    (tmp_path / "ptc").chmod(0o755)
    (tmp_path / "ptc/dev").chmod(0o755)
    changed = sorted((tmp_path / "ptc/dev").glob("article*.txt"))[:2]
    for path in changed:
        path.write_text(path.read_text(encoding="utf-8") + "One more line.\n", encoding="utf-8")
    changed[1].rename(changed[1].with_name("article999999999.txt"))
    told = [(p.document, p.message) for p in check(tmp_path).problems if p.corpus == "ptc-dev"]
    ids = [path.stem.removeprefix("article") for path in changed]
    assert [id for id, _ in told] == [*ids, "999999999"]
    assert "another text" in told[0][1]
