"""Looking: one agent before and after one step of the schedule, and the events that a watcher makes of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np

from sim.engine.columns import Array
from sim.engine.draws import Decision, key
from sim.engine.plain import below, luck
from sim.errors import IdentityError
from sim.explain.story import Change, Draw, Event
from sim.explain.tracing import Call, Heard, Luck
from sim.months import year_of
from sim.world import Terms, World

MONTHLY, YEARLY, ONCE = range(3)
Shared = TypeVar("Shared")


def scalars(table: Any, row: int) -> Any:
    """Return a table of numbers instead of columns: those of one row."""
    return type(table)(*[column[row].item() for column in table])


def scalars_of(table: Any, rows: Array) -> list[Any]:
    """Return tables of numbers instead of columns: those of each of some rows."""
    return [type(table)(*one) for one in zip(*[column[rows].tolist() for column in table], strict=True)]


@dataclass
class Look:
    """One agent around one step: ``old`` and ``new`` are its state before and after, ``traits`` what never changes.

    ``memory`` lives as long as the watcher; ``shared`` is common to all watchers of this step.
    """

    world: World
    terms: Terms
    step: str
    rules: str
    row: int
    traits: Any
    endowments: Any
    old: Any
    new: Any
    office: Any  # as it was before the step
    rules_before: Any  # by oblast, the rules that families had weighed before the step
    memory: dict[str, Any]
    shared: dict[Any, Any]
    heard: dict[str, Heard] = field(default_factory=dict)  # what the rules of the step did for it, by sweep
    events: list[Event] = field(default_factory=list)

    def __post_init__(self) -> None:
        pairs = zip(self.old._fields, self.old, self.new, strict=True)
        self._left = {name: Change(name, a, b) for name, a, b in pairs if a != b}

    @property
    def t(self) -> int:
        """The month."""
        return self.world.t

    def tell(
        self, kind: str, text: str, rule: str = "", columns: tuple[str, ...] = (),
        inputs: dict[str, float] | None = None, draws: tuple[Draw, ...] = (), notable: bool = True,
    ) -> None:  # fmt: skip
        """Add an event, with the changes of the named columns that nobody has claimed."""
        changes = tuple(self._left.pop(name) for name in columns if name in self._left)
        plain = {name: float(value) for name, value in (inputs or {}).items()}
        self.events.append(Event(self.t, self.step, rule or self.rules, kind, text, changes, plain, draws, notable))

    def call(self, rule: str) -> Call | None:
        """Return the first call of a rule in this step for this agent, nothing if it was not called."""
        return next((call for heard in self.heard.values() for call in heard.of(rule)), None)

    def asked(self) -> list[Luck]:
        """Return the draws that were looked at in this step for this agent, in their order."""
        return [luck for heard in self.heard.values() for luck in heard.luck]

    def luck(self, decision: Decision) -> Luck | None:
        """Return the draw for a decision that was looked at in this step for this agent, nothing if none was."""
        return next((luck for luck in self.asked() if luck.decision == decision.name), None)

    def given(self, kind: type[Shared]) -> Shared:
        """Return what a sweep of this step was given for everybody, by its type."""
        return next(one for heard in self.heard.values() for one in heard.given if isinstance(one, kind))

    def rest(self) -> None:
        """Tell of columns that changed without an event."""
        if self._left:
            self.tell("columns", "", columns=tuple(self._left), notable=False)

    def draw(
        self, decision: Decision, period: int = MONTHLY, threshold: float | None = None, happened: bool | None = None,
        sub: tuple[int, ...] = (),
    ) -> Draw:  # fmt: skip
        """Return the draw of this agent for a decision, by the period in which it is drawn."""
        when = (self.t, year_of(self.t), 0)[period]
        address = key(self.world.seed, decision, when)
        for part in sub:
            address = below(address, part)
        u = luck(address, self.traits.identifier)
        limit = None if threshold is None else float(threshold)
        return Draw(decision.name, when, self.traits.identifier, u, limit, happened, sub)

    def agree(self, column: str, mine: float) -> None:
        """Raise ``IdentityError`` unless the rules, asked again, give what stands in a column."""
        value = getattr(self.new, column)
        if mine != value and not (isinstance(value, float) and float(np.float32(mine)) == value):
            raise IdentityError(
                f"explain: {column} of {self.traits.identifier} is {value} in month {self.t} after '{self.step}', "
                f"but the rules asked again give {mine}"
            )

    def once(self, name: Any, make: Callable[[], Any]) -> Any:
        """Return what all watchers of this step share, made by the first who asks."""
        if name not in self.shared:
            self.shared[name] = make()
        return self.shared[name]
