"""Values of a quota law: what each figure of a design file may be, so that a slip of the pen gets one sentence."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from typing import Any

from sim.errors import InputError, nearest

ATTRIBUTES = ("value", "assumed", "unit", "source", "confidence", "note", "base", "base_amount")
WORDS = ("unknown", "none")
SIZES, SHARES, MONEY = (1.0, 1e6, "staff"), (0.0, 1.0, "a share"), (0.0, 1e15, "an amount")
STEP, WEIGHT, RAISE = (0.001, 1.0, "a step"), (0.0, 10.0, "a weight"), (0.0, 10.0, "a share of the fine")
NUMBERS: dict[str, tuple[float, float, str]] = {
    "scope.grace_years": (0, 100, "years"), "scope.announced_months": (0, 120, "months"),
    "schedule.smallest_size": SIZES, "schedule.minimum_seats": (0, 1000, "seats"),
    "counting.full_time_from": SHARES, "counting.min_hours": SHARES, "counting.part_time_weight": SHARES,
    "counting.age_from": (0, 120, "years"), "counting.age_weight": (0, 10, "a weight"),
    "counting.first_hire_weight": (0, 10, "a weight"), "counting.minimum_pay": (0, 10, "minimum wages"),
    "sanction.fine_min": MONEY, "sanction.fine_max": MONEY, "levy.reference": MONEY,
    "levy.periods": (0, 366, "times a year"), "levy.smallest_size": SIZES, "levy.surcharge_years": (0, 100, "years"),
    "levy.surcharge_unit": MONEY, "levy.collected_share": SHARES, "reductions.alternative_rate": SHARES,
    "reductions.alternative_price": MONEY, "reductions.donation_price": MONEY, "reductions.buyout_cap": SHARES,
    "reductions.buyout_fee": MONEY, "scope.base_step": STEP, "schedule.rounding_step": STEP,
    "reductions.buyout_smallest_size": SIZES, "reductions.deduction_cap": SHARES, "bonus.amount": MONEY,
    "bonus.smallest_size": SIZES, "control.credible": SHARES, "translation.average_wage": MONEY,
}  # fmt: skip
FLAGS = (
    "counting.main_job_only", "counting.pay_verified", "counting.proforma_counts", "sanction.fine_per_seat",
    "market.pooled_groups", "market.tradable",
)  # fmt: skip
TEXTS = {"counting.part_time_weight": "proportional", "levy.reference": "average wage",
         "translation.average_wage": "own", "schedule.rates_public": "as rates"}  # fmt: skip
CHOICES = {
    "scope.base_without": ("nobody", "those who count"), "counting.combination": ("multiplied", "largest"),
    "sanction.fine_rule": ("range", "lowest per seat, highest in all"),
    "levy.seats_rounded": ("each time", "over the year"),
}  # fmt: skip
Kind = tuple[float, float, str]
MOST_ROWS = {"schedule.composition": 4, "reductions.alternative_cap": 2, "counting.hours_classes": 6}  # else eight
ROWS: dict[str, tuple[tuple[Kind, ...], str]] = {
    "schedule.table": ((SIZES, (1, 1e9, "staff"), (0, 1000, "seats")), "rows of three such as [[25, 50, 1]]"),
    "schedule.rates": ((SIZES, SHARES), "pairs such as [[25, 0.04]]"),
    "schedule.rates_public": ((SIZES, SHARES), "pairs such as [[25, 0.04]]"),
    "schedule.composition": ((SIZES, (0, 1000, "seats")), "pairs such as [[50, 1]]"),
    "reductions.alternative_cap": ((SHARES, SHARES), "pairs such as [[0, 0.5]]"),
    "sanction.fine_surcharge": ((SIZES, RAISE, RAISE), "rows of three such as [[100, 0, 0.2]]"),
    "counting.hours_classes": ((SHARES, WEIGHT, WEIGHT, WEIGHT), "rows of four such as [[0.5, 2, 1, 1]]"),
}  # fmt: skip


def check(item: Mapping[str, Any], key: str, owner: str) -> None:
    """Refuse attributes that a figure does not have and values that it cannot have, with what would be right."""
    for name in item:
        if name not in ATTRIBUTES:
            raise InputError(f"{owner}: {key} has '{name}'; {nearest(name, ATTRIBUTES)}")
    for name in ("value", "assumed"):
        if name in item:
            _check(item[name], key, owner)
    if item.get("base_amount") is not None:
        _number(item["base_amount"], *MONEY, f"{key}.base_amount", owner)


def _endless(value: Any) -> bool:
    """Return whether a number that is infinite or none is anywhere in a value.

    >>> _endless([[25, [math.inf]]]), _endless([[25, 0.04]]), _endless("none")
    (True, False, False)
    """
    if isinstance(value, list | tuple):
        return any(_endless(part) for part in value)
    return isinstance(value, float) and not math.isfinite(value)


def _check(value: Any, key: str, owner: str) -> None:
    if value in WORDS or (key in TEXTS and value == TEXTS[key]):
        return
    if key in NUMBERS:
        _number(value, *NUMBERS[key], key, owner)
    elif key in FLAGS and not isinstance(value, bool):
        raise InputError(f"{owner}: {key} is {value!r}; it must be true, false or \"unknown\"")
    elif key in CHOICES and value not in CHOICES[key]:
        raise InputError(f"{owner}: {key} is {value!r}; {nearest(str(value), CHOICES[key])}")
    elif key in ROWS:
        kinds, shape = ROWS[key]
        if not isinstance(value, list) or not all(isinstance(row, list) and len(row) == len(kinds) for row in value):
            raise InputError(f"{owner}: {key} is {value!r}; it must be a list of {shape}")
        for row in value:
            for part, kind in zip(row, kinds, strict=True):
                _number(part, *kind, key, owner)
        starts, most = [row[0] for row in value], MOST_ROWS.get(key, 8)
        if len(value) > most or any(low >= high for low, high in itertools.pairwise(starts)):
            raise InputError(
                f"{owner}: {key} has {len(value)} rows from {', '.join(f'{start:g}' for start in starts)}; it may have "
                f"at most {most}, each from more than the one before"
            )
    elif _endless(value):
        raise InputError(f"{owner}: {key} has a number that is not finite; all its numbers must be")


def _number(value: Any, low: float, high: float, what: str, key: str, owner: str) -> None:
    number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    if not number or not low <= value <= high:
        words = f' or "{TEXTS[key]}"' if key in TEXTS and key not in ROWS else ""
        said = f"{value!r}" if not isinstance(value, float) else f"{value:g}"
        raise InputError(f"{owner}: {key} has {said}; it must be {what}, from {low:g} to {high:g}{words}")
