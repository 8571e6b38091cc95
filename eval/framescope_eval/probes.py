"""How a model does on the behavioural probes, by name: counted failures, not one more average."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from framescope.model import FramingModel
from framescope.page.rates import wilson
from framescope.techniques import TECHNIQUES, Technique
from framescope.values import Prediction
from framescope_data.probes import Case, ProbeKind
from framescope_eval.intervals import Figure, articles, figure


@dataclass(frozen=True, slots=True)
class Failure:
    """A case that did not hold. `found` and `other_found` are decided; `other_found` of pairs."""

    case: Case
    found: tuple[Technique, ...]
    other_found: tuple[Technique, ...]


@dataclass(frozen=True, slots=True)
class ProbeResult:
    """One probe: `rate` is the share of its cases that failed, with a 95% Wilson interval."""

    capability: str
    probe: str
    kind: ProbeKind
    cases: int
    rate: Figure
    failures: tuple[Failure, ...]


@dataclass(frozen=True, slots=True)
class AxisResult:
    """All `must_not_change` pairs of one axis.

    `fired` counts those with any decision, since a model that says nothing never changes its mind;
    `flipped` is the share with any decision changed; `change` the mean absolute difference of the
    scores, in the order of `TECHNIQUES`, with an interval from a bootstrap over the pairs.
    """

    axis: str
    pairs: int
    fired: int
    flipped: Figure
    change: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class ProbeReport:
    """Every probe and every axis, in the order of the cases."""

    probes: tuple[ProbeResult, ...]
    axes: tuple[AxisResult, ...]

    @property
    def cases(self) -> int:
        """All cases of all probes."""
        return sum(result.cases for result in self.probes)

    @property
    def failed(self) -> int:
        """Those that did not hold."""
        return sum(len(result.failures) for result in self.probes)


@dataclass(frozen=True, slots=True)
class _Outcome:
    case: Case
    first: Prediction
    second: Prediction | None

    @property
    def failed(self) -> bool:
        asked = set(self.case.techniques)
        found, other = asked.intersection(self.found), asked.intersection(self.other_found)
        return {
            "must_fire": found != asked,
            "must_not_fire": bool(found),
            "must_not_change": found != other,
            "must_move": bool(found) or other != asked,
        }[self.case.kind]

    @property
    def found(self) -> tuple[Technique, ...]:
        return self.first.techniques

    @property
    def other_found(self) -> tuple[Technique, ...]:
        return self.second.techniques if self.second else ()


def run_probes(model: FramingModel, cases: Sequence[Case]) -> ProbeReport:
    """Scores every sentence of `cases` once and judges each case by its kind."""
    sentences = list(dict.fromkeys(text for c in cases for text in (c.text, c.other) if text))
    predictions = dict(zip(sentences, model.predict(sentences), strict=True))
    outcomes = [_Outcome(c, predictions[c.text], predictions.get(c.other)) for c in cases]
    invariant = [o for o in outcomes if o.case.kind == "must_not_change"]
    return ProbeReport(
        probes=tuple(
            _probe_result(list(group))
            for _, group in groupby(outcomes, key=lambda o: (o.case.capability, o.case.probe))
        ),
        axes=tuple(
            _axis_result(axis, [o for o in invariant if o.case.axis == axis])
            for axis in dict.fromkeys(o.case.axis for o in invariant)
        ),
    )


def share(hits: int, of: int) -> Figure:
    """A share with its 95% interval by `wilson`."""
    return Figure(hits / of, *wilson(hits, of))


def _probe_result(outcomes: Sequence[_Outcome]) -> ProbeResult:
    case = outcomes[0].case
    failures = tuple(Failure(o.case, o.found, o.other_found) for o in outcomes if o.failed)
    rate = share(len(failures), len(outcomes))
    return ProbeResult(case.capability, case.probe, case.kind, len(outcomes), rate, failures)


def _axis_result(axis: str, outcomes: Sequence[_Outcome]) -> AxisResult:
    fired = sum(bool(o.found or o.other_found) for o in outcomes)
    flipped = share(sum(o.failed for o in outcomes), len(outcomes))
    sample = articles([o.case.id for o in outcomes])
    changes = sample.sums(np.array([_changes(o) for o in outcomes])) / len(outcomes)
    change = tuple(figure(of_technique) for of_technique in changes.T)
    return AxisResult(axis, len(outcomes), fired, flipped, change)


def _changes(outcome: _Outcome) -> list[float]:
    """By how much each score differs between the two sentences of a pair."""
    other = outcome.second or outcome.first
    return [abs(outcome.first.scores[name] - other.scores[name]) for name in TECHNIQUES]
