"""Scenarios: what is compared, on which country, for how long; complete and immutable (model.md sections 8 and 15).

A scenario is read from a TOML file or a dictionary. It has a history that all designs share until ``start``, and
designs that change the law from then on. An empty design is today's law continued; the design ``none`` signs no new
contracts. A parameter of a design is a plain value, in force from ``start``, or a list of dated values.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, make_dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self, TypeAlias, cast

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, create_model, model_validator
from pydantic_core import PydanticCustomError

from sim import months, seed_figures
from sim.checking import checked, shown
from sim.countries import USUAL, home, placed
from sim.errors import InputError, nearest
from sim.policies.child_benefit import ChildBenefit
from sim.policies.dated import EVER, JANUARY, MONTH, Dated, Step
from sim.policies.economy import Economy
from sim.policies.financing import Financing
from sim.policies.instrument import Instrument
from sim.policies.law import CountryWord, regions
from sim.policies.policy import Change, Parameter, Policy, changes, complaint, declared, known_keys, misdated
from sim.policies.quota import Quota
from sim.policies.registry import INSTRUMENTS
from sim.policies.services import Services
from sim.policies.social_contract import SocialContract
from sim.policies.social_protection import SocialProtection
from sim.toml import toml_tables, toml_text

LONGEST = 120  # months that a scenario may run
NONE, CASH = "none", "cash"
SAME_MONEY = "The same money in cash"
NEWER = ("follow", "benchmark", "labour_scale")  # keys that stored studies do not know
MIGRATION = ("departures", "returns")  # keys of the economy that need a living population
NAME = r"^[A-Za-z0-9][A-Za-z0-9 _.-]{0,59}$"

if TYPE_CHECKING:
    EconomyChange: TypeAlias = Change

    @dataclass(frozen=True)
    class Policies:
        """The law that one run lives under, from history to horizon: one policy of each instrument, by its name."""

        social_contract: SocialContract
        child_benefit: ChildBenefit
        social_protection: SocialProtection
        quota: Quota
        services: Services
        financing: Financing
        economy: Economy
else:
    EconomyChange = changes(Economy)
    Policies = make_dataclass("Policies", [(one.name, one.policy) for one in INSTRUMENTS], frozen=True)
    Policies.__module__ = __name__
    Policies.__doc__ = "The law that one run lives under, from history to horizon: a policy of each instrument."


@lru_cache(maxsize=8)
def present_law(country: str) -> Policies:
    """Return a country's law as it was and, by today's decisions, will be; its seed figures are checked first (V18)."""
    seed_figures.check(country)
    return Policies(**{one.name: one.in_force(country) for one in INSTRUMENTS})  # type: ignore[arg-type]


class DesignBase(BaseModel):
    """What every design has, whatever the instruments are."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    label: str = Field("", max_length=120, title="Name in tables and charts")

    def parts(self) -> Iterator[tuple[str, Change]]:
        """Yield (policy name, change) for each policy that the design changes."""
        for name in type(self).model_fields:
            change = getattr(self, name)
            if isinstance(change, Change):
                yield name, change


if TYPE_CHECKING:

    class Design(DesignBase):
        """One design to compare: what it changes in the law; whatever it does not name stays as it is."""

        social_contract: Change | None = None
        child_benefit: Change | None = None
        social_protection: Change | None = None
        quota: Change | None = None
        services: Change | None = None
        financing: Change | None = None
else:

    def _field(one: Instrument) -> tuple[Any, Any]:
        change = changes(one.policy) | None
        kind = Annotated[change, BeforeValidator(one.written)] if one.key_of_alone else change
        return kind, Field(None, title=one.title)

    Design = create_model(
        "Design", __base__=DesignBase, __module__=__name__,
        __doc__="One design to compare: what it changes in the law; whatever it does not name stays as it is.",
        **{one.name: _field(one) for one in INSTRUMENTS if one.of_designs},
    )


class Scenario(BaseModel):
    """A comparison of designs: country, scale, months, draws, and the designs themselves."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, title="Kelishim scenario")

    name: str = Field("scenario", title="Name of the scenario", json_schema_extra={"pattern": NAME})
    question: str = Field("", max_length=500, title="The question that the scenario answers")
    country: CountryWord = Field(
        default_factory=home, title="Country: the name of one that comes along, or a folder of its data",
        json_schema_extra={"default": USUAL},
    )
    scale: int = Field(20, ge=1, le=1000, title="One simulated household stands for this many")
    labour_scale: int = Field(
        10, ge=1, le=1000,
        title="One simulated employer, and one household with a member with a certificate, stands for this many; at "
        "most for the scale",
    )
    start: str = Field("2026-01", title="First month of designs, a January", json_schema_extra={"pattern": JANUARY})
    horizon: str = Field("2030-12", title="Last month", json_schema_extra={"pattern": MONTH})
    seed: int = Field(1, ge=0, le=2**63 - 1, title="Seed of all draws")
    draws: int = Field(20, ge=1, le=10_000, title="Parameter sets drawn from the prior or posterior")
    replications: int = Field(1, ge=1, le=100, title="Seeds for each parameter set")
    prior: Literal["posterior", "draws", "medians"] = Field(
        "posterior", title="Parameters: draws of the posterior (calibrated), draws of the prior, or medians"
    )
    worlds: Literal["all", "whole", "frozen"] = Field(
        "all",
        title="Worlds of each design: all that take net jobs apart, only the whole with markets that answer, or only "
        "the one with markets frozen",
    )
    follow: int = Field(
        0, ge=0, le=60, title="Months after the horizon without new contracts, in which jobs that remain are counted"
    )
    population: Literal["still", "living"] = Field(
        "still", title="The population: still, with the ages of July 2022, or living, with births, deaths and migration"
    )
    benchmark: Literal["none", "cash"] = Field(
        "none",
        title="A further design to compare with: cash, the money of the first design for the families that its "
        "contracts would choose, without business, obligations and visits",
    )
    economy: EconomyChange | None = Field(None, title="Economy, the same for all designs")
    common: Design = Field(Design(), title="Changes that all designs share")
    designs: dict[str, Design] = Field({"today": Design()}, min_length=1, max_length=24, title="Designs to compare")

    @classmethod
    def of(cls, values: Mapping[str, Any], owner: str = "scenario") -> Self:
        """Return the scenario made of raw values; a mistake is an ``InputError`` of one sentence."""
        if not isinstance(values, Mapping):
            raise InputError(f"{owner}: the whole file must be a table of keys and values")
        made = checked(lambda: cls.model_validate(dict(values)), owner, values, lambda place: known_keys(cls, place))
        return cast(Self, made)

    @classmethod
    def read(cls, path: str | Path) -> Self:
        """Return the scenario of a TOML file; a mistake is an ``InputError`` of one sentence that names the file."""
        return cls.of(placed(toml_tables(Path(path)), Path(path).parent), str(path))

    @property
    def start_month(self) -> int:
        """Month index of ``start``, where the designs part from the shared history."""
        return months.parse(self.start)

    @property
    def last_month(self) -> int:
        """Month index of ``horizon``."""
        return months.parse(self.horizon)

    def history(self) -> Policies:
        """Return the law without any design, in the scenario's economy: the world that is shared until ``start``."""
        present = present_law(self.country)
        if self.economy is None:
            return present
        return Policies(**vars(present) | {"economy": present.economy.changed(self.economy, self.start_month)})

    def without_programme(self) -> Policies:
        """Return the law with no new contracts from ``start`` on and everything else as today."""
        return self._changed(self.history(), Design.model_validate({"social_contract": {"slots": 0.0}}))

    def policies(self, design: str) -> Policies:
        """Return the law under a design."""
        if design not in self.designs:
            raise InputError(f"design is '{design}'; {nearest(design, self.designs)}")
        if design == NONE:
            return self.without_programme()
        return self._changed(self._changed(self.history(), self.common), self.designs[design])

    def label(self, design: str) -> str:
        """Return the name of a design for tables and charts."""
        return self.designs[design].label or design.replace("_", " ")

    def revised(self, **values: Any) -> Self:
        """Return this scenario with other top-level values, checked like a file."""
        return self.of(self.as_dict() | values, self.name)

    def as_dict(self) -> dict[str, Any]:
        """Return plain values from which :meth:`of` makes an equal scenario; defaults are written out.

        Some keys are newer than stored studies: their defaults are not, so that these keep their digest.
        """
        fields = type(self).model_fields
        unasked = {name for name in NEWER if getattr(self, name) == fields[name].default}
        left_out = {"economy", "common", "designs"} | unasked
        whole = self.model_dump(mode="json", exclude=left_out)
        given = self.model_dump(mode="json", exclude_unset=True, exclude_none=True)
        shared = {key: given[key] for key in ("economy", "common") if given.get(key)}
        designs = {
            name: design.model_dump(mode="json", exclude_unset=True, exclude_none=True)
            for name, design in self.designs.items()
        }
        return whole | shared | {"designs": designs}

    def to_toml(self) -> str:
        """Return the scenario as a TOML file in canonical form."""
        return toml_text(self.as_dict())

    def to_json(self) -> str:
        """Return the scenario as JSON in canonical form."""
        return json.dumps(self.as_dict(), ensure_ascii=False, indent=2) + "\n"

    def digest(self) -> str:
        """Return sixteen hexadecimal digits that are equal for equal scenarios, on every machine."""
        return hashlib.sha256(json.dumps(self.as_dict(), ensure_ascii=True).encode()).hexdigest()[:16]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Scenario) and self.digest() == other.digest()

    def __hash__(self) -> int:
        return hash(self.digest())

    def _changed(self, base: Policies, design: Design) -> Policies:
        changed = {}
        for name, change in design.parts():
            policy: Policy = getattr(base, name)
            changed[name] = policy.changed(policy.completed(change), self.start_month)
        return Policies(**vars(base) | changed)

    @model_validator(mode="before")
    @classmethod
    def _with_benchmark(cls, values: Any) -> Any:
        """Add the design ``cash`` where the benchmark is asked for and the file does not describe it itself."""
        if not isinstance(values, Mapping) or values.get("benchmark") != CASH:
            return values
        designs = values.get("designs", {"today": {}})
        if not isinstance(designs, Mapping) or not designs or CASH in designs:
            return values
        first = next(iter(designs.values()))
        contract = first.get("social_contract", {}) if isinstance(first, Mapping) else None
        if not isinstance(contract, Mapping):
            return values  # what is wrong with the first design is said of itself
        cash = {**first, "label": SAME_MONEY, "social_contract": {**contract, "cash": True}}
        return {**values, "designs": {**designs, CASH: cash}}

    def _check_benchmark(self) -> None:
        """Refuse a benchmark without anything to be held against, or with a design of its name that is another."""
        first = next(iter(self.designs))
        if first == NONE:
            raise complaint("is 'cash'; the first design must have contracts, and 'none' has no money to hand over",
                            "benchmark")  # fmt: skip
        asked = self.designs[CASH].social_contract if CASH in self.designs else None
        paid = getattr(asked, CASH, None)
        if paid is None or not any(step.value for step in paid.steps):
            raise complaint("is another design; the benchmark needs this name for the same money in cash", "designs",
                            CASH)  # fmt: skip

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if not re.match(NAME, self.name):
            says = "it must be 1 to 60 Latin letters, digits, spaces, _, . or -, beginning with a letter or digit"
            raise complaint(f"is {shown(self.name)}; {says}", "name")
        for key in ("start", "horizon"):
            if not re.fullmatch(months.WRITTEN, getattr(self, key)):
                raise complaint(f"is {shown(getattr(self, key))}; it must be {months.wished('')}", key)
        if not re.fullmatch(JANUARY, self.start) or self.start_month < 0:
            last = f"{months.LAST[:4]}-01"
            says = f"it must be a January from 2022-01 to {last}; contracts and quotas hold for calendar years"
            raise complaint(f"is '{self.start}'; {says}", "start")
        if months.wished(self.horizon) or not self.start_month < self.last_month < self.start_month + LONGEST:
            last = min(months.label(self.start_month + LONGEST - 1), months.LAST)
            raise complaint(f"is '{self.horizon}'; it must be after start {self.start} and at most {last}", "horizon")
        for name, design in self.designs.items():
            if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]{0,39}", name):
                raise complaint("is not a name of letters, digits and _ that begins with a letter", "designs", name)
            if name == NONE and any(True for _ in design.parts()):
                raise complaint("means no new contracts and can only have a label; use another name", "designs", name)
            self._check_design(design, ("designs", name))
            if self.worlds == "frozen" and (design.financing or self.common.financing):
                says = "needs markets that answer; take worlds = 'all' or 'whole', or leave financing out"
                raise complaint(says, "designs", name, "financing")
        if self.benchmark == CASH:
            self._check_benchmark()
        self._check_design(self.common, ("common",))
        if self.economy is not None:
            self._check_change(Economy, self.economy, ("economy",))
            for key in sorted(self.economy.model_fields_set & set(MIGRATION)):
                if self.population == "still":
                    says = "moves nobody in a population that stands still; write population = 'living' or leave it out"
                    raise complaint(says, "economy", key)
        return self

    def _check_design(self, design: Design, path: tuple[str, ...]) -> None:
        base = self.history() if path[0] == "common" else self._changed(self.history(), self.common)
        for name, change in design.parts():
            policy: Policy = getattr(base, name)
            self._check_change(type(policy), change, (*path, name))
            try:
                policy.check_change(change, self.start_month)
                new = policy.changed(policy.completed(change), self.start_month)
                for t in self._months_of(change):
                    new.check(t)
            except PydanticCustomError as error:
                said = error.context or {}
                raise complaint(said["says"], *path, name, *said["path"]) from None
            except ValidationError as error:
                context = error.errors()[0]["ctx"]
                raise complaint(context["says"], *path, name, *context["path"]) from None
            except InputError as error:
                raise complaint(f"cannot be used: {error}", *path, name) from None

    def _months_of(self, change: Change) -> set[int]:
        values = [getattr(change, name) for name in change.model_fields_set]
        steps = [step.since for value in values if isinstance(value, Dated) for step in value.steps]
        return {max(since, self.start_month) for since in [EVER, *steps]}

    def _check_change(self, policy: type[Policy], change: Change, path: tuple[str, ...]) -> None:
        for parameter in declared(policy):
            value = getattr(change, parameter.name) if parameter.name in change.model_fields_set else None
            for step in value.steps if isinstance(value, Dated) else ():
                self._check_step(step, (*path, parameter.name), parameter)

    def _check_step(self, step: Step, path: tuple[str, ...], parameter: Parameter) -> None:
        if step.value is None:
            raise complaint("is empty; leave the key out to keep the law", *path)
        if step.since != EVER and not self.start_month <= step.since <= self.last_month:
            says = f"it must be from start {self.start} to horizon {self.horizon}; all designs share the history before"
            raise complaint(f"has the month {months.label(step.since)}; {says}", *path)
        if wrong := misdated(parameter, step):
            raise complaint(wrong, *path)
        if step.oblast is not None and not parameter.by_oblast:
            raise complaint(f"has a value for {shown(step.oblast)}; it must be the same in all oblasts", *path)
        if step.oblast is not None and step.oblast not in regions(self.country):
            hint = nearest(step.oblast, regions(self.country))
            raise complaint(f"has the oblast {shown(step.oblast)}; {hint}", *path)


def schema() -> dict[str, Any]:
    """Return the JSON Schema of a scenario file."""
    found = Scenario.model_json_schema()

    def cleaned(part: Any) -> Any:
        if isinstance(part, dict):
            given = [item for item in part.get("anyOf", ()) if item != {"type": "null"}]
            if len(given) == 1:
                part = {key: item for key, item in part.items() if key != "anyOf"} | given[0]
            elif given:
                part = part | {"anyOf": given}
            return {key: cleaned(item) for key, item in part.items() if not (key == "default" and item is None)}
        return [cleaned(item) for item in part] if isinstance(part, list) else part

    tables = found["$defs"]["Design"]["properties"]
    for one in INSTRUMENTS:
        if one.alone is not None:
            tables[one.name] = {"anyOf": [{"enum": [*one.alone()]}, tables[one.name]], "title": one.title}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema"} | cast("dict[str, Any]", cleaned(found))


def schema_text() -> str:
    """Return the JSON Schema as the text of docs/scenario.schema.json."""
    return json.dumps(schema(), indent=2, ensure_ascii=False, sort_keys=True) + "\n"
