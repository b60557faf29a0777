"""History: what the model says about 2022 and 2023, to be held against published figures.

The country's ``history.csv`` has the published value, its interval and how the model uses it: an *input*, *solved*
(a quantity is found so that the figure is met), *fitted* (it informs the posterior; under draws of the prior it is not
used), *implied* by fitted ones, *not used*, or only *judged*: nothing is published, but an expectation was written down
before any run. Figures that are missed show how far a scenario is from the record.
"""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

from sim.state.households import weights_of
from sim.world import World

LAST_MONTH = 23  # December 2023


class Published(NamedTuple):
    """A published figure of 2022 or 2023."""

    name: str
    label: str
    unit: str
    value: float
    lower: float
    upper: float
    year: int
    source: str
    confidence: str
    used: str
    means: str  # what it means where the model lies outside, empty where the figure speaks for itself


@cache
def published(folder: Path) -> tuple[Published, ...]:
    """Return the published figures of a country folder; none if it has no ``history.csv``."""
    path = folder / "history.csv"
    if not path.is_file():
        return ()
    with path.open(newline="", encoding="utf-8") as handle:
        return tuple(
            Published(
                row["name"], row["label"], row["unit"], float(row["value"]), float(row["lower"]), float(row["upper"]),
                int(row["year"]), row["source"], row["confidence"], row["used"],
                row["means"],
            )
            for row in csv.DictReader(handle)
        )


def history(before: World) -> dict[str, float]:
    """Return the model's figures by the names of ``history.csv``; empty if the world has not lived through 2023."""
    if before.t <= LAST_MONTH or not before.records.months or before.records.months[0] > 0:
        return {}
    h, s, e = before.households, before.state, before.endowments
    weight, people = weights_of(h), weights_of(h) * h.size
    cohort = {year: (s.paid_at >= t) & (s.paid_at < t + 12) for year, t in ((2022, 0), (2023, 12))}
    both = cohort[2022] | cohort[2023]
    families = max(int(weight[both].sum()), 1)
    sector = np.bincount(s.funded_sector[both], weight[both], minlength=5)
    women = weight * e.operator_woman
    invested = max(int(sector[1:].sum()), 1)
    persons = float(people.sum())  # at home, as the published headcount has them
    regions = before.population.country.regions
    out = {
        "persons_per_family": people[both].sum() / families,
        "share_women_2023": women[cohort[2023]].sum() / max(int(weight[cohort[2023]].sum()), 1),
        "benefit_families_2021": float(before.records.at(0)["benefit_families"].sum()),
        "benefit_families_2023": float(before.records.at(LAST_MONTH)["benefit_families"].sum()),
    }
    entrants = [sum(before.records.at(t)[name].sum() for t in range(LAST_MONTH + 1))
                for name in ("contracts_receiving", "contracts")]  # fmt: skip
    out["benefit_at_entry"] = float(entrants[0] / max(entrants[1], 1.0))
    for k, name in enumerate(("agriculture", "production", "trade", "services"), start=1):
        out[f"share_{name}"] = sector[k] / invested
    if "Jalal-Abad" in regions:
        out["share_jalal_abad"] = weight[both & (h.oblast == regions.index("Jalal-Abad"))].sum() / families
    caseload = before.records.at(LAST_MONTH)
    out["benefit_children_per_family_2023"] = float(
        caseload["benefit_children"].sum() / max(caseload["benefit_families"].sum(), 1.0)
    )
    for year, t in ((2022, 0), (2023, 12)):
        out[f"contracts_{year}"] = weight[cohort[year]].sum()
        out[f"reach_{year}"] = people[cohort[year]].sum()
        out[f"poverty_{year}"] = float(before.records.at(t + 11)["poor"].sum()) / persons
        out[f"placements_{year}"] = float(before.records.at(t + 11)["year_placed"].sum())
    return {name: float(value) for name, value in out.items()}
