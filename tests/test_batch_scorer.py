"""`FramingBatchScorer`: any table in, the rows of `framescope score` out."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from datasets import Dataset

from framescope import FramingBatchScorer
from framescope.cli import main
from framescope.scoring.records import InputError

ROWS = {
    "key": ["a", "b", "c", "d"],
    "body": ["The regime fell. Sources said so.", "Talks go on.", " ", "It was a horrific night."],
    "outlet": ["Post", "Herald", "Post", None],
}


@pytest.fixture(scope="module")
def scorer(tiny_checkpoint):
    return FramingBatchScorer(tiny_checkpoint, text="body", id="key", keep=["outlet"])


@pytest.fixture(scope="module")
def expected(tiny_checkpoint, tmp_path_factory):
    directory = tmp_path_factory.mktemp("command")
    pq.write_table(pa.table(ROWS), directory / "in.parquet")
    command = ["score", str(directory / "in.parquet"), "--text", "body", "--id", "key"]
    command += ["--keep", "outlet", "-o", str(directory / "out.parquet")]
    assert main([*command, "--model", str(tiny_checkpoint)]) == 0
    return pq.read_table(directory / "out.parquet")


@pytest.mark.parametrize(
    "batch",
    [
        pa.table(ROWS),
        pa.table(ROWS).to_batches()[0],
        pd.DataFrame(ROWS),
        {name: np.array(values, object) for name, values in ROWS.items()},
    ],
    ids=["table", "batch", "frame", "arrays"],
)
def test_a_batch_gives_the_rows_of_the_command(scorer, expected, batch):
    scored = scorer(batch)
    assert scored.column_names == expected.column_names
    assert scored.cast(expected.schema).equals(expected)  # pandas has large strings


def test_datasets_take_it(scorer, expected):
    dataset = Dataset.from_dict(ROWS).with_format("arrow")
    scored = dataset.map(
        scorer, batched=True, remove_columns=dataset.column_names, new_fingerprint="scored"
    )
    assert scored.with_format(None).to_list() == expected.to_pylist()


def test_no_rows_give_no_rows_of_the_same_columns(scorer, expected):
    empty = pa.table(ROWS).slice(0, 0)
    assert scorer(empty).schema == expected.schema
    assert len(scorer(empty)) == 0


def test_what_is_kept_keeps_its_type(tiny_checkpoint):
    scorer = FramingBatchScorer(tiny_checkpoint, keep=["tags"])
    tags = pa.array([["x"], ["y", "z"]])
    texts = ["One. Two.", "The council met."]
    scored = scorer(pa.table({"id": [7, 8], "text": texts, "tags": tags}))
    assert scored["id"].to_pylist() == ["7", "7", "8"]
    assert scored["tags"].combine_chunks().equals(tags.take(pa.array([0, 0, 1])))


def test_rows_without_a_text_have_no_sentences(tiny_checkpoint):
    scorer = FramingBatchScorer(tiny_checkpoint, unit="sentence")
    rows = {"id": ["a", "b", None, "d"], "text": [None, "One. Two.", "", "x" * 1_000_001]}
    assert scorer(rows).select(["id", "text"]).to_pylist() == [
        {"id": "b", "text": "One. Two."},
        {"id": "", "text": ""},
    ]


def test_wrong_columns_are_named(scorer, tiny_checkpoint):
    with pytest.raises(KeyError, match="body"):
        scorer(pa.table({"key": ["a"], "text": ["One."]}))
    with pytest.raises(InputError, match="keep: a column of the output is named scores"):
        FramingBatchScorer(tiny_checkpoint, keep=["scores", "outlet"])
