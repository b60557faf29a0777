"""Meeting: one month of the market for persons with disabilities, oblast by oblast (model.md S1, P3, P4, S3, E4)."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from sim.agents.hiring import is_additional
from sim.agents.matching import matches, offer_probability, referred_weight, seeker_weight, smallest
from sim.agents.seeking import net_gain, relative_productivity, willingness
from sim.engine.columns import Array
from sim.engine.compiled import rule, sweep
from sim.engine.draws import subkey, uniform
from sim.engine.math import normal, power
from sim.labour import accounts
from sim.labour.accounts import ACCOMMODATION, HIRED_OPEN, HIRED_POOL, HIRED_QUOTA, PLACED, PLACED_QUOTA
from sim.offices.placing import accommodation_need
from sim.state.counting import person_severe, person_weight
from sim.state.labour_state import COUNTED, EMPLOYED, OPEN, POOL, POOLED, QUOTA, REGISTERED
from sim.state.support import has_assistant, has_remote_place

RESERVED_SEAT, QUOTA_SEAT, OPEN_SEAT, POOL_SEAT = range(4)
SCALE = accounts.SCALE


class Prices(NamedTuple):
    """Wages of the month, nominal som."""

    wage: Array  # (employers,) mean wage
    pay: Array  # (employers,) full-time pay of the job offered
    pay_share: Array  # (employers,) the same over the average wage
    pool_pay: Array  # (oblasts,) full-time pay offered by small employers
    oblast_wage: Array  # (oblasts,) average wage
    deflator: float


class Openings(NamedTuple):
    """Vacancies of the month: rows of employers, one entry a seat, by kind and oblast."""

    rows: Array  # (3, capacity)
    ends: Array  # (3, oblasts) end of the oblast's part


class Limits(NamedTuple):
    """What the employment service can do in a month, in rows, by oblast."""

    placements: Array  # (oblasts,) of the year
    accommodation: Array  # (oblasts,) som left this year for each row's people
    pool: Array  # (oblasts,) hires of small employers at the base competition
    base: Array  # (oblasts,) effective seekers of the base, 0 where none are known
    placed: Array  # (oblasts,) placements of the year so far


class Keys(NamedTuple):
    """Keys of the month's draws."""

    quota: np.uint64
    open_: np.uint64
    seat: np.uint64
    hours: np.uint64
    replace: np.uint64
    zero: np.uint64
    cost: np.uint64


@rule
def accepts(i, pay, hours, persons, state, prices, support, seeking, productivity):  # type: ignore[no-untyped-def]
    """Return 1 if person ``i`` accepts full-time pay ``pay`` (nominal) for the given hours (P4)."""
    group = np.int64(persons.group[i])
    oblast = persons.oblast[i]
    real = pay * relative_productivity(group, productivity) * hours / prices.deflator
    who = persons.identifier[i]
    remote = has_remote_place(support, oblast, who)
    assisted = has_assistant(support, oblast, group, who)
    chance = willingness(
        net_gain(real, np.float64(persons.benefit[i]), group, assisted, remote, seeking),
        prices.oblast_wage[oblast] / prices.deflator,
        np.int64(persons.secondary[i]),
        max(np.int64(persons.urban[i]), remote),
        support.coaching[oblast],
        np.int64(persons.age[i]),
        seeking,
    )
    return 1 if np.float64(state.will_luck[i]) < chance else 0


@rule
def take_job(i, j, origin, short, t, persons, state, employers, law, services, hiring, prices, keys):  # type: ignore[no-untyped-def]
    """Put person ``i`` to work with employer ``j`` (-1: the pool) and account for the seat (E4)."""
    state.employer[i] = j
    state.origin[i] = origin
    state.since[i] = t
    state.half_time[i] = short
    state.accommodated[i] = 0
    state.additional[i] = 0
    state.state[i] = EMPLOYED
    if j < 0:
        return
    employers.workers[j] += 1
    if origin == QUOTA:
        state.additional[i] = is_additional(uniform(keys.replace, persons.identifier[i]), hiring)
        employers.additional[j] += state.additional[i]
    if employers.owed[j] > 0.0:
        state.state[i] = COUNTED
        employers.counted[j] += person_weight(law, persons, state, i, prices.pay_share[j])
        employers.severe[j] += person_severe(law, persons, i)
    if services.subsidy_months > 0 and services.subsidy_share > 0.0:
        state.subsidy_until[i] = t + services.subsidy_months


@rule
def fit_workplace(i, oblast, persons, state, services, placing, limits, prices, keys, money):  # type: ignore[no-untyped-def]
    """Fit the workplace of person ``i`` if that costs nothing or the budget still covers it (S3)."""
    who = persons.identifier[i]
    score = normal(uniform(keys.cost, who))
    need = accommodation_need(uniform(keys.zero, who), score, np.int64(persons.group[i]), placing) * prices.deflator
    if need == 0.0:
        state.accommodated[i] = 1
    elif need <= services.accommodation_ceiling and need <= limits.accommodation[oblast]:
        limits.accommodation[oblast] -= need
        money[oblast, ACCOMMODATION] += np.int64(math.floor(need * SCALE + 0.5))
        state.accommodated[i] = 1


@sweep(allocates=True)
def meet(  # type: ignore[no-untyped-def]
    first, last, persons, state, employers, table, law, services, openings, limits, prices, t, support, seekers,
    ends, tightness_sums, complying, hiring, matching, placing, productivity, seeking, keys, events, money,
):  # fmt: skip
    """Match seekers and vacancies of each oblast: reserved seats, other quota seats, open vacancies, small employers.

    ``tightness_sums[oblast]`` receives vacancies, seekers and effective seekers of the month.
    """
    for r in range(first, last):
        begin = ends[r - 1] if r > 0 else 0
        n = ends[r] - begin
        for kind in range(3):
            before = openings.ends[kind, r - 1] if r > 0 else 0
            tightness_sums[r, 0] += np.float64(openings.ends[kind, r] - before)
        tightness_sums[r, 1] = np.float64(n)
        if n == 0:
            continue
        plain = np.empty(n, np.float64)
        referred = np.empty(n, np.float64)
        offered = np.zeros(n, np.uint8)
        total = 0.0
        for k in range(n):
            i = seekers[begin + k]
            since_subsidy = t - np.int64(state.subsidy_until[i])
            after = 1 if since_subsidy >= 0 and since_subsidy < 12 else 0
            plain[k] = seeker_weight(1 if state.coached_until[i] > t else 0, after, matching)
            referred[k] = referred_weight(plain[k], 1 if state.state[i] == REGISTERED else 0, matching)
            total += plain[k]
        tightness_sums[r, 2] = total
        for kind in range(4):
            weights = plain if kind == POOL_SEAT else referred
            count = 0
            effective = 0.0
            for k in range(n):
                if offered[k] == 0 and (kind != RESERVED_SEAT or person_severe(law, persons, seekers[begin + k]) == 1):
                    count += 1
                    effective += weights[k]
            start = 0
            if kind == POOL_SEAT:
                vacancies = count
                share = 1.0
                if limits.base[r] > 0.0:
                    share = power(effective / limits.base[r], matching.elasticity)
                expected = min(np.float64(count), limits.pool[r] * share)
            else:
                start = openings.ends[kind, r - 1] if r > 0 else 0
                vacancies = openings.ends[kind, r] - start
                psi = matching.callback if kind == OPEN_SEAT else 1.0
                expected = matches(np.float64(count), effective, np.float64(vacancies), psi, matching)
            if expected <= 0.0:
                continue
            key = subkey(keys.quota if kind <= QUOTA_SEAT else keys.open_, kind)
            lucky = np.empty(count, np.int64)
            luck = np.empty(count, np.float64)
            offers = 0
            for k in range(n):
                if offered[k] == 0 and (kind != RESERVED_SEAT or person_severe(law, persons, seekers[begin + k]) == 1):
                    u = uniform(key, persons.identifier[seekers[begin + k]])
                    if u < offer_probability(expected, weights[k], effective):
                        lucky[offers] = k
                        luck[offers] = u
                        offers += 1
            kept = min(offers, vacancies)
            if kept == 0:
                continue
            best = smallest(luck, offers, kept)
            seats = best
            if kind != POOL_SEAT:
                draws = np.empty(vacancies, np.float64)
                number = 0
                for m in range(vacancies):
                    j = openings.rows[kind, start + m]
                    number = number + 1 if m > 0 and openings.rows[kind, start + m - 1] == j else 0
                    draws[m] = uniform(subkey(keys.seat, 1000 * kind + number), table.identifier[j])
                seats = smallest(draws, vacancies, kept)
            for m in range(kept):
                k = lucky[best[m]]
                i = seekers[begin + k]
                offered[k] = 1
                if kind == POOL_SEAT:
                    take_job(i, POOL, POOLED, 0, t, persons, state, employers, law, services, hiring, prices, keys)
                    events[r, HIRED_POOL] += 1
                    continue
                served = state.state[i] == REGISTERED
                if served and np.float64(limits.placed[r]) >= limits.placements[r]:
                    continue
                j = openings.rows[kind, start + seats[m]]
                short = 0
                if kind != OPEN_SEAT and law.short_hours < 1.0:
                    short = 1 if uniform(keys.hours, persons.identifier[i]) < complying.short_hours else 0
                hours = law.short_hours if short == 1 else 1.0
                if accepts(i, prices.pay[j], hours, persons, state, prices, support, seeking, productivity) == 0:
                    continue
                origin = OPEN if kind == OPEN_SEAT else QUOTA
                take_job(i, j, origin, short, t, persons, state, employers, law, services, hiring, prices, keys)
                fit_workplace(i, r, persons, state, services, placing, limits, prices, keys, money)
                if kind == RESERVED_SEAT:
                    employers.reserved_open[j] -= 1
                elif kind == QUOTA_SEAT:
                    employers.quota_open[j] -= 1
                events[r, HIRED_OPEN if kind == OPEN_SEAT else HIRED_QUOTA] += 1
                if served:
                    limits.placed[r] += 1
                    events[r, PLACED] += 1
                    if kind != OPEN_SEAT:
                        events[r, PLACED_QUOTA] += 1
