"""Batch scoring end to end, through the command: formats, bad records, exit codes, streams."""

import io
import json
import sys
from pathlib import Path

import pytest

from framescope.cli import main
from framescope.scoring.readers import read_inputs
from framescope.scoring.records import Fields, Rejected, Text
from framescope.scoring.score import scored_here, shards, write_scores
from framescope.scoring.writers import Outputs
from framescope.sentences import iter_sentences

ARTICLE = "Sources said the regime had butchered them.\n\nThe council met on Tuesday.\n"


@pytest.fixture
def run(tiny_checkpoint, tmp_path):
    def run(*arguments):
        output = tmp_path / "out.jsonl"
        code = main(
            ["score", *map(str, arguments), "-o", str(output), "--model", str(tiny_checkpoint)]
        )
        lines = output.read_text(encoding="utf-8").splitlines() if output.exists() else []
        return code, [json.loads(line) for line in lines]

    return run


def test_a_document_gives_a_line_a_sentence(run, tmp_path):
    path = tmp_path / "article.txt"
    path.write_text(ARTICLE, encoding="utf-8")
    code, rows = run(path)
    assert code == 0
    assert [(row["id"], row["index"], row["text"]) for row in rows] == [
        ("article.txt", 0, "Sources said the regime had butchered them."),
        ("article.txt", 1, "The council met on Tuesday."),
    ]
    assert rows[0]["techniques"] == ["loaded_label", "unverified_attribution", "emotive_term"]
    assert set(rows[0]["scores"]) == set(rows[0]["techniques"])
    for row in rows:
        assert ARTICLE[row["start"] : row["end"]] == row["text"]
        for span in row["spans"]:
            assert ARTICLE[span["start"] : span["end"]] == span["text"]


def test_json_lines_with_bad_records_in_between(run, tmp_path, capsys):
    path = tmp_path / "texts.jsonl"
    path.write_bytes(
        b'{"id": 7, "text": "Sources said so."}\n'
        b"\n"
        b'{"id": 8, "txt": "no text"}\n'
        b"{broken\n"
        b'{"id": 9, "text": 5}\n'
        b'["a list"]\n'
        b'{"text": "\xff"}\n'
        b'{"text": "Nine people were killed, the hospital said."}\n'
    )
    code, rows = run(path)
    assert code == 3
    assert [row["id"] for row in rows] == ["7", "texts.jsonl:8"]
    rejected = [
        json.loads(line) for line in (tmp_path / "out.rejected.jsonl").read_text().splitlines()
    ]
    assert [(Path(r["file"]).name, r["line"]) for r in rejected] == [
        ("texts.jsonl", n) for n in (3, 4, 5, 6, 7)
    ]
    assert rejected[0]["record"] == '{"id": 8, "txt": "no text"}'
    errors = capsys.readouterr().err
    assert "texts.jsonl:3: no field 'text'; expected a string" in errors
    assert "texts.jsonl:4: not JSON" in errors
    assert "5 records rejected" in errors


def test_csv_with_chosen_columns_as_sentences(run, tmp_path):
    path = tmp_path / "rows.csv"
    path.write_text('key,body\na,"Sources said so. Twice, ""they"" said."\nb,\n', encoding="utf-8")
    code, rows = run(path, "--text-field", "body", "--id-field", "key", "--unit", "sentence")
    assert code == 0
    assert [(row["id"], row["text"], row["start"]) for row in rows] == [
        ("a", 'Sources said so. Twice, "they" said.', 0),
        ("b", "", 0),
    ]


def test_a_missing_column_is_named_with_the_option(run, tmp_path, capsys):
    path = tmp_path / "rows.csv"
    path.write_text("key,body\na,Hello.\n", encoding="utf-8")
    assert run(path)[0] == 2
    assert "rows.csv:1: no column 'text'; it has key, body" in capsys.readouterr().err


def test_a_csv_row_of_another_encoding_is_set_aside(run, tmp_path):
    path = tmp_path / "rows.csv"
    path.write_bytes(b"text\nGood.\nBad \xff.\nGood again.\n")
    code, rows = run(path)
    assert code == 3
    assert [row["text"] for row in rows] == ["Good.", "Good again."]


def test_an_article_of_another_encoding_is_set_aside_and_the_rest_scored(run, tmp_path):
    (tmp_path / "a.txt").write_bytes(b"One line.\nCaf\xe9.")
    (tmp_path / "b.txt").write_text("\ufeffThe council met.", encoding="utf-8")
    code, rows = run(tmp_path / "a.txt", tmp_path / "b.txt")
    assert code == 3
    assert [(row["id"], row["text"], row["start"]) for row in rows] == [
        ("b.txt", "The council met.", 0)
    ]
    rejected = json.loads((tmp_path / "out.rejected.jsonl").read_text())
    assert (rejected["file"], rejected["line"]) == ("a.txt", 2)


@pytest.mark.parametrize(
    ("given", "ids"),
    [
        (b'{"id": "x", "text": "Hello."}\n', ["x"]),
        (b'\xef\xbb\xbf\n{"id": "y", "text": "Hello."}\n', ["y"]),
        (b"Hello.\nSources said so.\n", ["stdin", "stdin"]),
    ],
)
def test_standard_input(run, monkeypatch, given, ids):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given)))
    code, rows = run("-")
    assert code == 0
    assert [row["id"] for row in rows] == ids


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("gone.txt", "no such file"),
        ("paper.pdf", "can't read this format"),
        ("*.txt", "no file of such a name"),
        ("empty", "no .txt, .jsonl, .csv, .tsv, .parquet file in this directory"),
    ],
)
def test_what_can_not_be_read_stops_before_any_work(run, tmp_path, capsys, name, message):
    (tmp_path / "paper.pdf").touch()
    (tmp_path / "empty").mkdir()
    code, rows = run(tmp_path / name)
    assert (code, rows) == (2, [])
    assert message in capsys.readouterr().err


def test_output_over_input_is_refused(run, tmp_path, capsys):
    path = tmp_path / "out.jsonl"
    path.write_text('{"text": "Hello."}\n', encoding="utf-8")
    code, _ = run(path)
    assert code == 2
    assert "would write over it" in capsys.readouterr().err
    assert path.read_text(encoding="utf-8") == '{"text": "Hello."}\n'


def test_scoring_the_rejected_records_again_keeps_them(run, tmp_path, capsys):
    path = tmp_path / "out.rejected.jsonl"
    path.write_text('{"text": "Mended."}\n', encoding="utf-8")
    assert run(path)[0] == 2
    assert "would write over it" in capsys.readouterr().err
    assert path.exists()


def test_a_bad_header_stops_before_any_work_and_spares_the_old_output(run, tmp_path):
    (tmp_path / "good.txt").write_text("The council met.", encoding="utf-8")
    (tmp_path / "bad.csv").write_text("body\nHello.\n", encoding="utf-8")
    (tmp_path / "out.jsonl").write_text('{"old": 1}\n', encoding="utf-8")
    assert run(tmp_path / "good.txt", tmp_path / "bad.csv") == (2, [{"old": 1}])


def test_a_quotation_mark_that_is_never_closed_loses_one_record_and_says_so(run, tmp_path):
    path = tmp_path / "rows.csv"
    path.write_text('text\nGood.\n"unclosed,\nSwallowed.\n', encoding="utf-8")
    code, rows = run(path)
    assert code == 3
    assert [row["text"] for row in rows] == ["Good."]
    rejected = json.loads((tmp_path / "out.rejected.jsonl").read_text())
    assert (rejected["line"], "not CSV" in rejected["reason"]) == (3, True)


def test_rows_with_surplus_fields_are_set_aside(run, tmp_path):
    path = tmp_path / "rows.csv"
    path.write_text('text\nHello, there.\n"Hello, there."\n', encoding="utf-8")
    code, rows = run(path)
    assert (code, [row["text"] for row in rows]) == (3, ["Hello, there."])


def test_files_of_one_name_keep_apart(run, tmp_path):
    for folder in "ab":
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "same.txt").write_text("Hello.", encoding="utf-8")
    paths = [tmp_path / folder / "same.txt" for folder in "ab"]
    assert [row["id"] for row in run(*paths)[1]] == [str(path) for path in paths]


def test_utf16_without_its_mark_is_set_aside(run, tmp_path):
    (tmp_path / "a.txt").write_bytes("The regime fell.".encode("utf-16-le"))
    assert run(tmp_path / "a.txt")[0] == 3
    assert "looks like UTF-16" in (tmp_path / "out.rejected.jsonl").read_text()


def test_a_text_file_is_not_a_sentence(run, tmp_path, capsys):
    (tmp_path / "a.txt").write_text("One.\nTwo.\n", encoding="utf-8")
    assert run(tmp_path / "a.txt", "--unit", "sentence")[0] == 2
    assert "a .txt is a document" in capsys.readouterr().err


def test_lone_surrogates_survive_as_escapes(run, tmp_path):
    path = tmp_path / "odd.jsonl"
    path.write_bytes(b'{"text": "Odd \\ud800 text."}\n')
    code, rows = run(path)
    assert (code, rows[0]["text"]) == (0, "Odd \ud800 text.")


def test_scoring_reads_ahead_of_its_output_by_a_bounded_number(tiny_model, tmp_path, monkeypatch):
    monkeypatch.setattr("framescope.scoring.score._SHARD_TEXTS", 10)
    read, behind = [], []

    def texts():
        for number in range(200):
            read.append(number)
            yield Text(str(number), "The council met.")

    monkeypatch.setattr(
        "framescope.scoring.score.sentence_line", lambda *_: behind.append(len(read)) or "\n"
    )
    scored = scored_here(tiny_model, shards(texts()), "document")
    assert write_scores(scored, Outputs(tmp_path / "out.jsonl")).sentences == 200
    assert max(seen - position for position, seen in enumerate(behind)) <= 10


def test_a_long_text_is_scored_piece_by_piece(tiny_model, tmp_path, monkeypatch):
    monkeypatch.setattr("framescope.model._CHUNK", 10)
    split, behind = [], []

    def counted(text):
        for offsets in iter_sentences(text):
            split.append(offsets)
            yield offsets

    def written(*_):
        behind.append(len(split) - len(behind))  # split twice: ahead to score, then to write
        return "\n"

    monkeypatch.setattr("framescope.scoring.score.iter_sentences", counted)
    monkeypatch.setattr("framescope.scoring.score.sentence_line", written)
    scored = scored_here(tiny_model, shards([Text("a", "The council met. " * 200)]), "document")
    assert write_scores(scored, Outputs(tmp_path / "out.jsonl")).sentences == 200
    # One chunk is written while the next is with the workers.
    assert max(ahead - written for written, ahead in enumerate(behind)) <= 21


def test_a_shard_ends_with_the_text_that_fills_it(monkeypatch):
    monkeypatch.setattr("framescope.scoring.score._SHARD_TEXTS", 3)
    monkeypatch.setattr("framescope.scoring.score._SHARD_CHARACTERS", 10)
    texts = [Text("a", "x" * n, {"kept": "y" * m}) for n, m in [(9, 0), (1, 0), (0, 10), (1, 1)]]
    texts += [Text("b", "")] * 2 + [Rejected("f", 1, "why", "z" * 50)]
    assert [len(shard) for shard in shards(texts)] == [2, 1, 3, 1]


def test_records_keep_file_and_line(tmp_path):
    path = tmp_path / "texts.jsonl"
    path.write_text('{"text": 1}\n', encoding="utf-8")
    (rejected,) = read_inputs([str(path)], Fields())
    assert isinstance(rejected, Rejected)
    assert str(rejected) == "texts.jsonl:1: int in field 'text'; expected a string"
