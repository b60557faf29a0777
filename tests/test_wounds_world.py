"""Faults that hurt other projects, as claims about a country that lives; see ``test_wounds.py``."""

from __future__ import annotations

import ast
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from small import burnt_in, eventful, law, mixed, rounded, scenario, small, state_of, twin

import sim
from sim import months, twins
from sim.outcomes import CODEBOOK
from sim.policies.dated import EVER
from sim.policies.policy import declared
from sim.population import load
from sim.scenario import Scenario, present_law
from sim.schedule import advance
from sim.state.households import APPLIED, weights_of
from sim.world import World
from test_time import CHANGES, Key, changing, columns

COUNTRY = "kyrgyzstan"

# ---------------------------------------------------------------------------------- 1 nothing changes nothing

DATES = {"start": "2025-01", "horizon": "2026-02"}


def spelled_out() -> dict[str, Any]:
    """Return a design that repeats every value that the law of today has from the start to the horizon.

    What a number of places makes idle (the envelope) and what has no value in the law cannot be written down.
    """
    first, last = (months.parse(month) for month in DATES.values())
    design: dict[str, Any] = {}
    for section, policy in vars(scenario(**DATES).policies("today")).items():
        for parameter in declared(type(policy)) if section != "economy" else ():
            given = getattr(policy, parameter.name)
            now = given.at(first) == given.at(last) and not any(step.oblast for step in given.steps)
            raw = type(given)([given.steps[-1]._replace(since=EVER, value=given.at(first))] if now else given.steps).raw()
            if raw[0]["value"] is not None and not parameter.name.startswith("envelope"):
                design.setdefault(section, {})[parameter.name] = raw[0]["value"] if now else raw
    return design


@pytest.mark.parametrize("country", [(small, 120), (mixed, 150), (small, 90, 500)])
def test_a_design_that_repeats_every_value_of_the_law_changes_no_figure_and_no_column(country):
    make, *size = country
    plan = scenario(**DATES, designs={"today": {}, "spelled": spelled_out()})
    for seed in range(3):
        found = twins.compare(make(*size), plan, eventful(), seed, keep=True)
        rows = rounded([row for row in found.records() if row["outcome"] != "history"])
        today, spelled = ([row[1:] for row in rows if row[0] == name] for name in plan.designs)
        assert len(today) > 1000
        assert spelled == today
        mine, other = (state_of(found.lives[name].final) for name in plan.designs)
        assert all(np.array_equal(mine[name], other[name]) for name in mine)


# ------------------------------------------------------------------- 3 every lever is alive, every spelling is equal

LIFE = {"start": "2026-01", "horizon": "2027-12", "worlds": "whole"}


@pytest.fixture(scope="module")
def life():
    """Return a function that gives everything recorded of a scenario with some changes."""
    known: dict[str, Any] = {}

    def lived(changes: dict[Key, Any]) -> dict[str, bytes]:
        plan = scenario(**LIFE, **changing(changes))
        at = plan.digest()
        if at not in known:
            ground = twins.Ground.of(small(120), plan, eventful(), 3)
            lives = ground.live(plan, "a")
            known[at] = columns(lives, ground.records(plan, "a"), -1, 10**6)
        return known[at]

    return lived


def dated(steps: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**step, "from": "2026-01"} for step in steps]


def test_probe(life):
    dead = []
    base = life({})
    for at, steps in CHANGES.items():
        after = life({at: dated(steps)})
        if not [name for name in base if base[name] != after[name]]:
            dead.append((at, steps))
    for one in dead:
        print(one)
    raise AssertionError
