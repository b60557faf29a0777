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
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self, TypeAlias, cast

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from sim import months, seed_figures
from sim.checking import checked, shown
from sim.errors import InputError, nearest
from sim.policies.child_benefit import ChildBenefit
from sim.policies.dated import EVER, JANUARY, MONTH, Dated, Step
from sim.policies.design import codes
from sim.policies.economy import Economy, economy
from sim.policies.financing import Financing
from sim.policies.law import countries, law, regions
from sim.policies.policy import (
    Change,
    Parameter,
    Policy,
    change_of,
    changes,
    complaint,
    declared,
    known_keys,
    misdated,
)
from sim.policies.quota import Quota
from sim.policies.services import Services
from sim.policies.social_contract import SocialContract
from sim.toml import toml_tables, toml_text

LONGEST = 120  # months that a scenario may run
NONE = "none"
NAME = r"^[A-Za-z0-9][A-Za-z0-9 _.-]{0,59}$"

if TYPE_CHECKING:
    ContractChange: TypeAlias = Change
    BenefitChange: TypeAlias = Change
    QuotaChange: TypeAlias = Change
    ServicesChange: TypeAlias = Change
    FinancingChange: TypeAlias = Change
    EconomyChange: TypeAlias = Change
else:
    ContractChange, BenefitChange, QuotaChange = changes(SocialContract), changes(ChildBenefit), changes(Quota)
    ServicesChange, FinancingChange, EconomyChange = changes(Services), changes(Financing), changes(Economy)


@dataclass(frozen=True)
class Policies:
    """The law that one run lives under, from history to horizon."""

    social_contract: SocialContract
    child_benefit: ChildBenefit
    quota: Quota
    services: Services
    financing: Financing
    economy: Economy


@lru_cache(maxsize=8)
def present_law(country: str) -> Policies:
    """Return a country's law as it was and, by today's decisions, will be; its seed figures are checked first (V18)."""
    seed_figures.check(country)
    return Policies(
        social_contract=law(SocialContract, country, "social_contract"),
        child_benefit=law(ChildBenefit, country, "child_benefit"),
        quota=Quota(),
        services=Services(),
        financing=Financing(),
        economy=economy(country),
    )


def _named(raw: Any) -> Any:
    """Return the change of a quota written as the code of a design alone."""
    return {"design": raw} if isinstance(raw, str) else raw


class Design(BaseModel):
    """One design to compare: what it changes in the law; whatever it does not name stays as it is."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    label: str = Field("", max_length=120, title="Name in tables and charts")
    social_contract: ContractChange | None = Field(None, title="Social contract")
    child_benefit: BenefitChange | None = Field(None, title="Child benefit")
    quota: Annotated[QuotaChange | None, BeforeValidator(_named)] = Field(None, title="Quota")
    services: ServicesChange | None = Field(None, title="Services")
    financing: FinancingChange | None = Field(None, title="Financing")

    def parts(self) -> Iterator[tuple[str, Change]]:
        """Yield (policy name, change) for each policy that the design changes."""
        for name in type(self).model_fields:
            change = getattr(self, name)
            if isinstance(change, Change):
                yield name, change


class Scenario(BaseModel):
    """A comparison of designs: country, scale, months, draws, and the designs themselves."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, title="Kelishim scenario")

    name: str = Field("scenario", title="Name of the scenario", json_schema_extra={"pattern": NAME})
    question: str = Field("", max_length=500, title="The question that the scenario answers")
    country: str = Field("kyrgyzstan", title="Country, a folder of sim/country")
    scale: int = Field(20, ge=1, le=1000, title="One simulated household stands for this many")
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
    population: Literal["still", "living"] = Field(
        "still", title="The population: still, as it was in January 2022, or living, with births, ageing and deaths"
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
        return cls.of(toml_tables(Path(path)), str(path))

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
        """Return plain values from which :meth:`of` makes an equal scenario; defaults are written out."""
        whole = self.model_dump(mode="json", exclude={"economy", "common", "designs"})
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
            changed[name] = policy.changed(_with_envelope(change), self.start_month)
        return Policies(**vars(base) | changed)

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
        if self.country not in countries():
            raise complaint(f"is {shown(self.country)}; {nearest(self.country, countries())}", "country")
        for name, design in self.designs.items():
            if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]{0,39}", name):
                raise complaint("is not a name of letters, digits and _ that begins with a letter", "designs", name)
            if name == NONE and any(True for _ in design.parts()):
                raise complaint("means no new contracts and can only have a label; use another name", "designs", name)
            self._check_design(design, ("designs", name))
            if self.worlds == "frozen" and (design.financing or self.common.financing):
                says = "needs markets that answer; take worlds = 'all' or 'whole', or leave financing out"
                raise complaint(says, "designs", name, "financing")
        self._check_design(self.common, ("common",))
        if self.economy is not None:
            self._check_change(Economy, self.economy, ("economy",))
        return self

    def _check_design(self, design: Design, path: tuple[str, ...]) -> None:
        base = self.history() if path[0] == "common" else self._changed(self.history(), self.common)
        for name, change in design.parts():
            policy: Policy = getattr(base, name)
            self._check_change(type(policy), change, (*path, name))
            if name == "social_contract":
                self._check_amounts(base.social_contract, change, (*path, name))
            try:
                new = policy.changed(_with_envelope(change), self.start_month)
                if isinstance(new, Quota):
                    for t in self._months_of(change):
                        new.check(t)
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
        if path[-2:] == ("quota", "design") and step.value not in codes():
            raise complaint(f"names the design {shown(step.value)}; {nearest(str(step.value), codes())}", *path)
        if step.oblast is not None and not parameter.by_oblast:
            raise complaint(f"has a value for {shown(step.oblast)}; it must be the same in all oblasts", *path)
        if step.oblast is not None and step.oblast not in regions(self.country):
            hint = nearest(step.oblast, regions(self.country))
            raise complaint(f"has the oblast {shown(step.oblast)}; {hint}", *path)

    def _check_amounts(self, base: SocialContract, change: Change, path: tuple[str, ...]) -> None:
        """Refuse an envelope that is far from what the contracts cost (section 11: the "1.0 million" of 2023)."""
        given = change.model_fields_set
        if "envelope" not in given:
            if "slots" in given and any(step.value == "envelope" for step in cast(Any, change).slots.steps):
                raise complaint("is missing; slots = 'envelope' needs it, in som a year", *path, "envelope")
            return
        alone = change_of(SocialContract, {"envelope": cast(Any, change).envelope})
        judged = base.changed(change if "slots" in given else alone, self.start_month)
        for t, envelope, cost in judged.mismatches(self.start_month):
            raise complaint(
                f"is {envelope:,.0f} som a year in {months.label(t)}; it must be between a tenth and ten times the "
                f"{cost:,.0f} som of slots x grant", *path, "envelope")

def _with_envelope(change: Change) -> Change:
    """Return a change in which an envelope without slots sets the slots (T5)."""
    given = change.model_fields_set
    if "envelope" not in given or "slots" in given:
        return change
    steps: tuple[Step, ...] = cast(Any, change).envelope.steps
    slots: Dated[Any] = Dated([step._replace(value="envelope") for step in steps])
    return change_of(change.of, {name: getattr(change, name) for name in given} | {"slots": slots})


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

    quota = found["$defs"]["Design"]["properties"]["quota"]
    found["$defs"]["Design"]["properties"]["quota"] = {"anyOf": [{"enum": sorted(codes())}, quota], "title": "Quota"}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema"} | cast("dict[str, Any]", cleaned(found))


def schema_text() -> str:
    """Return the JSON Schema as the text of docs/scenario.schema.json."""
    return json.dumps(schema(), indent=2, ensure_ascii=False, sort_keys=True) + "\n"
