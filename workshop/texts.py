"""Texts: every English sentence or word that the server can send to the page; catalogues are checked against it."""

from __future__ import annotations

from collections.abc import Iterator

from calibration.headlines import ON_JUDGEMENT, WITHOUT_FORM
from workshop.beliefs import AGREEMENT, STATEMENTS
from workshop.country import TILES
from workshop.examples import BENEFITS, EXAMPLES, QUESTIONS, SERVICES
from workshop.levers import GROUPS, SOM_A_MONTH, levers
from workshop.outcomes import BASIS, DIMENSIONS, INTERVALS, described
from workshop.problems import PROBLEMS
from workshop.telling import texts as of_stories


def texts() -> list[str]:
    """Return all of them, each once, in a stable order."""
    return [text for text in dict.fromkeys(_all()) if text]


def _all() -> Iterator[str]:
    yield from GROUPS.values()
    for lever in levers():
        yield from (lever.label, lever.unit, lever.help)
        yield from (choice.label for choice in lever.choices)
    for outcome in described().values():
        yield from (outcome["label"], outcome["unit"], outcome["definition"])
    yield from TILES
    yield from DIMENSIONS.values()
    yield from (example.label for example in EXAMPLES)
    for one in (*QUESTIONS, *SERVICES, *BENEFITS):
        yield from (one.label, one.about)
    yield SOM_A_MONTH
    yield from INTERVALS.values()
    yield from BASIS.values()
    yield from (ON_JUDGEMENT, WITHOUT_FORM)
    yield from (text for _, text in PROBLEMS.values())
    yield from (*STATEMENTS, *AGREEMENT)
    yield from of_stories()
