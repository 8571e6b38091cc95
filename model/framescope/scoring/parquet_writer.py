"""Rows -> Parquet, typed. Needs pyarrow: import it through `framescope.scoring.extras`."""

import json
from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.json as pj
import pyarrow.parquet as pq

from framescope.scoring.rows import as_text, readable
from framescope.techniques import TECHNIQUES

_ROWS_BUILT, _CHARACTERS_BUILT = 4096, 2**23
_GROUP_ROWS, _GROUP_BYTES = 2**17, 2**26
"""A row group is written when it has either."""

_COLUMNS = pa.schema(
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
        ("sentences", pa.int64()),
        *((name, pa.int64()) for name in TECHNIQUES),
        *((f"{name}_per_100", pa.float64()) for name in TECHNIQUES),
    ]
)
"""Every column that framescope writes, and its type."""


class ParquetRows:
    """Writes rows to a Parquet file: columns of ours, then those that are kept of the input."""

    def __init__(
        self,
        file: BinaryIO,
        columns: Sequence[str],
        keep: Sequence[str],
        kept: Mapping[str, pa.DataType],
    ) -> None:
        """A column to `keep` is text, unless `kept` has a type for it."""
        self.count = 0
        self._columns = columns
        self._kept = {name: kept.get(name, pa.string()) for name in keep}
        self._lines: list[str] = []
        self._characters = 0
        self._group: list[pa.Table] = []
        schema = table([], columns, self._kept).schema
        self._writer = pq.ParquetWriter(file, schema, compression="zstd")

    def write(self, line: str) -> None:
        """Adds one row, given as a line of JSON."""
        self.count += 1
        self._lines.append(line)
        self._characters += len(line)
        if len(self._lines) >= _ROWS_BUILT or self._characters >= _CHARACTERS_BUILT:
            self._build()

    def close(self) -> None:
        """Writes what is left, and the footer, without which a file is none."""
        if self._lines:
            self._build()
        if self._group:
            self._write_group()
        self._writer.close()

    def __del__(self) -> None:
        # What was not closed is thrown away; pyarrow's own writer would still write its footer.
        self._writer.is_open = False

    def _build(self) -> None:
        self._group.append(table(self._lines, self._columns, self._kept))
        self._lines, self._characters = [], 0
        rows, size = sum(map(len, self._group)), sum(part.nbytes for part in self._group)
        if rows >= _GROUP_ROWS or size >= _GROUP_BYTES:
            self._write_group()

    def _write_group(self) -> None:
        group = pa.concat_tables(self._group)
        self._writer.write_table(group, row_group_size=len(group))
        self._group = []


def table(
    lines: Sequence[str], columns: Sequence[str], kept: Mapping[str, pa.DataType]
) -> pa.Table:
    """Rows as Arrow has them: `columns` of ours, then those that are `kept`, with their types.

    A row is a line of JSON, with all these fields.
    """
    ours = pa.schema([_COLUMNS.field(name) for name in columns])
    try:
        built, values = _parsed(lines, ours, kept)
    except pa.ArrowInvalid:
        # Nothing at all, a lone surrogate, or a column that is text for some rows only.
        rows = [readable(json.loads(line)) for line in lines]
        built = pa.Table.from_pylist(rows, ours)
        values = {name: [row[name] for row in rows] for name in kept}
    for name, kind in kept.items():
        built = built.append_column(name, _array(values[name], kind))
    return built


def _parsed(
    lines: Sequence[str], ours: pa.Schema, kept: Mapping[str, pa.DataType]
) -> tuple[pa.Table, dict[str, list[Any]]]:
    """Arrow's own reading of JSON, which is some forty times as fast."""
    content = "".join(lines).encode()
    fields = [field.with_type(_in_json(field.type)) for field in ours]
    schema = pa.schema([*fields, *((name, _in_json(kind)) for name, kind in kept.items())])
    read = pj.read_json(
        BytesIO(content),
        pj.ReadOptions(block_size=len(content) + 1),
        pj.ParseOptions(explicit_schema=schema, unexpected_field_behavior="ignore"),
    )
    return read.select(ours.names).cast(ours), {name: read[name].to_pylist() for name in kept}


def _in_json(kind: pa.DataType) -> pa.DataType:
    """Floats are read as doubles and rounded then, as everywhere; what JSON has not is text."""
    if pa.types.is_struct(kind):
        return pa.struct([field.with_type(_in_json(field.type)) for field in kind.fields])
    if pa.types.is_list(kind):
        return pa.list_(_in_json(kind.value_type))
    if pa.types.is_floating(kind):
        return pa.float64()
    return kind if pa.types.is_integer(kind) or pa.types.is_boolean(kind) else pa.string()


def _array(values: Sequence[Any], kind: pa.DataType) -> pa.Array:
    """The column that `framescope.scoring.parquet_reader` read these JSON values from."""
    if pa.types.is_string(kind):
        return pa.array([as_text(value) for value in values], kind)
    if pa.types.is_timestamp(kind):
        texts = [value and value.removesuffix("Z") for value in values]
        return (
            pa.array(texts, pa.string()).cast(pa.timestamp(kind.unit)).cast(pa.int64()).cast(kind)
        )
    if pa.types.is_date32(kind) or pa.types.is_decimal128(kind):
        return pa.array(values, pa.string()).cast(kind)
    return pa.array(values, kind)
