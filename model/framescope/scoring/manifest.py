"""What decides the output of a run, and whether it still is what it was when the run began."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from itertools import zip_longest
from pathlib import Path

from framescope.scoring.files import Source, fingerprint

_SCHEMA = 1
_SOFTWARE = ("framescope", "numpy", "nupunkt", "onnxruntime", "tokenizers")


@dataclass(frozen=True, slots=True)
class Manifest:
    """The settings of a run. `model` is the SHA-256 of its checkpoint's manifest."""

    model: str
    unit: str
    text: str
    id: str | None
    keep: Sequence[str]

    def facts(self) -> dict[str, object]:
        """As JSON, with the versions of what computes."""
        software = {name: version(name) for name in _SOFTWARE}
        return {"schema": _SCHEMA, **asdict(self), "keep": list(self.keep), "software": software}

    def line(self) -> str:
        """The content of its file."""
        return json.dumps(self.facts(), indent=2) + "\n"


def input_lines(sources: Iterable[Source]) -> Iterator[str]:
    """A line of JSON an input file: its path and the SHA-256 of its content."""
    for source in sources:
        yield json.dumps({"path": str(source.path), "sha256": fingerprint(source)}) + "\n"


def changed_settings(path: Path, manifest: Manifest) -> str | None:
    """What is not as in the manifest at `path`, in words."""
    try:
        begun = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        return f"{path.name} is damaged"
    for name, value in manifest.facts().items():
        if begun.get(name) != value:
            return f"{name} was {_shown(begun.get(name))}, is {_shown(value)}"
    return None


def changed_inputs(path: Path, sources: Iterable[Source]) -> str | None:
    """The first of `sources` that is not as in the list at `path`, in words."""
    with path.open(encoding="utf-8", newline="\n") as begun:
        for old, new in zip_longest(begun, input_lines(sources)):
            if old == new:
                continue
            was, now = json.loads(old or "{}"), json.loads(new or "{}")
            if was.get("path") == now.get("path"):
                return f"{now['path']} has changed"
            if was and not Path(was["path"]).exists():
                return f"{was['path']} is gone"
            return f"{now['path']} is new" if now else f"{was['path']} is no more an input"
    return None


def _shown(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {version}" for name, version in value.items())
    return str(value)[:12] if isinstance(value, str) else json.dumps(value)
