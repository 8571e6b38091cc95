"""Files and streams -> texts to score. What can't be read is set aside, and the rest goes on."""

import csv
import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO, TextIO

FORMATS = (".txt", ".jsonl", ".csv")

STDIN = "-"


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


def check_inputs(inputs: Sequence[str]) -> None:
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


def read_inputs(inputs: Iterable[str], fields: Fields) -> Iterator[Text | Rejected]:
    """The texts of all inputs, in order, one record in memory at a time.

    `-` is standard input: JSON Lines if its first line begins with `{`, else one plain document.
    """
    for name in inputs:
        if name == STDIN:
            yield from _read_stdin(sys.stdin.buffer, fields)
        else:
            yield from _read_file(Path(name), fields)


def _read_file(path: Path, fields: Fields) -> Iterator[Text | Rejected]:
    match path.suffix.lower():
        case ".txt":
            yield _plain(path.name, path.read_bytes())
        case ".jsonl":
            with path.open("rb") as file:
                yield from _json_lines(path.name, file, fields)
        case _:
            with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
                yield from _csv_rows(path.name, file, fields)


def _read_stdin(stdin: BinaryIO, fields: Fields) -> Iterator[Text | Rejected]:
    first = stdin.readline()
    if first.lstrip()[:1] == b"{":
        yield from _json_lines("stdin", chain([first], stdin), fields)
    else:
        yield _plain("stdin", first + stdin.read())


def _plain(name: str, content: bytes) -> Text | Rejected:
    try:
        return Text(name, content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        shown = content.decode("utf-8", "replace")
        return Rejected(name, line, "not UTF-8; convert it, e.g. with iconv", shown)


def _json_lines(name: str, lines: Iterable[bytes], fields: Fields) -> Iterator[Text | Rejected]:
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line.decode("utf-8-sig"))
        except UnicodeDecodeError:
            yield Rejected(name, number, "not UTF-8", line.decode("utf-8", "replace").rstrip())
            continue
        except (ValueError, RecursionError) as error:
            yield Rejected(name, number, f"not JSON: {error}", line.decode("utf-8").rstrip())
            continue
        if isinstance(row, dict):
            yield _record(name, number, row, fields, line.decode("utf-8").rstrip())
        else:
            yield Rejected(name, number, "not a JSON object", line.decode("utf-8").rstrip())


def _csv_rows(name: str, file: TextIO, fields: Fields) -> Iterator[Text | Rejected]:
    csv.field_size_limit(2**31 - 1)
    rows = csv.DictReader(file, restkey="")
    header = rows.fieldnames or []
    for wanted in filter(None, (fields.text, fields.id)):
        if wanted not in header:
            option = "--text-field" if wanted == fields.text else "--id-field"
            raise InputError(
                f"{name}:1: no column {wanted!r}; it has {', '.join(header) or 'no header'}"
                f" (choose one with {option})"
            )
    while True:
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            yield Rejected(name, rows.line_num, f"not CSV: {error}", "")
            continue
        record = json.dumps(row, ensure_ascii=False)
        if any("\udc80" <= character <= "\udcff" for character in row.get(fields.text) or ""):
            yield Rejected(name, rows.line_num, "not UTF-8; convert it, e.g. with iconv", record)
        else:
            yield _record(name, rows.line_num, row, fields, record)


def _record(
    name: str, number: int, row: Mapping[Any, Any], fields: Fields, record: str
) -> Text | Rejected:
    text = row.get(fields.text)
    if not isinstance(text, str):
        found = "no field" if fields.text not in row else f"{type(text).__name__} in field"
        return Rejected(name, number, f"{found} {fields.text!r}; expected a string", record)
    if fields.id is None:
        given = row.get("id")
        id = str(given) if isinstance(given, str | int) else f"{name}:{number}"
        return Text(id, text)
    if not isinstance(row.get(fields.id), str | int):
        return Rejected(name, number, f"no string or number in field {fields.id!r}", record)
    return Text(str(row[fields.id]), text)
