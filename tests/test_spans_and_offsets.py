"""Offsets are exact for any Unicode, and spans and decisions never contradict each other."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from framescope import TECHNIQUES, split_sentences
from framescope.spans import evidence

ANY_TEXT = st.text(
    alphabet=st.one_of(
        st.characters(), st.sampled_from("\n\r\u2028\u200d\u0301\ud800\U0001f600“”’—… .!?aB9")
    ),
    max_size=200,
)


@given(ANY_TEXT)
def test_sentences_cover_all_but_white_space_in_order(text):
    at = 0
    for start, end in split_sentences(text):
        assert at <= start < end
        assert text[start:end] == text[start:end].strip()
        assert not text[at:start].strip()
        at = end
    assert not text[at:].strip()


def test_headlines_and_wrapped_lines():
    text = (
        "Army Moves North\n\nGen. Ivo Tarn spoke to\nthe press at 5 p.m. today. He left.\n"
        "- one item"
    )
    assert [text[start:end] for start, end in split_sentences(text)] == [
        "Army Moves North",
        "Gen. Ivo Tarn spoke to\nthe press at 5 p.m. today.",
        "He left.",
        "- one item",
    ]


def test_a_blank_line_ends_a_sentence_even_before_lower_case():
    text = "Thugs attack\n\neBay said so.\n \nthe end"
    assert [text[start:end] for start, end in split_sentences(text)] == [
        "Thugs attack",
        "eBay said so.",
        "the end",
    ]


@pytest.mark.parametrize("filler", [" ", "\n", " \n", "\t\r\n", "\u2028 "])
def test_long_runs_of_white_space_take_linear_work(filler):
    """A quadratic splitter would take hours on this; there is no need to time it."""
    assert split_sentences(f"A.{filler * 300_000}B")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(ANY_TEXT)
def test_analyze_gives_exact_offsets_for_any_text(tiny_model, text):
    document = tiny_model.analyze(text)
    for sentence in document.sentences:
        assert text[sentence.start : sentence.end] == sentence.text
        assert {span.technique for span in sentence.spans} == set(sentence.techniques)
        for span, inner in zip(sentence.spans, sentence.prediction.spans, strict=True):
            assert text[span.start : span.end] == span.text
            assert sentence.text[inner.start : inner.end] == span.text
            assert span.text == span.text.strip()
            assert 0 <= span.score <= 1
        assert all(0 <= score <= 1 for _, score in sentence.scores.items())


def _spans(text, words, threshold=0.5):
    """The spans of `text` when each of `words` has the probability given."""
    offsets, probabilities, at = [], [], 0
    for word, probability in words:
        start = text.index(word, at)
        at = start + len(word)
        offsets.append((start, at))
        probabilities.append(probability)
    found = evidence(text, TECHNIQUES[0], offsets, np.float32(probabilities), threshold)
    return [(span.text, round(span.score, 2)) for span in found]


def test_neighbouring_words_make_one_span():
    words = [("pro", 0.9), ("-", 0.1), ("militant", 0.8), ("media", 0.7), ("said", 0.1)]
    assert _spans("pro-militant media said", words) == [("pro-militant media", 0.9)]


def test_pieces_of_a_word_stand_or_fall_together():
    assert _spans("thugs ran", [("thu", 0.2), ("gs", 0.8), ("ran", 0.1)]) == [("thugs", 0.8)]


def test_a_possessive_and_a_compound_are_words():
    words = [("Iraq", 0.1), ("’", 0.1), ("s", 0.8), ("experts", 0.9), ("’", 0.9)]
    assert _spans("Iraq’s experts’ view", words) == [("Iraq’s experts", 0.9)]
    words = [("Al", 0.1), ("-", 0.1), ("Nusra", 0.8), ("Front", 0.1)]
    assert _spans("the Al-Nusra Front", words) == [("Al-Nusra", 0.8)]


def test_words_between_keep_spans_apart():
    words = [("thugs", 0.9), ("and", 0.2), ("bandits", 0.6)]
    assert _spans("thugs and bandits", words) == [("thugs", 0.9), ("bandits", 0.6)]


def test_the_likeliest_word_stands_where_none_reaches_the_threshold():
    words = [("the", 0.05), ("hard", 0.25), ("men", 0.4), ("left", 0.1)]
    assert _spans("the hard men left", words) == [("hard men", 0.4)]


def test_no_span_without_a_word():
    assert _spans("?!", [("?", 0.9), ("!", 0.9)]) == []
