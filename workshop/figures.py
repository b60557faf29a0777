"""Figures: what one design gives in one draw, measured exactly as ``kelishim compare`` does, as one row of numbers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from sim.outcomes import jobs as job
from sim.outcomes.records import ALL, HORIZON, Lives, by_group, by_month, headlines
from sim.outcomes.remembering import Known
from workshop.outcomes import BY_GROUP, DIMENSIONS, HEADLINES, MONTHLY, NEVER_NEGATIVE

Floats = npt.NDArray[np.float64]
# Parts of net jobs that need worlds which the page does not run (sim.twins: frozen and stolen).
UNKNOWN = ("gross", "deadweight", "quota", "displacement", "multiplier", "financing")


class Place(NamedTuple):
    """What a number of a row is."""

    outcome: str
    group: str
    month: int


def measured(lives: Lives, last: int, known: Known) -> tuple[tuple[Place, ...], Floats]:
    """Return the places and the numbers of a design's row; places are the same for every design and draw.

    ``known`` remembers what designs of one draw share.
    """
    nothing = np.full(len(job.common_months(lives.final, lives.base)), np.nan)
    parts = dict.fromkeys(UNKNOWN, nothing) | {"net": job.difference(lives.final, lives.base, job.jobs)}
    rows = list(_wanted(lives, parts, last, known))
    return tuple(place for place, _ in rows), np.array([value for _, value in rows], dtype=np.float64)


def _wanted(lives: Lives, parts: dict[str, Any], last: int, known: Known) -> Iterator[tuple[Place, float]]:
    for outcome, group, month, value in headlines(lives, parts, last, known):
        if outcome in HEADLINES:
            yield Place(outcome, group, month), float(value)
    for outcome, group, month, value in by_month(lives, parts):
        if outcome in MONTHLY:
            yield Place(outcome, group, month), float(value)
    for outcome, group, month, value in by_group(lives, last, known):
        if outcome in BY_GROUP and group.partition("=")[0] in DIMENSIONS:
            yield Place(outcome, group, month), float(value)


class Layout:
    """Where each figure stands in a row."""

    def __init__(self, places: tuple[Place, ...]) -> None:
        self.places = places
        self.at = {place: k for k, place in enumerate(places)}
        self.never_negative = np.array([place.outcome in NEVER_NEGATIVE for place in places])
        self.headlines = [place.outcome for place in places if (place.group, place.month) == (ALL, HORIZON)]
        self.groups: dict[str, dict[str, list[str]]] = {}
        for place in places:
            dimension, equals, name = place.group.partition("=")
            if equals:
                self.groups.setdefault(dimension, {}).setdefault(place.outcome, []).append(name)
        self.months = sorted({place.month for place in places if place.month != HORIZON})

    def headline(self, outcome: str) -> int:
        """Return the place of a figure of the whole country over the whole horizon."""
        return self.at[Place(outcome, ALL, HORIZON)]

    def monthly(self, outcome: str) -> list[int]:
        """Return the places of a monthly figure."""
        return [self.at[Place(outcome, ALL, month)] for month in self.months]

    def group(self, outcome: str, dimension: str) -> list[int]:
        """Return the places of a figure in the groups of a dimension."""
        names = self.groups[dimension][outcome]
        return [self.at[Place(outcome, f"{dimension}={name}", HORIZON)] for name in names]
