"""Text -> sentence offsets, exact for any Unicode."""

import re
from collections.abc import Iterator
from functools import cache

from nupunkt import PunktSentenceTokenizer, load_default_model

_BREAK = r"(?:\r\n|[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029])"
_LINE_END = re.compile(rf"{_BREAK}\s*+")
_BLANK_LINE = re.compile(rf"{_BREAK}[^\S\n\r]*+{_BREAK}")


@cache
def _punkt() -> PunktSentenceTokenizer:
    return load_default_model()


def split_sentences(text: str) -> list[tuple[int, int]]:
    """Offsets of the sentences of `text`, in order, without the white space around them.

    `text[start:end]` is the sentence. Everything that is not white space lies in exactly one
    sentence. Headlines and list items need no full stop: a line break ends them.

    Source: nupunkt (F1 .964 against one-sentence-a-line news), within lines.
    """
    return [
        (start, end)
        for line_start, line_end in _lines(text)
        for start, end in _trimmed(text, line_start, line_end)
    ]


def _lines(text: str) -> Iterator[tuple[int, int]]:
    """A line break ends a sentence, unless the next line goes on in lower case: wrapped text."""
    start = 0
    for line_end in _LINE_END.finditer(text):
        goes_on = text[line_end.end() : line_end.end() + 1].islower()
        if not goes_on or _BLANK_LINE.match(line_end[0]):
            yield start, line_end.start()
            start = line_end.end()
    yield start, len(text)


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    line = text[start:end]
    for left, right in _punkt().span_tokenize(line):
        sentence = line[left:right]
        body = sentence.strip()
        if body:
            first = start + left + sentence.index(body)
            yield first, first + len(body)
