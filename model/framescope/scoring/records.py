"""What batch scoring reads: texts with their ids, and records that can't be scored."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

MAX_RECORD = 128 * 2**20
"""Bytes of the longest record that is read: a line, a CSV row, a whole `.txt`."""

NOT_UTF8 = "not UTF-8; convert it, e.g. with iconv"
TOO_LONG = f"longer than {MAX_RECORD // 2**20} MiB; split it"

_LONGEST_SENTENCE = 1_000_000
"""Characters, which are read together: a document's are split."""

_UNDECODED = re.compile("[\udc80-\udcff]")
_NAMES_SHOWN, _NAME_SHOWN = 10, 40


@dataclass(frozen=True, slots=True)
class Text:
    """A document, or one sentence, with the id its user knows it by.

    `kept` has those fields of its record, JSON values, that go into the output as they are.
    """

    id: str
    text: str
    kept: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rejected:
    """A record that can't be scored: where it stands, why, and what it was."""

    file: str
    line: int
    reason: str
    record: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.reason}"


class InputError(ValueError):
    """An input that can't be read at all; says which, and the remedy."""


class UnfitError(ValueError):
    """Why one record can't be scored, for the file of rejected records."""


@dataclass(frozen=True, slots=True)
class Fields:
    """Which fields of a record hold its text and its id (else `file:line`), and which to keep.

    With `sentence`, a text is one sentence.
    """

    text: str = "text"
    id: str | None = None
    keep: tuple[str, ...] = ()
    sentence: bool = False

    @property
    def options(self) -> dict[str, str]:
        """The fields that every table must have, and the option that chose each."""
        wanted = dict.fromkeys(self.keep, "--keep")
        if self.id is not None:
            wanted[self.id] = "--id"
        return {self.text: "--text", **wanted}


def text_of(row: Mapping[str, Any], fields: Fields, place: str) -> Text:
    """The text of a record at `place`, which is its id if it has none. Raises `UnfitError`."""
    text = row.get(fields.text)
    if not isinstance(text, str):
        found = "no field" if fields.text not in row else f"{type(text).__name__} in field"
        raise UnfitError(f"{found} {fields.text!r}; expected a string")
    if fields.sentence and len(text) > _LONGEST_SENTENCE:
        raise UnfitError(
            f"text of {len(text):,} characters; a sentence has at most {_LONGEST_SENTENCE:,}"
            " (use --unit document)"
        )
    kept = {name: row.get(name) for name in fields.keep}
    given = row.get(fields.id or "id")
    if isinstance(given, str | int) and not isinstance(given, bool):
        return Text(str(given), text, kept)
    if fields.id is None:
        return Text(place, text, kept)
    raise UnfitError(f"no string or number in field {fields.id!r}")


def check_columns(name: str, columns: list[str], fields: Fields) -> None:
    """Raises `InputError` for a table that has not each chosen column once."""
    for wanted, option in fields.options.items():
        if wanted not in columns:
            found = ", ".join(column[:_NAME_SHOWN] for column in columns[:_NAMES_SHOWN])
            if len(columns) > _NAMES_SHOWN:
                found += f" and {len(columns) - _NAMES_SHOWN:,} more"
            raise InputError(
                f"{name}:1: no column {wanted!r}; it has {found or 'no header'}"
                f" (choose one with {option})"
            )
        if columns.count(wanted) > 1:
            raise InputError(f"{name}:1: column {wanted!r} twice; rename one")


def undecoded(value: object) -> bool:
    """Whether a string has bytes that were no UTF-8 (read with `surrogateescape`)."""
    return isinstance(value, str) and _UNDECODED.search(value) is not None
