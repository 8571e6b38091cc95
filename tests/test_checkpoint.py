"""Checkpoints: refused when damaged or foreign, plain Hugging Face directories otherwise."""

import json
import os
import shutil
import subprocess
import sys

import numpy as np
import pytest
import torch
from transformers import pipeline

from framescope import TECHNIQUES, CheckpointError, FramingModel
from framescope.calibration import sigmoid
from framescope.checkpoint import BUNDLED, digest, read_checkpoint
from framescope_training.network import from_checkpoint

SENTENCES = ["Sources said the regime had butchered them.", "The council met on Tuesday."]


@pytest.fixture
def copy(tiny_checkpoint, tmp_path):
    return shutil.copytree(tiny_checkpoint, tmp_path / "copy")


@pytest.mark.parametrize("file", ["tokenizer.json", "onnx/model_quantized.onnx"])
def test_a_changed_file_is_refused(copy, file):
    content = bytearray((copy / file).read_bytes())
    content[len(content) // 2] ^= 1
    (copy / file).write_bytes(content)
    with pytest.raises(CheckpointError, match=rf"{file}: its SHA-256"):
        FramingModel.from_pretrained(copy)


def test_a_missing_file_is_named(copy):
    (copy / "onnx/model_quantized.onnx").unlink()
    with pytest.raises(CheckpointError, match=r"model_quantized\.onnx: missing"):
        FramingModel.from_pretrained(copy)


def test_a_directory_without_manifest_is_foreign(copy):
    (copy / "framescope.json").unlink()
    with pytest.raises(CheckpointError, match="not a framescope checkpoint"):
        FramingModel.from_pretrained(copy)


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("format", 2, "reads format 1"),
        ("techniques", ["a", "b"], "its techniques are not loaded_label"),
        ("calibrations", {"int8": {"slopes": [1]}}, "slopes needs 3 finite numbers"),
        ("max_tokens", "many", "malformed"),
    ],
)
def test_a_manifest_that_does_not_fit_is_refused(copy, key, value, message):
    path = copy / "framescope.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), key: value}), encoding="utf-8")
    with pytest.raises(CheckpointError, match=message):
        FramingModel.from_pretrained(copy)


def test_an_unknown_name_lists_the_shipped_ones():
    with pytest.raises(CheckpointError, match=r"no checkpoint 'huge'.*\(.*small.*\)"):
        FramingModel.from_pretrained("huge")


def test_a_hub_id_loads_from_the_cache_without_network(tiny_checkpoint, tmp_path):
    repository = tmp_path / "hub" / "models--own--tiny"
    shutil.copytree(tiny_checkpoint, repository / "snapshots" / "abc123")
    (repository / "refs").mkdir()
    (repository / "refs" / "main").write_text("abc123", encoding="utf-8")
    code = (
        "from framescope import FramingModel;"
        "print(FramingModel.from_pretrained('own/tiny').predict(['The regime fell.'])[0].text)"
    )
    environment = {**os.environ, "HF_HOME": str(tmp_path), "HF_HUB_OFFLINE": "1"}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment
    )
    assert done.stdout.strip() == "The regime fell."


def test_single_precision_says_how_to_get_it(copy):
    path = copy / "framescope.json"
    manifest = json.loads(path.read_text())
    del manifest["sha256"]["onnx/model.onnx"]
    path.write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(CheckpointError, match="framescope-train export"):
        FramingModel.from_pretrained(copy, precision="fp32")


def test_transformers_pipeline_gives_the_uncalibrated_scores(tiny_checkpoint):
    """The directory is a plain one: no code of ours, the same sentence scores."""
    theirs = pipeline("text-classification", model=str(tiny_checkpoint), top_k=None)(SENTENCES)
    model = FramingModel.from_pretrained(tiny_checkpoint, precision="fp32")
    ours = sigmoid(model.encode(SENTENCES).sentence_logits)
    expected = [
        [next(s["score"] for s in row if s["label"] == t) for t in TECHNIQUES] for row in theirs
    ]
    np.testing.assert_allclose(ours, expected, atol=1e-5)


def test_onnx_computes_what_torch_does(tiny_checkpoint, tiny_model):
    network = from_checkpoint(tiny_checkpoint)
    tokenizer = tiny_model._engine._tokenizer
    fp32 = FramingModel.from_pretrained(tiny_checkpoint, precision="fp32").encode(SENTENCES)
    int8 = tiny_model.encode(SENTENCES)
    for row, sentence in enumerate(SENTENCES):
        ids = torch.tensor([tokenizer.encode(sentence).ids])
        with torch.no_grad():
            logits = network(ids, torch.ones_like(ids))
        np.testing.assert_allclose(fp32.sentence_logits[row], logits.sentence[0], atol=1e-4)
        np.testing.assert_allclose(fp32.token_logits[row], logits.tokens[0, 1:-1], atol=1e-4)
        np.testing.assert_allclose(int8.sentence_logits[row], logits.sentence[0], atol=0.25)


def test_the_shipped_checkpoint_is_whole_and_small():
    checkpoint = read_checkpoint(BUNDLED / "small")
    for file, sha256 in checkpoint.sha256.items():
        assert digest((checkpoint.directory / file).read_bytes()) == sha256, file
    shipped = sum((checkpoint.directory / file).stat().st_size for file in checkpoint.sha256)
    assert shipped < 75e6
    assert not [*checkpoint.directory.rglob("*.bin"), *checkpoint.directory.rglob("*.pt")]
