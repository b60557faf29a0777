"""Golden outputs of version 0.5.0: results of laws, payments and accounts that a new core must give again.

Each part is worked out by its own function from fixed inputs, so it stays the same when incomes, and with them who
applies, change on purpose. ``python -m tests.golden`` writes the files anew; a difference in them is a decision that
the changelog explains. Numbers are kept to twelve digits, beyond which libraries of arithmetic may differ.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from . import contracts, employers, households, laws, terms

FOLDER = Path(__file__).parent
PARTS: dict[str, Callable[[], Any]] = {
    "seats": laws.seats,
    "charges": laws.charges,
    "workers": laws.workers,
    "terms_by_month": terms.by_month,
    "quota_terms": terms.of_quotas,
    "slots_and_payments": contracts.slots_and_payments,
    "selection": contracts.selection,
    "household": households.budgets,
    "employer": employers.budgets,
    "pay": employers.pay,
}


def plain(value: Any) -> Any:
    """Return a value as it stands in a file: numbers of at most twelve digits, whole ones without a point."""
    if isinstance(value, dict):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    if isinstance(value, bool | str) or value is None:
        return value
    short = float(f"{float(value):.12g}")
    return int(short) if short.is_integer() and abs(short) < 1e15 else short


def made(part: str) -> dict[str, Any]:
    """Return a part as the present code gives it."""
    found: dict[str, Any] = plain(PARTS[part]())
    return found


def kept(part: str) -> dict[str, Any]:
    """Return a part as it was frozen."""
    found: dict[str, Any] = json.loads((FOLDER / f"{part}.json").read_text(encoding="utf-8"))
    return found


def written(part: str) -> str:
    """Return the text of a part's file: one line for each entry of the two upper levels."""
    return "".join(_lines(made(part))) + "\n"


def _lines(values: dict[str, Any]) -> Iterator[str]:
    for n, (name, value) in enumerate(values.items()):
        yield ("{\n" if n == 0 else ",\n") + json.dumps(name) + ": "
        if isinstance(value, dict) and value:
            rows = (f"  {json.dumps(key)}: {json.dumps(one, separators=(',', ':'))}" for key, one in value.items())
            yield "{\n" + ",\n".join(rows) + "}"
        else:
            yield json.dumps(value, separators=(",", ":"))
    yield "}"
