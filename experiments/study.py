"""Study: a scenario with everything that decides its numbers, and the list of runs it asks for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from experiments.store import Unit, digest

if TYPE_CHECKING:
    from sim.scenario import Scenario

# Choices of a scenario that add runs or name things, but never change the number that a run gives.
NOT_IDENTITY = {"draws", "replications"}
COVERAGE = (
    "Intervals hold the middle 90 % of parameter draws from the priors (literature and judgement). The model has not "
    "been calibrated here: read them as a prior scenario, not as a forecast."
)


class Simulator(Protocol):
    """One comparison: all designs of a scenario under one parameter set and one seed."""

    def __call__(self, scenario: Scenario, values: Mapping[str, float], seed: int) -> list[dict[str, Any]]:
        """Return tidy records: design, outcome, group, month and value."""


def simulate(scenario: Scenario, values: Mapping[str, float], seed: int) -> list[dict[str, Any]]:
    """Return the records of one comparison; the population is mapped from disk once in each process."""
    from sim import population, twins
    from sim.behaviour import Behaviour

    country = population.load(scenario.country, scenario.scale)
    return list(twins.compare(country, scenario, Behaviour.from_values(values), seed).records())


def seed_of(root: int, draw: int, replication: int) -> int:
    """Return the seed of a unit: a hash of its address, so that it depends on nothing else.

    >>> seed_of(1, 0, 0) == seed_of(1, 0, 0), seed_of(1, 0, 0) == seed_of(1, 0, 1), seed_of(1, 0, 0) < 2**53
    (True, False, True)
    """
    from sim.draws import key

    return int(key(root, 0, draw, replication)) >> 11


@dataclass(frozen=True)
class Study:
    """A scenario, its parameter sets and the identity of everything that can change a number."""

    scenario: Scenario
    parameter_sets: Sequence[Mapping[str, float]]
    identity: Mapping[str, str]
    simulator: Simulator = simulate

    @property
    def units(self) -> list[Unit]:
        """The runs asked for: all draws of the first replication, then of the second."""
        repeats, draws = range(self.scenario.replications), range(len(self.parameter_sets))
        return [Unit(draw, replication) for replication in repeats for draw in draws]

    def seed(self, unit: Unit) -> int:
        """Return the seed that all designs of a unit share."""
        return seed_of(self.scenario.seed, unit.draw, unit.replication)

    @property
    def name(self) -> str:
        """Scenario name and the first digits of the identity: the name of the results folder."""
        return f"{self.scenario.name}-{digest(dict(self.identity))[:8]}"


def prepare(scenario: Scenario) -> Study:
    """Return the study of a scenario: draws its parameter sets and builds or finds the simulated population."""
    from calibration import priors
    from sim import behaviour, population
    from sim.compiled import source_hash

    table = behaviour.priors()
    country = population.load(scenario.country, scenario.scale)
    described = {key: value for key, value in scenario.model_dump(mode="json").items() if key not in NOT_IDENTITY}
    identity = {
        "scenario": digest(described),
        "population": str(country.digest),
        "code": source_hash(),
        "priors": priors.fingerprint(table),
    }
    return Study(scenario, priors.draw(scenario.draws, scenario.seed, table), identity)
