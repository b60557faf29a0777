"""Validation: the engine's state of December 2021, 2022 and 2023 beside published figures.

What is compared, with which tolerance, and whether the model is fitted to it (``fit``), judged on it (``withheld``) or
only prints it (``model``) stands in the country's ``validation.csv``. Model figures are read from the engine's state by
the functions that make outcomes (:mod:`sim.outcomes.people`); no input of the model is looked at.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from sim.engine.columns import Array
from sim.errors import CountryError, nearest
from sim.outcomes import people as measures
from sim.outcomes.people import Snapshot
from sim.outcomes.poverty import Distribution, gini
from sim.population import Population
from sim.population.margins import COUNTRY, number, rows
from sim.state.labour import PRIVATE
from sim.state.persons import Role, Work

FILE = "validation.csv"
COLUMNS = (
    "id", "outcome", "group", "region", "year", "published", "unit", "tolerance", "use", "source", "confidence", "note",
)  # fmt: skip
USES = ("fit", "withheld", "model")
YEARS = (2021, 2022, 2023)
LARGEST = 1e12
SIZES = {"1": (1, 1), "2 to 3": (2, 3), "4 to 5": (4, 5), "6 and more": (6, 255)}
SORTS = ("employees", "own account", "family workers", "in agriculture")
PERSONS = (
    "all", "women", "men", "urban", "rural", "persons with disabilities", "persons with disabilities of working age",
    "persons in households with a member with a disability", "persons in households without",
    "persons in households with remittances", "persons in households without remittances",
)  # fmt: skip
TYPES = ("one person", "couple only", "couple with children", "one parent", "extended")
AGES = re.compile(r"(?:(women|men) )?(?:under (\d+)|(\d+) to (\d+)|(\d+) and older)")
OWNERS = ("enterprises", "budget and state organisations")
GROUPS = {
    "household size": tuple(SIZES), "household type": TYPES, "staff of explicit employers": OWNERS,
    "share of own account": ("in agriculture",),
}  # fmt: skip


class Wanted(NamedTuple):
    """One row of ``validation.csv``."""

    id: str
    outcome: str
    group: str
    region: str
    year: int
    published: float | None
    unit: str
    tolerance: float | None
    use: str
    source: str


class Found(NamedTuple):
    """A published figure beside the model's."""

    wanted: Wanted
    model: float
    luck: float = 0.0  # two standard errors of a count in a sample, which come on top of the tolerance

    @property
    def low(self) -> float | None:
        """The published figure less its tolerance."""
        w = self.wanted
        return None if w.published is None or w.tolerance is None else w.published - w.tolerance

    @property
    def high(self) -> float | None:
        """The published figure plus its tolerance."""
        w = self.wanted
        return None if w.published is None or w.tolerance is None else w.published + w.tolerance

    @property
    def inside(self) -> bool | None:
        """Whether the model lies within the tolerance; None where nothing is judged."""
        if self.low is None or self.high is None or self.wanted.use == "model":
            return None
        return bool(self.low - self.luck <= self.model <= self.high + self.luck)

    def as_dict(self) -> dict[str, Any]:
        """Return the row as it is written in JSON."""
        w = self.wanted
        model = None if np.isnan(self.model) else self.model
        return {
            "id": w.id, "published": w.published, "low": self.low, "high": self.high, "model": model, "year": w.year,
            "use": w.use,
        }  # fmt: skip


def read(folder: Path) -> tuple[Wanted, ...]:
    """Return the rows of a country; raise :class:`CountryError` with one sentence for the first that is wrong."""
    out, seen = [], set()
    with (folder / "regions.csv").open(newline="", encoding="utf-8") as file:
        places = (COUNTRY, *(row["name"] for row in csv.DictReader(file)))
    for place, row in rows(folder / FILE, COLUMNS):
        if row["id"] in seen:
            raise CountryError(f"{place}: id is '{row['id']}', which another row has; ids must differ")
        if row["outcome"] not in MEASURES:
            raise CountryError(f"{place}: outcome is '{row['outcome']}'; {nearest(row['outcome'], MEASURES)}")
        if row["use"] not in USES:
            raise CountryError(f"{place}: use is '{row['use']}'; it must be one of {', '.join(USES)}")
        _check_whom(place, row, places)
        year = int(number(place, row, "year", YEARS[0], YEARS[-1]))
        seen.add(row["id"])
        out.append(Wanted(
            row["id"], row["outcome"], row["group"], row["region"], year, _figure(place, row, "published"), row["unit"],
            _figure(place, row, "tolerance"), row["use"], row["source"],
        ))  # fmt: skip
    return tuple(out)


def _figure(place: str, row: Mapping[str, str], column: str) -> float | None:
    """Return a cell as a number from 0 up, or None where it is empty and nothing is judged."""
    if row[column]:
        return number(place, dict(row), column, 0.0, LARGEST)
    if row["use"] != "model":
        raise CountryError(f"{place}: {column} is empty; a figure of use {row['use']} must have one")
    return None


def _check_whom(place: str, row: Mapping[str, str], places: tuple[str, ...]) -> None:
    """Raise :class:`CountryError` for a region or a group that is not known."""
    region, group = row["region"], row["group"]
    if region not in places:
        raise CountryError(f"{place}: region is '{region}'; {nearest(region, places)}")
    known = GROUPS.get(row["outcome"])
    kind, _, sex = group.partition(", ")
    if row["outcome"] == "share of the employed":
        known, group = (SORTS, kind) if kind not in SORTS else (None, sex or "all")
    if known is None and AGES.fullmatch(group):
        return
    known = PERSONS if known is None else known
    if group not in known:
        raise CountryError(f"{place}: group is '{row['group']}'; {nearest(group, known)}")


def compare(
    population: Population, snapshots: Mapping[int, Snapshot], middle: Mapping[int, Snapshot] | None = None
) -> list[Found]:
    """Return every row of the country with the model's figure.

    ``snapshots`` are those of December, by year; ``middle`` those at which numbers of people are taken, else the same.
    """
    country = population.country
    out = []
    for wanted in read(country.folder):
        people = (snapshots if middle is None or wanted.outcome != "population" else middle)[wanted.year]
        here = np.ones(len(people.home), dtype=bool)
        if wanted.region != COUNTRY:
            here = people.oblast == country.regions.index(wanted.region)
        found = float(MEASURES[wanted.outcome](people, wanted.group, here, population))
        out.append(Found(wanted, found, _luck(people, wanted.group) if wanted.outcome == "population" else 0.0))
    return out


def _luck(people: Snapshot, group: str) -> float:
    """Return two standard errors of the number of persons of a group in a sample; 0 where everybody is there."""
    weight = people.weight[members(people, group)].astype(np.float64)
    return 2.0 * float(np.sqrt((weight * (weight - 1.0)).sum()))


Measure = Callable[[Snapshot, str, Array, Population], float]


def members(people: Snapshot, group: str) -> Array:
    """Return who belongs to a group, such as ``women 15 to 24``, ``58 and older`` or ``rural``.

    Raises :class:`CountryError` for a group that is not known.
    """
    everyone = np.ones(len(people.home), dtype=bool)
    found = AGES.fullmatch(group)
    if found:
        sex, under, low, high, older = found.groups()
        first = int(low or older or 0)
        last = int(high) if high else int(under) - 1 if under else 10_000
        age = (people.age >= first) & (people.age <= last)
        return age if sex is None else age & (people.woman == (sex == "women"))
    helped = people.homes.remittances[people.home] > 0
    affected = np.zeros(len(people.homes.weight), dtype=bool)
    affected[people.home[people.certified]] = True
    simple = {
        "all": everyone, "women": people.woman, "men": ~people.woman, "urban": people.urban, "rural": ~people.urban,
        "persons with disabilities": people.certified,
        "persons with disabilities of working age": people.certified & (people.age >= 18)
        & (people.age < np.where(people.woman, 58, 63)),
        "persons in households with a member with a disability": affected[people.home],
        "persons in households without": ~affected[people.home],
        "persons in households with remittances": helped,
        "persons in households without remittances": ~helped,
    }  # fmt: skip
    if group not in simple:
        raise CountryError(f"{FILE}: group is '{group}'; {nearest(group, simple)}")
    return simple[group]


def _of_persons(measure: Callable[[Snapshot, Array], float]) -> Measure:
    def found(people: Snapshot, group: str, here: Array, _of: Population) -> float:
        return measure(people, here & members(people, group))

    return found


def _status(people: Snapshot, group: str, here: Array, _of: Population) -> float:
    kind, _, sex = group.partition(", ")
    own = (people.work == int(Work.OWN_ACCOUNT)) | (people.work == int(Work.FARM))
    parts = {
        "employees": (people.work == int(Work.EMPLOYEE)) | (people.work == int(Work.CELL_EMPLOYEE)),
        "own account": own,
        "family workers": people.work == int(Work.FAMILY_WORKER),
        "in agriculture": (people.industry == 0) | (people.work == int(Work.FARM)),
    }
    return measures.status(people, parts[kind], here & members(people, sex or "all"))


def _own_farming(people: Snapshot, _group: str, here: Array, _of: Population) -> float:
    farm = people.work == int(Work.FARM)
    return measures.share(people, farm, here & (farm | (people.work == int(Work.OWN_ACCOUNT))))


def _pensioners(people: Snapshot, _group: str, here: Array, _of: Population) -> float:
    return measures.share(people, people.pension > 0, here)


def _mean_pension(people: Snapshot, _group: str, here: Array, _of: Population) -> float:
    return people.deflator * measures.mean(people, people.pension, here & (people.pension > 0))


def _benefit_families(people: Snapshot, _group: str, _here: Array, _of: Population) -> float:
    return float(people.homes.weight[people.homes.benefit > 0].sum())


def _benefit_children(people: Snapshot, _group: str, _here: Array, _of: Population) -> float:
    weight = people.homes.weight * (people.homes.benefit > 0)
    return float((weight * people.homes.children).sum() / max(weight.sum(), 1))


def _household_size(people: Snapshot, group: str, _here: Array, _of: Population) -> float:
    low, high = SIZES[group]
    size, weight = people.homes.size, people.homes.weight.astype(np.int64)
    lived_in = size > 0
    return 100.0 * float(weight[(size >= low) & (size <= high)].sum() / weight[lived_in].sum())


def _mean_size(people: Snapshot, _group: str, _here: Array, _of: Population) -> float:
    weight = people.homes.weight.astype(np.int64) * (people.homes.size > 0)
    return float((weight * people.homes.size).sum() / weight.sum())


def household_types(people: Snapshot) -> Array:
    """Return the type of each household as an index in ``TYPES``; -1 where nobody is present.

    A couple or a head, alone or with children of any age only; everything else is an extended family.
    """
    rows_ = len(people.homes.weight)

    def count(role: Role) -> Array:
        return np.bincount(people.home[people.present & (people.role == int(role))], minlength=rows_)

    spouses, children, size = count(Role.SPOUSE), count(Role.CHILD), people.homes.size
    couple, head = spouses == 2, count(Role.ADULT) + (spouses == 1)  # who is widowed heads the household alone
    kinds = [
        size == 0, size == 1, couple & (size == 2), couple & (children == size - 2),
        (head == 1) & (children == size - 1),
    ]  # fmt: skip
    return np.select(kinds, [-1, 0, 1, 2, 3], 4)


def _household_type(people: Snapshot, group: str, _here: Array, _of: Population) -> float:
    kind, weight = household_types(people), people.homes.weight.astype(np.int64)
    return 100.0 * float(weight[kind == TYPES.index(group)].sum() / weight[kind >= 0].sum())


def _certified(people: Snapshot, _group: str, here: Array, _of: Population) -> float:
    return measures.population(people, here & people.certified)


def _gini(people: Snapshot, _group: str, here: Array, _of: Population) -> float:
    at = here & people.present
    return gini(Distribution(people.consumption[at], people.weight[at]))


def _quintiles(people: Snapshot, _group: str, here: Array, _of: Population) -> float:
    at = here & people.present
    return measures.quintile_ratio(people.consumption[at], people.weight[at])


def _farms(people: Snapshot, _group: str, _here: Array, _of: Population) -> float:
    return float(people.homes.weight[people.homes.land > 0].sum())


def _entrepreneurs(people: Snapshot, _group: str, here: Array, _of: Population) -> float:
    return measures.population(people, here & people.registered)


def _staff(_people: Snapshot, group: str, _here: Array, population: Population) -> float:
    firms = population.employers
    private = firms.owner == PRIVATE
    at = private if group == "enterprises" else ~private
    return population.labour_weight * float(firms.staff[at].sum(dtype=np.float64))


MEASURES: dict[str, Measure] = {
    "poverty": _of_persons(measures.poverty),
    "extreme poverty": _of_persons(measures.extreme_poverty),
    "working poverty": _of_persons(measures.working_poverty),
    "employment": _of_persons(measures.employment),
    "unemployment": _of_persons(measures.unemployment),
    "population": _of_persons(measures.population),
    "average wage": _of_persons(measures.average_wage),
    "share of the employed": _status,
    "share of own account": _own_farming,
    "pensioners": _pensioners,
    "mean pension": _mean_pension,
    "families with the child benefit": _benefit_families,
    "children per benefit family": _benefit_children,
    "household size": _household_size,
    "mean household size": _mean_size,
    "household type": _household_type,
    "persons with a certified disability": _certified,
    "Gini of consumption": _gini,
    "S80/S20 of consumption": _quintiles,
    "peasant farms": _farms,
    "registered entrepreneurs": _entrepreneurs,
    "staff of explicit employers": _staff,
}
