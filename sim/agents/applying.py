"""Applying: whether a family that knows of the social contract asks for it (model.md H5, H6, H7).

The family weighs what the business would earn over three years, given what it believes of its own ability, against the
child benefit it would lose, the cost of applying and the earnings it would give up. The benefit lost is as large as
the grant for a family with three or four children, so it decides much of the take-up.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.agents.choosing import Choosing, feasible, has_skill, sector_utility
from sim.agents.closing import LEAST_CAPITAL, Closing, base_hazard, closure_hazard, closure_shift
from sim.agents.operating import Operating, log_value_of
from sim.agents.working import Working, operator_fte
from sim.engine.columns import Array, row
from sim.engine.compiled import rule, sweep
from sim.engine.draws import hazard, uniform
from sim.engine.math import exp, log, logistic, power
from sim.state.households import ACTIVE, APPLIED, NO_SECTOR, NONE, Endowments, Households, HouseholdState

HORIZON = 36  # months that a family looks ahead


class Applying(NamedTuple):
    """Parameters of the decision to apply; log-odds unless said otherwise."""

    intercept: float  # app_int
    gain: float  # app_gain, per 100,000 som of expected net gain
    peers: float  # app_peer, per share of live businesses among contract families of the raion
    distance: float  # app_dist, per 10 km
    disability: float  # app_pwd, a member has a certified disability
    file_share: float  # train_to_apply, share that files after training
    effort: float  # app_effort, time and cash, som of 2023
    cash_share: float  # part of it that is paid in cash
    discount: float  # fam_disc, yearly
    belief_correlation: float  # belief_corr, of believed with true ability
    woman_operator: float  # op_female, probability when adults of both sexes exist
    income_ceiling: float  # y_elig_ratio, ceiling over the subsistence minimum
    observed_sd: float  # tgt_obs_sd, log points, error of the income that the office sees
    woman: float  # the potential operator is a woman
    amount: float  # app_amount, for each log point of the grant over the reference


class Prospect(NamedTuple):
    """What every family of the month reckons with."""

    thinks: Array  # (oblasts,), 1 where families reconsider this month
    january: int  # 1 in January
    grant: np.ndarray  # (oblasts,), som of 2023
    invested: np.ndarray  # (oblasts,), expected capital K_e, som of 2023
    earning_months: np.ndarray  # (oblasts, 4, 2), discounted expected months of earning, by sector and single woman
    working_months: np.ndarray  # (oblasts, 4, 2), the same without the ramp
    benefit_months: float  # discounted months of benefit lost, for a family that receives it
    benefit_per_child: float  # som of 2023 per child and month
    diversion: float  # expected share of the grant diverted
    minimum_capital: float  # som
    reference: float  # grant_ref, som
    wage: np.ndarray  # (oblasts,), casual wage, som of 2023 per hour
    demand: np.ndarray  # (oblasts, 4), demand times price index
    price: np.ndarray  # (oblasts, 4), price index
    repaid: Array  # (oblasts,), discounted money that is to be paid back of a grant, som of 2023
    log_returns: Array  # (4,), log of monthly value added at the reference capital, by sector


class Weighing(NamedTuple):
    """Parameters by which a family weighs a contract."""

    applying: Applying
    choosing: Choosing
    operating: Operating
    working: Working


class Call(NamedTuple):
    """The call for applications of a month."""

    open_now: Array  # (raions,), 1 where it is open; it closes when the raion has given all its places
    ceiling: float  # income per person below which a family may apply, som of 2023
    success: Array  # (raions,), share of live businesses among contract families
    amount: Array  # (raions,), what the size of the grant adds to the log-odds
    apply: np.uint64  # keys of the month
    file: np.uint64
    t: int
    women_only: int = 0  # 1: only families whose operator would be a woman may apply


@rule
def eligible_income(declared: float, ceiling: float) -> int:
    """Return 1 if the income that the office sees, all kinds of it, lies below the ceiling (H5, K11).

    >>> eligible_income(4000.0, 4500.0), eligible_income(5000.0, 4500.0)
    (1, 0)
    """
    return 1 if declared < ceiling else 0


@rule
def expected_months(
    sector: int, single_woman: int, capital: float, reference: float, ramp: float, discount: float, coached: int,
    closing: Closing,
) -> float:  # fmt: skip
    """Return the discounted expected months of full earning over the family's horizon (A1 in H6; A0 with ramp 1).

    >>> class P:
    ...     early, mature, settling = 0.0, 0.0, 14.0
    ...     woman, trade, agriculture, ability, capital, coaching, shock, lock = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    >>> expected_months(2, 0, 1e5, 1e5, 1.0, 0.0, 0, P), expected_months(2, 0, 1e5, 1e5, 2.0, 0.0, 0, P)
    (36.0, 35.5)
    """
    alive = 1.0
    total = 0.0
    log_capital = log(max(capital, LEAST_CAPITAL) / reference)
    shift = closure_shift(sector, single_woman, 0.0, log_capital, coached, closing.lock, 0, closing)
    for k in range(1, HORIZON + 1):
        alive = alive * (1.0 - hazard(closure_hazard(base_hazard(k, closing), shift)))
        total += min(1.0, k / ramp) * alive * power(1.0 + discount, -k / 12.0)
    return total


@rule
def lost_benefit_months(benefit_share: Array, exit_hazard: float, discount: float) -> float:
    """Return the discounted months of child benefit that a receiving family expects to lose through a contract (H6).

    ``benefit_share[c]`` is the share payable in contract month c. Undiscounted and without exit, full exclusion costs
    36 months (test V15).

    >>> share = [1.0] * 4 + [0.0] * 36 + [1.0] * 13
    >>> lost_benefit_months(share, 0.0, 0.0), round(lost_benefit_months(share, 0.5, 0.0), 6)
    (36.0, 0.125)
    """
    total = 0.0
    for k in range(1, len(benefit_share)):
        if benefit_share[k] < 1.0:
            total += (1.0 - benefit_share[k]) * power(1.0 - exit_hazard, k) * power(1.0 + discount, -k / 12.0)
    return total


@rule
def value_added(log_return: float, capital: float, effect: float, woman: int, operating: Operating) -> float:
    """Return monthly value added at full ramp of a capital over the reference, 0 without any (H11).

    >>> class P: capital_elasticity, ability_sd, woman, saturation = 0.5, 0.0, 0.0, 3.0
    >>> round(value_added(log(4000.0), 0.25, 0.0, 0, P), 6), value_added(log(4000.0), 0.0, 0.0, 0, P)
    (2000.0, 0.0)
    """
    if capital <= 0.0:
        return 0.0
    return exp(log_value_of(log_return, log(capital), effect, woman, operating))


@rule
def added_value(
    log_return: float, owned: float, invested: float, effect: float, woman: int, operating: Operating
) -> float:
    """Return by how much a grant's capital raises monthly value added of what a family owns already (H6, K11).

    Both capitals are over the reference. With an elasticity of one half, a quarter added to three quarters of the
    reference brings 4,000 x (1 - 0.866) = 536, not the 2,000 that it would bring alone.

    >>> class P: capital_elasticity, ability_sd, woman, saturation = 0.5, 0.0, 0.0, 3.0
    >>> [round(added_value(log(4000.0), owned, 0.25, 0.0, 0, P)) for owned in (0.75, 0.0)]
    [536, 2000]
    """
    with_grant = value_added(log_return, owned + invested, effect, woman, operating)
    return with_grant - value_added(log_return, owned, effect, woman, operating)


@rule
def repaid_value(share: float, first: int, months: int, discount: float) -> float:
    """Return the discounted part of a grant that is to be paid back in equal parts from contract month ``first`` on.

    >>> repaid_value(0.5, 13, 36, 0.0), repaid_value(0.0, 13, 36, 0.2), repaid_value(1.0, 13, 1, 1.0)
    (0.5, 0.0, 0.5)
    """
    if share <= 0.0:
        return 0.0
    total = 0.0
    for k in range(first, first + months):
        total += power(1.0 + discount, -(k - 1) / 12.0)
    return share * total / months


@rule
def expected_gain(business: float, diverted: float, benefit_lost: float, effort: float, work_lost: float) -> float:
    """Return the expected net gain of a contract, som of 2023, present value (eg in H6).

    >>> expected_gain(90000.0, 20000.0, 100000.0, 4000.0, 16000.0), expected_gain(90000.0, 20000.0, 0.0, 4000.0, 0.0)
    (-10000.0, 106000.0)
    """
    return business + diverted - benefit_lost - effort - work_lost


@rule
def starts_something(invested: float, minimum: float) -> int:
    """Return 1 if what is left of a grant starts any business; a grant that starts nothing is not applied for (K16).

    >>> starts_something(80000.0, 25000.0), starts_something(0.8, 25000.0)
    (1, 0)
    """
    return 1 if invested >= minimum else 0


@rule
def amount_odds(grant: float, reference: float, applying: Applying) -> float:
    """Return what the size of a grant adds to the log-odds of applying: nothing at the reference (H7, K16).

    >>> class P: amount = 0.5
    >>> amount_odds(100000.0, 100000.0, P), amount_odds(200000.0, 100000.0, P) == 0.5 * log(2.0)
    (0.0, True)
    """
    return applying.amount * log(max(grant, 1.0) / reference)


@rule
def application_odds(
    gain: float, success: float, distance: float, disability: int, woman: int, amount: float, applying: Applying
) -> float:
    """Return the log-odds that an aware, eligible family starts to apply in a month (H7); ``amount``: of its size.

    >>> class P: intercept, gain, peers, distance, disability, woman = -3.0, 0.7, 0.2, -0.06, 0.0, 3.0
    >>> application_odds(0.0, 0.0, 0.0, 0, 0, 0.0, P), application_odds(1e5, 1.0, 0.0, 0, 1, 0.0, P)
    (-3.0, 0.9000000000000004)
    """
    return (
        applying.intercept
        + applying.gain * gain / 100000.0
        + applying.peers * success
        + applying.distance * distance / 10.0
        + applying.disability * disability
        + applying.woman * woman
        + amount
    )


@rule
def application_probability(
    gain: float, success: float, distance: float, disability: int, woman: int, amount: float, applying: Applying
) -> float:
    """Return the monthly probability that an aware, eligible family starts to apply (H7).

    >>> class P: intercept, gain, peers, distance, disability, woman = -3.0, 0.7, 0.2, -0.06, 0.0, 3.0
    >>> round(application_probability(0.0, 0.0, 0.0, 0, 0, 0.0, P), 6)
    0.047426
    >>> application_probability(0.0, 0.0, 0.0, 0, 1, 0.0, P)
    0.5
    >>> application_probability(1e5, 0.0, 0.0, 0, 0, 0.0, P) > application_probability(-1e5, 0.0, 0.0, 0, 0, 0.0, P)
    True
    """
    return logistic(application_odds(gain, success, distance, disability, woman, amount, applying))


@rule
def best_sector(
    i: int, households: Households, endowments: Endowments, price: Array, choosing: Choosing
) -> int:
    """Return the feasible sector of highest systematic utility of household ``i``, 0 if none is feasible (H6)."""
    oblast, woman = households.oblast[i], np.int64(endowments.operator_woman[i])
    best = 0
    best_value = 0.0
    for sector in range(1, 5):
        possible = feasible(
            sector,
            np.int64(endowments.may_farm[i]),
            np.int64(households.education[i]),
            np.int64(households.skills[i]),
        )
        if possible == 1:
            skilled = has_skill(np.int64(households.skills[i]), sector)
            value = sector_utility(sector, skilled, price[oblast, sector - 1], woman, choosing)
            if best == 0 or value > best_value:
                best = sector
                best_value = value
    return best


@rule
def months_counted(i: int, sector: int, woman: int, households: Households, months: Array) -> float:
    """Return what a table by oblast, sector and single woman says of household ``i``."""
    single_woman = 1 if woman == 1 and households.adults[i] == 1 else 0
    return months[households.oblast[i], sector - 1, single_woman]


@rule
def gain_of(
    i: int, best: int, households: Households, endowments: Endowments, state: HouseholdState, prospect: Prospect,
    rules: Weighing,
) -> float:  # fmt: skip
    """Return what household ``i`` expects to gain from a contract, som of 2023 (H6).

    A family with a business reckons with what the grant adds to it: no new ramp, and no more hours given up.
    """
    oblast, effort = households.oblast[i], rules.applying.effort
    lost = prospect.repaid[oblast]
    if state.benefit[i] == 1:
        lost += prospect.benefit_per_child * np.int64(households.children[i]) * prospect.benefit_months
    if prospect.invested[oblast] < prospect.minimum_capital:
        return expected_gain(0.0, prospect.grant[oblast], lost, effort, 0.0)
    woman, runs = np.int64(endowments.operator_woman[i]), np.int64(state.operating[i])
    sector = np.int64(state.sector[i]) if runs == 1 else best
    working_months = months_counted(i, sector, woman, households, prospect.working_months)
    months = months_counted(i, sector, woman, households, prospect.earning_months)
    business = (
        added_value(
            prospect.log_returns[sector - 1], np.float64(state.capital[i]) / prospect.reference * runs,
            prospect.invested[oblast] / prospect.reference, np.float64(endowments.believed_effect[i]), woman,
            rules.operating,
        )
        * prospect.demand[oblast, sector - 1]
        * (working_months if runs == 1 else months)
    )  # fmt: skip
    work_lost = (
        working_months * rules.working.relocated * operator_fte(sector, rules.working) * 168.0 * prospect.wage[oblast]
        * np.int64(state.employed[i]) * (1 - runs)
    )  # fmt: skip
    return expected_gain(business, prospect.grant[oblast] * prospect.diversion, lost, effort, work_lost)


@sweep
def reconsider(
    first: int, last: int, households: Households, endowments: Endowments, state: HouseholdState, prospect: Prospect,
    rules: Weighing,
) -> None:  # fmt: skip
    """Find what families expect to gain from a contract, and in January the sector that suits them best."""
    for i in range(row(first), row(last)):
        if endowments.has_operator[i] == 0 or prospect.thinks[households.oblast[i]] == 0:
            continue
        best = np.int64(state.best_sector[i])
        if prospect.january == 1:
            best = best_sector(i, households, endowments, prospect.price, rules.choosing)
            state.best_sector[i] = best
        if best != NO_SECTOR:
            state.expected_gain[i] = gain_of(i, best, households, endowments, state, prospect, rules)


@sweep
def apply(
    first: int, last: int, households: Households, endowments: Endowments, state: HouseholdState, call: Call,
    applying: Applying, sums: Array,
) -> None:  # fmt: skip
    """Let aware, eligible families apply, and count the low-income families of each raion.

    ``sums`` is (raions, 3) int64 and receives real low-income families with a feasible business, of these with a
    contract, and of these informed without one.
    """
    for i in range(row(first), row(last)):
        raion, weight = households.raion[i], np.int64(households.weight[i])
        low = eligible_income(np.float64(state.declared[i]), call.ceiling)
        eligible = low & np.int64(state.best_sector[i] != NO_SECTOR)
        holds = eligible & np.int64(state.contract[i] >= ACTIVE)
        informed = eligible & np.int64(state.aware[i] == 1)
        sums[raion, 0] += weight * eligible
        sums[raion, 1] += weight * holds
        sums[raion, 2] += weight * (informed & (1 - holds))
        free = np.int64(state.contract[i] == NONE) & np.int64(state.barred[i] == 0)
        if call.women_only == 1 and endowments.operator_woman[i] == 0:
            continue
        if (informed & free & call.open_now[raion]) == 0:
            continue
        chance = application_probability(
            np.float64(state.expected_gain[i]), call.success[raion], np.float64(households.distance[i]),
            1 if households.with_disability[i] > 0 else 0, np.int64(endowments.operator_woman[i]), call.amount[raion],
            applying,
        )  # fmt: skip
        if uniform(call.apply, households.identifier[i]) < chance:
            state.trained[i] = 1
            state.tried_at[i] = call.t
            if uniform(call.file, households.identifier[i]) < applying.file_share:
                state.contract[i] = APPLIED
            else:
                state.barred[i] = 1
