"""A made-up country for tests of work: households and persons from a fixed hash, with the country's real employers."""

from __future__ import annotations

from functools import cache
from types import SimpleNamespace
from typing import Any

import numpy as np

from sim.behaviour import Behaviour
from sim.engine.columns import taken, typed
from sim.engine.draws import Decision, key
from sim.labour import LabourWorld
from sim.labour import begin as begin_labour
from sim.laws import HISTORY, Rules, law_of
from sim.population.country import Country, load_country
from sim.population.draws import normal, uniform
from sim.population.employers import employ
from sim.population.sampling import balanced
from sim.scenario import Scenario
from sim.state.households import Households
from sim.state.labour import Persons as Certified
from sim.state.persons import EVER, LASTS, NEVER_CERTIFIED, Persons
from sim.state.terms import EconomyTerms
from sim.work.beginning import Options, begin_persons, jobs_at_start
from sim.work.world import Conditions, WorkWorld, calm

START = -24
STATIC = Options(yearly=False)
REAL = 1_500_000  # households
HOMES = 1000
HEAVY, LIGHT = REAL // HOMES, REAL // HOMES // 10  # weights of households without and with a member on the register


@cache
def country() -> Country:
    """Return the country's figures."""
    return load_country("kyrgyzstan")


@cache
def behaviour() -> Behaviour:
    """Return every parameter at the median of its prior."""
    return Behaviour.central()


@cache
def rules() -> Any:
    """Return the laws and economy of the country."""
    scenario = Scenario.of({"name": "test", "scale": 100, "start": "2022-01", "horizon": "2026-12"})
    return Rules(law_of(scenario, HISTORY, country().regions))


@cache
def economy(t: int = START) -> EconomyTerms:
    """Return prices, wages and taxes of a month."""
    return rules().terms(t, behaviour()).economy


def luck(sub: int, rows: int) -> np.ndarray:
    """Return uniforms of rows under a fixed key."""
    return uniform(key(7, Decision.BUILD, 3, sub), np.arange(rows))


@cache
def population(homes: int = HOMES) -> SimpleNamespace:
    """Return a made-up country: households sorted by oblast, every seventh with a member on the disability register."""
    land = country()
    heavy, light = REAL // homes, REAL // homes // 10
    share = np.cumsum(land.population / land.population.sum())
    oblast = np.sort(np.searchsorted(share, luck(1, homes)).clip(0, 8))
    members = 1 + np.floor(7 * luck(2, homes)).astype(np.int64)
    first = np.cumsum(members) - members
    home = np.repeat(np.arange(homes), members)
    people = len(home)
    rank = np.arange(people) - first[home]
    age = np.where(rank < 2, 20 + 58 * luck(3, people), 40 * luck(4, people) ** 1.6) * 12
    woman = luck(5, people) < 0.52
    on_register = (np.arange(homes) % 7 == 0)[home] & (rank == 0) & (age < 700)
    since = np.where(
        on_register, np.where(luck(6, people) < 0.8, -300, np.floor(60 * luck(7, people))), NEVER_CERTIFIED
    )
    everyone = typed(Persons, {
        "identifier": 100 + 3 * np.arange(people), "household": home, "woman": woman, "birth": -np.floor(age) - 1,
        "education": np.where(age > 216, (luck(8, people) > 0.1).astype(int) + (luck(9, people) > 0.82), 0),
        "role": np.zeros(people), "group": np.where(on_register, 2, 0), "kind": np.zeros(people),
        "certified_from": since, "abroad": (luck(10, people) < 0.15) & (age > 240) & (age < 600) & ~on_register,
        "wage_score": normal(luck(11, people)), "reached": np.ones(people), "enters": np.full(people, EVER),
        "leaves": np.full(people, LASTS),
    })  # fmt: skip
    children = np.bincount(home[age < 192], minlength=homes)
    ones = np.zeros(homes)
    households = typed(Households, dict.fromkeys(Households._fields, ones) | {
        "identifier": 10 + np.arange(homes), "oblast": oblast, "urban": luck(12, homes) < 0.35,
        "size": members, "members": members, "first_person": first, "children": children,
        "weight": np.where(np.bincount(home[on_register], minlength=homes) > 0, light, heavy),
        "land": np.where(luck(13, homes) < 0.3, 2.0 * luck(14, homes), 0.0),
        "herd": np.where(luck(15, homes) < 0.3, 30.0 * luck(16, homes), 0.0),
    })  # fmt: skip
    rows = np.flatnonzero(on_register)
    certified = typed(Certified, {
        "identifier": 5 + np.arange(len(rows)), "household": home[rows], "oblast": oblast[home[rows]],
        "raion": np.zeros(len(rows)), "urban": households.urban[home[rows]], "woman": woman[rows],
        "age": age[rows] // 12, "group": np.full(len(rows), 2), "kind": np.zeros(len(rows)),
        "secondary": np.ones(len(rows)), "distance": np.full(len(rows), 10.0), "benefit": np.full(len(rows), 4000.0),
        "certified_from": since[rows], "employed_luck": luck(17, len(rows)), "person": rows,
    })  # fmt: skip
    staff = employ(land, 1)
    few = taken(staff, balanced(staff, light))
    return SimpleNamespace(
        households=households, everyone=everyone, persons=certified, employers=few, country=land,
        labour_weight=float(light), scale=heavy,
    )  # fmt: skip


def begun(options: Options = STATIC, seed: int = 1) -> WorkWorld:
    """Return the made-up country's work before its first month."""
    return begin_persons(population(), behaviour(), economy(), seed, START, options)


def labour(seed: int = 1) -> LabourWorld:
    """Return the labour block of the made-up country before its first month."""
    return begin_labour(population(), behaviour(), seed)


def conditions() -> Conditions:
    """Return conditions of normal markets with as many jobs as at the start."""
    return calm(jobs_at_start(population()))


def run(world: WorkWorld, months: int, first: int = START, static: bool = True) -> WorkWorld:
    """Simulate months in normal markets and return the world."""
    for t in range(first, first + months):
        world.month(t, economy(START if static else t), conditions())
    return world
