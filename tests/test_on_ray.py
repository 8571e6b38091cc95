"""A real Ray cluster on this machine: the bytes of a local run, whatever happens to workers."""

import hashlib

import pyarrow as pa
import pytest
from runs import SENTENCES, Runs, left

from framescope import FramingBatchScorer
from framescope.cli import main
from framescope.scoring.readers import read_inputs
from framescope.scoring.records import Text
from framescope.scoring.score import EngineError, write_scores
from framescope.scoring.writers import Outputs

ray = pytest.importorskip("ray", reason="needs Ray: pip install 'framescope[ray]'")

from framescope.scoring import on_ray  # noqa: E402


@pytest.fixture(scope="module", autouse=True)
def cluster():
    """Two processors, whatever the machine has; gone after the last test here."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAY_USAGE_STATS_ENABLED", "0")
        ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False)
        yield
        ray.shutdown()


@pytest.fixture
def runs(tiny_checkpoint, tmp_path, monkeypatch):
    monkeypatch.setattr("framescope.scoring.score._SHARD_TEXTS", 4)
    return lambda suffix="jsonl", documents=60: Runs(tmp_path, tiny_checkpoint, suffix, documents)


@pytest.fixture
def started(monkeypatch):
    """The workers of the runs of a test."""
    workers, begin = [], on_ray.RayWorkers.__init__

    def remembered(self, *arguments):
        begin(self, *arguments)
        workers.extend(self._workers)

    monkeypatch.setattr(on_ray.RayWorkers, "__init__", remembered)
    return workers


@pytest.mark.parametrize("suffix", ["jsonl", "csv", "parquet"])
def test_the_outputs_are_those_of_a_local_run(runs, suffix):
    job = runs(suffix)
    assert main([*job.command, "--engine", "ray"]) == 3
    assert left(job.directory) == job.whole


def test_what_one_engine_began_the_other_ends(runs, monkeypatch):
    job = runs()

    def stopping(*arguments):
        for number, text in enumerate(read_inputs(*arguments)):
            if number == 40:
                raise MemoryError
            yield text

    for engine, other in (("local", "ray"), ("ray", "local")):
        with monkeypatch.context() as patch:
            patch.setattr("framescope.scoring.command.read_inputs", stopping)
            with pytest.raises(MemoryError):
                main([*job.command, "--engine", engine])
        # Ray's workers may have given nothing back by then.
        assert engine == "ray" or job.shards() > 0
        assert main([*job.command, "--engine", other, "--resume"]) == 3
        assert left(job.directory) == job.whole
        job.clear()


def test_workers_that_are_killed_come_back(runs, started, monkeypatch):
    job, kills = runs(), []
    write = on_ray._write

    def killing(rows, sink):
        if len(kills) < 3:
            for worker in started:
                ray.kill(worker, no_restart=False)
            kills.append(rows)
        write(rows, sink)

    monkeypatch.setattr(on_ray, "_write", killing)
    assert main([*job.command, "--engine", "ray"]) == 3
    assert len(kills) == 3
    assert left(job.directory) == job.whole


def test_workers_that_are_no_more_end_the_run_which_can_go_on(runs, started, monkeypatch, capsys):
    job = runs()
    write = on_ray._write

    def killing(rows, sink):
        write(rows, sink)
        for worker in started:
            ray.kill(worker)

    with monkeypatch.context() as patch:
        patch.setattr(on_ray, "_write", killing)
        assert main([*job.command, "--engine", "ray"]) == 2
    last = capsys.readouterr().err.splitlines()[-1]
    assert last.startswith("framescope: Ray: ")
    assert last.endswith("; what was done is kept: go on with it by --resume")
    assert main([*job.command, "--engine", "ray", "--resume"]) == 3
    assert left(job.directory) == job.whole


def test_workers_that_have_no_place_are_refused(tiny_checkpoint):
    with pytest.raises(EngineError, match="room for 2 workers of 1 each; use fewer"):
        on_ray.RayWorkers(str(tiny_checkpoint), "", 1, 3)
    with pytest.raises(EngineError, match="room for 0 workers of 4 each"):
        on_ray.RayWorkers(str(tiny_checkpoint), "", 4, None)


def test_a_node_with_another_checkpoint_is_found_out(tiny_checkpoint, tmp_path):
    outputs = Outputs(tmp_path / "out.jsonl")
    with (
        on_ray.RayWorkers(str(tiny_checkpoint), "0" * 64, 1, 1) as workers,
        pytest.raises(EngineError, match=r"^Ray: .*another checkpoint on the node"),
    ):
        write_scores(workers.scored([[Text("a", "The regime fell.")]], "document"), outputs)
    assert not outputs.sentences.exists()


def test_what_fails_on_a_worker_is_said_in_a_line(tiny_checkpoint, tmp_path):
    digest = hashlib.sha256((tiny_checkpoint / "framescope.json").read_bytes()).hexdigest()
    with (
        on_ray.RayWorkers(str(tiny_checkpoint), digest, 1, 1) as workers,
        pytest.raises(EngineError, match=r"^a Ray worker failed: .*'NoneType'"),
    ):
        write_scores(workers.scored([[None]], "document"), Outputs(tmp_path / "out.jsonl"))


@pytest.mark.parametrize("batch_format", ["numpy", "pandas", "pyarrow"])
def test_ray_data_takes_the_batch_scorer(tiny_checkpoint, batch_format):
    texts = [" ".join(SENTENCES[: n % 4]) for n in range(40)]
    table = pa.table({"id": list(map(str, range(40))), "text": texts, "n": range(40)})
    expected = FramingBatchScorer(tiny_checkpoint, keep=["n"])(table)
    scored = ray.data.from_arrow(table).map_batches(
        FramingBatchScorer,
        fn_constructor_kwargs={"model": str(tiny_checkpoint), "keep": ["n"]},
        batch_format=batch_format,
        batch_size=16,
        compute=ray.data.ActorPoolStrategy(size=2),
        num_cpus=1,
    )
    rows = pa.concat_tables(ray.get(scored.to_arrow_refs()))
    assert rows.schema.equals(expected.schema)
    assert sorted(rows.to_pylist(), key=_place) == sorted(expected.to_pylist(), key=_place)


def _place(row):
    return int(row["id"]), row["index"]
