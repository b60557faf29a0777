"""Year: what employers decide in January (model.md E0, E2, E3) and when a new quota enters into force."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from sim.agents.acquiring import Acquiring, certified_share, pressed_share
from sim.agents.complying import Mode
from sim.agents.sizing import Response, Sizing, staff_of, wanted_beyond
from sim.engine.columns import Array
from sim.engine.compiled import rule, sweep
from sim.engine.draws import binomial, poisson, subkey, uniform
from sim.labour.accounts import Event, is_employed
from sim.labour.choosing import Choosing, Odds, Seat, Standing, employer_risk, seat_charge, seat_odds
from sim.labour.stepping import RESERVED, Need, YearKeys, choose_size, weigh_seats
from sim.offices.inspecting import expected_fine, inspection_weight, perceived_probability
from sim.state.counting import counted_total, employer_base, person_severe, person_weight
from sim.state.labour import Employers, Owner
from sim.state.labour_state import NO_LIMIT, EmployerState, Labour, Origin, PersonState
from sim.state.labour_views import Firms, Register
from sim.state.quota_charge import bought_out_seats
from sim.state.quota_law import QuotaTerms, Sanction, missing_seats, required_seats, reserved_seats
from sim.state.service_terms import ServiceTerms

__all__ = ["Choosing", "Odds", "Seat", "Standing", "YearKeys", "decide", "employer_risk", "seat_odds"]

@sweep
def recount(first: int, last: int, register: Register, firms: Firms, law: QuotaTerms) -> None:
    """Count workers and counted workers of every employer anew from the persons; counts must be zero before."""
    persons, state = register.who, register.now
    employers = firms.state
    for i in range(first, last):
        j = np.int64(state.employer[i])
        if j < 0 or not is_employed(np.int64(state.state[i])):
            continue
        employers.counted[j] += person_weight(law, persons, state, i, firms.prices.pay_share[j])
        employers.severe[j] += person_severe(law, persons, i)


@sweep
def mark_counted(first: int, last: int, state: PersonState, employers: EmployerState) -> None:
    """Mark who is counted: workers of employers with a duty."""
    for i in range(first, last):
        if is_employed(np.int64(state.state[i])):
            j = np.int64(state.employer[i])
            state.state[i] = Labour.COUNTED if j >= 0 and employers.owed[j] > 0.0 else Labour.EMPLOYED


@sweep
def assign(
    first: int, last: int, table: Employers, state: EmployerState, law: QuotaTerms, share: Array, key: np.uint64
) -> None:
    """Decide who has a duty this year: all covered employers, or those on the list (E0)."""
    for j in range(first, last):
        covered = law.owners[table.owner[j]] > 0.0 and law.industries[table.industry[j]] > 0.0
        covered = covered and law.here[table.oblast[j]] > 0.0
        if covered and law.listed == 1:
            covered = uniform(key, table.identifier[j]) < share[table.oblast[j]]
        state.assigned[j] = 1 if covered else 0


@sweep
def excuse(
    first: int, last: int, table: Employers, state: EmployerState, law: QuotaTerms, sizes: Array, since: int
) -> None:
    """Take the duty from employers in years of grace: smaller than the law's smallest size in one of the years before.

    ``sizes[since:]`` are the Januaries before this one, the latest first (Q1).
    """
    for j in range(first, last):
        smallest = law.n_min_public if table.owner[j] == Owner.BUDGET else law.n_min
        for year in range(since, since + law.grace):
            if np.float64(sizes[year, j]) < smallest:
                state.assigned[j] = 0


@sweep
def risk_sum(first: int, last: int, state: EmployerState, services: ServiceTerms) -> tuple[float, int]:
    """Return the sum of inspection weights and the number of assigned employers."""
    total = 0.0
    count = 0
    for j in range(first, last):
        if state.assigned[j] == 1:
            count += 1
            total += inspection_weight(
                np.float64(state.staff[j]), np.float64(state.years_zero[j]), services.size_weight, services.zero_weight
            )
    return total, count


@rule
def carry_out(
    j: int, state: EmployerState, law: QuotaTerms, wishes: Array, hired: int, kept: int, gap: float, missing: float
) -> None:
    """Set what employer ``j`` does this year, given how many of all its seats it would fill in each way (E3).

    Workers hired on quota seats, certified staff and paper contracts are wishes come true; what is still wanted is done
    anew, and no more than is missing. ``wishes`` is in the order of modes, reserved hires last, and holds on return
    what was done about the missing seats; ``hired`` are workers found on quota seats, ``kept`` the reserved seats.
    """
    left = np.int64(math.ceil(missing - 1e-9))
    empty = np.int64(math.ceil(gap - 1e-9))
    reserved = min(min(wishes[RESERVED], empty), left)
    left -= reserved
    hires = min(max(wishes[Mode.HIRE] - max(hired - (kept - empty), 0), 0), left)
    left -= hires
    certifiable = min(np.int64(state.certifiable[j]), left)
    relabelled = min(max(wishes[Mode.RELABEL] - np.int64(state.relabelled[j]), 0), certifiable)
    left -= relabelled
    paper = min(max(wishes[Mode.PROFORMA] - np.int64(state.proforma[j]), 0), left)
    left -= paper
    bought = min(min(wishes[Mode.ALTERNATIVE], left), np.int64(math.floor(law.alternative_cap * missing + 1e-9)))
    left -= bought
    ignored = left if law.kind == Sanction.FINE else min(wishes[Mode.IGNORE], left)
    state.reserved_open[j] = reserved
    state.quota_open[j] = hires
    state.relabelled[j] += relabelled
    state.certifiable[j] -= relabelled
    state.proforma[j] += paper
    state.alternative[j] = bought
    wishes[Mode.RELABEL] = relabelled
    wishes[Mode.PROFORMA] = paper
    wishes[Mode.ALTERNATIVE] = bought
    wishes[Mode.PAY] = left - ignored
    wishes[Mode.IGNORE] = ignored


class Onset(NamedTuple):
    """A year in which staff acquire disabilities (W6)."""

    acquiring: Acquiring
    certifiable: float  # share of staff that could be certified and is not, in balance
    kept: float  # chance to stay with the help there is, over that without
    gain: float  # what a certificate is worth to a worker in a year, som


@rule
def employer_gain(j: int, firms: Firms, choosing: Choosing) -> float:
    """Return the yearly levy and expected fine that one more certified worker spares employer ``j``, som (W6)."""
    state, law = firms.state, choosing.law
    counted = counted_total(state, law, j)
    missing = state.owed[j] - counted
    if missing <= 1e-9 or law.kind == Sanction.NO_SANCTION:
        return 0.0
    risk = employer_risk(j, state, choosing.services, choosing.standing)
    levy, fine = seat_charge(j, firms, law, Seat(state.owed[j], counted, missing, 0, 0, 0, risk))
    return levy + expected_fine(risk, fine, choosing.inspecting)


@sweep
def renew_staff(first: int, last: int, firms: Firms, choosing: Choosing, onset: Onset, key: np.uint64) -> None:
    """Let staff acquire disabilities in the year, be certified or not, and leave (W6).

    As many come as leave where the employer gains nothing, so the certifiable stock stays as it is; what a levy makes
    worth certifying builds up over the years.
    """
    state, acquiring = firms.state, onset.acquiring
    for j in range(first, last):
        who = firms.table.identifier[j]
        inflow = onset.certifiable * acquiring.leaving * onset.kept * np.float64(state.staff[j])
        new = poisson(uniform(subkey(key, 0), who), inflow)
        share = certified_share(onset.gain, employer_gain(j, firms, choosing), acquiring)
        certified = binomial(uniform(subkey(key, 1), who), new, pressed_share(share, acquiring))
        left = binomial(uniform(subkey(key, 2), who), np.int64(state.certifiable[j]), acquiring.leaving)
        gone = binomial(uniform(subkey(key, 3), who), np.int64(state.relabelled[j]), acquiring.leaving)
        state.certifiable[j] = np.int64(state.certifiable[j]) + new - certified - left
        state.relabelled[j] = np.int64(state.relabelled[j]) + certified - gone


@rule
def clear(j: int, state: EmployerState) -> int:
    """Forget the decisions of the last year of employer ``j``; return its staff, as many as it wants."""
    state.limit[j] = NO_LIMIT
    state.report_limit[j] = NO_LIMIT
    state.quota_open[j] = 0
    state.reserved_open[j] = 0
    state.alternative[j] = 0
    state.bought_out[j] = 0
    state.owed[j] = 0.0
    state.room[j] = 0
    size = staff_of(np.float64(state.wanted[j]))
    state.staff[j] = size
    state.reported[j] = size
    return size


@rule
def perceived_risk(j: int, firms: Firms, choosing: Choosing, t: int) -> float:
    """Return the yearly probability of an inspection in the eyes of employer ``j`` (S4, E6)."""
    table, standing = firms.table, choosing.standing
    last = standing.fined_at[np.int64(table.oblast[j]), table.industry[j]]
    risk = employer_risk(j, firms.state, choosing.services, standing)
    return perceived_probability(risk, 1 if t - last <= 12 else 0, choosing.inspecting)


@rule
def room_beyond(j: int, perceived: float, firms: Firms, choosing: Choosing, sizing: Sizing) -> int:
    """Return how many quota hires employer ``j`` wants beyond its size, given what a filled seat spares it (E4)."""
    state, law = firms.state, choosing.law
    seat = Seat(state.owed[j], max(state.owed[j] - 1.0, 0.0), 1.0, 0, 0, 0, perceived)
    levy, fine = seat_charge(j, firms, law, seat)
    spared = levy + expected_fine(perceived, fine, choosing.inspecting) + law.hire_bonus
    return min(
        wanted_beyond(np.float64(state.wanted[j]), spared / (12.0 * firms.prices.pay[j]), sizing.exponent), NO_LIMIT
    )


@sweep
def keep_to_size(first: int, last: int, state: PersonState, employers: EmployerState) -> None:
    """Let quota hires beyond what an employer wants this year take jobs that it wants anyway (E4)."""
    for i in range(first, last):
        j = np.int64(state.employer[i])
        if state.additional[i] == 1 and state.origin[i] == Origin.QUOTA and j >= 0:
            if employers.additional[j] > employers.room[j]:
                state.additional[i] = 0
                employers.additional[j] -= 1


@rule(allocates=True)
def fill_seats(j: int, perceived: float, firms: Firms, choosing: Choosing, key: np.uint64, events: Array) -> None:
    """Let employer ``j`` buy out seats and decide about those that are missing (E3, notes to Q8)."""
    state, law, oblast = firms.state, choosing.law, np.int64(firms.table.oblast[j])
    owed, base = state.owed[j], employer_base(law, state, j, state.reported[j])
    gap = max(0.0, reserved_seats(law, base) - np.float64(state.severe[j]))
    missing = missing_seats(owed, counted_total(state, law, j), 0.0, gap)
    if law.buyout_cap > 0.0:
        out = bought_out_seats(law, base, owed, missing)
        state.bought_out[j] = np.int64(out)
        missing = max(missing - out, gap)
    if missing <= 1e-9:
        return
    need = Need(owed, missing, perceived, NO_LIMIT, 0.0)
    wishes = weigh_seats(j, need, firms, choosing, key)[0]
    kept = np.int64(math.ceil(reserved_seats(law, base) - 1e-9))
    carry_out(j, state, law, wishes, np.int64(choosing.standing.hired[j]), kept, gap, missing)
    events[oblast, Event.SEATS_HIRE] += np.int64(state.quota_open[j]) + np.int64(state.reserved_open[j])
    for mode in range(1, RESERVED):
        events[oblast, Event.SEATS_HIRE + mode] += wishes[mode]


@sweep(allocates=True)
def decide(
    first: int, last: int, firms: Firms, choosing: Choosing, t: int, sizing: Sizing, keys: YearKeys, events: Array
) -> None:
    """Let employers choose size and report near steps, and how to meet what is missing."""
    table, state, law = firms.table, firms.state, choosing.law
    for j in range(first, last):
        size = clear(j, state)
        public = 1 if table.owner[j] == Owner.BUDGET else 0
        charged = state.assigned[j] == 1 and law.kind != Sanction.NO_SANCTION
        perceived = 0.0
        if charged:
            perceived = perceived_risk(j, firms, choosing, t)
            chosen = choose_size(j, size, perceived, firms, choosing, sizing, keys)
            if chosen == Response.SMALLER:
                events[table.oblast[j], Event.BUNCHED] += 1
            elif chosen == Response.HIDDEN:
                events[table.oblast[j], Event.HIDING] += 1
        if state.assigned[j] == 1:
            state.owed[j] = required_seats(law, public, employer_base(law, state, j, state.reported[j]))
        if not charged or state.owed[j] <= 0.0 or law.proforma_counts == 0:
            state.proforma[j] = 0
        if charged and state.owed[j] > 0.0:
            state.room[j] = room_beyond(j, perceived, firms, choosing, sizing)
            fill_seats(j, perceived, firms, choosing, keys.mode, events)
