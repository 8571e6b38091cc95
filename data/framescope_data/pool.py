"""Readers of the pool: single news sentences in JSON Lines (`text`), told apart by their hash."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

from framescope_data.layers import LayerError, check_fit, read_layer
from framescope_data.values import Document


def read_pool(path: Path) -> Iterator[Document]:
    """Every sentence once, none of our techniques looked for: text to distil on.

    Raises `LayerError` with file and line.
    """
    for id, text in _sentences(path):
        yield Document(id, text, (), source="pool", labelled=frozenset())


def read_pool_layer(path: Path, layer: Path, ids: Path) -> Iterator[Document]:
    """The sentences that were read, in the order of the pool: those that `ids` lists, one a line.

    Raises `LayerError` for a sentence that is listed and not in the pool.
    """
    annotations = read_layer(layer)
    read = set(ids.read_text(encoding="utf-8").split())
    if stray := annotations.keys() - read:
        raise LayerError(f"{layer}: {min(stray)} has marks but is not listed in {ids}")
    for id, text in _sentences(path):
        if id in read:
            read.remove(id)
            check_fit(id, text, annotations.get(id, ()))
            yield Document(id, text, annotations.get(id, ()), source="pool")
    if read:
        raise LayerError(f"{path}: lacks {len(read)} of the sentences in {ids}, {min(read)} first")


def pool_id(text: str) -> str:
    """`pool-` and the first 16 hexadecimal digits of the SHA-1 of the text in UTF-8."""
    return f"pool-{hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()[:16]}"


def _sentences(path: Path) -> Iterator[tuple[str, str]]:
    seen: set[str] = set()
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, start=1):
            try:
                text = json.loads(line)["text"]
                id = pool_id(text)
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                raise LayerError(f"{path}:{number}: expected an object with text") from error
            if id not in seen:
                seen.add(id)
                yield id, text
