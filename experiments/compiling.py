"""Compiling: the machine code of the model, made once for this computer."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from experiments.worlds import build_for, simulate
from sim import behaviour
from sim.engine.compiled import cache_folder, rules_hash
from sim.scenario import Scenario
from sim.warming import HALVES

SMALLEST_COUNTRY = 1000  # households for one simulated


def compiled() -> Path:
    """Return the mark that this version of the code has been compiled on this computer."""
    return cache_folder() / f"ready-{rules_hash()}"


def mark_compiled() -> None:
    """Remember that this version of the code has been compiled; without the mark, it is only said once more."""
    with suppress(OSError):
        compiled().touch()


def compile_model(scenario: Scenario) -> None:
    """Compile everything that a scenario uses: both halves of the model at once, then one run of the whole."""
    import joblib

    build_for(scenario, SMALLEST_COUNTRY)
    joblib.Parallel(n_jobs=len(HALVES))(joblib.delayed(half)(scenario.country) for half in HALVES)
    smallest = scenario.revised(scale=SMALLEST_COUNTRY)
    simulate(smallest.as_dict(), behaviour.medians(scenario.country), scenario.seed)
    mark_compiled()
