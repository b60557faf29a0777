"""Seeking: whether a person with a disability wants to work, looks for work and registers (model.md P1, P2)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.agents.entering import of_working_age
from sim.engine.columns import Array
from sim.engine.compiled import rule, sweep
from sim.engine.draws import uniform
from sim.engine.math import log, logistic
from sim.state.labour_state import Labour, PersonState
from sim.state.labour_views import Register
from sim.state.support import Support, has_assistant, has_remote_place


class Productivity(NamedTuple):
    """Relative productivity by certified group."""

    group_1: float  # cap_I
    group_2: float  # cap_II
    group_3: float  # cap_III


class Seeking(NamedTuple):
    """Parameters of willingness, search and registration; log-odds unless said otherwise."""

    base_willingness: float  # pwd_b0
    gain: float  # pwd_b1, per average wage of net gain
    secondary: float  # pwd_b2
    digital: float  # pwd_b3
    coaching: float  # pwd_b4, a coach is there for everyone who looks for work in the oblast
    age: float  # pwd_b5, per decade above 40
    keep: float  # pwd_will_keep, share that keeps last year's luck
    travel: float  # pwd_travel, som of 2023 a month
    care: float  # pwd_care, som of 2023 a month, groups I and II
    feared_loss: float  # pwd_benloss, share of the benefit
    search: float  # pwd_search, monthly
    discouragement: float  # pwd_discourage, per log tightness
    register: float  # pwd_reg0, monthly
    register_distance: float  # pwd_reg_dist, per 10 km


@rule
def relative_productivity(group: int, productivity: Productivity) -> float:
    """Return the relative productivity of a certified group.

    >>> class P: group_1, group_2, group_3 = 0.65, 0.78, 0.87
    >>> relative_productivity(1, P), relative_productivity(3, P)
    (0.65, 0.87)
    """
    if group == 1:
        return productivity.group_1
    return productivity.group_2 if group == 2 else productivity.group_3


@rule
def lost_share(feared: float, kept: float) -> float:
    """Return the share of a benefit that a person expects to lose by working: what the law takes, and what is feared.

    ``kept`` is the share that the law leaves to workers; of that a person fears to lose the share ``feared``.

    >>> lost_share(0.25, 1.0), lost_share(0.25, 0.5), lost_share(0.25, 0.0)
    (0.25, 0.625, 1.0)
    """
    return feared * kept + (1.0 - kept)


@rule
def net_gain(pay: float, benefit: float, group: int, assisted: int, remote: int, seeking: Seeking) -> float:
    """Return what work adds to the purse in the person's eyes, som of 2023 a month (gain in P1).

    With a personal assistant nobody has to be paid for care; remote work needs no travel.

    >>> class P: feared_loss, travel, care = 0.5, 2000.0, 3000.0
    >>> net_gain(20000.0, 6000.0, 3, 0, 0, P), net_gain(20000.0, 6000.0, 1, 0, 0, P)
    (15000.0, 12000.0)
    >>> net_gain(20000.0, 6000.0, 1, 1, 1, P)
    17000.0
    """
    care = seeking.care if group <= 2 and assisted == 0 else 0.0
    travel = seeking.travel if remote == 0 else 0.0
    return pay - seeking.feared_loss * benefit - travel - care


@rule
def willingness(
    gain: float, average_wage: float, secondary: int, digital: int, coaching: float, age: int, seeking: Seeking
) -> float:
    """Return the probability of wanting to work at a given net gain (L(Vw) in P1).

    >>> class P: base_willingness, gain, secondary, digital, coaching, age = -1.0, 2.0, 0.4, 0.2, 0.3, -0.4
    >>> willingness(15000.0, 30000.0, 0, 0, 0, 30, P), willingness(0.0, 30000.0, 1, 1, 1, 35, P) < 0.5
    (0.5, True)
    """
    score = seeking.base_willingness + seeking.gain * gain / average_wage + seeking.secondary * secondary
    score += seeking.digital * digital + seeking.coaching * coaching
    return logistic(score + seeking.age * max(0.0, age - 40.0) / 10.0)


@rule
def search_probability(coached: int, coaching_ratio: float, tightness: float, seeking: Seeking) -> float:
    """Return the monthly probability that a willing person without work looks for it (P2).

    >>> class P: search, discouragement = 0.0, 0.3
    >>> search_probability(0, 1.5, 1.0, P), round(search_probability(1, 1.5, 1.0, P), 9)
    (0.5, 0.6)
    """
    return logistic(seeking.search + coached * log(coaching_ratio) + seeking.discouragement * log(tightness))


@rule
def registration_probability(distance: float, seeking: Seeking) -> float:
    """Return the monthly probability that a searcher registers with the employment service (P2).

    >>> class P: register, register_distance = 1.0, -0.1
    >>> registration_probability(100.0, P), round(registration_probability(0.0, P), 6)
    (0.5, 0.731059)
    """
    return logistic(seeking.register + seeking.register_distance * distance / 10.0)


class Wanting(NamedTuple):
    """What persons weigh who decide whether to work: parameters, and what is offered, som of 2023 by oblast."""

    seeking: Seeking
    productivity: Productivity
    support: Support
    benefit: Array  # (persons,) pension or benefit for disability
    pay: Array  # (oblasts,) full-time wage offered
    wage: Array  # (oblasts,) average wage


@rule
def wants_to_work(i: int, luck: float, pay: float, wage: float, register: Register, wanting: Wanting) -> bool:
    """Return whether person ``i`` with the luck of the year works at full-time pay ``pay``, som of 2023 (P1, P4).

    ``wage`` is the average wage of the oblast. Digital access is read from living in a city.
    """
    persons, support = register.who, wanting.support
    oblast, who, group = persons.oblast[i], persons.identifier[i], np.int64(persons.group[i])
    remote = has_remote_place(support, oblast, who)
    gain = net_gain(
        pay, np.float64(wanting.benefit[i]), group, has_assistant(support, oblast, group, who), remote, wanting.seeking
    )
    chance = willingness(
        gain,
        wage,
        np.int64(persons.secondary[i]),
        max(np.int64(persons.urban[i]), remote),
        support.coaching[oblast],
        np.int64(persons.age[i]),
        wanting.seeking,
    )
    return luck < chance


@sweep
def decide_willingness(
    first: int, last: int, register: Register, wanting: Wanting, key_keep: np.uint64, key_will: np.uint64, all_new: int
) -> None:
    """Decide for the year who wants to work; ``all_new`` is 1 in the first year, when nobody has luck to carry over."""
    persons, state = register.who, register.now
    for i in range(first, last):
        if of_working_age(np.int64(persons.age[i])) == 0:
            continue
        who, oblast = persons.identifier[i], persons.oblast[i]
        if all_new == 1 or uniform(key_keep, who) >= wanting.seeking.keep:
            state.will_luck[i] = uniform(key_will, who)
        pay = wanting.pay[oblast] * relative_productivity(np.int64(persons.group[i]), wanting.productivity)
        wants = wants_to_work(i, np.float64(state.will_luck[i]), pay, wanting.wage[oblast], register, wanting)
        state.willing[i] = 1 if wants else 0


@sweep
def search_chances(
    first: int, last: int, tightness: Array, coaching_ratio: float, seeking: Seeking, out: Array
) -> None:
    """Write the monthly search probability by oblast, without and with a coach."""
    for r in range(first, last):
        for coached in range(2):
            out[r, coached] = search_probability(coached, coaching_ratio, tightness[r], seeking)


@sweep
def list_active(first: int, last: int, state: PersonState, active: Array) -> int:
    """List the persons who may act this month, in row order: willing, not idle, or own business; return how many."""
    count = 0
    for i in range(first, last):
        active[count] = i
        acts = (state.willing[i] == 1) | (state.own_business[i] == 1) | (state.state[i] != Labour.IDLE)
        count += np.int64(acts)
    return count


class Searching(NamedTuple):
    """The month of search: chances by oblast, without and with a coach, and the keys of the draws."""

    t: int
    chances: Array  # (oblasts, 2)
    seeking: Seeking
    search: np.uint64
    register: np.uint64


@rule
def begin_search(i: int, coached: int, register: Register, month: Searching) -> bool:
    """Let willing person ``i`` without work look for it and register; return whether she looks for work (P2).

    Who is registered has to report: registration lapses in a month without search.
    """
    persons, state = register.who, register.now
    who = persons.identifier[i]
    searching = uniform(month.search, who) < month.chances[persons.oblast[i], coached]
    if state.state[i] == Labour.REGISTERED:
        if not searching:
            state.state[i] = Labour.IDLE
        return searching
    state.state[i] = Labour.SEEKING if searching else Labour.IDLE
    if searching and uniform(month.register, who) < registration_probability(
        np.float64(persons.distance[i]), month.seeking
    ):
        state.state[i] = Labour.REGISTERED
        state.registered_at[i] = month.t
    return searching


@sweep
def seek(
    first: int, last: int, active: Array, register: Register, month: Searching, seekers: Array, ends: Array
) -> int:
    """Let willing persons without work look for it; list the searchers, in row order; return how many.

    ``active`` lists the rows to look at, sorted by oblast; ``ends[oblast]`` receives the end of the oblast's part of
    ``seekers``.
    """
    persons, state = register.who, register.now
    count, oblast = 0, 0
    for a in range(first, last):
        i = active[a]
        now = np.int64(state.state[i])
        while oblast < persons.oblast[i]:
            ends[oblast] = count
            oblast += 1
        if now == Labour.EMPLOYED or now == Labour.COUNTED or now == Labour.SHELTERED:
            continue
        if state.own_business[i] == 1:
            state.state[i] = Labour.OWN_BUSINESS
        elif state.willing[i] == 0 or persons.certified_from[i] > month.t:
            state.state[i] = Labour.IDLE
        elif begin_search(i, 1 if state.coached_until[i] > month.t else 0, register, month):
            seekers[count] = i
            count += 1
    for r in range(oblast, ends.shape[0]):
        ends[r] = count
    return count
