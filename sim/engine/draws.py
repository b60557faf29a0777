"""Draws: every random number has an address, and nothing is ever consumed from a stream (model.md section 6).

The address is (run seed, decision, period, who, sub-index). A draw changes when its address changes and for no other
reason, so two runs that differ in one policy share all other luck and can be subtracted agent by agent. The hash is
the finaliser of SplitMix64 (Steele, Lea, Flood 2014) on ``key + who * golden``; the key itself is such a hash of
seed, decision, period and sub-index. Uniforms use 52 bits and lie strictly between 0 and 1.

``tests/test_draws.py`` checks uniformity and the correlation between decisions, months and neighbouring identifiers
(test V20).
"""

from __future__ import annotations

from enum import IntEnum
from functools import lru_cache

import numpy as np

from sim.engine.compiled import ENABLED, rule
from sim.engine.math import exp, power

MASK = (1 << 64) - 1
GOLDEN = 0x9E3779B97F4A7C15
FIRST_MIX = 0xBF58476D1CE4E5B9
SECOND_MIX = 0x94D049BB133111EB


class Decision(IntEnum):
    """Event codes; each belongs to one kind of agent and one kind of period (month, year or once)."""

    WINTER = 10
    ANIMAL = 11
    INC_AR = 20
    INC_TR = 21
    EMP = 22
    UBK_ENTRY = 23
    UBK_EXIT = 24
    UBK_BACK = 25
    AWARE = 30
    APPLY = 31
    FILE = 32
    PLAN = 33
    PATRON = 34
    SECTOR = 35
    DIVERT = 36
    LOAN = 37
    OWN_START = 40
    VA = 41
    CLOSE = 42
    LOCK_END = 43
    FAM = 44
    HIRE = 45
    FAM_PREV = 46
    HIRE_PREV = 47
    SPOUSE = 48
    OPERATOR = 49
    YARD = 50
    ENTREPRENEUR = 51
    WILL_KEEP = 60
    WILL = 61
    SEARCH = 62
    REGISTER = 63
    COACH_TIE = 64
    ACC_NEED = 65
    OFFER_Q = 66
    OFFER_O = 67
    SEP = 68
    HOURS = 69
    OFFER_SEV = 70
    ONSET = 71
    CERT = 79
    ASSIGN = 80
    SIZE = 81
    BUNCH = 82
    HIDE = 83
    MODE = 84
    VOL = 85
    SUBST = 86
    INSPECT = 87
    DETECT = 88
    VISIT = 90
    REP_FAIL = 91
    CLAW = 92
    ROUND_SLOTS = 93
    BUILD = 100
    WORK_START = 110
    SCHOOL = 111
    MOVE = 112
    BIRTHDAY = 113
    INDUSTRY = 114
    FORMAL = 115
    JOB_RACE = 116
    JOB_CELL = 117
    JOB_CUT = 118
    OWN_AR = 119
    OWN_TR = 120
    ABROAD = 121


def _mix(z: int) -> int:
    z = ((z ^ (z >> 30)) * FIRST_MIX) & MASK
    z = ((z ^ (z >> 27)) * SECOND_MIX) & MASK
    return z ^ (z >> 31)


@lru_cache(maxsize=1 << 16)
def key(seed: int, decision: int, period: int = 0, sub: int = 0) -> np.uint64:
    """Return the key of a decision in a period: a 64-bit hash of its address without the agent.

    >>> int(key(1, Decision.AWARE, 3)) == int(key(1, Decision.AWARE, 3))
    True
    >>> int(key(1, Decision.AWARE, 3)) == int(key(1, Decision.AWARE, 4))
    False
    """
    z = _decision(int(seed), int(decision))
    for part in (int(period), int(sub)):
        z = _mix((z + GOLDEN * ((part + 1) & MASK)) & MASK)
    return np.uint64(z)


@lru_cache(maxsize=1 << 10)
def _decision(seed: int, decision: int) -> int:
    """Return what the keys of a decision have in common."""
    return _mix((_mix((seed + GOLDEN) & MASK) + GOLDEN * ((decision + 1) & MASK)) & MASK)


if ENABLED:
    _GOLDEN = np.uint64(GOLDEN)
    _FIRST = np.uint64(FIRST_MIX)
    _SECOND = np.uint64(SECOND_MIX)
    _S30, _S27, _S31, _S12, _ONE = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(12), np.uint64(1)

    @rule
    def bits(key: np.uint64, who: int) -> np.uint64:
        """Return the 64 random bits of an agent under a key."""
        z = np.uint64(key) + (np.uint64(who) + _ONE) * _GOLDEN  # a plain integer would make this arithmetic float
        z = (z ^ (z >> _S30)) * _FIRST
        z = (z ^ (z >> _S27)) * _SECOND
        return z ^ (z >> _S31)

    @rule
    def uniform(key: np.uint64, who: int) -> float:
        """Return the uniform number in (0, 1) of an agent under a key."""
        return (np.float64(bits(key, who) >> _S12) + 0.5) * 2.220446049250313e-16

    @rule
    def subkey(key: np.uint64, sub: int) -> np.uint64:
        """Return the key of a numbered sub-decision, such as the third seat of an employer."""
        return bits(np.uint64(key) ^ _FIRST, sub)

else:

    def bits(key: np.uint64, who: int) -> np.uint64:
        """Return the 64 random bits of an agent under a key."""
        return np.uint64(_mix((int(key) + (int(who) + 1) * GOLDEN) & MASK))

    def uniform(key: np.uint64, who: int) -> float:
        """Return the uniform number in (0, 1) of an agent under a key.

        >>> 0.0 < uniform(key(1, Decision.AWARE, 3), 7) < 1.0
        True
        """
        return (float(int(bits(key, who)) >> 12) + 0.5) * 2.220446049250313e-16

    def subkey(key: np.uint64, sub: int) -> np.uint64:
        """Return the key of a numbered sub-decision, such as the third seat of an employer."""
        return bits(np.uint64(int(key) ^ FIRST_MIX), sub)


@rule
def poisson(u: float, mean: float) -> int:
    """Return the smallest count whose Poisson distribution function reaches ``u`` (at most 255).

    >>> poisson(0.3, 0.2), poisson(0.9, 0.2), poisson(0.99, 0.2)
    (0, 1, 2)
    """
    term = exp(-mean)
    total = term
    k = 0
    while total < u and k < 255:
        k += 1
        term = term * mean / k
        total += term
    return k


@rule
def binomial(u: float, trials: int, share: float) -> int:
    """Return the smallest count whose binomial distribution function reaches ``u``.

    >>> binomial(0.2, 2, 0.5), binomial(0.5, 2, 0.5), binomial(0.9, 2, 0.5), binomial(0.5, 0, 0.5)
    (0, 1, 2, 0)
    """
    if trials == 0 or share <= 0.0:
        return 0
    if share >= 1.0:
        return trials
    term = power(1.0 - share, trials)
    total = term
    k = 0
    while total < u and k < trials:
        term = term * (trials - k) / (k + 1.0) * share / (1.0 - share)
        k += 1
        total += term
    return k


@rule
def hazard(yearly: float) -> float:
    """Return the monthly probability of a yearly hazard, 1 - exp(-h / 12).

    >>> round(hazard(0.12), 6), hazard(0.0)
    (0.00995, 0.0)
    """
    return 1.0 - exp(-yearly / 12.0)
