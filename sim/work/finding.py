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


def carried(people: Array, chain: Chain) -> Array:
    """Return expected persons, (types, kinds), one month later; jobs at larger employers stay as many by oblast."""
    chances = np.diff(chain.chances, axis=2, prepend=0.0)
    moved = people[:, :, None] * chances
    after = people + moved.sum(axis=1) - moved.sum(axis=2)
    by_oblast = (len(chain.industries[0]), -1)
    left = moved[:, Kind.EMPLOYEE].sum(axis=1).reshape(by_oblast).sum(axis=1)
    race = (after[:, Kind.SEEKING] * chain.race).reshape(by_oblast)
    hired = (race * (left / np.maximum(race.sum(axis=1), 1e-12))[:, None]).reshape(-1)
    hired = np.minimum(hired, after[:, Kind.SEEKING])
    after[:, Kind.SEEKING] -= hired
    after[:, Kind.EMPLOYEE] += hired
    return np.asarray(after)


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

