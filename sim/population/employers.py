"""Employers: enterprises, budget organisations and state enterprises with at least five staff (model.md section 16.3).

Jobs by size class, industry and region are fitted to the published totals; sizes within a class follow a truncated
Pareto distribution and add up to the jobs exactly, without any gap at 20 or 25 staff. Budget organisations are made
one by one, kind by kind. Wages meet the means by industry of 2023 and the ratios between regions of 2025.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from sim.engine.columns import typed
from sim.engine.sums import added
from sim.population.country import Country
from sim.population.draws import Draw, Floats, normals, uniforms
from sim.population.expected import SIZE_CLASSES
from sim.population.families import PLACE_BITS, Columns
from sim.population.fitting import ipf, lognormal_sizes, pareto_mean, pareto_sizes, shared, solved, spread, whole
from sim.state.labour import BUDGET, INDUSTRIES, OWNERS, PRIVATE, Employers

PRODUCTION = ("agriculture", "mining", "manufacturing", "energy_water", "construction")  # wider size classes
PUBLISHED_GROUPS = ("other_services", "transport_information")
CELL_BITS = 20


def limits(country: Country) -> npt.NDArray[np.int64]:
    """Return the largest staff of each size class, shape (classes, services or production)."""
    return np.array([
        [int(country.value(f"staff_limit[{c}|{k}]")) for k in ("services", "production")] for c in SIZE_CLASSES
    ])  # fmt: skip


def industry_shares(country: Country) -> Floats:
    """Return the share of each industry in the jobs of small, medium and large enterprises, shape (classes, 12)."""
    small = np.zeros(len(INDUSTRIES))
    for group, percent in country.margins.categories("small_medium_jobs").items():
        parts = country.margins.categories(group) if group in PUBLISHED_GROUPS else {group: 100.0}
        for industry, part in parts.items():
            small[INDUSTRIES.index(industry)] += percent * part / added(parts.values())
    large = np.array([country.value(f"large_jobs[{i}]") for i in INDUSTRIES])
    return np.stack([small / small.sum(), small / small.sum(), large / large.sum()])


def region_shares(country: Country) -> Floats:
    """Return the share of each region in the enterprises of a size class, shape (classes, regions).

    Published counts are kept; a count for several regions is split, and the rest spread, by urban population.
    """
    out = np.zeros((3, len(country.regions)))
    register = country.value("enterprises[small_medium]")
    small = country.share("enterprises_share[small]")
    for c, count in enumerate((small * register, (1.0 - small) * register)):
        open_ = np.ones(len(country.regions), bool)
        for margin in country.margins:
            if margin.name == f"enterprises[{SIZE_CLASSES[c]}]":
                members = [country.regions.index(name) for name in margin.region.split(" + ")]
                towns = country.urban_population[members]
                out[c, members] = margin.value * towns / towns.sum()
                open_[members] = False
        rest = max(count - out[c].sum(), 0.0)
        if open_.any():
            out[c, open_] = rest * country.urban_population[open_] / country.urban_population[open_].sum()
    out[2] = country.by_region("large_jobs_region")
    return np.asarray(out / out.sum(axis=1, keepdims=True), np.float64)


def _exponent_of_small(country: Country, jobs: Floats, tops: npt.NDArray[np.int64]) -> float:
    """Return the exponent at which the jobs in small enterprises need as many enterprises as the register has."""
    register = country.share("enterprises_share[small]") * country.value("enterprises[small_medium]")

    def needed(exponent: float) -> float:
        return float(added(j / pareto_mean(1, top + 1, exponent) for j, top in zip(jobs, tops, strict=True)))

    return solved(needed, register, 0.05, 4.0)


def enterprises(country: Country) -> Columns:
    """Return the private enterprises with at least the explicit size: region, industry, owner, staff."""
    shares, top = industry_shares(country), limits(country)
    first = int(country.value("explicit_from"))
    totals = np.array([country.value(f"jobs[{c}]") for c in SIZE_CLASSES])
    regions = region_shares(country)
    affinity = np.ones((len(INDUSTRIES), len(country.regions)))
    for margin in country.margins:
        if margin.name.startswith("industry_affinity["):
            affinity[INDUSTRIES.index(margin.name[18:-1]), country.regions.index(margin.region)] = margin.value
    is_production = np.isin(INDUSTRIES, PRODUCTION).astype(int)
    out: dict[str, list[npt.NDArray]] = {"oblast": [], "industry": [], "staff": []}
    small = np.array([totals[0] * shares[0][is_production == k].sum() for k in (0, 1)])
    exponents = [_exponent_of_small(country, small, top[0]), *[country.value("pareto_exponent")] * 2]
    for c in range(3):
        names = f"jobs by industry of {SIZE_CLASSES[c]} enterprises", f"jobs by region of {SIZE_CLASSES[c]} enterprises"
        table = ipf(affinity, [((0,), totals[c] * shares[c]), ((1,), totals[c] * regions[c])], names)
        for k in (0, 1):
            cells = table[is_production == k]
            low = 1 if c == 0 else int(top[c - 1, k]) + 1
            jobs, mean = cells.sum(), pareto_mean(low, int(top[c, k]) + 1, exponents[c])
            if c == 0:  # only those of explicit size
                above = ((1.0 / first) ** exponents[c] - (1.0 / (top[c, k] + 1)) ** exponents[c]) / (
                    1.0 - (1.0 / (top[c, k] + 1)) ** exponents[c]
                )
                count = jobs / mean * above
                low, mean = first, pareto_mean(first, int(top[c, k]) + 1, exponents[c])
                jobs = count * mean
            jobs = int(np.floor(jobs + 0.5))
            count = max(int(np.floor(jobs / mean + 0.5)), 1)
            found = spread(count * cells.ravel() / cells.sum())
            staff = pareto_sizes(count, jobs, low, int(top[c, k]))
            where = shared(staff, found, jobs * cells.ravel() / cells.sum())
            out["industry"].append(np.flatnonzero(is_production == k)[where // cells.shape[1]])
            out["oblast"].append(where % cells.shape[1])
            out["staff"].append(staff)
    columns = {name: np.concatenate(parts) for name, parts in out.items()}
    columns["owner"] = np.full(len(columns["staff"]), PRIVATE)
    return columns


def organisations(country: Country, seed: int) -> Columns:
    """Return budget organisations and state enterprises: region, industry, owner, staff; jobs add up to the total."""
    kinds = country.organisations
    jobs = whole(
        np.array([k.count * k.staff for k in kinds]) * country.value("jobs[organisations]")
        / sum(k.count * k.staff for k in kinds), int(country.value("jobs[organisations]")),
    )  # fmt: skip
    out: dict[str, list[npt.NDArray]] = {"oblast": [], "industry": [], "owner": [], "staff": []}
    for n, (kind, total) in enumerate(zip(kinds, jobs, strict=True)):
        share = country.population / country.population.sum()
        if kind.capital_share is not None:
            others = np.where(np.arange(len(share)) == country.capital, 0.0, share)
            share = others / max(others.sum(), 1e-9) * (1.0 - kind.capital_share)
            share[country.capital] = kind.capital_share if others.sum() > 0 else 1.0
        where = np.repeat(np.arange(len(share)), whole(kind.count * share, kind.count))
        low, high = max(kind.low, int(country.value("explicit_from"))), kind.high
        staff = lognormal_sizes(kind.count, int(total), low, high, country.value("organisation_spread"))
        order = np.argsort(uniforms(seed, Draw.SIZE_ORDER, np.arange(kind.count) + ((100 + n) << CELL_BITS)))
        out["oblast"].append(where)
        out["industry"].append(np.full(kind.count, kind.industry))
        out["owner"].append(np.full(kind.count, kind.owner))
        out["staff"].append(staff[order])
    return {name: np.concatenate(parts) for name, parts in out.items()}


def wages(country: Country, seed: int, columns: Columns, who: npt.NDArray[np.int64]) -> Floats:
    """Return the wage of each employer, som of 2023 per month."""
    oblast, industry, staff = columns["oblast"], columns["industry"], columns["staff"].astype(np.float64)
    sd = country.value("wage_spread")
    drawn = np.exp(sd * normals(seed, Draw.WAGE, who) - 0.5 * sd * sd)
    by_industry = np.array([country.value(f"wage[{i}]") for i in INDUSTRIES])
    shape = (len(INDUSTRIES), len(country.regions))
    jobs, bill = np.zeros(shape), np.zeros(shape)
    np.add.at(jobs, (industry, oblast), staff)
    np.add.at(bill, (industry, oblast), staff * drawn)
    seed_bill = bill * np.outer(by_industry, country.wages)
    by_region = jobs.sum(axis=0) * country.wages
    fitted = ipf(seed_bill, [((0,), jobs.sum(axis=1) * by_industry),
                             ((1,), by_region * (jobs.sum(axis=1) @ by_industry) / by_region.sum())],
                 ("wage[industry]", "oblast_wage"))  # fmt: skip
    return np.asarray(drawn * (fitted / np.where(bill > 0, bill, 1.0))[industry, oblast], np.float64)


def employ(country: Country, seed: int) -> Employers:
    """Return all explicit employers, sorted by region and identifier."""
    parts = (enterprises(country), organisations(country, seed))
    columns = {name: np.concatenate([part[name] for part in parts]).astype(np.int64) for name in parts[0]}
    order = np.lexsort((-columns["staff"], columns["industry"], columns["owner"], columns["oblast"]))
    columns = {name: column[order] for name, column in columns.items()}
    oblast, industry, owner = columns["oblast"], columns["industry"], columns["owner"]
    number = np.arange(len(oblast)) - np.searchsorted(oblast, oblast)
    who = (oblast << PLACE_BITS) + number + 1
    private = owner == PRIVATE
    building = industry == INDUSTRIES.index("construction")
    firms = np.where(building, country.share("tender_firms[construction]"), country.share("tender_firms"))
    bidder = private & (uniforms(seed, Draw.TENDER_FIRM, who) < firms)
    mean = country.share("tender_mean")
    tender = np.where(bidder, np.minimum(2.0 * mean * uniforms(seed, Draw.TENDER, who), 1.0), 0.0)
    accessible = np.array([country.share(f"accessible[{name}]") for name in OWNERS])[owner]
    group, first = np.zeros(len(who), np.int64), 1
    member = private & (uniforms(seed, Draw.GROUP_MEMBER, who) < country.share("business_group_member"))
    which = uniforms(seed, Draw.BUSINESS_GROUP, who)
    for name, count in country.margins.categories("business_groups").items():
        at = member & (industry == INDUSTRIES.index(name)) & (count >= 1)
        group[at] = first + np.floor(which[at] * count).astype(np.int64)
        first += int(count)
    assert owner.min() >= BUDGET
    values = {
        **columns, "identifier": who, "wage": wages(country, seed, columns, who),
        "accessible": uniforms(seed, Draw.ACCESSIBLE, who) < accessible, "tender": tender, "business_group": group,
        "adaptation_score": normals(seed, Draw.ADAPTATION, who),
        "discriminates": uniforms(seed, Draw.DISCRIMINATES, who) < country.share("discriminating_share"),
    }  # fmt: skip
    return typed(Employers, values)
