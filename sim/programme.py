"""Programme: how a month of the social contract runs, from weighing to payment (model.md H5 to H9, O1 to O3)."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.agents.applying import (
    Call,
    Prospect,
    Weighing,
    amount_odds,
    apply,
    expected_months,
    lost_benefit_months,
    reconsider,
    repaid_value,
    starts_something,
)
from sim.agents.investing import Payment, begin_to_pay_back, borrow, hand_over, invest, invested_capital
from sim.agents.operating import Operating, log_return_of
from sim.engine.columns import Array
from sim.engine.draws import Decision, uniform
from sim.engine.plain import plain
from sim.errors import InputError
from sim.months import month_of, year_of
from sim.offices import paying, selecting
from sim.state.households import APPLIED, APPROVED, QUEUED, weights_of
from sim.state.terms import ContractTerms
from sim.world import Terms, World, month_key, once_key, year_key

NOBODY = np.zeros(0, dtype=np.int64)


def log_returns(operating: Operating, reference: float) -> Array:
    """Return the logarithm of monthly value added at the reference capital of each sector."""
    return np.array([plain(log_return_of)(sector, reference, operating) for sector in range(1, 5)])


def expected_diversion(world: World, terms: Terms) -> float:
    """Return the share of a grant that families reckon not to invest."""
    b = world.behaviour.investing
    return b.diversion * (1.0 - terms.contract.in_kind * b.in_kind_cut) if terms.open else 0.0


def expected_capital(world: World, terms: Terms) -> Array:
    """Return the capital that families of each oblast expect a grant to buy, som of 2023; none without a programme."""
    b, diverted = world.behaviour.investing, expected_diversion(world, terms)
    grant = terms.contract.grant / terms.economy.deflator if terms.open else np.zeros(world.oblasts)
    return np.array([invested_capital(float(g), b.leakage, diverted, b.own_share) for g in grant])


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
    growth = world.people.own_growth(terms.economy)
    to_repay = plain(repaid_value)(
        contract.repaid_share, contract.repaid_from, contract.repaid_months, b.applying.discount
    )
    return Prospect(
        np.ones(n, dtype=np.int64), int(month_of(world.t) == 1), grant, invested, earning, working, float(lost),
        terms.benefit.per_child * terms.benefit.coefficient / deflator, float(diverted),
        b.choosing.minimum_capital, reference, world.markets.wage * growth,
        world.markets.demand * world.markets.price * growth, world.markets.price, grant * to_repay,
        log_returns(b.operating, reference),
    )


def consider_and_apply(world: World, terms: Terms) -> None:
    """Let families reconsider in January and when the rules change, then let the informed apply."""
    b, h = world.behaviour, world.households
    january = int(month_of(world.t) == 1)
    rules = rules_by_oblast(terms)
    before = world.last_rules or rules
    thinks = np.array([january or now != then for now, then in zip(rules, before, strict=True)], dtype=np.int64)
    if thinks.any():
        weighing = Weighing(b.applying, b.choosing, b.operating, b.working)
        now = prospect(world, terms)._replace(thinks=thinks)
        world.sweep(reconsider, h, world.endowments, world.state, now, weighing)
        world.last_rules = rules
    if world.t < 0:
        return
    families = np.maximum(world.office.contracts[:, 0], 1)
    success = world.office.contracts[:, 1] / families
    sums = np.zeros_like(world.office.informed)
    call = Call(
        open_calls(world, terms), ceiling(world, terms) * terms.contract.income_ceiling, success, amounts(world, terms),
        month_key(world, Decision.APPLY), month_key(world, Decision.FILE), world.t, terms.contract.women_only,
    )
    world.sweep(apply, h, world.endowments, world.state, call, b.applying, sums=(sums,))
    world.office.informed = sums


def amounts(world: World, terms: Terms) -> Array:
    """Return what the size of the grant adds to the log-odds of applying in each raion (H7, K16)."""
    b, deflator = world.behaviour, terms.economy.deflator
    here = [amount_odds(float(g) / deflator, b.accounting.grant_reference, b.applying) for g in terms.contract.grant]
    return np.array(here)[world.raion_oblast]


def rules_by_oblast(terms: Terms) -> tuple[Any, ...]:
    """Return what families weigh of the law, for each oblast: where it changes, they reconsider (H6)."""
    c = terms.contract
    shared: tuple[Any, ...] = c.benefit_share.tobytes(), c.exclusion, c.in_kind, c.coached, terms.benefit
    if c.repaid_share > 0.0:
        shared = *shared, c.repaid_share, c.repaid_from, c.repaid_months
    return tuple((float(grant), *shared) if terms.open and grant > 0.0 else () for grant in c.grant)


def open_calls(world: World, terms: Terms) -> Array:
    """Return which raions still take applications: all in January, later those that have places left.

    Where the weight in the allocation is zero, or the grant starts nothing, there is nothing to apply for (H7, K16).
    """
    raions = len(world.raion_oblast)
    if not terms.open or terms.contract.cash == 1:
        return np.zeros(raions, dtype=np.int64)
    least, invested = world.behaviour.choosing.minimum_capital, expected_capital(world, terms)
    starts = np.array([starts_something(float(capital), least) for capital in invested])
    calls = (starts * terms.contract.grant * terms.contract.oblast_weight)[world.raion_oblast] > 0.0
    if month_of(world.t) != 1:
        calls &= world.office.selected < slots_by_raion(world, terms)
    return calls.astype(np.int64)


def ceiling(world: World, terms: Terms) -> float:
    """Return the income below which a family counts as low-income, som of 2023 per person (H5)."""
    return world.behaviour.applying.income_ceiling * terms.economy.subsistence / terms.economy.deflator


def select_families(world: World, terms: Terms) -> None:
    """Spread the year's slots over raions and select applicants.

    A row takes as many places as it weighs. What whole rows leave over or take too many, less than a lot, is
    carried into the next year; places that nobody asked for lapse.
    """
    office, b = world.office, world.behaviour
    if month_of(world.t) == 1:
        need = office.poor, office.families
        if world.frozen is not None:
            need = world.frozen.need[year_of(world.t)]
        world.path.need[year_of(world.t)] = need
        office.shares = selecting.allocation_shares(
            *need, terms.contract.oblast_weight[world.raion_oblast] * world.population.country.slot_weights,
            b.selecting.poor_weight,
        )
        office.poor = np.zeros_like(office.poor)
        office.selected = selecting.carried(office.selected, office.slots, world.lot)
        office.slots_of = (0, 0.0)
    if world.t < 0 or not terms.open or terms.contract.cash == 1:
        return
    world.settle()
    places = (slots_by_raion(world, terms) - office.selected) * (terms.contract.grant[world.raion_oblast] > 0.0)
    rows = np.flatnonzero((world.state.contract == APPLIED) | (world.state.contract == QUEUED))
    world.state.contract[rows] = QUEUED
    h = world.households
    rows = rows[places[h.raion[rows]] > 0]  # raions choose each for itself, and only while they have places
    if not len(rows):
        return
    scores, patrons = np.zeros(len(rows)), np.zeros(len(rows))
    sweep_some(
        world, selecting.score, rows, h, world.state, weighed(b.selecting, terms.contract),
        year_key(world, Decision.PLAN), year_key(world, Decision.PATRON), sums=(scores, patrons),
    )
    applicants = selecting.Applicants(
        h.raion[rows], h.identifier[rows], scores, patrons, h.with_disability[rows], weights_of(h, rows)
    )
    by_lot = plain(selecting.given_by_lot)(b.selecting.patronage, terms.contract.lottery)
    chosen = selecting.select(applicants, places, float(by_lot), terms.contract.set_aside)
    taken = rows[chosen]
    world.state.contract[taken] = APPROVED
    world.state.approved_at[taken] = world.t
    world.state.merit[taken] = scores[chosen]
    np.add.at(office.selected, h.raion[taken], applicants.weight[chosen])


def weighed(selecting_: selecting.Selecting, contract: ContractTerms) -> selecting.Selecting:
    """Return the weights of the score with the priorities of the law (question 7)."""
    need, children, disability, plan = contract.priorities
    return selecting_._replace(
        need=selecting_.need * need, children=selecting_.children * children,
        disability=selecting_.disability * disability, plan=selecting_.plan * plan,
    )  # fmt: skip


def sweep_some(world: World, sweep: Any, rows: Array, *arguments: Any, sums: tuple[Array, ...]) -> None:
    """Run a sweep over some household rows, after those that wait; ``sums`` are passed last and filled."""
    world.settle()
    if world.watch is not None:
        world.watch(sweep, arguments, sums, rows)
    else:
        sweep(rows, *arguments, *sums)


def slots_by_raion(world: World, terms: Terms) -> Array:
    """Return this year's slots of each raion, families in whole lots; none where the grant is zero."""
    office, wanted = world.office, (year_of(world.t), terms.contract.slots)
    if office.slots_of != wanted:
        offset = float(uniform(year_key(world, Decision.ROUND_SLOTS), np.uint32(0)))
        office.slots = selecting.raion_slots(terms.contract.slots, office.shares, offset, world.lot)
        office.slots_of = wanted
    return office.slots * (terms.contract.grant[world.raion_oblast] > 0.0)


def to_be_paid(world: World, terms: Terms) -> Array:
    """Return the rows of the families that are paid this month: where it is cash, those of the contracts' own world."""
    if terms.contract.cash == 1:
        if world.chosen is None:
            raise InputError("social_contract.cash is true, but nobody lived the same design with contracts before")
        return world.chosen.paid.get(world.t, NOBODY)
    rows = np.flatnonzero(world.state.contract == APPROVED)
    if not len(rows):
        return rows
    h = world.households
    chosen = paying.pay(
        world.state.approved_at[rows], world.state.merit[rows], h.identifier[rows], h.raion[rows],
        weights_of(h, rows), world.office.due - world.office.paid,
    )  # fmt: skip
    return np.asarray(rows[chosen])


def collect_grants(world: World, contract: ContractTerms) -> None:
    """Let families that owe a part of their grant begin to pay it back (question 8)."""
    world.owing = world.owing or contract.repaid_share > 0.0
    if not world.owing:
        return
    world.settle()
    rows = np.flatnonzero(world.state.repayable > 0.0)
    sweep_some(world, begin_to_pay_back, rows, world.state, contract.repaid_from, contract.repaid_months, sums=())


def pay_and_invest(world: World, terms: Terms) -> None:
    """Pay approved families, who invest, and offer follow-up loans."""
    world.tally.spent = np.zeros((world.oblasts, 2), dtype=np.int64)
    world.tally.paid = np.zeros(world.oblasts, dtype=np.int64)
    world.tally.receiving = np.zeros(world.oblasts, dtype=np.int64)
    if world.t < 0:
        return
    b, h, contract = world.behaviour, world.households, terms.contract
    deflator = terms.economy.deflator
    if terms.open:
        world.office.due = world.office.due + slots_by_raion(world, terms) * contract.pay_share
        paid = to_be_paid(world, terms)
        world.path.paid[world.t] = paid
        if len(paid):
            weight = weights_of(h, paid)
            np.add.at(world.office.paid, h.raion[paid], weight)
            np.add.at(world.tally.paid, h.oblast[paid], weight)
            np.add.at(world.tally.receiving, h.oblast[paid], weight * world.state.benefit[paid])
            payment = Payment(
                world.t, contract.grant / deflator, contract.in_kind, world.markets.price, world.markets.cattle_price,
                month_key(world, Decision.DIVERT), month_key(world, Decision.SECTOR), contract.repaid_share,
            )
            if contract.cash == 1:
                sweep_some(world, hand_over, paid, h, world.state, payment.grant, world.t, sums=())
            else:
                sweep_some(
                    world, invest, paid, h, world.endowments, world.state, payment, b.choosing, b.investing,
                    sums=(world.tally.spent,),
                )
    collect_grants(world, contract)
    if contract.loan_max > 0.0:
        world.sweep(
            borrow, h, world.state, contract.loan_max / deflator, contract.loan_term, b.investing.loan_take,
            once_key(world, Decision.LOAN),
        )
