"""Meeting: one month of the market for persons with disabilities, oblast by oblast (model.md S1, P3, P4, S3, E4)."""

from __future__ import annotations

import math
from enum import IntEnum
from typing import NamedTuple

import numpy as np

from sim.agents.complying import Complying
from sim.agents.hiring import Hiring, is_additional, share_brought
from sim.agents.matching import Matching, matches, offer_probability, referred_weight, seeker_weight, smallest
from sim.agents.seeking import Wanting, relative_productivity, wants_to_work
from sim.engine.columns import Array
from sim.engine.compiled import rule, sweep
from sim.engine.draws import subkey, uniform
from sim.engine.math import normal, power
from sim.labour.accounts import SCALE, Event, Line, charge
from sim.offices.placing import Placing, accommodation_need
from sim.state.counting import person_severe, person_weight
from sim.state.labour_state import POOL, Labour, Origin
from sim.state.labour_views import Firms, Prices, Register
from sim.state.quota_law import QuotaTerms
from sim.state.service_terms import ServiceTerms
from sim.taxes_benefits.employers import first_hire_grant

__all__ = ["Hall", "Keys", "Limits", "Market", "Openings", "Prices", "SeatKind", "meet"]


class SeatKind(IntEnum):
    """Kind of a vacancy, in the order in which they are filled."""

    RESERVED = 0  # quota seat for the severe groups
    QUOTA = 1  # other quota seat
    OPEN = 2  # vacancy that is posted anyway
    POOL = 3  # small employers


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


class Market(NamedTuple):
    """What holds for everybody in a month of the market."""

    t: int
    law: QuotaTerms
    services: ServiceTerms
    wanting: Wanting
    complying: Complying
    hiring: Hiring
    matching: Matching
    placing: Placing
    keys: Keys


class Hall(NamedTuple):
    """Seekers and vacancies of a month, and what is added up about them."""

    seekers: Array  # rows of persons, oblast by oblast
    ends: Array  # (oblasts,) end of the oblast's part
    openings: Openings
    limits: Limits
    sums: Array  # (oblasts, 3) receives vacancies, seekers and effective seekers
    events: Array  # (oblasts, Event)
    money: Array  # (oblasts, Line)


class Crowd(NamedTuple):
    """Seekers of one oblast."""

    rows: Array
    plain: Array  # weight with small employers
    referred: Array  # weight where vacancies are notified to the employment service
    offered: Array  # 1: has had an offer this month


class Round(NamedTuple):
    """Vacancies of one kind in one oblast."""

    kind: int
    number: int
    expected: float  # offers
    effective: float  # sum of the weights of those who may take one


@rule
def accepts(i: int, pay: float, hours: float, register: Register, deflator: float, wanting: Wanting) -> bool:
    """Return whether person ``i`` accepts full-time pay ``pay`` (nominal) for the given hours (P4)."""
    able = relative_productivity(np.int64(register.who.group[i]), wanting.productivity)
    wage = wanting.wage[register.who.oblast[i]]
    return wants_to_work(
        i, np.float64(register.now.will_luck[i]), pay * able * hours / deflator, wage, register, wanting
    )


@rule
def take_job(i: int, j: int, origin: int, short: int, register: Register, firms: Firms, market: Market) -> None:
    """Put person ``i`` to work with employer ``j`` (-1: the pool) and account for the seat (E4)."""
    persons, state = register.who, register.now
    employers, services = firms.state, market.services
    state.employer[i] = j
    state.origin[i] = origin
    state.since[i] = market.t
    state.half_time[i] = short
    state.accommodated[i] = 0
    coached = 1 if state.coached_until[i] > market.t else 0
    brought = share_brought(1 if origin == Origin.QUOTA else 0, coached, market.matching.coaching_ratio)
    state.additional[i] = is_additional(uniform(market.keys.replace, persons.identifier[i]), brought, market.hiring)
    state.state[i] = Labour.EMPLOYED
    if j < 0:
        return
    if origin == Origin.QUOTA and employers.additional[j] >= employers.room[j]:
        state.additional[i] = 0  # the employer keeps to the size that it wants
    employers.workers[j] += 1
    employers.additional[j] += state.additional[i]
    if employers.owed[j] > 0.0:
        state.state[i] = Labour.COUNTED
        employers.counted[j] += person_weight(market.law, persons, state, i, firms.prices.pay_share[j])
        employers.severe[j] += person_severe(market.law, persons, i)
    if services.subsidy_months > 0 and services.subsidy_share > 0.0:
        state.subsidy_until[i] = market.t + services.subsidy_months


@rule
def fit_workplace(i: int, register: Register, deflator: float, market: Market, limits: Limits, money: Array) -> None:
    """Fit the workplace of person ``i`` if that costs nothing or the budget still covers it (S3)."""
    persons, state = register.who, register.now
    oblast, who = persons.oblast[i], persons.identifier[i]
    score = normal(uniform(market.keys.cost, who))
    need = accommodation_need(
        uniform(market.keys.zero, who), score, np.int64(persons.group[i]), market.placing
    ) * deflator
    if need == 0.0:
        state.accommodated[i] = 1
    elif need <= market.services.accommodation_ceiling and need <= limits.accommodation[oblast]:
        limits.accommodation[oblast] -= need
        money[oblast, Line.ACCOMMODATION] += np.int64(math.floor(need * SCALE + 0.5))
        state.accommodated[i] = 1


@rule(allocates=True)
def crowd_of(r: int, register: Register, market: Market, hall: Hall) -> Crowd:
    """Return the seekers of oblast ``r`` with their weights (P3), and add them up."""
    state, matching = register.now, market.matching
    rows = hall.seekers[hall.ends[r - 1] if r > 0 else 0 : hall.ends[r]]
    plain, referred = np.empty(len(rows), np.float64), np.empty(len(rows), np.float64)
    total = 0.0
    for k in range(len(rows)):
        i = rows[k]
        since_subsidy = market.t - np.int64(state.subsidy_until[i])
        after = 1 if since_subsidy >= 0 and since_subsidy < 12 else 0
        plain[k] = seeker_weight(1 if state.coached_until[i] > market.t else 0, after, matching)
        referred[k] = referred_weight(plain[k], 1 if state.state[i] == Labour.REGISTERED else 0, matching)
        total += plain[k]
    hall.sums[r, 1] = np.float64(len(rows))
    hall.sums[r, 2] = total
    return Crowd(rows, plain, referred, np.zeros(len(rows), np.uint8))


@rule
def may_take(k: int, kind: int, crowd: Crowd, register: Register, law: QuotaTerms) -> bool:
    """Return whether a seeker without an offer may take a vacancy of a kind: reserved seats are for severe groups."""
    return crowd.offered[k] == 0 and (
        kind != SeatKind.RESERVED or person_severe(law, register.who, crowd.rows[k]) == 1
    )


@rule
def vacancies_of(r: int, kind: int, openings: Openings) -> tuple[int, int]:
    """Return where the vacancies of a kind of oblast ``r`` begin, and how many there are.

    >>> openings = Openings(np.zeros((1, 5)), np.array([[3, 5]]))
    >>> [int(n) for n in vacancies_of(0, 0, openings)], [int(n) for n in vacancies_of(1, 0, openings)]
    ([0, 3], [3, 2])
    """
    start = openings.ends[kind, r - 1] if r > 0 else 0
    return start, openings.ends[kind, r] - start


@rule
def round_of(r: int, kind: int, crowd: Crowd, register: Register, market: Market, hall: Hall) -> Round:
    """Return how many offers are expected for the vacancies of a kind in oblast ``r`` (P3)."""
    matching, limits = market.matching, hall.limits
    count, effective = 0, 0.0
    for k in range(len(crowd.rows)):
        if may_take(k, kind, crowd, register, market.law):
            count += 1
            effective += crowd.plain[k] if kind == SeatKind.POOL else crowd.referred[k]
    if kind == SeatKind.POOL:
        share = 1.0
        if limits.base[r] > 0.0:
            share = power(effective / limits.base[r], matching.elasticity)
        return Round(kind, count, min(np.float64(count), limits.pool[r] * share), effective)
    number = int(vacancies_of(r, kind, hall.openings)[1])
    psi = matching.callback if kind == SeatKind.OPEN else 1.0
    return Round(kind, number, matches(np.float64(count), effective, np.float64(number), psi, matching), effective)


@rule(allocates=True)
def winners(crowd: Crowd, round_: Round, register: Register, market: Market) -> Array:
    """Return places in the crowd of those who get an offer, the luckiest first, no more than vacancies (P3)."""
    kind, count = round_.kind, len(crowd.rows)
    key = subkey(market.keys.quota if kind <= SeatKind.QUOTA else market.keys.open_, kind)
    lucky, luck, offers = np.empty(count, np.int64), np.empty(count, np.float64), 0
    for k in range(count):
        if may_take(k, kind, crowd, register, market.law):
            weight = crowd.plain[k] if kind == SeatKind.POOL else crowd.referred[k]
            u = uniform(key, register.who.identifier[crowd.rows[k]])
            if u < offer_probability(round_.expected, weight, round_.effective):
                lucky[offers] = k
                luck[offers] = u
                offers += 1
    kept = min(offers, round_.number)
    return lucky[smallest(luck, offers, kept)] if kept > 0 else lucky[:0]


@rule(allocates=True)
def drawn_seats(r: int, kind: int, kept: int, firms: Firms, market: Market, openings: Openings) -> Array:
    """Return employers of so many vacancies of a kind of oblast ``r``, drawn by lot."""
    start, vacancies = vacancies_of(r, kind, openings)
    draws, number = np.empty(vacancies, np.float64), 0
    for m in range(vacancies):
        j = openings.rows[kind, start + m]
        number = number + 1 if m > 0 and openings.rows[kind, start + m - 1] == j else 0
        draws[m] = uniform(subkey(market.keys.seat, 1000 * kind + number), firms.table.identifier[j])
    return openings.rows[kind, start : start + vacancies][smallest(draws, vacancies, kept)]


@rule
def join_pool(i: int, register: Register, firms: Firms, market: Market, events: Array) -> None:
    """Put person ``i`` to work with a small employer."""
    take_job(i, POOL, Origin.POOLED, 0, register, firms, market)
    events[register.who.oblast[i], Event.HIRED_POOL] += 1


@rule
def answer(i: int, j: int, kind: int, register: Register, firms: Firms, market: Market, hall: Hall) -> None:
    """Let person ``i`` answer the offer of employer ``j`` and, if she accepts, begin to work there (P4, E4, S1, S3).

    Who is registered is placed by an officer, as long as officers have time.
    """
    persons, state = register.who, register.now
    law, limits, events, r = market.law, hall.limits, hall.events, np.int64(persons.oblast[i])
    served = state.state[i] == Labour.REGISTERED
    if served and np.float64(limits.placed[r]) >= limits.placements[r]:
        return
    short = 0
    if kind != SeatKind.OPEN and law.short_hours < 1.0:
        short = 1 if uniform(market.keys.hours, persons.identifier[i]) < market.complying.short_hours else 0
    hours = law.short_hours if short == 1 else 1.0
    if not accepts(i, firms.prices.pay[j], hours, register, firms.prices.deflator, market.wanting):
        return
    origin = Origin.OPEN if kind == SeatKind.OPEN else Origin.QUOTA
    grant = first_hire_grant(np.float64(firms.state.workers[j]), market.services.first_hire_grant)
    if grant > 0.0:
        charge(r, np.int64(firms.table.owner[j]), -grant, Line.FIRST_HIRE, hall.money)
    take_job(i, j, origin, short, register, firms, market)
    fit_workplace(i, register, firms.prices.deflator, market, limits, hall.money)
    if kind == SeatKind.RESERVED:
        firms.state.reserved_open[j] -= 1
    elif kind == SeatKind.QUOTA:
        firms.state.quota_open[j] -= 1
    events[r, Event.HIRED_OPEN if kind == SeatKind.OPEN else Event.HIRED_QUOTA] += 1
    if served:
        limits.placed[r] += 1
        events[r, Event.PLACED] += 1
        if kind != SeatKind.OPEN:
            events[r, Event.PLACED_QUOTA] += 1


@sweep(allocates=True)
def meet(first: int, last: int, register: Register, firms: Firms, market: Market, hall: Hall) -> None:
    """Match seekers and vacancies of each oblast: reserved seats, other quota seats, open ones, small employers."""
    for r in range(first, last):
        for kind in range(SeatKind.POOL):
            hall.sums[r, 0] += np.float64(vacancies_of(r, kind, hall.openings)[1])
        crowd = crowd_of(r, register, market, hall)
        for kind in range(SeatKind.POOL + 1):
            round_ = round_of(r, kind, crowd, register, market, hall)
            if round_.expected <= 0.0:
                continue
            chosen = winners(crowd, round_, register, market)
            employers = chosen
            if kind != SeatKind.POOL and len(chosen) > 0:
                employers = drawn_seats(r, kind, len(chosen), firms, market, hall.openings)
            for m in range(len(chosen)):
                crowd.offered[chosen[m]] = 1
                i = crowd.rows[chosen[m]]
                if kind == SeatKind.POOL:
                    join_pool(i, register, firms, market, hall.events)
                else:
                    answer(i, employers[m], kind, register, firms, market, hall)
