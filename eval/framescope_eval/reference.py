"""Writes what report pages compare with: `python -m framescope_eval.reference --corpora DIR`.

The shipped model on `objective-test`: sentences of English online news that the annotators of
CheckThat! judged objective. The texts stay where they are; the counts go into `framescope.page`.
"""

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from framescope.checkpoint import ONNX, read_checkpoint, resolve
from framescope.model import FramingModel
from framescope.page.reference import PATH, Reference, count
from framescope_data.corpora import all_records

CORPUS = "objective-test"


def reference(corpora: Path) -> Reference:
    """The counts of the shipped model. `corpora` is the directory of the corpus texts."""
    sentences = [record.text for record in all_records([CORPUS], corpora)]
    model = FramingModel.from_pretrained()
    return Reference(
        corpus=CORPUS,
        graph=read_checkpoint(resolve("small")).sha256[ONNX["int8"]],
        sentences=len(sentences),
        counts=count(model, sentences, own_voice=False),
        own_voice=count(model, sentences, own_voice=True),
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns the exit code 0."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpora", type=Path, default=Path("corpora"), metavar="DIR")
    facts = asdict(reference(parser.parse_args(arguments).corpora))
    PATH.write_text(json.dumps(facts) + "\n", encoding="utf-8")
    print(PATH)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
