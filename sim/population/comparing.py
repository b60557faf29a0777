"""Comparing: people and households of the synthetic country beside what was published of them (people.md section 1)."""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from sim.population.building import Population
from sim.population.expected import SURVEY_AGES
from sim.population.families import SIZES
from sim.population.lives import Type
from sim.population.margins import Margin
from sim.population.people import CHILD_TO, years
from sim.population.pyramid import BANDS, OLDEST, SEXES, ages_of, pyramid
from sim.state.persons import Role as Part

Floats = npt.NDArray[np.float64]

Fit = Literal["fitted", "withheld"]


class Comparison(NamedTuple):
    """One number beside its published twin."""

    table: str
    cell: str
    published: float
    simulated: float
    error: float  # simulated less published
    role: Fit
    source: str
    confidence: str


class Comparisons(list[Comparison]):
    """A list that is filled one number at a time."""

    def add(self, table: str, cell: str, published: float, simulated: float, role: Fit, margin: Margin) -> None:
        """Put a simulated number beside a published one."""
        error = float(simulated) - float(published)
        self.append(Comparison(table, cell, published, simulated, error, role, margin.source, margin.confidence))


def household_types(population: Population) -> npt.NDArray[np.int64]:
    """Return the type of each household by the members at home; people who share a dwelling count as extended."""
    homes, everyone = population.households, population.everyone
    home, rows = everyone.household, len(homes.size)
    at_home = everyone.abroad == 0

    def counted(part: Part, woman: int | None = None) -> npt.NDArray[np.int64]:
        who = at_home & (everyone.role == part)
        if woman is not None:
            who &= everyone.woman == woman
        return np.bincount(home[who], minlength=rows)

    nuclear = (counted(Part.ELDER) == 0) & (counted(Part.OTHER) == 0)
    couple, children = counted(Part.SPOUSE) == 2, counted(Part.CHILD) > 0
    mother, father = counted(Part.ADULT, 1) == 1, counted(Part.ADULT, 0) == 1
    cases = [homes.size == 1, nuclear & couple & ~children, nuclear & couple, nuclear & mother, nuclear & father]
    kinds = [Type.ONE_PERSON, Type.COUPLE, Type.COUPLE_WITH_CHILDREN, Type.LONE_MOTHER, Type.LONE_FATHER]
    return np.asarray(np.select(cases, kinds, Type.EXTENDED), np.int64)


def _generations(population: Population) -> npt.NDArray[np.bool_]:
    """Return which households have children of the head or couple and parents of these."""
    home, rows = population.everyone.household, len(population.households.size)
    part = np.where(population.everyone.abroad == 1, Part.OTHER, population.everyone.role)
    older = np.bincount(home[part == Part.ELDER], minlength=rows) > 0
    return older & (np.bincount(home[part == Part.CHILD], minlength=rows) > 0)


def families_beside(population: Population) -> Comparisons:
    """Return sizes and types of households beside the surveys."""
    homes, country, out = population.households, population.country, Comparisons()
    weight = homes.weight.astype(np.float64)
    total = weight.sum()
    number = country.margin("household_size_surveys")
    out.add("mean household size", "country", number.value, weight @ homes.size / total, "fitted", number)
    size = np.digitize(homes.size, (2, 4, 6))
    for place, name in enumerate(SIZES):
        margin = country.margin(f"household_size_share[{name}]")
        found = 100.0 * weight[size == place].sum() / total
        out.add("household sizes, percent", name, margin.value, found, "fitted", margin)
    kind = household_types(population)
    for type_ in (Type.ONE_PERSON, Type.COUPLE, Type.COUPLE_WITH_CHILDREN, Type.LONE_MOTHER, Type.LONE_FATHER):
        margin = country.margin(f"household_type[{type_.name.lower()}]")
        found = 100.0 * weight[kind == type_].sum() / total
        out.add("household types, percent", type_.name.lower(), margin.value, found, "fitted", margin)
    margin = country.margin("household_type[extended]")
    both = margin.value + country.value("household_type[non_relatives]")
    found = 100.0 * weight[kind == Type.EXTENDED].sum() / total
    out.add("household types, percent", "extended and non-relatives", both, found, "fitted", margin)
    margin = country.margin("three_generations")
    found = 100.0 * weight[_generations(population)].sum() / total
    out.add("household types, percent", "three generations", margin.value, found, "fitted", margin)
    for place, name in enumerate(("rural", "urban")):
        margin, at = country.margin(f"education_higher[{name}]"), homes.urban == place
        found = 100.0 * weight[at & (homes.education == 2)].sum() / weight[at].sum()
        out.add("households with higher education, percent", name, margin.value, found, "withheld", margin)
    rise = number.value / country.value("household_size_surveys", year=2018)
    for area, name in _areas(population):
        at = np.isin(homes.oblast, area)
        margin = country.margin("household_size", name)
        found = weight[at] @ homes.size[at] / weight[at].sum()
        out.add("mean household size, 2018 to 2023", name, margin.value * rise, found, "fitted", margin)
    return out


def _areas(population: Population) -> list[tuple[list[int], str]]:
    """Return regions and name of each area of the survey of 2018."""
    country = population.country
    names = [country.margins.area("household_size", region) for region in country.regions]
    return [([o for o, own in enumerate(names) if own == name], name) for name in dict.fromkeys(names)]


def people_beside(population: Population) -> Comparisons:
    """Return people by sex and age, children and ages by area beside what was published."""
    everyone, homes, country, out = population.everyone, population.households, population.country, Comparisons()
    weight = homes.weight[everyone.household].astype(np.float64)
    age = np.minimum(years(everyone.birth), OLDEST)
    people, band = pyramid(country).permanent, BANDS[age]
    margin = country.margin("population_by_age[woman|0-4]", year=2022)
    for sex, name in enumerate(SEXES):
        found = np.bincount(band, weight * (everyone.woman == sex), BANDS[-1] + 1)
        published = np.bincount(BANDS, people[sex])
        for b, (one, other) in enumerate(zip(published, found, strict=True)):
            cell = f"{name} {5 * b}-{5 * b + 4}" if b < BANDS[-1] else f"{name} {5 * b}+"
            out.add("people by sex and age", cell, float(one), float(other), "fitted", margin)
    margin = country.margin("children_under_16")
    out.add("children", "country", margin.value, weight[age <= CHILD_TO].sum(), "withheld", margin)
    margin = country.margin("population_abroad")
    out.add("people abroad", "country", margin.value, weight[everyone.abroad == 1].sum(), "fitted", margin)
    oblast = homes.oblast[everyone.household]
    at_home = weight * (everyone.abroad == 0)
    for area, name in _areas(population):
        here = at_home * np.isin(oblast, area)
        for group in SURVEY_AGES:
            first, last = ages_of(group, "age_share")
            margin = country.margin(f"age_share[{group}]", name)
            found = 100.0 * here[(age >= first) & (age <= last)].sum() / here.sum()
            out.add("ages at home in 2018, percent", f"{name} {group}", margin.value, found, "withheld", margin)
    return out
