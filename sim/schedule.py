"""The schedule: what happens in a month, in which order (model.md section 5).

``SCHEDULE`` is data: the command line prints it and the documentation quotes it. Rules read the aggregates of the month
before, so the order within a step does not matter.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from sim.agents.applying import Prospect, apply, expected_months, lost_benefit_months, reconsider
from sim.agents.claiming import claim
from sim.agents.closing import LEAST_CAPITAL
from sim.agents.consuming import CONSUMPTION, DEMAND, FAMILIES, HOURS, POOR, SUMS, consume
from sim.agents.earning import earn, work
from sim.agents.investing import borrow, invest, invested_capital
from sim.agents.learning import learn, tabulate
from sim.agents.operating import BusinessMonth, OperatingKeys, operate
from sim.agents.starting import start
from sim.columns import Array, copied
from sim.draws import Decision, hazard, key, uniform
from sim.markets.feedback import Flows, respond
from sim.months import month_of, year_of
from sim.offices import paying, selecting
from sim.offices.visiting import count_contract_months, visit
from sim.recording import keep_records
from sim.world import Terms, World

REGISTER, REGISTER_YEAR = "child_benefit_families", 2021


class Step(NamedTuple):
    """One step of the month."""

    name: str
    rules: str
    run: Callable[[World, Terms], None]


def month_key(world: World, decision: Decision) -> np.uint64:
    """Return the key of a decision that is drawn every month."""
    return key(world.seed, decision, world.t)


def year_key(world: World, decision: Decision) -> np.uint64:
    """Return the key of a decision that is drawn once a year."""
    return key(world.seed, decision, year_of(world.t))


def once_key(world: World, decision: Decision) -> np.uint64:
    """Return the key of a decision that is drawn once."""
    return key(world.seed, decision)


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


def earn_and_work(world: World, terms: Terms) -> None:
    """Set market income and underlying employment."""
    b, h, known = world.behaviour, world.households, world.incomes.months
    if world.t in known:
        world.state.shock[:], world.state.income[:] = known[world.t]
    else:
        world.sweep(
            earn, h, world.endowments, world.state, world.growth(world.t), np.zeros(2), b.earning,
            month_key(world, Decision.INC_AR), month_key(world, Decision.INC_TR),
        )
        if world.rows <= world.incomes.most_rows:
            known[world.t] = world.state.shock.copy(), world.state.income.copy()
    world.sweep(work, h, world.endowments, world.state, world.markets.tightness, month_key(world, Decision.EMP))


def find_threshold(world: World) -> None:
    """Set the benefit's effective threshold so that entries make up for exits from the register's caseload (H3).

    The official threshold cannot be met by observed incomes, so the effective one is found in the burn-in, not assumed;
    from January 2022 it is the mean of the last twelve months of the burn-in and stays.
    """
    if world.t > 0:
        return
    if world.t == 0:
        world.threshold = math.fsum(world.thresholds) / len(world.thresholds)
        return
    b, h = world.behaviour.claiming, world.households
    wanted = world.population.country.value(REGISTER, "country", REGISTER_YEAR) / world.population.household_weight
    rows = np.flatnonzero((h.children > 0) & (world.state.benefit == 0))
    seen = world.state.income[rows].astype(np.float64) * world.endowments.observed_ratio[rows]
    waiting = min(round(wanted * b.exit / b.entry), len(rows) - 1)
    world.threshold = float(np.partition(seen, waiting)[waiting])
    world.thresholds = (*world.thresholds, world.threshold)[-12:]


def claim_benefit(world: World, terms: Terms) -> None:
    """Count contract months, then move families into and out of the child benefit."""
    find_threshold(world)
    world.sweep(count_contract_months, world.state, int(month_of(world.t) == 1))
    world.sweep(
        claim, world.households, world.endowments, world.state, terms.contract, world.behaviour.claiming,
        world.threshold,
        month_key(world, Decision.UBK_EXIT), month_key(world, Decision.UBK_BACK), month_key(world, Decision.UBK_ENTRY),
    )


def learn_of_programme(world: World, terms: Terms) -> None:
    """Spread the news of the programme; from January 2022."""
    if world.t < 0:
        return
    low_income, participants, informed = (np.ascontiguousarray(world.office.informed[:, k]) for k in range(3))
    probability = np.zeros((len(low_income), 2))
    tabulate(low_income, participants, informed, world.behaviour.learning, probability)
    world.sweep(learn, world.households, world.state, probability, month_key(world, Decision.AWARE))


def prospect(world: World, terms: Terms) -> Prospect:
    """Return what families reckon with this month (H6); without an open programme nothing depends on its terms."""
    b, n = world.behaviour, world.oblasts
    contract, deflator = terms.contract, terms.economy.deflator
    grant = contract.grant / deflator if terms.open else np.zeros(n)
    diverted = b.investing.diversion * (1.0 - contract.in_kind * b.investing.in_kind_cut) if terms.open else 0.0
    reference = b.accounting.grant_reference
    invested = np.array([
        invested_capital(float(g), b.investing.leakage, diverted, b.investing.own_share) for g in grant
    ])
    earning = np.zeros((n, 4, 2))
    working = np.zeros((n, 4, 2))
    known: dict[float, tuple[Array, Array]] = {}
    for r in range(n):
        capital = float(invested[r])
        if capital < b.choosing.minimum_capital:
            continue
        if capital not in known:
            tables = np.zeros((4, 2)), np.zeros((4, 2))
            for s in range(4):
                ramp = b.operating.ramp_agriculture if s == 0 else b.operating.ramp_other
                for single in range(2):
                    common = (s + 1, single, capital, reference)
                    rest = (b.applying.discount, contract.coached, b.closing)
                    tables[0][s, single] = expected_months(*common, ramp, *rest)
                    tables[1][s, single] = expected_months(*common, 1.0, *rest)
            known[capital] = tables
        earning[r], working[r] = known[capital]
    lost = 0.0
    if terms.open:
        lost = lost_benefit_months(contract.benefit_share, b.claiming.exit, b.applying.discount)
    return Prospect(
        grant, invested, earning, working, float(lost),
        terms.benefit.per_child * terms.benefit.coefficient / deflator, float(diverted),
        b.choosing.minimum_capital, reference, world.markets.wage,
        world.markets.demand * world.markets.price, world.markets.price,
    )


def consider_and_apply(world: World, terms: Terms) -> None:
    """Let families reconsider in January and when the rules change, then let the informed apply."""
    b, h = world.behaviour, world.households
    january = int(month_of(world.t) == 1)
    rules = rules_by_oblast(terms)
    before = world.last_rules or rules
    thinks = np.array([january or now != then for now, then in zip(rules, before, strict=True)], dtype=np.int64)
    if thinks.any():
        world.sweep(
            reconsider, h, world.endowments, world.state, thinks, january, prospect(world, terms), b.applying,
            b.choosing, b.operating, b.working,
        )
        world.last_rules = rules
    if world.t < 0:
        return
    families = np.maximum(world.office.contracts[:, 0], 1)
    success = world.office.contracts[:, 1] / families
    sums = np.zeros_like(world.office.informed)
    world.sweep(
        apply, h, world.endowments, world.state, open_calls(world, terms), ceiling(world, terms), success, 0.0,
        b.applying,
        month_key(world, Decision.APPLY), month_key(world, Decision.FILE), sums=(sums,),
    )
    world.office.informed = sums


def rules_by_oblast(terms: Terms) -> tuple[Any, ...]:
    """Return what families weigh of the law, for each oblast: where it changes, they reconsider (H6)."""
    c = terms.contract
    shared = c.benefit_share.tobytes(), c.exclusion, c.in_kind, c.coached, terms.benefit
    return tuple((float(grant), *shared) if terms.open and grant > 0.0 else () for grant in c.grant)


def open_calls(world: World, terms: Terms) -> Array:
    """Return which raions still take applications: all in January, later those that have places left.

    Where the grant is zero there is nothing to apply for (H7).
    """
    raions = len(world.raion_oblast)
    if not terms.open:
        return np.zeros(raions, dtype=np.int64)
    calls = terms.contract.grant[world.raion_oblast] > 0.0
    if month_of(world.t) != 1:
        calls &= world.office.selected < slots_by_raion(world, terms)
    return calls.astype(np.int64)


def ceiling(world: World, terms: Terms) -> float:
    """Return the income below which a family counts as low-income, som of 2023 per person (H5)."""
    return world.behaviour.applying.income_ceiling * terms.economy.subsistence / terms.economy.deflator


def select_families(world: World, terms: Terms) -> None:
    """Spread the year's slots over raions and select applicants."""
    office, b = world.office, world.behaviour
    if month_of(world.t) == 1:
        need = office.poor, office.families
        if world.frozen is not None:
            need = world.frozen.need[year_of(world.t)]
        world.path.need[year_of(world.t)] = need
        office.shares = selecting.allocation_shares(
            *need, terms.contract.oblast_weight[world.raion_oblast], b.selecting.poor_weight
        )
        office.poor = np.zeros_like(office.poor)
        office.selected = np.zeros_like(office.selected)
        office.slots_of = (0, 0.0)
    if world.t < 0 or not terms.open:
        return
    places = slots_by_raion(world, terms) - office.selected
    rows = np.flatnonzero((world.state.contract == selecting.APPLIED) | (world.state.contract == selecting.QUEUED))
    if not len(rows):
        return
    scores, patrons = np.zeros(len(rows)), np.zeros(len(rows))
    h = world.households
    selecting.score(
        rows, h, world.endowments, world.state, b.selecting, year_key(world, Decision.PLAN),
        year_key(world, Decision.PATRON), scores, patrons,
    )
    raion = h.raion[rows]
    chosen = selecting.select(
        rows, raion, h.identifier[rows], scores, patrons, h.with_disability[rows], places,
        b.selecting.patronage, terms.contract.set_aside,
    )
    world.state.contract[rows] = selecting.QUEUED
    taken = rows[chosen]
    world.state.contract[taken] = selecting.APPROVED
    world.state.approved_at[taken] = world.t
    world.state.merit[taken] = scores[chosen]
    np.add.at(office.selected, h.raion[taken], 1)


def slots_by_raion(world: World, terms: Terms) -> Array:
    """Return this year's slots of each raion, in rows of the simulated country; none where the grant is zero."""
    office, wanted = world.office, (year_of(world.t), terms.contract.slots)
    if office.slots_of != wanted:
        offset = float(uniform(year_key(world, Decision.ROUND_SLOTS), np.uint32(0)))
        rows = terms.contract.slots / world.population.household_weight
        office.slots, office.slots_of = selecting.raion_slots(rows, office.shares, offset), wanted
    return office.slots * (terms.contract.grant[world.raion_oblast] > 0.0)


def pay_and_invest(world: World, terms: Terms) -> None:
    """Pay approved families, who invest, and offer follow-up loans."""
    world.tally.spent = np.zeros((world.oblasts, 2), dtype=np.int64)
    world.tally.paid = np.zeros(world.oblasts, dtype=np.int64)
    if world.t < 0:
        return
    b, h, contract = world.behaviour, world.households, terms.contract
    deflator = terms.economy.deflator
    if terms.open:
        world.office.due = world.office.due + slots_by_raion(world, terms) * contract.pay_share
        rows = np.flatnonzero(world.state.contract == selecting.APPROVED)
        if len(rows):
            chosen = paying.pay(
                world.state.approved_at[rows], world.state.merit[rows], h.identifier[rows], h.raion[rows],
                world.office.due, world.office.paid,
            )
            paid = rows[chosen]
            np.add.at(world.office.paid, h.raion[paid], 1)
            np.add.at(world.tally.paid, h.oblast[paid], 1)
            invest(
                paid, h, world.endowments, world.state, contract.grant / deflator, world.t, contract.in_kind,
                world.markets.price, world.markets.cattle_price, b.choosing, b.investing,
                month_key(world, Decision.DIVERT), month_key(world, Decision.SECTOR), world.tally.spent,
            )
    if contract.loan_max > 0.0:
        world.sweep(
            borrow, h, world.state, contract.loan_max / deflator, contract.loan_term, b.investing.loan_take,
            once_key(world, Decision.LOAN),
        )


def start_businesses(world: World, terms: Terms) -> None:
    """Let families start on their own, in every world on the same luck."""
    b = world.behaviour
    world.sweep(
        start, world.households, world.endowments, world.state, ceiling(world, terms), world.never_above,
        b.starting.scale * b.accounting.grant_reference, b.choosing.minimum_capital, b.starting,
        month_key(world, Decision.OWN_START),
    )


def run_businesses(world: World, terms: Terms) -> None:
    """Let businesses earn, close, employ and re-invest."""
    b = world.behaviour
    now = BusinessMonth(
        t=world.t, january=int(month_of(world.t) == 1), season=1.0, demand=world.markets.demand * world.markets.price,
        winter=winters(world), winter_loss=b.shocks.winter_loss,
        animal_probability=float(hazard(2.0 * b.shocks.animal_loss)), sewing=sewing_falls(world, terms),
        reference=b.accounting.grant_reference, poverty_line=b.earning.poverty_line,
        contract_months=terms.contract.contract_months, coached=terms.contract.coached,
        release=terms.contract.release, base_hazard=world.base_hazard,
        log_floor=math.log(LEAST_CAPITAL / b.accounting.grant_reference), start=world.start,
    )
    keys = OperatingKeys(
        month_key(world, Decision.ANIMAL), month_key(world, Decision.VA), month_key(world, Decision.CLOSE),
        month_key(world, Decision.LOCK_END), year_key(world, Decision.FAM), year_key(world, Decision.HIRE),
        year_key(world, Decision.FAM_PREV), year_key(world, Decision.HIRE_PREV),
    )
    sums = np.zeros((world.oblasts, 4, 5), dtype=np.int64)
    world.sweep(
        operate, world.households, world.endowments, world.state, now, b.operating, b.closing, b.working, keys,
        sums=(sums,),
    )
    world.tally.businesses = sums


def run_labour(world: World, terms: Terms) -> None:
    """Let persons with disabilities, employers and the employment service act."""
    if world.labour_of is not None:
        return
    world.path.vacancies[world.t] = world.labour.tightness.copy()
    felt = world.frozen.vacancies[world.t] if world.frozen is not None else None
    world.labour.month(world.t, terms.quota, terms.services, terms.economy, world.markets.incumbents, felt)


def consume_income(world: World, terms: Terms) -> None:
    """Set income, consumption and poverty."""
    b = world.behaviour
    sums = np.zeros((len(world.raion_oblast), SUMS), dtype=np.int64)
    world.sweep(
        consume, world.households, world.endowments, world.state, terms.contract, terms.benefit.per_child,
        terms.benefit.coefficient, terms.economy.deflator, world.markets.wage, b.earning.poverty_line,
        world.markets.consumer_price, b.applying.effort, b.working,
        168.0 * b.working.casual_wage * b.working.hire_fte, int(world.t >= world.start), sums=(sums,),
    )
    world.tally.households = sums
    world.tally.places = world.by_oblast(sums)
    world.office.poor = world.office.poor + sums[:, POOR]
    world.office.families = sums[:, FAMILIES]


def move_markets(world: World, terms: Terms) -> None:
    """Set next month's prices from the difference to the reference world."""
    b = world.behaviour
    money = world.real(world.tally.places)
    flows = Flows(
        value=world.real(world.tally.businesses[:, :, 0]),
        local_demand=money[:, DEMAND],
        consumption=money[:, CONSUMPTION],
        bought=world.real(world.tally.spent[:, 0]),
        herd=world.herd
        + world.real(world.tally.businesses[:, 0, 1]) * b.investing.animal_share / b.feedback.cattle_price,
        hours=money[:, HOURS],
    )
    if world.financed is not None:
        flows = flows._replace(local_demand=flows.local_demand - world.financed(world.t))
    world.path.flows[world.t] = flows
    if world.frozen is not None:
        return
    then = world.reference.flows[world.t] if world.reference is not None else flows
    driver = world.multiplier.flows[world.t] if world.multiplier is not None else flows
    respond(
        world.markets, world.baseline, flows, then, driver.local_demand, then.local_demand,
        terms.economy.export_open, int(terms.economy.sewing_shock), b.feedback, b.earning.tightness,
        b.working.casual_wage,
    )


def monitor(world: World, terms: Terms) -> None:
    """Visit contract families and fill the reporting layer, which nothing reads."""
    if world.t < 0:
        return
    b = world.behaviour
    visits = np.zeros((world.oblasts, 3), dtype=np.int64)
    contracts = np.zeros_like(world.office.contracts)
    world.sweep(
        visit, world.households, world.state, terms.contract.contract_months, float(hazard(b.visiting.rate)),
        terms.contract.clawback, b.visiting.clawback, b.reporting.detection,
        month_key(world, Decision.VISIT), once_key(world, Decision.CLAW), once_key(world, Decision.REP_FAIL),
        sums=(visits, contracts),
    )
    world.tally.visits = visits
    world.office.contracts = contracts


SCHEDULE = (
    Step("shocks and prices", "X1 X3 M1-M7", feel_markets),
    Step("income and work", "H1 H2", earn_and_work),
    Step("child benefit", "H3 T2", claim_benefit),
    Step("awareness", "H4", learn_of_programme),
    Step("application", "H5 H6 H7", consider_and_apply),
    Step("selection", "O1 O2", select_families),
    Step("grant and loan", "O3 H8 H9a H9b", pay_and_invest),
    Step("own starts", "H10", start_businesses),
    Step("businesses", "X2 H11 H12 H13 H14", run_businesses),
    Step("persons with disabilities and employers", "P1-P5 E0-E7 S1-S4 Q1-Q12 T1 T3", run_labour),
    Step("consumption", "H15", consume_income),
    Step("markets", "M1-M7", move_markets),
    Step("visits and reports", "O4 O5 R1 R2", monitor),
    Step("accounts", "T2 T4 Y1-Y10", keep_records),
)


def advance(world: World, until: int) -> World:
    """Simulate a world through month ``until`` and return it."""
    while world.t <= until:
        terms = world.design.terms(world.t, world.behaviour)
        for step in SCHEDULE:
            step.run(world, terms)
        world.t += 1
    return world
