"""Figures with 95% intervals from a bootstrap over articles.

Sentences of one article are not independent, so whole articles are drawn, with replacement
(cluster bootstrap; Field and Welsh 2007, https://doi.org/10.1111/j.1467-9868.2007.00593.x).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Figure:
    """A value with the 2.5th and 97.5th percentile of its bootstrap distribution."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self:.3f}"

    def __format__(self, spec: str) -> str:
        spec = spec or ".3f"
        return f"{self.value:{spec}} [{self.low:{spec}}, {self.high:{spec}}]"


@dataclass(frozen=True, slots=True)
class Articles:
    """Which article each sentence belongs to, and the resamples of them.

    *Shape:* `of_sentence` (sentence,), indices of articles; `weights` (resample, article), how
    often each article was drawn. Row 0 is the sample itself: each article once.
    """

    of_sentence: NDArray[np.int64]
    weights: Floats

    def sums(self, values: Floats) -> Floats:
        """Sums of a per-sentence quantity in every resample.

        *Shape:* (sentence, ...) to (resample, ...).
        """
        every = np.arange(len(self.of_sentence))
        per_article = self._table(every, len(every), every) @ values.reshape(len(every), -1)
        return (self.weights @ per_article).reshape(len(self.weights), *values.shape[1:])

    def counts(self, cell: NDArray[np.int64], cells: int, among: Bools | None = None) -> Floats:
        """How many sentences each cell holds in every resample; of those `among` only, if given.

        `cell` is that of each sentence, below `cells`. *Shape:* (sentence,) to (resample, cell).
        """
        rows = np.arange(len(cell)) if among is None else np.flatnonzero(among)
        # Few cells of an article are filled: dense, they could outgrow the memory.
        return np.ascontiguousarray((self._table(cell, cells, rows).T @ self.weights.T).T)

    def _table(self, column: NDArray[np.int64], columns: int, rows: NDArray[np.int64]) -> csr_array:
        """Counts of the sentences `rows`. *Shape:* (article, column)."""
        where = self.of_sentence[rows], column[rows]
        return csr_array((np.ones(len(rows)), where), (self.weights.shape[1], columns))


def articles(ids: Sequence[str], resamples: int = 1000, seed: int = 0) -> Articles:
    """`ids`: the article of each sentence."""
    names, of_sentence = np.unique(np.array(list(ids)), return_inverse=True)
    drawn: Floats = (
        np.random.default_rng(seed)
        .multinomial(len(names), np.full(len(names), 1 / len(names)), size=resamples)
        .astype(float)
    )
    weights = np.vstack([np.ones((1, len(names))), drawn])
    return Articles(of_sentence, weights)


def figure(values: Floats) -> Figure:
    """*Shape:* (resample,), the sample itself first."""
    low, high = np.percentile(values[1:], [2.5, 97.5])
    return Figure(float(values[0]), float(low), float(high))
