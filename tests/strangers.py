"""Checkpoints as a stranger may send them: right about their own files, whatever these are."""

import json
import re
from pathlib import Path

import pytest

from framescope import CheckpointError, FramingModel
from framescope.checkpoint import digest

GRAPH = "onnx/model_quantized.onnx"

_REMEDY = r"fetch the checkpoint again|install the version"


def sign(directory: Path, **changes: object) -> None:
    """Writes the manifest anew, with the digests of the files as they are."""
    path = directory / "framescope.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    for file in manifest["sha256"]:
        manifest["sha256"][file] = digest((directory / file).read_bytes())
    path.write_text(json.dumps({**manifest, **changes}), encoding="utf-8")


def assert_refused(directory: Path, message: str) -> None:
    """At load or, at the latest, at the first sentence; with a remedy, and in few words."""
    with pytest.raises(CheckpointError, match=message) as refused:
        FramingModel.from_pretrained(directory).predict(["The regime fell.", "x" * 999])
    assert re.search(_REMEDY, str(refused.value)), refused.value
    assert len(str(refused.value)) < 1_000
