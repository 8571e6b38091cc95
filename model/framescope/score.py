"""Batch scoring: inputs -> one JSON object a sentence, in bounded memory."""

import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from itertools import tee
from pathlib import Path
from typing import Literal, TextIO

from framescope.inputs import Rejected, Text
from framescope.model import FramingModel
from framescope.sentences import split_sentences
from framescope.values import Prediction

Unit = Literal["document", "sentence"]


@dataclass(frozen=True, slots=True)
class Tally:
    """What a scoring run did."""

    documents: int
    sentences: int
    rejected: int


@dataclass(frozen=True, slots=True)
class _Place:
    """A sentence and where it stands. The offsets are the document's."""

    id: str
    index: int
    start: int
    text: str


def score(model: FramingModel, texts: Iterable[Text | Rejected], unit: Unit, output: Path) -> Tally:
    """Writes a line a sentence to `output`, and what can't be scored to `OUTPUT.rejected.jsonl`.

    The second file is written only if it is needed. Memory does not grow with the input.
    """
    with ExitStack() as files:
        out = files.enter_context(_written_whole(output))
        run = _Run(_Rejects(output, files))
        places, sentences = tee(run.places(texts, unit))
        predictions = model.predict_stream(place.text for place in sentences)
        for place, prediction in zip(places, predictions, strict=True):
            out.write(_line(place, prediction))
            run.sentences += 1
    return Tally(run.documents, run.sentences, run.rejects.count)


@contextmanager
def _written_whole(output: Path) -> Iterator[TextIO]:
    """A file that takes its name when it is complete: until then, an older one stays as it was."""
    if output.exists() and not output.is_file():  # a pipe or a device
        with output.open("w", encoding="utf-8") as file:
            yield file
        return
    part = output.with_name(f"{output.name}.part")
    with part.open("w", encoding="utf-8") as file:
        yield file
    part.replace(output)


def rejected_path(output: Path) -> Path:
    """Where the rejected records of a run go: `scores.jsonl` -> `scores.rejected.jsonl`."""
    return output.with_name(f"{output.name.removesuffix('.jsonl')}.rejected.jsonl")


class _Run:
    def __init__(self, rejects: "_Rejects") -> None:
        self.rejects = rejects
        self.documents = 0
        self.sentences = 0

    def places(self, texts: Iterable[Text | Rejected], unit: Unit) -> Iterator[_Place]:
        for text in texts:
            if isinstance(text, Rejected):
                self.rejects.write(text)
                continue
            self.documents += 1
            if unit == "sentence":
                yield _Place(text.id, 0, 0, text.text)
                continue
            for index, (start, end) in enumerate(split_sentences(text.text)):
                yield _Place(text.id, index, start, text.text[start:end])


class _Rejects:
    """The file of rejected records, opened when the first one comes."""

    def __init__(self, output: Path, files: ExitStack) -> None:
        self.count = 0
        self._path = rejected_path(output)
        self._path.unlink(missing_ok=True)
        self._files = files
        self._file: TextIO | None = None

    def write(self, rejected: Rejected) -> None:
        if self._file is None:
            self._file = self._files.enter_context(self._path.open("w", encoding="utf-8"))
        self.count += 1
        self._file.write(_json(asdict(rejected)))
        print(rejected, file=sys.stderr)


def _line(place: _Place, prediction: Prediction) -> str:
    return _json(
        {
            "id": place.id,
            "index": place.index,
            "start": place.start,
            "end": place.start + len(place.text),
            "text": place.text,
            "techniques": prediction.techniques,
            "scores": {name: round(score, 6) for name, score in prediction.scores.items()},
            "spans": [
                {
                    "technique": span.technique,
                    "start": place.start + span.start,
                    "end": place.start + span.end,
                    "text": span.text,
                    "score": round(span.score, 6),
                }
                for span in prediction.spans
            ],
        }
    )


def _json(value: object) -> str:
    line = json.dumps(value, ensure_ascii=False)
    try:
        line.encode()
    except UnicodeEncodeError:
        line = json.dumps(value)  # lone surrogates survive as escapes
    return line + "\n"
