"""Translation of a design into terms: numbers and small arrays that the compiled rules read.

Amounts of a foreign law are stored in its own currency. Applied to Kyrgyzstan they are multiplied by the ratio of the
average wages, so that a levy keeps its size as a share of the average wage (model.md section 10, "Levy scale"). A
formula in statutory minimum wages is never carried over: the Kyrgyz minimum is 7 % of the average wage.
"""

from __future__ import annotations

import zlib
from typing import Any

import numpy as np

from sim.engine.columns import Array
from sim.engine.compiled import sweep
from sim.errors import InputError
from sim.policies.design import Design
from sim.state.quota_charge import fine_units, levy_units
from sim.state.quota_law import BEYOND, MOST_GRACE, STEPS, QuotaTerms, required_seats

OWNERS = ("budget", "state", "private")
KINDS = ("none", "fine", "levy", "fine+levy")
ROUNDINGS = ("floor", "half_up", "ceil", "none", "half_down")
VARIABLES = ("none", "rate", "fill", "count")
BASES = ("nobody", "those who count")
COMBINATIONS = ("multiplied", "largest")
TIMES = ("each time", "over the year")
FINES = ("range", "lowest per seat, highest in all")
LOWEST, MIDDLE, HIGHEST = 0.0, 0.5, 1.0  # places in a published range
HALF = 0.5  # share of full time of a short contract
NOT_IN_RUNS = {
    "market.pooled_groups": "seats cannot be pooled in a run, because nobody knows which employers form a group",
    "market.tradable": "seats cannot be traded in a run, because no employer of the model hires beyond its quota",
}
LARGEST = 8000  # staff; above it a schedule has no steps to stay below


def filled(rows: list[list[float]], shape: tuple[int, int]) -> Array:
    """Return rows in an array of fixed shape; unused rows begin beyond any size."""
    out = np.zeros(shape)
    out[:, 0] = BEYOND
    for k, row in enumerate(rows):
        out[k, : len(row)] = row
    return out


def code_of(value: Any, known: tuple[str, ...], design: Design, key: str) -> int:
    """Return the position of a word in the list of known words."""
    if value not in known:
        raise InputError(f"quotas/{design.code}.toml: {key} is '{value}'; it must be one of {', '.join(known)}")
    return known.index(value)


def number(value: Any, absent: float) -> float:
    """Return a number, ``absent`` for none."""
    return absent if value is None else float(value)


@sweep
def find_steps(law: QuotaTerms, public: int, out: Array) -> tuple[float, float]:
    """Write the sizes at which seats or levy unit jump; return the largest jumps of levy and fine, in units of each."""
    k = 0
    largest, fined = 0.0, 0.0
    for size in range(1, 8001):
        n = np.float64(size)
        owed = required_seats(law, public, n)
        before = required_seats(law, public, n - 1.0)
        jump = owed - before >= 0.5 or (owed > 0.0 and before == 0.0)
        units, less = levy_units(law, n, 0.0, owed, 0), levy_units(law, n - 1.0, 0.0, before, 0)
        if owed > 0.0 and units > less:
            jump = True
        if jump and k < out.shape[0]:
            out[k] = n
            k += 1
            largest = max(largest, owed * units - before * less)
            fine = fine_units(law, n, owed) if owed > 0.0 else 0.0
            fined = max(fined, fine - (fine_units(law, n - 1.0, before) if before > 0.0 else 0.0))
    return largest, fined


def native_terms(design: Design) -> QuotaTerms:
    """Return the terms of a design as the law is written, amounts in its own currency.

    Fields that depend on behaviour or on the month (cheapest worker, pro-forma pay) are zero.
    """
    return stepped(bare_terms(design))


def bare_terms(design: Design) -> QuotaTerms:
    """Return :func:`native_terms` without the sizes at which the schedule jumps; compiles nothing."""
    _refused(design)
    of = design.of
    caps = of("reductions.alternative_cap")
    fields = _scope(design) | _schedule(design) | _counting(design) | _sanction(design) | _levy(design)
    return QuotaTerms(
        code=zlib.crc32(design.code.encode()),
        **fields,
        alternative_rate=float(of("reductions.alternative_rate")),
        alternative_cap=float(caps[0][1]),
        alternative_rate_from=float(caps[-1][0]) if len(caps) > 1 else 9999.0,
        alternative_cap_high=float(caps[-1][1]),
        alternative_price=number(of("reductions.alternative_price"), 0.0),
        donation_price=number(of("reductions.donation_price"), 0.0),
        deduction_cap=float(of("reductions.deduction_cap")),
        buyout_cap=float(of("reductions.buyout_cap")),
        buyout_fee=number(of("reductions.buyout_fee"), 0.0) * float(of("levy.periods")),
        buyout_min_n=number(of("reductions.buyout_smallest_size"), 0.0),
        payroll_cap=number(of("reductions.payroll_cap"), 1e9),
        bonus=float(of("bonus.amount")),
        bonus_min_n=number(of("bonus.smallest_size"), 0.0),
        hire_bonus=0.0,
        tender_margin=0.0,
        inspection=1.0,
        credible=float(of("control.credible")),
        information=0.0,
        cheapest=0.0,
        cheapest_pay=0.0,
        nominal_pay=0.0,
        largest_jump=0.0,
        largest_fine=0.0,
        announced=0.0,
        steps=np.full(STEPS, BEYOND),
    )


def _refused(design: Design) -> None:
    """Refuse what no run can say."""
    for key, why in NOT_IN_RUNS.items():
        if design.of(key):
            raise InputError(f"quotas/{design.code}.toml: {key} is true; {why}; set it false")
    if design.of("scope.level") not in ("firm", None):
        raise InputError(
            f"quotas/{design.code}.toml: scope.level is '{design.of('scope.level')}'; an employer of the model is a "
            "firm, and nobody knows which firms form a group or have several establishments; set it to firm"
        )


def _scope(design: Design) -> dict[str, Any]:
    """Return who has the duty, and the size that the law looks at."""
    of = design.of
    return {
        "listed": int(of("scope.assignment") == "list"),
        "owners": np.array([1.0 if owner in of("scope.owners") else 0.0 for owner in OWNERS]),
        "industries": np.array([0.0 if k in of("scope.exempt_industries") else 1.0 for k in range(12)]),
        "grace": grace_years(design),
        "base_without": code_of(of("scope.base_without") or BASES[0], BASES, design, "scope.base_without"),
        "base_step": _base_step(design),
    }


def _base_step(design: Design) -> float:
    """Return to what staff are rounded; whole persons are counted whole and need no rounding."""
    step = number(design.of("scope.base_step"), 0.0)
    return 0.0 if step == 1.0 else step


def _schedule(design: Design) -> dict[str, Any]:
    """Return how many seats are owed."""
    of = design.of
    rates = of("schedule.rates")
    public = rates if of("schedule.rates_public") == "as rates" else of("schedule.rates_public")
    smallest = float(of("schedule.smallest_size"))
    differs = public != rates and public and not of("schedule.table")
    return {
        "n_min": smallest,
        "n_min_public": float(public[0][0]) if differs else smallest,
        "table": filled(of("schedule.table"), (8, 3)),
        "rates": filled(rates, (8, 2)),
        "rates_public": filled(public, (8, 2)),
        "rounding": code_of(of("schedule.rounding") or "none", ROUNDINGS, design, "schedule.rounding"),
        "rounding_step": float(of("schedule.rounding_step")),
        "min_seats": float(of("schedule.minimum_seats")),
        "composition": filled(of("schedule.composition"), (4, 2)),
        "severe": np.array([1.0 if g in of("schedule.severe_groups") else 0.0 for g in (1, 2, 3)]),
    }


def _counting(design: Design) -> dict[str, Any]:
    """Return what a worker counts, and the shortest contract that counts as much as a full one."""
    of = design.of
    proportional = of("counting.part_time_weight") == "proportional"
    weights = filled(hours_classes(design), (6, 4))
    half, whole = (weights[weights[:, 0] <= hours][-1:, 1:] for hours in (HALF, 1.0))
    shortest = HALF if not proportional and half.shape == whole.shape and (half == whole).all() else 1.0
    return {
        "weights": weights,
        "proportional": int(proportional),
        "combination": code_of(of("counting.combination"), COMBINATIONS, design, "counting.combination"),
        "age_from": number(of("counting.age_from"), 999.0),
        "age_weight": float(of("counting.age_weight")),
        "first_hire_weight": float(of("counting.first_hire_weight")),
        "verified": int(of("counting.pay_verified")),
        "min_pay": number(of("counting.minimum_pay"), 0.0),
        "proforma_counts": int(of("counting.proforma_counts")),
        "short_hours": shortest,
    }


def hours_classes(design: Design) -> list[list[float]]:
    """Return the classes of hours of a law: from what share of full time, and the weights of groups I, II and III.

    >>> from sim.policies.design import load
    >>> hours_classes(load("KG_2025")), hours_classes(load("JP"))[0]
    ([[0.0, 1.0, 1.0, 1.0]], [0.25, 0.5, 0.0, 0.0])
    """
    of = design.of
    given = of("counting.hours_classes")
    if given:
        for key in ("full_time_from", "part_time_weight", "min_hours", "group_weights"):
            if of(f"counting.{key}") not in (None, "proportional"):
                raise InputError(
                    f"quotas/{design.code}.toml: counting.{key} and counting.hours_classes both say what a worker "
                    f'counts; write "none" for counting.{key}'
                )
        return [[float(value) for value in row] for row in given]
    groups = [float(weight) for weight in of("counting.group_weights")]
    least, whole = float(of("counting.min_hours")), number(of("counting.full_time_from"), 0.0)
    part = of("counting.part_time_weight")
    if part == "proportional" or whole <= least:
        return [[least, *groups]]
    return [[least, *(float(part) * weight for weight in groups)], [whole, *groups]]


def _sanction(design: Design) -> dict[str, Any]:
    """Return the kind of sanction and the shape of a fine; its amount follows later."""
    of = design.of
    most = BEYOND
    if code_of(of("sanction.fine_rule"), FINES, design, "sanction.fine_rule") == 1:
        low, high = of("sanction.fine_min"), of("sanction.fine_max")
        if not (low and high):
            raise InputError(
                f"quotas/{design.code}.toml: sanction.fine_rule is '{FINES[1]}'; give fine_min and fine_max as amounts"
            )
        most = float(high) / float(low)
    return {
        "kind": code_of(design.figures["sanction.kind"].value, KINDS, design, "sanction.kind"),
        "fine": 0.0,
        "fine_per_seat": int(bool(of("sanction.fine_per_seat"))),
        "fine_surcharge": surcharges(design, MIDDLE),
        "fine_most": most,
    }


def surcharges(design: Design, place: float) -> Array:
    """Return the surcharges of a fine by size, at a place in their published ranges (Q9).

    >>> from sim.policies.design import load
    >>> surcharges(load("BR"), HIGHEST)[3].tolist()
    [1001.0, 0.5]
    """
    rows = design.of("sanction.fine_surcharge") or []
    return filled([[size, low + place * (high - low)] for size, low, high in rows], (8, 2))


def _levy(design: Design) -> dict[str, Any]:
    """Return what each missing seat costs."""
    of = design.of
    columns = {name: np.zeros(8) for name in ("from", "to", "variable", "unit")}
    columns["from"][:] = BEYOND
    zero, bands = np.full(8, -1.0), np.zeros((8, 6, 3))
    bands[:, :, 0] = BEYOND
    for k, row in enumerate(of("levy.rows")):
        columns["from"][k], columns["to"][k] = row["from"], row["to"]
        columns["variable"][k] = code_of(row["variable"], VARIABLES, design, "levy.rows")
        columns["unit"][k] = row.get("unit", 0.0)
        zero[k] = row.get("zero", -1.0)
        for b, band in enumerate(row.get("bands", [])):
            bands[k, b] = band
    return {
        "levy_from": columns["from"],
        "levy_to": columns["to"],
        "levy_variable": columns["variable"].astype(np.int64),
        "levy_zero": zero,
        "levy_unit": columns["unit"],
        "levy_bands": bands,
        "levy_min_n": number(of("levy.smallest_size"), 0.0),
        "reference": native_reference(design),
        "per_year": float(of("levy.periods")),
        "yearly": code_of(of("levy.seats_rounded"), TIMES, design, "levy.seats_rounded"),
        "surcharge_years": number(of("levy.surcharge_years"), 9999.0),
        "surcharge_unit": number(of("levy.surcharge_unit"), 0.0),
        "collection": float(of("levy.collected_share")),
    }


def grace_years(design: Design) -> int:
    """Return for how many years before an employer must have been of the smallest size to have the duty.

    >>> from sim.policies.design import load
    >>> grace_years(load("FR")), grace_years(load("KG_2025"))
    (5, 0)
    """
    years = design.of("scope.grace_years")
    if years not in range(MOST_GRACE + 1):
        raise InputError(
            f"quotas/{design.code}.toml: scope.grace_years is {years}; it must be a whole number from 0 to {MOST_GRACE}"
        )
    return int(years)


def stepped(terms: QuotaTerms) -> QuotaTerms:
    """Return the terms with the sizes at which their schedule jumps."""
    steps = np.full(STEPS, BEYOND)
    jumps = find_steps(terms, 0, steps), find_steps(terms, 1, np.full(STEPS, BEYOND))
    levy, fine = (float(max(of_owner)) for of_owner in zip(*jumps, strict=True))
    return terms._replace(steps=steps, largest_jump=levy, largest_fine=fine)


def native_reference(design: Design) -> float:
    """Return the levy's reference amount in the design's currency; 0 without a levy."""
    value = design.of("levy.reference")
    if value == "average wage":
        wage = design.of("translation.average_wage")
        if wage == "own":
            raise InputError(
                f"quotas/{design.code}.toml: levy.reference is 'average wage' and translation.average_wage 'own'; "
                "write the amount of the levy in the country's money"
            )
        return float(wage) / 12.0
    return number(value, 0.0)


def published_fine(design: Design, place: float) -> float:
    """Return the amount of a fine at a place in its published range; the lowest where the highest caps the whole (Q9).

    >>> from sim.policies.design import load
    >>> published_fine(load("BR"), MIDDLE), published_fine(load("KZ"), MIDDLE)
    (3100.06, 27690.0)
    """
    low, high = design.of("sanction.fine_min"), design.of("sanction.fine_max")
    if low is None or high is None:
        return 0.0
    if design.of("sanction.fine_rule") == FINES[1]:
        return float(low)
    return (1.0 - place) * float(low) + place * float(high)


def fined_terms(design: Design, place: float) -> QuotaTerms:
    """Return :func:`native_terms` with the fine at a place in its published range, amount and surcharges alike."""
    return native_terms(design)._replace(
        fine=published_fine(design, place), fine_surcharge=surcharges(design, place)
    )  # fmt: skip


def wage_ratio(design: Design, average_wage: float) -> float:
    """Return som of the month per unit of the design's currency at equal shares of the average wage.

    >>> from sim.policies.design import load
    >>> round(wage_ratio(load("AT"), 44400.0) * 320 * 12 / (44400 * 12), 4)
    0.0805
    """
    native = design.of("translation.average_wage")
    return 1.0 if native == "own" else 12.0 * average_wage / float(native)

