"""Values: one column of a file as numbers, by the map: codes become places of words, no answer becomes not-a-number."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from experiments.intake import faults as say
from experiments.intake.faults import Faults
from experiments.intake.mapping import Map
from experiments.intake.reading import texts
from experiments.intake.variables import Kind, Variable
from sim.checking import shown
from sim.engine.columns import Array
from sim.toml import marks_hint

MOST_CODES = 8  # unknown codes named in a sentence
MOST_EMPTY = 0.5  # share of rows without an answer from which it is said


class Named(NamedTuple):
    """Names of a column: the place of each row's name among the distinct ones, -1 for none."""

    place: Array
    names: list[str]


class Source(NamedTuple):
    """Where a column comes from, and where its faults go."""

    made: Map
    file: str  # for the reader
    labels: Mapping[str, str]  # code -> label, as the file has it
    faults: Faults

    def owner(self, column: str) -> str:
        """Return how a column is named in a sentence."""
        return f"{self.file}: {column}"


def named(source: Source, name: str, column: str, series: Any) -> Named:
    """Return a column of names; a required one must have no gap."""
    place, found = texts(source.owner(column), series)
    gone = [k for k, text in enumerate(found) if text in source.made.missing.get(name, ())]
    place = np.where(np.isin(place, gone), -1, place)
    empty = np.flatnonzero(place < 0)
    if len(empty) and source.made.variables[name].required:
        source.faults.wrong(say.NO_NAME, owner=source.owner(column), row=int(empty[0]) + 1, what=name, count=len(empty))
    return Named(place, found)


def column_of(source: Source, name: str, column: str, series: Any) -> Array:
    """Return a column of numbers, days or codes; what it cannot be is noted as a fault."""
    one, owner = source.made.variables[name], source.owner(column)
    place, found = texts(owner, series)
    gone = source.made.missing.get(name, frozenset())
    turned = np.full(len(found) + 1, np.nan)
    wrong: list[int] = []
    for k, text in enumerate(found):
        if text in gone:
            continue
        value = _value(source, name, one, text)
        if value is None:
            wrong.append(k)
        else:
            turned[k] = value
    if wrong:
        rows = np.flatnonzero(np.isin(place, wrong))
        _refuse(source, name, column, [found[k] for k in wrong], rows, found[place[rows[0]]])
    values = turned[place]
    if not wrong:
        _looked_at(source, name, column, values, found)
    return values


def _value(source: Source, name: str, one: Variable, text: str) -> float | None:
    """Return what a text means, ``None`` if it means nothing."""
    if one.kind == Kind.CODE:
        codes = source.made.codes.get(name, {})
        word = codes.get(text) or codes.get(text.lstrip("0") or "0") or text
        if word not in one.words:
            word = source.labels.get(text, "").strip().lower()
        return float(one.words.index(word)) if word in one.words else None
    if one.kind == Kind.DAY:
        return day(text)
    try:
        value = float(text) * source.made.factors.get(name, 1.0)
    except ValueError:
        return None
    fits = one.low <= value <= one.high and not (one.above and value == one.low)
    return value if fits and re.fullmatch(r"[-+.\deE]+", text) else None


def day(text: str) -> float | None:
    """Return a day as a number, ``None`` if it is none.

    >>> day("2023-05-31"), day("2023-05-31 00:00:00"), day("31.05.2023")
    (738671.0, 738671.0, None)
    """
    try:
        return float(datetime.date.fromisoformat(text[:10]).toordinal())
    except ValueError:
        return None


def _refuse(source: Source, name: str, column: str, wrong: list[str], rows: Array, first: str) -> None:
    """Note the values of a column that mean nothing: all of them, their rows, and the value of the first of these."""
    one, faults = source.made.variables[name], source.faults
    about = {"owner": source.owner(column), "value": first[:60], "row": int(rows[0]) + 1, "count": len(rows)}
    low, high = shown(one.low), shown(one.high)
    if one.kind == Kind.CODE:
        some = ", ".join(f"'{text[:60]}'" for text in wrong[:MOST_CODES]) + (", ..." if wrong[MOST_CODES:] else "")
        faults.wrong(say.UNKNOWN_CODE, **about | {"value": some}, **_tables(name), words=", ".join(one.words))
    elif one.kind == Kind.DAY:
        faults.wrong(say.NOT_A_DAY, **about)
    elif one.above:
        faults.wrong(say.NOT_ABOVE, **about, low=low, high=high)
    else:
        point = re.search(r"point, ([-+\d.]+)", marks_hint(first))
        faults.wrong(say.NOT_A_NUMBER, **about, low=low, high=high, hint=f" ({point[1]})" if point else "")


def _tables(name: str) -> dict[str, str]:
    """Return how a map writes the codes of a variable, and the codes of it that mean no answer."""
    return {"codes": f"[codes.{name}]", "missing": f"missing.{name}"}


def _looked_at(source: Source, name: str, column: str, values: Array, found: list[str]) -> None:
    """Note a column that is empty, nearly empty or the same everywhere, and codes that no row has."""
    faults, owner = source.faults, source.owner(column)
    full = values[~np.isnan(values)]
    if len(full) == 0:
        faults.wrong(say.EMPTY, owner=owner)
        return
    if np.all(full == full[0]) and len(values) > 1 and name not in ("weight", "year"):
        faults.note(say.CONSTANT, owner=owner, value=_written(source.made.variables[name], full[0]))
    gap = 1.0 - len(full) / len(values)
    if gap > MOST_EMPTY and name not in ("industry", "pay", "benefits"):
        faults.note(say.MANY_EMPTY, owner=owner, share=f"{100.0 * gap:.0f} %")
    there = {*found, *(text.lstrip("0") for text in found)}
    for code in source.made.codes.get(name, {}):
        if code not in there:
            faults.note(say.UNUSED, owner=owner, value=code[:60], codes=_tables(name)["codes"])


def _written(one: Variable, value: float) -> str:
    if one.kind == Kind.CODE:
        return one.words[int(value)]
    if one.kind == Kind.DAY:
        return datetime.date.fromordinal(int(value)).isoformat()
    return shown(float(value))
