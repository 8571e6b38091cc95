"""The finished parts of a run, which outlive it: `OUTPUT.parts/`, gone when the output is whole.

    manifest.json   what decides the output: model, settings, versions
    inputs.jsonl    path and SHA-256 of every input file, in order
    000000/         a shard: sentences.jsonl, documents.jsonl, rejected.jsonl

Every directory here is written under a temporary name, synced and renamed, so that what has its
name is whole. A shard is a function of its inputs and of the manifest alone: the model starts
afresh with each.
"""

import os
import shutil
import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from framescope.scoring.durable import naming, sync_directory, synced
from framescope.scoring.files import Source
from framescope.scoring.manifest import Manifest, changed_inputs, changed_settings, input_lines
from framescope.scoring.writers import JsonLines, Sink

_MANIFEST, _INPUTS = "manifest.json", "inputs.jsonl"
_FILES = ("sentences.jsonl", "documents.jsonl", "rejected.jsonl")
_ANEW = "remove it to begin anew"


class ResumeError(ValueError):
    """A run that can't go on, or not yet; says why, and the remedy."""


class Parts:
    """The parts of one run. Only one process has them at a time."""

    def __init__(self, directory: Path) -> None:
        """Most callers want `begin` or `resume`. Raises `ResumeError`."""
        if not (directory / _MANIFEST).is_file():
            raise ResumeError(f"{directory}: not the parts of a run; rename it or remove it")
        self.directory = directory
        self._lock = _locked(directory)
        names = sorted(int(path.name) for path in directory.iterdir() if path.name.isdecimal())
        if names != list(range(len(names))):
            raise ResumeError(f"{directory}: a shard is missing; {_ANEW}")
        self.shards = len(names)

    @staticmethod
    def of(output: Path) -> Path:
        """Where the parts of a run lie."""
        return output.with_name(f"{output.name}.parts")

    @staticmethod
    def rubbish(directory: Path) -> Path:
        """What a directory is called while it is not yet, or no more, the parts of a run."""
        return directory.with_name(f"{directory.name}.tmp")

    @classmethod
    def begin(cls, output: Path, manifest: Manifest, sources: Iterable[Source]) -> "Parts":
        """Begins a run. Raises `ResumeError` if a stopped one has come to something."""
        directory = cls.of(output)
        if directory.exists():
            with cls(directory) as stopped:
                if stopped.shards:
                    raise ResumeError(
                        f"{directory}: has what a stopped run had done; go on with it by --resume,"
                        " or remove it to begin anew"
                    )
        with _built(directory, cls.rubbish(directory)) as building:
            with synced(building / _MANIFEST) as file:
                file.write(manifest.line().encode())
            with synced(building / _INPUTS) as file:
                file.writelines(line.encode() for line in input_lines(sources))
        return cls(directory)

    @classmethod
    def resume(cls, output: Path, manifest: Manifest, sources: Iterable[Source]) -> "Parts":
        """Goes on with a run, or begins one. Raises `ResumeError` if anything has changed."""
        directory = cls.of(output)
        if not directory.exists():
            return cls.begin(output, manifest, sources)
        parts = cls(directory)
        reason = changed_settings(directory / _MANIFEST, manifest) or changed_inputs(
            directory / _INPUTS, sources
        )
        if reason:
            parts.close()
            raise ResumeError(f"{directory}: can't go on: {reason}; undo that, or {_ANEW}")
        return parts

    def __enter__(self) -> "Parts":
        return self

    def __exit__(self, *_: object) -> None:
        if not self.shards:
            self.remove()
        self.close()

    def close(self) -> None:
        """Lets another process have the parts."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    @property
    def records(self) -> int:
        """How many records of the input are done."""
        return sum(
            _count(self._shard(number) / name)
            for number in range(self.shards)
            for name in _FILES[1:]
        )

    @contextmanager
    def shard(self) -> Iterator[Sink]:
        """Takes the rows of the next shard, which is there when it is whole."""
        final = self._shard(self.shards)
        with _built(final, final.with_suffix(".tmp")) as building, ExitStack() as files:
            yield Sink(*(JsonLines(files.enter_context(synced(building / f))) for f in _FILES))
        self.shards += 1

    def pour(self, sink: Sink) -> None:
        """Writes the rows of all shards, in order."""
        for number in range(self.shards):
            for name, writer in zip(_FILES, sink, strict=True):
                path = self._shard(number) / name
                with path.open(encoding="utf-8", newline="\n") as file:
                    for line in file:
                        writer.write(line)

    def remove(self) -> None:
        """Takes the parts away, at once: a kill leaves all of them or rubbish of another name."""
        if self.directory.exists():
            rubbish = self.rubbish(self.directory)
            shutil.rmtree(rubbish, ignore_errors=True)
            self.directory.rename(rubbish)
            shutil.rmtree(rubbish, ignore_errors=True)

    def _shard(self, number: int) -> Path:
        return self.directory / f"{number:06}"


@contextmanager
def _built(directory: Path, building: Path) -> Iterator[Path]:
    """A directory that takes its name when what is written into it is on the disk."""
    with naming(directory):
        shutil.rmtree(building, ignore_errors=True)
        building.mkdir()
        try:
            yield building
            sync_directory(building)
            building.rename(directory)
        except BaseException:
            shutil.rmtree(building, ignore_errors=True)
            raise
        sync_directory(directory.parent)


def _locked(directory: Path) -> int | None:
    """Holds a directory until it is closed or the process ends, where the system can."""
    if sys.platform == "win32":
        return None
    import fcntl  # noqa: PLC0415

    descriptor = os.open(directory, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(descriptor)
        raise ResumeError(f"{directory}: another run is at work on it; wait for its end") from error
    except OSError:  # a file system without locks
        os.close(descriptor)
        return None
    return descriptor


def _count(path: Path) -> int:
    with path.open("rb") as file:
        return sum(1 for _ in file)
