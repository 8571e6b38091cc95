"""Your own annotations in JSON Lines: reader and writer.

One object a line: {"id": "a1", "text": "...", "spans": [{"start": 4, "end": 10, "technique":
"loaded_label"}]}. Offsets count characters (Unicode code points) from 0; `end` is exclusive.
A document may add `labelled` (the techniques that were looked for; default: all three), `lines`
(true: one sentence a line) and `source`; a span may add `kind`, `borderline`, `quoted`, `reader`.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any, get_args

from framescope.techniques import TECHNIQUES
from framescope_data.layers import LayerError, check_fit
from framescope_data.reading import Refuse, sorted_marks, stop
from framescope_data.values import Annotation, Document, Kind

_SPAN_FIELDS = frozenset(Annotation.__slots__)
_FIELDS = frozenset({"id", "text", "spans", "labelled", "lines", "source"})


def read_jsonl(path: Path, refuse: Refuse = stop) -> Iterator[Document]:
    """The documents of one file. Raises `LayerError` with file, line and remedy."""
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, start=1):
            try:
                document = from_json(json.loads(line))
                check_fit(document.id, document.text, document.annotations)
            except (KeyError, TypeError, ValueError) as error:
                said = f"no {error}" if isinstance(error, KeyError) else error
                refuse(LayerError(f"{path}:{number}: {said}"))
            else:
                yield document


def write_jsonl(documents: Iterable[Document], path: Path) -> None:
    """Writes everything there is of the documents; `read_jsonl` gives them back equal."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for document in documents:
            file.write(json.dumps(to_json(document), ensure_ascii=False) + "\n")


def from_json(row: dict[str, Any]) -> Document:
    """One document of its JSON object. Raises `KeyError`, `TypeError` or `ValueError`."""
    _check(isinstance(row, dict), "expected an object with id, text and spans")
    _check(row.keys() <= _FIELDS, f"unknown fields {sorted(row.keys() - _FIELDS)}")
    _check(isinstance(row["id"], str) and isinstance(row["text"], str), "id and text are strings")
    labelled = row.get("labelled", TECHNIQUES)
    _check(set(labelled) <= set(TECHNIQUES), f"labelled: use {', '.join(TECHNIQUES)}")
    return Document(
        id=row["id"],
        text=row["text"],
        annotations=sorted_marks(_span(span) for span in row["spans"]),
        source=row.get("source", "jsonl"),
        labelled=frozenset(labelled),
        lines=row.get("lines", False),
    )


def to_json(document: Document) -> dict[str, Any]:
    """The JSON object of one document, every field of it said."""
    return {
        "id": document.id,
        "text": document.text,
        "spans": [asdict(mark) for mark in document.annotations],
        "labelled": [technique for technique in TECHNIQUES if technique in document.labelled],
        "lines": document.lines,
        "source": document.source,
    }


def _span(row: dict[str, Any]) -> Annotation:
    _check(row.keys() <= _SPAN_FIELDS, f"unknown span fields {sorted(row.keys() - _SPAN_FIELDS)}")
    mark = Annotation(**row)
    _check(type(mark.start) is int and type(mark.end) is int, "start and end are whole numbers")
    _check(0 <= mark.start < mark.end, f"offsets {mark.start}-{mark.end} are not a span")
    _check(
        mark.technique in TECHNIQUES,
        f"unknown technique {mark.technique!r}; use one of {', '.join(TECHNIQUES)}",
    )
    _check(mark.kind in get_args(Kind), f"unknown kind {mark.kind!r}")
    return mark


def _check(holds: bool, otherwise: str) -> None:
    if not holds:
        raise ValueError(otherwise)
