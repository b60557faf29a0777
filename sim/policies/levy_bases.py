"""Levy bases: what an amount in minimum wages, calculation indices or subsistence minima comes to (model.md Q8).

Laws write levies in units of a published figure. Carried to another country, a formula keeps its words and loses its
meaning: the Kyrgyz minimum wage is 7 % of the average wage, in France it is more than half. So a levy is carried over
as a share of the average wage, and what its own words would come to stands beside it.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

from sim.errors import CountryError, InputError, nearest
from sim.policies.design import Design
from sim.policies.law import country_folder
from sim.policies.terms_of_design import bare_terms
from sim.state.quota_law import BEYOND, BY_COUNT, BY_FILL, BY_RATE, FLAT
from sim.state.terms import EconomyTerms

FILE = "levy_bases.csv"
COLUMNS = ["name", "value", "unit", "source", "confidence"]
AVERAGE, MINIMUM, HOURLY, SUBSISTENCE = "average wage", "minimum wage", "hourly minimum wage", "subsistence minimum"
WORKING_AGE, INDEX, HOURS = "working-age subsistence minimum", "calculation index", "full-time hours"
BASES = (AVERAGE, MINIMUM, HOURLY, SUBSISTENCE, WORKING_AGE, INDEX)
COLLAPSED = 0.5  # of the size as a share of the average wage; below it a formula is said to collapse
MONTHS = 12.0


class Fact(NamedTuple):
    """One row of the country's file."""

    value: float | None  # None: as the economy says
    unit: str
    source: str
    confidence: str


class Tier(NamedTuple):
    """One amount of a levy: for whom, and what a missing seat costs a year."""

    smallest: float  # staff
    largest: float  # staff not reached any more
    when: str  # what the employer has done, in words
    native: float  # in the design's currency
    share: float  # of the design's average wage
    som: float  # the same share of the average wage here
    literal: float | None  # som, the formula at the base of the same name here; None where the law names an amount


@cache
def facts(country: str) -> Mapping[str, Fact]:
    """Return the rows of a country's file of levy bases."""
    file = country_folder(country) / FILE
    if not file.is_file():
        raise CountryError(f"{country}: file {FILE} is missing")
    reader = csv.DictReader(file.read_text(encoding="utf-8").splitlines())
    if reader.fieldnames != COLUMNS:
        raise CountryError(f"{country}/{FILE}: the columns must be {', '.join(COLUMNS)}")
    out = {}
    for row in reader:
        value = None if row["value"] == "as the economy says" else float(row["value"])
        out[row["name"]] = Fact(value, row["unit"], row["source"], row["confidence"])
    for name in (*BASES, HOURS):
        if name not in out:
            raise CountryError(f"{country}/{FILE}: the row '{name}' is missing")
    return out


def amounts(economy: EconomyTerms, country: str) -> dict[str, float]:
    """Return som of one unit of each base; bases other than the hour and the index are amounts of a month."""
    known = facts(country)

    def given(name: str) -> float:
        value = known[name].value
        if value is None:
            raise CountryError(f"{country}/{FILE}: {name} must be a number")
        return value

    return {
        AVERAGE: economy.average_wage,
        MINIMUM: economy.minimum_wage,
        HOURLY: economy.minimum_wage * MONTHS / given(HOURS),
        SUBSISTENCE: economy.subsistence,
        WORKING_AGE: economy.subsistence * given(WORKING_AGE),
        INDEX: given(INDEX),
    }


def som_a_year(amount: float, base: str, times_a_year: float, economy: EconomyTerms, country: str) -> float:
    """Return som a year of an amount in units of a base, due so many times a year."""
    known = amounts(economy, country)
    if base not in known:
        raise InputError(f"base is '{base}'; {nearest(base, known)}")
    return amount * known[base] * times_a_year


def translated(som: float, economy: EconomyTerms, country: str) -> dict[str, float]:
    """Return an amount of som a year as units of each base a month (hours: a year)."""
    out = {}
    for name, value in amounts(economy, country).items():
        out[name] = som / value / (1.0 if name == HOURLY else MONTHS)
    return out


def tiers(design: Design, economy: EconomyTerms, country: str) -> tuple[Tier, ...]:
    """Return every amount of a design's levy, smallest employers first; empty without a levy."""
    law = bare_terms(design)
    figure = design.figures["levy.reference"]
    wage = design.of("translation.average_wage")
    native_wage = MONTHS * economy.average_wage if wage == "own" else float(wage)
    one = amounts(economy, country).get(figure.base) if figure.base else None
    over = figure.base_amount or law.reference
    found = []

    def add(k: int, when: str, units: float) -> None:
        native = units * law.reference * law.per_year
        literal = None if one is None else units * law.reference / over * law.per_year * one
        start = max(float(law.levy_from[k]), law.levy_min_n, law.n_min)
        share = native / native_wage
        som = share * MONTHS * economy.average_wage
        found.append(Tier(start, float(law.levy_to[k]), when, native, share, som, literal))

    for k in range(len(law.levy_from)):
        if law.levy_from[k] >= BEYOND:
            continue
        if law.levy_variable[k] == FLAT:
            add(k, "", float(law.levy_unit[k]))
        else:
            if law.levy_zero[k] >= 0.0:
                add(k, "nobody counts", float(law.levy_zero[k]))
            for low, high, units in law.levy_bands[k]:
                if low < BEYOND:
                    add(k, _band(int(law.levy_variable[k]), float(low), float(high)), float(units))
    if law.surcharge_years < 9999.0 and found:
        add(0, f"nothing done for {law.surcharge_years:g} years", law.surcharge_unit)
    return tuple(found)


def _band(variable: int, low: float, high: float) -> str:
    if variable == BY_RATE:
        return f"{100 * low:g} to below {100 * high:g} % of staff"
    if variable == BY_FILL:
        return f"{100 * low:g} to below {100 * high:g} % of seats filled"
    assert variable == BY_COUNT
    return f"{low:g} counted" if high - low == 1.0 and low > 0.0 else f"{low:g} to below {high:g} counted"


def collapse(design: Design, economy: EconomyTerms, country: str) -> str:
    """Return a sentence where the formula of a levy would lose its size at the bases of this country, else nothing.

    >>> from sim.policies.design import load
    >>> collapse(load("AT"), None, "kyrgyzstan")
    ''
    """
    base = design.figures["levy.reference"].base
    if not base or base == AVERAGE:
        return ""
    found = [tier for tier in tiers(design, economy, country) if tier.literal is not None]
    lost = [tier for tier in found if tier.literal is not None and tier.literal < COLLAPSED * tier.som]
    if not lost:
        return ""
    year = MONTHS * economy.average_wage
    kept = _span([tier.share for tier in lost])
    words = _span([(tier.literal or 0.0) / year for tier in lost])
    return (
        f"{design.code}: the levy is a number of {plural(base)}. It is carried over as a share of the average wage "
        f"({kept} for each empty seat and year); the same words at the Kyrgyz {base} would come to {words} and the "
        "formula would collapse."
    )


def plural(base: str) -> str:
    """Return the name of a base for several of them.

    >>> plural("calculation index"), plural("subsistence minimum"), plural("average wage")
    ('calculation indices', 'subsistence minima', 'average wages')
    """
    return base.replace("minimum", "minima") if base.endswith("minimum") else base.replace("index", "indice") + "s"


def _span(shares: list[float]) -> str:
    low, high = f"{100 * min(shares):.1f}", f"{100 * max(shares):.1f}"
    return f"{low} %" if low == high else f"{low} to {high} %"
