"""Words of laws: what each parameter of a quota law is called and what its value says, in the reader's language.

A law is a file, with English words where a number does not do. They have translations in the catalogues (context
``law``); words that are new with a law of one's own, and sources, are shown as they are written.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from experiments.language import Language, language

if TYPE_CHECKING:
    from sim.policies.design import Design, Figure
    from sim.policies.levy_bases import Collapse, Tier

LAW = "law"  # context of the words of laws
NO_END = 1e8  # staff; a size from there on is no end
DIGITS = 10  # that matter, at most
BLOCKS = {
    "scope": "Who has the duty", "schedule": "How many seats", "counting": "Who counts", "sanction": "Sanction",
    "levy": "Levy", "reductions": "What may replace a seat or lower the levy", "bonus": "Premiums",
    "market": "Between employers", "fund": "Where the money goes", "control": "Control",
    "translation": "Carrying over to another country",
}  # fmt: skip
PARAMETERS = {
    "scope.owners": "Owners covered", "scope.exempt_industries": "Exempt industries",
    "scope.excluded_jobs": "Jobs left out of the count", "scope.base": "Staff are counted as",
    "scope.base_period": "Staff are measured over", "scope.base_without": "No part of these staff",
    "scope.base_step": "Staff are counted in steps of", "scope.level": "Unit that has the duty",
    "scope.grace_years": "Years at the smallest size before the duty", "scope.announced_months": "Announced ahead",
    "scope.assignment": "Duty for all employers or for those on a list",
    "schedule.smallest_size": "Smallest size with a duty", "schedule.table": "Fixed seats by size",
    "schedule.rates": "Share of staff", "schedule.rates_public": "Share of staff, public bodies",
    "schedule.rounding": "Seats are rounded", "schedule.rounding_step": "Seats are rounded in steps of",
    "schedule.minimum_seats": "At least",
    "schedule.composition": "Seats kept for groups I and II", "schedule.severe_groups": "Groups that may take them",
    "counting.who_counts": "Who counts", "counting.full_time_from": "Hours from which a worker counts in full",
    "counting.part_time_weight": "A worker below that counts", "counting.min_hours": "Fewest hours that count",
    "counting.group_weights": "Workers of group I, II, III count",
    "counting.hours_classes": "Workers of group I, II, III count by hours",
    "counting.age_from": "Older workers count more from",
    "counting.age_weight": "An older worker counts", "counting.first_hire_weight": "A first hire counts",
    "counting.combination": "Several weights of one worker",
    "counting.main_job_only": "Main jobs only", "counting.pay_verified": "Pay is checked",
    "counting.minimum_pay": "Least pay that counts", "counting.proforma_counts": "Contracts count without work",
    "sanction.kind": "Kind", "sanction.fine_min": "Fine, lowest", "sanction.fine_max": "Fine, highest",
    "sanction.fine_rule": "The fine is", "sanction.fine_per_seat": "Fine for each seat",
    "sanction.fine_surcharge": "The fine is raised by", "sanction.fine_escalation": "Fine rises when repeated",
    "sanction.inspection": "Inspections in a year",
    "levy.rows": "Units for each empty seat", "levy.reference": "One unit is", "levy.periods": "Due",
    "levy.seats_rounded": "Seats for the levy are rounded",
    "levy.smallest_size": "Smallest size that pays", "levy.surcharge_years": "More is due after nothing was done for",
    "levy.surcharge_unit": "Units then", "levy.collected_share": "Collected",
    "reductions.alternative_cap": "Purchases may replace, of the levy",
    "reductions.alternative_rate": "Levy saved for each unit of purchases",
    "reductions.alternative_price": "Purchases that replace one seat",
    "reductions.donation_price": "Donations that replace one seat",
    "reductions.buyout_cap": "Seats may be bought out",
    "reductions.buyout_fee": "Price of a bought-out seat", "reductions.buyout_smallest_size": "Buy-out from",
    "reductions.deduction_cap": "Other spending may lower the levy by", "reductions.payroll_cap": "Levy at most",
    "bonus.amount": "Premium for a seat above the quota", "bonus.smallest_size": "Premium from",
    "bonus.other_premiums": "Other premiums",
    "market.pooled_groups": "Firms of a group may pool seats", "market.tradable": "Seats can be traded",
    "market.tender": "Public tenders",
    "fund.fund_use": "Use of levies and fines", "control.control_mode": "How it is controlled",
    "control.publication": "Names are published", "control.credible": "Duty is announced and enforced",
    "translation.average_wage": "Average wage there",
}  # fmt: skip
PLAIN = {
    "floor": "down", "half_up": "to the nearest", "half_down": "to the nearest, a half down", "ceil": "up",
    "heads": "heads", "fte": "full-time equivalents", "firm": "firm",
    "budget": "budget bodies", "state": "state enterprises", "private": "private firms",
    "list": "those on a yearly list", "universal": "all employers", "levy": "levy", "fine": "fine",
    "fine+levy": "fine and levy", "none": "none", "unknown": "unknown", "as rates": "the same",
    "own": "that of the country itself", "nobody": "nobody", "those who count": "persons who count",
    "multiplied": "are multiplied", "largest": "the largest holds", "range": "between lowest and highest",
    "lowest per seat, highest in all": "the lowest for each seat, the highest in all", "each time": "each time",
    "over the year": "once over the year",
}  # fmt: skip
CONFIDENCE = {"derived": "derived", "B-judged": "B, judged"}
BASES = {  # an amount in units of a published figure
    "average wage": "average wages a month", "minimum wage": "minimum wages a month",
    "hourly minimum wage": "hourly minimum wages a year", "subsistence minimum": "subsistence minima a month",
    "working-age subsistence minimum": "working-age subsistence minima a month",
    "calculation index": "calculation indices a month",
}  # fmt: skip
WORDLESS = {"yes or no", "weight", "groups", "industries", "owners covered", "levy units by size", "0 to 1"}


def vocabulary() -> Iterator[str]:
    """Yield the words of the form of a law, each of which must have a translation."""
    for words in (BLOCKS, PARAMETERS, PLAIN, CONFIDENCE, BASES):
        yield from words.values()
    yield from BASES


def phrases(design: Design) -> Iterator[str]:
    """Yield what a law says in words of its own, each of which may have a translation."""
    for figure in design.figures.values():
        for value in (figure.value, figure.assumed):
            for word in value if isinstance(value, list) else [value]:
                if isinstance(word, str) and word not in PLAIN and any(map(str.isalpha, word)):
                    yield word
    yield design.legal_basis


def worded(text: str, say: Language) -> str:
    """Return words of a law in a language."""
    return say.text(PLAIN.get(text, text), context=LAW)


def said_of(design: Design, key: str, say: Language | None = None) -> str:
    """Return the value of a parameter in words, with its unit; what was not found is called unknown."""
    say = say or language("en")
    figure = design.figures[key]
    if figure.value != "unknown":
        return _said(key, figure.value, figure, design.currency, say)
    if figure.assumed is None:
        return worded("unknown", say)
    return say.text("unknown; assumed: {value}", value=_said(key, figure.assumed, figure, design.currency, say))


def staff_from(size: float, say: Language) -> str:
    """Return "from so many staff"."""
    if size != round(size):
        return say.text("from {size} staff", size=say.shortest(size, DIGITS))
    return say.plural("from {count} staff", "from {count} staff", round(size))


def confidence(name: str, say: Language) -> str:
    """Return a grade of confidence in a language; letters stay."""
    return say.text(CONFIDENCE[name], context=LAW) if name in CONFIDENCE else name


def doing(tier: Tier, say: Language) -> str:
    """Return what an employer has done to whom an amount of a levy applies; nothing where it applies to all."""
    low, high = say.shortest(tier.low), say.shortest(tier.high)
    shares = {"low": say.shortest(100.0 * tier.low), "high": say.shortest(100.0 * tier.high)}
    if tier.when == "nobody":
        return say.text("nobody counts")
    if tier.when == "rate":
        return say.text("{low} to below {high} % of staff", **shares)
    if tier.when == "fill":
        return say.text("{low} to below {high} % of seats filled", **shares)
    if tier.when == "count":
        if tier.high - tier.low == 1.0 and tier.low > 0.0:
            return say.text("{low} counted", low=low)
        return say.text("{low} to below {high} counted", low=low, high=high)
    return say.text("nothing done for {years} years", years=low) if tier.when == "idle" else ""


def collapse_sentence(found: Collapse, say: Language) -> str:
    """Return the sentence on a levy that would lose its size at Kyrgyz bases."""
    return say.text(
        "{code}: the levy is written in units of the {base}. It is carried over as a share of the average wage ({kept} "
        "for each empty seat and year); the same words at the Kyrgyz {base} would come to {words}, and the formula "
        "would collapse.",
        code=found.code, base=say.text(found.base, context=LAW), kept=_span(found.kept, say),
        words=_span(found.words, say),
    )  # fmt: skip


def _span(shares: Sequence[float], say: Language) -> str:
    low, high = (say.number(100.0 * share, 1) for share in shares)
    return f"{low} %" if low == high else say.text("{low} to {high} %", low=low, high=high)


def _said(key: str, value: Any, figure: Figure, currency: str, say: Language) -> str:
    if value is None:
        return worded("none", say)
    if isinstance(value, bool):
        return say.text("yes") if value else say.text("no")
    if isinstance(value, str):
        base = say.text(figure.base, context=LAW) if figure.base and figure.base != value else ""
        return worded(value, say) + (f" ({base})" if base else "")
    if isinstance(value, list):
        return _listed(key, value, say)
    return _number(value, figure, currency, say)


def _listed(key: str, value: list[Any], say: Language) -> str:
    if key == "levy.rows":
        parts = [_levy_row(row, say) for row in value]
    elif key in ("schedule.rates", "schedule.rates_public"):
        parts = [f"{_percent(share, say)} {staff_from(start, say)}" for start, share in value]
    elif key == "schedule.table":
        parts = [f"{low:g}–{high - 1:g}: {say.shortest(seats)}" for low, high, seats in value]
    elif key == "schedule.composition":
        parts = [f"{say.shortest(seats)} {staff_from(start, say)}" for start, seats in value]
    elif key == "counting.hours_classes":
        parts = [
            say.text("from {share} of full time: {weights}", share=_percent(start, say),
                     weights=", ".join(say.shortest(weight) for weight in weights)) for start, *weights in value
        ]  # fmt: skip
    elif key == "sanction.fine_surcharge":
        parts = [
            say.text("{low} to {high} %", low=say.shortest(100.0 * low), high=say.shortest(100.0 * high))
            + f" {staff_from(start, say)}" for start, low, high in value
        ]  # fmt: skip
    elif key == "reductions.alternative_cap":
        parts = [
            say.text("{cap} from a rate of {rate}", cap=_percent(cap, say), rate=_percent(rate, say)) if rate
            else _percent(cap, say) for rate, cap in value
        ]  # fmt: skip
    else:
        return ", ".join(worded(item, say) if isinstance(item, str) else str(item) for item in value) or worded(
            "none", say
        )
    return "; ".join(parts) or worded("none", say)


def _number(value: float, figure: Figure, currency: str, say: Language) -> str:
    text, unit = say.shortest(value, DIGITS), figure.unit
    if unit.startswith("share"):
        share = _percent(value, say)
        of = {
            "share of full time": say.text("{share} of full time", share=share),
            "share of levy": say.text("{share} of the levy", share=share),
            "share of Q": say.text("{share} of the seats", share=share),
            "share of the average wage": say.text("{share} of the average wage", share=share),
        }
        return of.get(unit, share)
    if unit in WORDLESS or not unit or "|" in unit:
        return text
    if value == round(value):
        count = round(value)
        counted = {
            "staff": say.plural("{count} staff", "{count} staff", count),
            "years": say.plural("{count} year", "{count} years", count),
            "months": say.plural("{count} month", "{count} months", count),
            "seats": say.plural("{count} seat", "{count} seats", count),
            "levy units": say.plural("{count} unit", "{count} units", count),
            "per year": say.plural("{count} time a year", "{count} times a year", count),
        }
        if unit in counted:
            return counted[unit]
    base = say.text(figure.base, context=LAW) if figure.base else ""
    amount = f"{text} {currency}"
    of_money = {
        "currency": amount,
        "currency per seat and month": say.text("{amount} for each seat and month", amount=amount),
        "currency per seat and year": say.text("{amount} for each seat and year", amount=amount),
        "currency per seat and period": say.text("{amount} for each seat and period", amount=amount),
        "currency per unit and period": f"{amount} ({base})" if base else amount,
        f"{currency}/year": say.text("{amount} a year", amount=amount),
    }
    return of_money.get(unit, f"{text} {say.text(unit, context='unit')}")


def _levy_row(row: dict[str, Any], say: Language) -> str:
    size = (
        say.text("{low} to {high} staff", low=f"{row['from']:g}", high=f"{row['to'] - 1:g}") if row["to"] < NO_END
        else staff_from(row["from"], say)
    )  # fmt: skip
    if row["variable"] == "none":
        return f"{size}: {say.shortest(row['unit'], DIGITS)}"
    parts = []
    if row.get("zero", -1) >= 0:
        parts.append(say.text("nobody: {units}", units=say.shortest(row["zero"], DIGITS)))
    for _, high, units in row["bands"]:
        limit = say.shortest(high) if row["variable"] == "count" else f"{say.shortest(100 * high)} %"
        parts.append(say.text("below {limit}: {units}", limit=limit, units=say.shortest(units, DIGITS)))
    known = {
        "rate": say.text("{size}, by share of staff: {parts}", size=size, parts=", ".join(parts)),
        "fill": say.text("{size}, by share of seats filled: {parts}", size=size, parts=", ".join(parts)),
        "count": say.text("{size}, by workers counted: {parts}", size=size, parts=", ".join(parts)),
    }
    return known[row["variable"]]


def _percent(share: float, say: Language) -> str:
    return f"{say.shortest(100.0 * share, 6)} %"
