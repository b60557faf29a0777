"""Paying: what employees earn and what is left of it (people.md W3)."""

from __future__ import annotations

from typing import NamedTuple

from sim.engine.compiled import rule
from sim.engine.math import exp, log  # noqa: F401  the example takes logarithms

SCHOOL_YEARS = (9.0, 11.0, 15.0)  # by level of education
SCHOOL_START = 7.0


class Paying(NamedTuple):
    """Parameters of pay, log points unless said otherwise."""

    secondary: float  # over less
    higher: float  # over secondary
    experience: float  # per year
    experience_squared: float
    talent_sd: float  # spread of the permanent personal effect
    small_firm: float  # mean pay of small firms over that of employers of five staff and more, ratio
    small_spread: float  # elasticity of pay in small firms to pay of the cell
    informal: float  # informal pay in hand over formal gross pay of the same work, ratio


@rule
def experience_of(age: int, education: int) -> float:
    """Return years since school, at most 45; ``age`` in years (W3).

    >>> experience_of(30, 1), experience_of(16, 2), experience_of(80, 0)
    (12.0, 0.0, 45.0)
    """
    return min(max(age - SCHOOL_YEARS[education] - SCHOOL_START, 0.0), 45.0)


@rule
def profile(age: int, education: int, paying: Paying) -> float:
    """Return pay by education and age over that of a beginner without secondary education, ratio (W3).

    >>> class P: secondary, higher, experience, experience_squared = 0.1, 0.4, 0.02, -0.0005
    >>> profile(18, 1, P) == exp(0.1), round(log(profile(42, 2, P)), 6)  # 0.5 + 0.4 - 0.2
    (True, 0.7)
    """
    years = experience_of(age, education)
    found = paying.experience * years + paying.experience_squared * years * years
    if education >= 1:
        found += paying.secondary
    if education == 2:
        found += paying.higher
    return exp(found)


@rule
def talent_of(score: float, spread: float) -> float:
    """Return the permanent personal effect on pay or own income, ratio with mean one (W3, W4).

    >>> talent_of(0.25, 0.5), talent_of(0.0, 0.5) == exp(-0.125)
    (1.0, True)
    """
    return exp(spread * score - 0.5 * spread * spread)


@rule
def ratio_of_sex(woman: int, share: float, ratio: float) -> float:
    """Return pay of a sex over the mean of an industry, given the share of women and their pay over that of men (W3).

    >>> ratio_of_sex(0, 0.5, 0.6), ratio_of_sex(1, 0.5, 0.6)
    (1.25, 0.75)
    """
    man = 1.0 / (share * ratio + 1.0 - share)
    return ratio * man if woman == 1 else man


@rule
def net_pay(gross: float, formal: int, contribution: float, tax: float, informal: float) -> float:
    """Return pay in hand: formal pay less contribution and income tax, informal pay a part of the formal (W3, T3).

    Law on tariffs of insurance contributions: 10 % of the worker; Tax Code, general rate: 10 %.

    >>> net_pay(30000.0, 1, 0.1, 0.1, 0.8), net_pay(20000.0, 0, 0.1, 0.1, 0.8)
    (24000.0, 16000.0)
    """
    return gross * (1.0 - contribution - tax) if formal == 1 else gross * informal
