"""Worlds: one run of all arms of a study; each simulated country is there once in each process.

Arms that differ in policy alone live in one world: its history is simulated once and all of them fork from it. Arms
that differ in data or behaviour live in worlds of their own, under the same seed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from experiments.factors import applied, split
from sim import population, twins
from sim.behaviour import Behaviour
from sim.countries import fingerprint
from sim.engine.compiled import source_hash
from sim.errors import ResultError
from sim.outcomes import AGAINST_FIRST
from sim.population.store import cache_folder
from sim.scenario import Scenario

if TYPE_CHECKING:
    from sim.population import Population

HISTORY, ARMS = "history", "arms"


class Simulator(Protocol):
    """One comparison: all arms of a study under one parameter set and one seed."""

    def __call__(self, scenario: Mapping[str, Any], values: Mapping[str, Any], seed: int) -> list[dict[str, Any]]:
        """Return tidy records: design, outcome, group, month and value. The scenario comes as plain values."""


class World(NamedTuple):
    """A simulated country in which some of the arms live: all that share data and behaviour."""

    scenario: Scenario
    population: Population
    behaviour: Mapping[str, float]
    arms: Mapping[str, Sequence[str]]  # design -> arms


def simulate(scenario: Mapping[str, Any], values: Mapping[str, Any], seed: int) -> list[dict[str, Any]]:
    """Return the records of one comparison; the population is mapped from disk once in each process.

    ``scenario`` is that of a scenario file, with the key ``arms`` (arm -> design and what differs) where arms are more
    than designs. ``values`` are parameters of behaviour, and addresses in the scenario such as ``economy.inflation``.
    """
    parameters, levers = split(values)
    rows: dict[str, list[dict[str, Any]]] = {}
    for number, world in enumerate(_worlds(json.dumps(applied(scenario, levers)))):
        behaviour = Behaviour.from_values({**parameters, **world.behaviour})
        for row in twins.compare(world.population, world.scenario, behaviour, seed).records():
            if row["group"] == HISTORY and number:
                continue  # the record of the past is that of the first arm's world
            if row["outcome"] in AGAINST_FIRST and number:
                continue  # the first arm lives in another world
            for arm in world.arms[row["design"]][: 1 if row["group"] == HISTORY else None]:
                rows.setdefault(arm, []).append({**row, "design": arm})
    order = scenario.get(ARMS) or scenario["designs"]
    return [row for arm in order for row in rows.get(arm, ())]


@lru_cache(maxsize=4)
def _worlds(text: str) -> list[World]:
    plain = json.loads(text)
    arms = plain.pop(ARMS, None) or {name: {} for name in plain["designs"]}
    alike: dict[str, list[str]] = {}
    for name, arm in arms.items():
        alike.setdefault(json.dumps({key: value for key, value in arm.items() if key != "design"}), []).append(name)
    worlds = []
    for key, names in alike.items():
        differs = json.loads(key)
        designs: dict[str, list[str]] = {}
        for name in names:
            designs.setdefault(arms[name].get("design", name), []).append(name)
        changes = {name: differs[name] for name in ("economy", "country") if name in differs}
        kept = {"designs": {design: plain["designs"][design] for design in designs}}
        scenario = Scenario.of(plain | changes | kept)
        population = populated(scenario, differs.get("population", 1))
        worlds.append(World(scenario, population, differs.get("behaviour", {}), designs))
    return worlds


def populated(scenario: Scenario, number: int = 1) -> Population:
    """Return a simulated population, mapped from disk; one process of this computer builds it while others wait."""
    with locked(cache_folder() / "building"):
        return population.load(scenario.country, scenario.scale, number, scenario.labour_scale)


def build_for(scenario: Scenario, smallest: int) -> None:
    """Build a country once and keep it at the scales of a scenario and at another; see :func:`populated`."""
    with locked(cache_folder() / "building"):
        population.keep(scenario.country, (smallest, scenario.scale), labour_scale=scenario.labour_scale)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold a lock that other processes of this computer wait for, where the system has such locks."""
    try:
        import fcntl
    except ImportError:
        yield
        return
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def made_here(scenario: Mapping[str, Any], simulator: Simulator, identity: Mapping[str, str]) -> None:
    """Raise ``ResultError`` if this process would give other numbers: another program or another population."""
    if simulator is simulate:
        for key, value in identity_here(json.dumps(scenario)).items():
            if identity.get(key) != value:
                what = {"code": "version of the model", "population": "simulated population",
                        "country": "folder of the country"}[key]  # fmt: skip
                raise ResultError(
                    f"a worker has another {what} than the study ({value} instead of {identity.get(key)}); all "
                    "computers of a study must have the same installation"
                )


@lru_cache(maxsize=4)
def identity_here(text: str) -> dict[str, str]:
    """Return what decides a scenario's numbers and is not in it: code, populations, all data of countries."""
    populations = dict.fromkeys(str(world.population.digest) for world in _worlds(text))
    folders = dict.fromkeys(fingerprint(world.scenario.country) for world in _worlds(text))
    return {"code": source_hash(), "population": "-".join(populations), "country": "-".join(folders)}
