"""What a card says of data, agreement, even-handedness and cost, drawn from committed facts."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from framescope.techniques import TECHNIQUES
from framescope_data.corpora import UNLABELLED
from framescope_data.files import ANNOTATIONS
from framescope_data.probes import read_cases
from framescope_data.sources import SOURCES, Source
from framescope_eval.agreement import OUR_LAYER, PEOPLE, AgreementRow
from framescope_eval.intervals import Figure
from framescope_eval.probes import AxisResult, share
from framescope_eval.report import Report
from framescope_eval.tables import table

ROLES = ("train", "dev", "test", "unlabelled")

WATTS = 40
"""Assumed for two cores of a server and their memory; nothing was metered."""
GRAMS_PER_KWH = 481
"""World average of 2023: Ember, Global Electricity Review 2024."""

_OWN = ("starter", "drills")


@dataclass(frozen=True, slots=True)
class CorpusFacts:
    """A corpus of a recipe. `changed`: the report has newer texts or annotations of that name."""

    name: str
    role: str
    labels: str
    sha256: str
    changed: bool


@dataclass(frozen=True, slots=True)
class EvenHandedness:
    """All pairs of sentences that differ only in the party; `flipped` have other decisions."""

    pairs: int
    flipped: int
    share: Figure
    axes: tuple[AxisResult, ...]


@dataclass(frozen=True, slots=True)
class Cost:
    """Energy is `WATTS` times hours; grams of CO2 are energy times `GRAMS_PER_KWH`.

    The formula is that of Lacoste et al. 2019 (https://arxiv.org/abs/1910.09700).
    """

    hours: float

    @property
    def kilowatt_hours(self) -> float:
        """Of the fine-tuning."""
        return self.hours * WATTS / 1000

    @property
    def grams(self) -> float:
        """CO2 equivalent."""
        return self.kilowatt_hours * GRAMS_PER_KWH


def corpus_facts(course: Sequence[Mapping[str, Any]], report: Report) -> tuple[CorpusFacts, ...]:
    """Every corpus of the recipes of all steps, in the order of `ROLES`."""
    trained_on = {name: sha for step in course for name, sha in step["data_sha256"].items()}
    changed = {of.name for of in report.corpora if trained_on.get(of.name) != of.sha256}
    return tuple(
        CorpusFacts(name, role, _labels(name), trained_on[name], name in changed)
        for role in ROLES
        for name in dict.fromkeys(of for step in course for of in step["recipe"].get(role, ()))
    )


def sources(names: Iterable[str]) -> tuple[Source, ...]:
    """The public corpora that these are made of."""
    families = {name.partition("-")[0] for name in names}
    return tuple(source for source in SOURCES if not families.isdisjoint(source.corpora))


def agreement(report: Report) -> str:
    """Who agrees with whom on the corpora of the report, as Markdown; "" if nothing is known."""
    rows: defaultdict[tuple[str, str], list[AgreementRow]] = defaultdict(list)
    for corpus in report.corpora:
        for of in corpus.agreement:
            if of.first.startswith("reader ") or (of.first, of.second) == (OUR_LAYER, PEOPLE):
                rows[corpus.name, f"{of.first} and {of.second}"].append(of)
    lines = [(*who, *_cells(found)) for who, found in rows.items()]
    return table("corpus", "annotators", *TECHNIQUES, rows=lines) if lines else ""


def even_handedness(report: Report) -> EvenHandedness:
    """Of the probes that exchange the parties; those of typography are left out."""
    parties = {case.axis for case in read_cases() if case.capability == "even_handedness"}
    axes = tuple(of for of in report.probes.axes if of.axis in parties)
    pairs = sum(of.pairs for of in axes)
    flipped = sum(round(of.flipped.value * of.pairs) for of in axes)
    return EvenHandedness(pairs, flipped, share(flipped, max(1, pairs)), axes)


def cost(course: Sequence[Mapping[str, Any]]) -> Cost | None:
    """Of a training on CPU, all steps of which recorded their hours."""
    recorded = all(step["device"] == "cpu" and "hours" in step for step in course)
    return Cost(sum(float(step["hours"]) for step in course)) if recorded else None


def _labels(name: str) -> str:
    if name in UNLABELLED:
        return "none: plain text"
    if name.endswith(".jsonl"):
        return "those of whoever trained this checkpoint"
    if name.partition("-")[0] in _OWN:
        return "ours, by the language model that wrote the text"
    if name.endswith("-human"):
        return "PTC's annotators"
    twice = (ANNOTATIONS / f"{name}.readers.tsv").is_file()
    return "two readings by language models, joined" if twice else "one reading by language models"


def _cells(rows: Sequence[AgreementRow]) -> list[str]:
    by_technique = {of.technique: of for of in rows}
    return [
        f"kappa {by_technique[name].kappa.value:.2f}, F1 {by_technique[name].f1.value:.2f}"
        if name in by_technique
        else "not looked for"
        for name in TECHNIQUES
    ]
