"""Where does a system do better, where worse? Its figures on parts of a corpus.

A family divides the sentences: by voice (`framescope_eval.voice`), place in the article, length,
source or topic (`framescope_eval.slice_families`). F1 rises with prevalence, so compare the share
that is decided with the share that carries the technique before calling one part harder.

The family "marks" divides by the gold instead: the sentences whose marks of a technique are all
inside a quotation (as the annotators say, not the signs), those with one in the writer's own voice,
and the sentences without any technique. Its share decided is the recall in the first two and the
rate of false alarms in the third.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from framescope.techniques import TECHNIQUES, Technique
from framescope_data.values import Document, Record
from framescope_eval.intervals import Articles, Figure, figure
from framescope_eval.ranking import ratio
from framescope_eval.slice_families import families
from framescope_eval.systems import Judged

Bools = NDArray[np.bool_]

SMALL = 20
"""Figures that rest on fewer sentences with the technique say little."""
FEW = 5
"""Intervals that rest on fewer articles mean little."""


@dataclass(frozen=True, slots=True)
class SliceClass:
    """One technique in one slice: the sentences where it was looked for, and those that carry it.

    `f1` is None where all or none of the sentences carry it; `decided` is the share decided.
    """

    technique: Technique
    articles: int
    sentences: int
    support: int
    f1: Figure | None
    decided: Figure

    @property
    def small(self) -> bool:
        """Whether `SMALL` or `FEW` is not reached; without support, all the sentences count."""
        return (self.support or self.sentences) < SMALL or self.articles < FEW


@dataclass(frozen=True, slots=True)
class SliceReport:
    """One slice: the sentences of a corpus for which `family` has `value`."""

    family: str
    value: str
    sentences: int
    classes: tuple[SliceClass, ...]


@dataclass(frozen=True, slots=True)
class _Slice:
    """*Shape:* members (sentence, technique)."""

    family: str
    value: str
    members: Bools


def slice_reports(
    documents: Sequence[Document], sentences: Sequence[Record], said: Judged, sample: Articles
) -> tuple[SliceReport, ...]:
    """Every slice that has sentences, of every family that divides these.

    `sentences` are those of the documents, in order; `said` judges them. Several corpora may be
    given at once, if no two articles have the same source and id.
    """
    gold = np.array([record.gold for record in sentences])
    labelled = np.array([record.mask for record in sentences])
    parts = [*_divided(documents, sentences, labelled), *_by_marks(sentences, gold, labelled)]
    return _reports(parts, gold, said.decided, sample) if parts else ()


def _divided(
    documents: Sequence[Document], sentences: Sequence[Record], labelled: Bools
) -> list[_Slice]:
    by_id = {(document.source, document.id): document for document in documents}
    articles = [
        (by_id[key], list(group))
        for key, group in groupby(sentences, key=lambda r: (r.source, r.document_id))
    ]
    slices: list[_Slice] = []
    for family in families():
        names = np.array([name for article in articles for name in family.of(*article)])
        found = [value for value in family.values or dict.fromkeys(names) if value in names]
        # A family of one slice would only repeat the figures of the whole corpus.
        if len(found) > 1:
            slices += [_Slice(family.name, v, (names == v)[:, None] & labelled) for v in found]
    return slices


def _by_marks(sentences: Sequence[Record], gold: Bools, labelled: Bools) -> list[_Slice]:
    own_voice = np.array([[_in_own_voice(record, t) for t in TECHNIQUES] for record in sentences])
    # Quotation is recorded neither for attributions nor in every corpus.
    recorded = gold & (np.array(TECHNIQUES) != "unverified_attribution")
    recorded &= any(mark.quoted for record in sentences for mark in record.annotations)
    parts = {
        "all quoted": recorded & ~own_voice,
        "in own voice": recorded & own_voice,
        "no technique": labelled & ~gold.any(axis=1, keepdims=True),
    }
    return [_Slice("marks", value, members) for value, members in parts.items() if members.any()]


def _in_own_voice(record: Record, technique: Technique) -> bool:
    return any(not a.quoted for a in record.annotations if a.technique == technique)


def _reports(
    parts: Sequence[_Slice], gold: Bools, decided: Bools, sample: Articles
) -> tuple[SliceReport, ...]:
    """All slices counted at once. *Shape:* members (sentence, slice, technique)."""
    members = np.stack([part.members for part in parts], axis=1)
    hits, predicted, actual, total = (
        sample.sums((members & counted[:, None, :]).astype(float))
        for counted in (gold & decided, decided, gold, np.ones_like(gold))
    )
    f1, share = ratio(2 * hits, predicted + actual), ratio(predicted, total)
    return tuple(
        SliceReport(
            part.family,
            part.value,
            sentences=int(part.members.any(axis=1).sum()),
            classes=tuple(
                SliceClass(
                    technique,
                    articles=len(np.unique(sample.of_sentence[part.members[:, i]])),
                    sentences=int(total[0, at, i]),
                    support=int(actual[0, at, i]),
                    f1=figure(f1[:, at, i]) if 0 < actual[0, at, i] < total[0, at, i] else None,
                    decided=figure(share[:, at, i]),
                )
                for i, technique in enumerate(TECHNIQUES)
                if total[0, at, i]
            ),
        )
        for at, part in enumerate(parts)
    )
