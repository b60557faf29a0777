"""Calculating: the calculators of a household and an employer for the page; they simulate nothing.

The sums and the words are those of the commands ``household`` and ``employer``; today's law stands beside design B.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from experiments import household_case, household_words, household_work
from experiments.commands.household import STEP, of_working_age
from experiments.design_of_law import Law, law_of
from experiments.employer import Firm, seats
from experiments.employer_words import Teller as EmployerTeller
from experiments.household import reckon
from experiments.household_case import EMPLOYED, OWN_WORK, Case
from experiments.language import Language
from experiments.sections import Section
from sim.errors import KelishimError
from sim.state.labour import OWNERS, Owner
from workshop.country import START_MONTH
from workshop.designs import TODAY, read
from workshop.problems import Problem
from workshop.results import asked_language

MOST_ADULTS, MOST_CHILDREN, LONGEST_WORDS = 8, 12, 120
MOST_STAFF, LEAST_PAY, MOST_PAY = 100_000.0, 1.0, 1e7


async def household(request: Request) -> Response:
    """Answer with every som of a household under today's law and under a design, and the reasons."""
    say, laws = asked_language(request), _laws(request)
    adults, children = (_words(request, name, most) for name, most in
                        (("adult", MOST_ADULTS), ("child", MOST_CHILDREN)))  # fmt: skip
    try:
        case = household_case.made(adults, children, highland=request.query_params.get("highland") == "1")
        found = _household(case, laws)
    except KelishimError as error:
        raise Problem("cannot_be_reckoned", reason=str(error)) from None
    totals = [account.monthly for account in found.accounts]
    text = say.text("Money of this family a month: {today} som under today's law.", today=say.number(totals[0]))
    if len(totals) > 1:
        text = say.text(
            "Money of this family a month: {today} som under today's law, {then} som under B.",
            today=say.number(totals[0]), then=say.number(totals[1]),
        )  # fmt: skip
    return _answer(text, household_words.Teller(found, say).sections())


def _household(case: Case, laws: Sequence[Law]) -> household_words.Answer:
    """Return what is reckoned of a household; what more pay would bring is left to the command."""
    works = tuple(
        tuple((k, household_work.work_of(case, law, k, _pay(case, k, law), STEP)) for k in of_working_age(case, law))
        for law in laws
    )
    fears = tuple(
        (k, work, household_work.feared(
            work, reckon(household_work.earning(case, k, 0.0), laws[0]).own_benefits(k), case.members[k], laws[0]))
        for k, work in works[0] if case.members[k].group
    )  # fmt: skip
    return household_words.Answer(tuple(reckon(case, law) for law in laws), works, fears, 0, ())


def _pay(case: Case, who: int, law: Law) -> float:
    """Return the pay of a member, or what a job would bring."""
    one = case.members[who]
    own = one.income if one.job in OWN_WORK else one.pay if one.job in EMPLOYED else 0.0
    return own or float(law.economy.average_wage)


async def employer(request: Request) -> Response:
    """Answer with the places that an employer owes under today's law and a design, ways to comply, and prices."""
    say, laws = asked_language(request), _laws(request)
    owner = request.query_params.get("owner", "private")
    if owner not in OWNERS:
        raise Problem("wrong_value", name="owner", value=owner[:40], wish="one of " + ", ".join(OWNERS))
    pay = _number(request, "pay", (LEAST_PAY, MOST_PAY), float(laws[0].economy.average_wage))
    workers = {(group, False): _number(request, f"group{group}", (0.0, 1000.0), 0.0) for group in (1, 2, 3)}
    firm = Firm(
        _number(request, "staff", (0.0, MOST_STAFF), 43.0), pay, Owner(OWNERS.index(owner)), "",
        {kind: count for kind, count in workers.items() if count},
    )  # fmt: skip
    try:
        found = [seats(firm, law) for law in laws]
        sections = list(EmployerTeller(firm, found, say).sections())
    except KelishimError as error:
        raise Problem("cannot_be_reckoned", reason=str(error)) from None
    return _answer(_owed(found, say), sections)


def _owed(found: Sequence[Any], say: Language) -> str:
    """Return what is asked of an employer, in one sentence for each law."""
    said = [
        {"owed": say.shortest(bill.owed), "missing": say.shortest(bill.missing), "due": say.number(bill.levy)}
        for bill in (one.bill for one in found)
    ]
    parts = [say.text("Today's law: places owed {owed}, missing {missing}, levy {due} som a year.", **said[0])]
    if len(found) > 1:
        parts.append(say.text("B: places owed {owed}, missing {missing}, levy {due} som a year.", **said[1]))
    return " ".join(parts)


def _laws(request: Request) -> list[Law]:
    """Return today's law, and that of the design if it is another one."""
    design = read(request.query_params.get("d", TODAY))
    today = law_of(START_MONTH)
    if not design.changes:
        return [today]
    try:
        return [today, law_of(START_MONTH, "B", design.table())]
    except KelishimError as error:
        raise Problem("cannot_be_used", reason=str(error)) from None


def _words(request: Request, name: str, most: int) -> list[str]:
    """Return the words of the members of a family."""
    given = request.query_params.getlist(name)
    if len(given) > most:
        raise Problem("wrong_value", name=name, value=str(len(given)), wish=f"given at most {most} times")
    return [text[:LONGEST_WORDS] for text in given]


def _number(request: Request, name: str, ends: tuple[float, float], usual: float) -> float:
    """Return a number of the request, within its ends."""
    text, (low, high) = request.query_params.get(name, ""), ends
    if not text:
        return usual
    plain = len(text) <= 20 and set(text) <= set("0123456789.")
    try:
        value = float(text if plain else "")
    except ValueError:
        value = high + 1.0
    if not low <= value <= high:
        raise Problem("wrong_value", name=name, value=text[:40], wish=f"a number from {low:g} to {high:g}")
    return value


def _answer(text: str, sections: Iterable[Section]) -> Response:
    """Return sections as the page shows them."""
    return JSONResponse({
        "sentence": text,
        "sections": [
            {
                "title": one.title, "columns": [label for _, label in one.columns], "notes": list(one.notes),
                "rows": [{"label": row.label.strip(), "heading": row.heading, "inner": row.label.startswith(" "),
                          "cells": [cell.text for cell in row.cells]} for row in one.rows],
            }
            for one in sections
        ],
    })  # fmt: skip
