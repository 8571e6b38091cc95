"""`framescope score`: from its options to files, in parts that outlive a crash where they can."""

import sys
from argparse import Namespace
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from framescope.checkpoint import MANIFEST, digest, resolve
from framescope.model import FramingModel
from framescope.scoring.durable import is_stream
from framescope.scoring.extras import on_ray, parquet_reader
from framescope.scoring.files import STDIN, find
from framescope.scoring.manifest import Manifest
from framescope.scoring.parts import Parts
from framescope.scoring.readers import check_inputs, read_inputs
from framescope.scoring.records import Fields, InputError, Rejected, Text
from framescope.scoring.score import (
    Scored,
    Tally,
    scored_here,
    shards,
    write_scores,
    write_scores_in_parts,
)
from framescope.scoring.writers import Outputs

_NAMED = 100
"""How many rejected records are named on the terminal, where a file has them all."""


def run_score(options: Namespace) -> Tally:
    """Reads, scores and writes. Whatever stops it leaves older outputs as they were.

    Raises `InputError`, `CheckpointError`, `ResumeError`, `EngineError`, `OSError`.
    """
    fields = Fields(options.text, options.id, options.keep, options.unit == "sentence")
    outputs = Outputs(options.output, options.summary, options.keep, raw=options.raw_cells)
    _check(options, outputs, fields)
    outputs = replace(outputs, kept=_kept_types(options, outputs))
    checkpoint = resolve(options.model)
    texts = read_inputs(options.inputs, fields)
    with ExitStack() as stack:
        score = stack.enter_context(_engine(options, checkpoint))
        progress = stack.enter_context(_progress())
        if _passes_by(options):
            most = _NAMED if outputs.rejected else sys.maxsize
            told = _told(texts, progress, most)
            tally = write_scores(score(shards(told)), outputs)
        else:
            parts = stack.enter_context(_parts(options, fields, checkpoint))
            left = _told(islice(texts, parts.records, None), progress, _NAMED)
            tally = write_scores_in_parts(score(shards(left)), outputs, parts)
    _report(tally, outputs)
    return tally


def kept(options: Namespace) -> str:
    """What to tell the user of a run that was stopped, if it has left anything."""
    directory = Parts.of(options.output) if "output" in options else None
    if directory and directory.is_dir():
        return "; what was done is kept: go on with it by --resume"
    return ""


def say(message: str) -> None:
    """A line on standard error, whatever stands in a file's name, and whoever reads it still."""
    shown = "".join(c if c.isprintable() else ascii(c)[1:-1] for c in message)
    with suppress(OSError):
        print(shown, file=sys.stderr)


def _passes_by(options: Namespace) -> bool:
    """Whether something of the run can't be had twice, so that nothing can be resumed."""
    ends = [options.output, *map(Path, options.inputs)]
    return STDIN in options.inputs or any(map(is_stream, ends))


def _check(options: Namespace, outputs: Outputs, fields: Fields) -> None:
    if str(options.output) == STDIN:
        raise InputError("--output needs a file name; /dev/stdout writes to standard output")
    if options.workers and options.engine == "local":
        raise InputError("--workers are those of --engine ray; on this machine there is --threads")
    if options.engine == "ray":
        on_ray()
    if options.resume and _passes_by(options):
        raise InputError(
            "--resume needs inputs and an output that are files: what went through a pipe is gone"
        )
    if options.summary and options.unit == "sentence":
        raise InputError("--summary counts the sentences of documents; leave --unit sentence away")
    check_inputs(options.inputs, fields)
    outputs.check()
    for path in outputs.files:
        for name in options.inputs:
            if Path(name).is_dir() and path.resolve().is_relative_to(Path(name).resolve()):
                raise InputError(
                    f"{path}: lies in {name}, where another run would read it; write elsewhere"
                )
    older = [path for path in outputs.files if path.is_file()]
    for source in find(options.inputs):
        if any(path.samefile(source.path) for path in older if not source.is_stdin):
            raise InputError(f"{source.path}: the run would write over it; choose another --output")
        if options.unit == "sentence" and source.format == ".txt":
            raise InputError(
                f"{source.path}: a .txt is a document; --unit sentence takes .jsonl or .csv"
            )


def _kept_types(options: Namespace, outputs: Outputs) -> dict[str, Any]:
    """Columns keep their types from Parquet to Parquet; there are none elsewhere."""
    written = [path for path in outputs.files if path.suffix.lower() == ".parquet"]
    if not written or not outputs.keep:
        return {}
    if any(source.format != ".parquet" for source in find(options.inputs)):
        return {}
    paths = (source.path for source in find(options.inputs))
    return parquet_reader().kept_types(paths, outputs.keep)


@contextmanager
def _engine(
    options: Namespace, checkpoint: Path
) -> Iterator[Callable[[Iterable[list[Text | Rejected]]], Scored]]:
    """What scores shards, with the model loaded."""
    if options.engine == "local":
        model = FramingModel.from_pretrained(checkpoint, threads=options.threads)
        yield lambda shards: scored_here(model, shards, options.unit)
        return
    threads, sha256 = options.threads or 1, _model_sha256(checkpoint)
    # Workers run elsewhere; what comes with the package or from the Hub has its own place there.
    model = str(checkpoint.resolve()) if Path(options.model).is_dir() else options.model
    with on_ray().RayWorkers(model, sha256, threads, options.workers) as workers:
        yield lambda shards: workers.scored(shards, options.unit)


def _model_sha256(checkpoint: Path) -> str:
    """Of the manifest, which has those of the other files."""
    return digest((checkpoint / MANIFEST).read_bytes())


def _parts(options: Namespace, fields: Fields, checkpoint: Path) -> Parts:
    model = _model_sha256(checkpoint)
    manifest = Manifest(model, options.unit, fields.text, fields.id, fields.keep)
    begin = Parts.resume if options.resume else Parts.begin
    parts = begin(options.output, manifest, find(options.inputs))
    if parts.shards:
        say(f"going on after {parts.records:,} texts")
    return parts


def _progress() -> Progress:
    """Shown on a terminal only."""
    console = Console(stderr=True)
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.completed:,} texts read"),
        TimeElapsedColumn(),
        console=console,
        disable=not console.is_terminal,
    )


def _told(
    texts: Iterable[Text | Rejected], progress: Progress, most: int
) -> Iterator[Text | Rejected]:
    """Counts the texts on the terminal, and names up to `most` of the rejected ones."""
    task, rejected = progress.add_task("", total=None), 0
    for text in texts:
        progress.advance(task)
        if isinstance(text, Rejected):
            rejected += 1
            if rejected <= most:
                say(str(text))
            elif rejected == most + 1:
                say("and more, in the file of rejected records")
        yield text


def _report(tally: Tally, outputs: Outputs) -> None:
    sentences, texts = f"{tally.sentences:,} sentences", f"{tally.documents:,} texts"
    say(f"{sentences} of {texts}: {outputs.sentences}")
    if tally.rejected:
        where = outputs.rejected or "named above"
        say(f"{tally.rejected:,} records rejected: {where}")
