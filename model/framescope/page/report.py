"""Articles -> `report.html`: one page that needs nothing else, for an editor to read.

Articles may be hostile: jinja2 escapes all of their text, and the page's content security policy
lets no style and no script run but its own two, by their digests.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from pathlib import Path

from framescope.page.article import FLOOR, Article, showable
from framescope.page.rates import Rate, shown
from framescope.page.reasons import REASONS
from framescope.page.reference import PERCENTS, Counts, Reference
from framescope.page.template import environment, inline
from framescope.techniques import TECHNIQUES, Technique

_HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table: an article, or all articles of a source. Rates are as in `TECHNIQUES`."""

    name: str
    note: str
    link: str
    articles: int
    rates: tuple[Rate, ...]

    @property
    def sentences(self) -> int:
        """How many there are in all."""
        return self.rates[0].of


@dataclass(frozen=True, slots=True)
class Choice:
    """A technique on the page: its threshold, its rate over all articles, what to compare with."""

    technique: Technique
    name: str
    line: str
    threshold: float
    percent: int
    rate: Rate
    reference: Rate | None
    counts: tuple[int, ...]
    own_voice: tuple[int, ...]


def report_html(
    articles: Sequence[Article],
    model: str,
    thresholds: Sequence[float],
    reference: Reference | None,
) -> str:
    """The page, the same each time. `thresholds` are the model's, in the order of `TECHNIQUES`."""
    choices = [
        _choice(index, articles, threshold, reference) for index, threshold in enumerate(thresholds)
    ]
    rows = [_row(article, at) for at, article in enumerate(articles, start=1)]
    sources = _sources(articles)
    everything = [*rows, *sources]
    figures = [rate for row in everything for rate in row.rates]
    figures += [rate for of in choices for rate in (of.rate, of.reference) if rate]
    page = environment(_HERE)
    page.filters["shown"] = shown
    page.filters["showable"] = showable
    page.filters["exact"] = _exact
    return page.get_template("page.html").render(
        articles=articles,
        rows=rows,
        sources=sources if len(sources) > 1 else (),
        choices=choices,
        names={technique: REASONS[technique].name for technique in TECHNIQUES},
        techniques=TECHNIQUES,
        sentences=sum(len(article.sentences) for article in articles),
        reference=reference,
        model=model,
        top=min(100, 10 * ceil(max((rate.high for rate in figures), default=10) / 10)),
        first=PERCENTS[0],
        last=PERCENTS[-1],
        floor=FLOOR,
        style=inline(_HERE / "page.css"),
        script=inline(_HERE / "page.js"),
    )


def _choice(
    index: int, articles: Sequence[Article], threshold: float, reference: Reference | None
) -> Choice:
    technique = TECHNIQUES[index]
    return Choice(
        technique,
        REASONS[technique].name,
        REASONS[technique].line,
        threshold,
        _percent(threshold),
        _sum([article.rate(technique) for article in articles]),
        reference.rate(index) if reference else None,
        _at(reference.counts[index], threshold) if reference else (),
        _at(reference.own_voice[index], threshold) if reference else (),
    )


def _at(counts: Counts, threshold: float) -> tuple[int, ...]:
    """At each step of the slider: its first place stands for the model's own threshold."""
    shipped = _percent(threshold)
    steps = zip(PERCENTS, counts.at, strict=True)
    return tuple(counts.shipped if percent == shipped else count for percent, count in steps)


def _percent(threshold: float) -> int:
    """Where a threshold stands on the slider, which goes in hundredths."""
    return min(max(round(100 * threshold), PERCENTS[0]), PERCENTS[-1])


def _row(article: Article, at: int) -> Row:
    rates = tuple(article.rate(technique) for technique in TECHNIQUES)
    note = article.id if article.headline else ""
    return Row(article.title, note, f"#article-{at}", 1, rates)


def _sources(articles: Sequence[Article]) -> list[Row]:
    """One row a source, in the order in which they come."""
    rows: list[Row] = []
    for source in dict.fromkeys(article.source for article in articles):
        of = [article for article in articles if article.source == source]
        rates = tuple(_sum([a.rate(technique) for a in of]) for technique in TECHNIQUES)
        rows.append(Row(source, "", "", len(of), rates))
    return rows


def _sum(rates: Sequence[Rate]) -> Rate:
    return Rate(sum(rate.hits for rate in rates), sum(rate.of for rate in rates))


def _exact(score: float) -> str:
    """Nine digits tell all single-precision numbers apart, in their order."""
    return f"{score:.9g}"
