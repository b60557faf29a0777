"""The same people on every machine, whatever its processor and its matrix library."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from sim.population import families, fitting, solving
from sim.population.country import load_country
from sim.population.pyramid import pyramid

ROOT = Path(__file__).parent.parent
# the oldest kernel of the matrix library, and NumPy's loops for old processors
OLD = {"OPENBLAS_CORETYPE": "Nehalem", "NPY_DISABLE_CPU_FEATURES": "X86_V4 AVX512_ICL X86_V3"}


def fingerprint() -> str:
    """A hash of how many families of each candidate live in each place, and of their members."""
    country = load_country("kyrgyzstan")
    homes, members = families.compose(country, 1, pyramid(country))
    digest = hashlib.sha256()
    for table in (homes, members):
        for name, column in sorted(table.items()):
            digest.update(f"{name} {column.dtype.str} {len(column)}".encode())
            digest.update(np.ascontiguousarray(column).data)
    return digest.hexdigest()


def test_families_do_not_hang_on_the_processor():
    script = "import test_machines; print(test_machines.fingerprint())"
    where = {**os.environ, **OLD, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests'}"}
    run = subprocess.run([sys.executable, "-c", script], env=where, capture_output=True, text=True)
    assert run.stdout.strip() == fingerprint(), run.stderr


def test_the_mix_on_file_is_that_of_the_margins(monkeypatch):
    means = solving.wanted_of(*solving.USUAL)

    def search(*given):
        raise AssertionError("solved.csv does not fit the margins: python -m sim.population.solving writes it anew")

    monkeypatch.setattr(fitting, "searched", search)
    mix = fitting.mixed(np.ones(len(means.common)), means, "families")
    assert mix.sum(axis=1) == pytest.approx(1.0)
    other = replace(means, common_mean=means.common_mean * 1.0001)
    with pytest.raises(AssertionError, match="does not fit"):
        fitting.mixed(np.ones(len(means.common)), other, "families")
