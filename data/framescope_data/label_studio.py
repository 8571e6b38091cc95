"""Label Studio's tasks (JSON): predictions to correct in it, and the corrected ones read back.

Offsets are characters: since version 1.5 its editor counts code points
(https://github.com/HumanSignal/label-studio/pull/1559), before it UTF-16 units. Each region carries
its words, so both are read. Source: https://labelstud.io/guide/task_format
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, get_args

from framescope.techniques import TECHNIQUES
from framescope_data.layers import LayerError
from framescope_data.reading import Refuse, sorted_marks, stop, trimmed
from framescope_data.utf16 import Utf16
from framescope_data.values import Annotation, Document, Kind

TASKS, LABELS = "tasks.json", "labels.xml"

_LABELS = """<View>
  <Style>.htx-text { white-space: pre-wrap; }</Style>
  <Labels name="technique" toName="text">
    <Label value="loaded_label" background="#d55e00"/>
    <Label value="unverified_attribution" background="#0072b2"/>
    <Label value="emotive_term" background="#009e73"/>
  </Labels>
  <Choices name="flags" toName="text" perRegion="true" choice="multiple">
    <Choice value="borderline"/>
    <Choice value="quoted"/>
  </Choices>
  <Choices name="kind" toName="text" perRegion="true" whenTagName="technique"
           whenLabelValue="unverified_attribution">
    <Choice value="anonymous"/>
    <Choice value="vague"/>
    <Choice value="hearsay"/>
  </Choices>
  <Text name="text" value="$text"/>
</View>
"""
"""The labelling interface, for the project's settings. Without `pre-wrap`, the editor drops spaces
and its offsets are of another text."""


def write_label_studio(documents: Iterable[Document], directory: Path) -> None:
    """`tasks.json`, to import, and `labels.xml`, the project's labelling interface.

    `labelled`, `lines`, `source` and the annotations' `reader` are lost.
    """
    tasks = [_task(document) for document in documents]
    (directory / TASKS).write_text(json.dumps(tasks, ensure_ascii=False, indent=1), "utf-8")
    (directory / LABELS).write_text(_LABELS, encoding="utf-8")


def read_label_studio(path: Path, refuse: Refuse = stop) -> Iterator[Document]:
    """The tasks of an export ("JSON") that somebody has submitted: of several annotations the one
    marked as ground truth, or else the newest. Tasks with predictions alone are left out.

    Raises `LayerError` with file, task and remedy.
    """
    for task in _tasks(path):
        place = f"{path}: task {task.get('id', '?')}"
        submitted = [one for one in task["annotations"] if not one.get("was_cancelled")]
        if not submitted:
            continue
        last = max(
            submitted, key=lambda one: (one.get("ground_truth", False), one.get("updated_at", ""))
        )
        try:
            id, text = str(task["data"].get("document", task.get("id"))), task["data"]["text"]
            marks = sorted_marks(_marks(text, last["result"], place))
        except LayerError as error:
            refuse(error)
        except (KeyError, TypeError, ValueError) as error:
            refuse(LayerError(f"{place}: {error!r} is missing or malformed"))
        else:
            yield Document(id, text, marks, source="label-studio", lines=False)


def _task(document: Document) -> dict[str, Any]:
    regions = [
        region
        for number, mark in enumerate(document.annotations, start=1)
        for region in _regions(document.text, mark, f"mark-{number}")
    ]
    return {
        "data": {"document": document.id, "text": document.text},
        "predictions": [{"model_version": "framescope", "result": regions}],
    }


def _regions(text: str, mark: Annotation, id: str) -> Iterator[dict[str, Any]]:
    words = {"start": mark.start, "end": mark.end, "text": text[mark.start : mark.end]}
    flags = [name for name in ("borderline", "quoted") if getattr(mark, name)]
    for name, kind, values in (
        ("technique", "labels", [mark.technique]),
        ("flags", "choices", flags),
        ("kind", "choices", [mark.kind] if mark.kind else []),
    ):
        if values:
            value = {**words, kind: values}
            yield {"id": id, "from_name": name, "to_name": "text", "type": kind, "value": value}


def _tasks(path: Path) -> Sequence[Mapping[str, Any]]:
    try:
        tasks = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise LayerError(f"{path}: not JSON ({error}); export the project as JSON") from error
    if not isinstance(tasks, list) or not all(
        isinstance(task, dict) and {"data", "annotations"} <= task.keys() for task in tasks
    ):
        raise LayerError(
            f"{path}: expected a list of tasks with data and annotations; export the project as"
            " JSON (not as JSON-MIN)"
        )
    return tasks


def _marks(text: str, results: Sequence[Mapping[str, Any]], place: str) -> Iterator[Annotation]:
    chosen: dict[str, set[str]] = {}
    for result in results:
        if result["type"] == "choices":
            chosen.setdefault(result["id"], set()).update(result["value"]["choices"])
    for result in results:
        if result["type"] == "labels":
            value, of = result["value"], chosen.get(result["id"], set())
            start, end = _offsets(text, value, place)
            for technique in value["labels"]:
                if technique not in TECHNIQUES:
                    raise LayerError(f"{place}: unknown label {technique!r}; use {LABELS}")
                mark = Annotation(
                    technique,
                    start,
                    end,
                    kind=next((kind for kind in get_args(Kind) if kind in of), ""),
                    borderline="borderline" in of,
                    quoted="quoted" in of,
                )
                yield trimmed(text, mark, Path(place))


def _offsets(text: str, value: Mapping[str, Any], place: str) -> tuple[int, int]:
    start, end = int(value["start"]), int(value["end"])
    words = value.get("text")
    if words is None or text[start:end].split() == words.split():
        return start, end
    counted = Utf16(text)
    try:
        start, end = counted.offset(start), counted.offset(end)
    except ValueError as error:
        raise LayerError(f"{place}: {error}") from error
    if text[start:end].split() != words.split():
        raise LayerError(
            f"{place}: {value['start']}-{value['end']} marks other words than {words!r};"
            " was the text changed?"
        )
    return start, end
