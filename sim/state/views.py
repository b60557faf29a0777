"""Views: one agent as a user of Mesa meets it, a row of columns that is read and written in place."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar, Protocol

from sim.errors import InputError


class Columns(Protocol):
    """What a view needs of the set of agents that it belongs to."""

    model: Any

    @property
    def names(self) -> Iterable[str]:
        """Names of all columns."""

    def column(self, name: str) -> Any:
        """Return a column."""

    def writable(self, name: str, value: Any) -> Any:
        """Return a column that may be given a value."""

    def shares(self, other: Any) -> bool:
        """Return whether another set has the same tables."""


class RowView:
    """One agent: reads and writes the columns of its row. Made on demand and never stored by the model.

    A name that no column has is an ``AttributeError``, but an ``InputError`` for an agent that is met on a walk over a
    set: Mesa's collector walks, and takes the former for an empty cell. ``elsewhere`` are the columns of other kinds of
    agents on the same walk, whose cells are rightly empty.
    """

    __slots__ = ("_elsewhere", "_row", "_set")
    kind: ClassVar[str] = "agent"

    def __init__(self, owner: Columns, row: int, elsewhere: frozenset[str] | None = None) -> None:
        object.__setattr__(self, "_set", owner)
        object.__setattr__(self, "_row", row)
        object.__setattr__(self, "_elsewhere", elsewhere)

    @property
    def row(self) -> int:
        """Row number in the tables; identifiers, not row numbers, name an agent."""
        return int(self._row)

    @property
    def model(self) -> Any:
        """The model that the agent lives in."""
        return self._set.model

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        try:
            return self._set.column(name)[self._row].item()
        except AttributeError as error:
            if self._elsewhere is None or name in self._elsewhere:
                raise
            raise InputError(str(error)) from None

    def __setattr__(self, name: str, value: Any) -> None:
        self._set.writable(name, value)[self._row] = value

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self._row == other._row and self._set.shares(other._set)  # type: ignore[attr-defined]

    def __hash__(self) -> int:
        return hash((type(self), self._row))

    def __repr__(self) -> str:
        return f"<{self.kind} {self.unique_id}>"

    def __dir__(self) -> Iterable[str]:
        return [*super().__dir__(), *self._set.names]

    def to_dict(self) -> dict[str, Any]:
        """Return every column of the agent."""
        return {name: getattr(self, name) for name in self._set.names}


class Household(RowView):
    """A household."""

    kind = "household"


class Person(RowView):
    """A person with a certified disability."""

    kind = "person"


class Employer(RowView):
    """An employer with at least five staff."""

    kind = "employer"
