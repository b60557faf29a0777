"""Worlds: the simulated countries that a worker process keeps in memory, and what it runs on them.

For each draw of the parameters the country is lived once until the designs part, and once on without new contracts.
A design is then a fork of the first, with the same luck, run to the horizon. Where only quota or services differ from
a design already lived, its families live the same lives and only labour is run again (:func:`sim.twins.replay`).
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from sim import population
from sim.behaviour import Behaviour
from sim.scenario import Scenario
from sim.schedule import advance
from sim.twins import Law, Rules, replay, roots, same_households
from sim.world import World
from workshop.figures import Floats, Place, measured

LIVED = 3  # worlds kept for each draw, so that quota levers answer fast


class Draw(NamedTuple):
    """One draw in memory."""

    before: World
    base: World
    lived: OrderedDict[Law, World]


class Country:
    """The draws of one worker."""

    def __init__(self, scenario: Mapping[str, Any], sets: Sequence[Mapping[str, float]], seeds: Sequence[int]) -> None:
        self.scenario = Scenario.of(scenario)
        self.people = population.load(self.scenario.country, self.scenario.scale)
        self.sets, self.seeds = sets, seeds
        self.last = self.scenario.last_month
        self.draws: dict[int, Draw] = {}
        self.law = lru_cache(maxsize=256)(self._law)

    def prepare(self, k: int) -> None:
        """Live draw ``k`` until the designs part, and on without them."""
        behaviour = Behaviour.from_values(self.sets[k])
        _, before, base = roots(self.people, self.scenario, behaviour, self.seeds[k])
        self.draws[k] = Draw(before, base, OrderedDict())

    def run(self, design: str, k: int) -> tuple[tuple[Place, ...], Floats]:
        """Return the figures of a design in draw ``k``; raises if the draw is not prepared."""
        draw, law = self.draws[k], self.law(design)
        rules = Rules(law, quotas=dict(draw.base.design.quotas))  # type: ignore[attr-defined]
        like = next((old for old in draw.lived if same_households(old.policies, law.policies)), None)
        if like is None:
            world = advance(draw.before.fork(design=rules), self.last)
            draw.lived[law] = world
            if len(draw.lived) > LIVED:
                draw.lived.popitem(last=False)
        else:
            draw.lived.move_to_end(like)
            world = replay(draw.lived[like], draw.before, rules, None)
        return measured(draw.before, draw.base, world, self.last)

    def _law(self, design: str) -> Law:
        from workshop.designs import read, scenario

        made = scenario([read(design)], scale=self.scenario.scale)
        return Law(made.policies(next(iter(made.designs))), self.people.country.regions)
