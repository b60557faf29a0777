"""Checks: run the record up to December 2023 and compare the engine's state with published figures."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Literal

import numpy as np

from sim.behaviour import Behaviour
from sim.engine.plain import plain
from sim.months import month_index
from sim.outcomes.people import Homes, Snapshot
from sim.outcomes.poverty import lines, real_consumption
from sim.population import load
from sim.population.country import Country
from sim.scenario import Scenario
from sim.schedule import advance
from sim.state.persons import PersonState, Work, at_home
from sim.twins import begun
from sim.validation import YEARS, Found, compare
from sim.world import World

STEPS = 2 * len(YEARS)
OF_ALL = ("t", "deflator", "line", "extreme_line", "homes")  # what of a snapshot is no column of persons


def checked(
    country: str | Path | Country, scale: int, seed: int = 1, behaviour: Behaviour | None = None, threads: int = 1,
    people: Literal["still", "living"] = "still", heard: Callable[[int], None] = lambda steps: None,
) -> list[Found]:  # fmt: skip
    """Return published figures beside the model's, at the medians of the parameters unless others are given.

    ``heard`` is told of each half-year that is done, of ``STEPS``. Where the population is living, published numbers of
    people at mid-year meet those of the model at mid-year.
    """
    population = load(country, scale)
    asked: dict[str, object] = {"country": population.country.word, "scale": scale, "population": people}
    asked |= {"start": "2024-01", "horizon": "2026-12"}
    behaviour = behaviour or Behaviour.central(population.country.word)
    never, before = begun(population, Scenario.of(asked), behaviour, seed, threads)
    snapshots: dict[int, Snapshot] = {}
    middle: dict[int, Snapshot] = {}
    for year in YEARS:
        for month, seen in ((6, middle), (12, snapshots)):
            last = month_index(year, month)
            if last >= before.t:
                advance(never, last)
                advance(before, last)
            seen[year] = snapshot(before)
            heard(1)
    return compare(population, snapshots, middle if people == "living" else snapshots)


def snapshot(world: World) -> Snapshot:
    """Return everybody who is alive as the last month of a world left them."""
    t, h, everybody = world.t - 1, world.households, world.population.everyone
    work = PersonState(*(column.copy() for column in world.people.work.state))
    economy = world.design.terms(t, world.behaviour).economy
    consumption, home = real_consumption(world), everybody.household
    taken = np.where(work.formal == 1, economy.worker_contribution + economy.income_tax, 0.0)
    line, extreme = lines(world)
    weight = h.weight.astype(np.int64)
    homes = Homes(
        weight=weight, size=h.size, oblast=h.oblast, urban=h.urban, consumption=consumption, remittances=h.remittances,
        benefit=world.state.benefit.copy(), children=h.children, land=h.land,
    )  # fmt: skip
    found = Snapshot(
        t=t, deflator=float(economy.deflator), line=line, extreme_line=extreme, homes=homes, home=home,
        weight=weight[home], woman=everybody.woman == 1,
        age=(world.people.work.age_at(t) - everybody.birth.astype(np.int64)) // 12,
        oblast=h.oblast[home], urban=h.urban[home] == 1, role=everybody.role, present=plain(at_home)(work.work),
        work=work.work, industry=work.industry, gross=work.pay / (1.0 - taken), pension=work.pension,
        certified=(everybody.group > 0) & (everybody.certified_from <= t),
        registered=(world.people.registered == 1) & plain(at_home)(work.work), consumption=consumption[home],
    )  # fmt: skip
    alive = np.flatnonzero(work.work != int(Work.ABSENT))
    return found if len(alive) == len(home) else found._replace(**{
        name: getattr(found, name)[alive] for name in Snapshot._fields if name not in OF_ALL
    })  # fmt: skip
