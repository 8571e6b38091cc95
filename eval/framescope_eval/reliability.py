"""Do probabilities mean what they say? Brier score, expected calibration error, reliability bins.

Adaptive bins hold equally many sentences each (Nixon et al. 2019, https://arxiv.org/abs/1904.01685),
since most scores of a rare technique lie near 0.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from framescope_eval.intervals import Articles, Figure, figure
from framescope_eval.ranking import ratio

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]

BINS = 15


@dataclass(frozen=True, slots=True)
class Bin:
    """Sentences of like score: their mean score, and the share that carries the technique."""

    score: float
    share: Figure
    sentences: int


@dataclass(frozen=True, slots=True)
class Reliability:
    """`ece` is the mean distance of score and share over the bins, weighted by their sentences.

    Its interval is of the same bins in every resample; noise can only add to a distance, so the
    interval leans upward.
    """

    brier: Figure
    ece: Figure
    bins: tuple[Bin, ...]


def reliability(gold: Bools, scores: Floats, sample: Articles) -> Reliability:
    """Of one technique. *Shape:* gold, scores (sentence,)."""
    of_bin = _bins(scores)
    member = of_bin[:, None] == np.arange(of_bin.max() + 1)
    sentences = sample.sums(member.astype(float))
    score = sample.sums(member * scores[:, None])
    actual = sample.sums(member * gold[:, None].astype(float))
    error = np.abs(score - actual).sum(axis=1) / sentences.sum(axis=1)
    share = ratio(actual, sentences)
    brier = sample.sums((scores - gold) ** 2) / sentences.sum(axis=1)
    return Reliability(
        brier=figure(brier),
        ece=figure(error),
        bins=tuple(
            Bin(float(score[0, i] / sentences[0, i]), figure(share[:, i]), int(sentences[0, i]))
            for i in range(member.shape[1])
        ),
    )


def _bins(scores: Floats) -> NDArray[np.int64]:
    """The bin of each sentence: equal counts, but equal scores stay together."""
    ranks = np.searchsorted(np.sort(scores), scores, side="left")
    bins = ranks * BINS // len(scores)
    return np.unique(bins, return_inverse=True)[1]
