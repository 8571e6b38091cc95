"""What any model has to beat: chance, words looked up, and logistic regressions on fixed features.

All are tuned as the model is: Platt scaling and the F1-optimal threshold, on dev.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from framescope.calibration import sigmoid
from framescope.techniques import TECHNIQUES
from framescope_data.corpora import all_records
from framescope_data.records import without_leaks
from framescope_data.values import Record
from framescope_eval.lexicon import LexiconBaseline
from framescope_eval.systems import Judged, System
from framescope_eval.tuning import f1_threshold, platt

Features = Callable[[Sequence[str]], Any]
"""Texts to a matrix, one row a text."""


def baselines(
    train: Sequence[str],
    dev: Sequence[str],
    held_out: Sequence[Record],
    root: Path,
    encoder: Features | None = None,
) -> dict[str, System]:
    """All baselines by name. `train` and `dev` name corpora; `held_out` will be scored.

    `encoder` is a frozen one, for a logistic regression on its vectors (`frozen_encoder`).
    """
    dev_records = all_records(dev, root)
    seen = without_leaks(all_records(train, root), dev_records, held_out)
    words = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True)
    rows = words.fit_transform(_texts(seen))
    systems: dict[str, System] = {
        "all-positive": all_positive,
        "chance": StratifiedChance(seen).judge,
        "lexicon": LexiconBaseline().judge,
        "TF-IDF + logistic regression": LogisticBaseline(
            words.transform, rows, seen, dev_records
        ).judge,
    }
    if encoder:
        frozen = LogisticBaseline(encoder, encoder(_texts(seen)), seen, dev_records)
        systems["frozen encoder + logistic regression"] = frozen.judge
    return systems


def all_positive(records: Sequence[Record]) -> Judged:
    """Decides every technique everywhere: its F1 follows from the prevalence alone."""
    shape = (len(records), len(TECHNIQUES))
    return Judged(np.ones(shape), np.ones(shape, bool))


class StratifiedChance:
    """Decides at random, each technique as often as the training text has it."""

    def __init__(self, train: Sequence[Record]) -> None:
        gold, labelled = _gold(train), _labelled(train)
        self._prevalence = (gold & labelled).sum(axis=0) / labelled.sum(axis=0)

    def judge(self, records: Sequence[Record]) -> Judged:
        """Scores and decisions of records, in order; the same each time."""
        draws = np.random.default_rng(0).random((len(records), len(TECHNIQUES)))
        return Judged(1 - draws, draws < self._prevalence)


class LogisticBaseline:
    """One logistic regression a technique, on features of the text that know no technique."""

    def __init__(
        self, features: Features, rows: Any, train: Sequence[Record], dev: Sequence[Record]
    ) -> None:
        """`rows` are the features of `train`; thresholds are chosen on `dev`, as for the model."""
        self._features = features
        gold, labelled = _gold(train), _labelled(train)
        self._classifiers = [
            LogisticRegression(class_weight="balanced", max_iter=1000).fit(
                rows[labelled[:, i]], gold[labelled[:, i], i]
            )
            for i in range(len(TECHNIQUES))
        ]
        logits, gold = self._logits(dev), _gold(dev)
        self._scales = np.array([platt(logits[:, i], gold[:, i]) for i in range(len(TECHNIQUES))])
        scores = self._scores(logits)
        self._thresholds = [f1_threshold(scores[:, i], gold[:, i]) for i in range(len(TECHNIQUES))]

    def judge(self, records: Sequence[Record]) -> Judged:
        """Scores and decisions of records, in order."""
        scores = self._scores(self._logits(records))
        return Judged(scores, scores >= np.array(self._thresholds))

    def _logits(self, records: Sequence[Record]) -> NDArray[np.float64]:
        rows = self._features(_texts(records))
        return np.column_stack([c.decision_function(rows) for c in self._classifiers])

    def _scores(self, logits: NDArray[np.float64]) -> NDArray[np.float64]:
        return sigmoid(logits * self._scales[:, 0] + self._scales[:, 1]).astype(float)


def _texts(records: Sequence[Record]) -> list[str]:
    return [record.text for record in records]


def _gold(records: Sequence[Record]) -> NDArray[np.bool_]:
    return np.array([record.gold for record in records])


def _labelled(records: Sequence[Record]) -> NDArray[np.bool_]:
    return np.array([record.mask for record in records])
