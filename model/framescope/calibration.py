"""Logits -> probabilities -> decisions: the constants that dev data gave one checkpoint."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Calibration:
    """Constants per technique, in the order of `TECHNIQUES`, for one precision of the weights.

    Sentence probability is `sigmoid(slope * logit + intercept)` (Platt scaling, Platt 1999). A
    technique is decided where it reaches `threshold`; a token belongs to a span of a decided
    technique where `sigmoid(token_logit)` reaches `span_threshold`.
    """

    slopes: tuple[float, ...]
    intercepts: tuple[float, ...]
    thresholds: tuple[float, ...]
    span_thresholds: tuple[float, ...]

    def probabilities(self, logits: Floats) -> Floats:
        """*Shape:* (sentence, technique) to the same."""
        slopes = np.array(self.slopes, np.float32)
        return sigmoid(logits * slopes + np.array(self.intercepts, np.float32))

    def decisions(self, probabilities: Floats) -> NDArray[np.bool_]:
        """*Shape:* (sentence, technique) to the same."""
        return probabilities >= np.array(self.thresholds, np.float32)


def sigmoid(logits: NDArray[np.floating]) -> Floats:
    """Elementwise logistic function, without overflow at either end."""
    return (0.5 * (1 + np.tanh(0.5 * logits))).astype(np.float32)
