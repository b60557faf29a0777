"""Parting: the first point where two designs part for one agent, and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sim import months
from sim.errors import InputError
from sim.explain.story import Draw, Event, Story, number
from sim.schedule import SCHEDULE
from sim.state.households import RING

# Columns that say what the agent has on its mind or earns; all others say what became of it.
RECKONING = frozenset({
    "earned", "informal", "own_income", "transfers", "declared", "bears", "staffed", "lenders", "expected_gain",
    "best_sector", "profit", "reinvested", "due_1", "due_2", "due_3", "sold_1", "sold_2", "sold_3", "own_money", *RING,
    "income_year",
    "consumption", "recurrent_total", "once_total", "benefit_total", "capital", "merit", "diverted", "wanted",
    "levy_due", "counted", "instalment", "protection", "repayable", "payback",
})  # fmt: skip


@dataclass(frozen=True)
class Difference:
    """A number that differs between two stories in the same step of the same month."""

    month: int
    step: str
    name: str
    first: float
    second: float

    def __str__(self) -> str:
        shown = number(self.first), number(self.second)
        if shown[0] == shown[1]:
            shown = f"{self.first:.9g}", f"{self.second:.9g}"
        return f"{self.name} is {shown[0]} against {shown[1]}"


@dataclass(frozen=True)
class Parting:
    """Where two stories part.

    ``begins`` is the first number of any kind that differs; ``month`` and ``step`` are where what becomes of the agent
    first differs, ``None`` if it never does; ``draws`` the draws there that fall differently, with their thresholds
    under both designs; ``reasons`` the inputs of that step that differ.
    """

    designs: tuple[str, str]
    begins: Difference | None
    month: int | None
    step: str | None
    events: tuple[tuple[Event, ...], tuple[Event, ...]]
    draws: tuple[tuple[Draw | None, Draw | None], ...]
    reasons: tuple[Difference, ...]

    def text(self) -> str:
        """Return the parting in words."""
        a, b = self.designs
        if self.begins is None:
            return f"Nothing differs between '{a}' and '{b}' for this agent."
        start = f"{self.begins} in {months.label(self.begins.month)} ({self.begins.step})"
        if self.month is None:
            return f"'{a}' and '{b}' never part for this agent; only numbers differ, first: {start}."
        lines = [f"'{a}' and '{b}' part in {months.label(self.month)}, at the step '{self.step}'."]
        for design, events in zip(self.designs, self.events, strict=True):
            said = "; ".join(event.text for event in events if event.text) or "nothing happens"
            lines.append(f"  under '{design}': {said}")
        for one, two in self.draws:
            lines.append("  " + _decided(one, two, self.designs))
        if self.reasons:
            lines.append("  because: " + "; ".join(map(str, self.reasons)))
        lines.append(f"  what differed first: {start}")
        return "\n".join(lines)


def part(first: Story, second: Story) -> Parting:
    """Return where two stories part; raises ``InputError`` for stories of different agents or different luck."""
    if (first.kind, first.identifier, first.seed) != (second.kind, second.identifier, second.seed):
        raise InputError(
            f"the stories are of {first.kind} {first.identifier} with seed {first.seed} and {second.kind} "
            f"{second.identifier} with seed {second.seed}; they must be of one agent and one seed"
        )
    begins: Difference | None = None
    for mine, yours in _steps(first, second):
        if begins is None:
            begins = next(_differences(mine, yours), None)
        if _fate(mine) != _fate(yours):
            head = (mine or yours)[0]
            told = _told(mine), _told(yours)
            reasons = tuple(_differences(mine, yours, only_inputs=True))
            both = (first.design, second.design)
            return Parting(both, begins, head.month, head.step, told, tuple(_otherwise(mine, yours)), reasons)
    return Parting((first.design, second.design), begins, None, None, ((), ()), (), ())


def _steps(first: Story, second: Story) -> Iterator[tuple[list[Event], list[Event]]]:
    """Yield the events of both stories step by step, in the order of the schedule."""
    order = {step.name: place for place, step in enumerate(SCHEDULE)}
    parts: dict[tuple[int, int], tuple[list[Event], list[Event]]] = {}
    for which, story in enumerate((first, second)):
        for event in story.events:
            parts.setdefault((event.month, order[event.step]), ([], []))[which].append(event)
    for place in sorted(parts):
        yield parts[place]


def _fate(events: list[Event]) -> Any:
    changes = {(c.column, c.after) for event in events for c in event.changes if c.column not in RECKONING}
    return changes, {(d.address, d.happened) for event in events for d in event.draws if d.happened}


def _told(events: list[Event]) -> tuple[Event, ...]:
    """Return the events worth telling, or what stood in the way where there are none."""
    return tuple(event for event in events if event.notable) or tuple(event for event in events if event.text)


def _differences(mine: list[Event], yours: list[Event], only_inputs: bool = False) -> Iterator[Difference]:
    head = (mine or yours)[0]
    pairs = [({}, {}), ({}, {})]  # type: list[tuple[dict[str, float], dict[str, float]]]
    for which, events in enumerate((mine, yours)):
        for event in events:
            for name, value in event.inputs.items():
                pairs[0][which].setdefault(name, value)
            for change in event.changes:
                pairs[1][which].setdefault(change.column, change.after)
    for one, two in pairs[: 1 if only_inputs else 2]:
        for name in one:
            if name in two and one[name] != two[name]:
                yield Difference(head.month, head.step, name, one[name], two[name])
    if not only_inputs:
        for name in sorted(set(pairs[1][0]) ^ set(pairs[1][1])):
            known = [{c.column: (c.before, c.after) for event in one for c in event.changes} for one in (mine, yours)]
            before = (known[0].get(name) or known[1][name])[0]
            values = [one[name][1] if name in one else before for one in known]
            yield Difference(head.month, head.step, name, values[0], values[1])


def _otherwise(mine: list[Event], yours: list[Event]) -> Iterator[tuple[Draw | None, Draw | None]]:
    """Yield the draws that fall differently, or are asked under one design only."""
    a, b = ({d.address: d for event in events for d in event.draws} for events in (mine, yours))
    for address in dict.fromkeys([*a, *b]):
        one, two = a.get(address), b.get(address)
        if one is None or two is None or one.happened != two.happened:
            yield one, two


def _decided(one: Draw | None, two: Draw | None, designs: tuple[str, str]) -> str:
    draw = one or two
    assert draw is not None
    said = []
    for design, each in zip(designs, (one, two), strict=True):
        if each is None:
            said.append(f"not asked under '{design}'")
        elif each.threshold is None:
            said.append(f"used under '{design}'")
        else:
            side = "below" if each.u < each.threshold else "not below"
            said.append(f"{side} {each.threshold:.4f} under '{design}'")
    return f"the draw {draw.address} is {draw.u:.4f}: " + ", ".join(said)
