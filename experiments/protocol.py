"""Protocol: what a study asks beyond its scenario, the table ``[study]`` of a scenario file.

A scenario says which designs are compared on which country. Its protocol says which outcomes answer the question, how
precise they must be, and, where arms differ in more than policy, what else differs: behaviour or data. It is written
down before the first run; a change after that is noted in the result.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import Field, model_validator

from experiments.analysis import RATIOS
from experiments.factors import Explore, Part, checked_factors
from experiments.precision import LEAST, MOST, Stopping
from sim.behaviour import check
from sim.checking import checked
from sim.countries import placed
from sim.errors import InputError, nearest
from sim.outcomes import CODEBOOK
from sim.policies.policy import complaint, known_keys
from sim.scenario import Scenario
from sim.toml import toml_tables, toml_text

STUDY = "study"
PRIMARY = ("net_jobs", "jobs_disability", "poverty_exits", "income_change", "net_fiscal_cost", "cost_per_net_job")
Positive = Annotated[float, Field(gt=0.0)]


class Arm(Part):
    """One arm: a design of the scenario, and what differs from the other arms in behaviour or data."""

    label: str = Field("", max_length=120, title="Name in tables and charts")
    design: str = Field("", title="Design of the scenario; the one of the same name if not given")
    behaviour: dict[str, float] = Field({}, title="Parameters of behaviour that have one value in this arm")
    economy: dict[str, Any] = Field({}, title="Economy of this arm, instead of that of the scenario")
    country: str = Field("", title="Country, a folder of its data, instead of that of the scenario")
    population: int = Field(1, ge=1, le=1_000_000, title="Number of the simulated population; 1 is the usual one")


class Stop(Part):
    """When to stop: a precision, and the most that may be spent on it."""

    width: dict[str, Positive] = Field(
        {}, title="Outcome: widest 90 % confidence interval of each mean paired difference, in units of the outcome"
    )
    relative: float = Field(
        0.0,
        ge=0.0,
        le=1.0,
        title="Largest error of medians and 5 % and 95 % quantiles, as a share of the 90 % interval",
    )
    probability: float = Field(0.0, ge=0.0, le=0.5, title="Largest error of each probability of a positive difference")
    least_draws: int = Field(LEAST, ge=30, le=10_000, title="Draws before the first look")
    most_draws: int = Field(MOST, ge=30, le=10_000, title="Draws after which it stops in any case")
    minutes: float = Field(0.0, ge=0.0, title="Minutes after which it stops in any case; 0 is no limit")


class Protocol(Part):
    """The table ``[study]``."""

    outcomes: tuple[str, ...] = Field(PRIMARY, min_length=1, max_length=20, title="Outcomes that answer the question")
    failures_allowed: float = Field(0.05, ge=0.0, le=1.0, title="Share of runs that may fail before the study fails")
    stop: Stop | None = Field(None, title="When to stop; without it, when the scenario's draws are finished")
    arms: dict[str, Arm] = Field({}, max_length=24, title="Arms; without them, each design is one")
    explore: Explore | None = Field(None, title="Points instead of draws")

    def plain(self) -> dict[str, Any]:
        """Return plain values from which an equal protocol is made; only what was given."""
        return self.model_dump(mode="json", exclude_unset=True, exclude_none=True)

    def stopping(self, draws: int) -> Stopping:
        """Return the contract; ``draws`` are those of the scenario, which count where no precision is asked."""
        if self.stop is None:
            return Stopping(draws)
        asked = Stopping(
            self.stop.most_draws, self.stop.least_draws, dict(self.stop.width), self.stop.relative,
            self.stop.probability, 60.0 * self.stop.minutes,
        )  # fmt: skip
        return asked if asked.precise else Stopping(draws, seconds=asked.seconds)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        stop = self.stop
        if stop is not None and stop.least_draws > stop.most_draws:
            says = f"is {stop.least_draws}; it must be at most most_draws, {stop.most_draws}"
            raise complaint(says, "stop", "least_draws")
        if stop is not None and not self.stopping(1).precise and not stop.minutes:
            raise complaint("asks for nothing; it must give width, relative, probability or minutes", "stop")
        if stop is not None and self.explore is not None and self.stopping(1).precise:
            raise complaint("asks for a precision; a study that explores has a fixed number of points", "stop")
        return self


@dataclass(frozen=True)
class Plan:
    """A scenario with its protocol: everything that a study file says."""

    scenario: Scenario
    protocol: Protocol = Protocol()  # noqa: RUF009 frozen

    @classmethod
    def of(cls, values: Mapping[str, Any], owner: str = "study") -> Plan:
        """Return the plan made of raw values; a mistake is an ``InputError`` of one sentence."""
        if not isinstance(values, Mapping):
            raise InputError(f"{owner}: the whole file must be a table of keys and values")
        scenario = Scenario.of({key: value for key, value in values.items() if key != STUDY}, owner)
        raw = values.get(STUDY, {})
        if not isinstance(raw, Mapping):
            raise InputError(f"{owner}: study must be a table")
        lists = {
            key: tuple(value) if key == "outcomes" and isinstance(value, list) else value for key, value in raw.items()
        }
        within = f"{owner}: {STUDY}"
        protocol = checked(
            lambda: Protocol.model_validate(lists), within, lists, lambda place: known_keys(Protocol, place)
        )
        plan = cls(scenario, protocol)
        plan._check(within)
        return plan

    @classmethod
    def read(cls, path: str | Path) -> Plan:
        """Return the plan of a TOML file."""
        return cls.of(placed(toml_tables(Path(path)), Path(path).parent), str(path))

    @property
    def arms(self) -> dict[str, Arm]:
        """The arms by name; the first is the one that the others are compared with."""
        return dict(self.protocol.arms) or {name: Arm() for name in self.scenario.designs}

    def design(self, arm: str) -> str:
        """Return the name of the design of an arm."""
        return self.arms[arm].design or arm

    def label(self, arm: str) -> str:
        """Return the name of an arm for tables and charts."""
        made = self.arms[arm]
        return made.label or (self.scenario.label(arm) if arm in self.scenario.designs else arm.replace("_", " "))

    def revised(self, **values: Any) -> Plan:
        """Return this plan with other top-level values of its scenario."""
        return Plan.of(self.as_dict() | values, self.scenario.name)

    def limited(self, minutes: float) -> Plan:
        """Return this plan with a limit of time, whatever else its protocol asks."""
        stop = self.protocol.plain().get("stop", {}) | {"minutes": float(minutes)}
        given = self.protocol.plain() | {"stop": stop}
        return Plan.of(self.as_dict() | {STUDY: given}, self.scenario.name)

    def as_dict(self) -> dict[str, Any]:
        """Return plain values from which :meth:`of` makes an equal plan."""
        given = self.protocol.plain()
        return self.scenario.as_dict() | ({STUDY: given} if given else {})

    def to_toml(self) -> str:
        """Return the plan as a TOML file in canonical form."""
        return toml_text(self.as_dict())

    def variants(self) -> dict[str, dict[str, Any]]:
        """Return, for each arm, the changes that make its world another one than the scenario's; none where empty."""
        keys = ("behaviour", "economy", "country", "population")
        return {
            name: arm.model_dump(mode="json", exclude_defaults=True, include=set(keys))
            | ({"country": self.world(name).country} if arm.country else {})
            for name, arm in self.arms.items()
        }

    def abroad(self) -> list[str]:
        """Return the labels of the arms that live in another country than the scenario says."""
        return [self.label(name) for name in self.arms if self.world(name).country != self.scenario.country]

    def _check(self, owner: str) -> None:
        stop = self.protocol.stop
        for name in [*self.protocol.outcomes, *(stop.width if stop else ())]:
            if name not in CODEBOOK:
                raise InputError(f"{owner}: '{name}' is not an outcome; {nearest(name, CODEBOOK)}")
        for name in stop.width if stop else ():
            if name in RATIOS:
                raise InputError(
                    f"{owner}: stop.width.{name} asks for the mean of a ratio, which may not exist; it must name "
                    f"{' or '.join(RATIOS[name])}"
                )
        for name, arm in self.protocol.arms.items():
            if self.design(name) not in self.scenario.designs:
                hint = nearest(self.design(name), self.scenario.designs)
                raise InputError(f"{owner}: arms.{name} has no design '{self.design(name)}'; {hint}")
            check(arm.behaviour, f"{owner}: arms.{name}.behaviour", self.world(name).country)
        if self.protocol.explore is not None:
            checked_factors(self.protocol.explore, self.scenario, owner)

    def world(self, arm: str) -> Scenario:
        """Return the scenario of an arm, with its own economy and country."""
        made = self.arms[arm]
        changes = {key: value for key, value in (("economy", made.economy), ("country", made.country)) if value}
        return self.scenario.revised(**changes) if changes else self.scenario
