"""The command `framescope-eval`: per-class figures of a checkpoint, beside the baselines."""

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from framescope.checkpoint import CheckpointError
from framescope.model import FramingModel
from framescope_data.corpora import CORPORA, DEV, TRAIN, load
from framescope_data.layers import LayerError
from framescope_data.layouts import find
from framescope_data.reading import stop
from framescope_data.records import records
from framescope_data.values import Document
from framescope_eval.baselines import baselines
from framescope_eval.frozen import frozen_encoder
from framescope_eval.galleries import slice_section
from framescope_eval.markdown import report_markdown
from framescope_eval.page import write_page
from framescope_eval.report import Evaluation, evaluate, write_report
from framescope_eval.systems import PredictionsError, System, checkpoint_system, file_system
from framescope_eval.tables import corpus_tables


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns an exit code: 0, or 2 if something can't be read."""
    options = _parser().parse_args(arguments)
    try:
        return _run(options)
    except (CheckpointError, LayerError, PredictionsError, OSError) as error:
        print(f"framescope-eval: {error}", file=sys.stderr)
        return 2


def _run(options: argparse.Namespace) -> int:
    pairs = [pair for name in options.corpus for pair in _corpora(name, options.corpora)]
    corpora = dict(pairs)
    if len(corpora) < len(pairs):
        named = ", ".join(name for name, _ in pairs)
        raise LayerError(f"two corpora have one name: {named}; score them in separate runs")
    name, checkpoint = _named(options.model)
    model = FramingModel.from_pretrained(checkpoint, precision=options.precision)
    beside = _beside(options, name, [of for texts in corpora.values() for of in texts])
    found = evaluate(name, options.precision, model, corpora, beside, options.corpora)
    if options.out:
        _write(found, options.out)
    print("\n\n".join(map(corpus_tables, found.report.corpora)))
    return 0


def _write(found: Evaluation, out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    write_report(found.report, out / "report.json")
    (out / "report.md").write_text(report_markdown(found.report), encoding="utf-8")
    slices = [slice_section(of.name, of.slices) for of in found.report.corpora]
    write_page(found.report, found.scored, out / "report.html", slices)


def _corpora(name: str, root: Path) -> Iterator[tuple[str, list[Document]]]:
    """A corpus as `load` reads it; or those of a directory in a format `framescope_data` reads."""
    if name in CORPORA or name.endswith(".jsonl"):
        yield name, load(name, root)
    elif Path(name).is_dir():
        for found in find(Path(name)):
            yield found.name, list(found.read(stop))
    else:
        raise LayerError(
            f"{name}: no corpus, .jsonl file or directory; the corpora are {', '.join(CORPORA)}"
        )


def _beside(
    options: argparse.Namespace, model: str, documents: Sequence[Document]
) -> dict[str, System]:
    """The systems to score beside the one named `model`, the baselines first."""
    others: list[tuple[str, System]] = []
    for given in options.compare:
        name, checkpoint = _named(given)
        system, precision = checkpoint_system(checkpoint, options.precision)
        others += [(name if precision == options.precision else f"{name} ({precision})", system)]
    for given in options.predictions:
        name, file = _named(given)
        others += [(Path(file).stem if name == file else name, file_system(Path(file)))]
    # Twice: what takes minutes comes last.
    _check_apart([model, *(name for name, _ in others)])
    found = _baselines(options, documents) if options.baselines else {}
    _check_apart([model, *found, *(name for name, _ in others)])
    return found | dict(others)


def _baselines(options: argparse.Namespace, documents: Sequence[Document]) -> dict[str, System]:
    encoder = frozen_encoder(options.encoder) if options.encoder else None
    try:
        return baselines(TRAIN, DEV, list(records(documents)), options.corpora, encoder)
    except FileNotFoundError as error:
        raise PredictionsError(
            f"{error.filename}: not there; the baselines learn from {', '.join((*TRAIN, *DEV))}:"
            " say with --corpora where their texts lie, or leave --baselines out"
        ) from error


def _named(given: str) -> tuple[str, str]:
    """`NAME=PATH` as both; a path, or anything else without a name, is its own."""
    name, named, path = given.partition("=")
    return (name, path) if named and not Path(given).exists() else (given, given)


def _check_apart(names: Sequence[str]) -> None:
    for name in names:
        if names.count(name) > 1:
            raise PredictionsError(f"two systems are called {name!r}: give one as NAME={name}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="framescope-eval", description=__doc__)
    parser.add_argument(
        "--model",
        default="small",
        metavar="[NAME=]MODEL",
        help="shipped name, directory or Hub id; NAME is for the report",
    )
    parser.add_argument("--precision", choices=("int8", "fp32"), default="int8")
    parser.add_argument(
        "--corpora",
        type=Path,
        default=Path("corpora"),
        metavar="DIR",
        help="where the corpus texts lie (default: corpora/; starter-* need none)",
    )
    parser.add_argument(
        "--corpus",
        nargs="+",
        default=DEV,
        metavar="NAME|DIR",
        help="corpora by name, or directories of annotated texts, such as brat's or PTC's"
        f" (default: {' '.join(DEV)}; names: {', '.join(CORPORA)})",
    )
    parser.add_argument("--baselines", action="store_true", help="score the baselines too")
    parser.add_argument(
        "--encoder",
        metavar="DIR|ID",
        help="with --baselines: a frozen encoder for one more, such as the model's base",
    )
    parser.add_argument(
        "--compare",
        nargs="+",
        default=[],
        metavar="[NAME=]MODEL",
        help="checkpoints to score beside it, in the same precision if they have it",
    )
    parser.add_argument(
        "--predictions",
        nargs="+",
        default=[],
        metavar="[NAME=]FILE.jsonl",
        help="predictions of any system to score beside it, as `framescope score` writes them",
    )
    parser.add_argument(
        "--out", type=Path, metavar="DIR", help="for report.json, report.md and report.html"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
