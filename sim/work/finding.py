"""Finding: the factors on a seeker's chances by year that meet published unemployment (people.md W2).

Expected persons by type are carried forward month by month, as the transitions of persons do on average, and the
factor of each oblast and sex is solved by bisection, year after year. The first year's is one, because the start is
stationary in it; after the last published year it is constant.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.agents.persons.kinds import KINDS, WORKING, Kind
from sim.agents.persons.moving import Chain, tabulate
from sim.engine.columns import Array
from sim.engine.compiled import sweep
from sim.months import year_of
from sim.population.country import Country
from sim.population.expected_work import SEXES, UNEMPLOYMENT_YEARS
from sim.work.targets import Expected, Register, seekers, unemployment

LOWEST, HIGHEST = -2.5, 2.5  # of the logarithm of a factor
STEPS = 20  # of a bisection, to a part in 100,000


class Found(NamedTuple):
    """Factors on a seeker's chances, (years, oblasts, sexes)."""

    years: tuple[int, ...]
    factor: Array

    def at(self, t: int) -> Array:
        """Return the factors of month ``t``."""
        year = min(max(year_of(t), self.years[0]), self.years[-1])
        return np.asarray(self.factor[self.years.index(year)])


def no_change(oblasts: int) -> Found:
    """Return factors of one in every year, as where nothing changes from year to year."""
    return Found(UNEMPLOYMENT_YEARS[:1], np.ones((1, oblasts, 2)))


@sweep
def move_expected(people: Array, chain: Chain, after: Array, left: Array, race: Array) -> None:
    """Set ``after`` (types, kinds) to the persons of each type after the month's transitions, before hires.

    Adds by oblast the persons who left a job at an employer of five staff and more, and the rates of who seeks one.
    """
    for number in range(len(people)):
        oblast = number * len(left) // len(people)
        for kind in range(KINDS):
            after[number, kind] = people[number, kind]
        for origin in range(KINDS):
            before = 0.0
            for target in range(KINDS):
                cumulated = chain.chances[number, origin, target]
                moved = people[number, origin] * (cumulated - before)
                after[number, target] += moved
                after[number, origin] -= moved
                before = cumulated
            if origin == Kind.EMPLOYEE:
                left[oblast] += people[number, origin] * before
        race[oblast] += after[number, Kind.SEEKING] * chain.race[number]


@sweep
def hire_expected(chain: Chain, after: Array, left: Array, race: Array) -> None:
    """Give the jobs that were left in each oblast to its seekers, at the rates of their types."""
    for number in range(len(after)):
        oblast = number * len(left) // len(after)
        share = left[oblast] / max(race[oblast], 1e-12)
        hired = min(after[number, Kind.SEEKING] * chain.race[number] * share, after[number, Kind.SEEKING])
        after[number, Kind.SEEKING] -= hired
        after[number, Kind.EMPLOYEE] += hired


def carried(people: Array, chain: Chain) -> Array:
    """Return expected persons, (types, kinds), one month later; jobs at larger employers stay as many by oblast."""
    after, oblasts = np.empty_like(people), len(chain.industries[0])
    left, race = np.zeros(oblasts), np.zeros(oblasts)
    move_expected(people, chain, after, left, race)
    hire_expected(chain, after, left, race)
    return after


def solved(country: Country, expected: Expected, chain: Chain) -> Found:
    """Return the factors that meet published unemployment by oblast and sex, and nationally by sex, in each year."""
    oblasts = len(country.regions)
    people = expected.table.reshape(-1, KINDS)
    factors = [np.ones((oblasts, 2))]
    for year in UNEMPLOYMENT_YEARS[1:]:
        factor, people = _year(country, year, people, expected.register, chain)
        factors.append(factor)
    return Found(UNEMPLOYMENT_YEARS, np.stack(factors))


def _year(
    country: Country, year: int, people: Array, register: Register, chain: Chain
) -> tuple[Array, Array]:
    """Return the factors of a year and the expected persons at its end."""
    oblasts = len(country.regions)
    rates = unemployment(country, year)
    national = np.array([country.share(f"unemployment[{s}]", year=year) for s in SEXES])
    low, high = np.full((oblasts, 2), LOWEST), np.full((oblasts, 2), HIGHEST)
    jobs = np.ones((oblasts, KINDS))
    shape = (oblasts, 2, -1, KINDS)
    for step in range(STEPS + 1):
        middle = 0.5 * (low + high)
        tabulate(chain, np.exp(middle), jobs)
        now, work, search = people, np.zeros((oblasts, 2)), np.zeros((oblasts, 2))
        for _ in range(12):
            now = carried(now, chain)
            sums = now.reshape(shape).sum(axis=2)
            work += sums[..., list(WORKING)].sum(axis=-1) / 12.0
            search += sums[..., Kind.SEEKING] / 12.0
        work += register.employed.sum(axis=2)
        search += register.seeking.sum(axis=2)
        wanted = seekers(rates, national, work)
        if step < STEPS:
            low, high = np.where(search > wanted, middle, low), np.where(search > wanted, high, middle)
    return np.exp(middle), now

