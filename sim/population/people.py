"""People: ages, schooling and pay scores of everybody in the households of the country (people.md section 1)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from sim.errors import CountryError
from sim.population.country import Country
from sim.population.draws import Draw, normals, uniforms
from sim.population.families import Columns, Floats, Integers, blocks
from sim.population.fitting import whole
from sim.population.pyramid import SEXES, ages_of
from sim.state.persons import EVER, NEVER_CERTIFIED, Role

WOMAN_WORKS_TO, MAN_WORKS_TO = 57, 62
CHILD_TO, GROWN_FROM = 15, 18
SHIFT = 6.0  # months by which the ages of a family differ from those of the candidate it was made from
ADULT_SCHOOL_FROM = 16
SCHOOLED = 25  # age at which everybody has the education of later life
ABROAD_NUMBER = 128  # numbers of members abroad begin here


def who_of(homes: Columns, members: Columns) -> npt.NDArray[np.uint64]:
    """Return the number under which the luck of each person is drawn."""
    return (homes["serial"][members["home"]] << np.uint64(8)) | members["number"].astype(np.uint64)


def ranked_births(age: Floats, people: Integers) -> Integers:
    """Return months of birth by rank: the youngest gets the latest, and every year of age has its number of people.

    >>> ranked_births(np.array([30.0, 2.0, 7.0]), np.array([2, 1])).tolist()
    [-13, -1, -7]
    """
    if len(age) == 0:
        return np.zeros(0, np.int64)
    count = whole(people * (len(age) / people.sum()), len(age))
    year = np.repeat(np.arange(len(count)), count)
    place = np.arange(len(age)) - np.repeat(np.cumsum(count) - count, count)
    months = 12 * year + 12 * place // np.maximum(count, 1)[year]
    out = np.empty(len(age), np.int64)
    out[np.argsort(age, kind="stable")] = -1 - months
    return out


def settle_ages(seed: int, homes: Columns, members: Columns, people: Integers) -> None:
    """Replace rough ages by months of birth that meet the people of each sex and age, shape (man or woman, ages)."""
    shift = (2.0 * uniforms(seed, Draw.BIRTHDAY, homes["serial"]) - 1.0) * SHIFT
    age = members.pop("age") + shift[members["home"]]
    birth = np.empty(len(age), np.int16)
    for sex in (0, 1):
        at = np.flatnonzero(members["woman"] == sex)
        birth[at] = ranked_births(age[at], people[sex])
    members["birth"] = birth


def years(birth: npt.NDArray[np.int16]) -> npt.NDArray[np.int16]:
    """Return completed years of age at the end of December 2021."""
    return np.asarray((-1 - birth) // 12, np.int16)


def count_members(homes: Columns, members: Columns) -> None:
    """Add the numbers of members at home: children, adults, elders, and women and men of 18 to pension age."""
    age, woman, home = years(members["birth"]), members["woman"] == 1, members["home"]
    elder = age > np.where(woman, WOMAN_WORKS_TO, MAN_WORKS_TO)
    grown = (age >= GROWN_FROM) & ~elder
    rows = len(homes["serial"])

    def add(name: str, who: npt.NDArray[np.bool_]) -> None:
        homes[name] = np.bincount(home[who], minlength=rows).astype(np.uint8)

    add("children", age <= CHILD_TO)
    add("elders", elder)
    add("adults", (age > CHILD_TO) & ~elder)
    add("women", grown & woman)
    add("men", grown & ~woman)
    homes["size"] = homes["children"] + homes["adults"] + homes["elders"]


def add_types(homes: Columns, members: Columns) -> None:
    """Add whether a family is incomplete: a parent alone with children, or children without a parent of theirs."""
    home, role, rows = members["home"], members["role"], len(homes["serial"])
    children = np.bincount(home[(role == Role.CHILD)], minlength=rows) > 0
    small = (years(members["birth"]) <= CHILD_TO) & (role == Role.OTHER)
    single = np.bincount(home[role == Role.ADULT], minlength=rows) > 0
    homes["incomplete"] = ((single & children) | (np.bincount(home[small], minlength=rows) > 0)).astype(np.uint8)


def school_bands(country: Country) -> list[tuple[int, int, int, float, float]]:
    """Return sex, first and last age, and shares below basic and higher, of each band of education_share."""
    found: dict[tuple[str, str], dict[str, float]] = {}
    for category, value in country.margins.categories("education_share").items():
        sex, span, level = (*category.split("|"), "", "")[:3]
        if sex not in SEXES or level not in ("below_basic", "higher"):
            raise CountryError(
                f"education_share[{category}]: write it as sex|ages|level, such as woman|25-29|higher; "
                "the levels are below_basic and higher"
            )
        found.setdefault((sex, span), {})[level] = value / 100.0
    bands = []
    for (sex, span), levels in found.items():
        first, last = ages_of(span, "education_share")
        bands.append((SEXES.index(sex), first, last, levels.get("below_basic", 0.0), levels.get("higher", 0.0)))
    return bands


def add_education(country: Country, seed: int, homes: Columns, members: Columns) -> None:
    """Add education: exact shares by sex and age, alike within a household, better in towns."""
    alike = country.value("education_likeness")
    home = np.sqrt(alike) * normals(seed, Draw.EDUCATION, homes["serial"])
    home += country.value("education_town") * homes["urban"]
    score = home[members["home"]] + np.sqrt(1.0 - alike) * normals(seed, Draw.SCHOOLING, who_of(homes, members))
    age, out = years(members["birth"]), np.zeros(len(score), np.uint8)
    out[age >= ADULT_SCHOOL_FROM] = 1
    for sex, first, last, below, higher in school_bands(country):
        at = np.flatnonzero((members["woman"] == sex) & (age >= first) & (age <= last))
        low, high = int(below * len(at) + 0.5), int(higher * len(at) + 0.5)
        order = at[np.argsort(score[at], kind="stable")]
        out[order[:low]] = 0
        out[order[len(at) - high :]] = 2
    members["education"] = out
    members["reached"] = reached_by(country, score, age, members["woman"], out)


def reached_by(
    country: Country, score: Floats, age: npt.NDArray[np.int16], woman: npt.NDArray[np.uint8],
    now: npt.NDArray[np.uint8],
) -> npt.NDArray[np.uint8]:
    """Return the education that everybody will have at 25: the shares of today's 25 to 29 for who is younger (N7)."""
    out = now.copy()
    for sex, first, _, below, higher in school_bands(country):
        if first != SCHOOLED:
            continue
        for group in range(SCHOOLED // 5):
            at = np.flatnonzero((woman == sex) & (age // 5 == group))
            order = at[np.argsort(score[at], kind="stable")]
            out[order] = 1
            out[order[: int(below * len(at) + 0.5)]] = 0
            out[order[len(at) - int(higher * len(at) + 0.5) :]] = 2
    return np.maximum(out, now)


def add_best_education(homes: Columns, members: Columns) -> None:
    """Add the education of the best adult at home."""
    counts = (members["abroad"] == 0) & (years(members["birth"]) >= GROWN_FROM)
    best = np.zeros(len(homes["serial"]), np.uint8)
    np.maximum.at(best, members["home"][counts], members["education"][counts])
    homes["education"] = best


def in_order(members: Columns, order: Integers) -> Integers:
    """Return the rows of members, household by household in a new order of households."""
    size = np.bincount(members["home"], minlength=len(order))
    first = np.cumsum(size) - size
    block, place = blocks(size[order])
    return np.asarray(first[order][block] + place, np.int64)


def everybody(seed: int, homes: Columns, members: Columns, register: Columns) -> Columns:
    """Return the columns of everybody but household and identifier, in the order of ``members``."""
    rows = len(members["home"])
    columns = {name: members[name] for name in ("woman", "birth", "education", "role", "abroad", "reached", "leaves")}
    columns["enters"] = np.full(rows, EVER, np.int16)
    columns["wage_score"] = normals(seed, Draw.WAGE_SCORE, who_of(homes, members)).astype(np.float32)
    columns["certified_from"] = np.full(rows, NEVER_CERTIFIED, np.int16)
    columns["group"], columns["kind"] = np.zeros(rows, np.uint8), np.zeros(rows, np.uint8)
    for name in ("group", "kind", "certified_from"):
        columns[name][register["person"]] = register[name]
    return columns
