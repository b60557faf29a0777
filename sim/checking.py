"""Checking: values that come from files become sentences when they are wrong, never tracebacks."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from sim.errors import InputError, nearest
from sim.toml import marks_hint

Known = Callable[[Sequence[Any]], Iterable[str]]


def path_text(location: Iterable[Any]) -> str:
    """Return a key path as a reader of the file writes it.

    >>> path_text(("designs", "levy", "grant", 1, "from")), path_text(("designs", "a b"))
    ('designs.levy.grant[1].from', 'designs."a b"')
    """
    text = ""
    for part in location:
        key = part if re.fullmatch(r"[\w-]+", str(part)) else json.dumps(str(part), ensure_ascii=False)
        text += f"[{part}]" if isinstance(part, int) else f".{key}" if text else str(key)
    return text or "the whole file"


def shown(value: Any) -> str:
    """Return a value short enough for a sentence, numbers without a spurious exponent.

    >>> shown(1e6), shown("x"), shown(True)
    ('1,000,000', "'x'", 'true')
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        if isinstance(value, int):
            return f"{value:,}" if abs(value) < 10**20 else "a number that is far too large"
        return f"{value:,.10g}" if abs(value) < 1e10 else f"{value:.4g}"
    if isinstance(value, str):
        return repr(value if len(value) <= 60 else value[:57] + "...")
    if isinstance(value, Mapping):
        return "a table" if value else "an empty table"
    if isinstance(value, list | tuple):
        return "a list" if value else "an empty list"
    return "empty" if value is None else str(value)[:60]


def located(raw: Any, location: Sequence[Any]) -> list[Any]:
    """Return the part of a location that exists in the raw data: what the reader of the file can find there."""
    found: list[Any] = []
    for part in location:
        if isinstance(part, str) and part.startswith("<"):
            continue  # names of ways to write a value, not keys
        in_table = isinstance(raw, Mapping) and part in raw
        in_list = isinstance(raw, list | tuple) and isinstance(part, int) and part < len(raw)
        if not in_table and not in_list:
            break
        raw = raw[part]
        found.append(part)
    return found


_TYPES = {
    "int": "a whole number",
    "float": "a number",
    "finite_number": "a finite number",
    "string": "a text in quotation marks",
    "bool": "true or false",
    "dict": "a table",
    "model": "a table",
    "model_attributes": "a table",
    "list": "a list",
    "tuple": "a list",
    "mapping": "a table",
}


def _wish(error: Mapping[str, Any]) -> str:
    """Return what would be right, for one error of the validator."""
    kind, context = error["type"], error.get("ctx", {})
    if isinstance(error["input"], float) and not math.isfinite(error["input"]):
        return "a finite number"
    if kind in ("greater_than_equal", "less_than_equal", "greater_than", "less_than"):
        words = {"greater_than_equal": "at least", "less_than_equal": "at most", "greater_than": "above"}
        bound = context.get("ge", context.get("le", context.get("gt", context.get("lt"))))
        return f"{words.get(kind, 'below')} {shown(bound)}"
    if kind == "literal_error":
        expected = str(context["expected"])
        return f"one of {expected}" if " or " in expected else expected
    if kind in ("too_short", "too_long"):
        bound = context["min_length"] if kind == "too_short" else context["max_length"]
        form = "table" if isinstance(error["input"], Mapping) else "list"
        return f"a {form} of {'at least' if kind == 'too_short' else 'at most'} {bound} entries"
    if kind in ("string_too_short", "string_too_long"):
        bound = context["min_length"] if kind == "string_too_short" else context["max_length"]
        return f"a text of {'at least' if kind == 'string_too_short' else 'at most'} {bound} characters"
    if kind.startswith("int") and isinstance(error["input"], float) and error["input"].is_integer():
        return "a whole number in plain digits, without a point or an exponent"
    for suffix in ("_type", "_parsing", "_from_float", ""):
        if suffix and kind.endswith(suffix) and kind[: -len(suffix)] in _TYPES:
            return _TYPES[kind[: -len(suffix)]]
    return _TYPES.get(kind, str(error["msg"]).lower())


def sentence(owner: str, raw: Any, error: ValidationError, known: Known | None = None) -> str:
    """Return one sentence about the first error: owner, key path, value, and what would be right.

    ``known`` gives the valid keys at a location, for the hint about a misspelt one.
    """
    errors = error.errors(include_url=False)
    first = min(errors, key=lambda item: item["type"] == "missing")
    kind, location = first["type"], [part for part in first["loc"] if not str(part).startswith("<")]
    place = located(raw, location)
    if kind in ("extra_forbidden", "invalid_key"):
        names = list(known(first["loc"][:-1])) if known else []
        hint = f"; {nearest(str(location[-1]), names)}" if names else ""
        return f"{owner}: {path_text(place)} is not a known key{hint}"
    if kind == "missing":
        return f"{owner}: {path_text([*place, location[-1]])} is missing; it must be given"
    if kind == "custom":
        context = first.get("ctx", {})
        place = [*location, *context.get("path", ())]
        return f"{owner}: {path_text(place)} {context['says']}"
    wishes = [_wish(item) for item in errors if located(raw, item["loc"]) == place and item["type"] != "missing"]
    if first["loc"][-1:] == ("<plain>",) and isinstance(first["input"], Mapping | list | tuple):
        wishes.append("a list of { from, value } tables")
    hint = marks_hint(first["input"]) if isinstance(first["input"], str) else ""
    said = f"{owner}: {path_text(place)} is {shown(first['input'])}; it must be {' or '.join(dict.fromkeys(wishes))}"
    return f"{said}: {hint}, without quotation marks" if hint else said


def checked(make: Callable[[], Any], owner: str, raw: Any, known: Known | None = None) -> Any:
    """Return what ``make`` makes; a validation error becomes an ``InputError`` of one sentence."""
    try:
        return make()
    except ValidationError as error:
        raise InputError(sentence(owner, raw, error, known)) from None
