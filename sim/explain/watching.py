"""Watching: households and employers followed through a course, without changing it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from sim.course import Course
from sim.errors import InputError
from sim.explain import businesses, families, firms
from sim.explain.hearing import Ears
from sim.explain.looking import Look, scalars, scalars_of
from sim.explain.story import Event, Story
from sim.schedule import Step
from sim.words import said
from sim.world import Terms, World

LABOUR = "persons with disabilities and employers"
HANDLERS = {**families.STEPS, **businesses.STEPS}


class Watcher:
    """One agent that is followed."""

    def __init__(self, kind: str, traits: Any, state: Any, identifier: int) -> None:
        found = np.flatnonzero(traits.identifier == identifier)
        if not len(found):
            near = traits.identifier[np.argmin(np.abs(traits.identifier.astype(np.int64) - int(identifier)))]
            raise InputError(f"there is no {kind} {identifier} in this country; the nearest is {near}")
        self.kind = kind
        self.row = int(found[0])
        self.traits = scalars(traits, self.row)
        self.memory: dict[str, Any] = {}
        self.seen: dict[str, Any] = {}
        self.events: list[Event] = []
        self.now = self.first = scalars(state, self.row)

    def story(self, course: Course, about: str) -> Story:
        """Return what was seen, in the words of the country."""
        name = course.scenario.country
        events = tuple(
            replace(one, text=said(one.text, name), inputs={said(key, name): v for key, v in one.inputs.items()})
            for one in self.events
        )
        return Story(
            self.kind, self.traits.identifier, course.design, course.world.seed, said(about, name), events,
            self.first._asdict(), self.now._asdict(),
        )  # fmt: skip


class Watch:
    """Follows agents through each step of each month."""

    def __init__(self, course: Course, households: Sequence[int] = (), employers: Sequence[int] = ()) -> None:
        self.course = course
        world, labour = course.world, course.world.labour
        self.households = [Watcher("household", world.households, world.state, one) for one in households]
        self.employers = [Watcher("employer", labour.frame.employers, labour.employers, one) for one in employers]
        self.ears = Ears(world, [one.row for one in self.households])
        self._office: Any = None
        self._rules: Any = None

    def run(self) -> list[Story]:
        """Live the course to its end and return the stories, households first."""
        world = self.course.world
        if self.employers:
            world.labour.watch = self._labour
            for watcher in self.employers:
                watcher.memory["people"] = np.flatnonzero(world.labour.persons.employer == watcher.row)
        world.watch = self.ears if self.households else None
        try:
            while not self.course.over:
                self.course.month(self._before, self._after)
        finally:
            world.watch = world.labour.watch = None
        country = world.population.country
        return [
            *[one.story(self.course, _family(one.traits, country)) for one in self.households],
            *[one.story(self.course, firms.described(one.traits, country.regions)) for one in self.employers],
        ]  # fmt: skip

    def _before(self, world: World, terms: Terms, step: Step) -> None:
        self._office = world.office.fork()
        self._rules = world.last_rules

    def _after(self, world: World, terms: Terms, step: Step) -> None:
        shared: dict[Any, Any] = {}
        states = scalars_of(world.state, self.ears.rows)
        for place, (watcher, new) in enumerate(zip(self.households, states, strict=True)):
            heard = self.ears.taken(place)
            if new == watcher.now and step.name not in HANDLERS:
                continue
            if "endowments" not in watcher.memory:
                watcher.memory["endowments"] = scalars(world.endowments, watcher.row)
            look = self._look(watcher, world, terms, step, new, watcher.memory["endowments"], shared)
            look.heard = heard
            if step.name in HANDLERS:
                HANDLERS[step.name](look)
            look.rest()
            watcher.events += look.events
            watcher.now = new
        if step.name == LABOUR:
            for watcher in self.employers:
                new = scalars(world.labour.employers, watcher.row)
                look = self._look(watcher, world, terms, step, new, None, shared)
                firms.quota_year(look, watcher.seen)
                look.new = new
                firms.people(look)
                firms.enforcement(look, watcher.seen)
                look.rest()
                watcher.events += look.events
                watcher.now = new
                watcher.seen = {}

    def _look(
        self, watcher: Watcher, world: World, terms: Terms, step: Step, new: Any, endowments: Any,
        shared: dict[Any, Any],
    ) -> Look:
        return Look(
            world, terms, step.name, step.rules, watcher.row, watcher.traits, endowments, watcher.now, new,
            self._office, self._rules, watcher.memory, shared,
        )  # fmt: skip

    def _labour(self, moment: str, law: Any, services: Any, prices: Any, standing: Any) -> None:
        """Look at employers between the parts of the labour step."""
        labour = self.course.world.labour
        for watcher in self.employers:
            if moment == firms.DECIDED:
                watcher.seen[moment] = scalars(labour.employers, watcher.row)
            else:
                kept = standing._replace(fined_at=standing.fined_at.copy())
                watcher.seen[moment] = (*firms.one_row(labour, watcher.row, prices), law, services, kept)


def _family(h: Any, country: Any) -> str:
    place = "town" if h.urban else "village"
    extra = f", {h.with_disability} with a disability" if h.with_disability else ""
    goods = [f"livestock worth {h.herd:.0f} sheep" if h.herd else "", f"{h.land:.1f} ha of land" if h.land else ""]
    owns = ", ".join(good for good in goods if good) or "no livestock, no land"
    return (
        f"Household {h.identifier} in {country.raion_names[h.raion]} ({country.regions[h.oblast]}, {place}): {h.size} "
        f"people, {h.children} of them children{extra}; {owns}; {h.distance:.0f} km to the office."
    )
