"""A whole report as Markdown, for `report.md` and the tables of `report.html`."""

from framescope_eval.probe_tables import failing_sentences, probe_tables
from framescope_eval.published import official_tables, published, sentence_table, technique_table
from framescope_eval.report import CorpusReport, Report
from framescope_eval.slice_tables import agreement_table, slice_tables
from framescope_eval.tables import corpus_tables


def report_markdown(report: Report) -> str:
    """Every figure of the report; the curves and the mistakes are in `report.html`."""
    heading = (
        f"{report.model} ({report.precision}); 95% intervals from {report.resamples:,} resamples"
        f" of the articles (seed {report.seed})."
    )
    corpora = (
        part
        for corpus in report.corpora
        for part in (corpus_markdown(corpus), slice_tables(corpus.slices))
    )
    probes = probe_tables(report.probes), failing_sentences(report.probes)
    return "\n\n".join([heading, *corpora, *probes]) + "\n"


def corpus_markdown(corpus: CorpusReport) -> str:
    """All systems on one corpus, who agrees with whom, and the field's own tests."""
    systems = {system.name: system.official for system in corpus.systems}
    classes = {system.name: system.sentences.classes for system in corpus.systems}
    others = published()
    return "\n\n".join(
        [
            corpus_tables(corpus),
            agreement_table(corpus.agreement),
            "### The field's own tests",
            official_tables(systems, others.tests),
            technique_table(systems),
            sentence_table(classes, others.sentences),
        ]
    )
