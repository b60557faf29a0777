"""Families: what a household earns, learns, asks for and is given.

People.md W1 to W4 and B3; model.md H3 to H9b, O1 to O3.

Each function looks at one household around one step of the schedule. What a decision was given and gave was heard from
the rules that ran (:mod:`sim.explain.hearing`); no formula stands here a second time.
"""

from __future__ import annotations

import numpy as np

from sim import programme
from sim.agents import applying, claiming, learning
from sim.engine.columns import Array
from sim.engine.draws import Decision
from sim.engine.math import exp
from sim.engine.plain import plain
from sim.engine.sums import added
from sim.explain.looking import ONCE, YEARLY, Look
from sim.explain.story import percent, som
from sim.explain.tracing import Call
from sim.offices import selecting
from sim.state.households import APPLIED, APPROVED, NO_SECTOR, NONE, QUEUED, REFUSED, SECTORS, weights_of
from sim.state.terms import FULL_EXCLUSION

BANDS = (0.5, 1.0, 1.5)  # of the ceiling
BAND_NAMES = ("below half of the ceiling", "below the ceiling", "just above the ceiling", "well above the ceiling")


def declared_income(look: Look) -> None:
    """Tell of what the office sees of last month's income (B3)."""
    new, asked = look.new, look.call("declared_income")
    if asked is None:
        return
    ceiling = programme.ceiling(look.world, look.terms)
    band = sum(new.declared >= share * ceiling for share in BANDS)
    inputs = {
        "pay of members": new.earned, "of it informal": new.informal, "own account and farm": new.own_income,
        "pensions and other benefits": new.transfers, "declared by the household": asked.result,
        "error of the office": look.endowments.seen_error, "ceiling": ceiling,
    }  # fmt: skip
    text = f"the office sees {som(new.declared)} a person: {BAND_NAMES[band]}"
    moved = band != look.memory.get("band")
    look.memory["band"] = band
    look.tell("income band" if moved else "income", text, "B3", ("declared",), inputs, notable=False)


def work_and_pay(look: Look) -> None:
    """Tell of what members earn and get (W1 to W4), and of the operator's work."""
    old, new = look.old, look.new
    inputs = {
        "pay of members": new.earned, "of it informal": new.informal, "own account and farm": new.own_income,
        "pensions and other benefits": new.transfers,
    }  # fmt: skip
    columns = ("earned", "informal", "own_income", "transfers", "bears", "staffed", "lenders")
    look.tell("pay", "", "W4", columns, inputs, notable=False)
    if look.endowments.has_operator and old.employed != new.employed:
        text = "the potential operator found work" if new.employed else "the potential operator lost work"
        look.tell("work", text, "W2", ("employed",))


def further_instruments(look: Look) -> None:
    """Tell of what instruments without a step of their own pay the family."""
    paid = look.new.transfers - look.old.transfers
    if paid:
        told = look.memory.get("paid")
        look.memory["paid"] = paid
        look.tell("benefit paid", f"is paid {som(paid)} more by other instruments", "T2", ("transfers",),
                  {"paid": paid}, notable=told != paid)  # fmt: skip


def benefits_of_a_design(look: Look) -> None:
    """Tell of what the benefits of a design bring the family beyond today's law."""
    paid = look.new.protection
    if paid != look.old.protection:
        look.tell("benefits of a design", f"the benefits of the design come to {som(paid)} a month beyond today's law",
                  "T2", ("protection",), {"paid": paid}, notable=True)  # fmt: skip


def child_benefit(look: Look) -> None:
    """Tell of the contract's calendar, and of the child benefit (H3)."""
    old, new, b, contract = look.old, look.new, look.world.behaviour.claiming, look.terms.contract
    if old.contract == REFUSED and new.contract == NONE:
        look.tell("may apply again", "a year after the refusal the family may apply again", "O2",
                  ("contract", "refused_months"))  # fmt: skip
    elif old.contract in (APPLIED, QUEUED) and new.contract == REFUSED:
        look.tell("refused", "not selected by the end of the year: the application lapses", "O2",
                  ("contract", "refused_months"))  # fmt: skip
    month, children = new.contract_month, look.traits.children
    if children == 0 and old.benefit == 0:
        return
    share, before = float(contract.benefit_share[month]), float(contract.benefit_share[old.contract_month])
    stops = look.call("suspended")
    if old.benefit and contract.exclusion == FULL_EXCLUSION and stops is not None and stops.result == 1:
        look.tell("benefit suspended", f"child benefit suspended: contract month {month} under full exclusion", "H3",
                  ("benefit", "contract_month"), {"contract month": month, "children": children})  # fmt: skip
    elif month and old.benefit and share != before:
        text = f"child benefit is now paid at {percent(share)}: contract month {month}"
        look.tell("benefit share", text, "H3", ("contract_month",), {"contract month": month, "share": share})
    chances = {
        Decision.UBK_EXIT: (b.exit, "left the child benefit"),
        Decision.UBK_BACK: (plain(claiming.back_probability)(b.back),
                            "came back to the child benefit after the contract"),
        Decision.UBK_ENTRY: (plain(claiming.entry_probability)(min(children, claiming.MOST_CHILDREN), b),
                             "began to receive the child benefit"),
    }  # fmt: skip
    inputs = {"seen by the office": old.declared, "threshold": look.world.threshold, "children": children}
    for luck in look.asked():
        decision = Decision[luck.decision]
        chance, text = chances[decision]
        happened = luck.u < chance
        draw = look.draw(decision, threshold=chance, happened=happened)
        look.tell(
            text if happened else f"not: {text}", text if happened else "", "H3", ("benefit",) if happened else (),
            inputs, (draw,), notable=happened and new.benefit != old.benefit,
        )  # fmt: skip


def awareness(look: Look) -> None:
    """Tell how the family came to know of the programme (H4)."""
    if look.old.aware or look.t < 0:
        return
    low, participants, informed = (int(count) for count in look.office.informed[look.traits.raion])
    base, b = max(low, 1), look.world.behaviour.learning
    chance = plain(learning.awareness_probability)(look.old.benefit, participants / base, informed / base, b)
    learned = look.new.aware == 1
    inputs = {
        "chance": chance, "hazard from the media": b.media, "hazard at the benefit office": b.office * look.old.benefit,
        "contract families among low-income ones": participants / base, "informed others": informed / base,
    }  # fmt: skip
    look.tell(
        "learned" if learned else "did not learn", "learned of the programme" if learned else "", "H4", ("aware",),
        inputs, (look.draw(Decision.AWARE, threshold=chance, happened=learned),), notable=learned,
    )  # fmt: skip


def application(look: Look) -> None:
    """Tell what the family expects of a contract (H6), and whether it applies and files (H5, H7)."""
    _reckon(look)
    new = look.new
    if look.t < 0 or new.best_sector == NO_SECTOR:
        return
    b, asked = look.world.behaviour.applying, look.call("application_probability")
    if asked is None:
        _cannot(look)
        return
    begins = new.trained == 1
    inputs = {"chance": asked.result, **_odds(asked, b), "expected gain": new.expected_gain}
    look.tell(
        "applied" if begins else "did not apply", "applied and took the training" if begins else "decided not to apply",
        "H7", ("trained",), inputs | look.memory.get("parts", {}),
        (look.draw(Decision.APPLY, threshold=asked.result, happened=begins),), notable=begins,
    )  # fmt: skip
    if begins:
        filed = new.contract == APPLIED
        look.tell(
            "filed" if filed else "did not file", "filed the papers" if filed else "did not file the papers this year",
            "H7", ("contract", "barred"), {"share that files": b.file_share},
            (look.draw(Decision.FILE, threshold=b.file_share, happened=filed),),
        )  # fmt: skip


def _cannot(look: Look) -> None:
    """Tell why the family was not asked whether it applies (H5)."""
    old, ceiling = look.old, programme.ceiling(look.world, look.terms)
    call = look.once("calls", lambda: programme.open_calls(look.world, look.terms))[look.traits.raion]
    low = look.call("eligible_income")
    reasons = (("the programme or the call is closed", call != 1), ("it does not know of it", not old.aware),
               ("its income is above the ceiling", low is not None and low.result == 0),
               ("it already has a file", old.contract != NONE),
               ("it did not file this year", old.barred == 1))  # fmt: skip
    said = "cannot apply: " + ", ".join(text for text, holds in reasons if holds)
    look.tell("cannot apply", said, "H5", inputs={"income seen": old.declared, "ceiling": ceiling}, notable=False)


PARTS_OF_ODDS = {
    "gain": "from the gain", "success": "from live businesses nearby", "distance": "from distance",
    "disability": "from disability", "woman": "from a woman operator", "amount": "from the size of the grant",
}  # fmt: skip


def _odds(asked: Call, b: applying.Applying) -> dict[str, float]:
    """Return what each input adds to the log-odds of applying: the rule with it alone, less the rule without any."""
    odds, none = plain(applying.application_odds), dict.fromkeys(PARTS_OF_ODDS, 0)
    base = odds(**none, applying=b)
    alone = {
        words: odds(**none | {name: asked.inputs[name]}, applying=b) - base for name, words in PARTS_OF_ODDS.items()
    }
    return {"log-odds from readiness": base} | alone


def _reckon(look: Look) -> None:
    """Tell what the family expects of a contract, part by part, if it reconsidered this month (H6)."""
    old, new = look.old, look.new
    best, asked = look.call("best_sector"), look.call("expected_gain")
    if best is not None and best.result == NO_SECTOR:
        look.tell("reckons", "no business is feasible for this family", "H5", ("best_sector",), notable=False)
    if asked is None:
        return
    gain, given = float(asked.result), asked.inputs
    open_now, deflator = look.terms.open, look.terms.economy.deflator
    grant = float(look.terms.contract.grant[look.traits.oblast]) / deflator if open_now else 0.0
    look.memory["parts"] = {
        "business": given["business"], "part of the grant kept": given["diverted"],
        "child benefit lost": given["benefit_lost"], "cost of applying": given["effort"],
        "other work given up": given["work_lost"],
    }  # fmt: skip
    told = look.memory.get("gain")
    news = told is None or abs(gain - told) > 0.1 * max(abs(told), 1000.0)
    look.memory["gain"] = gain if news else told
    text = f"reckons that a contract for {SECTORS[new.best_sector - 1]} would bring {som(gain)} over three years"
    look.tell("reckons", text, "H6", ("best_sector", "expected_gain"), {"grant": grant} | look.memory["parts"],
              notable=bool(news and old.aware and old.contract == NONE and open_now))  # fmt: skip


def selection(look: Look) -> None:
    """Tell where the family stands among the applicants of its raion (O2)."""
    old, new, raion = look.old, look.new, look.traits.raion
    if old.contract not in (APPLIED, QUEUED) or new.contract not in (QUEUED, APPROVED) or not look.terms.open:
        return
    asked = look.call("selection_score")
    if asked is None:
        look.tell("waits", "waits: its raion has no places left", "O2", ("contract",),
                  notable=look.memory.get("waits") != 0)  # fmt: skip
        look.memory["waits"] = 0
        return
    rows, scores, patrons = look.heard["score"].run
    here = look.world.households.raion[rows] == raion
    rows, scores, patrons = rows[here], scores[here], patrons[here]
    places, reason = look.once(("selection", raion), lambda: _selected(look, rows, scores, patrons))
    me = int(np.flatnonzero(rows == look.row)[0])
    order = np.lexsort((look.world.households.identifier[rows], patrons, -scores))
    rank = int(np.flatnonzero(order == me)[0]) + 1
    chosen = new.contract == APPROVED
    look.agree("contract", APPROVED if me in reason else QUEUED)
    inputs = {
        "score": asked.result, "rank": rank, "applicants": len(rows), "free places": places,
        "income seen": old.declared, "children": look.traits.children,
    }  # fmt: skip
    text = (
        f"selected {reason[me]}: rank {rank} of {len(rows)} for {places} places, score {asked.result:.2f}" if chosen
        else f"waits: rank {rank} of {len(rows)} for {places} places, score {asked.result:.2f}"
    )
    waited = look.memory.get("waits") == places and not chosen
    look.memory["waits"] = places
    look.tell(
        "selected" if chosen else "waits", text, "O2", ("contract", "approved_at", "merit"), inputs,
        (look.draw(Decision.PLAN, YEARLY), look.draw(Decision.PATRON, YEARLY)), notable=chosen or not waited,
    )  # fmt: skip


def _selected(look: Look, rows: Array, scores: Array, patrons: Array) -> tuple[int, dict[int, str]]:
    """Return the free places of a raion, and why each of its applicants with places was chosen, by position."""
    world, h, raion = look.world, look.world.households, look.traits.raion
    applicants = selecting.Applicants(
        h.raion[rows], h.identifier[rows], scores, patrons, h.with_disability[rows], weights_of(h, rows)
    )
    chosen = world.state.contract[rows] == APPROVED
    given = int(world.office.selected[raion]) - int(applicants.weight[chosen].sum())
    free = max(int(programme.slots_by_raion(world, look.terms)[raion]) - given, 0)
    ranked = np.lexsort((applicants.identifier, patrons, -scores))
    ways = selecting.ways(
        applicants, ranked, free, world.behaviour.selecting.patronage, look.terms.contract.set_aside
    )
    said = ("from the places set aside", "by score", "by patronage")
    return free, {int(place): words for words, places in zip(said, ways, strict=True) for place in places}


def payment(look: Look) -> None:
    """Tell of the grant, what became of it (O3, H8, H9a), and of a follow-up loan (H9b)."""
    if look.call("sign") is not None:
        _paid(look)
    elif look.new.paid_at != look.old.paid_at:
        look.tell("paid in cash", f"paid {som(look.new.grant)} of 2023 in cash", "O3",
                  ("contract", "paid_at", "grant", "diverted", "due_1", "due_2", "due_3"))  # fmt: skip
    elif look.old.contract == APPROVED:
        look.tell("waits for payment", "waits for the payment", "O3", notable=False)
    if look.new.payback != look.old.payback and look.new.payback > 0.0:
        text = f"begins to pay {som(look.new.payback)} a month of the grant back"
        look.tell("pays back", text, "H15", ("payback",))
    offered = look.luck(Decision.LOAN)
    if offered is not None:
        take, terms = look.world.behaviour.investing.loan_take, look.terms
        amount, borrowed = terms.contract.loan_max / terms.economy.deflator, look.new.loan != look.old.loan
        text = f"took the follow-up loan of {som(amount)}" if borrowed else "did not take the follow-up loan"
        look.tell(
            "borrowed" if borrowed else "did not borrow", text, "H9b", ("loan", "instalment", "capital"),
            {"chance": take, "loan": amount}, (look.draw(Decision.LOAN, ONCE, take, borrowed),),
        )  # fmt: skip


def _paid(look: Look) -> None:
    """Tell of the grant and what became of it (O3, H8, H9a)."""
    new, signed, bought = look.new, look.call("sign"), look.call("invested_capital")
    if signed is None or bought is None:
        return
    deflator, least = look.terms.economy.deflator, look.world.behaviour.choosing.minimum_capital
    nominal = float(look.terms.contract.grant[look.traits.oblast])
    capital, invested = float(bought.result), look.call("put_in") is not None
    look.tell(
        "paid", f"paid {som(nominal)}", "O3",
        ("contract", "contract_month", "paid_at", "grant", "visited", "repayable", "payback"),
        {"grant": nominal, "deflator": deflator},
    )
    inputs = {"grant, som of 2023": float(signed.inputs["amount"]), "share not invested": new.diverted,
              "capital": capital if invested else 0.0}  # fmt: skip
    look.tell("diverted", f"kept {percent(new.diverted)} of it for consumption", "H9a",
              ("diverted", "due_1", "due_2", "due_3"), inputs, (look.draw(Decision.DIVERT),),
              notable=new.diverted >= 0.005)  # fmt: skip
    drawn = look.call("draw_sector")
    if not invested:
        text = f"too little is left for a business: {som(capital)} of {som(least)}"
        look.tell("no business", text, "H9a", inputs=inputs)
    elif drawn is None:
        text = f"put {som(capital)} into the business it had in {SECTORS[new.sector - 1]}"
        look.tell("invested", text, "H9a", ("capital", "funded", "funded_sector", "own_money"), inputs)
    else:
        text = f"business in {SECTORS[new.sector - 1]} started with {som(capital)}"
        columns = ("operating", "funded", "funded_sector", "business_age", "sector", "capital", "distress_months",
                   "own_money")  # fmt: skip
        look.tell("funded start", text, "H8", columns, inputs | _sector_chances(drawn), (look.draw(Decision.SECTOR),))


def _sector_chances(drawn: Call) -> dict[str, float]:
    """Return the chance of each sector that the family could choose."""
    weights = {
        f"chance of {SECTORS[call.inputs['sector'] - 1]}": float(plain(exp)(call.result))
        for call in drawn.inner if call.rule == "sector_utility"
    }  # fmt: skip
    total = added(weights.values())
    return {name: weight / total for name, weight in weights.items()}


STEPS = {
    "declared income": declared_income, "work and pay": work_and_pay, "child benefit": child_benefit,
    "benefits of a design": benefits_of_a_design, "further instruments": further_instruments, "awareness": awareness,
    "application": application,
    "selection": selection, "grant and loan": payment,
}  # fmt: skip
