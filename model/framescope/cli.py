"""The command `framescope`: `score` for batches, `show` for one article."""

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from framescope.checkpoint import CheckpointError
from framescope.inputs import (
    FORMATS,
    STDIN,
    Fields,
    InputError,
    Rejected,
    Text,
    check_inputs,
    read_inputs,
)
from framescope.model import FramingModel
from framescope.score import rejected_path, score
from framescope.show import show

OK, REJECTED, FAILED = 0, 3, 2
"""Exit codes: all scored; scored but for some rejected records; stopped, no output."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns an exit code: 0, 2 (stopped, no output) or 3 (some records were rejected)."""
    options = _parser().parse_args(arguments)
    try:
        return options.run(options)
    except (CheckpointError, InputError, OSError) as error:
        print(f"framescope: {error}", file=sys.stderr)
        return FAILED


def _score(options: argparse.Namespace) -> int:
    fields, output = Fields(options.text_field, options.id_field), Path(options.output)
    check_inputs(options.inputs, fields)
    _check_output(options, output)
    model = FramingModel.from_pretrained(options.model, threads=options.threads)
    console = Console(stderr=True)
    with Progress(
        SpinnerColumn(),
        TextColumn("{task.completed:,} texts read"),
        TimeElapsedColumn(),
        console=console,
        disable=not console.is_terminal,
    ) as progress:
        texts = read_inputs(options.inputs, fields)
        tally = score(model, _counted(texts, progress), options.unit, output)
    print(f"{tally.sentences:,} sentences of {tally.documents:,} texts: {output}", file=sys.stderr)
    if tally.rejected:
        print(f"{tally.rejected:,} records rejected: {rejected_path(output)}", file=sys.stderr)
        return REJECTED
    return OK


def _check_output(options: argparse.Namespace, output: Path) -> None:
    if options.output == STDIN:
        raise InputError("--output needs a file name; /dev/stdout writes to standard output")
    written = [path for path in (output, rejected_path(output)) if path.exists()]
    for name in options.inputs:
        if Path(name).exists() and any(path.samefile(name) for path in written):
            raise InputError(f"{name}: the run would write over it; choose another --output")
        if options.unit == "sentence" and Path(name).suffix.lower() == ".txt":
            raise InputError(f"{name}: a .txt is a document; --unit sentence takes .jsonl or .csv")


def _show(options: argparse.Namespace) -> int:
    check_inputs([options.file], Fields())
    model = FramingModel.from_pretrained(options.model, threads=options.threads)
    console = Console(highlight=False)
    code = OK
    for text in read_inputs([options.file], Fields()):
        if isinstance(text, Rejected):
            print(text, file=sys.stderr)
            code = REJECTED
        else:
            show(model.analyze(text.text), console)
    return code


def _counted(texts: Iterator[Text | Rejected], progress: Progress) -> Iterator[Text | Rejected]:
    task = progress.add_task("", total=None)
    for text in texts:
        progress.advance(task)
        yield text


def _positive(value: str) -> int:
    if int(value) < 1:
        raise ValueError
    return int(value)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="framescope", description="Framing techniques in English news, sentence by sentence."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    batch = commands.add_parser("score", help="score files, one JSON object a sentence")
    formats = ", ".join(FORMATS)
    batch.add_argument("inputs", nargs="+", metavar="INPUT", help=f"{formats} files, or - (stdin)")
    batch.add_argument("-o", "--output", required=True, help="where the JSON Lines go")
    batch.add_argument(
        "--unit",
        choices=("document", "sentence"),
        default="document",
        help="what one record is (default: %(default)s)",
    )
    batch.add_argument("--text-field", default="text", help="default: %(default)s")
    batch.add_argument("--id-field", help="default: `id` where a record has one, else file:line")
    batch.set_defaults(run=_score)

    article = commands.add_parser("show", help="print one article with highlights")
    article.add_argument("file", metavar="FILE", help="a .txt file, or - (stdin)")
    article.set_defaults(run=_show)

    for command in (batch, article):
        command.add_argument("--model", default="small", help="shipped name, directory or Hub id")
        command.add_argument("--threads", type=_positive, help="default: all processors")
    return parser


if __name__ == "__main__":
    sys.exit(main())
