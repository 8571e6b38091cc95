"""Manifests and files of checkpoints from strangers: refused with a remedy where they are odd."""

import json
import os
import re
import shutil

import pytest
from strangers import GRAPH, assert_refused, sign

from framescope import FramingModel
from framescope.checkpoint import digest, read_checkpoint


@pytest.fixture
def copy(tiny_checkpoint, tmp_path):
    return shutil.copytree(tiny_checkpoint, tmp_path / "checkpoint")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\0",
        b"[" * 100_000,
        b"\xff\xfe{\0}\0",
        b'{"format": ' + b"9" * 5_000 + b"}",
        b"{}",
        b"[]",
        b"null",
        b'"text"',
        b'{"format": 1}',
        b'{"format": NaN}',
    ],
    ids=range(11),
)
def test_a_manifest_that_is_none_is_refused(copy, content):
    (copy / "framescope.json").write_bytes(content)
    assert_refused(copy, r"framescope\.json: ")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        *[("max_tokens", bad) for bad in (0, 2, -5, 10**30, 1e9, True, "48", None, [48])],
        *[("name", bad) for bad in (None, 5, ["tiny"])],
        *[("techniques", bad) for bad in (None, 5, "loaded_label", {})],
        *[("calibrations", bad) for bad in (None, 5, [], {"int8": None}, {"int8": {}})],
        *[("sha256", bad) for bad in (None, 5, [], {"a": 5}, {"a": "abc"}, {"a": "g" * 64})],
        ("format", "1" * 100_000),
    ],
)
def test_a_manifest_of_wrong_types_is_refused(copy, key, value):
    sign(copy, **{key: value})
    assert_refused(copy, r"framescope\.json: ")


@pytest.mark.parametrize("name", ["slopes", "intercepts", "thresholds", "span_thresholds"])
@pytest.mark.parametrize(
    "bad",
    ["NaN", "Infinity", "1e400", "1e39", "9" * 400, '"0.5"', "null", "[1]"],
)
def test_constants_that_are_no_numbers_are_refused(copy, name, bad):
    path = copy / "framescope.json"
    manifest = path.read_text(encoding="utf-8")
    changed = re.sub(rf'("{name}": \[\s*)[^,]+', rf"\g<1>{bad}", manifest)
    assert changed != manifest
    path.write_text(changed, encoding="utf-8")
    assert_refused(copy, f"{name} needs 3 finite numbers")


def test_a_threshold_that_no_probability_can_have_is_refused(copy):
    path = copy / "framescope.json"
    path.write_text(re.sub(r'("thresholds": \[\s*)[^,]+', r"\g<1>1.5", path.read_text()), "utf-8")
    assert_refused(copy, "thresholds needs numbers from 0 to 1")


def test_files_may_be_links_as_in_the_cache_of_the_hub(copy, tmp_path):
    blobs, snapshot = tmp_path / "own" / "blobs", tmp_path / "own" / "snapshots" / "abc"
    (snapshot / "onnx").mkdir(parents=True)
    blobs.mkdir()
    for file in ("framescope.json", "tokenizer.json", GRAPH):
        blob = (copy / file).rename(blobs / digest(file.encode()))
        (snapshot / file).symlink_to(os.path.relpath(blob, (snapshot / file).parent))
    assert FramingModel.from_pretrained(snapshot).predict(["The regime fell."])


def test_names_in_a_manifest_are_never_opened(copy):
    path = copy / "framescope.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    manifest["sha256"] |= dict.fromkeys(["../x", "/dev/tty", "C:\\x", "\0"], "0" * 64)
    path.write_text(json.dumps(manifest), encoding="utf-8")
    assert FramingModel.from_pretrained(copy).predict(["The regime fell."])


@pytest.mark.parametrize("file", ["framescope.json", "tokenizer.json"])
def test_a_pipe_and_a_directory_are_no_files(copy, file):
    (copy / file).unlink()
    os.mkfifo(copy / file)
    assert_refused(copy, "not a plain file")
    (copy / file).unlink()
    (copy / file).mkdir()
    assert_refused(copy, "not a plain file")


@pytest.mark.parametrize("file", ["framescope.json", "tokenizer.json", GRAPH])
def test_a_file_too_large_is_refused_unread(copy, file):
    with (copy / file).open("r+b") as opened:
        opened.truncate(2**31 + 1)
    assert_refused(copy, r"over [\d,]+ bytes")


def test_a_checkpoint_keeps_what_its_manifest_says(tiny_checkpoint):
    checkpoint = read_checkpoint(tiny_checkpoint)
    assert (checkpoint.name, checkpoint.max_tokens) == ("tiny", 48)
    assert set(checkpoint.calibrations) == {"int8", "fp32"}
