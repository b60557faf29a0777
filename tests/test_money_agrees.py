"""Household money and budget agree: what the treasury pays is what households receive, by line and month (Y16).

For random designs on a small country, in worlds with markets that answer and with fixed ones. Each line of the budget
that is money of households is found a second time in the columns of households and persons. The rest of the lines are
named with who receives them; a new line without a place here fails.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pytest
import small
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from sim.agents.persons.booking import Support
from sim.agents.persons.supporting import Right
from sim.engine.columns import FIXED_POINT
from sim.laws import Rules, law_of
from sim.outcomes.budget import RECEIVED, SPENT, lines
from sim.outcomes.jobs import series
from sim.policies.registry import OF_DESIGNS, PAYING
from sim.population import load
from sim.scenario import Scenario
from sim.schedule import SCHEDULE
from sim.state.households import BREACHED, Pot, weights_of
from sim.state.monthly import Records
from sim.state.persons import Work
from sim.twins import begun
from sim.world import World

LAST, START = 59, 36  # months of the comparison
ROUNDING = 0.002  # som a household and month: books hold 1/1024 som, columns single precision
OF_SUMS = 0.05  # the same of amounts of a hundred thousand som and more
# Lines of the budget that no household of the simulation receives or pays by itself, and who does.
OTHERS = {
    "administration": "offices", "loan_interest": "banks", "bonus": "employers", "subsidy": "employers",
    "accommodation": "employers", "coaching": "coaches", "inspection": "offices", "officers": "offices",
    "workshops": "workshops", "assistance": "assistants at work", "remote": "providers", "levy": "employers",
    "fines_paid": "employers", "paid_inside": "one part of government", "taxes": "employers, out of pay",
    "relief": "employers", "first_hire": "employers", "levied": "employers", "borrowed": "lenders",
    "livestock_insurance": "family businesses: animals put back",
    "raised": "families: tests/test_financing.py holds it month by month",
}  # fmt: skip
OF_HOUSEHOLDS = (
    "grants", "child_benefit", "top_up", "age_pension", "disability_pension", "social_benefit", "certificates",
    "given_inside", "recovered", "paid_back", *(one.name for one in PAYING), *OF_DESIGNS,
)  # fmt: skip


class Received(NamedTuple):
    """What households had in a month by the columns of households and persons, som of 2023 of the real country."""

    child_benefit: float
    age_pension: float
    disability_pension: float
    social_benefit: float
    transfers: float
    grants: float
    recovered: float
    protection: float
    paid_back: float
    handed: tuple[float, float]  # by pot


def wealth(world: World) -> np.ndarray:
    """Return money not spent yet and business capital of each household."""
    names = ("due_1", "due_2", "due_3", "sold_1", "sold_2", "sold_3", "capital")
    return np.sum([getattr(world.state, name).astype(np.float64) for name in names], axis=0)


def of_persons(world: World) -> dict[str, float]:
    """Return pensions and benefits of the month, person by person."""
    w, persons = world.people.work.workers, world.labour.frame.persons
    weight = weights_of(world.households)[w.household].astype(np.float64)
    weight[np.isin(w.work, (Work.ABROAD, Work.ABSENT))] = 0.0
    set_by_law = np.zeros(len(w.work), dtype=bool)
    social = np.isin(world.labour.frame.rights, (Right.CHILDHOOD, Right.GENERAL))
    set_by_law[persons.person[(persons.person >= 0) & social]] = True
    benefit = weight * w.benefit.astype(np.float64)
    pension = weight * w.pension.astype(np.float64) * world.people.work.rates.pension
    return {"age_pension": float(pension.sum()), "disability_pension": float(benefit[~set_by_law].sum()),
            "social_benefit": float(benefit[set_by_law].sum())}  # fmt: skip


def lived(world: World, last: int) -> list[Received]:
    """Return what households received in each month up to ``last``, seen between the steps of the schedule."""
    weight, out = weights_of(world.households).astype(np.float64), []
    while world.t <= last:
        terms, state = world.design.terms(world.t, world.behaviour), world.state
        benefit = state.benefit_total.astype(np.float64).copy()
        handed = world.handed.received.sum(axis=0)
        lost = back = 0.0
        for step in SCHEDULE:
            before, breached, owed = wealth(world), state.contract.copy(), state.repayable.astype(np.float64)
            step.run(world, terms)
            world.settle()
            if step.name == "visits and reports":
                new = (state.contract != breached) & (state.contract == BREACHED)
                lost = float((weight * (before - wealth(world)))[new].sum())
            if step.name == "money":
                back = float((weight * (owed - state.repayable)).sum())
        paid = state.paid_at == world.t
        pots = (world.handed.received.sum(axis=0) - handed) / FIXED_POINT
        out.append(Received(
            child_benefit=float((weight * (state.benefit_total - benefit)).sum()),
            transfers=float((weight * state.transfers.astype(np.float64)).sum()),
            grants=float((weight * state.grant.astype(np.float64))[paid].sum()),
            recovered=lost, paid_back=back, protection=float((weight * state.protection).sum()),
            handed=(float(pots[Pot.STAFF]), float(pots[Pot.NAMES])), **of_persons(world),
        ))  # fmt: skip
        world.t += 1
    return out


def agree(world: World, received: list[Received]) -> None:
    """Hold the books of a world against what its households received, by line and month."""
    books = lines(world, world)
    months = world.records.months
    prices = np.array([world.design.terms(t, world.behaviour).economy.deflator for t in months])
    households = float(weights_of(world.households).sum())
    slack, of_sums = ROUNDING * households, OF_SUMS * households
    paid = {name: books[name] / prices for name in books}
    paid["child_benefit"] = paid["child_benefit"] + paid["top_up"]
    for k, month in enumerate(received):
        for name in ("child_benefit", "age_pension", "disability_pension", "social_benefit"):
            assert paid[name][k] == pytest.approx(getattr(month, name), abs=slack), (name, months[k])
        for name in ("grants", "recovered", "paid_back"):
            assert paid[name][k] == pytest.approx(getattr(month, name), abs=of_sums), (name, months[k])
        kinds = sum(paid[name][k] for name in ("age_pension", "disability_pension", "social_benefit"))
        kinds += sum(paid[one.name][k] for one in PAYING)
        assert kinds == pytest.approx(month.transfers, abs=slack), months[k]
        beyond = sum(paid[name][k] for name in OF_DESIGNS)
        assert beyond == pytest.approx(month.protection, abs=1e-6 * abs(month.protection)), months[k]
        assert series("certificates")(world)[k] == pytest.approx(month.handed[Pot.STAFF], abs=slack)
        assert series("given")(world)[k] == pytest.approx(month.handed[Pot.NAMES], abs=slack)
    assert np.array_equal(world.handed.paid, world.handed.received + world.handed.open)


grants = some.fixed_dictionaries({
    "grant": some.sampled_from([0.0, 50_000.0, 150_000.0, 400_000.0]),
    "slots": some.sampled_from([0.0, 4000.0, 13_333.0, 40_000.0]),
    "exclusion": some.sampled_from(["full", "taper", "none"]),
    "in_kind": some.booleans(), "repaid_share": some.sampled_from([0.0, 0.5]),
})  # fmt: skip
quotas = some.fixed_dictionaries({
    "design": some.sampled_from(["KG_2025", "KG_2008"]), "assignment": some.just("universal"),
    "levy": some.sampled_from([0.0, 0.25, 1.0]), "inspection": some.sampled_from([0.1, 2.0]),
    "hire_bonus": some.sampled_from([0.0, 0.2]),
})  # fmt: skip
protection = some.fixed_dictionaries({}, optional={
    "extra_cost_2": some.sampled_from([500.0, 4000.0]), "universal_child": some.sampled_from([100.0, 800.0]),
    "social_benefit_general_2": some.sampled_from([0.0, 9000.0]), "disability_pension": some.just(15_000.0),
    "age_pension": some.sampled_from([5000.0, 12_000.0]), "benefit_kept": some.sampled_from([0.0, 0.5]),
})  # fmt: skip
designs = some.fixed_dictionaries({}, optional={
    "social_protection": protection,
    "social_contract": grants, "quota": quotas,
    "child_benefit": some.fixed_dictionaries({"per_child": some.sampled_from([600.0, 1200.0, 2500.0])}),
    "services": some.fixed_dictionaries({"subsidy_share": some.sampled_from([0.0, 0.5]), "coaches": some.just(50)}),
    "financing": some.fixed_dictionaries({"incidence": some.sampled_from(["profits", "wages", "prices"])}),
})  # fmt: skip


@pytest.fixture(scope="module")
def base() -> World:
    """Return the country without new contracts until the comparison starts."""
    return small.burnt_in(small.mixed(200), small.eventful(), start=START, until=START)


@pytest.fixture(scope="module")
def path(base: World) -> World:
    world = base.fork()
    lived(world, LAST)
    return world


def test_every_line_of_the_budget_is_of_households_or_of_somebody_else():
    assert not set(OF_HOUSEHOLDS) & set(OTHERS)
    assert set(OF_HOUSEHOLDS) | set(OTHERS) == {*SPENT, *RECEIVED}
    assert {one.name.lower() for one in Support} <= set(OF_HOUSEHOLDS)


@settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(design=designs, fixed=some.booleans())
def test_what_the_treasury_pays_is_what_households_receive(
    base: World, path: World, design: dict[str, Any], fixed: bool
):
    plan = small.scenario(start="2025-01", horizon="2026-12", designs={"one": design})
    rules = Rules(law_of(plan, "one", base.population.country.regions))
    paths = {"frozen": path.path} if fixed else {"reference": path.path}
    world = base.fork(design=rules, **paths)
    agree(world, lived(world, LAST))


def test_something_is_paid_in_every_line_of_households(base: World, path: World):
    """Otherwise the property would hold of nothing."""
    plan = small.scenario(start="2025-01", horizon="2026-12", designs={"one": {
        "social_contract": {"grant": 150_000.0, "slots": 40_000.0},
        "child_benefit": {"per_child": 2500.0}, "social_protection": {"extra_cost_2": 900.0},
        "quota": {"design": "KG_2025", "assignment": "universal", "levy": 1.0},
    }})  # fmt: skip
    world = base.fork(design=Rules(law_of(plan, "one", base.population.country.regions)), reference=path.path)
    received = lived(world, LAST)
    agree(world, received)
    for name in (
        "child_benefit",
        "age_pension",
        "disability_pension",
        "social_benefit",
        "grants",
        "recovered",
        "protection",
    ):
        assert sum(getattr(month, name) for month in received) > 0.0, name
    assert sum(month.handed[Pot.STAFF] for month in received) > 0.0


def test_it_holds_where_people_are_born_die_and_leave():
    asked = {"country": small.COUNTRY, "scale": 1000, "start": "2022-01", "horizon": "2023-06", "population": "living"}
    never, before = begun(load(small.COUNTRY, 1000), Scenario.of(asked), small.eventful(), 1)
    never.records, before.records = Records(), Records()
    lived(never, 17)
    agree(before, lived(before, 17))
    assert before.people.expected_change != 0
