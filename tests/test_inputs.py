"""Every format that batch scoring reads gives the same texts; bad files give lines, not crashes."""

import csv
import gzip
import json
import re
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hostile import FILES
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from framescope.scoring.extras import zstd
from framescope.scoring.readers import check_inputs, read_inputs
from framescope.scoring.records import Fields, InputError, Rejected, Text

CLEAN = st.text(max_size=40)
SETTINGS = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
ROWS = [
    {"key": "a", "body": "The regime fell.\nSources said so.", "outlet": "Post"},
    {"key": "b", "body": 'He said "no", twice; \u00fcber \U0001f600.', "outlet": "Herald"},
]
FIELDS = Fields("body", "key", ("outlet",))


def _write(path: Path, rows):
    columns = ["key", "body", "outlet"]
    match path.suffix:
        case ".jsonl":
            lines = [json.dumps(row, ensure_ascii=False) + "\n" for row in rows]
            path.write_text("".join(lines), "utf-8")
        case ".csv" | ".tsv":
            with path.open("w", encoding="utf-8", newline="") as file:
                writer = csv.writer(file, delimiter="," if path.suffix == ".csv" else "\t")
                writer.writerows([columns, *([row[c] for c in columns] for row in rows)])
        case ".parquet":
            pq.write_table(pa.table({c: [row[c] for row in rows] for c in columns}), path)
    return path


def _packed(path: Path, suffix: str) -> Path:
    pack = {".gz": gzip.compress, ".zst": zstd().compress}[suffix]
    packed = path.with_name(path.name + suffix)
    packed.write_bytes(pack(path.read_bytes()))
    return packed


@pytest.mark.parametrize(
    "name", ["a.jsonl", "a.csv", "a.tsv", "a.parquet", "a.jsonl.gz", "a.jsonl.zst", "a.csv.zst"]
)
def test_every_format_gives_the_same_texts(tmp_path, name):
    first, _, packing = name.partition(".")[2].partition(".")
    path = _write(tmp_path / f"a.{first}", ROWS)
    if packing:
        path = _packed(path, f".{packing}")
    check_inputs([str(path)], FIELDS)
    assert list(read_inputs([str(path)], FIELDS)) == [
        Text(row["key"], row["body"], {"outlet": row["outlet"]}) for row in ROWS
    ]


@pytest.mark.parametrize("suffix", [".jsonl", ".csv", ".tsv", ".parquet"])
@SETTINGS
@given(body=CLEAN, outlet=CLEAN)
@example(body="\0 \x85 \u2028 \r", outlet='"\t,\r\n')
def test_any_text_is_read_as_it_was_written(tmp_path, suffix, body, outlet):
    row = {"key": "k", "body": body, "outlet": outlet}
    path = _write(tmp_path / f"any{suffix}", [row])
    assert list(read_inputs([str(path)], FIELDS)) == [Text("k", body, {"outlet": outlet})]


def test_a_directory_is_read_in_order_without_what_is_hidden_or_of_other_formats(tmp_path):
    for name in ["b.txt", "a/z.txt", "a/b/c.txt", ".git/x.txt", "a/.h.txt", "paper.pdf", "B.TXT"]:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name, "utf-8")
    (tmp_path / "link").symlink_to(tmp_path, target_is_directory=True)
    texts = list(read_inputs([str(tmp_path)], Fields()))
    assert [text.id for text in texts] == ["B.TXT", "b.txt", "a/z.txt", "a/b/c.txt"]
    both = list(read_inputs([str(tmp_path / "a"), str(tmp_path / "b.txt")], Fields()))
    assert [text.id for text in both] == [
        (tmp_path / "a" / "z.txt").as_posix(),
        (tmp_path / "a" / "b" / "c.txt").as_posix(),
        "b.txt",
    ]
    found = list(read_inputs([str(tmp_path / "**" / "*.txt")], Fields()))
    assert sorted(text.id for text in found) == ["b.txt", "c.txt", "z.txt"]


def test_a_file_whose_name_looks_like_a_pattern_is_itself(tmp_path):
    (tmp_path / "a[1].txt").write_text("Yes.", "utf-8")
    (tmp_path / "a1.txt").write_text("No.", "utf-8")
    assert [t.text for t in read_inputs([str(tmp_path / "a[1].txt")], Fields())] == ["Yes."]


@pytest.mark.parametrize("suffix", [".gz", ".zst"])
def test_a_packed_file_that_is_cut_off_gives_what_it_has_and_says_where_it_ends(tmp_path, suffix):
    rows = [{"key": str(n), "body": f"{n * n} " * 50, "outlet": ""} for n in range(4000)]
    path = _packed(_write(tmp_path / "a.jsonl", rows), suffix)
    path.write_bytes(path.read_bytes()[:-200])
    *texts, last = read_inputs([str(path)], FIELDS)
    assert isinstance(last, Rejected)
    assert str(last) == (
        f"a.jsonl{suffix}:{len(texts) + 1}: can't be read on: damaged or cut off; pack it again"
    )
    assert [text.id for text in texts] == [str(n) for n in range(len(texts))]


@pytest.mark.parametrize("suffix", [".gz", ".zst"])
def test_a_bomb_is_stopped(tmp_path, monkeypatch, suffix):
    monkeypatch.setattr("framescope.scoring.files._FREE", 2**20)
    (tmp_path / "a.jsonl").write_bytes(b'{"text": "A."}\n' * 2**19)
    path = _packed(tmp_path / "a.jsonl", suffix)
    last = list(read_inputs([str(path)], Fields()))[-1]
    assert isinstance(last, Rejected)
    assert "unpacks to over 200 times its size; if that is right, unpack it first" in last.reason


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.jsonl", b'{"text": "' + b"x" * 3000 + b'"}\n{"text": "Good."}\n'),
        ("a.csv", b"text\n" + b"x" * 3000 + b"\nGood.\n"),
    ],
)
def test_a_record_too_long_is_set_aside_and_the_next_one_read(tmp_path, monkeypatch, name, content):
    for module in ("readers", "csv_reader"):
        monkeypatch.setattr(f"framescope.scoring.{module}.MAX_RECORD", 1000)
    path = tmp_path / name
    path.write_bytes(content)
    first, *rest = read_inputs([str(path)], Fields())
    assert isinstance(first, Rejected)
    assert "longer than" in first.reason
    assert len(first.record) <= 200
    assert rest[-1].text == "Good."  # pyright: ignore[reportAttributeAccessIssue]


def test_a_record_too_long_with_quotation_marks_ends_the_file(tmp_path, monkeypatch):
    """Nobody can tell what the next quotation mark means: no part of the record becomes a text."""
    monkeypatch.setattr("framescope.scoring.csv_reader.MAX_RECORD", 1000)
    path = tmp_path / "a.csv"
    path.write_bytes(b'text\nGood.\n"' + b"x\n" * 1500 + b'"\nLost.\n')
    good, rejected = read_inputs([str(path)], Fields())
    assert isinstance(good, Text)
    assert str(rejected) == (
        "a.csv:3: can't be read on: longer than 128 MiB; split it;"
        " its quotation marks hide where the next one begins"
    )


def test_a_row_of_millions_of_columns_is_set_aside(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b"text\n" + b"," * 3_000_000 + b"\nGood.\n")
    rejected, good = read_inputs([str(path)], Fields())
    assert isinstance(rejected, Rejected)
    assert rejected.reason == "not CSV: over 2,097,152 columns"
    assert isinstance(good, Text)


def test_an_error_on_a_wide_table_is_one_short_line(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(",".join(f"column{n}" for n in range(100_000)) + "\n", "utf-8")
    with pytest.raises(InputError, match="and 99,990 more") as error:
        check_inputs([str(path)], Fields())
    assert len(str(error.value)) < 700


@pytest.mark.parametrize("bad", FILES, ids=lambda bad: bad.name)
def test_a_hostile_file(bad, tmp_path):
    path = tmp_path / bad.name
    path.write_bytes(bad.make())
    if bad.refused:
        with pytest.raises(InputError, match=bad.refused):
            check_inputs([str(path)], Fields())
        return
    check_inputs([str(path)], Fields())
    read = list(read_inputs([str(path)], Fields()))
    assert tuple(text.text for text in read if isinstance(text, Text)) == bad.texts
    rejected = [str(text) for text in read if isinstance(text, Rejected)]
    assert len(rejected) == len(bad.rejected)
    for line, pattern in zip(rejected, bad.rejected, strict=True):
        assert re.search(pattern, line)


def test_numbers_that_json_has_not_are_kept_as_null(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text('{"text": "Yes.", "n": [NaN, -Infinity, 1e999, 1e3]}\n', "utf-8")
    (text,) = read_inputs([str(path)], Fields(keep=("n", "absent")))
    assert text == Text("a.jsonl:1", "Yes.", {"n": [None, None, None, 1000.0], "absent": None})


def test_two_fields_of_one_name_matter_only_in_the_record_itself(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text('{"text": "Yes.", "more": {"text": "no", "text": "no"}}\n', "utf-8")
    (text,) = read_inputs([str(path)], Fields())
    assert isinstance(text, Text)
    assert text.text == "Yes."


def test_a_sentence_has_an_end(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps({"text": "a" * 1_000_001}) + "\n", "utf-8")
    (rejected,) = read_inputs([str(path)], Fields(sentence=True))
    assert "text of 1,000,001 characters; a sentence has at most 1,000,000" in str(rejected)
    assert isinstance(next(read_inputs([str(path)], Fields())), Text)
