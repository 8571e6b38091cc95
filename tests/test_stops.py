"""What stops a run: an interrupt, a full disk, a closed pipe, a place that can't be written."""

import io
import os
import resource
import signal
import subprocess
import sys
from contextlib import redirect_stderr
from pathlib import Path

import pytest
from runs import DRIVER, Runs, forked, left, texts

from framescope.cli import main
from framescope.scoring.readers import read_inputs
from framescope.scoring.records import Fields, Rejected


@pytest.fixture
def runs(tiny_checkpoint, tmp_path, monkeypatch):
    monkeypatch.setattr("framescope.scoring.score._SHARD_TEXTS", 4)
    return lambda suffix="jsonl", documents=30: Runs(tmp_path, tiny_checkpoint, suffix, documents)


@pytest.fixture
def interruptible():
    """As at a terminal, wherever the tests run."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
def test_ctrl_c_says_how_to_go_on(runs, monkeypatch, capsys):
    job = runs()

    def interrupted(*arguments):
        for number, text in enumerate(read_inputs(*arguments)):
            if number == 20:
                os.kill(os.getpid(), signal.SIGINT)
            yield text

    with monkeypatch.context() as patch:
        patch.setattr("framescope.scoring.command.read_inputs", interrupted)
        assert main(job.command) == 130
    errors = capsys.readouterr().err
    assert errors.endswith(
        "framescope: stopped; what was done is kept: go on with it by --resume\n"
    )
    assert main([*job.command, "--resume"]) == 3
    assert left(job.directory) == job.whole


@pytest.mark.usefixtures("interruptible")
def test_an_early_ctrl_c_leaves_nothing(runs, monkeypatch, capsys):
    job = runs()
    capsys.readouterr()
    monkeypatch.setattr(
        "framescope.scoring.command.read_inputs",
        lambda *_: (os.kill(os.getpid(), signal.SIGINT), ())[1],
    )
    assert main(job.command) == 130
    assert capsys.readouterr().err == "framescope: stopped\n"
    assert left(job.directory) == {}


@pytest.mark.parametrize("bytes_left", [300, 3000])
def test_a_full_disk_stops_the_run_and_loses_nothing(runs, bytes_left):
    """A limit on the size of files stands for the disk: the same error, at the same calls."""
    job = runs()
    job.output.write_text("older")
    errors = job.directory / "in-errors"

    def limited():
        resource.setrlimit(resource.RLIMIT_FSIZE, (bytes_left, bytes_left))
        with redirect_stderr(io.StringIO()) as said:
            code = main([*job.command, "--resume"])
        errors.write_text(said.getvalue()[-bytes_left:])
        return code

    assert forked(limited) == 2
    message = errors.read_text().splitlines()[-1]
    assert "File too large" in message
    assert job.output.read_text() == "older"
    if job.parts.exists():
        assert message.endswith("; what was done is kept: go on with it by --resume")
    assert main([*job.command, "--resume"]) == 3
    assert left(job.directory) == job.whole


def test_a_full_device_is_named(tiny_checkpoint, tmp_path, capsys):
    path = texts(tmp_path / "in.jsonl", 8)
    command = ["score", str(path), "-o", "/dev/full", "--model", str(tiny_checkpoint)]
    assert main(command) == 2
    assert "framescope: /dev/full: No space left on device\n" in capsys.readouterr().err


def test_a_place_that_can_not_be_written_is_refused_before_any_work(runs, tmp_path):
    job = runs()
    place = tmp_path / "inaccessible"
    place.mkdir()
    place.chmod(0o555)
    tmp_path.chmod(0o755)

    def unprivileged():
        if os.getuid() == 0:
            for parent in tmp_path.parents[:2]:
                parent.chmod(0o755)
            os.setuid(65534)
        return main([*job.command, "-o", str(place / "out.jsonl")])

    assert forked(unprivileged) == 2
    assert list(place.iterdir()) == []


def test_a_closed_pipe_is_said_and_nothing_else_happens(runs, tmp_path):
    job = runs(documents=600)
    process = job.start("-o", "/dev/stdout")
    assert process.stdout
    assert process.stdout.readline()
    process.stdout.close()
    assert process.stderr
    errors = process.stderr.read()
    assert process.wait() == 2
    assert errors.splitlines()[-1] == "framescope: /dev/stdout: Broken pipe"
    process.stderr.close()


def test_standard_output_gets_the_bytes_of_a_file_after_what_is_there(runs, tmp_path):
    job = runs()
    target = tmp_path / "in-target"
    target.write_bytes(b"before\n")
    with target.open("ab") as stdout:
        command = [sys.executable, "-c", DRIVER, *job.command, "-o", "/dev/stdout"]
        done = subprocess.run(command, stdout=stdout, stderr=subprocess.PIPE, check=False)
    assert done.returncode == 3
    assert b"records rejected: named above" in done.stderr
    assert target.read_bytes() == b"before\n" + (job.whole["out.jsonl"] or b"")
    assert Path("/dev/stdout").is_symlink() or not Path("/dev/stdout").is_file()


def test_pipes_can_not_be_resumed(runs, capsys):
    job = runs()
    for command in ([*job.command, "-o", "/dev/stdout"], ["score", "-", *job.command[2:]]):
        assert main([*command, "--resume"]) == 2
        assert "what went through a pipe is gone" in capsys.readouterr().err


def test_an_input_that_vanishes_is_named_and_the_rest_read(tmp_path):
    for name in "abc":
        (tmp_path / f"{name}.txt").write_text(name)
    read = read_inputs([str(tmp_path)], Fields())
    first = next(read)
    (tmp_path / "b.txt").unlink()
    second, third = read
    assert (first.text, third.text) == ("a", "c")  # pyright: ignore[reportAttributeAccessIssue]
    assert isinstance(second, Rejected)
    assert str(second) == "b.txt:1: can't be read: No such file or directory"
