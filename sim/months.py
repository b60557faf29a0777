"""Months: t = 0 is January 2022; the burn-in has negative months (model.md section 3)."""

from __future__ import annotations

import re

from sim.errors import InputError

FIRST_YEAR = 2022
BURN_IN = 24
WRITTEN = r"[0-9]{4}-(0[1-9]|1[0-2])"
PEOPLED = 6  # July 2022, the month of the published ages of the population; persons are born, age and die from then on
HORIZON = 168  # months that are known in advance: who is born and who dies until December 2035
FIRST, LAST = "2020-01", "2035-12"  # months that can be named: the burn-in begins, and so far figures are carried on


def year_of(t: int) -> int:
    """Return the calendar year of month ``t``.

    >>> year_of(0), year_of(-1), year_of(48)
    (2022, 2021, 2026)
    """
    return FIRST_YEAR + t // 12


def month_of(t: int) -> int:
    """Return the calendar month, 1 to 12, of month ``t``.

    >>> month_of(0), month_of(-1), month_of(11)
    (1, 12, 12)
    """
    return t % 12 + 1


def month_index(year: int, month: int = 1) -> int:
    """Return ``t`` of a calendar month.

    >>> month_index(2026), month_index(2021, 12)
    (48, -1)
    """
    return (year - FIRST_YEAR) * 12 + month - 1


def parse(text: str) -> int:
    """Return ``t`` of a month written as YYYY-MM.

    >>> parse("2026-01")
    48
    """
    wish = wished(text)
    if wish:
        raise InputError(f"month is '{text}'; it must be {wish}")
    return month_index(int(text[:4]), int(text[5:]))


def wished(text: str) -> str:
    """Return what a month must be where a text names none that the model knows, else nothing.

    Nothing earlier than the burn-in is simulated. The last laws, prices and wages that are known or decided are those
    of 2027, and households do not age: beyond 2035 there would be nothing but growth at an assumed rate.

    >>> wished("2026-01"), wished("2060-01")
    ('', 'a month from 2020-01 to 2035-12')
    """
    if not re.fullmatch(WRITTEN, text):
        return "a month written as YYYY-MM, for example 2026-01"
    return "" if FIRST <= text <= LAST else f"a month from {FIRST} to {LAST}"


def label(t: int) -> str:
    """Return month ``t`` written as YYYY-MM.

    >>> label(48)
    '2026-01'
    """
    return f"{year_of(t)}-{month_of(t):02d}"
