"""Reader of the starter corpus: short articles of our own, in `data/starter/`, with their layer."""

import csv
from collections.abc import Iterator
from typing import Literal

from framescope_data.files import STARTER
from framescope_data.layers import check_fit, read_layer
from framescope_data.values import Document


def read_starter(split: Literal["train", "dev", "test"]) -> Iterator[Document]:
    """The articles of one split. All articles on one event are in the same split."""
    annotations = read_layer(STARTER / "layer.tsv")
    with (STARTER / "articles.tsv").open(encoding="utf-8", newline="") as file:
        ids = [
            row["doc_id"] for row in csv.DictReader(file, delimiter="\t") if row["split"] == split
        ]
    for id in ids:
        text = (STARTER / "articles" / f"{id}.txt").read_text(encoding="utf-8")
        check_fit(id, text, annotations.get(id, ()))
        yield Document(id, text, annotations.get(id, ()), source="starter")
