"""Predictions as columns, for pandas, polars and `datasets`: none of them is imported here."""

from collections.abc import Sequence
from typing import Any

from framescope.techniques import TECHNIQUES
from framescope.values import Prediction


def columns(predictions: Sequence[Prediction]) -> dict[str, list[Any]]:
    """A column a technique with its probabilities; `techniques`, the names of those decided; and
    `words`, the texts of the spans.

    pandas: `frame.assign(**columns(model.predict(list(frame["text"]))))`.
    """
    return {
        **{name: [of.scores[name] for of in predictions] for name in TECHNIQUES},
        "techniques": [list(of.techniques) for of in predictions],
        "words": [[span.text for span in of.spans] for of in predictions],
    }
