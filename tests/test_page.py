"""The page in a real browser: nothing hostile runs, plots are drawn, filters and keys work."""

import re
from dataclasses import replace

import numpy as np
import pytest
from conftest import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.image import imread

from framescope.techniques import TECHNIQUES
from framescope.values import Span
from framescope_data.probes import Case
from framescope_data.values import Annotation, Document, Record
from framescope_eval.galleries import slice_section
from framescope_eval.intervals import Figure
from framescope_eval.mistakes import Mistake, Scored, mistakes
from framescope_eval.page import page_html, write_page
from framescope_eval.plots import Bar, bars
from framescope_eval.probes import Failure, ProbeReport, ProbeResult
from framescope_eval.report import Report, _corpus
from framescope_eval.slices import SliceClass, SliceReport
from framescope_eval.systems import Judged

HOSTILE = (
    "<script>window.hacked = 1</script>",
    "</style></script></svg><script>window.hacked = 2</script>",
    "<img src=x onerror='window.hacked = 3'><svg onload=\"window.hacked = 4\">",
    '"\' onmouseover="window.hacked = 5" {{ 7 * 7 }} {% raw %} $x_1$ &lt;b&gt;',
    "![x](https://example.org/x.png) [y](javascript:window.hacked=6) \ud800\x01\u202e | end",
)


@pytest.fixture(scope="module")
def found():
    """Sixty sentences, hostile ones among them, and what fair systems of hostile names say."""
    rng = np.random.default_rng(4)
    documents = [_document(at, rng.random((10, 3)) < 0.4) for at in range(6)]

    def judge(sentences):
        gold = np.array([record.gold for record in sentences])
        scores = np.clip(gold * 0.3 + rng.random(gold.shape) * 0.7, 0, 1)
        decided = scores >= 0.5
        spans = tuple(
            tuple(
                Span(technique, 8, 20, record.text[8:20], 0.9)
                for technique, said in zip(TECHNIQUES, row, strict=True)
                if said
            )
            for record, row in zip(sentences, decided, strict=True)
        )
        return Judged(scores, decided, spans)

    return _corpus(HOSTILE[4], documents, dict.fromkeys(HOSTILE, judge), ROOT, 20, 0)


def _document(at, gold):
    text = "".join(f"{HOSTILE[row % 5]} The regime fell {at} {row}.\n" for row in range(10))
    starts = [0, *(match.end() for match in re.finditer("\n", text))]
    marks = [
        Annotation(technique, starts[row], starts[row] + 12, borderline=row % 2 == 0)
        for row, column in np.argwhere(gold).tolist()
        for technique in TECHNIQUES[column : column + 1]
    ]
    return Document(f"<b>article</b> {at}", text, tuple(marks), "own")


@pytest.fixture(scope="module")
def scored(found):
    return found[1]


@pytest.fixture(scope="module")
def report(found):
    case = Case("a/b/1", "a", "b", "must_not_fire", ("emotive_term",), "", *HOSTILE[:2])
    failures = (Failure(case, TECHNIQUES, ()),)
    probe = ProbeResult("a", "b", "must_not_fire", 2, Figure(0.5, 0.2, 0.9), failures)
    return Report(
        schema=2,
        model=HOSTILE[0],
        precision="int8",
        thresholds=(0.5, 0.5, 0.5),
        resamples=20,
        seed=0,
        versions={"python": HOSTILE[2]},
        corpora=(found[0],),
        probes=ProbeReport((probe,), ()),
    )


@pytest.fixture(scope="module")
def slices():
    figure = Figure(0.5, 0.2, 0.9)
    few = SliceClass("emotive_term", 3, 12, 5, figure, figure)
    return slice_section("own", [SliceReport("topic", HOSTILE[3], 12, (few,))])


@pytest.fixture(scope="module")
def path(report, scored, slices, tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / "report.html"
    write_page(report, [scored], path, [slices])
    return path


@pytest.fixture
def opened(open_page, path):
    """Opens the report, or another file, at a width: the page, and what it had to say."""
    return lambda width, file=path, **options: open_page(width, file, **options)


def test_hostile_text_is_shown_and_does_nothing(opened, scored):
    page, said = opened(1280)
    page.mouse.move(600, 400)
    assert page.evaluate("window.hacked") is None
    assert said == []
    assert page.locator("script").count() == 1
    assert page.locator("img, iframe, object, [style], [onload], [onerror]").count() == 0
    shown = page.locator("#mistakes .text").all_text_contents()
    texts = {_storable(record.text) for record in scored.records}
    assert set(shown) <= texts
    assert any("<script>" in text for text in shown)
    assert page.locator("h1").text_content().startswith(HOSTILE[0])


def test_the_policy_stops_a_script_that_slipped_through(opened, path):
    slipped = path.with_name("slipped.html")
    source = path.read_text("utf-8")
    for code in ("<script>window.hacked = 7</script>", '<p onclick="window.hacked = 8">x</p>'):
        source = source.replace("<main>", f"<main>{code}")
    slipped.write_text(source, "utf-8")
    page, said = opened(1280, slipped)
    page.locator("main > p").click()
    assert page.evaluate("window.hacked") is None
    assert len(said) == 2
    assert all("Content Security Policy" in message for message in said)


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1280, "light")])
def test_plots_are_drawn_and_nothing_is_wider_than_the_window(opened, width, scheme, tmp_path):
    page, said = opened(width, color_scheme=scheme)
    assert page.evaluate("document.documentElement.scrollWidth") == width
    boxes = page.locator("figure svg").evaluate_all(
        "all => all.map(svg => [svg.getBoundingClientRect().width, svg.getBBox().height])"
    )
    assert len(boxes) == 4 + 3 + 3 + 3 + 2 + 1 + 1
    assert all(box_width > 250 and height > 40 for box_width, height in boxes)
    page.locator("figure svg").first.screenshot(path=tmp_path / "plot.png")
    pixels = imread(tmp_path / "plot.png")[..., :3]
    inked = np.abs(pixels - pixels[0, 0]).max(axis=2) > 0.3
    assert 0.01 < inked.mean() < 0.5
    assert said == []


def test_big_tables_scroll_by_themselves_on_a_phone(opened):
    page, said = opened(390)
    page.locator("details").evaluate_all("all => all.forEach(one => { one.open = true })")
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    wide = page.locator(".scroll").evaluate_all(
        "all => all.map(box => [box.scrollWidth > box.clientWidth, box.clientWidth <= 390])"
    )
    assert any(scrolls for scrolls, _ in wide)
    assert all(fits for _, fits in wide)
    assert said == []


def test_without_scripts_everything_can_be_read(opened, report, scored):
    page, _ = opened(1280, java_script_enabled=False)
    assert page.locator("#mistakes li:visible").count() == len(mistakes(scored, report.thresholds))
    assert page.locator("figure svg:visible").count() == 17
    assert not page.locator("#filters").is_visible()
    page.locator("summary").nth(1).click()
    assert page.locator("details table").first.is_visible()


def test_filters_by_technique_and_kind(opened, report, scored):
    found = mistakes(scored, report.thresholds)
    page, _ = opened(390)
    items = page.locator("#mistakes li:visible")
    assert items.count() == len(found)
    page.locator("select[name=technique]").select_option("emotive_term")
    page.locator("select[name=kind]").select_option("miss")
    misses = [of for of in found if (of.technique, of.kind) == ("emotive_term", "miss")]
    assert misses
    assert items.locator(".text").all_text_contents() == [_storable(of.text) for of in misses]
    assert page.locator("#shown").text_content() == f"{len(misses)} of {len(found)} shown"
    page.locator("select[name=corpus]").select_option(index=1)
    assert items.count() == len(misses)


def test_everything_can_be_reached_by_keyboard(opened):
    page, _ = opened(1280)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.hash") == "#mistakes"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.name") == "technique"
    page.keyboard.press("ArrowDown")
    chips = page.locator("#mistakes li:visible .chip").all_text_contents()
    assert set(chips) == {"loaded_label"}
    page.locator("summary").first.focus()
    page.keyboard.press("Enter")
    assert page.locator("dl").first.is_visible()


def test_gold_and_predicted_differ_without_colour(opened):
    page, _ = opened(1280, forced_colors="active")
    style = "mark => [getComputedStyle(mark, '::after').content, getComputedStyle(mark).{}]"
    for words, sign, line in (
        ("mark.gold:not(.predicted)", '"G"', "borderBottomStyle"),
        ("mark.predicted:not(.gold)", '"P"', "outlineStyle"),
    ):
        found = page.locator(f"#mistakes li {words}").first.evaluate(style.format(line))
        assert found == [sign, {"G": "solid", "P": "dashed"}[sign[1]]]


def test_the_page_is_the_same_each_time(path, report, scored, slices):
    again = page_html(report, [scored], [slices])
    assert path.read_text("utf-8") == _storable(again)


def test_ids_are_unique(path):
    ids = re.findall(r'<[^>]*\sid="([^"]+)"', path.read_text("utf-8"))
    assert len(ids) == len(set(ids))


def test_any_name_can_be_on_a_plot():
    rows = [Bar(name, 0.5, 0.4, 0.6, small=True) for name in (*HOSTILE, "a" * 200, "")]
    drawn = bars(HOSTILE[4], rows, "F1").svg
    assert "<script" not in drawn
    assert "(few)" in drawn
    assert f"…{'a' * 37}<" in drawn.replace(" (few)", "")


def test_mistakes_by_hand():
    """Four sentences and their scores; the threshold is .5; one text comes twice."""
    texts = ["The regime fell.", "A calm day.", "The thugs ran.", "The thugs ran."]
    gold = [("regime",), (), ("thugs",), ("thugs",)]
    rows = [
        Record(
            "d",
            at,
            0,
            text,
            "own",
            frozenset(["loaded_label"]),
            tuple(
                Annotation("loaded_label", text.index(word), text.index(word) + len(word))
                for word in words
            ),
        )
        for at, (text, words) in enumerate(zip(texts, gold, strict=True))
    ]
    scores = np.array([0.9, 0.8, 0.1, 0.2])[:, None] * [1, 0, 0]
    span = Span("loaded_label", 0, 10, "The regime", 0.9)
    judged = Judged(scores, scores > 0.5, ((span,), (), (), ()))
    found = mistakes(Scored("own", rows, judged), (0.5, 0.5, 0.5))
    assert [(of.kind, of.index) for of in found] == [
        ("false alarm", 1),
        ("miss", 2),
        ("close call", 3),
        ("close call", 1),
        ("close call", 0),
    ]
    assert [(p.text, p.gold, p.predicted) for p in found[-1].pieces] == [
        ("The ", False, True),
        ("regime", True, True),
        (" fell.", False, False),
    ]
    assert [of.index for of in mistakes(Scored("own", rows, judged), (0.5,) * 3, 1)] == [1, 2, 3]


@settings(deadline=None)
@given(st.data())
def test_pieces_join_to_the_text(data):
    text = data.draw(st.text(min_size=1))
    at = st.integers(0, len(text))
    spans = st.lists(st.tuples(at, at).filter(lambda ends: ends[0] < ends[1])).map(tuple)
    gold, predicted = data.draw(spans), data.draw(spans)
    mistake = replace(_MISTAKE, text=text, gold=gold, predicted=predicted)
    assert "".join(piece.text for piece in mistake.pieces) == text
    for spans, marked in (
        (gold, [p.gold for p in mistake.pieces for _ in p.text]),
        (predicted, [p.predicted for p in mistake.pieces for _ in p.text]),
    ):
        assert marked == [any(a <= i < b for a, b in spans) for i in range(len(text))]


_MISTAKE = Mistake("emotive_term", "miss", "own", "d", 0, "", 0, 0.5, True, False, (), (), ())


def _storable(text):
    """As a file can hold it, and a browser reads it."""
    return text.encode("utf-8", "replace").decode()
