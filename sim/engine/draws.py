"""Draws: every random number has an address, and nothing is ever consumed from a stream (model.md section 6).

The address is (run seed, decision, period, who, sub-index). A draw changes when its address changes and for no other
reason, so two runs that differ in one policy share all other luck and can be subtracted agent by agent. The hash is
the finaliser of SplitMix64 (Steele, Lea, Flood 2014) on ``key + who * golden``; the key itself is such a hash of
seed, decision, period and sub-index. Uniforms use 52 bits and lie strictly between 0 and 1.

``tests/test_draws.py`` checks uniformity and the correlation between decisions, months and neighbouring identifiers
(test V20).
"""

from __future__ import annotations

import math
from enum import IntEnum
from functools import lru_cache

import numpy as np

from sim.engine.compiled import ENABLED, rule
from sim.engine.lanes import logarithms

MASK = (1 << 64) - 1
GOLDEN = 0x9E3779B97F4A7C15
FIRST_MIX = 0xBF58476D1CE4E5B9
SECOND_MIX = 0x94D049BB133111EB
FAR = 5.0  # where the last part of the normal's tails begins, a probability of 1.4e-11


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
    def bits(key, who):  # type: ignore[no-untyped-def]
        """Return the 64 random bits of an agent under a key."""
        z = np.uint64(key) + (np.uint64(who) + _ONE) * _GOLDEN  # a plain integer would make this arithmetic float
        z = (z ^ (z >> _S30)) * _FIRST
        z = (z ^ (z >> _S27)) * _SECOND
        return z ^ (z >> _S31)

    @rule
    def uniform(key, who):  # type: ignore[no-untyped-def]
        """Return the uniform number in (0, 1) of an agent under a key."""
        return (np.float64(bits(key, who) >> _S12) + 0.5) * 2.220446049250313e-16

    @rule
    def subkey(key, sub):  # type: ignore[no-untyped-def]
        """Return the key of a numbered sub-decision, such as the third seat of an employer."""
        return bits(np.uint64(key) ^ _FIRST, sub)

else:

    def bits(key, who):  # type: ignore[no-untyped-def]
        """Return the 64 random bits of an agent under a key."""
        return np.uint64(_mix((int(key) + (int(who) + 1) * GOLDEN) & MASK))

    def uniform(key, who):  # type: ignore[no-untyped-def]
        """Return the uniform number in (0, 1) of an agent under a key.

        >>> 0.0 < uniform(key(1, Decision.AWARE, 3), 7) < 1.0
        True
        """
        return (float(int(bits(key, who)) >> 12) + 0.5) * 2.220446049250313e-16

    def subkey(key, sub):  # type: ignore[no-untyped-def]
        """Return the key of a numbered sub-decision, such as the third seat of an employer."""
        return bits(np.uint64(int(key) ^ FIRST_MIX), sub)


@rule
def uniforms(key, who, out):  # type: ignore[no-untyped-def]
    """Fill ``out`` with the uniform numbers of agents: the bits of :func:`uniform`, several at a time.

    >>> out, who = np.zeros(2), np.array([7, 9], dtype=np.uint32)
    >>> uniforms(key(1, Decision.AWARE, 3), who, out)
    >>> [bool(out[k] == uniform(key(1, Decision.AWARE, 3), who[k])) for k in range(2)]
    [True, True]
    """
    for k in range(len(who)):
        out[k] = uniform(key, who[k])


@rule
def central_normal(q):  # type: ignore[no-untyped-def]
    """Return the standard normal quantile of 0.5 + q for q from -0.425 to 0.425: one rational function.

    >>> central_normal(0.0), central_normal(0.25) == normal(0.75)
    (0.0, True)
    """
    r = 0.180625 - q * q
    return (
        q
        * (
            ((((((r * 2509.0809287301226727 + 33430.575583588128105) * r + 67265.770927008700853) * r
                + 45921.953931549871457) * r + 13731.693765509461125) * r + 1971.5909503065514427) * r
             + 133.14166789178437745) * r + 3.387132872796366608
        )
        / (
            ((((((r * 5226.495278852545925 + 28729.085735721942674) * r + 39307.89580009271061) * r
                + 21213.794301586595867) * r + 5394.1960214247511077) * r + 687.1870074920579083) * r
             + 42.313330701600911252) * r + 1.0
        )
    )


@rule
def tail_normal(r):  # type: ignore[no-untyped-def]
    """Return the size of the standard normal quantile of the tail probability exp(-r * r), for r up to ``FAR``.

    >>> round(tail_normal(math.sqrt(-math.log(0.025))), 9), round(tail_normal(math.sqrt(-math.log(0.005))), 9)
    (1.959963985, 2.575829304)
    """
    r = r - 1.6
    return (
        ((((((r * 7.7454501427834140764e-4 + 0.0227238449892691845833) * r + 0.24178072517745061177) * r
            + 1.27045825245236838258) * r + 3.64784832476320460504) * r + 5.7694972214606914055) * r
         + 4.6303378461565452959) * r + 1.42343711074968357734
    ) / (
        ((((((r * 1.05075007164441684324e-9 + 5.475938084995344946e-4) * r + 0.0151986665636164571966) * r
            + 0.14810397642748007459) * r + 0.68976733498510000455) * r + 1.6763848301838038494) * r
         + 2.05319162663775882187) * r + 1.0
    )


@rule
def normal(u):  # type: ignore[no-untyped-def]
    """Return the standard normal quantile of a uniform number (Wichura 1988, algorithm AS 241, 16 digits).

    >>> round(normal(0.975), 9)
    1.959963985
    >>> normal(0.5)
    0.0
    >>> normal(0.1) == -normal(0.9)
    True
    """
    q = u - 0.5
    if abs(q) <= 0.425:
        return central_normal(q)
    r = u if q < 0.0 else 1.0 - u
    r = math.sqrt(-math.log(r))
    if r <= FAR:
        value = tail_normal(r)
    else:
        r = r - 5.0
        value = (
            ((((((r * 2.01033439929228813265e-7 + 2.71155556874348757815e-5) * r + 0.0012426609473880784386) * r
                + 0.026532189526576123093) * r + 0.29656057182850489123) * r + 1.7848265399172913358) * r
             + 5.4637849111641143699) * r + 6.6579046435011037772
        ) / (
            ((((((r * 2.04426310338993978564e-15 + 1.4215117583164458887e-7) * r + 1.8463183175100546818e-5) * r
                + 7.868691311456132591e-4) * r + 0.0148753612908506148525) * r + 0.13692988092273580531) * r
             + 0.59983220655588793769) * r + 1.0
        )
    return -value if q < 0.0 else value


@rule
def normals(key, who, out):  # type: ignore[no-untyped-def]
    """Fill ``out`` with the standard normal draws of agents: the bits of ``normal(uniform(...))``.

    The middle of the distribution is worked out for everybody, several at a time, and then the tails for those in them.

    >>> out, who = np.zeros(2), np.array([7, 9], dtype=np.uint32)
    >>> normals(key(1, Decision.AWARE, 3), who, out)
    >>> [bool(out[k] == normal(uniform(key(1, Decision.AWARE, 3), who[k]))) for k in range(2)]
    [True, True]
    """
    count = len(who)
    luck = np.empty(count)
    tails = np.empty(count, np.int64)
    uniforms(key, who, luck)
    for k in range(count):
        out[k] = central_normal(luck[k] - 0.5)
    found = 0
    for k in range(count):
        tails[found] = k
        found += 1 if abs(luck[k] - 0.5) > 0.425 else 0
    rest, roots = np.empty(found), np.empty(found)
    for m in range(found):
        u = luck[tails[m]]
        rest[m] = u if u < 0.5 else 1.0 - u
    logarithms(rest, roots)
    far = 0
    for m in range(found):
        r = math.sqrt(-roots[m])
        rest[m] = tail_normal(r)
        far += 1 if r > FAR else 0
    for m in range(found):
        out[tails[m]] = -rest[m] if luck[tails[m]] < 0.5 else rest[m]
    if far > 0:
        for m in range(found):
            out[tails[m]] = normal(luck[tails[m]])


@rule
def poisson(u, mean):  # type: ignore[no-untyped-def]
    """Return the smallest count whose Poisson distribution function reaches ``u`` (at most 255).

    >>> poisson(0.3, 0.2), poisson(0.9, 0.2), poisson(0.99, 0.2)
    (0, 1, 2)
    """
    term = math.exp(-mean)
    total = term
    k = 0
    while total < u and k < 255:
        k += 1
        term = term * mean / k
        total += term
    return k


@rule
def binomial(u, trials, share):  # type: ignore[no-untyped-def]
    """Return the smallest count whose binomial distribution function reaches ``u``.

    >>> binomial(0.2, 2, 0.5), binomial(0.5, 2, 0.5), binomial(0.9, 2, 0.5), binomial(0.5, 0, 0.5)
    (0, 1, 2, 0)
    """
    if trials == 0 or share <= 0.0:
        return 0
    if share >= 1.0:
        return trials
    term = (1.0 - share) ** trials
    total = term
    k = 0
    while total < u and k < trials:
        term = term * (trials - k) / (k + 1.0) * share / (1.0 - share)
        k += 1
        total += term
    return k


@rule
def hazard(yearly):  # type: ignore[no-untyped-def]
    """Return the monthly probability of a yearly hazard, 1 - exp(-h / 12).

    >>> round(hazard(0.12), 6), hazard(0.0)
    (0.00995, 0.0)
    """
    return 1.0 - math.exp(-yearly / 12.0)


@rule
def logistic(v):  # type: ignore[no-untyped-def]
    """Return 1 / (1 + exp(-v)).

    >>> logistic(0.0), round(logistic(2.0), 6)
    (0.5, 0.880797)
    """
    return 1.0 / (1.0 + math.exp(-v))
