"""`framescope report`: the command, and its page in a real browser."""

import re
from itertools import pairwise

import pytest
from conftest import ROOT

from framescope import TECHNIQUES, FramingModel
from framescope.checkpoint import ONNX, read_checkpoint, resolve
from framescope.cli import main
from framescope.page.article import read_article, shipped_thresholds
from framescope.page.rates import shown
from framescope.page.reasons import REASONS
from framescope.page.reference import read_reference
from framescope.page.report import report_html

HOSTILE = (
    "</script><script>window.hacked = 1</script> The regime fell.\n\n"
    "\"'><img src=x onerror='window.hacked = 2'> Sources said the thugs {{ 7 * 7 }} had fled.\n\n"
    "</style><svg onload=window.hacked=3> <!-- \u202ethe terrorists\u202c --> \x00\x01\x1b[1m ran."
    "\n\n"
    "הנאצים של המשטר said the regime &lt;b&gt; “butchered the thugs” \ud800 there. "
    f"{'x' * 300} was a horrific massacre.",
    "Sources said the heroes had won.\n\nThe council met on Monday.\nIt voted.",
    "",
)


@pytest.fixture(scope="module")
def model():
    return FramingModel.from_pretrained(threads=1)


@pytest.fixture(scope="module")
def graph():
    return read_checkpoint(resolve("small")).sha256[ONNX["int8"]]


@pytest.fixture(scope="module")
def articles(model):
    bulletin = (ROOT / "data/examples/war_bulletin.txt").read_text("utf-8")
    texts = (bulletin, *HOSTILE)
    names = ("war", "a<b>&'\"", "c", "d\udcff")
    sources = ("agency", "<i>paper</i>", "<i>paper</i>", "agency")
    return [read_article(model, *of) for of in zip(names, sources, texts, strict=True)]


@pytest.fixture(scope="module")
def path(model, graph, articles, tmp_path_factory):
    path = tmp_path_factory.mktemp("report") / "report.html"
    page = report_html(articles, "<b>m</b>", shipped_thresholds(model), read_reference(graph))
    path.write_text(page, encoding="utf-8")
    return path


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1280, "light")])
def test_hostile_text_is_shown_and_nothing_is_wider_than_the_window(
    open_page, path, articles, width, scheme
):
    page, said = open_page(width, path, color_scheme=scheme)
    page.mouse.move(width / 2, 400)
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert page.locator("script").count() == 1
    assert page.locator("img, iframe, article svg, [style]:not(#tip), [onload]").count() == 0
    shown_texts = page.locator("article").all_text_contents()
    for article, text in zip(articles, shown_texts, strict=True):
        for sentence in article.sentences:
            assert "".join(piece.text for piece in sentence.pieces) in text
    assert "window.hacked = 1</script>" in shown_texts[1]
    assert "\u202e" not in shown_texts[1]
    assert page.evaluate("window.hacked") is None
    assert said == []


def test_the_page_decides_as_the_model_does_with_and_without_script(open_page, path, articles):
    figures = ".value, .range, .hits, .plain"
    still, _ = open_page(390, path, java_script_enabled=False)
    page, _ = open_page(390, path)
    assert page.locator(figures).all_text_contents() == still.locator(figures).all_text_contents()
    spans = "mark span:not(.off)"
    decided = [
        m for a in articles for s in a.sentences for p in s.pieces for m in p.marks if m.decided
    ]
    assert page.locator(spans).count() == still.locator(spans).count() == len(decided)
    titled = still.locator("mark[title]").all_text_contents()
    worded = [words for words in titled if any(map(str.isalnum, words))]
    assert page.locator("mark[tabindex]").all_text_contents() == worded
    assert not still.locator("input:visible").count()


def test_thresholds_quotes_and_techniques_are_decided_anew(open_page, path, articles):
    page, _ = open_page(1280, path)
    card = page.locator("[data-technique=loaded_label].card")
    card.locator("input").fill("20")

    def hits(own_voice):
        return sum(
            any(
                m.technique == "loaded_label" and m.score >= 0.2 and not (own_voice and m.quoted)
                for m in sentence.marks
            )
            for article in articles
            for sentence in article.sentences
        )

    assert card.locator(".hits").text_content() == str(hits(False))
    assert card.locator(".chosen").text_content() == "0.20"
    page.locator("input[value=quoted]").uncheck()
    assert card.locator(".hits").text_content() == str(hits(True))
    assert hits(True) < hits(False)
    assert page.locator("mark .loaded_label:not(.off):not(.own)").count() == 0
    page.locator("input[value=loaded_label]").uncheck()
    assert page.locator("mark .loaded_label:not(.off)").count() == 0
    assert card.locator(".hits").text_content() == str(hits(True))
    page.locator("#reset").click()
    assert "own" in card.locator(".chosen").text_content()
    assert page.locator("#reset").is_hidden()


def test_by_keyboard_and_by_tap(open_page, path):
    page, _ = open_page(1280, path)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.hash") == "#article-1"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Smashes"
    assert page.evaluate("document.activeElement.getAttribute('role')") == "button"
    tip = page.locator("#tip")
    assert "Emotive term probability 0." in tip.text_content()
    assert REASONS["emotive_term"].line in tip.text_content().casefold()
    page.keyboard.press("Escape")
    assert tip.is_hidden()
    page.keyboard.press("Enter")
    assert tip.is_visible()
    named = page.evaluate("document.activeElement.getAttribute('aria-describedby')")
    assert named == "tip"
    phone, _ = open_page(390, path, has_touch=True)
    phone.locator("mark[tabindex]").nth(1).tap()
    box = phone.locator("#tip").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    assert 0 <= box["y"] <= box["y"] + box["height"] <= 800
    phone.locator("h1").tap()
    assert phone.locator("#tip").is_hidden()


def test_tables_are_sorted_by_their_heads(open_page, path):
    page, _ = open_page(1280, path)
    table = page.locator("table").nth(1)
    head = table.locator("thead th").nth(2)
    head.locator("button").click()
    assert head.get_attribute("aria-sort") == "descending"
    rates = [float(of) for of in table.locator("td:nth-child(3) .value").all_text_contents()]
    assert rates == sorted(rates, reverse=True)
    head.locator("button").press("Enter")
    assert head.get_attribute("aria-sort") == "ascending"
    assert table.locator("td:nth-child(3) .value").first.text_content() == shown(rates[-1])
    assert page.locator("table").first.locator("tbody tr").count() == 2


def test_everything_has_a_name_and_ids_are_unique(open_page, path):
    page, _ = open_page(1280, path)
    ids = page.locator("[id]").evaluate_all("all => all.map(e => e.id)")
    assert len(ids) == len(set(ids))
    refer = "all => all.flatMap(e => e.getAttribute(NAME).split(' '))"
    for name in ("aria-labelledby", "aria-describedby"):
        used = page.locator(f"[{name}]").evaluate_all(refer.replace("NAME", f"'{name}'"))
        assert set(used) <= set(ids)
    unnamed = "all => all.filter(e => !e.labels?.length && !e.textContent.trim()).length"
    assert page.locator("input, button, mark[role], a").evaluate_all(unnamed) == 0
    levels = page.locator("h1, h2, h3").evaluate_all("all => all.map(e => +e.tagName[1])")
    assert levels[0] == 1
    assert all(b <= a + 1 for a, b in pairwise(levels))


def test_marks_differ_without_colour(open_page, path):
    page, _ = open_page(1280, path)
    page.emulate_media(media="print")
    style = "e => getComputedStyle(e).textDecorationStyle"
    styles = [page.locator(f"mark .{name}:not(.off)").first.evaluate(style) for name in TECHNIQUES]
    assert styles == ["solid", "dashed", "wavy"]
    assert page.locator("input:visible").count() == 0
    assert page.locator("#legend").is_visible()


def test_the_page_is_the_same_each_time_and_small(path, model, graph, articles):
    again = report_html(articles, "<b>m</b>", shipped_thresholds(model), read_reference(graph))
    assert path.read_text("utf-8") == again
    many = report_html(articles[:1] * 20, "m", shipped_thresholds(model), None)
    assert len(many) < 400_000


def test_the_command(tmp_path, capsys):
    for folder, text in (("a", "The thugs ran."), ("b", "The council met.")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "x.txt").write_text(text, "utf-8")
    (tmp_path / "rows.jsonl").write_text('{"text": "It rained."}\n[]\n', "utf-8")
    inputs = [str(tmp_path / name) for name in ("a/x.txt", "b/x.txt", "rows.jsonl")]
    out = tmp_path / "report.html"
    assert main(["report", *inputs, "-o", str(out)]) == 3
    assert "rows.jsonl:2" in capsys.readouterr().err
    page = out.read_text("utf-8")
    assert re.findall(r'<th scope="row" data-sort="(\w+)"><bdi>\w+</bdi> <small>1', page) == [
        "a",
        "b",
        "rows",
    ]
    assert main(["report", inputs[0], "-o", inputs[0]]) == 2
    assert "web page" in capsys.readouterr().err
    assert (tmp_path / "a/x.txt").read_text("utf-8") == "The thugs ran."
    (tmp_path / "none.jsonl").write_text("", "utf-8")
    assert main(["report", str(tmp_path / "none.jsonl"), "-o", str(out)]) == 2
    assert out.read_text("utf-8") == page
