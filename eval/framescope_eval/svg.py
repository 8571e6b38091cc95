"""Matplotlib figures as SVG to stand inside a page: its colours, its font, no styles of their own.

A page with a strict content security policy refuses `style` attributes, and ids must be unique in
a page; so styles become presentation attributes and ids get the digest of their picture.
"""

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from io import StringIO
from typing import Any
from xml.etree import ElementTree

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

COLOURS: Mapping[str, str] = {
    "ink": "#1c1d21",
    "soft": "#686d78",
    "line": "#d9dce3",
    "loaded_label": "#b36b00",
    "unverified_attribution": "#0072b2",
    "emotive_term": "#b0447c",
}
"""Each is `var(--name)` in the page, so that a dark page can have lighter ones."""

_WIDTH = 3.5
"""In inches: with type of 8 points it can be read when scaled to a phone's width."""

_STYLE: dict[Any, Any] = {
    "axes.edgecolor": COLOURS["line"],
    "axes.labelcolor": COLOURS["soft"],
    "axes.spines.right": False,
    "axes.spines.top": False,
    "font.size": 8,
    "svg.fonttype": "none",
    "svg.hashsalt": "framescope",
    "text.color": COLOURS["ink"],
    "text.parse_math": False,  # a `$` in a system's name is a `$`
    "xtick.color": COLOURS["line"],
    "xtick.labelcolor": COLOURS["soft"],
    "ytick.color": COLOURS["line"],
    "ytick.labelcolor": COLOURS["soft"],
}

_ROLES = {colour: name for name, colour in COLOURS.items()}
_XLINK = "{http://www.w3.org/1999/xlink}"


@dataclass(frozen=True, slots=True)
class Margins:
    """What the axes leave of the picture for ticks and labels, in inches.

    Fixed, since matplotlib's layout engines draw every picture twice.
    """

    left: float = 0.5
    right: float = 0.33
    bottom: float = 0.43
    top: float = 0.08


def svg(title: str, draw: Callable[[Axes], None], margins: Margins, height: float = 2.6) -> str:
    """What `draw` draws, as one `svg` element: the same each time. `height` is in inches."""
    wide, high = _WIDTH - margins.left - margins.right, height - margins.bottom - margins.top
    place = margins.left / _WIDTH, margins.bottom / height, wide / _WIDTH, high / height
    with rc_context(_STYLE):
        canvas = Canvas(figsize=(_WIDTH, height))
        draw(canvas.add_axes(place))
        source = StringIO()
        canvas.savefig(source, format="svg", metadata={"Date": None}, transparent=True)
    return _inline(source.getvalue(), title)


def printable(text: str) -> str:
    """Without the characters that no XML can hold."""
    return "".join(character if character.isprintable() else " " for character in text)


def _inline(source: str, title: str) -> str:
    root = ElementTree.fromstring(source)
    digest = hashlib.sha256(source.encode()).hexdigest()[:8]
    named = {element.get("id", "") for element in root.iter()}
    used = named.intersection(re.findall(r"#([\w.-]+)[\")]", source))

    def own(match: re.Match[str]) -> str:
        if match[1] in used:
            return f"#{digest}-{match[1]}"
        return f"var(--{_ROLES[match[0]]})" if match[0] in _ROLES else match[0]

    for parent in list(root.iter()):
        for child in [c for c in parent if c.tag.endswith(("}metadata", "}style"))]:
            parent.remove(child)
    for element in root.iter():
        element.tag = element.tag.partition("}")[2]
        element.attrib = {
            name: f"{digest}-{value}" if name == "id" else re.sub(r"#([\w.-]+)", own, value)
            for name, value in _attributes(element)
            if name != "id" or value in used
        }
    root.attrib = {"viewBox": root.attrib["viewBox"], "role": "img", "aria-label": printable(title)}
    return ElementTree.tostring(root, encoding="unicode")


def _attributes(element: ElementTree.Element) -> Iterator[tuple[str, str]]:
    """Of the element, with those of its style, coordinates to a hundredth of a point."""
    for name, value in element.items():
        if name == "style":
            pairs = (pair.split(":", 1) for pair in value.split(";") if pair.strip())
            yield from ((key.strip(), of.strip()) for key, of in pairs if "family" not in key)
        else:
            yield name.removeprefix(_XLINK), re.sub(r"(\.\d\d)\d+", r"\1", value)
