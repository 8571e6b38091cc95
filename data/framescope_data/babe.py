"""Reader of BABE, Bias Annotations By Experts (`final_labels_SG2.csv`).

Columns, by semicolons: text, news_link, outlet, topic, type, label_bias (Biased, Non-biased, No
agreement), label_opinion, biased_words (a Python list of words, without offsets).

Source: Spinde et al. 2021, https://aclanthology.org/2021.findings-emnlp.101; README of
https://github.com/Media-Bias-Group/Neural-Media-Bias-Detection-Using-Distant-Supervision-With-BABE
"""

import ast
import csv
import re
from collections.abc import Iterator
from pathlib import Path

from framescope_data.layers import LayerError
from framescope_data.reading import text_id
from framescope_data.values import SoftSentence

_LABELS = {"Biased": "biased", "Non-biased": "non-biased", "No agreement": "undecided"}


def read_babe(path: Path) -> Iterator[SoftSentence]:
    """One sentence a row; `words` has every place of every biased word.

    A biased word may be a loaded_label or an emotive_term: BABE does not tell which.

    Annotators' words that are not in the sentence as they wrote them (about 1 in 100: misspelt)
    are left out. Raises `LayerError` with file and line.
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file, delimiter=";")
        if not {"text", "label_bias", "biased_words"} <= set(rows.fieldnames or ()):
            raise LayerError(f"{path}:1: expected columns text, label_bias and biased_words, by ;")
        for row in rows:
            text, label = row["text"], _LABELS.get(row["label_bias"])
            if label is None:
                raise LayerError(f"{path}:{rows.line_num}: unknown label {row['label_bias']!r}")
            try:
                words = ast.literal_eval(row["biased_words"])
                places = {place for word in words for place in _places(word, text)}
            except (SyntaxError, TypeError, ValueError) as error:
                raise LayerError(f"{path}:{rows.line_num}: biased_words: {error}") from error
            yield SoftSentence(text_id("babe", text), text, "babe", label, tuple(sorted(places)))


def _places(word: str, text: str) -> Iterator[tuple[int, int]]:
    bare = word.strip("\"'“”‘’ ")
    if bare:
        for match in re.finditer(rf"(?<!\w){re.escape(bare)}(?!\w)", text, re.IGNORECASE):
            yield match.span()
