"""Telling: one life under two designs, in sentences that are finished in the language of the reader.

The life is watched in one of the runs behind the figures (:mod:`sim.explain`); :mod:`workshop.lives` chooses whose. An
event has a month, a sentence with its values, and a tone: for the better, for the worse, or neither.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from experiments.language import Language
from experiments.person_words import CAUSES, WORKS
from sim.behaviour import Behaviour
from sim.course import Course
from sim.explain import Story, explain, persons
from sim.outcomes.compared import Lives
from sim.state.labour import INDUSTRIES as CODES
from sim.state.labour import OWNERS as OWNING
from sim.state.persons import Work
from workshop.country import START_MONTH
from workshop.lives import BY_NAME, HOUSEHOLD, PERSON, PERSONAS, Choice, Persona, chosen
from workshop.orders import LIFE_RUNS
from workshop.worlds import Country

KINDS = tuple(BY_NAME)
FIRST_MONTH = START_MONTH - 12
LONGEST = 80  # sentences
LEAST_PROFIT = 1000  # som a month, below which a business is not worth a sentence
GOOD, BAD, PLAIN, SEAT = "good", "bad", "plain", "seat"
SECTORS = ("agriculture", "production", "trade", "services")
INDUSTRIES = {
    "energy_water": "energy and water", "information_finance": "information and finance",
    "health_other": "health and other services",
}  # fmt: skip
OWNERS = {"budget": "A budget organisation", "state": "A state enterprise", "private": "A private employer"}

FAMILY = "A family in {region}. People: {size}; children: {children}."
STAFF = "{owner} in {region}, {industry}. Staff at the start: {staff}."
MAN = "A man in {region}, {age} years old at the start, with a certificate of group II."
SAME = "The lives part only in their money, not in what happens."
PART = "Until {month} both lives are the same."
NOTHING = "Nothing worth telling happens."
SHARE = "In {share} of 100 lives like this something differs between A and B ({differing} of {looked} simulated ones)."
NOBODY = "Nothing differs between A and B in any of the {looked} simulated lives like this."
NO_ONE = "Nobody like this lives in this small country."
SEATS = "For its empty places it decides: {choices}."
WORKING = "{work}."
MONEY = "Over the year the household had {money} som of 2023 a month for each person."
POOR, NOT_POOR = "The household is below the poverty line.", "The household is above the poverty line again."

Told = tuple[int, str, dict[str, Any], str]
EARNING = (Work.EMPLOYEE, Work.CELL_EMPLOYEE, Work.OWN_ACCOUNT, Work.FARM, Work.CONTRACT)
LOOKING = (Work.SEEKING, Work.HOME)
DECEMBER = 11

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
    "no places": "It waits: its district has no places left this year.",
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
    "seat hire": "hire a person with a disability",
    "seat relabel": "have a present worker certified",
    "seat proforma": "sign a contract without work",
    "seat alternative": "buy from a protected workshop instead",
    "seat pay": "pay the levy",
    "seat ignore": "do nothing",
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


TONES = {
    GOOD: {"selected", "paid", "funded start", "own start", "completed", "left poverty", "hired", "hired on a seat",
           "came back to the child benefit after the contract", "premium received", "released", "loan repaid",
           "began to receive the child benefit", "borrowed"},
    BAD: {"work lost", "refused", "no business", "benefit suspended", "left the child benefit", "animals lost",
          "distress sale", "closed", "fell into poverty", "breached", "failed", "left", "fined", "fine paid",
          "levy assessed", "levy paid", "papers found"},
}  # fmt: skip


def texts() -> Iterator[str]:
    """Yield every text of a story, and every word that fills one."""
    yield from (FAMILY, STAFF, MAN, SAME, PART, NOTHING, SHARE, NOBODY, NO_ONE, SEATS, MONEY, POOR, NOT_POOR)
    yield from (*SENTENCES.values(), *SECTORS, *OWNERS.values())
    yield from (INDUSTRIES.get(name, name) for name in CODES)
    yield from (*WORKS.values(), *(text for text, _ in CAUSES.values()))
    for persona in PERSONAS:
        yield from (persona.label, persona.about)


def tell(country: Country, design: str, versus: str, name: str, number: int = 0) -> dict[str, Any]:
    """Return the story of one life under ``design`` and under ``versus``; without a life where nothing differs."""
    persona = BY_NAME[name]
    asked = country.asking(design, versus, worlds="whole")
    names = list(asked.designs)
    runs = {
        k: tuple(country.grounds[k].live(asked, each) for each in names) for k in sorted(country.grounds)[:LIFE_RUNS]
    }
    choice = chosen(persona, runs, number)  # type: ignore[arg-type]
    out: dict[str, Any] = {"kind": name, "share": _share(choice), "differing": choice.differing}
    if choice.run is None:
        return out
    first = runs[choice.run][0]
    told = [list(_told(country, choice, asked, each, persona, first)) for each in names]
    return out | {
        "draw": choice.run, "title": _title(first, persona, choice.row),
        "paragraphs": [_sent(line) for line in told[0]] or [_line(None, NOTHING)],
        "versus": [_sent(line) for line in told[1]] or [_line(None, NOTHING)],
        "parting": [_parting(*told)],
    }  # fmt: skip


def _share(choice: Choice) -> dict[str, Any]:
    if choice.run is not None:
        values = {"share": max(1, round(100.0 * choice.share)), "differing": choice.differing}
        return _line(None, SHARE, values | {"looked": choice.looked_at})
    return _line(None, NOBODY if choice.looked_at else NO_ONE, {"looked": choice.looked_at} if choice.looked_at else {})


def _told(country: Country, choice: Choice, asked: Any, design: str, persona: Persona, lives: Lives) -> Iterator[Told]:
    """Yield the events of a life under a design."""
    assert choice.run is not None
    k = choice.run
    if persona.kind == PERSON:
        behaviour = Behaviour.from_values(country.sets[k])
        row = int(lives.final.labour.frame.persons.person[choice.row])
        identifier = int(lives.final.people.work.workers.identifier[row])
        course = Course(country.people, asked, behaviour, country.seeds[k], design)
        yield from _of_person(persons.tell(course, identifier))
        return
    table = lives.final.households if persona.kind == HOUSEHOLD else lives.final.labour.frame.employers
    yield from _lines(_watched(country, k, asked, design, persona.kind, int(table.identifier[choice.row])))


def _of_person(story: persons.PersonStory) -> Iterator[Told]:
    """Yield when a person's work changed and why, and when the household fell below the poverty line or rose above."""
    poor: bool | None = None
    for month in story.months:
        if month.t < FIRST_MONTH:
            poor = month.poor
            continue
        switched = month.work in LOOKING and month.before in LOOKING  # month after month: not worth a sentence
        if month.cause is not None and month.work != month.before and not switched:
            why, rules = CAUSES[month.cause]
            tone = GOOD if month.work in EARNING else BAD if month.before in EARNING else PLAIN
            yield month.t, WORKING, {"work": WORKS[month.work.name]}, tone
            yield month.t, why, {"rules": rules} if "{rules}" in why else {}, PLAIN
        if month.t % 12 == DECEMBER:
            yield month.t, MONEY, {"money": round(month.yearly, -1)}, PLAIN
            if poor is not None and month.poor != poor:
                yield month.t, POOR if month.poor else NOT_POOR, {}, BAD if month.poor else GOOD
        poor = month.poor if poor is None or month.t % 12 == DECEMBER else poor


def _watched(country: Country, k: int, asked: Any, design: str, kind: str, identifier: int) -> Story:
    behaviour = Behaviour.from_values(country.sets[k])
    who = {kind: identifier}
    return explain(country.people, asked, behaviour, country.seeds[k], design, **who)


def _lines(story: Story) -> Iterator[Told]:
    """Yield what is worth telling from a year before the designs part; choices for places stand together."""
    for month, events in itertools.groupby(_events(story), key=lambda told: told[0]):
        known = list(events)
        chosen_ = [text for _, text, _, tone in known if tone == SEAT]
        for _, text, values, tone in known:
            if tone != SEAT:
                yield month, text, values, tone
        if chosen_:
            yield month, SEATS, {"choices": [[text, chosen_.count(text)] for text in dict.fromkeys(chosen_)]}, PLAIN


def _events(story: Story) -> Iterator[Told]:
    now, count = dict(story.first), 0
    for event in story.events:
        now |= {change.column: change.after for change in event.changes}
        if event.month < FIRST_MONTH or not event.notable or not event.text or event.kind not in SENTENCES:
            continue
        kind = _kind(event, now)
        told = now | {name.replace(" ", "_"): value for name, value in event.inputs.items()}
        values = _values(SENTENCES[kind], told, event)
        if kind == "value added" and values["profit"] < LEAST_PROFIT:
            continue
        count += 1
        if count <= LONGEST:
            yield event.month, SENTENCES[kind], values, SEAT if kind.startswith("seat ") else _tone(kind)


def _kind(event: Any, now: Mapping[str, Any]) -> str:
    """Return under which name an event is told."""
    if event.kind == "waits" and "rank" not in event.inputs:
        return "no places"
    return "work lost" if event.kind == "work" and not now["employed"] else str(event.kind)


def _tone(kind: str) -> str:
    return next((tone for tone, kinds in TONES.items() if kind in kinds), PLAIN)


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


def _title(lives: Lives, persona: Persona, row: int) -> dict[str, Any]:
    regions = lives.final.population.country.regions
    if persona.kind == HOUSEHOLD:
        h = lives.final.households
        values = {"region": regions[h.oblast[row]], "size": int(h.size[row]), "children": int(h.children[row])}
        return _line(None, FAMILY, values)
    if persona.kind == PERSON:
        p = lives.final.labour.frame.persons
        return _line(None, MAN, {"region": regions[p.oblast[row]], "age": int(p.age[row]) + START_MONTH // 12})
    e = lives.final.labour.frame.employers
    values = {
        "owner": OWNERS[OWNING[e.owner[row]]], "region": regions[e.oblast[row]],
        "industry": INDUSTRIES.get(CODES[e.industry[row]], CODES[e.industry[row]]), "staff": round(float(e.staff[row])),
    }  # fmt: skip
    return _line(None, STAFF, values)


def _parting(first: list[Told], second: list[Told]) -> dict[str, Any]:
    for one, other in itertools.zip_longest(first, second):
        if one != other:
            month = min(line[0] for line in (one, other) if line is not None)
            return _line(None, PART, {"month": month})
    return _line(None, SAME)


def _sent(line: Told) -> dict[str, Any]:
    month, text, values, tone = line
    return _line(month, text, values) | {"tone": tone}


def _line(month: int | None, text: str, values: Mapping[str, Any] | None = None) -> dict[str, Any]:
    return {"month": month, "text": text, "values": dict(values or {})}


def finished(story: Mapping[str, Any], say: Language) -> dict[str, Any]:
    """Return a story with its sentences in a language; months stand as words and as places on the time line."""
    out = {key: story[key] for key in ("kind", "differing")} | {"share": _said(story["share"], say)}
    if "title" not in story:
        return out
    return out | {
        "title": _said(story["title"], say),
        "parting": [_said(line, say) for line in story["parting"]],
        "lives": [[_shown(line, say) for line in story[side]] for side in ("paragraphs", "versus")],
    }


def _shown(line: Mapping[str, Any], say: Language) -> dict[str, Any]:
    month = line["month"]
    return {"at": None if month is None else month - FIRST_MONTH, "month": "" if month is None else say.month(month),
            "text": _said(line, say), "tone": line.get("tone", PLAIN)}  # fmt: skip


def _said(line: Mapping[str, Any], say: Language) -> str:
    """Return a sentence with its values: numbers, months, words, or choices with their counts."""
    told: dict[str, str] = {}
    for name, value in line["values"].items():
        if isinstance(value, list):
            told[name] = "; ".join(f"{say.text(text)} ({say.number(count)})" for text, count in value)
        elif isinstance(value, int | float):
            whole = float(value).is_integer()
            told[name] = say.month(int(value)) if name == "month" else say.number(value, 0 if whole else 1)
        else:
            told[name] = say.text(value)
    return upper(say.text(line["text"], **told))


def upper(text: str) -> str:
    """Return a sentence that begins with a capital letter.

    >>> upper("a child.")
    'A child.'
    """
    return text[:1].upper() + text[1:]
