"""Figures: what one design gives in one draw, measured exactly as ``kelishim compare`` does, as one row of numbers."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from sim.outcomes import CODEBOOK
from sim.outcomes.compared import Compared, Lives
from sim.outcomes.outcome import ALL, HORIZON, rows
from sim.outcomes.remembering import Known
from workshop.outcomes import BEHIND, DIMENSIONS, NEVER_NEGATIVE, ON_MAP, ON_PAGE

Floats = npt.NDArray[np.float64]


class Place(NamedTuple):
    """What a number of a row is."""

    outcome: str
    group: str
    month: int


def measured(lives: Lives, last: int, known: Known) -> tuple[tuple[Place, ...], Floats]:
    """Return the places and the numbers of a design's row; places are the same for every design and draw.

    ``known`` remembers what designs of one draw share.
    """
    compared = Compared(lives, last, known)
    wanted = [*ON_PAGE.values(), *(CODEBOOK[name] for name in BEHIND if name not in ON_PAGE)]
    found = [row for row in rows(wanted, compared) if _kept(row[0], row[1])]
    places = tuple(Place(outcome, group, month) for outcome, group, month, _ in found)
    return places, np.array([value for *_, value in found], dtype=np.float64)


def _kept(outcome: str, group: str) -> bool:
    """Tell whether a row of an outcome is shown, or stands behind what is shown.

    >>> _kept("net_jobs", "oblast=Naryn"), _kept("poverty", "sex=women"), _kept("net_jobs", "sex=women")
    (True, True, False)
    """
    dimension = group.partition("=")[0]
    return group == ALL or dimension in BEHIND.get(outcome, ()) or (outcome in ON_PAGE and dimension in DIMENSIONS)


class Layout:
    """Where each figure stands in a row."""

    def __init__(self, places: tuple[Place, ...]) -> None:
        self.places = places
        self.at = {place: k for k, place in enumerate(places)}
        self.never_negative = np.array([place.outcome in NEVER_NEGATIVE for place in places])
        whole = [place.outcome for place in places if (place.group, place.month) == (ALL, HORIZON)]
        self.headlines = [name for name in whole if name in ON_PAGE]
        self.groups: dict[str, dict[str, list[str]]] = {}
        for place in places:
            dimension, equals, name = place.group.partition("=")
            if equals and dimension in DIMENSIONS and place.outcome in (*ON_PAGE, *ON_MAP.values()):
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
