"""Hearing: what the rules of the month's sweeps were given and gave, for each household that is followed.

A sweep runs for everybody, and once more as plain Python for the followed rows, from copies of their columns as they
were before (:mod:`sim.explain.tracing`). Both must leave the same columns: a trace that differs from the run is an
error and never a story.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from sim.engine.columns import Array, taken
from sim.errors import IdentityError
from sim.explain.tracing import Heard, names_of_keys, traced
from sim.state.households import Endowments, Households, HouseholdState
from sim.world import World

TABLES = (Households, Endowments, HouseholdState)
HEARD = frozenset({
    "declare", "claim", "learn", "reconsider", "apply", "score", "invest", "borrow", "start", "operate", "receive",
    "consume", "visit",
})  # fmt: skip


class Ears:
    """Runs the sweeps of a world and hears what their rules did for some households."""

    def __init__(self, world: World, rows: Sequence[int]) -> None:
        self.world, self.rows = world, np.array(rows, dtype=np.int64)
        self.heard: list[dict[str, Heard]] = [{} for _ in rows]
        self._plain: dict[str, tuple[Callable[..., Any], Heard]] = {}
        self._names: tuple[int, dict[int, str]] = (-1, {})

    def __call__(
        self, sweep: Any, arguments: tuple[Any, ...], sums: tuple[Any, ...], rows: Array | None = None
    ) -> None:
        """Run a sweep for all households, or some, and once more for those that are followed, with every rule heard."""
        name, everybody = sweep.__name__, (0, self.world.rows) if rows is None else (rows,)
        if name not in HEARD:
            sweep(*everybody, *arguments, *sums)
            return
        mine = self._followed(arguments)
        sweep(*everybody, *arguments, *sums)
        places = range(len(self.rows)) if rows is None else np.flatnonzero(np.isin(self.rows, rows)).tolist()
        for place in places:
            one = (place, place + 1) if rows is None else (np.array([place]),)
            heard = self._hear(sweep, one, mine, sums)
            self.heard[place][name] = heard
            heard.given, heard.run = arguments, () if rows is None else (rows, *sums)
        self._agree(name, mine, self._followed(arguments))

    def taken(self, place: int) -> dict[str, Heard]:
        """Return what was heard of a followed household since this was asked before, by sweep."""
        heard, self.heard[place] = self.heard[place], {}
        return heard

    def _followed(self, arguments: tuple[Any, ...]) -> list[Any]:
        """Return tables and columns of households with the followed rows alone, and all else as it is.

        A column that is handed over beside its table stays a column of that table; a column of all households among
        what the month shares is cut to theirs.
        """
        tables = {id(one): taken(one, self.rows) for one in arguments if isinstance(one, TABLES)}
        columns: dict[int, Any] = {}
        for one in arguments:
            if id(one) in tables:
                columns |= {id(old): new for old, new in zip(one, tables[id(one)], strict=True)}
        made = {**columns, **tables}
        return [made.get(id(one), self._cut(one)) for one in arguments]

    def _cut(self, shared: Any) -> Any:
        """Return what a sweep shares with its columns of all households cut to the followed ones."""
        if isinstance(shared, np.ndarray) and shared.ndim == 1 and len(shared) == self.world.rows:
            return shared[self.rows]
        if isinstance(shared, tuple):
            parts = [self._cut(one) for one in shared]
            return type(shared)(*parts) if hasattr(shared, "_fields") else tuple(parts)
        return shared

    def _hear(self, sweep: Any, one: tuple[Any, ...], mine: list[Any], sums: tuple[Any, ...]) -> Heard:
        name = sweep.__name__
        if name not in self._plain:
            heard = Heard({})
            self._plain[name] = traced(sweep, heard), heard
        run, heard = self._plain[name]
        heard.names, heard.calls, heard.luck = self._month(), [], []
        run(*one, *mine, *[np.zeros_like(filled) for filled in sums])
        found = Heard(heard.names)
        found.calls, found.luck = heard.calls, heard.luck
        return found

    def _month(self) -> dict[int, str]:
        """Return the decision behind each key of the month."""
        if self._names[0] != self.world.t:
            self._names = self.world.t, names_of_keys(self.world.seed, self.world.t)
        return self._names[1]

    def _agree(self, sweep: str, mine: list[Any], theirs: list[Any]) -> None:
        """Raise ``IdentityError`` unless the rules asked again leave the columns that the run has left."""
        for table, other in zip(mine, theirs, strict=True):
            if not isinstance(table, HouseholdState):
                continue
            for column, one, run in zip(table._fields, table, other, strict=True):
                for place in np.flatnonzero(one != run).tolist():
                    who = int(self.world.households.identifier[self.rows[place]])
                    raise IdentityError(
                        f"explain: {column} of {who} is {run[place].item()} in month {self.world.t} after '{sweep}', "
                        f"but the rules asked again give {one[place].item()}"
                    )
