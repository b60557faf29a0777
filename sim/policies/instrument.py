"""Instrument: a policy as everything else knows it: its name, its law in a country, what it pays, where it is shown.

A module of this package declares the policy (parameters with unit, range and source), the terms of a month, its rules,
and one ``Instrument``; :mod:`sim.policies.registry` lists it. Scenario files and their schema, the page's levers, the
books, the budget, costs, documentation and translations follow from there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from sim.policies.policy import Policy


@dataclass(frozen=True)
class Instrument:
    """A policy by the name of its table in a scenario.

    ``pays`` is a sweep over rows of households that adds what the instrument pays in a month to the benefits of each:
    ``pays(first, last, households, state, terms, deflator, sums)``; ``sums`` (oblasts,) receives real som of 2023 in
    fixed point. In months whose terms are ``None`` it is not called.
    """

    name: str
    title: str
    policy: type[Policy]
    of_country: Callable[[str], Policy] | None = None  # the law of a country; without it, what the declaration says
    page: str = ""  # heading of its levers on the page; instruments of one heading stand together
    pays: Callable[..., None] | None = None
    alone: Callable[[], Iterable[str]] | None = None  # texts that may stand in place of its table
    key_of_alone: str = ""  # parameter that such a text is the value of
    of_designs: bool = True  # whether designs can change it; otherwise it is the same for all designs of a scenario

    @property
    def line(self) -> str:
        """Name of its line in the books."""
        return f"paid_{self.name}"

    def in_force(self, country: str) -> Policy:
        """Return the policy as a country has it today."""
        return self.policy() if self.of_country is None else self.of_country(country)

    def written(self, raw: Any) -> Any:
        """Return a change as a table where it is written as a text alone."""
        return {self.key_of_alone: raw} if self.key_of_alone and isinstance(raw, str) else raw
