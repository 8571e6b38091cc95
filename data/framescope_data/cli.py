"""The command `framescope-data`: checks corpora, says where the public ones are had, and carries
predictions to annotation tools and corrections back."""

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from framescope.checkpoint import CheckpointError
from framescope.model import FramingModel
from framescope.scoring.readers import check_inputs, read_inputs
from framescope.scoring.records import Fields, InputError, Rejected
from framescope.techniques import TECHNIQUES
from framescope_data.annotating import (
    DEV,
    TOOLS,
    TRAIN,
    export_annotations,
    import_annotations,
    predicted,
)
from framescope_data.check import Check, CorpusCheck, check
from framescope_data.layers import LayerError
from framescope_data.sources import SOURCES
from framescope_data.values import Document

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
    except (CheckpointError, ImportError, InputError, LayerError, OSError) as error:
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


def _export(options: argparse.Namespace, console: Console) -> int:
    check_inputs(options.inputs, Fields())
    documents = list(_predicted(options))
    export_annotations(documents, options.to, options.out)
    marks = sum(len(document.annotations) for document in documents)
    said = f"{marks:,} marks in {len(documents):,} texts, for {options.to}: {options.out}"
    console.print(Text(said), soft_wrap=True)
    return OK


def _predicted(options: argparse.Namespace) -> Iterator[Document]:
    model = FramingModel.from_pretrained(options.model)
    for text in read_inputs(options.inputs, Fields()):
        if isinstance(text, Rejected):
            raise InputError(f"{text}; mend it, or leave it out")
        yield predicted(model, text.id.removesuffix(".txt"), text.text)


def _import(options: argparse.Namespace, console: Console) -> int:
    train, dev = import_annotations(options.path, options.tool, options.out)
    for name, count in ((TRAIN, train), (DEV, dev)):
        console.print(Text(f"{count:,} documents: {options.out / name}"), soft_wrap=True)
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

    exporter = commands.add_parser(
        "export-annotations", help="mark texts with the model, for an annotation tool to correct"
    )
    exporter.add_argument("inputs", nargs="+", metavar="INPUT", help="texts, as of `framescope`")
    exporter.add_argument("--to", required=True, choices=sorted(TOOLS), help="the tool")
    exporter.add_argument("--out", required=True, type=Path, metavar="DIR", help="a new directory")
    exporter.add_argument("--model", default="small", help="shipped name, directory or Hub id")
    exporter.set_defaults(run=_export)

    importer = commands.add_parser(
        "import-annotations", help=f"make corpora of corrected annotations: {TRAIN} and {DEV}"
    )
    importer.add_argument("path", type=Path, metavar="PATH", help="what the tool exported")
    importer.add_argument(
        "--from", dest="tool", required=True, choices=sorted(TOOLS), help="the tool"
    )
    importer.add_argument("--out", required=True, type=Path, metavar="DIR", help="for the corpora")
    importer.set_defaults(run=_import)
    return parser


if __name__ == "__main__":
    sys.exit(main())
