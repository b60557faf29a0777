"""The questions of docs/questions.toml: each is read as it is printed, moves what it should and nothing else."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from small import eventful, small

from sim.behaviour import Behaviour
from sim.months import month_index, parse
from sim.population import load
from sim.protecting import paid_beyond, register_of
from sim.scenario import Scenario
from sim.state.households import weights_of
from sim.state.persons import Work
from sim.state.protection_terms import Payment
from sim.twins import Ground
from sim.world import World

ROOT = Path(__file__).parent.parent
FILE = tomllib.loads((ROOT / "docs" / "questions.toml").read_text(encoding="utf-8"))
QUESTIONS = {one["number"]: one for one in FILE["question"]}
START, LAST = month_index(2026), "2027-06"
LINES = 7  # of TOML, at most


def asked(question: dict[str, Any]) -> dict[str, Any]:
    """Return the tables of a question with those of the test around them."""
    tables = tomllib.loads(question["toml"])
    around = {"scale": 200, "start": "2026-01", "horizon": "2028-06" if "months" in question else LAST}
    tables["designs"] = {"today": {}} | tables.get("designs", {})
    return around | {"worlds": question.get("worlds", "frozen")} | tables


@cache
def ground(horizon: str, worlds: str, follow: int) -> Ground:
    """Return what questions of one kind share."""
    plan = Scenario.of({
        "scale": 200, "start": "2026-01", "horizon": horizon, "worlds": worlds, "follow": follow,
    })  # fmt: skip
    made = Ground.of(small(), plan, eventful(), 1)
    made.most_kept = 0
    return made


@cache
def lived(number: int) -> tuple[World, World]:
    """Return the world of a question and the one that it is held against."""
    question = QUESTIONS[number]
    plan = Scenario.of(asked(question))
    if question.get("of_scenario"):
        alone = Scenario.of(asked(question | {"toml": ""}))
        return tuple(Ground.of(small(), one, eventful(), 1).live(one, "today").final for one in (plan, alone))
    found = ground(plan.horizon, plan.worlds, plan.follow)
    return tuple(found.live(plan, name).final for name in ("asked", question.get("against", "today")))


def figure(world: World, name: str) -> np.ndarray:
    """Return a figure of the records by month, of one oblast behind @, a column of households, or one of MEASURES."""
    kind, dot, column = name.partition(".")
    if dot and kind == "household":
        return getattr(world.state, column, None) if column != "remittances" else world.households.remittances
    if name in MEASURES:
        return np.asarray(MEASURES[name](world), dtype=np.float64)
    series, _, oblast = name.partition("@")
    values = world.records.series(series)
    return values[:, world.population.country.regions.index(oblast)] if oblast else values


def paid(world: World) -> np.ndarray:
    """Return the households that were paid a grant since the start."""
    return world.state.paid_at >= START


MEASURES = {
    "persons_wanting_work": lambda w: w.labour.persons.willing.sum(),
    "contracts_with_disability": lambda w: weights_of(w.households)[paid(w) & (w.households.with_disability > 0)].sum(),
    "share_of_women": lambda w: w.endowments.operator_woman[paid(w)].mean(),
    "merit": lambda w: w.state.merit[paid(w)].mean(),
    "families_paid": lambda w: w.state.paid_at,
}


def level(world: World, name: str) -> float:
    """Return a figure as one number."""
    return float(np.asarray(figure(world, name), dtype=np.float64).sum())


def test_every_question_is_asked_once_or_says_why_not():
    refused = [one["number"] for one in FILE["not_asked"]]
    assert sorted([*QUESTIONS, *refused]) == list(range(1, 26))


@pytest.mark.parametrize("number", QUESTIONS)
def test_the_lines_of_a_question_are_a_scenario(number: int) -> None:
    question = QUESTIONS[number]
    lines = [line for line in question["toml"].splitlines() if line.strip()]
    assert 1 <= len(lines) <= LINES
    plan = Scenario.of(asked(question))
    assert question.get("of_scenario") or "asked" in plan.designs
    assert plan == Scenario.of(plan.as_dict())


@pytest.mark.parametrize("number", QUESTIONS)
def test_a_question_moves_what_it_should_and_leaves_the_rest_as_it_is(number: int) -> None:
    question = QUESTIONS[number]
    mine, other = lived(number)
    for name in question["up"]:
        assert level(mine, name) > level(other, name), name
    for name in question["down"]:
        assert level(mine, name) < level(other, name), name
    for name in question["same"]:
        one, two = figure(mine, name), figure(other, name)
        assert one.dtype == two.dtype
        assert one.tobytes() == two.tobytes(), f"{name} moved"
    assert question["up"] or question["down"]


@pytest.mark.parametrize("number", [n for n, one in QUESTIONS.items() if "only_in" in one])
def test_a_duty_in_one_oblast_is_owed_there_alone(number: int) -> None:
    mine, _ = lived(number)
    for name, oblast in QUESTIONS[number]["only_in"].items():
        here = mine.population.country.regions.index(oblast)
        last = mine.records.series(name)[-1]
        assert last[here] > 0.0
        assert not np.delete(last, here).any()


@pytest.mark.parametrize("number", [n for n, one in QUESTIONS.items() if 'from = "2026-' in one["toml"]])
def test_nothing_moves_before_its_date(number: int) -> None:
    question = QUESTIONS[number]
    first = question["toml"].partition('from = "')[2][:7]
    mine, other = lived(number)
    for name, values in mine.records.values.items():
        before = parse(first) - START
        assert np.array_equal(np.array(values)[:before], np.array(other.records.values[name])[:before]), name


PAYMENTS = (
    "more_social_benefit", "more_disability_pension", "more_age_pension", "extra_cost", "universal_child",
    "more_assistant_pay",
)  # fmt: skip


@pytest.mark.parametrize("number", [1, 2, 3, 5, 6, 20])
def test_what_the_treasury_pays_is_what_households_receive_to_the_last_part_of_a_som(number: int) -> None:
    mine, other = lived(number)
    whole = {name: np.rint(mine.records.series(name) * 1024).astype(np.int64) for name in
             ("protection", *(f"paid_{name}" for name in PAYMENTS))}  # fmt: skip
    received = whole.pop("protection")
    assert np.array_equal(received, sum(whole.values()))
    assert received.any()
    assert not other.records.series("protection").any()


def test_who_loses_a_benefit_at_work_has_the_age_pension_in_its_place():
    """The larger of the two is paid; what the law takes of a benefit from a worker is taken before that."""
    plan = Scenario.of({
        "scale": 1000, "start": "2024-01", "horizon": "2024-06", "worlds": "frozen",
        "designs": {"asked": {"social_protection": {"benefit_kept": 0.0}}},
    })  # fmt: skip
    people = load("kyrgyzstan", 1000)
    world = Ground.of(people, plan, Behaviour.central(), 1).live(plan, "asked").final
    terms, register = world.design.terms(world.t - 1, world.behaviour), register_of(world, world.t - 1)
    each, w, rates = paid_beyond(world, terms, register), world.people.work.workers, world.people.work.rates
    age = rates.age_at - w.birth.astype(np.int64)
    old = age >= np.where(w.woman == 1, rates.pension_woman, rates.pension_man)
    works = np.isin(w.work, (Work.EMPLOYEE, Work.CELL_EMPLOYEE, Work.OWN_ACCOUNT, Work.FARM, Work.CONTRACT))
    mine = old & works & (register.group > 0) & (w.benefit > 0.0) & (w.pension == 0.0)
    assert mine.sum() >= 10
    assert (each[mine, Payment.AGE_PENSION] > 0.0).all(), "the pension that the benefit had kept away"
    lost = each[mine][:, [Payment.DISABILITY_PENSION, Payment.SOCIAL_BENEFIT]].sum(axis=1)
    assert lost == pytest.approx(-w.benefit[mine].astype(np.float64), abs=0.01)
