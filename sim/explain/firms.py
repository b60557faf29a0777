"""Firms: what the quota asks of one employer, and what it does about that (model.md E0 to E4, S4, Q1 to Q11)."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from sim.agents import sizing
from sim.agents.complying import ALTERNATIVE, FORBIDDEN, HIRE, MODES, PROFORMA, RELABEL
from sim.engine.columns import taken
from sim.engine.draws import Decision, key
from sim.engine.math import exp
from sim.engine.plain import luck as luck_of
from sim.engine.plain import plain
from sim.engine.sums import added
from sim.explain.looking import ONCE, YEARLY, Look
from sim.explain.story import Draw, som
from sim.explain.tracing import Call, Heard, traced
from sim.labour import enforcing, year
from sim.months import month_of, year_of
from sim.state import quota_law as law_of
from sim.state.labour import BUDGET, INDUSTRIES, OWNERS
from sim.state.labour_state import QUOTA
from sim.state.labour_views import Firms

DECIDING, DECIDED, INSPECTING = "deciding", "decided", "inspecting"


def one_row(labour: Any, j: int, prices: Any) -> tuple[Any, Any, Any]:
    """Return the employer's traits, state and prices as tables of one row, to be asked and changed at will."""
    row = np.array([j])
    state = taken(labour.employers, row)
    mine = prices._replace(wage=prices.wage[row], pay=prices.pay[row], pay_share=prices.pay_share[row])
    return taken(labour.frame.employers, row), state, mine


def quota_year(look: Look, seen: dict[str, Any]) -> None:
    """Tell of the decisions of the year: duty, size, and a mode for every missing seat (E0, E2, E3)."""
    if DECIDING not in seen:
        return
    _, state, _, law, _, standing = seen[DECIDING]
    wanted = float(state.wanted[0])
    _assigned(look, state, law, standing)
    heard = _decided(look, seen)
    risk, size = heard.of("perceived_risk"), heard.of("choose_size")
    if not risk or not size:
        return
    reported = int(state.reported[0])
    inputs = {"wanted staff": wanted, "reported staff": reported, "perceived chance of an inspection": risk[0].result}
    if size[0].result == sizing.SMALLER:
        text = f"keeps staff at {int(state.limit[0])}, below the next step of the law"
        look.tell("stays small", text, "E2", ("limit",), inputs)
    elif size[0].result == sizing.HIDDEN:
        text = f"reports only {reported} of {int(state.staff[0])} staff"
        look.tell("hides staff", text, "E2", ("report_limit", "reported"), inputs)
    for filling in heard.of("fill_seats"):
        _seats(look, filling, state, law)


def _decided(look: Look, seen: dict[str, Any]) -> Heard:
    """Return what the rules of the year's decisions did for the employer; they must leave the columns of the run."""
    table, state, prices, law, services, standing = seen[DECIDING]
    labour, year_now = look.world.labour, year_of(look.t)
    b, seed = labour.frame.behaviour, look.world.seed
    mine = standing._replace(hired=standing.hired[[look.row]])
    choosing = year.Choosing(law, services, mine, labour.base.constants, b.complying, b.hiring, b.inspecting)
    keys = year.YearKeys(
        key(seed, Decision.ASSIGN, year_now), key(seed, Decision.BUNCH, year_now), key(seed, Decision.HIDE, year_now),
        key(seed, Decision.MODE),
    )  # fmt: skip
    heard = Heard({})
    decide = traced(year.decide, heard)
    decide(0, 1, Firms(table, state, prices), choosing, look.t, b.sizing, keys, np.zeros_like(labour.events))
    for column, value in zip(state._fields, seen[DECIDED], strict=True):
        _same(look, column, value, getattr(state, column)[0].item())
    return heard


def _assigned(look: Look, state: Any, law: Any, standing: Any) -> None:
    duty, before = int(state.assigned[0]), look.memory.get("duty")
    look.memory["duty"] = duty
    draws: tuple[Draw, ...] = ()
    covered = law.owners[look.traits.owner] > 0.0 and law.industries[look.traits.industry] > 0.0
    inputs = {"staff": look.old.staff, "covered by the law": float(covered)}
    if covered and law.listed == 1:
        share = float(standing.share[look.traits.oblast])
        inputs["share on the list"] = share
        draws = (look.draw(Decision.ASSIGN, YEARLY, share, duty == 1),)
    told = duty != before and (duty == 1 or before is not None)
    text = "has a duty this year" if duty else "has no duty this year"
    look.tell("duty" if duty else "no duty", text if told else "", "E0", ("assigned",), inputs, draws, notable=told)


def _same(look: Look, column: str, value: float, mine: float) -> None:
    """Compare what the rules give with the employer's column after the decisions of the year."""
    look.new = look.new._replace(**{column: value})
    look.agree(column, mine)


def _seats(look: Look, filling: Call, state: Any, law: Any) -> None:
    """Tell what the employer owes, and for each seat how it would be filled (E3)."""
    found = next(call for call in filling.inner if call.rule == "missing_seats")
    kept = next(call for call in filling.inner if call.rule == "reserved_seats")
    owed, counted = float(found.inputs["owed"]), float(found.inputs["counted"])
    text = (
        f"owes {owed:g} seats for {int(state.reported[0])} reported staff; {counted:g} are filled, {found.result:g} "
        "are missing"
    )
    look.tell(
        "owes", text, "Q2", ("owed", "counted", "severe"), {"seats owed": owed, "counted": counted,
        "missing": found.result, "reserved for severe groups and missing": found.inputs["reserved_gap"]},
    )  # fmt: skip
    for bought in (call for call in filling.inner if call.rule == "bought_out_seats"):
        text = f"buys out {bought.result:g} seats"
        look.tell("buys out", text, "Q8", ("bought_out",), {"fee a seat": law.buyout_fee}, notable=bought.result > 0)
    seats = [call for call in filling.walk() if call.rule == "seat_odds"]
    modes = [call for call in filling.walk() if call.rule == "choice"]
    for number, (asked, chosen) in enumerate(zip(seats, modes, strict=True)):
        reserved = number < math.ceil(float(kept.result) - 1e-9)
        _tell_seat(look, number, int(chosen.result), asked, reserved)


def _tell_seat(look: Look, seat: int, mode: int, asked: Call, reserved: bool) -> None:
    weights = [plain(exp)(value) if value > 0.5 * FORBIDDEN else 0.0 for value in asked.result]
    words = {
        "hire": "would hire a person with a disability", "relabel": "would have a present worker certified",
        "proforma": "would sign a contract without work", "alternative": "would buy from a protected workshop instead",
        "pay": "would pay the levy", "ignore": "would do nothing",
    }  # fmt: skip
    chances = {f"chance to {name}": w / added(weights) for name, w in zip(MODES, weights, strict=True) if w > 0.0}
    charge = asked.first("seat_charge")
    levy, fine = charge.result if charge is not None else (0.0, 0.0)
    costs = {"levy a year": levy, "fine at one inspection": fine}
    columns: dict[int, tuple[str, ...]] = {
        HIRE: ("quota_open", "reserved_open"), RELABEL: ("relabelled", "certifiable"), PROFORMA: ("proforma",),
        ALTERNATIVE: ("alternative",),
    }  # fmt: skip
    place = "reserved seat" if reserved else "seat"
    text = f"{place} {seat + 1}: if it is empty, the employer {words[MODES[mode]]}"
    luck = look.draw(Decision.MODE, ONCE, sub=(seat,))
    look.tell(f"seat {MODES[mode]}", text, "E3", columns.get(mode, ()), chances | costs, (luck,))


def people(look: Look) -> None:
    """Tell who came and who left (P3 to P5, E4)."""
    labour = look.world.labour
    now = np.flatnonzero(labour.persons.employer == look.row)
    before = look.memory.get("people", now)
    look.memory["people"] = now
    persons, state, b = labour.frame.persons, labour.persons, labour.frame.behaviour
    for i in np.setdiff1d(now, before):
        who, origin = int(persons.identifier[i]), int(state.origin[i])
        text = f"person {who} (group {persons.group[i]}) was hired"
        if origin != QUOTA:
            look.tell("hired", text, "P3", ("workers", "additional"))
            continue
        share, extra = b.hiring.substitution, state.additional[i] == 1
        text += " on a quota seat, " + ("a job that is additional" if extra else "instead of somebody else")
        luck = person_draw(look, Decision.SUBST, who, share, not extra)
        if luck.u >= share and not extra:
            text += ", for the employer keeps to the size that it wants"
            luck = Draw(luck.decision, luck.period, luck.who, luck.u)
        columns = ("workers", "additional", "counted", "severe", "quota_open", "reserved_open")
        look.tell("hired on a seat", text, "E4", columns, {"chance to replace another hire": share}, (luck,))
    for i in np.setdiff1d(before, now):
        look.tell("left", f"person {int(persons.identifier[i])} left", "P5",
                  ("workers", "additional", "counted", "severe"))  # fmt: skip


def person_draw(look: Look, decision: Decision, who: int, threshold: float, happened: bool) -> Draw:
    """Return a monthly draw of a person."""
    u = luck_of(key(look.world.seed, decision, look.t), who)
    return Draw(decision.name, look.t, who, u, threshold, happened)


def enforcement(look: Look, seen: dict[str, Any]) -> None:
    """Tell of inspections and fines (S4, Q9), and of levy and premium (Q8, Q11)."""
    state, law = seen[INSPECTING][1], seen[INSPECTING][3]
    before = int(state.proforma[0])
    heard = _inspected(look, seen)
    risk, planned = heard.of("employer_risk"), heard.of("inspection_month")
    if risk and planned:
        came = look.new.inspected_at == look.t
        if came or (month_of(look.t) == 12 and planned[0].result == 0):
            chance = float(risk[0].result)
            told = look.draw(Decision.INSPECT, YEARLY, chance, came)
            text = "was inspected" if came else ""
            look.tell("inspected" if came else "not inspected", text, "S4", ("inspected_at",),
                      {"yearly chance": chance}, (told,), notable=came)  # fmt: skip
        if came:
            _checked(look, heard, before)
    if look.old.levy_due != look.new.levy_due:
        _levy(look, law)


def _inspected(look: Look, seen: dict[str, Any]) -> Heard:
    """Return what the rules of inspection did for the employer; they must leave the columns of the run."""
    table, state, prices, law, services, standing = seen[INSPECTING]
    labour, year_now, seed = look.world.labour, year_of(look.t), look.world.seed
    b = labour.frame.behaviour
    choosing = year.Choosing(law, services, standing, labour.base.constants, b.complying, b.hiring, b.inspecting)
    month = enforcing.Inspection(
        look.t, month_of(look.t), key(seed, Decision.INSPECT, year_now), key(seed, Decision.DETECT, year_now)
    )
    heard = Heard({})
    inspect = traced(enforcing.inspect, heard)
    inspect(0, 1, Firms(table, state, prices), choosing, month, np.zeros_like(labour.events),
            np.zeros_like(labour.money))  # fmt: skip
    for column in ("inspected_at", "proforma", "fined_at"):
        look.agree(column, getattr(state, column)[0].item())
    return heard


def _checked(look: Look, heard: Heard, papers: int) -> None:
    """Tell what an inspector found, and of the fine (S4, Q9)."""
    b, search = look.world.labour.frame.behaviour.inspecting, heard.of("unmask")
    checked = bool(search)
    told = look.draw(Decision.DETECT, YEARLY, b.checked, checked)
    text = "the inspector looked at the quota" if checked else "the inspector did not look at the quota"
    look.tell("quota checked" if checked else "quota not checked", text, "S4", (), {"chance": b.checked}, (told,))
    if not checked:
        return
    if papers > 0:
        found = int(search[0].result)
        text = f"{found} of {papers} contracts without work were found"
        look.tell("papers found" if found else "papers not found", text, "S4", ("proforma",),
                  {"chance of each": b.detected}, (look.draw(Decision.DETECT, YEARLY, sub=(1,)),))  # fmt: skip
    missing, amount = (float(heard.of(rule)[0].result) for rule in ("shortfall", "fine_amount"))
    if amount > 0.0:
        fines = heard.of("fine")
        luck = look.draw(Decision.DETECT, YEARLY, b.enforced, bool(fines), sub=(2,))
        text = f"was fined {som(amount)} for {missing:g} missing seats" if fines else "the shortfall was not fined"
        look.tell("fined" if fines else "not fined", text, "Q9", ("fined_at",),
                  {"missing": missing, "fine": amount, "chance": b.enforced}, (luck,))  # fmt: skip
        if fines:
            pays = fines[0].first("charge") is not None
            luck = look.draw(Decision.DETECT, YEARLY, b.collected, pays, sub=(3,))
            text = "paid the fine" if pays else "did not pay the fine"
            look.tell("fine paid" if pays else "fine not paid", text, "Q9", (), {"chance": b.collected}, (luck,))


def _levy(look: Look, law: Any) -> None:
    old, new = look.old.levy_due, look.new.levy_due
    if month_of(look.t) == 12:
        name = "levy" if new > 0.0 else "premium"
        heads = float(look.new.workers) - float(look.new.additional) + float(look.new.relabelled)
        base = float(plain(law_of.counted_base)(law, float(look.new.reported), heads))
        owed = float(plain(law_of.required_seats)(law, int(look.traits.owner == BUDGET), base))
        look.tell(f"{name} assessed", f"{name} of {som(abs(new))} for the year", "Q8", ("levy_due", "years_zero"),
                  {"seats owed in December": owed, "counted": look.new.counted}, notable=new != 0.0)  # fmt: skip
    elif old > 0.0:
        text = f"paid {som(old * law.collection)} of a levy of {som(old)}"
        look.tell("levy paid", text, "T1", ("levy_due",), {"share collected": law.collection})
    else:
        look.tell("premium received", f"received a premium of {som(-old)}", "Q11", ("levy_due",))


def described(traits: Any, regions: tuple[str, ...]) -> str:
    """Return who the employer is."""
    owner = {"budget": "Budget organisation", "state": "State enterprise", "private": "Private employer"}
    return (
        f"{owner[OWNERS[traits.owner]]} {traits.identifier} in {regions[traits.oblast]}, "
        f"{INDUSTRIES[traits.industry].replace('_', ' and ')}, {traits.staff:.0f} staff at the start, mean wage "
        f"{som(traits.wage)}."
    )

