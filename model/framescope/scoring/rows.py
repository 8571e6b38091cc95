"""What batch scoring writes: a row a scored sentence, a row a document, a row a rejected record."""

import json
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

from framescope.scoring.records import Rejected, Text
from framescope.techniques import TECHNIQUES, Technique
from framescope.values import Prediction

_SURROGATE = re.compile("[\ud800-\udfff]")

_LONGEST_SHOWN = 100_000

SENTENCE_COLUMNS = ("id", "index", "start", "end", "text", "techniques", "scores", "spans")
SENTENCE_CSV = (
    *SENTENCE_COLUMNS[:5],
    *(column for name in TECHNIQUES for column in (name, f"{name}_score", f"{name}_words")),
)
DOCUMENT_COLUMNS = ("id", "sentences", *TECHNIQUES, *(f"{name}_per_100" for name in TECHNIQUES))


def sentence_line(text: Text, index: int, start: int, prediction: Prediction) -> str:
    """A sentence of `text` that begins at `start`. All offsets are the document's."""
    return _line(
        {
            "id": text.id,
            "index": index,
            "start": start,
            "end": start + len(prediction.text),
            "text": prediction.text,
            "techniques": prediction.techniques,
            "scores": {name: round(score, 6) for name, score in prediction.scores.items()},
            "spans": [
                {
                    "technique": span.technique,
                    "start": start + span.start,
                    "end": start + span.end,
                    "text": span.text,
                    "score": round(span.score, 6),
                }
                for span in prediction.spans
            ],
            **text.kept,
        }
    )


def document_line(text: Text, sentences: int, counts: Counter[Technique]) -> str:
    """How many sentences of a document carry each technique, and how many of each hundred."""
    return _line(
        {
            "id": text.id,
            "sentences": sentences,
            **{name: counts[name] for name in TECHNIQUES},
            **{
                f"{name}_per_100": round(100 * counts[name] / sentences, 4) if sentences else None
                for name in TECHNIQUES
            },
            **text.kept,
        }
    )


def rejected_line(rejected: Rejected) -> str:
    """A record that could not be scored, or the beginning of a very long one."""
    record = rejected.record
    if len(record) > _LONGEST_SHOWN:
        record = f"{record[:_LONGEST_SHOWN]}… {len(record):,} characters"
    return _line(asdict(replace(rejected, record=record)))


def _line(row: Mapping[str, Any]) -> str:
    line = json.dumps(row, ensure_ascii=False)
    if _SURROGATE.search(line):
        line = json.dumps(row)  # lone surrogates survive as escapes
    return line + "\n"


def flat(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row without lists in it. Of a sentence: for each technique 1 or 0, the score, the words."""
    if "spans" not in row:
        return dict(row)
    columns = {name: value for name, value in row.items() if name not in SENTENCE_COLUMNS[5:]}
    for name in TECHNIQUES:
        columns[name] = int(name in row["techniques"])
        columns[f"{name}_score"] = row["scores"][name]
        words = [span["text"] for span in row["spans"] if span["technique"] == name]
        columns[f"{name}_words"] = " | ".join(words)
    return columns


def as_text(value: Any) -> str | None:
    """A JSON value for a column of text: strings as they are, all else as JSON."""
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)


def readable(value: Any) -> Any:
    """A JSON value with U+FFFD, one character for one, where a lone surrogate stood."""
    if isinstance(value, str):
        return _SURROGATE.sub("\ufffd", value)
    if isinstance(value, list):
        return [readable(item) for item in value]
    if isinstance(value, dict):
        return {name: readable(item) for name, item in value.items()}
    return value
