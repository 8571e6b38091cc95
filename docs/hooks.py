"""Hooks of mkdocs.yml: the repository's pages outside docs/, the commands' --help, lists.

Pages are written to be read in the repository, too. There, a link to a file of the repository
works, and a list may follow a paragraph without an empty line.
"""

import os
import posixpath
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).parent.parent
PROJECT = "project/"
"""Where the site has what lies outside docs/."""

_FILES = ("examples/compare.ipynb", "training/recipes/adapt.toml")
_WIDTH = "80"
_FENCED = re.compile(r"(^```.*?^```$)", re.M | re.S)
_HELP = re.compile(r"^```help\n(.*?)\n```$", re.M)
_LINK = re.compile(r"\[([^\]]*)\]\((?!\w+:|#)([^)#\s]+)(#[^)\s]*)?\)")
_LIST_BEHIND_TEXT = re.compile(r"^(?!- |\d+\. |[|>#\s])(.+)\n(?=- |1\. )", re.M)


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Adds the pages that the navigation names below `project/`, and `_FILES` as they are."""
    outside = [path for path in _named(config.nav) if path.startswith(PROJECT)]
    for path in (*outside, *(PROJECT + name for name in _FILES)):
        source = ROOT / path.removeprefix(PROJECT)
        files.append(File.generated(config, path, abs_src_path=str(source)))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """What GitHub reads, as Python-Markdown needs it."""
    markdown = _HELP.sub(lambda found: f"```text\n{_help(found[1])}```", markdown)
    parts = _FENCED.split(markdown)
    parts[::2] = [_prose(part, page.file.src_uri, files) for part in parts[::2]]
    return "".join(parts)


def _named(nav: Any) -> Iterator[str]:
    if isinstance(nav, str):
        yield nav
    else:
        for below in nav.values() if isinstance(nav, dict) else nav:
            yield from _named(below)


def _help(command: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", *command.split(), "--help"],
        env={**os.environ, "COLUMNS": _WIDTH, "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def _prose(text: str, page: str, files: Files) -> str:
    text = _LIST_BEHIND_TEXT.sub(r"\1\n\n", text)
    return _LINK.sub(lambda link: _linked(link, page, files), text)


def _linked(link: re.Match[str], page: str, files: Files) -> str:
    """The link as it must be in the site; its words alone, for a file that the site has not."""
    words, target, heading = link[1], link[2], link[3] or ""
    outside = page.startswith(PROJECT)
    own = page.removeprefix(PROJECT) if outside else f"docs/{page}"
    path = posixpath.normpath(posixpath.join(posixpath.dirname(own), target))
    wanted = path.removeprefix("docs/") if path.startswith("docs/") else PROJECT + path
    for uri in (wanted, f"{wanted}/README.md"):
        if files.get_file_from_path(uri):
            return f"[{words}]({posixpath.relpath(uri, posixpath.dirname(page))}{heading})"
    return words if (ROOT / path).exists() else link[0]
