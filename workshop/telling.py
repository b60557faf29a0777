"""Telling: the life of one family or one employer under two designs, in sentences that can be translated.

The life is watched in one of the runs behind the figures (:mod:`sim.explain`). A family with a contract, or an employer
with a duty, is chosen whose life differs between the designs if there is one; of those the one in the middle by size of
the difference, so that neither the luckiest nor the unluckiest stands for all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from sim import months
from sim.behaviour import Behaviour
from sim.explain import Story, explain
from sim.outcomes.compared import Lives
from sim.state.households import proportions
from sim.state.labour import INDUSTRIES as CODES
from sim.state.labour import OWNERS as OWNING
from workshop.country import START_MONTH
from workshop.designs import read, scenario
from workshop.worlds import Country

HOUSEHOLD, EMPLOYER = "household", "employer"
KINDS = (HOUSEHOLD, EMPLOYER)
FIRST_MONTH = START_MONTH - 12
LONGEST = 80  # sentences
SMALL = 1000.0  # som of 2023 over the horizon, below which two incomes are called the same
SECTORS = ("agriculture", "production", "trade", "services")
INDUSTRIES = {
    "energy_water": "energy and water", "information_finance": "information and finance",
    "health_other": "health and other services",
}  # fmt: skip
OWNERS = {"budget": "A budget organisation", "state": "A state enterprise", "private": "A private employer"}

FAMILY = "A family in {region}. People: {size}; children: {children}."
STAFF = "{owner} in {region}, {industry}. Staff at the start: {staff}."
SAME = "Nothing differs between the two designs in this life."
PART = "Until {month} both lives are the same."
NOTHING = "Nothing worth telling happens."

Told = tuple[int, str, dict[str, Any]]

# What is told of an event of sim.explain, by its kind; a value in braces comes from the event or from the columns.
SENTENCES = {
    "work": "Whoever would run the business finds work elsewhere.",
    "work lost": "Whoever would run the business loses the work they had elsewhere.",
    "learned": "The family hears of the programme.",
    "reckons": "It reckons that a contract would bring {expected_gain} som over three years.",
    "applied": "It takes the training and decides to apply.",
    "filed": "It hands in the papers.",
    "did not file": "It does not hand in the papers this year.",
    "refused": "It is not selected this year, and the application lapses.",
    "may apply again": "A year after the refusal it may apply again.",
    "selected": "It is selected: rank {rank} of {applicants} for {free_places} places.",
    "waits": "It waits: rank {rank} of {applicants} for {free_places} places.",
    "paid": "It is paid a grant of {grant} som.",
    "diverted": "It needs {percent} % of the grant for daily life.",
    "no business": "Too little is left for a business.",
    "invested": "It puts {capital} som into the business that it had.",
    "funded start": "It starts a business ({sector}) with {capital} som.",
    "borrowed": "It takes the follow-up loan of {loan} som.",
    "did not borrow": "It does not take the follow-up loan.",
    "benefit suspended": "The child benefit stops, in month {contract_month} of the contract.",
    "benefit share": "The child benefit is now paid at {percent} %.",
    "left the child benefit": "It no longer receives the child benefit.",
    "came back to the child benefit after the contract": "It receives the child benefit again.",
    "began to receive the child benefit": "It begins to receive the child benefit.",
    "own start": "It starts a business ({sector}) without a contract, with {capital} som.",
    "own start anyway": "It would have started a business now in any case: the contract only brought it forward.",
    "value added": "The business earns {profit} som a month.",
    "staff": "In the business work, beside the operator, from the family: {family_workers}; others: {hired}.",
    "winter": "A hard winter or a drought hits the herd.",
    "animals lost": "It loses half of its animals.",
    "distress sale": "It is short of money and sells a fifth of the business.",
    "closed": "The business closes.",
    "released": "The loss was nobody's fault: the child benefit is paid again.",
    "loan repaid": "The follow-up loan is paid back.",
    "fell into poverty": "Over the last year it has lived below the poverty line.",
    "left poverty": "Over the last year it has lived above the poverty line.",
    "visited": "The curator visits.",
    "breached": "The grant was not used for a business: the contract is ended and money is claimed back.",
    "not pursued": "The grant was not used for a business; nobody pursues it.",
    "completed": "The contract ends with a live business.",
    "failed": "The contract goes on without a business.",
    "duty": "It has a duty to give places this year.",
    "no duty": "It has no duty to give places this year.",
    "owes": "It owes places: {seats_owed}; filled: {counted}; missing: {missing}.",
    "buys out": "It buys itself out of some places.",
    "stays small": "It keeps its staff just below the next step of the law.",
    "hides staff": "It reports fewer staff than it has.",
    "seat hire": "For an empty place it would hire a person with a disability.",
    "seat relabel": "For an empty place it would have a present worker certified.",
    "seat proforma": "For an empty place it would sign a contract without work.",
    "seat alternative": "For an empty place it would buy from a protected workshop instead.",
    "seat pay": "For an empty place it would pay the levy.",
    "seat ignore": "For an empty place it would do nothing.",
    "hired": "It hires a person with a disability.",
    "hired on a seat": "It hires a person with a disability on a quota place.",
    "left": "A person with a disability leaves.",
    "inspected": "An inspector comes.",
    "quota checked": "The inspector looks at the quota.",
    "quota not checked": "The inspector does not look at the quota.",
    "papers found": "Contracts without work are found.",
    "papers not found": "Contracts without work are not found.",
    "fined": "It is fined {fine} som.",
    "not fined": "The missing places are not fined.",
    "fine paid": "It pays the fine.",
    "fine not paid": "It does not pay the fine.",
    "levy assessed": "It owes a levy of {levy_due} som for the year.",
    "premium assessed": "It is due a premium for the year.",
    "levy paid": "It pays the levy.",
    "premium received": "It receives the premium.",
}


def texts() -> Iterator[str]:
    """Yield every text of a story, and every word that fills one."""
    yield from (FAMILY, STAFF, SAME, PART, NOTHING, *SENTENCES.values(), *SECTORS, *OWNERS.values())
    yield from (INDUSTRIES.get(name, name) for name in CODES)


def tell(country: Country, design: str, versus: str, kind: str) -> dict[str, Any] | None:
    """Return the story of one life under ``design`` and under ``versus``, ``None`` if there is nobody to tell of."""
    k = min(country.grounds)
    asked = scenario([read(design), read(versus)], scale=country.scenario.scale, worlds="whole")
    names = list(asked.designs)
    first, second = (country.grounds[k].live(asked, name) for name in names)
    row = (_family if kind == HOUSEHOLD else _employer)(first, second)
    if row is None:
        return None
    table = first.final.households if kind == HOUSEHOLD else first.final.labour.frame.employers
    identifier = int(table.identifier[row])
    told = [list(_lines(_watched(country, k, asked, name, kind, identifier))) for name in names]
    return {
        "kind": kind,
        "identifier": identifier,
        "draw": k,
        "title": _title(first, kind, row),
        "paragraphs": [_sent(line) for line in told[0]] or [_line(None, NOTHING)],
        "versus": [_sent(line) for line in told[1]] or [_line(None, NOTHING)],
        "parting": [_parting(*told)],
    }


def _family(first: Lives, second: Lives) -> int | None:
    """Return a family that was paid a grant under one of the designs since they part."""
    paid = [lives.final.state.paid_at >= START_MONTH for lives in (first, second)]
    rows = np.flatnonzero(paid[0] | paid[1])
    gain = np.abs(first.final.state.recurrent_total - second.final.state.recurrent_total)[rows]
    h = first.final.households
    return _middle(rows, np.where(gain > SMALL, gain, 0.0), h.identifier, proportions(h))


def _employer(first: Lives, second: Lives) -> int | None:
    """Return an employer that owes places under one of the designs."""
    tables = [lives.final.labour.employers for lives in (first, second)]
    rows = np.flatnonzero((tables[0].owed > 0) | (tables[1].owed > 0))
    change = sum(
        np.abs(getattr(tables[0], name)[rows].astype(np.float64) - getattr(tables[1], name)[rows].astype(np.float64))
        for name in ("owed", "workers", "proforma", "relabelled")
    )
    known = first.final.labour.frame.employers.identifier
    return _middle(rows, np.asarray(change), known, np.ones(len(known), dtype=np.int64))


def _middle(rows: Any, difference: Any, identifiers: Any, weight: Any) -> int | None:
    """Return the row in the middle of those that differ, or of all if none does; ties are broken by identifier.

    Half of the real households or employers that differ less or as much stand before it.
    """
    if not len(rows):
        return None
    differs = difference > 0
    if differs.any():
        rows, difference = rows[differs], difference[differs]
    order = np.lexsort((identifiers[rows], difference))
    upto = np.cumsum(weight[rows[order]])
    return int(rows[order[np.searchsorted(upto, upto[-1] // 2, side="right")]])


def _watched(country: Country, k: int, asked: Any, design: str, kind: str, identifier: int) -> Story:
    behaviour = Behaviour.from_values(country.sets[k])
    who = {kind: identifier}
    return explain(country.people, asked, behaviour, country.seeds[k], design, **who)


def _lines(story: Story) -> Iterator[Told]:
    """Yield month, sentence and values of what is worth telling, from a year before the designs part."""
    now, count = dict(story.first), 0
    for event in story.events:
        now |= {change.column: change.after for change in event.changes}
        if event.month < FIRST_MONTH or not event.notable or not event.text or event.kind not in SENTENCES:
            continue
        text = SENTENCES["work lost" if event.kind == "work" and not now["employed"] else event.kind]
        values = _values(text, now | {name.replace(" ", "_"): value for name, value in event.inputs.items()}, event)
        count += 1
        if count <= LONGEST:
            yield event.month, text, values


# Values that are not a column or an input as they stand.
_MADE: dict[str, Callable[[Mapping[str, Any], Any], Any]] = {
    "sector": lambda known, event: SECTORS[int(known["sector"]) - 1],
    "percent": lambda known, event: round(100 * float(known["diverted" if event.kind == "diverted" else "share"])),
    "contract_month": lambda known, event: int(known["contract_month"]),
    "levy_due": lambda known, event: abs(float(known["levy_due"])),
}


def _values(text: str, known: Mapping[str, Any], event: Any) -> dict[str, Any]:
    names = [part.partition("}")[0] for part in text.split("{")[1:]]
    out: dict[str, Any] = {}
    for name in names:
        value = _MADE[name](known, event) if name in _MADE else float(known[name])
        out[name] = int(value) if isinstance(value, float) and (value.is_integer() or abs(value) >= 100) else value
    return out


def _title(lives: Lives, kind: str, row: int) -> dict[str, Any]:
    regions = lives.final.population.country.regions
    if kind == HOUSEHOLD:
        h = lives.final.households
        values = {"region": regions[h.oblast[row]], "size": int(h.size[row]), "children": int(h.children[row])}
        return _line(None, FAMILY, values)
    e = lives.final.labour.frame.employers
    values = {
        "owner": OWNERS[OWNING[e.owner[row]]], "region": regions[e.oblast[row]],
        "industry": INDUSTRIES.get(CODES[e.industry[row]], CODES[e.industry[row]]), "staff": round(float(e.staff[row])),
    }  # fmt: skip
    return _line(None, STAFF, values)


def _parting(first: list[Told], second: list[Told]) -> dict[str, Any]:
    for k in range(max(len(first), len(second))):
        one, other = (lines[k] if k < len(lines) else None for lines in (first, second))
        if one != other:
            month = min(line[0] for line in (one, other) if line is not None)
            return _line(None, PART, {"month": months.label(month)})
    return _line(None, SAME)


def _sent(line: Told) -> dict[str, Any]:
    return _line(months.label(line[0]), line[1], line[2])


def _line(month: str | None, text: str, values: Mapping[str, Any] | None = None) -> dict[str, Any]:
    return {"month": month, "text": text, "values": dict(values or {})}
