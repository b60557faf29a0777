"""Yearly: the figures that a forecast states, as offices would count them, for the years of one run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from calibration import exogenous
from calibration.exogenous import Course
from calibration.simulator import SECTORS
from sim.behaviour import Behaviour
from sim.checks import snapshot
from sim.engine.columns import Array
from sim.laws import Rules, law_of
from sim.months import month_index, year_of
from sim.outcomes import people as measures
from sim.population import load
from sim.scenario import Scenario
from sim.schedule import advance
from sim.state.households import ACTIVE, COMPLETED, FAILED, weights_of
from sim.twins import begun
from sim.world import World

DESIGN = "as_planned"
ADULT = 18
# Figure: unit and what it is; names are those of all frozen forecasts.
FIGURES: Mapping[str, tuple[str, str]] = {
    "contracts": ("families", "Social contracts paid in the year; planned places, if families take them"),
    "jobs_reported": ("jobs", "Jobs as the ministry counts them, definition of 2023 carried forward (R1)"),
    "jobs_reported_stock": ("jobs", "The same for all contracts since 2022"),
    **{f"share_{name}": ("share", f"Contracts of the year in {name}") for name in SECTORS},
    **{f"stock_{name}": ("share", f"All contracts since 2022 in {name}") for name in SECTORS},
    "persons_per_family": ("persons/family", "Persons in the families of the year"),
    "benefit_families": ("families", "Families with the child benefit in December"),
    "benefit_families_mean": ("families", "Families with the child benefit, mean of the year"),
    "benefit_children": ("children", "Children with the child benefit in December"),
    "benefit_children_mean": ("children", "Children with the child benefit, mean of the year"),
    "placements": ("persons", "Placements of persons with disabilities by the employment service"),
    "poverty": ("% of population", "Poverty headcount of the year, by consumption over its twelve months"),
    "extreme_poverty": ("% of population", "The same below the extreme line"),
    "child_poverty": ("% of persons under 18", "Poverty headcount of persons under 18"),
    "employment_women": ("% of women of 15 and older", "Women who work, December"),
    "employment_men": ("% of men of 15 and older", "Men who work, December"),
}


def forecast(
    values: Mapping[str, float], seed: int, scale: int, country: str, years: Sequence[int]
) -> dict[str, float]:
    """Return the figures of years after the record, named ``year figure``; the world around is drawn by the seed."""
    course = exogenous.drawn(country, years, seed)
    asked = {"economy": course.economy(), "designs": {DESIGN: {"social_contract": course.contracts()}}}
    return _lived(values, seed, scenario(country, scale, years, asked), years, course)


def as_if_unknown(
    values: Mapping[str, float], seed: int, scale: int, country: str, years: Sequence[int]
) -> dict[str, float]:
    """Return the same of years that are known, with prices, pay and places as they were."""
    return _lived(values, seed, scenario(country, scale, years, {"designs": {DESIGN: {}}}), years, None)


def scenario(country: str, scale: int, years: Sequence[int], asked: Mapping[str, object]) -> Scenario:
    """Return the scenario of a forecast: a population that lives, contracts as planned, nothing to compare with."""
    return Scenario.of({
        "name": "forecast", "country": country, "scale": scale, "start": f"{years[0]}-01",
        "horizon": f"{years[-1]}-12", "worlds": "whole", "population": "living", **asked,
    })  # fmt: skip


def _lived(
    values: Mapping[str, float], seed: int, asked: Scenario, years: Sequence[int], course: Course | None
) -> dict[str, float]:
    people, behaviour = load(asked.country, asked.scale), Behaviour.from_values(values)
    never, before = begun(people, asked, behaviour, seed)
    advance(never, asked.last_month)
    if asked.start_month > before.t:
        advance(before, asked.start_month - 1)
    law = law_of(asked, DESIGN, people.country.regions)
    world = before.fork(design=Rules(law, quotas=before.design.quotas))  # type: ignore[attr-defined]
    found: dict[str, float] = {}
    for year in years:
        advance(world, month_index(year, 12))
        found |= {f"{year} {name}": float(value) for name, value in of_year(world, year, course).items()}
    return found


def of_year(world: World, year: int, course: Course | None = None) -> dict[str, float]:
    """Return the figures of a year at the end of its December."""
    s, weight = world.state, weights_of(world.households)
    january, december = month_index(year), month_index(year, 12)
    ever = s.paid_at >= 0
    cohort = ever & (s.paid_at >= january)
    families = int(weight[cohort].sum())
    jobs = weight * _standing(world) * _jobs_a_contract(world, course)
    months = [world.records.at(t) for t in range(january, december + 1)]
    families_paid, children_paid = ([float(at[name].sum()) for at in months] for name in
                                    ("benefit_families", "benefit_children"))  # fmt: skip
    return {
        "contracts": families,
        "jobs_reported": float(jobs[cohort].sum()), "jobs_reported_stock": float(jobs[ever].sum()),
        **_sectors("share", s.funded_sector[cohort], weight[cohort]),
        **_sectors("stock", s.funded_sector[ever], weight[ever]),
        "persons_per_family": float((weight * world.households.size)[cohort].sum()) / max(families, 1),
        "benefit_families": families_paid[-1], "benefit_families_mean": float(np.mean(families_paid)),
        "benefit_children": children_paid[-1], "benefit_children_mean": float(np.mean(children_paid)),
        "placements": float(months[-1]["year_placed"].sum()),
        **_of_persons(world),
    }  # fmt: skip


def _standing(world: World) -> Array:
    """Return which contracts the ministry counts: all that have not been seen to fail (R1)."""
    s = world.state
    failed = (s.contract == FAILED) & (s.reported_failed != 2)
    return np.asarray((s.contract == ACTIVE) | (s.contract == COMPLETED) | failed)


def _jobs_a_contract(world: World, course: Course | None) -> Array:
    """Return the jobs that the ministry counts for each contract, by the year in which it was paid (R1)."""
    b = world.behaviour.reporting
    later = b.extra_2022 if course is not None and course.old_definition else b.extra_later
    extra = {2022: b.extra_2022, 2023: b.extra_2023}
    out = np.zeros(len(world.state.paid_at))
    for t in np.unique(world.state.paid_at[world.state.paid_at >= 0]):
        out[world.state.paid_at == t] = 1.0 + extra.get(year_of(int(t)), later)
    return out


def _sectors(kind: str, sectors: Array, weight: Array) -> dict[str, float]:
    """Return the share of each sector among contracts that have one.

    >>> _sectors("share", np.array([1, 1, 3, 0]), np.array([2, 1, 1, 9]))["share_agriculture"]
    0.75
    """
    counts = np.bincount(sectors, weight, minlength=len(SECTORS) + 1)
    whole = max(float(counts[1:].sum()), 1.0)
    return {f"{kind}_{name}": float(counts[k]) / whole for k, name in enumerate(SECTORS, start=1)}


def _of_persons(world: World) -> dict[str, float]:
    people = snapshot(world)
    everybody = np.ones(len(people.home), dtype=bool)
    return {
        "poverty": measures.poverty(people, everybody),
        "extreme_poverty": measures.extreme_poverty(people, everybody),
        "child_poverty": measures.poverty(people, people.age < ADULT),
        "employment_women": measures.employment(people, people.woman),
        "employment_men": measures.employment(people, ~people.woman),
    }
