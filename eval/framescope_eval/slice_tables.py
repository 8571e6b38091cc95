"""Slices and agreement as Markdown."""

from collections.abc import Sequence
from itertools import groupby

from framescope_eval.agreement import AgreementRow
from framescope_eval.intervals import Figure
from framescope_eval.slices import FEW, SMALL, SliceClass, SliceReport
from framescope_eval.tables import table

_NONE = "–"


def slice_tables(reports: Sequence[SliceReport]) -> str:
    """A table a family; what rests on few sentences is in italics."""
    parts = [
        "### Slices",
        "Share: the part of the sentences that carries the technique; decided: the part where it is"
        f" decided. In *italics*: fewer than {SMALL} sentences or {FEW} articles behind it. Under"
        " marks, decided is the recall, and with no technique the rate of false alarms.",
    ]
    for family, group in groupby(reports, key=lambda report: report.family):
        header = (family, "technique", "articles", "sentences", "support", "share", "decided", "F1")
        parts.append(table(*header, rows=[row for report in group for row in _rows(report)]))
    return "\n\n".join(parts)


def agreement_table(rows: Sequence[AgreementRow]) -> str:
    """One line a pair of parties and technique."""
    header = ("technique", "found by first", "by second", "by both")
    figures = ("sentence F1", "kappa", "span F1", "average precision")
    return "\n\n".join(
        [
            "### Agreement",
            table("first", "second", *header, *figures, rows=[*map(_agreement_row, rows)]),
        ]
    )


def _rows(report: SliceReport) -> list[tuple[str, ...]]:
    return [
        (
            report.value,
            of.technique,
            f"{of.articles:,}",
            f"{of.sentences:,}",
            f"{of.support:,}",
            f"{of.support / of.sentences:.3f}",
            _weighed(of.decided, of),
            _weighed(of.f1, of),
        )
        for of in report.classes
    ]


def _weighed(value: Figure | None, of: SliceClass) -> str:
    if value is None:
        return _NONE
    return f"*{value:.3f}*" if of.small else str(value)


def _agreement_row(row: AgreementRow) -> tuple[str, ...]:
    return (
        row.first,
        row.second,
        row.technique,
        *(f"{count:,}" for count in (row.first_found, row.second_found, row.both_found)),
        *(
            str(of) if of else _NONE
            for of in (row.f1, row.kappa, row.span_f1, row.average_precision)
        ),
    )
