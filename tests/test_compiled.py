"""Compiled code is found again exactly when everything that it was made of is the same."""

from __future__ import annotations

import shutil
from collections import namedtuple
from pathlib import Path

import pytest

from sim.engine import compiled

numba = pytest.importorskip("numba")


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the model's sources in another place, which the hashes are taken of."""
    shutil.copytree(compiled.ROOT, tmp_path / "sim", ignore=shutil.ignore_patterns("country", "__pycache__"))
    monkeypatch.setattr(compiled, "ROOT", tmp_path / "sim")
    for function in (compiled.closure_hash, compiled._source, compiled._imported):
        function.cache_clear()
    yield tmp_path / "sim"
    for function in (compiled.closure_hash, compiled._source, compiled._imported):
        function.cache_clear()


def changed(path: Path, text: str = "\nCHANGED = 1\n") -> None:
    path.write_text(path.read_text() + text)
    compiled._source.cache_clear()
    compiled.closure_hash.cache_clear()


def test_equal_sources_share_compiled_code_wherever_they_lie(copy):
    mine = compiled.closure_hash(copy / "agents" / "households" / "consuming.py")
    compiled.ROOT = Path(compiled.__file__).parent.parent
    compiled._imported.cache_clear()
    compiled.closure_hash.cache_clear()
    assert compiled.closure_hash(compiled.ROOT / "agents" / "households" / "consuming.py") == mine


@pytest.mark.parametrize(
    "edited", ["agents/households/consuming.py", "agents/working.py", "engine/draws.py", "engine/compiled.py"]
)
def test_an_edit_of_a_sweep_or_of_anything_it_imports_compiles_it_anew(copy, edited):
    sweep = copy / "agents" / "households" / "consuming.py"
    before = compiled.closure_hash(sweep)
    changed(copy / edited)
    assert compiled.closure_hash(sweep) != before


@pytest.mark.parametrize("edited", ["twins.py", "schedule.py", "agents/operating.py", "labour/world.py"])
def test_an_edit_elsewhere_compiles_nothing_anew(copy, edited):
    sweep = copy / "agents" / "households" / "consuming.py"
    before = compiled.closure_hash(sweep)
    changed(copy / edited)
    assert compiled.closure_hash(sweep) == before


def test_a_module_imported_from_its_package_is_followed(copy):
    enforcing = copy / "labour" / "enforcing.py"
    before = compiled.closure_hash(enforcing)
    changed(copy / "agents" / "complying.py")
    assert compiled.closure_hash(enforcing) != before, "enforcing imports year, and year imports complying"


@pytest.mark.skipif(not compiled.ENABLED, reason="the model runs in plain Python")
def test_two_tables_of_equal_types_whose_columns_have_other_names_do_not_share_code():
    first, second = namedtuple("Table", "a b"), namedtuple("Table", "b a")
    kinds = [numba.typeof(kind(1.0, 2.0)) for kind in (first, second)]
    assert compiled._names([kinds[0]]) != compiled._names([kinds[1]])
