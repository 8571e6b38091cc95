"""Calibration and thresholds of one precision, from dev data and that precision's own logits."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from framescope.calibration import Calibration
from framescope.decode import decode
from framescope.model import FramingModel
from framescope.techniques import TECHNIQUES
from framescope_data.values import Record
from framescope_eval.intervals import articles
from framescope_eval.span_metrics import span_metrics
from framescope_eval.tuning import best_of, f1_threshold, platt

SPAN_THRESHOLDS = tuple(round(0.05 * step, 2) for step in range(2, 15))

_COUNT = len(TECHNIQUES)

UNTUNED = Calibration((1.0,) * _COUNT, (0.0,) * _COUNT, (0.5,) * _COUNT, (0.5,) * _COUNT)


def tuned(model: FramingModel, dev: Sequence[Record]) -> Calibration:
    """Platt scaling, the F1-optimal sentence thresholds, then the F1-optimal span thresholds."""
    encoded = model.encode([record.text for record in dev])
    gold = np.array([record.gold for record in dev])
    logits = encoded.sentence_logits.astype(float)
    slopes, intercepts = zip(*(platt(logits[:, i], gold[:, i]) for i in range(_COUNT)), strict=True)
    calibration = replace(UNTUNED, slopes=slopes, intercepts=intercepts)
    scores = calibration.probabilities(encoded.sentence_logits).astype(float)
    calibration = replace(
        calibration,
        thresholds=tuple(f1_threshold(scores[:, i], gold[:, i]) for i in range(_COUNT)),
    )
    marks = [record.annotations for record in dev]
    sample = articles([record.document_id for record in dev], resamples=2)
    figures = np.array(
        [
            [
                metrics.f1.value
                for metrics in span_metrics(
                    marks,
                    [
                        prediction.spans
                        for prediction in decode(
                            encoded, replace(calibration, span_thresholds=(candidate,) * _COUNT)
                        )
                    ],
                    sample,
                )
            ]
            for candidate in SPAN_THRESHOLDS
        ]
    )
    return replace(
        calibration,
        span_thresholds=tuple(best_of(SPAN_THRESHOLDS, figures[:, i]) for i in range(_COUNT)),
    )
