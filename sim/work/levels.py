"""Levels: what work pays in each cell, relative to the average wage, and the rates of a month (people.md W3, W4)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from sim.agents.persons.counting import STAFF, Line
from sim.agents.persons.kinds import YEAR
from sim.agents.persons.own_work import OwnWork, growth_index
from sim.agents.persons.paying import Paying, profile, ratio_of_sex
from sim.agents.persons.receiving import OLDEST, Rates
from sim.engine.columns import FIXED_POINT, Array
from sim.engine.compiled import sweep
from sim.engine.draws import Decision, key
from sim.months import month_index, year_of
from sim.population.country import Country
from sim.population.expected_work import SEXES
from sim.state.labour import INDUSTRIES, Employers
from sim.state.persons import Work
from sim.state.terms import EconomyTerms
from sim.work.targets import women_shares

SECTORS = np.array([0, 1, 1, 1, 3, 2, 3, 3, 3, 3, 3, 3])  # business sector of each industry
RISE = 10  # month of the year in which pensions rise


class Sums(NamedTuple):
    """What is counted of a month, in whole numbers; see :func:`sim.agents.persons.counting.count`."""

    persons: Array  # (oblasts, states of work, 2, bands)
    money: Array  # (oblasts, lines)
    cells: Array  # (oblasts, industries, 2)


@sweep
def set_profile(paying: Paying, out: Array) -> None:
    """Set pay by education and age in years."""
    for education in range(len(out)):
        for age in range(len(out[0])):
            out[education, age] = profile(age, education, paying)


@sweep
def set_sexes(women: Array, ratios: Array, out: Array) -> None:
    """Set pay of men and women over the mean of each industry."""
    for industry in range(len(women)):
        for woman in range(2):
            out[industry, woman] = ratio_of_sex(woman, women[industry], ratios[industry])


def sexes(country: Country, women: Array) -> Array:
    """Return pay of men and women over the mean, (industries, 2), given the share of women; ratios as published."""
    ratios = np.array([country.value(f"wage[women|{i}]") / country.value(f"wage[men|{i}]") for i in INDUSTRIES])
    out = np.empty((len(INDUSTRIES), 2))
    set_sexes(women, ratios, out)
    return out


def relative_wages(country: Country, employers: Employers) -> Array:
    """Return mean wages by oblast and industry over the mean of all jobs at employers of five staff and more.

    Where a cell has no such employer, the wage of its industry at the level of its oblast.
    """
    shape = (len(country.regions), len(INDUSTRIES))
    staff, bill = np.zeros(shape), np.zeros(shape)
    jobs = np.floor(employers.staff.astype(np.float64) + 0.5)
    np.add.at(staff, (employers.oblast, employers.industry), jobs)
    np.add.at(bill, (employers.oblast, employers.industry), jobs * employers.wage)
    mean = bill.sum() / staff.sum()
    by_industry = np.array([country.value(f"wage[{i}]") for i in INDUSTRIES]) / country.value("average_wage", year=2023)
    by_oblast = bill.sum(axis=1) / np.maximum(staff.sum(axis=1), 1.0) / mean
    known = bill / np.maximum(staff, 1.0) / mean
    return np.asarray(np.where(staff > 0, known, np.outer(by_oblast, by_industry)))


def pension_path(country: Country) -> tuple[Array, Array]:
    """Return the months from which mean pensions are in force, and these, nominal som."""
    found = sorted((m.year, m.value) for m in country.margins if m.name == "pension_path")
    return np.array([month_index(year, RISE) for year, _ in found]), np.array([value for _, value in found])


@dataclass(frozen=True)
class Levels:
    """What never changes about the levels of pay in a run; ratios are over the average wage."""

    employee: Array  # (oblasts, industries, 2)
    cell: Array  # (oblasts, industries, 2)
    own: Array  # (oblasts, industries, 2)
    farm: Array  # (oblasts,)
    profile: Array
    own_profile: Array
    pension_months: Array
    pensions: Array
    last_prices: float  # consumer prices in the year of the last of these, mean of 2023 = 1
    pension_spread: float
    pension_ages: tuple[int, int]  # months, men and women
    base_wage: float  # average wage of the base year, som
    paying: Paying
    own_work: OwnWork
    seed: int

    def pension(self, t: int, deflator: float) -> float:
        """Return the mean pension of a month, som of 2023; after the last known step it keeps its value."""
        place = int(np.searchsorted(self.pension_months, t, side="right")) - 1
        if place == len(self.pensions) - 1:
            return float(self.pensions[-1] / self.last_prices)
        return float(self.pensions[max(place, 0)] / deflator)

    def growth(self, economy: EconomyTerms) -> float:
        """Return income from own work over that of the base year, which the scenario's path of wages makes (K5)."""
        wage = economy.average_wage / economy.deflator
        return float(growth_index(wage, self.base_wage, self.own_work))

    def rates(self, t: int, ages: tuple[int, int], economy: EconomyTerms, demand: Array) -> Rates:
        """Return the levels of a month.

        ``ages`` are the months at which ages are taken, for pay and for pensions; ``demand`` (oblasts, sectors)
        multiplies own-account and farm income.
        """
        wage = economy.average_wage / economy.deflator
        own = self.base_wage * self.growth(economy)
        return Rates(
            t=t, january=ages[0], age_at=ages[1], employee=self.employee, cell=self.cell,
            own=self.own * own * demand[:, SECTORS, None], farm=self.farm * own * demand[:, 0],
            profile=self.profile, own_profile=self.own_profile,
            contribution=economy.worker_contribution, tax=economy.income_tax, informal=self.paying.informal,
            wage=wage, pension=self.pension(t, economy.deflator), pension_spread=self.pension_spread,
            pension_man=self.pension_ages[0], pension_woman=self.pension_ages[1],
            shock=key(self.seed, Decision.OWN_AR, t), transitory=key(self.seed, Decision.OWN_TR, t),
        )  # fmt: skip

    def scaled(self, sums: Sums, economy: EconomyTerms) -> Levels:
        """Return levels at which the mean of each kind of work is the intended one, given a month's sums at these."""
        wage = economy.average_wage / economy.deflator
        own = self.base_wage * self.growth(economy)

        def factor(line: Line, work: Work, wanted: float) -> float:
            staff = int(sums.cells[..., STAFF].sum())
            persons = staff if work == Work.EMPLOYEE else int(sums.persons[:, work].sum())
            found = float(sums.money[:, line].sum()) / FIXED_POINT
            return wanted * persons / found if found > 0.0 else 1.0

        return replace(
            self,
            employee=self.employee * factor(Line.GROSS, Work.EMPLOYEE, wage),
            cell=self.cell * factor(Line.CELL_GROSS, Work.CELL_EMPLOYEE, self.paying.small_firm * wage),
            own=self.own * factor(Line.OWN, Work.OWN_ACCOUNT, self.own_work.level * own),
            farm=self.farm * factor(Line.FARM, Work.FARM, self.own_work.farm * own),
        )


def first_levels(
    country: Country, employers: Employers, shares: tuple[Array, Array], parts: tuple[Paying, OwnWork], seed: int
) -> Levels:
    """Return levels by cell and sex before they are scaled; ``shares`` of women in small firms and on own account."""
    paying, own = parts
    wages = relative_wages(country, employers)
    flat = wages**paying.small_spread
    table = np.empty((3, OLDEST + 1))
    set_profile(paying, table)
    months, pensions = pension_path(country)
    ages = tuple(int(country.value(f"pension_age[{s}]")) * YEAR for s in SEXES)
    return Levels(
        employee=wages[:, :, None] * sexes(country, women_shares(country)),
        cell=flat[:, :, None] * sexes(country, shares[0]),
        own=flat[:, :, None] * sexes(country, shares[1]),
        farm=np.ones(len(country.regions)),
        profile=table, own_profile=table**own.talent,
        pension_months=months, pensions=pensions,
        last_prices=country.value("price_level", year=year_of(int(months[-1]))),
        pension_spread=country.value("pension_spread"),
        pension_ages=(ages[0], ages[1]), base_wage=country.value("average_wage", year=2023),
        paying=paying, own_work=own, seed=seed,
    )  # fmt: skip
