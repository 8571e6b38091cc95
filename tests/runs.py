"""One batch job, run as often as it takes: for the tests of what stops it."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from framescope.cli import main
from framescope.scoring.parts import Parts

SENTENCES = (
    "Sources said the regime had butchered them.",
    "The council met on Tuesday.",
    "It was a horrific and disgraceful night.",
)
DRIVER = """
import sys
import framescope.scoring.score
framescope.scoring.score._SHARD_TEXTS = 4
from framescope.cli import main
sys.exit(main(sys.argv[1:]))
"""
"""The command, with shards small enough for a test to be killed in many of them."""


def texts(path: Path, documents: int) -> Path:
    """Documents of 0 to 3 sentences, a sixth of them unreadable."""
    with path.open("w", encoding="utf-8") as file:
        for n in range(documents):
            text = " ".join(f"{sentence} ({n})" for sentence in SENTENCES[: n % 4])
            row = {"id": n, "text": text, "url": f"https://example.org/{n}"}
            file.write("{broken\n" if n % 6 == 5 else json.dumps(row) + "\n")
    return path


def left(directory: Path) -> dict[str, bytes | None]:
    """Everything in a directory, but for the inputs."""
    return {
        path.name: path.read_bytes() if path.is_file() else None
        for path in directory.iterdir()
        if not path.name.startswith("in")
    }


class Runs:
    """Runs of one job into one directory, and what an uninterrupted one gives."""

    def __init__(self, directory: Path, checkpoint: Path, suffix: str, documents: int) -> None:
        self.directory = directory
        texts(directory / "in.jsonl", documents)
        output, summary = directory / f"out.{suffix}", directory / f"sum.{suffix}"
        self.output, self.parts = output, Parts.of(output)
        self.command = ["score", str(directory / "in.jsonl"), "--keep", "url", "--threads", "1"]
        self.command += ["-o", str(output), "--summary", str(summary), "--model", str(checkpoint)]
        assert main(self.command) == 3
        self.whole = left(directory)
        assert set(self.whole) == {output.name, summary.name, "out.rejected.jsonl"}
        self.clear()

    def clear(self) -> None:
        for name in left(self.directory):
            (self.directory / name).unlink()

    def start(self, *more: str) -> subprocess.Popen:
        command = [sys.executable, "-c", DRIVER, *self.command, *more]
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def shards(self) -> int:
        try:
            return sum(name.isdecimal() for name in os.listdir(self.parts))
        except OSError:
            return 0


def forked(work: Callable[[], int]) -> int:
    """The exit code of `work` done in a copy of this process, which it may kill or maim."""
    child = os.fork()
    if child == 0:
        code = 99
        try:
            code = work()
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
