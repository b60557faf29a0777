"""One run of each design at the middle of all parameters, and the check of the simulated country: tables for people."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from experiments import tables, words
from experiments.language import language
from experiments.worlds import simulate
from sim import behaviour, months
from sim.outcomes import CODEBOOK

if TYPE_CHECKING:
    import pandas

    from experiments.sections import Section
    from sim.scenario import Scenario


def records(scenario: Scenario) -> pandas.DataFrame:
    """Return the tidy records of one comparison with every parameter at its prior median."""
    import pandas

    return pandas.DataFrame(simulate(scenario.as_dict(), behaviour.medians(scenario.country), scenario.seed))


FLOWS = ("contracts", "programme_cost")  # outcomes that add up over a year; the others are counts at a moment


def unfolding(frame: pandas.DataFrame, scenario: Scenario, *, monthly: bool = False) -> Iterable[Section]:
    """Yield one table for each outcome followed over time: a row for each month, or for the last month of each year."""
    followed = frame[(frame["group"] == "all") & (frame["month"] >= 0)]
    for outcome in dict.fromkeys(followed["outcome"]):
        wide = followed[followed["outcome"] == outcome].pivot_table(
            index="month", columns="design", values="value", sort=False
        )
        unit, label = CODEBOOK[outcome].unit, language("en").text(CODEBOOK[outcome].label)
        first, when = "month", ""
        if outcome in FLOWS and not monthly:
            wide = wide.groupby([months.month_index(months.year_of(int(m)), 12) for m in wide.index]).sum()
            first, when = "year", ", sum of the year"
        elif not monthly:
            when = ", in December"
        scale = words.scale_of(wide.to_numpy().ravel(), unit)
        wide = wide.rename(columns=scenario.label)
        rows = []
        for month, row in wide.sort_index().iterrows():
            if monthly or months.month_of(int(month)) == 12 or month == wide.index.max():  # type: ignore[call-overload]
                name = months.label(int(month))[:4] if first == "year" else months.label(int(month))
                rows.append([name, *(words.figure(value, scale) for value in row)])
        yield tables.plain(f"{label} ({scale.unit}{when})", [first, *wide.columns], rows)


def totals(frame: pandas.DataFrame, scenario: Scenario) -> Section:
    """Return the headline outcomes of one run, a column for each design."""
    whole = frame[(frame["group"] == "all") & (frame["month"] == -1)]
    wide = whole.pivot_table(index="outcome", columns="design", values="value", sort=False, dropna=False)
    wide = wide.rename(columns=scenario.label)
    rows = []
    for outcome, row in wide.iterrows():
        unit = CODEBOOK[outcome].unit
        scale = words.scale_of(row.to_numpy(), unit)
        label = language("en").text(CODEBOOK[outcome].label)
        rows.append([f"{label} ({scale.unit})", *(words.figure(value, scale) for value in row)])
    return tables.plain("Whole horizon", ["outcome", *wide.columns], rows)


def validation(frame: pandas.DataFrame, *, everything: bool = False) -> Iterable[Section]:
    """Yield a table of the statistics that the country was built from, and one of those it is only compared with."""
    titles = {"fitted": "Built from these statistics", "withheld": "Not used, only compared"}
    for role, rows in frame.groupby("role", sort=False):
        title = titles.get(str(role), str(role))
        if everything:
            lines = [
                [
                    f"{row.table}: {row.cell}",
                    _number(row.published),
                    _number(row.simulated),
                    _percent(row),
                    row.confidence,
                ]
                for row in rows.itertuples()
            ]
            yield tables.plain(title, ["statistic", "published", "simulated", "gap", "confidence"], lines)
            continue
        lines = []
        for name, part in rows.groupby("table", sort=False):
            gaps = (part["error"] / part["published"].abs().where(part["published"] != 0)).abs()
            worst = part.loc[gaps.idxmax()] if gaps.notna().any() else part.iloc[0]
            said = f"{worst['cell']}: {_number(worst['published'])} and {_number(worst['simulated'])}"
            lines.append(
                [str(name).replace("_", " "), str(len(part)), f"{gaps.median():.1%}", f"{gaps.max():.1%}", said]
            )
        columns = ["table", "cells", "middle gap", "largest gap", "where largest: published and simulated"]
        yield tables.plain(title, columns, lines)


def _number(value: float) -> str:
    return words.figure(value, words.scale_of([value], "persons" if abs(value) >= 100 else ""))


def _percent(row: Any) -> str:
    return f"{row.error / abs(row.published):+.1%}" if row.published else words.MISSING
