"""Figures as Markdown tables, for the terminal and the model card."""

from collections.abc import Sequence

from framescope_eval.report import CorpusReport, SystemReport


def corpus_tables(corpus: CorpusReport) -> str:
    """Sentence metrics of all systems, then the span metrics of those that give spans."""
    rows = [row for system in corpus.systems for row in _sentence_rows(system)]
    spans = [row for system in corpus.systems for row in _span_rows(system)]
    text = (
        f"### {corpus.name}: {corpus.sentences:,} sentences of {corpus.documents:,} documents\n\n"
        + table(
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
        text += "\n\nSpans (SemEval-2020 task 11 overlap):\n\n" + table(
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


def table(*header: str, rows: Sequence[tuple[str, ...]]) -> str:
    """A Markdown table."""
    lines = [header, tuple("---" for _ in header), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
