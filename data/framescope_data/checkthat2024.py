"""Reader of CheckThat! 2024 task 3 (persuasion techniques) in JSON; its ends are inclusive.

A JSON array, or one object a line: `id`, `text`, `labels`: [{`technique`, `start`, `end`, and
mostly `text`, the marked words}]. `end` is the offset of the last character: one less than
everywhere else in this package. Where the marked words are given they are compared, so a file
with exclusive ends is refused and not silently shifted.

Source: working notes of CLEF 2024, https://ceur-ws.org/Vol-3740/;
https://propaganda.math.unipd.it/checkthat24_persuasion/. Article-wise label files of that task
(`article<id>-labels-subtask-3.txt`) are SemEval-2023's: `framescope_data.semeval2023` reads them.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from framescope.techniques import Technique
from framescope_data.layers import LayerError
from framescope_data.reading import Refuse, sorted_marks, stop
from framescope_data.semeval2023 import OF_SEMEVAL2023
from framescope_data.values import Annotation, Document

OF_CHECKTHAT2024: dict[str, Technique] = {**OF_SEMEVAL2023, "Name_Calling/Labeling": "loaded_label"}


def read_checkthat2024(path: Path, refuse: Refuse = stop) -> Iterator[Document]:
    """The texts of one file. Raises `LayerError` with file, document and remedy."""
    for place, entry in _entries(path):
        try:
            id, text, labels = str(entry["id"]), entry["text"], entry["labels"]
            marks = [_mark(text, row) for row in labels if row["technique"] in OF_CHECKTHAT2024]
        except (KeyError, TypeError) as error:
            refuse(LayerError(f"{place}: expected id, text and labels, not {error!r}"))
        except ValueError as error:
            refuse(LayerError(f"{place}: document {entry['id']}: {error}"))
        else:
            labelled = frozenset(OF_CHECKTHAT2024.values())
            yield Document(id, text, sorted_marks(marks), "checkthat2024", labelled, lines=False)


def _entries(path: Path) -> Iterator[tuple[str, Any]]:
    content = path.read_text(encoding="utf-8")
    try:
        if content.lstrip().startswith("["):
            for number, entry in enumerate(json.loads(content), start=1):
                yield f"{path}: entry {number}", entry
        else:
            for number, line in enumerate(content.split("\n"), start=1):
                if line.strip():
                    yield f"{path}:{number}", json.loads(line)
    except json.JSONDecodeError as error:
        raise LayerError(f"{path}: not JSON: {error}") from error


def _mark(text: str, row: dict[str, Any]) -> Annotation:
    start, last = row["start"], row["end"]
    words = text[start : last + 1]
    if not 0 <= start <= last < len(text) or words != words.strip():
        raise ValueError(
            f"{row['technique']} {start}-{last} does not fit the text; ends must be inclusive,"
            " so take 1 from each if this file's are exclusive"
        )
    if row.get("text", words) != words:
        raise ValueError(
            f"{row['technique']} {start}-{last} are other words than the quoted ones; ends must be"
            " inclusive, so take 1 from each if this file's are exclusive"
        )
    return Annotation(OF_CHECKTHAT2024[row["technique"]], start, last + 1, reader="checkthat2024")
