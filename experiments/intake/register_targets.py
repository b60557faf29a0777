"""Targets of a register: the figures to fit to, with those of a register of contracts in place of published ones.

A register is a full list, and its families are one outcome of chance. So a figure stands with an interval that has the
standard deviation of its standard error. The number of contracts of a year is an input of every run and stays as it is.
"""

from __future__ import annotations

import csv
import io
import math
from typing import NamedTuple

from calibration import targets
from experiments.intake.register import PUBLISHED, Cell
from sim.countries import table_of
from sim.errors import InputError

EDGE = 1e-6  # of a share, which must lie between none and all
INPUT, CONFIDENCE = "input", "A"


class Replaced(NamedTuple):
    """A published figure and what the register says instead."""

    name: str
    metric: str
    unit: str
    published: float
    value: float
    error: float


def of_register(cells: list[Cell], country: str, source: str) -> tuple[str, tuple[Replaced, ...]]:
    """Return the file of a country's targets with the figures of a register in it, and which these are.

    Figures of few families are left out of a register, so the published ones stay. A register that has none of the
    figures is an ``InputError``.
    """
    known = {PUBLISHED[cell.key]: cell for cell in cells if cell.key in PUBLISHED and not _unknown(cell)}
    reader = table_of(targets.file_of(country))
    file, found = io.StringIO(), list[Replaced]()
    writer = csv.DictWriter(file, list(reader.fieldnames or ()), lineterminator="\n")
    writer.writeheader()
    for row in reader:
        cell = known.get(row["id"])
        if cell is not None and row["use"] != INPUT:
            found.append(Replaced(row["id"], row["metric"], row["unit"], float(row["value"]), cell.value, cell.error))
            row |= _figure(cell, source)
        writer.writerow(row)
    if not found:
        raise InputError(f"{source}: it has none of the figures that the model is fitted to; name more of its columns")
    return file.getvalue(), tuple(found)


def _unknown(cell: Cell) -> bool:
    return cell.suppressed or math.isnan(cell.value) or not cell.error > 0.0


def _figure(cell: Cell, source: str) -> dict[str, str]:
    """Return value and interval: one of equal chances that has the standard error as standard deviation."""
    low, high = (cell.value + sign * math.sqrt(3.0) * cell.error for sign in (-1.0, 1.0))
    if cell.unit == "share":
        low, high = max(low, EDGE), min(high, 1.0 - EDGE)
    return {
        "value": repr(cell.value), "lower": repr(low), "upper": repr(high), "confidence": CONFIDENCE,
        "source": f"Register of contracts, {cell.contracts} of them ({source})",
    }  # fmt: skip
