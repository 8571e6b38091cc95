"""Reader of FA-KES (articles on the Syrian war, CC BY 4.0) with our layer.

Salem et al. 2019, https://ojs.aaai.org/index.php/ICWSM/article/view/3254. One line a document.
"""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from framescope_data.layers import check_fit, read_layer
from framescope_data.values import Document


def read_fakes(
    directory: Path, layer: Path, part: Literal["train", "dev", "all"]
) -> Iterator[Document]:
    """The articles of one part: a third of them, chosen by a hash of the id, is `dev`."""
    annotations = read_layer(layer)
    paths = sorted(directory.glob("*.txt"))
    if not paths:
        raise FileNotFoundError(f"{directory}: no *.txt here; is this the FA-KES folder?")
    for path in paths:
        if part in ("all", part_of(path.stem)):
            text = path.read_text(encoding="utf-8")
            marks = annotations.get(path.stem, ())
            check_fit(path.stem, text, marks)
            yield Document(path.stem, text, marks, source="fakes", lines=False)


def part_of(id: str) -> Literal["train", "dev"]:
    """The part a document belongs to, the same on every machine and in any order."""
    return "dev" if hashlib.sha256(id.encode()).digest()[0] % 3 == 0 else "train"
