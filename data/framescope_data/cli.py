"""The command `framescope-data`: checks corpora, and says where the public ones are had."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from framescope.techniques import TECHNIQUES
from framescope_data.check import Check, CorpusCheck, check
from framescope_data.layers import LayerError
from framescope_data.sources import SOURCES

OK, PROBLEMS, FAILED = 0, 1, 2
"""Exit codes: all fits; something to mend; nothing could be checked."""

_SHOWN = 20
_WIDTH = 140


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns an exit code: 0, 1 (problems were found) or 2 (no corpus to check)."""
    options = _parser().parse_args(arguments)
    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = _WIDTH  # a log file has no width to fold a table into
    try:
        return options.run(options, console)
    except (LayerError, OSError) as error:
        print(f"framescope-data: {error}", file=sys.stderr)
        return FAILED


def _check(options: argparse.Namespace, console: Console) -> int:
    result = check(options.directory)
    console.print(_corpora(result))
    if result.overlaps:
        console.print(_overlaps(result))
    if result.unread:
        console.print(Text(f"not read, no reader: {', '.join(result.unread)}"))
    for problem in result.problems if options.all else result.problems[:_SHOWN]:
        place = f"{problem.corpus} {problem.document}".rstrip()
        console.print(Text(f"{place}: {problem.message}"), soft_wrap=True)
    if len(result.problems) > _SHOWN and not options.all:
        console.print(Text(f"... {len(result.problems):,} problems; --all lists them"))
    console.print(Text("all offsets fit" if result.ok else "there are problems: mend them first"))
    return OK if result.ok else PROBLEMS


def _fetch_help(_: argparse.Namespace, console: Console) -> int:
    console.print("Get the corpora from their makers, under their terms, and lay them below one")
    console.print("directory (or read one as it is with its reader). Nothing is downloaded here.")
    for source in SOURCES:
        console.print(Text(f"\n{source.name}", style="bold"))
        for what, said in (
            ("labels", source.labels),
            ("from", source.home),
            ("terms", source.terms),
            ("place", source.place),
        ):
            console.print(Text(f"  {what:7}{said}"), soft_wrap=True)
    return OK


def _corpora(result: Check) -> Table:
    table = Table("corpus", box=None, padding=(0, 2, 0, 0), title="spans (prevalence) per class")
    for column in ("documents", "sentences", "repeats", *TECHNIQUES):
        table.add_column(column, justify="right")
    for corpus in result.corpora:
        table.add_row(*_row(corpus))
    return table


def _row(corpus: CorpusCheck) -> list[str]:
    counts = {of.technique: f"{of.spans:,} ({of.prevalence:.3f})" for of in corpus.classes}
    numbers = (corpus.documents, corpus.sentences, corpus.repeats)
    return [
        corpus.name,
        *(f"{number:,}" for number in numbers),
        *(counts.get(technique, "-") for technique in TECHNIQUES),
    ]


def _overlaps(result: Check) -> Table:
    table = Table("in", "and in", box=None, padding=(0, 2, 0, 0), title="sentences in both")
    table.add_column("sentences", justify="right")
    for overlap in result.overlaps:
        table.add_row(overlap.left, overlap.right, f"{overlap.sentences:,}")
    return table


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="framescope-data", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    checker = commands.add_parser("check", help="count, and find duplicates and misplaced offsets")
    checker.add_argument("directory", type=Path, metavar="DIR", help="the corpora, or one of them")
    checker.add_argument("--all", action="store_true", help=f"list all problems, not {_SHOWN}")
    checker.set_defaults(run=_check)

    fetch = commands.add_parser("fetch-help", help="where each public corpus is had; terms")
    fetch.set_defaults(run=_fetch_help)
    return parser


if __name__ == "__main__":
    sys.exit(main())
