"""Poverty, inequality and mobility, by hand and as the records say (people.md B2, Y14)."""

from __future__ import annotations

import math

import numpy as np
import pytest
from small import burnt_in

from sim.outcomes import poverty
from sim.outcomes.incomes import components
from sim.outcomes.poverty import Distribution


def test_poverty_by_hand():
    """Persons 1, 2, 3, 4 at 25, 50, 80 and 200, line 100, extreme line 50: 6 of 10 are poor, 1 extremely.

    Gap (1 x 0.75 + 2 x 0.5 + 3 x 0.2) / 10 = 0.235; severity (0.5625 + 2 x 0.25 + 3 x 0.04) / 10 = 0.11825.
    """
    d = Distribution(np.array([25.0, 50.0, 80.0, 200.0]), np.array([1, 2, 3, 4]))
    found = poverty.poverty(d, 100.0, 50.0)
    assert found == pytest.approx((0.6, 0.235, 0.11825, 0.1))


def test_gini_by_hand():
    """One person has 1 and three have 3: the poorest quarter has a tenth, so 0.5 x (0.5 - 2 x area) = 0.15."""
    d = Distribution(np.array([1.0, 3.0]), np.array([1, 3]))
    area = 0.25 * 0.1 / 2 + 0.75 * (0.1 + 1.0) / 2
    assert poverty.gini(d) == pytest.approx(1.0 - 2.0 * area)


def test_measures_do_not_depend_on_the_order_of_rows(never):
    d = poverty.distribution(never)
    order = np.random.default_rng(1).permutation(len(d.persons))
    mixed = Distribution(d.consumption[order], d.persons[order])
    assert poverty.gini(mixed) == poverty.gini(d)
    assert poverty.poverty(mixed, 5000.0, 2800.0) == poverty.poverty(d, 5000.0, 2800.0)


def test_the_records_and_the_state_count_the_same_poor(never):
    """Outcomes, validation and the month itself use one measure: persons below the lines, and the gap, agree."""
    found, record = poverty.poverty_of(never), never.records.at(never.t - 1)
    persons = float(poverty.members(never)["all"].sum())
    line, extreme = poverty.lines(never)
    moved = (never.path.markets[never.t - 1].consumer_price == never.markets.consumer_price).all()
    assert moved, "prices of the reference world do not move"
    assert found.headcount * persons == pytest.approx(float(record["poor"].sum()), rel=1e-12)
    assert found.extreme * persons == pytest.approx(float(record["extremely_poor"].sum()), rel=1e-12)
    assert found.gap * persons * line == pytest.approx(float(record["poverty_gap"].sum()), rel=1e-6)
    assert extreme < line


def test_groups_make_up_the_whole(never):
    groups = poverty.members(never)
    for parts in (("children", "adults", "elders"), ("urban", "rural"), ("disability=yes", "disability=no"),
                  ("remittances=yes", "remittances=no")):  # fmt: skip
        np.testing.assert_array_equal(sum(groups[name] for name in parts), groups["all"])
    assert (groups["working"] <= groups["all"]).all()


def test_a_group_without_anybody_has_no_figure():
    assert math.isnan(poverty.poverty(Distribution(np.ones(2), np.zeros(2)), 1.0, 0.5).headcount)


def test_consumption_moves_less_over_a_year_than_over_three(central, village):
    years = [burnt_in(village, central, until=12 * k).state.consumption.astype(float) for k in (0, 1, 3)]
    weights = village.households.weight
    one, three = (poverty.mobility(years[0], later, weights, 0.0) for later in years[1:])
    assert 0.5 < three <= one < 1.0
    assert poverty.mobility(years[0], years[1], weights, 0.2) < one


def test_kinds_of_income_add_up_to_the_books_where_nobody_has_a_business(village, central):
    """Pay, own income, transfers, child benefit, remittances and what comes in kind are recurrent income, all of it."""
    behaviour = central.changed(starting__rate=0.0101)
    world = burnt_in(village, behaviour, until=2)
    found = components(world)
    at = world.records.at(world.t - 1)
    recurrent = float(at["income"].sum() - at["income_once"].sum())
    runs = world.state.operating == 1
    assert runs.mean() < 0.05
    covered = sum(one.total * one.coverage for one in found.values())
    given_up = float(at["crowded_out"].sum())
    assert covered - given_up == pytest.approx(recurrent, rel=1e-6)
    assert found["remittances"].a_person == pytest.approx(
        float((village.households.weight * village.households.remittances.astype(float)).sum())
        / float(poverty.members(world)["all"].sum()),
        rel=1e-6,
    )
