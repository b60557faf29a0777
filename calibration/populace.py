"""Populace: the figures of targets that are read from everybody's state in December: poverty, work, disability.

The functions of :mod:`sim.outcomes.people` measure, as they do for outcomes and for ``kelishim validate``.
"""

from __future__ import annotations

from collections.abc import Mapping

from sim.checks import OF_ALL
from sim.engine.columns import Array
from sim.outcomes import people as measures
from sim.outcomes.people import Snapshot
from sim.outcomes.poverty import Distribution, gini
from sim.state.persons import Work

CHILDREN_UNDER = 18
OF_SPREAD = 2022  # year of the published Gini coefficient


def figures(people: Snapshot, year: int) -> dict[str, float]:
    """Return the figures of a year by the identifiers of ``targets.csv``."""
    at_home = only(people, people.present)
    force = only(at_home, measures.in_work(at_home.work) | (at_home.work == int(Work.SEEKING)))
    return _poverty(at_home, year) | _work(at_home, force, year) | {
        f"PD0{year - 2020}": measures.population(people, people.certified)
    }  # fmt: skip


def only(people: Snapshot, rows: Array) -> Snapshot:
    """Return a snapshot of some persons."""
    return people._replace(**{
        name: getattr(people, name)[rows] for name in Snapshot._fields if name not in OF_ALL
    })  # fmt: skip


def _oblasts(people: Snapshot) -> Mapping[int, Array]:
    """Return who lives in each oblast, numbered from 1."""
    return {k + 1: people.oblast == k for k in range(int(people.homes.oblast.max()) + 1)}


def _poverty(people: Snapshot, year: int) -> dict[str, float]:
    groups = {
        f"PO{year}": people.present, f"PC{year}": people.age < CHILDREN_UNDER, f"PU{year}": people.urban,
        f"PR{year}": ~people.urban, **{f"PO{year}R{k}": here for k, here in _oblasts(people).items()},
    }  # fmt: skip
    out = {name: measures.poverty(people, group) for name, group in groups.items()}
    out[f"PX{year}"] = measures.extreme_poverty(people, people.present)
    if year == OF_SPREAD:
        out[f"GC{year}"] = gini(Distribution(people.consumption, people.weight))
    return out


def _work(people: Snapshot, force: Snapshot, year: int) -> dict[str, float]:
    groups = {
        f"LU{year}": force.present, f"LU{year}F": force.woman, f"LU{year}M": ~force.woman,
        **{f"LU{year}R{k}": here for k, here in _oblasts(force).items()},
    }  # fmt: skip
    out = {name: measures.unemployment(force, group) for name, group in groups.items()}
    every, women = (measures.employment(people, group) for group in (people.present, people.woman))
    return out | {f"LE{year}": every, f"LE{year}F": women}
