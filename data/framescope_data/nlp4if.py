"""Reader of the NLP4IF-2019 release of PTC: tasks FLC (fragments) and SLC (sentences).

`{train,dev}-articles/article<id>.txt`: the title, an empty line, then one sentence a line.
`train-labels-FLC/article<id>.task-FLC.labels`: id, technique, start, end (exclusive), by tabs.
`train-labels-SLC/article<id>.task-SLC.labels`, and all of them in `train.task-SLC.labels`:
article id, line number from 1, `propaganda` or `non-propaganda`; templates have `?`.

Source: README of the release (https://propaganda.qcri.org/nlp4if-shared-task/);
Da San Martino et al. 2019, https://aclanthology.org/D19-5024. The EMNLP-2019 release
(https://aclanthology.org/D19-1565) has text and `article<id>.labels.tsv` in one folder a split:
`framescope_data.ptc.read_ptc_human` reads it, as it does SemEval-2020's.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from framescope_data.layers import LayerError
from framescope_data.ptc import OF_PTC
from framescope_data.reading import Refuse, read_pairs, stop
from framescope_data.values import Document


@dataclass(frozen=True, slots=True)
class LineLabel:
    """Task SLC: whether a line (from 1) of an article carries any of PTC's 18 techniques."""

    document_id: str
    line: int
    propaganda: bool


def read_flc(articles: Path, labels: Path, refuse: Refuse = stop) -> Iterator[Document]:
    """The articles with the two techniques of PTC that are ours under another name.

    Raises `FileNotFoundError` without articles, `LayerError` for labels that can't be read, are
    missing or lie outside the text.
    """
    return read_pairs(
        articles,
        lambda article: labels / f"article{article}.task-FLC.labels",
        OF_PTC,
        source="nlp4if",
        lines=True,
        refuse=refuse,
    )


def read_slc(path: Path) -> Iterator[LineLabel]:
    """The labels of one file. Raises `LayerError` with file and line."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        fields = line.split("\t")
        if len(fields) != 3 or not fields[1].isdecimal():
            raise LayerError(
                f"{path}:{number}: expected article id, line number and label, by tabs"
            )
        if fields[2] not in ("propaganda", "non-propaganda"):
            raise LayerError(
                f"{path}:{number}: {fields[2]!r} is neither propaganda nor non-propaganda;"
                " a template (`?`) holds no labels"
            )
        yield LineLabel(fields[0], int(fields[1]), fields[2] == "propaganda")
