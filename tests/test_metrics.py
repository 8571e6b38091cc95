"""Metrics against sklearn and hand-worked cases; intervals against a slow, plain bootstrap."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from sklearn.metrics import average_precision_score, f1_score, precision_score, recall_score

from framescope.values import Span
from framescope_data.values import Annotation
from framescope_eval.intervals import articles
from framescope_eval.metrics import sentence_metrics
from framescope_eval.span_metrics import span_metrics
from framescope_eval.tuning import best_of, f1_threshold, platt

ALL = np.array([True, True, True])


@st.composite
def judged(draw):
    size = draw(st.integers(2, 40))
    gold = draw(hnp.arrays(bool, (size, 3)))
    scores = draw(hnp.arrays(float, (size, 3), elements=st.sampled_from([0, 0.1, 0.25, 0.5, 1])))
    ids = draw(st.lists(st.sampled_from("abcd"), min_size=size, max_size=size))
    return gold, scores, ids


@settings(deadline=None)
@given(judged())
def test_figures_are_those_of_sklearn(case):
    gold, scores, ids = case
    decided = scores >= 0.3
    metrics = sentence_metrics(gold, decided, scores, ALL, articles(ids, resamples=3))
    zero = {"zero_division": 0}
    for i, of in enumerate(metrics.classes):
        truth, said = gold[:, i], decided[:, i]
        assert of.precision.value == pytest.approx(precision_score(truth, said, **zero), abs=1e-9)
        assert of.recall.value == pytest.approx(recall_score(truth, said, **zero), abs=1e-9)
        assert of.f1.value == pytest.approx(f1_score(truth, said, **zero), abs=1e-9)
        assert (of.support, of.predicted) == (truth.sum(), said.sum())
        if truth.any():
            expected = average_precision_score(truth, scores[:, i])
            assert of.average_precision.value == pytest.approx(expected, abs=1e-9)
    macro = f1_score(gold, decided, average="macro", **zero)
    assert metrics.macro_f1.value == pytest.approx(macro, abs=1e-9)


def test_intervals_are_those_of_a_plain_bootstrap_over_articles():
    rng = np.random.default_rng(1)
    ids = [f"a{n}" for n in rng.integers(0, 12, 300)]
    gold = rng.random((300, 3)) < 0.3
    scores = np.clip(gold * 0.4 + rng.random((300, 3)) * 0.6, 0, 1)
    sample = articles(ids, resamples=50, seed=7)
    metrics = sentence_metrics(gold, scores >= 0.5, scores, ALL, sample)
    names = sorted(set(ids))
    resampled = []
    for row in sample.weights[1:]:
        rows = [
            position
            for name, times in zip(names, row, strict=True)
            for position in np.flatnonzero(np.array(ids) == name).tolist() * int(times)
        ]
        resampled.append(average_precision_score(gold[rows, 0], scores[rows, 0]))
    expected = np.percentile(resampled, [2.5, 97.5])
    ours = metrics.classes[0].average_precision
    assert [ours.low, ours.high] == pytest.approx(expected.tolist(), abs=1e-9)


def test_masked_techniques_are_left_out():
    gold = np.zeros((4, 3), bool)
    labelled = np.array([True, False, True])
    metrics = sentence_metrics(gold, gold, gold.astype(float), labelled, articles("abab", 2))
    assert [of.technique for of in metrics.classes] == ["loaded_label", "emotive_term"]


def test_spans_of_techniques_that_were_not_looked_for_are_not_counted():
    labelled = np.array([True, False, False])
    metrics = span_metrics([[]], [[_span(0, 3)]], labelled, articles("a", 2))
    assert [of.technique for of in metrics] == ["loaded_label"]


def _span(start, end):
    return Span("emotive_term", start, end, "", 1.0)


def test_span_f1_by_hand():
    """Two gold spans of 10 and 4 characters; one prediction covers half of the first."""
    gold = [[Annotation("emotive_term", 0, 10), Annotation("emotive_term", 20, 24)], []]
    predicted = [[_span(5, 15)], [_span(0, 3)]]
    emotive = span_metrics(gold, predicted, ALL, articles("ab", 2))[2]
    assert emotive.precision.value == pytest.approx((5 / 10 + 0) / 2)
    assert emotive.recall.value == pytest.approx((5 / 10 + 0) / 2)
    assert (emotive.support, emotive.predicted) == (2, 2)


def test_overlapping_spans_of_one_side_are_merged():
    gold = [[Annotation("emotive_term", 0, 10)]]
    emotive = span_metrics(gold, [[_span(0, 6), _span(4, 10)]], ALL, articles("a", 2))[2]
    assert (emotive.f1.value, emotive.predicted) == (1.0, 1)


@given(judged())
def test_the_threshold_has_the_highest_f1(case):
    gold, scores, _ = case
    truth, said = gold[:, 0], scores[:, 0]
    if not truth.any():
        return
    best = max(f1_score(truth, said >= t, zero_division=0) for t in np.unique(said))
    threshold = f1_threshold(said, truth)
    assert f1_score(truth, said >= threshold, zero_division=0) == pytest.approx(best)


def test_platt_recovers_a_known_scale():
    rng = np.random.default_rng(0)
    logits = rng.normal(0, 3, 40_000)
    gold = rng.random(40_000) < 1 / (1 + np.exp(-(0.5 * logits - 1)))
    assert platt(logits, gold) == pytest.approx((0.5, -1), abs=0.05)


def test_of_equal_candidates_the_middle_one():
    assert best_of([0.1, 0.2, 0.3, 0.4], [0.5, 0.7, 0.7, 0.7]) == 0.3
