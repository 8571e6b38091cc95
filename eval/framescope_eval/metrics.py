"""Sentence-level metrics per technique: count once, reduce for every resample."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from framescope.techniques import TECHNIQUES, Technique
from framescope_eval.intervals import Articles, Figure, figure
from framescope_eval.ranking import ranking, ratio
from framescope_eval.reliability import Reliability, reliability

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]

RECALLS = (0.5, 0.8, 0.9)
"""Where precision is given too: for those who must miss little, or can read little."""


@dataclass(frozen=True, slots=True)
class ClassMetrics:
    """Figures of one technique. `support` and `prevalence` count the sentences that carry it.

    `false_alarms` are the decisions that are wrong, per 100 sentences.
    `f1_at_half` is F1 at the threshold .5; `precision_at_recall` goes with `RECALLS`; `mcc` is
    Matthews' correlation (Matthews 1975).
    """

    technique: Technique
    precision: Figure
    recall: Figure
    f1: Figure
    average_precision: Figure
    support: int
    prevalence: float
    predicted: int
    mcc: Figure
    f1_at_half: Figure
    roc_auc: Figure
    precision_at_recall: tuple[Figure, ...]
    false_alarms: Figure
    reliability: Reliability


@dataclass(frozen=True, slots=True)
class SentenceMetrics:
    """All techniques that the corpus labels; macro is their unweighted mean, micro counts them
    together."""

    classes: tuple[ClassMetrics, ...]
    macro_f1: Figure
    macro_average_precision: Figure
    micro_precision: Figure
    micro_recall: Figure
    micro_f1: Figure


def sentence_metrics(
    gold: Bools, decided: Bools, scores: Floats, labelled: Bools, sample: Articles
) -> SentenceMetrics:
    """*Shape:* gold, decided, scores (sentence, technique); labelled (technique,)."""
    gold, decided, scores = gold[:, labelled], decided[:, labelled], scores[:, labelled]
    techniques = np.array(TECHNIQUES)[labelled].tolist()
    hits = sample.sums((gold & decided).astype(float))
    predicted = sample.sums(decided.astype(float))
    actual = sample.sums(gold.astype(float))
    total = sample.sums(np.ones((len(gold), 1)))
    precision, recall, f1 = _precision_recall_f1(hits, predicted, actual)
    at_half = scores >= 0.5
    _, _, f1_at_half = _precision_recall_f1(
        sample.sums((gold & at_half).astype(float)), sample.sums(at_half.astype(float)), actual
    )
    false_alarms = 100 * ratio(predicted - hits, total)
    mcc = _mcc(hits, predicted, actual, total)
    rankings = [ranking(gold[:, i], scores[:, i], sample) for i in range(len(techniques))]
    ranked = np.stack([of.average_precision() for of in rankings], axis=1)
    micro = _precision_recall_f1(hits.sum(axis=1), predicted.sum(axis=1), actual.sum(axis=1))
    return SentenceMetrics(
        classes=tuple(
            ClassMetrics(
                technique=technique,
                precision=figure(precision[:, i]),
                recall=figure(recall[:, i]),
                f1=figure(f1[:, i]),
                average_precision=figure(ranked[:, i]),
                support=int(actual[0, i]),
                prevalence=float(gold[:, i].mean()),
                predicted=int(predicted[0, i]),
                mcc=figure(mcc[:, i]),
                f1_at_half=figure(f1_at_half[:, i]),
                roc_auc=figure(rankings[i].roc_auc()),
                precision_at_recall=tuple(map(figure, rankings[i].precision_at(RECALLS))),
                false_alarms=figure(false_alarms[:, i]),
                reliability=reliability(gold[:, i], scores[:, i], sample),
            )
            for i, technique in enumerate(techniques)
        ),
        macro_f1=figure(f1.mean(axis=1)),
        macro_average_precision=figure(ranked.mean(axis=1)),
        micro_precision=figure(micro[0]),
        micro_recall=figure(micro[1]),
        micro_f1=figure(micro[2]),
    )


def _precision_recall_f1(
    hits: Floats, predicted: Floats, actual: Floats
) -> tuple[Floats, Floats, Floats]:
    return ratio(hits, predicted), ratio(hits, actual), ratio(2 * hits, predicted + actual)


def _mcc(hits: Floats, predicted: Floats, actual: Floats, total: Floats) -> Floats:
    covariance = hits * total - predicted * actual
    spread = predicted * (total - predicted) * actual * (total - actual)
    return ratio(covariance, np.sqrt(spread))
