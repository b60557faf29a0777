"""Transitions: the shares of every type are stationary, and the first state is drawn from them (W1, W2)."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from work_samples import begun, behaviour

from sim.agents.persons.changing import after_birthday
from sim.agents.persons.kinds import AGE_GROUPS, KINDS, Kind
from sim.agents.persons.moving import MOST, chance, loss_hazard, race_rate, turnover

MOVING = behaviour().moving
SHARES = st.lists(st.floats(0.001, 1.0), min_size=KINDS, max_size=KINDS)
SETTINGS = settings(max_examples=60, deadline=None)


def table(shares: np.ndarray, age: int) -> np.ndarray:
    """Return the monthly probabilities between kinds, with the race for jobs at larger employers."""
    pace = turnover(shares, age, MOVING)
    out = np.array([[chance(a, b, shares, age, pace, MOVING) for b in range(KINDS)] for a in range(KINDS)])
    out[Kind.SEEKING, Kind.EMPLOYEE] = race_rate(shares, age, pace, MOVING)
    return out


@SETTINGS
@given(weights=SHARES, age=st.integers(0, len(AGE_GROUPS) - 1))
def test_in_the_shares_of_a_type_as_many_enter_each_kind_as_leave_it(weights, age):
    shares = np.array(weights) / sum(weights)
    moves = table(shares, age)
    assert shares @ moves == pytest.approx(shares * moves.sum(axis=1), abs=1e-12)


@SETTINGS
@given(weights=SHARES, age=st.integers(0, len(AGE_GROUPS) - 1))
def test_nobody_who_seeks_moves_more_often_than_the_bound(weights, age):
    shares = np.array(weights) / sum(weights)
    assert table(shares, age)[Kind.SEEKING].sum() <= MOST + 1e-9


@SETTINGS
@given(before=SHARES, now=SHARES)
def test_a_birthday_brings_the_shares_of_the_new_group(before, now):
    old, new = np.array(before) / sum(before), np.array(now) / sum(now)
    lucks = (np.arange(2000) + 0.5) / 2000
    reached = np.zeros(KINDS)
    for kind in range(KINDS):
        for luck in lucks:
            reached[after_birthday(kind, old, new, luck)] += old[kind] / len(lucks)
    # jobs at larger employers are found by search alone, so what would be more of them seeks
    extra = max(new[Kind.EMPLOYEE] - old[Kind.EMPLOYEE], 0.0)
    new[Kind.EMPLOYEE] -= extra
    new[Kind.SEEKING] += extra
    assert reached == pytest.approx(new, abs=2e-3)


def test_young_persons_lose_work_more_often():
    for kind in (Kind.EMPLOYEE, Kind.CELL, Kind.OWN, Kind.FARM, Kind.FAMILY):
        assert loss_hazard(kind, 0, MOVING) == pytest.approx(MOVING.young * loss_hazard(kind, 1, MOVING))


def test_a_person_stays_in_a_state_as_long_as_the_hazard_says():
    world = begun()
    w, chain = world.workers, world.chain
    at = np.flatnonzero(w.work == 7)  # farmers
    ages = np.clip((world.frame.age_at - w.birth[at].astype(int)) // 12 - 15, 0, 59) // 10
    leaving = np.minimum(chain.chances[w.base[at] + ages, Kind.FARM, -1], 1.0)
    months = -24 - w.since[at]
    expected = np.minimum((1.0 - leaving) / leaving, 480)
    assert months.mean() == pytest.approx(expected.mean(), rel=0.25)
