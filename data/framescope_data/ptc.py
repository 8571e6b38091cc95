"""Reader of the Propaganda Techniques Corpus (EMNLP-2019 and SemEval-2020 task 11).

`article<id>.txt` holds the article; `article<id>.labels.tsv` its spans: id, technique, start, end
(end exclusive). Da San Martino et al. 2020, https://aclanthology.org/2020.semeval-1.186; 2019,
https://aclanthology.org/D19-1565. `framescope_data.nlp4if` reads the release between the two.
"""

from collections.abc import Iterator
from pathlib import Path

from framescope.techniques import Technique
from framescope_data.layers import check_fit, read_layer
from framescope_data.reading import article_paths, read_spans
from framescope_data.values import Document

OF_PTC: dict[str, Technique] = {
    "Name_Calling,Labeling": "loaded_label",
    "Loaded_Language": "emotive_term",
}
"""PTC's techniques that are ours under another name; it has none for unverified_attribution."""


def read_ptc(directory: Path, layer: Path) -> Iterator[Document]:
    """The articles of `directory` with the annotations of our `layer`: all three techniques.

    An article that PTC releases twice has the same annotations under both ids.
    """
    annotations = read_layer(layer)
    for path in article_paths(directory):
        id = path.stem.removeprefix("article")
        text = path.read_text(encoding="utf-8")
        marks = annotations.get(id) or annotations.get(twin_of(id), ())
        check_fit(id, text, marks)
        yield Document(id=id, text=text, annotations=marks, source="ptc")


def read_ptc_human(directory: Path) -> Iterator[Document]:
    """The articles of `directory` with the labels of PTC's own annotators: two techniques."""
    for path in article_paths(directory):
        yield Document(
            id=path.stem.removeprefix("article"),
            text=path.read_text(encoding="utf-8"),
            annotations=tuple(read_spans(path.with_suffix(".labels.tsv"), OF_PTC)),
            source="ptc-human",
            labelled=frozenset(OF_PTC.values()),
        )


def twin_of(id: str) -> str:
    """The article that `id` repeats, or `id` itself.

    PTC releases some articles twice: the nine digits of the id, and the same with a 9 behind.
    """
    return id[:9] if len(id) == 10 and id.endswith("9") else id
