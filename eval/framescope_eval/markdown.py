"""A whole report as Markdown, for the terminal and `report.md`."""

from framescope_eval.probe_tables import probe_tables
from framescope_eval.published import official_tables, published, technique_table
from framescope_eval.report import CorpusReport, Report
from framescope_eval.slice_tables import agreement_table, slice_tables
from framescope_eval.tables import corpus_tables


def report_markdown(report: Report) -> str:
    """Every figure of the report but the curves and the mistakes, which `report.html` has."""
    heading = (
        f"{report.model} ({report.precision}); 95% intervals from {report.resamples:,} resamples"
        f" of the articles (seed {report.seed})."
    )
    corpora = (part for corpus in report.corpora for part in _corpus(corpus))
    return "\n\n".join([heading, *corpora, probe_tables(report.probes)]) + "\n"


def _corpus(corpus: CorpusReport) -> list[str]:
    systems = {system.name: system.official for system in corpus.systems}
    return [
        corpus_tables(corpus),
        agreement_table(corpus.agreement),
        slice_tables(corpus.slices),
        f"### {corpus.name}: the field's own tests",
        official_tables(systems, published()),
        technique_table(systems),
    ]
