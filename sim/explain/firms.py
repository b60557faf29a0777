"""Firms: what the quota asks of one employer, and what it does about that (model.md E0 to E4, S4, Q1 to Q11)."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from sim.agents import complying, sizing
from sim.agents.complying import ALTERNATIVE, FORBIDDEN, HIRE, MODES, PROFORMA, RELABEL
from sim.engine.columns import taken
from sim.engine.draws import Decision, binomial, key
from sim.engine.math import exp
from sim.engine.plain import luck as luck_of
from sim.engine.plain import plain
from sim.explain.looking import ONCE, YEARLY, Look
from sim.explain.story import Draw, som
from sim.labour import enforcing, year
from sim.months import month_of, year_of
from sim.offices import inspecting
from sim.state import counting
from sim.state import quota_charge as charge_of
from sim.state import quota_law as law_of
from sim.state.labour import BUDGET, INDUSTRIES, OWNERS, PRIVATE
from sim.state.labour_state import NO_LIMIT, QUOTA
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
    labour, t = look.world.labour, look.t
    table, state, prices, law, services, standing = seen[DECIDING]
    b = labour.frame.behaviour
    _assigned(look, state, law, standing)
    wanted = float(np.float64(state.wanted[0]))
    size = int(plain(sizing.staff_of)(wanted))
    if state.assigned[0] == 0 or law.kind == law_of.NO_SANCTION:
        return
    public, private = int(table.owner[0] == BUDGET), int(table.owner[0] == PRIVATE)
    nearby = 1 if t - standing.fined_at[table.oblast[0], table.industry[0]] <= 12 else 0
    risk = plain(year.employer_risk)(0, state, services, standing)
    perceived = plain(inspecting.perceived_probability)(risk, nearby, b.inspecting)
    fined = perceived * b.inspecting.checked * b.inspecting.enforced
    keys = tuple(_year_key(look, decision) for decision in (Decision.BUNCH, Decision.HIDE))
    outside = float(plain(counting.counted_heads)(state, 0)) if law.base_without else 0.0
    site = sizing.Site(
        public, private, wanted - outside, standing.largest + fined * law.fine * law.largest_fine,
        12.0 * float(prices.wage[0]), plain(counting.counted_total)(state, law, 0), float(state.severe[0]),
        float(state.years_zero[0]), fined,
    )  # fmt: skip
    chosen, below = plain(sizing.respond)(law, site, b.sizing, *keys, np.uint32(look.traits.identifier))
    below += int(outside)
    reported = min(size, int(below)) if chosen != sizing.AS_WANTED else size
    state.staff[0] = reported if chosen == sizing.SMALLER else size
    state.reported[0] = reported
    after = seen[DECIDED]
    _same(look, "limit", after.limit, below if chosen == sizing.SMALLER else NO_LIMIT)
    _same(look, "reported", after.reported, reported)
    inputs = {"wanted staff": wanted, "reported staff": reported, "perceived chance of an inspection": perceived}
    if chosen == sizing.SMALLER:
        look.tell("stays small", f"keeps staff at {below}, below the next step of the law", "E2", ("limit",), inputs)
    elif chosen == sizing.HIDDEN:
        look.tell("hides staff", f"reports only {reported} of {size} staff", "E2", ("report_limit", "reported"), inputs)
    owed = float(plain(law_of.required_seats)(law, public, _base(law, state)))
    _same(look, "owed", after.owed, owed)
    if owed <= 0.0 or law.proforma_counts == 0:
        state.proforma[0] = 0
    if owed <= 0.0:
        return
    state.owed[0] = owed
    _seats(look, seen, owed, perceived)


def _base(law: Any, state: Any) -> float:
    """Return the size of the employer that the law looks at (Q1)."""
    return float(plain(counting.employer_base)(law, state, 0, state.reported[0]))


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


def _year_key(look: Look, decision: Decision) -> Any:
    return key(look.world.seed, decision, year_of(look.t))


def _same(look: Look, column: str, value: float, mine: float) -> None:
    """Compare what the rules give with the employer's column after the decisions of the year."""
    look.new = look.new._replace(**{column: value})
    look.agree(column, mine)


def _seats(look: Look, seen: dict[str, Any], owed: float, perceived: float) -> None:
    """Choose again for each seat how it would be filled, and what that leaves to be done (E3)."""
    table, state, prices, law, services, standing = seen[DECIDING]
    labour, after = look.world.labour, seen[DECIDED]
    b = labour.frame.behaviour
    reported, base = float(state.reported[0]), _base(law, state)
    counted = float(plain(counting.counted_total)(state, law, 0))
    gap = max(0.0, float(plain(law_of.reserved_seats)(law, base)) - float(state.severe[0]))
    missing = float(plain(law_of.missing_seats)(owed, counted, 0.0, gap))
    text = f"owes {owed:g} seats for {reported:.0f} reported staff; {counted:g} are filled, {missing:g} are missing"
    look.tell(
        "owes", text, "Q2", ("owed", "counted", "severe"), {"seats owed": owed, "counted": counted, "missing": missing,
        "reserved for severe groups and missing": gap},
    )  # fmt: skip
    if law.buyout_cap > 0.0:
        out = float(plain(charge_of.bought_out_seats)(law, base, owed, missing))
        missing = max(missing - int(out), gap)
        look.tell("buys out", f"buys out {out:g} seats", "Q8", ("bought_out",), {"fee a seat": law.buyout_fee},
                  notable=out > 0)  # fmt: skip
    if missing <= 1e-9:
        return
    kept = math.ceil(float(plain(law_of.reserved_seats)(law, base)) - 1e-9)
    wishes = np.zeros(len(MODES) + 1, np.int64)
    for seat in range(math.ceil(owed - 1e-9)):
        left, reserved = min(missing, owed - seat), 1 if seat < kept else 0
        later = 1 if wishes[HIRE] + wishes[year.RESERVED] > 0 or state.workers[0] > 0 else 0
        room = math.floor(law.alternative_cap * owed + 1e-9) - int(wishes[ALTERNATIVE])
        choosing = year.Choosing(
            law, services, standing, labour.base.constants, b.complying, b.hiring, b.inspecting
        )
        seat_now = year.Seat(owed, counted, left, reserved, later, room, perceived)
        odds = plain(year.seat_odds)(0, Firms(table, state, prices), choosing, seat_now)
        luck = look.draw(Decision.MODE, ONCE, sub=(seat,))
        mode = int(plain(complying.choice)(luck.u, *odds))
        wishes[year.RESERVED if mode == HIRE and reserved else mode] += 1
        _tell_seat(look, seat, mode, odds, luck, reserved, _costs(look, seen, left, counted, perceived))
    plain(year.carry_out)(0, state, law, wishes, int(standing.hired[look.row]), kept, gap, missing)
    for column in ("quota_open", "reserved_open", "alternative", "relabelled", "certifiable", "proforma"):
        _same(look, column, getattr(after, column), int(getattr(state, column)[0]))


def _tell_seat(
    look: Look, seat: int, mode: int, odds: Any, luck: Draw, reserved: int, costs: dict[str, float]
) -> None:
    weights = [plain(exp)(value) if value > 0.5 * FORBIDDEN else 0.0 for value in odds]
    words = {
        "hire": "would hire a person with a disability", "relabel": "would have a present worker certified",
        "proforma": "would sign a contract without work", "alternative": "would buy from a protected workshop instead",
        "pay": "would pay the levy", "ignore": "would do nothing",
    }  # fmt: skip
    chances = {f"chance to {name}": w / sum(weights) for name, w in zip(MODES, weights, strict=True) if w > 0.0}
    place = "reserved seat" if reserved else "seat"
    columns: dict[int, tuple[str, ...]] = {
        HIRE: ("quota_open", "reserved_open"), RELABEL: ("relabelled", "certifiable"), PROFORMA: ("proforma",),
        ALTERNATIVE: ("alternative",),
    }  # fmt: skip
    text = f"{place} {seat + 1}: if it is empty, the employer {words[MODES[mode]]}"
    look.tell(f"seat {MODES[mode]}", text, "E3", columns.get(mode, ()), chances | costs, (luck,))


def _costs(look: Look, seen: dict[str, Any], missing: float, counted: float, perceived: float) -> dict[str, float]:
    """Return what the seat costs a year if it stays empty, som."""
    _, state, _, law, _, _ = seen[DECIDING]
    b = look.world.labour.frame.behaviour.inspecting
    levy = 0.0
    if law.kind != law_of.FINE:
        levy = float(plain(charge_of.marginal_levy)(
            law, _base(law, state), counted, float(state.owed[0]), missing, float(state.years_zero[0])
        ))  # fmt: skip
    fine = float(plain(charge_of.marginal_fine)(law, _base(law, state), missing))
    return {"levy a year": levy, "expected fine a year": perceived * b.checked * b.enforced * fine,
            "labour cost of the cheapest worker": law.cheapest}  # fmt: skip


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
    _, state, _, law, services, standing = seen[INSPECTING]
    b, new = look.world.labour.frame.behaviour.inspecting, look.new
    if state.owed[0] > 0.0:
        risk = float(plain(year.employer_risk)(0, state, services, standing))
        luck = look.draw(Decision.INSPECT, YEARLY)
        planned = int(plain(inspecting.inspection_month)(luck.u, risk))
        came = new.inspected_at == look.t
        look.agree("inspected_at", look.t if planned == month_of(look.t) else look.old.inspected_at)
        if came or (month_of(look.t) == 12 and planned == 0):
            told = look.draw(Decision.INSPECT, YEARLY, risk, came)
            text = "was inspected" if came else ""
            look.tell("inspected" if came else "not inspected", text, "S4", ("inspected_at",), {"yearly chance": risk},
                      (told,), notable=came)  # fmt: skip
        if came:
            _checked(look, state, law, b)
    if look.old.levy_due != new.levy_due:
        _levy(look, law)


def _checked(look: Look, state: Any, law: Any, b: Any) -> None:
    looks = look.draw(Decision.DETECT, YEARLY)
    checked = looks.u < b.checked
    told = look.draw(Decision.DETECT, YEARLY, b.checked, checked)
    text = "the inspector looked at the quota" if checked else "the inspector did not look at the quota"
    look.tell("quota checked" if checked else "quota not checked", text, "S4", (), {"chance": b.checked}, (told,))
    if not checked:
        return
    papers = int(state.proforma[0])
    if papers > 0:
        luck = look.draw(Decision.DETECT, YEARLY, sub=(1,))
        found = int(plain(binomial)(luck.u, papers, b.detected))
        look.agree("proforma", papers - found)
        state.proforma[0] = papers - found
        text = f"{found} of {papers} contracts without work were found"
        look.tell("papers found" if found else "papers not found", text, "S4", ("proforma",),
                  {"chance of each": b.detected}, (luck,))  # fmt: skip
    missing = float(plain(enforcing.shortfall)(0, float(state.owed[0]), state, law))
    amount = float(plain(charge_of.fine_amount)(law, _base(law, state), missing))
    if amount > 0.0:
        fined = look.new.fined_at == look.t
        luck = look.draw(Decision.DETECT, YEARLY, b.enforced, fined, sub=(2,))
        text = f"was fined {som(amount)} for {missing:g} missing seats" if fined else "the shortfall was not fined"
        look.tell("fined" if fined else "not fined", text, "Q9", ("fined_at",),
                  {"missing": missing, "fine": amount, "chance": b.enforced}, (luck,))  # fmt: skip
        if fined:
            pays = look.draw(Decision.DETECT, YEARLY, sub=(3,)).u < b.collected
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

