"""What batch scoring writes, read with what people read it with: pandas, DuckDB, pyarrow, csv."""

import csv
import gc
import json
import subprocess
import sys
from collections import Counter

import duckdb
import pandas as pd
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from framescope.cli import main
from framescope.scoring.records import Rejected, Text
from framescope.scoring.rows import document_line, rejected_line, sentence_line
from framescope.scoring.writers import Outputs
from framescope.techniques import TECHNIQUES
from framescope.values import Prediction, Scores, Span

ANY = st.text(st.characters(exclude_categories=()), max_size=40)
"""Every plane, control characters, NUL, lone surrogates."""
SETTINGS = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


PLAIN = Prediction("", Scores(0, 0, 1e-6), (), ())


def _lines(text, outlet):
    span = Span("loaded_label", 0, len(text), text, 0.75)
    decided = Prediction(text, Scores(0.9, 0.25, 0.5), ("loaded_label",), (span, span))
    whole = Text("=id", text, {"outlet": outlet})
    return [sentence_line(whole, 0, 3, decided), sentence_line(whole, 1, 9, PLAIN)]


def _readable(text):
    return "".join("\ufffd" if "\ud800" <= c <= "\udfff" else c for c in text)


def _written(path, lines, **options):
    with Outputs(path, keep=("outlet",), **options).open() as sink:
        for line in lines:
            sink.sentences.write(line)
    return path


@SETTINGS
@given(text=ANY, outlet=ANY)
@example(text="\ud83d", outlet="\r")
def test_the_three_outputs_say_the_same(tmp_path, text, outlet):
    lines = _lines(text, outlet)
    rows = [
        json.loads(line)
        for line in _written(tmp_path / "o.jsonl", lines).read_text("utf-8").split("\n")[:-1]
    ]
    assert rows[0]["text"] == text
    table = pq.read_table(_written(tmp_path / "o.parquet", lines)).to_pylist()
    assert table[0]["text"] == _readable(text)
    assert table[0]["spans"][1]["text"] == _readable(text)
    assert table[1]["outlet"] == _readable(outlet)
    assert [row["techniques"] for row in table] == [["loaded_label"], []]
    assert table[1]["scores"]["emotive_term"] == pytest.approx(1e-6)
    with _written(tmp_path / "o.csv", lines, raw=True).open(encoding="utf-8", newline="") as file:
        flat = list(csv.DictReader(file))
    assert [row["id"] for row in flat] == ["=id", "=id"]
    shown, outlet = _readable(text).replace("\0", "\ufffd"), outlet.replace("\0", "\ufffd")
    assert (flat[0]["text"], flat[0]["outlet"]) == (shown, _readable(outlet))
    assert flat[0]["loaded_label_words"] == f"{shown} | {shown}"
    assert [row["loaded_label"] for row in flat] == ["1", "0"]
    assert float(flat[0]["unverified_attribution_score"]) == 0.25


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ("=1+1", "'=1+1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("-2+3", "'-2+3"),
        ("- Yes, he said.", "'- Yes, he said."),
        ("  =1", "'  =1"),
        ("\uff1d1", "'\uff1d1"),
        ("-2.5", "-2.5"),
        ("+31", "+31"),
        ("a=b", "a=b"),
    ],
)
def test_cells_that_a_spreadsheet_would_run_are_defused(tmp_path, cell, shown):
    for path in (tmp_path / "o.csv", tmp_path / "o.tsv"):
        _written(path, _lines(cell, cell))
        separator = "," if path.suffix == ".csv" else "\t"
        with path.open(encoding="utf-8", newline="") as file:
            row = next(csv.DictReader(file, delimiter=separator))
        assert (row["text"], row["outlet"], row["loaded_label_score"]) == (shown, shown, "0.9")


@pytest.fixture
def scored(tmp_path, tiny_checkpoint):
    """The same texts, scored into every format, with a summary of each."""
    path = tmp_path / "in.jsonl"
    rows = [
        {"key": "a", "body": "The regime fell.\nSources said so.", "outlet": "Post"},
        {"key": "b", "body": 'He said "no", twice; \u00fcber \U0001f600.', "outlet": "Herald"},
        {"key": "c", "body": " ", "outlet": "Post"},
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    command = ["score", str(path), "--text", "body", "--id", "key", "--keep", "outlet"]
    for suffix in ("jsonl", "csv", "parquet"):
        files = ["-o", tmp_path / f"out.{suffix}", "--summary", tmp_path / f"sum.{suffix}"]
        assert main([*command, *map(str, files), "--model", str(tiny_checkpoint)]) == 0
    return tmp_path


def test_pandas_reads_every_output(scored):
    lines = pd.read_json(scored / "out.jsonl", lines=True)
    table = pd.read_parquet(scored / "out.parquet")
    flat = pd.read_csv(scored / "out.csv")
    assert list(table.columns) == list(lines.columns)
    assert lines["text"].tolist() == table["text"].tolist() == flat["text"].tolist()
    for name in TECHNIQUES:
        decided = [name in techniques for techniques in lines["techniques"]]
        assert [name in techniques for techniques in table["techniques"]] == decided
        assert flat[name].astype(bool).tolist() == decided
        scores = [scores[name] for scores in lines["scores"]]
        assert flat[f"{name}_score"].tolist() == pytest.approx(scores)
        assert [s[name] for s in table["scores"]] == pytest.approx(scores, abs=1e-6)


def test_duckdb_reads_every_output(scored):
    counted = duckdb.sql(
        f"""
        SELECT id, count(*), count(*) FILTER (list_contains(techniques, 'loaded_label')),
               round(max(scores.loaded_label), 4), sum(len(spans))
        FROM '{scored}/out.parquet' GROUP BY id ORDER BY id
        """
    ).fetchall()
    assert (
        counted
        == duckdb.sql(
            f"""
        SELECT id, count(*), count(*) FILTER (list_contains(techniques, 'loaded_label')),
               round(max(scores.loaded_label::FLOAT), 4), sum(len(spans))
        FROM '{scored}/out.jsonl' GROUP BY id ORDER BY id
        """
        ).fetchall()
    )
    flat = duckdb.sql(
        f"SELECT id, count(*), sum(loaded_label) FROM '{scored}/out.csv' GROUP BY id ORDER BY id"
    ).fetchall()
    assert flat == [row[:3] for row in counted]


def test_a_summary_has_a_row_a_document(scored):
    rows = [json.loads(line) for line in (scored / "out.jsonl").read_text("utf-8").splitlines()]
    tables = [
        pd.read_json(scored / "sum.jsonl", lines=True),
        pd.read_csv(scored / "sum.csv"),
        pd.read_parquet(scored / "sum.parquet"),
    ]
    for table in tables:
        assert table["id"].tolist() == ["a", "b", "c"]
        assert table["outlet"].tolist() == ["Post", "Herald", "Post"]
        assert table["sentences"].tolist() == [2, 1, 0]
        for name in TECHNIQUES:
            counts = [
                sum(row["id"] == id and name in row["techniques"] for row in rows) for id in "abc"
            ]
            assert table[name].tolist() == counts
            rates = table[f"{name}_per_100"].tolist()
            assert rates[:2] == [counts[0] * 50, counts[1] * 100]
            assert pd.isna(rates[2])


def test_rows_of_other_kinds_are_json_lines(tmp_path):
    outputs = Outputs(tmp_path / "o.csv", tmp_path / "s.tsv")
    with outputs.open() as sink:
        sink.rejected.write(rejected_line(Rejected("a", 1, "why", "\ud800")))
        sink.documents.write(document_line(Text("a", ""), 0, Counter()))
    assert json.loads((tmp_path / "o.rejected.jsonl").read_text("utf-8"))["record"] == "\ud800"
    assert (tmp_path / "s.tsv").read_text("utf-8").splitlines()[1] == "a\t0\t0\t0\t0\t\t\t"


@pytest.mark.parametrize(
    ("output", "more", "message"),
    [
        ("o.xlsx", [], "can't write this format; use .jsonl, .csv, .tsv, .parquet"),
        ("o.jsonl.gz", [], "can't write this format"),
        ("gone/o.csv", [], "no such directory; make it first"),
        ("folder.csv", [], "a directory; name a file"),
        ("o.csv", ["--keep", "text"], "--keep text: the name of a column of the output"),
        ("o.csv", ["--summary", "SAME"], "the name of another output"),
        ("articles/o.csv", [], "where another run would read it; write elsewhere"),
    ],
)
def test_outputs_that_can_not_be_are_refused_before_any_work(
    tmp_path, capsys, output, more, message
):
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "a.txt").write_text("Yes.", "utf-8")
    (tmp_path / "folder.csv").mkdir()
    path = str(tmp_path / output)
    more = [path if option == "SAME" else option for option in more]
    assert main(["score", str(tmp_path / "articles"), "-o", path, *more, "--model", "none"]) == 2
    assert message in capsys.readouterr().err


@pytest.mark.parametrize(
    ("module", "name", "message"),
    [
        ("pyarrow", "a.parquet", "Parquet needs pyarrow: pip install 'framescope[parquet]'"),
        (
            "backports.zstd",
            "a.txt.zst",
            ".zst needs backports.zstd: pip install 'framescope[zst]'",
        ),
    ],
)
def test_a_missing_extra_is_named_in_one_line(tmp_path, monkeypatch, capsys, module, name, message):
    if sys.version_info >= (3, 14):
        pytest.skip("Python has zstd itself")
    monkeypatch.setitem(sys.modules, module, None)
    monkeypatch.delitem(sys.modules, "framescope.scoring.parquet_reader", raising=False)
    (tmp_path / name).write_bytes(b"x")
    assert main(["score", str(tmp_path / name), "-o", str(tmp_path / "o.jsonl")]) == 2
    assert capsys.readouterr().err == f"framescope: {message}\n"


def test_plain_work_loads_no_extras(tmp_path):
    (tmp_path / "a.txt").write_text("Sources said so.", "utf-8")
    code = (
        "import sys; from framescope.cli import main;"
        f"main(['score', '{tmp_path}/a.txt', '-o', '{tmp_path}/o.csv']);"
        "print([m for m in ('pyarrow', 'backports.zstd', 'pandas', 'ray') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_run_that_fails_leaves_nothing_and_says_nothing_more(tmp_path, monkeypatch):
    complaints = []
    monkeypatch.setattr(sys, "unraisablehook", complaints.append)

    def fail():
        with Outputs(tmp_path / "o.parquet", tmp_path / "s.csv").open() as sink:
            sink.sentences.write(sentence_line(Text("a", "b"), 0, 0, PLAIN))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    gc.collect()
    assert list(tmp_path.iterdir()) == []
    assert complaints == []


def test_a_very_long_rejected_record_is_cut(tmp_path):
    row = json.loads(rejected_line(Rejected("a", 1, "why", "x" * 200_000)))
    assert row["record"] == "x" * 100_000 + "\u2026 200,000 characters"
