"""Calibration and thresholds from dev data. Never called on a test set."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]


def platt(logits: Floats, gold: Bools) -> tuple[float, float]:
    """Slope and intercept for which `sigmoid(slope * logit + intercept)` fits `gold` best.

    Maximum likelihood (Platt 1999), with his smoothed targets replaced by a vanishing ridge.
    *Shape:* both (sentence,).
    """
    fitted = LogisticRegression(C=1e6).fit(logits[:, None], gold)
    return float(fitted.coef_[0, 0]), float(fitted.intercept_[0])


def f1_threshold(scores: Floats, gold: Bools) -> float:
    """The threshold with the highest F1 on these sentences. *Shape:* both (sentence,).

    It lies halfway to the next lower score, so that rounding flips no decision.
    """
    order = np.argsort(-scores, kind="stable")
    ranked, hits = scores[order], np.cumsum(gold[order])
    f1 = 2 * hits / (np.arange(1, len(gold) + 1) + gold.sum())
    f1[np.append(np.diff(ranked) == 0, False)] = 0
    best = int(np.argmax(f1))
    following = ranked[best + 1] if best + 1 < len(ranked) else 0.0
    return float((ranked[best] + following) / 2)


def best_of(candidates: Sequence[float], figures: Sequence[float]) -> float:
    """The candidate with the highest figure; of equals, the middle one."""
    best = np.flatnonzero(np.isclose(figures, max(figures)))
    return candidates[int(best[len(best) // 2])]
