"""Where rows go: JSON Lines, CSV or Parquet, told by the file name; whole files or none."""

import csv
import json
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import TextIOWrapper
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, Protocol

from framescope.scoring.durable import is_stream, written_whole
from framescope.scoring.extras import parquet_writer
from framescope.scoring.records import InputError
from framescope.scoring.rows import (
    DOCUMENT_COLUMNS,
    SENTENCE_COLUMNS,
    SENTENCE_CSV,
    as_text,
    flat,
    readable,
)

FORMATS = (".jsonl", ".csv", ".tsv", ".parquet")

_SEPARATORS = {".csv": ",", ".tsv": "\t"}

_FORMULA = re.compile(r"[\t\r\n]|\s*[=@＝＠]|\s*[+\-＋－](?![\d.]+\Z)")
"""How a cell begins that a spreadsheet would run (OWASP, "CSV Injection"); numbers are none."""


class Writer(Protocol):
    """Takes rows, each as a line of JSON, and counts them."""

    count: int

    def write(self, line: str) -> None:
        """Adds one row."""
        ...

    def close(self) -> None:
        """Writes what is left to write; the file stays open, since it is its opener's."""
        ...


class Sink(NamedTuple):
    """Where the three kinds of rows go."""

    sentences: Writer
    documents: Writer
    rejected: Writer


class Nothing:
    """Writes nothing, and counts."""

    def __init__(self) -> None:
        self.count = 0

    def write(self, line: str) -> None:
        """Counts one row."""
        self.count += 1

    def close(self) -> None:
        """Nothing is left to write."""


class JsonLines:
    """Writes rows as they are."""

    def __init__(self, file: BinaryIO) -> None:
        self.count = 0
        self._file = file

    def write(self, line: str) -> None:
        """Adds one row."""
        self.count += 1
        self._file.write(line.encode())

    def close(self) -> None:
        """Nothing is left to write."""


class CsvRows:
    """Writes rows without nested values. A cell that a spreadsheet would run begins with `'`."""

    def __init__(self, file: BinaryIO, separator: str, columns: Sequence[str], raw: bool) -> None:
        """With `raw`, cells stay as they are."""
        self.count = 0
        self._raw = raw
        self._columns = columns
        self._text = TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
        self._csv = csv.writer(self._text, delimiter=separator)
        self._csv.writerow(self._cell(column) for column in columns)

    def write(self, line: str) -> None:
        """Adds one row, given as a line of JSON."""
        self.count += 1
        row = flat(json.loads(line))
        self._csv.writerow(self._cell(row[column]) for column in self._columns)

    def close(self) -> None:
        """Lets go of the file."""
        self._text.detach()

    def _cell(self, value: Any) -> str | None:
        if isinstance(value, str) and _FORMULA.match(value) and not self._raw:
            value = f"'{value}"
        text = readable(as_text(value))
        return text and text.replace("\0", "\ufffd")  # where many readers would stop


@dataclass(frozen=True, slots=True)
class Outputs:
    """The files a run writes, and how. `kept` has a Parquet type for columns that have one."""

    sentences: Path
    summary: Path | None = None
    keep: tuple[str, ...] = ()
    kept: Mapping[str, Any] = field(default_factory=dict)
    raw: bool = False

    @property
    def rejected(self) -> Path | None:
        """Where rejected records go: `scores.jsonl` -> `scores.rejected.jsonl`."""
        path = self.sentences
        if is_stream(path):
            return None
        name = path.stem if path.suffix.lower() in FORMATS else path.name
        return path.with_name(f"{name}.rejected.jsonl")

    @property
    def files(self) -> list[Path]:
        """All that a run may write, but for the directory of its parts."""
        return [path for path in (self.sentences, self.summary, self.rejected) if path]

    def check(self) -> None:
        """Raises `InputError` for what can't be written, before any work is done."""
        for path in self.files:
            if path.is_dir():
                raise InputError(f"{path}: a directory; name a file")
            if not path.parent.is_dir():
                raise InputError(f"{path.parent}: no such directory; make it first")
            if not os.access(path.parent, os.W_OK) and not is_stream(path):
                raise InputError(f"{path.parent}: can't be written; choose another place")
            if path.suffix and path.suffix.lower() not in FORMATS:
                raise InputError(f"{path}: can't write this format; use {', '.join(FORMATS)}")
            if path.suffix.lower() == ".parquet":
                parquet_writer()
        if len(set(self.files)) < len(self.files):
            raise InputError(f"{self.summary}: the name of another output; choose another")
        taken = set(self.keep) & {*SENTENCE_COLUMNS, *SENTENCE_CSV, *DOCUMENT_COLUMNS}
        if taken:
            raise InputError(
                f"--keep {','.join(sorted(taken))}: the name of a column of the output;"
                " rename it in the input"
            )

    @contextmanager
    def open(self) -> Iterator[Sink]:
        """Takes the rows; the files take their names together, when all are complete."""
        with written_whole(self.files) as files:
            sink = Sink(
                self._writer(self.sentences, files, SENTENCE_COLUMNS, SENTENCE_CSV),
                self._writer(self.summary, files, DOCUMENT_COLUMNS, DOCUMENT_COLUMNS),
                JsonLines(files[self.rejected]) if self.rejected else Nothing(),
            )
            yield sink
            for writer in sink:
                writer.close()
        if self.rejected and not sink.rejected.count:
            self.rejected.unlink()

    def _writer(
        self,
        path: Path | None,
        files: Mapping[Path, BinaryIO],
        columns: Sequence[str],
        flat_columns: Sequence[str],
    ) -> Writer:
        if path is None:
            return Nothing()
        suffix = path.suffix.lower()
        if suffix == ".parquet":
            return parquet_writer().ParquetRows(files[path], columns, self.keep, self.kept)
        if suffix in _SEPARATORS:
            names = (*flat_columns, *self.keep)
            return CsvRows(files[path], _SEPARATORS[suffix], names, self.raw)
        return JsonLines(files[path])
