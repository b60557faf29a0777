"""Study: a scenario with everything that decides its numbers, and the list of runs it asks for."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from experiments.store import Unit, digest

if TYPE_CHECKING:
    from sim.population import Population
    from sim.scenario import Scenario

# Choices of a scenario that add runs or name things, but never change the number that a run gives.
NOT_IDENTITY = {"draws", "replications", "question"}
SMALLEST_COUNTRY = 1000  # households for one simulated


class Simulator(Protocol):
    """One comparison: all designs of a scenario under one parameter set and one seed."""

    def __call__(self, scenario: Mapping[str, Any], values: Mapping[str, float], seed: int) -> list[dict[str, Any]]:
        """Return tidy records: design, outcome, group, month and value. The scenario comes as plain values."""


def simulate(scenario: Mapping[str, Any], values: Mapping[str, float], seed: int) -> list[dict[str, Any]]:
    """Return the records of one comparison; the population is mapped from disk once in each process."""
    from sim import twins
    from sim.behaviour import Behaviour

    made, population = _world(json.dumps(scenario))
    return list(twins.compare(population, made, Behaviour.from_values(values), seed).records())


@lru_cache(maxsize=2)
def _world(text: str) -> tuple[Scenario, Population]:
    from sim import population
    from sim.scenario import Scenario

    scenario = Scenario.of(json.loads(text))
    return scenario, population.load(scenario.country, scenario.scale)


def seed_of(root: int, draw: int, replication: int) -> int:
    """Return the seed of a unit: a hash of its address, so that it depends on nothing else.

    >>> seed_of(1, 0, 0) == seed_of(1, 0, 0), seed_of(1, 0, 0) == seed_of(1, 0, 1), seed_of(1, 0, 0) < 2**53
    (True, False, True)
    """
    from sim.draws import key

    return int(key(root, 0, draw, replication)) >> 11


@dataclass(frozen=True)
class Study:
    """A scenario as plain values, its parameter sets, and the identity of everything that can change a number."""

    name: str
    scenario: Mapping[str, Any]
    parameter_sets: Sequence[Mapping[str, float]]
    replications: int
    root_seed: int
    identity: Mapping[str, str]
    simulator: Simulator = simulate
    coverage: str = "Intervals hold the middle 90 % of the parameter sets given."
    status: str = "prior scenario"

    @property
    def units(self) -> list[Unit]:
        """The runs asked for: all draws of the first replication, then of the second."""
        draws = range(len(self.parameter_sets))
        return [Unit(draw, replication) for replication in range(self.replications) for draw in draws]

    def seed(self, unit: Unit) -> int:
        """Return the seed that all designs of a unit share."""
        return seed_of(self.root_seed, unit.draw, unit.replication)

    @property
    def folder_name(self) -> str:
        """Scenario name and the first digits of the identity: studies that differ never meet in one folder."""
        return f"{self.name.replace(' ', '-')}-{digest(dict(self.identity))[:8]}"


def prepare(scenario: Scenario) -> Study:
    """Return the study of a scenario: draws its parameter sets and builds or finds the simulated population."""
    from calibration.sets import parameter_sets
    from sim import population
    from sim.compiled import source_hash

    sets = parameter_sets(scenario.prior, scenario.draws, scenario.seed, scenario.country)
    country = population.load(scenario.country, scenario.scale)
    plain = scenario.as_dict()
    described = {key: value for key, value in plain.items() if key not in NOT_IDENTITY}
    identity = {
        "scenario": digest(described),
        "population": str(country.digest),
        "code": source_hash(),
        "priors": sets.fingerprint,
    }
    return Study(
        scenario.name, plain, sets.values, scenario.replications, scenario.seed, identity, coverage=sets.coverage,
        status=sets.status,
    )  # fmt: skip


def compiled() -> Path:
    """Return the mark that this version of the code has been compiled on this computer."""
    from sim.compiled import cache_folder, rules_hash

    return cache_folder() / f"ready-{rules_hash()}"


def mark_compiled() -> None:
    """Remember that this version of the code has been compiled; without the mark, it is only said once more."""
    with suppress(OSError):
        compiled().touch()


def compile_model(scenario: Scenario) -> None:
    """Compile everything that a scenario uses: both halves of the model at once, then one run of the whole."""
    import joblib

    from sim import behaviour, population
    from sim.warming import HALVES

    population.load(scenario.country, SMALLEST_COUNTRY)
    joblib.Parallel(n_jobs=len(HALVES))(joblib.delayed(half)(scenario.country) for half in HALVES)
    smallest = scenario.revised(scale=SMALLEST_COUNTRY)
    simulate(smallest.as_dict(), behaviour.medians(scenario.country), scenario.seed)
    mark_compiled()
