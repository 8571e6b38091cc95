"""Does a release hold the very texts that our layers were made on? Told article by article.

`annotations/checksums.tsv` lists, for every document read, its corpus, its id and the SHA-256 of
its text as released: the bytes of the file, or of the sentence in UTF-8 (general, objective-test).
A layer's offsets are right for that text and for no other. Sentences of the pool are not listed:
their id is a hash of the text.
"""

import csv
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from framescope_data.files import ANNOTATIONS
from framescope_data.layers import LayerError
from framescope_data.ptc import twin_of
from framescope_data.subjectivity import FILES, objective_sentences

COLUMNS = ("corpus", "doc_id", "sha256")
CHECKSUMS = ANNOTATIONS / "checksums.tsv"

State = Literal["match", "line_endings", "differs", "missing", "misplaced", "twin", "unlisted"]

_REMEDY: dict[State, str] = {
    "match": "the text is the one that was annotated",
    "line_endings": "only the line endings differ (CRLF); the readers undo that, so offsets fit",
    "differs": "another text than the one annotated: offsets are wrong; get the listed release",
    "missing": "not in this release, or under another name; its annotations are not used",
    "misplaced": "listed in another corpus, {other}: move it there, or the splits leak",
    "twin": "PTC's duplicate of {other}, which carries the annotations: remove it",
    "unlisted": "no layer covers it, so it would count as free of every technique: remove it",
}


@dataclass(frozen=True, slots=True, order=True)
class Checksum:
    """SHA-256 (hexadecimal) of the text of one document."""

    corpus: str
    id: str
    sha256: str


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """What became of one document. `other` is the corpus or the twin that it belongs to."""

    corpus: str
    id: str
    state: State
    other: str = ""

    @property
    def message(self) -> str:
        """What is the matter, and what to do about it."""
        return _REMEDY[self.state].format(other=self.other)

    def __str__(self) -> str:
        return f"{self.corpus} {self.id}: {self.message}"


@dataclass(frozen=True, slots=True)
class Alignment:
    """One finding for each document listed or found, sorted by corpus and id."""

    findings: tuple[Finding, ...]

    @property
    def problems(self) -> tuple[Finding, ...]:
        """The documents whose annotations would be lost, wrong or counted twice."""
        return tuple(f for f in self.findings if f.state not in ("match", "line_endings"))

    @property
    def ok(self) -> bool:
        """Whether every annotation lies on the words it was made on, and nothing else is read."""
        return not self.problems

    def count(self, corpus: str, state: State) -> int:
        """How many documents of `corpus` are in `state`."""
        return sum((f.corpus, f.state) == (corpus, state) for f in self.findings)


def check_release(root: Path, checksums: Path = CHECKSUMS) -> Alignment:
    """Compares the corpora below `root`, laid out as `load` expects them, with the list.

    Raises `LayerError` for a list or a sentence file that can't be read. An absent corpus is no
    error: each of its documents is reported missing.
    """
    listed = {entry.id: entry for entry in read_checksums(checksums)}
    findings = [_finding(corpus, id, text, listed) for corpus, id, text in _released(root)]
    # A misplaced article is missing too, from the corpus it belongs to.
    found = {(f.corpus, f.id) for f in findings}
    findings += [
        Finding(entry.corpus, entry.id, "missing")
        for entry in listed.values()
        if (entry.corpus, entry.id) not in found
    ]
    return Alignment(tuple(sorted(findings)))


def read_checksums(path: Path = CHECKSUMS) -> list[Checksum]:
    """The listed documents, sorted. Raises `LayerError`."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        if tuple(next(rows, ())) != COLUMNS:
            raise LayerError(f"{path}:1: expected the columns {', '.join(COLUMNS)}")
        entries: list[Checksum] = []
        for row in rows:
            if len(row) != len(COLUMNS):
                raise LayerError(f"{path}:{rows.line_num}: expected {len(COLUMNS)} columns")
            entries.append(Checksum(*row))
    return sorted(entries)


def write_checksums(root: Path, path: Path) -> None:
    """Lists the texts below `root` as the ones that the layers belong to."""
    entries = sorted(Checksum(corpus, id, _sha256(text)) for corpus, id, text in _released(root))
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, delimiter="\t", lineterminator="\n", quoting=csv.QUOTE_NONE)
        rows.writerow(COLUMNS)
        rows.writerows((entry.corpus, entry.id, entry.sha256) for entry in entries)


def _finding(corpus: str, id: str, text: bytes, listed: dict[str, Checksum]) -> Finding:
    if id in listed:
        entry = listed[id]
        if entry.corpus != corpus:
            return Finding(corpus, id, "misplaced", entry.corpus)
        return Finding(corpus, id, _state(text, entry))
    twin = twin_of(id)
    if twin in listed and _state(text, listed[twin]) != "differs":
        return Finding(corpus, id, "twin", twin)
    return Finding(corpus, id, "unlisted")


def _state(text: bytes, entry: Checksum) -> Literal["match", "line_endings", "differs"]:
    if _sha256(text) == entry.sha256:
        return "match"
    unix = text.replace(b"\r\n", b"\n")
    return "line_endings" if _sha256(unix) == entry.sha256 else "differs"


def _released(root: Path) -> Iterator[tuple[str, str, bytes]]:
    """Corpus, id and text of every document below `root`."""
    for split in ("train", "dev", "test"):
        for path in (root / "ptc" / split).glob("article*.txt"):
            yield f"ptc-{split}", path.stem.removeprefix("article"), path.read_bytes()
    for path in (root / "fakes").glob("*.txt"):
        yield "fakes", path.stem, path.read_bytes()
    for split in ("train", "dev"):
        path = root / "general" / f"{split}.jsonl"
        for id, text in _sentences(path) if path.is_file() else ():
            yield f"general-{split}", id, text
    subjectivity = root / "checkthat-subjectivity"
    released = [split for split, file in FILES.items() if (subjectivity / file).is_file()]
    for id, text in objective_sentences(subjectivity, released):
        yield "objective-test", id, text.encode()


def _sentences(path: Path) -> Iterator[tuple[str, bytes]]:
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, start=1):
            try:
                row = json.loads(line)
                yield row["id"], row["text"].encode()
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                raise LayerError(f"{path}:{number}: expected an object with id and text") from error


def _sha256(text: bytes) -> str:
    return hashlib.sha256(text).hexdigest()
