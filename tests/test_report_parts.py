"""The report page's parts: colours, words, rates, reference counts, pieces of an article."""

import json
import re
from itertools import combinations

import numpy as np
import pytest
from conftest import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st

from framescope import TECHNIQUES, FramingModel
from framescope.checkpoint import ONNX, read_checkpoint, resolve
from framescope.page.article import Mark, Piece, _breaks, _pieces, showable
from framescope.page.rates import Rate, shown
from framescope.page.reasons import REASONS
from framescope.page.reference import PATH, PERCENTS, count, read_reference
from framescope.sentences import split_sentences
from framescope.values import Document, Prediction, Scores, Sentence


def _luminance(colour):
    part = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    return np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4)


def _contrast(one, other):
    """WCAG 2.2, relative luminance."""
    light, dark = sorted(_luminance(c) @ [0.2126, 0.7152, 0.0722] for c in (one, other))[::-1]
    return (light + 0.05) / (dark + 0.05)


def _palettes():
    style = (ROOT / "model/framescope/page/page.css").read_text("utf-8")
    return [
        dict(re.findall(r"--([\w-]+): (#\w{6})", of))
        for of in re.findall(r":root {(.*?)}", style, re.S)[:2]
    ]


@pytest.mark.parametrize("palette", _palettes(), ids=["light", "dark"])
def test_contrast(palette):
    papers = [palette["paper"], *(palette[f"on-{name}"] for name in TECHNIQUES)]
    for paper in papers:
        assert _contrast(palette["ink"], paper) >= 7
        assert _contrast(palette["quoted"], paper) >= 4.5
    assert _contrast(palette["soft"], palette["paper"]) >= 4.5
    for name in TECHNIQUES:
        for ground in (palette["paper"], palette[f"on-{name}"]):
            assert _contrast(palette[name], ground) >= 3


# Machado, Oliveira and Fernandes 2009, https://doi.org/10.1109/TVCG.2009.113: severity 1.
SEEN_BY = {
    "anybody": np.eye(3),
    "protanopes": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopes": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopes": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}


@pytest.mark.parametrize("palette", _palettes(), ids=["light", "dark"])
@pytest.mark.parametrize("eyes", SEEN_BY)
def test_colours_can_be_told_apart(palette, eyes):
    """Distances in CIE L*a*b* (1976); about 2 can just be seen side by side."""
    for prefix, least in (("", 20), ("on-", 5)):
        labs = [
            _lab(np.clip(np.array(SEEN_BY[eyes]) @ _luminance(palette[prefix + name]), 0, 1))
            for name in TECHNIQUES
        ]
        for one, other in combinations(labs, 2):
            assert np.linalg.norm(one - other) >= least


def _lab(linear):
    to_xyz = np.array(
        [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    )
    x, y, z = np.cbrt(to_xyz @ linear / to_xyz.sum(axis=1) + 1e-9)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def test_reasons_are_the_codebook_s_words():
    codebook = (ROOT / "data/annotations/codebook.md").read_text("utf-8")
    for technique in TECHNIQUES:
        assert f"| `{technique}` | {REASONS[technique].line} |" in codebook


def test_the_reference_is_of_the_shipped_weights():
    reference = read_reference(read_checkpoint(resolve("small")).sha256[ONNX["int8"]])
    assert reference, "run `python -m framescope_eval.reference --corpora DIR`: other weights"
    for counts in (*reference.counts, *reference.own_voice):
        assert list(counts.at) == sorted(counts.at, reverse=True)
        assert len(counts.at) == len(PERCENTS)
        assert counts.at[-1] <= counts.shipped <= counts.at[0] <= reference.sentences
    assert read_reference("0" * 64) is None
    assert "text" not in json.loads(PATH.read_text("utf-8"))


def test_counts_by_hand():
    model = FramingModel.from_pretrained(threads=1)
    texts = ["The thugs ran.", '"The thugs ran," she said.', "The council met on Tuesday."]
    (label, *_), (own, *_) = count(model, texts, False), count(model, texts, True)
    assert (label.shipped, own.shipped) == (2, 1)


def test_rates():
    assert [shown(rate) for rate in (0, 2.25, 9.94, 9.96, 12.5, 100)] == [
        "0.0",
        "2.3",
        "9.9",
        "10",
        "13",
        "100",
    ]
    assert (Rate(0, 0).value, Rate(0, 0).low, Rate(0, 0).high) == (0, 0, 100)


MARKS = st.builds(
    lambda ends, technique: Mark(technique, min(ends), max(ends), 0.5, True, False),
    st.tuples(st.integers(0, 12), st.integers(0, 12)).filter(lambda ends: ends[0] != ends[1]),
    st.sampled_from(TECHNIQUES),
)


@settings(deadline=None)
@given(st.text(min_size=12, max_size=12), st.lists(MARKS, max_size=5), st.integers(0, 12))
def test_pieces_join_to_the_text_and_carry_their_marks(text, marks, quoted_to):
    pieces: list[Piece] = list(_pieces(text, marks, ((0, quoted_to),)))
    assert "".join(piece.text for piece in pieces) == showable(text)
    at = 0
    for piece in pieces:
        for mark in marks:
            inside = mark.start <= at and at + len(piece.text) <= mark.end
            assert (mark in piece.marks) == inside
        lengths = [mark.end - mark.start for mark in piece.marks]
        assert lengths == sorted(lengths, reverse=True)
        assert piece.quoted == (at + len(piece.text) <= quoted_to)
        at += len(piece.text)


@pytest.mark.parametrize(
    ("text", "breaks", "headline"),
    [
        ("Fire in Osk\n\nIt burned. All fled.\n\nIt rained.", [1, 3], True),
        ("Fire in Osk\nIt burned. All fled.\n\nIt rained.", [1, 3], True),
        ("Fire in Osk\r\nIt burned.\r\nIt rained.", [1, 2], True),
        ("It burned.\nIt rained.\n\nAll fled.", [2], False),
        ("Fire in Osk", [], False),
        ("", [], False),
    ],
)
def test_paragraphs_and_headline(text, breaks, headline):
    nothing = Scores(0, 0, 0)
    sentences = tuple(
        Sentence(at, start, end, Prediction(text[start:end], nothing, (), ()))
        for at, (start, end) in enumerate(split_sentences(text))
    )
    assert _breaks(Document(text, sentences)) == (breaks, headline)
