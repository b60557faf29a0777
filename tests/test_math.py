"""The model's own arithmetic: how near it comes to exact results, at its edges too, and that its bits are one."""

from __future__ import annotations

import hashlib
import math
import os
import subprocess
import sys
from decimal import Decimal, localcontext
from pathlib import Path

import numpy as np
import pytest

from sim.engine import filling
from sim.engine import math as own

HERE = Path(__file__)
DIGITS = 50
LEAST = 5e-324
LARGEST = sys.float_info.max

# The largest errors there are on the grids below, in units of the last place of the exact result.
EXP_ULP, LOG_ULP, LOGISTIC_ULP, NORMAL_ULP, FAR_NORMAL = 0.85, 0.85, 2.0, 5.0, 6e-13
POWER_ULP = 1.2  # and as much again for each unit of the logarithm of the result


def exponents(count: int) -> np.ndarray:
    """Return numbers whose exponential is an ordinary number, most of them small."""
    luck = np.random.default_rng(1)
    return np.concatenate(
        [luck.uniform(-708.0, 709.0, count), luck.normal(0.0, 1.0, count), luck.normal(8.0, 1.5, count)]
    )


def positives(count: int) -> np.ndarray:
    """Return positive numbers of every size, many of them near 1."""
    luck = np.random.default_rng(2)
    return np.concatenate(
        [np.exp(luck.uniform(-708.0, 709.0, count)), luck.uniform(0.5, 2.0, count), 1.0 + luck.normal(0.0, 1e-5, count)]
    )


def probabilities(count: int) -> np.ndarray:
    """Return numbers between 0 and 1 as draws make them, the least and the largest among them."""
    luck = np.random.default_rng(3)
    tails = np.exp(luck.uniform(-36.0, -1.0, count))
    return np.concatenate(
        [
            luck.integers(0, 2**52, count) / 2**52 + 2.0**-53,
            tails,
            1.0 - tails[tails > 1e-15],
            [2.0**-53, 1.0 - 2.0**-53],
        ]
    )


def ulp(found: float, exact: Decimal) -> float:
    """Return an error in units of the last place of the exact result."""
    return float(abs(Decimal(found) - exact) / Decimal(math.ulp(float(exact))))


def worst(found: np.ndarray, exact: list[Decimal]) -> float:
    return max(ulp(float(one), other) for one, other in zip(found, exact, strict=True))


@pytest.fixture(autouse=True)
def digits():
    with localcontext() as context:
        context.prec = DIGITS
        yield


def cumulative(z: Decimal) -> Decimal:
    """Return the share of the standard normal distribution above ``z``, for ``z`` from 0 to 9."""
    if z < 4:
        term, total, k = z, z, 0
        while abs(term) > Decimal(10) ** -DIGITS:
            k += 1
            term = -term * z * z / (2 * k)
            total += term / (2 * k + 1)
        return Decimal("0.5") - total / ROOT
    fraction = z
    for k in range(400, 0, -1):  # Laplace's continued fraction
        fraction = z + k / fraction
    return (-z * z / 2).exp() / ROOT / fraction


def root_of_two_pi() -> Decimal:
    with localcontext() as context:
        context.prec = DIGITS
        a, b, t, p = Decimal(1), 1 / Decimal(2).sqrt(), Decimal("0.25"), Decimal(1)
        for _ in range(8):  # Gauss and Legendre
            a, b, t, p, before = (a + b) / 2, (a * b).sqrt(), t, 2 * p, a
            t -= p / 2 * (before - a) ** 2
        return (2 * (a + b) ** 2 / (4 * t)).sqrt()


ROOT = root_of_two_pi()


def test_an_exponential_is_off_by_less_than_a_unit_of_the_last_place():
    values = exponents(4_000)
    assert worst(filling.filled(filling.exponentials, values), [Decimal(float(x)).exp() for x in values]) < EXP_ULP


def test_a_logarithm_is_off_by_less_than_a_unit_of_the_last_place():
    values = positives(3_000)
    values = values[values != 1.0]
    assert worst(filling.filled(filling.logarithms, values), [Decimal(float(x)).ln() for x in values]) < LOG_ULP


def test_a_power_is_off_by_little_more_than_its_logarithm_is_large():
    luck = np.random.default_rng(4)
    values, exponent = np.exp(luck.uniform(-8.0, 8.0, 2_000)), 0.37
    found = filling.filled(filling.powers, values, exponent)
    for x, y in zip(values.tolist(), found.tolist(), strict=True):
        exact = (Decimal(x).ln() * Decimal(exponent)).exp()
        assert ulp(y, exact) < POWER_ULP + POWER_ULP * abs(math.log(y))


def test_the_logistic_function_is_off_by_two_units_of_the_last_place():
    values = np.random.default_rng(5).normal(0.0, 4.0, 2_000)
    found = [float(own.logistic(x)) for x in values.tolist()]
    exact = [1 / (1 + (-Decimal(x)).exp()) for x in values.tolist()]
    assert max(ulp(one, other) for one, other in zip(found, exact, strict=True)) < LOGISTIC_ULP


def test_a_normal_quantile_is_off_by_some_units_of_the_last_place_and_far_out_by_less_than_a_millionth_of_a_millionth():
    values = probabilities(1_500)
    found = filling.filled(filling.normal_quantiles, values)
    for u, z in zip(values.tolist(), found.tolist(), strict=True):
        size, tail = Decimal(abs(z)), min(Decimal(u), 1 - Decimal(u))
        error = (cumulative(size) - tail) * ROOT * (size * size / 2).exp()  # by the slope of the distribution
        if size < Decimal("6.66"):
            assert float(abs(error)) < NORMAL_ULP * math.ulp(abs(z)) + 1e-300, u
        else:
            assert float(abs(error) / size) < FAR_NORMAL, u
        assert (z < 0.0) == (u < 0.5) or z == 0.0


def test_many_normal_quantiles_at_once_are_those_of_one_by_one_bit_for_bit():
    values = np.concatenate((probabilities(3_000), [0.075, 0.925, 0.5]))
    expected = filling.filled(filling.normal_quantiles, values)
    own.normals(values, np.zeros(len(values), np.int64), np.zeros(len(values)))
    assert (values == expected).all()


def test_the_parts_of_the_normal_quantile_meet():
    for edge in (0.075, 0.925):
        below, above = float(own.normal(edge * (1.0 - 1e-12))), float(own.normal(edge * (1.0 + 1e-12)))
        assert 0.0 < above - below < 1e-10


@pytest.mark.parametrize(
    ("x", "exact"),
    [(0.0, 1.0), (-0.0, 1.0), (LEAST, 1.0), (-1e-17, 1.0), (-745.2, 0.0), (-1e308, 0.0), (709.79, math.inf),
     (1e308, math.inf), (math.inf, math.inf), (-math.inf, 0.0)],
)  # fmt: skip
def test_an_exponential_at_the_edges(x, exact):
    assert float(own.exp(x)) == exact


@pytest.mark.parametrize("x", [-708.5, -710.25, -720.0, -735.7, -744.4, -745.1])
def test_an_exponential_below_the_ordinary_numbers_is_rounded_once(x):
    assert abs(float(own.exp(x)) - float(Decimal(x).exp())) <= LEAST


@pytest.mark.parametrize(
    ("x", "exact"),
    [(1.0, 0.0), (0.0, -math.inf), (-0.0, -math.inf), (math.inf, math.inf), (LEAST, -744.4400719213812),
     (LARGEST, 709.782712893384), (1.0 - 2.0**-53, -(2.0**-53)), (1.0 + 2.0**-52, 2.0**-52 - 2.0**-105)],
)  # fmt: skip
def test_a_logarithm_at_the_edges(x, exact):
    assert float(own.log(x)) == exact


@pytest.mark.parametrize("x", [-1.0, -LEAST, -math.inf, math.nan])
def test_what_has_no_logarithm_gives_no_number(x):
    assert math.isnan(own.log(x))


def test_what_is_no_number_stays_none():
    assert all(math.isnan(rule(math.nan)) for rule in (own.exp, own.log, own.logistic))
    assert math.isnan(own.power(math.nan, 2.0))


@pytest.mark.parametrize(
    ("x", "y", "exact"),
    [(0.0, 0.0, 1.0), (0.0, 3.0, 0.0), (0.0, -1.0, math.inf), (1.0, 1e300, 1.0), (2.0, 10.0, 1024.0),
     (0.25, 0.5, 0.5), (7.0, 0.0, 1.0)],
)  # fmt: skip
def test_a_power_at_the_edges(x, y, exact):
    assert float(own.power(x, y)) == exact


ODD = [0.0, -0.0, LEAST, -LEAST, 2.2e-308, 1.0 - 2.0**-53, 1.0 + 2.0**-52, 709.78, 709.79, -745.2, -708.5, -744.4,
       LARGEST, -LARGEST, math.inf, -math.inf, math.nan]  # fmt: skip


def bits() -> str:
    """Return a digest of what every rule makes of many numbers, odd ones among them."""
    digest = hashlib.sha256()

    def note(found) -> None:
        column = np.asarray(found, dtype=np.float64)
        digest.update(np.where(np.isnan(column), 0.0, column).tobytes() + np.isnan(column).tobytes())

    for fill, values in (
        (filling.exponentials, np.concatenate([exponents(3_000), ODD])),
        (filling.logarithms, np.concatenate([positives(3_000), ODD])),
        (filling.normal_quantiles, probabilities(4_000)),
    ):
        note(filling.filled(fill, values))
    note(filling.filled(filling.powers, positives(2_000), -0.3))
    note([own.logistic(x) for x in (*exponents(200).tolist(), *ODD)])
    return digest.hexdigest()


@pytest.mark.skipif(os.environ.get("KELISHIM_COMPILED") == "0", reason="the model runs in plain Python")
def test_plain_python_gives_the_same_bits_as_compiled_code():
    path = os.pathsep.join([str(HERE.parent), str(HERE.parent.parent)])
    done = subprocess.run(
        [sys.executable, "-c", "import test_math; print(test_math.bits())"],
        env=os.environ | {"KELISHIM_COMPILED": "0", "PYTHONPATH": path}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.strip() == bits()
