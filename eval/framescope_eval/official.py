"""A system on the field's own tests, counted as their official scorers count them.

The sentence tests are here: NLP4IF-2019 SLC (Da San Martino et al. 2019,
https://aclanthology.org/D19-5024) and SemEval-2023 task 3, subtask 3 (Piskorski et al. 2023,
https://aclanthology.org/2023.semeval-1.317), checked against the organisers' programs
`task-SLC_scorer.py` and `scorer-subtask-3.py`; the span tests are in `official_spans`. How the
tests differ from ours is said in `published.toml`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from framescope.values import Span
from framescope_data.values import Annotation, Document, Record
from framescope_eval.intervals import Articles, Figure, figure
from framescope_eval.official_spans import Flc, Score, Tc, flc, score, si, tc_style
from framescope_eval.ranking import ratio
from framescope_eval.systems import Judged

Bools = NDArray[np.bool_]
_Marked = TypeVar("_Marked", Annotation, Span)


@dataclass(frozen=True, slots=True)
class SemEval2023:
    """`micro_f1` is the official figure."""

    micro_f1: Figure
    macro_f1: Figure


@dataclass(frozen=True, slots=True)
class SpanTests:
    """The tests that need spans."""

    flc: Flc
    si: Score
    tc: Tc


@dataclass(frozen=True, slots=True)
class Official:
    """All tests of one system on one corpus; `spans` is None for a system that gives none."""

    slc: Score
    semeval2023: SemEval2023
    spans: SpanTests | None


def official(
    documents: Sequence[Document],
    records: Sequence[Record],
    judged: Judged,
    labelled: Bools,
    sample: Articles,
) -> Official:
    """`records` and what is `judged` of them are the sentences of `documents`.

    `sample` is `articles` of the sentences' documents; only techniques that are `labelled`
    (technique,) count.
    """
    gold = np.array([record.gold for record in records])
    return Official(
        slc=slc(_any(gold, labelled), _any(judged.decided, labelled), sample),
        semeval2023=semeval2023(gold, judged.decided, labelled, sample),
        spans=_span_tests(documents, records, judged, labelled, sample) if judged.spans else None,
    )


def slc(gold_any: Bools, decided_any: Bools, sample: Articles) -> Score:
    """NLP4IF-2019 SLC: F1 of the sentences with any technique.

    0 where nothing is counted, as sklearn has it. *Shape:* both (sentence,).
    """
    hits = gold_any & decided_any
    counts = np.column_stack([hits, decided_any, hits, gold_any]).astype(float)
    return score(sample.sums(counts), empty=0)


def semeval2023(gold: Bools, decided: Bools, labelled: Bools, sample: Articles) -> SemEval2023:
    """SemEval-2023 task 3, subtask 3: F1 of many techniques a paragraph.

    sklearn's `f1_score` with `zero_division=1`: 1 for a technique that neither side has.
    *Shape:* gold, decided (paragraph, technique); labelled (technique,).
    """
    hits = sample.sums((gold & decided)[:, labelled].astype(float))
    both = sample.sums(gold[:, labelled].astype(float) + decided[:, labelled])
    f1 = np.where(both > 0, ratio(2 * hits, both), 1)
    hits, both = hits.sum(axis=1), both.sum(axis=1)
    return SemEval2023(
        micro_f1=figure(np.where(both > 0, ratio(2 * hits, both), 1)),
        macro_f1=figure(f1.mean(axis=1)),
    )


def document_spans(
    records: Sequence[Record], spans: Sequence[Sequence[_Marked]]
) -> list[list[_Marked]]:
    """The spans of sentences by document, with offsets into it; documents in the order of ids.

    `spans` is `Judged.spans`, or the annotations of `records`; a mark that a record holds only in
    part stays in parts, so the annotations of a `Document` are the better gold. Raises `ValueError`
    for a system without spans.
    """
    found: dict[str, list[_Marked]] = {id: [] for id in sorted({r.document_id for r in records})}
    for record, marked in zip(records, spans, strict=True):
        found[record.document_id] += [
            replace(span, start=span.start + record.start, end=span.end + record.start)
            for span in marked
        ]
    return list(found.values())


def _any(values: Bools, labelled: Bools) -> Bools:
    return values[:, labelled].sum(axis=1) > 0


def _span_tests(
    documents: Sequence[Document],
    records: Sequence[Record],
    judged: Judged,
    labelled: Bools,
    sample: Articles,
) -> SpanTests:
    with_sentences = {record.document_id for record in records}
    ordered = sorted((d for d in documents if d.id in with_sentences), key=lambda d: d.id)
    gold = [document.annotations for document in ordered]
    predicted = document_spans(records, judged.spans)
    # `articles` numbers the documents in the order of their ids, too.
    of_documents = replace(sample, of_sentence=np.arange(len(gold)))
    return SpanTests(
        flc=flc(gold, predicted, labelled, of_documents),
        si=si(gold, predicted, labelled, of_documents),
        tc=tc_style(gold, predicted, labelled, of_documents),
    )
