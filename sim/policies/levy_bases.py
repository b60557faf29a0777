"""Levy bases: what an amount in minimum wages, calculation indices or subsistence minima comes to (model.md Q8).

Laws write levies in units of a published figure. Carried to another country, a formula keeps its words and loses its
meaning: the Kyrgyz minimum wage is 7 % of the average wage, in France it is more than half. So a levy is carried over
as a share of the average wage, and what its own words would come to stands beside it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

from sim.countries import country_folder, table_of
from sim.errors import CountryError, InputError, nearest
from sim.policies.design import Design
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
WHEN = {BY_RATE: "rate", BY_FILL: "fill", BY_COUNT: "count"}


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
    when: str  # what the employer has done: "", nobody, rate, fill, count or idle
    low: float  # from so much of it: share of staff, share of seats, workers, years without a seat filled
    high: float  # to below so much; not a number where there is no end
    native: float  # in the design's currency
    share: float  # of the design's average wage
    som: float  # the same share of the average wage here
    literal: float | None  # som, the formula at the base of the same name here; None where the law names an amount


class Collapse(NamedTuple):
    """A levy that would lose its size here: shares of a year's average wage, lowest and highest."""

    code: str
    base: str
    kept: tuple[float, float]  # as it is carried over
    words: tuple[float, float]  # what its own words would come to


@cache
def facts(country: str) -> Mapping[str, Fact]:
    """Return the rows of a country's file of levy bases."""
    file = country_folder(country) / FILE
    if not file.is_file():
        raise CountryError(f"{country}: file {FILE} is missing")
    reader = table_of(file)
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

    def add(k: int, units: float, when: str = "", low: float = math.nan, high: float = math.nan) -> None:
        native = units * law.reference * law.per_year
        literal = None if one is None else units * law.reference / over * law.per_year * one
        start = max(float(law.levy_from[k]), law.levy_min_n, law.n_min)
        share = native / native_wage
        som = share * MONTHS * economy.average_wage
        found.append(Tier(start, float(law.levy_to[k]), when, low, high, native, share, som, literal))

    for k in range(len(law.levy_from)):
        if law.levy_from[k] >= BEYOND:
            continue
        if law.levy_variable[k] == FLAT:
            add(k, float(law.levy_unit[k]))
        else:
            if law.levy_zero[k] >= 0.0:
                add(k, float(law.levy_zero[k]), "nobody")
            for low, high, units in law.levy_bands[k]:
                if low < BEYOND:
                    add(k, float(units), WHEN[int(law.levy_variable[k])], float(low), float(high))
    if law.surcharge_years < 9999.0 and found:
        add(0, law.surcharge_unit, "idle", law.surcharge_years)
    return tuple(found)


def collapsed(design: Design, economy: EconomyTerms, country: str) -> Collapse | None:
    """Return what becomes of a levy whose formula would lose its size at the bases of this country, else nothing.

    >>> from sim.policies.design import load
    >>> collapsed(load("AT"), None, "kyrgyzstan") is None
    True
    """
    base = design.figures["levy.reference"].base
    if not base or base == AVERAGE:
        return None
    found = [tier for tier in tiers(design, economy, country) if tier.literal is not None]
    lost = [tier for tier in found if tier.literal is not None and tier.literal < COLLAPSED * tier.som]
    if not lost:
        return None
    year = MONTHS * economy.average_wage
    kept, words = [tier.share for tier in lost], [(tier.literal or 0.0) / year for tier in lost]
    return Collapse(design.code, base, (min(kept), max(kept)), (min(words), max(words)))
