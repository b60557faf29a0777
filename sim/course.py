"""Course: one design lived through month by month, beside the world without the programme that markets refer to.

The figures are those of :mod:`sim.twins`, bit for bit: the world is ``before`` until the designs part and ``final``
from then on.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sim.behaviour import Behaviour
from sim.errors import InputError
from sim.laws import NO_CONTRACTS, Rules, law_of
from sim.population import Population
from sim.scenario import Scenario
from sim.schedule import SCHEDULE, Step, advance
from sim.twins import begun, charge, pays_cash, with_contracts
from sim.world import Terms, World

Seen = Callable[[World, Terms, Step], None]


class Course:
    """The world of one design, from January 2022 on; the burn-in is behind it."""

    def __init__(
        self, population: Population, scenario: Scenario, behaviour: Behaviour, seed: int, design: str,
        threads: int = 1,
    ) -> None:  # fmt: skip
        regions = population.country.regions
        self.scenario = scenario
        self.design = design
        self.last = scenario.last_month
        self._law = law_of(scenario, design, regions)
        mode = self._law.policies.financing.mode
        self._financed = any(mode.at(t) != "none" for t in range(scenario.start_month, self.last + 1))
        self._never, self.world = begun(population, scenario, behaviour, seed, threads)

    @property
    def over(self) -> bool:
        """Whether the horizon has been reached."""
        return self.world.t > self.last

    def month(self, before: Seen | None = None, after: Seen | None = None) -> None:
        """Simulate one month; ``before`` and ``after`` are called around each step of the schedule."""
        world, t = self.world, self.world.t
        if self.over:
            raise InputError(f"the scenario ends with {self.scenario.horizon}; a longer horizon makes a longer course")
        if t == self.scenario.start_month:
            self._part()
        if self._never.t <= t:
            advance(self._never, t)
        if before is None and after is None:
            advance(world, t)
            return
        terms = world.design.terms(t, world.behaviour)
        for step in SCHEDULE:
            if before is not None:
                before(world, terms, step)
            step.run(world, terms)
            if after is not None:
                after(world, terms, step)
        world.t += 1

    def _part(self) -> None:
        """Put the design into force; where it is financed, live it without financing first, to know what it costs."""
        world, rules = self.world, Rules(self._law)
        if pays_cash(self._law.policies, world.t, self.last):
            advance(self._never, self.last)
            world.chosen = advance(world.fork(design=Rules(with_contracts(self._law))), self.last).path
        if self._financed:
            advance(self._never, self.last)
            base: Any = self._never
            if world.t > 0:
                closed = law_of(self.scenario, NO_CONTRACTS, world.population.country.regions)
                base = advance(world.fork(design=Rules(closed)), self.last)
            world.financed = charge(self._law.policies, advance(world.fork(design=rules), self.last), base)
        world.design = rules
