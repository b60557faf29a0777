"""Explaining: one household's or employer's story, and where it parts between designs.

The story is told by watching a run, never by running something else: after each step of the schedule the agent's
columns are compared, and the inputs and the draw of each decision are worked out again by the same rules.

    story = explain(population, scenario, Behaviour.central(), seed=1, design="today", household=721423887)
    print(story.text())
    print(part(story, other).text())
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.behaviour import Behaviour
from sim.course import Course
from sim.errors import InputError
from sim.explain.parting import Difference, Parting, part
from sim.explain.story import Change, Draw, Event, Story
from sim.explain.watching import Watch
from sim.population import Population
from sim.scenario import Scenario
from sim.state.households import ACTIVE, BREACHED, COMPLETED, FAILED, QUEUED, REFUSED
from sim.world import World

__all__ = ["Change", "Difference", "Draw", "Event", "Parting", "Story", "Suggestion", "explain", "interesting", "part"]


class Suggestion(NamedTuple):
    """An agent with a story."""

    kind: str
    identifier: int
    why: str


def explain(
    population: Population, scenario: Scenario, behaviour: Behaviour, seed: int, design: str,
    household: int | None = None, employer: int | None = None,
) -> Story:  # fmt: skip
    """Return the story of one household or one employer under a design, from January 2022 to the horizon.

    Raises ``InputError`` unless exactly one agent of the country is named.
    """
    if (household is None) == (employer is None):
        raise InputError("explain needs either a household or an employer, and one of them only")
    course = Course(population, scenario, behaviour, seed, design)
    households, employers = ([] if one is None else [one] for one in (household, employer))
    return Watch(course, households, employers).run()[0]


def interesting(population: Population, world: World) -> list[Suggestion]:
    """Suggest agents with a story, one of each kind: contract families by how they ended, employers by their duty.

    Contracts signed since the designs part come first. ``world`` is a world of this population that has been lived, for
    example that of a :class:`sim.course.Course`.
    """
    s, e = world.state, world.labour.employers
    families = {
        "had a contract that broke up for misuse": s.contract == BREACHED,
        "had a contract, and the business closed": s.contract == FAILED,
        "had a contract to its end, with a live business": s.contract == COMPLETED,
        "has a contract and a live business": (s.contract == ACTIVE) & (s.operating == 1),
        "was suspended from the child benefit and started a business": (s.contract_month > 3) & (s.benefit_total > 0),
        "applied and waits": s.contract == QUEUED,
        "applied and was refused": s.contract == REFUSED,
        "started a business without a contract": (s.own_start == 1) & (s.contract == 0) & (s.operating == 1),
    }
    firms = {
        "was fined": e.fined_at > 0,
        "filled a seat of the quota": (e.owed > 0) & (e.counted > 0),
        "has a duty and nobody": (e.owed > 0) & (e.counted == 0.0),
        "covers its duty on paper": e.proforma > 0,
    }
    found = []
    for kind, names, identifiers in (
        ("household", families, population.households.identifier),
        ("employer", firms, world.labour.frame.employers.identifier),
    ):
        told: set[int] = set()
        for why, mask in names.items():
            rows = np.flatnonzero(mask)
            late = s.paid_at[rows] < world.start if kind == "household" else np.zeros(len(rows), dtype=bool)
            fresh = [row for row in rows[np.argsort(late, kind="stable")][:50].tolist() if row not in told]
            if fresh:
                told.add(fresh[0])
                found.append(Suggestion(kind, int(identifiers[fresh[0]]), why))
    return found
