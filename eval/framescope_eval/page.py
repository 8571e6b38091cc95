"""`report.html`: the whole report as one page that needs nothing else, for people to read.

It quotes the corpora, whose text may be hostile: jinja2 escapes all of it, and the page's content
security policy lets no style and no script run but its own two, by their digests.
"""

from collections.abc import Sequence
from pathlib import Path

from markdown_it import MarkdownIt
from markupsafe import Markup

from framescope.page.template import environment, inline
from framescope.techniques import TECHNIQUES
from framescope_eval.galleries import Section, corpus_section, probe_section
from framescope_eval.mistakes import KINDS, Scored, mistakes
from framescope_eval.plots import Plot
from framescope_eval.report import Report

_HERE = Path(__file__).parent


def write_page(
    report: Report, scored: Sequence[Scored], path: Path, more: Sequence[Section] = ()
) -> None:
    """As `page_html`. A lone surrogate in a text, which UTF-8 can't hold, becomes `?`."""
    page = page_html(report, scored, more)
    path.write_text(page, encoding="utf-8", errors="replace")


def page_html(report: Report, scored: Sequence[Scored], more: Sequence[Section] = ()) -> str:
    """The page, the same each time.

    `scored` is what the first system, the model, says of each corpus, in the order of
    `report.corpora`; `more` are sections between the corpora and the probes.
    """
    corpora = [
        corpus_section(corpus, of, report.thresholds)
        for corpus, of in zip(report.corpora, scored, strict=True)
    ]
    page = environment(_HERE)
    page.filters["drawn"] = _drawn
    page.filters["tables"] = _tables
    return page.get_template("page.html").render(
        report=report,
        sections=[*corpora, *more, probe_section(report.probes)],
        mistakes=[found for of in scored for found in mistakes(of, report.thresholds)],
        techniques=TECHNIQUES,
        kinds=KINDS,
        style=inline(_HERE / "page.css"),
        script=inline(_HERE / "page.js"),
    )


def _drawn(plot: Plot) -> Markup:
    return Markup(plot.svg)


def _tables(markdown: str) -> Markup:
    """Only what our tables use, so that a system's name can bring in no image and no HTML."""
    renderer = MarkdownIt("zero").enable(["heading", "table", "emphasis", "backticks", "link"])
    scroll = '<div class="scroll" role="region" aria-label="table" tabindex="0"><table>'
    renderer.add_render_rule("table_open", lambda *_: scroll)
    renderer.add_render_rule("table_close", lambda *_: "</table></div>")
    return Markup(renderer.render(markdown))
