"""What the readers of other people's formats share: how a bad document is told, how spans fit."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from framescope.techniques import Technique
from framescope_data.layers import LayerError
from framescope_data.values import Annotation, Document

Refuse = Callable[[LayerError], None]
"""What is done about a document that can't be read (as `onerror` of `os.walk`): the reader calls
it and, if it returns, goes on without that document."""


def stop(error: LayerError) -> None:
    """The readers' default: raises `error`."""
    raise error


def read_pairs(
    articles: Path,
    labels: Callable[[str], Path],
    techniques: Mapping[str, Technique],
    source: str,
    lines: bool,
    refuse: Refuse,
) -> Iterator[Document]:
    """Articles `article<id>.txt`, each with a file of spans at `labels(id)`.

    White space at the ends of a span is cut off, as the makers of PTC did in its second version.
    Raises `FileNotFoundError` if `articles` has none; an article without its labels is refused.
    """
    for path in article_paths(articles):
        id = path.stem.removeprefix("article")
        text = path.read_text(encoding="utf-8")
        try:
            marks = tuple(
                trimmed(text, mark, labels(id)) for mark in read_spans(labels(id), techniques)
            )
        except FileNotFoundError:
            refuse(
                LayerError(
                    f"{labels(id)}: missing; an article without techniques has an empty file here,"
                    f" so add it, or remove {path}"
                )
            )
        except LayerError as error:
            refuse(error)
        else:
            labelled = frozenset(techniques.values())
            yield Document(id, text, marks, source=source, labelled=labelled, lines=lines)


def article_paths(directory: Path) -> list[Path]:
    """The files `article<id>.txt`, sorted. Raises `FileNotFoundError` if there are none."""
    paths = sorted(directory.glob("article*.txt"))
    if not paths:
        raise FileNotFoundError(f"{directory}: no article*.txt here; is this the articles' folder?")
    return paths


def read_spans(path: Path, techniques: Mapping[str, Technique]) -> Iterator[Annotation]:
    """Lines of id, technique, start and end (exclusive), separated by tabs.

    Techniques that are not in `techniques` are left out. Raises `LayerError`.
    """
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        fields = line.split("\t")
        if len(fields) != 4 or not (fields[2].isdecimal() and fields[3].isdecimal()):
            raise LayerError(f"{path}:{number}: expected id, technique, start and end, by tabs")
        if fields[1] in techniques:
            yield Annotation(techniques[fields[1]], int(fields[2]), int(fields[3]), reader="ptc")


def trimmed(text: str, mark: Annotation, path: Path) -> Annotation:
    """The mark without white space at its ends. Raises `LayerError` if nothing of it is left."""
    words = text[mark.start : mark.end]
    if mark.end > len(text) or not words.strip():
        raise LayerError(
            f"{path}: {mark.technique} {mark.start}-{mark.end} marks no words of a text of"
            f" {len(text)} characters; take text and labels from one release"
        )
    start = mark.start + len(words) - len(words.lstrip())
    return replace(mark, start=start, end=start + len(words.strip()))


def text_id(prefix: str, text: str) -> str:
    """The id of a sentence whose corpus gives it none: the prefix and 16 digits of its SHA-1."""
    return f"{prefix}-{hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()[:16]}"


def sorted_marks(marks: Iterable[Annotation]) -> tuple[Annotation, ...]:
    """In the order of the text, as in the layers."""
    return tuple(sorted(marks, key=lambda mark: (mark.start, mark.end, mark.technique)))
