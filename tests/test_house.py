"""The house itself: imports point one way, inference is light, README and package are true."""

import ast
import json
import os
import re
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest
from conftest import ROOT

ORDER = ["framescope", "framescope_data", "framescope_eval", "framescope_training"]
SOURCES = dict(zip(ORDER, ["model", "data", "eval", "training"], strict=True))
HEAVY = ["torch", "transformers", "sklearn", "datasets", "scipy", "pandas", "huggingface_hub"]


def _imports(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield (node.module or "").split(".")[0]


@pytest.mark.parametrize("package", ORDER)
def test_imports_point_one_way(package):
    above = set(ORDER[ORDER.index(package) + 1 :])
    for path in (ROOT / SOURCES[package] / package).rglob("*.py"):
        assert not above & set(_imports(path)), path


def test_inference_loads_nothing_heavy():
    code = (
        "import sys; from framescope import FramingModel;"
        "FramingModel.from_pretrained().predict(['Sources said so.']);"
        f"print([m for m in {HEAVY} if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_inference_needs_no_network():
    code = (
        "import socket; socket.socket = None; socket.create_connection = None;"
        "from framescope import FramingModel;"
        "print(FramingModel.from_pretrained().predict(['The regime fell.'])[0].techniques)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "loaded_label" in done.stdout


def test_the_readme_python_block_runs(capsys):
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.S)
    assert blocks
    for block in blocks:
        exec(compile(block, "README.md", "exec"), {})
    assert "unverified_attribution" in capsys.readouterr().out


def test_the_readme_shows_real_output(tmp_path):
    """The first screen is what the command prints, to the letter."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    shown = re.search(r"<!-- output of make score -->\n```text\n(.*?)```", readme, re.S)
    assert shown
    done = subprocess.run(
        [sys.executable, "-m", "framescope.cli", "show", ROOT / "data/examples/war_bulletin.txt"],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "COLUMNS": "100"},
    )
    printed = [line.rstrip() for line in done.stdout.splitlines() if line.strip()]
    for line in shown[1].splitlines():
        if line.strip() and line.strip() != "...":
            assert line.rstrip() in printed


def test_the_readme_shell_commands_exist():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    targets = re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M)
    for target in re.findall(r"^make (\w+)", readme, re.M):
        assert target in targets


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--outdir", out, ROOT]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:] + done.stdout[-2000:]
    return next(out.glob("*.whl"))


def test_the_wheel_made_from_the_sdist_holds_what_inference_needs(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    for file in ("framescope.json", "tokenizer.json", "onnx/model_quantized.onnx"):
        assert f"framescope/checkpoints/small/{file}" in names
    for file in ("page.html", "page.css", "page.js", "reference.json"):
        assert f"framescope/page/{file}" in names
    assert "framescope_data/files/annotations/ptc-train.tsv" in names
    assert not [name for name in names if name.endswith((".safetensors", "model.onnx"))]


def test_the_wheel_scores_in_an_empty_environment_without_torch(wheel, tmp_path):
    venv.create(tmp_path / "env", with_pip=True)
    python = tmp_path / "env" / "bin" / "python"
    pip = [python, "-m", "pip", "install", "-q", "-c", ROOT / "constraints.txt", wheel]
    subprocess.run(pip, check=True, cwd=tmp_path, capture_output=True)
    (tmp_path / "a.txt").write_text("Sources said the regime had butchered them.", "utf-8")
    command = [python, "-m", "framescope.cli", "score", "a.txt", "-o", "out.jsonl"]
    subprocess.run(command, check=True, cwd=tmp_path, capture_output=True)
    row = json.loads((tmp_path / "out.jsonl").read_text(encoding="utf-8"))
    assert row["techniques"] == ["loaded_label", "unverified_attribution", "emotive_term"]
    missing = subprocess.run([python, "-c", "import torch"], capture_output=True, check=False)
    assert missing.returncode != 0
