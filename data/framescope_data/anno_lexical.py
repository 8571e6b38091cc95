"""Reader of anno-lexical: news sentences that language models labelled for lexical bias.

`anno-lexical-{train,dev,test}.parquet`: text, label (0 or 1), source_party, source_name,
sentence_id. Source: https://huggingface.co/datasets/mediabiasgroup/anno-lexical
"""

from collections.abc import Iterator
from pathlib import Path

from framescope_data.layers import LayerError
from framescope_data.values import SoftSentence


def read_anno_lexical(path: Path) -> Iterator[SoftSentence]:
    """One sentence a row, `label` biased or non-biased.

    Raises `ImportError` without pyarrow (it comes with the extra `train`), `LayerError` for
    another table.
    """
    try:
        # Here and not above, so that everything else works without it.
        from pyarrow import ArrowInvalid, parquet  # noqa: PLC0415
    except ImportError as error:
        raise ImportError("Parquet needs pyarrow: pip install 'framescope[train]'") from error
    try:
        table = parquet.read_table(path, columns=["sentence_id", "text", "label"])
    except ArrowInvalid as error:
        raise LayerError(f"{path}: expected Parquet with sentence_id, text, label") from error
    if table.num_columns != 3:
        raise LayerError(f"{path}: expected the columns sentence_id, text and label")
    for row in table.to_pylist():
        if row["label"] not in (0, 1):
            raise LayerError(f"{path}: sentence {row['sentence_id']}: label is not 0 or 1")
        label = "biased" if row["label"] else "non-biased"
        yield SoftSentence(str(row["sentence_id"]), row["text"], "anno-lexical", label)
