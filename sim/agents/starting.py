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
from sim.columns import BLOCK
from sim.compiled import rule, sweep
from sim.draws import hazard, uniforms


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


@sweep
def start(first, last, households, endowments, state, ceiling, never_above, capital, minimum, starting, key):  # type: ignore[no-untyped-def]
    """Let low-income families start a business of their own.

    ``never_above`` bounds the monthly probability of every family, so that most draws end the matter at once.
    """
    luck = np.empty(BLOCK)
    rows = np.empty(BLOCK, np.int64)
    begin = first
    while begin < last:
        end = min(begin + BLOCK, last)
        who = households.identifier[begin:end]
        suits = state.best_sector[begin:end]
        uniforms(key, who, luck)
        found = 0
        for k in range(len(who)):
            rows[found] = k
            found += np.int64(luck[k] < never_above) & np.int64(suits[k] != 0)
        for m in range(found):
            i = begin + rows[m]
            income, ratio = np.float64(state.income[i]), np.float64(endowments.observed_ratio[i])
            if eligible_income(income, ratio, ceiling) == 0:
                continue
            sector = np.int64(state.best_sector[i])
            skilled = has_skill(np.int64(households.skills[i]), sector)
            rate = start_rate(starting.rate, np.float64(endowments.believed_effect[i]), skilled)
            if luck[rows[m]] < hazard(rate):
                state.own_start[i] = 1
                if state.operating[i] == 0 and capital >= minimum:
                    state.operating[i] = 1
                    state.funded[i] = 0
                    state.business_age[i] = 0
                    state.sector[i] = sector
                    state.capital[i] = capital
                    state.distress_months[i] = 255
        begin = end
