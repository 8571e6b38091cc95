"""Times that can be compared: systems in turn, round by round, so that drift of a machine cancels.

One time says little on a machine that others use too; a ratio within one round says much more.
"""

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds of one system, a round each."""

    rounds: tuple[float, ...]

    @property
    def median(self) -> float:
        """The figure to quote."""
        return statistics.median(self.rounds)

    def ratios(self, other: "Times") -> "Times":
        """How many times as long `other` took, round by round."""
        return Times(tuple(b / a for a, b in zip(self.rounds, other.rounds, strict=True)))

    def __str__(self) -> str:
        return f"{self.median:.3g} ({min(self.rounds):.3g} to {max(self.rounds):.3g})"


def interleaved(systems: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, Times]:
    """Each system once in each round, after a round that is not counted."""
    seconds: dict[str, list[float]] = {name: [] for name in systems}
    for counted in [False] + [True] * rounds:
        for name, run in systems.items():
            began = time.perf_counter()
            run()
            if counted:
                seconds[name].append(time.perf_counter() - began)
    return {name: Times(tuple(of_system)) for name, of_system in seconds.items()}


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table in Markdown: the first column to the left, figures to the right."""
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
