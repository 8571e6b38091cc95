r"""Your own annotations in brat's standoff format (`.txt` beside `.ann`): reader and writer.

`T1<tab>loaded_label 4 10<tab>the words`: text-bound, offsets in characters, end exclusive; a
discontinuous one is `T1<tab>loaded_label 0 5;16 23<tab>...`. Each fragment becomes an annotation,
but fragments with only white space between them are one (so brat writes words over a line break).
`A1<tab>Borderline T1`, `A2<tab>Quoted T1` and `A3<tab>Kind T1 vague` are read; relations, events,
notes and other attributes are not. INCEpTION and WebAnno export the same format ("brat"), with
offsets in UTF-16 units: a text with emoji is then refused, because the words are compared.

Source: https://brat.nlplab.org/standoff.html
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import cast, get_args

from framescope.techniques import TECHNIQUES, Technique
from framescope_data.layers import LayerError
from framescope_data.reading import Refuse, sorted_marks, stop
from framescope_data.values import Annotation, Document, Kind

_BOUND = re.compile(r"(T\S+)\t(\S+) (\d+ \d+(?:;\d+ \d+)*)\t(.*)", re.DOTALL)
_ATTRIBUTE = re.compile(r"[AM]\S+\t(Borderline|Quoted|Kind) (T\S+)(?: (\S+))?")
_CONFIGURATION = """[entities]
loaded_label
unverified_attribution
emotive_term
[relations]
<OVERLAP> Arg1:<ENTITY>, Arg2:<ENTITY>, <OVL-TYPE>:<ANY>
[events]
[attributes]
Borderline Arg:<ENTITY>
Quoted Arg:<ENTITY>
Kind Arg:unverified_attribution, Value:anonymous|vague|hearsay
"""
OURS: Mapping[str, Technique | None] = {technique: technique for technique in TECHNIQUES}


def read_brat(
    directory: Path, of: Mapping[str, Technique | None] = OURS, refuse: Refuse = stop
) -> Iterator[Document]:
    """The `.txt` files that have an `.ann`, in `directory` and below; the id is the path.

    `of` says which technique each of your types is; None leaves a type out. Raises
    `FileNotFoundError` without `.ann` files, `LayerError` with file, line and remedy.
    """
    paths = sorted(directory.rglob("*.ann"))
    if not paths:
        raise FileNotFoundError(f"{directory}: no .ann files here; is this a brat collection?")
    for path in paths:
        try:
            text = _exact(path.with_suffix(".txt"))
            marks = sorted_marks(_marks(path, text, of))
        except FileNotFoundError:
            refuse(LayerError(f"{path.with_suffix('.txt')}: missing; put the text beside {path}"))
        except LayerError as error:
            refuse(error)
        else:
            id = path.relative_to(directory).with_suffix("").as_posix()
            yield Document(id, text, marks, source="brat", lines=False)


def write_brat(documents: Iterable[Document], directory: Path) -> None:
    """Two files a document, named by its id. What brat has no place for is lost.

    That is: `reader` of the annotations, and `labelled`, `lines` and `source` of the document.
    """
    for document in documents:
        path = directory / f"{document.id}.txt"
        if not path.resolve().is_relative_to(directory.resolve()):
            raise ValueError(f"document {document.id!r}: the id does not name a file here")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(document.text, encoding="utf-8", newline="")
        lines = "".join(f"{line}\n" for line in _lines(document))
        path.with_suffix(".ann").write_text(lines, encoding="utf-8", newline="")


def write_brat_configuration(directory: Path) -> None:
    """`annotation.conf`, which tells brat our techniques and their attributes."""
    (directory / "annotation.conf").write_text(_CONFIGURATION, encoding="utf-8")


def _marks(path: Path, text: str, of: Mapping[str, Technique | None]) -> list[Annotation]:
    lines = list(enumerate(_exact(path).split("\n"), start=1))
    borderline, quoted, kinds = _attributes(lines, path)
    marks: list[Annotation] = []
    for number, line in lines:
        if line.startswith("T"):
            match = _BOUND.fullmatch(line)
            if match is None:
                raise LayerError(
                    f"{path}:{number}: expected T<n>, type and offsets, words, by tabs"
                )
            id, type, offsets, words = match.groups()
            if type not in of:
                raise LayerError(
                    f"{path}:{number}: unknown type {type!r}; say in `of` which technique it is"
                )
            fragments = _fragments(offsets)
            _check_words(text, fragments, words, f"{path}:{number}")
            technique = of[type]
            if technique is not None:
                marks += [
                    Annotation(
                        technique, start, end, kinds.get(id, ""), id in borderline, id in quoted
                    )
                    for start, end in _joined(text, fragments)
                ]
    return marks


def _attributes(
    lines: list[tuple[int, str]], path: Path
) -> tuple[set[str], set[str], dict[str, Kind]]:
    borderline: set[str] = set()
    quoted: set[str] = set()
    kinds: dict[str, Kind] = {}
    for number, line in lines:
        match = _ATTRIBUTE.fullmatch(line.rstrip("\r"))
        if match and match[1] == "Kind":
            if match[3] not in get_args(Kind):
                raise LayerError(f"{path}:{number}: unknown kind {match[3]!r}")
            kinds[match[2]] = cast("Kind", match[3])
        elif match:
            (borderline if match[1] == "Borderline" else quoted).add(match[2])
    return borderline, quoted, kinds


def _fragments(offsets: str) -> list[tuple[int, int]]:
    return [(int(pair.split()[0]), int(pair.split()[1])) for pair in offsets.split(";")]


def _check_words(text: str, fragments: list[tuple[int, int]], words: str, place: str) -> None:
    """The marked words stand in the file too (line breaks as spaces): compare them."""
    marked = " ".join(text[start:end] for start, end in fragments)
    fits = all(0 <= start < end <= len(text) for start, end in fragments)
    if not fits or not marked.strip() or marked.split() != words.split():
        raise LayerError(
            f"{place}: the offsets mark other words than the line gives; was the text changed, or"
            " are they UTF-16 offsets (INCEpTION) on a text with emoji?"
        )


def _joined(text: str, fragments: list[tuple[int, int]]) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    for start, end in sorted(fragments):
        if spans and start >= spans[-1][1] and not text[spans[-1][1] : start].strip():
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))
    return spans


def _lines(document: Document) -> Iterator[str]:
    attributes: list[str] = []
    for number, mark in enumerate(document.annotations, start=1):
        words = document.text[mark.start : mark.end]
        # One fragment a line of text: brat can't mark a line break.
        offsets = ";".join(
            f"{mark.start + piece.start()} {mark.start + piece.end()}"
            for piece in re.finditer(r"[^\s](?:[^\r\n]*[^\s])?", words)
        )
        yield f"T{number}\t{mark.technique} {offsets}\t{' '.join(words.split())}"
        attributes += [f"Borderline T{number}"] * mark.borderline + [
            f"Quoted T{number}"
        ] * mark.quoted
        attributes += [f"Kind T{number} {mark.kind}"] * bool(mark.kind)
    yield from (f"A{number}\t{said}" for number, said in enumerate(attributes, start=1))


def _exact(path: Path) -> str:
    """The text with its own line endings: brat's offsets count both characters of CRLF."""
    with path.open(encoding="utf-8", newline="") as file:
        return file.read()
