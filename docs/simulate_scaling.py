"""Simulates `framescope score --engine ray` on clusters that are not at hand: table in scaling.md.

    python docs/simulate_scaling.py

One process reads shards, gives each to the worker that is free first, and writes their rows in
order; at most `WINDOW` shards a worker are on their way. Times are drawn, not measured, but for
the constants below, which are figures of docs/scaling.md.
"""

import heapq
import random
from collections import deque
from collections.abc import Sequence

SENTENCES = 100_000_000
SHARD = 8_500
"""Sentences."""

SPEED = 650.0
"""Sentences a second of one worker with one processor."""

READ, WRITE = 0.02, 0.04
"""Seconds that the one process takes to read a shard and send it, and to fetch and write it."""

ASSEMBLED = 160_000.0
"""Rows a second, as the output is put together at the end, in Parquet."""

QUEUE, WINDOW = 2, 16
"""As in framescope.scoring.on_ray."""

WORKERS = (16, 64, 256, 1024)


def seconds(shards: Sequence[float], speeds: Sequence[float]) -> float:
    """How long a run takes. `shards` are sentences, `speeds` sentences a second of each worker."""
    clock, free_at = 0.0, [0.0] * len(speeds)
    places = deque(list(range(len(speeds))) * QUEUE)
    busy: list[tuple[float, int]] = []
    order: deque[float] = deque()
    for size in shards:
        if not places:
            done, worker = heapq.heappop(busy)
            clock = max(clock, done)
            places.append(worker)
        clock += READ
        worker = places.popleft()
        free_at[worker] = max(clock, free_at[worker]) + size / speeds[worker]
        heapq.heappush(busy, (free_at[worker], worker))
        order.append(free_at[worker])
        while order and (order[0] <= clock or len(order) >= WINDOW * len(speeds)):
            clock = max(clock, order.popleft()) + WRITE
    while order:
        clock = max(clock, order.popleft()) + WRITE
    return clock + sum(shards) / ASSEMBLED


def main() -> None:
    """Prints the table: the part of the workers' time that is spent on scoring."""
    chance = random.Random(1)
    even = [float(SHARD)] * (SENTENCES // SHARD)
    long = [10 * SHARD if chance.random() < 0.01 else SHARD for _ in even]
    giant = [*even[: len(even) // 2], 1_000_000.0, *even[len(even) // 2 :]]
    print("| | " + " | ".join(f"{workers:,} workers" for workers in WORKERS) + " |")
    print("| --- |" + " --- |" * len(WORKERS))
    for name, shards, slow in (
        ("all alike", even, 0.0),
        ("a worker in twenty three times as slow", even, 0.05),
        ("a shard in a hundred ten times as long", long, 0.0),
        ("one text of 120 MB", giant, 0.0),
    ):
        cells = []
        for workers in WORKERS:
            speeds = [SPEED / 3 if chance.random() < slow else SPEED for _ in range(workers)]
            took = seconds(shards, speeds)
            used = sum(shards) / sum(speeds) / took
            cells.append(f"{used:.0%}, {took / 3600:.1f} h")
        print(f"| {name} | {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
