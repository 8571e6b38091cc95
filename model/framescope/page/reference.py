"""What to compare with: how often the shipped model marks sentences of plain news.

`reference.json` holds the counts, for one set of weights. `framescope_eval.reference` writes it.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from framescope.model import FramingModel
from framescope.page.article import FLOOR, in_quotation, lowered, shipped_thresholds
from framescope.page.rates import Rate
from framescope.quotes import quoted
from framescope.techniques import TECHNIQUES, Technique

PATH = Path(__file__).parent / "reference.json"

PERCENTS = range(round(100 * FLOOR), 100)
"""The thresholds to choose from on the page, in hundredths."""


@dataclass(frozen=True, slots=True)
class Counts:
    """Sentences that carry one technique at its own threshold, and at each of `PERCENTS`."""

    shipped: int
    at: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Reference:
    """Counts in the order of `TECHNIQUES`, with quoted words and without.

    `graph` is the SHA-256 of the weights; the figures of others would be no comparison.
    """

    corpus: str
    graph: str
    sentences: int
    counts: tuple[Counts, ...]
    own_voice: tuple[Counts, ...]

    def rate(self, index: int) -> Rate:
        """Of the technique of that index in `TECHNIQUES`, at its own threshold."""
        return Rate(self.counts[index].shipped, self.sentences)


def read_reference(graph: str) -> Reference | None:
    """The reference of the weights with this SHA-256, if it is theirs."""
    facts = json.loads(PATH.read_text(encoding="utf-8"))
    if facts["graph"] != graph:
        return None
    return Reference(
        corpus=facts["corpus"],
        graph=graph,
        sentences=facts["sentences"],
        counts=_counts(facts["counts"]),
        own_voice=_counts(facts["own_voice"]),
    )


def count(model: FramingModel, sentences: Sequence[str], own_voice: bool) -> tuple[Counts, ...]:
    """Counts over single sentences, in the order of `TECHNIQUES`."""
    scores: dict[Technique, list[float]] = {technique: [] for technique in TECHNIQUES}
    for prediction in lowered(model).predict(sentences):
        (stretches,) = quoted([prediction.text])
        counted = [s for s in prediction.spans if not (own_voice and in_quotation(s, stretches))]
        for technique in TECHNIQUES:
            if any(span.technique == technique for span in counted):
                scores[technique].append(prediction.scores[technique])
    return tuple(
        Counts(
            sum(score >= threshold for score in scores[technique]),
            tuple(sum(score >= at / 100 for score in scores[technique]) for at in PERCENTS),
        )
        for technique, threshold in zip(TECHNIQUES, shipped_thresholds(model), strict=True)
    )


def _counts(facts: Sequence[Mapping[str, Any]]) -> tuple[Counts, ...]:
    return tuple(Counts(of["shipped"], tuple(of["at"])) for of in facts)
