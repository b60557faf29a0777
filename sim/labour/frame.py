"""Frame: what a labour world is built on and never changes, and what its base run fixes (model.md P0, E0, E3, E7)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from sim.agents.acquiring import Acquiring
from sim.agents.complying import Complying, Constants
from sim.agents.entering import RETIRED, WORKING_AGE, Entering
from sim.agents.hiring import Hiring
from sim.agents.matching import Matching
from sim.agents.persons.supporting import find_rights
from sim.agents.seeking import Productivity, Seeking
from sim.agents.separating import Separating
from sim.agents.sizing import Assigning, Sizing
from sim.engine.columns import Array, taken
from sim.labour import anchoring
from sim.offices.inspecting import Inspecting
from sim.offices.placing import Placing
from sim.state.labour import Employers, Persons
from sim.taxes_benefits.contributions import Contributing


class LabourBehaviour(NamedTuple):
    """The behavioural groups of the labour block, one value for each parameter."""

    entering: Entering
    productivity: Productivity
    seeking: Seeking
    matching: Matching
    separating: Separating
    assigning: Assigning
    sizing: Sizing
    complying: Complying
    hiring: Hiring
    placing: Placing
    inspecting: Inspecting
    contributing: Contributing
    acquiring: Acquiring


@dataclass(frozen=True)
class Frame:
    """What never changes in a run: the tables, sorted by oblast and identifier, and what follows from them."""

    persons: Persons
    rights: Array  # (persons,) by what each is paid (Right)
    employers: Employers
    oblasts: int
    weight: float  # real persons, and employers, for each row
    folder: Path
    regions: tuple[str, ...]
    behaviour: LabourBehaviour
    seed: int
    offered: Array  # (employers,) full-time pay of the job offered, som of 2023
    accessibility: Array  # (employers,) mean one over staff (E7)
    pool_pay: Array  # (oblasts,) lower quartile of wages over staff, som of 2023
    cumulated: Array  # staff cumulated over rows, with one leading zero
    starts: Array  # (oblasts,) first employer row
    ends: Array  # (oblasts,)
    arrivals: Array  # persons in the order of certification
    arrival_months: Array  # month of certification in that order
    people: Array  # (oblasts,) share of persons of working age
    capability: tuple[float, float]  # mean relative productivity, and that of groups I and II
    intercept: float  # of P0
    capacity: int  # seats that may be open at once
    gain: float  # what a certificate at work is worth to a person in a year, som of 2023: its benefit


@dataclass
class Base:
    """What the burn-in measures and later months refer to."""

    constants: Constants = anchoring.NO_CONSTANTS
    solved: bool = False
    explicit_share: Array = field(default_factory=lambda: np.zeros(0))
    formal: Array = field(default_factory=lambda: np.zeros(0))  # seats of a universal duty by oblast, rows
    pool_hires: Array = field(default_factory=lambda: np.zeros(0))  # hires that keep pooled employment level, rows
    incumbents: Array = field(default_factory=lambda: np.zeros(0))
    sums: Array = field(default_factory=lambda: np.zeros((0, 2)))  # tightness and effective seekers over the burn-in
    count: int = 0
    risk: float = 1.0  # mean inspection weight
    duty: int = 0  # employers with a duty

    def copy(self) -> Base:
        """Return a base with its own arrays."""
        arrays: dict[str, Any] = {k: v.copy() for k, v in vars(self).items() if isinstance(v, np.ndarray)}
        return replace(self, **arrays)


def quartile(values: Array, weights: Array, share: float) -> float:
    """Return a weighted quantile.

    >>> quartile(np.array([1.0, 2.0, 3.0]), np.array([1.0, 1.0, 2.0]), 0.25)
    1.0
    """
    order = np.argsort(values, kind="mergesort")
    reached = np.cumsum(weights[order])
    return float(values[order][min(np.searchsorted(reached, share * reached[-1]), len(values) - 1)])


def behaviour_of(behaviour: Any) -> LabourBehaviour:
    """Return the groups of the labour block from any object or mapping that has them by name."""
    if isinstance(behaviour, Mapping):
        return LabourBehaviour(*[behaviour[name] for name in LabourBehaviour._fields])
    return LabourBehaviour(*[getattr(behaviour, name) for name in LabourBehaviour._fields])


def rights_of(persons: Persons, country: Any) -> Array:
    """Return by what each person on the disability register is paid (``Right``); neither group nor amount changes."""
    exact = persons.benefit.dtype.type
    general = np.array([country.deflated(f"social_benefit[group_{g}]") for g in (1, 2, 3)], dtype=exact)
    out = np.zeros(len(persons.benefit), dtype=np.uint8)
    find_rights(persons, exact(country.deflated("social_benefit[childhood]")), general, out)
    return out


def framed(population: Any, behaviour: Any, seed: int) -> Frame:
    """Return what never changes in a run, made from a population, the behavioural groups and the run seed."""
    people, firms = population.persons, population.employers
    persons: Persons = taken(people, np.lexsort((people.identifier, people.oblast)))
    employers: Employers = taken(firms, np.lexsort((firms.identifier, firms.oblast)))
    b = behaviour_of(behaviour)
    regions = tuple(population.country.regions)
    oblasts = len(regions)
    staff, wage = employers.staff.astype(np.float64), employers.wage.astype(np.float64)
    starts = np.searchsorted(employers.oblast, np.arange(oblasts))
    ends = np.searchsorted(employers.oblast, np.arange(oblasts), side="right")
    pool_pay, entry = np.full(oblasts, b.complying.cheapest_full_time * b.contributing.base_wage), np.ones(oblasts)
    for r in range(oblasts):
        rows = slice(starts[r], ends[r])
        if ends[r] > starts[r]:
            pool_pay[r] = quartile(wage[rows], staff[rows], 0.25)
            entry[r] = pool_pay[r] / (np.dot(wage[rows], staff[rows]) / staff[rows].sum())
    access = 0.5 * (1.0 + employers.accessible.astype(np.float64))
    adults = (persons.age >= WORKING_AGE) & (persons.age < RETIRED)
    by_oblast = np.bincount(persons.oblast[adults], minlength=oblasts).astype(np.float64)
    groups = np.bincount(persons.group[adults], minlength=4)[1:4].astype(np.float64)
    caps = np.array(b.productivity, dtype=np.float64)
    severe = groups[:2].sum()
    return Frame(
        persons=persons, rights=rights_of(persons, population.country), employers=employers, oblasts=oblasts,
        weight=float(population.labour_weight),
        folder=Path(population.country.folder), regions=regions, behaviour=b, seed=seed,
        offered=wage * entry[employers.oblast],
        accessibility=access / (np.dot(access, staff) / staff.sum()),
        pool_pay=pool_pay,
        cumulated=np.concatenate([[0.0], np.cumsum(staff)]),
        starts=starts, ends=ends,
        arrivals=(arrivals := np.argsort(persons.certified_from, kind="stable")),
        arrival_months=persons.certified_from[arrivals].astype(np.int64),
        people=by_oblast / max(by_oblast.sum(), 1.0),
        capability=(
            float(np.dot(groups, caps) / max(groups.sum(), 1.0)),
            float(np.dot(groups[:2], caps[:2]) / severe) if severe > 0 else float(caps[1]),
        ),
        intercept=anchoring.employment_intercept(persons, 0, b.entering),
        capacity=int(0.5 * staff.sum()) + 1000,
        gain=12.0 * population.country.value("certificate_benefit") * max(
            float(persons.benefit.mean(dtype=np.float64)) if len(persons.benefit) else 0.0, 1.0
        ),
    )  # fmt: skip
