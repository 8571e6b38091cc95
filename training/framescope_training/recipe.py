"""The recipe of a published checkpoint: one TOML file that says everything training needs."""

import tomllib
from dataclasses import MISSING, dataclass, fields
from pathlib import Path
from typing import Any, get_args, get_origin


class RecipeError(ValueError):
    """A recipe that can't be followed; says the file and the key."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """What one checkpoint is made of.

    `base` is a directory, a Hub id or the name of a shipped checkpoint. `train`, `dev` and `test`
    are names of `framescope_data` corpora, or `.jsonl` files of your own among them. `span_weight`
    multiplies the token loss beside the sentence loss. `warmup` is the share of all steps over
    which the learning rate rises; after it, the rate falls linearly to zero. The network is trained
    once for each of `seeds`, from one initial state (the first seed's), and the weights are
    averaged.

    With `teachers` (checkpoints: shipped names, directories or Hub ids) the network learns from
    what they say of the sentences of `train` and of the plain text in `unlabelled`; where a
    sentence has annotations, these have the share `gold_weight` of its target.

    `layers` makes a smaller network: that many layers of the base, evenly spaced, its first and its
    last among them. Zero keeps all.
    """

    name: str
    title: str
    base: str
    train: tuple[str, ...]
    dev: tuple[str, ...]
    test: tuple[str, ...]
    epochs: int
    learning_rate: float
    batch_size: int
    max_tokens: int
    span_weight: float
    warmup: float
    weight_decay: float
    dropout: float
    seeds: tuple[int, ...]
    teachers: tuple[str, ...] = ()
    unlabelled: tuple[str, ...] = ()
    gold_weight: float = 1.0
    layers: int = 0


def read_recipe(path: Path) -> Recipe:
    """Raises `RecipeError` for a key that is missing, unknown or of the wrong type."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise RecipeError(f"{path}: {error}") from error
    expected = {field.name: field.type for field in fields(Recipe)}
    needed = {field.name for field in fields(Recipe) if field.default is MISSING}
    for key in (needed - table.keys()) | (table.keys() - expected.keys()):
        raise RecipeError(f"{path}: {'missing' if key in expected else 'unknown'} key {key!r}")
    return Recipe(**{key: _value(path, key, table[key], expected[key]) for key in table})


def _value(path: Path, key: str, value: Any, kind: Any) -> Any:
    if get_origin(kind) is tuple and isinstance(value, list) and value:
        if all(isinstance(item, get_args(kind)[0]) for item in value):
            return tuple(value)
    elif kind is float and isinstance(value, int | float):
        return float(value)
    elif isinstance(kind, type) and isinstance(value, kind):
        return value
    raise RecipeError(
        f"{path}: {key} = {value!r} is not a {kind if get_origin(kind) else kind.__name__}"
    )
