"""The field's own tests as tables: our figures, those that others published, what differs."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import TypeAdapter

from framescope.techniques import Technique
from framescope_eval.metrics import ClassMetrics
from framescope_eval.official import Official
from framescope_eval.official_spans import Score
from framescope_eval.tables import table

_FIGURES = Path(__file__).parent / "published.toml"

TestName = Literal[
    "NLP4IF-2019 SLC",
    "NLP4IF-2019 FLC",
    "SemEval-2020 SI",
    "SemEval-2020 TC",
    "SemEval-2023 task 3, subtask 3",
]
Row = tuple[str, ...]
_HERE = "this corpus"


@dataclass(frozen=True, slots=True)
class PublishedFigure:
    """What `source` says of a system; `checked` is where that could be looked up."""

    system: str
    split: str
    f1: float
    source: str
    url: str
    checked: str
    precision: float | None = None
    recall: float | None = None


@dataclass(frozen=True, slots=True)
class PublishedTest:
    """A test with its figures; `differs` says why ours can't be compared with them outright."""

    name: TestName
    differs: str
    figures: tuple[PublishedFigure, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TechniqueFigure(PublishedFigure):
    """A figure of one technique in sentences."""

    technique: Technique


@dataclass(frozen=True, slots=True)
class PublishedSentences:
    """Figures of single techniques in sentences, and why ours can't be compared outright."""

    differs: str
    figures: tuple[TechniqueFigure, ...]


@dataclass(frozen=True, slots=True)
class Published:
    """All that `published.toml` holds."""

    sentences: PublishedSentences
    tests: tuple[PublishedTest, ...]


def published() -> Published:
    """Everything in `published.toml`, in order."""
    read = tomllib.loads(_FIGURES.read_text(encoding="utf-8"))
    return TypeAdapter(Published).validate_python(read)


def sentence_table(
    systems: Mapping[str, Sequence[ClassMetrics]], others: PublishedSentences
) -> str:
    """A Markdown table of F1 in sentences, a technique a row: our systems, then what is known."""
    ours = [(name, of.technique, str(of.f1), _HERE) for name, all in systems.items() for of in all]
    theirs = [
        (of.system, of.technique, f"{of.f1:.3f}", f"{of.split} ([{of.source}]({of.url}))")
        for of in others.figures
    ]
    rows = table("system", "technique", "F1", "of", rows=[*ours, *theirs])
    return f"Single techniques in sentences. {others.differs}\n\n{rows}"


def official_tables(systems: Mapping[str, Official], tests: Sequence[PublishedTest]) -> str:
    """A Markdown table a test: our systems, by name, then the published figures.

    A system without spans is not in the tables of the tests that need them.
    """
    return "\n\n".join(_table(test, systems) for test in tests)


def technique_table(systems: Mapping[str, Official]) -> str:
    """A Markdown table of the tests that count single techniques, for systems that give spans."""
    rows = [row for name, of in systems.items() for row in _technique_rows(name, of)]
    header = ("FLC precision", "FLC recall", "FLC F1", "FLC F1 as printed", "TC-style F1")
    return table("system", "technique", *header, rows=rows)


def _table(test: PublishedTest, systems: Mapping[str, Official]) -> str:
    ours = [row for name, of in systems.items() for row in _our_rows(test.name, name, of)]
    rows = [*ours, *map(_published_row, test.figures)]
    header = ("system", "precision", "recall", "F1", "of")
    return f"{test.name}. {test.differs}\n\n{table(*header, rows=rows)}"


def _our_rows(test: TestName, system: str, of: Official) -> list[Row]:
    match test:
        case "NLP4IF-2019 SLC":
            return [_score_row(system, of.slc)]
        case "NLP4IF-2019 FLC":
            return [_score_row(system, of.spans.flc.overall)] if of.spans else []
        case "SemEval-2020 SI":
            return [_score_row(system, of.spans.si)] if of.spans else []
        case "SemEval-2020 TC":
            return [(system, "", "", str(of.spans.tc.micro_f1), _HERE)] if of.spans else []
        case "SemEval-2023 task 3, subtask 3":
            micro, macro = of.semeval2023.micro_f1, of.semeval2023.macro_f1
            return [
                (f"{system}, {average}", "", "", str(f1), _HERE)
                for average, f1 in (("micro", micro), ("macro", macro))
            ]


def _score_row(system: str, of: Score) -> Row:
    return system, str(of.precision), str(of.recall), str(of.f1), _HERE


def _published_row(of: PublishedFigure) -> Row:
    precision, recall = ("" if v is None else f"{v:.3f}" for v in (of.precision, of.recall))
    return of.system, precision, recall, f"{of.f1:.3f}", f"{of.split} ([{of.source}]({of.url}))"


def _technique_rows(system: str, of: Official) -> list[Row]:
    if of.spans is None:
        return []
    return [
        (
            system,
            flc.technique,
            str(flc.score.precision),
            str(flc.score.recall),
            str(flc.score.f1),
            str(flc.printed_f1),
            str(tc.f1),
        )
        for flc, tc in zip(of.spans.flc.techniques, of.spans.tc.techniques, strict=True)
    ]
