"""Releases that match the checksums, and releases that do not: told article by article."""

import hashlib
import json
import shutil
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from framescope.techniques import TECHNIQUES
from framescope_data.alignment import check_release, read_checksums, write_checksums
from framescope_data.files import ANNOTATIONS
from framescope_data.layers import LayerError, read_layer
from framescope_data.ptc import twin_of

KINDS = ("anonymous", "vague", "hearsay")
ARTICLES = {
    "ptc/train/article700000001.txt": "The mayor spoke.\nNobody “listened”.\n",
    "ptc/dev/article700000002.txt": "Sources said it rained.\n",
    "ptc/test/article700000003.txt": "It was dry.\nThe regime fell.\n",
    "fakes/fakes-1.txt": "A convoy left the town at noon.\n",
}
SENTENCES = {"pool-1": "The bridge – the old one – is closed.", "pool-2": "He is said to be rich."}


@pytest.fixture
def release(tmp_path):
    """A small release of ours in the layout of the corpora, and its checksums."""
    root = tmp_path / "corpora"
    for name, text in ARTICLES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(text.encode())
    (root / "general").mkdir()
    _write_sentences(root, SENTENCES)
    write_checksums(root, tmp_path / "checksums.tsv")
    return root, tmp_path / "checksums.tsv"


def test_unaltered_release_passes(release):
    alignment = check_release(*release)
    assert alignment.ok
    assert {f.state for f in alignment.findings} == {"match"}
    assert len(alignment.findings) == 6


def test_altered_release_is_told_article_by_article(release):
    root, checksums = release
    (root / "ptc/train/article700000001.txt").write_bytes(b"The mayor  spoke.\n")
    (root / "ptc/dev/article700000002.txt").unlink()
    _write_sentences(root, SENTENCES | {"pool-2": "He is said to be  rich."})
    alignment = check_release(root, checksums)
    assert [(f.corpus, f.id, f.state) for f in alignment.problems] == [
        ("general-train", "pool-2", "differs"),
        ("ptc-dev", "700000002", "missing"),
        ("ptc-train", "700000001", "differs"),
    ]
    assert alignment.count("general-train", "match") == 1
    assert str(alignment.problems[2]).startswith("ptc-train 700000001: another text")


def test_line_endings_alone_are_named_and_harmless(release):
    root, checksums = release
    path = root / "ptc/test/article700000003.txt"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    alignment = check_release(root, checksums)
    assert alignment.ok
    assert alignment.count("ptc-test", "line_endings") == 1


def test_doubled_id_with_the_same_text_is_a_twin(release):
    root, checksums = release
    text = (root / "ptc/train/article700000001.txt").read_bytes()
    (root / "ptc/train/article7000000019.txt").write_bytes(text)
    (root / "ptc/train/article7000000029.txt").write_bytes(b"Not the article of that id.\n")
    found = [(f.id, f.state, f.other) for f in check_release(root, checksums).problems]
    assert found == [("7000000019", "twin", "700000001"), ("7000000029", "unlisted", "")]


def test_article_of_another_split_is_misplaced_there_and_missing_here(release):
    root, checksums = release
    name = "article700000003.txt"
    shutil.move(root / "ptc/test" / name, root / "ptc/train" / name)
    alignment = check_release(root, checksums)
    assert [(f.corpus, f.state, f.other) for f in alignment.problems] == [
        ("ptc-test", "missing", ""),
        ("ptc-train", "misplaced", "ptc-test"),
    ]


def test_absent_corpora_are_missing_throughout(release, tmp_path):
    states = Counter(f.state for f in check_release(tmp_path / "nothing", release[1]).findings)
    assert states == {"missing": 6}


@pytest.mark.parametrize("line", ["no json", "[]", "{}", '{"id": "pool-1", "text": 3}'])
def test_broken_sentence_file_is_named_with_its_line(release, line):
    root, checksums = release
    (root / "general/train.jsonl").write_text(line + "\n")
    with pytest.raises(LayerError, match=r"train\.jsonl:1: expected an object"):
        check_release(root, checksums)


@pytest.mark.parametrize(
    ("content", "message"), [("a\tb\n", ":1: expected the"), ("corpus\tdoc_id\tsha256\nx\n", ":2:")]
)
def test_broken_list_is_named_with_its_line(tmp_path, content, message):
    path = tmp_path / "checksums.tsv"
    path.write_text(content)
    with pytest.raises(LayerError, match=message):
        read_checksums(path)


@given(text=st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_checksum_is_of_the_released_bytes(tmp_path_factory, text):
    root = tmp_path_factory.mktemp("release")
    (root / "ptc/dev").mkdir(parents=True)
    (root / "ptc/dev/article1.txt").write_bytes(text.encode())
    write_checksums(root, root / "checksums.tsv")
    (entry,) = read_checksums(root / "checksums.tsv")
    assert entry.sha256 == hashlib.sha256(text.encode()).hexdigest()


def test_every_annotated_document_is_listed_once():
    entries = read_checksums()
    assert len({entry.id for entry in entries}) == len(entries)
    of = {entry.id: entry.corpus for entry in entries}
    for corpus in {*of.values()} - {"fakes"}:
        assert {of[id] for id in read_layer(ANNOTATIONS / f"{corpus}.tsv")} == {corpus}
    assert {of[id] for id in read_layer(ANNOTATIONS / "fakes-train.tsv")} == {"fakes"}
    twins = read_layer(ANNOTATIONS / "ptc-twins.tsv")
    assert {of[twin_of(id)] for id in twins} == {"ptc-train", "ptc-dev"}


def test_marks_counted_in_the_datasheet_are_those_of_the_layers():
    lines = (ANNOTATIONS / "README.md").read_text(encoding="utf-8").splitlines()
    cells = [[cell.strip(" `") for cell in line.strip("|").split("|")] for line in lines]
    stated = {row[0]: row[1:] for row in cells if len(row) == 8 and row[0].endswith(".tsv")}
    assert stated == {path.name: _counts(path) for path in ANNOTATIONS.glob("[!c]*.tsv")}


def test_corpora_of_development_are_the_annotated_release(corpora):
    assert check_release(corpora).ok


def test_altered_copy_of_ptc_is_told_article_by_article(corpora, tmp_path):
    shutil.copytree(corpora / "ptc/dev", tmp_path / "ptc/dev")
    first, second, third, *_ = sorted((tmp_path / "ptc/dev").glob("article*.txt"))
    first.write_bytes(b" " + first.read_bytes())
    second.unlink()
    third.write_bytes(third.read_bytes().replace(b"\n", b"\r\n"))
    alignment = check_release(tmp_path)
    here = [(f.id, f.state) for f in alignment.problems if f.corpus == "ptc-dev"]
    assert here == [(_id(first), "differs"), (_id(second), "missing")]
    assert alignment.count("ptc-dev", "line_endings") == 1
    assert alignment.count("ptc-dev", "match") == 72


def _counts(path):
    marks = [mark for of_document in read_layer(path).values() for mark in of_document]
    techniques, kinds = Counter(m.technique for m in marks), Counter(m.kind for m in marks)
    counts = [len(marks), *(techniques[t] for t in TECHNIQUES), *(kinds[k] for k in KINDS)]
    return [f"{count:,}" for count in counts]


def _id(path):
    return path.stem.removeprefix("article")


def _write_sentences(root, sentences):
    lines = [json.dumps({"id": id, "text": text}) for id, text in sentences.items()]
    (root / "general/train.jsonl").write_text("\n".join(lines) + "\n")
