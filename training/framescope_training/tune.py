"""Calibration and thresholds of one precision, from dev data and that precision's own logits."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from framescope.calibration import Calibration
from framescope.decode import Encoded, decode
from framescope.techniques import TECHNIQUES
from framescope_data.values import Record
from framescope_eval.intervals import articles
from framescope_eval.span_metrics import span_metrics
from framescope_eval.tuning import best_of, f1_threshold, platt

SPAN_THRESHOLDS = tuple(round(0.05 * step, 2) for step in range(2, 15))

_COUNT = len(TECHNIQUES)

UNTUNED = Calibration((1.0,) * _COUNT, (0.0,) * _COUNT, (0.5,) * _COUNT, (0.5,) * _COUNT)


class TuneError(ValueError):
    """Dev data that no constants can be chosen on."""


def tuned(encoded: Encoded, dev: Sequence[Record]) -> Calibration:
    """Platt scaling, the F1-optimal sentence thresholds, then the F1-optimal span thresholds.

    `encoded` are the logits of `dev`. Raises `TuneError` where dev does not label everything, or
    has no positive sentence of some technique.
    """
    _check(dev)
    gold = np.array([record.gold for record in dev])
    logits = encoded.sentence_logits.astype(float)
    scales = [platt(logits[:, i], gold[:, i]) for i in range(_COUNT)]
    slopes, intercepts = zip(*scales, strict=True)
    calibration = replace(UNTUNED, slopes=slopes, intercepts=intercepts)
    scores = calibration.probabilities(encoded.sentence_logits).astype(float)
    thresholds = tuple(f1_threshold(scores[:, i], gold[:, i]) for i in range(_COUNT))
    calibration = replace(calibration, thresholds=thresholds)
    return replace(calibration, span_thresholds=_span_thresholds(encoded, calibration, dev))


def _check(dev: Sequence[Record]) -> None:
    if not all(all(record.mask) for record in dev):
        raise TuneError("a dev corpus leaves techniques unlabelled; thresholds need all of them")
    for i, technique in enumerate(TECHNIQUES):
        if len({record.gold[i] for record in dev}) < 2:
            raise TuneError(f"dev has no sentence with, or none without, {technique}")


def _span_thresholds(
    encoded: Encoded, calibration: Calibration, dev: Sequence[Record]
) -> tuple[float, ...]:
    marks = [record.annotations for record in dev]
    sample = articles([record.document_id for record in dev], resamples=1)
    labelled = np.ones(_COUNT, bool)
    f1 = np.empty((len(SPAN_THRESHOLDS), _COUNT))
    for row, threshold in enumerate(SPAN_THRESHOLDS):
        candidate = replace(calibration, span_thresholds=(threshold,) * _COUNT)
        spans = [prediction.spans for prediction in decode(encoded, candidate)]
        f1[row] = [metrics.f1.value for metrics in span_metrics(marks, spans, labelled, sample)]
    return tuple(best_of(SPAN_THRESHOLDS, f1[:, i].tolist()) for i in range(_COUNT))
