"""The soak runs, made short: two minutes, so only where asked for (`make soak`)."""

import json
import subprocess
import sys

import pytest
from conftest import ROOT

pytestmark = pytest.mark.soak


def _run(script, checkpoint, *options):
    command = [sys.executable, ROOT / "tests" / "soak" / script, "--model", checkpoint, *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_runs_killed_at_random_give_the_same_output(tiny_checkpoint):
    (report,) = _run("kill_resume.py", tiny_checkpoint, "--minutes", "1.5", "--documents", "200")
    assert report["kills"]
    assert report["ends"]


def test_memory_is_flat(tiny_checkpoint):
    _run("memory.py", tiny_checkpoint, "--sentences", "100000")


def test_single_inputs_of_extreme_size(tiny_checkpoint):
    for report in _run("large.py", tiny_checkpoint, "--megabytes", "2"):
        assert report["memory_mb"] < 1_000
