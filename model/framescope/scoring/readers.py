"""Inputs -> texts to score. What can't be read is set aside, and the rest goes on."""

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from math import isfinite
from typing import BinaryIO

from framescope.scoring.csv_reader import check_csv, read_csv
from framescope.scoring.durable import is_stream, naming
from framescope.scoring.extras import parquet_reader, zstd
from framescope.scoring.files import FORMATS, PACKED, Source, find, open_bytes
from framescope.scoring.records import (
    MAX_RECORD,
    NOT_UTF8,
    TOO_LONG,
    Fields,
    InputError,
    Rejected,
    Text,
    UnfitError,
    text_of,
)

_BLANK = b"\xef\xbb\xbf \t\r\n"
_FEW = 10
"""A text whose every tenth byte is NUL is UTF-16 without its mark."""
_SHOWN = 200
"""Bytes that are kept of a record too long to be kept."""
_SEPARATORS = {".csv": ",", ".tsv": "\t"}


def check_inputs(inputs: Sequence[str], fields: Fields) -> None:
    """Raises `InputError` before any work is done."""
    found = False
    for source in find(inputs):
        found = True
        if not source.is_stdin:
            _check(source, fields)
    if not found:
        raise InputError(f"{inputs[0]}: no {', '.join(FORMATS)} file in this directory")


def _check(source: Source, fields: Fields) -> None:
    path, form = source.path, source.format
    if not path.exists():
        raise InputError(f"{path}: no such file")
    if form is None:
        raise InputError(
            f"{path}: can't read this format; use {', '.join(FORMATS)}, or one of the first four"
            f" with {' or '.join(PACKED)}"
        )
    if is_stream(path):
        return  # what is read of it is gone
    if path.suffix.lower() == ".zst":
        zstd()
    with naming(path):
        if form == ".parquet":
            parquet_reader().check_parquet(str(path), path, fields)
        elif form in _SEPARATORS:
            check_csv(str(path), path, _SEPARATORS[form], fields)


def read_inputs(inputs: Sequence[str], fields: Fields) -> Iterator[Text | Rejected]:
    """The texts of all inputs, in the order of `find`, one record in memory at a time.

    `-` is standard input: JSON Lines if its first line with anything on it begins with `{`, else
    one plain document. The id of a `.txt` is the name of its source.
    """
    for source in find(inputs):
        if source.is_stdin:
            yield from _read_stdin(sys.stdin.buffer, fields)
            continue
        try:
            yield from _read_file(source, fields)
        except OSError as error:
            yield Rejected(source.name, 1, f"can't be read: {error.strerror}", "")


def _read_file(source: Source, fields: Fields) -> Iterator[Text | Rejected]:
    name, form = source.name, source.format
    if form == ".parquet":
        yield from parquet_reader().read_parquet(name, source.path, fields)
        return
    with open_bytes(source.path) as file:
        if form == ".txt":
            yield _plain(name, file.read(MAX_RECORD + 1), fields)
        elif form == ".jsonl":
            yield from _json_lines(name, _lines(file), fields)
        else:
            yield from read_csv(name, file, _SEPARATORS[form or ""], fields)


@dataclass(frozen=True, slots=True)
class _Line:
    """A line, or the beginning of one that is too long."""

    number: int
    content: bytes
    whole: bool = True


def _lines(file: BinaryIO) -> Iterator[_Line]:
    number = 0
    while content := file.readline(MAX_RECORD + 1):
        number += 1
        if len(content) <= MAX_RECORD:
            yield _Line(number, content)
            continue
        rest = content
        while rest and not rest.endswith(b"\n"):
            rest = file.readline(2**20)
        yield _Line(number, content[:_SHOWN], whole=False)


def _read_stdin(stdin: BinaryIO, fields: Fields) -> Iterator[Text | Rejected]:
    lines = _lines(stdin)
    head = bytearray()
    for line in lines:
        if line.content.lstrip(_BLANK).startswith(b"{"):
            yield from _json_lines("stdin", chain((line,), lines), fields)
            return
        head += line.content
        if not line.whole or len(head) > MAX_RECORD:
            yield Rejected("stdin", line.number, TOO_LONG, _shown(bytes(head)))
            return
        if line.content.strip(_BLANK):
            break
    yield _plain("stdin", bytes(head + stdin.read(MAX_RECORD + 1 - len(head))), fields)


def _plain(name: str, content: bytes, fields: Fields) -> Text | Rejected:
    if len(content) > MAX_RECORD:
        return Rejected(name, 1, TOO_LONG, _shown(content))
    if content.count(0) * _FEW > len(content):
        shown = content.decode("utf-16", "replace")
        return Rejected(name, 1, "looks like UTF-16; convert it to UTF-8, e.g. with iconv", shown)
    try:
        return Text(name, content.decode("utf-8-sig"), dict.fromkeys(fields.keep))
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        return Rejected(name, line, NOT_UTF8, content.decode("utf-8", "replace"))


def _json_lines(name: str, lines: Iterable[_Line], fields: Fields) -> Iterator[Text | Rejected]:
    number = 0
    try:
        for line in lines:
            number = line.number
            if line.content.strip(_BLANK):
                yield _json_record(name, line, fields)
    except OSError as error:
        yield Rejected(name, number + 1, f"can't be read on: {error.strerror}", "")


def _json_record(name: str, line: _Line, fields: Fields) -> Text | Rejected:
    try:
        if not line.whole:
            raise UnfitError(TOO_LONG)
        text = line.content.decode("utf-8-sig")
        row = json.loads(text, parse_float=_finite, parse_constant=_finite)
        if not isinstance(row, dict):
            raise UnfitError("not a JSON object; write one object a line")
        if text.count(f'"{fields.text}"') > 1 and _is_twice(text, fields.text):
            raise UnfitError(f"field {fields.text!r} twice")
        return text_of(row, fields, f"{name}:{line.number}")
    except UnicodeDecodeError:
        reason = NOT_UTF8
    except UnfitError as error:
        reason = str(error)
    except (ValueError, RecursionError) as error:
        reason = f"not JSON: {error}"
    return Rejected(name, line.number, reason, line.content.decode("utf-8", "replace").rstrip())


def _is_twice(text: str, field: str) -> bool:
    """Whether an object has two fields of one name, of which Python would take the last."""
    objects: list[list[tuple[str, object]]] = []
    json.loads(text, object_pairs_hook=objects.append)
    return [name for name, _ in objects[-1]].count(field) > 1


def _finite(number: str) -> float | None:
    """JSON has no other numbers, though Python reads and would write them."""
    return value if isfinite(value := float(number)) else None


def _shown(content: bytes) -> str:
    return content[:_SHOWN].decode("utf-8", "replace")
