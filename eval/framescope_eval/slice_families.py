"""How a corpus is divided for `framescope_eval.slices`: each family names a slice per sentence."""

import re
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from framescope_data.values import Document, Record
from framescope_eval.voice import voices

OTHER = "other"

_TOPICS = Path(__file__).parent / "topics.toml"
_LENGTHS = ((10, "1-10 words"), (20, "11-20 words"), (30, "21-30 words"), (40, "31-40 words"))
_LONGER = "41 words or more"


@dataclass(frozen=True, slots=True)
class Family:
    """`of` names the slice of each sentence of one document, "" for none.

    `values` gives their order; if empty, they come as they are found.
    """

    name: str
    values: tuple[str, ...]
    of: Callable[[Document, Sequence[Record]], Sequence[str]]


def families() -> tuple[Family, ...]:
    """All families: voice, place, position, length, source, topic."""
    topics = Topics()
    return (
        Family("voice", ("quoted", "partly quoted", "own voice"), _voices),
        Family("place", ("headline", "body"), _places),
        Family("position", ("first third", "the rest"), _positions),
        Family("length", (*(name for _, name in _LENGTHS), _LONGER), _lengths),
        Family("source", (), lambda document, sentences: [document.source] * len(sentences)),
        Family(
            "topic",
            topics.names,
            lambda document, sentences: [topics.of(document.text)] * len(sentences),
        ),
    )


class Topics:
    """Topics by the words of `topics.toml`: coarse, and one an article."""

    def __init__(self) -> None:
        table = tomllib.loads(_TOPICS.read_text(encoding="utf-8"))
        self._patterns = {name: _pattern(words) for name, words in table.items()}

    @property
    def names(self) -> tuple[str, ...]:
        """In the order of the file, `OTHER` last."""
        return (*self._patterns, OTHER)

    def of(self, text: str) -> str:
        """The topic whose words stand in the text most often; `OTHER` if none does."""
        counts = {name: len(words.findall(text)) for name, words in self._patterns.items()}
        best = max(counts, key=lambda name: counts[name])
        return best if counts[best] else OTHER


def _pattern(words: Sequence[str]) -> re.Pattern[str]:
    forms = "|".join(re.escape(word).replace(r"\*", r"\w*") for word in words)
    return re.compile(rf"\b(?:{forms})\b", re.IGNORECASE)


def _voices(_: Document, sentences: Sequence[Record]) -> Sequence[str]:
    return voices([record.text for record in sentences])


def _places(document: Document, sentences: Sequence[Record]) -> Sequence[str]:
    """The first line, where a text has one sentence a line; a single line has no body."""
    if not document.lines or len(sentences) < 2:
        return [""] * len(sentences)
    return ["headline" if record.index == 0 else "body" for record in sentences]


def _positions(document: Document, sentences: Sequence[Record]) -> Sequence[str]:
    """By characters; a text of one or two sentences has no thirds."""
    if len(sentences) < 3:
        return [""] * len(sentences)
    first = len(document.text) / 3
    return ["first third" if record.start < first else "the rest" for record in sentences]


def _lengths(_: Document, sentences: Sequence[Record]) -> Sequence[str]:
    counts = [len(record.text.split()) for record in sentences]
    return [next((name for most, name in _LENGTHS if count <= most), _LONGER) for count in counts]
