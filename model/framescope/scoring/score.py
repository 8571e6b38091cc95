"""Batch scoring: texts -> rows, in bounded memory, the same ones however the run is cut up."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal

from framescope.model import FramingModel
from framescope.scoring.parts import Parts
from framescope.scoring.records import Rejected, Text
from framescope.scoring.rows import document_line, rejected_line, sentence_line
from framescope.scoring.writers import Outputs, Sink
from framescope.sentences import iter_sentences
from framescope.techniques import Technique

Unit = Literal["document", "sentence"]

Scored = Iterable[Callable[[Sink], None]]
"""Shards in order: each writes its rows when it is called."""

_SHARD_TEXTS = 8192
_SHARD_CHARACTERS = 1_000_000
"""A shard ends with the text that reaches either: some seconds of work for one processor."""


class EngineError(RuntimeError):
    """Workers that can't score; says why."""


@dataclass(frozen=True, slots=True)
class Tally:
    """What a scoring run did."""

    documents: int
    sentences: int
    rejected: int


def write_scores(scored: Scored, outputs: Outputs) -> Tally:
    """Writes all rows straight into `outputs`."""
    with outputs.open() as sink:
        for write in scored:
            write(sink)
    return _tally(sink)


def write_scores_in_parts(scored: Scored, outputs: Outputs, parts: Parts) -> Tally:
    """The same by way of `parts`: `scored` are the shards after those that are there already."""
    for write in scored:
        with parts.shard() as sink:
            write(sink)
    with outputs.open() as sink:
        parts.pour(sink)
    parts.remove()
    return _tally(sink)


def shards(texts: Iterable[Text | Rejected]) -> Iterator[list[Text | Rejected]]:
    """Consecutive texts: what a killed run loses at most, and what a worker is given at a time."""
    shard: list[Text | Rejected] = []
    characters = 0
    for text in texts:
        shard.append(text)
        characters += _characters(text)
        if len(shard) >= _SHARD_TEXTS or characters >= _SHARD_CHARACTERS:
            yield shard
            shard, characters = [], 0
    if shard:
        yield shard


def scored_here(
    model: FramingModel, shards: Iterable[Sequence[Text | Rejected]], unit: Unit
) -> Scored:
    """Scores in this process."""
    return (partial(score_shard, model, shard, unit) for shard in shards)


def score_shard(
    model: FramingModel, shard: Sequence[Text | Rejected], unit: Unit, sink: Sink
) -> None:
    """Writes the rows of some texts; holds no more sentences of a text than the model does."""
    predictions = model.predict_stream(
        text.text[start:end]
        for text in shard
        if isinstance(text, Text)
        for start, end in _offsets(text, unit)
    )
    for text in shard:
        if isinstance(text, Rejected):
            sink.rejected.write(rejected_line(text))
            continue
        sentences, counts = 0, Counter[Technique]()
        # Splitting once more is a hundredth of the work; a long text's offsets would be a lot.
        for start, _ in _offsets(text, unit):
            prediction = next(predictions)
            sink.sentences.write(sentence_line(text, sentences, start, prediction))
            counts.update(prediction.techniques)
            sentences += 1
        sink.documents.write(document_line(text, sentences, counts))


def _offsets(text: Text, unit: Unit) -> Iterable[tuple[int, int]]:
    return [(0, len(text.text))] if unit == "sentence" else iter_sentences(text.text)


def _characters(text: Text | Rejected) -> int:
    if isinstance(text, Rejected):
        return len(text.record)
    return len(text.text) + sum(len(v) for v in text.kept.values() if isinstance(v, str))


def _tally(sink: Sink) -> Tally:
    return Tally(sink.documents.count, sink.sentences.count, sink.rejected.count)
