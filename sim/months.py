"""Months: t = 0 is January 2022; the burn-in has negative months (model.md section 3)."""

from __future__ import annotations

import re

from sim.errors import InputError

FIRST_YEAR = 2022
BURN_IN = 24


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
    match = re.fullmatch(r"(\d{4})-(\d{2})", text.strip())
    if not match or not 1 <= int(match[2]) <= 12:
        raise InputError(f"month is '{text}'; it must be written as YYYY-MM, for example 2026-01")
    return month_index(int(match[1]), int(match[2]))


def label(t: int) -> str:
    """Return month ``t`` written as YYYY-MM.

    >>> label(48)
    '2026-01'
    """
    return f"{year_of(t)}-{month_of(t):02d}"
