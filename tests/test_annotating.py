"""The annotation loop: out to each tool, corrected there, and back, with emoji and odd spaces."""

import json
import re

import pytest
from conftest import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st

from framescope.techniques import TECHNIQUES
from framescope_data.annotating import TOOLS, import_annotations, predicted, split
from framescope_data.cli import main
from framescope_data.corpora import load
from framescope_data.doccano import read_doccano, write_doccano
from framescope_data.jsonl import read_jsonl
from framescope_data.label_studio import read_label_studio, write_label_studio
from framescope_data.layers import LayerError
from framescope_data.reading import sorted_marks
from framescope_data.utf16 import Utf16
from framescope_data.values import Annotation, Document

TEXT = "😀 “The regime” 👩🏽‍🚒 fell,\r\nmedia reports said. 🇺🇦"
LABEL = Annotation("loaded_label", TEXT.index("The"), TEXT.index("”"), quoted=True)
REPORT = Annotation(
    "unverified_attribution", TEXT.index("media"), TEXT.index(". "), "vague", borderline=True
)
DOCUMENT = Document("a 1", TEXT, (LABEL, REPORT), "own", lines=False)
PLAIN = tuple(Annotation(mark.technique, mark.start, mark.end) for mark in (LABEL, REPORT))


@st.composite
def documents(draw):
    """Texts of words, emoji and white space, with marks that begin and end in words."""
    words = draw(
        st.lists(st.sampled_from(["a", "😀", "é", "👩🏽‍🚒", "\r\n", " ", "it's"]), min_size=1)
    )
    text = "".join(words) + "end"
    places = [match.span() for match in re.finditer(r"\S+", text)]
    pair = st.tuples(st.sampled_from(places), st.sampled_from(places))
    marks = {
        (draw(st.sampled_from(TECHNIQUES)), min(a, b)[0], max(a, b)[1])
        for a, b in draw(st.lists(pair, max_size=4))
    }
    return Document("d", text, sorted_marks(Annotation(*mark) for mark in marks), "", lines=False)


def submitted(directory):
    """What Label Studio exports when an annotator accepts every prediction."""
    tasks = json.loads((directory / "tasks.json").read_text(encoding="utf-8"))
    for number, task in enumerate(tasks, start=1):
        (prediction,) = task.pop("predictions")
        task |= {"id": number, "annotations": [{"result": prediction["result"]}]}
    return tasks


def export_of(tool, document, directory):
    """Writes for a tool; returns what it would export if nobody changed anything."""
    directory.mkdir(exist_ok=True)
    TOOLS[tool].write([document], directory)
    if tool == "label-studio":
        path = directory / "export.json"
        path.write_text(json.dumps(submitted(directory)), encoding="utf-8")
        return path
    return directory / "texts.jsonl" if tool == "doccano" else directory


@pytest.mark.parametrize("tool", sorted(TOOLS))
@settings(deadline=None, max_examples=30)
@given(document=documents())
def test_every_tool_gives_back_what_it_was_given(tool, document, tmp_path_factory):
    needs(tool)
    path = export_of(tool, document, tmp_path_factory.mktemp("tool"))
    (read,) = TOOLS[tool].read(path)
    assert (read.id, read.text, read.annotations) == (
        document.id,
        document.text,
        document.annotations,
    )
    assert not read.lines


def needs(tool):
    if tool == "inception":
        pytest.importorskip("cassis", reason="needs dkpro-cassis: the extra `inception`")


def test_the_units_of_each_tool(tmp_path):
    """Characters in Label Studio and brat, UTF-16 units in doccano and in INCEpTION's files."""
    before = TEXT[: LABEL.start]
    characters, units = len(before), len(before.encode("utf-16-le")) // 2
    assert units == characters + 1
    write_label_studio([DOCUMENT], tmp_path)
    region = submitted(tmp_path)[0]["annotations"][0]["result"][0]["value"]
    assert region["start"] == characters
    assert region["text"] == "The regime"
    write_doccano([DOCUMENT], tmp_path)
    row = json.loads((tmp_path / "texts.jsonl").read_text(encoding="utf-8"))
    assert row["label"][0] == [units, units + len("The regime"), "loaded_label"]
    directory = export_of("brat", DOCUMENT, tmp_path / "brat")
    assert f"loaded_label {characters} " in (directory / "a 1.ann").read_text(encoding="utf-8")


def test_inceptions_file_counts_utf16_and_has_our_sentences(tmp_path):
    needs("inception")
    cas = json.loads((export_of("inception", DOCUMENT, tmp_path) / "a 1.json").read_text("utf-8"))
    marks = [one for one in cas["%FEATURE_STRUCTURES"] if one["%TYPE"] == "custom.Span"]
    assert [mark["label"] for mark in marks] == [LABEL.technique, REPORT.technique]
    assert marks[0]["begin"] == LABEL.start + 1
    sentences = [one for one in cas["%FEATURE_STRUCTURES"] if one["%TYPE"].endswith(".Sentence")]
    assert sentences


def test_label_studio_and_brat_keep_kinds_and_flags(tmp_path):
    for tool in ("brat", "label-studio"):
        (read,) = TOOLS[tool].read(export_of(tool, DOCUMENT, tmp_path / tool))
        assert read.annotations == DOCUMENT.annotations, tool


def test_an_old_label_studio_that_counts_utf16_units_is_read_too(tmp_path):
    write_label_studio([DOCUMENT], tmp_path)
    tasks, counted = submitted(tmp_path), Utf16(TEXT)
    for result in tasks[0]["annotations"][0]["result"]:
        for name in ("start", "end"):
            result["value"][name] = counted.units(result["value"][name])
    (tmp_path / "export.json").write_text(json.dumps(tasks), encoding="utf-8")
    (read,) = read_label_studio(tmp_path / "export.json")
    assert read.annotations == DOCUMENT.annotations


def test_label_studio_predictions_that_nobody_looked_at_are_left_out(tmp_path):
    write_label_studio([DOCUMENT] * 3, tmp_path)
    first, second, third = submitted(tmp_path)
    first["annotations"] = []
    second["annotations"][0]["was_cancelled"] = True
    older = {"result": [], "updated_at": "2026-01-01T00:00:00Z"}
    newer = {**third["annotations"][0], "updated_at": "2026-02-01T00:00:00Z"}
    third["annotations"] = [newer, older]
    path = tmp_path / "export.json"
    path.write_text(json.dumps([first, second, third]), encoding="utf-8")
    (read,) = read_label_studio(path)
    assert len(read.annotations) == 2
    third["annotations"][1]["ground_truth"] = True
    path.write_text(json.dumps([third]), encoding="utf-8")
    (read,) = read_label_studio(path)
    assert read.annotations == ()


def test_doccano_exports_of_both_kinds_are_read(tmp_path):
    counted = Utf16(TEXT)
    entities = [
        {
            "id": number,
            "label": mark.technique,
            "start_offset": counted.units(mark.start),
            "end_offset": counted.units(mark.end) + number,  # a space too many is cut off
        }
        for number, mark in enumerate(PLAIN[:1], start=0)
    ]
    row = {"id": 7, "text": TEXT, "entities": entities, "relations": [], "Comments": []}
    (tmp_path / "all.jsonl").write_text(json.dumps(row) + "\n", encoding="utf-8")
    (read,) = read_doccano(tmp_path / "all.jsonl")
    assert (read.id, read.annotations) == ("7", PLAIN[:1])


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        ([[1, 4, "loaded_label"]], "no character begins at 1 UTF-16 units"),
        ([[0, 999, "loaded_label"]], "no character begins at 999"),
        ([[0, 2, "slur"]], "unknown label 'slur'"),
        ([[2, 3, "loaded_label"]], "marks no words"),
        ("none", "export the project as JSONL"),
    ],
)
def test_what_doccano_can_not_have_meant_is_refused_with_the_line(tmp_path, labels, message):
    path = tmp_path / "all.jsonl"
    path.write_text(json.dumps({"text": TEXT, "label": labels}) + "\n", encoding="utf-8")
    with pytest.raises(LayerError, match=rf"all\.jsonl:1: .*{message}"):
        list(read_doccano(path))


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"start": 0, "end": 3, "text": "regime", "labels": ["loaded_label"]}, "other words"),
        ({"start": 0, "end": 1, "labels": ["slur"]}, "unknown label 'slur'"),
        ({"start": 0, "labels": ["loaded_label"]}, "'end'"),
    ],
)
def test_what_label_studio_can_not_have_meant_is_refused_with_the_task(tmp_path, value, message):
    result = [{"id": "r", "type": "labels", "value": value}]
    task = {"id": 5, "data": {"text": TEXT}, "annotations": [{"result": result}]}
    path = tmp_path / "export.json"
    path.write_text(json.dumps([task]), encoding="utf-8")
    with pytest.raises(LayerError, match=rf"task 5: .*{message}"):
        list(read_label_studio(path))
    path.write_text(json.dumps([{"text": TEXT, "label": []}]), encoding="utf-8")
    with pytest.raises(LayerError, match="not as JSON-MIN"):
        list(read_label_studio(path))


def test_a_document_keeps_its_side_when_others_come():
    made = [Document(str(number), "x", (), "own") for number in range(60)]
    train, dev = split(made)
    assert 30 < len(train) < 50
    assert sorted([*train, *dev], key=made.index) == made
    few_train, few_dev = split(made[::-5])
    assert set(few_train) <= set(train)
    assert set(few_dev) <= set(dev)


def test_the_loop_by_command(tmp_path, capsys):
    """Export for Label Studio, correct, import: a corpus that `load` reads by its file name."""
    articles = sorted((ROOT / "data/starter/articles").glob("starter-a0[1-4].txt"))
    out = tmp_path / "tasks"
    command = ["export-annotations", *map(str, articles), "--to", "label-studio", "--out", str(out)]
    assert main(command) == 0
    assert "marks in 4 texts" in capsys.readouterr().out
    assert main(command) == 2
    assert "has files already" in capsys.readouterr().err
    tasks = submitted(out)
    removed = tasks[0]["annotations"][0]["result"].pop()
    path = tmp_path / "export.json"
    path.write_text(json.dumps(tasks), encoding="utf-8")
    corpus = tmp_path / "corpus"
    command = ["import-annotations", str(path), "--from", "label-studio", "--out", str(corpus)]
    assert main(command) == 0
    corrected = [*load("train.jsonl", corpus), *read_jsonl(corpus / "dev.jsonl")]
    assert {one.id for one in corrected} == {path.stem for path in articles}
    (first,) = [one for one in corrected if one.id == "starter-a01"]
    assert removed["value"]["start"] not in {mark.start for mark in first.annotations[-1:]}
    assert main(["check", str(corpus)]) == 0


@pytest.mark.parametrize("tool", sorted(TOOLS))
def test_a_text_that_utf8_can_not_hold_is_exported_all_the_same(tool, tiny_model, tmp_path):
    needs(tool)
    document = predicted(tiny_model, "d", "The regime \ud800 fell. 😀 The thugs \udc00\ud83d fled.")
    assert document.text == "The regime \ufffd fell. 😀 The thugs \ufffd\ufffd fled."
    (read,) = TOOLS[tool].read(export_of(tool, document, tmp_path / "out"))
    assert read.text == document.text


def test_a_document_that_stands_twice_or_too_few_are_refused(tmp_path):
    write_label_studio([DOCUMENT] * 3, tmp_path)
    path = tmp_path / "export.json"
    path.write_text(json.dumps(submitted(tmp_path)), encoding="utf-8")
    with pytest.raises(LayerError, match="more than once, 'a 1' first"):
        import_annotations(path, "label-studio", tmp_path / "out")
    path.write_text(json.dumps(submitted(tmp_path)[:1]), encoding="utf-8")
    with pytest.raises(LayerError, match="1 annotated documents, too few"):
        import_annotations(path, "label-studio", tmp_path / "out")
