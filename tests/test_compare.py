"""Paired differences against slow, plain computations; predictions of others; the baselines."""

import json

import numpy as np
import pytest
from sklearn.metrics import f1_score

from framescope_data.values import Record
from framescope_eval.baselines import StratifiedChance
from framescope_eval.compare import compared
from framescope_eval.intervals import articles
from framescope_eval.lexicon import LexiconBaseline
from framescope_eval.systems import Judged, PredictionsError, file_system, write_predictions

ALL = np.array([True, True, True])


def _systems(seed, quality=(0.8, 0.6)):
    rng = np.random.default_rng(seed)
    ids = [f"a{n}" for n in rng.integers(0, 15, 400)]
    gold = rng.random((400, 3)) < 0.3
    first, second = (
        Judged(gold * 1.0, np.where(rng.random((400, 3)) < right, gold, ~gold)) for right in quality
    )
    return ids, gold, first, second


def test_differences_are_those_of_a_plain_paired_bootstrap():
    ids, gold, first, second = _systems(1)
    sample = articles(ids, resamples=40, seed=3)
    names = sorted(set(ids))
    plain = []
    for row in sample.weights:
        rows = [
            position
            for name, times in zip(names, row, strict=True)
            for position in np.flatnonzero(np.array(ids) == name).tolist() * int(times)
        ]
        ours, theirs = (
            f1_score(gold[rows], of.decided[rows], average="macro") for of in (first, second)
        )
        plain.append(ours - theirs)
    macro = compared(gold, first, second, ALL, sample)[-1]
    assert macro.f1.value == pytest.approx(plain[0], abs=1e-9)
    expected = np.percentile(plain[1:], [2.5, 97.5]).tolist()
    assert [macro.f1.low, macro.f1.high] == pytest.approx(expected, abs=1e-9)


def test_p_is_small_for_a_better_system_and_large_for_an_equal_one():
    ids, gold, first, second = _systems(2)
    sample = articles(ids, resamples=500)
    assert all(of.p < 0.01 for of in compared(gold, first, second, ALL, sample))
    assert all(of.p == 1 for of in compared(gold, first, first, ALL, sample))
    ids, gold, first, second = _systems(5, quality=(0.7, 0.7))
    assert compared(gold, first, second, ALL, articles(ids, resamples=500))[-1].p > 0.05


def test_a_masked_technique_is_not_compared():
    ids, gold, first, second = _systems(3)
    labelled = np.array([False, True, True])
    found = compared(gold, first, second, labelled, articles(ids, resamples=20))
    assert [of.technique for of in found] == ["unverified_attribution", "emotive_term", "macro"]


def _record(text):
    return Record("d", 0, 0, text, "own", frozenset(), ())


def test_the_lexicon_finds_its_words_and_where_they_stand():
    text = "Sources said the REGIME had massacred them; the registrar agreed."
    judged = LexiconBaseline().judge([_record(text), _record("The council met.")])
    assert judged.decided.tolist() == [[True, True, True], [False, False, False]]
    assert [span.text for span in judged.spans[0]] == ["REGIME", "Sources said", "massacred"]
    assert all(text[span.start : span.end] == span.text for span in judged.spans[0])
    assert judged.scores[1].tolist() == [0, 0, 0]


def test_predictions_come_back_as_they_were_written(tmp_path):
    sentences = [_record("Sources said the REGIME had massacred them."), _record("Rain fell.")]
    judged = LexiconBaseline().judge(sentences)
    write_predictions(sentences, judged, tmp_path / "lexicon.jsonl")
    back = file_system(tmp_path / "lexicon.jsonl")(sentences[::-1])
    assert back.scores.tolist() == judged.scores[::-1].tolist()
    assert back.decided.tolist() == judged.decided[::-1].tolist()
    assert back.spans == judged.spans[::-1]


def test_chance_decides_as_often_as_the_training_text(tiny_records):
    chance = StratifiedChance(tiny_records)
    judged = chance.judge([_record(f"Line {n}.") for n in range(4000)])
    prevalence = np.mean([record.gold for record in tiny_records], axis=0)
    assert judged.decided.mean(axis=0) == pytest.approx(prevalence, abs=0.03)


def _write(path, *rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def test_predictions_of_any_system_can_be_scored(tmp_path):
    path = _write(
        tmp_path / "other.jsonl",
        {"text": "The regime fell.", "techniques": ["loaded_label"]},
        {
            "text": "It was horrific.",
            "start": 100,
            "techniques": ["emotive_term"],
            "scores": {"loaded_label": 0, "unverified_attribution": 0, "emotive_term": 0.7},
            "spans": [{"technique": "emotive_term", "start": 107, "end": 115}],
        },
    )
    judged = file_system(path)([_record("It was horrific."), _record("The regime fell.")])
    assert judged.decided.tolist() == [[False, False, True], [True, False, False]]
    assert judged.scores.tolist() == [[0, 0, 0.7], [1, 0, 0]]
    assert [[span.text for span in spans] for spans in judged.spans] == [["horrific"], []]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"techniques": []}, ":1: no 'text'; a line is a JSON object"),
        ({"text": "A.", "techniques": ["slur"]}, ":1: .*unknown techniques"),
        (
            {
                "text": "A.",
                "techniques": [],
                "scores": dict.fromkeys(
                    ("loaded_label", "unverified_attribution", "emotive_term"), float("nan")
                ),
            },
            ":1: .*not all finite",
        ),
        (
            {
                "text": "A.",
                "techniques": ["emotive_term"],
                "spans": [{"technique": "emotive_term", "start": 0, "end": 9}],
            },
            ":1: .*no span of the text",
        ),
        ({"text": "A.", "techniques": []}, "nothing on 1 of 1 sentences, .* 0 of d: 'Another.'"),
    ],
)
def test_unfit_predictions_say_what_is_wrong(tmp_path, row, message):
    path = _write(tmp_path / "other.jsonl", row)
    with pytest.raises(PredictionsError, match=message):
        file_system(path)([_record("Another.")])
