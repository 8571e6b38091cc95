"""Scoring on a Ray cluster: shards go to workers, their rows come back in order.

The reading, the writing and the crash safety stay with the process that has the command. Needs
Ray: import it through `framescope.scoring.extras`.
"""

import logging
import os
from collections import deque
from collections.abc import Iterable, Sequence
from functools import partial
from io import BytesIO
from typing import Any

import ray
from ray.exceptions import ActorDiedError, RayError, RayTaskError

from framescope.checkpoint import MANIFEST, CheckpointError, digest, resolve
from framescope.model import FramingModel
from framescope.scoring.records import Rejected, Text
from framescope.scoring.score import EngineError, Scored, Unit, score_shard
from framescope.scoring.writers import JsonLines, Sink

_QUEUE = 2
"""Shards that a worker has: the one it scores, and the next."""

_WINDOW = 16
"""Shards a worker that are on their way together: rows wait where an earlier shard takes long."""

_RETRIES = 3

_Rows = tuple[bytes, bytes, bytes]
"""JSON Lines of sentences, of documents and of rejected records."""


class _Worker:
    """Loads the model once, and scores the shards that it is given."""

    def __init__(self, model: str, sha256: str, threads: int) -> None:
        checkpoint = resolve(model)
        if digest((checkpoint / MANIFEST).read_bytes()) != sha256:
            raise CheckpointError(
                f"{checkpoint}: another checkpoint on the node {ray.util.get_node_ip_address()}"
            )
        self._model = FramingModel.from_pretrained(checkpoint, threads=threads)

    def score(self, shard: Sequence[Text | Rejected], unit: Unit) -> _Rows:
        """The rows of a shard."""
        files = BytesIO(), BytesIO(), BytesIO()
        score_shard(self._model, shard, unit, Sink(*map(JsonLines, files)))
        sentences, documents, rejected = (file.getvalue() for file in files)
        return sentences, documents, rejected


class RayWorkers:
    """The workers of one run, on the cluster of `RAY_ADDRESS` or on one of this machine alone."""

    def __init__(self, model: str, sha256: str, threads: int, workers: int | None) -> None:
        """`workers` (else as many as fit) of `threads` processors each.

        `sha256` is that of the manifest of `model`, on every node. Raises `EngineError` if the
        cluster has no place for so many: they would wait for ever.
        """
        self._ours = not ray.is_initialized()
        if self._ours:
            os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # or Ray reports to its makers
            ray.init(log_to_driver=False, logging_level=logging.WARNING)
        nodes = [node["Resources"].get("CPU", 0) for node in ray.nodes() if node["Alive"]]
        places = sum(int(processors // threads) for processors in nodes)
        if places < (workers or 1):
            raise EngineError(
                f"Ray has {sum(nodes):.0f} processors, on {len(nodes)} nodes: room for {places}"
                f" workers of {threads} each; use fewer --workers or --threads, or add nodes"
            )
        actor = ray.remote(_Worker).options(
            num_cpus=threads, max_restarts=_RETRIES, max_task_retries=_RETRIES
        )
        self._workers: list[Any] = [
            actor.remote(model, sha256, threads) for _ in range(workers or places)
        ]

    def __enter__(self) -> "RayWorkers":
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self._workers:
            ray.kill(worker)
        if self._ours:
            ray.shutdown()

    def scored(self, shards: Iterable[Sequence[Text | Rejected]], unit: Unit) -> Scored:
        """Scores on whichever workers are free."""
        free, busy, order = deque(self._workers * _QUEUE), dict[Any, Any](), deque[Any]()
        window = _WINDOW * len(self._workers)
        for shard in shards:
            if not free:
                done, _ = ray.wait(list(busy))
                free.extend(busy.pop(rows) for rows in done)
            worker = free.popleft()
            rows = worker.score.remote(shard, unit)
            busy[rows] = worker
            order.append(rows)
            while order and (order[0] not in busy or len(order) >= window):
                yield partial(_write, order.popleft())
        while order:
            yield partial(_write, order.popleft())


def _write(rows: Any, sink: Sink) -> None:
    try:
        parts: _Rows = ray.get(rows)
    except RayTaskError as error:
        cause = error.cause
        if isinstance(cause, CheckpointError | OSError):
            raise cause from None
        raise EngineError(f"a Ray worker failed: {_lines(cause)[0]}") from error
    except RayError as error:
        # What happened when a worker began stands at the end, below the way that led there.
        reason = _lines(error)[-1 if isinstance(error, ActorDiedError) else 0]
        raise EngineError(
            f"Ray: {reason}; every node needs framescope and the same checkpoint"
        ) from error
    for content, writer in zip(parts, sink, strict=True):
        for line in BytesIO(content):
            writer.write(line.decode())


def _lines(error: BaseException) -> list[str]:
    return (str(error).strip() or type(error).__name__).splitlines()
