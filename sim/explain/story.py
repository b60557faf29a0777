"""Stories: what happened to one agent, month by month, as values that can be read, tabulated and compared."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sim import months


@dataclass(frozen=True)
class Change:
    """One column of the agent, before and after a step of the schedule."""

    column: str
    before: float
    after: float


@dataclass(frozen=True)
class Draw:
    """The luck behind a decision: its address, the number, and what it was compared with.

    Where ``threshold`` is a number, the decision falls as it does because ``u`` lies below it or not; ``happened`` is
    what then stood in the columns.
    """

    decision: str
    period: int
    who: int
    u: float
    threshold: float | None = None
    happened: bool | None = None
    sub: tuple[int, ...] = ()

    @property
    def address(self) -> str:
        """The address of the draw: decision, period, who and sub-indices."""
        return ", ".join(map(str, (self.decision, self.period, self.who, *self.sub)))

    def __str__(self) -> str:
        if self.threshold is None:
            return f"draw {self.decision} {self.u:.4f}"
        side = "below" if self.u < self.threshold else "not below"
        return f"draw {self.decision} {self.u:.4f}, {side} {self.threshold:.4f}"


@dataclass(frozen=True)
class Event:
    """Something that one step of one month did to the agent, or decided about it."""

    month: int
    step: str
    rule: str
    kind: str
    text: str
    changes: tuple[Change, ...] = ()
    inputs: dict[str, float] = field(default_factory=dict)
    draws: tuple[Draw, ...] = ()
    notable: bool = True


@dataclass(frozen=True)
class Story:
    """What happened to one agent under one design, from January 2022 to the horizon.

    ``first`` and ``last`` are the agent's columns before the first and after the last month.
    """

    kind: str
    identifier: int
    design: str
    seed: int
    about: str
    events: tuple[Event, ...]
    first: dict[str, float]
    last: dict[str, float]

    def notable(self) -> Iterator[Event]:
        """Yield the events worth telling."""
        return (event for event in self.events if event.notable)

    def text(self, everything: bool = False, why: bool = True) -> str:
        """Return the story month by month; with ``everything`` also what did not happen, without ``why`` no reasons."""
        lines = [f"{self.about}", f"Design '{self.design}', seed {self.seed}."]
        told = [event for event in self.events if event.text and (event.notable or everything)]
        if not told:
            return "\n".join([*lines, "Nothing worth telling happened."])
        month = None
        for event in told:
            if event.month != month:
                month = event.month
                lines += ["", months.label(month)]
            lines.append(f"  {event.text} ({event.rule})")
            if why and event.inputs:
                lines.append("      because: " + "; ".join(f"{name} {number(v)}" for name, v in event.inputs.items()))
            lines += [f"      {draw}" for draw in event.draws if why]
        return "\n".join(lines)

    def frame(self) -> Any:
        """Return a tidy pandas table: a line for each change of a column, each draw, and each event without either."""
        import pandas

        return pandas.DataFrame(list(self._lines()), columns=list(COLUMNS))

    def columns(self, until: int | None = None) -> dict[str, float]:
        """Return the agent's columns after a month (``None``: the last), made of ``first`` and the changes alone."""
        now = dict(self.first)
        for event in self.events:
            if until is None or event.month <= until:
                now.update({change.column: change.after for change in event.changes})
        return now

    def _lines(self) -> Iterator[tuple[Any, ...]]:
        for event in self.events:
            head = (months.label(event.month), event.step, event.rule, event.kind, event.text)
            inputs = "; ".join(f"{name}={value:.10g}" for name, value in event.inputs.items())
            for change in event.changes:
                yield (*head, inputs, change.column, change.before, change.after, None, None, None, None, event.notable)
            for draw in event.draws:
                luck = (draw.address, draw.u, draw.threshold, draw.happened)
                yield (*head, inputs, None, None, None, *luck, event.notable)
            if not event.changes and not event.draws:
                yield (*head, inputs, None, None, None, None, None, None, None, event.notable)


COLUMNS = (
    "month", "step", "rule", "event", "text", "inputs", "column", "before", "after", "draw", "u", "threshold",
    "happened", "notable",
)  # fmt: skip


def number(value: float) -> str:
    """Return a number as people write it.

    >>> number(150000.0), number(0.0474261), number(-3.25), number(2)
    ('150,000', '0.0474', '-3.25', '2')
    """
    if value == 0 or abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.3g}" if abs(value) < 100 else f"{value:.1f}"


def som(value: float) -> str:
    """Return an amount of money.

    >>> som(149999.6)
    '150,000 som'
    """
    return f"{value:,.0f} som"


def percent(value: float) -> str:
    """Return a share.

    >>> percent(0.0474)
    '4.7 %'
    """
    return f"{100.0 * value:.1f} %"
