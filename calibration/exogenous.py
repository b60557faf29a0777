"""Exogenous: what a forecast does not know of the world around the programme, drawn once for each run.

Growth, prices and pay follow projections made by 2023 and their record of errors; places are delivered as in the
record; jobs may be counted by either definition. Every number stands in ``exogenous.csv`` with its source.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from sim.months import month_index
from sim.policies.economy import Economy
from sim.policies.policy import changes
from sim.scenario import present_law

FILE = Path(__file__).parent / "exogenous.csv"
COUNTRY = "kyrgyzstan"  # whose projections the file has
BASE = 2023
MONTHS = range(1, 13)
LAST_PLAN = 2026  # the last year for which places are planned; later ones repeat it


class Course(NamedTuple):
    """What happens around the programme in one run, by year."""

    inflation: Mapping[int, float]
    average_wage: Mapping[int, float]  # som a month
    subsistence: Mapping[int, float]  # som per person and month
    places: Mapping[int, float]  # families
    old_definition: bool  # jobs are counted as in 2022

    def economy(self) -> dict[str, Any]:
        """Return the economy as a scenario file writes it."""
        return {name: _dated(getattr(self, name)) for name in ("inflation", "average_wage", "subsistence")}

    def contracts(self) -> dict[str, Any]:
        """Return the places as a scenario file writes them."""
        return {"slots": _dated(self.places)}


def _dated(values: Mapping[int, float]) -> list[dict[str, Any]]:
    return [{"from": f"{year}-01", "value": value} for year, value in values.items()]


@cache
def figures() -> Mapping[tuple[str, int], float]:
    """Return the rows of ``exogenous.csv`` by name and year, 0 where a row holds for all years."""
    with FILE.open(newline="", encoding="utf-8") as handle:
        return {(row["name"], int(row["year"] or 0)): float(row["value"]) for row in csv.DictReader(handle)}


def drawn(country: str, years: Sequence[int], seed: int) -> Course:
    """Return one course of the years after the record."""
    known, rng = figures(), np.random.default_rng([seed, BASE])
    law = present_law(country)
    wage, prices, pay = law.economy.wage(month_index(BASE)), {}, {}
    error, shared, places = rng.standard_normal(), rng.standard_normal(), {}
    freedom = known["growth_tails", 0]
    unit = np.sqrt((freedom - 2.0) / freedom)  # brings a Student variable to unit size
    for year in years:
        tail, *normal = unit * rng.standard_t(freedom), *rng.standard_normal(3)
        centre = known["growth_per_person", year] + known["growth_bias", 0]
        growth = max(centre + known["growth_sd", 0] * float(tail), known["growth_least", 0])
        error = carried_error(error, normal[0], known["inflation_persistence", 0])
        sd = known["inflation_sd_first" if year == BASE + 1 else "inflation_sd_later", 0]
        prices[year] = max(known["inflation", year] + sd * error, known["inflation_least", 0])
        wage *= 1.0 + growth + known["wage_gap_sd", 0] * normal[1]
        pay[year] = wage
        most = known["delivered_most_planned" if year <= LAST_PLAN else "delivered_most", 0]
        share = known["delivered", year] + known["delivered_sd", year] * carried_error(shared, normal[2], 0.5)
        planned = float(law.social_contract.terms(month_index(year)).slots)
        places[year] = float(round(planned * min(max(share, known["delivered_least", 0]), most)))
    level = price_levels(law.economy, prices)
    needed = law.economy.level("subsistence", month_index(BASE))
    wages = {year: pay[year] * level[year] for year in years}
    subsistence = {year: needed * level[year] for year in years}
    return Course(prices, wages, subsistence, places, bool(rng.random() < known["old_definition", 0]))


def price_levels(economy: Economy, prices: Mapping[int, float]) -> dict[int, float]:
    """Return the mean price level of each year over that of the base year, as a run with these prices has it.

    A run carries drawn prices month by month, so amounts in money of a year must be made with its own level.
    """
    drawn_prices = changes(Economy).model_validate({"inflation": _dated(prices)})
    acting = economy.changed(drawn_prices, month_index(BASE + 1))
    return {year: float(np.mean([acting.deflator(month_index(year, k)) for k in MONTHS])) for year in prices}


def carried_error(before: float, new: float, persistence: float) -> float:
    """Return an error of unit size that keeps a share of an earlier one.

    >>> carried_error(2.0, 1.0, 0.6), carried_error(2.0, 1.0, 0.0)
    (2.0, 1.0)
    """
    return float(persistence * before + np.sqrt(1.0 - persistence**2) * new)
