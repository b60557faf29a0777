"""Dated values: a parameter of a law that changes in time and, where the law says so, by oblast."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Generic, NamedTuple, TypeVar, cast, get_args

import numpy as np
from pydantic import BaseModel, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import PydanticCustomError, core_schema

from sim import months
from sim.checking import shown
from sim.engine.columns import Array

T = TypeVar("T")
EVER = -(10**6)
MONTH = r"^20(2[0-9]|3[0-5])-(0[1-9]|1[0-2])$"  # as sim.months.parse takes it
JANUARY = MONTH.replace("(0[1-9]|1[0-2])", "01")


def complaint(says: str, *path: Any) -> PydanticCustomError:
    """Return an error for a validator to raise: the sentence behind the key, and the key path below the validator."""
    return PydanticCustomError("custom", "{says}", {"says": says, "path": path})


class Step(NamedTuple):
    """A value in force from a month on, in one oblast or everywhere."""

    since: int
    value: Any
    oblast: str | None = None


def _month(text: str) -> int:
    wish = months.wished(text)
    if wish:
        raise complaint(f"is {shown(text)}; it must be {wish}")
    return months.parse(text)


def _way(raw: Any) -> str:
    """Return how a value is written; the words in angle brackets never appear in a message."""
    stepwise = isinstance(raw, list | tuple) and any(isinstance(s, Mapping) and {"value", "from"} & set(s) for s in raw)
    return "<steps>" if stepwise else "<plain>"


def _alone(value: Any) -> Dated[Any]:
    return Dated([Step(EVER, value)])


class Dated(Generic[T]):
    """A value that changes in time; written as a plain value or as a list of ``{from, value}`` or with ``oblast``.

    A step without ``from`` holds from the beginning: of time in a law, of the scenario in a design. The latest step
    that applies to a place wins; in one month a step for an oblast wins over one for the country.
    """

    __slots__ = ("steps",)
    steps: tuple[Step, ...]

    def __init__(self, steps: Sequence[Step]) -> None:
        object.__setattr__(self, "steps", tuple(steps))

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(f"a dated value cannot be changed in place ({name}); use changed()")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Dated) and self.steps == other.steps

    def __hash__(self) -> int:
        return hash(self.steps)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.steps,)

    def __repr__(self) -> str:
        return f"Dated({_written(self)})"

    def at(self, t: int, oblast: str | None = None) -> T:
        """Return the value in month ``t``, in an oblast or for the country; before the first step, the first value.

        >>> Dated((Step(EVER, 1), Step(48, 2), Step(48, 3, "Naryn"))).at(48)
        2
        """
        if len(self.steps) == 1:
            return cast(T, self.steps[0].value)
        valid = [step for step in self.steps if step.since <= t and step.oblast in (None, oblast)]
        return cast(T, valid[-1].value if valid else self.steps[0].value)

    def by_region(self, t: int, regions: Sequence[str]) -> Array:
        """Return the values in month ``t``, shape ``(oblasts,)``."""
        return np.array([self.at(t, oblast) for oblast in regions], dtype=np.float64)

    def changed(self, change: Dated[T], start: int) -> Dated[T]:
        """Return this history with another in force from its dates on; undated steps count from ``start``.

        Months before the first date keep the value that they have, also where this history begins later.

        >>> Dated((Step(60, 1), Step(72, 2))).changed(Dated((Step(48, 7),)), 48).at(47)
        1
        """
        new = change.steps_from(start)
        first = {place: min(s.since for s in new if s.oblast == place) for place in {s.oblast for s in new}}
        forever = max(start, *(s.since + 1 for s in self.steps), *(s.since + 1 for s in new))
        kept = [s for s in self.steps if s.since < min(first.get(s.oblast, forever), first.get(None, forever))]
        if not any(step.oblast is None for step in kept):
            kept.insert(0, Step(EVER, self.steps[0].value))
        return Dated(_ordered(kept + new))

    def steps_from(self, start: int) -> list[Step]:
        """Return the steps of a change, those without a month from ``start`` on."""
        return [step._replace(since=start) if step.since == EVER else step for step in self.steps]

    def raw(self) -> list[dict[str, Any]]:
        """Return the steps as they are written in a file."""
        return [
            ({} if step.since == EVER else {"from": months.label(step.since)})
            | ({"oblast": step.oblast} if step.oblast else {})
            | {"value": _plain(step.value)}
            for step in self.steps
        ]

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        inner = handler.generate_schema(get_args(source)[0] if get_args(source) else Any)
        month = core_schema.no_info_after_validator_function(_month, core_schema.str_schema(strict=True))
        step = core_schema.typed_dict_schema(
            {
                "from": core_schema.typed_dict_field(month, required=False),
                "oblast": core_schema.typed_dict_field(core_schema.str_schema(strict=True), required=False),
                "value": core_schema.typed_dict_field(inner),
            },
            extra_behavior="forbid",
            config=core_schema.CoreConfig(strict=True, allow_inf_nan=False),
        )
        steps = core_schema.no_info_after_validator_function(_dated, core_schema.list_schema(step, min_length=1))
        plain = core_schema.no_info_after_validator_function(_alone, inner)
        written = core_schema.tagged_union_schema({"<steps>": steps, "<plain>": plain}, _way)
        return core_schema.no_info_wrap_validator_function(
            lambda raw, validate: raw if isinstance(raw, Dated) else validate(raw),
            written,
            serialization=core_schema.plain_serializer_function_ser_schema(_written),
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: Any, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        inner = handler(schema["schema"]["choices"]["<plain>"]["schema"])
        step = {
            "type": "object",
            "properties": {"from": {"type": "string", "pattern": MONTH}, "oblast": {"type": "string"}, "value": inner},
            "required": ["value"],
            "additionalProperties": False,
        }
        return {"anyOf": [inner, {"type": "array", "items": step, "minItems": 1}]}


def _ordered(steps: Sequence[Step]) -> tuple[Step, ...]:
    return tuple(sorted(steps, key=lambda step: (step.since, step.oblast is not None, step.oblast or "")))


def _dated(steps: list[dict[str, Any]]) -> Dated[Any]:
    made = [Step(step.get("from", EVER), step["value"], step.get("oblast")) for step in steps]
    for k, step in enumerate(made):
        if any((step.since, step.oblast) == (other.since, other.oblast) for other in made[:k]):
            raise complaint("repeats the month of an earlier entry; each month may occur once for each place", k)
    return Dated(_ordered(made))


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    return [_plain(item) for item in value] if isinstance(value, tuple) else value


def _written(dated: Dated[Any]) -> Any:
    alone = dated.steps[0]
    return _plain(alone.value) if len(dated.steps) == 1 and alone == Step(EVER, alone.value) else dated.raw()
