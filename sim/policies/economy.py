"""The economy: dated prices, wages, taxes and trade regimes that no agent of the model sets (model.md X3, T3).

Published years are taken as they are. Between two of them a series moves at a constant rate; before the first and
after the last it follows consumer prices, the average wage ``wage_growth``. The deflator moves along
straight lines between mid-years so that its yearly averages are the published ones; a rate dated 2026 is the rise from
the average of 2025 to that of 2026, so it also moves the second half of 2025.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from typing import Any, Literal

import numpy as np

from sim import months
from sim.engine.math import exp, log, power
from sim.engine.plain import plain
from sim.errors import CountryError, InputError
from sim.policies.dated import EVER
from sim.policies.law import Entry, country_folder
from sim.policies.policy import Dated, Policy, parameter
from sim.state.terms import EconomyTerms

BASE_YEAR = 2023
FIRST_KNOT, KNOTS = 2010, 60
FILE = "economy.csv"
COLUMNS = ["series", "oblast", "from", "value", "unit", "kind", "source", "confidence"]
SERIES = "Known years; a country file gives them"


class Economy(Policy):
    """Exogenous prices, wages, taxes and trade regimes, the same in every design of a scenario."""

    inflation: Dated[float] = parameter(
        0.0, -0.2, 1.0, "share a year", "Rise of consumer prices, annual average", SERIES, "C", "X3")
    subsistence: Dated[float] = parameter(
        8000.0, 100.0, 1e6, "som per person and month", "Subsistence minimum", SERIES, "C", "H5")
    average_wage: Dated[float] = parameter(
        40000.0, 1000.0, 1e7, "som per month", "Average wage", SERIES, "C", "Q8;E1")
    wage_growth: Dated[float] = parameter(
        0.1, -0.2, 1.0, "share a year", "Rise of the average wage after its last known year", SERIES, "C", "X3")
    minimum_wage: Dated[float] = parameter(
        3280.0, 0.0, 1e6, "som per month", "Statutory minimum wage", SERIES, "C", "Q8")
    oblast_wage: Dated[float] = parameter(
        40000.0, 1000.0, 1e7, "som per month", "Average wage of an oblast in the year given", SERIES, "C", "E1",
        by_oblast=True)
    livestock_export: Dated[Literal["open", "banned"]] = parameter(
        "open", None, None, "regime", "Export of livestock", "Base run", "C", "X3;M4")
    sewing_shock: Dated[bool] = parameter(
        False, None, None, "yes or no", "Foreign demand for sewing has fallen", "Base run", "C", "X3")
    employer_contribution: Dated[float] = parameter(
        0.0225, 0.0, 1.0, "share of wage", "Employer contribution, business", SERIES, "C", "T3")
    employer_contribution_budget: Dated[float] = parameter(
        0.1725, 0.0, 1.0, "share of wage", "Employer contribution, budget organisations", SERIES, "C", "T3")
    worker_contribution: Dated[float] = parameter(
        0.1, 0.0, 1.0, "share of wage", "Worker contribution", SERIES, "C", "T3")
    income_tax: Dated[float] = parameter(
        0.1, 0.0, 1.0, "share of wage", "Income tax", SERIES, "C", "T3")
    income_tax_disability: Dated[float] = parameter(
        0.05, 0.0, 1.0, "share of wage", "Income tax of groups I, II and hearing group III", SERIES, "C", "T3")

    def terms(self, t: int, regions: Sequence[str] = ()) -> EconomyTerms:
        """Return prices, wages, taxes and trade regimes of month ``t``."""
        return EconomyTerms(
            deflator=self.deflator(t),
            subsistence=self.level(self.subsistence, t),
            average_wage=self.wage(t),
            minimum_wage=self.level(self.minimum_wage, t),
            wages=np.array([self.wage(t, oblast) for oblast in regions], dtype=np.float64),
            export_open=1.0 if self.livestock_export.at(t) == "open" else 0.0,
            sewing_shock=int(self.sewing_shock.at(t)),
            employer_contribution=float(self.employer_contribution.at(t)),
            employer_contribution_budget=float(self.employer_contribution_budget.at(t)),
            worker_contribution=float(self.worker_contribution.at(t)),
            income_tax=float(self.income_tax.at(t)),
            income_tax_disability=float(self.income_tax_disability.at(t)),
        )

    def deflator(self, t: int) -> float:
        """Return consumer prices of month ``t``, mean of 2023 = 1."""
        place = (t + 0.5) / 12.0 - 0.5 + months.FIRST_YEAR - FIRST_KNOT
        year = min(max(math.floor(place), 0), KNOTS - 2)
        levels = _mid_years(self.inflation)
        return levels[year] + (levels[year + 1] - levels[year]) * (place - year)

    def wage(self, t: int, oblast: str | None = None) -> float:
        """Return the average wage of the year; of an oblast, in its proportion to the country in the year given."""
        country = _at_year(self.average_wage, months.year_of(t), self._price_of_year, self._wage_of_year)
        if oblast is None:
            return country
        known = [step for step in self.oblast_wage.steps if step.oblast == oblast and step.since <= t]
        known = known[-1:] or [step for step in self.oblast_wage.steps if step.oblast == oblast][:1]
        if not known:
            return country
        then = max(known[0].since, months.month_index(BASE_YEAR))
        return country * float(known[0].value) / self.wage(then)

    def level(self, series: Dated[float], t: int) -> float:
        """Return a yearly series in month ``t``; outside its known years it follows consumer prices."""
        return _at_year(series, months.year_of(t), self._price_of_year, self._price_of_year)

    def _price_of_year(self, year: int) -> float:
        return plain(exp)(_yearly(self.inflation, year))

    def _wage_of_year(self, year: int) -> float:
        return plain(exp)(_yearly(self.wage_growth, year))


@lru_cache(maxsize=4096)
def _yearly(rate: Dated[float], year: int) -> float:
    """Return the log level of a yearly index, 0 in the base year."""
    total = 0.0
    for y in range(min(year, BASE_YEAR) + 1, max(year, BASE_YEAR) + 1):
        total += plain(log)(1.0 + rate.at(months.month_index(y)))
    return total if year >= BASE_YEAR else -total


@lru_cache(maxsize=64)
def _mid_years(inflation: Dated[float]) -> tuple[float, ...]:
    """Return price levels at mid-years between which a straight line has the given yearly averages.

    Twelve monthly points of such a line weigh the mid-years before, of and after the year by 1/8, 6/8 and 1/8.
    """
    averages = np.array([plain(exp)(_yearly(inflation, FIRST_KNOT + k)) for k in range(KNOTS)])
    weights = np.eye(KNOTS)
    for k in range(1, KNOTS - 1):
        weights[k, k - 1 : k + 2] = 0.125, 0.75, 0.125
    return tuple(float(level) for level in np.linalg.solve(weights, averages))


def _at_year(
    series: Dated[float], year: int, before: Callable[[int], float], after: Callable[[int], float]
) -> float:
    """Return a series in a year: as known, at a constant rate between known years, indexed outside them."""
    known = {months.year_of(step.since): float(step.value) for step in series.steps if step.since != EVER}
    if not known:
        return float(series.at(months.month_index(year))) * before(year)
    if year in known:
        return known[year]
    first, last = min(known), max(known)
    if year < first:
        return known[first] * before(year) / before(first)
    if year > last:
        return known[last] * after(year) / after(last)
    low, high = max(y for y in known if y < year), min(y for y in known if y > year)
    return known[low] * plain(power)(known[high] / known[low], (year - low) / (high - low))


def _value(text: str) -> Any:
    if text in ("true", "false"):
        return text == "true"
    try:
        return float(text)
    except ValueError:
        return text


@cache
def entries(country: str) -> tuple[Entry, ...]:
    """Return every row of the country's economy file with its source and confidence."""
    file = country_folder(country) / FILE
    if not file.is_file():
        raise CountryError(f"{country}: file {FILE} is missing")
    rows = csv.DictReader(file.read_text(encoding="utf-8").splitlines())
    if rows.fieldnames != COLUMNS:
        raise CountryError(f"{country}/{FILE}: the columns must be {', '.join(COLUMNS)}")
    out = []
    for line, row in enumerate(rows, start=2):
        blank = [name for name in COLUMNS if name != "oblast" and not row[name]]
        if blank or row["kind"] != "input":
            raise CountryError(f"{country}/{FILE}: line {line} lacks {blank[0] if blank else 'kind = input'}")
        out.append(
            Entry("economy", row["series"], row["from"], (_value(row["value"]), row["oblast"]), row["unit"],
                  row["source"], row["confidence"])
        )
    return tuple(out)


@cache
def economy(country: str) -> Economy:
    """Return the economy of a country, from ``sim/country/<country>/economy.csv``."""
    values: dict[str, list[dict[str, Any]]] = {}
    for entry in entries(country):
        value, oblast = entry.value
        step = {"from": entry.since, "value": value} | ({"oblast": oblast} if oblast else {})
        values.setdefault(entry.parameter, []).append(step)
    try:
        return Economy.made(values, f"{country}/{FILE}")
    except InputError as error:
        raise CountryError(str(error)) from None
