"""The benchmark: one word adds the same money for the same families in cash, and its worth is near one (Y17)."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from sim import twins
from sim.behaviour import Behaviour
from sim.errors import InputError
from sim.outcomes.compared import Compared
from sim.population import load
from sim.scenario import CASH, Scenario

SHORT = {"country": "kyrgyzstan", "scale": 1000, "labour_scale": 100,
         "start": "2022-01", "horizon": "2023-06", "follow": 60,
         "worlds": "whole"}  # fmt: skip


def test_one_word_adds_the_arm_and_the_file_that_is_written_is_the_same_scenario():
    made = Scenario.of({"benchmark": "cash", "designs": {"more": {"social_contract": {"grant": 200_000.0}}, "b": {}}})
    assert [*made.designs] == ["more", "b", "cash"]
    contract = made.policies(CASH).social_contract
    assert contract.cash.at(60)
    assert contract.grant.at(60) == 200_000.0
    assert Scenario.of(made.as_dict()) == made
    assert [*Scenario.of({"benchmark": "cash"}).designs] == ["today", "cash"]


def test_a_scenario_without_the_word_keeps_its_digest():
    assert "benchmark" not in Scenario.of({}).as_dict()
    assert Scenario.of({}).digest() != Scenario.of({"benchmark": "cash"}).digest()


@pytest.mark.parametrize(
    ("designs", "says"),
    [
        ({"none": {}}, "benchmark is 'cash'; the first design must have contracts"),
        ({"today": {}, "cash": {"social_contract": {"grant": 1000.0}}}, "designs.cash is another design"),
    ],
)
def test_a_benchmark_of_nothing_is_refused(designs, says):
    with pytest.raises(InputError, match=says):
        Scenario.of({"benchmark": "cash", "designs": designs})


@cache
def lived():
    scenario = Scenario.of({**SHORT, "benchmark": "cash"})
    ground = twins.Ground.of(load("kyrgyzstan", 1000, labour_scale=100), scenario, Behaviour.central(), 1)
    out = {}
    for design in ("today", CASH):
        lives = ground.live(scenario, design)
        out[design] = Compared(lives, scenario.last_month, ground.known, ground.afterwards(lives))
    return out


def test_the_same_families_get_the_same_money_in_the_same_months():
    today, cash = lived()["today"].final, lived()[CASH].final
    assert np.array_equal(today.state.paid_at, cash.state.paid_at)
    assert np.array_equal(today.records.series("grants"), cash.records.series("grants"))
    assert (today.state.paid_at >= 0).any()


def test_cash_begins_no_business_and_costs_no_benefit_no_training_and_no_visit():
    c = lived()[CASH]
    paid = c.final.state.paid_at >= c.final.start
    for name in ("funded", "contract", "contract_month"):
        assert not getattr(c.final.state, name)[paid].any(), name
    assert not c.more(lambda world: world.records.series("trained").sum(axis=1)).any()
    assert c.budget_lines["recovered"] == 0.0
    visible = c.final.behaviour.accounting.visible
    assert c.budget_lines["administration"] == pytest.approx(visible * c.budget_lines["grants"])


def test_every_som_of_the_cash_is_consumed_so_its_worth_without_markets_is_near_one():
    """The grant is spent within three months, so discounting takes a little; administration reaches nobody."""
    c = lived()[CASH]
    once, grants = c.willingness_parts["once"], c.budget_lines["grants"]
    a_month = (1.0 + c.discount) ** (-1.0 / 12.0)  # a third at once, a third in each of the two months after it
    assert once / grants == pytest.approx(a_month, abs=0.01), "besides, a few families sell animals or do not"
    direct = (c.willingness - c.willingness_parts["market"]) / c.government
    visible = c.final.behaviour.accounting.visible
    assert direct == pytest.approx(once / grants / (1.0 + visible), abs=0.05), "else only what families do with it"


def test_what_is_left_of_the_worth_of_cash_is_what_markets_bring():
    c = lived()[CASH]
    market = c.willingness_parts["market"] / c.government
    assert c.willingness / c.government == pytest.approx(market + 1.0, abs=0.08)
