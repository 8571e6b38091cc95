"""Parquet -> texts; rows -> Parquet, typed. Needs pyarrow: import it through `framescope.extras`."""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from math import isfinite
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from framescope.records import (
    NOT_UTF8,
    Fields,
    InputError,
    Rejected,
    Text,
    UnfitError,
    check_columns,
    text_of,
)
from framescope.rows import as_text, readable
from framescope.techniques import TECHNIQUES

_ROWS_READ = 64
"""At a time: a bound on memory, whatever the size of a row group."""

_ROWS_BUILT, _CHARACTERS_BUILT = 4096, 2**23
_GROUP_ROWS, _GROUP_BYTES = 2**17, 2**26
"""A row group is written when it has either."""

_YEAR = re.compile(r"\d{4}-")

SENTENCES = pa.schema(
    [
        ("id", pa.string()),
        ("index", pa.int32()),
        ("start", pa.int64()),
        ("end", pa.int64()),
        ("text", pa.string()),
        ("techniques", pa.list_(pa.string())),
        ("scores", pa.struct([(name, pa.float32()) for name in TECHNIQUES])),
        (
            "spans",
            pa.list_(
                pa.struct(
                    [
                        ("technique", pa.string()),
                        ("start", pa.int64()),
                        ("end", pa.int64()),
                        ("text", pa.string()),
                        ("score", pa.float32()),
                    ]
                )
            ),
        ),
    ]
)
"""The columns of scored sentences, before those that are kept of the input."""

DOCUMENTS = pa.schema(
    [
        ("id", pa.string()),
        ("sentences", pa.int64()),
        *((name, pa.int64()) for name in TECHNIQUES),
        *((f"{name}_per_100", pa.float64()) for name in TECHNIQUES),
    ]
)
"""The columns of a summary, before those that are kept of the input."""


def check_parquet(name: str, path: Path, fields: Fields) -> None:
    """Raises `InputError` for a file that is none, or whose columns are not what was chosen."""
    schema = _schema(name, path)
    check_columns(name, schema.names, fields)
    for column, option in fields.options.items():
        if schema.names.count(column) > 1:
            raise InputError(f"{name}: several columns {column!r}; rename one")
        kind = schema.field(column).type
        accepted, expected = {
            "--text": (_is_string, "text"),
            "--id": (_is_id, "text or whole numbers"),
            "--keep": (_plain, "text, numbers, truth values, dates or timestamps"),
        }[option]
        if not accepted(kind):
            raise InputError(f"{name}: column {column!r} is {kind}; {option} takes {expected}")


def kept_types(paths: Iterable[Path], keep: Sequence[str]) -> dict[str, pa.DataType]:
    """The type of each column to keep: the one that it has in all `paths`, else text."""
    found: dict[str, set[pa.DataType | None]] = {name: set() for name in keep}
    for path in paths:
        schema = _schema(str(path), path)
        for name in keep:
            found[name].add(_plain(schema.field(name).type))
    return {name: (kinds.pop() if len(kinds) == 1 else None) or pa.string()
            for name, kinds in found.items()}


def read_parquet(name: str, path: Path, fields: Fields) -> Iterator[Text | Rejected]:
    """The texts of the rows, a few in memory at a time. The place of a record is its row, from 1.

    What is kept becomes JSON values: numbers and truth values as they are (null for NaN and the
    infinities), all else text; a timestamp with a zone is in UTC and ends in Z.
    """
    number = 0
    try:
        with pq.ParquetFile(path, pre_buffer=False, buffer_size=2**20) as file:
            columns = _chosen(file.schema_arrow, fields)
            for batch in file.iter_batches(_ROWS_READ, columns=columns):
                for values in zip(*(_values(batch.column(c)) for c in columns), strict=True):
                    number += 1
                    yield _record(name, number, dict(zip(columns, values, strict=True)), fields)
    except (pa.ArrowException, OSError) as error:
        reason = str(error).split("\n", 1)[0]
        yield Rejected(name, number + 1, f"can't be read on: {reason}", "")


class ParquetRows:
    """Writes rows to a Parquet file: `schema`, then the columns `kept` with their types."""

    def __init__(
        self, file: BinaryIO, schema: pa.Schema, kept: Mapping[str, pa.DataType]
    ) -> None:
        self.count = 0
        self._schema = schema
        self._kept = kept
        self._rows: list[dict[str, Any]] = []
        self._characters = 0
        self._group: list[pa.Table] = []
        whole = pa.schema([*schema, *(pa.field(name, kind) for name, kind in kept.items())])
        self._writer = pq.ParquetWriter(file, whole, compression="zstd")

    def write(self, line: str) -> None:
        """Adds one row, given as a line of JSON."""
        self.count += 1
        self._rows.append(json.loads(line))
        self._characters += len(line)
        if len(self._rows) >= _ROWS_BUILT or self._characters >= _CHARACTERS_BUILT:
            self._build()
        rows, size = sum(map(len, self._group)), sum(table.nbytes for table in self._group)
        if rows >= _GROUP_ROWS or size >= _GROUP_BYTES:
            self._write_group()

    def close(self) -> None:
        """Writes what is left, and the footer, without which a file is none."""
        if self._rows:
            self._build()
        if self._group:
            self._write_group()
        self._writer.close()

    def _build(self) -> None:
        try:
            self._group.append(_table(self._rows, self._schema, self._kept))
        except UnicodeEncodeError:
            self._group.append(_table(readable(self._rows), self._schema, self._kept))
        self._rows, self._characters = [], 0

    def _write_group(self) -> None:
        table = pa.concat_tables(self._group)
        self._writer.write_table(table, row_group_size=len(table))
        self._group = []


def _schema(name: str, path: Path) -> pa.Schema:
    try:
        return pq.read_schema(path)
    except pa.ArrowException as error:
        raise InputError(f"{name}: not a Parquet file, or damaged; write it again") from error


def _chosen(schema: pa.Schema, fields: Fields) -> list[str]:
    columns = [fields.text, *fields.keep]
    if fields.id is not None or ("id" in schema.names and _is_id(schema.field("id").type)):
        columns.append(fields.id or "id")
    return list(dict.fromkeys(columns))


def _record(
    name: str, number: int, row: Mapping[str, Any], fields: Fields
) -> Text | Rejected:
    try:
        decoded = {
            column: value.decode() if isinstance(value, bytes) else value
            for column, value in row.items()
        }
        return text_of(decoded, fields, f"{name}:{number}")
    except UnicodeDecodeError:
        reason = NOT_UTF8
    except UnfitError as error:
        reason = str(error)
    shown = {
        column: value.decode("utf-8", "replace") if isinstance(value, bytes) else value
        for column, value in row.items()
    }
    return Rejected(name, number, reason, json.dumps(shown, ensure_ascii=False))


def _is_string(kind: pa.DataType) -> bool:
    return _plain(kind) == pa.string()


def _is_id(kind: pa.DataType) -> bool:
    return _is_string(kind) or pa.types.is_integer(kind)
