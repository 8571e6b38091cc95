"""Which plots a report shows, and how to read them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from framescope.techniques import TECHNIQUES, Technique
from framescope_eval.markdown import corpus_markdown
from framescope_eval.mistakes import Scored
from framescope_eval.plots import (
    Bar,
    Plot,
    bar,
    bars,
    co_occurrence,
    precision_recall,
    reliability_diagram,
    score_distribution,
)
from framescope_eval.probe_tables import probe_tables
from framescope_eval.probes import ProbeReport
from framescope_eval.report import CorpusReport
from framescope_eval.slice_tables import slice_tables
from framescope_eval.slices import SliceReport
from framescope_eval.tables import beside


@dataclass(frozen=True, slots=True)
class Gallery:
    """Plots of one sort, side by side, and how to read them."""

    title: str
    guide: str
    plots: tuple[Plot, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the page: a table to begin with, galleries, then tables; tables in Markdown."""

    title: str
    galleries: tuple[Gallery, ...]
    tables: str
    summary: str = ""


def corpus_section(corpus: CorpusReport, scored: Scored, thresholds: Sequence[float]) -> Section:
    """`scored` is what the first system says; its thresholds are in the order of `TECHNIQUES`."""
    gold = np.array([record.gold for record in scored.records])
    scores, decided = scored.judged.scores, scored.judged.decided
    classes = corpus.systems[0].sentences.classes
    columns = [(TECHNIQUES.index(of.technique), of) for of in classes]
    galleries = (
        Gallery(
            "F1 of all systems",
            "Each at its own thresholds; the lines are 95% intervals over articles.",
            _f1_bars(corpus),
        ),
        Gallery(
            "Precision and recall",
            "The point is the shipped threshold, with its intervals; the dotted line is what"
            " chance gives, the prevalence.",
            tuple(precision_recall(gold[:, i], scores[:, i], of) for i, of in columns),
        ),
        Gallery(
            "Reliability",
            "Scores that mean what they say lie on the dotted line. The bins hold equally many"
            " sentences.",
            tuple(reliability_diagram(of) for of in classes),
        ),
        Gallery(
            "Scores by gold class",
            "Filled: sentences without the technique. Outlined: with it. Dashed: the threshold."
            " The scale is logarithmic.",
            tuple(
                score_distribution(gold[:, i], scores[:, i], thresholds[i], of.technique)
                for i, of in columns
            ),
        ),
        Gallery(
            "Techniques together",
            "Sentences with the technique of the row and that of the column, and their share of"
            " all those of the row.",
            (
                co_occurrence("gold", gold, [i for i, _ in columns]),
                co_occurrence("decided", decided, [i for i, _ in columns]),
            ),
        ),
    )
    summary = beside(corpus) if len(corpus.systems) > 1 else ""
    return Section(corpus.name, galleries, corpus_markdown(corpus), summary)


def slice_section(corpus: str, reports: Sequence[SliceReport]) -> Section:
    """A gallery a family of slices, a plot a technique; a slice without F1 is only in the table."""
    rows: defaultdict[str, defaultdict[Technique, list[Bar]]]
    rows = defaultdict(lambda: defaultdict(list))
    for report in reports:
        for of in report.classes:
            if of.f1:
                rows[report.family][of.technique].append(bar(report.value, of.f1, of.small))
    galleries = tuple(
        Gallery(
            f"F1 by {family}",
            "Grey ones rest on few sentences or articles. F1 rises with the prevalence.",
            tuple(bars(name, found[name], "F1", name) for name in TECHNIQUES if name in found),
        )
        for family, found in rows.items()
    )
    return Section(f"{corpus}: slices", galleries, slice_tables(reports))


def probe_section(probes: ProbeReport) -> Section:
    """A plot of failure rates a capability, all to one scale."""
    top = max((result.rate.high for result in probes.probes), default=1.0)
    plots = tuple(
        bars(
            capability,
            [bar(of.probe, of.rate) for of in probes.probes if of.capability == capability],
            "share of cases that fail",
            top=top,
        )
        for capability in dict.fromkeys(result.capability for result in probes.probes)
    )
    guide = "Sentences of our own, each with what must be decided: what share of them goes wrong."
    return Section("Probes", (Gallery("Failures", guide, plots),), probe_tables(probes))


def _f1_bars(corpus: CorpusReport) -> tuple[Plot, ...]:
    systems = corpus.systems
    macro = [bar(system.name, system.sentences.macro_f1) for system in systems]
    of_techniques = [
        bars(
            of.technique,
            [bar(system.name, system.sentences.classes[i].f1) for system in systems],
            "F1",
            of.technique,
        )
        for i, of in enumerate(systems[0].sentences.classes)
    ]
    return (*of_techniques, bars("macro", macro, "F1"))
