"""The balance for society: each transfer once for who gets it and once for who pays it (people.md Y17, K7)."""

from __future__ import annotations

from functools import cache
from types import SimpleNamespace

import numpy as np
import pytest

from sim import twins
from sim.behaviour import Behaviour
from sim.engine.columns import FIXED_POINT
from sim.outcomes import CODEBOOK, balance, costs
from sim.outcomes.compared import Compared
from sim.population import load
from sim.scenario import Scenario

NAMES = ("gain_much", "gain", "same", "lose", "lose_much", "no_share")


class Books:
    """A world of one month that leaves these figures, and zeros of all others."""

    def __init__(self, **figures):
        self.figures = figures
        self.behaviour = SimpleNamespace(applying=SimpleNamespace(effort=10.0, cash_share=0.4))

    def series(self, name):
        return np.array([self.figures.get(name, 0.0)])


@pytest.fixture
def by_hand(monkeypatch):
    """Let balance and costs read books of one month."""
    for module in (balance, costs):
        monkeypatch.setattr(module, "series", lambda name: name)
        monkeypatch.setattr(module, "difference", lambda a, b, name: a.series(name) - b.series(name))


def by_month(world, base):
    """Return what those affected would pay by month, all parts together."""
    return sum(balance.willingness_parts(world, base).values())


def test_a_grant_that_is_consumed_uses_nothing_up(by_hand):
    """100 paid and 100 consumed: households +100, the budget -100, nothing used up."""
    spent = Books(grants=100.0, income_once=100.0, income=100.0)
    assert costs.resources(spent, Books()).tolist() == [0.0]
    assert costs.net_fiscal_cost(spent, Books()).tolist() == [100.0]
    assert by_month(spent, Books()).tolist() == [100.0]


def test_a_grant_that_is_invested_is_used_up_and_comes_back_as_profit(by_hand):
    """Of 100 paid, 30 are consumed; 5 of own money, 2 for papers, half an application's time at 6; profit 20 less 4."""
    mine = Books(grants=100.0, income_once=30.0 - 5.0 - 2.0, business_income=16.0, income=16.0 + 23.0, trained=0.5)
    assert costs.resources(mine, Books()).tolist() == [100.0 - 23.0 + 3.0]
    assert costs.market_gain(mine, Books()).tolist() == [16.0], "profit that is put back is counted once, as capital"
    parts = balance.willingness_parts(mine, Books())
    assert {name: v[0] for name, v in parts.items() if v[0]} == {"once": 23.0, "business": 16.0, "time": -3.0}


def test_premiums_and_levies_have_a_receiver_for_each_payer(by_hand):
    """A levy of 30 less a premium of 10: employers -20, the budget +20; with services of 7 only these are used up."""
    mine = Books(labour_charged_private=20.0, labour_spending=10.0 + 7.0, labour_bonus=10.0, labour_receipts=30.0)
    assert by_month(mine, Books()).tolist() == [-20.0]
    assert costs.net_fiscal_cost(mine, Books()).tolist() == [17.0 - 30.0]
    assert costs.resources(mine, Books()).tolist() == [7.0]
    assert -20.0 - (17.0 - 30.0) == -7.0, "society has lost what the services use up, and nothing else"


def test_a_benefit_lost_is_lost_by_families_and_saved_by_the_budget(by_hand, monkeypatch):
    mine = Books(benefit=-50.0, income=-50.0)
    assert by_month(mine, Books()).tolist() == [-50.0]
    assert costs.net_fiscal_cost(mine, Books()).tolist() == [-50.0]
    assert costs.resources(mine, Books()).tolist() == [0.0]


def test_a_grant_that_is_paid_back_goes_from_families_to_the_budget(by_hand):
    """Of 100 consumed, 40 come back: families keep 60, the budget pays 60, nothing is used up."""
    mine = Books(grants=100.0, income_once=100.0, paid_back=40.0, income=60.0)
    assert by_month(mine, Books()).tolist() == [60.0]
    assert costs.net_fiscal_cost(mine, Books()).tolist() == [60.0]
    assert costs.resources(mine, Books()).tolist() == [0.0]


def test_who_covers_the_cost_is_apart_from_what_is_bought_for_it(by_hand):
    """100 handed over and 30 taken as a tax: worth 100 to those affected, 30 paid by those who cover it."""
    mine = Books(grants=100.0, income_once=100.0, financed=30.0, income=70.0)
    assert by_month(mine, Books()).tolist() == [100.0]
    assert balance.covering(mine, Books()).tolist() == [30.0]
    parties = balance.society(100.0, 100.0, 30.0, 1.0)
    assert parties == {"affected": 100.0, "covering": -30.0, "treasury": -70.0, "raising": 0.0}


def test_a_som_of_the_poor_counts_more_by_hand():
    """Tenths at 50 and 150 with the same persons: mean 100, weights 2 and 2/3; gains 30 and 30: +30 - 10 = 20."""
    homes = SimpleNamespace(weight=np.array([1, 1, 1]), size=np.array([2, 2, 4]))
    before = SimpleNamespace(households=homes, state=SimpleNamespace(consumption=np.array([50.0, 150.0, 999.0])))
    found = balance.weighting(before, np.array([30.0, 30.0, 500.0]), np.array([1, 10, 0]), 1.0)
    assert found == pytest.approx(20.0)


@cache
def compared(design: str) -> Compared:
    scenario = Scenario.of({
        "country": "kyrgyzstan", "scale": 1000, "labour_scale": 100,
        "start": "2022-01", "horizon": "2023-06", "designs": {
            "today": {}, "more": {"social_contract": {"grant": 300_000}},
            "levy": {"social_contract": {"slots": 0}, "quota": {"design": "KG_2025", "assignment": "universal",
                                                                "levy": 1.0}}},
    })  # fmt: skip
    found = twins.compare(load("kyrgyzstan", 1000, labour_scale=100), scenario, Behaviour.central(), 1, keep=True)
    compared.rows = {(r["design"], r["outcome"], r["group"]): r["value"] for r in found.rows if r["month"] == -1}
    lives = found.lives[design]
    return Compared(lives, lives.final.t - 1, first=found.lives["today"].final)


@pytest.mark.parametrize("design", ["more", "levy"])
def test_the_balance_is_what_is_made_less_what_is_used_up(design):
    """Transfers cancel: both accounts give the same, month by month, but for what waits in pots to be handed out."""
    c = compared(design)
    final, base = c.final, c.base
    parties = by_month(final, base) - costs.net_fiscal_cost(final, base)
    made = costs.market_gain(final, base) + balance.willingness_parts(final, base)["market"]
    taxes = sum(c.more(costs.series(name)) for name in ("labour_income_tax", "labour_contributions"))
    taxes = taxes - c.more(costs.series("labour_taxed_inside"))
    waiting = sum(world.handed.open.sum() * sign for world, sign in ((final, 1.0), (base, -1.0))) / FIXED_POINT
    used = costs.resources(final, base)
    assert float((parties - made - taxes + used).sum()) == pytest.approx(-waiting, abs=1e4)
    assert abs(parties).sum() > 1e7


def test_all_businesses_are_in_what_families_earn_with_them_whenever_they_began():
    """The books have the profit of every live business, and what those that closed in the month earned in it."""
    world = compared("more").base
    s, weight = world.state, world.households.weight.astype(np.int64)
    runs = s.operating == 1
    old = runs & (s.business_age > world.t)
    kept = weight * (s.profit.astype(float) - s.reinvested)
    booked = world.records.series("business_income")[-1].sum()
    assert kept[runs].sum() <= booked <= 1.1 * kept[runs].sum()
    assert kept[old].sum() > 0.05 * booked, "businesses that began before are part of it"


def test_parts_add_up_to_the_whole():
    c = compared("more")
    assert sum(c.society.values()) == pytest.approx(CODEBOOK["social_balance"].value(c))
    assert sum(c.willingness_parts.values()) == pytest.approx(c.willingness)
    assert sum(c.budget_lines.values()) == pytest.approx(c.government)
    gains = dict(CODEBOOK["household_gains"].by_group(c))
    for kind in ("household=", "oblast=", "place=", "decile="):
        parts = [v for group, v in gains.items() if group.startswith(kind)]
        assert sum(parts) == pytest.approx(CODEBOOK["household_gains"].value(c), abs=1.0)


def test_the_first_design_is_held_against_itself_and_others_against_it():
    compared("more")
    rows = compared.rows
    everybody = sum(rows["today", f"first_{name}", "all"] for name in NAMES)
    assert rows["today", "first_same", "all"] + rows["today", "first_no_share", "all"] == everybody
    for design in ("more", "levy"):
        assert sum(rows[design, f"first_{name}", "all"] for name in NAMES) == everybody
    assert rows["levy", "first_lose_much", "all"] > 0, "families lose the grants of the first design"
    assert rows["levy", "persons_lose_much", "all"] != rows["levy", "first_lose_much", "all"]


def test_own_money_in_a_business_is_no_loss_where_the_business_would_fetch_it():
    """A family puts 100 into a business that would fetch 80 and has no other change of 1,000: 2 % less, not 10."""
    homes = SimpleNamespace(weight=np.array([1], np.uint16), size=np.array([1]))
    closing = SimpleNamespace(recovery=0.5, recovery_agriculture=0.8)

    def world(once, capital):
        state = SimpleNamespace(
            recurrent_total=np.array([1000.0]), once_total=np.array([once]), capital=np.array([capital]),
            operating=np.array([1]), sector=np.array([1]), loan=np.zeros(1),
            repayable=np.zeros(1),
        )  # fmt: skip
        return SimpleNamespace(state=state, households=homes, behaviour=SimpleNamespace(closing=closing))

    gain = balance.household_gains(world(-100.0, 100.0), world(0.0, 0.0))
    assert gain.tolist() == [-20.0]
    assert balance.household_gains(world(-100.0, 100.0), world(-100.0, 100.0)).tolist() == [0.0]


def test_who_trained_for_an_application_and_got_no_grant_is_an_applicant():
    c = compared("more")
    tried, paid = c.final.state.tried_at >= c.final.start, c.final.state.paid_at >= c.final.start
    assert (paid & ~tried).sum() == 0, "whoever was paid has applied"
    assert (tried & ~paid).any()
    weights = c.final.households.weight.astype(np.int64)
    trained = c.final.records.series("trained").sum()
    assert int(weights[tried].sum()) <= trained, "each family is counted once, however often it tried"
