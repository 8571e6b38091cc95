"""`framescope-eval` as its users run it: own annotations, own predictions, other checkpoints."""

import json
import re
import shutil
from pathlib import Path

import numpy as np
import pytest
from conftest import ROOT

from framescope_data.corpora import load
from framescope_data.jsonl import write_jsonl
from framescope_data.records import records
from framescope_data.values import Annotation, Document, Record
from framescope_eval.cli import main
from framescope_eval.intervals import articles
from framescope_eval.lexicon import LexiconBaseline
from framescope_eval.metrics import sentence_metrics
from framescope_eval.report import read_report
from framescope_eval.systems import file_system, write_predictions

TEXTS = (
    ("The regime shelled the town. Nobody came.", ("loaded_label", "The regime")),
    ("Sources said the talks had failed. Rain fell.", ("unverified_attribution", "Sources said")),
    ("It was a horrific night. The council met.", ("emotive_term", "horrific")),
)


def document(id, text, *marks):
    annotations = tuple(
        Annotation(technique, text.index(words), text.index(words) + len(words))
        for technique, words in marks
    )
    return Document(id, text, annotations, "own", lines=False)


@pytest.fixture
def own(tmp_path):
    """A directory of annotations of one's own."""
    directory = tmp_path / "own"
    directory.mkdir()
    documents = [document(f"d{n}", text, mark) for n, (text, mark) in enumerate(TEXTS * 2)]
    write_jsonl(documents, directory / "mine.jsonl")
    return directory


def test_own_annotations_own_predictions_and_two_checkpoints(
    own, tiny_checkpoint, tmp_path, capsys
):
    predictions = tmp_path / "words.jsonl"
    sentences = [
        record
        for n, (text, mark) in enumerate(TEXTS)
        for record in records([document(f"d{n}", text, mark)])
    ]
    write_predictions(sentences, LexiconBaseline().judge(sentences), predictions)
    alone = tmp_path / "alone"
    shutil.copytree(tiny_checkpoint, alone)
    (alone / "onnx/model_quantized.onnx").unlink()
    manifest = json.loads((alone / "framescope.json").read_text())
    del manifest["sha256"]["onnx/model_quantized.onnx"]
    (alone / "framescope.json").write_text(json.dumps(manifest))
    out = tmp_path / "out"
    code = main(
        [
            *("--model", f"mine={tiny_checkpoint}", "--corpus", str(own), "--out", str(out)),
            *("--compare", f"again={tiny_checkpoint}", f"teacher={alone}"),
            *("--predictions", f"lexicon={predictions}"),
        ]
    )
    assert code == 0
    assert {path.name for path in out.iterdir()} == {"report.json", "report.md", "report.html"}
    report = read_report(out / "report.json")
    (corpus,) = report.corpora
    assert (corpus.name, corpus.documents, corpus.sentences) == ("mine.jsonl", 6, 12)
    names = [system.name for system in corpus.systems]
    assert names == ["mine", "again", "teacher (fp32)", "lexicon"]
    same = corpus.systems[1].behind[-1]
    assert (same.technique, same.f1.value, same.p) == ("macro", 0, 1)
    for text in ((out / "report.md").read_text(encoding="utf-8"), capsys.readouterr().out):
        table = text.partition("difference of macro F1")[2].partition("\n\n")[0]
        assert "| again | " in table
        assert "| lexicon | 1.000 [" in table
        assert "| +0.000 [+0.000, +0.000] | 1.000 |" in table


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "mine.jsonl:7: "),
        ('{"id": "x", "text": "a b"}', "mine.jsonl:7: no 'spans'"),
        (
            '{"id": "x", "text": "a", "spans": [{"technique": "slur", "start": 0, "end": 1}]}',
            "mine.jsonl:7: ",
        ),
    ],
)
def test_a_fault_in_own_annotations_is_named_by_file_and_line(
    own, tiny_checkpoint, capsys, line, message
):
    with (own / "mine.jsonl").open("a") as file:
        file.write(line + "\n")
    assert main(["--model", str(tiny_checkpoint), "--corpus", str(own)]) == 2
    assert message in capsys.readouterr().err


def test_documents_with_other_techniques_are_not_mixed(own, tiny_checkpoint, capsys):
    with (own / "mine.jsonl").open("a") as file:
        row = {"id": "x", "text": "Rain.", "spans": [], "labelled": ["loaded_label"]}
        file.write(json.dumps(row) + "\n")
    assert main(["--model", str(tiny_checkpoint), "--corpus", str(own)]) == 2
    assert "not the same techniques" in capsys.readouterr().err


def test_two_systems_need_two_names(own, tiny_checkpoint, capsys):
    given = str(tiny_checkpoint)
    assert main(["--model", given, "--compare", given, "--corpus", str(own)]) == 2
    assert f"two systems are called {given!r}: give one as NAME=" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--corpus", "ptc-dve"], "ptc-dve: no corpus, .jsonl file or directory; the corpora are"),
        (["--compare", "x=/nowhere"], "no checkpoint '/nowhere'"),
        (["--predictions", "/nowhere.jsonl"], "/nowhere.jsonl"),
        (["--baselines"], "the baselines learn from"),
    ],
)
def test_what_is_missing_is_said(tiny_checkpoint, tmp_path, capsys, arguments, message):
    given = ["--model", str(tiny_checkpoint), "--corpora", str(tmp_path), "--corpus", "starter-dev"]
    assert main([*given, *arguments]) == 2
    assert message in capsys.readouterr().err


def test_the_lexicon_as_the_guide_shows_it(tiny_checkpoint, tmp_path, monkeypatch):
    """From a file it scores as it does among the baselines."""
    guide = (ROOT / "eval/README.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"```python\n(.*?)```", guide, re.S)
    monkeypatch.chdir(tmp_path)
    exec(compile(block, "eval/README.md", "exec"), {})
    given = ["--model", str(tiny_checkpoint), "--corpus", "starter-dev", "--out", "out"]
    assert main([*given, "--predictions", "lexicon.jsonl"]) == 0
    (corpus,) = read_report(Path("out/report.json")).corpora
    documents = load("starter-dev", tmp_path)
    sentences = list(records(documents))
    judged = LexiconBaseline().judge(sentences)
    gold = np.array([sentence.gold for sentence in sentences])
    sample = articles([sentence.document_id for sentence in sentences])
    expected = sentence_metrics(gold, judged.decided, judged.scores, np.ones(3, bool), sample)
    assert corpus.systems[1].sentences == expected


@pytest.mark.parametrize(
    "line",
    [
        '{"text": "A sentence.", "techniques": ["emotive_term"]}',
        re.findall(r"```json\n(.*?)\n```", (ROOT / "eval/README.md").read_text("utf-8"), re.S)[0],
    ],
)
def test_a_line_of_predictions_may_be_as_the_guide_says(tmp_path, line):
    (tmp_path / "a.jsonl").write_text(line)
    text = json.loads(line)["text"]
    judged = file_system(tmp_path / "a.jsonl")([Record("d", 0, 0, text, "own", frozenset(), ())])
    assert judged.decided.sum() == 1
