"""Metrics against sklearn and hand-worked cases; intervals against a slow, plain bootstrap."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from sklearn.metrics import (
    average_precision_score,
    brier_score_loss,
    f1_score,
    matthews_corrcoef,
    precision_recall_curve,
    precision_score,
    recall_score,
    roc_auc_score,
)

from framescope.values import Span
from framescope_data.values import Annotation
from framescope_eval.intervals import articles
from framescope_eval.metrics import RECALLS, sentence_metrics
from framescope_eval.reliability import reliability
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
        assert of.mcc.value == pytest.approx(matthews_corrcoef(truth, said), abs=1e-9)
        wrong = 100 * (said & ~truth).mean()
        assert of.false_alarms.value == pytest.approx(wrong, abs=1e-9)
        half = f1_score(truth, scores[:, i] >= 0.5, **zero)
        assert of.f1_at_half.value == pytest.approx(half, abs=1e-9)
        brier = brier_score_loss(truth, scores[:, i], pos_label=True)
        assert of.reliability.brier.value == pytest.approx(brier, abs=1e-9)
        if truth.any():
            expected = average_precision_score(truth, scores[:, i])
            assert of.average_precision.value == pytest.approx(expected, abs=1e-9)
            precision, recall, _ = precision_recall_curve(truth, scores[:, i])
            for at, ours in zip(RECALLS, of.precision_at_recall, strict=True):
                expected = precision[:-1][recall[:-1] >= at].max()
                assert ours.value == pytest.approx(expected, abs=1e-9)
        if truth.any() and not truth.all():
            expected = roc_auc_score(truth, scores[:, i])
            assert of.roc_auc.value == pytest.approx(expected, abs=1e-9)
    for average, ours in (("macro", metrics.macro_f1), ("micro", metrics.micro_f1)):
        expected = f1_score(gold, decided, average=average, **zero)
        assert ours.value == pytest.approx(expected, abs=1e-9)
    micro = precision_score(gold, decided, average="micro", **zero)
    assert metrics.micro_precision.value == pytest.approx(micro, abs=1e-9)
    micro = recall_score(gold, decided, average="micro", **zero)
    assert metrics.micro_recall.value == pytest.approx(micro, abs=1e-9)


def test_calibration_error_by_hand():
    """Two scores, so two bins: .2 of which one in four is true, .9 of which all are."""
    gold = np.array([1, 0, 0, 0, 1, 1, 1, 1], bool)
    scores = np.array([0.2] * 4 + [0.9] * 4)
    found = reliability(gold, scores, articles("abababab", resamples=5))
    assert found.ece.value == pytest.approx((4 * 0.05 + 4 * 0.1) / 8)
    assert [(round(bin.score, 9), bin.share.value, bin.sentences) for bin in found.bins] == [
        (0.2, 0.25, 4),
        (0.9, 1.0, 4),
    ]


def test_bins_hold_equally_many_sentences():
    rng = np.random.default_rng(3)
    scores = rng.random(1500) ** 8
    gold = rng.random(1500) < scores
    found = reliability(gold, scores, articles([str(n) for n in range(1500)], resamples=5))
    assert [bin.sentences for bin in found.bins] == [100] * 15
    assert found.ece.value < 0.03


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


def test_exact_match_and_words_by_hand():
    """Gold "the mob", "came"; said "mob", "came": one of two exact, two of three words."""
    text = "Then the mob came."
    gold = [[Annotation("emotive_term", 5, 12), Annotation("emotive_term", 13, 17)]]
    predicted = [[_span(9, 12), _span(13, 17)]]
    emotive = span_metrics(gold, predicted, ALL, articles("a", 2), [text])[2]
    assert emotive.exact_f1.value == pytest.approx(2 * 1 / (2 + 2))
    assert emotive.word_f1.value == pytest.approx(2 * 2 / (3 + 2))
    assert span_metrics(gold, predicted, ALL, articles("a", 2))[2].word_f1 is None


@st.composite
def spans_of_words(draw):
    """Sentences of one-letter words, and spans of either side that begin and end with a word."""
    size = draw(st.integers(1, 5))

    def side():
        ends = draw(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=3))
        return [(2 * min(pair), 2 * max(pair) + 1) for pair in ends]

    return [(side(), side()) for _ in range(size)]


@settings(max_examples=60, deadline=None)
@given(spans_of_words())
def test_words_are_counted_as_sklearn_counts_them(sentences):
    gold = [[Annotation("emotive_term", *at) for at in theirs] for theirs, _ in sentences]
    predicted = [[_span(*at) for at in ours] for _, ours in sentences]
    texts = ["a b c d e f g h i j"] * len(sentences)
    sample = articles([str(n) for n in range(len(sentences))], 2)
    found = span_metrics(gold, predicted, ALL, sample, texts)[2].word_f1
    truth, said = (
        [any(s <= 2 * word < e for s, e in both[side]) for both in sentences for word in range(10)]
        for side in (0, 1)
    )
    assert found.value == pytest.approx(f1_score(truth, said, zero_division=0), abs=1e-9)


@settings(deadline=None)
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
