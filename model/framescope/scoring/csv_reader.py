"""CSV and TSV -> texts, whatever stands in them, in bounded memory."""

import csv
import json
from collections.abc import Iterator, Sequence
from errno import EINVAL
from io import TextIOWrapper
from pathlib import Path
from typing import BinaryIO

from framescope.scoring.files import open_bytes
from framescope.scoring.records import (
    MAX_RECORD,
    NOT_UTF8,
    TOO_LONG,
    Fields,
    InputError,
    Rejected,
    Text,
    UnfitError,
    check_columns,
    text_of,
    undecoded,
)

_MAX_SEPARATORS = 2**21
"""In one line: an empty field takes one byte in the file and eight in memory."""

_PIECE = 2**20
"""Characters read at a time of what is passed over."""


def check_csv(name: str, path: Path, separator: str, fields: Fields) -> None:
    """Raises `InputError` for a file whose header lacks a column that was chosen."""
    with open_bytes(path) as file:
        _header(name, _Rows(file, separator), fields)


def read_csv(
    name: str, file: BinaryIO, separator: str, fields: Fields
) -> Iterator[Text | Rejected]:
    """The texts of the rows below the header; a broken one loses none of the others."""
    rows = _Rows(file, separator)
    header = _header(name, rows, fields)
    place = {column: position for position, column in enumerate(header)}
    wanted = {fields.text, fields.id or "id", *fields.keep} & place.keys()
    while True:
        line = rows.line + 1
        try:
            row = rows.row()
        except csv.Error as error:
            yield Rejected(name, line, f"not CSV: {error}", "")
            continue
        except OSError as error:
            yield Rejected(name, line, f"can't be read on: {error.strerror}", "")
            return
        if row is None:
            return
        if not row:
            continue
        try:
            yield text_of(_chosen(row, header, place, wanted), fields, f"{name}:{line}")
        except UnfitError as error:
            yield Rejected(name, line, str(error), _shown(header, row))


def _chosen(
    row: Sequence[str], header: Sequence[str], place: dict[str, int], wanted: set[str]
) -> dict[str, str | None]:
    chosen = {name: row[place[name]] if place[name] < len(row) else None for name in wanted}
    if any(map(undecoded, chosen.values())):
        raise UnfitError(NOT_UTF8)
    if len(row) > len(header):
        raise UnfitError("more fields than the header; quote commas")
    return chosen


def _shown(header: Sequence[str], row: Sequence[str]) -> str:
    record: dict[str, object] = dict(zip(header, row, strict=False))
    if surplus := row[len(header) :]:
        record[""] = surplus
    return json.dumps(record, ensure_ascii=False)


def _header(name: str, rows: "_Rows", fields: Fields) -> list[str]:
    try:
        header = rows.row() or []
    except csv.Error as error:
        raise InputError(f"{name}:1: not CSV: {error}") from error
    if any("\0" in column for column in header):
        raise InputError(f"{name}:1: looks like UTF-16; convert it to UTF-8, e.g. with iconv")
    check_columns(name, header, fields)
    return header


class _Rows:
    """`csv.reader`, which knows no bounds, over lines that do. It is the iterator of its lines."""

    def __init__(self, file: BinaryIO, separator: str) -> None:
        csv.field_size_limit(MAX_RECORD)
        self.line = 0
        self._separator = separator
        self._taken = 0
        self._text = TextIOWrapper(file, encoding="utf-8-sig", errors="surrogateescape", newline="")
        # Strict, so that a quotation mark that is never closed is an error and not one long text.
        self._reader = csv.reader(self, delimiter=separator, strict=True)

    def row(self) -> list[str] | None:
        """The next row, or None after the last. After a `csv.Error`, the row below the damage."""
        self._taken = 0
        return next(self._reader, None)

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._text.readline(MAX_RECORD)
        if not line:
            raise StopIteration
        self.line += 1
        self._taken += len(line)
        if self._taken >= MAX_RECORD:
            self._pass_over(line, TOO_LONG)
        if len(line) > _MAX_SEPARATORS < line.count(self._separator):
            self._pass_over(line, f"over {_MAX_SEPARATORS:,} columns")
        return line

    def _pass_over(self, line: str, reason: str) -> None:
        """Raises `OSError`, which ends the file, if nobody can tell where the next row begins."""
        quoted = self._taken > len(line) or '"' in line
        while line and not line.endswith(("\n", "\r")):
            line = self._text.readline(_PIECE)
            quoted |= '"' in line
        if quoted:
            raise OSError(EINVAL, f"{reason}; its quotation marks hide where the next one begins")
        raise csv.Error(reason)
