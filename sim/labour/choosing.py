"""Choosing: what an employer reckons with when it decides how to fill a seat of the quota (model.md E3, S4, Q8, Q9)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.agents.complying import (
    FORBIDDEN,
    Complying,
    Constants,
    adaptation_months,
    hire_constant,
    hire_cost,
    price_response,
    productivity_loss,
)
from sim.agents.hiring import Hiring
from sim.engine.columns import Array
from sim.engine.compiled import rule
from sim.offices.inspecting import Inspecting, expected_fine, inspection_probability, inspection_weight
from sim.state.counting import employer_base
from sim.state.labour_state import EmployerState
from sim.state.labour_views import Firms
from sim.state.quota_charge import charge_ratio, marginal_fine, marginal_levy, seat_cost, seat_price
from sim.state.quota_law import QuotaTerms, Sanction
from sim.state.service_terms import ServiceTerms
from sim.taxes_benefits.employers import first_hire_grant


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


class Choosing(NamedTuple):
    """What employers know and weigh when they decide about a seat."""

    law: QuotaTerms
    services: ServiceTerms
    standing: Standing
    constants: Constants
    complying: Complying
    hiring: Hiring
    inspecting: Inspecting


class Seat(NamedTuple):
    """One missing seat of an employer."""

    owed: float  # seats that the employer owes
    counted: float  # workers who count
    missing: float  # seats that are missing, this one included
    reserved: int  # 1: for the severe groups
    later: int  # 1: after the employer's first hire
    room: int  # seats that may still be replaced by purchases or donations
    perceived: float  # yearly probability of an inspection in the employer's eyes


@rule
def employer_risk(j: int, state: EmployerState, services: ServiceTerms, standing: Standing) -> float:
    """Return the yearly inspection probability of employer ``j`` (S4)."""
    weight = inspection_weight(
        np.float64(state.staff[j]), np.float64(state.years_zero[j]), services.size_weight, services.zero_weight
    )
    return inspection_probability(standing.inspection, weight, standing.mean_weight)


@rule
def seat_charge(j: int, firms: Firms, law: QuotaTerms, seat: Seat) -> tuple[float, float]:
    """Return the yearly levy, and the fine of one finding, that filling the seat saves employer ``j``, som (Q8, Q9)."""
    state, levy = firms.state, 0.0
    base = employer_base(law, state, j, state.reported[j])
    if law.kind != Sanction.FINE:
        years = np.float64(state.years_zero[j])
        levy = marginal_levy(law, base, seat.counted, seat.owed, seat.missing, years) * min(1.0, seat.missing)
    return levy, marginal_fine(law, base, seat.missing)


@rule
def hire_ratio(j: int, firms: Firms, choosing: Choosing, seat: Seat) -> float:
    """Return what a hire for the seat costs employer ``j`` in a year, over the cheapest worker's labour cost (E3)."""
    table, prices, law, standing = firms.table, firms.prices, choosing.law, choosing.standing
    complying, staff = choosing.complying, np.float64(firms.state.staff[j])
    gains = law.hire_bonus + standing.grant
    gains += law.tender_margin * np.float64(table.tender[j]) * 12.0 * prices.wage[j] * staff / max(seat.owed, 1.0)
    gains += first_hire_grant(np.float64(seat.later), choosing.services.first_hire_grant)
    able = standing.severe_capability if seat.reserved == 1 else standing.capability
    gains += 12.0 * choosing.services.relief_of_pay[table.owner[j]] * able * prices.pay[j]
    return hire_cost(
        2.0 * complying.distaste if table.discriminates[j] == 1 else 0.0,
        productivity_loss(able, law.cheapest_pay, prices.pay[j]),
        adaptation_months(staff, np.float64(table.adaptation_score[j]), complying),
        seat.later,
        law.information,
        charge_ratio(gains, law.cheapest),
        complying,
    )


@rule
def hire_odds(j: int, firms: Firms, choosing: Choosing, seat: Seat, beta: float) -> float:
    """Return the log-odds of hiring for the seat (E3); ``beta`` is the slope on cost."""
    services = choosing.services
    constant = hire_constant(
        choosing.law.credible, services.subsidy_share, choosing.hiring.subsidy_effect, choosing.complying
    )
    return constant - beta * hire_ratio(j, firms, choosing, seat)


@rule
def relabel_odds(j: int, state: EmployerState, choosing: Choosing, seat: Seat, beta: float) -> float:
    """Return the log-odds of having a present worker certified (E3); FORBIDDEN if none could be."""
    if seat.reserved == 1 or np.int64(state.certifiable[j]) + np.int64(state.relabelled[j]) <= 0:
        return FORBIDDEN
    return choosing.constants.relabel - beta * choosing.complying.relabel_cost


@rule
def paper_cost(charge: float, choosing: Choosing, perceived: float) -> float:
    """Return what a contract without work costs in a year, som: its pay, and levy and fine if it is found (E3).

    >>> class C:
    ...     class law: nominal_pay = 20000.0
    ...     class inspecting: checked, detected = 0.5, 0.5
    >>> paper_cost(100000.0, C, 0.4), paper_cost(100000.0, C, 0.0)
    (30000.0, 20000.0)
    """
    inspecting = choosing.inspecting
    return choosing.law.nominal_pay + perceived * inspecting.checked * inspecting.detected * charge


@rule
def proforma_odds(charge: float, choosing: Choosing, seat: Seat, beta: float) -> float:
    """Return the log-odds of a contract without work (E3); ``charge`` is the levy and fine if it is found.

    >>> class C:
    ...     class law: proforma_counts, verified, nominal_pay, cheapest = 1, 0, 20000.0, 100000.0
    ...     class inspecting: checked, detected = 0.5, 0.5
    ...     constants = Constants(0.0, -1.0, -3.0)
    >>> plain, reserved = (Seat(1.0, 0.0, 1.0, kept, 0, 0, 0.4) for kept in (0, 1))
    >>> proforma_odds(100000.0, C, plain, 2.0), proforma_odds(100000.0, C, reserved, 2.0)
    (-1.6, -1000000000.0)
    """
    law = choosing.law
    if seat.reserved == 1 or law.proforma_counts == 0:
        return FORBIDDEN
    constant = choosing.constants.proforma_verified if law.verified == 1 else choosing.constants.proforma
    return constant - beta * charge_ratio(paper_cost(charge, choosing, seat.perceived), law.cheapest)


@rule
def alternative_odds(levy: float, choosing: Choosing, seat: Seat, beta: float) -> float:
    """Return the log-odds of purchases or donations in place of the seat (E3, Q8).

    >>> class C:
    ...     class law: alternative_price, donation_price, cheapest = 50000.0, 0.0, 100000.0
    ...     class complying: alternative, alternative_value = -0.5, 0.5
    >>> room, full = (Seat(1.0, 0.0, 1.0, 0, 0, left, 0.1) for left in (1, 0))
    >>> alternative_odds(0.0, C, room, 2.0), alternative_odds(0.0, C, full, 2.0)
    (-1.0, -1000000000.0)
    """
    law, complying = choosing.law, choosing.complying
    if seat.room <= 0:
        return FORBIDDEN
    price = seat_cost(seat_price(levy, law), law.donation_price, complying.alternative_value)
    if price <= 0.0:
        return FORBIDDEN
    return complying.alternative - beta * charge_ratio(price, law.cheapest)


@rule
def pay_odds(levy: float, expected: float, choosing: Choosing, beta: float) -> float:
    """Return the log-odds of paying the levy (E3): under a law with fines too, the fine expected comes on top (E6).

    >>> class C:
    ...     class law: kind, announced, cheapest = Sanction.FINE_AND_LEVY, 0.0, 100000.0
    ...     class complying: anticipation = 0.5
    >>> pay_odds(50000.0, 25000.0, C, 2.0), pay_odds(0.0, 25000.0, C, 2.0)
    (-1.5, -1000000000.0)
    """
    law = choosing.law
    if levy <= 0.0:
        return FORBIDDEN
    charge = levy + choosing.complying.anticipation * law.announced
    if law.kind == Sanction.FINE_AND_LEVY:
        charge += expected
    return -beta * charge_ratio(charge, law.cheapest)


@rule
def ignore_odds(levy: float, expected: float, choosing: Choosing, beta: float) -> float:
    """Return the log-odds of doing nothing (E3, E6): a fine may follow, or nothing if the levy charges nothing.

    >>> class C:
    ...     class law: kind, announced, cheapest = Sanction.FINE, 0.0, 100000.0
    ...     class complying: anticipation = 0.5
    >>> ignore_odds(0.0, 10000.0, C, 2.0)
    -0.2
    >>> C.law.kind = Sanction.LEVY
    >>> ignore_odds(0.0, 0.0, C, 2.0), ignore_odds(9000.0, 0.0, C, 2.0)
    (-0.0, -1000000000.0)
    """
    law = choosing.law
    announced = choosing.complying.anticipation * law.announced
    if levy <= 0.0 and law.kind == Sanction.LEVY:
        return -beta * charge_ratio(announced, law.cheapest)
    if law.kind == Sanction.FINE or levy <= 0.0:
        return -beta * charge_ratio(expected + announced, law.cheapest)
    return FORBIDDEN


@rule
def seat_odds(j: int, firms: Firms, choosing: Choosing, seat: Seat) -> Odds:
    """Return the log-odds of each mode for a missing seat of employer ``j`` (E3)."""
    law, prices = choosing.law, firms.prices
    relative = prices.wage[j] / prices.oblast_wage[firms.table.oblast[j]]
    beta = price_response(relative, 1 if law.bonus > 0.0 else 0, choosing.complying)
    levy, fine = seat_charge(j, firms, law, seat)
    expected = expected_fine(seat.perceived, fine, choosing.inspecting)
    return Odds(
        hire_odds(j, firms, choosing, seat, beta),
        relabel_odds(j, firms.state, choosing, seat, beta),
        proforma_odds(fine + levy, choosing, seat, beta),
        alternative_odds(levy, choosing, seat, beta),
        pay_odds(levy, expected, choosing, beta),
        ignore_odds(levy, expected, choosing, beta),
    )
