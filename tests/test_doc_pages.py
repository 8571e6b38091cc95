"""The pages that show what commands print, and the notebook: run as a reader would."""

import pytest
from conftest import ROOT
from doc_blocks import PAGES, run_page


@pytest.mark.parametrize("page", PAGES)
def test_the_page_shows_what_its_blocks_print(page, tmp_path):
    """After a change of weights: `python tests/doc_blocks.py` writes the outputs anew."""
    for block in run_page(ROOT / "docs" / page, tmp_path):
        assert block.holds, f"{page}:\n{block.code}\nshown:\n{block.shown}\nis:\n{block.printed}"


def test_the_notebook_runs_and_is_kept_without_outputs():
    nbformat, nbclient = pytest.importorskip("nbformat"), pytest.importorskip("nbclient")
    pytest.importorskip("ipykernel")
    notebook = nbformat.read(ROOT / "examples/compare.ipynb", as_version=4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert not any(cell.outputs or cell.execution_count for cell in code)
    place = {"metadata": {"path": str(ROOT / "examples")}}
    nbclient.NotebookClient(notebook, timeout=600, kernel_name="python3", resources=place).execute()
    assert "terrorists" in str(code[2].outputs)
