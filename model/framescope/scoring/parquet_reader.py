"""Parquet -> texts. Needs pyarrow: import it through `framescope.scoring.extras`."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import isfinite
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

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
)

_ROWS_READ = 64
"""At a time: a bound on memory, whatever the size of a row group."""

_DAMAGED = (pa.ArrowException, OSError, UnicodeDecodeError)
"""What pyarrow raises for a damaged file; the last for a column name that is no UTF-8."""

_YEAR = re.compile(r"\d{4}-")


def check_parquet(name: str, path: Path, fields: Fields) -> None:
    """Raises `InputError` for a file that is none, or whose columns are not what was chosen."""
    schema = _schema(name, path)
    check_columns(name, schema.names, fields)
    for column, option in fields.options.items():
        kind = schema.field(column).type
        accepted, expected = {
            "--text": (_is_text, "text"),
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
    return {
        name: (kinds.pop() if len(kinds) == 1 else None) or pa.string()
        for name, kinds in found.items()
    }


def read_parquet(name: str, path: Path, fields: Fields) -> Iterator[Text | Rejected]:
    """The texts of the rows, a few in memory at a time. The place of a record is its row, from 1.

    What is kept becomes JSON values: numbers and truth values as they are (null for NaN and the
    infinities), all else text; a timestamp with a zone is in UTC and ends in Z.
    """
    number = 0
    try:
        schema = pq.read_schema(path)
        columns = _chosen(schema, fields)
        # A text that many rows share stays one text: a small file could fill the memory otherwise.
        texts = [column for column in columns if _is_string(schema.field(column).type)]
        with pq.ParquetFile(
            path, pre_buffer=False, buffer_size=2**20, read_dictionary=texts
        ) as file:
            for batch in file.iter_batches(_ROWS_READ, columns=columns):
                for values in zip(*(_values(batch.column(c)) for c in columns), strict=True):
                    number += 1
                    yield _record(name, number, dict(zip(columns, values, strict=True)), fields)
    except _DAMAGED as error:
        reason = str(error).split("\n", 1)[0]
        yield Rejected(name, number + 1, f"can't be read on: {reason}", "")


def _schema(name: str, path: Path) -> pa.Schema:
    try:
        return pq.read_schema(path)
    except _DAMAGED as error:
        if getattr(error, "errno", None):
            raise
        raise InputError(f"{name}: not a Parquet file, or damaged; write it again") from error


def _chosen(schema: pa.Schema, fields: Fields) -> list[str]:
    columns = [fields.text, *fields.keep]
    if fields.id is not None or ("id" in schema.names and _is_id(schema.field("id").type)):
        columns.append(fields.id or "id")
    return list(dict.fromkeys(columns))


def _record(name: str, number: int, row: Mapping[str, Any], fields: Fields) -> Text | Rejected:
    try:
        decoded = {column: _decoded(value) for column, value in row.items()}
        return text_of(decoded, fields, f"{name}:{number}")
    except UnicodeDecodeError:
        reason = NOT_UTF8
    except UnfitError as error:
        reason = str(error)
    shown = {
        column: value.decode("utf-8", "replace") if isinstance(value, bytes) else value
        for column, value in row.items()
    }
    return Rejected(name, number, reason, json.dumps(shown, ensure_ascii=False, default=str))


def _decoded(value: Any) -> Any:
    if isinstance(value, UnfitError):
        raise value
    if not isinstance(value, bytes):
        return value
    if len(value) > MAX_RECORD:
        raise UnfitError(TOO_LONG)
    return value.decode()


def _is_text(kind: pa.DataType) -> bool:
    return _plain(kind) == pa.string()


def _is_string(kind: pa.DataType) -> bool:
    """Whether it has text in it, and not only nulls."""
    return _is_text(kind) and not pa.types.is_null(kind)


def _is_id(kind: pa.DataType) -> bool:
    return _is_text(kind) or pa.types.is_integer(kind)


def _plain(kind: pa.DataType) -> pa.DataType | None:
    """What a column that can be kept becomes; None for one that can't."""
    types = pa.types
    if types.is_dictionary(kind):
        return _plain(kind.value_type)
    if types.is_null(kind) or any(
        test(kind) for test in (types.is_string, types.is_large_string, types.is_string_view)
    ):
        return pa.string()
    tests = (
        types.is_boolean,
        types.is_integer,
        types.is_float32,
        types.is_float64,
        types.is_date32,
        types.is_timestamp,
        types.is_decimal128,
    )
    return kind if any(test(kind) for test in tests) else None


def _values(column: pa.Array) -> list[Any]:
    """JSON values, but bytes for text, which may be no UTF-8, and errors for what has no text."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        found = column.indices.unique().drop_null()
        values = dict(zip(found.to_pylist(), _values(column.dictionary.take(found)), strict=True))
        return [values.get(index) for index in column.indices.to_pylist()]
    if _is_string(kind):
        return column.cast(pa.large_string()).cast(pa.large_binary()).to_pylist()
    if pa.types.is_date32(kind) or pa.types.is_timestamp(kind):
        return _moments(column)
    values = column.cast(pa.string()) if pa.types.is_decimal128(kind) else column
    listed = values.to_pylist()
    if pa.types.is_floating(kind):
        return [value if value is not None and isfinite(value) else None for value in listed]
    return listed


def _moments(column: pa.Array) -> list[str | UnfitError | None]:
    zone = "Z" if getattr(column.type, "tz", None) else ""
    if pa.types.is_timestamp(column.type):
        # By way of whole numbers, since a zone would need the system's table of zones.
        column = column.cast(pa.int64()).cast(pa.timestamp(column.type.unit))
    return [_dated(text, zone) for text in column.cast(pa.string()).to_pylist()]


def _dated(text: str | None, zone: str) -> str | UnfitError | None:
    if text is None:
        return None
    if not _YEAR.match(text):
        return UnfitError(f"the year of {text} has not four digits")
    return text + zone
