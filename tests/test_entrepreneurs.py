"""Registered entrepreneurs are an attribute of persons, as many as published, and no state of work (D2)."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from sim import validation
from sim.behaviour import Behaviour
from sim.checks import checked, snapshot
from sim.people import entrepreneurs, register_rank
from sim.population import load
from sim.scenario import Scenario
from sim.state.persons import Work
from sim.twins import begun
from sim.world import World

SCALE = 1000


@cache
def beginning() -> tuple[World, World]:
    """Return the worlds of January 2022, without the programme and with it."""
    plan = Scenario.of({"country": "kyrgyzstan", "scale": SCALE, "start": "2022-01", "horizon": "2026-12"})
    return begun(load("kyrgyzstan", SCALE), plan, Behaviour.central(), 1)


def test_the_engine_has_as_many_registered_entrepreneurs_as_published() -> None:
    found = next(one for one in checked("kyrgyzstan", SCALE) if one.wanted.id == "entrepreneurs.2023")
    assert found.wanted.use == "fit"
    assert (found.wanted.published, found.wanted.tolerance) == (442_500.0, 22_125.0)
    assert found.inside
    assert found.model > 0.0


def test_registration_is_drawn_among_employers_own_account_and_farmers_alone() -> None:
    never, _ = beginning()
    workers, score = never.people.work.workers, never.people.employer_score
    drawn = entrepreneurs(workers, score, 442_500.0, np.uint64(7)) == 1
    on_own = np.isin(workers.work, (Work.OWN_ACCOUNT, Work.FARM))
    employers = (workers.work == Work.OWN_ACCOUNT) & (workers.wage_score > score)
    assert drawn[employers].all()
    assert employers.any()
    assert not drawn[~on_own].any()
    assert 0 < drawn[on_own & ~employers].sum() < (on_own & ~employers).sum()
    weight = never.households.weight[workers.household].astype(np.float64)
    assert weight[drawn].sum() == pytest.approx(442_500.0, abs=SCALE)


def test_nobody_is_asked_for_more_registrations_than_there_are_persons() -> None:
    never, _ = beginning()
    workers, score = never.people.work.workers, never.people.employer_score
    everybody = entrepreneurs(workers, score, 1e9, np.uint64(7)) == 1
    assert np.array_equal(everybody, np.isin(workers.work, (Work.OWN_ACCOUNT, Work.FARM)))
    assert not entrepreneurs(workers, score, 0.0, np.uint64(7)).any()


def test_it_stays_with_the_person_whatever_she_does_and_is_shared_by_all_worlds() -> None:
    never, before = beginning()
    assert np.array_equal(never.people.registered, before.people.registered)
    assert never.people.copy(never.state).registered is never.people.registered
    state = snapshot(before)
    still = np.isin(state.work[state.registered], (Work.OWN_ACCOUNT, Work.FARM))
    assert 0.3 < still.mean() < 1.0, "some have turned to other work and keep the paper"
    assert not state.registered[state.work == Work.ABROAD].any()


def test_a_registration_is_no_state_of_work() -> None:
    assert register_rank(Work.EMPLOYEE, 0, 0.0) == register_rank(Work.CONTRACT, 0, 0.0) == 2.0
    assert "registered entrepreneurs" in validation.MEASURES
