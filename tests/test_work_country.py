"""The country's work: the published labour force at the start, and nothing that moves by itself (W1 to W4)."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from work_samples import START, STATIC, behaviour, economy

from sim.agents.persons.counting import BILL, STAFF, Line
from sim.months import year_of
from sim.population import load
from sim.population.expected_work import AGE_GROUPS, SEXES
from sim.state.persons import Work
from sim.work.beginning import Options, begin_persons, jobs_at_start
from sim.work.levels import Sums
from sim.work.world import WorkWorld, calm

SCALE = 100
AT_WORK = [Work.EMPLOYEE, Work.CELL_EMPLOYEE, Work.OWN_ACCOUNT, Work.FARM, Work.FAMILY_WORKER, Work.CONTRACT]
OWNERS = [Work.OWN_ACCOUNT, Work.FARM]


@pytest.fixture(scope="module")
def country():
    return load("kyrgyzstan", SCALE)


def lived(country, options: Options, months: int) -> tuple[list[Sums], WorkWorld]:
    """Return what is counted at the start and in each month, and the world; the economy stands still if years do."""
    world: WorkWorld = begin_persons(country, behaviour(), economy(), 1, START, options)
    conditions = calm(jobs_at_start(country))
    out = [world.count()]
    for t in range(START, START + months):
        world.month(t, economy(t if options.yearly else START), conditions)
        out.append(world.count())
    return out, world


@pytest.fixture(scope="module")
def still(country) -> list[Sums]:
    return lived(country, STATIC, 36)[0]


@pytest.fixture(scope="module")
def years(country) -> SimpleNamespace:
    sums, world = lived(country, Options(), 48)
    by_year = {year: sums[1 + 12 * k : 13 + 12 * k] for k, year in enumerate(range(year_of(START), 2024))}
    return SimpleNamespace(by_year=by_year, last=sums[-1], world=world)


def present(sums: Sums) -> np.ndarray:
    """Return persons present by sex and age group of 15 and more."""
    return (sums.persons.sum(axis=(0, 1)) - sums.persons[:, Work.ABROAD].sum(axis=0))[:, 1:]


def employment(sums: Sums) -> np.ndarray:
    """Return employment to population by sex and age group, per cent."""
    return 100 * sums.persons[:, AT_WORK].sum(axis=(0, 1))[:, 1:] / present(sums)


def unemployment(sums: Sums, axes: tuple[int, ...] = (0, 1, 2)) -> np.ndarray:
    """Return unemployment, per cent of the labour force, summed over oblasts, sexes and ages unless told otherwise."""
    work, search = sums.persons[:, AT_WORK].sum(axis=1).sum(axis=axes), sums.persons[:, Work.SEEKING].sum(axis=axes)
    return 100 * search / (work + search)


def published(country, name: str, year: int | None = None) -> np.ndarray:
    """Return a published table by sex and age group."""
    return np.array([[country.country.value(f"{name}[{s}|{a}]", year=year) for a in AGE_GROUPS] for s in SEXES])


def test_employment_by_sex_and_age_is_as_published(country, years):
    off = employment(years.last) - published(country, "employment_to_population")
    assert np.abs(off).max() < 3.0, off.round(1)


@pytest.mark.parametrize("year", [2021, 2022, 2023])
def test_unemployment_is_as_published_in_each_year(country, years, year):
    found = np.mean([unemployment(sums) for sums in years.by_year[year]])
    assert found == pytest.approx(country.country.value("unemployment", year=year), abs=0.5)
    by_sex = np.mean([unemployment(sums, (0, 2)) for sums in years.by_year[year]], axis=0)
    for sex, name in enumerate(SEXES):
        assert by_sex[sex] == pytest.approx(country.country.value(f"unemployment[{name}]", year=year), abs=0.8)


@pytest.mark.parametrize("year", [2021, 2023])
def test_unemployment_by_oblast_and_sex_ranks_as_published(country, years, year):
    found = np.mean([unemployment(sums, (2,)) for sums in years.by_year[year]], axis=0)
    wanted = np.stack([country.country.by_region(f"unemployment[{s}]", year) for s in SEXES], axis=1)
    assert np.corrcoef(found.ravel(), wanted.ravel())[0, 1] > 0.9


def test_status_by_sex_is_as_published(country, years):
    work = years.last.persons.sum(axis=(0, 3))
    total = work[AT_WORK].sum(axis=0)
    for sex, name in enumerate(SEXES):
        thousands = {k: country.country.value(f"employed_by_status[{name}|{k}]")
                     for k in ("employee", "employer", "own_account", "family_worker")}  # fmt: skip
        owners = (thousands["employer"] + thousands["own_account"]) / sum(thousands.values())
        assert work[OWNERS, sex].sum() / total[sex] == pytest.approx(owners, abs=0.015)
        family = thousands["family_worker"] / sum(thousands.values())
        assert work[Work.FAMILY_WORKER, sex] / total[sex] == pytest.approx(family, abs=0.015)


def test_own_account_work_in_farming_is_as_published(country, still):
    work = still[0].persons.sum(axis=(0, 2, 3))
    c = country.country
    farmers = c.value("own_account_by_activity[agriculture]") + c.value("employers_by_activity[agriculture]")
    employed = sum(c.value(f"employed_by_status[{s}|{k}]") for s in SEXES
                   for k in ("employee", "employer", "own_account", "family_worker"))  # fmt: skip
    assert work[Work.FARM] / work[AT_WORK].sum() == pytest.approx(farmers / employed, abs=0.005)


def test_young_people_are_students_employed_or_neither_as_published(country, still):
    young = still[0].persons[:, :, :, 1].sum(axis=0)
    for sex, name in enumerate(SEXES):
        here = young[:, sex].sum() - young[Work.ABROAD, sex]
        neither = young[[Work.HOME, Work.SEEKING], sex].sum() / here
        assert 100 * neither == pytest.approx(country.country.value(f"neet[{name}]"), abs=1.5)


def test_in_36_still_months_nothing_moves_but_by_luck(still):
    first, last = still[0], still[-1]
    shares = [100 * s.persons.sum(axis=(0, 2, 3)) / s.persons.sum() for s in (first, last)]
    assert np.abs(shares[1] - shares[0]).max() < 0.5, (shares[1] - shares[0]).round(2)
    month_by_month = [unemployment(s) for s in still]  # one month at 1:100 has a standard error of 0.2 points
    assert np.mean(month_by_month) == pytest.approx(unemployment(first), abs=0.5), np.round(month_by_month, 2)
    assert np.abs(np.array(month_by_month) - unemployment(first)).max() < 1.0
    assert np.abs(employment(last) - employment(first)).max() < 3.0
    money = [s.money.sum(axis=0)[[Line.PAY, Line.CELL_PAY, Line.OWN, Line.FARM]] for s in (first, last)]
    assert money[1] == pytest.approx(money[0], rel=0.06)


def test_mean_pay_of_2023_is_the_published_average_wage(country, years):
    cells = years.last.cells.sum(axis=(0, 1))
    wage = country.country.value("average_wage", year=2023) / economy(23).deflator
    assert cells[BILL] / 1024 / cells[STAFF] == pytest.approx(wage, rel=0.03)


@pytest.mark.parametrize(("sex", "published_wage"), [(0, 36693.0), (1, 26950.0)])
def test_mean_pay_of_men_and_women_is_near_the_published_one(years, sex, published_wage):
    # National Statistical Committee, series 8.5.1.1, 2023; only the ratios within industries are put in
    w, state = years.world.workers, years.world.state
    here = (w.work == Work.EMPLOYEE) & (w.woman == sex) & (w.register == 0)
    gross = state.pay[here] / (1.0 - 0.1 - 0.1) * economy(23).deflator
    assert np.average(gross, weights=w.weight[w.household[here]]) == pytest.approx(published_wage, rel=0.06)
