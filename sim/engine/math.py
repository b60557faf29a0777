"""Math: exponential, logarithm, power, logistic function and normal quantile, written once for the whole model.

Each but the last is a scalar rule of additions, multiplications, divisions and square roots, which every processor
rounds alike, so plain Python and compiled code give the same bits on every machine, and no C library is asked. There
are no tables and hardly a branch: inside a plain loop over rows the compiler works on several rows at a time
(docs/decisions/math.md).

The least and the largest number are safe: what overflows is infinite, what underflows is rounded once or zero, and what
is no number stays none. ``tests/test_math.py`` states the largest errors against exact arithmetic.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from sim.engine.compiled import ENABLED, rule

LOG2_E = 1.4426950408889634
LN2_HIGH = 0.6931471805598903  # ends in eleven zeros, so that its product with an exponent is exact
LN2_LOW = 5.497923018708371e-14  # the rest of the natural logarithm of 2
ROUND = 6755399441055744.0  # 1.5 * 2^52: adding it rounds to a whole number
LEAST, MOST = -746.0, 710.0  # beyond, an exponential is zero or infinite
FACTORIALS = tuple(1.0 / math.factorial(k) for k in range(2, 14))  # of exp(r) from r^2 on
MIDDLE = 0.425  # from the middle, a probability; up to there the quantile is a fraction of two polynomials
ODD = tuple(2.0 / (2 * k + 1) for k in range(1, 13))  # of log((1 + s) / (1 - s)) / s from s^2 on

# Coefficients of Wichura (1988), algorithm AS 241: above and below the fraction line, lowest power first.
CENTRE = (
    (3.387132872796366608, 133.14166789178437745, 1971.5909503065514427, 13731.693765509461125,
     45921.953931549871457, 67265.770927008700853, 33430.575583588128105, 2509.0809287301226727),
    (1.0, 42.313330701600911252, 687.1870074920579083, 5394.1960214247511077,
     21213.794301586595867, 39307.89580009271061, 28729.085735721942674, 5226.495278852545925),
)  # fmt: skip
TAIL = (
    (1.42343711074968357734, 4.6303378461565452959, 5.7694972214606914055, 3.64784832476320460504,
     1.27045825245236838258, 0.24178072517745061177, 0.0227238449892691845833, 7.7454501427834140764e-4),
    (1.0, 2.05319162663775882187, 1.6763848301838038494, 0.68976733498510000455,
     0.14810397642748007459, 0.0151986665636164571966, 5.475938084995344946e-4, 1.05075007164441684324e-9),
)  # fmt: skip

if ENABLED:
    _SQRT_HALF = 0x3FE6A09E667F3BCD  # the square root of 1/2, as bits

    @rule
    def power_of_two(whole: float) -> float:
        """Return 2 to a whole number from -1022 to 1023: its exponent bits, set by integer arithmetic."""
        return np.int64((np.float64(whole + ROUND).view(np.int64) + 1023) << 52).view(np.float64)

    @rule
    def parts(x: float) -> tuple[float, float]:
        """Return a positive number as a factor, from the square root of 1/2 to that of 2, and a power of two."""
        small = x < 2.2250738585072014e-308
        bits = np.float64(x * 18014398509481984.0 if small else x).view(np.int64)
        power = (bits - _SQRT_HALF) >> 52
        return np.int64(bits - (power << 52)).view(np.float64), np.float64(power) - (54.0 if small else 0.0)

else:

    def power_of_two(whole: float) -> float:
        """Return 2 to a whole number from -1022 to 1023.

        >>> power_of_two(3.0), power_of_two(-1.0)
        (8.0, 0.5)
        """
        return math.ldexp(1.0, int(whole)) if whole == whole else whole

    def parts(x: float) -> tuple[float, float]:
        """Return a positive number as a factor, from the square root of 1/2 to that of 2, and a power of two.

        >>> parts(8.0), parts(0.75)
        ((1.0, 3.0), (0.75, 0.0))
        """
        factor, power = math.frexp(x)
        return (2.0 * factor, power - 1.0) if factor < 0.7071067811865476 else (factor, float(power))


@rule
def polynomial(x: float, coefficients: tuple[float, ...]) -> float:
    """Return a polynomial, whose coefficients are given from the lowest power up, four or a multiple of four of them.

    In four chains: none of them has to wait long for the product before.

    >>> polynomial(2.0, (3.0, 0.0, 1.0, 0.0)), polynomial(2.0, (0.0,) * 7 + (1.0,))
    (7.0, 128.0)
    """
    square = x * x
    fourth = square * square
    last = len(coefficients) - 4
    a, b = coefficients[last], coefficients[last + 1]
    c, d = coefficients[last + 2], coefficients[last + 3]
    for k in range(last - 4, -1, -4):
        a, b = a * fourth + coefficients[k], b * fourth + coefficients[k + 1]
        c, d = c * fourth + coefficients[k + 2], d * fourth + coefficients[k + 3]
    return (a + b * x) + (c + d * x) * square


@rule
def exp(x: float) -> float:
    """Return the exponential: a power of two times a series for what is left, at most half of the logarithm of 2.

    >>> exp(0.0), round(exp(1.0), 12), exp(-1000.0)
    (1.0, 2.718281828459, 0.0)
    """
    x = LEAST if x < LEAST else (MOST if x > MOST else x)
    whole = (x * LOG2_E + ROUND) - ROUND
    high, low = x - whole * LN2_HIGH, whole * LN2_LOW
    rest = high - low
    series = 1.0 + (high + (rest * rest * polynomial(rest, FACTORIALS) - low))
    half = (0.5 * whole + ROUND) - ROUND  # in two steps, since the power may lie beyond those of ordinary numbers
    return series * power_of_two(half) * power_of_two(whole - half)


@rule
def log(x: float) -> float:
    """Return the natural logarithm.

    >>> log(1.0), log(math.e), round(log(0.5), 12)
    (0.0, 1.0, -0.69314718056)
    """
    found = finite_log(x if 0.0 < x < math.inf else 1.0)
    found = found if x > 0.0 else (-math.inf if x == 0.0 else math.nan)
    return x if x == math.inf else found


@rule
def finite_log(x: float) -> float:
    """Return the logarithm of a finite positive number: of a power of two, and of the factor f that is left.

    The latter is a series in (f - 1) / (f + 1).

    >>> finite_log(1.0), finite_log(8.0) == 3.0 * finite_log(2.0)
    (0.0, True)
    """
    factor, power = parts(x)
    above = factor - 1.0
    ratio = above / (2.0 + above)
    square = ratio * ratio
    half = 0.5 * above * above
    rest = ratio * (half + square * polynomial(square, ODD)) + power * LN2_LOW
    return power * LN2_HIGH - ((half - rest) - above)


@rule
def power(x: float, y: float) -> float:
    """Return ``x`` to the power ``y``, for ``x`` not below zero.

    >>> power(4.0, 0.5), power(4.0, -1.0), power(0.0, 0.0), power(0.0, 2.0)
    (2.0, 0.25, 1.0, 0.0)
    """
    return 1.0 if y == 0.0 else exp(y * log(x))


@rule
def logistic(v: float) -> float:
    """Return 1 / (1 + exp(-v)).

    >>> logistic(0.0), round(logistic(2.0), 6)
    (0.5, 0.880797)
    """
    return 1.0 / (1.0 + exp(-v))


@rule
def normal(u: float) -> float:
    """Return the standard normal quantile of a uniform number (Wichura 1988, algorithm AS 241).

    Its third part, for probabilities below 1.4e-11, is left out: the second is off by 6e-13 at most out there.

    >>> round(normal(0.975), 9), normal(0.5), normal(0.25) == -normal(0.75)
    (1.959963985, 0.0, True)
    """
    central = abs(u - 0.5) <= MIDDLE
    return quantile(u - 0.5, near(u - 0.5) if central else beyond(u), central)


@rule
def near(q: float) -> float:
    """Return what the quantile close to the middle is worked out from; ``q`` is the distance from it.

    >>> near(0.0), round(near(-0.4), 6)
    (0.180625, 0.020625)
    """
    return 0.180625 - q * q


@rule
def beyond(u: float) -> float:
    """Return what the quantile far from the middle is worked out from.

    >>> round(beyond(0.05), 4), beyond(0.25) == beyond(0.75)
    (0.1308, True)
    """
    return math.sqrt(-finite_log(u if u - 0.5 < 0.0 else 1.0 - u)) - 1.6


@rule
def quantile(q: float, r: float, central: bool) -> float:
    """Return the normal quantile at a distance from the middle.

    >>> quantile(0.0, near(0.0), True), round(quantile(0.45, beyond(0.95), False), 4)
    (0.0, 1.6449)
    """
    above, below = CENTRE if central else TAIL
    size = polynomial(r, above) / polynomial(r, below)
    return q * size if central else (-size if q < 0.0 else size)


@rule
def normals(values: Any, places: Any, far: Any) -> None:
    """Put the normal quantile of each uniform number in its place; ``places`` and ``far`` have room for as many.

    Of seven numbers six lie close to the middle, where no logarithm and no square root is needed.

    >>> values = np.array([0.5, 0.975, 0.25])
    >>> normals(values, np.zeros(3, int), np.zeros(3))
    >>> values.round(4).tolist(), float(values[2]) == normal(0.25)
    ([0.0, 1.96, -0.6745], True)
    """
    count = 0
    for k in range(np.uint64(len(values))):
        places[count] = k
        count += abs(values[k] - 0.5) > MIDDLE
    for k in range(np.uint64(count)):
        far[k] = values[places[k]]
    for k in range(np.uint64(count)):
        far[k] = quantile(far[k] - 0.5, beyond(far[k]), False)
    for k in range(np.uint64(len(values))):
        values[k] = quantile(values[k] - 0.5, near(values[k] - 0.5), True)
    for k in range(np.uint64(count)):
        values[places[k]] = far[k]
