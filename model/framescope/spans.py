"""Token probabilities -> the words that carry a technique."""

import re
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from framescope.techniques import Technique
from framescope.values import Span

_JOINERS = "-‐‑'’"

_GAP = re.compile(r"[\s\-‐-―'’]*")
"""What may lie between two words of one span: white space, a hyphen or dash, an apostrophe."""


def evidence(
    text: str,
    technique: Technique,
    offsets: Sequence[tuple[int, int]],
    probabilities: NDArray[np.float32],
    threshold: float,
) -> list[Span]:
    """The spans of a decided technique: runs of words that reach `threshold`, at least one.

    Where no word reaches it, the likeliest word is the span, with neighbours at least half as
    likely.

    *Shape:* offsets and probabilities (token,), special tokens left out.
    """
    words = [
        (start, end, score)
        for start, end, score in _words(text, offsets, probabilities)
        if any(map(str.isalnum, text[start:end]))
    ]
    if not words:
        return []
    likeliest = max(score for _, _, score in words)
    floor = threshold if likeliest >= threshold else likeliest / 2
    spans = [
        Span(technique, start, end, text[start:end], score)
        for start, end, score in _runs(text, words, floor)
    ]
    return spans if likeliest >= threshold else [max(spans, key=lambda span: span.score)]


def _words(
    text: str, offsets: Sequence[tuple[int, int]], probabilities: NDArray[np.float32]
) -> Iterator[tuple[int, int, float]]:
    """Pieces that touch make one word, as likely as the likeliest of them.

    A hyphen or an apostrophe between letters is part of the word: "so-called", "Iraq's".
    """
    word: tuple[int, int, float] | None = None
    for (start, end), probability in zip(offsets, probabilities.tolist(), strict=True):
        if start == end:
            continue
        if word and word[1] == start and _inside(text, start) and _inside(text, start - 1):
            word = word[0], end, max(word[2], probability)
            continue
        if word:
            yield word
        word = start, end, probability
    if word:
        yield word


def _inside(text: str, at: int) -> bool:
    """Whether the character belongs to a word."""
    if text[at] in _JOINERS:
        return text[at - 1 : at].isalnum() and text[at + 1 : at + 2].isalnum()
    return text[at].isalnum()


def _runs(
    text: str, words: Sequence[tuple[int, int, float]], floor: float
) -> Iterator[tuple[int, int, float]]:
    run: tuple[int, int, float] | None = None
    for start, end, score in words:
        if score < floor:
            continue
        if run and _GAP.fullmatch(text, run[1], start):
            run = run[0], end, max(run[2], score)
            continue
        if run:
            yield run
        run = start, end, score
    if run:
        yield run
