"""Prior draws: exact quantiles, exact truncation, extendable, and nothing correlated but the returns to capital."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calibration import priors
from sim.errors import CountryError


@dataclass(frozen=True)
class Prior:
    name: str
    family: str
    p1: float
    p2: float | None = None
    lower: float | None = None
    upper: float | None = None
    symbol: str = ""


# 5 %, 50 % and 95 % quantiles as printed in model.md, Annex 1 (three significant digits, truncation included).
PRINTED = [
    (Prior("awareness", "lognormal", -4.422849, 0.8, 0.0005, 0.12), 0.00322, 0.012, 0.0441),
    (Prior("gain", "normal", 0.7, 0.35, 0, 2.2), 0.188, 0.71, 1.28),
    (Prior("distance", "normal", -0.06, 0.04, -0.2, 0), -0.127, -0.0633, -0.0117),
    (Prior("woman", "beta", 9, 1, 0.5, 1), 0.72, 0.926, 0.994),
    (Prior("family_workers", "gamma", 4, 12, 0, 1.5), 0.114, 0.306, 0.646),
    (Prior("other_workers", "gamma", 3, 15, 0, 1.2), 0.0545, 0.178, 0.42),
    (Prior("multiplier", "lognormal", 0.300105, 0.22, 1, 2.7), 1.06, 1.38, 1.95),
    (Prior("discount", "uniform", 0.08, 0.3, 0.08, 0.3), 0.091, 0.19, 0.289),
    (Prior("persistence", "beta", 96.5, 3.5), 0.932, 0.968, 0.989),
    (Prior("reported", "lognormal", 0.693147, 0.6, 1, 8), 1.12, 2.18, 5.25),
    (Prior("grant", "fixed", 100000), 100000, 100000, 100000),
]


@pytest.mark.parametrize(("prior", "low", "middle", "high"), PRINTED, ids=lambda value: getattr(value, "name", ""))
def test_quantiles_are_those_printed_in_the_prior_table(prior, low, middle, high):
    found = priors.quantile(prior, np.array([0.05, 0.5, 0.95]))
    assert found == pytest.approx([low, middle, high], rel=6e-3)


def test_draws_have_the_quantiles_of_their_prior():
    chosen = [prior for prior, *_ in PRINTED]
    drawn = priors.table(4096, 11, chosen)
    for prior, *printed in PRINTED:
        assert drawn[prior.name].quantile([0.05, 0.5, 0.95]).to_numpy() == pytest.approx(printed, rel=0.02), prior.name


@settings(max_examples=20, deadline=None)
@given(count=st.integers(1, 40), more=st.integers(0, 90), seed=st.integers(0, 2**31))
def test_more_draws_never_change_the_first_ones(count, more, seed):
    chosen = [prior for prior, *_ in PRINTED]
    assert priors.draw(count + more, seed, chosen)[:count] == priors.draw(count, seed, chosen)


def test_another_seed_gives_other_draws():
    chosen = [PRINTED[0][0]]
    assert priors.draw(8, 1, chosen) != priors.draw(8, 2, chosen)


@settings(max_examples=60, deadline=None)
@given(
    family=st.sampled_from(["normal", "lognormal"]),
    centre=st.floats(-2, 2),
    spread=st.floats(0.05, 2),
    low=st.floats(0.01, 2),
    width=st.floats(0.05, 3),
    share=st.floats(1e-9, 1 - 1e-9),
)
def test_no_draw_leaves_its_bounds(family, centre, spread, low, width, share):
    prior = Prior("any", family, centre, spread, low, low + width)
    try:
        value = float(priors.quantile(prior, np.array([share]))[0])
    except CountryError:
        return  # no probability between the bounds: refused, not clipped
    assert low <= value <= low + width


def test_only_the_returns_to_capital_hang_together():
    chosen = [
        Prior(symbol, "lognormal", -3, 0.5, symbol=symbol) for symbol in (*priors.CORRELATED, "sv_h1", "dw_start")
    ]
    correlation = np.log(priors.table(4096, 3, chosen)).corr().to_numpy()
    block = correlation[:4, :4][np.triu_indices(4, 1)]
    assert block == pytest.approx(0.5, abs=0.03)
    assert np.abs(correlation[:4, 4:]).max() < 0.05


def test_the_fingerprint_follows_the_numbers():
    first = Prior("a", "normal", 0, 1)
    assert priors.fingerprint([first]) == priors.fingerprint([Prior("a", "normal", 0.0, 1.0)])
    assert priors.fingerprint([first]) != priors.fingerprint([Prior("a", "normal", 0, 1.1)])


def test_impossible_bounds_and_unknown_families_are_refused_by_name():
    with pytest.raises(CountryError, match="prior far: no probability"):
        priors.quantile(Prior("far", "normal", 0, 1, 60, 70), np.array([0.5]))
    with pytest.raises(CountryError, match="did you mean 'lognormal'"):
        priors.draw(2, 1, [Prior("typo", "lognorml", 0, 1)])
