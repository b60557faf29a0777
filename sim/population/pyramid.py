"""The pyramid: how many people of each sex and age the country has, at home and abroad (people.md, D2)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.errors import CountryError
from sim.population.country import Country
from sim.population.fitting import whole

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

SEXES = ("man", "woman")  # in the order of the flag ``woman``
OLDEST = 100
BANDS = np.minimum(np.arange(OLDEST + 1) // 5, 17)  # five-year groups, the last from 85


@dataclass(frozen=True)
class Pyramid:
    """Persons by sex and year of age, whole numbers; shape (man or woman, ages)."""

    present: Integers
    abroad: Integers

    @property
    def permanent(self) -> Integers:
        """Persons at home and abroad."""
        return np.asarray(self.present + self.abroad, np.int64)


def ages_of(text: str, name: str) -> tuple[int, int]:
    """Return first and last year of age of a band such as 25-29, 7 or 85+.

    >>> ages_of("25-29", "x"), ages_of("7", "x"), ages_of("85+", "x")
    ((25, 29), (7, 7), (85, 100))
    """
    first, _, last = text.removesuffix("+").partition("-")
    last = last or (str(OLDEST) if text.endswith("+") else first)
    if not (first.isdigit() and last.isdigit() and int(first) <= int(last)):
        raise CountryError(f"{name}[{text}]: write ages as 25-29, 7 or 85+")
    return int(first), int(last)


def by_sex_and_age(country: Country, name: str) -> Floats:
    """Return a margin ``name[sex|ages]`` as persons or shares by sex and year of age, divided evenly within a band."""
    table = np.zeros((2, OLDEST + 1))
    for category, value in country.margins.categories(name).items():
        sex, first, last = _category(category, name)
        table[sex, first : last + 1] += value / (last + 1 - first)
    return table


def _category(category: str, name: str) -> tuple[int, int, int]:
    """Return sex, first and last year of age of a category such as woman|25-29."""
    sex, _, span = category.partition("|")
    if sex not in SEXES:
        raise CountryError(f"{name}[{category}]: write it as sex|ages, such as woman|25-29")
    first, last = ages_of(span, name)
    return SEXES.index(sex), first, min(last, OLDEST)


def pyramid(country: Country) -> Pyramid:
    """Return the permanent population of the census by sex and age, and those of it who are abroad."""
    people = by_sex_and_age(country, "population_single_age")
    census = int(country.value("population_census"))
    permanent = whole((people * census / people.sum()).ravel(), census).reshape(people.shape)
    away = int(country.value("population_abroad"))
    within = people * _factor(country, people)
    abroad = whole((within * away / within.sum()).ravel(), away).reshape(people.shape)
    if np.any(abroad > permanent):
        sex, age = np.argwhere(abroad > permanent)[0]
        raise CountryError(
            f"abroad_share: of {permanent[sex, age]} persons ({SEXES[sex]}, {age} years) {abroad[sex, age]} would be "
            "abroad; it must not be more. Lower population_abroad or the share of this age"
        )
    return Pyramid(permanent - abroad, abroad)


def _factor(country: Country, people: Floats) -> Floats:
    """Return what the people of each age are multiplied with so that every band of those abroad has its share."""
    factor = np.zeros_like(people)
    for category, share in country.margins.categories("abroad_share").items():
        sex, first, last = _category(category, "abroad_share")
        factor[sex, first : last + 1] = share / max(people[sex, first : last + 1].sum(), 1.0)
    return factor
