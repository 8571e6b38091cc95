"""Single sentences to read: where a system was most confidently wrong, and where it was closest."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from framescope.techniques import TECHNIQUES, Technique
from framescope_data.values import Record
from framescope_eval.systems import Judged

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Offsets = tuple[tuple[int, int], ...]

MistakeKind = Literal["false alarm", "miss", "close call"]
KINDS: tuple[MistakeKind, ...] = ("false alarm", "miss", "close call")


@dataclass(frozen=True, slots=True)
class Scored:
    """What one system says of the sentences of a corpus, in order."""

    corpus: str
    records: Sequence[Record]
    judged: Judged


@dataclass(frozen=True, slots=True)
class Piece:
    """Words of a sentence, and whether they lie in gold and in predicted spans."""

    text: str
    gold: bool
    predicted: bool


@dataclass(frozen=True, slots=True)
class Mistake:
    """One sentence, seen for one technique.

    `gold` and `predicted` are the spans of this technique, with offsets into `text`; `decided` is
    the decision on the sentence, `carries` the truth. `notes` are what the annotator noted of the
    gold spans: kind of attribution, borderline, quoted.
    """

    technique: Technique
    kind: MistakeKind
    corpus: str
    document_id: str
    index: int
    text: str
    score: float
    threshold: float
    carries: bool
    decided: bool
    gold: Offsets
    predicted: Offsets
    notes: tuple[str, ...]

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """The text, cut wherever a span begins or ends."""
        ends = {at for span in (*self.gold, *self.predicted) for at in span}
        return tuple(
            Piece(self.text[start:end], _within(start, self.gold), _within(start, self.predicted))
            for start, end in pairwise(sorted({0, len(self.text), *ends}))
        )


def mistakes(scored: Scored, thresholds: Sequence[float], count: int = 8) -> tuple[Mistake, ...]:
    """Per technique and kind at most `count`, the most telling first; equal sentences come once.

    False alarms with the highest scores, misses with the lowest, and the sentences whose score lies
    nearest to the threshold, right or wrong. Thresholds are in the order of `TECHNIQUES`.
    """
    gold = np.array([record.gold for record in scored.records])
    labelled = np.array([record.mask for record in scored.records])
    found: list[Mistake] = []
    for column, threshold in enumerate(thresholds):
        scores, decided = scored.judged.scores[:, column], scored.judged.decided[:, column]
        carries, counts = gold[:, column], labelled[:, column]
        rows: dict[MistakeKind, list[int]] = {
            "false alarm": _ordered(counts & decided & ~carries, -scores),
            "miss": _ordered(counts & carries & ~decided, scores),
            "close call": _ordered(counts, np.abs(scores - threshold)),
        }
        found += [
            _mistake(scored, row, column, kind, threshold)
            for kind in KINDS
            for row in _distinct(rows[kind], scored.records)[:count]
        ]
    return tuple(found)


def _ordered(among: Bools, by: Floats) -> list[int]:
    rows = np.flatnonzero(among)
    return rows[np.argsort(by[rows], kind="stable")].tolist()


def _distinct(rows: Sequence[int], records: Sequence[Record]) -> list[int]:
    """The first row of each text: news repeats its boilerplate."""
    firsts: dict[str, int] = {}
    for row in rows:
        firsts.setdefault(records[row].text, row)
    return list(firsts.values())


def _mistake(scored: Scored, row: int, column: int, kind: MistakeKind, threshold: float) -> Mistake:
    record, judged, technique = scored.records[row], scored.judged, TECHNIQUES[column]
    marks = [mark for mark in record.annotations if mark.technique == technique]
    spans = judged.spans[row] if judged.spans else ()
    notes = {
        note
        for mark in marks
        for note in (mark.kind, "borderline" * mark.borderline, "quoted" * mark.quoted)
    }
    return Mistake(
        technique=technique,
        kind=kind,
        corpus=scored.corpus,
        document_id=record.document_id,
        index=record.index,
        text=record.text,
        score=float(judged.scores[row, column]),
        threshold=threshold,
        carries=record.gold[column],
        decided=bool(judged.decided[row, column]),
        gold=tuple((mark.start, mark.end) for mark in marks),
        predicted=tuple((span.start, span.end) for span in spans if span.technique == technique),
        notes=tuple(sorted(notes - {""})),
    )


def _within(at: int, spans: Offsets) -> bool:
    return any(start <= at < end for start, end in spans)
