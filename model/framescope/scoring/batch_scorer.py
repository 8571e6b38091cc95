"""`FramingBatchScorer`: tables of texts in, tables of scored sentences out."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from framescope.model import FramingModel
from framescope.scoring.extras import parquet_writer
from framescope.scoring.records import Fields, InputError, Text, UnfitError, text_of
from framescope.scoring.rows import SENTENCE_COLUMNS
from framescope.scoring.score import Unit, score_shard
from framescope.scoring.writers import Nothing, Sink

if TYPE_CHECKING:
    import pyarrow as pa

_ROW = "row"
"""Carries the number of a text's row to the rows of its sentences."""


class FramingBatchScorer:
    """Scores batch after batch with a model that it loads once: for engines that bring batches.

    `map_batches` of Ray Data, `map` of datasets and `mapInPandas` of Spark take it. Needs pyarrow
    (`framescope[parquet]`).
    """

    def __init__(
        self,
        model: str | Path = "small",
        *,
        text: str = "text",
        id: str = "id",
        keep: Sequence[str] = (),
        unit: Unit = "document",
        threads: int = 1,
    ) -> None:
        """`text`, `id` and `keep` are columns of the batches.

        With the unit `sentence` each text is one sentence already. `threads` is one, since engines
        run a process a processor. Raises `CheckpointError`, `InputError`.
        """
        if taken := {*SENTENCE_COLUMNS, _ROW}.intersection(keep):
            raise InputError(f"keep: a column of the output is named {taken.pop()}; rename yours")
        self._writer = parquet_writer()
        self._model = FramingModel.from_pretrained(model, threads=threads)
        self._text, self._id, self._keep = text, id, tuple(keep)
        self._unit: Unit = unit

    def __call__(self, batch: Any) -> "pa.Table":
        """A row a sentence, in order, as in the Parquet files of `framescope score`.

        `batch` is an Arrow table, a pandas frame or a dict of arrays. A row without a text has no
        sentences, nor has one of over a million characters that should be one sentence. Raises
        `KeyError` for a missing column.
        """
        import pyarrow as pa  # noqa: PLC0415

        given = batch if isinstance(batch, pa.Table) else pa.table(batch)
        lines = _Lines()
        score_shard(self._model, self._texts(given), self._unit, Sink(lines, Nothing(), Nothing()))
        scored = self._writer.table(lines.lines, SENTENCE_COLUMNS, {_ROW: pa.int64()})
        rows = scored[_ROW]
        scored = scored.drop_columns([_ROW])
        for name in self._keep:
            scored = scored.append_column(name, given[name].take(rows))
        return scored

    def _texts(self, given: "pa.Table") -> list[Text]:
        fields = Fields(keep=(_ROW,), sentence=self._unit == "sentence")
        columns = zip(given[self._id].to_pylist(), given[self._text].to_pylist(), strict=True)
        texts = []
        for number, (id, text) in enumerate(columns):
            try:
                row = {"id": None if id is None else str(id), "text": text, _ROW: number}
                texts.append(text_of(row, fields, ""))
            except UnfitError:
                continue
        return texts


class _Lines(Nothing):
    """Holds rows."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def write(self, line: str) -> None:
        """Adds one row."""
        super().write(line)
        self.lines.append(line)
