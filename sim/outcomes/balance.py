"""Balance: what those affected would pay for a design, beside what it costs the government (people.md Y17).

Willingness to pay counts each som once. Households: the change of disposable income, in which what they get from the
budget and what levies take from them are already, less the time that applications take. Private employers: what they
are charged, less premiums and subsidies, and what they give for no work; the part that households bear is in their
income, so it is added back there.
At the last month that is followed: the change of business capital, at what it would fetch, less loans still owed. What
comes later is not in it, so a design with grants looks worse where few months after the last grant are followed.
Divided by the net cost to the budget it is the marginal value of public funds (Hendren and Sprung-Keyser 2020): below
1, those affected would rather have the money.
"""

from __future__ import annotations

import numpy as np

from sim.agents.closing import recovered_share
from sim.engine.columns import Array
from sim.engine.plain import plain
from sim.outcomes import costs
from sim.outcomes.families import exact_sum
from sim.outcomes.jobs import difference, series
from sim.state.households import SECTORS, weights_of
from sim.world import World

# The account of private employers: levies and fines less premiums and subsidies, and what they give for no work.
EMPLOYERS = (("labour_charged_private", 1.0), ("labour_given", 1.0), ("labour_given_inside", -1.0))


def fetched(world: World) -> float:
    """Return what the capital of family businesses would fetch, less loans and grants still owed, som of 2023."""
    shares = [0.0] + [plain(recovered_share)(k + 1, world.behaviour.closing) for k in range(len(SECTORS))]
    state = world.state
    running = state.capital.astype(np.float64) * (state.operating == 1)
    left = running * np.array(shares)[state.sector] - state.loan - state.repayable
    return exact_sum(left, weights_of(world.households))


def willingness_by_month(world: World, base: World) -> Array:
    """Return what those affected would pay by month, som of 2023, without what is left at the end."""
    applying = world.behaviour.applying
    time = applying.effort * (1.0 - applying.cash_share)  # the cash part is in income
    households = difference(world, base, series("income")) + difference(world, base, series("charges_borne"))
    employers = sum(sign * difference(world, base, series(name)) for name, sign in EMPLOYERS)
    return np.asarray(households - employers - time * difference(world, base, series("trained")))


def followed(horizon: Array, after: Array, left: float, discount: float) -> float:
    """Return the present value of months to the horizon and after it, and of what is ``left`` at the last of them.

    >>> round(followed(np.array([1.0]), np.zeros(11), 1.0, 0.1), 6) == round(1.0 + 1.1 ** (-11.0 / 12.0), 6)
    True
    """
    monthly = np.concatenate([horizon, after])
    monthly[-1] += left
    return costs.present_value(monthly, discount)
