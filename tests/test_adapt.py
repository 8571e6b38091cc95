"""Going on from a checkpoint of ours: by shipped name, directory or Hub id; with own texts."""

import json
import os
import shutil
import subprocess
import sys

import pytest
from conftest import ROOT
from hub_stub import StubHub

from framescope.checkpoint import BUNDLED
from framescope_data.jsonl import write_jsonl
from framescope_data.values import Annotation, Document
from framescope_training import base
from framescope_training.base import is_checkpoint, located
from framescope_training.cli import main
from framescope_training.recipe import RecipeError

TEXT = "The clique fled. Sources said it was a savage night. The council met on Tuesday."
OTHER = "The regime fell. Reports told it was a brutal storm. The council met on Thursday."


def test_a_base_is_found_by_name_or_taken_as_it_is(tiny_base, monkeypatch, tmp_path):
    assert located("small") == str(BUNDLED / "small")
    assert is_checkpoint(located("small"))
    assert located(str(tiny_base)) == str(tiny_base)
    assert not is_checkpoint(str(tiny_base))
    installed = tmp_path / "small"
    installed.mkdir()
    shutil.copy(BUNDLED / "small" / "framescope.json", installed)
    monkeypatch.setattr(base, "BUNDLED", tmp_path)
    with pytest.raises(RecipeError, match="has no weights to go on from; give --base"):
        located("small")


def test_a_checkpoint_on_the_hub_comes_whole_and_another_s_encoder_by_its_id(
    tiny_checkpoint, tmp_path
):
    code = (
        "import sys; from pathlib import Path; from framescope.hub import push_to_hub;"
        "from framescope_training.base import located;"
        "push_to_hub(Path(sys.argv[1]), 'own/tiny');"
        "print(*sorted(path.name for path in Path(located('own/tiny')).iterdir()));"
        "print(located('own/encoder'))"
    )
    directory = shutil.copytree(tiny_checkpoint, tmp_path / "checkpoint")
    (directory / "README.md").write_text("# tiny\n", encoding="utf-8")
    with StubHub() as hub:
        hub.add("own/encoder", {"config.json": b"{}"})
        settings = {"HF_ENDPOINT": hub.url, "HF_HOME": str(tmp_path), "HF_HUB_DISABLE_XET": "1"}
        done = subprocess.run(
            [sys.executable, "-c", code, directory],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, **settings, "HF_TOKEN": "hf_of_the_test"},
        )
    assert done.returncode == 0, done.stderr
    files, encoder = done.stdout.splitlines()
    assert {"model.safetensors", "span_head.safetensors", "framescope.json"} <= set(files.split())
    assert encoder == "own/encoder"


def test_the_recipe_adapts_a_checkpoint_to_one_s_own_texts(tiny_checkpoint, tmp_path):
    """The whole command, from a tiny checkpoint: it stands beside what it was before."""
    marks = (
        Annotation("loaded_label", 4, 10),
        Annotation("unverified_attribution", 17, 29),
        Annotation("emotive_term", 39, 45),
    )
    for name, text in (("train", TEXT), ("dev", OTHER)):
        document = Document(f"own-{name}", text, marks, "own", lines=False)
        write_jsonl([document], tmp_path / f"{name}.jsonl")
    before = shutil.copytree(tiny_checkpoint, tmp_path / "before")
    manifest = json.loads((before / "framescope.json").read_text(encoding="utf-8"))
    manifest["provenance"]["recipe"] |= {"train": ["own"], "dev": ["own"], "test": ["own"]}
    (before / "framescope.json").write_text(json.dumps(manifest), encoding="utf-8")
    text = (ROOT / "training/recipes/adapt.toml").read_text(encoding="utf-8")
    recipe = tmp_path / "adapt.toml"
    recipe.write_text(text.replace("epochs = 4", "epochs = 1").replace("= 256", "= 64"), "utf-8")
    options = ["--corpora", tmp_path, "--base", before, "--run", tmp_path / "run"]
    assert main([str(recipe), *map(str, options)]) == 0
    published = tmp_path / "run" / "published"
    report = json.loads((published / "report.json").read_text(encoding="utf-8"))
    assert [corpus["name"] for corpus in report["corpora"]] == ["dev.jsonl", "starter-dev"]
    assert report["corpora"][0]["systems"][1]["name"] == "before"
    card = (published / "README.md").read_text(encoding="utf-8")
    assert "| before | loaded_label |" in card
    assert "| train.jsonl | train | those of whoever trained this checkpoint |" in card
