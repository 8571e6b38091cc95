"""Odd and hostile text: labelled or passed over, with exact offsets, in linear time and memory."""

import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from odd_texts import TEXTS, long_line

from framescope import sentences, split_sentences
from framescope.sentences import iter_sentences

SHORT = st.lists(
    st.sampled_from(
        [
            "Gen. Ivo Tarn left.",
            "“Is it?” he asked.",
            "She said so. . . . And left!",
            "1. One item",
            "2.",
            "Why?!",
            "U.S. forces fired.",
            "a . b ! c",
            '."',
            "  ",
            "It was 5 p.m. today...",
            "Nine",
            "(It rained.)",
        ]
    ),
    min_size=20,
    max_size=80,
)


def _assert_exact(text, document):
    at = 0
    for sentence in document.sentences:
        assert not text[at : sentence.start].strip()
        assert text[sentence.start : sentence.end] == sentence.text == sentence.text.strip() != ""
        assert {span.technique for span in sentence.spans} == set(sentence.techniques)
        for span in sentence.spans:
            assert text[span.start : span.end] == span.text
            assert sentence.start <= span.start < span.end <= sentence.end
        assert all(0 <= score <= 1 for _, score in sentence.scores.items())
        at = sentence.end
    assert not text[at:].strip()


@pytest.mark.parametrize("name", TEXTS)
def test_an_odd_text_is_labelled_with_exact_offsets(tiny_model, name):
    _assert_exact(TEXTS[name], tiny_model.analyze(TEXTS[name]))


@pytest.mark.parametrize("name", TEXTS)
def test_an_odd_text_is_labelled_as_one_sentence(tiny_model, name):
    (prediction,) = tiny_model.predict([TEXTS[name]])
    assert prediction.text == TEXTS[name]
    for span in prediction.spans:
        assert TEXTS[name][span.start : span.end] == span.text


def test_odd_texts_do_not_disturb_each_other(tiny_model):
    texts = list(TEXTS.values())
    together = tiny_model.predict(texts)
    alone = [tiny_model.predict([text])[0] for text in texts]
    assert [p.techniques for p in together] == [p.techniques for p in alone]


def test_every_character_of_unicode_lies_in_a_sentence():
    text = "".join(map(chr, range(0x110000)))
    at = 0
    for start, end in split_sentences(text):
        assert at <= start < end
        assert not text[at:start].strip()
        at = end
    assert not text[at:].strip()


def test_every_plane_keeps_its_offsets(tiny_model):
    for plane in range(17):
        text = " ".join(f"The {chr(plane * 0x10000 + n)} regime fell." for n in range(50, 9000, 90))
        _assert_exact(text, tiny_model.analyze(text))


@pytest.mark.parametrize("filler", ["!", '.")', "a!) ", ". ", "? \n", "…", "x."])
def test_marks_without_end_take_linear_work(filler):
    """A quadratic splitter would take minutes on this; there is no need to time it."""
    assert split_sentences(filler * (300_000 // len(filler)))


def test_a_long_line_takes_no_more_memory_than_itself():
    line = long_line(1)
    split_sentences("The model is loaded. So it is.")
    tracemalloc.start()
    found = sum(1 for _ in iter_sentences(line))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found == line.count(".")
    assert peak < len(line)


@settings(deadline=None, max_examples=60)
@given(SHORT)
def test_a_line_read_in_blocks_has_the_same_sentences(parts):
    line = " ".join(parts)
    whole = split_sentences(line)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sentences, "_BLOCK", 200)
        assert split_sentences(line) == whole


def test_a_sentence_without_end_is_cut_at_white_space():
    line = "word " * 20_000
    found = split_sentences(line)
    assert len(found) > 1
    assert all(end - start <= 20_000 for start, end in found)
    assert {line[start:end].strip("word ") for start, end in found} == {""}
    assert all(line[start:end].split(maxsplit=1)[0] == "word" for start, end in found)


def test_a_word_without_end_keeps_its_neighbours():
    data = "x.y!" * 10_000
    text = f"The regime fell. See {data} for more. Nine people left."
    found = [text[start:end] for start, end in split_sentences(text)]
    assert found[0] == "The regime fell."
    assert found[-1] == "Nine people left."
    assert "".join(found[2:-2]) == data


def test_a_sentence_of_a_hundred_thousand_characters_is_read_to_its_end(tiny_model):
    text = "the council met and " * 5_000
    encoded = tiny_model.encode([text])
    assert encoded.token_offsets[0][-1][1] == len(text.rstrip())
    assert np.isfinite(encoded.token_logits[0]).all()
    assert len(encoded.token_logits[0]) == len(encoded.token_offsets[0]) == 20_000
