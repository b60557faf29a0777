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
from sim.labour.expecting import WORKERS, expect
from sim.labour.meeting import Prices
from sim.labour.year import Standing, YearKeys, decide
from sim.policies.quota import Quota
from sim.policies.services import Services
from sim.state.labour import PRIVATE, Employers
from sim.state.labour_state import EmployerState
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


def test_austria_s_thresholds_are_met_at_the_medians_and_hungary_s_nearly_within_the_priors() -> None:
    """A quarter of a range is the slack for the six figures together; large Hungarian firms are not met."""
    medians, near = fitted(BEHAVIOUR), fitted(with_(**NEAR))
    for name in ("AT01", "AT02"):
        assert PUBLISHED[name][0] <= medians[name] <= PUBLISHED[name][1]
    for name, (low, high) in PUBLISHED.items():
        slack = 0.25 * (high - low)
        assert low - slack <= near[name] <= high + slack, (name, near[name])
    assert near["HU05"] > 0.0095


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
    out = np.zeros((rows, 5))
    expect(0, rows, table, state, law, priced, standing, services, NO_CONSTANTS, np.zeros(rows), b.complying, b.hiring,
           b.inspecting, out)  # fmt: skip
    still = b.sizing._replace(bunching=0.0, hiding=0.0)
    keys = YearKeys(*[samples.key(1, 900 + k, 0) for k in range(4)])
    decide(0, rows, table, state, law, priced, standing, services, NO_CONSTANTS, 0, still, b.complying, b.hiring,
           b.inspecting, keys, np.zeros((1, 20), np.int64))  # fmt: skip
    drawn = state.quota_open.astype(np.float64) + state.relabelled
    assert drawn.sum() > 100
    for at in sizes:
        here = size == at
        error = 4.0 * drawn[here].std() / np.sqrt(count)
        assert drawn[here].mean() == pytest.approx(out[here, WORKERS].mean(), abs=max(error, 1e-3))
