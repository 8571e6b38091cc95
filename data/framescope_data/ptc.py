"""Reader of the Propaganda Techniques Corpus (SemEval-2020 task 11 layout).

`articleID.txt` holds the article; `articleID.labels.tsv` its spans: id, technique, start, end
(end exclusive). Da San Martino et al. 2020, https://aclanthology.org/2020.semeval-1.186
"""

from collections.abc import Iterator
from pathlib import Path

from framescope.techniques import Technique
from framescope_data.layers import LayerError, check_fit, read_layer
from framescope_data.values import Annotation, Document

OF_PTC: dict[str, Technique] = {
    "Name_Calling,Labeling": "loaded_label",
    "Loaded_Language": "emotive_term",
}
"""PTC's techniques that are ours under another name; it has none for unverified_attribution."""


def read_ptc(directory: Path, layer: Path) -> Iterator[Document]:
    """The articles of `directory` with the annotations of our `layer`: all three techniques."""
    annotations = read_layer(layer)
    for path in _articles(directory):
        id = path.stem.removeprefix("article")
        text = path.read_text(encoding="utf-8")
        check_fit(id, text, annotations.get(id, ()))
        yield Document(id=id, text=text, annotations=annotations.get(id, ()), source="ptc")


def read_ptc_human(directory: Path) -> Iterator[Document]:
    """The articles of `directory` with the labels of PTC's own annotators: two techniques."""
    for path in _articles(directory):
        yield Document(
            id=path.stem.removeprefix("article"),
            text=path.read_text(encoding="utf-8"),
            annotations=tuple(_human(path.with_suffix(".labels.tsv"))),
            source="ptc-human",
            labelled=frozenset(OF_PTC.values()),
        )


def _articles(directory: Path) -> list[Path]:
    articles = sorted(directory.glob("article*.txt"))
    if not articles:
        raise FileNotFoundError(f"{directory}: no article*.txt here; is this a split of PTC?")
    return articles


def _human(path: Path) -> Iterator[Annotation]:
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        fields = line.split("\t")
        if len(fields) != 4 or not (fields[2].isdigit() and fields[3].isdigit()):
            raise LayerError(f"{path}:{number}: expected id, technique, start and end")
        if fields[1] in OF_PTC:
            yield Annotation(OF_PTC[fields[1]], int(fields[2]), int(fields[3]), reader="ptc")
