"""Times framescope beside the other ways to run a checkpoint, and writes a page of it.

    python -m framescope_eval.bench --sentences FILE --out eval/benchmarks.md

FILE has a sentence a line; without it, those of the starter corpus are taken.
"""

import argparse
import os
import platform
import sys
import tempfile
from importlib.metadata import version
from itertools import cycle, islice
from pathlib import Path

from framescope.checkpoint import ONNX, read_checkpoint, resolve
from framescope.model import FramingModel
from framescope_data.corpora import all_records
from framescope_eval.bench.others import pipelines, plain_onnx, plain_torch
from framescope_eval.bench.ours import encoder_alone, labelled, tokens_in, whole
from framescope_eval.bench.peak import operations_of_a_token, peak
from framescope_eval.bench.processes import cold_start, stream
from framescope_eval.bench.timing import Times, interleaved, table

_OURS = "framescope: techniques and spans"
_WHOLE = "framescope: articles to JSON"
_ALONE = "its encoder alone"
_ONE = "framescope, one processor"
_PACKAGES = ("framescope", "onnxruntime", "tokenizers", "numpy", "torch", "transformers")


def main() -> None:
    """Prints the page, and writes it if asked to."""
    options = _options()
    checkpoint = resolve(options.checkpoint)
    lines = _lines(options.sentences)
    sentences = list(islice(cycle(lines), options.count))
    page = "\n\n".join(
        [
            "# Benchmarks",
            _machine(checkpoint, sentences),
            _speed(checkpoint, sentences, options.rounds),
            _lengths(checkpoint, lines, options.longest),
            _processes(checkpoint, lines, options.streams, options.rounds),
        ]
    )
    print(page)
    if options.out:
        options.out.write_text(page + "\n", encoding="utf-8")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m framescope_eval.bench", description=__doc__)
    parser.add_argument("--checkpoint", default="small")
    parser.add_argument("--sentences", type=Path, help="a text file with a sentence a line")
    parser.add_argument("--count", type=int, default=1500, help="how many are timed")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--longest", type=int, default=10_000, help="sentences of an article")
    parser.add_argument("--streams", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    parser.add_argument("--out", type=Path, help="where to write the page")
    return parser.parse_args()


def _lines(path: Path | None) -> list[str]:
    if path:
        return path.read_text(encoding="utf-8").splitlines()
    return [record.text for record in all_records(("starter-train",), Path())]


def _machine(checkpoint: Path, sentences: list[str]) -> str:
    tokens = tokens_in(checkpoint, sentences) / len(sentences)
    versions = ", ".join(f"{name} {version(name)}" for name in _PACKAGES)
    return (
        f"{_processor()}, {_processors()} processors, {platform.system()}, Python"
        f" {platform.python_version()}; {versions}. Checkpoint"
        f" `{read_checkpoint(checkpoint).name}`; {len(sentences):,} sentences of {tokens:.1f}"
        " tokens on average. Medians, with the lowest and the highest of all rounds."
    )


def _speed(checkpoint: Path, sentences: list[str], rounds: int) -> str:
    threads = _processors()
    model = FramingModel.from_pretrained(checkpoint)
    alone = FramingModel.from_pretrained(checkpoint, threads=1)
    times = interleaved(
        {
            _OURS: labelled(model, sentences),
            _WHOLE: whole(model, sentences),
            _ALONE: encoder_alone(checkpoint, sentences, threads),
            _ONE: labelled(alone, sentences),
            **plain_onnx(checkpoint, sentences, threads),
            **plain_torch(checkpoint, sentences),
            **pipelines(checkpoint, sentences),
        },
        rounds,
    )
    rows = [
        [name, f"{len(sentences) / each.median:,.0f}", str(times[_OURS].ratios(each))]
        for name, each in times.items()
    ]
    head = ["all in one run", "sentences/s", "times as long as framescope"]
    return f"## Speed\n\n{table(head, rows)}\n\n{_shares(checkpoint, sentences, times)}"


def _shares(checkpoint: Path, sentences: list[str], times: dict[str, Times]) -> str:
    threads = _processors()
    operations = operations_of_a_token(checkpoint / ONNX["int8"])
    done = operations * tokens_in(checkpoint, sentences) / times[_OURS].median
    best = {kind: peak(kind, threads) for kind in ("int8", "fp32")}
    alone, ours = times[_ALONE].median, times[_OURS].median
    rows = [
        ["int8 products alone, all processors", f"{best['int8'] / 1e9:,.0f} GOP/s"],
        ["fp32 products alone, all processors", f"{best['fp32'] / 1e9:,.0f} GOP/s"],
        ["`predict`, its products only", f"{done / 1e9:,.0f} GOP/s"],
        ["share of the int8 peak", f"{done / best['int8']:.0%}"],
        ["time of `predict` outside the encoder", f"{1 - alone / ours:.1%}"],
        ["the same from articles to JSON", f"{1 - alone / times[_WHOLE].median:.1%}"],
        [f"{threads} processors against 1", f"{times[_OURS].ratios(times[_ONE])}"],
    ]
    return table(["share", "figure"], rows)


def _lengths(checkpoint: Path, lines: list[str], longest: int) -> str:
    model = FramingModel.from_pretrained(checkpoint)
    rows, size = [], 1
    while size <= longest:
        text = "\n".join(islice(cycle(lines), size))
        repeats = max(1, min(50, 2_000 // size))
        times = interleaved({"": lambda text=text: model.analyze(text)}, repeats)[""]
        rows.append([f"{size:,}", f"{times.median * 1e3:,.1f}", f"{times.median / size * 1e3:.2f}"])
        size *= 10
    head = ["sentences of an article", "ms", "ms a sentence"]
    return f"## Length of an article\n\n{table(head, rows)}"


def _processes(checkpoint: Path, lines: list[str], streams: list[int], rounds: int) -> str:
    cold = [cold_start(str(checkpoint)) for _ in range(rounds + 1)][1:]
    rows = [
        [
            "first score of one sentence",
            str(Times(tuple(process.seconds for process in cold))),
            f"{max(process.megabytes for process in cold):.0f}",
        ]
    ]
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", suffix=".txt") as file:
        file.write("\n".join(lines))
        file.flush()
        for count in streams:
            process = stream(str(checkpoint), file.name, count)
            rows.append(
                [f"{count:,} sentences", f"{process.seconds:.3g}", f"{process.megabytes:.0f}"]
            )
    head = ["a fresh process", "seconds", "largest memory, MB"]
    return f"## Start and memory\n\n{table(head, rows)}"


def _processor() -> str:
    try:
        info = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return platform.processor()
    names = [line.split(":")[1].strip() for line in info.splitlines() if "model name" in line]
    return names[0] if names else platform.machine()


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


if __name__ == "__main__":
    main()
