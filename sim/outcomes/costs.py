"""Costs: three of them, side by side, because each leaves something out (model.md Y9).

The programme's cost looks at the programme's own budget. The net fiscal cost also counts what the budget saves because
families lose the child benefit, and what it gains in taxes and contributions. The social cost counts that loss as what
it is, a loss of the families, and adds the cost of raising money, their time and their own money.
"""

from __future__ import annotations

import numpy as np

from sim.engine.columns import Array
from sim.engine.math import power
from sim.engine.plain import plain
from sim.outcomes.jobs import common_months, difference, series
from sim.policies.registry import PAID
from sim.world import World

PROGRAMME = ("grants", "administration", "loan_interest", "labour_spending", *(f"paid_{name}" for name in PAID))
RECEIPTS = ("recovered", "paid_back", "labour_receipts")
ENTITLED = "labour_entitled"


def programme_cost(world: World, base: World) -> Array:
    """Return what a design spends by month, som of 2023, more than ``base``.

    Grants, administration, loan interest, services, and the top-up of the child benefit.
    """
    return np.asarray(sum(difference(world, base, series(name)) for name in PROGRAMME)) + top_up(world, base)


def topped_up(world: World, base: World) -> Array:
    """Return the share of the child benefit that is beyond the rate of ``base``, by month that ``world`` recorded."""
    rate, law = (np.array([each.design.terms(t, each.behaviour).benefit.per_child for t in world.records.months])
                 for each in (world, base))  # fmt: skip
    return np.asarray(np.maximum(0.0, 1.0 - np.divide(law, rate, out=np.ones_like(law), where=rate > 0.0)))


def top_up(world: World, base: World) -> Array:
    """Return the child benefit paid beyond the rate of ``base``, som of 2023 by month they have both recorded."""
    months = common_months(world, base)
    first = world.records.months.index(months[0])
    paid = series("benefit")(world) * topped_up(world, base)
    return np.asarray(paid[first : first + len(months)])


def benefit_lost(world: World, base: World) -> Array:
    """Return the child benefit that families receive less than in ``base`` at the rate of ``base``, by month."""
    return difference(base, world, series("benefit")) + top_up(world, base)


def net_fiscal_cost(world: World, base: World) -> Array:
    """Return the net cost to the budget by month, som of 2023: signs are the budget's cash flows.

    Budget bodies and state enterprises are government: what they pay to the budget, and their pay for work, are not in
    it. What the quota makes the budget pay to households is: benefits of staff who were certified, and what budget
    bodies give for no work.
    """
    receipts = sum(difference(world, base, series(name)) for name in RECEIPTS)
    entitled = difference(world, base, series(ENTITLED))
    return np.asarray(programme_cost(world, base) + entitled - benefit_lost(world, base) - receipts)


TRANSFERS = ("recovered", "paid_back", "labour_charged_private")


def market_gain(world: World, base: World) -> Array:
    """Return the gain in market income by month, som of 2023: value added less earnings given up for it (Y9)."""
    return difference(world, base, series("value_added")) - difference(world, base, series("crowded_out"))


def present_value(monthly: Array, discount: float) -> float:
    """Return a monthly series over the horizon, discounted to its first month at a yearly rate.

    >>> round(present_value(np.array([1.0] + [0.0] * 11 + [1.1]), 0.1), 9)
    2.0
    """
    factors = [plain(power)(1.0 + discount, -t / 12.0) for t in range(len(monthly))]
    return float((monthly * factors).sum())


def social_cost(world: World, base: World, assets: float) -> float:
    """Return the social cost over the horizon, som of 2023, discounted to its first month.

    What the budget saves or takes from families and private employers (child benefit, recoveries, levies and fines
    less premiums and wage subsidies) is their loss and is added back; benefits of certified staff, and benefits of a
    design beyond those of today's law, are their gain.
    ``assets`` is the business capital left at the end, less loans still owed, more than in ``base``.
    """
    b = world.behaviour
    effort = b.applying.effort * difference(world, base, series("trained"))
    own = difference(world, base, series("own_investment")) + difference(world, base, series("loans_repaid"))
    taken = sum(difference(world, base, series(name)) for name in TRANSFERS)
    families = benefit_lost(world, base) - top_up(world, base) - difference(world, base, series(ENTITLED))
    families = families - difference(world, base, series("protection"))
    monthly = b.accounting.cost_of_funds * net_fiscal_cost(world, base) + families + taken + effort + own
    left = np.zeros(len(monthly))
    left[-1] = assets
    return present_value(monthly - left, b.accounting.discount)
