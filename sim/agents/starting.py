"""Starting: a family starts such a business without any contract (model.md H10).

This is where deadweight comes from: it runs in every world on the same luck, and its capital is a share of a fixed
reference, never of the grant, so that the world without the programme does not depend on the policy.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.agents.applying import eligible_income
from sim.agents.choosing import has_skill
from sim.engine.compiled import rule, sweep
from sim.engine.draws import hazard, uniform
from sim.engine.math import exp
from sim.state.households import NEVER, NO_SECTOR, Endowments, Households, HouseholdState


class Starting(NamedTuple):
    """Parameters of own starts."""

    rate: float  # dw_start, yearly hazard of an average family
    scale: float  # dw_scale, capital over the reference


class StartMonth(NamedTuple):
    """What all families of a month reckon with."""

    ceiling: float  # income per person below which a family starts, som of 2023
    never_above: float  # bounds the monthly probability of every family, so that most draws end the matter at once
    capital: float  # som of 2023
    minimum: float  # least capital of a business, som of 2023
    key: np.uint64


@rule
def start_rate(rate: float, believed_effect: float, skilled: int) -> float:
    """Return the yearly hazard of an own start.

    >>> start_rate(0.1, 0.0, 0), round(start_rate(0.1, 0.0, 1), 6)
    (0.1, 0.164872)
    """
    return rate * exp(0.3 * believed_effect + 0.5 * skilled)


@rule
def open_business(i: int, sector: int, capital: float, state: HouseholdState) -> None:
    """Open a business of family ``i`` without a grant, with its own money (B4)."""
    state.operating[i] = 1
    state.funded[i] = 0
    state.business_age[i] = 0
    state.sector[i] = sector
    state.capital[i] = capital
    state.own_money[i] = np.float64(state.own_money[i]) + capital
    state.distress_months[i] = NEVER


@sweep
def start(
    first: int, last: int, households: Households, endowments: Endowments, state: HouseholdState, now: StartMonth,
    starting: Starting,
) -> None:  # fmt: skip
    """Let low-income families start a business of their own, with their own money (B4)."""
    for i in range(first, last):  # one at a time: most are passed over at once
        sector, luck = np.int64(state.best_sector[i]), uniform(now.key, households.identifier[i])
        if not ((sector != NO_SECTOR) & (luck < now.never_above)):
            continue
        if eligible_income(np.float64(state.declared[i]), now.ceiling) == 0:
            continue
        skilled = has_skill(np.int64(households.skills[i]), sector)
        if luck < hazard(start_rate(starting.rate, np.float64(endowments.believed_effect[i]), skilled)):
            state.own_start[i] = 1
            if state.operating[i] == 0 and now.capital >= now.minimum:
                open_business(i, sector, now.capital, state)
