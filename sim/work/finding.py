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
MONTHS = 12


class Flowing(NamedTuple):
    """What is counted on the way through a month, and room for it."""

    after: Array  # (kinds, types) persons at the end of the month
    before: Array  # (types,) chance of the kinds that stand before one
    left: Array  # (oblasts,) persons who left a job at an employer of five staff and more
    rate: Array  # (oblasts,) rates in the race for such jobs of all who seek


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
def move_expected(people: Array, chances: Array, race: Array, flows: Flowing) -> None:
    """Set ``flows.after`` to the persons of each type after the month's transitions, before hires.

    ``chances`` (kinds, kinds, types) are cumulated. Sets by oblast the persons who left a job at an employer of five
    staff and more, and the rates of who seeks one.
    """
    types, oblasts = people.shape[1], len(flows.left)
    after, each = flows.after, types // oblasts
    flows.left[:], flows.rate[:] = 0.0, 0.0
    for kind in range(KINDS):
        for number in range(types):
            after[kind, number] = people[kind, number]
    for origin in range(KINDS):
        flows.before[:] = 0.0
        for target in range(KINDS):
            for number in range(types):
                cumulated = chances[origin, target, number]
                moved = people[origin, number] * (cumulated - flows.before[number])
                after[target, number] += moved
                after[origin, number] -= moved
                flows.before[number] = cumulated
        if origin == Kind.EMPLOYEE:
            for oblast in range(oblasts):
                for number in range(oblast * each, (oblast + 1) * each):
                    flows.left[oblast] += people[origin, number] * flows.before[number]
    for oblast in range(oblasts):
        for number in range(oblast * each, (oblast + 1) * each):
            flows.rate[oblast] += after[Kind.SEEKING, number] * race[number]


@sweep
def hire_expected(race: Array, flows: Flowing) -> None:
    """Give the jobs that were left in each oblast to its seekers, at the rates of their types."""
    after, oblasts = flows.after, len(flows.left)
    each = after.shape[1] // oblasts
    for oblast in range(oblasts):
        share = flows.left[oblast] / max(flows.rate[oblast], 1e-12)
        for number in range(oblast * each, (oblast + 1) * each):
            hired = min(after[Kind.SEEKING, number] * race[number] * share, after[Kind.SEEKING, number])
            after[Kind.SEEKING, number] -= hired
            after[Kind.EMPLOYEE, number] += hired


@sweep
def carry_a_year(people: Array, chances: Array, race: Array, flows: Flowing, sums: Array) -> None:
    """Carry expected persons (kinds, types) on by twelve months; jobs at larger employers stay as many by oblast.

    ``sums`` (months, oblasts, sexes, kinds) are the persons at the end of each month.
    """
    groups = 2 * len(flows.left)
    each = people.shape[1] // groups
    for month in range(MONTHS):
        move_expected(people, chances, race, flows)
        hire_expected(race, flows)
        for group in range(groups):
            for number in range(group * each, (group + 1) * each):
                for kind in range(KINDS):
                    people[kind, number] = flows.after[kind, number]
                    sums[month, group // 2, group % 2, kind] += people[kind, number]


def solved(country: Country, expected: Expected, chain: Chain) -> Found:
    """Return the factors that meet published unemployment by oblast and sex, and nationally by sex, in each year."""
    oblasts = len(country.regions)
    people = np.ascontiguousarray(expected.table.reshape(-1, KINDS).T)
    factors = [np.ones((oblasts, 2))]
    for year in UNEMPLOYMENT_YEARS[1:]:
        factor, people = _year(country, year, people, expected.register, chain)
        factors.append(factor)
    return Found(UNEMPLOYMENT_YEARS, np.stack(factors))


def _year(
    country: Country, year: int, people: Array, register: Register, chain: Chain
) -> tuple[Array, Array]:
    """Return the factors of a year and the expected persons (kinds, types) at its end."""
    oblasts = len(country.regions)
    rates = unemployment(country, year)
    national = np.array([country.share(f"unemployment[{s}]", year=year) for s in SEXES])
    low, high = np.full((oblasts, 2), LOWEST), np.full((oblasts, 2), HIGHEST)
    jobs = np.ones((oblasts, KINDS))
    flows = Flowing(np.empty_like(people), np.empty(people.shape[1]), np.empty(oblasts), np.empty(oblasts))
    for step in range(STEPS + 1):
        middle = 0.5 * (low + high)
        tabulate(chain, np.exp(middle), jobs)
        now, work, search = people.copy(), np.zeros((oblasts, 2)), np.zeros((oblasts, 2))
        months = np.zeros((MONTHS, oblasts, 2, KINDS))
        carry_a_year(now, np.ascontiguousarray(chain.chances.transpose(1, 2, 0)), chain.race, flows, months)
        for sums in months:
            work += sums[..., list(WORKING)].sum(axis=-1) / MONTHS
            search += sums[..., Kind.SEEKING] / MONTHS
        work += register.employed.sum(axis=2)
        search += register.seeking.sum(axis=2)
        wanted = seekers(rates, national, work)
        if step < STEPS:
            low, high = np.where(search > wanted, middle, low), np.where(search > wanted, high, middle)
    return np.exp(middle), now

