"""Files and streams -> texts to score. What can't be read is set aside, and the rest goes on."""

import csv
import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO, TextIO

FORMATS = (".txt", ".jsonl", ".csv")

STDIN = "-"

_BLANK = b"\xef\xbb\xbf \t\r\n"
_FEW = 10
"""A text whose every tenth byte is NUL is UTF-16 without its mark."""

_SURPLUS = ""
"""The key of what a CSV row has beyond its header: no column can be named so and be chosen."""


@dataclass(frozen=True, slots=True)
class Text:
    """A document, or one sentence, with the id its user knows it by."""

    id: str
    text: str


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


@dataclass(frozen=True, slots=True)
class Fields:
    """Which fields of a record hold its text and its id; without an id field: `file:line`."""

    text: str = "text"
    id: str | None = None


def check_inputs(inputs: Sequence[str], fields: Fields) -> None:
    """Raises `InputError` before any work is done."""
    for name in inputs:
        path = Path(name)
        if name == STDIN:
            continue
        if not path.exists():
            raise InputError(f"{name}: no such file")
        if path.is_dir():
            raise InputError(f"{name}: a directory; name its files, e.g. {name.rstrip('/')}/*.txt")
        if path.suffix.lower() not in FORMATS:
            raise InputError(f"{name}: can't read this format; use {', '.join(FORMATS)}")
        if path.suffix.lower() == ".csv":
            with _open_csv(path) as file:
                _check_header(name, csv.DictReader(file).fieldnames or (), fields)


def read_inputs(inputs: Sequence[str], fields: Fields) -> Iterator[Text | Rejected]:
    """The texts of all inputs, in order, one record in memory at a time.

    `-` is standard input: JSON Lines if its first line with anything on it begins with `{`, else
    one plain document. The id of a `.txt` is its file name; where two files have the same one, the
    path as given.
    """
    names = Counter(Path(name).name for name in inputs)
    for name in inputs:
        if name == STDIN:
            yield from _read_stdin(sys.stdin.buffer, fields)
            continue
        path = Path(name)
        try:
            yield from _read_file(path, path.name if names[path.name] == 1 else name, fields)
        except OSError as error:
            yield Rejected(name, 1, f"can't be read: {error.strerror}", "")


def _read_file(path: Path, name: str, fields: Fields) -> Iterator[Text | Rejected]:
    match path.suffix.lower():
        case ".txt":
            yield _plain(name, path.read_bytes())
        case ".jsonl":
            with path.open("rb") as file:
                yield from _json_lines(name, file, fields)
        case _:
            with _open_csv(path) as file:
                yield from _csv_rows(name, file, fields)


def _read_stdin(stdin: BinaryIO, fields: Fields) -> Iterator[Text | Rejected]:
    head: list[bytes] = []
    for line in stdin:
        head.append(line)
        if begun := line.lstrip(_BLANK):
            if begun.startswith(b"{"):
                yield from _json_lines("stdin", chain(head, stdin), fields)
                return
            break
    yield _plain("stdin", b"".join((*head, stdin.read())))


def _plain(name: str, content: bytes) -> Text | Rejected:
    if content.count(0) * _FEW > len(content):
        shown = content.decode("utf-16", "replace")
        return Rejected(name, 1, "looks like UTF-16; convert it to UTF-8, e.g. with iconv", shown)
    try:
        return Text(name, content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        shown = content.decode("utf-8", "replace")
        return Rejected(name, line, "not UTF-8; convert it, e.g. with iconv", shown)


def _json_lines(name: str, lines: Iterable[bytes], fields: Fields) -> Iterator[Text | Rejected]:
    for number, line in enumerate(lines, start=1):
        if not line.strip(_BLANK):
            continue
        shown = line.decode("utf-8", "replace").rstrip()
        try:
            row = json.loads(line.decode("utf-8-sig"))
        except UnicodeDecodeError:
            yield Rejected(name, number, "not UTF-8; convert it, e.g. with iconv", shown)
        except (ValueError, RecursionError) as error:
            yield Rejected(name, number, f"not JSON: {error}", shown)
        else:
            if isinstance(row, dict):
                yield _record(name, number, row, fields, shown)
            else:
                yield Rejected(name, number, "not a JSON object", shown)


def _open_csv(path: Path) -> TextIO:
    csv.field_size_limit(2**31 - 1)
    return path.open(encoding="utf-8-sig", errors="surrogateescape", newline="")


def _check_header(name: str, header: Sequence[str], fields: Fields) -> None:
    for wanted in filter(None, (fields.text, fields.id)):
        if wanted not in header:
            option = "--text-field" if wanted == fields.text else "--id-field"
            raise InputError(
                f"{name}:1: no column {wanted!r}; it has {', '.join(header) or 'no header'}"
                f" (choose one with {option})"
            )


def _csv_rows(name: str, file: TextIO, fields: Fields) -> Iterator[Text | Rejected]:
    # Strict, so that a quotation mark that is never closed is an error and not one long text.
    rows = csv.DictReader(file, restkey=_SURPLUS, strict=True)
    _check_header(name, rows.fieldnames or (), fields)
    while True:
        number = rows.line_num + 1
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            yield Rejected(name, number, f"not CSV: {error}", "")
            continue
        record = json.dumps(row, ensure_ascii=False)
        if any("\udc80" <= character <= "\udcff" for character in row.get(fields.text) or ""):
            yield Rejected(name, number, "not UTF-8; convert it, e.g. with iconv", record)
        elif _SURPLUS in row:
            yield Rejected(name, number, "more fields than the header; quote commas", record)
        else:
            yield _record(name, number, row, fields, record)


def _record(
    name: str, number: int, row: Mapping[Any, Any], fields: Fields, record: str
) -> Text | Rejected:
    text = row.get(fields.text)
    if not isinstance(text, str):
        found = "no field" if fields.text not in row else f"{type(text).__name__} in field"
        return Rejected(name, number, f"{found} {fields.text!r}; expected a string", record)
    given = row.get(fields.id or "id")
    if isinstance(given, str | int) and not isinstance(given, bool):
        return Text(str(given), text)
    if fields.id is None:
        return Text(f"{name}:{number}", text)
    return Rejected(name, number, f"no string or number in field {fields.id!r}", record)
