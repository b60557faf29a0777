"""Lives: candidate families, the starting point from which the country's households are chosen (people.md section 1).

No microdata exist, so some thousand families are drawn from simple courses of life: a woman marries, has children by
the rates of her age, her children leave home, a son may stay with his wife, husbands die earlier than wives. They give
ages that belong together; how many households are like each of them is decided later by published margins.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import numpy.typing as npt

from sim.population.country import Country
from sim.population.draws import Draw, normal, uniforms
from sim.state.persons import Role

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

CANDIDATES = 24_000
STREAMS = 4096  # numbers that a candidate may draw
YEAR = 12.0
FIRST_BIRTH, LAST_BIRTH = 17, 46  # mother's age in years
YOUNGEST, OLDEST = 19.5 * YEAR, 92.0 * YEAR  # women around whom families are drawn
MARRIES_FROM = 17.0 * YEAR
GROWN = 20.0 * YEAR  # a son may have a wife, a daughter children, in the parents' home
MOST_MEMBERS = 15


class Type(IntEnum):
    """Types of households in the surveys."""

    ONE_PERSON = 0
    COUPLE = 1
    COUPLE_WITH_CHILDREN = 2
    LONE_MOTHER = 3
    LONE_FATHER = 4
    EXTENDED = 5
    NON_RELATIVES = 6


@dataclass(frozen=True)
class Families:
    """Candidate families and their members; the members of a family are one block, ordered by role and age."""

    kind: Integers  # Type of each family
    three_generations: Flags
    with_parents: Flags  # a couple lives with parents of the husband
    gap: Floats  # years by which the husband of the couple is older, 0 without a couple
    first: Integers  # row of the first member
    size: Integers
    woman: Integers  # of each member, 1 woman, 0 man
    age: Integers  # of each member, in months
    role: Integers


class _Lot:
    """Luck of the candidates: a uniform number for each and each purpose, in a fixed order of purposes."""

    def __init__(self, seed: int, count: int) -> None:
        self.seed, self.who, self.stream = seed, np.arange(count, dtype=np.uint64) * np.uint64(STREAMS), 0

    def uniform(self) -> Floats:
        """Return the next number of every candidate."""
        self.stream += 1
        return uniforms(self.seed, Draw.LIVES, self.who + np.uint64(self.stream))

    def normal(self, mean: float, sd: float) -> Floats:
        """Return the next normal number of every candidate, at most 2.5 standard deviations from the mean."""
        return mean + sd * np.clip(normal(self.uniform()), -2.5, 2.5)


class _Members:
    """Members that are added one kind at a time."""

    def __init__(self) -> None:
        self.parts: list[tuple[Integers, Integers, Integers, Integers]] = []

    def add(self, family: Integers, woman: npt.ArrayLike, age: Floats, role: npt.ArrayLike) -> None:
        """Add one member to each of some families."""
        shape = family.shape
        self.parts.append((
            family, np.broadcast_to(woman, shape).astype(np.int64), np.floor(age).astype(np.int64),
            np.broadcast_to(role, shape).astype(np.int64),
        ))  # fmt: skip

    def together(self) -> tuple[Integers, Integers, Integers, Integers]:
        """Return family, woman, age and role of all, ordered by family and role, the oldest first."""
        family, woman, age, role = (np.concatenate(part) for part in zip(*self.parts, strict=True))
        order = np.lexsort((woman, -age, role, family))
        return family[order], woman[order], age[order], role[order]


@dataclass
class _Stem:
    """A woman, her husband and her children."""

    mother: Floats  # age in months
    father: Floats
    mother_here: Flags
    father_here: Flags
    child: Floats  # age in months, shape (children she may have had, families)
    born: Flags
    at_home: Flags
    daughter: Flags


def _birth_rates(country: Country) -> Floats:
    """Return the yearly chance of a married woman to have a child, by years of age from 0."""
    rates = np.zeros(LAST_BIRTH + 1)
    age = np.arange(LAST_BIRTH + 1) + 0.5
    reached = (age - country.value("marriage_age")) / country.value("marriage_spread")
    married = 0.5 * (1.0 + np.tanh(0.8 * np.clip(reached, -2.4, 2.4)))
    for band, rate in country.margins.categories("births_by_age").items():
        low, _, high = band.partition("-")
        rates[int(low) : int(high) + 1] = rate / 1000.0
    rates[:FIRST_BIRTH] = 0.0
    return np.minimum(rates / married, 0.45)


def _births(country: Country, lot: _Lot, mother: Floats, married: Floats) -> tuple[Floats, Flags]:
    """Return age in months of each child a woman may have had, shape (years, women), and whether she had it."""
    rates, boost = _birth_rates(country), country.value("past_births")
    ages, found = [], []
    before = np.zeros(len(mother), bool)
    for year in range(FIRST_BIRTH, LAST_BIRTH + 1):
        month = YEAR * (year + lot.uniform())
        past = 1.0 + (boost - 1.0) * np.clip((mother - month) / (30.0 * YEAR), 0.0, 1.0)
        chance = np.minimum(rates[year] / (1.0 - rates[year]) * past, 0.8)
        born = ~before & (month < mother) & (month > married + 8.0) & (lot.uniform() < chance)
        ages.append(mother - month)
        found.append(born)
        before = born
    return np.array(ages), np.array(found)


def _alive(lot: _Lot, age: Floats, median: float) -> Flags:
    """Return who is alive at an age in months, where half are dead at ``median`` years."""
    return lot.uniform() * (1.0 + np.exp((age / YEAR - median) / 7.5)) < 1.0


def _chosen(country: Country, lot: _Lot, name: str) -> Flags:
    return lot.uniform() < country.share(f"start_share[{name}]")


def _gap(country: Country, lot: _Lot) -> Floats:
    """Return how many months a husband is older than his wife."""
    return lot.normal(YEAR * country.value("spouse_gap"), YEAR * country.value("spouse_gap_spread"))


def _wedding(country: Country, lot: _Lot, gap: Floats | float = 0.0) -> Floats:
    """Return the age in months at which a woman marries a man who is ``gap`` months older; both are old enough."""
    age = lot.normal(YEAR * country.value("marriage_age"), YEAR * country.value("marriage_spread"))
    return np.maximum(age, MARRIES_FROM - np.minimum(gap, 0.0))


def _stem(country: Country, lot: _Lot, count: int) -> _Stem:
    """Return the stems of families: women of all ages in equal numbers, with their husbands and children."""
    mother = YOUNGEST + (OLDEST - YOUNGEST) * (np.arange(count) + lot.uniform()) / count
    father = np.maximum(mother + _gap(country, lot), YOUNGEST)
    child, born = _births(country, lot, mother, _wedding(country, lot, father - mother))
    boys = country.value("sex_ratio_at_birth")
    daughter, at_home = np.zeros_like(born), np.zeros_like(born)
    for slot in range(len(born)):
        daughter[slot] = lot.uniform() * (1.0 + boys) < 1.0
        mean = np.where(daughter[slot], country.value("leaving_age[daughters]"), country.value("leaving_age[sons]"))
        leaves = np.maximum(mean + lot.normal(0.0, country.value("leaving_spread")), 16.5)
        at_home[slot] = born[slot] & (child[slot] < YEAR * leaves)
    away = _chosen(country, lot, "partner_away") & (mother < 60.0 * YEAR)
    father_here = _alive(lot, father, country.value("median_age_at_death[men]")) & ~away
    gone = ~_alive(lot, mother, country.value("median_age_at_death[women]")) | _chosen(country, lot, "mother_away")
    return _Stem(mother, father, ~(father_here & gone), father_here, child, born, at_home, daughter)


def _youngest(ages: Floats, who: Flags) -> Integers:
    """Return the slot of the youngest of those meant, -1 where there is none."""
    slot = np.where(who, ages, np.inf).argmin(axis=0)
    return np.where(who.any(axis=0), slot, -1)


def families(country: Country, seed: int, count: int = CANDIDATES) -> Families:
    """Return the candidate families; the same country and seed always give the same ones."""
    lot, members = _Lot(seed, count), _Members()
    stem = _stem(country, lot, count)
    u = lot.uniform()
    alone = u < country.share("start_share[one_person]")
    strangers = ~alone & (u < country.share("start_share[one_person]") + country.share("start_share[non_relatives]"))
    _add_people_without_family(lot, members, stem.mother, np.flatnonzero(alone), np.flatnonzero(strangers))
    family = ~alone & ~strangers
    son = _youngest(stem.child, stem.born & ~stem.daughter & (stem.child > GROWN))
    stays = family & (son >= 0) & _chosen(country, lot, "with_parents")
    girl = _youngest(stem.child, stem.at_home & stem.daughter & (stem.child > GROWN))
    lone = family & ~stays & (girl >= 0) & _chosen(country, lot, "daughter_with_children")
    _add_stem(members, stem, family, np.where(stays, son, np.where(lone, girl, -1)))
    _add_son(country, lot, members, stem, np.flatnonzero(stays), son)
    _add_daughter(country, lot, members, stem, np.flatnonzero(lone), girl)
    _add_others(country, lot, members, stem, family)
    return _assembled(members, count, strangers)


def _add_people_without_family(lot: _Lot, members: _Members, age: Floats, alone: Integers, strangers: Integers) -> None:
    """Add persons of all adult ages who live alone, and young people who share a dwelling."""
    members.add(alone, lot.uniform()[alone] < 0.5, age[alone], Role.ADULT)
    number = 2 + np.floor(3.0 * lot.uniform()).astype(np.int64)
    for turn in range(4):
        some = strangers[number[strangers] > turn]
        young = YEAR * (18.0 + 14.0 * lot.uniform())
        members.add(some, lot.uniform()[some] < 0.5, young[some], Role.OTHER if turn else Role.ADULT)


def _add_stem(members: _Members, stem: _Stem, family: Flags, heir: Integers) -> None:
    """Add mother, father and the children at home but the one who has a family of his or her own there."""
    older = heir >= 0
    both = stem.mother_here & stem.father_here
    role = np.where(older, Role.ELDER, np.where(both, Role.SPOUSE, Role.ADULT))
    for here, woman, age in ((stem.mother_here, 1, stem.mother), (stem.father_here, 0, stem.father)):
        at = np.flatnonzero(family & here)
        members.add(at, woman, age[at], role[at])
    for slot in range(len(stem.child)):
        at = np.flatnonzero(family & stem.at_home[slot] & (heir != slot))
        members.add(at, stem.daughter[slot, at], stem.child[slot, at], np.where(older, Role.OTHER, Role.CHILD)[at])


def _add_son(
    country: Country, lot: _Lot, members: _Members, stem: _Stem, at: Integers, son: Integers
) -> None:
    """Add the son who stays, his wife and their children; he may be abroad or divorced and only they, or he, stay."""
    age = np.zeros(len(son))
    age[at] = stem.child[son[at], at]
    wife = np.maximum(age - _gap(country, lot), MARRIES_FROM + YEAR)
    births = _births(country, lot, wife, _wedding(country, lot, age - wife))
    away = _chosen(country, lot, "partner_away")
    role = np.where(away, Role.ADULT, Role.SPOUSE)
    members.add(at, 1, wife[at], role[at])
    here = at[~away[at]]
    members.add(here, 0, age[here], Role.SPOUSE)
    _add_children(country, lot, members, at, births)


def _add_daughter(
    country: Country, lot: _Lot, members: _Members, stem: _Stem, at: Integers, girl: Integers
) -> None:
    """Add the daughter who lives with her parents and children, without a husband."""
    age = np.full(len(girl), GROWN)
    age[at] = stem.child[girl[at], at]
    members.add(at, 1, age[at], Role.ADULT)
    _add_children(country, lot, members, at, _births(country, lot, age, _wedding(country, lot)))


def _add_children(
    country: Country, lot: _Lot, members: _Members, at: Integers, births: tuple[Floats, Flags]
) -> None:
    """Add the children of a mother who have not left home."""
    child, born = births
    boys = country.value("sex_ratio_at_birth")
    for slot in range(len(born)):
        daughter = lot.uniform() * (1.0 + boys) < 1.0
        mean = np.where(daughter, country.value("leaving_age[daughters]"), country.value("leaving_age[sons]"))
        leaves = np.maximum(mean + lot.normal(0.0, country.value("leaving_spread")), 16.5)
        some = at[(born[slot] & (child[slot] < YEAR * leaves))[at]]
        members.add(some, daughter[some], child[slot, some], Role.CHILD)


def _add_others(country: Country, lot: _Lot, members: _Members, stem: _Stem, family: Flags) -> None:
    """Add grandchildren whose parents live elsewhere, and brothers or sisters of the couple."""
    likely = family & (stem.mother > 44.0 * YEAR) & (stem.mother < 80.0 * YEAR)
    number = np.where(likely & _chosen(country, lot, "grandchildren"), 1 + np.floor(2.5 * lot.uniform()), 0)
    for turn in range(3):
        at = np.flatnonzero(number > turn)
        most = np.minimum(stem.mother - 38.0 * YEAR, 15.0 * YEAR)
        age = np.maximum(most, 12.0) * lot.uniform()
        members.add(at, lot.uniform()[at] < 0.49, age[at], Role.OTHER)
    relative = np.flatnonzero(family & _chosen(country, lot, "relative"))
    age = np.maximum(stem.mother + YEAR * lot.normal(-1.0, 6.0), YOUNGEST)
    members.add(relative, lot.uniform()[relative] < 0.5, age[relative], Role.OTHER)


def _assembled(members: _Members, count: int, strangers: Flags) -> Families:
    """Return the families with their types; those that are too large are cut to their first members."""
    family, woman, age, role = members.together()
    place = np.arange(len(family)) - np.searchsorted(family, family)
    keep = place < MOST_MEMBERS
    family, woman, age, role = family[keep], woman[keep], age[keep], role[keep]

    def counted(of: Role, sex: int | None = None) -> Integers:
        at = (role == of) & (True if sex is None else woman == sex)
        return np.bincount(family[at], minlength=count)

    size = np.bincount(family, minlength=count)
    children, older = counted(Role.CHILD), counted(Role.ELDER)
    nuclear = (older == 0) & (counted(Role.OTHER) == 0)
    couple = counted(Role.SPOUSE) == 2
    kind = np.select(
        [strangers, size == 1, nuclear & couple & (children == 0), nuclear & couple,
         nuclear & (counted(Role.ADULT, 1) == 1), nuclear & (counted(Role.ADULT, 0) == 1)],
        [Type.NON_RELATIVES, Type.ONE_PERSON, Type.COUPLE, Type.COUPLE_WITH_CHILDREN, Type.LONE_MOTHER,
         Type.LONE_FATHER],
        Type.EXTENDED,
    )  # fmt: skip
    three, spouse = (older > 0) & (children > 0), role == Role.SPOUSE
    gap = np.bincount(family[spouse], np.where(woman == 1, -age, age)[spouse] / YEAR, count)
    return Families(
        kind=kind, three_generations=three, with_parents=(older > 0) & couple,
        gap=np.where(couple, gap, 0.0), first=np.cumsum(size) - size, size=size, woman=woman, age=age, role=role,
    )  # fmt: skip
