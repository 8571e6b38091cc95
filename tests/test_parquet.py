"""Parquet in, and from Parquet to Parquet: types, wrong schemas, damage."""

import datetime as dt
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from framescope.cli import main
from framescope.scoring.readers import check_inputs, read_inputs
from framescope.scoring.records import Fields, InputError, Rejected, Text

PARQUET = {
    "key": pa.array([1, 2], pa.int64()),
    "body": pa.array(["One.", None], pa.large_string()),
    "day": pa.array([dt.date(2024, 2, 29), None]),
    "at": pa.array([dt.datetime(2024, 2, 29, 12, 30, 1, 5), None], pa.timestamp("us")),
    "zoned": pa.array([0, 10**18 + 1], pa.int64()).cast(pa.timestamp("ns", "Europe/Berlin")),
    "price": pa.array([Decimal("1.50"), Decimal("-0.01")], pa.decimal128(10, 2)),
    "share": pa.array([0.1, None], pa.float32()),
    "nan": pa.array([float("nan"), 2.5]),
    "open": pa.array([True, None]),
    "outlet": pa.array(["Post", "Post"]).dictionary_encode(),
}


def test_parquet_becomes_json_values(tmp_path):
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table(PARQUET), path)
    fields = Fields("body", "key", tuple(list(PARQUET)[2:]))
    check_inputs([str(path)], fields)
    first, second = read_inputs([str(path)], fields)
    assert first == Text(
        "1",
        "One.",
        {
            "day": "2024-02-29",
            "at": "2024-02-29 12:30:01.000005",
            "zoned": "1970-01-01 00:00:00.000000000Z",
            "price": "1.50",
            "share": pytest.approx(0.1),
            "nan": None,
            "open": True,
            "outlet": "Post",
        },
    )
    assert isinstance(second, Rejected)
    assert str(second) == "a.parquet:2: NoneType in field 'body'; expected a string"


@pytest.mark.parametrize(
    ("columns", "fields", "message"),
    [
        ({"text": [1]}, Fields(), "column 'text' is int64; --text takes text"),
        ({"body": ["x"]}, Fields(), "no column 'text'; it has body (choose one with --text)"),
        ({"text": ["x"], "n": [0.5]}, Fields(id="n"), "--id takes text or whole numbers"),
        ({"text": ["x"], "n": [[1]]}, Fields(keep=("n",)), "column 'n' is list<"),
    ],
)
def test_a_parquet_file_with_a_wrong_schema_is_refused(tmp_path, columns, fields, message):
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table(columns), path)
    with pytest.raises(InputError) as error:
        check_inputs([str(path)], fields)
    assert message in str(error.value)


def test_what_is_no_parquet_file_is_refused(tmp_path):
    path = tmp_path / "a.parquet"
    path.write_bytes(b"PAR1 not at all")
    with pytest.raises(InputError, match="not a Parquet file, or damaged"):
        check_inputs([str(path)], Fields())


def test_parquet_strings_that_are_no_utf8_are_set_aside(tmp_path):
    path = tmp_path / "a.parquet"
    bad = pa.Array.from_buffers(
        pa.string(), 2, [None, *pa.array([b"a\xff", b"ok"], pa.binary()).buffers()[1:]]
    )
    pq.write_table(pa.table({"text": bad}), path)
    first, second = read_inputs([str(path)], Fields())
    assert (str(first), second) == (
        "a.parquet:1: not UTF-8; convert it, e.g. with iconv",
        Text("a.parquet:2", "ok"),
    )


def test_a_damaged_parquet_file_gives_a_line(tmp_path):
    path = tmp_path / "a.parquet"
    table = pa.table({"text": [f"Number {n * n}." for n in range(20000)]})
    pq.write_table(table, path, row_group_size=1000, compression="snappy")
    content = bytearray(path.read_bytes())
    content[len(content) // 2 : len(content) // 2 + 4000] = bytes(4000)
    path.write_bytes(bytes(content))
    *texts, last = read_inputs([str(path)], Fields())
    assert isinstance(last, Rejected)
    assert 0 < len(texts) < 20000
    assert last.line == len(texts) + 1


def test_types_last_from_parquet_to_parquet(tmp_path, tiny_checkpoint):
    path, output = tmp_path / "in.parquet", tmp_path / "out.parquet"
    columns = {**PARQUET, "body": pa.array(["One.", "Two."])}
    pq.write_table(pa.table(columns), path)
    keep = list(PARQUET)[2:]
    command = ["score", str(path), "--text", "body", "--id", "key", "--keep", ",".join(keep)]
    assert main([*command, "-o", str(output), "--model", str(tiny_checkpoint)]) == 0
    out = pq.read_table(output)
    for name in keep:
        expected = columns[name].cast(pa.string()) if name == "outlet" else columns[name]
        if name == "nan":
            expected = pa.array([None, 2.5])
        assert out[name].combine_chunks().equals(expected), name


def test_texts_that_rows_share_are_one_text(tmp_path):
    """A small file of a long text and many rows of it does not fill the memory."""
    path = tmp_path / "a.parquet"
    shared = pa.DictionaryArray.from_arrays(pa.array([0] * 200, pa.int32()), ["x" * 10_000])
    pq.write_table(pa.table({"text": shared, "plain": shared.cast(pa.string())}), path)
    for column in ("text", "plain"):
        texts = [
            text for text in read_inputs([str(path)], Fields(column)) if isinstance(text, Text)
        ]
        assert len(texts) == 200
        assert len({len(text.text) for text in texts}) == 1


def test_years_that_have_no_date_are_set_aside(tmp_path):
    path = tmp_path / "a.parquet"
    days = pa.array([10**7, 0], pa.int32()).cast(pa.date32())
    pq.write_table(pa.table({"text": ["One.", "Two."], "day": days}), path)
    first, second = read_inputs([str(path)], Fields(keep=("day",)))
    assert str(first) == "a.parquet:1: the year of 29349-01-26 has not four digits"
    assert isinstance(second, Text)
