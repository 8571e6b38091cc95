"""Figures as Markdown tables, for the terminal and the model card."""

from collections.abc import Sequence

from framescope_eval.compare import MACRO, Difference
from framescope_eval.metrics import RECALLS
from framescope_eval.report import CorpusReport, SystemReport


def corpus_tables(corpus: CorpusReport) -> str:
    """Sentence metrics of all systems, the first one's scores, spans, paired differences."""
    first, *others = corpus.systems
    heading = f"### {corpus.name}: {corpus.sentences:,} sentences of {corpus.documents:,} documents"
    parts = [heading, beside(corpus)] if others else [heading]
    parts += ["In full:", _sentence_table(corpus.systems), _score_table(first)]
    if any(system.spans for system in corpus.systems):
        parts += ["Spans (SemEval-2020 task 11 overlap):", _span_table(corpus.systems)]
    if others:
        parts += [
            f"F1 of {first.name} less that of each other system on the same articles, and the p of"
            " approximate randomisation:",
            _difference_table(others),
        ]
    return "\n\n".join(parts)


def beside(corpus: CorpusReport) -> str:
    """A row a system: F1 of each technique, macro figures, and the first system's lead."""
    first, *_ = corpus.systems
    techniques = [of.technique for of in first.sentences.classes]
    header = ("macro F1", "macro average precision", "difference of macro F1", "p")
    rows = [
        (
            system.name,
            *(str(of.f1) for of in system.sentences.classes),
            str(system.sentences.macro_f1),
            str(system.sentences.macro_average_precision),
            *_lead(system.behind),
        )
        for system in corpus.systems
    ]
    return (
        f"{first.name} beside the others, in the same run. The difference is its macro-F1 less that"
        " of the other on the same resamples of the articles; p is that of approximate"
        " randomisation:\n\n"
        + table("system", *(f"{name} F1" for name in techniques), *header, rows=rows)
    )


def _lead(behind: Sequence[Difference]) -> tuple[str, str]:
    if not behind:
        return "", ""
    macro = next(of for of in behind if of.technique == MACRO)
    return f"{macro.f1:+.3f}", f"{macro.p:.3f}"


def _sentence_table(systems: Sequence[SystemReport]) -> str:
    header = ("precision", "recall", "F1", "average precision", "support", "prevalence")
    rows = [row for system in systems for row in _sentence_rows(system)]
    return table("system", "technique", *header, rows=rows)


def _score_table(system: SystemReport) -> str:
    """What the scores are good for, whatever the threshold."""
    at = [f"precision at recall {recall}" for recall in RECALLS]
    rows = [
        (
            of.technique,
            str(of.reliability.ece),
            str(of.reliability.brier),
            str(of.roc_auc),
            str(of.mcc),
            str(of.f1_at_half),
            *map(str, of.precision_at_recall),
            f"{of.false_alarms:.1f}",
        )
        for of in system.sentences.classes
    ]
    header = ("calibration error", "Brier", "ROC AUC", "MCC", "F1 at .5")
    return table(system.name, *header, *at, "false alarms per 100", rows=rows)


def _span_table(systems: Sequence[SystemReport]) -> str:
    header = ("precision", "recall", "F1", "exact match F1", "word F1")
    rows = [row for system in systems for row in _span_rows(system)]
    return table("system", "technique", *header, "gold spans", "predicted spans", rows=rows)


def _difference_table(systems: Sequence[SystemReport]) -> str:
    names = [of.technique for of in systems[0].behind]
    rows = [
        (system.name, *(f"{of.f1:.3f} (p {of.p:.3f})" for of in system.behind))
        for system in systems
    ]
    return table("system", *names, rows=rows)


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
            *(str(figure) if figure else "–" for figure in (of.f1, of.exact_f1, of.word_f1)),
            f"{of.support:,}",
            f"{of.predicted:,}",
        )
        for of in system.spans
    ]


def table(*header: str, rows: Sequence[tuple[str, ...]]) -> str:
    """A Markdown table."""
    lines = [header, tuple("---" for _ in header), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
