"""Cells: where the rows of each outcome, group and month stand in a tidy table, found once for all who read it."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from experiments.store import OK

if TYPE_CHECKING:
    import pandas

Rows = npt.NDArray[np.int64]
MOST_KEPT = 4  # tables whose cells are remembered
NONE: Rows = np.empty(0, np.int64)


class Cells(NamedTuple):
    """The rows of each cell of a table that succeeded, and the draw, replication and design of every row."""

    rows: dict[tuple[str, str, int], Rows]
    draws: int
    replications: int
    draw: Rows
    replication: Rows
    design: Rows  # place in ``designs``
    designs: tuple[str, ...]
    outcomes: frozenset[str]


_kept: list[tuple[weakref.ref[Any], Cells]] = []


def cells(frame: pandas.DataFrame) -> Cells:
    """Return the cells of a table; those of the tables read last are remembered.

    Values are read from the table each time. Whoever changes anything else makes another table.
    """
    for table, found in _kept:
        if table() is frame:
            return found
    found = _found(frame)
    _kept.insert(0, (weakref.ref(frame), found))
    del _kept[MOST_KEPT:]
    return found


def _found(frame: pandas.DataFrame) -> Cells:
    import pandas

    outcome, outcomes = pandas.factorize(frame["outcome"])
    group, groups = pandas.factorize(frame["group"])
    month, months = pandas.factorize(frame["month"])
    design, designs = pandas.factorize(frame["design"])
    cell = (outcome.astype(np.int64) * len(groups) + group) * len(months) + month
    good = np.flatnonzero((frame["status"] == OK).to_numpy(bool) & (np.minimum(outcome, np.minimum(group, month)) >= 0))
    order = good[np.argsort(cell[good], kind="stable")]
    numbers, first = np.unique(cell[order], return_index=True)
    rows = {}
    for number, place in zip(numbers.tolist(), np.split(order, first[1:]), strict=bool(len(numbers))):
        rest, k = divmod(number, len(months))
        i, j = divmod(rest, len(groups))
        rows[str(outcomes[i]), str(groups[j]), int(months[k])] = place
    return Cells(
        rows, int(frame["draw"].max()) + 1, int(frame["replication"].max()) + 1, frame["draw"].to_numpy(np.int64),
        frame["replication"].to_numpy(np.int64), design.astype(np.int64), tuple(str(name) for name in designs),
        frozenset(str(name) for name in outcomes),
    )  # fmt: skip
