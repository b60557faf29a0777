"""Complying: what an employer does about each missing seat of the year (model.md E3).

It may hire, certify a present worker, sign a contract without work, buy from a protected workshop, pay the levy or do
nothing. Costs are yearly and in units of the labour cost of the cheapest worker who counts. Who decides when, and what
goes into the odds, is in :mod:`sim.labour.year`.
"""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple

from sim.engine.compiled import rule
from sim.engine.math import exp, power


class Mode(IntEnum):
    """What is done about one seat of the quota."""

    HIRE = 0
    RELABEL = 1  # certify a present worker
    PROFORMA = 2  # sign a contract without work
    ALTERNATIVE = 3  # buy from a protected workshop, or donate
    PAY = 4
    IGNORE = 5


HIRE, RELABEL, PROFORMA, ALTERNATIVE, PAY, IGNORE = Mode
MODES = tuple(mode.name.lower() for mode in Mode)
FORBIDDEN = -1e9


class Complying(NamedTuple):
    """Parameters of the choice; log-odds unless said otherwise."""

    constant: float  # emp_a0, filling a seat at no price and without a duty
    price: float  # emp_beta_tau, per unit of the charge ratio
    duty: float  # emp_duty, a credible duty
    wage_slope: float  # emp_wage_slope, of the price response, per log relative wage
    adaptation: float  # kappa_f, months of labour cost for a first hire
    adaptation_size: float  # kappa_size, elasticity to size, negative of
    distaste: float  # disc_f, share of the wage
    believed_cost: float  # acc_belief, perceived over actual accommodation cost
    short_hours: float  # min_hours_choice, probability of the shortest hours that count
    certifiable: float  # relabel_pool, share of staff who could be certified
    relabelled_share: float  # relabel, of gains in counted workers in the base run
    proforma_share: float  # pf_share, of counted hires where only contracts count
    proforma_verified: float  # pf_check, multiplier where pay is verified
    relabel_cost: float  # of the cheapest worker's labour cost
    alternative: float  # a_alt
    alternative_value: float  # alt_value, share of an alternative purchase that has value to the buyer
    bonus: float  # over_bonus, proportional change of the price response where a premium exists
    anticipation: float  # emp_antic, weight of an announced rule
    cheapest_full_time: float  # wage of the cheapest full-time worker over the average wage
    cheapest_half_time: float  # pay of the cheapest half-time worker over the average wage


class Constants(NamedTuple):
    """What the base run fixes (E3): constants that reproduce the shares of relabelled and of pro-forma seats."""

    relabel: float
    proforma: float
    proforma_verified: float


@rule
def adaptation_months(size: float, score: float, complying: Complying) -> float:
    """Return the perceived cost of adaptation and search for a first hire, months of labour cost (kappa).

    >>> class P: adaptation, adaptation_size = 6.0, 0.5
    >>> adaptation_months(50.0, 0.0, P), adaptation_months(200.0, 0.0, P)
    (6.0, 3.0)
    """
    return complying.adaptation * power(size / 50.0, -complying.adaptation_size) * exp(0.5 * score)


@rule
def productivity_loss(productivity: float, low_wage: float, offered: float) -> float:
    """Return what a hire is thought to produce less than the wage, share of the cheapest worker's labour cost.

    >>> round(productivity_loss(0.8, 25000.0, 25000.0), 9), productivity_loss(1.2, 25000.0, 25000.0)
    (0.2, 0.0)
    """
    return max(0.0, 1.0 - productivity * low_wage / offered)


@rule
def hire_cost(
    distaste: float, loss: float, months: float, later: int, information: float, gains: float, complying: Complying
) -> float:
    """Return the perceived yearly cost of filling a seat by a hire; ``later`` is 1 after the employer's first hire.

    ``loss`` is that of :func:`productivity_loss`, ``months`` that of :func:`adaptation_months`.

    >>> class P: believed_cost = 2.0
    >>> hire_cost(0.0, 0.25, 6.0, 0, 0.0, 0.0, P), hire_cost(0.0, 0.0, 6.0, 1, 1.0, 0.0, P)
    (0.75, 0.125)
    """
    told = 1.0 - information * (1.0 - 1.0 / complying.believed_cost)
    return distaste + loss + months / 12.0 * (0.5 if later == 1 else 1.0) * told - gains


@rule
def price_response(relative_wage: float, premium: int, complying: Complying) -> float:
    """Return the slope of the choice on cost (beta_f in E3).

    >>> class P: price, wage_slope, bonus = 1.7, -0.5, -0.05
    >>> price_response(1.0, 0, P), price_response(4.0, 0, P)
    (1.7, 0.85)
    """
    return complying.price * power(relative_wage, complying.wage_slope) * (1.0 + complying.bonus * premium)


@rule
def hire_constant(credible: float, subsidy_share: float, subsidy_effect: float, complying: Complying) -> float:
    """Return the constant of hiring (a_hire in E3).

    >>> class P: constant, duty = -2.0, 0.5
    >>> hire_constant(1.0, 0.2, 0.05, P), hire_constant(0.0, 0.0, 0.05, P)
    (-1.4, -2.0)
    """
    return complying.constant + complying.duty * credible + subsidy_effect * (subsidy_share / 0.10)


@rule
def choice(
    u: float, hire: float, relabel: float, proforma: float, alternative: float, pay: float, ignore: float
) -> int:
    """Return the chosen mode given the log-odds of each, in the order of ``MODES``; FORBIDDEN is never chosen.

    >>> [choice(u, 0.0, -1e9, -1e9, -1e9, 0.0, -1e9).name for u in (0.4, 0.6)]
    ['HIRE', 'PAY']
    """
    e0, e1, e2 = exp(hire), exp(relabel), exp(proforma)
    e3, e4, e5 = exp(alternative), exp(pay), exp(ignore)
    x = u * (e0 + e1 + e2 + e3 + e4 + e5)
    if x < e0:
        return Mode.HIRE
    if x < e0 + e1:
        return Mode.RELABEL
    if x < e0 + e1 + e2:
        return Mode.PROFORMA
    if x < e0 + e1 + e2 + e3:
        return Mode.ALTERNATIVE
    return Mode.PAY if x < e0 + e1 + e2 + e3 + e4 else Mode.IGNORE
