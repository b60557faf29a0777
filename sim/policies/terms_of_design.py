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
from sim.state.quota_law import BEYOND, MOST_GRACE, STEPS, QuotaTerms, levy_units, required_seats

OWNERS = ("budget", "state", "private")
KINDS = ("none", "fine", "levy", "fine+levy")
ROUNDINGS = ("floor", "half_up", "ceil", "none", "half_down")
VARIABLES = ("none", "rate", "fill", "count")
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
def find_steps(law, public, out):  # type: ignore[no-untyped-def]
    """Write the sizes at which seats or levy unit jump; return the largest jump of the yearly levy, in units."""
    k = 0
    largest = 0.0
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
    return largest


def native_terms(design: Design) -> QuotaTerms:
    """Return the terms of a design as the law is written, amounts in its own currency.

    Fields that depend on behaviour or on the month (cheapest worker, pro-forma pay) are zero.
    """
    return stepped(bare_terms(design))


def bare_terms(design: Design) -> QuotaTerms:
    """Return :func:`native_terms` without the sizes at which the schedule jumps; compiles nothing."""
    of = design.of
    rows = of("levy.rows")
    levy_rows = {name: np.zeros(8) for name in ("from", "to", "variable", "unit")}
    levy_rows["from"][:] = BEYOND
    zero, bands = np.full(8, -1.0), np.zeros((8, 6, 3))
    bands[:, :, 0] = BEYOND
    for k, row in enumerate(rows):
        levy_rows["from"][k], levy_rows["to"][k] = row["from"], row["to"]
        levy_rows["variable"][k] = code_of(row["variable"], VARIABLES, design, "levy.rows")
        levy_rows["unit"][k] = row.get("unit", 0.0)
        zero[k] = row.get("zero", -1.0)
        for b, band in enumerate(row.get("bands", [])):
            bands[k, b] = band
    rates = of("schedule.rates")
    public = rates if of("schedule.rates_public") == "as rates" else of("schedule.rates_public")
    smallest = float(of("schedule.smallest_size"))
    differs = public != rates and public and not of("schedule.table")
    caps = of("reductions.alternative_cap")
    weights = of("counting.part_time_weight")
    kind = code_of(design.figures["sanction.kind"].value, KINDS, design, "sanction.kind")
    severe = np.array([1.0 if g in of("schedule.severe_groups") else 0.0 for g in (1, 2, 3)])
    hours = float(of("counting.full_time_from"))
    short_allowed = weights != "proportional" and (hours <= 0.5 or weights == 1)
    bare = QuotaTerms(
        code=zlib.crc32(design.code.encode()),
        listed=int(of("scope.assignment") == "list"),
        owners=np.array([1.0 if owner in of("scope.owners") else 0.0 for owner in OWNERS]),
        industries=np.array([0.0 if k in of("scope.exempt_industries") else 1.0 for k in range(12)]),
        n_min=smallest,
        n_min_public=float(public[0][0]) if differs else smallest,
        grace=grace_years(design),
        table=filled(of("schedule.table"), (8, 3)),
        rates=filled(rates, (8, 2)),
        rates_public=filled(public, (8, 2)),
        rounding=code_of(of("schedule.rounding") or "none", ROUNDINGS, design, "schedule.rounding"),
        min_seats=float(of("schedule.minimum_seats")),
        composition=filled(of("schedule.composition"), (4, 2)),
        severe=severe,
        full_time_from=hours,
        part_time_weight=0.0 if weights == "proportional" else float(weights),
        proportional=int(weights == "proportional"),
        min_hours=float(of("counting.min_hours")),
        group_weight=np.array(of("counting.group_weights"), dtype=np.float64),
        age_from=number(of("counting.age_from"), 999.0),
        age_weight=float(of("counting.age_weight")),
        first_hire_weight=float(of("counting.first_hire_weight")),
        verified=int(of("counting.pay_verified")),
        min_pay=number(of("counting.minimum_pay"), 0.0),
        proforma_counts=int(of("counting.proforma_counts")),
        kind=kind,
        fine=0.0,
        fine_per_seat=int(bool(of("sanction.fine_per_seat"))),
        levy_from=levy_rows["from"],
        levy_to=levy_rows["to"],
        levy_variable=levy_rows["variable"].astype(np.int64),
        levy_zero=zero,
        levy_unit=levy_rows["unit"],
        levy_bands=bands,
        levy_min_n=number(of("levy.smallest_size"), 0.0),
        reference=native_reference(design),
        per_year=float(of("levy.periods")),
        surcharge_years=number(of("levy.surcharge_years"), 9999.0),
        surcharge_unit=number(of("levy.surcharge_unit"), 0.0),
        collection=float(of("levy.collected_share")),
        alternative_rate=float(of("reductions.alternative_rate")),
        alternative_cap=float(caps[0][1]),
        alternative_rate_from=float(caps[-1][0]) if len(caps) > 1 else 9999.0,
        alternative_cap_high=float(caps[-1][1]),
        alternative_price=number(of("reductions.alternative_price"), 0.0),
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
        short_hours=0.5 if short_allowed and float(of("counting.min_hours")) <= 0.5 else 1.0,
        nominal_pay=0.0,
        largest_jump=0.0,
        announced=0.0,
        steps=np.full(STEPS, BEYOND),
        steps_public=np.full(STEPS, BEYOND),
    )
    for key, why in NOT_IN_RUNS.items():
        if of(key):
            raise InputError(f"quotas/{design.code}.toml: {key} is true; {why}; set it false")
    if of("scope.level") not in ("firm", None):
        raise InputError(
            f"quotas/{design.code}.toml: scope.level is '{of('scope.level')}'; an employer of the model is a firm, and "
            "nobody knows which firms form a group or have several establishments; set it to firm"
        )
    return bare


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
    steps, public = np.full(STEPS, BEYOND), np.full(STEPS, BEYOND)
    largest = max(find_steps(terms, 0, steps), find_steps(terms, 1, public))
    return terms._replace(steps=steps, steps_public=public, largest_jump=float(largest))


def native_reference(design: Design) -> float:
    """Return the levy's reference amount in the design's currency; 0 without a levy."""
    value = design.of("levy.reference")
    if value == "average wage":
        wage = design.of("translation.average_wage")
        return float(wage) / 12.0
    return number(value, 0.0)


def native_fine(design: Design, given: float) -> float:
    """Return the fine per finding: the given amount, otherwise the midpoint of the published range (note to Q9)."""
    if given >= 0.0:
        return given
    low, high = design.of("sanction.fine_min"), design.of("sanction.fine_max")
    return 0.0 if low is None or high is None else 0.5 * (float(low) + float(high))


def wage_ratio(design: Design, average_wage: float) -> float:
    """Return som of the month per unit of the design's currency at equal shares of the average wage.

    >>> from sim.policies.design import load
    >>> round(wage_ratio(load("AT"), 44400.0) * 320 * 12 / (44400 * 12), 4)
    0.0805
    """
    native = design.of("translation.average_wage")
    return 1.0 if native == "own" else 12.0 * average_wage / float(native)

