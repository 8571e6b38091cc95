"""Checks a corpora directory or one corpus: counts, duplicates, offsets that do not fit."""

import csv
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from framescope.techniques import TECHNIQUES, Technique
from framescope_data.alignment import check_release
from framescope_data.layers import LayerError
from framescope_data.layouts import Found, find, is_tree
from framescope_data.records import normalise, records
from framescope_data.values import Document, Record


@dataclass(frozen=True, slots=True)
class ClassCount:
    """How often a technique is marked, and in what part of the sentences (prevalence)."""

    technique: Technique
    spans: int
    prevalence: float


@dataclass(frozen=True, slots=True)
class CorpusCheck:
    """One corpus. `classes` has the techniques that were looked for in any of its documents.

    `repeats` counts the sentences whose words stood in an earlier sentence of the same corpus.
    """

    name: str
    documents: int
    sentences: int
    repeats: int
    classes: tuple[ClassCount, ...]


@dataclass(frozen=True, slots=True)
class Overlap:
    """How many different sentences stand in both corpora, but for case and signs."""

    left: str
    right: str
    sentences: int


@dataclass(frozen=True, slots=True)
class Problem:
    """Something to mend before the corpus is used. `document` is empty for the corpus itself."""

    corpus: str
    document: str
    message: str


@dataclass(frozen=True, slots=True)
class Check:
    """What `check` found. Repeated and shared sentences are facts to know, no problems."""

    corpora: tuple[CorpusCheck, ...]
    overlaps: tuple[Overlap, ...]
    problems: tuple[Problem, ...]
    unread: tuple[str, ...]
    """Folders that belong to no corpus with a reader."""

    @property
    def ok(self) -> bool:
        """Whether everything was read and every offset fits."""
        return not self.problems


def check(directory: Path) -> Check:
    """Reads every corpus in `directory`. Raises `LayerError` if none is in a known format."""
    corpora: list[CorpusCheck] = []
    problems = _misreleased(directory) if is_tree(directory) else []
    texts: dict[str, frozenset[str]] = {}
    splits: dict[str, list[tuple[str, str]]] = {}
    for found in find(directory):
        documents = _read(found, problems)
        problems += _misfits(found.name, documents)
        sentences = list(records(documents))
        words = [normalise(sentence.text) for sentence in sentences]
        corpora.append(_counted(found.name, documents, sentences, words))
        if not found.name.endswith("-human"):  # the same texts as without: no news
            texts[found.name] = frozenset(words) - {""}
            for document in documents:
                splits.setdefault(document.id, []).append((found.name, document.text))
    problems += _shared_documents(splits)
    return Check(tuple(corpora), _overlaps(texts), tuple(problems), _unread(directory))


def _misreleased(directory: Path) -> list[Problem]:
    """The texts that are not those the layers were made on, of the corpora that are here."""
    findings = check_release(directory).findings
    here = {finding.corpus for finding in findings if finding.state != "missing"}
    return [
        Problem(f.corpus, f.id, str(f).removeprefix(f"{f.corpus} {f.id}: "))
        for f in findings
        if f.corpus in here and f.state not in ("match", "line_endings")
    ]


def _read(found: Found, problems: list[Problem]) -> list[Document]:
    documents: list[Document] = []
    try:
        for document in found.read(
            lambda error: problems.append(Problem(found.name, "", str(error)))
        ):
            documents.append(document)
    except (LayerError, OSError, UnicodeDecodeError, csv.Error) as error:
        problems.append(Problem(found.name, "", str(error)))
    return documents


def _misfits(name: str, documents: Sequence[Document]) -> list[Problem]:
    problems = [
        Problem(name, id, f"{count} documents have this id")
        for id, count in Counter(document.id for document in documents).items()
        if count > 1
    ]
    for document in documents:
        for mark in document.annotations:
            words = document.text[mark.start : mark.end]
            if mark.end > len(document.text):
                said = f"runs past the text of {len(document.text)} characters"
            elif not words.strip():
                said = "marks no words"
            elif words != words.strip():
                said = "begins or ends in white space"
            else:
                continue
            message = f"{mark.technique} {mark.start}-{mark.end} {said}"
            problems.append(Problem(name, document.id, message))
    return problems


def _counted(
    name: str, documents: Sequence[Document], sentences: Sequence[Record], words: Sequence[str]
) -> CorpusCheck:
    spans = Counter(mark.technique for document in documents for mark in document.annotations)
    classes: list[ClassCount] = []
    for index, technique in enumerate(TECHNIQUES):
        gold = [s.gold[index] for s in sentences if technique in s.labelled]
        if gold:
            classes.append(ClassCount(technique, spans[technique], sum(gold) / len(gold)))
    repeats = len([text for text in words if text]) - len(set(words) - {""})
    return CorpusCheck(name, len(documents), len(sentences), repeats, tuple(classes))


def _overlaps(texts: dict[str, frozenset[str]]) -> tuple[Overlap, ...]:
    pairs = combinations(texts, 2)
    overlaps = [Overlap(left, right, len(texts[left] & texts[right])) for left, right in pairs]
    return tuple(overlap for overlap in overlaps if overlap.sentences)


def _shared_documents(splits: dict[str, list[tuple[str, str]]]) -> list[Problem]:
    """One id with one text in two splits: whatever is measured on the one, the other has told."""
    return [
        Problem(places[-1][0], id, f"stands in {', '.join(name for name, _ in places)} too")
        for id, places in splits.items()
        if len({name for name, _ in places}) > 1 and len({text for _, text in places}) == 1
    ]


def _unread(directory: Path) -> tuple[str, ...]:
    if not is_tree(directory):
        return ()
    read = {"ptc", "fakes", "general", "pool", "babe", "checkthat-subjectivity"}
    return tuple(
        sorted(path.name for path in directory.iterdir() if path.is_dir() and path.name not in read)
    )
