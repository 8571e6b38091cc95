"""`FramingClassifier`: the model as a scikit-learn estimator. Needs the extra `sklearn`."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from framescope.checkpoint import Precision
from framescope.model import FramingModel
from framescope.techniques import TECHNIQUES

try:
    from sklearn.base import BaseEstimator, ClassifierMixin, TransformerMixin
except ImportError as error:
    raise ImportError(
        "FramingClassifier needs scikit-learn: pip install 'framescope[sklearn]'"
    ) from error


class FramingClassifier(ClassifierMixin, TransformerMixin, BaseEstimator):
    """Sentences to techniques, multi-label: column i is `TECHNIQUES[i]`, and so is `classes_[i]`.

    The model is trained already. `fit` loads it and learns nothing, so that cross-validation scores
    the checkpoint as it is; `predict` works without. `transform` gives the probabilities, as
    features for another estimator.
    """

    def __init__(
        self,
        checkpoint: str | Path = "small",
        *,
        revision: str | None = None,
        precision: Precision = "int8",
        threads: int | None = None,
    ) -> None:
        """As `FramingModel.from_pretrained`."""
        self.checkpoint = checkpoint
        self.revision = revision
        self.precision: Precision = precision
        self.threads = threads

    @property
    def classes_(self) -> NDArray[np.str_]:
        """The techniques. *Shape:* (technique,)."""
        return np.array(TECHNIQUES)

    def fit(self, X: Sequence[str], y: object = None) -> Self:  # noqa: N803
        """Loads the checkpoint. `y` is there for the interface. Raises `CheckpointError`."""
        self._load()
        return self

    def predict(self, X: Sequence[str]) -> NDArray[np.int64]:  # noqa: N803
        """1 where a technique is decided. *Shape:* (sentence, technique)."""
        return np.array(
            [
                [technique in of.techniques for technique in TECHNIQUES]
                for of in self._load().predict(_sentences(X))
            ],
            np.int64,
        ).reshape(-1, len(TECHNIQUES))

    def predict_proba(self, X: Sequence[str]) -> NDArray[np.float64]:  # noqa: N803
        """Calibrated probabilities. *Shape:* (sentence, technique)."""
        return np.array(
            [
                [of.scores[technique] for technique in TECHNIQUES]
                for of in self._load().predict(_sentences(X))
            ]
        ).reshape(-1, len(TECHNIQUES))

    def transform(self, X: Sequence[str]) -> NDArray[np.float64]:  # noqa: N803
        """The same as `predict_proba`."""
        return self.predict_proba(X)

    def get_feature_names_out(self, input_features: object = None) -> NDArray[np.object_]:
        """The techniques: names of the columns of `transform`."""
        return np.array(TECHNIQUES, object)

    def __getstate__(self) -> dict[str, Any]:
        """Without the loaded model: a copy in another process loads its own."""
        state: Any = super().__getstate__()
        return {name: of for name, of in state.items() if name != "_model"}

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.one_d_array = True
        tags.input_tags.two_d_array = False
        tags.input_tags.string = True
        tags.classifier_tags.multi_label = True
        tags.no_validation = True
        tags.requires_fit = False
        return tags

    def __sklearn_is_fitted__(self) -> bool:
        return True

    def _load(self) -> FramingModel:
        if not hasattr(self, "_model"):
            self._model = FramingModel.from_pretrained(
                self.checkpoint,
                revision=self.revision,
                precision=self.precision,
                threads=self.threads,
            )
        return self._model


def _sentences(texts: Any) -> list[str]:
    """A list, array, column or one-column frame of strings as a list."""
    if isinstance(texts, str):
        raise TypeError("give a list of sentences: [text] for one")
    array = np.asarray(texts, object)
    if array.ndim == 2 and array.shape[1] == 1:
        array = array[:, 0]
    if array.ndim != 1:
        raise ValueError(f"expected sentences, one a row; got an array of shape {array.shape}")
    return array.tolist()
