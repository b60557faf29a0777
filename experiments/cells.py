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
    """The rows of each cell of a table that succeeded, and the draw, replication and design of each of its rows."""

    rows: dict[tuple[str, str, int], Rows]
    draws: int
    replications: int
    draw: Rows
    replication: Rows
    design: Rows  # place in ``designs``; -1 of a run that failed
    designs: tuple[str, ...]  # in the order of the simulator
    groups: dict[str, list[str]]  # of each outcome, in that order
    lasting: dict[str, int]  # how many draws have rows of an outcome, counted from the first


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

    good = np.flatnonzero((frame["status"] == OK).to_numpy(bool))
    names = ("outcome", "group", "month", "design")
    (outcome, outcomes), (group, groups), (month, months), (design, designs) = (
        pandas.factorize(frame[name].iloc[good]) for name in names
    )
    cell = (outcome.astype(np.int64) * len(groups) + group) * len(months) + month
    order = np.argsort(cell, kind="stable")
    numbers, first = np.unique(cell[order], return_index=True)
    rows: dict[tuple[str, str, int], Rows] = {}
    for number, place in zip(numbers.tolist(), np.split(good[order], first[1:]), strict=False):
        rest, k = divmod(number, len(months))
        i, j = divmod(rest, len(groups))
        rows[str(outcomes[i]), str(groups[j]), int(months[k])] = place
    of: dict[str, list[str]] = {}
    for name, label, _ in sorted(rows, key=lambda at: int(rows[at][0])):
        if label not in of.setdefault(name, []):
            of[name].append(label)
    every = np.full(len(frame), -1, np.int64)
    every[good] = design
    draws, replications = (int(frame[name].max()) + 1 if len(frame) else 0 for name in ("draw", "replication"))
    draw, replication = (frame[name].to_numpy(np.int64) for name in ("draw", "replication"))
    lasting = np.zeros(len(outcomes), np.int64)
    np.maximum.at(lasting, outcome, draw[good] + 1)
    return Cells(
        rows, draws, replications, draw, replication, every, tuple(str(name) for name in designs), of,
        dict(zip(map(str, outcomes), lasting.tolist(), strict=True)),
    )  # fmt: skip
