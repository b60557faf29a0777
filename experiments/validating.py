"""Validating: the engine's state beside published figures, as text, JSON or CSV."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sim.validation import Found

USES = {"fit": "fitted", "withheld": "withheld", "model": "not judged"}


class Count(NamedTuple):
    """How many figures of one outcome and use lie within their tolerance."""

    outcome: str
    use: str
    inside: int
    of: int


def counts(found: Sequence[Found]) -> list[Count]:
    """Return for each outcome and use how many figures lie within their tolerance, in the order of the file."""
    keys = dict.fromkeys((one.wanted.outcome, one.wanted.use) for one in found if one.inside is not None)
    out = []
    for outcome, use in keys:
        judged = [one.inside for one in found if (one.wanted.outcome, one.wanted.use) == (outcome, use)]
        out.append(Count(outcome, use, sum(map(bool, judged)), len(judged)))
    return out


def missed(found: Iterable[Found], use: str) -> list[Found]:
    """Return the figures of one use that lie outside their tolerance."""
    return [one for one in found if one.wanted.use == use and one.inside is False]


def as_json(found: Iterable[Found]) -> str:
    """Return the figures as a JSON list."""
    return json.dumps([one.as_dict() for one in found], indent=1)


def as_csv(found: Iterable[Found]) -> str:
    """Return the figures as CSV, one row each."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("id", "published", "low", "high", "model", "year", "use", "unit", "source"))
    for one in found:
        writer.writerow((*one.as_dict().values(), one.wanted.unit, one.wanted.source))
    return text.getvalue()


def figure(value: float | None) -> str:
    """Return a figure with as many digits as its size deserves; a dash where there is none.

    >>> figure(33.2622), figure(1234567.0), figure(0.264), figure(None)
    ('33.3', '1,234,567', '0.264', '–')
    """
    if value is None or value != value:
        return "–"
    if abs(value) < 2.0:
        return f"{value:.3f}"
    return f"{value:.1f}" if abs(value) < 1000.0 else f"{value:,.0f}"


def row(one: Found) -> tuple[str, str, str, str, str]:
    """Return one figure as the cells of a table: what, published, model, tolerance, verdict."""
    wanted = one.wanted
    said = {True: "within", False: "outside", None: ""}[one.inside]
    tolerance = f"±{figure(wanted.tolerance)}" if wanted.tolerance is not None else ""
    return wanted.id.replace("_", " "), figure(wanted.published), figure(one.as_dict()["model"]), tolerance, said


def sentence(found: Sequence[Found]) -> str:
    """Return one sentence on how many figures lie within their tolerance."""
    parts = []
    for use, name in (("fit", "fitted"), ("withheld", "withheld")):
        judged = [one for one in found if one.wanted.use == use and one.inside is not None]
        inside = sum(bool(one.inside) for one in judged)
        parts.append(f"{inside} of {len(judged)} {name} figures")
    return f"{' and '.join(parts)} lie within their tolerance."
