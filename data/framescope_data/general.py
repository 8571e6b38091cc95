"""Reader of single sentences in JSON Lines (`id`, `text`, optionally `source`) with a layer."""

import json
from collections.abc import Iterator
from pathlib import Path

from framescope_data.layers import LayerError, check_fit, read_layer
from framescope_data.values import Document


def read_general(path: Path, layer: Path, source: str = "general") -> Iterator[Document]:
    """One document a line, each a single sentence. Raises `LayerError` with file and line."""
    annotations = read_layer(layer)
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, start=1):
            try:
                row = json.loads(line)
                id, text = row["id"], row["text"]
            except (json.JSONDecodeError, KeyError, TypeError) as error:
                raise LayerError(f"{path}:{number}: expected an object with id and text") from error
            check_fit(id, text, annotations.get(id, ()))
            yield Document(id, text, annotations.get(id, ()), source)
