"""Agreement against sklearn, a plain bootstrap, cases by hand and the figures of the datasheet."""

import json
from dataclasses import asdict, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from pydantic import TypeAdapter
from sklearn.metrics import average_precision_score, cohen_kappa_score, f1_score

from framescope.values import Span
from framescope_data.corpora import load
from framescope_data.records import records
from framescope_data.values import Annotation, Document
from framescope_eval.agreement import (
    PEOPLE,
    AgreementRow,
    Marks,
    agreement_rows,
    corpus_agreement,
    marks_by,
    marks_of,
)
from framescope_eval.intervals import articles
from framescope_eval.slice_tables import agreement_table
from framescope_eval.systems import Judged

ALL = np.array([True, True, True])


@st.composite
def parties(draw):
    size = draw(st.integers(2, 30))
    first, second = (draw(hnp.arrays(bool, (size, 3))) for _ in range(2))
    scores = draw(hnp.arrays(float, (size, 3), elements=st.sampled_from([0, 0.2, 0.5, 1])))
    ids = draw(st.lists(st.sampled_from("abc"), min_size=size, max_size=size))
    return Marks("one", first, ALL, scores=scores), Marks("two", second, ALL), articles(ids, 3)


@settings(max_examples=50, deadline=None)
@given(parties())
def test_figures_are_those_of_sklearn(case):
    first, second, sample = case
    for i, row in enumerate(agreement_rows(first, second, sample)):
        ours, theirs = first.decided[:, i], second.decided[:, i]
        f1 = f1_score(theirs, ours, zero_division=0)
        assert row.f1.value == pytest.approx(f1, abs=1e-9)
        if len({*ours.tolist(), *theirs.tolist()}) > 1:
            assert row.kappa.value == pytest.approx(cohen_kappa_score(ours, theirs), abs=1e-9)
        if theirs.any():
            expected = average_precision_score(theirs, first.scores[:, i])
            assert row.average_precision.value == pytest.approx(expected, abs=1e-9)
        counts = row.first_found, row.second_found, row.both_found
        assert counts == (ours.sum(), theirs.sum(), (ours & theirs).sum())


@settings(max_examples=50, deadline=None)
@given(parties())
def test_either_party_may_come_first(case):
    first, second, sample = case
    there, back = agreement_rows(first, second, sample), agreement_rows(second, first, sample)
    for one, other in zip(there, back, strict=True):
        assert (one.f1, one.kappa) == (other.f1, other.kappa)


def test_kappa_by_hand_is_0_where_chance_would_do_as_well():
    """Cohen's table of 20, 5, 10 and 15: agreement .7, by chance .5, so kappa .4."""
    first = np.array([[True]] * 25 + [[False]] * 25) & ALL
    second = np.array([[True]] * 20 + [[False]] * 5 + [[True]] * 10 + [[False]] * 15) & ALL
    sample = articles("ab" * 25, 2)
    (row, *_) = agreement_rows(Marks("a", first, ALL), Marks("b", second, ALL), sample)
    assert row.kappa.value == pytest.approx(0.4)
    everything = Marks("c", np.ones_like(first), ALL)
    (same, *_) = agreement_rows(everything, everything, sample)
    assert (same.f1.value, same.kappa.value) == (1, 0)


def test_intervals_are_those_of_a_plain_bootstrap_over_articles():
    rng = np.random.default_rng(2)
    ids = np.array([f"a{n}" for n in rng.integers(0, 9, 200)])
    first, second = (rng.random((200, 3)) < 0.4 for _ in range(2))
    sample = articles(ids.tolist(), resamples=40, seed=5)
    plain = []
    for row in sample.weights[1:]:
        rows = [
            at
            for id, times in zip(np.unique(ids), row, strict=True)
            for at in np.flatnonzero(ids == id).tolist() * int(times)
        ]
        plain.append(cohen_kappa_score(first[rows, 1], second[rows, 1]))
    kappa = agreement_rows(Marks("a", first, ALL), Marks("b", second, ALL), sample)[1].kappa
    assert [kappa.low, kappa.high] == pytest.approx(np.percentile(plain, [2.5, 97.5]).tolist())


TEXT = "The filthy mob came.\nRain fell."
LABEL = Annotation("loaded_label", 4, 14)


def _records(*marks, **fields):
    return list(records([Document("a", TEXT, marks, "own", **fields)]))


def test_spans_overlap_by_hand():
    """Ten characters against the last three of them: F1 of precision 1 and recall .3."""
    ours = marks_of("a", _records(LABEL))
    theirs = marks_of("b", _records(replace(LABEL, start=11)))
    row = agreement_rows(ours, theirs, articles("aa", 2))[0]
    assert row.f1.value == 1
    assert row.span_f1.value == pytest.approx(2 * 0.3 / 1.3)


def test_only_what_both_looked_for_is_compared():
    people = marks_of("b", _records(LABEL, labelled=frozenset({"loaded_label", "emotive_term"})))
    rows = agreement_rows(marks_of("a", _records()), people, articles("aa", 2))
    assert [row.technique for row in rows] == ["loaded_label", "emotive_term"]
    assert all(row.average_precision is None for row in rows)


def test_what_one_party_did_not_read_is_no_disagreement():
    """Four sentences, the last unread by one: kappa 1 on the rest, not less."""
    first = np.array([[True], [False], [True], [True]]) & ALL
    second = np.array([[True], [False], [True], [False]]) & ALL
    read = np.array([True, True, True, False])
    sample = articles("abab", 3)
    ours, theirs = Marks("a", first, ALL), Marks("b", second, ALL, read=read)
    for one, other in ((ours, theirs), (theirs, ours)):
        row = agreement_rows(one, other, sample)[0]
        assert (row.kappa.value, row.first_found, row.second_found) == (1, 2, 2)
    spans = [[Span("loaded_label", 0, 3, "", 1)]] * 4
    both = replace(ours, spans=spans), replace(theirs, spans=spans)
    assert agreement_rows(*both, sample)[0].span_f1.value == 1


def test_lines_of_one_reading_are_left_out_as_in_the_datasheet(corpora):
    documents = load("ptc-dev", corpora)
    sentences = list(records(documents))
    nothing = np.zeros((len(sentences), 3), bool)
    sample = articles([record.document_id for record in sentences], 2)
    rows = corpus_agreement(
        "ptc-dev", documents, "nothing", Judged(nothing * 1.0, nothing), corpora, sample
    )
    found = [
        (row.first_found, row.second_found, row.both_found, round(row.kappa.value, 2))
        for row in rows
        if row.first == "reader A"
    ]
    assert found == [(303, 240, 212, 0.76), (117, 122, 99, 0.82), (433, 390, 335, 0.79)]


def _judged(spans=()):
    decided = np.array([[True, False, False], [False, False, False]])
    return Judged(decided * 0.9, decided, spans)


def test_a_system_without_spans_is_compared_by_sentences():
    people = marks_of("b", _records(LABEL))
    assert agreement_rows(marks_by("c", _judged()), people, articles("aa", 2))[0].span_f1 is None
    spans = ((Span("loaded_label", 4, 14, "filthy mob", 0.9),), ())
    row = agreement_rows(marks_by("c", _judged(spans)), people, articles("aa", 2))[0]
    assert (row.f1.value, row.span_f1.value, row.average_precision.value) == (1, 1, 1)


def test_without_others_the_system_is_compared_with_the_layer_alone(tmp_path):
    document = Document("a", TEXT, (LABEL,), "own")
    sample = articles("aa", 2)
    for corpus, owner in (("starter-dev", "our layer"), ("ptc-dev-human", PEOPLE)):
        rows = corpus_agreement(corpus, [document], "c", _judged(), tmp_path, sample)
        assert {(row.first, row.second) for row in rows} == {("c", owner)}


def test_rows_go_through_json_and_into_a_table():
    people = marks_of("b", _records(LABEL))
    rows = agreement_rows(marks_by("c", _judged()), people, articles("aa", 2))
    adapter = TypeAdapter(tuple[AgreementRow, ...])
    assert adapter.validate_json(json.dumps([asdict(row) for row in rows])) == rows
    table = agreement_table(rows)
    assert "| c | b | loaded_label | 1 | 1 | 1 | 1.000 [" in table
    assert table.count("| – |") == len(rows)


def test_the_figures_of_the_datasheet(corpora):
    """Agreement of the readers and of our layer with PTC's annotators, as its tables say."""
    documents = load("ptc-test", corpora)
    sentences = list(records(documents))
    nothing = np.zeros((len(sentences), 3), bool)
    sample = articles([record.document_id for record in sentences], 200)
    rows = corpus_agreement(
        "ptc-test", documents, "nothing", Judged(nothing * 1.0, nothing), corpora, sample
    )
    found = {
        (row.first, row.technique): (
            row.first_found,
            row.second_found,
            row.both_found,
            round(row.f1.value, 2),
            round(row.kappa.value, 2),
        )
        for row in rows
        if row.first != "nothing"
    }
    assert found == {
        ("reader A", "loaded_label"): (209, 228, 191, 0.87, 0.86),
        ("reader A", "unverified_attribution"): (163, 156, 142, 0.89, 0.88),
        ("reader A", "emotive_term"): (414, 456, 393, 0.90, 0.88),
        ("our layer", "loaded_label"): (200, 106, 59, 0.39, 0.35),
        ("our layer", "emotive_term"): (404, 267, 171, 0.51, 0.44),
    }
    assert {row.second for row in rows if row.first == "nothing"} == {
        "our layer",
        "reader A",
        "reader B",
        PEOPLE,
    }
