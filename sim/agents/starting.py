"""Starting: a family starts such a business without any contract (model.md H10).

This is where deadweight comes from: it runs in every world on the same luck, and its capital is a share of a fixed
reference, never of the grant, so that the world without the programme does not depend on the policy.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from sim.agents.applying import eligible_income
from sim.agents.choosing import has_skill
from sim.engine.columns import BLOCK, marked
from sim.engine.compiled import rule, sweep
from sim.engine.draws import hazard, uniforms


class Starting(NamedTuple):
    """Parameters of own starts."""

    rate: float  # dw_start, yearly hazard of an average family
    scale: float  # dw_scale, capital over the reference


@rule
def start_rate(rate, believed_effect, skilled):  # type: ignore[no-untyped-def]
    """Return the yearly hazard of an own start.

    >>> start_rate(0.1, 0.0, 0), round(start_rate(0.1, 0.0, 1), 6)
    (0.1, 0.164872)
    """
    return rate * math.exp(0.3 * believed_effect + 0.5 * skilled)


@rule
def stays_out(u, rate, believed_effect, skilled):  # type: ignore[no-untyped-def]
    """Return 1 where a bound without an exponential settles that a family does not start.

    Most draws lie so far above the hazard: up to 1.5, an exponential is at most one plus its argument plus the square.

    >>> stays_out(0.02, 0.12, 0.0, 0), stays_out(0.0095, 0.12, 0.0, 0), stays_out(0.02, 0.12, 0.0, 1)
    (1, 0, 1)
    >>> stays_out(0.02, 0.12, 4.0, 1)
    0
    """
    shift = 0.3 * believed_effect + 0.5 * skilled
    return 1 if shift <= 1.5 and 12.0 * u > rate * (1.000001 + shift + shift * shift) else 0


@sweep
def start(first, last, households, endowments, state, ceiling, never_above, capital, minimum, starting, key):  # type: ignore[no-untyped-def]
    """Let low-income families start a business of their own, with their own money (B4).

    ``never_above`` bounds the monthly probability of every family, so that most draws end the matter at once.
    """
    luck = np.empty(BLOCK)
    rows, may = np.empty(BLOCK, np.int64), np.empty(BLOCK, np.uint8)
    begin = first
    while begin < last:
        end = min(begin + BLOCK, last)
        who = households.identifier[begin:end]
        suits = state.best_sector[begin:end]
        uniforms(key, who, luck)
        for k in range(end - begin):
            may[k] = np.uint8(luck[k] < never_above) & np.uint8(suits[k] != 0)
        for m in range(marked(may[: end - begin], rows)):
            i = begin + rows[m]
            sector, effect = np.int64(state.best_sector[i]), np.float64(endowments.believed_effect[i])
            skilled = has_skill(np.int64(households.skills[i]), sector)
            if stays_out(luck[rows[m]], starting.rate, effect, skilled) == 1:
                continue
            if eligible_income(np.float64(state.declared[i]), ceiling) == 0:
                continue
            if luck[rows[m]] < hazard(start_rate(starting.rate, effect, skilled)):
                state.own_start[i] = 1
                if state.operating[i] == 0 and capital >= minimum:
                    state.operating[i] = 1
                    state.funded[i] = 0
                    state.business_age[i] = 0
                    state.sector[i] = sector
                    state.capital[i] = capital
                    state.own_money[i] = np.float64(state.own_money[i]) + capital
                    state.distress_months[i] = 255
        begin = end
