"""Who speaks, by the quotation marks."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from framescope.quotes import LONGEST, quoted
from framescope_eval.voice import voices

QUOTED, PARTLY, OWN = "quoted", "partly quoted", "own voice"


@pytest.mark.parametrize(
    ("sentences", "expected"),
    [
        (["The council met."], [OWN]),
        (["“We shall win,” he said."], [QUOTED]),
        (['"We shall win," he said on the steps of the town hall on Monday.'], [PARTLY]),
        (["The so-called “reform” passed the lower house by two votes on Monday."], [PARTLY]),
        (["It's the cat's and the dogs' own ‘ground’."], [OWN]),
        (["''We shall win,'' she said."], [QUOTED]),
        (["«We shall win», she said."], [QUOTED]),
        (["``We shall win,'' she said."], [QUOTED]),
        # A quotation over several sentences: the middle ones carry no mark.
        (
            ["“We shall win.", "We always do.", "So there,” he said.", "He left."],
            [QUOTED] * 3 + [OWN],
        ),
        (
            ['"We shall win.', "We always do.", 'So there," he said.', "He left."],
            [QUOTED] * 3 + [OWN],
        ),
        # A new paragraph opens the quotation again without closing it.
        (["“We shall win.", "We do.", "“So there.”", "He left."], [QUOTED] * 3 + [OWN]),
        # A lost mark spoils its own sentence only.
        (["“We shall win.", "He left.", "It rained."], [QUOTED, OWN, OWN]),
        (["We shall win,” he said.", "He left."], [QUOTED, OWN]),
        (
            ["“We shall win.", "He left.", "She called it “a farce” and went."],
            [QUOTED, OWN, PARTLY],
        ),
        # A quotation too long to be one.
        (
            ["“A.", *["He left."] * (LONGEST + 1), "So there!” he said."],
            [QUOTED, *[OWN] * (LONGEST + 1), QUOTED],
        ),
    ],
)
def test_the_voice_is_told_by_the_quotation_marks(sentences, expected):
    assert voices(sentences) == expected


@settings(deadline=None)
@given(st.lists(st.text("ab “”\"'.", min_size=1, max_size=20), max_size=12))
def test_any_text_has_a_voice_and_no_marks_is_the_own_voice(sentences):
    found = voices(sentences)
    assert len(found) == len(sentences)
    if not any(mark in text for text in sentences for mark in ("“", "”", '"', "''")):
        assert set(found) <= {OWN}


@settings(deadline=None)
@given(st.lists(st.from_regex("[a-c]([a-c .]{0,8}[.])?", fullmatch=True), min_size=1, max_size=4))
def test_a_whole_quotation_is_quoted_however_it_is_marked(sentences):
    for opening, closing in (("“", "”"), ("«", "»"), ("``", "''")):
        marked = list(sentences)
        marked[0] = opening + marked[0]
        marked[-1] += closing
        assert voices(marked) == [QUOTED] * len(sentences)


@pytest.mark.parametrize(
    ("sentences", "words"),
    [
        (['"We shall win," he said.'], [["We shall win,"]]),
        (["The so-called “reform” and the “new dawn” failed."], [["reform", "new dawn"]]),
        (
            ["“We shall win.", "We do.", "So there,” he said."],
            [["We shall win."], ["We do."], ["So there,"]],
        ),
        (["Nobody spoke."], [[]]),
    ],
)
def test_the_quoted_words(sentences, words):
    found = zip(sentences, quoted(sentences), strict=True)
    assert [[text[start:end] for start, end in of] for text, of in found] == words


@settings(deadline=None)
@given(st.lists(st.text("ab “”\"'.", max_size=20), max_size=12))
def test_stretches_are_in_order_and_inside(sentences):
    for text, of in zip(sentences, quoted(sentences), strict=True):
        ends = [end for pair in of for end in pair]
        assert ends == sorted(ends)
        assert not ends or (ends[0] >= 0 and ends[-1] <= len(text))
