"""Runs the blocks of a page under docs/, and compares what they print with what the page shows.

    python tests/doc_blocks.py  # writes the outputs anew, after a change of weights

Blocks of `sh` and `python` run in order, in one empty directory that has the repository's `data`
and `model`; Python's names live on from block to block. A block of `text` that follows one is its
output; a line of `...` stands for any lines. Where an output changes, reread the words around it.
A block after a comment `not run: why` is left alone.
"""

import contextlib
import io
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
PAGES = ("index.md", "tutorial.md", "thresholds.md", "annotate-and-adapt.md", "evaluate.md")

_COMMANDS = {
    "framescope": "framescope",
    "framescope-data": "framescope_data",
    "framescope-eval": "framescope_eval",
    "framescope-train": "framescope_training",
}
_BLOCK = re.compile(
    r"(?P<skip><!-- not run: [^\n]* -->\n)?"
    r"```(?P<language>sh|python)\n(?P<code>.*?)```\n"
    r"(?:\n```text\n(?P<shown>.*?)```\n)?",
    re.S,
)


@dataclass(frozen=True, slots=True)
class Block:
    """A block, what the page shows as its output (None: nothing), and what it printed."""

    code: str
    shown: str | None
    printed: str
    place: tuple[int, int]
    """Where `shown` is in the page."""

    @property
    def holds(self) -> bool:
        """Whether the page shows the truth."""
        if self.shown is None:
            return True
        parts = [re.escape(part) for part in re.split(r"^\.\.\.\n", self.shown, flags=re.M)]
        return bool(re.fullmatch(r"(?:.*\n)*".join(parts), self.printed))


def run_page(page: Path, directory: Path) -> Iterator[Block]:
    """Runs what a page shows, in `directory`, which must be empty."""
    for name in ("data", "model"):
        (directory / name).symlink_to(ROOT / name)
    environment = _environment(directory)
    names: dict[str, Any] = {}
    for found in _BLOCK.finditer(page.read_text(encoding="utf-8")):
        if found["skip"]:
            continue
        run = _shell if found["language"] == "sh" else _python
        printed = run(found["code"], directory, environment, names)
        yield Block(found["code"], found["shown"], _plain(printed), found.span("shown"))


def rewrite(page: Path) -> None:
    """Puts into the page what its blocks print; blocks with a `...` are yours to mend."""
    text = page.read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as directory:
        blocks = list(run_page(page, Path(directory)))
    for block in reversed(blocks):
        if block.shown is None or block.holds:
            continue
        if "...\n" in block.shown:
            print(f"{page.name}: mend by hand:\n{block.code}\n{block.printed}")
            continue
        start, end = block.place
        text = text[:start] + block.printed + text[end:]
    page.write_text(text, encoding="utf-8")


def _environment(directory: Path) -> dict[str, str]:
    commands = directory / ".commands"
    commands.mkdir()
    for name, package in _COMMANDS.items():
        script = commands / name
        script.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m {package}.cli "$@"\n', "utf-8")
        script.chmod(0o755)
    path = f"{commands}{os.pathsep}{os.environ['PATH']}"
    return {**os.environ, "PATH": path, "COLUMNS": "80", "NO_COLOR": "1"}


def _shell(code: str, directory: Path, environment: dict[str, str], _: dict[str, Any]) -> str:
    done = subprocess.run(
        ["sh", "-e", "-c", code],
        cwd=directory,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert done.returncode == 0, f"{code}\n{done.stderr[-3000:]}"
    return done.stdout


def _python(code: str, directory: Path, _: dict[str, str], names: dict[str, Any]) -> str:
    printed = io.StringIO()
    with contextlib.chdir(directory), contextlib.redirect_stdout(printed):
        exec(compile(code, "block", "exec"), names)
    return printed.getvalue()


def _plain(printed: str) -> str:
    lines = [line.rstrip() for line in printed.strip("\n").splitlines()]
    return "".join(f"{line}\n" for line in lines)


if __name__ == "__main__":
    for name in PAGES:
        rewrite(ROOT / "docs" / name)
