"""Stories for the command line: one household or employer under one design, or under two and where they part."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from sim.behaviour import Behaviour
from sim.course import Course
from sim.explain import Suggestion, explain, interesting, part
from sim.population import load

if TYPE_CHECKING:
    from sim.scenario import Scenario


def suggestions(scenario: Scenario, design: str) -> list[Suggestion]:
    """Return agents with a story under a design, with every parameter at its prior median."""
    people = load(scenario.country, scenario.scale)
    course = Course(people, scenario, Behaviour.central(scenario.country), scenario.seed, design)
    while not course.over:
        course.month()
    return interesting(people, course.world)


def parting(scenario: Scenario, design: str, versus: str, households: Sequence[int]) -> int:
    """Return the first of some households whose stories under two designs part, the first of all if none does."""
    people, behaviour = load(scenario.country, scenario.scale), Behaviour.central(scenario.country)
    for one in households:
        stories = [explain(people, scenario, behaviour, scenario.seed, name, one, None) for name in (design, versus)]
        if part(*stories).month is not None:
            return one
    return households[0]


def told(
    scenario: Scenario,
    design: str,
    versus: str | None,
    household: int | None,
    employer: int | None,
    *,
    everything: bool = False,
    why: bool = True,
) -> Iterator[str]:
    """Yield the story under a design; with ``versus``, also where the one under that design parts from it."""
    people, behaviour = load(scenario.country, scenario.scale), Behaviour.central(scenario.country)
    first = explain(people, scenario, behaviour, scenario.seed, design, household, employer)
    yield first.text(everything, why)
    if versus is not None:
        second = explain(people, scenario, behaviour, scenario.seed, versus, household, employer)
        yield part(first, second).text()
