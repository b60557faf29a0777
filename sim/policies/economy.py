"""The economy: dated prices, wages, taxes and trade regimes that no agent of the model sets (model.md X3, T3).

Published years are taken as they are. Between two of them a series moves at a constant rate; before the first and
after the last it follows consumer prices, the average wage ``wage_growth``. The deflator moves along
straight lines between mid-years so that its yearly averages are the published ones; a published rate of 2026 is the
rise from the average of 2025 to that of 2026, so it also moves the second half of 2025.

What a scenario changes moves no month before its date. A rate of prices makes them rise faster or slower from its
January on, month by month, by as much as it differs from the published one: once that is steady, prices rise by the
rate of the scenario in twelve months. A value of a yearly series holds in its year and is then carried forward.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from itertools import accumulate
from typing import Any, Literal, NamedTuple, Self, TypeAlias

import numpy as np
from pydantic import PrivateAttr

from sim import months
from sim.countries import country_folder, table_of
from sim.engine.math import exp, log, power
from sim.engine.plain import plain
from sim.engine.sums import added
from sim.errors import CountryError, InputError
from sim.policies.dated import EVER
from sim.policies.instrument import Instrument
from sim.policies.law import Entry
from sim.policies.policy import BY_OBLAST, YEARLY, Change, Dated, Policy, Step, parameter
from sim.state.terms import EconomyTerms

BASE_YEAR = 2023
FIRST_KNOT, KNOTS = 2010, 60
DECADE = 120  # months
FILE = "economy.csv"
COLUMNS = ["series", "oblast", "from", "value", "unit", "kind", "source", "confidence"]
SERIES = "Known years; a country file gives them"
FORWARD, BACK, BETWEEN = "forward", "back", "between"
Index: TypeAlias = Callable[[int], float]


class Carried(NamedTuple):
    """How a figure comes about in a year for which none is known."""

    since: int  # known year that it is carried from
    rate: float  # assumed change in a year
    way: str  # FORWARD, BACK, or BETWEEN two known years


class Economy(Policy):
    """Exogenous prices, wages, taxes and trade regimes, the same in every design of a scenario."""

    inflation: Dated[float] = parameter(
        0.0, (-0.2, 1.0), "share a year", "Rise of consumer prices", (SERIES, "C"), "X3", varies=YEARLY)
    subsistence: Dated[float] = parameter(
        8000.0, (100.0, 1e6), "som per person and month", "Subsistence minimum", (SERIES, "C"), "H5", varies=YEARLY)
    average_wage: Dated[float] = parameter(
        40000.0, (1000.0, 1e7), "som per month", "Average wage", (SERIES, "C"), "Q8;E1", varies=YEARLY)
    wage_growth: Dated[float] = parameter(
        0.1, (-0.2, 1.0), "share a year", "Rise of the average wage after its last known year", (SERIES, "C"), "X3",
        varies=YEARLY)
    minimum_wage: Dated[float] = parameter(
        3280.0, (0.0, 1e6), "som per month", "Statutory minimum wage", (SERIES, "C"), "Q8", varies=YEARLY)
    oblast_wage: Dated[float] = parameter(
        40000.0, (1000.0, 1e7), "som per month", "Average wage of an oblast in the year given", (SERIES, "C"), "E1",
        varies=BY_OBLAST | YEARLY)
    livestock_export: Dated[Literal["open", "banned"]] = parameter(
        "open", None, "regime", "Export of livestock", ("Base run", "C"), "X3;M4")
    sewing_shock: Dated[bool] = parameter(
        False, None, "yes or no", "Foreign demand for sewing has fallen", ("Base run", "C"), "X3")
    employer_contribution: Dated[float] = parameter(
        0.0225, (0.0, 1.0), "share of wage", "Employer contribution, business", (SERIES, "C"), "T3")
    employer_contribution_budget: Dated[float] = parameter(
        0.1725, (0.0, 1.0), "share of wage", "Employer contribution, budget organisations", (SERIES, "C"), "T3")
    worker_contribution: Dated[float] = parameter(
        0.1, (0.0, 1.0), "share of wage", "Worker contribution", (SERIES, "C"), "T3")
    income_tax: Dated[float] = parameter(
        0.1, (0.0, 1.0), "share of wage", "Income tax", (SERIES, "C"), "T3")
    income_tax_disability: Dated[float] = parameter(
        0.05, (0.0, 1.0), "share of wage", "Income tax of groups I, II and hearing group III", (SERIES, "C"), "T3")
    departures: Dated[float] = parameter(
        1.0, (0.0, 10.0), "ratio", "How often people go abroad, over 2022; only where population is living",
        ("Base run", "C"), "N6")
    returns: Dated[float] = parameter(
        1.0, (0.0, 10.0), "ratio", "How often they come back, over 2022; only where population is living",
        ("Base run", "C"), "N6")
    remittances: Dated[float] = parameter(
        1.0, (0.0, 10.0), "ratio", "What each person abroad sends home in real terms, over 2022",
        ("Base run", "C"), "N6")

    def terms(self, t: int, regions: Sequence[str] = ()) -> EconomyTerms:
        """Return prices, wages, taxes and trade regimes of month ``t``."""
        return EconomyTerms(
            deflator=self.deflator(t),
            subsistence=self.level("subsistence", t),
            average_wage=self.wage(t),
            minimum_wage=self.level("minimum_wage", t),
            wages=np.array([self.wage(t, oblast) for oblast in regions], dtype=np.float64),
            export_open=1.0 if self.livestock_export.at(t) == "open" else 0.0,
            sewing_shock=int(self.sewing_shock.at(t)),
            employer_contribution=float(self.employer_contribution.at(t)),
            employer_contribution_budget=float(self.employer_contribution_budget.at(t)),
            worker_contribution=float(self.worker_contribution.at(t)),
            income_tax=float(self.income_tax.at(t)),
            income_tax_disability=float(self.income_tax_disability.at(t)),
            departures=float(self.departures.at(t)),
            returns=float(self.returns.at(t)),
            remittances=float(self.remittances.at(t)),
        )

    _before: Economy | None = PrivateAttr(None)  # the economy that a scenario has changed; what was before stays there
    _since: dict[str, int] = PrivateAttr(default_factory=dict)  # first month of each series that it changes

    def changed(self, change: Change, start: int) -> Self:
        """Return this economy with a change in force from its dates on; the months before keep their bits."""
        made = super().changed(change, start)
        made._before = self
        for name in change.model_fields_set:
            made._since[name] = min(step.since for step in getattr(change, name).steps_from(start))
        return made

    def deflator(self, t: int) -> float:
        """Return consumer prices of month ``t``, mean of 2023 = 1 as published."""
        if self._before is not None:
            return float(self._before.deflator(t) * self._faster("inflation", t))
        place = (t + 0.5) / 12.0 - 0.5 + months.FIRST_YEAR - FIRST_KNOT
        year = min(max(math.floor(place), 0), KNOTS - 2)
        levels = _mid_years(self.inflation)
        return levels[year] + (levels[year + 1] - levels[year]) * (place - year)

    def wage(self, t: int, oblast: str | None = None) -> float:
        """Return the average wage of the year; of an oblast, in its proportion to the country in the year given."""
        country = self._of_year("average_wage", months.year_of(t), self._price_of_year, self._wage_of_year)
        if oblast is None:
            return country
        economy, step = self._wage_given(t, oblast)
        if step is None:
            return country
        then = max(step.since, months.month_index(BASE_YEAR))
        return country * float(step.value) / economy.wage(then)

    def level(self, name: str, t: int) -> float:
        """Return a yearly series in month ``t``; outside its known years it follows consumer prices."""
        return self._of_year(name, months.year_of(t), self._price_of_year, self._price_of_year)

    def carried(self, name: str, year: int) -> Carried | None:
        """Return from which known year a yearly series is carried to a year, and at which rate; nothing in a known one.

        The published years of the average wage end in 2025, and a rise of 0.1 is assumed from then on:

        >>> found = economy("kyrgyzstan").carried("average_wage", 2028)
        >>> found.since, round(found.rate, 9), economy("kyrgyzstan").carried("average_wage", 2025)
        (2025, 0.1, None)
        """
        since = self._since.get(name)
        if self._before is not None and (since is None or year < months.year_of(since)):
            found = self._before.carried(name, year)
        else:
            first = EVER + 1 if since is None else since
            found = _from_known([step for step in getattr(self, name).steps if step.since >= first], year)
        if found is None or name not in ("average_wage", "subsistence", "minimum_wage"):
            return found
        now, then = (self._figure(name, months.month_index(y)) for y in (year, found.since))
        return found._replace(rate=plain(power)(now / then, 1.0 / (year - found.since)) - 1.0)

    def _figure(self, name: str, t: int) -> float:
        return self.wage(t) if name == "average_wage" else self.level(name, t)

    def _wage_given(self, t: int, oblast: str) -> tuple[Economy, Step | None]:
        """Return the wage of an oblast that counts in month ``t``, and the economy whose average wage it belongs to."""
        since = self._since.get("oblast_wage")
        if self._before is not None:
            here = [step for step in self.oblast_wage.steps if step.oblast in (None, oblast)]
            given = [step for step in here if since is not None and since <= step.since <= t]
            return (self, given[-1]) if given else self._before._wage_given(t, oblast)
        steps = [step for step in self.oblast_wage.steps if step.oblast == oblast]
        known = [step for step in steps if step.since <= t]
        found = known[-1:] or steps[:1]
        return self, found[0] if found else None

    def _of_year(self, name: str, year: int, prices: Index, after: Index) -> float:
        """Return a series in a year: as a scenario says from its date on, else as published."""
        if self._before is None:
            return _at_year(getattr(self, name), year, prices, self._price_of_year, after)
        since = self._since.get(name)
        if since is None or year < months.year_of(since):
            return self._before._of_year(name, year, prices, after)
        given = [step for step in getattr(self, name).steps if since <= step.since < months.month_index(year + 1)]
        return float(given[-1].value) * after(year) / after(months.year_of(given[-1].since))

    def _faster(self, name: str, t: int) -> float:
        """Return what a changed rate has added to a level by month ``t``, as a factor; one before the change."""
        since = self._since.get(name)
        return 1.0 if since is None else _factor(getattr(self, name), getattr(self._before, name), since, t)

    def _price_of_year(self, year: int) -> float:
        if self._before is None:
            return plain(exp)(_yearly(self.inflation, year))
        january = months.month_index(year)
        mine, theirs = (added(one.deflator(t) for t in range(january, january + 12)) for one in (self, self._before))
        return self._before._price_of_year(year) * (mine / theirs)

    def _wage_of_year(self, year: int) -> float:
        if self._before is None:
            return plain(exp)(_yearly(self.wage_growth, year))
        december = months.month_index(year, 12)
        return self._before._wage_of_year(year) * self._faster("wage_growth", december)


@lru_cache(maxsize=4096)
def _factor(rate: Dated[float], before: Dated[float], since: int, t: int) -> float:
    """Return how much higher a level is in month ``t`` if it rises at another yearly rate from month ``since`` on.

    >>> slow, fast = Dated([Step(0, 0.1)]), Dated([Step(0, 0.21)])
    >>> round(_factor(fast, slow, 0, 11), 9), _factor(fast, slow, 5, 4), _factor(slow, slow, 0, 99)
    (1.1, 1.0, 1.0)
    """
    passed = max(t + 1 - since, 0)
    return plain(exp)(_risen(rate, before, since, -(-passed // DECADE) * DECADE)[passed])


@lru_cache(maxsize=256)
def _risen(rate: Dated[float], before: Dated[float], since: int, count: int) -> tuple[float, ...]:
    """Return the logarithm of the factor before any month has passed, and after each of some months."""
    ratios = ((1.0 + rate.at(m)) / (1.0 + before.at(m)) for m in range(since, since + count))
    return tuple(accumulate(map(_of_a_month, ratios), initial=0.0))


@lru_cache(maxsize=4096)
def _of_a_month(ratio: float) -> float:
    """Return what a month adds to the log of a level that rises by a ratio in a year; there are few of them."""
    return plain(log)(ratio) / 12.0


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


def _at_year(series: Dated[float], year: int, prices: Index, before: Index, after: Index) -> float:
    """Return a series in a year: as known, at a constant rate between known years, indexed outside them.

    Without a known year it follows ``prices``.
    """
    known = {months.year_of(step.since): float(step.value) for step in series.steps if step.since != EVER}
    if not known:
        return float(series.at(months.month_index(year))) * prices(year)
    if year in known:
        return known[year]
    first, last = min(known), max(known)
    if year < first:
        return known[first] * before(year) / before(first)
    if year > last:
        return known[last] * after(year) / after(last)
    low, high = max(y for y in known if y < year), min(y for y in known if y > year)
    return known[low] * plain(power)(known[high] / known[low], (year - low) / (high - low))


def _from_known(steps: Sequence[Step], year: int) -> Carried | None:
    """Return how a series with these known years is carried to a year; the rate is that of the year carried from."""
    known = {months.year_of(step.since): float(step.value) for step in steps}
    if not known or year in known:
        return None
    earlier = [y for y in known if y < year]
    since = max(earlier) if earlier else min(known)
    return Carried(since, known[since], BACK if not earlier else BETWEEN if year < max(known) else FORWARD)


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
    rows = table_of(file)
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


ECONOMY = Instrument("economy", "Economy", Economy, of_country=economy, of_designs=False)
