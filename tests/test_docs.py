"""What the pages under docs/ show works as shown."""

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys

import duckdb
import pytest
from conftest import ROOT

from framescope.cli import main

LABELLED = r"\['loaded_label'\]"


def _blocks(page: str, language: str) -> list[str]:
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    return re.findall(rf"```{language}\n(.*?)```", text, re.S)


def _block(word: str) -> str:
    (block,) = [block for block in _blocks("batch.md", "python") if word in block]
    return block


@pytest.mark.parametrize(
    ("first", "shown"),
    [
        ("import pandas", r"Post +loaded_label +1"),
        ("from datasets", rf"'techniques': {LABELLED}.*'outlet': 'Post'"),
    ],
)
def test_the_python_blocks_run(first, shown, capsys):
    exec(compile(_block(first), "batch.md", "exec"), {})
    assert re.search(shown, capsys.readouterr().out)


@pytest.mark.parametrize(
    ("package", "first", "shown"),
    [
        ("ray", "import ray", "'text': 'Sources said so.'"),
        ("pyspark", "from pyspark", r"The regime fell\. *\|\[loaded_label\]"),
    ],
)
def test_the_engines_blocks_run(package, first, shown, tmp_path):
    """Each in a process of its own, since it starts a cluster."""
    if not importlib.util.find_spec(package):
        pytest.skip(f"needs {package}")
    if package == "pyspark" and not shutil.which("java"):
        pytest.skip("Spark needs Java")
    script = tmp_path / "block.py"
    script.write_text(_block(first), "utf-8")
    done = subprocess.run(
        [sys.executable, script],
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
        env={**os.environ, "PYSPARK_PYTHON": sys.executable, "SPARK_LOCAL_IP": "127.0.0.1"},
    )
    assert re.search(shown, done.stdout), done.stderr[-2000:]


def test_the_queries_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    rows = [
        {"text": "The regime fell. The council met.", "outlet": "Post"},
        {"text": "Talks go on.", "outlet": "Herald"},
    ]
    lines = "".join(json.dumps(row) + "\n" for row in rows)
    (tmp_path / "in.jsonl").write_text(lines, encoding="utf-8")
    assert main(["score", "in.jsonl", "--keep", "outlet", "-o", "scores.parquet"]) == 0
    rates, words = _blocks("batch.md", "sql")[0].split("\n\n")
    assert duckdb.sql(rates).fetchall() == [("Post", 50.0), ("Herald", 0.0)]
    assert duckdb.sql(words).fetchall() == [("regime", 1)]


def test_the_simulated_figures_are_those_of_the_script():
    script = ROOT / "docs" / "simulate_scaling.py"
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, check=True)
    assert done.stdout in (ROOT / "docs" / "scaling.md").read_text(encoding="utf-8")
