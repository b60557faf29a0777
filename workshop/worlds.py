"""Worlds: the simulated countries that a worker process keeps in memory, and what it runs on them.

For each draw of the parameters the country is simulated once until the designs part, and once on without new contracts.
A design is then a fork of the first, with the same luck, run to the horizon. Memory is bounded: 50 MB a draw, and 14 MB
for each design of it that is kept for a story.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache, partial
from typing import Any

from experiments.mechanisms import ACCOUNTS
from sim import population
from sim.behaviour import Behaviour
from sim.outcomes import CODEBOOK
from sim.outcomes.compared import Compared
from sim.scenario import Scenario
from sim.twins import Ground
from workshop.designs import read, scenario
from workshop.figures import Floats, Place, measured
from workshop.orders import LEVELS, SOME_RUNS

FOLLOWED = 60  # months: contracts end in three years
JOBS = next(account for account in ACCOUNTS if account.total == "net_jobs")
KEPT_FOR_STORIES, KEPT = 4, 1  # last designs kept of each draw, in which a life is looked for and in others


def _value(outcome: str, compared: Compared) -> float:
    """Return an outcome of the whole country; zero where nothing of the kind is in the design."""
    value = CODEBOOK[outcome].value
    found = None if value is None else value(compared)
    return 0.0 if found is None else float(found)


class Country:
    """The draws of one worker."""

    def __init__(
        self, shared: Mapping[str, Any], sets: Sequence[Mapping[str, float]], seeds: Sequence[int],
        attend: Callable[[], None] | None = None,
    ) -> None:  # fmt: skip
        """``attend`` is called before each month that is simulated; what it raises ends the order in hand."""
        self.attend = attend
        self.scenario = Scenario.of(shared)
        self.people = population.load(
            self.scenario.country, self.scenario.scale, labour_scale=self.scenario.labour_scale
        )
        self.sets, self.seeds = sets, seeds
        self.grounds: dict[int, Ground] = {}
        self.asked = lru_cache(maxsize=64)(partial(self.asking, worlds="whole"))
        self.terms: dict[int, set[tuple[int, int, int]]] = {}

    def asking(self, *shorts: str, worlds: str) -> Scenario:
        """Return the scenario of some designs as they are asked about in this country."""
        shared = self.scenario
        designs = [read(short) for short in shorts]
        return scenario(designs, scale=shared.scale, labour_scale=shared.labour_scale, worlds=worlds)

    def prepare(self, k: int) -> None:
        """Simulate draw ``k`` until the designs part, and on without them."""
        behaviour = Behaviour.from_values(self.sets[k])
        ground = Ground.of(self.people, self.scenario, behaviour, self.seeds[k], attend=self.attend)
        ground.most_kept = KEPT_FOR_STORIES if k < LEVELS[0] else KEPT
        if len(self.grounds) >= SOME_RUNS:
            ground.never = None  # needed by what follows the horizon alone, 14 MB
        self.grounds[k] = ground
        self.terms[k] = set(self._terms(k))

    def run(self, design: str, k: int) -> tuple[tuple[Place, ...], Floats]:
        """Return the figures of a design in draw ``k``; raises if the draw is not prepared."""
        asked = self.asked(design)
        ground = self.grounds[k]
        lives = ground.live(asked, next(iter(asked.designs)))
        terms = self._terms(k)
        for place in [place for place in terms if place not in self.terms[k]]:
            del terms[place]  # quotas of designs looked at once would fill the memory in a day
        return measured(lives, self.scenario.last_month, ground.known)

    def parts(self, design: str, versus: str) -> list[list[dict[str, float]]]:
        """Return what net jobs of two designs are made of at the end, by design and run; some of this worker's runs.

        It takes two worlds more for each design, so only some runs are looked at.
        """
        asked = self.asking(design, versus, worlds="all")
        wanted = [outcome for outcome, _ in JOBS.lines.values()] + [JOBS.total]
        runs = sorted(self.grounds)[:SOME_RUNS]
        out = []
        for name in asked.designs:
            compared = (Compared(self.grounds[k].live(asked, name), self.scenario.last_month) for k in runs)
            out.append([{one: _value(one, c) for one in wanted} for c in compared])
        return out

    def later(self, design: str, versus: str, number: int) -> list[list[float]]:
        """Return net jobs of two designs by month to the horizon and on, without new contracts; of one run."""
        asked = self.asking(design, versus, worlds="whole")
        known = [ground for _, ground in sorted(self.grounds.items()) if ground.never is not None]
        ground = known[number % len(known)]
        followed = replace(ground, scenario=self.scenario.revised(follow=FOLLOWED))
        found = [ground.live(asked, name) for name in asked.designs]
        return [
            [*map(float, Compared(lives, self.scenario.last_month).parts["net"]),
             *map(float, followed.afterwards(lives).jobs)]
            for lives in found
        ]  # fmt: skip

    def _terms(self, k: int) -> dict[tuple[int, int, int], Any]:
        """Return the terms of quotas that the worlds of a draw have worked out."""
        terms: dict[tuple[int, int, int], Any] = self.grounds[k].base.design.quotas  # type: ignore[attr-defined]
        return terms
