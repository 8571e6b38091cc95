"""Behavioural probes: sentences of our own, expanded from `data/probes/*.toml`.

After CheckList (Ribeiro et al. 2020, https://aclanthology.org/2020.acl-main.442): minimum
functionality (`must_fire`, `must_not_fire`), invariance (`must_not_change`) and directional
expectation (`must_move`). The format of the files is described in `data/probes/README.md`.
"""

import hashlib
import re
import textwrap
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Formatter
from typing import Any, Literal, get_args

from framescope.techniques import TECHNIQUES, Technique
from framescope_data.files import PROBES

ProbeKind = Literal["must_fire", "must_not_fire", "must_not_change", "must_move"]

CHANGES: Mapping[str, Callable[[str], str]] = {
    "upper_case": str.upper,
    "headline_case": lambda text: re.sub(r"(?<![\w'’])[a-z]", lambda m: m[0].upper(), text),
    "no_full_stop": lambda text: text.removesuffix("."),
    "double_spaces": lambda text: text.replace(" ", "  "),
    "no_break_spaces": lambda text: text.replace(" ", "\u00a0"),
    "line_breaks": lambda text: textwrap.fill(text, 40, break_on_hyphens=False),
    "curly_quotes": lambda text: re.sub(r'"([^"]*)"', "“\\1”", text).replace("'", "’"),
    "single_quotes": lambda text: re.sub(r'"([^"]*)"', "'\\1'", text),
    "em_dash": lambda text: text.replace(" – ", "—"),
    "double_hyphen": lambda text: text.replace(" – ", " -- "),
}
"""Changes of typography, which must not change a decision."""

_KEYS = {"name", "kind", "techniques", "each", "templates"}
_OPTIONAL = {"pairs", "changes"}


class ProbeError(ValueError):
    """A probe file that can't be read or expanded; says the file, the line and the remedy."""


@dataclass(frozen=True, slots=True)
class Case:
    """One sentence, or a pair of them, and what must hold of the decisions on `techniques`.

    `must_fire`: all are decided in `text`. `must_not_fire`: none is. `must_not_change`: the
    decisions on `text` and `other` are the same. `must_move`: none is decided in `text`, all are
    in `other`. `axis` is what differs between the two: the list of pairs, or the change of
    typography. `id` ends in a digest of the sentences, so it lives as long as they stay the same.
    """

    id: str
    capability: str
    probe: str
    kind: ProbeKind
    techniques: tuple[Technique, ...]
    axis: str
    text: str
    other: str = ""


@dataclass(frozen=True, slots=True)
class _Probe:
    name: str
    kind: ProbeKind
    techniques: tuple[Technique, ...]
    each: int
    templates: tuple[str, ...]
    pairs: str
    changes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Lists:
    words: Mapping[str, tuple[str, ...]]
    pairs: Mapping[str, tuple[tuple[str, str], ...]]


def read_cases(folder: Path = PROBES) -> tuple[Case, ...]:
    """All cases of all files, in the order of file names and of the files. Raises `ProbeError`."""
    paths = sorted(folder.glob("*.toml"))
    if not paths:
        raise ProbeError(f"{folder}: no probe files (*.toml) here; give the folder that has them")
    return tuple(case for path in paths for case in _cases_of(path))


def _cases_of(path: Path) -> Iterator[Case]:
    source = path.read_text(encoding="utf-8")
    try:
        table = tomllib.loads(source)
        lists = _lists(table)
    except ValueError as error:
        raise ProbeError(f"{path}: {error}") from error
    seen = set[str]()
    for entry in table.get("probes", ()):
        line = _line(source, str(entry.get("name")))
        try:
            cases = list(_expanded(path.stem, _probe(entry, lists), lists))
        except ValueError as error:
            raise ProbeError(f"{path}:{line}: {error}") from error
        for case in cases:
            if case.id in seen:
                raise ProbeError(
                    f"{path}:{line}: {case.text!r} comes twice; lower `each`, or give more words"
                )
            seen.add(case.id)
            yield case


def _expanded(capability: str, probe: _Probe, lists: _Lists) -> Iterator[Case]:
    for index, template in enumerate(probe.templates):
        for at in range(index * probe.each, (index + 1) * probe.each):
            for axis, text, other in _sentences(template, at, probe, lists):
                if text == other:
                    raise ValueError(f"{axis!r} changes nothing in {text!r}; use another template")
                digest = hashlib.sha256(f"{text}\n{other}".encode()).hexdigest()[:8]
                id = f"{capability}/{probe.name}/{digest}"
                yield Case(
                    id, capability, probe.name, probe.kind, probe.techniques, axis, text, other
                )


def _sentences(
    template: str, at: int, probe: _Probe, lists: _Lists
) -> Iterator[tuple[str, str, str]]:
    """Axis, sentence and the other sentence, with entry `at` of each list, round and round."""
    words = {name: entries[at % len(entries)] for name, entries in lists.words.items()}
    if probe.pairs:
        a, b = lists.pairs[probe.pairs][at % len(lists.pairs[probe.pairs])]
        text, other = template.format(a=a, b=b, **words), template.format(a=b, b=a, **words)
        yield probe.pairs, _capitalised(text), _capitalised(other)
        return
    text = _capitalised(template.format(**words))
    if not probe.changes:
        yield "", text, ""
    for change in probe.changes:
        yield change, text, CHANGES[change](text)


def _lists(table: dict[str, Any]) -> _Lists:
    words = {name: _strings(name, entries) for name, entries in table.get("words", {}).items()}
    pairs = {
        name: tuple(_strings(name, pair) for pair in entries)
        for name, entries in table.get("pairs", {}).items()
    }
    for name, entries in pairs.items():
        if not entries or any(len(pair) != 2 for pair in entries):
            raise ValueError(f'{name} is not a list of pairs; write [["first", "second"]]')
    return _Lists(words, {name: tuple((a, b) for a, b in pairs[name]) for name in pairs})


def _probe(entry: dict[str, Any], lists: _Lists) -> _Probe:
    for key in sorted((_KEYS - entry.keys()) | (entry.keys() - _KEYS - _OPTIONAL)):
        raise ValueError(f"{'missing' if key in _KEYS else 'unknown'} key {key!r}")
    kind, each, pairs = entry["kind"], entry["each"], entry.get("pairs", "")
    techniques = _strings("techniques", entry["techniques"])
    templates = _strings("templates", entry["templates"])
    changes = _strings("changes", entry["changes"]) if "changes" in entry else ()
    _known("kind", [kind], get_args(ProbeKind))
    _known("technique", techniques, TECHNIQUES)
    _known("change", changes, CHANGES)
    _known("list of pairs", [pairs] if pairs else [], lists.pairs)
    for template in templates:
        _known("slot", _slots(template), [*lists.words, *(("a", "b") if pairs else ())])
    if not isinstance(each, int) or each < 1:
        raise ValueError(f"each = {each!r} is not a positive number of cases a template")
    given = _OPTIONAL & entry.keys()
    needed = {"must_not_change": ({"pairs"}, {"changes"}), "must_move": ({"pairs"},)}
    if given not in needed.get(kind, (set(),)):
        raise ValueError(
            "must_not_change takes `pairs` or `changes`, must_move takes `pairs`, others neither"
        )
    return _Probe(entry["name"], kind, techniques, each, templates, pairs, changes)


def _strings(name: str, entries: Any) -> tuple[Any, ...]:
    if not isinstance(entries, list) or not all(isinstance(entry, str) for entry in entries):
        raise ValueError(f"{name} is not a list of strings")
    if not entries:
        raise ValueError(f"{name} is empty; give it entries")
    return tuple(entries)


def _known(what: str, names: Iterable[str], known: Iterable[str]) -> None:
    for name in names:
        if name not in known:
            raise ValueError(f"unknown {what} {name!r}; use one of {', '.join(known)}")


def _slots(template: str) -> list[str]:
    return [name for _, name, _, _ in Formatter().parse(template) if name is not None]


def _line(source: str, name: str) -> int:
    lines = source.splitlines()
    return next((i for i, line in enumerate(lines, 1) if f'"{name}"' in line), 1)


def _capitalised(text: str) -> str:
    """With a capital letter first, inside an opening quotation mark too."""
    return re.sub(r"^\W*\w", lambda match: match[0].upper(), text)
