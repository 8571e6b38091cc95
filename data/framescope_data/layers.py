"""Our stand-off annotation layers: TSV files of ids and offsets, without text."""

import csv
from collections.abc import Mapping
from pathlib import Path

from framescope.techniques import TECHNIQUES
from framescope_data.values import Annotation

COLUMNS = ("doc_id", "start", "end", "label", "kind", "borderline", "quoted", "reader")


class LayerError(ValueError):
    """A layer that can't be read or does not fit its text; says where, and what to do."""


def read_layer(path: Path) -> Mapping[str, tuple[Annotation, ...]]:
    """Document id -> its annotations, sorted by offset. Raises `LayerError`."""
    by_document: dict[str, list[Annotation]] = {}
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        if rows.fieldnames is None or tuple(rows.fieldnames) != COLUMNS:
            raise LayerError(f"{path}:1: expected the columns {', '.join(COLUMNS)}")
        for row in rows:
            try:
                by_document.setdefault(row["doc_id"], []).append(_annotation(row))
            except (KeyError, TypeError, ValueError) as error:
                raise LayerError(f"{path}:{rows.line_num}: {error}") from error
    return {
        document: tuple(sorted(annotations, key=lambda a: (a.start, a.end, a.technique)))
        for document, annotations in by_document.items()
    }


def read_places(path: Path) -> frozenset[tuple[str, int]]:
    """Document ids and offsets, one `id<TAB>offset` a line; none if there is no such file.

    Raises `LayerError`.
    """
    if not path.is_file():
        return frozenset()
    places: set[tuple[str, int]] = set()
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        id, _, offset = line.partition("\t")
        if not offset.isdecimal():
            raise LayerError(f"{path}:{number}: {line!r} is not a document id, a tab, an offset")
        places.add((id, int(offset)))
    return frozenset(places)


def check_fit(id: str, text: str, annotations: tuple[Annotation, ...]) -> None:
    """Refuses annotations that run past the text or begin or end in white space."""
    for mark in annotations:
        words = text[mark.start : mark.end]
        if mark.end > len(text) or words != words.strip():
            raise LayerError(
                f"document {id}: {mark.technique} {mark.start}-{mark.end} does not fit the text;"
                " is this the release the layer was made on?"
            )


def _annotation(row: dict[str, str]) -> Annotation:
    technique, start, end = row["label"], int(row["start"]), int(row["end"])
    if technique not in TECHNIQUES:
        raise ValueError(f"unknown technique {technique!r}; use one of {', '.join(TECHNIQUES)}")
    if row["kind"] not in ("", "anonymous", "vague", "hearsay"):
        raise ValueError(f"unknown kind {row['kind']!r}")
    if not 0 <= start < end:
        raise ValueError(f"offsets {start}-{end} are not a span")
    return Annotation(
        technique=technique,
        start=start,
        end=end,
        kind=row["kind"],
        borderline=_flag(row, "borderline"),
        quoted=_flag(row, "quoted"),
        reader=row["reader"],
    )


def _flag(row: dict[str, str], column: str) -> bool:
    if row[column] not in ("0", "1"):
        raise ValueError(f"{column} must be 0 or 1, not {row[column]!r}")
    return row[column] == "1"
