"""Figures of a ranking: average precision, ROC AUC, precision at a recall; in every resample."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from framescope_eval.intervals import Articles

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Ranking:
    """What a threshold at each score of a positive sentence catches, the highest score first.

    Any other threshold catches the same positives as one of these, and more negatives, so that no
    figure here needs it. *Shape:* all (resample, point), weighted: `hits` and `predicted` at the
    score of the point and above, `above` those predicted above it; but `total` (resample,).
    """

    hits: Floats
    predicted: Floats
    above: Floats
    total: Floats

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
        """The share of pairs of a positive and a negative that are in order, ties by half.

        0 where one class is missing.
        """
        positives = self.hits[:, -1:].sum(axis=1)
        negatives = self.total - positives
        gained = np.diff(self.hits, axis=1, prepend=0)
        false = self.predicted - self.hits
        false_above = self.above - self.hits + gained
        in_order = (gained * (negatives[:, None] - (false + false_above) / 2)).sum(axis=1)
        return ratio(in_order, positives * negatives)

    def precision_at(self, recalls: tuple[float, ...]) -> tuple[Floats, ...]:
        """For each recall the highest precision of any threshold that reaches it."""
        recall, precision = self.recall, self.precision
        return tuple(np.where(recall >= r, precision, 0).max(axis=1, initial=0) for r in recalls)


def ranking(gold: Bools, scores: Floats, sample: Articles) -> Ranking:
    """*Shape:* gold, scores (sentence,)."""
    points = np.unique(-scores[gold])
    # The first point that catches a sentence, and the first that lies below it.
    caught, passed = (np.searchsorted(points, -scores, side) for side in ("left", "right"))
    cells = len(points) + 1
    predicted = np.cumsum(sample.counts(caught, cells), axis=1)
    above = np.cumsum(sample.counts(passed, cells), axis=1)
    hits = np.cumsum(sample.counts(caught, cells, among=gold), axis=1)
    return Ranking(hits[:, :-1], predicted[:, :-1], above[:, :-1], predicted[:, -1])


def ratio(numerator: Floats, denominator: Floats) -> Floats:
    """Zero where nothing was counted, as sklearn's `zero_division=0`."""
    numerator, denominator = np.broadcast_arrays(numerator, denominator)
    return np.divide(numerator, denominator, out=np.zeros(numerator.shape), where=denominator > 0)
