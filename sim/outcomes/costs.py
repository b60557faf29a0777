"""Costs: three of them, side by side, because each leaves something out (model.md Y9).

The programme's cost looks at the programme's own budget. The net fiscal cost also counts what the budget saves because
families lose the child benefit, and what it gains in taxes and contributions. The cost to society counts what is used
up, by whomever: transfers have a receiver for each payer and are in it nowhere, the cost of raising money is.
"""

from __future__ import annotations

from functools import lru_cache

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
PREMIUMS = ("labour_bonus", "labour_subsidy", "labour_relief", "labour_first_hire")
# Income tax and contributions received, less what one part of government pays to another.
TAXES = (("labour_income_tax", 1.0), ("labour_contributions", 1.0), ("labour_taxed_inside", -1.0))


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


def budget_lines(world: World, base: World) -> dict[str, Array]:
    """Return the net cost to the budget by month and line, som of 2023; what the budget saves or receives is negative.

    Budget bodies and state enterprises are government: what they pay to the budget, and their pay for work, are not in
    it. What the quota makes the budget pay to households is: benefits of staff who were certified, and what budget
    bodies give for no work.
    """
    lines = {name: difference(world, base, series(name)) for name in (*PROGRAMME, ENTITLED)}
    lines["benefit"] = difference(world, base, series("benefit"))
    return lines | {name: -difference(world, base, series(name)) for name in RECEIPTS}


def net_fiscal_cost(world: World, base: World) -> Array:
    """Return the net cost to the budget by month, som of 2023: signs are the budget's cash flows."""
    return np.asarray(sum(budget_lines(world, base).values()))


def market_gain(world: World, base: World) -> Array:
    """Return what family businesses bring more by month, som of 2023: profit less what is put back and pay given up.

    All businesses are in it, whenever they began (K7).
    """
    return difference(world, base, series("business_income")) - difference(world, base, series("crowded_out"))


def resources(world: World, base: World) -> Array:
    """Return what a design uses up by month, som of 2023 (K7): no transfer is in it.

    Administration, services and interest; what is bought with grants, loans and own money, less what businesses sold
    bring back; the cost of applying in money and time. A grant that is consumed, a benefit lost, levies, premiums and
    subsidies have a receiver for each payer.
    """

    def more(name: str) -> Array:
        return difference(world, base, series(name))

    applying = world.behaviour.applying
    real = more("administration") + more("labour_spending") - sum(more(name) for name in PREMIUMS)
    bought = more("grants") - more("income_once") - more("recovered")
    borrowed = more("loans_repaid") + more("loan_interest")
    return np.asarray(real + bought + borrowed + applying.effort * (1.0 - applying.cash_share) * more("trained"))


def present_value(monthly: Array, discount: float) -> float:
    """Return a monthly series over the horizon, discounted to its first month at a yearly rate.

    >>> round(present_value(np.array([1.0] + [0.0] * 11 + [1.1]), 0.1), 9)
    2.0
    """
    return float((monthly * discounting(discount, len(monthly))).sum())


@lru_cache(maxsize=16)
def discounting(discount: float, months: int) -> Array:
    """Return the factor of each month at a yearly rate.

    >>> discounting(0.0, 3).tolist(), bool(discounting(0.21, 7)[6] == discounting(0.21, 9)[6])
    ([1.0, 1.0, 1.0], True)
    """
    factors = np.array([plain(power)(1.0 + discount, -t / 12.0) for t in range(months)])
    factors.flags.writeable = False
    return factors
