"""Annotations of one's own: JSON Lines, brat and `datasets`, there and back."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from framescope.techniques import TECHNIQUES
from framescope_data.brat import read_brat, write_brat
from framescope_data.corpora import load
from framescope_data.export import from_datasets, to_datasets
from framescope_data.jsonl import read_jsonl, write_jsonl
from framescope_data.layers import LayerError
from framescope_data.values import Annotation, Document

TEXT = "The Regime Fell\n\nThe thugs “butchered” them 😀, sources said.\nNobody came.\n"


def marked(document):
    return [(a.technique, document.text[a.start : a.end]) for a in document.annotations]


def span(words, text=TEXT):
    return text.index(words), text.index(words) + len(words)


@st.composite
def documents(draw):
    """Documents with any text, and annotations that mark words."""
    text = draw(st.text(max_size=60))
    marks = set()
    for _ in range(draw(st.integers(0, 4)) if text else 0):
        start = draw(st.integers(0, len(text) - 1))
        end = draw(st.integers(start + 1, len(text)))
        words = text[start:end]
        if words.strip():
            start += len(words) - len(words.lstrip())
            marks.add(
                Annotation(
                    draw(st.sampled_from(TECHNIQUES)),
                    start,
                    start + len(words.strip()),
                    draw(st.sampled_from(["", "anonymous", "vague", "hearsay"])),
                    draw(st.booleans()),
                    draw(st.booleans()),
                    draw(st.text(max_size=4)),
                )
            )
    ordered = sorted(marks, key=lambda a: (a.start, a.end, a.technique))
    labelled = draw(st.frozensets(st.sampled_from(TECHNIQUES)))
    id, source, lines = draw(st.text(max_size=5)), draw(st.text(max_size=5)), draw(st.booleans())
    return Document(id, text, tuple(ordered), source, labelled, lines)


@settings(max_examples=150, deadline=None)
@given(st.lists(documents(), max_size=3))
def test_jsonl_gives_back_what_was_written(tmp_path_factory, written):
    path = tmp_path_factory.mktemp("jsonl") / "a.jsonl"
    write_jsonl(written, path)
    assert list(read_jsonl(path)) == written


def test_jsonl_needs_no_more_than_id_text_and_spans(tmp_path):
    path = tmp_path / "a.jsonl"
    start, end = span("thugs")
    row = {"id": "a", "text": TEXT, "spans": [{"start": start, "end": end}]}
    row["spans"][0]["technique"] = "loaded_label"
    path.write_text(json.dumps(row))
    (document,) = read_jsonl(path)
    assert marked(document) == [("loaded_label", "thugs")]
    assert document.labelled == set(TECHNIQUES)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"start": 4.0}, "whole numbers"),
        ({"start": 9, "end": 9}, "are not a span"),
        ({"end": 10**6}, "does not fit the text"),
        ({"end": 4}, "does not fit the text"),
        ({"technique": "label"}, "use one of loaded_label"),
        ({"kind": "rumour"}, "unknown kind"),
        ({"label": "x"}, "unknown span fields"),
    ],
)
def test_jsonl_errors_say_file_line_and_fault(tmp_path, change, message):
    path = tmp_path / "a.jsonl"
    good = {"start": 0, "end": 3, "technique": "loaded_label"}
    for spans in ([good], [good | change]):
        with path.open("a") as file:
            file.write(json.dumps({"id": "a", "text": TEXT, "spans": spans}) + "\n")
    errors = []
    assert len(list(read_jsonl(path, errors.append))) == 1
    assert len(errors) == 1
    assert str(errors[0]).startswith(f"{path}:2: ")
    assert message in str(errors[0])


@pytest.mark.parametrize(
    "line", ["{", "3", '{"id": "a", "text": "b"}', '{"id": 1, "text": "b", "spans": []}']
)
def test_jsonl_refuses_other_lines(tmp_path, line):
    (tmp_path / "a.jsonl").write_text(line)
    with pytest.raises(LayerError, match="jsonl:1: "):
        list(read_jsonl(tmp_path / "a.jsonl"))


@settings(max_examples=30, deadline=None)
@given(st.lists(documents(), max_size=3))
def test_datasets_give_back_what_was_written(written):
    assert from_datasets(to_datasets(written)) == written


@settings(max_examples=150, deadline=None)
@given(documents())
def test_brat_gives_back_text_and_marks(tmp_path_factory, document):
    directory = tmp_path_factory.mktemp("brat")
    named = Document("sub/a", document.text, document.annotations, "")
    write_brat([named], directory)
    (back,) = read_brat(directory)
    assert (back.id, back.text) == ("sub/a", document.text)
    assert [
        (a.technique, a.start, a.end, a.kind, a.borderline, a.quoted) for a in back.annotations
    ] == [
        (a.technique, a.start, a.end, a.kind, a.borderline, a.quoted) for a in document.annotations
    ]


def brat(directory, *lines, text=TEXT):
    (directory / "a.txt").write_text(text, encoding="utf-8", newline="")
    (directory / "a.ann").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return directory


def offsets(*words, text=TEXT):
    return ";".join("{} {}".format(*span(word, text)) for word in words)


def test_brat_fragments_and_attributes(tmp_path):
    over_lines = offsets("The Regime Fell", "The thugs")
    lines = (
        f"T1\tloaded_label {over_lines}\tThe Regime Fell The thugs",
        f"T2\tunverified_attribution {offsets('sources', 'Nobody')}\tsources Nobody",
        f"T3\tPlace {offsets('Nobody')}\tNobody",
        "A1\tKind T2 anonymous",
        "A2\tBorderline T1",
        "R1\tRel Arg1:T1 Arg2:T2",
        "#1\tAnnotatorNotes T1\tnot sure",
    )
    of = {**{t: t for t in TECHNIQUES}, "Place": None}
    (document,) = read_brat(brat(tmp_path, *lines), of)
    assert marked(document) == [
        ("loaded_label", "The Regime Fell\n\nThe thugs"),
        ("unverified_attribution", "sources"),
        ("unverified_attribution", "Nobody"),
    ]
    assert [a.kind for a in document.annotations] == ["", "anonymous", "anonymous"]
    assert document.annotations[0].borderline
    with pytest.raises(LayerError, match=r"a.ann:3: unknown type 'Place'"):
        list(read_brat(tmp_path))


def test_brat_counts_both_characters_of_crlf(tmp_path):
    text = TEXT.replace("\n", "\r\n")
    line = f"T1\tloaded_label {offsets('Nobody', text=text)}\tNobody"
    (document,) = read_brat(brat(tmp_path, line, text=text))
    assert marked(document) == [("loaded_label", "Nobody")]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("T1\tloaded_label 4 9\tRegime", "other words"),
        ("T1\tloaded_label 4 9999\tRegime", "other words"),
        ("T1\tloaded_label\tRegime", "expected T<n>"),
        ("A1\tKind T1 rumour", "unknown kind"),
    ],
)
def test_brat_errors_say_file_and_line(tmp_path, line, message):
    with pytest.raises(LayerError, match=f"a.ann:2: .*{message}"):
        list(read_brat(brat(tmp_path, "#1\tAnnotatorNotes T9\tx", line)))


def test_brat_with_utf16_offsets_is_refused(tmp_path):
    start, end = span("sources")  # behind the emoji, which is two units in UTF-16
    with pytest.raises(LayerError, match="UTF-16"):
        list(read_brat(brat(tmp_path, f"T1\tloaded_label {start + 1} {end + 1}\tsources")))


def test_brat_writes_no_file_outside(tmp_path):
    with pytest.raises(ValueError, match="does not name a file"):
        write_brat([Document("../a", "x", (), "")], tmp_path / "b")


def test_ptc_goes_through_every_format_unharmed(corpora, tmp_path):
    documents = load("ptc-dev", corpora)
    write_jsonl(documents, tmp_path / "a.jsonl")
    assert list(read_jsonl(tmp_path / "a.jsonl")) == documents
    assert from_datasets(to_datasets(documents)) == documents
    write_brat(documents, tmp_path / "brat")
    back = list(read_brat(tmp_path / "brat"))
    assert [marked(d) for d in back] == [marked(d) for d in documents]
