"""Kills batch runs at random moments, goes on with them, and compares with runs left alone.

    python tests/soak/kill_resume.py --cycles 200
    python tests/soak/kill_resume.py --minutes 60

Each kill is a SIGKILL, after a delay drawn evenly from zero to the time a whole run takes. A run
that comes to its end is compared, byte for byte, and another format begun. Prints a line of JSON.
"""

import argparse
import json
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from itertools import cycle
from pathlib import Path

from streams import write_mixed

DRIVER = """
import sys
import framescope.scoring.score
framescope.scoring.score._SHARD_TEXTS = {texts}
from framescope.cli import main
sys.exit(main(sys.argv[1:]))
"""
OUTPUTS = ("jsonl", "csv", "parquet")
SOME_REJECTED = 3


@dataclass(slots=True)
class Count:
    """What happened."""

    kills: int = 0
    ends: int = 0
    differences: int = 0
    refusals: int = 0


def main() -> int:
    """Returns 1 if any output was not the same, or any run was refused."""
    options = _options()
    chance, count = random.Random(options.seed), Count()
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        (directory / "in").mkdir()
        write_mixed(directory / "in", options.documents, chance)
        took = float("inf")
        expected: dict[str, dict[str, bytes | None]] = {}
        for suffix in OUTPUTS:
            start = time.monotonic()
            code = _run(options, directory, suffix).wait()
            took = min(took, time.monotonic() - start)
            expected[suffix] = _taken(directory)
            if code != SOME_REJECTED or len(expected[suffix]) != len(("out", "sum", "rejected")):
                raise SystemExit(
                    f"the run to compare with ended with {code}: {[*expected[suffix]]}"
                )
        end = time.monotonic() + 60 * options.minutes
        for suffix in cycle(OUTPUTS):
            if count.kills >= options.cycles or time.monotonic() > end:
                break
            _until_its_end(options, directory, suffix, took, chance, count)
            count.ends += 1
            count.differences += _taken(directory) != expected[suffix]
    report = {
        "seed": options.seed,
        **asdict(count),
        "seconds_of_a_whole_run": round(took, 1),
        "minutes": round((time.monotonic() - began) / 60, 1),
        "largest_process_mb": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024,
    }
    print(json.dumps(report))
    return int(count.differences > 0 or count.refusals > 0)


def _until_its_end(
    options: argparse.Namespace,
    directory: Path,
    suffix: str,
    took: float,
    chance: random.Random,
    count: Count,
) -> None:
    """Kills and resumes until the run ends; after the last kill that is wanted, lets it end."""
    while True:
        process = _run(options, directory, suffix, "--resume")
        try:
            process.wait(chance.uniform(0, took) if count.kills < options.cycles else None)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.returncode != -signal.SIGKILL:
            count.refusals += process.returncode != SOME_REJECTED
            return
        count.kills += 1


def _run(
    options: argparse.Namespace, directory: Path, suffix: str, *more: str
) -> subprocess.Popen[bytes]:
    command = ["score", str(directory / "in"), "--keep", "url", "--model", options.model]
    command += ["-o", str(directory / f"out.{suffix}"), *more]
    command += ["--summary", str(directory / f"sum.{suffix}")]
    driver = DRIVER.format(texts=options.shard_texts)
    return subprocess.Popen([sys.executable, "-c", driver, *command], stderr=subprocess.DEVNULL)


def _taken(directory: Path) -> dict[str, bytes | None]:
    """Takes away everything but the input: what it was, None for a directory."""
    taken: dict[str, bytes | None] = {}
    for path in sorted(directory.iterdir()):
        if path.name != "in":
            taken[path.name] = path.read_bytes() if path.is_file() else None
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    return taken


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Random kills of batch runs, and resumes.")
    parser.add_argument("--cycles", type=int, default=10**9, help="end after so many kills")
    parser.add_argument("--minutes", type=float, default=60, help="end after so long")
    parser.add_argument("--documents", type=int, default=500)
    parser.add_argument("--shard-texts", type=int, default=40)
    parser.add_argument("--model", default="small")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
