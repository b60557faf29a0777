"""Disability acquired at work (W6): who stays, who is certified, and what that comes to over the decades of a law."""

from __future__ import annotations

import labour_samples as samples
import numpy as np
import pytest

from calibration import stocks
from calibration.foreign import Stock, case, expected, grid
from sim.agents.acquiring import certified_share, stay_probability
from sim.errors import InputError
from sim.labour import LabourWorld
from sim.policies.services import Services
from sim.state.labour_state import COUNTED, EMPLOYED

BEHAVIOUR = samples.BEHAVIOUR
GROWN = 120  # months


@pytest.fixture(scope="module")
def forked() -> LabourWorld:
    return samples.start(samples.population(2000, 300))


def certified(world: LabourWorld) -> int:
    return int(world.employers.relabelled.astype(np.int64).sum())


def test_the_stock_that_could_be_certified_stays_in_balance_without_a_charge(forked: LabourWorld) -> None:
    before = int(forked.employers.certifiable.astype(np.int64).sum() + certified(forked))
    world = samples.advance(forked.copy(), 0, GROWN, samples.Quota.made({"sanction": "none"}, "x"))
    after = int(world.employers.certifiable.astype(np.int64).sum() + certified(world))
    assert after == pytest.approx(before, abs=5.0 * before**0.5)
    assert certified(world) <= certified(forked), "nobody is certified for an employer that gains nothing"


def test_under_a_levy_certified_staff_build_up_over_the_years(forked: LabourWorld) -> None:
    seen = []
    world = forked.copy()
    for year in range(1, 11):
        samples.advance(world, 12 * (year - 1), 12 * year, samples.levy(1.0))
        seen.append(certified(world))
    assert seen[9] > seen[4] > seen[0] > certified(forked)


def test_certification_follows_the_gain_through_one_elasticity() -> None:
    """By hand: with a gain of employer and worker four times the worker's own and elasticity 0.5, twice as many."""
    acquiring = BEHAVIOUR.acquiring._replace(certified=0.2, elasticity=0.5)
    assert certified_share(100.0, 300.0, acquiring) == pytest.approx(0.4)
    assert certified_share(100.0, 0.0, acquiring) == 0.2
    flat = acquiring._replace(elasticity=0.0)
    assert certified_share(100.0, 1e6, flat) == 0.2


def test_accommodation_and_coaching_keep_workers_who_acquire_a_disability(forked: LabourWorld) -> None:
    """The sample certifies one person in ten after the start: with help more of them are at work on that day."""
    help_ = Services(accommodation_budget=1e9, accommodation_ceiling=1e6, coaches=500.0)
    entered = {}
    for name, services in (("none", Services()), ("help", help_)):
        total = 0

        def each(world: LabourWorld) -> None:
            nonlocal total
            total += int(world.events[0, 6])

        samples.advance(forked.copy(), 0, 48, services=services, each=each)
        entered[name] = total
    assert entered["help"] > entered["none"] > 0
    assert stay_probability(1.0, 1.0, BEHAVIOUR.acquiring) > stay_probability(0.0, 0.0, BEHAVIOUR.acquiring)


def test_some_who_stay_go_to_short_hours_where_the_law_counts_them(forked: LabourWorld) -> None:
    world = samples.advance(forked.copy(), 0, 48, samples.Quota.made({"design": "DE"}, "x"))
    p, f = world.persons, world.frame.persons
    later = np.isin(p.state, (EMPLOYED, COUNTED)) & (p.origin == 1) & (f.certified_from >= 0)
    assert 0 < p.half_time[later].sum() < later.sum()
    assert p.half_time[np.isin(p.state, (EMPLOYED, COUNTED)) & (p.origin == 1) & (f.certified_from < 0)].sum() == 0


def test_foreign_stocks_stand_still_and_are_larger_than_the_first_year_of_the_law() -> None:
    found = stocks.stationary("DE", BEHAVIOUR)
    given, (sizes, firms) = case("DE"), grid()
    first = expected(given, BEHAVIOUR, sizes, firms, Stock(np.zeros(len(sizes)), np.zeros(len(sizes))))
    duty = first.found[:, 1] > 0.0
    begun = first.total(0, duty) / float((firms * sizes)[duty].sum())
    assert 5 < found.years < stocks.MOST
    assert found.rate > found.acquired > 0.5 * begun > 0.0
    assert found.published[0] is not None
    assert found.published[0].value == 0.044


def test_a_stock_in_balance_is_prevalence_times_those_who_stay_and_are_certified() -> None:
    """By hand: leaving and coming are equal where stock = prevalence * size * stay * share certified."""
    given, (sizes, firms) = case("AT"), grid()
    acquiring = BEHAVIOUR.acquiring._replace(elasticity=0.0)
    b = samples.Behaviour.central().changed(acquiring__elasticity=0.0)
    stay = stay_probability(0.0, 0.0, acquiring)
    here = Stock(0.12 * sizes * stay * acquiring.certified, 0.12 * sizes * stay * (1.0 - acquiring.certified))
    after = stocks.next_year(here, given, expected(given, b, sizes, firms, here), 0.12, 0.04, b)
    assert np.allclose(after.certified, here.certified, rtol=1e-9)
    assert np.allclose(after.certifiable, here.certifiable, rtol=1e-9)


def test_more_persons_limited_in_work_and_a_higher_gain_make_a_larger_stock() -> None:
    low = stocks.stationary("FR", BEHAVIOUR)
    high = stocks.stationary("FR", samples.Behaviour.central().changed(acquiring__elasticity=1.0))
    assert high.acquired > low.acquired


def test_a_country_without_figures_is_refused_in_one_sentence() -> None:
    with pytest.raises(InputError, match=r"country is 'UA'; "):
        stocks.stationary("UA", BEHAVIOUR)
