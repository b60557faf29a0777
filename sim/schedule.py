"""The schedule: what happens in a month, in which order (model.md section 5).

``SCHEDULE`` is data: the command line prints it and the documentation quotes it. Rules read the aggregates of the month
before, so the order within a step does not matter.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from sim.agents.claiming import MOST_CHILDREN, Claiming, ClaimMonth, claim, entry_probability, eroded
from sim.agents.closing import LEAST_CAPITAL, ClosingMonth, exit_probability
from sim.agents.households.consuming import Sum
from sim.agents.households.declaring import declare
from sim.agents.learning import learn, tabulate
from sim.agents.operating import BusinessMonth, BusinessRules, OperatingKeys, operate
from sim.agents.starting import StartMonth, start
from sim.demography import let_time_pass
from sim.engine.columns import FIXED_POINT, Array, copied, ordered
from sim.engine.draws import Decision, hazard, uniform
from sim.engine.math import log
from sim.engine.plain import plain
from sim.following import keep, take_over_labour, take_over_work
from sim.instruments import pay_instruments
from sim.markets.feedback import Flows, Outside, respond
from sim.money import settle_money
from sim.months import month_of
from sim.offices.visiting import VisitMonth, count_contract_months, visit
from sim.policies.registry import INSURANCE
from sim.programme import ceiling, consider_and_apply, log_returns, pay_and_invest, select_families
from sim.protecting import at_risk, needy_over, pay_benefits
from sim.recording import keep_records
from sim.state.households import weights_of
from sim.state.persons import Work
from sim.world import Terms, World, month_key, once_key, year_key

REGISTER, REGISTER_YEAR = "child_benefit_families", 2021
LAST_EROSION = 23  # December 2023
ENTRY_UNITS = 2**30  # expected entries are summed in whole parts of this


class Step(NamedTuple):
    """One step of the month."""

    name: str
    rules: str
    run: Callable[[World, Terms], None]


def winters(world: World) -> Array:
    """Return which oblasts are hit this month: the March of a severe winter or drought (X1)."""
    hit = np.zeros(world.oblasts, dtype=np.int64)
    if month_of(world.t) == 3:
        draws = year_key(world, Decision.WINTER)
        for r in range(world.oblasts):
            hit[r] = uniform(draws, np.uint32(r)) < world.behaviour.shocks.winter
    return hit


def sewing_falls(world: World, terms: Terms) -> int:
    """Return 1 in the first month of a fall in foreign demand for sewing (X3)."""
    if terms.economy.sewing_shock == 0:
        return 0
    return int(world.design.terms(world.t - 1, world.behaviour).economy.sewing_shock == 0)


def feel_markets(world: World, terms: Terms) -> None:
    """Take over the prices of the frozen path, if there is one, and remember those in force."""
    if world.frozen is not None:
        for mine, theirs in zip(world.markets, world.frozen.markets[world.t], strict=True):
            mine[...] = theirs
    world.path.markets[world.t] = copied(world.markets)


def work_and_pay(world: World, terms: Terms) -> None:
    """Let persons work and be paid, after persons with disabilities and employers have had their month."""
    if world.followed is not None:
        take_over_work(world)
        return
    moves = world.people.month(world, terms)
    if moves is not None:
        world.path.moves[world.t] = moves
    if world.path.members is not None:
        keep(world)


def see_declared(world: World, terms: Terms) -> None:
    """Let the offices see what households declare of last month's income (B3)."""
    look_at_declared(world)


def look_at_declared(world: World) -> None:
    """Set the income that the office sees of every household (B3)."""
    world.sweep(declare, world.households, world.endowments, world.state, world.behaviour.declaring)


def find_threshold(world: World, prices: float) -> None:
    """Set the benefit's effective threshold so that entries make up for exits from the register's caseload (H3).

    The official threshold cannot be met by observed incomes, so the effective one is found in the burn-in, not assumed.
    From January 2022 it is the mean of the last twelve months of the burn-in, loses real value in 2022 and 2023 as far
    as it does not follow ``prices``, and then stays.
    """
    b = world.behaviour.claiming
    if 0 < world.t <= LAST_EROSION:
        world.threshold = world.first_threshold * eroded(prices, world.first_prices, b.erosion)
    if world.t == 0:
        world.threshold = world.first_threshold = math.fsum(world.thresholds) / len(world.thresholds)
        world.first_prices = prices
    if world.t < 0:
        world.settle()
        world.threshold = balancing_threshold(world)
        world.thresholds = (*world.thresholds, world.threshold)[-12:]


@lru_cache(maxsize=4)
def entry_chances(claiming: Claiming) -> Array:
    """Return the monthly probability of entering the benefit by number of children, up to ``MOST_CHILDREN``."""
    return np.array([entry_probability(k, claiming) for k in range(MOST_CHILDREN + 1)])


def balancing_threshold(world: World) -> float:
    """Return the threshold below which as many families are expected to enter the benefit as leave it."""
    b, h = world.behaviour.claiming, world.households
    leave = round(world.population.country.value(REGISTER, "country", REGISTER_YEAR) * b.exit * ENTRY_UNITS)
    enters = np.floor(entry_chances(b) * ENTRY_UNITS + 0.5).astype(np.int64)
    may, weight = (h.children > 0) & (world.state.benefit == 0), weights_of(h)
    seen = world.state.declared.astype(np.float64)
    for low, high in ((0.8 * world.threshold, 1.25 * world.threshold), (-np.inf, np.inf)):  # first near the last one
        poorer = may & (seen < low)
        rows = np.flatnonzero(may & ~poorer & (seen < high))
        sure, enter = (
            weight[some] * enters[np.minimum(h.children[some], MOST_CHILDREN)] for some in (poorer, rows)
        )
        if sure.sum() <= leave < sure.sum() + enter.sum():
            break
    order = ordered(seen[rows])
    place = int(np.searchsorted(sure.sum() + np.cumsum(enter[order]), leave, side="right"))
    return float(seen[rows[order[min(place, len(order) - 1)]]])


def claim_benefit(world: World, terms: Terms) -> None:
    """Count contract months, then move families into and out of the child benefit."""
    find_threshold(world, terms.economy.deflator)
    world.sweep(count_contract_months, world.state, int(month_of(world.t) == 1))
    claiming = world.behaviour.claiming
    now = ClaimMonth(
        terms.contract, world.threshold * needy_over(terms.protection), entry_chances(claiming),
        month_key(world, Decision.UBK_EXIT), month_key(world, Decision.UBK_BACK),
        month_key(world, Decision.UBK_ENTRY),
    )  # fmt: skip
    world.sweep(claim, world.households, world.state, now, claiming)


def learn_of_programme(world: World, terms: Terms) -> None:
    """Spread the news of the programme; from January 2022."""
    if world.t < 0:
        return
    low_income, participants, informed = (np.ascontiguousarray(world.office.informed[:, k]) for k in range(3))
    probability = np.zeros((len(low_income), 2))
    tabulate(low_income, participants, informed, world.behaviour.learning, probability)
    world.sweep(learn, world.households, world.state, probability, month_key(world, Decision.AWARE))


def start_businesses(world: World, terms: Terms) -> None:
    """Let families start on their own, in every world on the same luck."""
    b = world.behaviour
    now = StartMonth(
        ceiling(world, terms), world.never_above, b.starting.scale * b.accounting.grant_reference,
        b.choosing.minimum_capital, month_key(world, Decision.OWN_START),
    )  # fmt: skip
    world.sweep(start, world.households, world.endowments, world.state, now, b.starting)


def closing_month(world: World, terms: Terms) -> ClosingMonth:
    """Return what decides of closures this month beside the business itself."""
    b, contract = world.behaviour, terms.contract
    return ClosingMonth(
        contract.contract_months, contract.coached, contract.release, world.base_hazard,
        plain(log)(LEAST_CAPITAL / b.accounting.grant_reference), plain(exit_probability)(b.closing.exit_at_end),
        month_key(world, Decision.CLOSE), month_key(world, Decision.LOCK_END),
    )  # fmt: skip


def run_businesses(world: World, terms: Terms) -> None:
    """Let businesses earn, close, employ and re-invest."""
    b, reference = world.behaviour, world.behaviour.accounting.grant_reference
    keys = OperatingKeys(
        month_key(world, Decision.ANIMAL), month_key(world, Decision.VA), year_key(world, Decision.FAM),
        year_key(world, Decision.HIRE), year_key(world, Decision.FAM_PREV), year_key(world, Decision.HIRE_PREV),
    )
    now = BusinessMonth(
        t=world.t, january=int(month_of(world.t) == 1), growth=world.people.own_growth(terms.economy),
        demand=world.markets.demand * world.markets.price,
        winter=winters(world), winter_loss=b.shocks.winter_loss,
        animal_probability=float(hazard(2.0 * b.shocks.animal_loss)), sewing=sewing_falls(world, terms),
        reference=reference, log_returns=log_returns(b.operating, reference), poverty_line=b.consuming.poverty_line,
        start=world.start, closing=closing_month(world, terms), keys=keys,
        insured=terms.contract.livestock_insurance,
    )
    sums = np.zeros((world.oblasts, 4, 6), dtype=np.int64)
    rules = BusinessRules(b.operating, b.closing, b.working)
    world.sweep(operate, world.households, world.endowments, world.state, now, rules, sums=(sums,))
    world.tally.businesses = sums
    world.tally.instruments[f"paid_{INSURANCE}"] = sums[:, 0, 5]


def run_labour(world: World, terms: Terms) -> None:
    """Let persons with disabilities, employers and the employment service act."""
    if world.followed is not None:
        take_over_labour(world)
        return
    world.path.vacancies[world.t] = world.labour.tightness.copy()
    felt = world.frozen.vacancies[world.t] if world.frozen is not None else None
    incumbents = world.markets.incumbents.copy()
    risk = at_risk(world, terms)
    world.labour.month(world.t, terms.quota, terms.services, terms.economy, incumbents, felt, risk)


def move_markets(world: World, terms: Terms) -> None:
    """Set next month's prices from the difference to the reference world."""
    b = world.behaviour
    money = world.tally.places / FIXED_POINT  # of weighted rows
    flows = Flows(
        value=world.real(world.tally.businesses[:, :, 0]),
        local_demand=money[:, Sum.DEMAND] - money[:, Sum.RESPENT],
        consumption=money[:, Sum.CONSUMPTION],
        bought=world.real(world.tally.spent[:, 0]),
        herd=world.herd
        + world.real(world.tally.businesses[:, 0, 1]) * b.investing.animal_share / b.feedback.cattle_price,
        hours=money[:, Sum.HOURS],
        seekers=world.people.persons[:, Work.SEEKING].sum(axis=1).astype(np.float64),
    )
    if world.financed is not None:
        flows = flows._replace(local_demand=flows.local_demand - world.financed.loss(world.t))
    world.path.flows[world.t] = flows
    if world.frozen is not None:
        return
    then = world.reference.flows[world.t] if world.reference is not None else flows
    driver = world.multiplier.flows[world.t] if world.multiplier is not None else flows
    outside = Outside(terms.economy.export_open, int(terms.economy.sewing_shock), b.working.casual_wage)
    grown = world.baseline._replace(value=world.baseline.value * world.people.own_growth(terms.economy))
    respond(world.markets, grown, flows, then, driver.local_demand, outside, b.feedback)
    world.markets.year_of_rounds[:, month_of(world.t + 1) - 1] = world.markets.rounds


def monitor(world: World, terms: Terms) -> None:
    """Visit contract families and fill the reporting layer, which nothing reads."""
    if world.t < 0:
        return
    b = world.behaviour
    visits = np.zeros((world.oblasts, 3), dtype=np.int64)
    contracts = np.zeros_like(world.office.contracts)
    now = VisitMonth(
        terms.contract.contract_months, float(hazard(b.visiting.rate)), terms.contract.clawback, b.visiting.clawback,
        b.reporting.detection, month_key(world, Decision.VISIT), once_key(world, Decision.CLAW),
        once_key(world, Decision.REP_FAIL),
    )  # fmt: skip
    world.sweep(visit, world.households, world.state, now, sums=(visits, contracts))
    world.settle()
    world.tally.visits = visits
    world.office.contracts = contracts


SCHEDULE = (
    Step("demography", "N1-N3 N6 N7 D6", let_time_pass),
    Step("shocks and prices", "X1 X3 M1-M7", feel_markets),
    Step("declared income", "B3", see_declared),
    Step("child benefit", "H3 T2", claim_benefit),
    Step("awareness", "H4", learn_of_programme),
    Step("application", "H5 H6 H7", consider_and_apply),
    Step("selection", "O1 O2", select_families),
    Step("grant and loan", "O3 H8 H9a H9b", pay_and_invest),
    Step("own starts", "H10", start_businesses),
    Step("businesses", "X2 H11 H12 H13 H14", run_businesses),
    Step("persons with disabilities and employers", "P1-P5 E0-E7 S1-S4 Q1-Q12 T1 T3", run_labour),
    Step("work and pay", "W1-W5", work_and_pay),
    Step("benefits of a design", "T2", pay_benefits),
    Step("further instruments", "T2", pay_instruments),
    Step("money", "B1 B2 H15", settle_money),
    Step("markets", "M1-M7", move_markets),
    Step("visits and reports", "O4 O5 R1 R2", monitor),
    Step("accounts", "T2 T4 Y1-Y10", keep_records),
)


def advance(world: World, until: int) -> World:
    """Simulate a world through month ``until`` and return it.

    Sweeps of households that need nothing of each other's sums run together, see :meth:`World.settle`.
    """
    world.gathering = True
    while world.t <= until:
        if world.attend is not None:
            world.attend()
        terms = world.design.terms(world.t, world.behaviour)
        for step in SCHEDULE:
            step.run(world, terms)
        world.t += 1
    world.settle()
    world.gathering = False
    return world
