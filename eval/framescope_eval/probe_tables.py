"""A probe report as Markdown: every probe by name, every axis, every failing sentence."""

from framescope.techniques import TECHNIQUES, Technique
from framescope_eval.probes import AxisResult, ProbeReport, ProbeResult
from framescope_eval.tables import table


def probe_tables(report: ProbeReport) -> str:
    """Failures by probe, and what exchanging the parties (or the typography) changes."""
    probes = [_probe_row(result) for result in report.probes]
    changes = [f"change of {technique}" for technique in TECHNIQUES]
    return "\n\n".join(
        [
            f"### Behavioural probes: {report.failed:,} of {report.cases:,} cases fail",
            table("capability", "probe", "kind", "cases", "failures", "failure rate", rows=probes),
            "Pairs whose decisions must not change, how many of them have any decision, and the"
            " mean absolute change of their scores:",
            table(
                "axis", "pairs", "fired", "flipped", *changes, rows=[*map(_axis_row, report.axes)]
            ),
        ]
    )


def failing_sentences(report: ProbeReport) -> str:
    """Every case that does not hold, with what was decided."""
    failing = (result for result in report.probes if result.failures)
    return "\n\n".join(["### Failing probe cases", *map(_failures, failing)])


def _probe_row(result: ProbeResult) -> tuple[str, ...]:
    counts = f"{result.cases:,}", f"{len(result.failures):,}"
    return result.capability, result.probe, result.kind, *counts, str(result.rate)


def _axis_row(result: AxisResult) -> tuple[str, ...]:
    changes = (f"{change:.3f}" for change in result.change)
    return result.axis, f"{result.pairs:,}", f"{result.fired:,}", str(result.flipped), *changes


def _failures(result: ProbeResult) -> str:
    lines = [f"#### {result.capability}/{result.probe}: {result.kind}", ""]
    for failure in result.failures:
        lines.append(f"- {_found(failure.case.text, failure.found)}")
        if failure.case.other:
            lines.append(f"  {_found(failure.case.other, failure.other_found)}")
    return "\n".join(lines)


def _found(text: str, techniques: tuple[Technique, ...]) -> str:
    return f"{' '.join(text.split())} → {', '.join(techniques) or 'nothing'}"
