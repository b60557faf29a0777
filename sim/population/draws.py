"""Draws for many agents at once: the vectorised twin of :mod:`sim.engine.draws`, equal to it bit for bit.

A number is addressed by (seed, ``BUILD``, name of the draw, agent), so it depends on nothing else: not on the order of
rows, the scale or the numbers of other regions.
"""

from __future__ import annotations

from enum import IntEnum

import numpy as np
import numpy.typing as npt

from sim.engine.draws import FIRST_MIX, GOLDEN, SECOND_MIX, Decision, key
from sim.engine.filling import filled, normal_quantiles

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


def normal(u: Floats) -> Floats:
    """Return the standard normal quantile of each uniform number; equal to ``sim.engine.math.normal``."""
    return filled(normal_quantiles, u)


def normals(seed: int, draw: int, who: npt.NDArray[np.integer]) -> Floats:
    """Return the standard normal number of each agent in a draw that builds the population."""
    return normal(uniforms(seed, draw, who))
