"""The annotation loop: predictions to an annotation tool, corrected ones back as a corpus."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from framescope.model import FramingModel
from framescope_data.brat import read_brat, write_brat, write_brat_configuration
from framescope_data.doccano import read_doccano, write_doccano
from framescope_data.fakes import part_of
from framescope_data.jsonl import write_jsonl
from framescope_data.label_studio import read_label_studio, write_label_studio
from framescope_data.layers import LayerError
from framescope_data.reading import sorted_marks
from framescope_data.values import Annotation, Document

READER = "framescope"
"""The `reader` of a mark that the model made."""

TRAIN, DEV = "train.jsonl", "dev.jsonl"


@dataclass(frozen=True, slots=True)
class Tool:
    """An annotation tool: `write` makes the files it imports in a directory, `read` takes a path
    that it exported."""

    write: Callable[[Iterable[Document], Path], None]
    read: Callable[[Path], Iterator[Document]]


def predicted(model: FramingModel, id: str, text: str) -> Document:
    """What the model marks in a text, as annotations to correct.

    A lone surrogate, which no file in UTF-8 can hold, becomes U+FFFD: one character for one.
    """
    text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    marks = (
        Annotation(span.technique, span.start, span.end, reader=READER)
        for span in model.analyze(text).spans
    )
    return Document(id, text, sorted_marks(marks), source=READER, lines=False)


def export_annotations(documents: Iterable[Document], tool: str, directory: Path) -> None:
    """Writes what `tool`, one of `TOOLS`, imports.

    Raises `LayerError` where `directory` has files: they may be somebody's corrections.
    """
    if directory.is_dir() and any(directory.iterdir()):
        raise LayerError(f"{directory}: has files already; give an empty or a new directory")
    directory.mkdir(parents=True, exist_ok=True)
    TOOLS[tool].write(documents, directory)


def import_annotations(path: Path, tool: str, directory: Path) -> tuple[int, int]:
    """Reads what `tool` exported, and writes the corpora `train.jsonl` and `dev.jsonl`.

    Returns how many documents each has: about a third is dev, chosen by a hash of the id. Raises
    `LayerError` for documents that can't be read, stand twice, or are too few to be split.
    """
    documents = list(TOOLS[tool].read(path))
    _check(path, documents)
    train, dev = split(documents)
    directory.mkdir(parents=True, exist_ok=True)
    write_jsonl(train, directory / TRAIN)
    write_jsonl(dev, directory / DEV)
    return len(train), len(dev)


def split(documents: Sequence[Document]) -> tuple[list[Document], list[Document]]:
    """Train and dev, in the order given. A document stays where it is when others come."""
    dev = [document for document in documents if part_of(document.id) == "dev"]
    return [document for document in documents if part_of(document.id) == "train"], dev


def _check(path: Path, documents: Sequence[Document]) -> None:
    twice = [id for id, count in Counter(one.id for one in documents).items() if count > 1]
    if twice:
        raise LayerError(
            f"{path}: {len(twice)} documents stand there more than once, {twice[0]!r} first;"
            " export those of one annotator, or the curated ones"
        )
    if not all(split(documents)):
        raise LayerError(
            f"{path}: {len(documents)} annotated documents, too few to hold out a third of them;"
            " annotate some more"
        )


def _write_brat(documents: Iterable[Document], directory: Path) -> None:
    write_brat(documents, directory)
    write_brat_configuration(directory)


def _write_inception(documents: Iterable[Document], directory: Path) -> None:
    from framescope_data.inception import write_inception  # noqa: PLC0415  (an extra)

    write_inception(documents, directory)


def _read_inception(path: Path) -> Iterator[Document]:
    from framescope_data.inception import read_inception  # noqa: PLC0415  (an extra)

    return read_inception(path)


TOOLS: Mapping[str, Tool] = {
    "brat": Tool(_write_brat, read_brat),
    "doccano": Tool(write_doccano, read_doccano),
    "inception": Tool(_write_inception, _read_inception),
    "label-studio": Tool(write_label_studio, read_label_studio),
}
