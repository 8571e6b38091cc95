"""Reader of CheckThat! subjectivity in news (English): sentences labelled SUBJ or OBJ.

Columns, by tabs, quoted as in CSV: sentence_id, sentence, label, in any order; some files add
solved_conflict. OBJ is no promise of plain words: by its guidelines, somebody else's opinion in
quotation or report is OBJ.

Source: Antici et al. 2024, https://arxiv.org/abs/2305.18034;
https://gitlab.com/checkthat_lab/clef2024-checkthat-lab (task 2)
"""

import csv
from collections.abc import Iterator
from pathlib import Path

from framescope_data.layers import LayerError
from framescope_data.values import SoftSentence


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
