"""What the parameters say is what the model does: the benefit lost (V15), means of one (V16)."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small import burnt_in, eventful, law, small, twin

from sim.agents.applying import expected_months, lost_benefit_months
from sim.agents.claiming import back_probability
from sim.agents.closing import base_hazard, closure_hazard, closure_shift, exit_probability
from sim.agents.operating import VALUE_SD, log_fade, log_return_of, log_value_of, ramp
from sim.beginning import begin
from sim.engine.columns import copied
from sim.engine.draws import Decision, hazard, key, uniform
from sim.engine.math import normal
from sim.months import month_index
from sim.offices.selecting import Applicants, raion_slots, select
from sim.schedule import SCHEDULE, advance
from sim.state.households import AGRICULTURE


def test_the_benefit_lost_is_as_large_as_the_grant():
    terms = law().terms(month_index(2023, 6), eventful())
    assert terms.benefit.per_child == 1200.0
    months = float(lost_benefit_months(terms.contract.benefit_share, 0.0, 0.0))
    assert terms.benefit.per_child * 3.4 * months == pytest.approx(146_880.0, abs=1e-6)
    sure = float(lost_benefit_months(terms.contract.benefit_share, 0.017, 0.0))
    assert 1200 * 3.4 * sure == pytest.approx(103_000, rel=0.02)
    later = float(lost_benefit_months(terms.contract.benefit_share, 0.0, 0.10))
    assert 1200 * 3.4 * later == pytest.approx(124_000, rel=0.02)


def test_a_contract_family_goes_without_the_benefit_in_months_4_to_39(village):
    """With no other way out of the benefit or back into it, exactly 36 payments are lost."""
    behaviour = eventful(claiming__exit=0.0, claiming__entry=0.0, claiming__back=0.0)
    start = burnt_in(village, behaviour.changed(claiming__entry=0.05, claiming__exit=0.01))
    start.behaviour = behaviour
    start.state.benefit[:] = start.households.children > 0
    base = twin(start, law(closed_from=0), 59, reference=None)
    world = start.fork(design=law(), reference=base.path, frozen=base.path)
    got = np.zeros((60, world.rows), dtype=int)
    month = np.zeros((60, world.rows), dtype=int)
    for t in range(60):
        advance(world, t)
        got[t], month[t] = world.state.benefit, world.state.contract_month
    taking = (world.households.children > 0) & (world.state.paid_at >= 0)
    assert taking.sum() > 30
    assert (month[:, taking] > 39).any()
    assert not got[:, taking][month[:, taking] >= 4].any(), "without entry nobody comes back"
    assert got[:, taking][month[:, taking] <= 3].all()
    child = world.households.children[taking].astype(float)
    lost = base.state.benefit_total[taking] - world.state.benefit_total[taking]
    terms = [law().terms(t, behaviour) for t in range(60)]
    monthly = np.array([t.benefit.per_child * t.benefit.coefficient / t.economy.deflator for t in terms])
    expected = child * (monthly[:, None] * (month[:, taking] >= 4)).sum(axis=0)
    np.testing.assert_allclose(lost, expected, rtol=1e-9)


QUANTILES = (np.arange(20_001) + 0.5) / 20_001


@pytest.mark.parametrize("sd", [0.3, 0.8, 1.2])
def test_ability_changes_the_spread_of_value_added_and_not_its_mean(central, sd):
    operating = central.changed(operating__ability_sd=sd).operating
    at_reference = log_return_of(AGRICULTURE, 100_000.0, operating)
    values = [math.exp(log_value_of(at_reference, 0.0, sd * float(normal(u)), 0, operating)) for u in QUANTILES]
    assert np.mean(values) == pytest.approx(operating.return_agriculture * 100_000.0, rel=0.004)


def test_the_ability_effect_of_families_has_the_spread_of_the_parameter(central):
    world = begin(small(1600, 1000), central, law(), 1, 0)
    sd = central.operating.ability_sd
    truth, belief = (
        column.astype(float) for column in (world.endowments.ability_effect, world.endowments.believed_effect)
    )
    assert truth.std() == pytest.approx(sd, rel=0.06)
    assert belief.std() == pytest.approx(sd, rel=0.06)
    assert np.corrcoef(truth, belief)[0, 1] == pytest.approx(central.applying.belief_correlation, abs=0.08)
    assert np.exp(truth - sd * sd / 2).mean() == pytest.approx(1.0, abs=0.1)


def test_the_monthly_luck_of_businesses_has_mean_one(before, never):
    world = before().fork(design=law(), reference=never.path)
    ratios = []
    for _ in range(48):
        terms = world.design.terms(world.t, world.behaviour)
        for step in SCHEDULE:
            was = copied(world.state) if step.name == "businesses" else None
            step.run(world, terms)
            if was is not None:
                ratios += luck_of_value_added(world, was, terms.economy)
        world.t += 1
    ratios = np.array(ratios)
    assert len(ratios) > 3000
    spread = math.sqrt(math.exp(VALUE_SD**2) - 1.0)
    assert ratios.std() == pytest.approx(spread, rel=0.1)
    assert abs(ratios.mean() - 1.0) < 4.0 * spread / math.sqrt(len(ratios))


def luck_of_value_added(world, was, economy) -> list[float]:
    """Return value added over what ability, capital, age and demand explain, of businesses outside agriculture."""
    b, h, e, out = world.behaviour, world.households, world.endowments, []
    demand = world.markets.demand * world.markets.price * world.people.own_growth(economy)
    for i in np.flatnonzero((was.operating == 1) & (was.sector > 1) & (was.business_age > 0)):
        sector, age = int(was.sector[i]), int(was.business_age[i])
        full = log_value_of(
            log_return_of(sector, 1e5, b.operating),
            math.log(float(was.capital[i]) / 1e5),
            float(e.ability_effect[i]),
            int(e.operator_woman[i]),
            b.operating,
        )
        expected = math.exp(full + log_fade(age, b.operating.ramp_other, b.operating.fade))
        expected *= ramp(age, b.operating.ramp_other) * demand[h.oblast[i], sector - 1]
        out.append(float(world.state.profit[i]) / expected)
    return out


@settings(max_examples=50, deadline=None)
@given(yearly=st.floats(0.0, 0.99))
def test_monthly_probabilities_add_up(yearly):
    assert 1.0 - (1.0 - float(back_probability(yearly))) ** 12 == pytest.approx(yearly, abs=1e-9)
    assert 1.0 - (1.0 - float(exit_probability(yearly))) ** 6 == pytest.approx(yearly, abs=1e-9)


@settings(max_examples=30, deadline=None)
@given(
    sector=st.integers(1, 4),
    single=st.integers(0, 1),
    capital=st.floats(1e3, 1e6),
    slow=st.floats(1.0, 24.0),
    discount=st.floats(0.0, 0.5),
)
def test_expected_months_are_those_of_a_life_table(central_closing, sector, single, capital, slow, discount):
    c, alive, total = central_closing, 1.0, 0.0
    for k in range(1, 37):
        shift = c.woman * single + c.capital * math.log(max(capital, 1e4) / 1e5) + c.lock
        shift += {1: c.agriculture, 3: c.trade}.get(sector, 0.0)
        yearly = (c.mature + (c.early - c.mature) * math.exp(-k / c.settling)) * math.exp(shift)
        alive *= math.exp(-yearly / 12.0)
        total += alive * min(1.0, k / slow) / (1.0 + discount) ** (k / 12.0)
    found = float(expected_months(sector, single, capital, 1e5, slow, discount, 0, c))
    assert found == pytest.approx(total, rel=1e-9)


@pytest.fixture(scope="module")
def central_closing(central):
    """Parameters of closure."""
    return central.closing


def test_businesses_close_as_often_as_the_hazard_says(central):
    """Businesses of one kind are followed for a year by the rule and by the draws."""
    c, months, starts = central.closing, 36, 4000
    alive = np.ones(starts, dtype=bool)
    expected = 1.0
    for age in range(months):
        monthly = float(hazard(closure_hazard(base_hazard(age, c), closure_shift(2, 0, 0.0, 0.0, 0, 0.0, 0, c))))
        expected *= 1.0 - monthly
        draws = key(5, Decision.CLOSE, age)
        alive &= np.array([uniform(draws, np.uint32(i)) >= monthly for i in range(starts)])
    assert alive.mean() == pytest.approx(expected, abs=4.0 * math.sqrt(expected * (1 - expected) / starts))


@settings(max_examples=100, deadline=None)
@given(
    shares=st.lists(st.floats(0.001, 1.0), min_size=1, max_size=40),
    slots=st.floats(0.0, 300.0),
    offset=st.floats(0.001, 0.999),
)
def test_slots_are_whole_and_add_up(shares, slots, offset):
    share = np.array(shares) / sum(shares)
    found = raion_slots(slots, share, offset, 1)
    assert (found >= 0).all()
    assert abs(found.sum() - slots) < 1.0 + 1e-6
    assert (np.abs(found - slots * share) < 1.0 + 1e-6).all()


@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_selection_is_that_of_a_sorted_list(data):
    count = data.draw(st.integers(0, 25))
    draw = lambda values: np.array([data.draw(values) for _ in range(count)])  # noqa: E731
    raion, disability = draw(st.integers(0, 2)).astype(int), draw(st.integers(0, 1)).astype(int)
    scores, patrons = draw(st.sampled_from([0.0, 1.0, 2.0, 3.5])), draw(st.floats(0.0, 1.0))
    places = np.array([data.draw(st.integers(-1, 8)) for _ in range(3)])
    patronage, aside = data.draw(st.floats(0.0, 0.5)), data.draw(st.floats(0.0, 1.0))
    identifier = np.array(data.draw(st.permutations(range(100, 100 + count))), dtype=int)
    rows = np.arange(count)
    scores, patrons = scores.astype(float), patrons.astype(float)
    weight = data.draw(st.sampled_from([1, 10, 1000]))
    applicants = Applicants(raion, identifier, scores, patrons, disability, np.full(count, weight))
    found = select(applicants, weight * places, patronage, aside)
    for d in range(3):
        ranked = sorted(rows[raion == d], key=lambda i: (-scores[i], patrons[i], identifier[i]))
        free = max(int(places[d]), 0)
        reserved = [i for i in ranked if disability[i] == 1][: math.floor(aside * free + 0.5)]
        others = [i for i in ranked if i not in reserved]
        by_score = others[: math.floor((free - len(reserved)) * (1.0 - patronage) + 0.5)]
        by_luck = sorted((i for i in others if i not in by_score), key=lambda i: (patrons[i], identifier[i]))
        expected = (reserved + by_score + by_luck)[:free]
        assert [i for i in found if raion[i] == d] == expected
