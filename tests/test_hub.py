"""The Hub: push, load by id and revision, cache, offline; what others read of what was pushed."""

import json
import os
import shutil
import subprocess
import sys

import numpy as np
import pytest
from conftest import ROOT
from hub_stub import StubHub

from framescope import TECHNIQUES, FramingModel
from framescope.calibration import sigmoid
from framescope_training.cli import main

SENTENCES = ["Sources said the regime had butchered them.", "The council met on Tuesday."]
PUSH = """
import sys
from pathlib import Path
from framescope.hub import push_to_hub
print(push_to_hub(Path(sys.argv[1]), "own/tiny", revision=sys.argv[2] or None))
"""
LOAD = """
import sys
from framescope import FramingModel
model = FramingModel.from_pretrained(sys.argv[1], revision=sys.argv[2] or None)
print(model.predict(["The regime fell."])[0].text)
"""


@pytest.fixture
def hub():
    with StubHub() as hub:
        yield hub


@pytest.fixture
def python(hub, tmp_path):
    """Runs code in a process of its own: huggingface_hub reads its settings once."""

    def run(*arguments, **settings):
        environment = {
            **os.environ,
            "HF_ENDPOINT": hub.url,
            "HF_HOME": str(tmp_path / "home"),
            "HF_TOKEN": "hf_of_the_test",
            "HF_HUB_DISABLE_XET": "1",
            "HF_HUB_DISABLE_TELEMETRY": "1",
            **settings,
        }
        command = [sys.executable, *map(str, arguments)]
        return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)

    return run


@pytest.fixture
def checkpoint(tiny_checkpoint, tmp_path):
    directory = shutil.copytree(tiny_checkpoint, tmp_path / "checkpoint")
    (directory / "README.md").write_text("---\nlicense: apache-2.0\n---\n# tiny\n", "utf-8")
    (directory / "notes.txt").write_text("not to be published", encoding="utf-8")
    return directory


def test_push_then_load_by_id_then_from_the_cache_offline(hub, python, checkpoint):
    pushed = python("-c", PUSH, checkpoint, "")
    assert pushed.returncode == 0, pushed.stderr
    assert f"{hub.url}/own/tiny/commit/" in pushed.stdout
    repository = hub.repositories["own/tiny"]
    files = repository.commits[repository.branches["main"]]
    listed = json.loads((checkpoint / "framescope.json").read_text(encoding="utf-8"))["sha256"]
    assert set(files) == {".gitattributes", "README.md", "framescope.json", *listed}
    assert (
        files["onnx/model_quantized.onnx"]
        == (checkpoint / "onnx/model_quantized.onnx").read_bytes()
    )

    loaded = python("-c", LOAD, "own/tiny", "")
    assert "The regime fell." in loaded.stdout, loaded.stderr
    fetched = {line.split("/")[-1] for line in hub.asked if "GET /own/tiny/resolve" in line}
    assert fetched == {"framescope.json", "tokenizer.json", "model_quantized.onnx"}

    asked = len(hub.asked)
    assert "The regime fell." in python("-c", LOAD, "own/tiny", "", HF_HUB_OFFLINE="1").stdout
    assert len(hub.asked) == asked
    assert hub.tokens == {"Bearer hf_of_the_test"}


def test_a_revision_is_a_branch_or_a_commit(hub, python, checkpoint):
    assert python("-c", PUSH, checkpoint, "").returncode == 0
    (checkpoint / "README.md").write_text("# second\n", encoding="utf-8")
    second = python("-c", PUSH, checkpoint, "v2")
    assert second.returncode == 0, second.stderr
    repository = hub.repositories["own/tiny"]
    sha = repository.branches["v2"]
    assert repository.commits[sha]["README.md"] == b"# second\n"
    assert b"tiny" in repository.commits[repository.branches["main"]]["README.md"]
    for revision in ("v2", sha):
        assert "The regime fell." in python("-c", LOAD, "own/tiny", revision).stdout
    missing = python("-c", LOAD, "own/tiny", "v3")
    assert "not to be had from the Hub (RevisionNotFoundError)" in missing.stderr


def test_what_is_not_on_the_hub_or_not_in_the_cache_is_said_plainly(hub, python):
    assert "(RepositoryNotFoundError)" in python("-c", LOAD, "own/none", "").stderr
    offline = python("-c", LOAD, "own/none", "", HF_HUB_OFFLINE="1").stderr
    assert "CheckpointError: no checkpoint 'own/none'" in offline


def test_a_hub_that_is_down_does_not_matter_once_cached(hub, python, checkpoint):
    python("-c", PUSH, checkpoint, "")
    python("-c", LOAD, "own/tiny", "")
    again = python("-c", LOAD, "own/tiny", "", HF_ENDPOINT="http://127.0.0.1:9")
    assert "The regime fell." in again.stdout, again.stderr


@pytest.mark.parametrize("file", ["README.md", "model.safetensors"])
def test_an_incomplete_or_changed_checkpoint_is_not_pushed(checkpoint, capsys, file):
    if file == "README.md":
        (checkpoint / file).unlink()
    else:
        (checkpoint / file).write_bytes(b"changed")
    assert main(["push", str(checkpoint), "own/tiny"]) == 2
    assert file in capsys.readouterr().err


def test_transformers_reads_what_was_pushed(hub, python, checkpoint):
    """`pipeline` by Hub id, code of ours nowhere: the uncalibrated scores of the fp32 weights."""
    command = ["-m", "framescope_training.cli", "push", checkpoint, "own/tiny", "--private"]
    pushed = python(*command)
    assert pushed.stdout.startswith("pushed: http://127.0.0.1"), pushed.stderr
    assert hub.repositories["own/tiny"].private
    code = (
        "import json, sys; from transformers import pipeline;"
        "scores = pipeline('text-classification', model='own/tiny', top_k=None)(sys.argv[1:]);"
        "print(json.dumps(scores))"
    )
    done = python("-c", code, *SENTENCES)
    assert done.returncode == 0, done.stderr
    model = FramingModel.from_pretrained(checkpoint, precision="fp32")
    np.testing.assert_allclose(_array(done.stdout), _uncalibrated(model), atol=1e-5)


@pytest.mark.parametrize("which", ["tiny", "small"])
def test_transformers_js_reads_it_in_node(tiny_checkpoint, which):
    """The npm package finds `onnx/model_quantized.onnx` and its `logits`, without network."""
    modules = ROOT / "tests" / "node" / "node_modules"
    node = shutil.which("node")
    if not node:
        pytest.skip("needs Node.js")
    if not (modules / "@huggingface" / "transformers").is_dir():
        pytest.skip(f"needs @huggingface/transformers: npm install --prefix {modules.parent}")
    directory = ROOT / "model/checkpoints/small" if which == "small" else tiny_checkpoint
    command = [node, modules.parent / "classify.cjs", directory, *SENTENCES]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    ours = _uncalibrated(FramingModel.from_pretrained(directory))
    np.testing.assert_allclose(_array(done.stdout), ours, atol=1e-3)


def _array(printed: str):
    scores = [{of["label"]: of["score"] for of in row} for row in json.loads(printed)]
    return [[row[technique] for technique in TECHNIQUES] for row in scores]


def _uncalibrated(model):
    return sigmoid(model.encode(SENTENCES).sentence_logits)
