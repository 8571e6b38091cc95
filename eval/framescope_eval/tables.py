"""A report as Markdown tables, for the terminal and the model card."""

from framescope_eval.report import CorpusReport, Report, SystemReport


def markdown(report: Report) -> str:
    """Every corpus with every class of every system."""
    sections = [
        f"{report.model} ({report.precision}); 95% intervals from {report.resamples:,} resamples"
        f" of the articles (seed {report.seed}).",
        *(corpus_tables(corpus) for corpus in report.corpora),
    ]
    return "\n\n".join(sections) + "\n"


def corpus_tables(corpus: CorpusReport) -> str:
    """Sentence metrics of all systems, then the span metrics of those that give spans."""
    rows = [row for system in corpus.systems for row in _sentence_rows(system)]
    spans = [row for system in corpus.systems for row in _span_rows(system)]
    text = (
        f"### {corpus.name}: {corpus.sentences:,} sentences of {corpus.documents:,} documents\n\n"
        + _table(
            "system",
            "technique",
            "precision",
            "recall",
            "F1",
            "average precision",
            "support",
            "prevalence",
            rows=rows,
        )
    )
    if spans:
        text += "\n\nSpans (SemEval-2020 task 11 overlap):\n\n" + _table(
            "system",
            "technique",
            "precision",
            "recall",
            "F1",
            "gold spans",
            "predicted spans",
            rows=spans,
        )
    return text


def _sentence_rows(system: SystemReport) -> list[tuple[str, ...]]:
    metrics = system.sentences
    rows: list[tuple[str, ...]] = [
        (
            system.name,
            of.technique,
            str(of.precision),
            str(of.recall),
            str(of.f1),
            str(of.average_precision),
            f"{of.support:,}",
            f"{of.prevalence:.3f}",
        )
        for of in metrics.classes
    ]
    macro = ("", "", str(metrics.macro_f1), str(metrics.macro_average_precision), "", "")
    return [*rows, (system.name, "**macro**", *macro)]


def _span_rows(system: SystemReport) -> list[tuple[str, ...]]:
    return [
        (
            system.name,
            of.technique,
            str(of.precision),
            str(of.recall),
            str(of.f1),
            f"{of.support:,}",
            f"{of.predicted:,}",
        )
        for of in system.spans
    ]


def _table(*header: str, rows: list[tuple[str, ...]]) -> str:
    lines = [header, tuple("---" for _ in header), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
