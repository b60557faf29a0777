"""Who covers the net cost of a design: households, employers or nobody, to the som in every month (people.md F, D7)."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from small import eventful, small

from sim.agents.households.bearing import Cover
from sim.engine.columns import FIXED_POINT
from sim.markets.financing import nothing_raised, rate_of, spread, still_wanted
from sim.outcomes.budget import lines
from sim.outcomes.costs import net_fiscal_cost
from sim.outcomes.jobs import decomposition
from sim.outcomes.records import Lives
from sim.scenario import Scenario
from sim.state.households import weights_of
from sim.state.terms import FINANCING
from sim.twins import compare

HOUSEHOLDS = ("income_tax", "indirect_tax", "cut_child_benefit", "cut_pensions")
LARGER = {"social_contract": {"grant": 200_000.0}}
DATED = [{"from": "2026-09", "value": "income_tax"}]


@cache
def lived() -> dict[str, Lives]:
    """Return the worlds of one costly design under each way of financing."""
    designs = {"unpaid": LARGER}
    for mode in (*HOUSEHOLDS, "borrowing", "levy"):
        designs[mode] = LARGER | {"financing": {"mode": mode}}
    designs["prices"] = LARGER | {"financing": {"mode": "levy", "incidence": "prices"}}
    designs["dated"] = LARGER | {"financing": {"mode": DATED}}
    plan = Scenario.of({"scale": 200, "start": "2026-01", "horizon": "2027-06", "designs": designs})
    return compare(small(), plan, eventful(), 1, keep=True).lives


def whole(world, name: str) -> np.ndarray:
    """Return a figure by month in whole 1/1024 som of 2023."""
    values = world.records.series(name)
    total = values.sum(axis=1) if values.ndim > 1 else values
    return np.rint(total * FIXED_POINT).astype(np.int64)


def bill(name: str) -> np.ndarray:
    """Return what the design cost net in each month before anybody covered it, whole 1/1024 som of 2023."""
    lives = lived()[name]
    return np.array([round(float(x) * FIXED_POINT) for x in net_fiscal_cost(lives.whole, lives.base)])


def test_the_ways_of_financing_stand_in_the_order_of_their_names():
    names = ("none", *(one.name.lower() for one in list(Cover)[1:]))
    assert names == FINANCING


@pytest.mark.parametrize("name", HOUSEHOLDS)
def test_what_households_pay_is_what_the_treasury_receives_in_every_month(name: str) -> None:
    final = lived()[name].final
    paid = whole(final, "financed")
    assert paid.any()
    assert int(final.raising.received[0]) == int(paid.sum())
    assert int(final.raising.wanted[0]) == int(bill(name).sum())
    budget = lines(final, lived()[name].base)
    prices = np.array([final.design.terms(t, final.behaviour).economy.deflator for t in final.records.months])
    assert np.array_equal(np.rint(budget["raised"] / prices * FIXED_POINT).astype(np.int64), paid)


@pytest.mark.parametrize("name", ["income_tax", "indirect_tax", "cut_pensions"])
def test_the_bill_of_a_month_is_met_but_for_what_rounding_leaves(name: str) -> None:
    final = lived()[name].final
    left = np.cumsum(bill(name)) - np.cumsum(whole(final, "financed"))
    rows = int(weights_of(final.households).sum())
    assert (np.abs(left) <= rows).all(), "less than 1/1024 som for each household"


def test_a_cut_takes_no_more_than_there_is_and_asks_for_the_rest_later() -> None:
    final = lived()["cut_child_benefit"].final
    assert (whole(final, "financed") <= whole(final, "benefit")).all()


@pytest.mark.parametrize("name", HOUSEHOLDS)
def test_only_who_has_something_of_the_base_pays(name: str) -> None:
    lives = lived()[name]
    mine, other = lives.final, lives.whole
    gain = mine.state.recurrent_total - other.state.recurrent_total
    state = {"income_tax": other.state.earned > other.state.informal, "cut_pensions": other.state.transfers > 0.0}
    if name in state:
        payers = state[name]
        assert gain[payers].sum() < 0.0
        assert abs(gain[~payers].sum()) < 0.5 * abs(gain[payers].sum())


def test_under_borrowing_nobody_pays_and_the_debt_is_booked() -> None:
    lives = lived()["borrowing"]
    for name in ("income", "consumption", "financed", "poor", "gross_jobs"):
        assert np.array_equal(lives.final.records.series(name), lives.whole.records.series(name)), name
    assert np.array_equal(whole(lives.final, "borrowed"), bill("borrowing"))
    assert lines(lives.final, lives.base)["borrowed"].sum() > 0.0


@pytest.mark.parametrize("name", ["levy", "prices"])
def test_a_levy_on_payrolls_is_charged_whole_and_borne_by_somebody(name: str) -> None:
    final = lived()[name].final
    assert np.array_equal(whole(final, "levied"), bill(name))
    books = final.bearing
    assert np.array_equal(books.charged, books.households + books.outside + books.open)
    assert not whole(final, "financed").any()
    assert whole(final, "charges_borne").sum() > whole(lived()[name].whole, "charges_borne").sum()


def test_the_incidence_of_a_levy_decides_who_bears_it() -> None:
    profits, prices = (lived()[name].final.state.recurrent_total for name in ("levy", "prices"))
    without = lived()["unpaid"].whole.state.recurrent_total
    touched = [(np.abs(one - without) > 1.0).mean() for one in (profits, prices)]
    assert touched[0] < touched[1], "employers are fewer than those who buy"


@pytest.mark.parametrize("name", ["unpaid", *HOUSEHOLDS, "borrowing", "levy", "prices", "dated"])
def test_net_jobs_are_the_sum_of_their_parts_with_financing(name: str) -> None:
    lives = lived()[name]
    parts = decomposition(lives.base, lives.frozen, lives.stolen, lives.whole, lives.final)
    total = parts["gross"] - parts["deadweight"] + parts["quota"] - parts["displacement"] + parts["multiplier"]
    assert np.allclose(parts["net"], total + parts["financing"], rtol=0.0, atol=1e-6)


@pytest.mark.parametrize("name", HOUSEHOLDS)
def test_the_change_of_each_household_is_that_without_financing_and_what_financing_does(name: str) -> None:
    lives = lived()[name]
    income = [one.state.recurrent_total + one.state.once_total for one in (lives.base, lives.whole, lives.final)]
    base, unpaid, final = income
    assert np.allclose(final - base, (unpaid - base) + (final - unpaid), rtol=0.0, atol=1e-3)
    assert (final - unpaid).sum() < 0.0


def test_nobody_pays_before_the_date() -> None:
    lives = lived()["dated"]
    paid = whole(lives.final, "financed")
    assert not paid[:8].any()
    assert paid[8] > 0
    for name in ("income", "consumption"):
        mine, other = (one.records.series(name) for one in (lives.final, lives.whole))
        assert np.array_equal(mine[:8], other[:8]), name


def test_a_design_that_saves_money_gives_it_back() -> None:
    books = nothing_raised()
    books.wanted[0] = -2048
    assert rate_of(still_wanted(books), 4096) == -0.5


@pytest.mark.parametrize("amount", [0, 7, -7, 1_000_003])
def test_a_levy_is_spread_in_whole_parts_that_add_up(amount: int) -> None:
    parts = spread(amount, np.array([0.1, 5.0, 2.7]))
    assert int(parts.sum()) == amount
