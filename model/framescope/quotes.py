"""Which words lie in somebody's direct speech? Told by the quotation marks in the text alone.

Double marks count (“ ”, « », ", '' and ``); single ones don't, being apostrophes as often as not.
A straight mark opens where only its right side touches something, closes where only its left does,
and else does the opposite of the mark before it. An opening mark without a closing one holds to the
end of its sentence, a closing one without an opening one from the beginning, so a lost mark spoils
one sentence only. Sentences without a mark lie in a quotation if the last mark before them opens
and the next one closes, or opens a sentence anew, as quotations of several paragraphs do; but no
more than `LONGEST` such sentences in a row. What is indented, embedded or in italics is missed.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

LONGEST = 5
_MARKS = re.compile(r"[“”«»\"]|''|``")

Stretches = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class _Scan:
    """`goes_on`: a quotation may have begun before; `stays_open`: it may go on afterwards."""

    stretches: Stretches = ()
    marks: bool = False
    goes_on: bool = False
    stays_open: bool = False


def quoted(sentences: Sequence[str]) -> list[Stretches]:
    """The quoted stretches of each sentence of one document, in order, without their marks.

    A stretch is the offsets (start, end) of characters of its sentence; of a whole sentence inside
    a longer quotation, (0, length).
    """
    scans = [_scan(text) for text in sentences]
    stretches = [scan.stretches for scan in scans]
    marked = [at for at, scan in enumerate(scans) if scan.marks]
    for last, following in pairwise(marked):
        between = range(last + 1, following)
        if scans[last].stays_open and scans[following].goes_on and len(between) <= LONGEST:
            for at in between:
                stretches[at] = ((0, len(sentences[at])),)
    return stretches


def _scan(text: str) -> _Scan:
    marks = list(_MARKS.finditer(text))
    if not marks:
        return _Scan()
    goes_on = not _opens(text, marks[0], inside=False)
    stretches: list[tuple[int, int]] = []
    start = 0 if goes_on else None
    for mark in marks:
        if _opens(text, mark, inside=start is not None):
            start = mark.end() if start is None else start
        elif start is not None:
            stretches.append((start, mark.start()))
            start = None
    if start is not None:
        stretches.append((start, len(text)))
    return _Scan(tuple(stretches), True, goes_on or marks[0].start() == 0, start is not None)


def _opens(text: str, mark: re.Match[str], inside: bool) -> bool:
    if mark[0] not in ('"', "''"):
        return mark[0] in ("“", "«", "``")
    left = text[: mark.start()][-1:].strip()
    right = text[mark.end() :][:1].strip()
    return not inside if bool(left) == bool(right) else bool(right)
