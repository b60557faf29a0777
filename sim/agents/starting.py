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
    return rate * exp(0.3 * believed_effect + 0.5 * skilled)


@sweep
def start(first, last, households, endowments, state, ceiling, never_above, capital, minimum, starting, key):  # type: ignore[no-untyped-def]
    """Let low-income families start a business of their own.

    ``never_above`` bounds the monthly probability of every family, so that most draws end the matter at once.
    """
    for i in range(first, last):
        sector = np.int64(state.best_sector[i])
        luck = uniform(key, households.identifier[i])
        if not (sector != 0) & (luck < never_above):
            continue
        income, ratio = np.float64(state.income[i]), np.float64(endowments.observed_ratio[i])
        if eligible_income(income, ratio, ceiling) == 0:
            continue
        skilled = has_skill(np.int64(households.skills[i]), sector)
        if luck < hazard(start_rate(starting.rate, np.float64(endowments.believed_effect[i]), skilled)):
            state.own_start[i] = 1
            if state.operating[i] == 0 and capital >= minimum:
                state.operating[i] = 1
                state.funded[i] = 0
                state.business_age[i] = 0
                state.sector[i] = sector
                state.capital[i] = capital
                state.distress_months[i] = 255
