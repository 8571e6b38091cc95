"""The field's tests by hand, and against slow readings of what their organisers published."""

import re
import warnings
from itertools import combinations, permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.exceptions import UndefinedMetricWarning
from sklearn.metrics import f1_score, precision_recall_fscore_support

from framescope.techniques import TECHNIQUES
from framescope.values import Span
from framescope_data.records import records
from framescope_data.values import Annotation, Document
from framescope_eval.intervals import articles
from framescope_eval.lexicon import LexiconBaseline
from framescope_eval.metrics import sentence_metrics
from framescope_eval.official import document_spans, official, semeval2023, slc
from framescope_eval.official_spans import flc, si, tc_style
from framescope_eval.published import (
    official_tables,
    published,
    sentence_table,
    technique_table,
)
from framescope_eval.span_metrics import span_metrics
from framescope_eval.systems import Judged

few = settings(deadline=None, max_examples=50)
ALL = np.array([True, True, True])
LABEL, ATTRIBUTION, TERM = TECHNIQUES


def _gold(*marks):
    return [Annotation(*mark) for mark in marks]


def _said(*marks):
    return [Span(technique, start, end, "", 1.0) for technique, start, end in marks]


def _sample(counted):
    return articles([f"d{n:03}" for n in range(counted)], resamples=3)


def _figures(score):
    return score.precision.value, score.recall.value, score.f1.value


mark = st.builds(
    lambda technique, start, length: (technique, start, start + length),
    st.sampled_from(TECHNIQUES),
    st.integers(0, 12),
    st.integers(1, 8),
)
marked = st.lists(mark, max_size=6)
corpus = st.lists(st.tuples(marked, marked), min_size=1, max_size=4)
decisions = st.integers(1, 12).flatmap(
    lambda n: st.tuples(
        *(st.lists(st.tuples(*[st.booleans()] * 3), min_size=n, max_size=n) for _ in range(2))
    )
)


def test_flc_by_hand():
    """The organisers' example, its two other techniques under one of ours; their README prints
    P 5/5, R 4.769231/5 and F1 .976378, and for Loaded_Language P 1, R 1 and F1 1."""
    others = [(ATTRIBUTION, 0, 59), (ATTRIBUTION, 171, 181), (LABEL, 0, 9), (TERM, 740, 759)]
    gold, said = _gold(*others, (TERM, 115, 167)), _said(*others, (TERM, 127, 167))
    found = flc([gold], [said], ALL, _sample(1))
    assert _figures(found.overall) == pytest.approx((1, 4.769231 / 5, 0.976378), abs=1e-6)
    term = found.techniques[2]
    assert _figures(term.score)[:2] == pytest.approx((1, (1 + 40 / 52) / 2))
    assert term.printed_f1.value == 1


def test_flc_merges_what_overlaps_and_not_what_touches():
    gold = [_gold((TERM, 0, 4), (TERM, 2, 8)), []]
    said = [_said((TERM, 0, 4), (TERM, 4, 8)), _said((LABEL, 0, 2))]
    found = flc(gold, said, ALL, _sample(2))
    assert (found.overall.support, found.overall.predicted) == (1, 3)
    assert _figures(found.overall) == pytest.approx((2 / 3, 1, 0.8))
    assert found.techniques[1].score.f1.value == 1  # neither side has an attribution


def test_si_by_hand():
    """Gold 0-10 (of two techniques) and 20-24; said 5-15: half of it lies in gold."""
    gold = [_gold((TERM, 0, 6), (LABEL, 4, 10), (LABEL, 20, 24))]
    found = si(gold, [_said((ATTRIBUTION, 5, 15))], ALL, _sample(1))
    assert _figures(found) == pytest.approx((1 / 2, 1 / 4, 1 / 3))
    assert (found.support, found.predicted) == (2, 1)


def test_tc_by_hand():
    """The organisers' example, as above; their README prints .6, and .667 for both of ours."""
    gold = [
        *((ATTRIBUTION, 0, 59), (ATTRIBUTION, 171, 181), (LABEL, 0, 9)),
        *((TERM, 115, 167), (TERM, 740, 759)),
    ]
    said = [(ATTRIBUTION, 0, 59), (LABEL, 0, 9), (LABEL, 115, 167), (TERM, 740, 759)]
    found = tc_style([_gold(*gold)], [_said(*said)], ALL, _sample(1))
    assert found.micro_f1.value == pytest.approx(0.6)
    assert [of.f1.value for of in found.techniques] == pytest.approx([2 / 3] * 3)
    assert [(of.support, of.predicted) for of in found.techniques] == [(1, 2), (2, 1), (2, 1)]


def test_two_techniques_at_one_place_are_both_found():
    both = [(LABEL, 3, 9), (TERM, 3, 9)]
    found = tc_style([_gold(*both)], [_said((TERM, 0, 9), (LABEL, 3, 7))], ALL, _sample(1))
    assert found.micro_f1.value == 1


def test_slc_and_semeval2023_by_hand():
    gold = np.array([[1, 0, 0], [0, 0, 1], [0, 0, 0], [1, 0, 1]], bool)
    decided = np.array([[0, 0, 1], [0, 0, 1], [0, 0, 1], [0, 0, 0]], bool)
    found = slc(gold.any(axis=1), decided.any(axis=1), _sample(4))
    assert _figures(found) == pytest.approx((2 / 3, 2 / 3, 2 / 3))
    many = semeval2023(gold, decided, ALL, _sample(4))
    assert many.micro_f1.value == pytest.approx(2 * 1 / (4 + 3))
    assert many.macro_f1.value == pytest.approx((0 + 1 + 2 / 5) / 3)


def _merged_sets(marks):
    """Of (technique, characters): joined while any two of one technique share a character."""
    marks = [(technique, set(range(start, end))) for technique, start, end in marks]
    while pair := next(
        (p for p in combinations(marks, 2) if p[0][0] == p[1][0] and p[0][1] & p[1][1]), None
    ):
        marks = [m for m in marks if m is not pair[0] and m is not pair[1]]
        marks.append((pair[0][0], pair[0][1] | pair[1][1]))
    return marks


def _literal(documents, technique=None, printed=False):
    """Precision, recall and F1 as published: C(s, t, h) over all pairs of a document."""
    precision, recall, predicted, actual = 0.0, 0.0, 0, 0
    for both in documents:
        gold, said = ([m for m in _merged_sets(side) if technique in (None, m[0])] for side in both)
        predicted, actual = predicted + len(said), actual + len(gold)
        for ours, s in said:
            for theirs, t in gold:
                precision += len(s & t) / len(s) * (ours == theirs)
                recall += len(s & t) / len(s if printed else t) * (ours == theirs)
    p = precision / predicted if predicted else 0
    r = recall / actual if actual else 0
    if predicted + actual == 0:
        return p, r, 1
    return p, r, 2 * p * r / (p + r) if p > 0 and r > 0 else 0


def _sides(documents):
    return [_gold(*gold) for gold, _ in documents], [_said(*said) for _, said in documents]


@few
@given(corpus)
def test_flc_is_the_published_formula(documents):
    found = flc(*_sides(documents), ALL, _sample(len(documents)))
    assert _figures(found.overall) == pytest.approx(_literal(documents), abs=1e-9)
    for of in found.techniques:
        assert _figures(of.score) == pytest.approx(_literal(documents, of.technique), abs=1e-9)
        printed = _literal(documents, of.technique, printed=True)
        assert of.printed_f1.value == pytest.approx(printed[2], abs=1e-9)


@few
@given(corpus)
def test_si_is_the_published_formula_without_techniques(documents):
    found = si(*_sides(documents), ALL, _sample(len(documents)))
    plain = [tuple([(TERM, *at) for _, *at in side] for side in both) for both in documents]
    assert _figures(found) == pytest.approx(_literal(plain), abs=1e-9)


@few
@given(corpus)
def test_si_of_one_technique_is_our_span_metric(documents):
    """`span_metrics` has 0 where SI's scorer has 1: where neither side has a span."""
    gold, said = _sides(documents)
    only = np.array([False, False, True])
    sample = _sample(len(documents))
    ours, found = span_metrics(gold, said, only, sample)[0], si(gold, said, only, sample)
    assert (found.support, found.predicted) == (ours.support, ours.predicted)
    if found.support + found.predicted:
        assert _figures(found) == pytest.approx(_figures(ours), abs=1e-9)


def _labels(gold, said):
    """Gold and given technique of each gold span, aligned in the system's favour."""
    for start, end in {(start, end) for _, start, end in gold}:
        actual = [t for t in TECHNIQUES if (t, start, end) in gold]
        on = {
            t: sum(any(u == t and s <= c < e for u, s, e in said) for c in range(start, end))
            for t in TECHNIQUES
        }
        best = [t if on[t] else "none" for t in sorted(TECHNIQUES, key=lambda t: -on[t])]
        given = max(
            permutations(best[: len(actual)]),
            key=lambda order: sum(a == b for a, b in zip(actual, order, strict=True)),
        )
        yield from zip(actual, given, strict=True)


@few
@given(corpus)
def test_tc_is_f1_of_the_labels_of_given_spans(documents):
    found = tc_style(*_sides(documents), ALL, _sample(len(documents)))
    if pairs := [pair for both in documents for pair in _labels(*both)]:
        actual, given = zip(*pairs, strict=True)
        f1 = f1_score(actual, given, labels=TECHNIQUES, average=None, zero_division=0)
        assert [of.f1.value for of in found.techniques] == pytest.approx(list(f1), abs=1e-9)
        assert found.macro_f1.value == pytest.approx(np.mean(f1), abs=1e-9)
        micro = f1_score(actual, given, average="micro")
        assert found.micro_f1.value == pytest.approx(micro, abs=1e-9)


@few
@given(decisions)
def test_sentence_tests_are_those_of_sklearn(both):
    gold, decided = (np.array(side, bool) for side in both)
    sample = _sample(len(gold))
    any_gold, any_decided = gold.any(axis=1), decided.any(axis=1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UndefinedMetricWarning)
        expected = precision_recall_fscore_support(any_gold, any_decided, average="binary")[:3]
    assert _figures(slc(any_gold, any_decided, sample)) == pytest.approx(expected, abs=1e-9)
    found = semeval2023(gold, decided, ALL, sample)
    for average, ours in (("micro", found.micro_f1), ("macro", found.macro_f1)):
        theirs = f1_score(gold, decided, average=average, zero_division=1)
        assert ours.value == pytest.approx(theirs, abs=1e-9)


TEXT = "The regime fell.\n\nIt was horrific.\n"
DOCUMENTS = [
    Document("b", TEXT, tuple(_gold((LABEL, 4, 10), (TERM, 25, 33))), "own"),
    Document("a", "Sources said so.\n", (), "own"),
]


def test_spans_of_sentences_are_spans_of_their_documents():
    sentences = list(records(DOCUMENTS))
    a, b = document_spans(sentences, [sentence.annotations for sentence in sentences])
    assert (a, b) == ([], list(DOCUMENTS[0].annotations))
    with pytest.raises(ValueError, match="zip"):
        document_spans(sentences, ())


def test_a_system_on_all_tests_beside_the_published_figures():
    sentences = list(records(DOCUMENTS))
    sample = articles([sentence.document_id for sentence in sentences], resamples=3)
    judged = LexiconBaseline().judge(sentences)
    ours = official(DOCUMENTS, sentences, judged, ALL, sample)
    assert _figures(ours.slc) == pytest.approx((2 / 3, 1, 0.8))
    assert ours.spans
    assert _figures(ours.spans.flc.overall) == _figures(ours.spans.si)
    assert _figures(ours.spans.si) == pytest.approx((2 / 3, 1, 0.8))
    assert ours.spans.tc.micro_f1.value == 1
    blind = official(DOCUMENTS, sentences, Judged(judged.scores, judged.decided), ALL, sample)
    assert blind.spans is None
    text = official_tables({"lexicon": ours, "blind": blind}, published().tests)
    assert (text.count("| lexicon"), text.count("| blind")) == (6, 3)
    assert "| lexicon | 0.667 [" in text
    assert "| ltuorp, 1st of 25 | 0.603 | 0.665 | 0.632 | NLP4IF-2019 test (" in text
    assert technique_table({"lexicon": ours, "blind": blind}).count("| lexicon |") == 3


def test_figures_of_single_techniques_stand_beside_ours():
    sentences = list(records(DOCUMENTS))
    judged = LexiconBaseline().judge(sentences)
    gold = np.array([sentence.gold for sentence in sentences])
    sample = articles([sentence.document_id for sentence in sentences], resamples=3)
    ours = sentence_metrics(gold, judged.decided, judged.scores, ALL, sample)
    text = sentence_table({"lexicon": ours.classes}, published().sentences)
    assert text.count("| lexicon |") == 3
    assert "| loaded_label | 0.380 | the 15 articles" in text


def test_published_figures_have_a_source_and_add_up():
    figures = [figure for test in published().tests for figure in test.figures]
    assert len(figures) == 10
    for of in (*figures, *published().sentences.figures):
        assert 0 < of.f1 < 1
        assert re.fullmatch(r"https://\S+", of.url)
        if of.precision and of.recall:
            harmonic = 2 * of.precision * of.recall / (of.precision + of.recall)
            assert of.f1 == pytest.approx(harmonic, abs=1e-4)
