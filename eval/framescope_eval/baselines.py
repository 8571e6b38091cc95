"""What any model has to beat: all-positive, and TF-IDF with logistic regression."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from framescope.techniques import TECHNIQUES
from framescope_data.corpora import all_records
from framescope_data.records import without_leaks
from framescope_data.values import Record
from framescope_eval.tuning import f1_threshold

Baseline = Callable[[Sequence[Record]], "Judged"]


@dataclass(frozen=True, slots=True)
class Judged:
    """What one system says of some records. *Shape:* both (sentence, technique)."""

    scores: NDArray[np.float64]
    decided: NDArray[np.bool_]


def baselines(
    train: Sequence[str], dev: Sequence[str], held_out: Sequence[str], root: Path
) -> dict[str, Baseline]:
    """All baselines by name. Arguments name corpora; those of `held_out` will be scored."""
    dev_records = all_records(dev, root)
    seen = without_leaks(all_records(train, root), dev_records, all_records(held_out, root))
    tfidf = TfIdfBaseline(seen, dev_records)
    return {"all-positive": all_positive, "TF-IDF + logistic regression": tfidf.judge}


def all_positive(records: Sequence[Record]) -> Judged:
    """Decides every technique everywhere: its F1 follows from the prevalence alone."""
    shape = (len(records), len(TECHNIQUES))
    return Judged(np.ones(shape), np.ones(shape, bool))


class TfIdfBaseline:
    """Words and pairs of words, weighted by TF-IDF, in one logistic regression a technique."""

    def __init__(self, train: Sequence[Record], dev: Sequence[Record]) -> None:
        """Thresholds are F1-optimal on `dev`, as the model's are."""
        self._vectorizer = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True)
        words = self._vectorizer.fit_transform(_texts(train))
        gold, labelled = _gold(train), np.array([record.mask for record in train])
        self._classifiers = [
            LogisticRegression(class_weight="balanced", max_iter=1000).fit(
                words[labelled[:, i]], gold[labelled[:, i], i]
            )
            for i in range(len(TECHNIQUES))
        ]
        scores, gold = self._scores(dev), _gold(dev)
        self._thresholds = [f1_threshold(scores[:, i], gold[:, i]) for i in range(len(TECHNIQUES))]

    def judge(self, records: Sequence[Record]) -> Judged:
        """Scores and decisions of records, in order."""
        scores = self._scores(records)
        return Judged(scores, scores >= np.array(self._thresholds))

    def _scores(self, records: Sequence[Record]) -> NDArray[np.float64]:
        words = self._vectorizer.transform(_texts(records))
        return np.column_stack([c.predict_proba(words)[:, 1] for c in self._classifiers])


def _texts(records: Sequence[Record]) -> list[str]:
    return [record.text for record in records]


def _gold(records: Sequence[Record]) -> NDArray[np.bool_]:
    return np.array([record.gold for record in records])
