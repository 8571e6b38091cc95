"""Reader of SemEval-2023 task 3, subtask 3 (persuasion techniques), with its spans.

`{train,dev}-articles-subtask-3/article<id>.txt`: title and paragraphs.
`{train,dev}-labels-subtask-3-spans/article<id>-labels-subtask-3.txt`: id, technique, start, end
(exclusive), by tabs; for an article that PTC has too, the offsets are PTC's. The official labels
of the task (`*-labels-subtask-3.txt`, by paragraph) say nothing about words and are not read.

Source: Piskorski et al. 2023, https://aclanthology.org/2023.semeval-1.317;
https://propaganda.math.unipd.it/semeval2023task3/
"""

from collections.abc import Iterator
from pathlib import Path

from framescope.techniques import Technique
from framescope_data.reading import Refuse, read_pairs, stop
from framescope_data.values import Document

OF_SEMEVAL2023: dict[str, Technique] = {
    "Name_Calling-Labeling": "loaded_label",
    "Loaded_Language": "emotive_term",
}
"""The 23 techniques' names for ours; they have none for unverified_attribution."""


def read_semeval2023(articles: Path, spans: Path, refuse: Refuse = stop) -> Iterator[Document]:
    """The articles of one split and language.

    Raises `FileNotFoundError` without articles, `LayerError` for spans that can't be read, are
    missing or lie outside the text.
    """
    return read_pairs(
        articles,
        lambda article: spans / f"article{article}-labels-subtask-3.txt",
        OF_SEMEVAL2023,
        source="semeval2023",
        lines=False,
        refuse=refuse,
    )
