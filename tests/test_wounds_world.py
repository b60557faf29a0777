"""Faults that hurt other projects, as claims about a country that lives; see ``test_wounds.py``."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from small import eventful, mixed, rounded, scenario, small, state_of
from test_time import CHANGES, ECONOMY, Key

from sim import months, twins
from sim.policies.dated import EVER, Step
from sim.policies.policy import declared
from sim.world import World

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
            now = Step(EVER, given.at(first))
            later = [step for step in given.steps if first < step.since <= last]
            raw = type(given)([now, *later]).raw()
            if now.value is not None and not parameter.name.startswith("envelope"):
                design.setdefault(section, {})[parameter.name] = raw if later else raw[0]["value"]
    return design


@pytest.mark.parametrize("country", [(small, 120), (mixed, 150), (small, 90, 500)])
def test_a_design_that_repeats_every_value_of_the_law_changes_no_figure_and_no_column(country):
    make, *size = country
    plan = scenario(**DATES, designs={"today": {}, "spelled": spelled_out()})
    for seed in range(3):
        found = twins.compare(make(*size), plan, eventful(), seed, keep=True)
        rows = rounded([row for row in found.records() if row["group"] != "history"])  # given once, for all designs
        today, spelled = ([row[1:] for row in rows if row[0] == name] for name in plan.designs)
        assert len(today) > 500
        assert spelled == today
        mine, other = (state_of(found.lives[name].final) for name in plan.designs)
        assert all(np.array_equal(mine[name], other[name]) for name in mine)


# ------------------------------------------------------------------- 3 every lever is alive, every spelling is equal

LIFE = {"start": "2026-01", "horizon": "2027-06", "worlds": "whole"}
HARD = {"design": "KG_2025", "assignment": "universal", "levy": 1.0}
FINED = {"design": "KG_2025", "assignment": "universal", "inspection": 1000.0, "credible": 1.0}
MANY = {"slots": 60_000.0}
# What a key needs beside it to matter, with a value at the end of its range where a small change moves no whole person.
WITH: dict[Key, tuple[dict[str, Any], Any]] = {
    ("social_contract", "envelope_share"): ({"social_contract": {"envelope": 2e9}}, 0.1),
    ("social_contract", "envelope_administration"): ({"social_contract": {"envelope": 2e9}}, 0.5),
    ("social_contract", "pay_profile"): ({"social_contract": MANY}, [0.0] * 9 + [1.0, 0.0, 0.0]),
    ("social_contract", "taper"): ({"social_contract": MANY | {"exclusion": "taper"}}, [{"until": 39, "share": 0.4}]),
    ("social_contract", "release"): ({"social_contract": MANY}, True),
    ("social_contract", "clawback"): ({"social_contract": MANY}, False),
    ("social_contract", "set_aside"): ({"social_contract": MANY}, 1.0),
    ("social_protection", "minimum_income"): ({}, 3000.0),
    ("social_protection", "universal_from"): ({"social_protection": {"universal_child": 1000.0}}, 2),
    ("social_protection", "universal_until"): ({"social_protection": {"universal_child": 1000.0}}, 16),
    ("quota", "assignment"): ({"quota": {"design": "KG_2025", "levy": 1.0}}, "universal"),
    ("quota", "fine"): ({"quota": FINED}, 500_000.0),
    ("quota", "credible"): ({"quota": {k: v for k, v in FINED.items() if k != "credible"} | {"fine": 5e5}}, 1.0),
    ("quota", "bonus"): ({"quota": HARD}, 2.0),
    ("quota", "tender_margin"): ({"quota": HARD}, 1.0),
    ("quota", "proforma_counts"): ({"quota": HARD}, False),
    ("quota", "fine_place"): ({"quota": FINED | {"design": "KZ"}}, 1.0),
    ("services", "accommodation_ceiling"): ({"services": {"accommodation_budget": 1e9}, "quota": HARD}, 1000.0),
    ("services", "subsidy_months"): ({"services": {"subsidy_share": 0.5}, "quota": HARD}, 24),
    ("services", "assistant_pay"): ({"services": {"assistants": 20_000.0}, "quota": HARD}, 1.0),
    ("services", "remote_cost"): ({"services": {"remote_places": 20_000.0}, "quota": HARD}, 1.0),
    ("services", "sheltered_pay"): ({"services": {"sheltered_places": 20_000.0}}, 1.0),
    ("services", "subcontract_places"): ({"quota": {"design": "FR"}}, 1.0),
    ("services", "fund_accommodation"): ({"services": {"accommodation_budget": 1e9}, "quota": HARD}, 1.0),
    ("services", "fund_coaching"): ({"services": {"coaches": 200.0}, "quota": HARD}, 1.0),
    ("financing", "incidence"): ({"quota": HARD}, "wages"),
}
# Only group I can be since childhood in the population, for no count of groups II and III is published.
INERT = {("social_protection", f"social_benefit_childhood_{group}") for group in (2, 3)}
LEVERS = sorted({at for at in CHANGES if at[0] != ECONOMY} | WITH.keys())


@pytest.fixture(scope="module")
def life():
    """Return a function that gives every column of a country in which a design holds."""
    ground = twins.Ground.of(small(500), scenario(**LIFE, designs={"a": {}}), eventful(), 3)
    known: dict[str, Any] = {}

    def lived(design: dict[str, Any]) -> dict[str, bytes]:
        plan = scenario(**LIFE, designs={"a": design})
        if plan.digest() not in known:
            known[plan.digest()] = everything(ground.live(plan, "a").final)
        return known[plan.digest()]

    return lived


def everything(world: World) -> dict[str, bytes]:
    """Return the columns of households, persons and employers, and what was recorded in each month."""
    tables = (world.state, world.people.work.state, world.labour.persons, world.labour.employers)
    found = {f"{k}.{name}": one.tobytes() for k, table in enumerate(tables) for name, one in table._asdict().items()}
    found["fund"] = world.labour.fund.tobytes()
    return found | {name: world.records.series(name).tobytes() for name in world.records.values}


def test_every_lever_of_a_design_moves_something_or_is_known_not_to(life):
    dead = set()
    for section, key in LEVERS:
        beside, value = WITH.get((section, key), ({}, None))
        steps = [{**step, "from": "2026-01"} for step in CHANGES.get((section, key), ())]
        moved = {**beside, section: {**beside.get(section, {}), key: steps if value is None else value}}
        if life(beside) == life(moved):
            dead.add((section, key))
    assert dead == INERT


SPELLINGS = [
    ({"social_contract": {"grant": 200_000.0}}, {"social_contract": {"grant": [{"value": 200_000.0}]}}),
    ({"social_contract": {"grant": 200_000.0}}, {"social_contract": {"grant": [{"from": "2026-01", "value": 2e5}]}}),
    (
        {"social_contract": {"slots": 20_000.0, "grant": 100_000.0}},
        {"social_contract": {
            "envelope": 2e9, "grant": 100_000.0, "envelope_share": 1.0, "envelope_administration": 0.0,
        }},
    ),
    ({"quota": "FR"}, {"quota": {"design": "FR"}}),
    (
        {"quota": {**HARD, "hire_bonus": 0.1}, "services": {"coaches": 20.0, "officers": 80.0}},
        {"services": {"officers": 80.0, "coaches": 20.0}, "quota": {"hire_bonus": 0.1, **dict(reversed(HARD.items()))}},
    ),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other"), SPELLINGS)
def test_two_spellings_of_one_law_give_the_same_bits(life, one, other):
    assert life(one) == life(other)
    assert life(one) != life({})
