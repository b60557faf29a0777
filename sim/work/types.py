"""Types: of which type everybody is, and what never changes about a person's work."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.agents.entering import RETIRED, WORKING_AGE
from sim.agents.persons.kinds import FIRST_AGE, SCHOOL_ENDS, type_of
from sim.agents.persons.own_work import OwnWork, farm_factor
from sim.agents.persons.paying import Paying, talent_of
from sim.agents.persons.schooling import Schooling, centre_of, leaving_age
from sim.engine.columns import Array, locked
from sim.engine.compiled import sweep
from sim.engine.draws import Decision, key, uniform
from sim.population import Population
from sim.population.country import Country
from sim.population.expected_work import AGE_GROUPS, SEXES
from sim.state.households import Households
from sim.state.persons import Persons

LATEST = 32767


class Fixed(NamedTuple):
    """What is worked out once for everybody."""

    base: Array  # (persons,) type at the youngest age group
    talent: Array  # (persons,) permanent effect on pay, mean one
    own_talent: Array  # (persons,) the same on own-account income
    leaving: Array  # (persons,) month in which schooling ends
    register: Array  # (persons,) 1 if the labour block moves the person from the month of the certificate on
    farm: Array  # (households,) what land and animals make of farm income


class Who(NamedTuple):
    """Attributes of everybody at the start that counts are made of, one entry a person."""

    weight: Array
    oblast: Array
    woman: Array
    age: Array  # months
    born: Array  # alive at the start
    present: Array  # born and not abroad
    register: Array  # moved by the labour block already


def register_of(population: Population) -> Array:
    """Return 1 for everybody whom the labour block moves: of working age on its table."""
    table = population.persons
    adults = (table.age >= WORKING_AGE) & (table.age < RETIRED) & (table.person >= 0)
    out = np.zeros(len(population.everyone.birth), np.uint8)
    out[table.person[adults]] = 1
    return out


def who_is(population: Population, at: int, t: int) -> Who:
    """Return attributes of everybody with the ages of month ``at``, on the register before month ``t``."""
    p, h = population.everyone, population.households
    age = at - p.birth.astype(np.int64)
    return Who(
        weight=h.weight[p.household].astype(np.int64),
        oblast=h.oblast[p.household].astype(np.int64),
        woman=p.woman.astype(np.int64),
        age=age,
        born=age > 0,
        present=(p.abroad == 0) & (age > 0),
        register=(register_of(population) == 1) & (p.certified_from < t),
    )


@sweep
def set_types(first: int, last: int, homes: Households, persons: Persons, out: Array) -> None:
    """Set the type, at the youngest age group, of the persons of households ``first`` to ``last``."""
    for h in range(first, last):
        land = 1 if homes.land[h] > 0.0 or homes.herd[h] > 0.0 else 0
        children = 1 if homes.children[h] > 0 else 0
        start = np.int64(homes.first_person[h])
        for i in range(start, start + np.int64(homes.members[h])):
            woman = np.int64(persons.woman[i])
            out[i] = type_of(
                np.int64(homes.oblast[h]), woman, np.int64(homes.urban[h]), land, np.int64(persons.education[i]),
                children * woman,
            )


@sweep
def set_talents(score: Array, spread: float, out: Array) -> None:
    """Set everybody's permanent effect on pay or own income."""
    for i in range(len(out)):
        out[i] = talent_of(np.float64(score[i]), spread)


@sweep
def set_centres(rows: Array, age: Array, persons: Persons, schooling: Schooling, draws: np.uint64, out: Array) -> None:
    """Set the centre at which the schooling of each of some persons would end right now."""
    for k in range(len(rows)):
        i = rows[k]
        out[k] = centre_of(age[i], uniform(draws, persons.identifier[i]), schooling)


@sweep
def set_leaving(persons: Persons, centre: Array, schooling: Schooling, draws: np.uint64, out: Array) -> None:
    """Set the month in which everybody's schooling ends; ``centre`` is the middle age of men and women, years."""
    for i in range(len(out)):
        luck = uniform(draws, persons.identifier[i])
        month = np.int64(persons.birth[i]) + leaving_age(centre[persons.woman[i]], luck, schooling)
        out[i] = min(month, LATEST)


@sweep
def set_farm(capital: Array, own: OwnWork, out: Array) -> None:
    """Set what land and animals make of each household's farm income."""
    for h in range(len(out)):
        out[h] = farm_factor(capital[h], own)


def school_centres(country: Country, p: Persons, who: Who, schooling: Schooling, draws: np.uint64) -> Array:
    """Return the middle age at which schooling ends, men and women: as many students as neither work nor idle (W1).

    A student is counted as not working, so students are those of 15 to 24 without the employed and without the young
    people neither in employment nor in education (NEET).
    """
    young = who.present & (who.age >= FIRST_AGE) & (who.age < SCHOOL_ENDS)
    out = np.zeros(2)
    for sex, name in enumerate(SEXES):
        others = country.share(f"employment_to_population[{name}|{AGE_GROUPS[0]}]") + country.share(f"neet[{name}]")
        here = young & (who.woman == sex)
        wanted = max(1.0 - others, 0.0) * who.weight[here].sum()
        rows = np.flatnonzero(here & ~who.register)
        centre = np.empty(len(rows))
        set_centres(rows, who.age, p, schooling, draws, centre)
        order = np.lexsort((p.identifier[rows], centre))
        reached = np.cumsum(who.weight[rows[order]])
        out[sex] = centre[order[min(int(np.searchsorted(reached, wanted)), len(order) - 1)]] if len(rows) else 20.0
    return out


def farm_capital(h: Households) -> Array:
    """Return half the land and half the animals of each household, each over the mean of those who have them."""
    capital = np.zeros(len(h.land))
    for column in (h.land, h.herd):
        amount = column.astype(np.float64)
        has = amount > 0
        if has.any():
            capital += 0.5 * amount / float(np.dot(amount, h.weight) / h.weight[has].sum())
    return capital


def fixed_of(
    population: Population, who: Who, groups: tuple[Schooling, Paying, OwnWork], seed: int
) -> Fixed:
    """Return what is worked out once for everybody; ``groups`` are the parameters of schooling, pay and own work."""
    schooling, paying, own = groups
    p, h = locked(population.everyone), locked(population.households)
    people = len(p.birth)
    out = Fixed(
        base=np.zeros(people, np.uint16), talent=np.zeros(people, np.float32),
        own_talent=np.zeros(people, np.float32), leaving=np.zeros(people, np.int16),
        register=register_of(population), farm=np.zeros(len(h.land), np.float32),
    )  # fmt: skip
    set_types(0, len(h.land), h, p, out.base)
    set_talents(p.wage_score, paying.talent_sd, out.talent)
    set_talents(p.wage_score, own.talent * paying.talent_sd, out.own_talent)
    draws = key(seed, Decision.SCHOOL)
    set_leaving(p, school_centres(population.country, p, who, schooling, draws), schooling, draws, out.leaving)
    set_farm(farm_capital(h), own, out.farm)
    return out
