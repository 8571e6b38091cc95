"""Documents -> sentence records, and the guard against leaks between splits."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import replace

from framescope.sentences import split_sentences
from framescope_data.values import Document, Record

_LEAK_WORDS = 8


def records(documents: Iterable[Document]) -> Iterator[Record]:
    """The sentences of the documents, in order, each with the annotations that touch it."""
    for document in documents:
        spans = _line_spans(document.text) if document.lines else split_sentences(document.text)
        for index, (start, end) in enumerate(spans):
            yield _record(document, index, start, end)


def without_leaks(train: Iterable[Record], *held_out: Iterable[Record]) -> list[Record]:
    """`train` less every sentence that stands in a held-out split, but for case and signs.

    A line may hold several sentences: one long enough to be no stock phrase is a leak too.
    """
    seen = {text for split in held_out for record in split for text in _units(record.text)}
    return [record for record in train if seen.isdisjoint(_units(record.text))]


def normalise(text: str) -> str:
    """The words and numbers of a text alone: what is left is the same sentence to a model."""
    return " ".join(re.findall(r"\w+", unicodedata.normalize("NFKC", text).casefold()))


def _units(text: str) -> set[str]:
    sentences = (normalise(text[start:end]) for start, end in split_sentences(text))
    return {normalise(text)} | {unit for unit in sentences if unit.count(" ") + 1 >= _LEAK_WORDS}


def _line_spans(text: str) -> Iterator[tuple[int, int]]:
    offset = 0
    for line in text.splitlines(keepends=True):
        body = line.strip()
        if body:
            start = offset + line.index(body)
            yield start, start + len(body)
        offset += len(line)


def _record(document: Document, index: int, start: int, end: int) -> Record:
    touching = (a for a in document.annotations if a.start < end and start < a.end)
    return Record(
        document_id=document.id,
        index=index,
        start=start,
        text=document.text[start:end],
        source=document.source,
        labelled=document.labelled,
        annotations=tuple(
            replace(a, start=max(a.start, start) - start, end=min(a.end, end) - start)
            for a in touching
        ),
    )
