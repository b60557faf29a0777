"""Targets: how many persons of each type are expected in each kind of work at the start (people.md W1).

Published rates of the labour force survey are applied to the present population of 15 and more, because persons abroad
are in no employment base; published counts, which are blown up to the permanent population, are used as shares only.
Unemployment begins at the level of 2021; employment is that of 2023, less what unemployment was higher then.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from sim.agents.persons.kinds import FIRST_AGE, KINDS, SHAPE, WORKING, Kind, age_group
from sim.agents.persons.sorting import Sorting, attract
from sim.engine.columns import Array
from sim.engine.compiled import sweep
from sim.engine.sums import added
from sim.population.country import Country
from sim.population.expected_work import AGE_GROUPS, SEXES, UNEMPLOYMENT_YEARS
from sim.state.labour import INDUSTRIES
from sim.work.raking import ANY, FEW_ROUNDS, ROUNDS, TOLERANCE, Margin, raked, summed
from sim.work.types import Fixed, Who

OBLAST, WOMAN, URBAN, LAND, EDUCATION, CHILDREN, AGE = range(7)  # axes of the table
ALL_AXES = tuple(range(7))
FIRST_YEAR, LAST_YEAR = UNEMPLOYMENT_YEARS[0], UNEMPLOYMENT_YEARS[-1]
FEWEST = 1e-6  # persons of a type that has none, so that it has shares too
ENOUGH_ROWS = 50_000  # persons of a sample that must meet the figures
EMPLOYEES = (Kind.EMPLOYEE, Kind.CELL)
OWNERS = (Kind.OWN, Kind.FARM)


class Register(NamedTuple):
    """Persons of working age on the disability register, whom the labour block moves, (oblasts, sexes, age groups)."""

    persons: Array
    employed: Array
    seeking: Array


class Expected(NamedTuple):
    """Expected persons at the start."""

    table: Array  # (oblasts, 2, 2, 2, 3, 2, age groups, kinds)
    shares: Array  # (types, kinds)
    register: Register


@sweep
def set_groups(age: Array, out: Array) -> None:
    """Set the age group of each age in months."""
    for i in range(len(out)):
        out[i] = age_group(age[i])


def groups_of(age: Array) -> Array:
    """Return the age group of each age in months."""
    out = np.zeros(len(age), np.int64)
    set_groups(age, out)
    return out


def counted(fixed: Fixed, who: Who, at: int, oblasts: int) -> tuple[Array, Array, Array]:
    """Return persons of 15 and more: those who may work by type; all, and those on the register, by place, sex and age.

    Shapes: (types,), (oblasts, 2, age groups) twice. Students are in all but not among those who may work.
    """
    grown = who.present & (who.age >= FIRST_AGE)
    group = groups_of(who.age)
    place = (who.oblast * 2 + who.woman) * len(AGE_GROUPS) + group
    shape = (oblasts, 2, len(AGE_GROUPS))
    size = int(np.prod(shape))
    everybody = np.bincount(place[grown], who.weight[grown], size).reshape(shape)
    register = np.bincount(place[grown & who.register], who.weight[grown & who.register], size).reshape(shape)
    free = grown & ~who.register & (at >= fixed.leaving)
    types = oblasts * int(np.prod(SHAPE)) * len(AGE_GROUPS)
    return np.bincount(fixed.base[free] + group[free], who.weight[free], types), everybody, register


def table_shape(oblasts: int) -> tuple[int, ...]:
    """Return the shape of the table of types by oblast, attributes and age group."""
    return (oblasts, *SHAPE, len(AGE_GROUPS))


def by_sex_and_age(country: Country, name: str) -> Array:
    """Return shares by sex and age group of a margin in percent."""
    return np.array([[country.share(f"{name}[{s}|{a}]") for a in AGE_GROUPS] for s in SEXES])


def employed(country: Country, everybody: Array) -> Array:
    """Return the employed of 2021 by sex and age group: rates of 2023, less the higher unemployment of 2021."""
    rates = by_sex_and_age(country, "employment_to_population")
    for sex, name in enumerate(SEXES):
        now = country.share(f"unemployment[{name}]", year=LAST_YEAR)
        then = country.share(f"unemployment[{name}]", year=FIRST_YEAR)
        rates[sex] *= (1.0 - then) / (1.0 - now)
    return np.asarray(rates * everybody.sum(axis=0))


def unemployment(country: Country, year: int) -> Array:
    """Return unemployment by oblast and sex, share of the labour force."""
    return np.stack([country.by_region(f"unemployment[{s}]", year) / 100.0 for s in SEXES], axis=1)


def seekers(rates: Array, national: Array, at_work: Array) -> Array:
    """Return the unemployed of rates by oblast and sex, brought together to the national rates by sex.

    >>> seekers(np.array([[0.1], [0.2]]), np.array([0.1]), np.array([[90.0], [80.0]])).round(3).tolist()
    [[6.296], [12.593]]
    """
    found = at_work * rates / (1.0 - rates)
    wanted = at_work.sum(axis=0) * national / (1.0 - national)
    return np.asarray(found * wanted / np.maximum(found.sum(axis=0), 1e-9))


def statuses(country: Country) -> Array:
    """Return the share of employees, owners (own account and employers) and family workers of the employed, by sex."""
    out = np.empty((2, 3))
    for sex, name in enumerate(SEXES):
        one = {k: country.value(f"employed_by_status[{name}|{k}]")
               for k in ("employee", "employer", "own_account", "family_worker")}  # fmt: skip
        out[sex] = (one["employee"], one["employer"] + one["own_account"], one["family_worker"])
    return np.asarray(out / out.sum(axis=1, keepdims=True))


def activities(country: Country, name: str) -> Array:
    """Return a margin by activity, thousand persons, 0 where it is not given."""
    rows = [f"{name}[{i}]" for i in INDUSTRIES]
    return np.array([country.value(row) if country.margins.has(row) else 0.0 for row in rows])


def farmers_share(country: Country) -> float:
    """Return farmers on their own account or with employees, share of the employed."""
    farmers = activities(country, "own_account_by_activity")[0] + activities(country, "employers_by_activity")[0]
    return float(farmers / activities(country, "employed_by_activity").sum())


def explicit_by_sex(country: Country, jobs: Array) -> Array:
    """Return persons in jobs at employers of five staff and more by oblast and sex; ``jobs`` by oblast, industry."""
    women = jobs @ women_shares(country)
    return np.stack([jobs.sum(axis=1) - women, women], axis=1)


def women_shares(country: Country) -> Array:
    """Return the share of women among employees by industry."""
    return np.array([country.share(f"women_share[{i}]") for i in INDUSTRIES])


def on_register(register: Array, employment: float, seeking: float) -> Register:
    """Return what is expected of persons on the disability register at the start."""
    return Register(register, employment * register, seeking * register)


def expect(
    country: Country, counts: tuple[Array, Array, Array], jobs: Array, sorting: Sorting, employment: float, rows: int
) -> Expected:
    """Return the table of expected persons by type and kind of work that meets the published figures (W1).

    ``counts`` are those of :func:`counted`; ``jobs`` (oblasts, industries) at employers of five staff and more;
    ``employment`` is the share of persons on the disability register who work. A sample of few ``rows`` comes as near
    to the figures as it can.
    """
    free, everybody, register = counts
    oblasts = len(jobs)
    some = on_register(register, employment, sorting.certified_seeking)
    people = np.maximum(free, FEWEST).reshape(table_shape(oblasts))
    seed = np.zeros((len(free), KINDS))
    attract(0, len(free), sorting, seed)
    seed = np.exp(seed).reshape((*people.shape, KINDS)) * people[..., None]
    margins = margins_of(country, people, everybody, some, explicit_by_sex(country, jobs))
    enough = rows >= ENOUGH_ROWS
    table = raked(seed, margins, TOLERANCE if enough else ANY, ROUNDS if enough else FEW_ROUNDS)
    shares = (table / table.sum(axis=-1, keepdims=True)).reshape(len(free), KINDS)
    return Expected(table, shares, some)


def margins_of(country: Country, people: Array, everybody: Array, register: Register, explicit: Array) -> list[Margin]:
    """Return the published figures that the table must meet, as margins of persons off the register."""
    every = tuple(Kind)
    at_work = np.maximum(employed(country, everybody) - register.employed.sum(axis=0), 1.0)
    status = statuses(country) * at_work.sum(axis=1, keepdims=True)
    national = np.array([country.share(f"unemployment[{s}]", year=FIRST_YEAR) for s in SEXES])
    by_age = np.array([country.share(f"unemployment[{a}]") for a in AGE_GROUPS])
    farming = country.by_region("men_in_farming")
    on_farms = farmers_share(country) * at_work.sum()
    place = np.array([country.share(f"employment_rate[{p}]", year=LAST_YEAR) for p in ("rural", "urban")])
    towns = place * people.sum(axis=tuple(k for k in ALL_AXES if k != URBAN))
    towns /= towns.sum()

    rates = unemployment(country, FIRST_YEAR)

    def unemployed(table: Array) -> Array:
        working = summed(table, WORKING, (OBLAST, WOMAN)) + register.employed.sum(axis=2)
        found = seekers(rates, national, working)
        return np.maximum(found - register.seeking.sum(axis=2), 1.0)

    def unemployed_by_age(table: Array) -> Array:
        shape = by_age / (1.0 - by_age) * summed(table, WORKING, (AGE,))
        return np.asarray(shape / shape.sum() * table[..., Kind.SEEKING].sum())

    def farmers(table: Array) -> Array:
        shape = farming * summed(table, WORKING, (OBLAST,))
        return np.asarray(shape / shape.sum() * on_farms)

    return [
        Margin("employed by sex and age", WORKING, (WOMAN, AGE), lambda table: at_work),
        Margin("employed in towns and villages", WORKING, (URBAN,), lambda table: towns * at_work.sum()),
        Margin("employees by sex", EMPLOYEES, (WOMAN,), lambda table: status[:, 0]),
        Margin("owners by sex", OWNERS, (WOMAN,), lambda table: status[:, 1]),
        Margin("family workers by sex", (Kind.FAMILY,), (WOMAN,), lambda table: status[:, 2]),
        Margin("jobs at employers of five staff and more", (Kind.EMPLOYEE,), (OBLAST, WOMAN), lambda table: explicit),
        Margin("farmers by oblast", (Kind.FARM,), (OBLAST,), farmers),
        Margin("unemployed by age", (Kind.SEEKING,), (AGE,), unemployed_by_age),
        Margin("unemployed by oblast and sex", (Kind.SEEKING,), (OBLAST, WOMAN), unemployed),
        Margin("persons by type", every, ALL_AXES, lambda table: people),
    ]


def small_firms(country: Country, expected: Expected, jobs: Array) -> Array:
    """Return employees of small firms by oblast, sex and industry: all employees less those of larger employers."""
    rest = country.share("family_workers_farming")
    family = np.zeros(len(INDUSTRIES))
    thousand = added(country.value(f"employed_by_status[{s}|family_worker]") for s in SEXES)
    family[INDUSTRIES.index("agriculture")] = rest * thousand
    family[INDUSTRIES.index("trade")] = (1.0 - rest) * thousand
    employees = activities(country, "employed_by_activity") - family
    employees -= activities(country, "own_account_by_activity") + activities(country, "employers_by_activity")
    scale = expected.table[..., list(EMPLOYEES)].sum() / employees.sum()
    cells = summed(expected.table, (Kind.CELL,), (OBLAST, WOMAN))
    wanted = np.maximum(employees * scale - jobs.sum(axis=0), 0.02 * employees * scale)
    return spread_over_places(country, cells, wanted, women_shares(country))


def own_account(country: Country, expected: Expected) -> Array:
    """Return own-account workers outside farming by oblast, sex and industry."""
    wanted = activities(country, "own_account_by_activity") + activities(country, "employers_by_activity")
    wanted[INDUSTRIES.index("agriculture")] = 0.0
    women = women_shares(country)
    for k, industry in enumerate(INDUSTRIES):
        if country.margins.has(f"women_share_own[{industry}]"):
            women[k] = country.share(f"women_share_own[{industry}]")
    return spread_over_places(country, summed(expected.table, (Kind.OWN,), (OBLAST, WOMAN)), wanted, women)


def spread_over_places(country: Country, cells: Array, wanted: Array, women: Array) -> Array:
    """Return persons by oblast, sex and industry with the given sums by oblast and sex and by industry.

    Farm work follows villages, manufacturing its published share of employment, other industries people, in towns more.
    """
    urban = country.urban_population
    rural = country.population - urban
    dense = country.value("urban_density[services]") * urban + rural
    seed = np.repeat(dense[:, None], len(INDUSTRIES), axis=1)
    seed[:, INDUSTRIES.index("agriculture")] = rural + country.value("urban_density[agriculture]") * urban
    made = np.mean([country.by_region("manufacturing_share", y) for y in UNEMPLOYMENT_YEARS], axis=0)
    seed[:, INDUSTRIES.index("manufacturing")] = made * country.population
    both = seed[:, None, :] * np.stack([1.0 - women, women])[None] * (wanted > 0)
    wanted = wanted * cells.sum() / wanted.sum()
    margins = [
        Margin("industries", (0,), (2,), lambda table: wanted),
        Margin("places", (0,), (0, 1), lambda table: cells),
    ]
    return raked(both[..., None], margins, ANY)[..., 0]


def formal_shares(country: Country, small: Array, expected: Expected, jobs: Array) -> Array:
    """Return the share of formal work in small firms by industry, so that informal employment is as published.

    In agriculture the published formal share is that of all kinds of work; elsewhere formal work outside larger
    employers is put to small firms, as own-account workers count as informal.
    """
    everyone = activities(country, "employed_by_activity")
    scale = expected.table[..., list(WORKING)].sum() / everyone.sum()
    groups: dict[str, Any] = {
        "agriculture": ("agriculture",), "industry": ("mining", "manufacturing", "energy_water"),
        "construction": ("construction",), "services": INDUSTRIES[5:],
    }  # fmt: skip
    out = np.zeros(len(INDUSTRIES))
    for group, names in groups.items():
        at = [INDUSTRIES.index(name) for name in names]
        informal = country.value(f"informal_employment[{group}]", year=LAST_YEAR)
        formal = max(everyone[at].sum() - informal, 0.0) * scale
        base = small[:, :, at].sum()
        if group == "agriculture":
            formal, base = formal, everyone[at].sum() * scale
        else:
            formal -= jobs[:, at].sum()
        out[at] = min(max(formal / max(base, 1.0), 0.0), 0.95)
    return out
