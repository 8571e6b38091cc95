"""Documents -> sentence records, and the guard against leaks between splits."""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace

from framescope.sentences import split_sentences
from framescope_data.values import Document, Record

_RUN = 8


def records(documents: Iterable[Document]) -> Iterator[Record]:
    """The sentences of the documents, in order, each with the annotations that touch it."""
    for document in documents:
        spans = _line_spans(document.text) if document.lines else split_sentences(document.text)
        for index, (start, end) in enumerate(spans):
            yield _record(document, index, start, end)


def without_leaks(train: Iterable[Record], *held_out: Iterable[Record]) -> list[Record]:
    """`train` less every sentence that a held-out split has too, but for case and signs.

    Too like are also two sentences of which one shares with the other more than half of its runs of
    eight words: news repeats itself, with a word changed, or two sentences in one line.
    """
    guard = _Guard(record.text for split in held_out for record in split)
    return [record for record in train if not guard.knows(record.text)]


class _Guard:
    def __init__(self, texts: Iterable[str]) -> None:
        self._texts = {normalise(text) for text in texts}
        self._runs = [_runs(text) for text in self._texts]
        self._having: defaultdict[str, list[int]] = defaultdict(list)
        for index, runs in enumerate(self._runs):
            for run in runs:
                self._having[run].append(index)

    def knows(self, text: str) -> bool:
        text = normalise(text)
        if text in self._texts:
            return True
        runs = _runs(text)
        shared = Counter(index for run in runs for index in self._having.get(run, ()))
        return any(
            2 * count > min(len(runs), len(self._runs[index])) for index, count in shared.items()
        )


def normalise(text: str) -> str:
    """The words and numbers of a text alone: what is left is the same sentence to a model."""
    return " ".join(re.findall(r"\w+", unicodedata.normalize("NFKC", text).casefold()))


def _runs(text: str) -> set[str]:
    words = text.split()
    return {" ".join(words[at : at + _RUN]) for at in range(len(words) - _RUN + 1)}


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
