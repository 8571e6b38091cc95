"""Scores single inputs of extreme size, and measures time and memory.

    python tests/soak/large.py
    python tests/soak/large.py --megabytes 1

Prints a line of JSON an input: what came of it, seconds, and the most memory it took, in MB.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

sys.path.append(str(Path(__file__).parent.parent))
from hostile import gzip_bomb, json_lines
from odd_texts import long_line


def _inputs(megabytes: int) -> Mapping[str, tuple[str, Callable[[], bytes]]]:
    """What each is -> its file name and content, of so many megabytes where size is the point."""
    size = megabytes * 1_000_000
    sentence = long_line(1, "the council met and ")[:1_000_000]
    return {
        "one line of prose": ("line.txt", lambda: long_line(megabytes).encode()),
        "one line of marks": ("marks.txt", lambda: b". " * (size // 2)),
        "one word": ("word.txt", lambda: b"x" * size),
        "one JSON record": ("record.jsonl", lambda: json_lines({"text": long_line(megabytes)})),
        "one quoted CSV cell": (
            "cell.csv",
            lambda: b'text\n"' + long_line(megabytes).encode() + b'"\n',
        ),
        "a sentence of a million characters": (
            "sentence.jsonl",
            lambda: json_lines({"text": sentence}),
        ),
        "a .gz that unpacks to ten times that": (
            "bomb.jsonl.gz",
            lambda: gzip_bomb(10 * megabytes),
        ),
        "a CSV of a million columns": (
            "columns.csv",
            lambda: b"text" + b",x" * 1_000_000 + b"\nThe regime fell." + b",1" * 1_000_000,
        ),
        "JSON a million levels deep": (
            "deep.jsonl",
            lambda: b'{"text": ' + b"[" * 1_000_000 + b"]" * 1_000_000 + b"}",
        ),
    }


def main() -> int:
    """Returns 1 if an input ended in anything but a file scored or a record set aside."""
    options, failed = _options(), False
    for name, (file, content) in _inputs(options.megabytes).items():
        if options.only in name:
            with tempfile.TemporaryDirectory() as directory:
                failed |= not _measured(name, Path(directory), file, content(), options.model)
    return int(failed)


def _measured(name: str, directory: Path, file: str, content: bytes, model: str) -> bool:
    (directory / file).write_bytes(content)
    output = directory / "out.jsonl"
    command = [sys.executable, "-m", "framescope.cli", "score", str(directory / file)]
    command += ["-o", str(output), "--model", model]
    if file.startswith("sentence"):
        command += ["--unit", "sentence"]
    began = time.monotonic()
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    sentences = 0
    if output.exists():
        with output.open("rb") as lines:
            sentences = sum(1 for _ in lines)
    code = os.waitstatus_to_exitcode(status)
    report = {
        "input": name,
        "megabytes": round(len(content) / 1e6, 1),
        "exit_code": code,
        "sentences": sentences,
        "seconds": round(time.monotonic() - began, 1),
        "memory_mb": usage.ru_maxrss // 1024,
    }
    print(json.dumps(report), flush=True)
    return code in (0, 3)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Time and memory of extreme inputs.")
    parser.add_argument("--megabytes", type=int, default=100)
    parser.add_argument("--only", default="", help="inputs with these words in their name")
    parser.add_argument("--model", default="small")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
