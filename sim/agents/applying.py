"""Applying: whether a family that knows of the social contract asks for it (model.md H5, H6, H7).

The family weighs what the business would earn over three years, given what it believes of its own ability, against the
child benefit it would lose, the cost of applying and the earnings it would give up. The benefit lost is as large as
the grant for a family with three or four children, so it decides much of the take-up.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from sim.agents.choosing import feasible, has_skill, sector_utility
from sim.agents.closing import LEAST_CAPITAL, base_hazard, closure_hazard
from sim.agents.operating import Operating, log_value_of, sector_return
from sim.agents.working import operator_fte
from sim.engine.columns import BLOCK, marked, run_end
from sim.engine.compiled import rule, sweep
from sim.engine.draws import hazard, logistic, uniform, uniforms

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


@rule
def eligible_income(declared, ceiling):  # type: ignore[no-untyped-def]
    """Return 1 if the income that the office sees, all kinds of it, lies below the ceiling (H5, K11).

    >>> eligible_income(4000.0, 4500.0), eligible_income(5000.0, 4500.0)
    (1, 0)
    """
    return 1 if declared < ceiling else 0


@rule
def expected_months(  # type: ignore[no-untyped-def]
    sector, single_woman, capital, reference, ramp, discount, coached, closing,
):
    """Return the discounted expected months of full earning over the family's horizon (A1 in H6; A0 with ramp 1).

    >>> class P:
    ...     early, mature, settling = 0.0, 0.0, 14.0
    ...     woman, trade, agriculture, ability, capital, coaching, shock, lock = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    >>> expected_months(2, 0, 1e5, 1e5, 1.0, 0.0, 0, P), expected_months(2, 0, 1e5, 1e5, 2.0, 0.0, 0, P)
    (36.0, 35.5)
    """
    alive = 1.0
    total = 0.0
    log_capital = math.log(max(capital, LEAST_CAPITAL) / reference)
    for k in range(1, HORIZON + 1):
        base = base_hazard(k, closing)
        yearly = closure_hazard(base, sector, single_woman, 0.0, log_capital, coached, closing.lock, 0, closing)
        alive = alive * (1.0 - hazard(yearly))
        total += min(1.0, k / ramp) * alive * math.pow(1.0 + discount, -k / 12.0)
    return total


@rule
def lost_benefit_months(benefit_share, exit_hazard, discount):  # type: ignore[no-untyped-def]
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
            total += (1.0 - benefit_share[k]) * math.pow(1.0 - exit_hazard, k) * math.pow(1.0 + discount, -k / 12.0)
    return total


@rule
def value_added(log_return: float, capital: float, effect: float, woman: int, operating: Operating) -> float:
    """Return monthly value added at full ramp of a capital over the reference, 0 without any (H11).

    >>> class P: capital_elasticity, ability_sd, woman, saturation = 0.5, 0.0, 0.0, 3.0
    >>> round(value_added(math.log(4000.0), 0.25, 0.0, 0, P), 6), value_added(math.log(4000.0), 0.0, 0.0, 0, P)
    (2000.0, 0.0)
    """
    if capital <= 0.0:
        return 0.0
    return math.exp(log_value_of(log_return, math.log(capital), effect, woman, operating))


@rule
def added_value(
    log_return: float, owned: float, invested: float, effect: float, woman: int, operating: Operating
) -> float:
    """Return by how much a grant's capital raises monthly value added of what a family owns already (H6, K11).

    Both capitals are over the reference. With an elasticity of one half, a quarter added to three quarters of the
    reference brings 4,000 x (1 - 0.866) = 536, not the 2,000 that it would bring alone.

    >>> class P: capital_elasticity, ability_sd, woman, saturation = 0.5, 0.0, 0.0, 3.0
    >>> [round(added_value(math.log(4000.0), owned, 0.25, 0.0, 0, P)) for owned in (0.75, 0.0)]
    [536, 2000]
    """
    with_grant = value_added(log_return, owned + invested, effect, woman, operating)
    return with_grant - value_added(log_return, owned, effect, woman, operating)


@rule
def expected_gain(business, diverted, benefit_lost, effort, work_lost):  # type: ignore[no-untyped-def]
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
    >>> amount_odds(100000.0, 100000.0, P), amount_odds(200000.0, 100000.0, P) == 0.5 * math.log(2.0)
    (0.0, True)
    """
    return applying.amount * math.log(max(grant, 1.0) / reference)


@rule
def application_odds(gain, success, distance, disability, woman, amount, applying):  # type: ignore[no-untyped-def]
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
def application_probability(gain, success, distance, disability, woman, amount, applying):  # type: ignore[no-untyped-def]
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
def tries(u, odds):  # type: ignore[no-untyped-def]
    """Return whether a family applies, given its uniform draw; below odds of -2 most draws settle it at once.

    >>> tries(0.04, -3.0), tries(0.05, -3.0), tries(0.119, -2.0), tries(0.13, -2.0), tries(0.13, -1.0)
    (True, False, True, False, True)
    """
    if odds <= -2.0 and u > 0.12:
        return False
    return u < logistic(odds)


@rule
def best_sector(i, households, woman, price, choosing):  # type: ignore[no-untyped-def]
    """Return the feasible sector of highest systematic utility of household ``i``, 0 if none is feasible (H6)."""
    oblast = households.oblast[i]
    best = 0
    best_value = 0.0
    for sector in range(1, 5):
        possible = feasible(
            sector,
            np.int64(households.urban[i]),
            np.float64(households.herd[i]),
            np.float64(households.land[i]),
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


@sweep
def reconsider(  # type: ignore[no-untyped-def]
    first, last, households, endowments, state, thinks, january, prospect, applying, choosing, operating, working,
):
    """Find what families expect to gain from a contract, and in January the sector that suits them best.

    A family with a business reckons with what the grant adds to it: no new ramp, and no more hours given up.
    ``thinks`` (oblasts,) is 1 where families reconsider this month.
    """
    log_returns = np.empty(5)
    for k in range(1, 5):
        log_returns[k] = math.log(sector_return(k, operating) * prospect.reference)
    for i in range(first, last):
        oblast = households.oblast[i]
        if endowments.has_operator[i] == 0 or thinks[oblast] == 0:
            continue
        woman = np.int64(endowments.operator_woman[i])
        best = np.int64(state.best_sector[i])
        if january == 1:
            best = best_sector(i, households, woman, prospect.price, choosing)
            state.best_sector[i] = best
        if best == 0:
            continue
        grant = prospect.grant[oblast]
        lost = 0.0
        if state.benefit[i] == 1:
            lost = prospect.benefit_per_child * np.int64(households.children[i]) * prospect.benefit_months
        if prospect.invested[oblast] < prospect.minimum_capital:
            state.expected_gain[i] = expected_gain(0.0, grant, lost, applying.effort, 0.0)
            continue
        single_woman = 1 if woman == 1 and households.adults[i] == 1 else 0
        runs = np.int64(state.operating[i])
        sector = np.int64(state.sector[i]) if runs == 1 else best
        months = prospect.earning_months[oblast, sector - 1, single_woman]
        working_months = prospect.working_months[oblast, sector - 1, single_woman]
        business = (
            added_value(
                log_returns[sector], np.float64(state.capital[i]) / prospect.reference * runs,
                prospect.invested[oblast] / prospect.reference, np.float64(endowments.believed_effect[i]), woman,
                operating,
            )
            * prospect.demand[oblast, sector - 1]
            * (working_months if runs == 1 else months)
        )
        work_lost = (
            working_months * working.relocated * operator_fte(sector, working) * 168.0 * prospect.wage[oblast]
            * np.int64(state.employed[i]) * (1 - runs)
        )
        state.expected_gain[i] = expected_gain(business, grant * prospect.diversion, lost, applying.effort, work_lost)


@rule
def count_informed(weight, suits, contract, aware, declared, ceiling, out):  # type: ignore[no-untyped-def]
    """Add real low-income families with a feasible business, of these with a contract, and informed without one.

    >>> out, zero, weight = np.zeros(3, dtype=np.int64), np.zeros(3), np.array([1, 10, 2])
    >>> count_informed(weight, np.ones(3), np.array([5, 0, 0]), np.array([1, 1, 0]), zero, 10.0, out)
    >>> out.tolist()
    [13, 1, 10]
    """
    low = 0
    holders = 0
    informed = 0
    for k in range(len(suits)):
        eligible = eligible_income(np.float64(declared[k]), ceiling) & np.int64(suits[k] != 0)
        holds = eligible & np.int64(contract[k] >= 5)
        rows = np.int64(weight[k])
        low += rows * eligible
        holders += rows * holds
        informed += rows * ((eligible - holds) & np.int64(aware[k] == 1))
    out[0] += low
    out[1] += holders
    out[2] += informed


@rule
def candidates(suits, contract, aware, barred, declared, ceiling, rows):  # type: ignore[no-untyped-def]
    """List the informed low-income families who are free to apply; return how many.

    >>> rows, zero = np.zeros(3, dtype=np.int64), np.zeros(3)
    >>> found = candidates(np.ones(3), np.array([5, 0, 0]), np.array([1, 1, 0]), zero, zero, 10.0, rows)
    >>> int(found), int(rows[0])
    (1, 1)
    """
    flags = np.empty(len(suits), np.uint8)
    for k in range(len(suits)):
        eligible = np.uint8(eligible_income(np.float64(declared[k]), ceiling))
        free = np.uint8(contract[k] == 0) & np.uint8(barred[k] == 0) & np.uint8(suits[k] != 0)
        flags[k] = eligible & free & np.uint8(aware[k] == 1)
    return marked(flags, rows)


@sweep
def apply(  # type: ignore[no-untyped-def]
    first, last, households, endowments, state, open_now, ceiling, success, amount, applying, key_apply,
    key_file, sums,
):
    """Let aware, eligible families apply, and count the low-income families of each raion.

    ``open_now`` (raions,) is 1 where the year's call is open; it closes when the raion has given all its places.
    ``sums`` is (raions, 3) int64 and receives real low-income families with a feasible business, of these with a
    contract, and of these informed without one. ``amount`` (raions,) is what the size of the grant adds to the odds.
    """
    rows = np.empty(BLOCK, np.int64)
    luck = np.empty(BLOCK)
    calls = open_now.any()
    begin = first
    while begin < last:
        end = min(begin + BLOCK, last)
        a = begin
        while a < end:
            b = run_end(households.raion, a, end)
            count_informed(
                households.weight[a:b], state.best_sector[a:b], state.contract[a:b], state.aware[a:b],
                state.declared[a:b], ceiling, sums[households.raion[a]],
            )
            a = b
        found = candidates(
            state.best_sector[begin:end], state.contract[begin:end], state.aware[begin:end], state.barred[begin:end],
            state.declared[begin:end], ceiling, rows,
        ) if calls else 0
        if found > 0:
            uniforms(key_apply, households.identifier[begin:end], luck)
        for m in range(found):
            i = begin + rows[m]
            raion = households.raion[i]
            if open_now[raion] == 0:
                continue
            odds = application_odds(
                np.float64(state.expected_gain[i]),
                success[raion],
                np.float64(households.distance[i]),
                1 if households.with_disability[i] > 0 else 0,
                np.int64(endowments.operator_woman[i]),
                amount[raion],
                applying,
            )
            if tries(luck[rows[m]], odds):
                state.trained[i] = 1
                if uniform(key_file, households.identifier[i]) < applying.file_share:
                    state.contract[i] = 1
                else:
                    state.barred[i] = 1
        begin = end
