"""The small model that tools are compared by is the same model in each: counts without luck, shares with it."""

from __future__ import annotations

import importlib
import math
import statistics
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from sim.engine import compiled

PEERS = Path(__file__).parents[1] / "benchmarks" / "peers"
NEEDED = {
    "engine": "numba", "numpy_arrays": "numpy", "mesa_objects": "mesa", "polars_frames": "polars",
    "starsim_arrays": "starsim", "agentpy_objects": "agentpy",
}  # fmt: skip
TOOLS = [tool for tool, package in NEEDED.items() if find_spec(package)]
PERSONS, MONTHS, SEEDS = 3000, 8, 12
LARGEST_DIFFERENCE = 4.5  # standard errors

pytestmark = pytest.mark.skipif(not compiled.ENABLED, reason="its 32-bit luck has no plain form")


@pytest.fixture(scope="module")
def m():
    sys.path.insert(0, str(PEERS))
    yield importlib.import_module("small_model")
    sys.path.remove(str(PEERS))


def run(m, tool, *arguments):
    """The report of a run."""
    return importlib.import_module(tool).run(m.people(PERSONS, 1), *arguments)


@pytest.fixture(scope="module")
def lucky(m):
    """Reports of some seeds from NumPy."""
    return [run(m, "numpy_arrays", MONTHS, seed) for seed in range(SEEDS)]


@pytest.mark.parametrize("tool", TOOLS)
def test_without_luck_every_tool_gives_the_same_figures(m, tool):
    mine, numpy = (run(m, one, MONTHS, 5, m.STILL) for one in (tool, "numpy_arrays"))
    assert numpy.grants > 0
    assert numpy.poor > 0.0
    assert numpy.benefits > 0.0
    assert numpy.levy > 0
    assert all(math.isclose(a, b, rel_tol=1e-6) for a, b in zip(mine, numpy, strict=True)), (mine, numpy)


@pytest.mark.parametrize("tool", TOOLS)
def test_when_every_seat_is_offered_every_tool_fills_as_many(m, tool):
    rules = m.STILL._replace(fill=1.0)
    mine, numpy = (run(m, one, 1, 5, rules) for one in (tool, "numpy_arrays"))
    assert 0 < numpy.seated < m.people(PERSONS, 1).owed.sum(), "seats or seekers are too many to tell tools apart"
    assert (mine.seated, mine.levy) == (numpy.seated, numpy.levy)


@pytest.mark.parametrize("tool", [tool for tool in TOOLS if tool != "numpy_arrays"])
def test_with_luck_every_tool_gives_the_same_figures_on_average(m, tool, lucky):
    mine = [run(m, tool, MONTHS, 100 + seed) for seed in range(SEEDS)]
    for name, a, b in zip(m.Report._fields, zip(*mine, strict=True), zip(*lucky, strict=True), strict=True):
        error = math.sqrt((statistics.variance(a) + statistics.variance(b)) / SEEDS)
        apart = abs(statistics.fmean(a) - statistics.fmean(b))
        assert apart <= LARGEST_DIFFERENCE * error, f"{name}: {apart / error:.1f} standard errors apart"


def test_the_engine_gives_the_same_bits_with_any_number_of_threads(m):
    engine, people = importlib.import_module("engine"), m.people(20_000, 3)
    one, two, three = (engine.run(people, 6, 7, threads=threads) for threads in (1, 2, 3))
    assert one == two == three


def test_taxes_and_benefits_by_rows_and_by_whole_arrays_are_equal_bit_for_bit(m):
    taxes = importlib.import_module("tax_rules")
    survey, law = taxes.survey(5000), taxes.terms()
    found = taxes.rules(survey, law, threads=2)
    assert taxes.differing(found, taxes.whole_arrays(survey, law)) == []
    assert all(column.any() for name, column in zip(found._fields, found, strict=True) if name != "universal")
