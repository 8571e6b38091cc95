"""Slices: how families divide a corpus; figures against slow, plain computations."""

import json
import tomllib
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest
from pydantic import TypeAdapter
from sklearn.metrics import f1_score

import framescope_eval
from framescope.techniques import TECHNIQUES
from framescope_data.records import records
from framescope_data.values import Annotation, Document
from framescope_eval.intervals import articles
from framescope_eval.slice_families import Topics, families
from framescope_eval.slice_tables import slice_tables
from framescope_eval.slices import SliceClass, slice_reports
from framescope_eval.systems import Judged

LINES = ["Mob Storms Town", "", "The mob came.", "It was horrid.", "Sources said so.", "Rain fell."]


def _document(id="a", source="own", lines=tuple(LINES), **fields):
    return Document(id, "\n".join(lines), (), source, **fields)


def _names(family, document):
    of = {family.name: family.of for family in families()}[family]
    return list(of(document, list(records([document]))))


def test_the_first_line_is_the_headline_and_a_single_line_has_none():
    assert _names("place", _document()) == ["headline", *["body"] * 4]
    assert _names("place", _document(lines=["The mob came."])) == [""]
    running = Document("a", "The mob came. Rain fell.", (), "own", lines=False)
    assert _names("place", running) == ["", ""]


def test_thirds_are_by_characters_and_need_three_sentences():
    assert _names("position", _document()) == ["first third"] * 2 + ["the rest"] * 3
    assert _names("position", _document(lines=["One.", "Two."])) == ["", ""]


def test_lengths_are_in_words():
    lines = [" ".join(["word"] * count) for count in (1, 10, 11, 20, 30, 31, 40, 41)]
    of = _names("length", _document(lines=lines))
    assert [name.split()[0] for name in of] == [
        "1-10", "1-10", "11-20", "11-20", "21-30", "31-40", "31-40", "41",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("The Senate and the White House agreed; Republicans did not.", "US politics"),
        ("Artillery shelled the front line before the ceasefire.", "war and security"),
        ("Asylum seekers and refugees waited.", "migration"),
        ("Inflation fell and the central bank kept interest rates.", "economy"),
        ("Patients in the hospital were given the vaccine.", "health and science"),
        ("The jury found him guilty of burglary; police had arrested him.", "crime and courts"),
        ("The bishop preached on the gospel.", "religion"),
        ("The goalkeeper left the stadium after the championship.", "sport and culture"),
        ("They walked home in the rain.", "other"),
        ("The warden warned them.", "other"),
    ],
)
def test_topics_go_by_whole_words(text, topic):
    assert Topics().of(text) == topic


def test_no_word_tells_two_topics():
    file = Path(framescope_eval.__file__).parent / "topics.toml"
    words = [word for of in tomllib.loads(file.read_text("utf-8")).values() for word in of]
    assert len(words) == len(set(words))
    assert all(word == word.lower() for word in words)


@pytest.fixture(scope="module")
def case():
    """Thirty articles of random sentences, marked and judged at random."""
    rng = np.random.default_rng(4)
    lines = [
        "Rain fell on the town.",
        "“We shall win,” he said.",
        "Word " * 25,
        "The mob came, “all” of it.",
    ]
    documents = []
    for number in range(30):
        chosen = [lines[at].strip() for at in rng.integers(0, len(lines), 12)]
        starts = np.cumsum([0, *(len(line) + 1 for line in chosen)])[:-1]
        marks = tuple(
            Annotation(technique, int(start), int(start) + 3, quoted=bool(rng.random() < 0.5))
            for start in starts
            for technique in TECHNIQUES
            if rng.random() < 0.4
        )
        text, source = "\n".join(chosen), "one" if number < 20 else "two"
        documents.append(Document(str(number), text, marks, source))
    sentences = list(records(documents))
    gold = np.array([record.gold for record in sentences])
    decided = np.where(rng.random(gold.shape) < 0.8, gold, ~gold)
    return documents, sentences, Judged(decided.astype(float), decided)


def _reported(case, resamples=30):
    documents, sentences, said = case
    sample = articles([record.document_id for record in sentences], resamples)
    return slice_reports(documents, sentences, said, sample), sample


def test_figures_are_those_of_a_plain_bootstrap_of_the_slice(case):
    _, sentences, said = case
    reports, sample = _reported(case)
    gold = np.array([record.gold for record in sentences])
    names = np.array([record.source for record in sentences])
    ids = np.array([record.document_id for record in sentences])
    (report,) = [r for r in reports if (r.family, r.value) == ("source", "two")]
    assert report.sentences == (names == "two").sum()
    for i, of in enumerate(report.classes):
        f1, share = [], []
        for row in sample.weights:
            rows = [
                at
                for id, times in zip(np.unique(ids), row, strict=True)
                for at in np.flatnonzero((ids == id) & (names == "two")).tolist() * int(times)
            ]
            f1.append(f1_score(gold[rows, i], said.decided[rows, i], zero_division=0))
            share.append(said.decided[rows, i].mean())
        assert of.support == gold[names == "two", i].sum()
        assert (of.articles, of.sentences) == (10, report.sentences)
        for found, plain in ((of.f1, f1), (of.decided, share)):
            low, high = np.percentile(plain[1:], [2.5, 97.5])
            assert (found.value, found.low, found.high) == pytest.approx((plain[0], low, high))


def test_every_family_divides_all_its_sentences(case):
    reports, _ = _reported(case)
    of_family = {report.family for report in reports}
    assert of_family == {"voice", "place", "position", "length", "source", "marks"}
    for family in of_family - {"marks"}:
        assert sum(r.sentences for r in reports if r.family == family) == len(case[1])


def test_marks_give_recall_and_false_alarms(case):
    _, sentences, said = case
    reports, _ = _reported(case)
    quoted, own, none = (report for report in reports if report.family == "marks")
    assert [of.technique for of in quoted.classes] == ["loaded_label", "emotive_term"]
    label = [[m for m in r.annotations if m.technique == "loaded_label"] for r in sentences]
    for slice, members in (
        (quoted, [bool(of) and all(mark.quoted for mark in of) for of in label]),
        (own, [any(not mark.quoted for mark in of) for of in label]),
        (none, [not record.annotations for record in sentences]),
    ):
        assert slice.classes[0].sentences == sum(members)
        assert slice.classes[0].f1 is None
        expected = said.decided[np.array(members), 0].mean()
        assert slice.classes[0].decided.value == pytest.approx(expected)


def test_where_nobody_recorded_quotation_marks_are_not_divided_by_it():
    text = "The mob came.\nRain fell."
    document = Document("a", text, (Annotation("loaded_label", 4, 7),), "own")
    judged = Judged(np.zeros((2, 3)), np.zeros((2, 3), bool))
    reports = slice_reports([document], list(records([document])), judged, articles("aa", 2))
    assert [r.value for r in reports if r.family == "marks"] == ["no technique"]


def test_a_technique_that_was_not_looked_for_is_left_out():
    document = _document(labelled=frozenset({"loaded_label"}))
    judged = Judged(np.zeros((5, 3)), np.zeros((5, 3), bool))
    reports = slice_reports([document], list(records([document])), judged, articles("aaaaa", 2))
    assert {of.technique for report in reports for of in report.classes} == {"loaded_label"}


@pytest.mark.parametrize(
    ("articles", "sentences", "support", "small"),
    [
        (9, 300, 19, True),
        (9, 300, 20, False),
        (9, 300, 0, False),
        (9, 19, 0, True),
        (4, 300, 99, True),
    ],
)
def test_small_slices_are_flagged(articles, sentences, support, small):
    of = SliceClass("emotive_term", articles, sentences, support, None, None)
    assert of.small == small


def test_slices_go_through_json_and_into_tables(case):
    reports, _ = _reported(case)
    adapter = TypeAdapter(tuple[type(reports[0]), ...])
    assert adapter.validate_json(json.dumps([asdict(report) for report in reports])) == reports
    lines = slice_tables(reports).splitlines()
    assert sum(line.startswith("| ") for line in lines) == sum(
        len(report.classes) for report in reports
    ) + 2 * len({report.family for report in reports})
    small = next(of for report in reports for of in report.classes if of.small)
    assert f"*{small.decided:.3f}*" in slice_tables(reports)
