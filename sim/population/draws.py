"""Draws for many agents at once: the vectorised twin of :mod:`sim.engine.draws`, equal to it bit for bit.

A number is addressed by (seed, ``BUILD``, name of the draw, agent), so it depends on nothing else: not on the order of
rows, the scale or the numbers of other regions.
"""

from __future__ import annotations

from enum import IntEnum

import numpy as np
import numpy.typing as npt

from sim.engine.draws import FIRST_MIX, GOLDEN, SECOND_MIX, Decision, key

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.uint64]

BLOCK = 1 << 15


class Draw(IntEnum):
    """Names of the one-off draws that build the population."""

    EDUCATION = 4
    SKILL = 5  # to 8, one for each sector
    LAND_OWNER = 9
    LAND = 10
    HERD_OWNER = 11
    HERD = 12
    DISTANCE = 13
    REMITTANCE_RECEIVER = 14
    REMITTANCE = 15
    PENSION = 16
    SOCIAL_BENEFIT = 17
    OPERATOR_LUCK = 18
    PERMANENT = 19
    SHOCK = 20
    OBSERVATION = 21
    ABILITY = 22
    BELIEF = 23
    FRAILTY = 24
    DISABILITY = 25
    MEMBER = 30
    AGE = 31
    GROUP = 32
    KIND = 33
    CHILDHOOD = 34
    SECONDARY = 35
    BENEFIT_KIND = 36
    DISABILITY_PENSION = 37
    CERTIFIED = 38
    EMPLOYED_LUCK = 39
    OPERATOR = 40
    TRAVEL = 41
    WAGE = 52
    ACCESSIBLE = 53
    TENDER_FIRM = 54
    TENDER = 55
    GROUP_MEMBER = 56
    BUSINESS_GROUP = 57
    ADAPTATION = 58
    DISCRIMINATES = 59
    SIZE_ORDER = 60
    LIVES = 61  # candidate families
    BIRTHDAY = 62
    WAGE_SCORE = 63
    ABROAD_NUMBER = 64
    ABROAD = 65
    ABROAD_AGE = 66
    SCHOOLING = 67
    DEATH = 70  # by the order of a child that is to be born
    BIRTH = 71  # by year
    BIRTH_MONTH = 72  # by year
    CHILD_SEX = 73  # by the order of the child
    SENT = 74  # by members abroad of a household


def _mixed(z: Integers) -> Integers:
    z ^= z >> np.uint64(30)
    z *= np.uint64(FIRST_MIX)
    z ^= z >> np.uint64(27)
    z *= np.uint64(SECOND_MIX)
    z ^= z >> np.uint64(31)
    return z


def bits(key: np.uint64, who: npt.NDArray[np.integer]) -> Integers:
    """Return the 64 random bits of each agent under a key; equal to ``sim.engine.draws.bits``."""
    z = who.astype(np.uint64)
    z += np.uint64(1)
    z *= np.uint64(GOLDEN)
    z += key
    return _mixed(z)


def uniform(key: np.uint64, who: npt.NDArray[np.integer]) -> Floats:
    """Return the uniform number in (0, 1) of each agent under a key; equal to ``sim.engine.draws.uniform``."""
    out = np.empty(len(who), np.float64)
    for first in range(0, len(who), BLOCK):
        part = bits(key, who[first : first + BLOCK])
        part >>= np.uint64(12)
        block = out[first : first + BLOCK]
        block[:] = part
        block += 0.5
        block *= 2.220446049250313e-16
    return out


def build_key(seed: int, draw: int) -> np.uint64:
    """Return the key of a draw that builds the population."""
    return key(seed, Decision.BUILD, 0, draw)


def uniforms(seed: int, draw: int, who: npt.NDArray[np.integer]) -> Floats:
    """Return the uniform number of each agent in a draw that builds the population."""
    return uniform(build_key(seed, draw), who)


_CENTRE = (
    (2509.0809287301226727, 33430.575583588128105, 67265.770927008700853, 45921.953931549871457,
     13731.693765509461125, 1971.5909503065514427, 133.14166789178437745, 3.387132872796366608),
    (5226.495278852545925, 28729.085735721942674, 39307.89580009271061, 21213.794301586595867,
     5394.1960214247511077, 687.1870074920579083, 42.313330701600911252, 1.0),
)  # fmt: skip
_MIDDLE = (
    (7.7454501427834140764e-4, 0.0227238449892691845833, 0.24178072517745061177, 1.27045825245236838258,
     3.64784832476320460504, 5.7694972214606914055, 4.6303378461565452959, 1.42343711074968357734),
    (1.05075007164441684324e-9, 5.475938084995344946e-4, 0.0151986665636164571966, 0.14810397642748007459,
     0.68976733498510000455, 1.6763848301838038494, 2.05319162663775882187, 1.0),
)  # fmt: skip
_TAIL = (
    (2.01033439929228813265e-7, 2.71155556874348757815e-5, 0.0012426609473880784386, 0.026532189526576123093,
     0.29656057182850489123, 1.7848265399172913358, 5.4637849111641143699, 6.6579046435011037772),
    (2.04426310338993978564e-15, 1.4215117583164458887e-7, 1.8463183175100546818e-5, 7.868691311456132591e-4,
     0.0148753612908506148525, 0.13692988092273580531, 0.59983220655588793769, 1.0),
)  # fmt: skip


def _ratio(r: Floats, coefficients: tuple[tuple[float, ...], tuple[float, ...]]) -> Floats:
    above, below = (np.full_like(r, part[0]) for part in coefficients)
    for a, b in zip(coefficients[0][1:], coefficients[1][1:], strict=True):
        above *= r
        above += a
        below *= r
        below += b
    above /= below
    return above


def normal(u: Floats) -> Floats:
    """Return the standard normal quantile of each uniform number, as the engine's ``normal`` within rounding of log."""
    out = np.empty_like(u)
    for first in range(0, len(u), BLOCK):
        given = u[first : first + BLOCK]
        q = given - 0.5
        block = out[first : first + BLOCK]
        block[:] = q * _ratio(0.180625 - q * q, _CENTRE)
        far = np.flatnonzero(np.abs(q) > 0.425)
        r = np.sqrt(-np.log(np.where(q[far] < 0.0, given[far], 1.0 - given[far])))
        value = np.where(r <= 5.0, _ratio(r - 1.6, _MIDDLE), _ratio(r - 5.0, _TAIL))
        block[far] = np.copysign(value, q[far])
    return out


def normals(seed: int, draw: int, who: npt.NDArray[np.integer]) -> Floats:
    """Return the standard normal number of each agent in a draw that builds the population."""
    return normal(uniforms(seed, draw, who))
