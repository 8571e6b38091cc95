"""Logits -> predictions: calibrate, decide, and find the words behind each decision."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from framescope.calibration import Calibration, sigmoid
from framescope.spans import evidence
from framescope.techniques import TECHNIQUES, Technique
from framescope.values import Prediction, Scores, Span

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Encoded:
    """What the encoder says of some sentences, uncalibrated. Special tokens are left out.

    *Shape:* sentence_logits (sentence, technique); for each sentence, token_logits
    (token, technique) and token_offsets (token, 2), characters of its text.
    """

    texts: Sequence[str]
    sentence_logits: Floats
    token_logits: Sequence[Floats]
    token_offsets: Sequence[Sequence[tuple[int, int]]]


def decode(encoded: Encoded, calibration: Calibration) -> list[Prediction]:
    """One prediction a sentence, in order."""
    probabilities = calibration.probabilities(encoded.sentence_logits)
    decisions = calibration.decisions(probabilities)
    return [
        _prediction(text, scores, _spans(text, offsets, logits, decided, calibration))
        for text, offsets, logits, scores, decided in zip(
            encoded.texts,
            encoded.token_offsets,
            encoded.token_logits,
            probabilities.tolist(),
            decisions.tolist(),
            strict=True,
        )
    ]


def _prediction(text: str, scores: list[float], spans: tuple[Span, ...]) -> Prediction:
    # A text without a single word has nothing that could carry a technique.
    carried: set[Technique] = {span.technique for span in spans}
    return Prediction(text, Scores(*scores), tuple(sorted(carried, key=TECHNIQUES.index)), spans)


def _spans(
    text: str,
    offsets: Sequence[tuple[int, int]],
    logits: Floats,
    decided: list[bool],
    calibration: Calibration,
) -> tuple[Span, ...]:
    if not any(decided):
        return ()
    probabilities = sigmoid(logits)
    spans = [
        span
        for index, technique in enumerate(TECHNIQUES)
        if decided[index]
        for span in evidence(
            text, technique, offsets, probabilities[:, index], calibration.span_thresholds[index]
        )
    ]
    return tuple(sorted(spans, key=lambda span: (span.start, span.end)))
