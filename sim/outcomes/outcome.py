"""Outcome: one object that says what is counted, in which unit, how it is worked out, and where it is shown.

Rows of results, the codebook, the documentation, the tables of the command line and the figures of the page all follow
from the objects that :mod:`sim.outcomes.codebook` lists; nothing else needs to know of a new one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Literal

from sim.engine.columns import Array
from sim.outcomes.compared import Compared
from sim.outcomes.groups import LEAST_ROWS

ALL, HORIZON = "all", -1
Row = tuple[str, str, int, float]
Groups = Iterable[tuple[str, float]]


class Shown(Enum):
    """A place where an outcome is shown beside the tables of all outcomes."""

    HEADLINE = "first tables of the command line and the report"
    CARD = "a card of the page"
    PAGE = "further figures of the page"


@dataclass(frozen=True)
class Outcome:
    """What an outcome is; a function that gives nothing says that the figure cannot be told from the worlds lived."""

    name: str
    label: str
    unit: str
    definition: str
    rule: str
    better: Literal["more", "less", ""] = ""
    value: Callable[[Compared], float | None] | None = None  # of the whole country over the whole horizon
    by_group: Callable[[Compared], Groups] | None = None
    by: tuple[str, ...] = ()  # dimensions of the groups
    by_month: Callable[[Compared], Array | None] | None = None  # over the months of ``Compared``
    shown: tuple[Shown, ...] = ()
    never_negative: bool = False
    source: str = "docs/outcomes.md"

    def total(self, compared: Compared) -> Iterator[Row]:
        """Yield the row of the whole country over the whole horizon."""
        found = self.value(compared) if self.value is not None else None
        if found is not None:
            yield self.name, ALL, HORIZON, float(found)

    def groups(self, compared: Compared) -> Iterator[Row]:
        """Yield a row for each group that has rows enough to say something about it."""
        for group, value in self.by_group(compared) if self.by_group is not None else ():
            if compared.rows_of(group) >= LEAST_ROWS:
                yield self.name, group, HORIZON, float(value)

    def monthly(self, compared: Compared) -> Iterator[Row]:
        """Yield a row for each month of the whole country."""
        values = self.by_month(compared) if self.by_month is not None else None
        if values is not None:
            for month, value in zip(compared.months, values, strict=True):
                yield self.name, ALL, month, float(value)


def rows(outcomes: Iterable[Outcome], compared: Compared) -> Iterator[Row]:
    """Yield the rows of outcomes: totals first, then groups, then months."""
    outcomes = tuple(outcomes)
    for part in (Outcome.total, Outcome.groups, Outcome.monthly):
        for outcome in outcomes:
            yield from part(outcome, compared)
