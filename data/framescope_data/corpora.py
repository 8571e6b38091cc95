"""Every corpus by name: one call loads it, and a checksum says what was loaded."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from framescope_data.babe import read_babe
from framescope_data.fakes import read_fakes
from framescope_data.files import ANNOTATIONS, DRILLS
from framescope_data.general import read_general
from framescope_data.jsonl import read_jsonl
from framescope_data.layers import LayerError
from framescope_data.pool import read_pool, read_pool_layer
from framescope_data.ptc import read_ptc, read_ptc_human
from framescope_data.records import records
from framescope_data.starter import read_starter
from framescope_data.subjectivity import FILES, read_objective, read_subjectivity
from framescope_data.values import Document, Record, SoftSentence

_READERS: dict[str, Callable[[Path], Iterator[Document]]] = {
    "ptc-train": lambda root: read_ptc(root / "ptc/train", ANNOTATIONS / "ptc-train.tsv"),
    "ptc-dev": lambda root: read_ptc(root / "ptc/dev", ANNOTATIONS / "ptc-dev.tsv"),
    "ptc-test": lambda root: read_ptc(root / "ptc/test", ANNOTATIONS / "ptc-test.tsv"),
    "ptc-train-human": lambda root: read_ptc_human(root / "ptc/train"),
    "ptc-dev-human": lambda root: read_ptc_human(root / "ptc/dev"),
    "ptc-test-human": lambda root: read_ptc_human(root / "ptc/test"),
    "fakes-train": lambda root: read_fakes(
        root / "fakes", ANNOTATIONS / "fakes-train.tsv", "train"
    ),
    "fakes-dev": lambda root: read_fakes(root / "fakes", ANNOTATIONS / "fakes-train.tsv", "dev"),
    "general-train": lambda root: read_general(
        root / "general/train.jsonl", ANNOTATIONS / "general-train.tsv"
    ),
    "general-dev": lambda root: read_general(
        root / "general/dev.jsonl", ANNOTATIONS / "general-dev.tsv"
    ),
    "pool-train": lambda root: read_pool_layer(
        root / "pool/sentences.jsonl",
        ANNOTATIONS / "pool-train.tsv",
        ANNOTATIONS / "pool-train.ids.txt",
    ),
    "objective-test": lambda root: read_objective(
        root / "checkthat-subjectivity", ANNOTATIONS / "objective-test.tsv"
    ),
    "drills": lambda _: read_general(DRILLS / "sentences.jsonl", DRILLS / "layer.tsv", "drills"),
    "starter-train": lambda _: read_starter("train"),
    "starter-dev": lambda _: read_starter("dev"),
    "starter-test": lambda _: read_starter("test"),
}

_SOFT_READERS: dict[str, Callable[[Path], Iterator[SoftSentence]]] = {
    "babe": lambda root: read_babe(root / "babe/final_labels_SG2.csv"),
    **{
        f"subjectivity-{split}": lambda root, file=file: read_subjectivity(
            root / "checkthat-subjectivity" / file
        )
        for split, file in FILES.items()
    },
}

CORPORA = tuple(_READERS)
"""Corpora in which our techniques are annotated."""

SOFT = tuple(_SOFT_READERS)
"""Corpora with a label of their own: sentences without any of our techniques looked for."""

UNLABELLED: dict[str, Callable[[Path], Iterator[Document]]] = {
    "pool": lambda root: read_pool(root / "pool/sentences.jsonl"),
}
"""Plain news text, to distil on."""

TRAIN = ("ptc-train", "fakes-train", "general-train", "pool-train", "drills", "starter-train")
DEV = ("ptc-dev", "fakes-dev", "general-dev")
TEST = ("ptc-test", "objective-test")


def load(name: str, root: Path) -> list[Document]:
    """The documents of the corpus `name`, its texts read from below `root`.

    A name that ends in `.jsonl` is a file of your own annotations below `root` (`read_jsonl`). The
    starter corpus and the drills are our own and lie beside this package: `root` means nothing to
    them.

    Raises `LayerError` for an unknown name and for annotations that do not fit, and
    `FileNotFoundError` for a missing text.
    """
    if name in UNLABELLED:
        return list(UNLABELLED[name](root))
    if name in _SOFT_READERS:
        return [sentence.document for sentence in _SOFT_READERS[name](root)]
    if name.endswith(".jsonl"):
        return list(read_jsonl(root / name))
    if name not in _READERS:
        known = ", ".join((*CORPORA, *SOFT, *UNLABELLED))
        raise LayerError(f"unknown corpus {name!r}; the known ones are {known}")
    return list(_READERS[name](root))


def all_records(names: Iterable[str], root: Path) -> list[Record]:
    """The sentences of all the corpora named, in order. Raises as `load` does."""
    return [record for name in names for record in records(load(name, root))]


def checksum(documents: Iterable[Document]) -> str:
    """SHA-256 over the ids, texts and annotations: equal exactly when the data are equal."""
    digest = hashlib.sha256()
    for document in documents:
        digest.update(repr((document.id, document.text, document.annotations)).encode())
    return digest.hexdigest()
