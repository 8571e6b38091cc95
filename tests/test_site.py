"""The documentation's site: built strictly, its links hold, it loads nothing from elsewhere."""

import importlib.util
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from conftest import ROOT

LOADS = {("script", "src"), ("img", "src"), ("link", "href"), ("iframe", "src")}


class Page(HTMLParser):
    """The links and the anchors of a page; feed it once."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[tuple[str, str, str]] = []
        self.anchors: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in ("href", "src"):
                self.links.append((tag, name, value or ""))
            elif name in ("id", "name") and value:
                self.anchors.add(value)


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Path:
    for package in ("mkdocs", "material", "mkdocstrings_handlers"):
        if not importlib.util.find_spec(package):
            pytest.skip(f"needs {package}: pip install 'framescope[docs]'")
    out = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(out)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return out


@pytest.fixture(scope="module")
def pages(site) -> dict[Path, Page]:
    found = {path: Page(path.read_text(encoding="utf-8")) for path in site.rglob("*.html")}
    found.pop(site / "404.html")  # its links begin at the root of a server
    assert len(found) > 25
    return found


def _broken(path: Path, page: Page, pages: dict[Path, Page]) -> Iterator[str]:
    for _, _, link in page.links:
        parts = urlsplit(link)
        if parts.scheme:
            continue
        target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
        anchor = unquote(parts.fragment)
        if not target.exists() or (anchor and anchor not in pages[target].anchors):
            yield link


def test_every_link_into_the_site_holds(pages):
    broken = {path.name: list(_broken(path, page, pages)) for path, page in pages.items()}
    assert not {name: links for name, links in broken.items() if links}


def test_no_page_loads_anything_from_elsewhere(pages):
    for path, page in pages.items():
        for tag, name, link in page.links:
            if (tag, name) in LOADS:
                assert not urlsplit(link).netloc, f"{path}: {link}"


@pytest.mark.parametrize("width", [1280, 390])
def test_the_first_page_fits_and_asks_nobody(site, open_page, width):
    page, said = open_page(width, site / "index.html")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.get_by_role("heading", level=1).inner_text().startswith("framescope")
    assert not [line for line in said if line.startswith("http")]


def test_the_reference_has_the_docstrings(site):
    reference = (site / "reference/framescope.html").read_text(encoding="utf-8")
    for name in ("FramingModel.from_pretrained", "FramingModel.analyze", "Sentence.spans"):
        assert f'id="framescope.{name}"' in reference, name


def test_the_command_pages_have_the_help(site):
    commands = (site / "reference/commands.html").read_text(encoding="utf-8")
    for option in ("--summary", "--predictions", "export-annotations", "--corpora"):
        assert option in commands, option
