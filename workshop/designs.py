"""Designs: what a room asks for, as changes of levers; one canonical form for links, for memory and for scenarios.

design = read("levy:0.25,grant:200000")
design.short        'grant:200000,levy:0.25'
design.table()      {'social_contract': {'grant': 200000, 'slots': 10000}, 'quota': {'levy': 0.25}}
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from sim.errors import KelishimError
from sim.population.sampling import LABOUR_SCALE
from sim.scenario import NONE, Scenario
from workshop.country import COUNTRY, HORIZON, START
from workshop.levers import CHOICE, LAW, NUMBER, YES_NO, Lever, by_key, levers
from workshop.problems import Problem

TODAY = "today"
LONGEST, MOST = 600, 24  # letters of a design, designs of a request: as many as a scenario file holds
MOST_CONTRACTS = 1_000_000


@dataclass(frozen=True)
class Design:
    """A design in canonical form: changed levers in the order of the page, or no new contracts at all."""

    changes: tuple[tuple[str, Any], ...] = ()
    closed: bool = False

    @property
    def short(self) -> str:
        """The whole design as it stands in a link."""
        if self.closed:
            return NONE
        return ",".join(f"{key}:{_written(value)}" for key, value in self.changes) or TODAY

    @property
    def identifier(self) -> str:
        """Twelve hexadecimal digits, equal for equal designs."""
        return hashlib.sha256(self.short.encode()).hexdigest()[:12]

    @property
    def contracts(self) -> int:
        """Contracts a year: the budget divided by the grant, rounded down."""
        values = self.values()
        if self.closed or not values["grant"] > 0:
            return 0
        return math.floor(values["envelope"] / values["grant"] + 1e-9)

    def values(self) -> dict[str, Any]:
        """Return the value of every lever."""
        changed = dict(self.changes)
        law = changed.get(LAW, by_key()[LAW].today)
        return {lever.key: lever.standing(law) for lever in levers()} | changed

    def table(self) -> dict[str, dict[str, Any]]:
        """Return the change of each policy, as a scenario file writes it."""
        known = by_key()
        out: dict[str, dict[str, Any]] = {}
        for key, value in self.changes:
            lever = known[key]
            part = out.setdefault(lever.policy, {})
            if key == "envelope":
                continue
            part |= dict.fromkeys((lever.name, *lever.also), value)
        changed = dict(self.changes)
        if "grant" in changed or "envelope" in changed:
            out["social_contract"]["slots"] = self.contracts
        law = changed.get(LAW, known[LAW].today)
        if "size" in changed and changed["size"] < known["size"].standing(law):  # the schedule of the law begins there
            out["quota"].setdefault("rate", known["rate"].standing(law))
        return out

    def as_dict(self) -> dict[str, Any]:
        """Return what is sent to the page."""
        return {
            "id": self.identifier, "short": self.short, "changes": dict(self.changes), "contracts": self.contracts,
        }  # fmt: skip


def made(changes: Mapping[str, Any]) -> Design:
    """Return the design of some changes; raises :class:`Problem` for a lever or a value that does not exist."""
    known = by_key()
    for key in changes:
        if key not in known:
            raise Problem("unknown_lever", name=str(key)[:40], known=", ".join(known))
    values = {key: _checked(known[key], value) for key, value in changes.items()}
    law = values.get(LAW, known[LAW].today)
    kept = tuple(
        (lever.key, values[lever.key]) for lever in levers()
        if lever.key in values and values[lever.key] != lever.standing(law)
    )  # fmt: skip
    design = Design(kept)
    if design.contracts > MOST_CONTRACTS:
        raise Problem("too_many_contracts", count=design.contracts, most=MOST_CONTRACTS)
    try:
        scenario([design], scale=1000)
    except KelishimError as error:
        raise Problem("cannot_be_used", reason=str(error).partition(": ")[2] or str(error)) from None
    return design


@lru_cache(maxsize=8192)
def read(text: str) -> Design:
    """Return the design of a short form.

    >>> read("levy:0.25,grant:200000").short, read("grant:150000").short
    ('grant:200000,levy:0.25', 'today')
    """
    if text == NONE:
        return Design(closed=True)
    if text in ("", TODAY):
        return Design()
    shown = text if len(text) <= 60 else text[:57] + "..."
    if len(text) > LONGEST:
        raise Problem("not_a_design", value=shown)
    changes: dict[str, Any] = {}
    for part in text.split(","):
        key, colon, value = part.partition(":")
        lever = by_key().get(key)
        if not colon:
            raise Problem("not_a_design", value=shown)
        if lever is None:
            raise Problem("unknown_lever", name=key[:40], known=", ".join(by_key()))
        if key in changes:
            raise Problem("twice", lever=lever.label, key=key)
        changes[key] = _parsed(lever, value)
    return made(changes)


def read_all(texts: Sequence[str]) -> list[Design]:
    """Return the designs of a request: one to 24, the first is the one compared with."""
    if not 1 <= len(texts) <= MOST:
        raise Problem("number_of_designs", count=len(texts), most=MOST)
    return [read(text) for text in texts]


def letter(k: int) -> str:
    """Return what the design in place ``k`` is called, however many there are.

    >>> letter(0), letter(7), letter(25), letter(26), letter(701), letter(702)
    ('A', 'H', 'Z', 'AA', 'ZZ', 'AAA')
    """
    return (letter(k // 26 - 1) if k >= 26 else "") + chr(ord("A") + k % 26)


def scenario(
    designs: Sequence[Design],
    *,
    scale: int,
    draws: int = 1,
    labels: Sequence[str] = (),
    worlds: str = "all",
    labour_scale: int = LABOUR_SCALE,
) -> Scenario:
    """Return the scenario that compares some designs; the same one a researcher gets as a file."""
    tables: dict[str, Any] = {}
    for k, design in enumerate(designs):
        label = labels[k] if k < len(labels) else ""
        if design.closed:
            name = NONE
        elif not design.changes and TODAY not in tables:
            name = TODAY
        else:
            name = f"design_{letter(k)}"
        if name in tables:
            name = f"design_{letter(k)}"
        table: dict[str, Any] = design.table()
        if design.closed and name != NONE:
            table = {"social_contract": {"slots": 0}}
        tables[name] = ({"label": label} if label else {}) | table
    return Scenario.of(
        {
            "name": "workshop", "country": COUNTRY, "start": START, "horizon": HORIZON, "scale": scale,
            "labour_scale": labour_scale, "draws": draws, "replications": 1, "prior": "posterior", "worlds": worlds,
            "designs": tables,
        },
        "scenario",
    )  # fmt: skip


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value) if isinstance(value, str) else format(Decimal(repr(value)).normalize(), "f")


def _parsed(lever: Lever, text: str) -> Any:
    if lever.kind == YES_NO:
        if text not in ("yes", "no"):
            raise Problem("not_a_choice", lever=lever.label, key=lever.key, value=text[:40], known="yes, no")
        return text == "yes"
    if lever.kind == CHOICE:
        return text
    plain = len(text) <= 24 and set(text) <= set("0123456789.-")
    try:
        return float(Decimal(text if plain else ""))
    except InvalidOperation:
        raise Problem("not_a_number", lever=lever.label, key=lever.key, value=text[:40]) from None


def _checked(lever: Lever, value: Any) -> Any:
    """Return a value in canonical form."""
    about = {"lever": lever.label, "key": lever.key}
    if lever.kind != NUMBER:
        values = [choice.value for choice in lever.choices]
        if isinstance(value, bool if lever.kind == YES_NO else str) and value in values:
            return value
        raise Problem("not_a_choice", **about, value=_seen(value), known=", ".join(_written(v) for v in values))
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Problem("not_a_number", **about, value=_seen(value))
    assert lever.low is not None and lever.high is not None and lever.step is not None  # noqa: PT018
    if not lever.low <= value <= lever.high:  # no number is not in any range
        raise Problem("out_of_range", **about, value=_seen(value), low=lever.low, high=lever.high)
    places = max(0, -int(Decimal(repr(lever.step)).normalize().as_tuple().exponent))
    rounded = round(float(value), places)
    if abs(rounded - value) > 1e-9 * max(1.0, abs(value)):
        raise Problem("too_fine", **about, value=_seen(value), step=10.0**-places)
    if lever.whole or float(rounded).is_integer():
        return int(rounded)
    return rounded


def _seen(value: Any) -> Any:
    """Return a refused value short enough to be sent back."""
    if isinstance(value, bool | int | float) and -1e15 < value < 1e15:
        return value
    if isinstance(value, int):
        return "a number that is far too large"
    return str(value)[:40] if not isinstance(value, dict | list) else "a table or a list"
