"""Faults that hurt other projects, as claims about a country that lives; see ``test_wounds.py``."""

from __future__ import annotations

import ast
import random
from dataclasses import replace
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from small import differences, eventful, law, mixed, rounded, scenario, small, state_of, twin
from test_time import CHANGES, ECONOMY, Key

import sim
import sim.agentset
from sim import months, twins
from sim.outcomes import CODEBOOK
from sim.policies.dated import EVER, Step
from sim.policies.policy import declared
from sim.population import load
from sim.scenario import Scenario
from sim.schedule import advance
from sim.state.households import APPLIED
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
    ("social_contract", "lottery"): ({"social_contract": {"slots": 8000.0}}, 1.0),
    ("social_contract", "repaid_from"): ({"social_contract": MANY | {"repaid_share": 1.0, "repaid_months": 12}}, 5),
    ("social_contract", "repaid_months"): ({"social_contract": MANY | {"repaid_share": 1.0, "repaid_from": 5}}, 2),
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
    ("quota", "owners"): ({"quota": HARD}, "public"),
    ("services", "fund_sheltered"): ({"services": {"sheltered_places": 20_000.0}, "quota": HARD}, 1.0),
    ("services", "fund_inspection"): ({"services": {"inspections": 10_000.0}, "quota": HARD}, 1.0),
    ("services", "fund_subsidy"): ({"services": {"subsidy_share": 0.5}, "quota": HARD}, 1.0),
    ("social_protection", "assistants"): ({}, 0.0),
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
    assert dead == INERT, sorted(dead ^ INERT)


SPELLINGS = [
    ({"social_contract": {"grant": 200_000.0}}, {"social_contract": {"grant": [{"value": 200_000.0}]}}),
    ({"social_contract": {"grant": 200_000.0}}, {"social_contract": {"grant": [{"from": "2026-01", "value": 2e5}]}}),
    (
        {"social_contract": {"slots": 20_000.0, "grant": 100_000.0}},
        {"social_contract": {"envelope": 2e9, "grant": 100_000.0, "envelope_administration": 0.0}},
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


# ------------------------------------------------------------------------------------------ 8 scale, 9 one number

COUNTED = {
    "jobs",
    "persons",
    "people",
    "families",
    "households",
    "contracts",
    "seats",
    "job-years",
    "person-years",
    "som",
}
BUSY = {
    "name": "busy", "start": "2022-01", "horizon": "2023-06",
    "designs": {"busy": {"social_contract": {"slots": 60_000.0}, "quota": HARD, "services": {"coaches": 50.0}}},
}  # fmt: skip


@cache
def figures(scale: int, seed: int) -> dict[tuple[str, str], float]:
    """Return every figure of a busy design over the whole horizon, by outcome and group, however small the group."""
    plan = Scenario.of(BUSY | {"scale": scale})
    people = load(COUNTRY, scale, labour_scale=plan.labour_scale)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sim.outcomes.outcome.LEAST_ROWS", 0)
        found = twins.compare(people, plan, eventful(), seed).records()
    return {(row["outcome"], row["group"]): row["value"] for row in found if row["month"] == -1}


def test_groups_of_every_dimension_add_up_to_the_country():
    """Families with nobody who could run a business have no operator and are in neither group of operators."""
    found, seen = figures(1000, 1), 0
    for outcome in CODEBOOK.values():
        whole = found.get((outcome.name, "all"))
        for by in outcome.by if outcome.unit in COUNTED and whole is not None else ():
            parts = [v for (name, group), v in found.items() if name == outcome.name and group.startswith(by + "=")]
            if by == "sector":
                continue  # of families whose contract has begun a business, alone
            if by == "operator" and outcome.name != "contracts":
                assert outcome.unit == "som" or sum(parts) <= whole
                continue
            assert sum(parts) == pytest.approx(whole, rel=1e-9, abs=1e-6), (outcome.name, by)
            seen += 1
    assert seen > 40


def test_no_count_of_the_country_follows_the_number_of_rows():
    """A count that forgot weights would be five times as large where a row stands for a fifth as many."""
    fine, coarse = figures(200, 1), [figures(1000, seed) for seed in (1, 2, 3)]
    sure = 0
    for outcome in CODEBOOK.values():
        values = np.array([found.get((outcome.name, "all"), np.nan) for found in coarse])
        if outcome.unit not in COUNTED or np.isnan(values).any() or not values.any():
            continue
        mean, spread = abs(values.mean()), values.std(ddof=1)
        assert abs(fine[outcome.name, "all"] - values.mean()) <= 0.35 * mean + 8.0 * spread, outcome.name
        sure += 0.35 * mean + 8.0 * spread < 0.75 * mean
    assert sure > 20, "luck is small enough to find a forgotten weight"


# ------------------------------------------------------------------------------------- 10 strangers change nobody

LAST = 18


def everyone_else(world: World, row: int, of: str) -> dict[str, bytes]:
    """Return the columns of all rows but one."""
    table = world.state if of == "households" else world.labour.employers
    return {name: np.delete(column, row).tobytes() for name, column in table._asdict().items()}


def test_a_stranger_in_place_of_a_neighbour_changes_no_other_household(village, before):
    """Markets, jobs of persons and places are held: another identifier is other luck, for that household alone."""
    calm = law(closed_from=-1000)
    base = twin(before(), calm, LAST, reference=None)
    usual = before().fork(design=calm, frozen=base.path, reference=base.path)
    row = int(np.flatnonzero(usual.state.operating == 1)[3])
    strange = before().fork(design=calm, frozen=base.path, reference=base.path)
    identifier = strange.households.identifier.copy()
    identifier[row] = identifier.max() + 12_345
    strange.households = strange.households._replace(identifier=identifier)
    advance(usual, LAST)
    advance(strange, LAST)
    mine, other = (everyone_else(world, row, "households") for world in (usual, strange))
    assert [name for name in mine if mine[name] != other[name]] == []
    assert any(usual.state._asdict()[n][row] != strange.state._asdict()[n][row] for n in mine), "luck of its own"


def test_drawing_from_the_generators_of_the_process_between_months_changes_nothing(before):
    usual, watched = before().fork(design=law()), before().fork(design=law())
    advance(usual, LAST)
    for t in range(watched.t, LAST + 1):
        np.random.seed(t)  # noqa: NPY002  a careless monitor
        np.random.random(17)  # noqa: NPY002
        random.seed(t)
        random.random()
        advance(watched, t)
    assert differences(usual, watched) == []


def test_no_rule_of_the_model_uses_a_generator_that_others_could_move():
    """Only sets of agents know one, to shuffle as Mesa does where somebody asks them to."""
    for file in sorted({*Path(sim.__file__).parent.rglob("*.py")} - {Path(sim.agentset.__file__)}):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert "random" not in names, file
            if isinstance(node, ast.Attribute):
                assert ast.unparse(node).split(".")[:2] not in (["np", "random"], ["numpy", "random"]), file


# --------------------------------------------------------------------------------------------------- 14 take-up

ASKED = (-20.0, -4.0, -2.0, 0.0, 2.0, 20.0)


def called(before: Any, intercept: float) -> World:
    """Return the village after the first year with places for all, in which everybody knows of the programme."""
    world = before().fork(design=law(many))
    world.behaviour = world.behaviour.changed(
        applying__intercept=intercept, applying__gain=0.0, applying__file_share=1.0, applying__income_ceiling=10.0
    )
    world.state.aware[:] = 1
    return advance(world, world.t + 5)


def many(t: int, terms: Any) -> Any:
    return replace(terms, contract=terms.contract._replace(slots=500_000.0)) if t >= 0 else terms


def test_nobody_applies_without_willingness_and_with_it_everybody_who_knows_and_may(before):
    found = [called(before, intercept) for intercept in ASKED]
    applied = [world.state.contract >= APPLIED for world in found]
    assert not applied[0].any()
    assert np.array_equal(applied[-1], found[-1].state.best_sector != 0), "who could run a business"
    assert applied[-1].sum() > 400


def test_take_up_rises_with_willingness_person_by_person_where_luck_is_the_same(before):
    applied = [called(before, intercept).state.contract >= APPLIED for intercept in ASKED]
    for less, more in pairwise(applied):
        assert not (less & ~more).any(), "nobody asks less because the willingness of all is larger"
        assert more.sum() > less.sum() or more.sum() == applied[-1].sum()
