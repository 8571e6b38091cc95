"""Offsets in UTF-16 units, as Java and JavaScript count, to characters (code points) and back."""

from bisect import bisect_left
from itertools import accumulate


class Utf16:
    """The two ways to count one text: a character past U+FFFF, such as an emoji, is two units."""

    def __init__(self, text: str) -> None:
        steps = (1 + (character > "\uffff") for character in text)
        self._units = list(accumulate(steps, initial=0))

    def units(self, offset: int) -> int:
        """The UTF-16 units before the character at `offset`."""
        return self._units[offset]

    def offset(self, units: int) -> int:
        """The characters before `units`. Raises `ValueError` inside a character or past the end."""
        at = bisect_left(self._units, units)
        if at == len(self._units) or self._units[at] != units:
            raise ValueError(
                f"no character begins at {units} UTF-16 units; was the text changed, or is the"
                " offset counted otherwise?"
            )
        return at
