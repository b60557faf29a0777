"""Sizing: how large an employer wants to be, and what it does just above a threshold (model.md E0, E1, E2)."""

from __future__ import annotations

import math
from enum import IntEnum
from typing import NamedTuple

import numpy as np  # noqa: F401  the example makes arrays

from sim.engine.columns import Array
from sim.engine.compiled import rule
from sim.engine.math import power
from sim.state.quota_charge import yearly_charge
from sim.state.quota_law import QuotaTerms


class Response(IntEnum):
    """What an employer does about a step of the law just below its desired size."""

    AS_WANTED = 0
    SMALLER = 1
    HIDDEN = 2


AS_WANTED, SMALLER, HIDDEN = Response


class Assigning(NamedTuple):
    """Parameters of the yearly list of assigned places."""

    share: float  # pi_assign, share of the formal duty that is assigned
    reference: float  # the share to which the published lists correspond


class Sizing(NamedTuple):
    """Parameters of size and of the response to thresholds."""

    spread: float  # n_sd, stationary sd of the log size shock
    persistence: float  # n_rho, monthly
    exponent: float  # alpha, labour exponent of output
    bunching: float  # phi_bunch, probability of staying below a step within reach
    hiding: float  # phi_hide, probability of hiding staff, private employers
    attention: float  # saving over the wage bill at which half of those in reach consider a step


@rule
def next_size_shock(shock: float, score: float, sizing: Sizing) -> float:
    """Return the size shock of the month, log points (E1).

    >>> class P: persistence, spread = 0.6, 0.5
    >>> next_size_shock(1.0, 0.0, P), next_size_shock(0.0, 1.0, P)
    (0.6, 0.4)
    """
    rho = sizing.persistence
    return rho * shock + sizing.spread * math.sqrt(1.0 - rho * rho) * score


@rule
def staff_of(wanted: float) -> int:
    """Return whole staff of a desired size, at least one and at most 65,000.

    >>> int(staff_of(24.5)), int(staff_of(0.2))
    (25, 1)
    """
    return min(max(math.floor(wanted + 0.5), 1), 65000)


@rule
def wanted_beyond(wanted: float, spared: float, exponent: float) -> int:
    """Return how many persons an employer wants beyond its desired size, given what one more spares it (E4).

    ``spared`` is the part of a worker's yearly pay that levies and fines saved and premiums received cover. Where the
    marginal product falls as size to the power exponent - 1, size grows until it equals the pay that is left.

    >>> wanted_beyond(40.0, 0.0, 0.65), wanted_beyond(40.0, 0.005, 0.65), wanted_beyond(40.0, 0.02, 0.65)
    (0, 0, 2)
    """
    left = 1.0 - min(max(spared, 0.0), 0.9)
    return math.floor(wanted * (power(left, -1.0 / (1.0 - exponent)) - 1.0) + 1e-9)


@rule
def reach(jump: float, size: float, exponent: float) -> float:
    """Return how many persons above a step an employer would rather stay below it (E2).

    ``jump`` is the jump of the yearly charge in annual wages: staying below by d persons loses, to second order,
    (1 - exponent) * d^2 / (2 * size) annual wages.

    >>> round(reach(0.25, 25.0, 0.65), 3), round(reach(0.006, 25.0, 0.65), 3), reach(0.0, 25.0, 0.65)
    (5.976, 0.926, 0.0)
    """
    return math.sqrt(2.0 * jump * size / (1.0 - exponent)) if jump > 0.0 else 0.0


@rule
def attentive_share(jump: float, step: float, sizing: Sizing) -> float:
    """Return the share of employers in reach that consider a step: what it saves is a small part of a large wage bill.

    ``jump`` is the jump of the yearly charge in annual wages, so ``jump / step`` is the saving over the wage bill.

    >>> class P: attention = 0.01
    >>> [attentive_share(*step, P) for step in ((0.25, 25.0), (0.75, 25.0), (1.0, 300.0), (0.0, 25.0))]
    [0.5, 0.75, 0.25, 0.0]
    """
    saving = jump / step
    return saving / (saving + sizing.attention) if saving > 0.0 else 0.0


@rule
def response(
    wanted: float, step: float, jump: float, private: int, u_bunch: float, u_hide: float, sizing: Sizing
) -> int:
    """Return what an employer does about one step: AS_WANTED, SMALLER or HIDDEN (E2).

    >>> class P: exponent, bunching, hiding, attention = 0.65, 0.8, 0.6, 0.01
    >>> [response(26.0, 25.0, 0.25, 1, *luck, P).name for luck in ((0.3, 0.9), (0.9, 0.1))]
    ['SMALLER', 'HIDDEN']
    >>> [response(*at, P).name for at in ((26.0, 25.0, 0.25, 0, 0.9, 0.1), (33.0, 25.0, 0.25, 1, 0.1, 0.1))]
    ['AS_WANTED', 'AS_WANTED']
    """
    if wanted < step or wanted >= step + reach(jump, step, sizing.exponent):
        return Response.AS_WANTED
    considers = attentive_share(jump, step, sizing)
    if u_bunch < sizing.bunching * considers:
        return Response.SMALLER
    return Response.HIDDEN if private == 1 and u_hide < sizing.hiding * considers else Response.AS_WANTED


@rule
def first_step(steps: Array, size: float) -> int:
    """Return the position of the first step at or above a size.

    >>> first_step(np.array([25.0, 50.0, 1e9]), 26.0), first_step(np.array([25.0, 50.0, 1e9]), 25.0)
    (1, 0)
    """
    low, high = 0, steps.shape[0]
    while low < high:
        middle = (low + high) // 2
        if steps[middle] < size:
            low = middle + 1
        else:
            high = middle
    return low


class Site(NamedTuple):
    """An employer before the steps of the law."""

    public: int  # 1: budget organisation
    private: int
    wanted: float  # desired size, as the law counts it
    largest: float  # bound of the yearly charge per step, som
    wage: float  # annual wage, som
    counted: float  # workers who count
    severe: float  # of these, the severe groups
    years_zero: float  # years with nothing done
    fined: float  # yearly probability of a fine


@rule
def charge_jump(law: QuotaTerms, step: float, site: Site) -> float:
    """Return by how much the yearly charge rises at a step of the law, som (E2)."""
    at = yearly_charge(law, site.public, step, site.counted, site.severe, site.years_zero, site.fined)
    below = yearly_charge(law, site.public, step - 1.0, site.counted, site.severe, site.years_zero, site.fined)
    return at - below
