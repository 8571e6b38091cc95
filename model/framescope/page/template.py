"""Jinja templates that escape all they are given, and digests for a content security policy."""

import base64
import hashlib
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup


@dataclass(frozen=True, slots=True)
class Inline:
    """A style sheet or script to stand inside a page, and its digest as the policy names it."""

    source: Markup
    digest: str


def inline(path: Path) -> Inline:
    """Reads a file of our own: it is not escaped."""
    source = path.read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()
    return Inline(Markup(source), f"sha256-{digest}")


def environment(directory: Path) -> Environment:
    """For the templates in `directory`. A name that is missing is an error."""
    return Environment(
        loader=FileSystemLoader(directory),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
