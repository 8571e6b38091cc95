"""Fresh processes, timed from outside; they say their memory themselves (Linux)."""

import subprocess
import sys
import time
from dataclasses import dataclass

_COLD = """
from framescope import FramingModel
FramingModel.from_pretrained({checkpoint!r}).predict(["Sources said the regime fell."])
"""

_STREAM = """
from itertools import cycle, islice
from framescope import FramingModel
sentences = open({path!r}, encoding="utf-8").read().splitlines()
model = FramingModel.from_pretrained({checkpoint!r})
for prediction in model.predict_stream(islice(cycle(sentences), {count})):
    pass
"""

# The kernel's account of a finished process has the memory of the one it was forked from.
_MEMORY = """
for line in open("/proc/self/status"):
    if line.startswith("VmHWM"):
        print(line.split()[1])
"""


@dataclass(frozen=True, slots=True)
class Process:
    """A process that has ended: seconds by the clock, and its largest resident memory in MB."""

    seconds: float
    megabytes: float


def cold_start(checkpoint: str) -> Process:
    """From nothing to the first scores."""
    return _run(_COLD.format(checkpoint=checkpoint))


def stream(checkpoint: str, path: str, count: int) -> Process:
    """`count` sentences out of a file that has one a line, again and again."""
    return _run(_STREAM.format(checkpoint=checkpoint, path=path, count=count))


def _run(code: str) -> Process:
    command = [sys.executable, "-c", code + _MEMORY]
    began = time.perf_counter()
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return Process(time.perf_counter() - began, int(done.stdout) / 2**10)
