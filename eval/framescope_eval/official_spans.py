"""Span tests of the field, counted as their official scorers count them, with our intervals.

NLP4IF-2019 FLC (Da San Martino et al. 2019, https://aclanthology.org/D19-5024); SemEval-2020 task
11, SI and TC (https://aclanthology.org/2020.semeval-1.186). Checked against the organisers'
programs `task-FLC_scorer.py`, `task-SI_scorer.py` and `task-TC_scorer.py`. Spans come by document,
with offsets into it; `sample` is of documents. Only techniques that are `labelled` (technique,)
count.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from framescope.techniques import TECHNIQUES, Technique
from framescope.values import Span
from framescope_data.values import Annotation
from framescope_eval.intervals import Articles, Figure, figure
from framescope_eval.ranking import ratio

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Stretches = list[tuple[int, int]]
Spans = Sequence[Annotation] | Sequence[Span]
"""The spans of one document."""
Corpus = Sequence[Spans]
"""The spans of each document."""


@dataclass(frozen=True, slots=True)
class Score:
    """`support` counts what is to be found, `predicted` what is said to be found."""

    precision: Figure
    recall: Figure
    f1: Figure
    support: int
    predicted: int


@dataclass(frozen=True, slots=True)
class FlcTechnique:
    """`printed_f1` is what the organisers' program prints for one technique.

    There the sum for precision stands in for the sum for recall; `score` has the published
    formula. Over all techniques the program is right.
    """

    technique: Technique
    score: Score
    printed_f1: Figure


@dataclass(frozen=True, slots=True)
class Flc:
    """`overall`, the official figure, counts the spans of all techniques, each against its own."""

    overall: Score
    techniques: tuple[FlcTechnique, ...]


@dataclass(frozen=True, slots=True)
class TcTechnique:
    """`support` counts the gold spans of the technique, `predicted` those that were given it."""

    technique: Technique
    f1: Figure
    support: int
    predicted: int


@dataclass(frozen=True, slots=True)
class Tc:
    """`micro_f1`, the official figure, is the share of gold spans that were given their technique.

    `macro_f1` is the mean over the techniques.
    """

    micro_f1: Figure
    macro_f1: Figure
    techniques: tuple[TcTechnique, ...]


def flc(gold: Corpus, predicted: Corpus, labelled: Bools, sample: Articles) -> Flc:
    """NLP4IF-2019 FLC: spans with their technique; what is found in part counts in part.

    For spans s and t of one technique let C(s, t, h) = |s and t| / h, else 0. Precision is the sum
    of C(s, t, |s|) over all predicted s and gold t, divided by the number of predicted spans;
    recall is the sum of C(s, t, |t|), divided by the number of gold spans (Da San Martino et al.
    2019, https://aclanthology.org/D19-1565). Spans of one technique that share a character are
    merged first, on both sides (the program's option `-m`). F1 is 1 where neither side has a span.
    """
    names = np.array(TECHNIQUES)[labelled].tolist()
    counts = [
        [_overlap(_merged(theirs, [name]), _merged(ours, [name])) for name in names]
        for theirs, ours in zip(gold, predicted, strict=True)
    ]
    sums = sample.sums(np.array(counts, dtype=float))
    printed = sums[:, :, [0, 1, 0, 3]]
    return Flc(
        overall=score(sums.sum(axis=1), empty=1),
        techniques=tuple(
            FlcTechnique(name, score(sums[:, i], empty=1), score(printed[:, i], empty=1).f1)
            for i, name in enumerate(names)
        ),
    )


def si(gold: Corpus, predicted: Corpus, labelled: Bools, sample: Articles) -> Score:
    """SemEval-2020 task 11 SI: the formula of `flc` without regard to the technique.

    Spans of any technique that share a character are merged (Da San Martino et al. 2020,
    https://aclanthology.org/2020.semeval-1.186, equations 1 to 3).
    """
    names = np.array(TECHNIQUES)[labelled].tolist()
    counts = [
        _overlap(_merged(theirs, names), _merged(ours, names))
        for theirs, ours in zip(gold, predicted, strict=True)
    ]
    return score(sample.sums(np.array(counts, dtype=float)), empty=1)


def tc_style(gold: Corpus, predicted: Corpus, labelled: Bools, sample: Articles) -> Tc:
    """SemEval-2020 task 11 TC, as far as it goes: which technique does each gold span have?

    A gold span is given the technique predicted on most of its characters (of equals, the first
    in `TECHNIQUES`); with none there it is given none, which is wrong. Gold spans of several
    techniques at one place are given as many, matched in their favour, as the program does.
    Nothing is merged. The setup differs: systems in TC are told the spans and give each one of 14
    techniques, while ours are found without knowing where the gold spans lie.
    """
    names = np.array(TECHNIQUES)[labelled].tolist()
    counts = [_given(theirs, ours, names) for theirs, ours in zip(gold, predicted, strict=True)]
    hits, given, actual = np.moveaxis(sample.sums(np.array(counts)), 2, 0)
    f1 = ratio(2 * hits, given + actual)
    return Tc(
        micro_f1=figure(ratio(hits.sum(axis=1), actual.sum(axis=1))),
        macro_f1=figure(f1.mean(axis=1)),
        techniques=tuple(
            TcTechnique(name, figure(f1[:, i]), int(actual[0, i]), int(given[0, i]))
            for i, name in enumerate(names)
        ),
    )


def score(sums: Floats, empty: float) -> Score:
    """Of the sums that `_overlap` describes; F1 is `empty` where neither side has anything.

    *Shape:* (resample, 4).
    """
    found, predicted, found_gold, gold = sums.T
    precision, recall = ratio(found, predicted), ratio(found_gold, gold)
    f1 = ratio(2 * precision * recall, precision + recall)
    return Score(
        figure(precision),
        figure(recall),
        figure(np.where(predicted + gold > 0, f1, empty)),
        support=int(gold[0]),
        predicted=int(predicted[0]),
    )


def _overlap(gold: Stretches, predicted: Stretches) -> tuple[float, int, float, int]:
    """Sum of the shares of predicted spans that lie in gold, and their number; then exchanged."""
    found, found_gold = 0.0, 0.0
    for start, end in predicted:
        for gold_start, gold_end in gold:
            shared = max(0, min(end, gold_end) - max(start, gold_start))
            found += shared / (end - start)
            found_gold += shared / (gold_end - gold_start)
    return found, len(predicted), found_gold, len(gold)


def _given(gold: Spans, predicted: Spans, names: Sequence[Technique]) -> Floats:
    """Gold spans that got their technique, that were given each, that have each.

    *Shape:* (technique, 3).
    """
    counts = np.zeros((len(names), 3))
    stretches = [_merged(predicted, [name]) for name in names]
    marks = {(s.start, s.end, s.technique) for s in gold if s.technique in names}
    for start, end in {(start, end) for start, end, _ in marks}:
        actual = np.array([(start, end, name) in marks for name in names])
        covered = np.array([_covered(start, end, by) for by in stretches])
        first = np.argsort(-covered, kind="stable")[: actual.sum()]
        given = (covered > 0) & np.isin(np.arange(len(names)), first)
        counts += np.column_stack([given & actual, given, actual])
    return counts


def _covered(start: int, end: int, by: Stretches) -> int:
    return sum(max(0, min(end, by_end) - max(start, by_start)) for by_start, by_end in by)


def _merged(spans: Spans, names: Sequence[Technique]) -> Stretches:
    """What the spans of these techniques cover; spans that only touch stay apart."""
    merged: Stretches = []
    for start, end in sorted((s.start, s.end) for s in spans if s.technique in names):
        if merged and start < merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged
