"""Documents to and from `datasets.Dataset`, nothing lost. Needs the extra `train`."""

from collections.abc import Iterable

from framescope_data.jsonl import from_json, to_json
from framescope_data.values import Document

try:
    from datasets import Dataset, Features, Value
except ImportError as error:
    raise ImportError("to_datasets needs datasets: pip install 'framescope[train]'") from error

_TEXT, _NUMBER, _FLAG = Value("string"), Value("int64"), Value("bool")
_SPAN = {
    "technique": _TEXT,
    "start": _NUMBER,
    "end": _NUMBER,
    "kind": _TEXT,
    "borderline": _FLAG,
    "quoted": _FLAG,
    "reader": _TEXT,
}
FEATURES = Features(
    id=_TEXT, text=_TEXT, spans=[_SPAN], labelled=[_TEXT], lines=_FLAG, source=_TEXT
)


def to_datasets(documents: Iterable[Document]) -> Dataset:
    """One row a document: id, text, spans, labelled, lines and source, as in `jsonl`."""
    rows = [to_json(document) for document in documents]
    columns = {name: [row[name] for row in rows] for name in FEATURES}  # fits no documents too
    return Dataset.from_dict(columns, features=FEATURES)


def from_datasets(dataset: Dataset) -> list[Document]:
    """The documents that `to_datasets` was given. Raises `ValueError` for another table."""
    return [from_json(row) for row in dataset.to_list()]
