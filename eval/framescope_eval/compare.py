"""Is one system better than another on the same sentences? Paired, by article.

Paired bootstrap: both systems are scored on the same resamples of the articles (Berg-Kirkpatrick
et al. 2012, https://aclanthology.org/D12-1091). Approximate randomisation: the systems' outputs are
exchanged, article by article, at random, and the share of exchanges with as large a difference is
the p-value (Noreen 1989; Yeh 2000, https://aclanthology.org/C00-2137).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from framescope.techniques import TECHNIQUES
from framescope_eval.intervals import Articles, Figure, figure
from framescope_eval.ranking import ratio
from framescope_eval.systems import Judged

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]

MACRO = "macro"


@dataclass(frozen=True, slots=True)
class Difference:
    """F1 of the first system less that of the second, for one technique or their mean.

    `p` is two-sided, of approximate randomisation with as many exchanges as there are resamples.
    """

    technique: str
    f1: Figure
    p: float


def compared(
    gold: Bools, first: Judged, second: Judged, labelled: Bools, sample: Articles, seed: int = 0
) -> tuple[Difference, ...]:
    """One difference a labelled technique, then the macro one.

    *Shape:* gold (sentence, technique); labelled (technique,).
    """
    gold = gold[:, labelled]
    ours, theirs = first.decided[:, labelled], second.decided[:, labelled]
    resampled = _with_mean(_f1(gold, ours, sample) - _f1(gold, theirs, sample))
    exchanged = _with_mean(_exchanged(gold, ours, theirs, sample, seed))
    names = [*np.array(TECHNIQUES)[labelled].tolist(), MACRO]
    return tuple(
        Difference(
            technique=name,
            f1=figure(resampled[:, i]),
            p=_p(resampled[0, i], exchanged[:, i]),
        )
        for i, name in enumerate(names)
    )


def _f1(gold: Bools, decided: Bools, sample: Articles) -> Floats:
    hits = sample.sums((gold & decided).astype(float))
    return ratio(2 * hits, sample.sums(decided.astype(float)) + sample.sums(gold.astype(float)))


def _exchanged(gold: Bools, ours: Bools, theirs: Bools, sample: Articles, seed: int) -> Floats:
    """Differences of F1 under random exchange of whole articles. *Shape:* (exchange, technique)."""
    articles = sample.weights.shape[1]
    draws = np.random.default_rng(seed).random((len(sample.weights) - 1, articles)) < 0.5
    whole = Articles(sample.of_sentence, np.eye(articles))
    counts = [
        (whole.sums((gold & said).astype(float)), whole.sums(said.astype(float)))
        for said in (ours, theirs)
    ]
    actual = gold.sum(axis=0)

    def f1(first: tuple[Floats, Floats], second: tuple[Floats, Floats]) -> Floats:
        hits, predicted = (
            draws @ there + ~draws @ here for here, there in zip(first, second, strict=True)
        )
        return ratio(2 * hits, predicted + actual)

    return f1(counts[0], counts[1]) - f1(counts[1], counts[0])


def _with_mean(values: Floats) -> Floats:
    return np.column_stack([values, values.mean(axis=1)])


def _p(found: float, exchanged: Floats) -> float:
    as_large = np.abs(exchanged) >= abs(found) - 1e-12
    return float((as_large.sum() + 1) / (len(exchanged) + 1))
