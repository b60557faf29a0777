"""Monthly: the figures that a run leaves month by month, stacked when somebody asks for them."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np

from sim.engine.columns import Array


class Sheet(Protocol):
    """Figures of one month, or of many; a named tuple of arrays, so that the sheets of many months can be stacked."""

    def figures(self) -> dict[str, Any]:
        """Return each figure: one value, or one for each oblast, a month."""


class Records:
    """Monthly figures of a run, in real persons and som; each has one value, or one for each oblast, a month.

    A month leaves sheets of whole numbers; figures are made of them when somebody asks, of all months at once.
    """

    def __init__(self) -> None:
        self.months: list[int] = []
        self._sheets: list[tuple[Sheet, ...]] = []
        self._stacked: tuple[int, dict[str, Array]] = (0, {})

    def add(self, t: int, *sheets: Sheet | dict[str, Any]) -> None:
        """Append the sheets of month ``t``, or plain figures."""
        self.months.append(t)
        self._sheets.append(tuple(Figures(one) if isinstance(one, dict) else one for one in sheets))

    def since(self, t: int) -> Records:
        """Return the records of month ``t`` and those after it."""
        out = Records()
        first = sum(month < t for month in self.months)
        out.months, out._sheets = self.months[first:], self._sheets[first:]
        return out

    def sheets(self, t: int) -> tuple[Sheet, ...]:
        """Return the sheets of month ``t``."""
        return self._sheets[t - self.months[0]]

    def at(self, t: int) -> dict[str, Any]:
        """Return the figures of month ``t``."""
        return _together(self.sheets(t))

    def series(self, name: str) -> Array:
        """Return a figure as an array of shape (months,) or (months, oblasts)."""
        return self._all()[name]

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The figures of each month."""
        return [_together(sheets) for sheets in self._sheets]

    @property
    def values(self) -> dict[str, list[Any]]:
        """All figures by name, each a list over the months."""
        return {name: list(series) for name, series in self._all().items()}

    def _all(self) -> dict[str, Array]:
        if self._stacked[0] != len(self.months):
            found: dict[str, Array] = {}
            for sheets in zip(*self._sheets, strict=False):
                found |= _stacked(sheets).figures()
            self._stacked = len(self.months), {name: np.asarray(v, dtype=np.float64) for name, v in found.items()}
        return self._stacked[1]


class Figures(dict[str, Any]):
    """A sheet of plain figures."""

    def figures(self) -> dict[str, Any]:
        """Return itself."""
        return self


def _together(sheets: tuple[Sheet, ...]) -> dict[str, Any]:
    return {name: value for sheet in sheets for name, value in sheet.figures().items()}


def _stacked(sheets: tuple[Any, ...]) -> Sheet:
    """Return the sheets of one kind of many months as one sheet."""
    if isinstance(sheets[0], Figures):
        return Figures({name: np.array([one[name] for one in sheets]) for name in sheets[0]})
    made: Sheet = type(sheets[0])(*[np.stack(columns) for columns in zip(*sheets, strict=True)])
    return made
