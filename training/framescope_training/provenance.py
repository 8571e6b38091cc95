"""What a run is made of: one run directory holds one recipe on one set of data, and says so."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

import torch

from framescope.checkpoint import MANIFEST, digest, read_provenance, resolve
from framescope_training.recipe import Recipe, RecipeError

_RUN = "run.json"
_PACKAGES = ("framescope", "torch", "transformers", "onnx", "onnxruntime", "tokenizers")


def provenance(recipe: Recipe, base: str, data: Mapping[str, str]) -> dict[str, Any]:
    """For the manifest. `data` gives the checksum of every corpus used.

    `earlier` is the provenance of the framescope checkpoint that training goes on from, if any.
    """
    weights = Path(base) / "model.safetensors"
    earlier = {"earlier": read_provenance(Path(base))} if (Path(base) / MANIFEST).is_file() else {}
    return {
        "recipe": asdict(recipe),
        "base_sha256": digest(weights.read_bytes()) if weights.is_file() else "",
        "data_sha256": dict(data),
        "teachers_sha256": {
            teacher: digest((resolve(teacher) / MANIFEST).read_bytes())
            for teacher in recipe.teachers
        },
        "device": "cuda" if torch.cuda.is_available() else "cpu",
        "versions": {package: version(package) for package in _PACKAGES},
        **earlier,
    }


def steps(provenance: Mapping[str, Any]) -> tuple[Mapping[str, Any], ...]:
    """The provenance of each checkpoint on the way to this one, the first first."""
    earlier = provenance.get("earlier")
    return (*(steps(earlier) if earlier else ()), provenance)


def claim_run(run: Path, facts: Mapping[str, Any]) -> None:
    """Makes `run` the directory of these facts, or finds that it is already.

    Raises `RecipeError` for a directory that another recipe, base or data began: its checkpoints
    would be taken up as if they were this one's.
    """
    made_of = json.loads(json.dumps({key: facts[key] for key in facts if key != "versions"}))
    path = run / _RUN
    if path.is_file():
        begun = json.loads(path.read_text(encoding="utf-8"))
        changed = [key for key in made_of if begun.get(key) != made_of[key]]
        if changed:
            raise RecipeError(
                f"{path}: was begun with another {' and '.join(changed)};"
                " delete the directory, or give another --run"
            )
    run.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(made_of, indent=1) + "\n", encoding="utf-8")


def check_destination(checkpoint: Path) -> None:
    """Raises `RecipeError` for a directory whose files are not those of a checkpoint."""
    foreign = checkpoint.is_dir() and any(checkpoint.iterdir())
    if foreign and not (checkpoint / MANIFEST).is_file():
        raise RecipeError(
            f"{checkpoint}: has files, but no {MANIFEST}; publishing would replace them:"
            " give an empty directory or a checkpoint as --checkpoint"
        )
