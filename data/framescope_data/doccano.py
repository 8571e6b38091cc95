"""doccano's JSON Lines of sequence labelling: predictions to correct in it, and read back.

`{"text": ..., "label": [[start, end, "loaded_label"], ...]}`. Offsets are UTF-16 units, as its
editor counts (https://github.com/doccano/doccano/issues/2290), unless the project was made with
"Count grapheme clusters as one character": don't choose that. "Allow overlapping spans": do.
Source: https://doccano.github.io/doccano/tutorial
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, cast

from framescope.techniques import TECHNIQUES, Technique
from framescope_data.layers import LayerError
from framescope_data.reading import Refuse, sorted_marks, stop, trimmed
from framescope_data.utf16 import Utf16
from framescope_data.values import Annotation, Document

TEXTS, LABELS = "texts.jsonl", "labels.json"

_COLOURS = ("#d55e00", "#0072b2", "#009e73")


def write_doccano(documents: Iterable[Document], directory: Path) -> None:
    """`texts.jsonl`, to import as JSONL, and `labels.json`, the project's labels.

    Of the annotations only technique and offsets are kept; of the document id and text.
    """
    with (directory / TEXTS).open("w", encoding="utf-8", newline="\n") as file:
        for document in documents:
            file.write(json.dumps(_row(document), ensure_ascii=False) + "\n")
    labels = [
        {"text": technique, "background_color": colour, "text_color": "#ffffff"}
        for technique, colour in zip(TECHNIQUES, _COLOURS, strict=True)
    ]
    (directory / LABELS).write_text(json.dumps(labels, indent=1) + "\n", encoding="utf-8")


def read_doccano(path: Path, refuse: Refuse = stop) -> Iterator[Document]:
    """The texts of an export ("JSONL", or "JSONL(relation)"), corrected or not: doccano does not
    tell, but for its choice "Export only approved documents".

    Raises `LayerError` with file, line and remedy.
    """
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, start=1):
            place = f"{path}:{number}"
            try:
                row = json.loads(line)
                id, text = str(row.get("document", row.get("id", number))), row["text"]
                marks = sorted_marks(_marks(row, text, place))
            except LayerError as error:
                refuse(error)
            except (AttributeError, KeyError, TypeError, ValueError) as error:
                refuse(LayerError(f"{place}: {error!r}; export the project as JSONL"))
            else:
                yield Document(id, text, marks, source="doccano", lines=False)


def _row(document: Document) -> dict[str, Any]:
    counted = Utf16(document.text)
    return {
        "document": document.id,
        "text": document.text,
        "label": [
            [counted.units(mark.start), counted.units(mark.end), mark.technique]
            for mark in document.annotations
        ],
    }


def _marks(row: Mapping[str, Any], text: str, place: str) -> Iterator[Annotation]:
    counted = Utf16(text)
    for start, end, technique in _labels(row):
        if technique not in TECHNIQUES:
            raise LayerError(f"{place}: unknown label {technique!r}; use {LABELS}")
        try:
            mark = Annotation(technique, counted.offset(start), counted.offset(end))
        except ValueError as error:
            raise LayerError(f"{place}: {error}") from error
        yield trimmed(text, mark, Path(place))


def _labels(row: Mapping[str, Any]) -> Iterator[tuple[int, int, Technique]]:
    if "entities" in row:
        for one in row["entities"]:
            yield one["start_offset"], one["end_offset"], one["label"]
    else:
        for start, end, label in row["label"]:
            yield start, end, cast("Technique", label)
