"""Reader of CheckThat! subjectivity in news (English): sentences labelled SUBJ or OBJ.

Columns, by tabs, quoted as in CSV: sentence_id, sentence, label, in any order; some files add
solved_conflict. OBJ is no promise of plain words: by its guidelines, somebody else's opinion in
quotation or report is OBJ.

Source: Antici et al. 2024, https://arxiv.org/abs/2305.18034;
https://gitlab.com/checkthat_lab/clef2024-checkthat-lab (task 2)
"""

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path

from framescope_data.layers import LayerError, check_fit, read_layer
from framescope_data.values import Document, SoftSentence

FILES = {
    "train": "train_en.tsv",
    "dev": "dev_en.tsv",
    "devtest": "dev_test_en.tsv",
    "test": "test_en_labeled.tsv",
}
"""The files of English, by split."""


def read_subjectivity(path: Path) -> Iterator[SoftSentence]:
    """One sentence a row, `label` subjective or objective. Raises `LayerError` with the line."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t")
        if not {"sentence_id", "sentence", "label"} <= set(rows.fieldnames or ()):
            raise LayerError(
                f"{path}:1: expected columns sentence_id, sentence and label;"
                " the unlabelled test file has no label"
            )
        for row in rows:
            if row["label"] not in ("SUBJ", "OBJ"):
                raise LayerError(f"{path}:{rows.line_num}: label {row['label']!r}, not SUBJ or OBJ")
            label = "subjective" if row["label"] == "SUBJ" else "objective"
            yield SoftSentence(row["sentence_id"], row["sentence"], "subjectivity", label)


def read_objective(directory: Path, layer: Path) -> Iterator[Document]:
    """The objective sentences of every split, each once, with our layer: text with few techniques.

    The id is split/sentence_id. Raises `LayerError`.
    """
    annotations = read_layer(layer)
    for id, text in objective_sentences(directory):
        check_fit(id, text, annotations.get(id, ()))
        yield Document(id, text, annotations.get(id, ()), source="objective")


def objective_sentences(
    directory: Path, splits: Iterable[str] = FILES
) -> Iterator[tuple[str, str]]:
    """Id (split/sentence_id) and text of the objective sentences, each text once."""
    seen: set[str] = set()
    for split in splits:
        for sentence in read_subjectivity(directory / FILES[split]):
            if sentence.label == "objective" and sentence.text not in seen:
                seen.add(sentence.text)
                yield f"{split}/{sentence.id}", sentence.text
