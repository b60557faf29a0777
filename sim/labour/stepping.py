"""Stepping: how an employer weighs its seats one by one, and what a step of the law costs it (model.md E2, E3).

One loop goes over the seats that an employer owes. It says how each would be filled; the same loop says what the seats
beyond a step would cost, so an employer compares a smaller size with what it would really do and not with the levy.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from sim.agents.complying import Mode, choice
from sim.agents.sizing import Response, Site, Sizing, charge_jump, first_step, reach, response
from sim.engine.columns import Array
from sim.engine.compiled import rule
from sim.engine.draws import subkey, uniform
from sim.labour.choosing import Choosing, Seat, hire_ratio, paper_cost, seat_charge, seat_odds
from sim.state.counting import counted_heads, counted_total, employer_base
from sim.state.labour import Owner
from sim.state.labour_state import EmployerState
from sim.state.labour_views import Firms
from sim.state.quota_charge import seat_cost, seat_price
from sim.state.quota_law import BEYOND, missing_seats, required_seats, reserved_seats

RESERVED = len(Mode)  # hires on reserved seats, after the modes


class YearKeys(NamedTuple):
    """Keys of the year's draws; that of the modes is the same every year."""

    assign: np.uint64
    bunch: np.uint64
    hide: np.uint64
    mode: np.uint64


class Need(NamedTuple):
    """What an employer owes and lacks, and which of its seats are to be priced."""

    owed: float
    missing: float
    perceived: float  # yearly probability of an inspection in the employer's eyes
    first: int  # seats from this one on are priced
    most: float  # som a year: more than the charge of a seat no way of filling it costs


@rule
def seat_of(j: int, number: int, need: Need, wishes: Array, firms: Firms, choosing: Choosing) -> Seat:
    """Return a seat of employer ``j`` as it comes up after those with smaller numbers, filled as in ``wishes`` (E3)."""
    state, law, owed = firms.state, choosing.law, need.owed
    kept = np.int64(math.ceil(reserved_seats(law, employer_base(law, state, j, state.reported[j])) - 1e-9))
    later = 1 if wishes[Mode.HIRE] + wishes[RESERVED] > 0 or state.workers[j] > 0 else 0
    room = np.int64(math.floor(law.alternative_cap * owed + 1e-9)) - wishes[Mode.ALTERNATIVE]
    counted, missing = counted_total(state, law, j), min(need.missing, owed - number)
    return Seat(owed, counted, missing, 1 if number < kept else 0, later, room, need.perceived)


@rule
def way_cost(j: int, mode: int, most: float, seat: Seat, firms: Firms, choosing: Choosing) -> float:
    """Return what filling a seat in a way costs in a year, som: what the choice of the way goes by (E3).

    ``most`` is the charge of the seat: who pays, or does nothing, bears it, and nobody bears more.
    """
    law, complying = choosing.law, choosing.complying
    cost = most
    levy, fine = seat_charge(j, firms, law, seat)
    if mode == Mode.HIRE:
        cost = hire_ratio(j, firms, choosing, seat) * law.cheapest
    elif mode == Mode.RELABEL:
        cost = complying.relabel_cost * law.cheapest
    elif mode == Mode.PROFORMA:
        cost = paper_cost(levy + fine, choosing, seat.perceived)
    elif mode == Mode.ALTERNATIVE:
        cost = seat_cost(seat_price(levy, law), law.donation_price, complying.alternative_value)
    return min(max(cost, 0.0), most)


@rule
def short_of_staff(wishes: Array, state: EmployerState, j: int) -> bool:
    """Return whether more seats are to be filled by certified staff than employer ``j`` has such staff (E3)."""
    return wishes[Mode.RELABEL] > np.int64(state.certifiable[j]) + np.int64(state.relabelled[j])


@rule(allocates=True)
def weigh_seats(j: int, need: Need, firms: Firms, choosing: Choosing, key: np.uint64) -> tuple[Array, float]:
    """Return how many of all its seats employer ``j`` would fill in each way, and what the priced ones cost it (E3).

    Reserved hires are last. Luck belongs to a seat of an employer and stays the same over the years: an employer
    changes its mind when costs, size or the law change, not because a year has passed.
    """
    wishes, cost = np.zeros(RESERVED + 1, np.int64), 0.0
    for number in range(np.int64(math.ceil(need.owed - 1e-9))):
        seat = seat_of(j, number, need, wishes, firms, choosing)
        odds = seat_odds(j, firms, choosing, seat)
        u = uniform(subkey(key, number), firms.table.identifier[j])
        mode = choice(u, odds.hire, odds.relabel, odds.proforma, odds.alternative, odds.pay, odds.ignore)
        wishes[RESERVED if mode == Mode.HIRE and seat.reserved == 1 else np.int64(mode)] += 1
        if number >= need.first:
            lacking = mode == Mode.RELABEL and short_of_staff(wishes, firms.state, j)
            cost += need.most if lacking else way_cost(j, mode, need.most, seat, firms, choosing)
    return wishes, cost


@rule(allocates=True)
def step_cost(
    j: int, step: float, site: Site, perceived: float, firms: Firms, choosing: Choosing, key: np.uint64
) -> float:
    """Return what a step of the law costs employer ``j`` in a year, som (E2).

    Each seat that the step adds costs what the way costs in which this employer would fill it: a hire, a present worker
    certified, a contract on paper, purchases or donations, or the charge itself; never more than the charge.
    """
    law = choosing.law
    jump = charge_jump(law, step, site)
    owed, before = required_seats(law, site.public, step), required_seats(law, site.public, step - 1.0)
    first = np.int64(math.ceil(before - 1e-9))
    added = np.int64(math.ceil(owed - 1e-9)) - first
    if jump <= 0.0 or added <= 0:
        return jump
    gap = max(0.0, reserved_seats(law, step) - site.severe)
    missing = missing_seats(owed, site.counted, 0.0, gap)
    return weigh_seats(j, Need(owed, missing, perceived, int(first), jump / added), firms, choosing, key)[1]


@rule(allocates=True)
def respond(
    j: int, site: Site, perceived: float, firms: Firms, choosing: Choosing, sizing: Sizing, keys: YearKeys
) -> tuple[int, int]:
    """Return (response, size below which employer ``j`` stays) over all steps in reach, smallest first (E2).

    A budget body keeps to its staff list: government sets it by what the body is to do, the body keeps no profit from
    fewer staff, and its levy goes back to the same budget.
    """
    if site.public == 1 or site.largest <= 0.0:
        return Response.AS_WANTED, 0
    steps, who = choosing.law.steps, firms.table.identifier[j]
    k = first_step(steps, site.wanted - reach(site.largest / site.wage, site.wanted, sizing.exponent))
    while k < steps.shape[0] and steps[k] <= site.wanted and steps[k] < BEYOND:
        step = steps[k]
        u_bunch, u_hide = uniform(subkey(keys.bunch, k), who), uniform(subkey(keys.hide, k), who)
        cost = step_cost(j, step, site, perceived, firms, choosing, keys.mode) / site.wage
        chosen = response(site.wanted, step, cost, site.private, u_bunch, u_hide, sizing)
        if chosen != Response.AS_WANTED:
            return chosen, int(step) - 1
        k += 1
    return Response.AS_WANTED, 0


@rule(allocates=True)
def choose_size(
    j: int, size: int, perceived: float, firms: Firms, choosing: Choosing, sizing: Sizing, keys: YearKeys
) -> int:
    """Let employer ``j`` stay below a step of the law or hide staff; return its response (E2).

    ``perceived`` is the yearly probability of an inspection in its eyes.
    """
    table, state, law = firms.table, firms.state, choosing.law
    fined = perceived * choosing.inspecting.checked * choosing.inspecting.enforced
    outside = counted_heads(state, j) if law.base_without == 1 else 0.0
    site = Site(
        1 if table.owner[j] == Owner.BUDGET else 0,
        1 if table.owner[j] == Owner.PRIVATE else 0,
        np.float64(state.wanted[j]) - outside,
        choosing.standing.largest + fined * law.fine * law.largest_fine,
        12.0 * firms.prices.wage[j],
        counted_total(state, law, j),
        np.float64(state.severe[j]),
        np.float64(state.years_zero[j]),
        fined,
    )
    chosen, below = respond(j, site, perceived, firms, choosing, sizing, keys)
    below += np.int64(outside)
    if chosen == Response.SMALLER:
        state.limit[j] = below
        state.staff[j] = min(size, below)
        state.reported[j] = state.staff[j]
    elif chosen == Response.HIDDEN:
        state.report_limit[j] = below
        state.reported[j] = min(size, below)
    return chosen
