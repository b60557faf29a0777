"""Household money: families worked out by hand, and what holds for all (people.md B1 to B5, K1, K2, K6, K8, K11)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from small import burnt_in, eventful, law, small, twin

from sim.agents.households.budget import Coverage
from sim.agents.households.consuming import (
    SUMS,
    Consuming,
    MoneyMonth,
    Sum,
    consume,
    consumption,
    income_per_person,
    log_standing,
    receive,
)
from sim.agents.households.declaring import Declaring, declare
from sim.beginning import begin
from sim.engine.columns import FIXED_POINT, empty
from sim.markets.feedback import demand_with_multiplier
from sim.money import money_month, settle_money
from sim.outcomes import poverty
from sim.people import People
from sim.programme import consider_and_apply, prospect
from sim.schedule import advance, look_at_declared
from sim.state.households import RING, Endowments, Households, HouseholdState
from sim.world import World

CONSUMING = Consuming(
    elasticity=0.5, in_kind=500.0, poverty_line=5000.0, education=0.0, remittances=0.0, herd=0.0, disability=0.0,
    survey_sd=0.0,
)  # fmt: skip


def one_family(**columns: Any) -> tuple[Households, Endowments, HouseholdState]:
    """Return tables of one household of four, two of them children, that stands for ten."""
    tables = empty(Households, 1), empty(Endowments, 1), empty(HouseholdState, 1)
    h, _, s = tables
    h.size[:], h.children[:], h.adults[:], h.weight[:] = 4, 2, 2, 10
    for name, value in columns.items():
        table = next(table for table in tables if name in table._fields)
        getattr(table, name)[:] = value
    s.income_year[:] = sum(int(getattr(s, name)[0]) for name in RING)
    return tables


def one_month(terms: Any, behaviour: Any, **changes: Any) -> tuple[MoneyMonth, Consuming, Any]:
    """Return what households of a month share: one oblast, prices of one, casual wage of 100 som."""
    month = MoneyMonth(
        recording=1, contract=terms.contract, benefit=terms.benefit._replace(per_child=1200.0, coefficient=1.0),
        deflator=1.0, wage=np.array([100.0]), prices=np.ones(1), levels=np.array([math.log(60.0)]), application=1000.0,
        hire_pay=15_000.0, extreme_line=2800.0, coverage=Coverage(1.0, 1.0, 1.0, 1.0),
        bearing=np.zeros(1), handed=np.zeros((1, 2)), later=np.zeros(1),
    )  # fmt: skip
    return month._replace(**changes), CONSUMING, behaviour.working._replace(relocated=0.5, operator_fte_agriculture=0.5)


@pytest.fixture(scope="module")
def terms(central) -> Any:
    """The law of January 2022."""
    return law().terms(0, central)


def live(tables: Any, shared: Any) -> np.ndarray:
    """Let one household live through a January; return the sums of its raion."""
    sums = np.zeros((1, SUMS), dtype=np.int64)
    h, e, s = tables
    receive(0, 1, h, e, s, s.income_jan, shared, sums)
    consume(0, 1, h, e, s, shared, sums)
    return sums[0]


def test_a_contract_family_by_hand(terms, central):
    """A family with a farm business, a loan and the child benefit, in a month.

    Pay 12,000 less 0.5 x 0.5 x 168 x 100 = 4,200 given up for the business        7,800
    own account 2,000, pension 6,000, from abroad 3,000                           11,000
    child benefit 2 x 1,200                                                        2,400
    business 5,000 less 500 put back                                               4,500
    in kind 4 x 500                                                                2,000
    instalment                                                                    -1,000
    recurrent                                                                     26,700
    grant not invested 6,000, sold 3,000, own money -8,000, an application -1,000      0
    """
    tables = one_family(
        earned=12_000, informal=12_000, own_income=2_000, transfers=6_000, remittances=3_000, benefit=1, employed=1,
        operating=1, sector=1, profit=5_000, reinvested=500, loan=9_000, instalment=1_000, due_1=6_000, due_2=6_000,
        sold_1=3_000, own_money=8_000, trained=1, **dict.fromkeys(RING, 20_000),
    )  # fmt: skip
    sums, s = live(tables, one_month(terms, central)), tables[2]
    assert s.recurrent_total[0] == 26_700.0
    assert s.once_total[0] == 0.0
    assert s.income_jan[0] == 26_700
    assert s.income_year[0] == 11 * 20_000 + 26_700  # 246,700
    assert (s.loan[0], s.due_1[0], s.due_2[0], s.sold_1[0], s.own_money[0], s.trained[0]) == (8_000, 6_000, 0, 0, 0, 0)
    each = 60.0 * math.sqrt(246_700 / 48)  # 60 x root of 5,139.6 = 4,301.5
    assert s.consumption[0] == pytest.approx(4_301.5, abs=0.1)
    assert s.consumption[0] == pytest.approx(each, rel=1e-6)
    assert sums[Sum.POOR] == 10 * 4, "4,301 is below the line of 5,000; the row stands for ten families"
    assert sums[Sum.EXTREME] == 0
    assert sums[Sum.GAP] / FIXED_POINT == pytest.approx(10 * 4 * (5_000 - each), rel=1e-5)
    assert sums[Sum.INCOME] == 10 * 26_700 * FIXED_POINT
    assert sums[Sum.BENEFIT] == 10 * 2_400 * FIXED_POINT
    assert (sums[Sum.FAMILIES], sums[Sum.CHILDREN], sums[Sum.RECIPIENTS]) == (10, 20, 40)


def test_a_family_whose_costs_exceed_its_income_by_hand(terms, central):
    """A year without pay: 12 x 2,000 in kind less 90,000 of own money is -66,000; it lives on what comes in kind.

    The least income is 500 a person, so consumption is 60 x root of 500 = 1,341.6, below the extreme line.
    """
    tables = one_family(own_money=90_000, **dict.fromkeys(RING, 2_000))
    sums, s = live(tables, one_month(terms, central)), tables[2]
    assert s.income_jan[0] == -88_000
    assert s.income_year[0] == 11 * 2_000 - 88_000  # -66,000
    assert s.consumption[0] == pytest.approx(1_341.64, abs=0.01)
    assert sums[Sum.EXTREME] == 40
    assert s.once_total[0] == -90_000.0


def test_a_rich_pensioner_by_hand(terms, central):
    """One person, pension 20,000 and 500 in kind every month: 60 x root of 20,500 = 8,590.7; not poor."""
    tables = one_family(transfers=20_000, size=1, children=0, adults=0, elders=1, **dict.fromkeys(RING, 20_500))
    sums, s = live(tables, one_month(terms, central)), tables[2]
    assert s.income_year[0] == 246_000
    assert s.consumption[0] == pytest.approx(8_590.69, abs=0.01)
    assert sums[Sum.POOR] == 0
    assert sums[Sum.DEMAND] == sums[Sum.CONSUMPTION] == 10 * math.floor(float(s.consumption[0]) * 1024 + 0.5)


def test_suspended_benefit_is_not_paid_by_hand(terms, central):
    tables = one_family(benefit=1, contract_month=10)
    contract = terms.contract._replace(benefit_share=np.where(np.arange(53) == 10, 0.25, 1.0))
    live(tables, one_month(terms, central, contract=contract))
    assert tables[2].benefit_total[0] == 600.0  # a quarter of 2 x 1,200


def test_declared_income_by_hand():
    """Formal 6,000, half of informal 4,000, a quarter of own 3,000 + business 5,000, transfers 2,000, a tenth of 8,000.

    6,000 + 2,000 + 2,000 + 2,000 + 800 = 12,800 for four persons, seen a quarter too high: 4,000.
    """
    h, e, s = one_family(
        earned=10_000, informal=4_000, own_income=3_000, profit=5_000, transfers=2_000, remittances=8_000,
        seen_error=1.25,
    )  # fmt: skip
    declare(0, 1, h, e, s, Declaring(informal=0.5, own_income=0.25, remittances=0.1))
    assert s.declared[0] == 4_000.0


def test_a_closed_business_leaves_no_profit_behind(terms, central):
    tables = one_family(operating=0, profit=3_000)
    live(tables, one_month(terms, central))
    assert tables[2].recurrent_total[0] == 5_000.0  # 3,000 of its last month and 2,000 in kind
    assert tables[2].profit[0] == 0.0


# What holds for all --------------------------------------------------------------------------------------------


@dataclass
class Richer(People):
    """People with a som more, or any sum more, of transfers a month for every household."""

    more: float = 0.0

    def month(self, world: Any, terms: Any) -> Any:
        """Let persons work and be paid, and add the money."""
        moves = super().month(world, terms)
        world.state.transfers[:] += np.float32(self.more)
        return moves


@pytest.fixture(scope="module")
def reference(tiny, central) -> World:
    """A small country without any programme, through 2023."""
    return burnt_in(tiny, central, until=24)


def richer(tiny: Any, central: Any, reference: World, more: float, **feedback: float) -> World:
    """Return the country with money for everybody from 2022 on, markets answering."""
    start = burnt_in(tiny, central.changed(**{f"feedback__{name}": v for name, v in feedback.items()}))
    world = start.fork(design=law(closed_from=-1000), reference=reference.path)
    world.people = Richer(**vars(world.people), more=more)
    return advance(world, 23)


def extra_demand(world: World, reference: World) -> float:
    """Return what everybody spends more than in the reference world in the last month, som."""
    return float((world.path.flows[23].local_demand - reference.path.flows[23].local_demand).sum())


def test_without_a_change_nothing_changes(tiny, central, reference):
    same = richer(tiny, central, reference, 0.0)
    assert extra_demand(same, reference) == 0.0
    assert (same.markets.demand == 1.0).all()
    assert (same.markets.consumer_price == 1.0).all()
    np.testing.assert_array_equal(same.state.consumption, reference.state.consumption)


def test_a_som_more_for_everybody_raises_disposable_income_by_a_som(tiny, central, reference):
    more = richer(tiny, central, reference, 1.0)
    rise = more.state.income_year.astype(np.int64) - reference.state.income_year
    sells = (reference.state.own_income > 0.0) | (reference.state.operating == 1) | (more.state.operating == 1)
    assert (np.abs(rise[~sells] - 12) <= 1).all(), "who sold something earlier in the year may differ by a som"
    assert rise[~sells].mean() == pytest.approx(12.0, abs=0.05)
    most = 4 + 1e-5 * np.abs(reference.state.income_year)
    assert (np.abs(rise - 12) <= most).all(), "who sells may sell a som more, because everybody has more to spend"
    assert 12.0 <= rise.mean() < 12.0 + 0.8 * 12.0
    assert (more.state.consumption >= reference.state.consumption).all()
    assert extra_demand(more, reference) > 0.0


def test_money_for_everybody_raises_demand_by_the_multiplier_once(tiny, central, reference):
    """What is spent more, and what the index adds to demand, are the multiplier times what is spent more (B5, K8).

    Households spend `extra` more; the index of every sector adds (multiplier - 1) x extra to its part of the demand of
    the reference world, so together multiplier x extra. The index moves half of the way a month; a year is enough.
    """
    more = richer(tiny, central, reference, 500.0, multiplier=1.8, indirect_tax=0.0)
    before = reference.path.flows[22].local_demand
    extra = more.path.flows[22].local_demand - reference.path.flows[22].local_demand
    f = more.behaviour.feedback
    parts = (f.demand_agriculture, f.demand_production, f.demand_trade, f.demand_services)
    assert sum(parts) == pytest.approx(1.0)
    added = sum(part * before * (more.markets.demand[:, s] - 1.0) for s, part in enumerate(parts))
    total = (extra + added).sum() / extra.sum()
    assert total == pytest.approx(1.8, rel=0.01)


def test_what_the_multiplier_brings_is_not_multiplied_again(tiny, central, reference):
    """Income from own work answers demand and is spent again; the multiplier holds these rounds already.

    Without any multiplier households spend `direct` more. With one of 1.8 the index adds 0.8 x direct, although they
    now spend more than `direct`; on the first country of people it added 0.8 of all they spent, 3 % more.
    """
    quiet = richer(tiny, central, reference, 500.0, multiplier=1.0, indirect_tax=0.0)
    loud = richer(tiny, central, reference, 500.0, multiplier=1.8, indirect_tax=0.0)
    direct = (quiet.path.flows[22].local_demand - reference.path.flows[22].local_demand).sum()
    counted = (loud.path.flows[22].local_demand - reference.path.flows[22].local_demand).sum()
    spent = (loud.path.flows[22].consumption - reference.path.flows[22].consumption).sum()
    assert spent > 1.02 * direct
    assert counted == pytest.approx(direct, rel=0.01)


def test_the_multiplier_divides_and_multiplies_on_the_same_base():
    """Ten som more on a demand of a hundred: whatever the sector's share, its index rises by 0.8 x 10 / 100."""
    for share in (0.1, 0.35, 1.0):
        index = demand_with_multiplier(1.0, 1.8, share * 10.0, share * 100.0)
        assert index == pytest.approx(1.08)


@pytest.mark.parametrize("lever", ["transfers", "eta"])
def test_ten_times_the_lever_keeps_the_signs(tiny, central, reference, lever):
    if lever == "transfers":
        worlds = [richer(tiny, central, reference, more) for more in (100.0, 1000.0)]
        same = np.all([  # who loses the child benefit, starts no business or need not sell stock may well lose
            (world.state.benefit_total == reference.state.benefit_total)
            & (world.state.distress_months == reference.state.distress_months)
            & (world.state.own_start == reference.state.own_start) for world in worlds
        ], axis=0)  # fmt: skip
        assert same.mean() > 0.8
        rises = [(world.state.consumption - reference.state.consumption)[same] for world in worlds]
        assert all((rise > 0.0).all() for rise in rises)
        assert (rises[1] > rises[0]).all()
        assert rises[1].mean() > 3.0 * rises[0].mean()
        return
    income = np.linspace(500.0, 50_000.0, 50)
    for elasticity in (0.5, 0.8):
        each = np.array([consumption(0.0, log_standing(y, elasticity, 0.0)) for y in income])
        assert (np.diff(each) > 0.0).all()
        assert (np.diff(each, 2) < 0.0).all(), "each som more adds less"


def test_income_below_what_comes_in_kind_counts_as_that():
    assert [income_per_person(year, 4, 500.0) for year in (-(10**6), 0, 24_000, 48_000)] == [
        500.0,
        500.0,
        500.0,
        1000.0,
    ]


def test_poverty_follows_twelve_months_not_the_month(tiny, central, reference):
    """K6: a family whose income stops falls slowly: after a month it has eleven twelfths of its income left."""
    world = reference.fork()
    before = world.state.consumption.astype(np.float64)
    settle_money(world, world.design.terms(24, central))
    steady = world.state.consumption.astype(np.float64)
    stopped = reference.fork()
    for name in ("earned", "own_income", "transfers", "profit", "reinvested"):
        getattr(stopped.state, name)[:] = 0.0
    settle_money(stopped, stopped.design.terms(24, central))
    ratio = stopped.state.consumption / np.maximum(steady, 1.0)
    assert ratio.min() > 0.8
    assert ratio.mean() < 0.99
    assert before.shape == steady.shape


def test_the_time_of_an_application_costs_no_income_and_its_cash_does(tiny, central, reference):
    """K6: with all of the cost in time, trained families have the same money as without training."""
    found = {}
    for share in (0.02, 0.5):
        world = reference.fork(behaviour=central.changed(applying__cash_share=share))
        world.state.trained[:] = 1
        month = money_month(world, world.design.terms(24, central))
        assert month.application == pytest.approx(central.applying.effort * share)
        settle_money(world, world.design.terms(24, central))
        found[share] = world.state.income_year.astype(np.float64)
    gap = found[0.02] - found[0.5]
    assert gap == pytest.approx(0.48 * central.applying.effort, abs=1.0)


def test_pensions_and_remittances_do_not_lift_everybody_above_the_line(central):
    """K1: on 0.5.0 they were added on top of a score of consumption, and 3.6 % of those with remittances were poor."""
    world = burnt_in(small(500), central, until=24)
    poor = {group: poverty.poverty_of(world, group).headcount for group in poverty.members(world)}
    assert 0.1 < poor["elders"] < 0.35
    assert poor["children"] > poor["all"] > poor["elders"]
    assert poor["remittances=yes"] > 0.06
    assert poor["disability=yes"] > 0.2


def test_a_grant_that_is_spent_is_no_recurrent_income():
    """K2: families paid a grant have money once, of which the business's own money is taken off."""
    behaviour = eventful(investing__own_share=0.2)
    start = burnt_in(small(120), behaviour)
    never = twin(start, law(closed_from=-1000), 35, reference=None)
    world = twin(start, law(), 35, reference=never.path)
    took = world.state.paid_at >= 0
    assert took.sum() > 10
    once = world.state.once_total - never.state.once_total
    assert np.abs(once[took]).max() > 5_000.0
    assert (once[took] > 0.0).mean() > 0.7, "grants kept and stock sold are more than own money and applications"
    recurrent = (world.state.recurrent_total - never.state.recurrent_total)[took]
    assert once[took].mean() < world.state.grant[took].mean()
    assert np.abs(np.corrcoef(once[took], recurrent)[0, 1]) < 0.9, "what comes once is not what comes again"


def test_the_beginning_gives_everybody_a_year_like_the_first_month(tiny, central):
    world = begin(tiny, central, law(), 1, 0)
    s = world.state
    for name in RING:
        np.testing.assert_array_equal(getattr(s, name), s.income_jan)
    np.testing.assert_array_equal(s.income_year, 12 * s.income_jan.astype(np.int64))
    assert (s.consumption > 0.0).all()
    poor = poverty.poverty_of(world).headcount
    wanted = world.population.country.poverty[2021] @ np.bincount(
        world.households.oblast, world.households.size.astype(float), world.oblasts
    ) / world.households.size.sum(dtype=float)  # fmt: skip
    assert poor == pytest.approx(wanted, abs=0.04)


def test_a_family_with_a_business_reckons_with_what_the_grant_adds_to_it(village, central):
    """K11: with three times its capital in place, a grant adds (4 ** 0.6 - 3 ** 0.6) of what it would earn alone."""
    world = burnt_in(village, central)
    behaviour = central.changed(operating__capital_elasticity=0.6)
    found = {}
    for owned in (0.0, 3.0):
        fork = world.fork(behaviour=behaviour, design=law())
        s, terms = fork.state, law().terms(0, behaviour)
        s.benefit[:], s.employed[:] = 0, 0
        consider_and_apply(fork, terms)  # January: the sector that suits each family
        able = s.best_sector > 0
        invested = prospect(fork, terms).invested[fork.households.oblast]
        s.operating[:], s.sector[:], s.capital[:] = able * (owned > 0.0), s.best_sector, owned * invested * able
        consider_and_apply(fork, terms)
        found[owned] = np.where(able, s.expected_gain.astype(np.float64), 0.0)
    costs = behaviour.applying.effort
    grown = found[0.0] > costs
    assert grown.sum() > 100
    alone, added = found[0.0][grown], found[3.0][grown]
    assert (added < alone).all()
    kept = prospect(world.fork(design=law()), law().terms(0, behaviour)).diversion * 100_000.0 / terms.economy.deflator
    ratio = (added + costs - kept) / (alone + costs - kept)
    assert np.median(ratio) > 4**0.6 - 3**0.6 - 0.02, "the ramp is behind it, so months count in full"
    assert np.median(ratio) < 1.25 * (4**0.6 - 3**0.6)


def test_a_family_with_a_business_declares_it_when_means_are_tested(village, central):
    """K11: the office sees a share of what the business brought last month."""
    world = burnt_in(village, central)
    world.state.profit[:] = 0.0
    look_at_declared(world)
    without = world.state.declared.astype(np.float64)
    world.state.profit[:] = 9_000.0
    look_at_declared(world)
    rise = world.state.declared - without
    seen = central.declaring.own_income * 9_000.0 / world.households.size * world.endowments.seen_error
    np.testing.assert_allclose(rise, seen, rtol=1e-3, atol=0.01)
