"""The command `framescope-eval`: per-class figures of a checkpoint, beside the baselines."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from framescope.checkpoint import CheckpointError
from framescope.model import FramingModel
from framescope_data.corpora import CORPORA, DEV, TRAIN, load
from framescope_data.layers import LayerError
from framescope_eval.baselines import baselines
from framescope_eval.frozen import frozen_encoder
from framescope_eval.probe_tables import failing_sentences, probe_tables
from framescope_eval.report import Report, evaluate, write_report
from framescope_eval.systems import PredictionsError, System, file_system, model_system
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
    corpora = {name: load(name, options.corpora) for name in options.corpus}
    model = FramingModel.from_pretrained(options.model, precision=options.precision)
    beside = _beside(options)
    report = evaluate(options.model, options.precision, model, corpora, beside)
    tables = _markdown(report)
    if options.out:
        options.out.mkdir(parents=True, exist_ok=True)
        write_report(report, options.out / "report.json")
        failing = failing_sentences(report.probes)
        (options.out / "report.md").write_text(f"{tables}\n{failing}\n", encoding="utf-8")
    print(tables)
    return 0


def _beside(options: argparse.Namespace) -> dict[str, System]:
    """The systems to score beside the model."""
    encoder = frozen_encoder(options.encoder) if options.encoder else None
    beside = (
        baselines(TRAIN, DEV, options.corpus, options.corpora, encoder) if options.baselines else {}
    )
    for other in options.compare:
        beside[other] = model_system(FramingModel.from_pretrained(other))
    for path in options.predictions:
        beside[path.stem] = file_system(path)
    return beside


def _markdown(report: Report) -> str:
    heading = (
        f"{report.model} ({report.precision}); 95% intervals from {report.resamples:,} resamples"
        f" of the articles (seed {report.seed})."
    )
    corpora = [corpus_tables(corpus) for corpus in report.corpora]
    return "\n\n".join([heading, *corpora, probe_tables(report.probes)]) + "\n"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="framescope-eval", description=__doc__)
    parser.add_argument("--model", default="small", help="shipped name, directory or Hub id")
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
        choices=CORPORA,
        default=DEV,
        metavar="NAME",
        help=f"which to score: {', '.join(CORPORA)} (default: {' '.join(DEV)})",
    )
    parser.add_argument("--baselines", action="store_true", help="score the baselines too")
    parser.add_argument(
        "--encoder",
        metavar="DIR|ID",
        help="with --baselines: a frozen encoder for one more, such as the model's base",
    )
    parser.add_argument(
        "--compare", nargs="+", default=[], metavar="MODEL", help="checkpoints to score beside it"
    )
    parser.add_argument(
        "--predictions",
        nargs="+",
        type=Path,
        default=[],
        metavar="FILE.jsonl",
        help="predictions of any system to score beside it, as `framescope score` writes them",
    )
    parser.add_argument("--out", type=Path, metavar="DIR", help="for report.json and report.md")
    return parser


if __name__ == "__main__":
    sys.exit(main())
