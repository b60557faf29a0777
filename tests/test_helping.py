"""Assistance at work, remote work, sheltered and subcontracted places: rationed, paid for, nothing without places."""

from __future__ import annotations

import labour_samples as samples
import numpy as np
import pytest
from labour_samples import advance, population, shuffled, start

from sim.labour import LabourWorld, serving
from sim.outcomes.quota import at_work, decompose, supported
from sim.outcomes.quota_codebook import QUOTA
from sim.policies.quota import Quota
from sim.policies.services import HELP, Services
from sim.state.labour_state import COUNTED, EMPLOYED, SHELTERED

PEOPLE, FIRMS = 3000, 400


@pytest.fixture(scope="module")
def forked() -> LabourWorld:
    return start(population(PEOPLE, FIRMS))


def wage(t: int) -> float:
    return samples.economy(t).average_wage


def willing(world: LabourWorld) -> np.ndarray:
    return world.persons.willing == 1


def test_services_without_places_change_nothing_whatever_a_place_costs(forked: LabourWorld) -> None:
    costs = {name: 3.0 for name in HELP if name.endswith(("pay", "cost"))}
    a, b = (advance(forked.copy(), 0, 14, services=Services(**given)) for given in ({}, costs))
    for x, y in zip([*a.persons, *a.employers, a.money, a.events], [*b.persons, *b.employers, b.money, b.events],
                    strict=True):  # fmt: skip
        assert np.array_equal(x, y)


def test_assistants_make_more_persons_of_groups_one_and_two_willing_and_nobody_else(forked: LabourWorld) -> None:
    """Who pays nobody for care gains more from work (P1); more assistants help the same persons and others besides."""
    before, group = None, forked.frame.persons.group
    for places in (0.0, 200.0, 1e5):
        world = advance(forked.copy(), 0, 1, services=Services(assistants=places))
        now = willing(world)
        if before is not None:
            assert (now >= before).all()
            assert now.sum() > before.sum()
            assert not (now != before)[group == 3].any()
        before = now


def test_remote_places_reach_persons_outside_cities_and_save_travel(forked: LabourWorld) -> None:
    base = advance(forked.copy(), 0, 1)
    world = advance(forked.copy(), 0, 1, services=Services(remote_places=1e5))
    gained = willing(world) & ~willing(base)
    assert (willing(world) >= willing(base)).all()
    assert gained[forked.frame.persons.urban == 0].mean() > gained[forked.frame.persons.urban == 1].mean() > 0.0


@pytest.mark.parametrize(("service", "pay", "line"), [
    ("assistants", "assistant_pay", "assistance"), ("remote_places", "remote_cost", "remote"),
])  # fmt: skip
def test_places_in_use_are_paid_and_never_more_than_there_are(
    forked: LabourWorld, service: str, pay: str, line: str
) -> None:
    for places in (300.0, 1e5):
        services = Services(**{service: places, pay: 0.5})
        world = advance(forked.copy(), 0, 6, services=services)
        spent = world.totals()[f"som_{line}"].sum() / (0.5 * wage(5))
        working = np.isin(world.persons.state, (EMPLOYED, COUNTED))
        if line == "assistance":
            working &= world.frame.persons.group <= 2
        left = world.totals()["flow_left"].sum()  # they were there when it was paid
        assert 0 < spent <= min(places, working.sum() * world.frame.weight + left) * (1 + 1e-6)
    support = serving.support_of(world, services.terms(5), samples.economy(5))
    everyone = support.assistance if line == "assistance" else support.remote
    assert (everyone == 1.0).all()
    assert spent >= working.sum() * world.frame.weight * (1 - 1e-6)


def test_sheltered_places_are_filled_by_who_searched_in_vain_and_are_no_jobs(forked: LabourWorld) -> None:
    services = Services(sheltered_places=400.0, sheltered_pay=0.25)
    world = forked.copy()
    for t in range(12):
        advance(world, t, t + 1, services=services)
        inside = world.persons.state == SHELTERED
        weight, people = world.frame.weight, world.frame.people
        here = np.bincount(world.frame.persons.oblast[inside], minlength=9)
        assert (here <= np.floor(400.0 * people / weight + 1e-9)).all()
        assert (world.persons.employer[inside] == -1).all()
        out = world.totals()
        assert out["persons_sheltered"].sum() == inside.sum() * weight
        assert out["som_workshops"].sum() == pytest.approx(inside.sum() * weight * 0.25 * wage(t), rel=1e-6)
    assert inside.sum() * weight > 200.0
    group = world.frame.persons.group
    assert (group[inside] <= 2).mean() > (group <= 2).mean() + 0.1
    working = np.isin(world.persons.state, (EMPLOYED, COUNTED))
    assert out["persons_employed"].sum() == working.sum() * weight


def test_sheltered_workers_leave_when_places_are_closed_and_search_again(forked: LabourWorld) -> None:
    world = advance(forked.copy(), 0, 6, services=Services(sheltered_places=400.0))
    first = (world.persons.state == SHELTERED).sum()
    advance(world, 6, 60)
    assert first > 0
    assert (world.persons.state == SHELTERED).sum() < 0.6 * first


def test_purchases_that_replace_seats_make_subcontracted_places(forked: LabourWorld) -> None:
    """The state pays nothing for them, and there are no more than employers have bought seats away."""
    law = Quota.made({"design": "TH", "smallest_size": 25, "rate": 0.06}, "x")
    without = advance(forked.copy(), 0, 4, law)
    assert without.employers.alternative.sum() > 0
    assert not (without.persons.state == SHELTERED).any()
    world = advance(forked.copy(), 0, 4, law, Services(subcontract_places=1.0))
    inside = world.persons.state == SHELTERED
    here = np.bincount(world.frame.persons.oblast[inside], minlength=9)
    bought = np.bincount(world.frame.employers.oblast, weights=world.employers.alternative, minlength=9)
    assert inside.sum() > 0
    assert (here <= bought).all()
    assert world.totals()["som_workshops"].sum() == 0.0
    assert world.totals()["som_purchases"].sum() > 0.0


def test_the_order_of_rows_changes_no_help() -> None:
    given = population(600, 90)
    services = Services(assistants=200.0, remote_places=200.0, sheltered_places=100.0)
    worlds = [advance(start(p, months=3), 0, 8, services=services) for p in (given, shuffled(given))]
    for x, y in zip(worlds[0].persons, worlds[1].persons, strict=True):
        assert np.array_equal(x, y)


def test_persons_with_support_are_stocks_of_their_own_beside_the_states_and_never_more_than_places(
    forked: LabourWorld,
) -> None:
    """Assisted and remote workers are at open work; who sits in a sheltered place is not (K18)."""
    places = Services(assistants=300.0, remote_places=400.0, sheltered_places=200.0)
    world, base = advance(forked.copy(), 0, 6, services=places), advance(forked.copy(), 0, 6)
    totals = {name: values.sum() for name, values in world.totals().items()}
    step = world.frame.weight * world.frame.oblasts  # a place is a row in each oblast
    for name, most in (("assisted", 300.0), ("remote", 400.0), ("sheltered", 200.0)):
        assert 0.0 < totals[f"persons_{name}"] <= most + step, name
        assert base.totals()[f"persons_{name}"].sum() == 0.0, name
    work = at_work(world.persons).astype(bool)
    assert not (work & (world.persons.state == SHELTERED)).any()
    assert totals["persons_employed"] == work.sum() * world.frame.weight


def test_moves_into_sheltered_places_are_shown_apart_from_open_work(forked: LabourWorld) -> None:
    """What open work loses to sheltered places is no loss of jobs: both are given, person by person."""
    world, base = (
        advance(forked.copy(), 0, 12, services=Services(sheltered_places=600.0)),
        advance(forked.copy(), 0, 12),
    )
    found, jobs = supported(world, base), decompose(world, base).total()
    assert found["sheltered"] == (world.persons.state == SHELTERED).sum() * world.frame.weight
    moved = (world.persons.state == SHELTERED) & at_work(base.persons).astype(bool)
    assert 0.0 < found["from_open"] == moved.sum() * world.frame.weight < found["sheltered"]
    assert jobs["netpwd"] + found["from_open"] > jobs["netpwd"], "open work without the moves"
    back = supported(base, world)
    assert all(back[name] == -value for name, value in found.items())


def test_support_is_among_the_outcomes_with_its_cost() -> None:
    names = {outcome.name for outcome in QUOTA}
    assert {"gained_sheltered", "sheltered_from_open", "gained_assisted", "gained_remote"} <= names
    assert {"workshops_paid", "assistance_paid", "remote_paid"} <= names
