"""Stories for the command line: one household or employer under one design, or under two and where they part."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from experiments import person_words, progress
from experiments.language import Language
from experiments.screen import Screen
from experiments.worlds import populated
from sim.behaviour import Behaviour
from sim.course import Course
from sim.explain import Suggestion, explain, interesting, part
from sim.explain.persons import Happened, picked, tell

if TYPE_CHECKING:
    from sim.scenario import Scenario


def suggestions(scenario: Scenario, design: str) -> list[Suggestion]:
    """Return agents with a story under a design, with every parameter at its prior median."""
    people = populated(scenario)
    course = Course(people, scenario, Behaviour.central(scenario.country), scenario.seed, design)
    with progress.shown(scenario.last_month + 1, Screen(stderr=True), kind=progress.MONTHS) as (_, heard):
        while not course.over:
            course.month()
            heard(1)
    return interesting(people, course.world)


def told(
    scenario: Scenario,
    design: str,
    versus: str | None,
    households: Sequence[int],
    employer: int | None,
    *,
    everything: bool = False,
    why: bool = True,
) -> Iterator[str]:
    """Yield the story of an employer, or of a household, under a design.

    With ``versus``, also where the one under that design parts from it; of several households the first whose stories
    part is told, the first of all if none does.
    """
    people = populated(scenario)
    behaviour = Behaviour.central(scenario.country)
    found: list[str] = []
    for household in households or (None,):
        first = explain(people, scenario, behaviour, scenario.seed, design, household, employer)
        if versus is None:
            yield first.text(everything, why)
            return
        other = part(first, explain(people, scenario, behaviour, scenario.seed, versus, household, employer))
        if not found or other.month is not None:
            found = [first.text(everything, why), other.text()]
        if other.month is not None:
            break
    yield from found


def persons(
    scenario: Scenario, designs: Sequence[str], who: int | Happened, say: Language, *, everything: bool = False,
    why: bool = True,
) -> Iterator[str]:  # fmt: skip
    """Yield the story of a person under each of some designs: by identifier, or the first to whom something happens."""
    happened = who if isinstance(who, Happened) else None
    identifier = picked(_course(scenario, designs[0]), who) if isinstance(who, Happened) else who
    for design in designs:
        story = tell(_course(scenario, design), identifier)
        yield person_words.text(story, say, everything=everything, why=why, happened=happened)


def _course(scenario: Scenario, design: str) -> Course:
    people = populated(scenario)
    return Course(people, scenario, Behaviour.central(scenario.country), scenario.seed, design)
