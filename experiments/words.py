"""Words and figures for people: what a tired reader sees instead of floating-point numbers."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import NamedTuple

COUNTED = {
    "jobs", "persons", "people", "families", "households", "contracts", "seats", "job-years", "person-years",
    "employers", "full-time equivalents",
}  # fmt: skip
MISSING = "–"
NO_SPREAD = "no spread"
LARGE = ((1e9, 1e9, "billion "), (1e6, 1e6, "million "), (1e5, 1e3, "thousand "))


class Scale(NamedTuple):
    """How a row of figures is written: divided, in a unit that says so, with so many decimals (negative: rounded)."""

    divisor: float
    unit: str
    decimals: int


def scale_of(values: Iterable[float], unit: str) -> Scale:
    """Return the scale in which figures of a unit are best read: three or four digits that matter.

    >>> tuple(scale_of([2.1e9, 1.4e9], "som")), tuple(scale_of([811354.0], "som"))
    ((1000000000.0, 'billion som', 2), (1000.0, 'thousand som', 0))
    >>> tuple(scale_of([13333.0], "jobs")), tuple(scale_of([0.123], "share of families"))
    ((1.0, 'jobs', -1), (0.01, '% of families', 1))
    """
    largest = max((abs(value) for value in values if math.isfinite(value)), default=0.0)
    if unit.startswith("share"):
        decimals = 0 if largest >= 10.0 else 1 if largest >= 0.01 else 2
        return Scale(0.01, ("%" + unit.removeprefix("share")).strip(), decimals)
    steps = LARGE[2:] if unit in COUNTED else LARGE
    divisor, prefix = next(((size, word) for least, size, word in steps if largest >= least), (1.0, ""))
    scaled = largest / divisor
    digits = math.floor(math.log10(scaled)) + 1 if scaled > 0.0 else 1
    decimals = min(3 - digits, 2) if digits <= 3 else min(0, 4 - digits)
    whole = unit in COUNTED and divisor == 1.0 and largest >= 10.0
    return Scale(divisor, prefix + unit, min(decimals, 0) if whole else decimals)


def figure(value: float, scale: Scale, *, signed: bool = False) -> str:
    """Return a figure with thousands separators and a true minus sign.

    >>> figure(-12345.6, Scale(1.0, "jobs", -1)), figure(0.5, Scale(0.01, "%", 1), signed=True)
    ('−12,350', '+50.0')
    >>> figure(float("nan"), Scale(1.0, "jobs", 0))
    '–'
    """
    if not math.isfinite(value):
        return MISSING
    rounded = round(value / scale.divisor, scale.decimals) + 0.0
    text = f"{abs(rounded):,.{max(0, scale.decimals)}f}"
    if rounded < 0.0:
        return "−" + text
    return "+" + text if signed and rounded > 0.0 else text


def interval(low: float, high: float, scale: Scale, *, signed: bool = False) -> str:
    """Return an interval in words.

    >>> interval(1.0e9, 2.5e9, Scale(1e9, "billion som", 1)), interval(3.0, 3.0, Scale(1.0, "jobs", 0))
    ('1.0 to 2.5', 'no spread')
    """
    first, second = figure(low, scale, signed=signed), figure(high, scale, signed=signed)
    if MISSING in (first, second):
        return MISSING
    return NO_SPREAD if first == second else f"{first} to {second}"


def said(verdict: str, unit: str) -> str:
    """Return a verdict in the words of the unit: jobs are more or fewer, money is higher or lower.

    >>> said("fewer", "jobs"), said("fewer", "som"), said("cannot be told apart", "som")
    ('fewer', 'lower', 'cannot be told apart')
    """
    if unit in COUNTED:
        return verdict
    return {"more": "higher", "fewer": "lower"}.get(verdict, verdict)


def chance(share: float, draws: int) -> str:
    """Return a probability without false certainty: nothing is said beyond what the number of draws can show.

    >>> chance(0.997, 1000), chance(1.0, 20), chance(0.634, 50), chance(0.0, 1000)
    ('> .99', '> .95', '.63', '< .01')
    """
    if not math.isfinite(share):
        return MISSING
    least = max(0.01, 1.0 / max(draws, 1))
    if share > 1.0 - least:
        return "> " + f"{1.0 - least:.2f}".lstrip("0")
    return "< " + f"{least:.2f}".lstrip("0") if share < least else f"{share:.2f}".lstrip("0")


def times(value: float) -> str:
    """Return a ratio of variances for people.

    >>> times(577.3), times(3.14), times(float("inf"))
    ('577', '3.1', 'exact')
    """
    if math.isinf(value):
        return "exact"
    if math.isnan(value):
        return MISSING
    return f"{value:,.0f}" if value >= 10 else f"{value:.1f}"


def listed(names: Iterable[str]) -> str:
    """Return names joined for a sentence.

    >>> listed(["a", "b", "c"]), listed(["a"])
    ('a, b and c', 'a')
    """
    known = list(names)
    return known[0] if len(known) == 1 else f"{', '.join(known[:-1])} and {known[-1]}" if known else ""
