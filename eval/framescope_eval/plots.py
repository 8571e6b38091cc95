"""The plots of a report, each of one technique, small enough for a phone: curves, bars, squares."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from numpy.typing import NDArray

from framescope.techniques import TECHNIQUES, Technique
from framescope_eval.intervals import Figure, articles
from framescope_eval.metrics import ClassMetrics
from framescope_eval.ranking import ranking
from framescope_eval.svg import COLOURS, Margins, printable, svg

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]

_INK, _SOFT, _LINE = COLOURS["ink"], COLOURS["soft"], COLOURS["line"]
_LONGEST_NAME = 38


@dataclass(frozen=True, slots=True)
class Plot:
    """A picture, its title, and its figures in words."""

    title: str
    note: str
    svg: str


@dataclass(frozen=True, slots=True)
class Bar:
    """A value with its interval. A `small` one rests on few sentences: it is drawn in grey."""

    name: str
    value: float
    low: float
    high: float
    small: bool = False


def bar(name: str, of: Figure, small: bool = False) -> Bar:
    """The bar of a figure."""
    return Bar(name, of.value, of.low, of.high, small)


def precision_recall(gold: Bools, scores: Floats, of: ClassMetrics) -> Plot:
    """The curve over all thresholds, the operating point with its intervals, lines of equal F1.

    *Shape:* gold, scores (sentence,).
    """
    curve = ranking(gold, scores, articles([""] * len(gold), resamples=0))
    recall, precision = curve.recall[0], curve.precision[0]

    def draw(axes: Axes) -> None:
        for f1 in (0.2, 0.4, 0.6, 0.8):
            at = np.linspace(f1 / (2 - f1), 1, 50)
            axes.plot(at, f1 * at / (2 * at - f1), color=_LINE, linewidth=0.8)
            axes.text(1.01, f1 / (2 - f1), f"F1 {f1}", color=_SOFT, fontsize=6, va="center")
        axes.axhline(of.prevalence, color=_SOFT, linewidth=0.8, linestyle=":")
        axes.plot(
            [*0 * recall[:1], *recall],
            [*precision[:1], *precision],
            drawstyle="steps-pre",
            color=COLOURS[of.technique],
            linewidth=1.6,
        )
        axes.errorbar(
            of.recall.value,
            of.precision.value,
            xerr=_lengths(of.recall),
            yerr=_lengths(of.precision),
            **_POINT,
        )
        _unit_square(axes)
        axes.set(xlabel="recall", ylabel="precision")

    note = (
        f"Average precision {of.average_precision:.2f}. At the threshold: precision"
        f" {of.precision:.2f}, recall {of.recall:.2f}, F1 {of.f1:.2f}."
    )
    return Plot(
        of.technique, note, svg(f"Precision against recall: {of.technique}", draw, Margins())
    )


def reliability_diagram(of: ClassMetrics) -> Plot:
    """Of each bin, the share that carries the technique over the mean score."""

    def draw(axes: Axes) -> None:
        axes.plot([0, 1], [0, 1], color=_SOFT, linewidth=0.8, linestyle=":")
        bins = of.reliability.bins
        lengths = np.hstack([_lengths(at.share) for at in bins])
        scores, shares = [at.score for at in bins], [at.share.value for at in bins]
        axes.errorbar(scores, shares, yerr=lengths, **{**_POINT, "color": COLOURS[of.technique]})
        _unit_square(axes)
        axes.set(xlabel="mean score of the bin", ylabel="share that carries it")

    note = f"Calibration error {of.reliability.ece:.3f}, Brier score {of.reliability.brier:.3f}."
    return Plot(of.technique, note, svg(f"Reliability: {of.technique}", draw, Margins()))


def score_distribution(gold: Bools, scores: Floats, threshold: float, technique: Technique) -> Plot:
    """Counts of sentences by score, with and without the technique. *Shape:* both (sentence,)."""
    edges = np.linspace(0, 1, 21).tolist()
    # Set by hand: to find these few, a logarithmic axis takes longer than all else of the picture.
    powers = [10**n for n in range(9) if 10**n <= len(scores)]

    def draw(axes: Axes) -> None:
        axes.hist(scores[~gold], edges, color=_SOFT, alpha=0.35)
        axes.hist(scores[gold], edges, color=COLOURS[technique], histtype="step", linewidth=1.6)
        axes.axvline(threshold, color=_INK, linewidth=1, linestyle="--")
        axes.set_yscale("log")
        axes.minorticks_off()
        axes.set_yticks(powers, [f"{power:,}" for power in powers])
        axes.set(xlim=(0, 1), ylim=(0.7, None), xlabel="score", ylabel="sentences")

    note = (
        f"{gold.sum():,} sentences with it, {(~gold).sum():,} without; threshold {threshold:.2f}."
    )
    return Plot(technique, note, svg(f"Scores by gold class: {technique}", draw, Margins()))


def co_occurrence(title: str, marks: Bools, columns: Sequence[int]) -> Plot:
    """How often the techniques of `columns` come together. *Shape:* marks (sentence, technique)."""
    of_columns = marks[:, columns].astype(int)
    counts = of_columns.T @ of_columns
    shares = counts / np.maximum(1, counts.diagonal())[:, None]

    def draw(axes: Axes) -> None:
        for (row, column), count in np.ndenumerate(counts):
            share = shares[row, column]
            shade = {"facecolor": _SOFT, "alpha": float(0.05 + 0.5 * share), "linewidth": 0}
            axes.add_patch(Rectangle((column - 0.48, row - 0.48), 0.96, 0.96, **shade))
            axes.text(column, row, f"{count:,}\n{share:.0%}", ha="center", va="center")
        names = [TECHNIQUES[column].replace("_", "\n") for column in columns]
        axes.set_xticks(range(len(names)), names)
        axes.set_yticks(range(len(names)), names)
        axes.set(xlim=(-0.5, len(names) - 0.5), ylim=(len(names) - 0.5, -0.5))
        axes.tick_params(length=0)
        axes.spines[:].set_visible(False)

    return Plot(title, "", svg(f"Techniques together: {title}", draw, _NAMES_BESIDE))


def bars(
    title: str, rows: Sequence[Bar], xlabel: str, colour: str = "soft", top: float = 1.0
) -> Plot:
    """A bar a row with its interval, name and figures above it; `colour` is one of `COLOURS`."""

    def draw(axes: Axes) -> None:
        for at, row in enumerate(rows):
            fill, words = (_SOFT, _SOFT) if row.small else (COLOURS[colour], _INK)
            axes.barh(at, row.value, 0.3, color=fill, alpha=0.35 if row.small else 0.75)
            axes.plot([row.low, row.high], [at, at], color=words, linewidth=1.2)
            axes.text(0, at - 0.27, _short(row.name) + " (few)" * row.small, color=words)
            figures = f"{row.value:.2f} [{row.low:.2f}, {row.high:.2f}]"
            axes.text(top, at - 0.27, figures, color=words, fontsize=7, ha="right")
        axes.set(xlim=(0, top), ylim=(len(rows) - 0.6, -0.75), xlabel=xlabel)
        axes.set_yticks([])
        axes.spines["left"].set_visible(False)

    height = 0.45 + 0.38 * len(rows)
    return Plot(title, "", svg(f"{xlabel}: {title}", draw, _BARS, height))


_NAMES_BESIDE = Margins(left=0.75, right=0.05, bottom=0.4, top=0.05)
_BARS = Margins(left=0.12, right=0.12, bottom=0.4, top=0.02)
_POINT = {"fmt": "o", "color": _INK, "markersize": 4, "elinewidth": 1}


def _unit_square(axes: Axes) -> None:
    ticks = np.linspace(0, 1, 6).tolist()
    axes.set(xlim=(0, 1), ylim=(0, 1.02), xticks=ticks, yticks=ticks)


def _lengths(of: Figure) -> list[list[float]]:
    """Of both arms of an error bar; a percentile interval need not hold the value itself."""
    return [[max(0.0, of.value - of.low)], [max(0.0, of.high - of.value)]]


def _short(name: str) -> str:
    """The end of a name, where paths differ."""
    name = printable(name)
    return name if len(name) <= _LONGEST_NAME else f"…{name[1 - _LONGEST_NAME :]}"
