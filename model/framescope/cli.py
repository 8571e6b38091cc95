"""The command `framescope`: `score` for batches, `show` for one article, `report` for a page."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from framescope.checkpoint import CheckpointError
from framescope.model import FramingModel
from framescope.scoring.command import kept, run_score, say
from framescope.scoring.files import FORMATS, PACKED
from framescope.scoring.parts import ResumeError
from framescope.scoring.readers import check_inputs, read_inputs
from framescope.scoring.records import Fields, InputError, Rejected
from framescope.scoring.score import EngineError
from framescope.scoring.writers import FORMATS as WRITTEN
from framescope.show import show

OK, REJECTED, FAILED, INTERRUPTED = 0, 3, 2, 130
"""Exit codes: all scored; scored but for some rejected records; stopped, no output; Ctrl-C."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns an exit code: 0, 2 (stopped, no output), 3 (records were rejected), 130 (Ctrl-C)."""
    options = _parser().parse_args(arguments)
    try:
        return options.run(options)
    except KeyboardInterrupt:
        say(f"framescope: stopped{kept(options)}")
        return INTERRUPTED
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        say(f"framescope: {where}{error.strerror or error}{kept(options)}")
    except (CheckpointError, EngineError) as error:
        say(f"framescope: {error}{kept(options)}")
    except (InputError, ResumeError) as error:
        say(f"framescope: {error}")
    return FAILED


def _score(options: argparse.Namespace) -> int:
    return REJECTED if run_score(options).rejected else OK


def _show(options: argparse.Namespace) -> int:
    check_inputs([options.file], Fields())
    model = FramingModel.from_pretrained(options.model, threads=options.threads)
    console = Console(highlight=False)
    code = OK
    for text in read_inputs([options.file], Fields()):
        if isinstance(text, Rejected):
            say(str(text))
            code = REJECTED
        else:
            show(model.analyze(text.text), console)
    return code


def _report(options: argparse.Namespace) -> int:
    # Here, since the other commands need no templates and need not wait for this import.
    from framescope.page.command import run_report  # noqa: PLC0415

    return REJECTED if run_report(options) else OK


def _positive(value: str) -> int:
    if int(value) < 1:
        raise ValueError
    return int(value)


def _names(value: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, value.split(","))))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="framescope", description="Framing techniques in English news, sentence by sentence."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    batch = commands.add_parser("score", help="score files, a row a sentence")
    batch.add_argument(
        "inputs",
        nargs="+",
        metavar="INPUT",
        help=f"{', '.join(FORMATS)} files, all but the last also with {' or '.join(PACKED)};"
        " directories; patterns in quotation marks; - (stdin)",
    )
    batch.add_argument(
        "-o", "--output", type=Path, required=True, help=f"{', '.join(WRITTEN)}; JSON Lines else"
    )
    batch.add_argument(
        "--unit",
        choices=("document", "sentence"),
        default="document",
        help="what one record is (default: %(default)s)",
    )
    batch.add_argument(
        "--text", "--text-field", metavar="FIELD", default="text", help="default: %(default)s"
    )
    batch.add_argument(
        "--id",
        "--id-field",
        metavar="FIELD",
        help="default: `id` where there is one, else file:line",
    )
    batch.add_argument(
        "--keep", type=_names, metavar="FIELD,...", default=(), help="fields to copy to the output"
    )
    batch.add_argument("--summary", type=Path, metavar="FILE", help="write a row a document, too")
    batch.add_argument("--resume", action="store_true", help="go on with a run that was stopped")
    batch.add_argument(
        "--raw-cells", action="store_true", help="don't put ' before formulas in .csv and .tsv"
    )
    batch.add_argument(
        "--engine",
        choices=("local", "ray"),
        default="local",
        help="ray: on the cluster of RAY_ADDRESS, else a process a processor of this machine",
    )
    batch.add_argument(
        "--workers", type=_positive, help="Ray's, of --threads (1) each; default: as many as fit"
    )
    batch.set_defaults(run=_score)

    article = commands.add_parser("show", help="print one article with highlights")
    article.add_argument("file", metavar="FILE", help="a .txt file, or - (stdin)")
    article.set_defaults(run=_show)

    page = commands.add_parser("report", help="write articles with highlights as a web page")
    page.add_argument("inputs", nargs="+", metavar="ARTICLE", help="files as score takes them")
    page.add_argument(
        "-o", "--output", type=Path, default=Path("report.html"), help="default: %(default)s"
    )
    page.set_defaults(run=_report)

    for command in (batch, article, page):
        command.add_argument("--model", default="small", help="shipped name, directory or Hub id")
        command.add_argument("--threads", type=_positive, help="default: all processors")
    return parser


if __name__ == "__main__":
    sys.exit(main())
