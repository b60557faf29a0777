"""Margins: what is known of the whole country, and how many of each household belong to each of its categories.

The country's own margins are its census: regions, town and village, sex and age, sizes of households, certificates of
disability. They are scaled to one total, so that they do not contradict each other. A file of other margins
(``margin,category,value``) takes their place.
"""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np

from experiments.intake.survey import Survey
from experiments.intake.variables import SEXES
from experiments.marks import N_
from sim.checking import shown
from sim.engine.columns import Array
from sim.errors import InputError, nearest
from sim.population.country import CENSUS_YEAR, Country
from sim.population.pyramid import ages_of, pyramid
from sim.toml import LARGEST_FILE, marks_hint

BANDS = ("0-6", "7-15", "16-24", "25-34", "35-49", "50-62", "63+")
LABELS = {
    "region": N_("Persons by region"), "place": N_("Persons in towns and villages"), "sex": N_("Persons by sex"),
    "age": N_("Persons by age"), "sex_and_age": N_("Persons by sex and age"),
    "size": N_("Households by size"), "certificate": N_("Persons with a disability certificate"),
    "education": N_("Persons by education"), "work": N_("Persons by work"), "all": N_("All persons"),
}  # fmt: skip
MOST_LINES = 5_000


class Target(NamedTuple):
    """One number of the country, and how many of it each household of the survey has."""

    margin: str
    category: str
    value: float
    counts: Array  # of each household

    @property
    def name(self) -> str:
        """Return how the target is named where it stands alone."""
        return f"{self.margin}[{self.category}]"


def of_country(survey: Survey, country: Country) -> list[Target]:
    """Return the country's margins for what the survey has.

    Persons abroad count where the survey has them; otherwise all figures are of persons at home.
    """
    people = pyramid(country)
    abroad = bool(np.any(~survey.at_home()))
    table = people.permanent if abroad else people.present
    total = float(table.sum())
    values: dict[tuple[str, str], float] = {}
    if survey.has("region"):
        shares = country.population / country.population.sum()
        values |= {("region", name): total * share for name, share in zip(country.regions, shares, strict=True)}
    if survey.has("place"):
        urban = country.value("population_census[urban]") / country.value("population_census")
        values |= {("place", "urban"): total * urban, ("place", "rural"): total * (1.0 - urban)}
    for sex, name in enumerate(SEXES):
        for band in BANDS:
            first, last = ages_of(band, "age")
            values["sex_and_age", f"{name} {band}"] = float(table[sex, first : last + 1].sum())
    sizes = country.margins.categories("household_size_share")
    homes = float(people.present.sum()) / country.value("household_size_surveys")
    whole = sum(sizes.values())
    values |= {("size", size): homes * share / whole for size, share in sizes.items()}
    if survey.has("certificate"):
        values["certificate", "yes"] = country.value("disability_register", year=CENSUS_YEAR)
    return [_target(survey, margin, category, value, country.name) for (margin, category), value in values.items()]


def of_file(survey: Survey, path: Path) -> list[Target]:
    """Return the margins of a file."""
    if path.suffix.lower() != ".csv" or not path.is_file():
        raise InputError(f"{path}: there is no such file of margins; it must be a CSV file")
    if path.stat().st_size > LARGEST_FILE:
        raise InputError(f"{path}: the file has {path.stat().st_size:,} bytes; margins have at most {LARGEST_FILE:,}")
    try:
        rows = list(csv.reader(path.read_text(encoding="utf-8-sig").splitlines()))
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: byte {error.start} is not UTF-8; save the file in the encoding UTF-8") from None
    except csv.Error as error:
        raise InputError(f"{path}: the file is not valid CSV ({error})") from None
    if not rows or [cell.strip() for cell in rows[0]] != ["margin", "category", "value"]:
        raise InputError(f"{path}: the first line must be margin,category,value")
    if len(rows) > MOST_LINES:
        raise InputError(f"{path}: the file has {len(rows):,} lines; margins have at most {MOST_LINES:,}")
    found: dict[tuple[str, str], Target] = {}
    for line, row in enumerate(rows[1:], start=2):
        if not any(cell.strip() for cell in row):
            continue
        owner = f"{path} line {line}"
        if len(row) != 3:
            raise InputError(f"{owner}: the line has {len(row)} cells; it must have 3: margin,category,value")
        margin, category, text = (cell.strip() for cell in row)
        if (margin, category) in found:
            raise InputError(f"{owner}: {margin}[{category}] is given twice; give it once")
        found[margin, category] = _target(survey, margin, category, _amount(owner, text), owner)
    if not found:
        raise InputError(f"{path}: the file has no margin; it must have a line below margin,category,value")
    return list(found.values())


def _amount(owner: str, text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0.0 < value <= 1e10:
        hint = marks_hint(text)
        wish = "it must be a number above 0; to leave a category out, leave out its line"
        raise InputError(f"{owner}: value is {shown(text)}; {wish}{'; ' + hint if hint else ''}")
    return value


def _target(survey: Survey, margin: str, category: str, value: float, owner: str) -> Target:
    if margin not in COUNTS:
        raise InputError(f"{owner}: margin is {shown(margin)}; {nearest(margin, COUNTS)}")
    return Target(margin, category, value, COUNTS[margin](survey, category, owner))


def _coded(name: str) -> Callable[[Survey, str, str], Array]:
    def counted(survey: Survey, category: str, owner: str) -> Array:
        if not survey.has(name):
            raise InputError(f"{owner}: {name} has no column in the map; name the column, or leave the margin out")
        words = survey.made.variables[name].words
        if category not in words:
            raise InputError(f"{owner}: category is {shown(category)}; {nearest(category, words)}")
        here = survey.word(name, category)
        if name in survey.persons:
            return survey.counted(here)
        return np.where(here, survey.counted(np.ones(len(survey.home), bool)), 0.0)

    return counted


def _span(text: str) -> tuple[int, int]:
    """Return the ends of a span of whole numbers; the last lies below the first where the text is none.

    >>> _span("25-29"), _span("7"), _span("63+"), _span("many")
    ((25, 29), (7, 7), (63, 999), (1, 0))
    """
    found = re.fullmatch(r"([0-9]{1,3})(?:-([0-9]{1,3})|(\+))?", text)
    return (int(found[1]), int(found[2] or (999 if found[3] else found[1]))) if found else (1, 0)


def _aged(survey: Survey, category: str, owner: str) -> Array:
    return survey.counted(_in_band(survey, category, owner))


def _in_band(survey: Survey, band: str, owner: str) -> Array:
    first, last = _span(band)
    if last < first:
        raise InputError(f"{owner}: category is {shown(band)}; write ages as 25-29, 7 or 85+")
    age = survey.persons["age"]
    return np.asarray((age >= first) & (age < last + 1))


def _sexed_and_aged(survey: Survey, category: str, owner: str) -> Array:
    sex, _, band = category.partition(" ")
    if sex not in SEXES:
        raise InputError(f"{owner}: category is {shown(category)}; write it as 'woman 25-29'")
    return survey.counted(survey.word("sex", sex) & _in_band(survey, band.strip(), owner))


def _sized(survey: Survey, category: str, owner: str) -> Array:
    least, most = _span(category)
    if most < least:
        raise InputError(f"{owner}: category is {shown(category)}; write sizes as 1, 2-3 or 6+")
    size = survey.counted(survey.at_home())
    return ((size >= least) & (size <= most)).astype(np.float64)


def _certified(survey: Survey, category: str, owner: str) -> Array:
    if category not in ("yes", "no"):
        return _coded("certificate")(survey, category, owner)
    if not survey.has("certificate"):
        raise InputError(f"{owner}: certificate has no column in the map; name the column, or leave the margin out")
    none = survey.word("certificate", "none")
    known = ~np.isnan(survey.persons["certificate"])
    return survey.counted(none if category == "no" else known & ~none)


def _everybody(survey: Survey, category: str, owner: str) -> Array:
    if category != "persons":
        raise InputError(f"{owner}: category is {shown(category)}; of all there is the category persons")
    return survey.counted(np.ones(len(survey.home), bool))


COUNTS: Mapping[str, Callable[[Survey, str, str], Array]] = {
    "all": _everybody, "region": _coded("region"), "place": _coded("place"), "sex": _coded("sex"), "age": _aged,
    "sex_and_age": _sexed_and_aged, "size": _sized, "certificate": _certified, "education": _coded("education"),
    "work": _coded("work"),
}  # fmt: skip
