"""Businesses: how a family's business starts, earns and ends, what the family lives on, and what the office sees of it.

People.md B1 and B2, model.md H10 to H14, O4, O5 and R2; see :mod:`sim.explain.families` for how a step is looked at.
"""

from __future__ import annotations

import math

from sim.agents import closing
from sim.engine.draws import Decision, hazard
from sim.engine.plain import plain
from sim.explain.looking import ONCE, YEARLY, Look
from sim.explain.story import Draw, som
from sim.months import month_of
from sim.offices import visiting
from sim.state.households import COMPLETED, FAILED, RING, SECTORS


def own_start(look: Look) -> None:
    """Tell of a business that starts without any contract (H10)."""
    old, new, asked = look.old, look.new, look.call("start_rate")
    if asked is None:
        return
    chance = float(plain(hazard)(asked.result))
    luck = look.draw(Decision.OWN_START, threshold=chance)
    happened = luck.u < chance
    told = look.draw(Decision.OWN_START, threshold=chance, happened=happened)
    given = asked.inputs
    inputs = {"chance": chance, "believed ability": given["believed_effect"], "skilled": given["skilled"]}
    if look.call("open_business") is not None:
        text = f"business in {SECTORS[new.sector - 1]} started without a contract, with {som(new.capital)}"
        columns = ("own_start", "operating", "funded", "business_age", "sector", "capital", "distress_months",
                   "own_money")  # fmt: skip
        look.tell("own start", text, "H10", columns, inputs, (told,))
    elif happened:
        text = "would have started on its own now: the contract only brought the business forward"
        look.tell("own start anyway", text, "H10", ("own_start",), inputs, (told,),
                  notable=new.own_start != old.own_start)  # fmt: skip
    else:
        look.tell("no own start", "", "H10", inputs=inputs, draws=(told,), notable=False)


def business(look: Look) -> None:
    """Tell of losses, closure, value added, staff and distress (X2, H11 to H14)."""
    old, new, asked, shuts = look.old, look.new, look.call("value_added"), look.call("closes")
    if asked is None or shuts is None:
        return
    b, sector, business = look.world.behaviour, old.sector, asked.inputs
    capital = _after_losses(look)
    yearly = float(plain(closing.closure_hazard)(shuts.inputs["base"], shuts.inputs["shift"]))
    shock = look.call("shocked")
    inputs = {"yearly hazard": yearly, "age in months": old.business_age, "capital": capital,
              "shock": shock.result if shock is not None else 0}  # fmt: skip
    draws = _closing_draws(look, yearly, bool(shuts.result))
    if new.operating == 0:
        text = f"the business in {SECTORS[sector - 1]} closed after {old.business_age} months"
        columns = ("operating", "funded", "sector", "capital", "business_age", "reinvested", "contract", "sold_1",
                   "sold_2", "sold_3", "family_workers", "family_new", "hired", "hired_new", "profit")  # fmt: skip
        look.tell("closed", text, "H12", columns, inputs | {"recovered": look.new.sold_1 * 3.0}, draws)
        if new.released != old.released:
            text = "the loss was nobody's fault: the suspension of the child benefit ends"
            look.tell("released", text, "H3", ("released",))
        return
    look.tell("went on", "", "H12", inputs=inputs, draws=draws, notable=False)
    share, months = look.call("ramp"), float(business["months"])
    text = f"the business earns {som(float(asked.result))} this month"
    look.tell("value added", text, "H11", ("profit", "reinvested"),
              {"capital": capital, "ramp": share.result if share is not None else 1.0,
               "demand and price": business["market"], "ability": look.endowments.ability_effect,
               "put back": new.reinvested}, (look.draw(Decision.VA),),
              notable=month_of(look.t) == 1 or old.business_age == math.ceil(months))  # fmt: skip
    _staff(look)
    if look.call("sell_in_distress") is not None:
        text = "sold a fifth of the business in distress"
        look.tell("distress sale", text, "H14", ("distress_months", "capital", "sold_1", "sold_2", "sold_3"),
                  {"consumption": old.consumption, "poverty line": b.consuming.poverty_line})  # fmt: skip


def _after_losses(look: Look) -> float:
    """Return capital after a severe winter and animal disease (X1, X2), telling of them."""
    asked = look.call("capital_left")
    if asked is None:
        return float(look.old.capital)
    left = {"capital left": float(asked.result)}
    if asked.inputs["winter"] == 1:
        look.tell("winter", "a severe winter or drought struck the herd", "X1", inputs=left)
    if asked.inputs["ill"] == 1:
        chance = float(plain(hazard)(2.0 * look.world.behaviour.shocks.animal_loss))
        luck = look.draw(Decision.ANIMAL, threshold=chance)
        look.tell("animals lost", "half of the animals were lost", "X2", inputs=left, draws=(luck,))
    return left["capital left"]


def _closing_draws(look: Look, yearly: float, by_hazard: bool) -> tuple[Draw, ...]:
    """Return the draws that were looked at to see whether the business closes."""
    chance = min(yearly / 12.0, float(plain(hazard)(yearly)))
    draws = [look.draw(Decision.CLOSE, threshold=chance, happened=by_hazard)]
    if any(luck.decision == Decision.LOCK_END.name for luck in look.asked()):
        at_end = float(plain(closing.exit_probability)(look.world.behaviour.closing.exit_at_end))
        ends = look.call("ends")
        draws.append(look.draw(Decision.LOCK_END, threshold=at_end, happened=ends is not None and bool(ends.result)))
    return tuple(draws)


def _staff(look: Look) -> None:
    """Tell of family workers and paid hires of the year, if they were drawn this month (H13)."""
    old, new = look.old, look.new
    relatives, hires = look.call("expected_family_workers"), look.call("expected_hires")
    if relatives is None or hires is None:
        return
    moved = (old.family_workers, old.hired) != (new.family_workers, new.hired)
    text = f"the business now employs {new.family_workers} more from the family and {new.hired} others"
    look.tell("staff", text, "H13", ("family_workers", "family_new", "hired", "hired_new"),
              {"expected family workers": relatives.result, "expected hires": hires.result},
              (look.draw(Decision.FAM, YEARLY), look.draw(Decision.HIRE, YEARLY)), notable=moved)  # fmt: skip


FLOWS = {
    "earned": "pay of members", "given_up": "other work given up", "own_income": "own account and farm",
    "transfers": "pensions and other benefits", "child_benefit": "child benefit", "remittances": "remittances",
    "profit": "business", "reinvested": "put back", "in_kind": "home production and help in kind",
    "repaid": "loan repaid", "grant_spent": "grant not invested", "stock_sold": "sold of the business",
    "own_money": "own money put in", "application": "cash cost of applying",
    "borne": "borne of levies and fines of employers", "certificates": "benefits of staff certified for a quota",
    "given": "given by employers for no work", "protection": "benefits of a design beyond today's law",
    "paid_back": "grant paid back", "financed": "paid towards the cost of the design",
}  # fmt: skip


def settled(look: Look) -> None:
    """Tell what the family takes in and lives on, and when that crosses the poverty line (B1, B2)."""
    old, new, b = look.old, look.new, look.world.behaviour
    given, income = look.call("flows_of"), look.call("disposable_income")
    if given is None or income is None:
        return
    flows, ring = given.result, RING[month_of(look.t) - 1]
    line = b.consuming.poverty_line
    if old.loan > 0.0 and new.loan == 0.0:
        look.tell("loan repaid", "repaid the follow-up loan", "H9b", ("loan",))
    columns = (
        ring, "income_year", "consumption", "recurrent_total", "once_total", "benefit_total", "due_1", "due_2", "due_3",
        "sold_1", "sold_2", "sold_3", "own_money", "trained", "loan", "repayable", "profit", "reinvested",
    )  # fmt: skip
    before, after = old.consumption < line, new.consumption < line
    text = "living below the poverty line over the last year" if after else "out of poverty over the last year"
    kind = "income of the month" if before == after else "fell into poverty" if after else "left poverty"
    parts = {FLOWS[name]: float(value) for name, value in flows._asdict().items()}
    look.tell(kind, text if before != after else "", "B2", columns, {**parts, "disposable income": income.result,
              "income of twelve months": new.income_year, "consumption a person": new.consumption,
              "poverty line": line}, notable=before != after)  # fmt: skip


def visits(look: Look) -> None:
    """Tell of visits, breaches and the end of the contract (O4, O5), and of what the reports count (R2)."""
    old, new, called = look.old, look.new, look.call("call_on")
    if called is not None:
        chance, seen = look.given(visiting.VisitMonth).probability, called.result == 1
        look.tell("visited" if seen else "not visited", "the curator visited" if seen else "", "O4", ("visited",),
                  {"chance": chance}, (look.draw(Decision.VISIT, threshold=chance, happened=seen),),
                  notable=seen)  # fmt: skip
        if look.luck(Decision.CLAW) is not None:
            _recovery(look)
    if old.contract != new.contract and new.contract == COMPLETED:
        text = f"the contract ended after {old.contract_month} months with a live business"
        look.tell("completed", text, "O5", ("contract",))
    elif old.contract != new.contract and new.contract == FAILED:
        look.tell("failed", "the contract goes on without a business and counts as failed", "O5", ("contract",))
    if look.luck(Decision.REP_FAIL) is not None:
        chance, found = look.given(visiting.VisitMonth).detection, new.reported_failed == 2
        text = "the reports count the contract as failed" if found else "the reports do not count the failure"
        look.tell("reported", text, "R2", ("reported_failed",), {"chance of being counted": chance},
                  (look.draw(Decision.REP_FAIL, ONCE, chance, found),), notable=False)  # fmt: skip


def _recovery(look: Look) -> None:
    """Tell whether the state recovers a grant that was not invested (O5)."""
    old, chance, asked = look.old, look.given(visiting.VisitMonth).clawback, look.call("recovered_money")
    breached = asked is not None
    text = f"breach: the state recovers {som(asked.result)}" if asked else "the misuse was seen but not pursued"
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
