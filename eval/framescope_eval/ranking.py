"""Figures of a ranking: average precision, ROC AUC, precision at a recall; in every resample."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from framescope_eval.intervals import Articles

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Ranking:
    """What a threshold at each distinct score catches, the highest score first.

    *Shape:* scores (point,); hits, predicted (resample, point), cumulative and weighted.
    """

    scores: Floats
    hits: Floats
    predicted: Floats

    @property
    def recall(self) -> Floats:
        """*Shape:* (resample, point)."""
        return ratio(self.hits, self.hits[:, -1:])

    @property
    def precision(self) -> Floats:
        """*Shape:* (resample, point)."""
        return ratio(self.hits, self.predicted)

    def average_precision(self) -> Floats:
        """sklearn's `average_precision_score`: precision weighted by the steps of recall."""
        return (np.diff(self.recall, axis=1, prepend=0) * self.precision).sum(axis=1)

    def roc_auc(self) -> Floats:
        """Area under the ROC curve by trapezia; 0 where one class is missing."""
        false = self.predicted - self.hits
        heights = self.hits - np.diff(self.hits, axis=1, prepend=0) / 2
        area = (np.diff(false, axis=1, prepend=0) * heights).sum(axis=1)
        return ratio(area, false[:, -1] * self.hits[:, -1])

    def precision_at(self, recall: float) -> Floats:
        """The highest precision of any threshold that reaches `recall`."""
        return np.where(self.recall >= recall, self.precision, 0).max(axis=1)


def ranking(gold: Bools, scores: Floats, sample: Articles) -> Ranking:
    """*Shape:* gold, scores (sentence,)."""
    order = np.argsort(-scores, kind="stable")
    # Equal scores are one operating point: only the last sentence of each tie counts.
    last_of_tie = np.append(np.diff(scores[order]) != 0, True)
    weights = sample.weights[:, sample.of_sentence[order]]
    return Ranking(
        scores=scores[order][last_of_tie],
        hits=np.cumsum(weights * gold[order], axis=1)[:, last_of_tie],
        predicted=np.cumsum(weights, axis=1)[:, last_of_tie],
    )


def ratio(numerator: Floats, denominator: Floats) -> Floats:
    """Zero where nothing was counted, as sklearn's `zero_division=0`."""
    numerator, denominator = np.broadcast_arrays(numerator, denominator)
    return np.divide(numerator, denominator, out=np.zeros(numerator.shape), where=denominator > 0)
