"""Model: Kelishim as a model of Mesa; a step is a month.

>>> model = Kelishim(scale=1000)                                                              # doctest: +SKIP
>>> model.step()                                                                              # doctest: +SKIP
>>> model.month, model.households.select("contract == 5").agg("profit", np.mean)              # doctest: +SKIP

The agents are rows of tables (:mod:`sim.agentset`); nothing is registered with Mesa for each of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

import mesa
import numpy as np

from sim import agentset, months
from sim.agentset import AllAgents, ColumnSet, Employer, Household, Person
from sim.behaviour import Behaviour
from sim.course import Course
from sim.engine.columns import Array
from sim.errors import InputError, nearest
from sim.outcomes import CODEBOOK, Shown
from sim.outcomes.compared import Compared, Lives
from sim.population import Population, load
from sim.scenario import NONE, Scenario
from sim.state.monthly import Records
from sim.world import World

HEADLINES = ("poor", "contracts", "gross_jobs", "benefit_families", "incumbents", "employer_jobs")


class Kelishim(mesa.Model):  # type: ignore[misc]
    """One design on a simulated country, from January 2022 to the scenario's horizon; a step is a month.

    ``scenario`` is a :class:`Scenario`, a scenario file or nothing for present law; ``design`` names one of its
    designs. ``scale`` and ``seed`` count, not those of the scenario. ``behaviour`` defaults to the prior medians and
    ``population`` to the synthetic country at the scale.

    The same seed gives the same figures as :mod:`sim.twins`, unless somebody writes into the agents. The rules never
    use ``model.random`` or ``model.rng``. Mesa 3.5 takes the name ``scenario`` for its own; here it is called ``plan``.
    """

    figures_collected: ClassVar[tuple[str, ...]] = HEADLINES

    def __init__(
        self, scenario: Scenario | str | Path | None = None, design: str | None = None, scale: int = 1000,
        seed: int = 1, behaviour: Behaviour | None = None, population: Population | None = None, threads: int = 1,
    ) -> None:  # fmt: skip
        super().__init__(rng=seed)
        plan = Scenario.read(scenario) if isinstance(scenario, str | Path) else scenario or Scenario()
        self.design = design or next(iter(plan.designs))
        self.plan = plan.revised(scale=population.scale if population else scale, seed=seed)
        self.behaviour = behaviour or Behaviour.central(plan.country)
        people = population or load(plan.country, scale)
        self._course = Course(people, self.plan, self.behaviour, seed, self.design, threads)
        self._sets = agentset.sets_of(self.world, self)
        self._by_type: dict[type, ColumnSet] = dict(zip((Household, Person, Employer), self._sets, strict=True))
        self.datacollector = ColumnCollector({name: _figure(name) for name in self.figures_collected})

    def step(self) -> None:
        """Simulate one month; past the horizon nothing happens."""
        if self._course.over:
            self.running = False
            return
        self._course.month()
        self.running = not self._course.over
        self.datacollector.collect(self)

    @property
    def world(self) -> World:
        """The world of columns beneath."""
        return self._course.world

    @property
    def month(self) -> str:
        """The last month simulated, as YYYY-MM; before the first step 2021-12."""
        return months.label(self.world.t - 1)

    @property
    def households(self) -> agentset.HouseholdSet:
        """All households."""
        return self._sets[0]

    @property
    def persons(self) -> agentset.PersonSet:
        """All persons with a certified disability."""
        return self._sets[1]

    @property
    def employers(self) -> agentset.EmployerSet:
        """All employers with at least five staff."""
        return self._sets[2]

    @property
    def agents(self) -> Any:
        """All agents; refuses to be walked one by one in a large country (:class:`sim.agentset.AllAgents`)."""
        return AllAgents(self._by_type)

    @property
    def agent_types(self) -> list[type]:
        """The three kinds of row views."""
        return list(self._by_type)

    @property
    def agents_by_type(self) -> dict[type, ColumnSet]:
        """The set of each kind of row view."""
        return self._by_type

    @property
    def records(self) -> Records:
        """Figures of every month since January 2022, in real persons and som of 2023."""
        return self.world.records

    def figure(self, name: str, month: int = -1) -> float:
        """Return a recorded figure of the whole country, of the last month or of another by its place in the records.

        Before the first step it is not a number.
        """
        rows = self.records.rows
        if not rows:
            return float("nan")
        if name not in rows[month]:
            raise InputError(f"there is no recorded figure '{name}'; {nearest(name, rows[month])}")
        return float(np.sum(rows[month][name]))

    def headline(self, without: Kelishim) -> dict[str, float]:
        """Return the headline outcomes of this run, those of the command line, against a run ``without`` the design.

        The other run is one of the design ``none`` of the same plan, at the same month. Outcomes that need worlds with
        fixed markets, or months after the horizon, are left out.
        """
        mine, theirs = (replace(m.world, records=m.records.since(self.world.start)) for m in (self, without))
        if (mine.t, mine.seed, mine.rows) != (theirs.t, theirs.seed, theirs.rows) or without.design != NONE:
            raise InputError(
                f"the other run is one of '{without.design}' at {without.month}; it must be one of '{NONE}' of the "
                f"same country and seed at {self.month}"
            )
        compared = Compared(Lives(theirs, theirs, None, None, mine, mine), mine.t - 1)
        told = {name: outcome.value(compared) for name, outcome in CODEBOOK.items()
                if Shown.HEADLINE in outcome.shown and outcome.value is not None}  # fmt: skip
        return {name: float(value) for name, value in told.items() if value is not None}

    def frame(self) -> Any:
        """Return a pandas table of all recorded figures of the whole country, one line for each month."""
        import pandas

        made = [{name: float(np.sum(value)) for name, value in row.items()} for row in self.records.rows]
        return pandas.DataFrame(made, index=pandas.Index([months.label(t) for t in self.records.months], name="month"))


class ColumnCollector(mesa.DataCollector):  # type: ignore[misc]
    """Mesa's data collector, with reporters of agent types that read whole columns.

    ``agenttype_reporters`` maps :class:`Household`, :class:`Person` or :class:`Employer` to reporters: the name of a
    column, or a function of the set that returns one value for each agent. Mesa's own collector works as well, agent by
    agent. A misspelt column is an error in both.
    """

    def __init__(
        self, model_reporters: Mapping[str, Any] | None = None,
        agenttype_reporters: Mapping[type, Mapping[str, str | Callable[[ColumnSet], Array]]] | None = None,
        tables: Mapping[str, list[str]] | None = None,
    ) -> None:  # fmt: skip
        super().__init__(model_reporters, agenttype_reporters=agenttype_reporters, tables=tables)
        self._whole = agenttype_reporters or {}

    def _record_agenttype(self, model: Any, agent_type: type) -> Any:
        rows = model.agents_by_type[agent_type]
        columns = [
            rows.get(reporter) if isinstance(reporter, str) else np.asarray(reporter(rows))
            for reporter in self._whole[agent_type].values()
        ]
        time = getattr(model, "time", model.steps)
        who = rows.get("unique_id").tolist()
        return ((time, *line) for line in zip(who, *(column.tolist() for column in columns), strict=True))


def _figure(name: str) -> Callable[[Kelishim], float]:
    return lambda model: model.figure(name)
