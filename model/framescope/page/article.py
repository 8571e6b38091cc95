"""A text, as the model reads it -> paragraphs of sentences, cut into pieces to show."""

import re
from collections.abc import Iterator, Sequence
from copy import copy
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from framescope.model import FramingModel
from framescope.page.rates import Rate
from framescope.quotes import Stretches, quoted
from framescope.techniques import TECHNIQUES, Technique
from framescope.values import Document, Scores, Sentence, Span

FLOOR = 0.05
"""The lowest threshold that a reader of the page can choose: below it no words are looked for."""

_BLANK_LINE = re.compile(r"\n[^\S\n]*\n")
_BREAK = re.compile(r"[\n\r\x0b\x0c\x85\u2028\u2029]")
_UNSHOWN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
_LONGEST_HEADLINE = 160


@dataclass(frozen=True, slots=True)
class Mark:
    """Words that may carry a technique. `decided`: the sentence reaches the model's threshold.

    `quoted`: more than half of the words lie in somebody's direct speech.
    """

    technique: Technique
    start: int
    end: int
    score: float
    decided: bool
    quoted: bool


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a sentence with the same marks all over, the longest mark first."""

    text: str
    quoted: bool
    marks: tuple[Mark, ...]

    @property
    def decided(self) -> bool:
        """Whether any of its marks is."""
        return any(mark.decided for mark in self.marks)


@dataclass(frozen=True, slots=True)
class MarkedSentence:
    """A sentence, the marks of all that might be decided in it, and its pieces in order."""

    scores: Scores
    marks: tuple[Mark, ...]
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Article:
    """A text to show. `headline` says that its first paragraph is one; `source` is its group."""

    id: str
    source: str
    headline: bool
    paragraphs: tuple[tuple[MarkedSentence, ...], ...]

    @property
    def sentences(self) -> tuple[MarkedSentence, ...]:
        """All of them, in order."""
        return tuple(sentence for paragraph in self.paragraphs for sentence in paragraph)

    @property
    def title(self) -> str:
        """The headline, else the id."""
        if not self.headline:
            return self.id
        return "".join(piece.text for of in self.paragraphs[0] for piece in of.pieces)

    def rate(self, technique: Technique) -> Rate:
        """Of the sentences decided at the model's own threshold."""
        hits = sum(
            any(mark.decided for mark in sentence.marks if mark.technique == technique)
            for sentence in self.sentences
        )
        return Rate(hits, len(self.sentences))


def read_article(model: FramingModel, id: str, source: str, text: str) -> Article:
    """Reads `text` with the threshold at `FLOOR`, so that the page can decide anew."""
    thresholds = shipped_thresholds(model)
    document = lowered(model).analyze(text)
    stretches = quoted([sentence.text for sentence in document.sentences])
    marked = [
        _marked(sentence, of, thresholds)
        for sentence, of in zip(document.sentences, stretches, strict=True)
    ]
    breaks, headline = _breaks(document)
    ends = [*breaks, len(marked)] if marked else []
    paragraphs = tuple(tuple(marked[a:b]) for a, b in pairwise([0, *ends]))
    return Article(showable(id), showable(source), headline, paragraphs)


def lowered(model: FramingModel) -> FramingModel:
    """The same model, but that no threshold of it is above `FLOOR`."""
    floors = tuple(min(FLOOR, threshold) for threshold in model.calibration.thresholds)
    other = copy(model)
    other.calibration = replace(model.calibration, thresholds=floors)
    return other


def in_quotation(span: Span, stretches: Stretches) -> bool:
    """Whether more than half of the span lies in quoted stretches of its sentence."""
    inside = sum(max(0, min(span.end, b) - max(span.start, a)) for a, b in stretches)
    return 2 * inside > span.end - span.start


def shipped_thresholds(model: FramingModel) -> list[float]:
    """In the order of `TECHNIQUES`, as the model compares them: in single precision."""
    return np.array(model.calibration.thresholds, np.float32).tolist()


def showable(text: str) -> str:
    """With U+FFFD for what a browser would drop or obey: control characters, reversals of writing.

    One character for one.
    """
    return _UNSHOWN.sub("\ufffd", text)


def _breaks(document: Document) -> tuple[list[int], bool]:
    """The sentences that begin a paragraph, but for the first, and whether that is a headline.

    Paragraphs end at blank lines, where a text has any, else at line ends.
    """
    sentences = document.sentences
    text = document.text.strip().replace("\r\n", "\n")
    gaps = [document.text[a.end : b.start].replace("\r\n", "\n") for a, b in pairwise(sentences)]
    first = text[: match.start()] if (match := _BREAK.search(text)) else ""
    headline = (
        len(sentences) > 1
        and sentences[0].text == first
        and len(first) <= _LONGEST_HEADLINE
        and not first.endswith((".", ",", ";", ":", ".”", '."'))
    )
    between = _BLANK_LINE if any(map(_BLANK_LINE.search, gaps[headline:])) else _BREAK
    breaks = [
        at for at, gap in enumerate(gaps, start=1) if between.search(gap) or (headline and at == 1)
    ]
    return breaks, headline


def _marked(
    sentence: Sentence, stretches: Stretches, thresholds: Sequence[float]
) -> MarkedSentence:
    marks = tuple(
        Mark(
            span.technique,
            span.start,
            span.end,
            sentence.scores[span.technique],
            sentence.scores[span.technique] >= thresholds[TECHNIQUES.index(span.technique)],
            in_quotation(span, stretches),
        )
        for span in sentence.prediction.spans
    )
    return MarkedSentence(sentence.scores, marks, tuple(_pieces(sentence.text, marks, stretches)))


def _pieces(text: str, marks: Sequence[Mark], stretches: Stretches) -> Iterator[Piece]:
    ends = (end for mark in marks for end in (mark.start, mark.end))
    cuts = sorted({0, len(text), *ends, *(end for pair in stretches for end in pair)})
    for start, end in pairwise(cuts):
        around = [mark for mark in marks if mark.start <= start and end <= mark.end]
        around.sort(key=lambda mark: mark.start - mark.end)
        inside = any(a <= start and end <= b for a, b in stretches)
        yield Piece(showable(text[start:end]), inside, tuple(around))
