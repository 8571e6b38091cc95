"""What a system says of some sentences: our model, a baseline, or anybody's predictions."""

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from framescope.checkpoint import ONNX, Precision, read_checkpoint, resolve
from framescope.model import FramingModel
from framescope.techniques import TECHNIQUES
from framescope.values import Prediction, Scores, Span
from framescope_data.values import Record

_OTHER: Mapping[Precision, Precision] = {"int8": "fp32", "fp32": "int8"}


@dataclass(frozen=True, slots=True)
class Judged:
    """What one system says of some records, in order.

    *Shape:* scores, decided (sentence, technique). `spans` is empty for a system that gives none.
    """

    scores: NDArray[np.float64]
    decided: NDArray[np.bool_]
    spans: tuple[tuple[Span, ...], ...] = ()


System = Callable[[Sequence[Record]], Judged]


class PredictionsError(ValueError):
    """A file of predictions that can't be used; says the line and the remedy."""


def model_system(model: FramingModel) -> System:
    """Our model as a system."""
    return lambda records: _judged(model.predict([record.text for record in records]))


def checkpoint_system(checkpoint: str, precision: Precision) -> tuple[System, Precision]:
    """A checkpoint as a system, and the precision it runs in: if it lacks `precision`, the other.

    Raises `CheckpointError`.
    """
    has = read_checkpoint(resolve(checkpoint, [ONNX[precision]])).sha256
    runs = precision if ONNX[precision] in has else _OTHER[precision]
    return model_system(FramingModel.from_pretrained(checkpoint, precision=runs)), runs


def file_system(path: Path) -> System:
    """A file of predictions as a system: JSON Lines as `framescope score` writes them.

    A line needs `text`, a whole sentence of the corpus, and `techniques`, what is decided of it;
    `scores` (technique to number) and `spans` (technique, start, end) are optional. Offsets of
    spans are into the document if the line has its own `start`. Sentences are found by their text.
    Raises `PredictionsError`.
    """
    found: dict[str, Prediction] = {}
    gives_spans = False
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, start=1):
            try:
                row = json.loads(line)
                prediction = _prediction(row)
            except (KeyError, TypeError, ValueError, AttributeError) as error:
                fault = f"no {error}" if isinstance(error, KeyError) else error
                raise PredictionsError(
                    f"{path}:{number}: {fault}; a line is a JSON object with text, techniques and,"
                    " if you have them, scores and spans, as `framescope score` writes it"
                ) from error
            found[prediction.text] = prediction
            gives_spans |= "spans" in row

    def judge(records: Sequence[Record]) -> Judged:
        missing = [record for record in records if record.text not in found]
        if missing:
            raise PredictionsError(
                f"{path}: nothing on {len(missing)} of {len(records)} sentences,"
                f" the first of them sentence {missing[0].index} of {missing[0].document_id}:"
                f" {missing[0].text[:60]!r}; `text` must be the whole sentence, unchanged"
            )
        judged = _judged([found[record.text] for record in records])
        return judged if gives_spans else replace(judged, spans=())

    return judge


def write_predictions(records: Sequence[Record], judged: Judged, path: Path) -> None:
    """What a system says of `records`, as JSON Lines that `file_system` reads."""
    with path.open("w", encoding="utf-8") as file:
        for at, record in enumerate(records):
            scores = dict(zip(TECHNIQUES, judged.scores[at].tolist(), strict=True))
            row: dict[str, Any] = {
                "text": record.text,
                "techniques": [
                    t for t, on in zip(TECHNIQUES, judged.decided[at], strict=True) if on
                ],
                "scores": scores,
            }
            if judged.spans:
                row["spans"] = [asdict(span) for span in judged.spans[at]]
            file.write(json.dumps(row) + "\n")


def _judged(predictions: Sequence[Prediction]) -> Judged:
    return Judged(
        scores=np.array([[score for _, score in p.scores.items()] for p in predictions]),
        decided=np.array([[name in p.techniques for name in TECHNIQUES] for p in predictions]),
        spans=tuple(p.spans for p in predictions),
    )


def _prediction(row: Mapping[str, Any]) -> Prediction:
    techniques = tuple(row["techniques"])
    if unknown := set(techniques) - set(TECHNIQUES):
        raise ValueError(f"unknown techniques {sorted(unknown)}")
    # Without scores a decision is its own score: average precision is then that of one threshold.
    scores = row.get("scores") or {name: float(name in techniques) for name in TECHNIQUES}
    numbers = [float(scores[name]) for name in TECHNIQUES]
    if not all(map(math.isfinite, numbers)):
        raise ValueError(f"scores {numbers} are not all finite")
    shift = int(row.get("start", 0))
    spans = tuple(
        Span(
            span["technique"],
            int(span["start"]) - shift,
            int(span["end"]) - shift,
            row["text"][int(span["start"]) - shift : int(span["end"]) - shift],
            float(span.get("score", 1)),
        )
        for span in row.get("spans", ())
    )
    for span in spans:
        if span.technique not in TECHNIQUES or not 0 <= span.start < span.end <= len(row["text"]):
            raise ValueError(f"{span.technique} {span.start}-{span.end} is no span of the text")
    return Prediction(row["text"], Scores(*numbers), techniques, spans)
