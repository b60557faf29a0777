"""Policies: dated laws that set incentives; they never read behaviour (architecture principle 4).

``Policy`` is the only class of the model that is subclassed. A policy is a frozen value; each of its fields is declared
with :func:`parameter`, and validation, JSON Schema, forms and documentation derive from that declaration. A field of
type ``Dated[...]`` may change in time and, where it says so, by oblast; any other field holds for the whole run::

    class Services(Policy):
        coaches: Dated[int] = parameter(0, (0, 500), "persons", "Job coaches", ("No coach found", "C"), "S2")

        def terms(self, t, regions=()):
            return ServiceTerms(coaches=self.coaches.at(t), ...)

    Services(coaches=10).terms(48)
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Flag, auto
from functools import cache
from typing import Annotated, Any, ClassVar, NamedTuple, Self, TypeAlias, cast, get_args, get_origin

from pydantic import BaseModel, ConfigDict, Field, GetCoreSchemaHandler, GetJsonSchemaHandler, create_model
from pydantic_core import core_schema

from sim import months
from sim.checking import checked
from sim.errors import InputError
from sim.policies.dated import EVER, JANUARY, MONTH, Dated, Step, complaint

__all__ = [
    "BY_OBLAST", "YEARLY", "Change", "Dated", "OnPage", "Parameter", "Policy", "Step", "Varies", "change_of",
    "changes", "complaint", "declared", "known_keys", "misdated", "parameter",
]  # fmt: skip

Bounds: TypeAlias = "tuple[float, float] | None"
NO_CHOICES: Mapping[str, str] = {}


class Varies(Flag):
    """How dated values of a parameter may vary."""

    BY_OBLAST = auto()  # they may differ by oblast
    YEARLY = auto()  # they hold for calendar years and can only change in a January


BY_OBLAST, YEARLY, NEITHER = Varies.BY_OBLAST, Varies.YEARLY, Varies(0)


class OnPage(NamedTuple):
    """How a room moves a parameter on the page: a number within a range, or one of a few values."""

    key: str  # in links
    help: str
    moved: tuple[float, float, float] | None = None  # lowest, highest, step
    main: bool = False  # among the first levers
    choices: Mapping[str, str] | Callable[[], Mapping[str, str]] = NO_CHOICES  # label of each value
    of_law: str = ""  # figure of the quota law on file that is shown where the law in force leaves the value to it
    label: str = ""  # in place of that of the parameter
    also: tuple[str, ...] = ()  # parameters of the same policy that take the same value
    heading: str = ""  # in place of that of the instrument
    base: str = ""  # amount of the economy that one unit is; people are shown som a month


class Parameter(NamedTuple):
    """What is declared about a parameter; forms and documentation read it."""

    name: str
    label: str
    unit: str
    default: Any
    low: float | None
    high: float | None
    source: str
    confidence: str
    rule: str
    dated: bool
    varies: Varies
    on_page: OnPage | None

    @property
    def by_oblast(self) -> bool:
        """Whether dated values may differ by oblast."""
        return BY_OBLAST in self.varies

    @property
    def yearly(self) -> bool:
        """Whether values hold for calendar years."""
        return YEARLY in self.varies


@dataclass(frozen=True)
class _Declaration:
    """Metadata of a field: carries the range into the type, inside ``Dated`` where there is one."""

    low: float | None
    high: float | None
    unit: str
    label: str
    source: str
    confidence: str
    rule: str
    varies: Varies
    on_page: OnPage | None

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        if self.low is None and self.high is None:
            return handler(source)
        bounds = Field(ge=self.low, le=self.high)
        if get_origin(source) is Dated:
            return handler.generate_schema(Dated[Annotated[get_args(source)[0], bounds]])  # type: ignore[misc]
        return handler.generate_schema(Annotated[source, bounds])

    def __get_pydantic_json_schema__(self, schema: Any, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        made = handler(schema)
        for way in made.get("anyOf", ()):
            step = way.get("items", {}).get("properties", {})
            if "from" in step:
                step["from"] = {"type": "string", "pattern": JANUARY if YEARLY in self.varies else MONTH}
                if BY_OBLAST not in self.varies:
                    step.pop("oblast", None)
        return made


def parameter(
    default: Any, bounds: Bounds, unit: str, label: str, backing: tuple[str, str], rule: str = "",
    varies: Varies = NEITHER, on_page: OnPage | None = None,
) -> Any:  # fmt: skip
    """Declare a field of a policy: default, inclusive range or ``None``, unit, label, and rule id.

    ``backing`` is the source of the default with its confidence: A, B, derived, B-judged or C.
    """
    source, confidence = backing
    if confidence not in ("A", "B", "derived", "B-judged", "C"):
        raise ValueError(f"confidence of '{label}' is '{confidence}'; it must be A, B, derived, B-judged or C")
    extra = {"unit": unit, "source": source, "confidence": confidence, "rule": rule}
    info = Field(default, title=label, json_schema_extra={k: v for k, v in extra.items() if v}, validate_default=True)
    low, high = bounds or (None, None)
    info.metadata.append(_Declaration(low, high, unit, label, source, confidence, rule, varies, on_page))
    return info


class Policy(BaseModel, ABC):
    """A law or programme: a frozen set of parameters that gives the terms of a month."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)

    @abstractmethod
    def terms(self, t: int, regions: Sequence[str] = ()) -> Any:
        """Return the incentives of month ``t`` for the country's regions, in their order."""

    @classmethod
    def completed(cls, change: Change) -> Change:
        """Return a change with what follows from it; most changes say all."""
        return change

    def check_change(self, change: Change, start: int) -> None:
        """Raise a ``complaint`` about a change of this policy that the ranges of its parameters cannot see."""

    def check(self, t: int) -> None:
        """Raise an ``InputError`` if the law of month ``t`` cannot be put together."""

    @classmethod
    def made(cls, values: Mapping[str, Any], owner: str) -> Self:
        """Return the policy made of raw values; a mistake is an ``InputError`` that begins with ``owner``."""
        made = checked(lambda: cls.model_validate(dict(values)), owner, values, lambda place: known_keys(cls, place))
        for parameter in declared(cls):
            given = getattr(made, parameter.name)
            for step in given.steps if isinstance(given, Dated) else ():
                if wrong := misdated(parameter, step):
                    raise InputError(f"{owner}: {parameter.name} {wrong}")
        return cast(Self, made)

    def changed(self, change: Change, start: int) -> Self:
        """Return this policy with the given keys of a change (of :func:`changes`) in force from ``start`` on."""
        values = {name: getattr(self, name) for name in type(self).model_fields}
        for name in change.model_fields_set:
            old, new = values[name], getattr(change, name)
            values[name] = old.changed(new, start) if isinstance(old, Dated) else new
        return type(self).model_validate(values)


class Change(BaseModel):
    """A change of a policy: every key of it, none required; only the keys given take effect."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)
    of: ClassVar[type[Policy]]

    def __reduce__(self) -> tuple[Any, ...]:
        return change_of, (self.of, {name: getattr(self, name) for name in self.model_fields_set})


def change_of(policy: type[Policy], values: Mapping[str, Any]) -> Change:
    """Return a change of a policy made of values that are already checked."""
    return changes(policy).model_construct(_fields_set=set(values), **values)


def known_keys(model: type[BaseModel], location: Sequence[Any]) -> Iterable[str]:
    """Return the valid keys at a location below a model: of the model itself, of a table in it, or of a dated step."""
    for k, part in enumerate(location):
        if part == "<steps>" and len(location) == k + 2:
            return ("from", "value", "oblast")
        info = model.model_fields.get(part) if isinstance(part, str) else None
        found = _model_in(info.annotation) if info else None
        model = found or model
    return [info.alias or name for name, info in model.model_fields.items()]


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """Return the table model inside an annotation."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for part in get_args(annotation) if (found := _model_in(part))), None)


def declared(policy: type[Policy]) -> tuple[Parameter, ...]:
    """Return what is declared about each parameter of a policy, in the order of the class."""
    out = []
    for name, info in policy.model_fields.items():
        for item in info.metadata:
            if isinstance(item, _Declaration):
                dated = get_origin(info.annotation) is Dated
                out.append(
                    Parameter(name, item.label, item.unit, info.default, item.low, item.high, item.source,
                              item.confidence, item.rule, dated, item.varies, item.on_page)
                )
    return tuple(out)


def misdated(parameter: Parameter, step: Step) -> str:
    """Return what is wrong with the month of a step, where a parameter holds for calendar years, else nothing."""
    if not parameter.yearly or step.since == EVER or months.month_of(step.since) == 1:
        return ""
    month = months.label(step.since)
    return f"has the month {month}; it must be a January, because {parameter.name} holds for calendar years"


@cache
def changes(policy: type[Policy]) -> type[Change]:
    """Return the model of a change of a policy; a scenario's tables are checked by it."""
    fields: dict[str, Any] = {}
    for name, info in policy.model_fields.items():
        field = Field(None, title=info.title, json_schema_extra=info.json_schema_extra)
        fields[name] = (Annotated[info.annotation, *info.metadata], field)
    made = create_model(policy.__name__ + "Change", __base__=Change, __doc__=policy.__doc__, **fields)
    made.of = policy
    return made
