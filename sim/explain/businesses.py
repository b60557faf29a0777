"""Businesses: how a family's business starts, earns and ends, what the family lives on, and what the office sees of it.

People.md B1 and B2, model.md H10 to H14, O4, O5 and R2; see :mod:`sim.explain.families` for how a step is looked at.
"""

from __future__ import annotations

import math

import numpy as np

from sim import money, schedule
from sim.agents import choosing, closing, operating, starting, working
from sim.agents.households import budget, consuming
from sim.engine.draws import Decision, hazard, poisson
from sim.engine.math import exp, log, normal
from sim.engine.plain import plain
from sim.explain.families import is_eligible
from sim.explain.looking import ONCE, YEARLY, Look
from sim.explain.story import Draw, som
from sim.months import month_of
from sim.offices import visiting
from sim.state.households import ACTIVE, BREACHED, COMPLETED, FAILED, NEVER, NO_SECTOR, RING, SECTORS


def own_start(look: Look) -> None:
    """Tell of a business that starts without any contract (H10)."""
    old, new, b = look.old, look.new, look.world.behaviour
    if old.best_sector == NO_SECTOR or not is_eligible(look):
        return
    capital = b.starting.scale * b.accounting.grant_reference
    skilled = plain(choosing.has_skill)(look.traits.skills, old.best_sector)
    chance = plain(hazard)(plain(starting.start_rate)(b.starting.rate, look.endowments.believed_effect, skilled))
    luck = look.draw(Decision.OWN_START, threshold=chance)
    visible = old.own_start == 0 or (old.operating == 0 and capital >= b.choosing.minimum_capital)
    began = old.operating == 0 and new.operating == 1
    happened = began or new.own_start != old.own_start if visible else None
    told = look.draw(Decision.OWN_START, threshold=chance, happened=happened)
    inputs = {"chance": chance, "believed ability": look.endowments.believed_effect, "skilled": skilled}
    if began:
        text = f"business in {SECTORS[new.sector - 1]} started without a contract, with {som(new.capital)}"
        columns = ("own_start", "operating", "funded", "business_age", "sector", "capital", "distress_months",
                   "own_money")  # fmt: skip
        look.tell("own start", text, "H10", columns, inputs, (told,))
    elif luck.u < chance:
        text = "would have started on its own now: the contract only brought the business forward"
        look.tell("own start anyway", text, "H10", ("own_start",), inputs, (told,), notable=bool(happened))
    else:
        look.tell("no own start", "", "H10", inputs=inputs, draws=(told,), notable=False)


def business(look: Look) -> None:
    """Tell of losses, closure, value added, staff and distress (X2, H11 to H14)."""
    old, new, h, e, world = look.old, look.new, look.traits, look.endowments, look.world
    if old.operating == 0:
        return
    b, contract, sector, month = world.behaviour, look.terms.contract, old.sector, old.contract_month
    capital = _after_losses(look)
    winter = look.once("winters", lambda: schedule.winters(world))[h.oblast]
    sewing = look.once("sewing", lambda: schedule.sewing_falls(world, look.terms))
    shock = 1 if (sector == 1 and winter == 1) or (sector == 2 and sewing == 1) else 0
    reference = b.accounting.grant_reference
    log_capital = plain(log)(capital / reference)
    full_after = b.operating.ramp_agriculture if sector == 1 else b.operating.ramp_other
    ramp = plain(operating.ramp)(old.business_age, full_after)
    value = look.draw(Decision.VA)
    worth = plain(operating.log_value)(
        sector, log_capital, e.ability_effect, e.operator_woman, reference, b.operating
    )
    spread = operating.VALUE_SD
    demand = world.markets.demand * world.markets.price
    profit = (
        plain(exp)(worth + spread * plain(normal)(value.u) - 0.5 * spread * spread
                 + plain(operating.log_fade)(old.business_age, full_after, b.operating.fade))
        * ramp * (1.0 * demand[h.oblast, sector - 1])
    )  # fmt: skip
    look.agree("profit", profit)
    base = world.base_hazard[min(old.business_age, len(world.base_hazard) - 1)].item()
    shift = plain(closing.closure_shift)(
        sector,
        1 if e.operator_woman == 1 and h.adults == 1 else 0, h.ability,
        max(log_capital, plain(log)(closing.LEAST_CAPITAL / reference)),
        contract.coached if 1 <= month <= contract.contract_months else 0,
        plain(closing.contract_lock)(month, contract.contract_months, old.visited, b.closing.lock), shock, b.closing,
    )  # fmt: skip
    yearly = plain(closing.closure_hazard)(base, shift)
    draws, closes = _closing_draws(look, yearly)
    look.agree("operating", 0 if closes else 1)
    inputs = {"yearly hazard": yearly, "age in months": old.business_age, "capital": capital, "shock": shock}
    if closes:
        text = f"the business in {SECTORS[sector - 1]} closed after {old.business_age} months"
        columns = ("operating", "funded", "sector", "capital", "business_age", "reinvested", "contract", "sold_1",
                   "sold_2", "sold_3", "family_workers", "family_new", "hired", "hired_new", "profit")  # fmt: skip
        look.tell("closed", text, "H12", columns, inputs | {"recovered": look.new.sold_1 * 3.0}, draws)
        if new.released != old.released:
            text = "the loss was nobody's fault: the suspension of the child benefit ends"
            look.tell("released", text, "H3", ("released",))
        return
    look.tell("went on", "", "H12", inputs=inputs, draws=draws, notable=False)
    yearly_news = month_of(look.t) == 1 or old.business_age == math.ceil(full_after)
    text = f"the business earns {som(profit)} this month"
    look.tell("value added", text, "H11", ("profit", "reinvested"),
              {"capital": capital, "ramp": ramp, "demand and price": float(demand[h.oblast, sector - 1]),
               "ability": e.ability_effect, "put back": new.reinvested}, (value,),
              notable=bool(yearly_news))  # fmt: skip
    if month_of(look.t) == 1 or old.business_age == 0:
        _staff(look)
    if new.distress_months == 0 and old.distress_months != 0:
        text = "sold a fifth of the business in distress"
        look.tell("distress sale", text, "H14", ("distress_months", "capital", "sold_1", "sold_2", "sold_3"),
                  {"consumption": old.consumption, "poverty line": b.consuming.poverty_line})  # fmt: skip


def _after_losses(look: Look) -> float:
    """Return capital after a severe winter and animal disease (X1, X2), telling of them."""
    old, b = look.old, look.world.behaviour
    capital = old.capital
    if old.sector == 1:
        if look.once("winters", lambda: schedule.winters(look.world))[look.traits.oblast] == 1:
            capital = capital * (1.0 - b.shocks.winter_loss)
            look.tell("winter", "a severe winter or drought struck the herd", "X1", inputs={"capital left": capital})
        chance = float(plain(hazard)(2.0 * b.shocks.animal_loss))
        luck = look.draw(Decision.ANIMAL, threshold=chance)
        if luck.u < chance:
            capital = 0.5 * capital
            text = "half of the animals were lost"
            look.tell("animals lost", text, "X2", inputs={"capital left": capital}, draws=(luck,))
        capital = float(np.float32(capital))
    return capital


def _closing_draws(look: Look, yearly: float) -> tuple[tuple[Draw, ...], bool]:
    """Return the draws that decide about closure, and whether the business closes by them."""
    b, month = look.world.behaviour.closing, look.old.contract_month
    last = look.terms.contract.contract_months
    chance = min(yearly / 12.0, plain(hazard)(yearly))
    closed = look.new.operating == 0
    by_hazard = look.draw(Decision.CLOSE).u < chance
    draws = [look.draw(Decision.CLOSE, threshold=chance, happened=closed and by_hazard)]
    if last < month <= last + 6:
        at_end = plain(closing.exit_probability)(b.exit_at_end)
        ends = look.draw(Decision.LOCK_END).u < at_end
        happened = ends if closed and by_hazard else closed
        draws.append(look.draw(Decision.LOCK_END, threshold=at_end, happened=happened))
        return tuple(draws), by_hazard or ends
    return (look.draw(Decision.CLOSE, threshold=chance, happened=closed),), by_hazard


def _staff(look: Look) -> None:
    """Tell of family workers and paid hires of the year (H13)."""
    old, new, b = look.old, look.new, look.world.behaviour
    relatives, paid = look.draw(Decision.FAM, YEARLY), look.draw(Decision.HIRE, YEARLY)
    expected = plain(working.expected_family_workers)(old.sector, b.working)
    usual = plain(operating.sector_return)(old.sector, b.operating) * b.accounting.grant_reference
    hires = plain(working.expected_hires)(old.sector, new.profit, usual, b.working)
    family = min(max(look.traits.adults - 1, 0), plain(poisson)(relatives.u, expected))
    look.agree("family_workers", family)
    look.agree("hired", plain(poisson)(paid.u, hires))
    moved = (old.family_workers, old.hired) != (new.family_workers, new.hired)
    text = f"the business now employs {new.family_workers} more from the family and {new.hired} others"
    look.tell("staff", text, "H13", ("family_workers", "family_new", "hired", "hired_new"),
              {"expected family workers": expected, "expected hires": hires}, (relatives, paid),
              notable=moved)  # fmt: skip


FLOWS = {
    "earned": "pay of members", "given_up": "other work given up", "own_income": "own account and farm",
    "transfers": "pensions and other benefits", "child_benefit": "child benefit", "remittances": "remittances",
    "profit": "business", "reinvested": "put back", "in_kind": "home production and help in kind",
    "repaid": "loan repaid", "grant_spent": "grant not invested", "stock_sold": "sold of the business",
    "own_money": "own money put in", "application": "cash cost of applying",
    "borne": "borne of levies and fines of employers",
}  # fmt: skip


def settled(look: Look) -> None:
    """Tell what the family takes in and lives on, and when that crosses the poverty line (B1, B2).

    The rules that ran are asked again, on the row as it was before the step.
    """
    old, new, world, b = look.old, look.new, look.world, look.world.behaviour
    month = money.money_month(world, look.terms)._replace(bearing=world.tally.bearing)
    flows = plain(consuming.flows_of)(0, look.trait_row(), look.row_before(), month, b.consuming, b.working)
    income = plain(budget.disposable_income)(flows, month.coverage)
    ring = RING[month_of(look.t) - 1]
    look.agree(ring, int(plain(budget.whole_som)(income)))
    standing = plain(consuming.log_standing)(
        plain(consuming.income_per_person)(new.income_year, look.traits.size, b.consuming.in_kind),
        b.consuming.elasticity, float(world.endowments.effect[look.row]),
    )  # fmt: skip
    level = float(world.path.levels[look.t][look.traits.oblast])
    look.agree("consumption", plain(consuming.consumption)(level, standing))
    line = b.consuming.poverty_line
    if old.loan > 0.0 and new.loan == 0.0:
        look.tell("loan repaid", "repaid the follow-up loan", "H9b", ("loan",))
    columns = (
        ring, "income_year", "consumption", "recurrent_total", "once_total", "benefit_total", "due_1", "due_2", "due_3",
        "sold_1", "sold_2", "sold_3", "own_money", "trained", "loan", "profit", "reinvested",
    )  # fmt: skip
    before, after = old.consumption < line, new.consumption < line
    text = "living below the poverty line over the last year" if after else "out of poverty over the last year"
    kind = "income of the month" if before == after else "fell into poverty" if after else "left poverty"
    parts = {FLOWS[name]: float(value) for name, value in flows._asdict().items()}
    look.tell(kind, text if before != after else "", "B2", columns, {**parts, "disposable income": income,
              "income of twelve months": new.income_year, "consumption a person": new.consumption,
              "poverty line": line}, notable=before != after)  # fmt: skip


def visits(look: Look) -> None:
    """Tell of visits, breaches and the end of the contract (O4, O5), and of what the reports count (R2)."""
    old, new, world, terms = look.old, look.new, look.world, look.terms.contract
    month, b = old.contract_month, world.behaviour
    if look.t < 0 or month == 0:
        return

    if month <= terms.contract_months and old.contract in (ACTIVE, FAILED):
        chance = float(hazard(b.visiting.rate))
        seen = new.visited == 0
        look.tell("visited" if seen else "not visited", "the curator visited" if seen else "", "O4", ("visited",),
                  {"chance": chance}, (look.draw(Decision.VISIT, threshold=chance, happened=seen),),
                  notable=seen)  # fmt: skip
        if seen and terms.clawback == 1 and old.visited == NEVER and old.diverted > 0.5:
            _recovery(look)
    if old.contract != new.contract and new.contract == COMPLETED:
        look.tell("completed", f"the contract ended after {month} months with a live business", "O5", ("contract",))
    elif old.contract != new.contract and new.contract == FAILED:
        look.tell("failed", "the contract goes on without a business and counts as failed", "O5", ("contract",))
    if new.reported_failed != old.reported_failed:
        chance, found = b.reporting.detection, new.reported_failed == 2
        text = "the reports count the contract as failed" if found else "the reports do not count the failure"
        look.tell("reported", text, "R2", ("reported_failed",), {"chance of being counted": chance},
                  (look.draw(Decision.REP_FAIL, ONCE, chance, found),), notable=False)  # fmt: skip


def _recovery(look: Look) -> None:
    old, new, chance = look.old, look.new, look.world.behaviour.visiting.clawback
    breached = new.contract == BREACHED
    stock = old.due_1 + old.due_2 + old.due_3 + (old.sold_1 + old.sold_2 + old.sold_3)
    back = plain(visiting.recovered_money)(old.grant, old.capital, stock)
    text = f"breach: the state recovers {som(back)}" if breached else "the misuse was seen but not pursued"
    look.tell(
        "breached" if breached else "not pursued", text, "O5",
        ("contract", "operating", "funded", "sector", "capital", "business_age", "due_1", "due_2", "due_3", "sold_1",
         "sold_2", "sold_3")
        if breached else (),
        {"share not invested": old.diverted, "grant": old.grant, "capital": old.capital},
        (look.draw(Decision.CLAW, ONCE, chance, breached),),
    )  # fmt: skip


STEPS = {
    "own starts": own_start, "businesses": business, "money": settled, "visits and reports": visits,
}  # fmt: skip
