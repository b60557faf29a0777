"""Year: what employers decide in January (model.md E0, E2, E3) and when a new quota enters into force."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from sim.agents.complying import (
    ALTERNATIVE,
    FORBIDDEN,
    HIRE,
    IGNORE,
    PAY,
    PROFORMA,
    RELABEL,
    adaptation_months,
    choice,
    hire_constant,
    hire_cost,
    price_response,
)
from sim.agents.sizing import HIDDEN, SMALLER, respond, staff_of
from sim.engine.columns import Array
from sim.engine.compiled import rule, sweep
from sim.engine.draws import subkey, uniform
from sim.labour.accounts import BUNCHED, HIDING, SEATS_HIRE, seat_cost, seat_price
from sim.offices.inspecting import inspection_probability, inspection_weight, perceived_probability
from sim.state.counting import counted_heads, counted_total, employer_base, person_severe, person_weight
from sim.state.labour import BUDGET, PRIVATE
from sim.state.labour_state import COUNTED, EMPLOYED, NO_LIMIT
from sim.state.quota_charge import bought_out_seats, charge_ratio, marginal_fine, marginal_levy
from sim.state.quota_law import FINE, LEVY, NO_SANCTION, missing_seats, required_seats, reserved_seats

RESERVED, MODE_COUNT = 6, 6  # hires on reserved seats, after the modes


class YearKeys(NamedTuple):
    """Keys of the year's draws; that of the modes is the same every year."""

    assign: np.uint64
    bunch: np.uint64
    hide: np.uint64
    mode: np.uint64


class Standing(NamedTuple):
    """What employers reckon with beside the law."""

    share: Array  # (oblasts,) probability of being on the yearly list
    inspection: float  # mean yearly probability of an inspection
    mean_weight: float  # of employers with a duty in the plan of inspections
    fined_at: Array  # (oblasts, industries) month of the last fine
    capability: float  # mean relative productivity of seekers
    severe_capability: float  # of the groups that may take a reserved seat
    grant: float  # accommodation that an employer expects to be paid, som per hire
    largest: float  # largest jump of the yearly charge at a step, som
    hired: Array  # (employers,) present workers who were hired on quota seats; empty outside the decisions of the year


class Odds(NamedTuple):
    """Log-odds of what may be done about one seat."""

    hire: float
    relabel: float
    proforma: float
    alternative: float
    pay: float
    ignore: float


@sweep
def recount(first, last, persons, state, table, employers, law, pay_share):  # type: ignore[no-untyped-def]
    """Count workers and counted workers of every employer anew from the persons; counts must be zero before."""
    for i in range(first, last):
        j = np.int64(state.employer[i])
        if j < 0 or (state.state[i] != EMPLOYED and state.state[i] != COUNTED):
            continue
        employers.counted[j] += person_weight(law, persons, state, i, pay_share[j])
        employers.severe[j] += person_severe(law, persons, i)


@sweep
def mark_counted(first, last, state, employers):  # type: ignore[no-untyped-def]
    """Mark who is counted: workers of employers with a duty."""
    for i in range(first, last):
        if state.state[i] == EMPLOYED or state.state[i] == COUNTED:
            j = np.int64(state.employer[i])
            state.state[i] = COUNTED if j >= 0 and employers.owed[j] > 0.0 else EMPLOYED


@sweep
def assign(first, last, table, state, law, share, key):  # type: ignore[no-untyped-def]
    """Decide who has a duty this year: all covered employers, or those on the list (E0)."""
    for j in range(first, last):
        covered = law.owners[table.owner[j]] > 0.0 and law.industries[table.industry[j]] > 0.0
        if covered and law.listed == 1:
            covered = uniform(key, table.identifier[j]) < share[table.oblast[j]]
        state.assigned[j] = 1 if covered else 0


@sweep
def excuse(first, last, table, state, law, sizes, since):  # type: ignore[no-untyped-def]
    """Take the duty from employers in years of grace: smaller than the law's smallest size in one of the years before.

    ``sizes[since:]`` are the Januaries before this one, the latest first (Q1).
    """
    for j in range(first, last):
        smallest = law.n_min_public if table.owner[j] == BUDGET else law.n_min
        for year in range(since, since + law.grace):
            if np.float64(sizes[year, j]) < smallest:
                state.assigned[j] = 0


@sweep
def risk_sum(first, last, table, state, law, services):  # type: ignore[no-untyped-def]
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
def employer_risk(j, state, services, standing):  # type: ignore[no-untyped-def]
    """Return the yearly inspection probability of employer ``j`` (S4)."""
    weight = inspection_weight(
        np.float64(state.staff[j]), np.float64(state.years_zero[j]), services.size_weight, services.zero_weight
    )
    return inspection_probability(standing.inspection, weight, standing.mean_weight)


@rule
def seat_odds(  # type: ignore[no-untyped-def]
    j, table, state, law, prices, standing, services, owed, counted, missing, reserved, later, room, perceived,
    constants, complying, hiring, inspecting,
):  # fmt: skip
    """Return the log-odds of each mode for the next missing seat of employer ``j`` (E3).

    ``reserved`` is 1 for a seat of the severe groups, ``later`` 1 after the first hire, ``room`` the alternative seats
    still allowed.
    """
    staff = np.float64(state.staff[j])
    beta = price_response(prices.wage[j] / prices.oblast_wage[table.oblast[j]], 1 if law.bonus > 0.0 else 0, complying)
    gains = law.hire_bonus + standing.grant
    gains += law.tender_margin * np.float64(table.tender[j]) * 12.0 * prices.wage[j] * staff / max(owed, 1.0)
    distaste = 2.0 * complying.distaste if table.discriminates[j] == 1 else 0.0
    cost = hire_cost(
        distaste,
        standing.severe_capability if reserved == 1 else standing.capability,
        law.cheapest_pay,
        prices.pay[j],
        adaptation_months(staff, np.float64(table.adaptation_score[j]), complying),
        later,
        law.information,
        charge_ratio(gains, law.cheapest),
        complying,
    )
    hire = hire_constant(law.credible, services.subsidy_share, hiring.subsidy_effect, complying) - beta * cost
    levy = 0.0
    base = employer_base(law, state, j, state.reported[j])
    if law.kind != FINE:
        years = np.float64(state.years_zero[j])
        levy = marginal_levy(law, base, counted, owed, missing, years) * min(1.0, missing)
    fine = marginal_fine(law, base, missing)
    announced = complying.anticipation * law.announced
    relabel, proforma, alternative, pay, ignore = FORBIDDEN, FORBIDDEN, FORBIDDEN, FORBIDDEN, FORBIDDEN
    if reserved == 0 and np.int64(state.certifiable[j]) + np.int64(state.relabelled[j]) > 0:
        relabel = constants.relabel - beta * complying.relabel_cost
    if reserved == 0 and law.proforma_counts == 1:
        risk = standing.inspection * inspecting.checked * inspecting.detected * (fine + levy)
        constant = constants.proforma_verified if law.verified == 1 else constants.proforma
        proforma = constant - beta * charge_ratio(law.nominal_pay + risk, law.cheapest)
    if room > 0:
        price = seat_cost(seat_price(levy, law), law.donation_price, complying.alternative_value)
        if price > 0.0:
            alternative = complying.alternative - beta * charge_ratio(price, law.cheapest)
    if levy > 0.0:
        pay = -beta * charge_ratio(levy + announced, law.cheapest)
    if law.kind == FINE or (levy <= 0.0 and law.kind != LEVY):
        expected = perceived * inspecting.checked * inspecting.enforced * fine
        ignore = -beta * charge_ratio(expected + announced, law.cheapest)
    if levy <= 0.0 and law.kind == LEVY:
        ignore = -beta * charge_ratio(announced, law.cheapest)
    return Odds(hire, relabel, proforma, alternative, pay, ignore)


@rule
def carry_out(j, state, law, wishes, hired, kept, gap, missing):  # type: ignore[no-untyped-def]
    """Set what employer ``j`` does this year, given how many of all its seats it would fill in each way (E3).

    Workers hired on quota seats, certified staff and paper contracts are wishes come true; what is still wanted is done
    anew, and no more than is missing. ``wishes`` is in the order of modes, reserved hires last, and holds on return
    what was done about the missing seats; ``hired`` are workers found on quota seats, ``kept`` the reserved seats.
    """
    left = np.int64(math.ceil(missing - 1e-9))
    empty = np.int64(math.ceil(gap - 1e-9))
    reserved = min(min(wishes[RESERVED], empty), left)
    left -= reserved
    hires = min(max(wishes[HIRE] - max(hired - (kept - empty), 0), 0), left)
    left -= hires
    relabelled = min(max(wishes[RELABEL] - np.int64(state.relabelled[j]), 0), min(np.int64(state.certifiable[j]), left))
    left -= relabelled
    paper = min(max(wishes[PROFORMA] - np.int64(state.proforma[j]), 0), left)
    left -= paper
    bought = min(min(wishes[ALTERNATIVE], left), np.int64(math.floor(law.alternative_cap * missing + 1e-9)))
    left -= bought
    ignored = left if law.kind == FINE else min(wishes[IGNORE], left)
    state.reserved_open[j] = reserved
    state.quota_open[j] = hires
    state.relabelled[j] += relabelled
    state.certifiable[j] -= relabelled
    state.proforma[j] += paper
    state.alternative[j] = bought
    wishes[RELABEL] = relabelled
    wishes[PROFORMA] = paper
    wishes[ALTERNATIVE] = bought
    wishes[PAY] = left - ignored
    wishes[IGNORE] = ignored


@sweep(allocates=True)
def decide(  # type: ignore[no-untyped-def]
    first, last, table, state, law, prices, standing, services, constants, t, sizing, complying, hiring, inspecting,
    keys, events,
):  # fmt: skip
    """Let employers choose size and report near steps, and how to meet what is missing.

    Luck belongs to a seat of an employer and stays the same over the years: an employer changes its mind when costs,
    size or the law change, not because a year has passed.
    """
    for j in range(first, last):
        state.limit[j] = NO_LIMIT
        state.report_limit[j] = NO_LIMIT
        state.quota_open[j] = 0
        state.reserved_open[j] = 0
        state.alternative[j] = 0
        state.bought_out[j] = 0
        state.owed[j] = 0.0
        wanted = np.float64(state.wanted[j])
        size = staff_of(wanted)
        state.staff[j] = size
        state.reported[j] = size
        if state.assigned[j] == 0 or law.kind == NO_SANCTION:
            state.proforma[j] = 0
            if state.assigned[j] == 1:
                base = employer_base(law, state, j, size)
                state.owed[j] = required_seats(law, 1 if table.owner[j] == BUDGET else 0, base)
            continue
        who = table.identifier[j]
        r = np.int64(table.oblast[j])
        public = 1 if table.owner[j] == BUDGET else 0
        private = 1 if table.owner[j] == PRIVATE else 0
        nearby = 1 if t - standing.fined_at[r, table.industry[j]] <= 12 else 0
        perceived = perceived_probability(employer_risk(j, state, services, standing), nearby, inspecting)
        fined = perceived * inspecting.checked * inspecting.enforced
        counted = counted_total(state, law, j)
        outside = counted_heads(state, j) if law.base_without == 1 else 0.0
        chosen, below = respond(
            law,
            law.steps_public if public == 1 else law.steps,
            public,
            private,
            wanted - outside,
            standing.largest + fined * law.fine * law.largest_fine,
            12.0 * prices.wage[j],
            counted,
            np.float64(state.severe[j]),
            np.float64(state.years_zero[j]),
            fined,
            sizing,
            (keys.bunch, keys.hide),
            who,
        )
        below += np.int64(outside)
        if chosen == SMALLER:
            state.limit[j] = below
            state.staff[j] = min(size, below)
            state.reported[j] = state.staff[j]
            events[r, BUNCHED] += 1
        elif chosen == HIDDEN:
            state.report_limit[j] = below
            state.reported[j] = min(size, below)
            events[r, HIDING] += 1
        base = employer_base(law, state, j, state.reported[j])
        owed = required_seats(law, public, base)
        state.owed[j] = owed
        if owed <= 0.0 or law.proforma_counts == 0:
            state.proforma[j] = 0
        if owed <= 0.0:
            continue
        counted = counted_total(state, law, j)
        gap = max(0.0, reserved_seats(law, base) - np.float64(state.severe[j]))
        missing = missing_seats(owed, counted, 0.0, gap)
        if law.buyout_cap > 0.0:
            out = bought_out_seats(law, base, owed, missing)
            state.bought_out[j] = np.int64(out)
            missing = max(missing - out, gap)
        if missing <= 1e-9:
            continue
        kept = np.int64(math.ceil(reserved_seats(law, base) - 1e-9))
        wishes = np.zeros(7, np.int64)
        for seat in range(np.int64(math.ceil(owed - 1e-9))):
            reserved = 1 if seat < kept else 0
            later = 1 if wishes[HIRE] + wishes[RESERVED] > 0 or state.workers[j] > 0 else 0
            room = np.int64(math.floor(law.alternative_cap * owed + 1e-9)) - wishes[ALTERNATIVE]
            odds = seat_odds(
                j, table, state, law, prices, standing, services, owed, counted, min(missing, owed - seat), reserved,
                later, room, perceived, constants, complying, hiring, inspecting,
            )
            u = uniform(subkey(keys.mode, seat), who)
            mode = choice(u, odds.hire, odds.relabel, odds.proforma, odds.alternative, odds.pay, odds.ignore)
            wishes[RESERVED if mode == HIRE and reserved == 1 else mode] += 1
        carry_out(j, state, law, wishes, np.int64(standing.hired[j]), kept, gap, missing)
        events[r, SEATS_HIRE] += np.int64(state.quota_open[j]) + np.int64(state.reserved_open[j])
        for mode in range(RELABEL, MODE_COUNT):
            events[r, SEATS_HIRE + mode] += wishes[mode]
