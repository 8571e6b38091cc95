"""Span-level F1 per technique: by overlap, by exact match, by words.

Overlap is what SemEval-2020 task 11 counts for span identification.

Precision is the mean, over predicted spans, of the share of their characters that lies in gold
spans; recall the same with the parts exchanged (Da San Martino et al. 2020, equations 1 to 3,
https://aclanthology.org/2020.semeval-1.186). Exact match is F1 of spans with both ends right;
word F1 is F1 of the words (runs of letters and digits) that a span touches. Overlapping spans of
one side are merged first. Counted for each technique alone, and for the parts of a span that lie in
one sentence.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from framescope.techniques import TECHNIQUES, Technique
from framescope.values import Span
from framescope_data.values import Annotation
from framescope_eval.intervals import Articles, Figure, figure
from framescope_eval.ranking import ratio

Stretches = list[tuple[int, int]]

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class SpanMetrics:
    """Figures of one technique; `support` and `predicted` count spans.

    `precision`, `recall` and `f1` are by overlap. `word_f1` is None where no text was given;
    reports of old have neither it nor `exact_f1`.
    """

    technique: Technique
    precision: Figure
    recall: Figure
    f1: Figure
    support: int
    predicted: int
    exact_f1: Figure | None = None
    word_f1: Figure | None = None


def span_metrics(
    gold: Sequence[Sequence[Annotation]],
    predicted: Sequence[Sequence[Span]],
    labelled: NDArray[np.bool_],
    sample: Articles,
    texts: Sequence[str] = (),
) -> tuple[SpanMetrics, ...]:
    """`gold` and `predicted` hold the spans of each sentence, with offsets into the sentence.

    Only techniques that are `labelled` (technique,) are counted. `texts` are the sentences, for
    the F1 of words.
    """
    return tuple(
        _of_technique(technique, gold, predicted, sample, texts)
        for technique, counted in zip(TECHNIQUES, labelled, strict=True)
        if counted
    )


def _of_technique(
    technique: Technique,
    gold: Sequence[Sequence[Annotation]],
    predicted: Sequence[Sequence[Span]],
    sample: Articles,
    texts: Sequence[str],
) -> SpanMetrics:
    sides = [
        (_merged(technique, ours), _merged(technique, theirs))
        for ours, theirs in zip(predicted, gold, strict=True)
    ]
    counts = np.array([_counts(*both) for both in sides], dtype=float)
    in_gold, found, in_found, actual, exact = sample.sums(counts).T
    precision, recall = ratio(in_gold, found), ratio(in_found, actual)
    return SpanMetrics(
        technique,
        figure(precision),
        figure(recall),
        figure(ratio(2 * precision * recall, precision + recall)),
        support=int(actual[0]),
        predicted=int(found[0]),
        exact_f1=figure(ratio(2 * exact, found + actual)),
        word_f1=_word_f1(sides, texts, sample) if texts else None,
    )


def _word_f1(
    sides: Sequence[tuple[Stretches, Stretches]], texts: Sequence[str], sample: Articles
) -> Figure:
    counts = np.zeros((len(sides), 2))
    for row, ((ours, theirs), text) in enumerate(zip(sides, texts, strict=True)):
        if ours or theirs:
            found, actual = (_words(text, side) for side in (ours, theirs))
            counts[row] = len(found & actual), len(found) + len(actual)
    hits, both = sample.sums(counts).T
    return figure(ratio(2 * hits, both))


def _words(text: str, spans: Stretches) -> set[int]:
    """Where the words begin that the spans touch."""
    return {
        word.start()
        for word in _WORD.finditer(text)
        if any(start < word.end() and word.start() < end for start, end in spans)
    }


def _counts(predicted: Stretches, gold: Stretches) -> tuple[float, int, float, int, int]:
    shares = _covered(predicted, gold), len(predicted), _covered(gold, predicted), len(gold)
    return *shares, len({*predicted} & {*gold})


def _covered(spans: Stretches, by: Stretches) -> float:
    """Sum over `spans` of the share of each that lies in `by`."""
    return sum(
        max(0, min(end, other_end) - max(start, other_start)) / (end - start)
        for start, end in spans
        for other_start, other_end in by
    )


def _merged(technique: Technique, spans: Sequence[Annotation | Span]) -> Stretches:
    merged: Stretches = []
    for start, end in sorted((s.start, s.end) for s in spans if s.technique == technique):
        if merged and start < merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged
