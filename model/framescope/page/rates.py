"""How many sentences in a hundred carry a technique, and how sure that is."""

from dataclasses import dataclass
from math import floor, sqrt


@dataclass(frozen=True, slots=True)
class Rate:
    """`hits` of `of` sentences; figures are per 100 sentences, 0 where there are none."""

    hits: int
    of: int

    @property
    def value(self) -> float:
        """The share itself."""
        return 100 * self.hits / max(self.of, 1)

    @property
    def low(self) -> float:
        """Lower end of the 95% interval."""
        return 100 * wilson(self.hits, self.of)[0]

    @property
    def high(self) -> float:
        """Upper end of the 95% interval."""
        return 100 * wilson(self.hits, self.of)[1]


def wilson(hits: int, of: int) -> tuple[float, float]:
    """The 95% score interval of a share, which holds up near 0 and 1; of nothing, (0, 1).

    It takes the cases for independent, which sentences of one article or probes of one template are
    not: read it as a lower bound on the uncertainty.

    Source: Wilson 1927, https://doi.org/10.1080/01621459.1927.10502953
    """
    if not of:
        return 0.0, 1.0
    z, share = 1.96, hits / of
    middle = share + z * z / (2 * of)
    margin = z * sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    scale = 1 + z * z / of
    return max(0.0, (middle - margin) / scale), min(1.0, (middle + margin) / scale)


def shown(rate: float) -> str:
    """A decimal below 10, none above; halves upwards, as `page.js` does it."""
    digits = 1 if rate < 9.95 else 0
    return f"{floor(rate * 10**digits + 0.5) / 10**digits:.{digits}f}"
