"""Crash safety: whatever stops a run, going on with it gives the bytes of one never stopped."""

import os
import random
import shutil
import signal
import sys
import time
from contextlib import suppress
from itertools import count

import pytest
from runs import Runs, forked, left

from framescope import FramingModel
from framescope.cli import main
from framescope.scoring.files import Source
from framescope.scoring.manifest import Manifest, changed_inputs
from framescope.scoring.parts import Parts, ResumeError
from framescope.scoring.readers import read_inputs


@pytest.fixture
def runs(tiny_checkpoint, tmp_path, monkeypatch):
    monkeypatch.setattr("framescope.scoring.score._SHARD_TEXTS", 4)
    return lambda suffix="jsonl", documents=30: Runs(tmp_path, tiny_checkpoint, suffix, documents)


def test_killed_again_and_again(runs):
    """Real processes, killed at random moments while they write shards."""
    job = runs(documents=300)
    chance, kills = random.Random(7), 0
    for _ in range(10):
        goal = job.shards() + chance.randrange(1, 4)
        process = job.start("--resume")
        while process.poll() is None and job.shards() < goal:
            time.sleep(0.001)
        time.sleep(chance.random() * 0.02)
        process.kill()
        process.communicate()
        kills += process.returncode == -signal.SIGKILL
    assert kills >= 5
    last = job.start("--resume")
    _, errors = last.communicate()
    assert last.returncode == 3
    assert "going on after" in errors or kills < 10
    assert left(job.directory) == job.whole


CHANGES = {"os.mkdir", "os.rename", "os.remove", "os.rmdir", "shutil.rmtree"}
REMOVALS = {"os.remove", "os.rmdir"}
"""Of `shutil.rmtree`, which names them from where it stands."""


def _killed_at(step: int, job: Runs) -> int:
    """Runs the job and kills it before its `step`th change of the file system."""
    steps = count(1)

    def watch(event, arguments):
        writes = event == "open" and set(str(arguments[1])) & set("wax")
        here = event in REMOVALS or str(job.directory) in str(arguments[0])
        if (writes or event in CHANGES) and here and next(steps) == step:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(watch)
    return main([*job.command, "--resume"])


@pytest.mark.parametrize("suffix", ["jsonl", "parquet"])
def test_killed_before_every_single_change_of_the_file_system(
    runs, suffix, tiny_checkpoint, monkeypatch
):
    job = runs(suffix, documents=12)
    model = FramingModel.from_pretrained(tiny_checkpoint, threads=1)
    monkeypatch.setattr(FramingModel, "from_pretrained", lambda *_, **__: model)
    for step in count(1):
        code = forked(lambda step=step: _killed_at(step, job))
        if code != -signal.SIGKILL:
            break
        unfinished = left(job.directory)
        for name in set(unfinished) & {job.output.name}:
            assert unfinished[name] == job.whole[name]  # whole, or not there
        assert forked(lambda: main([*job.command, "--resume"])) == 3
        assert left(job.directory) == job.whole, step
        job.clear()
    assert code == 3
    assert step > 40
    assert left(job.directory) == job.whole


def _stopped(job: Runs, monkeypatch) -> None:
    """Leaves the job as a kill after three shards would."""

    def stopping(*arguments):
        for number, text in enumerate(read_inputs(*arguments)):
            if number == 12:
                raise MemoryError
            yield text

    with monkeypatch.context() as patch:
        patch.setattr("framescope.scoring.command.read_inputs", stopping)
        with pytest.raises(MemoryError):
            main(job.command)
    assert 2 <= job.shards() <= 4


def test_what_is_done_is_not_done_again(runs, monkeypatch, capsys):
    job = runs()
    _stopped(job, monkeypatch)
    before = {path: path.stat().st_mtime_ns for path in job.parts.rglob("*.jsonl")}
    monkeypatch.setattr(Parts, "pour", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        main([*job.command, "--resume"])
    assert {path: path.stat().st_mtime_ns for path in before} == before
    assert job.shards() > 4
    assert "going on after" in capsys.readouterr().err


def test_a_stopped_run_is_not_thrown_away(runs, monkeypatch, capsys):
    job = runs()
    _stopped(job, monkeypatch)
    before = left(job.parts)
    assert main(job.command) == 2
    assert "go on with it by --resume, or remove it to begin anew" in capsys.readouterr().err
    assert left(job.parts) == before


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (["--unit", "sentence"], "unit was document, is sentence"),
        (["--text", "url"], "text was text, is url"),
        (["--id", "url"], "id was null, is url"),
        (["--keep", "id2"], 'keep was ["url"], is ["id2"]'),
    ],
)
def test_a_changed_setting_is_refused(runs, monkeypatch, capsys, change, reason):
    job = runs()
    _stopped(job, monkeypatch)
    before = left(job.parts)
    command = list(job.command)
    if change[0] == "--unit":
        del command[command.index("--summary") : command.index("--summary") + 2]
    assert main([*command, *change, "--resume"]) == 2
    assert f"can't go on: {reason}; undo that, or remove it to" in capsys.readouterr().err
    assert left(job.parts) == before


def test_another_model_is_refused(runs, monkeypatch, capsys, tiny_checkpoint, tmp_path):
    job = runs()
    _stopped(job, monkeypatch)
    other = tmp_path / "in-other"
    shutil.copytree(tiny_checkpoint, other)
    with (other / "framescope.json").open("a", encoding="utf-8") as manifest:
        manifest.write(" ")
    assert main([*job.command, "--model", str(other), "--resume"]) == 2
    assert "can't go on: model was " in capsys.readouterr().err


def test_other_versions_of_what_computes_are_refused(runs, monkeypatch, capsys):
    job = runs()
    _stopped(job, monkeypatch)
    monkeypatch.setattr("framescope.scoring.manifest.version", lambda name: "9.9")
    assert main([*job.command, "--resume"]) == 2
    assert "can't go on: software was framescope 0.1.0, numpy" in capsys.readouterr().err


def test_changed_inputs_are_refused(runs, monkeypatch, capsys):
    job = runs()
    _stopped(job, monkeypatch)
    given, more = job.directory / "in.jsonl", job.directory / "in2.jsonl"
    content = given.read_bytes()

    def refused(reason, *inputs):
        command = [job.command[0], *map(str, inputs), *job.command[2:]]
        assert main([*command, "--resume"]) == 2
        assert f"can't go on: {reason}; undo that" in capsys.readouterr().err

    more.write_bytes(b'{"text": "New."}\n')
    refused(f"{more} is new", given, more)
    given.rename(job.directory / "in3.jsonl")
    refused(f"{given} is gone", more)
    given.write_bytes(content[:-30] + b'x"}\n')
    refused(f"{given} has changed", given)
    refused(f"{more} is new", more)
    reason = changed_inputs(job.parts / "inputs.jsonl", [])
    assert reason == f"{given} is no more an input"
    given.write_bytes(content)
    assert main([*job.command, "--resume"]) == 3
    assert {name: left(job.directory)[name] for name in job.whole} == job.whole


def test_a_file_changed_late_is_found_out_too(runs, monkeypatch, capsys):
    job = runs()
    _stopped(job, monkeypatch)
    with (job.directory / "in.jsonl").open("a") as file:
        file.write('{"text": "One more."}\n')
    assert main([*job.command, "--resume"]) == 2
    assert "in.jsonl has changed" in capsys.readouterr().err


def test_resuming_nothing_begins(runs):
    job = runs()
    assert main([*job.command, "--resume"]) == 3
    assert left(job.directory) == job.whole


def test_two_runs_do_not_meet(runs, monkeypatch, capsys):
    job = runs()
    _stopped(job, monkeypatch)
    held = Parts(job.parts)
    for more in ([], ["--resume"]):
        assert main([*job.command, *more]) == 2
        assert "another run is at work on it; wait for its end" in capsys.readouterr().err
    held.close()
    assert main([*job.command, "--resume"]) == 3


def test_a_directory_of_somebody_elses_is_left_alone(runs, capsys):
    job = runs()
    job.parts.mkdir()
    (job.parts / "thesis.tex").write_text("Years of work.")
    for more in ([], ["--resume"]):
        assert main([*job.command, *more]) == 2
        assert "not the parts of a run; rename it or remove it" in capsys.readouterr().err
    assert (job.parts / "thesis.tex").exists()


def test_a_lost_shard_is_missed(runs, monkeypatch, capsys):
    job = runs()
    _stopped(job, monkeypatch)
    (job.parts / "000000").rename(job.directory / "in-elsewhere")
    assert main([*job.command, "--resume"]) == 2
    assert "a shard is missing; remove it to begin anew" in capsys.readouterr().err


def test_shards_are_whole_or_not_there(tmp_path):
    (tmp_path / "in.txt").write_text("Yes.")
    manifest, sources = (
        Manifest("0", "document", "text", None, ()),
        [Source(tmp_path / "in.txt", "")],
    )
    parts = Parts.begin(tmp_path / "out.jsonl", manifest, sources)
    with suppress(RuntimeError), parts.shard() as sink:
        sink.sentences.write("{}\n")
        raise RuntimeError
    assert [path.name for path in parts.directory.iterdir() if path.is_dir()] == []
    with parts.shard() as sink:
        sink.documents.write("{}\n")
        sink.rejected.write("{}\n")
    assert (parts.shards, parts.records) == (1, 2)
    parts.close()
    (parts.directory / "manifest.json").write_text("{")
    with pytest.raises(ResumeError, match=r"manifest\.json is damaged"):
        Parts.resume(tmp_path / "out.jsonl", manifest, sources)
