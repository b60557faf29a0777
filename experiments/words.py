"""Words and figures for people: what a tired reader sees instead of floating-point numbers.

Every function takes the language last; without one it writes English.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import NamedTuple

from experiments.language import MISSING, Language, language
from experiments.marks import N_

__all__ = [
    "COUNTED", "MISSING", "Scale", "alike", "chance", "common_scale", "figure", "interval", "listed", "of_draws",
    "said", "scale_of", "sure", "times",
]  # fmt: skip

COUNTED = {
    "jobs", "persons", "people", "families", "households", "contracts", "seats", "job-years", "person-years",
    "employers", "full-time equivalents",
}  # fmt: skip
LARGE = (
    (1e9, 1e9, N_("billion {unit}")), (1e6, 1e6, N_("million {unit}")), (1e5, 1e3, N_("thousand {unit}")),
)  # fmt: skip
MANY = ((1e7, 1e6, N_("million {unit}")),)  # what is counted is written out in full up to here
WIDEST = 1e6  # a figure has at most six digits before its point where a finer unit serves another table
SAID = {
    "more": N_("more"), "fewer": N_("fewer"), "the same": N_("the same"), "undefined": N_("undefined"),
    "cannot be told apart": N_("cannot be told apart"),
}  # fmt: skip
OF_MONEY = {"more": N_("higher"), "fewer": N_("lower")}


class Scale(NamedTuple):
    """How a row of figures is written: divided, in a unit that says so, with so many decimals (negative: rounded)."""

    divisor: float
    unit: str
    decimals: int


def scale_of(values: Iterable[float], unit: str, say: Language | None = None) -> Scale:
    """Return the scale in which figures of a unit are best read: three or four digits that matter.

    >>> tuple(scale_of([2.1e9, 1.4e9], "som")), tuple(scale_of([811354.0], "som"))
    ((1000000000.0, 'billion som', 2), (1000.0, 'thousand som', 0))
    >>> tuple(scale_of([13333.0], "jobs")), tuple(scale_of([0.123], "share of families"))
    ((1.0, 'jobs', -1), (0.01, '% of families', 1))
    """
    say = say or language("en")
    largest = max((abs(value) for value in values if math.isfinite(value)), default=0.0)
    if unit.startswith("share"):
        decimals = 0 if largest >= 10.0 else 1 if largest >= 0.01 else 2
        return Scale(0.01, say.text(("%" + unit.removeprefix("share")).strip(), context="unit"), decimals)
    steps = MANY if unit in COUNTED else LARGE
    divisor, prefix = next(((size, word) for least, size, word in steps if largest >= least), (1.0, ""))
    own = say.text(unit, context="unit") if unit else ""
    written = say.text(prefix, unit=own) if prefix else own
    return Scale(divisor, written, _decimals(largest / divisor, whole=unit in COUNTED and divisor == 1.0))


def common_scale(
    levels: Iterable[float], differences: Iterable[float], unit: str, say: Language | None = None
) -> Scale:
    """Return the one unit in which levels and their differences are both written; the decimals are those of the levels.

    >>> tuple(common_scale([2.1e9, 1.4e9], [-3.2e6], "som"))
    (1000000.0, 'million som', 0)
    """
    whole = list(levels)
    coarse, fine = scale_of(whole, unit, say), scale_of(differences, unit, say)
    largest = max((abs(value) for value in whole if math.isfinite(value)), default=0.0)
    if 1.0 < fine.divisor < coarse.divisor and largest < WIDEST * fine.divisor:
        return Scale(fine.divisor, fine.unit, 0)
    return coarse


def alike(scale: Scale, values: Iterable[float], unit: str) -> Scale:
    """Return a scale in the same unit, with the decimals that some values need.

    >>> tuple(alike(Scale(1e6, "million som", 0), [2.2e6, -4.1e5], "som"))
    (1000000.0, 'million som', 2)
    """
    largest = max((abs(value) for value in values if math.isfinite(value)), default=0.0)
    if unit.startswith("share"):
        return scale._replace(decimals=0 if largest >= 10.0 else 1 if largest >= 0.01 else 2)
    whole = unit in COUNTED and scale.divisor == 1.0
    return scale._replace(decimals=_decimals(largest / scale.divisor, whole=whole))


def sure(scale: Scale, errors: Iterable[float], values: Iterable[float]) -> Scale:
    """Return a scale without digits that more draws would change: its last digit is the first of the smallest error.

    One digit of the largest value stays.

    >>> sure(Scale(1.0, "jobs", -1), [573.0, 163.0], [-3010.0, 70.0]).decimals
    -2
    >>> sure(Scale(1.0, "jobs", 0), [900.0], [40.0]).decimals, sure(Scale(1.0, "jobs", 0), [0.0], [40.0]).decimals
    (-1, 0)
    """
    known = [error / scale.divisor for error in errors if math.isfinite(error) and error > 0.0]
    largest = max((abs(value) / scale.divisor for value in values if math.isfinite(value)), default=0.0)
    if not known or not largest:
        return scale
    decimals = max(-math.floor(math.log10(min(known))), -math.floor(math.log10(largest)))
    return scale._replace(decimals=min(scale.decimals, decimals))


def _decimals(largest: float, *, whole: bool) -> int:
    """Return the decimals that leave three or four digits that matter; none for what is counted from ten on."""
    digits = math.floor(math.log10(largest)) + 1 if largest > 0.0 else 1
    decimals = min(3 - digits, 2) if digits <= 3 else min(0, 4 - digits)
    return min(decimals, 0) if whole and largest >= 10.0 else decimals


def figure(value: float, scale: Scale, say: Language | None = None, *, signed: bool = False) -> str:
    """Return a figure with thousands separators and a true minus sign.

    >>> figure(-12345.6, Scale(1.0, "jobs", -1)), figure(0.5, Scale(0.01, "%", 1), signed=True)
    ('−12,350', '+50.0')
    >>> figure(float("nan"), Scale(1.0, "jobs", 0))
    '–'
    """
    return (say or language("en")).number(value / scale.divisor, scale.decimals, signed=signed)


def interval(low: float, high: float, scale: Scale, say: Language | None = None, *, signed: bool = False) -> str:
    """Return an interval in words.

    >>> interval(1.0e9, 2.5e9, Scale(1e9, "billion som", 1)), interval(3.0, 3.0, Scale(1.0, "jobs", 0))
    ('1.0 to 2.5', 'no spread')
    >>> interval(3.1, 3.2, Scale(1.0, "jobs", 0))  # some spread, below what is shown
    '3 to 3'
    """
    say = say or language("en")
    first, second = figure(low, scale, say, signed=signed), figure(high, scale, say, signed=signed)
    if MISSING in (first, second):
        return MISSING
    return say.text("no spread") if low == high else say.text("{low} to {high}", low=first, high=second)


def said(verdict: str, unit: str, say: Language | None = None) -> str:
    """Return a verdict in the words of the unit: jobs are more or fewer, money is higher or lower.

    >>> said("fewer", "jobs"), said("fewer", "som"), said("cannot be told apart", "som")
    ('fewer', 'lower', 'cannot be told apart')
    """
    word = SAID.get(verdict, verdict) if unit in COUNTED else OF_MONEY.get(verdict, verdict)
    return (say or language("en")).text(word)


def chance(share: float, draws: int, say: Language | None = None) -> str:
    """Return a probability without false certainty: nothing is said beyond what the number of draws can show.

    >>> chance(0.997, 1000), chance(1.0, 20), chance(0.634, 50), chance(0.0, 1000)
    ('> 0.99', '> 0.95', '0.63', '< 0.01')
    >>> chance(0.634, 50, language("ru"))
    '0,63'
    """
    say = say or language("en")
    if not math.isfinite(share):
        return MISSING
    least = max(0.01, 1.0 / max(draws, 1))
    sign, near = ("> ", 1.0 - least) if share > 1.0 - least else ("< ", least) if share < least else ("", share)
    return sign + say.number(near, 2)


def of_draws(share: float, draws: int, say: Language | None = None) -> str:
    """Return a share of the parameter sets as a whole count; ties count half, and what is no whole set is left out.

    >>> of_draws(0.75, 12), of_draws(0.625, 12), of_draws(float("nan"), 12)
    ('9 of 12', '7 of 12', '–')
    """
    say = say or language("en")
    if not math.isfinite(share):
        return MISSING
    return say.text("{count} of {draws}", count=say.number(math.floor(share * draws + 1e-9)), draws=say.number(draws))


def times(value: float, say: Language | None = None) -> str:
    """Return a ratio of variances for people.

    >>> times(577.3), times(3.14), times(float("inf"))
    ('577', '3.1', 'exact')
    """
    say = say or language("en")
    if math.isinf(value):
        return say.text("exact")
    return say.number(value, 0 if value >= 10 else 1)


def listed(names: Iterable[str], say: Language | None = None) -> str:
    """Return names joined for a sentence.

    >>> listed(["a", "b", "c"]), listed(["a"])
    ('a, b and c', 'a')
    """
    return (say or language("en")).listed(names)
