"""Validation: the population beside what was published (model.md section 16.5).

*Fitted* tables were used to build it and must agree. *Withheld* tables were not; how far they are off is the honest
measure of the population. Poverty is solved by the engine at run time; here the line of each region is put where the
headcount of 2021 is met, at central parameters, and everything else about poverty follows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.population import position
from sim.population.building import Population
from sim.population.comparing import Comparison, Comparisons, families_beside, people_beside
from sim.population.draws import Floats
from sim.population.employers import PRODUCTION, industry_shares, limits
from sim.population.expected import OUTCOME_YEARS, SIZE_CLASSES
from sim.population.margins import COUNTRY
from sim.state.households import weights_of
from sim.state.labour import INDUSTRIES, PRIVATE

if TYPE_CHECKING:
    import pandas as pd

def log_consumption(population: Population) -> Floats:
    """Return each household's log consumption per person, less the mean of its region, at central parameters."""
    homes, country = population.households, population.country
    r = population.covariate_correlation
    permanent = position.remaining_permanent(country, r)
    rest = np.sqrt(permanent) * homes.permanent_score + np.sqrt(1.0 - permanent) * homes.shock_score
    log = country.value("consumption_sd") * (r * homes.covariate_score + np.sqrt(1.0 - r * r) * rest)
    return np.asarray(log, np.float64)


def standing(population: Population, year: int) -> Floats:
    """Return log consumption less the line that gives each region its published headcount of a year."""
    homes, country = population.households, population.country
    log = log_consumption(population)
    for o, rate in enumerate(country.poverty[year]):
        at = np.flatnonzero(homes.oblast == o)
        if len(at) == 0:
            continue
        order = at[np.argsort(log[at], kind="stable")]
        people = np.cumsum(weights_of(homes, order) * homes.size[order], dtype=np.float64)
        k = int(np.searchsorted(people, rate * people[-1]))
        line = 0.5 * (log[order[min(k, len(order) - 1)]] + log[order[min(k + 1, len(order) - 1)]])
        log[at] -= line
    return log


def _places(population: Population) -> Comparisons:
    homes, country, weight = population.households, population.country, weights_of(population.households)
    out = Comparisons()
    persons = np.bincount(homes.oblast, weight * homes.members, len(country.regions))
    for o, name in enumerate(country.regions):
        out.add("persons", name, country.population[o], persons[o], "fitted", country.margin("population_1jan", name))
        if country.margins.has("peasant_farms", name):
            farms = int(weight[(homes.oblast == o) & (homes.land > 0)].sum())
            margin = country.margin("peasant_farms", name)
            out.add("farms", name, margin.value, farms, "fitted", margin)
    out.add(
        "persons in towns",
        "country",
        country.value("population_census[urban]"),
        int((weight * homes.members)[homes.urban == 1].sum()),
        "fitted",
        country.margin("population_census[urban]"),
    )
    herd = float((weight * homes.herd.astype(np.float64)).sum()) / country.value("sheep_equivalent[cattle]")
    out.add(
        "livestock, cattle-equivalents",
        "country",
        country.herd.sum(),
        herd,
        "fitted",
        country.margin("livestock[cattle]"),
    )
    return out


def _percent(people: Floats, flag: np.ndarray) -> float:
    return 100.0 * float((people * flag).sum() / max(people.sum(), 1.0))


def _poverty(population: Population) -> Comparisons:
    homes, country, weight = population.households, population.country, weights_of(population.households)
    sizes = (weight * homes.size).astype(np.float64)
    groups = {
        "urban": sizes * (homes.urban == 1), "rural": sizes * (homes.urban == 0),
        "children": (weight * homes.children).astype(np.float64),
        "adults": (weight * homes.adults).astype(np.float64), "elders": (weight * homes.elders).astype(np.float64),
    }  # fmt: skip
    out = Comparisons()
    for year in reversed(OUTCOME_YEARS):
        position_ = standing(population, year)
        poor = position_ < 0.0
        for o, name in enumerate(country.regions):
            people = sizes * (homes.oblast == o)
            margin = country.margin("poverty", name, year)
            out.add("poverty", f"{name} {year}", margin.value, _percent(people, poor), "fitted", margin)
        national = country.margin("poverty", COUNTRY, year)
        out.add("poverty", f"country {year}", national.value, _percent(sizes, poor), "withheld", national)
        for name, people in groups.items():
            margin = country.margin(f"poverty[{name}]", COUNTRY, year)
            if name in ("urban", "rural"):
                out.add("poverty by place", f"{name} {year}", margin.value, _percent(people, poor), "fitted", margin)
            else:
                out.add("poverty by age", f"{name} {year}", margin.value, _percent(people, poor), "withheld", margin)
        extreme = country.margin("extreme_poverty", COUNTRY, year)
        deep = position_ < np.log(country.value("extreme_line_ratio"))
        out.add("extreme poverty", f"country {year}", extreme.value, _percent(sizes, deep), "withheld", extreme)
    benefit, register_ = country.margin("benefit_children_per_family"), country.margin("child_benefit_families")
    at = np.flatnonzero(homes.children > 0)
    poorest = at[np.argsort(position_[at], kind="stable")]
    poorest = poorest[np.cumsum(weight[poorest]) <= register_.value]
    out.add(
        "children per family",
        "poorest families, against those with the child benefit",
        benefit.value,
        float((weight * homes.children)[poorest].sum() / weight[poorest].sum()),
        "fitted",
        benefit,
    )
    return out


def _persons(population: Population) -> Comparisons:
    persons, country, weight = population.persons, population.country, population.labour_weight
    out = Comparisons()
    for margin in country.margins:
        if margin.name == "disability_register":
            month = 12 * (margin.year - 2022) + 11
            found = weight * int((persons.certified_from <= month).sum())
            out.add("disability register, end of year", str(margin.year), margin.value, found, "fitted", margin)
    children = country.margin("disability_children")
    out.add(
        "children on the register",
        str(children.year),
        children.value,
        weight * int((persons.age < 16).sum()),
        "fitted",
        children,
    )
    total = float(country.register[0][-1])
    for margin in country.margins:
        if margin.name == "disability_share_2012":
            found = 100.0 * weight * int((persons.oblast == country.regions.index(margin.region)).sum()) / total
            out.add("regional share of the register, percent", margin.region, margin.value, found, "withheld", margin)
    adult = persons.age >= 18
    for cell, value in (("women", persons.woman[adult].mean()), ("rural", 1.0 - persons.urban[adult].mean())):
        margin = country.margin(f"newly_certified_2013[{cell}]")
        out.add("adults on the register, percent", cell, margin.value, 100.0 * float(value), "withheld", margin)
    return out


def _employers(population: Population) -> Comparisons:
    firms, country, weight = population.employers, population.country, population.labour_weight
    out = Comparisons()
    private = firms.owner == PRIVATE
    production = np.isin(INDUSTRIES, PRODUCTION).astype(int)[firms.industry]
    tops = limits(country)[:, production]
    lower = np.vstack([np.zeros(len(production)), tops[:-1]])
    shares = industry_shares(country)
    for c, name in enumerate(SIZE_CLASSES[1:], start=1):
        at = private & (firms.staff > lower[c]) & (firms.staff <= tops[c])
        margin = country.margin(f"jobs[{name}]")
        out.add(
            "jobs in enterprises",
            name,
            margin.value,
            weight * float(firms.staff[at].sum(dtype=np.float64)),
            "fitted",
            margin,
        )
        if name == "medium":
            register_ = country.margin("enterprises[small_medium]")
            count = register_.value * (1.0 - country.share("enterprises_share[small]"))
            out.add("number of enterprises", name, count, weight * int(at.sum()), "withheld", register_)
        for i, industry in enumerate(INDUSTRIES):
            jobs = weight * float(firms.staff[at & (firms.industry == i)].sum(dtype=np.float64))
            source = country.margin(f"large_jobs[{industry}]" if name == "large" else "small_medium_jobs[trade]")
            out.add(f"jobs in {name} enterprises", industry, margin.value * shares[c, i], jobs, "fitted", source)
    margin = country.margin("jobs[organisations]")
    jobs = weight * float(firms.staff[~private].sum(dtype=np.float64))
    out.add("jobs in enterprises", "budget and state organisations", margin.value, jobs, "fitted", margin)
    for industry, key in (("administration", "administration"), ("health_other", "health")):
        margin = country.margin(f"employment_2018[{key}]")
        at = firms.industry == INDUSTRIES.index(industry)
        found = weight * float(firms.staff[at].sum(dtype=np.float64))
        out.add("jobs against all employed of 2018", key, margin.value, found, "withheld", margin)
    pay = firms.staff.astype(np.float64) * firms.wage
    national = country.value("average_wage", COUNTRY, 2023)
    mean = pay.sum() / firms.staff.sum(dtype=np.float64)
    out.add("average wage", "country", national, float(mean), "withheld", country.margin("average_wage", COUNTRY, 2023))
    average = (country.wages * np.bincount(firms.oblast, firms.staff, len(country.regions))).sum() / firms.staff.sum()
    for o, name in enumerate(country.regions):
        at = firms.oblast == o
        margin = country.margin("average_wage", name)
        relative = margin.value / average
        found = float(pay[at].sum() / max(firms.staff[at].sum(dtype=np.float64), 1.0) / mean)
        out.add("wage over the country's", name, relative, found, "fitted", margin)
    for i, industry in enumerate(INDUSTRIES):
        at = firms.industry == i
        margin = country.margin(f"wage[{industry}]")
        found = float(pay[at].sum() / max(firms.staff[at].sum(dtype=np.float64), 1.0))
        out.add("wage", industry, margin.value, found, "fitted", margin)
    return out


def validation(population: Population) -> pd.DataFrame:
    """Return published and simulated numbers side by side, one row for each cell of each table."""
    import pandas as pd

    employers = pd.DataFrame(_employers(population), columns=list(Comparison._fields))
    return pd.concat([of_people(population), employers], ignore_index=True)


def of_people(population: Population) -> pd.DataFrame:
    """Return the same of people and households alone, without employers."""
    import pandas as pd

    rows = [*_places(population), *families_beside(population), *people_beside(population), *_poverty(population),
            *_persons(population)]  # fmt: skip
    return pd.DataFrame(rows, columns=list(Comparison._fields))


def summary(compared: pd.DataFrame) -> pd.DataFrame:
    """Return for each table and role: cells, total absolute error, SRMSE, and the largest relative error.

    SRMSE is the root mean square error over the mean published value. ``largest_z`` is the largest difference in
    Poisson standard errors of the published count; it says something only for counts.
    """
    import pandas as pd

    rows = []
    for (table, role), part in compared.groupby(["table", "role"], sort=False):
        error = part["error"].to_numpy(np.float64)
        published = part["published"].to_numpy(np.float64)
        mean = max(float(np.mean(np.abs(published))), 1e-12)
        z = np.abs(error) / np.sqrt(np.maximum(np.abs(published), 1e-12))
        relative = np.abs(error) / np.maximum(np.abs(published), 1e-12)
        rows.append(
            (
                table,
                role,
                len(part),
                float(np.abs(error).sum()),
                float(np.sqrt(np.mean(error**2))) / mean,
                float(z.max()),
                float(relative.max()),
            )
        )
    names = ["table", "role", "cells", "total_absolute_error", "srmse", "largest_z", "largest_relative_error"]
    return pd.DataFrame(rows, columns=names)
