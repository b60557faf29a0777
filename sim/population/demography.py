"""Demography: who is born, who dies and when, worked out once for the whole country (people.md N1 to N3).

Births and deaths of every year are those of the United Nations' medium projection: its rates by age say who, and one
factor a year for births and one for deaths, found on expected persons, say how many. Each person has one number for
life that says how long it lasts; each woman has one number a year that says whether she has a child.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from sim.engine.draws import Decision, key
from sim.months import FIRST_YEAR, HORIZON, PEOPLED
from sim.population.country import Country
from sim.population.draws import Draw, Floats, uniform
from sim.population.families import Columns
from sim.population.pyramid import OLDEST, SEXES, ages_of
from sim.state.persons import LASTS, Role

Integers = npt.NDArray[np.int64]

YEAR = 12
YEARS = HORIZON // YEAR
FIRST_COHORT = -YEAR * (OLDEST + 10)  # month of birth of the first cohort; who is older is counted in it
COHORTS = HORIZON - FIRST_COHORT
MOST_CHILDREN = 7  # of a woman within the horizon
SPACING = 12  # months between two births of a woman, at least
FERTILE = (15, 50)  # age in years
ROUNDS = 6  # of finding the factors of a year


@dataclass(frozen=True)
class Path:
    """What is expected of the country: how often children are born and how long people live."""

    births: Floats  # (years, ages) per woman in the months of the year
    hazard: Floats  # (2, cohorts, months + 1) of death, cumulated from the start, or from birth
    born: Floats  # (years,) expected births, in the first year those from ``PEOPLED`` on
    died: Floats  # (years,) expected deaths, as births


def birth_rates(country: Country) -> Floats:
    """Return births per woman and year by her age in years."""
    out = np.zeros(OLDEST + 1)
    for span, rate in country.margins.categories("births_by_age").items():
        first, last = ages_of(span, "births_by_age")
        out[first : last + 1] = rate / 1000.0
    return out


def death_rates(country: Country, year: int) -> Floats:
    """Return deaths per person and year by sex and age in years, of the last period that has begun, else the first."""
    out = np.zeros((2, OLDEST + 1))
    for category in country.margins.categories("death_rate"):
        sex, _, span = category.partition("|")
        first, last = ages_of(span, "death_rate")
        known = sorted(m.year for m in country.margins if m.name == f"death_rate[{category}]")
        begun = [since for since in known if since <= year] or known[:1]
        out[SEXES.index(sex), first : last + 1] = country.value(f"death_rate[{category}]", year=begun[-1])
    return out


def months_of(year: int) -> range:
    """Return the months of a year, 0 the first, in which time passes for persons.

    >>> months_of(0), months_of(1)
    (range(6, 12), range(12, 24))
    """
    return range(max(YEAR * year, PEOPLED), YEAR * (year + 1))


def cohort_of(birth: npt.NDArray[np.integer]) -> Integers:
    """Return the place of months of birth among the cohorts.

    >>> cohort_of(np.array([FIRST_COHORT, FIRST_COHORT - 50, -1])).tolist() == [0, 0, -FIRST_COHORT - 1]
    True
    """
    return np.maximum(birth.astype(np.int64) - FIRST_COHORT, 0)


def _year(
    start: Floats, year: int, rates: tuple[Floats, Floats], factors: Floats
) -> tuple[Floats, Floats, Floats, Floats]:
    """Return persons by sex and cohort after a year, births, deaths, and the hazards (2, cohorts, 12) of its months."""
    people, births, deaths = start.copy(), 0.0, 0.0
    hazards = np.zeros((*start.shape, YEAR))
    months_of_birth = np.arange(COHORTS) + FIRST_COHORT
    for t in months_of(year):
        k = t - YEAR * year
        age = np.minimum((t - months_of_birth) // YEAR, OLDEST)
        alive = t > months_of_birth
        hazards[:, :, k] = np.where(alive, rates[1][:, np.maximum(age, 0)], 0.0) * factors[1] / YEAR
        gone = people * -np.expm1(-hazards[:, :, k])
        people -= gone
        deaths += gone.sum()
        born = factors[0] / YEAR * float((people[1] * np.where(alive, rates[0][np.maximum(age, 0)], 0.0)).sum())
        births += born
        people[:, t - FIRST_COHORT] += born * BOYS_AND_GIRLS
    return people, np.array([births, deaths]), factors, hazards


BOYS_AND_GIRLS = np.array([0.514, 0.486])  # of expected persons alone; the sex of a child is drawn from its own ratio


def expected_path(country: Country, people: Floats) -> Path:
    """Return the path at which births and deaths of every year are the published ones; ``people`` is (2, cohorts)."""
    births, hazard = np.zeros((YEARS, OLDEST + 1)), np.zeros((2, COHORTS, HORIZON + 1))
    counts = np.zeros((YEARS, 2))
    for year in range(YEARS):
        rates = birth_rates(country), death_rates(country, FIRST_YEAR + year)
        wanted = np.array([country.value(name, year=FIRST_YEAR + year) for name in ("births", "deaths")])
        wanted *= len(months_of(year)) / YEAR
        factors = np.ones(2)
        for _ in range(ROUNDS):
            after, counts[year], factors, months = _year(people, year, rates, factors)
            factors = factors * wanted / counts[year]
        people = after
        births[year] = rates[0] * factors[0] * len(months_of(year)) / YEAR
        at = YEAR * year + 1
        hazard[:, :, at : at + YEAR] = hazard[:, :, at - 1 : at] + np.cumsum(months, axis=2)
    return Path(births, hazard, counts[:, 0], counts[:, 1])


def leave(
    path: Path, woman: npt.NDArray[np.uint8], birth: npt.NDArray[np.integer], luck: Floats
) -> npt.NDArray[np.int16]:
    """Return the first month in which each person is no longer alive, ``LASTS`` for who outlives the horizon."""
    code = woman.astype(np.int64) * COHORTS + cohort_of(birth)
    spent = -np.log1p(-luck)
    order = np.argsort(code, kind="stable")
    out = np.empty(len(code), np.int16)
    edges = np.flatnonzero(np.diff(code[order], prepend=-1, append=2 * COHORTS))
    for first, last in pairwise(edges):
        rows = order[first:last]
        sex, cohort = divmod(int(code[rows[0]]), COHORTS)
        months = np.searchsorted(path.hazard[sex, cohort, 1:], spent[rows])
        out[rows] = np.where(months < HORIZON, months, LASTS)
    return out


def odds_of_birth(country: Country, members: Columns, homes: Columns, rows: Integers) -> Floats:
    """Return how often women have a child over others of their age, by part in the household and place (C)."""
    out = np.full(len(rows), country.value("birth_odds[alone]"))
    role = members["role"][rows]
    out[(role == Role.SPOUSE) | (role == Role.OTHER)] = 1.0
    out[role == Role.CHILD] = country.value("birth_odds[daughter]")
    urban = homes["urban"][members["home"][rows]] == 1
    return np.where(urban, out * country.value("birth_odds[urban]"), out)


def born_in(birth: npt.NDArray[np.int16]) -> Integers:
    """Return the month of birth of people who have in January 2022 the ages of the published pyramid of July 2022.

    Where the population stands still that is the population of all months. Where time passes, it passes from July 2022
    on, when these ages are right, so everybody was born ``PEOPLED`` months later.

    >>> born_in(np.array([-1, -240], np.int16)).tolist()
    [5, -234]
    """
    return birth.astype(np.int64) + PEOPLED


def yearly(seed: int, draw: Draw, period: int, who: npt.NDArray[np.uint64]) -> Floats:
    """Return the uniform number of each person in a draw of a year, or of a woman's child."""
    return uniform(key(seed, Decision.BUILD, period, draw), who)


def _mothers(
    country: Country, path: Path, seed: int, homes: Columns, members: Columns, who: npt.NDArray[np.uint64]
) -> tuple[Integers, Integers, Integers]:
    """Return the mother's row, the month and the order of every birth, year by year."""
    birth, leaves = born_in(members["birth"]), members["leaves"].astype(np.int64)
    ever = (birth > -YEAR * FERTILE[1]) & (birth <= HORIZON - YEAR * FERTILE[0])
    rows = np.flatnonzero((members["woman"] == 1) & ever)
    odds = odds_of_birth(country, members, homes, rows)
    last, number = np.full(len(rows), -YEAR), np.zeros(len(rows), np.int64)
    found: list[tuple[Integers, Integers, Integers]] = []
    for year in range(YEARS):
        months = months_of(year)
        middle = months.start + len(months) // 2
        age = (middle - birth[rows]) // YEAR
        fertile = (age >= FERTILE[0]) & (age < FERTILE[1])
        may = np.flatnonzero(fertile & (leaves[rows] > middle) & (number < MOST_CHILDREN))
        ages, weight = age[may], odds[may]
        level = np.bincount(ages, minlength=FERTILE[1]) / np.maximum(np.bincount(ages, weight, FERTILE[1]), 1e-9)
        chance = path.births[year][ages] * weight * level[ages]
        gives = may[yearly(seed, Draw.BIRTH, year, who[rows[may]]) < chance]
        luck = yearly(seed, Draw.BIRTH_MONTH, year, who[rows[gives]])
        month = months.start + np.floor(len(months) * luck).astype(np.int64)
        month = np.maximum(month, last[gives] + SPACING)
        lives = leaves[rows[gives]] > month
        gives, month = gives[lives], month[lives]
        last[gives] = month
        number[gives] += 1
        found.append((rows[gives], month, number[gives].copy()))
    mother, month, order = (np.concatenate(parts) for parts in zip(*found, strict=True))
    return mother, month, order


def foretell(country: Country, seed: int, homes: Columns, members: Columns, who: npt.NDArray[np.uint64]) -> Columns:
    """Add to everybody the month in which life ends; return the children to be born, one row each.

    A child has the row of its mother among ``members``, its order among her children, month of birth, sex, end of life.
    """
    counts = np.zeros((2, COHORTS))
    birth = born_in(members["birth"])
    np.add.at(counts, (members["woman"], cohort_of(birth)), 1.0)
    path = expected_path(country, counts)
    members["leaves"] = leave(path, members["woman"], birth, yearly(seed, Draw.DEATH, 0, who))
    mother, month, order = _mothers(country, path, seed, homes, members, who)
    boys = country.value("sex_ratio_at_birth")
    sex, life = np.empty(len(mother)), np.empty(len(mother))
    for number in range(1, MOST_CHILDREN + 1):
        at = np.flatnonzero(order == number)
        sex[at] = yearly(seed, Draw.CHILD_SEX, number, who[mother[at]])
        life[at] = yearly(seed, Draw.DEATH, number, who[mother[at]])
    woman = (sex >= boys / (1.0 + boys)).astype(np.uint8)
    enters = month.astype(np.int16)
    leaves = leave(path, woman, enters, life)
    return {"mother": mother, "order": order, "woman": woman, "enters": enters, "leaves": leaves,
            "abroad": members["abroad"][mother]}  # fmt: skip
