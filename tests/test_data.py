"""Corpora, layers, records: exact offsets, no leaks, errors with file and line."""

from csv import DictReader
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score

from framescope.techniques import TECHNIQUES
from framescope_data import CORPORA, checksum, load, records, without_leaks
from framescope_data.corpora import DEV, TEST, TRAIN
from framescope_data.fakes import part_of
from framescope_data.files import ANNOTATIONS, STARTER
from framescope_data.layers import LayerError, read_layer
from framescope_data.probes import read_cases
from framescope_data.ptc import read_ptc_human
from framescope_data.records import normalise
from framescope_data.values import Annotation, Document

HEADER = "doc_id\tstart\tend\tlabel\tkind\tborderline\tquoted\treader\n"


def _document(text, *annotations, lines=True):
    return Document("d", text, annotations, "own", lines=lines)


def _records(text):
    return list(records([_document(text)]))


@given(st.text(alphabet="ab \n\r\u2028é—", max_size=60))
def test_lines_become_records_with_exact_offsets(text):
    for record in records([_document(text)]):
        assert text[record.start : record.start + len(record.text)] == record.text
        assert record.text == record.text.strip() != ""


def test_annotations_are_cut_to_their_sentences():
    text = "Sources said.\nThe regime fell."
    mark = Annotation("loaded_label", text.index("said"), text.index(" fell"), borderline=True)
    first, second = records([_document(text, mark)])
    assert [first.text[a.start : a.end] for a in first.annotations] == ["said."]
    assert [second.text[a.start : a.end] for a in second.annotations] == ["The regime"]
    assert second.targets == (0.6, 0.0, 0.0)
    assert second.gold == (True, False, False)


def test_what_was_not_looked_for_is_masked():
    document = Document("d", "A line.", (), "own", labelled=frozenset(["emotive_term"]))
    assert next(records([document])).mask == (False, False, True)


def test_no_sentence_of_dev_or_test_stays_in_train():
    train = list(records([_document("The regime fell.\nOther words.")]))
    dev = list(records([_document("“THE REGIME FELL”")]))
    assert [record.text for record in without_leaks(train, dev)] == ["Other words."]
    longer = _records("Nine men of the guard were shot near the mill on Sunday, she said. Yes.")
    line = _records("Nine men of the guard were shot near the mill on Monday, she said.")
    assert without_leaks(longer, line) == without_leaks(line, longer) == []
    other = _records("Nine men of the guard were shot, and the town council met at noon.")
    assert without_leaks(other, line) == other
    assert normalise("Ｔhe  “regime”, fell!") == "the regime fell"


def test_a_line_goes_if_a_long_sentence_in_it_is_held_out():
    long = "The ferry to Corve left two hours late on Monday."
    train = list(records([_document(f"It rained. {long}\nIt rained. The ferry left.")]))
    held_out = list(records([_document(f"It rained.\n{long}")]))
    assert [r.text for r in without_leaks(train, held_out)] == ["It rained. The ferry left."]


def test_the_checksum_tells_any_change():
    first = _document("A line.", Annotation("loaded_label", 0, 1))
    assert checksum([first]) == checksum([first])
    assert checksum([first]) != checksum([_document("A line.")])


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("x\t5\t3\tloaded_label\t\t0\t0\ta", ":2: offsets 5-3"),
        ("x\t1\t3\tslur\t\t0\t0\ta", ":2: unknown technique 'slur'"),
        ("x\t1\t3\tloaded_label\trumour\t0\t0\ta", ":2: unknown kind"),
        ("x\t1\t3\tloaded_label\t\tyes\t0\ta", ":2: borderline must be 0 or 1"),
        ("x\t1", ":2:"),
    ],
)
def test_a_bad_layer_names_file_and_line(tmp_path, row, message):
    path = tmp_path / "layer.tsv"
    path.write_text(f"{HEADER}{row}\n", encoding="utf-8")
    with pytest.raises(LayerError, match=f"layer.tsv{message}"):
        read_layer(path)


def test_a_bad_line_of_ptc_labels_is_named(tmp_path):
    (tmp_path / "article7.txt").write_text("A line.\n", encoding="utf-8")
    (tmp_path / "article7.labels.tsv").write_text("7\tDoubt\t0\t1\n7\tDoubt\n", encoding="utf-8")
    with pytest.raises(LayerError, match=r"article7\.labels\.tsv:2"):
        list(read_ptc_human(tmp_path))


def test_an_unknown_corpus_lists_the_known_ones(tmp_path):
    with pytest.raises(ValueError, match="ptc-train"):
        load("ptc", tmp_path)


def test_missing_texts_are_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="ptc/dev"):
        load("ptc-dev", tmp_path)


def test_starter_splits_share_no_event_and_no_sentence(tmp_path):
    splits = {split: load(f"starter-{split}", tmp_path) for split in ("train", "dev", "test")}
    sentences = {
        split: [normalise(record.text) for record in records(documents)]
        for split, documents in splits.items()
    }
    assert sum(map(len, sentences.values())) >= 600
    assert not set(sentences["train"]) & {*sentences["dev"], *sentences["test"]}
    for documents in splits.values():
        gold = [record.gold for record in records(documents)]
        assert all(sum(row[i] for row in gold) >= 10 for i in range(len(TECHNIQUES)))


def test_the_second_reading_of_the_starter_corpus_agrees():
    """The kappas of its README, from the files: sentence by sentence, over those read twice."""
    first, second = (read_layer(STARTER / f"{name}.tsv") for name in ("layer", "second-reading"))
    with (STARTER / "second-reading.sentences.tsv").open(encoding="utf-8") as file:
        places = [
            (r["doc_id"], int(r["start"]), int(r["end"])) for r in DictReader(file, delimiter="\t")
        ]

    def marked(layer, technique):
        return [
            any(a.technique == technique and start <= a.start < end for a in layer.get(id, ()))
            for id, start, end in places
        ]

    kappas = [cohen_kappa_score(marked(first, t), marked(second, t)) for t in TECHNIQUES]
    assert len(places) == 150
    assert [round(kappa, 2) for kappa in kappas] == [1.0, 1.0, 0.98]


def test_every_corpus_loads_and_every_mark_holds_words(corpora):
    for name in CORPORA:
        for document in load(name, corpora):
            for mark in document.annotations:
                assert document.text[mark.start : mark.end].strip(), (name, document.id, mark)


def test_the_drills_are_no_probes_and_no_two_are_the_same(tmp_path):
    drills = [normalise(document.text) for document in load("drills", tmp_path)]
    probes = {normalise(text) for case in read_cases() for text in (case.text, case.other)}
    assert len({*drills}) == len(drills) == 911
    assert not probes & {*drills}


@pytest.mark.parametrize("name", ["ptc-train", "ptc-dev", "objective-test"])
def test_two_readings_join_to_the_layer(name):
    readings, layer = (read_layer(ANNOTATIONS / f"{name}{end}.tsv") for end in (".readers", ""))
    for id in readings.keys() | layer.keys():
        read_once = {_place(a) for a in layer.get(id, ()) if a.reader == "one"}
        rest = [a for a in readings.get(id, ()) if _place(a) not in read_once]
        joined = [a for a in layer.get(id, ()) if a.reader != "one"]
        assert _join(*([a for a in rest if a.reader == r] for r in "AB")) == joined, id
        assert read_once <= {_place(a) for a in readings.get(id, ()) if a.reader == "A"}


def test_the_splits_have_the_sizes_of_the_datasheet(corpora):
    def counts(name):
        documents = load(name, corpora)
        gold = [record.gold for record in records(documents)]
        found = [sum(row) for row in zip(*gold, strict=True)]
        shares = [f"{n:,} ({n / len(gold):.1%})" for n in found]
        return [f"{n:,}" for n in (len(documents), len(gold), sum(map(any, gold)))] + shares

    stated = {row[0].strip("`"): row[1:] for row in _rows("### Counts", 7)}
    names = [name for name in stated if name in CORPORA]
    assert len(names) == 9
    assert {name: counts(name) for name in names} == {name: stated[name] for name in names}
    assert {part_of(document.id) for document in load("fakes-dev", corpora)} == {"dev"}


def test_two_readings_agree_as_the_datasheet_says(corpora):
    stated, name = {}, ""
    for texts, what, *figures in _rows("### Agreement between two readings", 7):
        name = texts.partition(":")[0].strip("`") or name
        stated[name, what.strip("`– ")] = [*figures[:3], *(f.split()[0] for f in figures[3:])]
    for name in ("ptc-train", "ptc-dev", "ptc-test", "general-dev", "objective-test"):
        layer, documents = read_layer(ANNOTATIONS / f"{name}.readers.tsv"), load(name, corpora)
        once = _read_once(name)
        first, second = (
            [
                _found(record)
                for d in documents
                for record in records([replace(d, annotations=_by(layer.get(d.id, ()), reader))])
                if (d.id, record.start) not in once
            ]
            for reader in "AB"
        )
        for what in (*TECHNIQUES, "anonymous", "vague", "hearsay"):
            ours, theirs = ([what in found for found in reading] for reading in (first, second))
            assert stated[name, what] == _agreement(ours, theirs), (name, what)


def test_our_layers_agree_with_people_as_the_datasheet_says(corpora):
    name = ""
    for texts, what, *figures in _rows("### Agreement with PTC's human labels", 9):
        name = texts.strip("`") or name
        ours, people = (
            [what.strip("`") in _found(record) for record in records(load(corpus, corpora))]
            for corpus in (name, f"{name}-human")
        )
        *counts, kappa, f1 = _agreement(ours, people)
        assert counts == figures[:3]
        assert [f1, kappa] == [figure.split()[0] for figure in figures[5:]]


def test_no_leak_is_left_in_the_training_text(corpora):
    held_out = [r for name in (*DEV, *TEST) for r in records(load(name, corpora))]
    train = [r for name in TRAIN for r in records(load(name, corpora))]
    seen = {normalise(record.text) for record in held_out}
    assert not any(normalise(record.text) in seen for record in without_leaks(train, held_out))


def _rows(heading, width):
    """The cells of the rows of `width` cells in that section of the datasheet."""
    text = (ANNOTATIONS / "README.md").read_text(encoding="utf-8")
    lines = text.partition(heading)[2].partition("\n#")[0].splitlines()
    rows = [[c.strip() for c in line.strip("|").split("|")] for line in lines if line[:1] == "|"]
    return [
        row for row in rows if len(row) == width and not row[0].startswith(("-", "corpus", "te"))
    ]


def _place(mark):
    return mark.start, mark.end, mark.technique


def _by(marks, reader):
    return tuple(mark for mark in marks if mark.reader == reader)


def _found(record):
    return {what for a in record.annotations for what in (a.technique, a.kind)}


def _agreement(ours, theirs):
    """The cells of the datasheet: found by one, by the other, by both; kappa and F1."""
    both = sum(a and b for a, b in zip(ours, theirs, strict=True))
    kappa, f1 = cohen_kappa_score(ours, theirs), 2 * both / (sum(ours) + sum(theirs))
    figures = [f"{figure:.2f}".lstrip("0").replace("1.00", "1.0") for figure in (kappa, f1)]
    return [*(f"{n:,}" for n in (sum(ours), sum(theirs), both)), *figures]


def _read_once(name):
    """Document and offset of the lines that had one reading."""
    path = ANNOTATIONS / f"{name}.once.txt"
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else ()
    return {(id, int(start)) for id, start in (line.split("\t") for line in lines)}


def _join(first, second):
    """The rule of the datasheet, for two readings of one document."""

    def meet(a, b, techniques=TECHNIQUES):
        return a.start < b.end and b.start < a.end and {a.technique, b.technique} <= {*techniques}

    def same(a, marks):
        return [b for b in marks if a.technique == b.technique and meet(a, b)]

    found = [
        replace(
            a,
            borderline=a.borderline and all(b.borderline for b in same(a, second)),
            quoted=a.quoted or any(b.quoted for b in same(a, second)),
            reader="both",
        )
        for a in first
        if same(a, second)
    ]
    for marks, others in ((first, second), (second, first)):
        found += [a for a in marks if not a.borderline and not same(a, others)]
    kept = []
    for mark in sorted(found, key=_place):
        words = ("loaded_label", "emotive_term")
        if not same(mark, kept) and not any(meet(mark, other, words) for other in kept):
            kept.append(mark)
    return kept
