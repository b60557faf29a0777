"""Balance: what those affected would pay for a design, what it costs the budget, and what society has of it (Y17, K7).

Each som is counted once for who gets it and once for who pays it. Households: the change of disposable income, in which
grants that are consumed, benefits, and what levies take from them are already, less the time that applications take.
Private employers: what they are charged, less premiums and subsidies, and what they give for no work; the part that
households bear is in their income, so it is added back there. Capital that families put back into a business, or buy
with a grant, is no income of theirs; at the last month followed the change of business capital counts at what it would
fetch, less loans still owed. What comes later is not in it.

Divided by the net cost to the budget it is the marginal value of public funds (Hendren and Sprung-Keyser 2020): below
1, those affected would rather have the money. Less that cost, with what it costs to raise public money, it is the
balance for society. Transfers cancel out in it, so the same balance is what is made more less what is used up for it.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from sim.agents.closing import recovered_share
from sim.engine.columns import Array
from sim.engine.math import power
from sim.engine.plain import plain
from sim.outcomes import costs
from sim.outcomes.families import exact_sum
from sim.outcomes.groups import TENTHS
from sim.outcomes.jobs import difference, series
from sim.state.households import SECTORS, weights_of
from sim.world import World

# The account of private employers: levies and fines less premiums and subsidies, and what they give for no work.
EMPLOYERS = (("labour_charged_private", 1.0), ("labour_given", 1.0), ("labour_given_inside", -1.0))
CAPITAL = "capital"
Parts = Mapping[str, Array]


def fetched_by(world: World) -> Array:
    """Return what the business of each household would fetch, less loan and grant still owed, som of 2023."""
    shares = [0.0] + [plain(recovered_share)(k + 1, world.behaviour.closing) for k in range(len(SECTORS))]
    state = world.state
    running = state.capital.astype(np.float64) * (state.operating == 1)
    return np.asarray(running * np.array(shares)[state.sector] - state.loan - state.repayable)


def fetched(world: World) -> float:
    """Return what the capital of family businesses would fetch, less loans and grants still owed, som of 2023."""
    return exact_sum(fetched_by(world), weights_of(world.households))


def household_gains(world: World, base: World) -> Array:
    """Return what each household has more since the start: income of all months, and its business at the end."""
    mine, theirs = world.state, base.state
    income = mine.recurrent_total + mine.once_total - (theirs.recurrent_total + theirs.once_total)
    return np.asarray(income + fetched_by(world) - fetched_by(base))


def willingness_parts(world: World, base: World) -> dict[str, Array]:
    """Return what those affected would pay by month, som of 2023, taken apart, without what is left at the end.

    ``market`` is what remains of the change of income: pay, own work, and what markets give and take. What covers the
    cost of the design (``covering``) is no part: it is compared with what is bought for it.
    """

    def more(name: str) -> Array:
        return difference(world, base, series(name))

    applying = world.behaviour.applying
    parts = {
        "once": more("income_once"), "business": more("business_income"), "given_up": -more("crowded_out"),
        "benefit": more("benefit"), "protection": more("protection"),
        "entitled": more("certificates") + more("given"), "loans": -more("loans_repaid") - more("paid_back"),
    }  # fmt: skip
    parts["market"] = more("income") + more("financed") + more("charges_borne") - sum(parts.values())
    parts["time"] = -applying.effort * (1.0 - applying.cash_share) * more("trained")  # the cash part is in income
    parts["employers"] = -np.asarray(sum(sign * more(name) for name, sign in EMPLOYERS))
    return parts


def covering(world: World, base: World) -> Array:
    """Return what households and employers pay by month to cover the cost of the design, som of 2023."""
    return np.asarray(difference(world, base, series("financed")) + difference(world, base, series("levied")))


def followed(horizon: Array, after: Array, left: float, discount: float) -> float:
    """Return the present value of months to the horizon and after it, and of what is ``left`` at the last of them.

    >>> round(followed(np.array([1.0]), np.zeros(11), 1.0, 0.1), 6) == round(1.0 + 1.1 ** (-11.0 / 12.0), 6)
    True
    """
    monthly = np.concatenate([horizon, after])
    monthly[-1] += left
    return costs.present_value(monthly, discount)


def present_values(horizon: Parts, after: Parts, discount: float) -> dict[str, float]:
    """Return the present value of each part over the months to the horizon and after it.

    >>> present_values({"a": np.array([1.0]), "b": np.array([2.0])}, {"a": np.array([3.0])}, 0.0)
    {'a': 4.0, 'b': 2.0}
    """
    nothing = np.zeros(0)
    return {name: followed(values, after.get(name, nothing), 0.0, discount) for name, values in horizon.items()}


def society(willingness: float, government: float, covered: float, cost_of_funds: float) -> dict[str, float]:
    """Return the balance for society by who gains and who pays; what is raised costs more than it brings.

    Of 100 that a design costs, 30 are covered by those whom its financing asks.

    >>> society(90.0, 100.0, 30.0, 1.2)
    {'affected': 90.0, 'covering': -30.0, 'treasury': -70.0, 'raising': -20.0}
    """
    raising = -round((cost_of_funds - 1.0) * government, 6)
    return {"affected": willingness, "covering": -covered, "treasury": covered - government, "raising": raising}


def weighting(before: World, gained: Array, tenth: Array, aversion: float) -> float:
    """Return what it adds to the gains of households that a som of the poor counts more, som of 2023.

    A tenth has one weight, from its mean consumption when the comparison starts; who is in no tenth has a weight of 1.
    """
    h, consumption = before.households, before.state.consumption.astype(np.float64)
    weights = weights_of(h)
    persons = weights * h.size
    placed = tenth > 0
    mean = exact_sum(consumption[placed], persons[placed]) / max(int(persons[placed].sum()), 1)
    more = 0.0
    for place in range(1, TENTHS + 1):
        rows = (tenth == place) & (persons > 0)
        if rows.any():
            own = exact_sum(consumption[rows], persons[rows]) / int(persons[rows].sum())
            more += (weight_of(own, mean, aversion) - 1.0) * exact_sum(gained[rows], weights[rows])
    return more


def weight_of(consumption: float, mean: float, aversion: float) -> float:
    """Return how much more a som counts for persons of this consumption than for those of mean consumption.

    >>> weight_of(50.0, 100.0, 1.0), weight_of(100.0, 100.0, 2.0)
    (2.0, 1.0)
    """
    return plain(power)(mean / consumption, aversion)
