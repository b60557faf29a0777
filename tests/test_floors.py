"""The floors of the house: imports point down, and the tool that checks it can see a breach."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent
PACKAGES = ("sim", "calibration", "experiments", "workshop")


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    program = "from importlinter.cli import lint_imports_command as c; c()"
    command = [sys.executable, "-c", program, "--no-cache", "--config", str(folder / "pyproject.toml")]
    return subprocess.run(command, capture_output=True, text=True, cwd=folder, env={"PYTHONPATH": str(folder)})


def copy(folder: Path) -> Path:
    shutil.copy(ROOT / "pyproject.toml", folder)
    for package in PACKAGES:
        shutil.copytree(ROOT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__", "country"))
    return folder


def test_imports_point_down():
    done = lint(ROOT)
    assert done.returncode == 0, done.stdout


def test_an_import_upwards_is_found(tmp_path):
    copy(tmp_path)
    with (tmp_path / "sim" / "engine" / "draws.py").open("a") as module:
        module.write(
            "\n\ndef breach():\n    import sim.scenario\n    import experiments.store\n    import matplotlib\n"
        )
    done = lint(tmp_path)
    assert done.returncode != 0
    for upwards in ("sim.scenario", "experiments.store", "matplotlib"):
        assert f"sim.engine.draws -> {upwards}" in done.stdout, upwards


def test_every_module_of_sim_has_its_floor():
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    layers = next(contract["layers"] for contract in contracts if contract.get("containers") == ["sim"])
    placed = {name for layer in layers for name in re.findall(r"\w+", layer)}
    there = {
        path.stem for path in (ROOT / "sim").iterdir()
        if path.stem != "__init__" and (path.suffix == ".py" or (path / "__init__.py").exists())
    }  # fmt: skip
    assert there <= placed, f"name the floor of {there - placed} in pyproject.toml"


def test_no_module_is_longer_than_four_hundred_lines():
    long = {
        str(path.relative_to(ROOT)): count
        for package in PACKAGES
        for path in (ROOT / package).rglob("*.py")
        if (count := len(path.read_text().splitlines())) > 400
    }
    assert not long
