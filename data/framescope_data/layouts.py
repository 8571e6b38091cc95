"""Which corpora lie in a directory: the tree that `load` reads, or one corpus as it is released."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from framescope_data.anno_lexical import read_anno_lexical
from framescope_data.babe import read_babe
from framescope_data.brat import read_brat
from framescope_data.checkthat2024 import read_checkthat2024
from framescope_data.corpora import CORPORA, SOFT, load
from framescope_data.jsonl import read_jsonl
from framescope_data.layers import LayerError
from framescope_data.nlp4if import read_flc
from framescope_data.ptc import read_ptc_human
from framescope_data.reading import Refuse
from framescope_data.semeval2023 import read_semeval2023
from framescope_data.subjectivity import read_subjectivity
from framescope_data.values import Document

KNOWN = (
    "a tree with ptc/, fakes/, general/, babe/ or checkthat-subjectivity/",
    "PTC: article*.txt with .labels.tsv",
    "NLP4IF-2019: <split>-articles with <split>-labels-FLC",
    "SemEval-2023: <split>-articles-subtask-3 with <split>-labels-subtask-3-spans",
    "CheckThat! 2024: *.json",
    "BABE: final_labels_*.csv",
    "CheckThat! subjectivity: *.tsv with sentence_id, sentence and label",
    "anno-lexical: *.parquet",
    "your own: *.jsonl (id, text, spans), or brat's .txt with .ann",
)

_TREE = {
    "ptc-train": "ptc/train",
    "ptc-dev": "ptc/dev",
    "ptc-test": "ptc/test",
    "ptc-train-human": "ptc/train",
    "ptc-dev-human": "ptc/dev",
    "ptc-test-human": "ptc/test",
    "fakes-train": "fakes",
    "fakes-dev": "fakes",
    "general-train": "general/train.jsonl",
    "general-dev": "general/dev.jsonl",
    "pool-train": "pool/sentences.jsonl",
    "babe": "babe",
    "objective-test": "checkthat-subjectivity",
    "subjectivity-train": "checkthat-subjectivity",
    "subjectivity-dev": "checkthat-subjectivity",
    "subjectivity-devtest": "checkthat-subjectivity",
    "subjectivity-test": "checkthat-subjectivity",
}


@dataclass(frozen=True, slots=True)
class Found:
    """A corpus, or a split of one. `read` may raise `LayerError` or `OSError`."""

    name: str
    read: Callable[[Refuse], Iterable[Document]]


def is_tree(directory: Path) -> bool:
    """Whether `load` finds any of its corpora below `directory`."""
    return any((directory / place).exists() for place in _TREE.values())


def find(directory: Path) -> tuple[Found, ...]:
    """The corpora of `directory`. Raises `LayerError` if there is none in a known format."""
    if not directory.is_dir():
        raise LayerError(f"{directory}: not a directory")
    if is_tree(directory):
        return tuple(
            Found(name, lambda _, name=name: load(name, directory))
            for name in (*CORPORA, *SOFT)
            if name in _TREE and (directory / _TREE[name]).exists()
        )
    found = tuple(_released(directory))
    if not found:
        # A folder of splits, such as EMNLP-2019's train, dev and test.
        below = sorted(path for path in directory.iterdir() if path.is_dir())
        found = tuple(
            Found(f"{path.name}/{one.name}", one.read) for path in below for one in _released(path)
        )
    if not found:
        known = "".join(f"\n  {layout}" for layout in KNOWN)
        raise LayerError(f"{directory}: no corpus in a known format. Known:{known}")
    return found


def _released(directory: Path) -> Iterator[Found]:
    if any(directory.glob("article*.labels.tsv")):
        yield Found("ptc-human", lambda _: read_ptc_human(directory))
    for labels in sorted(directory.glob("*-labels-FLC")):
        articles = directory / labels.name.replace("-labels-FLC", "-articles")
        yield Found(
            articles.name,
            lambda refuse, articles=articles, labels=labels: read_flc(articles, labels, refuse),
        )
    for labels in sorted(directory.glob("*-labels-subtask-3-spans")):
        articles = directory / labels.name.replace("-labels-subtask-3-spans", "-articles-subtask-3")
        yield Found(
            articles.name,
            lambda refuse, articles=articles, labels=labels: read_semeval2023(
                articles, labels, refuse
            ),
        )
    if any(directory.glob("*.ann")):
        yield Found("brat", lambda refuse: read_brat(directory, refuse=refuse))
    for path in sorted(directory.glob("*.jsonl")):
        yield Found(path.name, lambda refuse, path=path: read_jsonl(path, refuse))
    for path in sorted(directory.glob("*.json")):
        yield Found(path.name, lambda refuse, path=path: read_checkthat2024(path, refuse))
    for pattern, read in (
        ("final_labels_*.csv", read_babe),
        ("*_en*.tsv", read_subjectivity),
        ("*.parquet", read_anno_lexical),
    ):
        for path in sorted(directory.glob(pattern)):
            if "unlabeled" not in path.name:
                yield Found(
                    path.name,
                    lambda _, path=path, read=read: (soft.document for soft in read(path)),
                )
