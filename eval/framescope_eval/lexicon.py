"""The lexicon baseline: words of our own, looked up in the text. Gives spans too."""

import re
import tomllib
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from framescope.techniques import TECHNIQUES, Technique
from framescope.values import Span
from framescope_data.values import Record
from framescope_eval.systems import Judged

_WORDS = Path(__file__).parent / "lexicon.toml"


class LexiconBaseline:
    """Decides a technique where one of its words stands; the score grows with their number."""

    def __init__(self) -> None:
        table = tomllib.loads(_WORDS.read_text(encoding="utf-8"))
        self._patterns: dict[Technique, re.Pattern[str]] = {
            name: _pattern(table[name]) for name in TECHNIQUES
        }

    def judge(self, records: Sequence[Record]) -> Judged:
        """Scores n / (n + 1) for n words found; decisions and spans, in order."""
        spans = tuple(self._spans(record.text) for record in records)
        found = np.array([[sum(s.technique == t for s in of) for t in TECHNIQUES] for of in spans])
        return Judged(scores=found / (found + 1), decided=found > 0, spans=spans)

    def _spans(self, text: str) -> tuple[Span, ...]:
        return tuple(
            Span(technique, match.start(), match.end(), match.group(), 1.0)
            for technique, pattern in self._patterns.items()
            for match in pattern.finditer(text)
        )


def _pattern(words: Sequence[str]) -> re.Pattern[str]:
    # Longest first, or "sources" would hide "sources said".
    forms = sorted((re.escape(word).replace(r"\*", r"\w*") for word in words), key=len)[::-1]
    return re.compile(rf"\b(?:{'|'.join(forms)})\b", re.IGNORECASE)
