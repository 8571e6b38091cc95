"""Scores a long file in one process, and watches its memory (Linux).

    python tests/soak/memory.py --sentences 1000000

Prints a line of JSON: sentences a second, and resident memory in each tenth of the time, in MB.
"""

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from streams import document

_LONGEST = 40
"""Sentences of a document."""

_TENTHS = 10
_GROWTH = 1.1
"""Of the memory from the third tenth, when every buffer has had its largest batch, to the last."""


def main() -> int:
    """Returns 1 if a document is lost or memory has grown."""
    options = _options()
    with tempfile.TemporaryDirectory() as name:
        source, output, summary = (Path(name) / f"{part}.jsonl" for part in ("in", "out", "sum"))
        documents = _write(source, options.sentences, random.Random(options.seed))
        command = [sys.executable, "-m", "framescope.cli", "score", str(source)]
        command += ["-o", str(output), "--summary", str(summary), "--model", options.model]
        began = time.monotonic()
        process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        seen: list[tuple[float, int]] = []
        while process.poll() is None:
            seen.append((time.monotonic() - began, _megabytes(process.pid)))
            time.sleep(0.5)
        took = time.monotonic() - began
        with output.open("rb") as lines:
            scored = sum(1 for _ in lines)
        with summary.open("rb") as lines:
            counts = [json.loads(line)["sentences"] for line in lines]
    tenths = [
        max((size for at, size in seen if n <= _TENTHS * at / took < n + 1), default=0)
        for n in range(_TENTHS)
    ]
    report = {
        "sentences": scored,
        "documents": documents,
        "lost_documents": documents - len(counts),
        "lost_sentences": sum(counts) - scored,
        "sentences_per_second": round(scored / took),
        "megabytes_by_tenth": tenths,
    }
    print(json.dumps(report))
    lost = documents != len(counts) or sum(counts) != scored
    return int(process.returncode != 0 or lost or tenths[-1] > _GROWTH * tenths[2])


def _write(path: Path, sentences: int, chance: random.Random) -> int:
    """About so many sentences (the splitter may see some more); returns how many documents."""
    documents = 0
    with path.open("w", encoding="utf-8") as file:
        while sentences > 0:
            count = min(sentences, chance.randint(1, _LONGEST))
            file.write(json.dumps({"text": document(chance, count)}) + "\n")
            sentences -= count
            documents += 1
    return documents


def _megabytes(process: int) -> int:
    """Resident memory; 0 if the process has ended meanwhile."""
    try:
        status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    except OSError:
        return 0
    lines = [line for line in status.splitlines() if line.startswith("VmRSS")]
    return int(lines[0].split()[1]) // 1024 if lines else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Memory of a long batch run.")
    parser.add_argument("--sentences", type=int, default=1_000_000)
    parser.add_argument("--model", default="small")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
