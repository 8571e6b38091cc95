"""Logits -> predictions: calibrate, decide, and find the words behind each decision."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray
from tokenizers import Encoding

from framescope.calibration import Calibration, sigmoid
from framescope.spans import evidence
from framescope.techniques import TECHNIQUES, Technique
from framescope.values import Prediction, Scores, Span

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Encoded:
    """What the encoder says of some sentences, uncalibrated.

    *Shape:* sentence_logits (sentence, technique); all_token_logits (token, technique), the tokens
    of `encodings` one behind the other; there are none for special tokens.
    """

    texts: Sequence[str]
    sentence_logits: Floats
    all_token_logits: Floats
    encodings: Sequence[Encoding]

    @property
    def token_logits(self) -> list[Floats]:
        """For each sentence, without special tokens. *Shape:* (token, technique)."""
        return self.by_sentence(self.all_token_logits)

    @property
    def token_offsets(self) -> list[list[tuple[int, int]]]:
        """For each sentence, without special tokens: characters of its text."""
        return [encoding.offsets[1:-1] for encoding in self.encodings]

    def by_sentence(self, of_tokens: Floats) -> list[Floats]:
        """Something of all tokens, sentence by sentence, without special tokens."""
        ends = list(accumulate(len(encoding) for encoding in self.encodings))
        starts = [0, *ends[:-1]] if ends else []
        return [of_tokens[start + 1 : end - 1] for start, end in zip(starts, ends, strict=True)]


def decode(encoded: Encoded, calibration: Calibration) -> list[Prediction]:
    """One prediction a sentence, in order."""
    probabilities = calibration.probabilities(encoded.sentence_logits)
    decisions = calibration.decisions(probabilities)
    of_tokens = encoded.by_sentence(sigmoid(encoded.all_token_logits))
    spans = {
        row: _spans(
            encoded.texts[row],
            encoded.encodings[row].offsets[1:-1],
            of_tokens[row],
            decisions[row].tolist(),
            calibration,
        )
        for row in np.flatnonzero(decisions.any(axis=1)).tolist()
    }
    return [
        _prediction(text, scores, spans.get(row, ()))
        for row, (text, scores) in enumerate(
            zip(encoded.texts, probabilities.tolist(), strict=True)
        )
    ]


def _prediction(text: str, scores: list[float], spans: tuple[Span, ...]) -> Prediction:
    # A text without a single word has nothing that could carry a technique.
    carried: set[Technique] = {span.technique for span in spans}
    return Prediction(text, Scores(*scores), tuple(sorted(carried, key=TECHNIQUES.index)), spans)


def _spans(
    text: str,
    offsets: Sequence[tuple[int, int]],
    probabilities: Floats,
    decided: list[bool],
    calibration: Calibration,
) -> tuple[Span, ...]:
    spans = [
        span
        for index, technique in enumerate(TECHNIQUES)
        if decided[index]
        for span in evidence(
            text, technique, offsets, probabilities[:, index], calibration.span_thresholds[index]
        )
    ]
    return tuple(sorted(spans, key=lambda span: (span.start, span.end)))
