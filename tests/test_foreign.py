"""What the rules say about countries whose quotas have been studied: the model's own rules, without luck."""

from __future__ import annotations

from dataclasses import replace

import labour_samples as samples
import numpy as np
import pytest

from calibration import foreign
from calibration.foreign import CHECKED, FITTED, case, checked, expected, fitted, grid
from sim.agents.complying import Complying
from sim.errors import CountryError
from sim.labour.anchoring import NO_CONSTANTS
from sim.labour.expecting import HIRED, OWED, WORKERS, expect, seat_shares, share_in_place
from sim.labour.year import Choosing, Standing, YearKeys, decide
from sim.policies.quota import Quota
from sim.policies.services import Services
from sim.state.labour import PRIVATE, Employers
from sim.state.labour_state import EmployerState
from sim.state.labour_views import Firms, Prices
from sim.state.quota_law import NO_SANCTION

BEHAVIOUR = samples.BEHAVIOUR
PUBLISHED = {  # value and range: Kreko and Telegdy 2025; Lalive, Wuellrich, Zweimueller 2013
    "HU01": (0.12, 0.29), "HU02": (0.28, 0.38), "HU03": (0.0005, 0.0014), "HU04": (0.018, 0.0205),
    "AT01": (0.0, 0.08), "AT02": (0.02, 0.14),
}  # fmt: skip
# Values within 1.5 standard deviations of their priors, found by least squares on the six figures.
NEAR = {"constant": -2.41, "price": 1.565, "duty": 0.37, "wage_slope": -0.72, "adaptation": 4.19,
        "adaptation_size": 0.587, "relabelled_share": 0.29}  # fmt: skip


def with_(**values: float) -> object:
    complying: Complying = BEHAVIOUR.complying._replace(**values)
    return replace(BEHAVIOUR, complying=complying)


def test_every_published_figure_has_a_counterpart_and_the_same_parameters_give_the_same_figures() -> None:
    found = fitted(BEHAVIOUR)
    assert tuple(found) == FITTED
    assert found == fitted(BEHAVIOUR)
    assert set(checked(BEHAVIOUR)) == set(CHECKED)


def test_the_threshold_effects_of_austria_and_hungary_lie_in_their_published_ranges_within_the_priors() -> None:
    """So do shares filled and the share in small firms; middle firms come out low and large ones high, as is said."""
    medians, near = fitted(BEHAVIOUR), fitted(with_(**NEAR))
    for name in ("AT01", "AT02"):
        assert PUBLISHED[name][0] <= medians[name] <= PUBLISHED[name][1]
    for name in ("HU01", "HU02", "HU03", "AT01", "AT02"):
        assert PUBLISHED[name][0] <= near[name] <= PUBLISHED[name][1], (name, near[name])
    assert 0.8 * PUBLISHED["HU04"][0] <= near["HU04"] < PUBLISHED["HU04"][0]
    assert near["HU05"] > 0.0095


def test_wished_hires_are_in_place_as_far_as_seekers_vacancies_and_leavers_allow() -> None:
    """Worked by hand: with as many hires as vacancies every January fills all, and half leave in each month."""
    matching = BEHAVIOUR.matching
    assert share_in_place(0.02, 1e6, 1e6, 0.0, matching) == pytest.approx(1.0)
    assert share_in_place(0.02, 1e9, 1e9, 0.5, matching) == pytest.approx((1.0 - 0.5**12) / 12.0, rel=1e-6)
    few, more = (share_in_place(0.02, s, s, 0.02, matching) for s in (0.0001, 0.01))
    assert 0.0001 / 0.02 / 0.02 > few > 0.0  # no more are hired in a month than look for work, and one in 50 leaves
    assert few < more < 1.0
    both = share_in_place(0.02, 0.01, 0.05, 0.02, matching), share_in_place(0.04, 0.02, 0.10, 0.02, matching)
    assert both[0] == pytest.approx(both[1], rel=1e-9)  # twice the seekers and vacancies: constant returns


def test_a_local_shortage_takes_from_every_size_and_most_where_a_firm_is_its_whole_town() -> None:
    hungary, sizes = case("HU"), grid()
    plenty, towns, alone = (
        expected(given, BEHAVIOUR, *sizes)
        for given in (hungary._replace(seekers=1e6), hungary, hungary._replace(market_staff=1.0))
    )
    duty = towns.found[:, OWED] > 0.0
    assert (towns.found[duty, HIRED] < plenty.found[duty, HIRED]).all()
    large = int(np.searchsorted(towns.sizes, 500))
    assert alone.supplied[large] < towns.supplied[large] < plenty.supplied[large] < 1.0
    no_one = expected(hungary._replace(seekers=0.0), BEHAVIOUR, *sizes)
    assert no_one.found[:, HIRED].max() == 0.0
    assert no_one.found[duty, WORKERS].min() > 0.0  # certified staff need no seekers


def test_a_law_without_sanction_adds_nobody_at_its_threshold() -> None:
    austria = case("AT")
    free = austria._replace(law=austria.law._replace(kind=NO_SANCTION, credible=0.0, bonus=0.0))
    nobody = with_(constant=-50.0, relabelled_share=1e-6)
    found = expected(free, nobody, *grid())
    assert np.abs(found.found[:, WORKERS] - found.anyway).max() < 2e-3


def test_a_higher_price_fills_more_seats() -> None:
    low, high = (fitted(with_(price=price))["HU02"] for price in (1.0, 2.0))
    assert high > low + 0.03


def test_a_country_that_was_not_studied_is_refused() -> None:
    with pytest.raises(CountryError, match=r"foreign.csv: UA has no charge_ratio"):
        case("UA")


def test_sizes_stand_for_all_firms_of_their_class() -> None:
    sizes, firms = grid()
    every = np.arange(5, foreign.common("largest_size") + 1)
    weights = every ** -foreign.common("size_exponent")
    assert firms.sum() == pytest.approx(weights.sum(), rel=1e-12)
    assert (firms * sizes).sum() == pytest.approx((weights * every).sum(), rel=1e-2)
    assert {20, 21, 24, 25, 39, 40, 49, 50, 74, 75} <= set(sizes)


def test_expected_hires_are_the_mean_of_what_employers_draw() -> None:
    """The evaluator and the year's decisions are the same rules: shares in place of luck."""
    count, sizes = 3000, (26.0, 55.0, 110.0)
    size = np.repeat(sizes, count)
    rows = len(size)
    zeros = {name: np.zeros(rows) for name in Employers._fields}
    table = samples.typed(Employers, zeros | {
        "identifier": np.arange(rows), "owner": np.full(rows, PRIVATE), "staff": size,
        "discriminates": np.arange(rows) % 2, "adaptation_score": np.full(rows, -0.5),
    })  # fmt: skip
    state = foreign.empty(EmployerState, rows)
    state.wanted[:] = size
    state.staff[:] = size
    state.reported[:] = size
    state.assigned[:] = 1
    prices, services = samples.economy(0), Services().terms(0)
    law = Quota.made({"design": "AT", "levy": 0.4}, "x").terms(0, prices, BEHAVIOUR)
    wage = np.full(rows, prices.average_wage)
    priced = Prices(wage, 0.7 * wage, np.full(rows, 0.7), wage[:1], wage[:1], 1.0)
    standing = Standing(
        np.zeros(1), 0.05, 1.0, np.full((1, 12), -999, np.int64), 0.8, 0.75, 0.0, 0.0, np.zeros(rows, np.int64)
    )
    b = BEHAVIOUR
    out, shares = np.zeros((rows, 6)), np.zeros((rows, 8, 4))
    firms = Firms(table, state, priced)
    choosing = Choosing(law, services, standing, NO_CONSTANTS, b.complying, b.hiring, b.inspecting)
    seat_shares(0, rows, firms, choosing, np.zeros(rows), shares)
    expect(0, rows, firms, law, np.zeros(rows), shares, np.ones(rows), out)
    still = b.sizing._replace(bunching=0.0, hiding=0.0)
    keys = YearKeys(*[samples.key(1, 900 + k, 0) for k in range(4)])
    decide(0, rows, firms, choosing, 0, still, keys, np.zeros((1, 20), np.int64))
    drawn = state.quota_open.astype(np.float64) + state.relabelled
    assert drawn.sum() > 100
    for at in sizes:
        here = size == at
        error = 4.0 * drawn[here].std() / np.sqrt(count)
        assert drawn[here].mean() == pytest.approx(out[here, WORKERS].mean(), abs=max(error, 1e-3))
