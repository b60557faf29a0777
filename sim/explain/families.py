"""Families: what a household earns, learns, asks for and is given.

People.md W1 to W4 and B3; model.md H3 to H9b, O1 to O3.

Each function looks at one household around one step of the schedule. The inputs of a decision come from the model's own
scalar rules, asked again; where they do not give what stands in the columns, the explanation stops with an error.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sim import programme
from sim.agents import applying, choosing, claiming, investing, learning, operating, working
from sim.agents.households import declaring
from sim.engine.draws import Decision
from sim.engine.math import exp, normal
from sim.engine.plain import plain
from sim.explain.looking import ONCE, YEARLY, Look
from sim.explain.story import percent, som
from sim.months import month_of
from sim.offices import selecting
from sim.state.households import ACTIVE, APPLIED, APPROVED, NO_SECTOR, NONE, QUEUED, REFUSED, SECTORS, weights_of
from sim.state.terms import FULL_EXCLUSION
from sim.world import year_key

BANDS = (0.5, 1.0, 1.5)  # of the ceiling
BAND_NAMES = ("below half of the ceiling", "below the ceiling", "just above the ceiling", "well above the ceiling")


def is_eligible(look: Look) -> bool:
    """Return whether the office sees an income below the ceiling this month (H5)."""
    ceiling = programme.ceiling(look.world, look.terms)
    return plain(applying.eligible_income)(look.old.declared, ceiling) == 1


def declared_income(look: Look) -> None:
    """Tell of what the office sees of last month's income (B3)."""
    b, new, e, h = look.world.behaviour, look.new, look.endowments, look.traits
    own = new.own_income + max(new.profit, 0.0)
    declared = plain(declaring.declared_income)(
        new.earned - new.informal, new.informal, own, new.transfers, h.remittances, b.declaring
    )
    look.agree("declared", plain(declaring.seen_income)(declared, h.size, e.seen_error))
    ceiling = programme.ceiling(look.world, look.terms)
    band = sum(new.declared >= share * ceiling for share in BANDS)
    inputs = {
        "pay of members": new.earned, "of it informal": new.informal, "own account and farm": new.own_income,
        "pensions and other benefits": new.transfers, "declared by the household": declared,
        "error of the office": e.seen_error, "ceiling": ceiling,
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
    columns = ("earned", "informal", "own_income", "transfers", "bears")
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
    stopped = contract.exclusion == FULL_EXCLUSION and plain(claiming.suspended)(month, share, old.released) == 1
    receives, asked = old.benefit, []
    if stopped and receives:
        receives = 0
        look.tell("benefit suspended", f"child benefit suspended: contract month {month} under full exclusion", "H3",
                  ("benefit", "contract_month"), {"contract month": month, "children": children})  # fmt: skip
    elif month and old.benefit and share != before:
        text = f"child benefit is now paid at {percent(share)}: contract month {month}"
        look.tell("benefit share", text, "H3", ("contract_month",), {"contract month": month, "share": share})
    if receives:
        leaves = look.draw(Decision.UBK_EXIT, threshold=b.exit)
        receives = int(leaves.u >= b.exit)
        asked.append((leaves, receives == 0, "left the child benefit"))
    seen = old.declared
    threshold = look.world.threshold
    if receives == 0 and children > 0 and seen < threshold:
        if contract.exclusion != 0 and claiming.FIRST_BACK <= month <= claiming.LAST_BACK:
            chance = plain(claiming.back_probability)(b.back)
            back = look.draw(Decision.UBK_BACK, threshold=chance)
            receives = int(back.u < chance)
            asked.append((back, receives == 1, "came back to the child benefit after the contract"))
        if receives == 0 and plain(claiming.may_enter)(month, contract.exclusion) == 1:
            chance = plain(claiming.entry_probability)(children, b)
            enters = look.draw(Decision.UBK_ENTRY, threshold=chance)
            receives = int(enters.u < chance)
            asked.append((enters, receives == 1, "began to receive the child benefit"))
    look.agree("benefit", receives)
    changed = new.benefit != old.benefit
    for draw, happened, text in asked:
        told = look.draw(Decision[draw.decision], threshold=draw.threshold, happened=happened)
        look.tell(
            text if happened else f"not: {text}", text if happened else "", "H3", ("benefit",) if happened else (),
            {"seen by the office": seen, "threshold": threshold, "children": children}, (told,),
            notable=happened and changed,
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
    if look.endowments.has_operator and _thinks(look):
        _reckon(look)
    old, new, traits = look.old, look.new, look.traits
    if look.t < 0 or new.best_sector == NO_SECTOR:
        return
    call = look.once("calls", lambda: programme.open_calls(look.world, look.terms))[traits.raion]
    low = is_eligible(look)
    if not (call == 1 and old.aware and low and old.contract == NONE and old.barred == 0):
        reasons = (("the programme or the call is closed", call != 1), ("it does not know of it", not old.aware),
                   ("its income is above the ceiling", not low), ("it already has a file", old.contract != NONE),
                   ("it did not file this year", old.barred == 1))  # fmt: skip
        said = "cannot apply: " + ", ".join(text for text, holds in reasons if holds)
        inputs = {"income seen": old.declared, "ceiling": programme.ceiling(look.world, look.terms)}
        look.tell("cannot apply", said, "H5", inputs=inputs, notable=False)
        return
    b = look.world.behaviour.applying
    families = look.office.contracts[traits.raion]
    success = float(families[1]) / max(int(families[0]), 1)
    member = 1 if traits.with_disability > 0 else 0
    chance = plain(applying.application_probability)(
        new.expected_gain, success, traits.distance, member, look.endowments.operator_woman, 0.0, b
    )  # fmt: skip
    begins = new.trained == 1
    inputs = {
        "chance": chance, "log-odds from readiness": b.intercept,
        "from the gain": b.gain * new.expected_gain / 100000.0,
        "from live businesses nearby": b.peers * success, "from distance": b.distance * traits.distance / 10.0,
        "from disability": b.disability * member, "from a woman operator": b.woman * look.endowments.operator_woman,
        "expected gain": new.expected_gain,
    } | look.memory.get("parts", {})  # fmt: skip
    look.tell(
        "applied" if begins else "did not apply", "applied and took the training" if begins else "decided not to apply",
        "H7", ("trained",), inputs, (look.draw(Decision.APPLY, threshold=chance, happened=begins),), notable=begins,
    )  # fmt: skip
    if begins:
        filed = new.contract == APPLIED
        look.tell(
            "filed" if filed else "did not file", "filed the papers" if filed else "did not file the papers this year",
            "H7", ("contract", "barred"), {"share that files": b.file_share},
            (look.draw(Decision.FILE, threshold=b.file_share, happened=filed),),
        )  # fmt: skip


def _thinks(look: Look) -> bool:
    """Return whether families of the oblast reconsider: in January, and where the rules changed (H6)."""
    rules = look.once("rules", lambda: programme.rules_by_oblast(look.terms))
    before, here = look.rules_before or rules, look.traits.oblast
    return bool(month_of(look.t) == 1 or before[here] != rules[here])


def _reckon(look: Look) -> None:
    """Ask again for the best sector and the expected gain, part by part (H6)."""
    p = look.once("prospect", lambda: programme.prospect(look.world, look.terms))
    b, h, e, old = look.world.behaviour, look.traits, look.endowments, look.old
    best = old.best_sector
    if month_of(look.t) == 1:
        best = int(plain(applying.best_sector)(
            look.row, look.world.households, e.operator_woman, p.price, b.choosing
        ))  # fmt: skip
        look.agree("best_sector", best)
    if best == 0:
        look.tell("reckons", "no business is feasible for this family", "H5", ("best_sector",), notable=False)
        return
    grant = float(p.grant[h.oblast])
    lost = p.benefit_per_child * h.children * p.benefit_months if old.benefit == 1 else 0.0
    business, work_lost, diverted = 0.0, 0.0, grant
    if p.invested[h.oblast] >= p.minimum_capital:
        single = 1 if e.operator_woman == 1 and h.adults == 1 else 0
        runs, sector = old.operating, old.sector if old.operating else best
        place = (h.oblast, sector - 1, single)
        worth = plain(applying.added_value)(
            plain(operating.log_return_of)(sector, p.reference, b.operating),
            old.capital / p.reference * runs, p.invested[h.oblast] / p.reference, e.believed_effect, e.operator_woman,
            b.operating,
        )  # fmt: skip
        months = p.working_months[place] if runs else p.earning_months[place]
        business = worth * p.demand[h.oblast, sector - 1] * months
        fte = plain(working.operator_fte)(sector, b.working)
        work_lost = (
            p.working_months[place] * b.working.relocated * fte * 168.0 * p.wage[h.oblast] * old.employed * (1 - runs)
        )
        diverted = grant * p.diversion
    gain = plain(applying.expected_gain)(business, diverted, lost, b.applying.effort, work_lost)
    look.agree("expected_gain", gain)
    look.memory["parts"] = {
        "business": business, "part of the grant kept": diverted, "child benefit lost": lost,
        "cost of applying": b.applying.effort, "other work given up": work_lost,
    }  # fmt: skip
    told = look.memory.get("gain")
    news = told is None or abs(gain - told) > 0.1 * max(abs(told), 1000.0)
    look.memory["gain"] = gain if news else told
    text = f"reckons that a contract for {SECTORS[best - 1]} would bring {som(gain)} over three years"
    look.tell("reckons", text, "H6", ("best_sector", "expected_gain"), {"grant": grant} | look.memory["parts"],
              notable=bool(news and old.aware and old.contract == NONE and look.terms.open))  # fmt: skip


def selection(look: Look) -> None:
    """Tell where the family stands among the applicants of its raion (O2)."""
    old, new, raion = look.old, look.new, look.traits.raion
    if old.contract not in (APPLIED, QUEUED) or new.contract not in (QUEUED, APPROVED) or not look.terms.open:
        return
    rows, scores, patrons, places, reason = look.once(("selection", raion), lambda: _selected(look, raion))
    me = int(np.flatnonzero(rows == look.row)[0])
    order = np.lexsort((look.world.households.identifier[rows], patrons, -scores))
    rank = int(np.flatnonzero(order == me)[0]) + 1
    chosen = new.contract == APPROVED
    look.agree("contract", APPROVED if me in reason else QUEUED)
    inputs = {
        "score": float(scores[me]), "rank": rank, "applicants": len(rows), "free places": places,
        "income seen": old.declared, "children": look.traits.children,
    }  # fmt: skip
    text = (
        f"selected {reason[me]}: rank {rank} of {len(rows)} for {places} places, score {scores[me]:.2f}" if chosen
        else f"waits: rank {rank} of {len(rows)} for {places} places, score {scores[me]:.2f}"
    )
    waited = look.memory.get("waits") == places and not chosen
    look.memory["waits"] = places
    look.tell(
        "selected" if chosen else "waits", text, "O2", ("contract", "approved_at", "merit"), inputs,
        (look.draw(Decision.PLAN, YEARLY), look.draw(Decision.PATRON, YEARLY)), notable=chosen or not waited,
    )  # fmt: skip


def _selected(look: Look, raion: int) -> tuple[Any, Any, Any, int, dict[int, str]]:
    """Select again among the applicants of one raion: rows, scores, patronage, free places, why each was chosen."""
    world, h, state, b = look.world, look.world.households, look.world.state, look.world.behaviour.selecting
    fresh = (state.contract == APPROVED) & (state.approved_at == world.t)
    rows = np.flatnonzero((h.raion == raion) & ((state.contract == QUEUED) | fresh))
    scores, patrons = np.zeros(len(rows)), np.zeros(len(rows))
    selecting.score(
        rows, h, state, b, year_key(world, Decision.PLAN),
        year_key(world, Decision.PATRON), scores, patrons,
    )  # fmt: skip
    applicants = selecting.Applicants(
        h.raion[rows], h.identifier[rows], scores, patrons, h.with_disability[rows], weights_of(h, rows)
    )
    given = int(world.office.selected[raion]) - int(applicants.weight[fresh[rows]].sum())
    free = max(int(programme.slots_by_raion(world, look.terms)[raion]) - given, 0)
    ranked = np.lexsort((applicants.identifier, patrons, -scores))
    ways = selecting.ways(applicants, ranked, free, b.patronage, look.terms.contract.set_aside)
    said = ("from the places set aside", "by score", "by patronage")
    why = {int(place): words for words, places in zip(said, ways, strict=True) for place in places}
    return rows, scores, patrons, free, why


def payment(look: Look) -> None:
    """Tell of the grant, what became of it (O3, H8, H9a), and of a follow-up loan (H9b)."""
    old, new, terms = look.old, look.new, look.terms
    if old.contract == APPROVED and new.contract == ACTIVE:
        _paid(look)
    elif old.contract == APPROVED:
        look.tell("waits for payment", "waits for the payment", "O3", notable=False)
    if terms.contract.loan_max > 0.0 and new.contract_month == 12 and new.contract == ACTIVE and new.operating == 1:
        take, amount = look.world.behaviour.investing.loan_take, terms.contract.loan_max / terms.economy.deflator
        borrowed = new.loan != old.loan
        text = f"took the follow-up loan of {som(amount)}" if borrowed else "did not take the follow-up loan"
        look.tell(
            "borrowed" if borrowed else "did not borrow", text, "H9b", ("loan", "instalment", "capital"),
            {"chance": take, "loan": amount}, (look.draw(Decision.LOAN, ONCE, take, borrowed),),
        )  # fmt: skip


def _paid(look: Look) -> None:
    old, new, contract, b = look.old, look.new, look.terms.contract, look.world.behaviour
    nominal = float(contract.grant[look.traits.oblast])
    real = nominal / look.terms.economy.deflator
    luck = look.draw(Decision.DIVERT)
    share = plain(investing.diverted_share)(
        b.investing.diversion, b.investing.diversion_spread, plain(normal)(luck.u), contract.in_kind,
        b.investing.in_kind_cut,
    )  # fmt: skip
    capital = plain(investing.invested_capital)(real, b.investing.leakage, share, b.investing.own_share)
    enough = capital >= b.choosing.minimum_capital
    look.agree("diverted", share if enough else 1.0)
    look.tell(
        "paid", f"paid {som(nominal)}", "O3", ("contract", "contract_month", "paid_at", "grant", "visited"),
        {"grant": nominal, "deflator": look.terms.economy.deflator},
    )
    inputs = {"grant, som of 2023": real, "share not invested": new.diverted, "capital": capital if enough else 0.0}
    look.tell("diverted", f"kept {percent(new.diverted)} of it for consumption", "H9a",
              ("diverted", "due_1", "due_2", "due_3"), inputs, (luck,), notable=new.diverted >= 0.005)  # fmt: skip
    if not enough:
        text = f"too little is left for a business: {som(capital)} of {som(b.choosing.minimum_capital)}"
        look.tell("no business", text, "H9a", inputs=inputs)
    elif old.operating:
        text = f"put {som(capital)} into the business it had in {SECTORS[new.sector - 1]}"
        look.tell("invested", text, "H9a", ("capital", "funded", "funded_sector", "own_money"), inputs)
    else:
        drawn = look.draw(Decision.SECTOR)
        again = plain(investing.draw_sector)(
            look.row, drawn.u, look.world.households, look.world.endowments, look.world.markets.price, b.choosing
        )
        look.agree("sector", again)
        text = f"business in {SECTORS[new.sector - 1]} started with {som(capital)}"
        columns = ("operating", "funded", "funded_sector", "business_age", "sector", "capital", "distress_months",
                   "own_money")  # fmt: skip
        look.tell("funded start", text, "H8", columns, inputs | _sector_chances(look), (drawn,))


def _sector_chances(look: Look) -> dict[str, float]:
    h, b = look.traits, look.world.behaviour.choosing
    weights = {}
    for sector in range(1, 5):
        if plain(choosing.feasible)(sector, h.urban, h.herd, h.land, h.education, h.skills):
            price = float(look.world.markets.price[h.oblast, sector - 1])
            skilled = plain(choosing.has_skill)(h.skills, sector)
            utility = plain(choosing.sector_utility)(sector, skilled, price, look.endowments.operator_woman, b)
            weights[f"chance of {SECTORS[sector - 1]}"] = plain(exp)(utility)
    total = sum(weights.values())
    return {name: weight / total for name, weight in weights.items()}


STEPS = {
    "declared income": declared_income, "work and pay": work_and_pay, "child benefit": child_benefit,
    "further instruments": further_instruments, "awareness": awareness, "application": application,
    "selection": selection, "grant and loan": payment,
}  # fmt: skip
