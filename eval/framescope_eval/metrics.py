"""Sentence-level metrics per technique: count once, reduce for every resample."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from framescope.techniques import TECHNIQUES, Technique
from framescope_eval.intervals import Articles, Figure, figure

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ClassMetrics:
    """Figures of one technique. `support` and `prevalence` count the sentences that carry it."""

    technique: Technique
    precision: Figure
    recall: Figure
    f1: Figure
    average_precision: Figure
    support: int
    prevalence: float
    predicted: int


@dataclass(frozen=True, slots=True)
class SentenceMetrics:
    """All techniques that the corpus labels, and the unweighted mean of their F1."""

    classes: tuple[ClassMetrics, ...]
    macro_f1: Figure
    macro_average_precision: Figure


def sentence_metrics(
    gold: Bools, decided: Bools, scores: Floats, labelled: Bools, sample: Articles
) -> SentenceMetrics:
    """*Shape:* gold, decided, scores (sentence, technique); labelled (technique,)."""
    hits = sample.sums((gold & decided).astype(float))
    predicted = sample.sums(decided.astype(float))
    actual = sample.sums(gold.astype(float))
    f1 = _ratio(2 * hits, predicted + actual)
    precision, recall = _ratio(hits, predicted), _ratio(hits, actual)
    ranked = np.stack(
        [_average_precision(gold[:, i], scores[:, i], sample) for i in range(len(TECHNIQUES))], 1
    )
    classes = tuple(
        ClassMetrics(
            technique=technique,
            precision=figure(precision[:, i]),
            recall=figure(recall[:, i]),
            f1=figure(f1[:, i]),
            average_precision=figure(ranked[:, i]),
            support=int(actual[0, i]),
            prevalence=float(gold[:, i].mean()),
            predicted=int(predicted[0, i]),
        )
        for i, technique in enumerate(TECHNIQUES)
        if labelled[i]
    )
    return SentenceMetrics(
        classes, figure(f1[:, labelled].mean(axis=1)), figure(ranked[:, labelled].mean(axis=1))
    )


def _average_precision(gold: Bools, scores: Floats, sample: Articles) -> Floats:
    """sklearn's `average_precision_score` in every resample. *Shape:* (resample,)."""
    order = np.argsort(-scores, kind="stable")
    # Equal scores are one operating point: only the last sentence of each tie counts.
    last_of_tie = np.append(np.diff(scores[order]) != 0, True)
    weights = sample.weights[:, sample.of_sentence[order]]
    hits = np.cumsum(weights * gold[order], axis=1)[:, last_of_tie]
    predicted = np.cumsum(weights, axis=1)[:, last_of_tie]
    recall = _ratio(hits, hits[:, -1:])
    steps = np.diff(recall, axis=1, prepend=0)
    return (steps * _ratio(hits, predicted)).sum(axis=1)


def _ratio(numerator: Floats, denominator: Floats) -> Floats:
    """Zero where nothing was counted, as sklearn's `zero_division=0`."""
    return np.divide(
        numerator, denominator, out=np.zeros_like(numerator * denominator), where=denominator > 0
    )
