"""Span-level F1 per technique, as SemEval-2020 task 11 counts it for span identification.

Precision is the mean, over predicted spans, of the share of their characters that lies in gold
spans; recall the same with the parts exchanged (Da San Martino et al. 2020, equations 1 to 3,
https://aclanthology.org/2020.semeval-1.186). Overlapping spans of one side are merged first.
Counted for each technique alone, and for the parts of a span that lie in one sentence.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from framescope.techniques import TECHNIQUES, Technique
from framescope.values import Span
from framescope_data.values import Annotation
from framescope_eval.intervals import Articles, Figure, figure


@dataclass(frozen=True, slots=True)
class SpanMetrics:
    """Figures of one technique; `support` and `predicted` count spans."""

    technique: Technique
    precision: Figure
    recall: Figure
    f1: Figure
    support: int
    predicted: int


def span_metrics(
    gold: Sequence[Sequence[Annotation]],
    predicted: Sequence[Sequence[Span]],
    labelled: NDArray[np.bool_],
    sample: Articles,
) -> tuple[SpanMetrics, ...]:
    """`gold` and `predicted` hold the spans of each sentence, with offsets into the sentence.

    Only techniques that are `labelled` (technique,) are counted.
    """
    return tuple(
        _of_technique(technique, gold, predicted, sample)
        for technique, counted in zip(TECHNIQUES, labelled, strict=True)
        if counted
    )


def _of_technique(
    technique: Technique,
    gold: Sequence[Sequence[Annotation]],
    predicted: Sequence[Sequence[Span]],
    sample: Articles,
) -> SpanMetrics:
    counts = np.array(
        [
            _counts(_merged(technique, ours), _merged(technique, theirs))
            for ours, theirs in zip(predicted, gold, strict=True)
        ],
        dtype=float,
    )
    in_gold, found, in_found, actual = sample.sums(counts).T
    with np.errstate(invalid="ignore", divide="ignore"):
        precision = np.where(found > 0, in_gold / found, 0)
        recall = np.where(actual > 0, in_found / actual, 0)
        f1 = np.where(precision + recall > 0, 2 * precision * recall / (precision + recall), 0)
    return SpanMetrics(
        technique,
        figure(precision),
        figure(recall),
        figure(f1),
        support=int(actual[0]),
        predicted=int(found[0]),
    )


def _counts(
    predicted: list[tuple[int, int]], gold: list[tuple[int, int]]
) -> tuple[float, int, float, int]:
    return _covered(predicted, gold), len(predicted), _covered(gold, predicted), len(gold)


def _covered(spans: list[tuple[int, int]], by: list[tuple[int, int]]) -> float:
    """Sum over `spans` of the share of each that lies in `by`."""
    return sum(
        max(0, min(end, other_end) - max(start, other_start)) / (end - start)
        for start, end in spans
        for other_start, other_end in by
    )


def _merged(technique: Technique, spans: Sequence[Annotation | Span]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted((s.start, s.end) for s in spans if s.technique == technique):
        if merged and start < merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged
