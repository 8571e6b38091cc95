"""Who agrees with whom on the same sentences: readers, our layer, PTC's annotators, a system.

A figure against annotations means little without the figures of annotators against each other.
Cohen's kappa is agreement beyond what the two would reach by chance (Cohen 1960,
https://doi.org/10.1177/001316446002000104).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from framescope.techniques import TECHNIQUES, Technique
from framescope.values import Span
from framescope_data.corpora import CORPORA, load
from framescope_data.files import ANNOTATIONS
from framescope_data.layers import read_layer, read_places
from framescope_data.records import records
from framescope_data.values import Annotation, Document, Record
from framescope_eval.intervals import Articles, Figure, figure
from framescope_eval.ranking import ranking, ratio
from framescope_eval.span_metrics import span_metrics
from framescope_eval.systems import Judged

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]

OUR_LAYER = "our layer"
PEOPLE = "PTC's annotators"
_HUMAN = "-human"
_READERS = ("A", "B")


@dataclass(frozen=True, slots=True)
class Marks:
    """What one party finds in some sentences, in order.

    *Shape:* decided, scores (sentence, technique); labelled (technique,), what it looked for; read
    (sentence,), where it looked at all. `spans` is None for a party that gives none, `scores` for
    one that only decides, `read` for one that read every sentence.
    """

    party: str
    decided: Bools
    labelled: Bools
    spans: Sequence[Sequence[Span]] | None = None
    scores: Floats | None = None
    read: Bools | None = None

    def of(self, rows: NDArray[np.int64]) -> "Marks":
        """The marks in these sentences alone."""
        return replace(
            self,
            decided=self.decided[rows],
            spans=None if self.spans is None else [self.spans[row] for row in rows],
            scores=None if self.scores is None else self.scores[rows],
            read=None,
        )


@dataclass(frozen=True, slots=True)
class AgreementRow:
    """Two parties on one technique, in the sentences that both read.

    `first_found`, `second_found` and `both_found` are sentences.
    `span_f1` is the overlap F1 of `span_metrics`, None unless both give spans. `average_precision`
    ranks the sentences by the scores of the first against the decisions of the second, None unless
    the first gives scores. All others are the same with the parties exchanged.
    """

    first: str
    second: str
    technique: Technique
    first_found: int
    second_found: int
    both_found: int
    f1: Figure
    kappa: Figure
    span_f1: Figure | None
    average_precision: Figure | None


def marks_of(party: str, sentences: Sequence[Record]) -> Marks:
    """The annotations of records as the marks of `party`."""
    return Marks(
        party,
        decided=np.array([record.gold for record in sentences]),
        labelled=np.array(sentences[0].mask),
        spans=[
            [Span(a.technique, a.start, a.end, r.text[a.start : a.end], 1) for a in r.annotations]
            for r in sentences
        ],
    )


def marks_by(party: str, said: Judged) -> Marks:
    """What a system says as the marks of `party`."""
    everything = np.ones(len(TECHNIQUES), bool)
    return Marks(party, said.decided, everything, said.spans or None, said.scores)


def agreement_rows(first: Marks, second: Marks, sample: Articles) -> tuple[AgreementRow, ...]:
    """One row for each technique that both looked for, on the same sentences in the same order.

    Sentences that one of them did not read are left out.
    """
    kept = np.flatnonzero(_read(first) & _read(second))
    if len(kept) < len(first.decided):
        first, second = first.of(kept), second.of(kept)
        sample = replace(sample, of_sentence=sample.of_sentence[kept])
    labelled = first.labelled & second.labelled
    f1, kappa = _f1_and_kappa(first.decided, second.decided, sample)
    spans = _span_f1(first, second, labelled, sample)
    return tuple(
        AgreementRow(
            first.party,
            second.party,
            TECHNIQUES[i],
            first_found=int(first.decided[:, i].sum()),
            second_found=int(second.decided[:, i].sum()),
            both_found=int((first.decided & second.decided)[:, i].sum()),
            f1=figure(f1[:, i]),
            kappa=figure(kappa[:, i]),
            span_f1=spans[at] if spans else None,
            average_precision=_average_precision(first, second, i, sample),
        )
        for at, i in enumerate(np.flatnonzero(labelled).tolist())
    )


def corpus_agreement(
    corpus: str,
    documents: Sequence[Document],
    name: str,
    said: Judged,
    root: Path,
    sample: Articles,
) -> tuple[AgreementRow, ...]:
    """All that can be compared on `corpus`: annotators with each other, then the system with each.

    `said` is what the system `name` says of `records(documents)`; `root` is that of `load`. Readers
    are those of the layer `<corpus>.readers.tsv`, people those of the corpus `<corpus>-human`.
    Where neither is at hand, the system is compared with the annotations of the corpus alone.
    """
    own = PEOPLE if corpus.endswith(_HUMAN) else OUR_LAYER
    layer = marks_of(own, list(records(documents)))
    readers, people = _readings(corpus, documents), _people(corpus, root)
    system = marks_by(name, said)
    pairs = [
        *pairwise(readers),
        *((layer, other) for other in people),
        *((system, other) for other in (layer, *readers, *people)),
    ]
    return tuple(row for one, other in pairs for row in agreement_rows(one, other, sample))


def _readings(corpus: str, documents: Sequence[Document]) -> list[Marks]:
    """The two readings of the corpus apart, or nothing if it has one.

    The lines of `<corpus>.once.txt` had the first reading only.
    """
    path = ANNOTATIONS / f"{corpus}.readers.tsv"
    if not path.is_file():
        return []
    layer = read_layer(path)
    read_once = read_places(ANNOTATIONS / f"{corpus}.once.txt")

    def read_by(reader: str) -> list[Document]:
        return [
            replace(d, annotations=tuple(a for a in layer.get(d.id, ()) if a.reader == reader))
            for d in documents
        ]

    first, second = (marks_of(f"reader {name}", list(records(read_by(name)))) for name in _READERS)
    twice = [(r.document_id, r.start) not in read_once for r in records(documents)]
    return [first, replace(second, read=np.array(twice))]


def _read(marks: Marks) -> Bools:
    return np.ones(len(marks.decided), bool) if marks.read is None else marks.read


def _people(corpus: str, root: Path) -> list[Marks]:
    """The labels of PTC's own annotators on the same articles, or nothing if they aren't there."""
    name = f"{corpus}{_HUMAN}"
    if name not in CORPORA:
        return []
    try:
        return [marks_of(PEOPLE, list(records(load(name, root))))]
    except FileNotFoundError:  # Our layer is of use without the files of labels too.
        return []


def _f1_and_kappa(first: Bools, second: Bools, sample: Articles) -> tuple[Floats, Floats]:
    """*Shape:* both (sentence, technique) to both (resample, technique).

    Kappa is 2 (ad - bc) / ((a + b)(b + d) + (a + c)(c + d)) for a table of agreement a, b, c, d;
    0 where both parties say the same of every sentence, as chance would.
    """
    both = sample.sums((first & second).astype(float))
    ours, theirs = sample.sums(first.astype(float)), sample.sums(second.astype(float))
    total = sample.sums(np.ones((len(first), 1)))
    by_chance = ours * (total - theirs) + theirs * (total - ours)
    kappa = ratio(2 * (both * total - ours * theirs), by_chance)
    return ratio(2 * both, ours + theirs), kappa


def _span_f1(first: Marks, second: Marks, labelled: Bools, sample: Articles) -> list[Figure]:
    if first.spans is None or second.spans is None:
        return []
    gold = [[Annotation(s.technique, s.start, s.end) for s in spans] for spans in second.spans]
    return [of.f1 for of in span_metrics(gold, first.spans, labelled, sample)]


def _average_precision(first: Marks, second: Marks, i: int, sample: Articles) -> Figure | None:
    if first.scores is None:
        return None
    return figure(ranking(second.decided[:, i], first.scores[:, i], sample).average_precision())
