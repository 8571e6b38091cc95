"""Is a sentence in somebody's direct speech? Told by `framescope.quotes`."""

from collections.abc import Sequence
from typing import Literal

from framescope.quotes import Stretches, quoted

Voice = Literal["quoted", "partly quoted", "own voice"]


def voices(sentences: Sequence[str]) -> list[Voice]:
    """The voice of each sentence of one document, in order.

    "quoted" if half of its letters and digits or more lie in quotation, "partly quoted" if any do.
    """
    return [_voice(text, of) for text, of in zip(sentences, quoted(sentences), strict=True)]


def _voice(text: str, stretches: Stretches) -> Voice:
    if stretches == ((0, len(text)),):
        return "quoted"  # even without a letter
    letters = sum(_letters(text[start:end]) for start, end in stretches)
    if 2 * letters >= max(1, _letters(text)):
        return "quoted"
    return "partly quoted" if letters else "own voice"


def _letters(text: str) -> int:
    return sum(character.isalnum() for character in text)
