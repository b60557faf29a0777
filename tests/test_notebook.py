"""The notebooks run from their first cell to their last."""

from __future__ import annotations

import os
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

ROOT = Path(__file__).parents[1]
SHOWN = {
    "notebook.ipynb": (
        "Should a contract take away the child benefit", "image/png", "report.ky.html", "families_worse_off",
    ),
    "survey.ipynb": (
        "The file can be used.", "Every target is met.", "is in ourland", "Child benefit received",
        "result/report.html",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SHOWN)
def test_a_notebook_runs_and_shows_what_it_says(name, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]))
    notebook = nbformat.read(ROOT / "docs" / name, as_version=4)
    assert not any(cell.get("outputs") for cell in notebook.cells), "it is kept without results"
    place = {"metadata": {"path": str(ROOT)}}
    NotebookClient(notebook, timeout=600, kernel_name="python3", resources=place).execute()
    shown = str([cell.get("outputs", []) for cell in notebook.cells])
    assert [text for text in SHOWN[name] if text not in shown] == []
