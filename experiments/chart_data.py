"""Chart data: the figures behind every chart of a report, as CSV files and as one workbook.

Figures stand in the units of their outcome and are not rounded; a file has a row for each mark of its chart.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from experiments import report, workbook
from experiments.slides import free
from experiments.store import write_atomically
from experiments.telling import Telling

if TYPE_CHECKING:
    from experiments.blocks import Block

WORKBOOK = "charts.xlsx"
OPTION = "--data"


def charts(told: Telling) -> list[Block]:
    """Return the charts of a report that have figures, each once, in the order in which they stand there."""
    found = {block.name: block for part in report.charts(told).values() for block in part}
    return [block for block in found.values() if block.data]


def write(told: Telling, folder: Path) -> list[Path]:
    """Write a CSV file for each chart, and all as one workbook; raises ``InputError`` where a file is there already."""
    found = charts(told)
    paths = [*(folder / f"{block.name}.csv" for block in found), folder / WORKBOOK]
    for path in paths:
        free(path, OPTION)
    folder.mkdir(parents=True, exist_ok=True)
    data = {block.name: with_units(told, block.data) for block in found}
    for rows, path in zip(data.values(), paths, strict=False):
        write_atomically(path, partial(_write, text=as_csv(rows)))
    sheets = {name: table(rows) for name, rows in data.items()}
    write_atomically(paths[-1], lambda temporary: workbook.write(temporary, sheets))
    return paths


def with_units(told: Telling, rows: Sequence[Mapping[str, object]]) -> list[dict[str, object]]:
    """Return rows with the unit of their outcome, and its name for people."""
    out = []
    for row in rows:
        outcome = str(row.get("outcome", ""))
        more = {"label": told.label(outcome), "unit": told.summary.unit(outcome)} if outcome else {}
        out.append({**more, **row})
    return out


def table(rows: Sequence[Mapping[str, object]]) -> list[list[object]]:
    """Return rows as a table: first the names of all columns in their order, then the values.

    >>> table([{"a": 1, "b": 2.5}, {"a": 3, "c": "x"}])
    [['a', 'b', 'c'], [1, 2.5, None], [3, None, 'x']]
    """
    names = list(dict.fromkeys(name for row in rows for name in row))
    return [list(names), *([_plain(row.get(name)) for name in names] for row in rows)]


def as_csv(rows: Sequence[Mapping[str, object]]) -> str:
    """Return rows as CSV; what is not known stays empty."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    for row in table(rows):
        writer.writerow(["" if value is None else value for value in row])
    return file.getvalue()


def _plain(value: object) -> object:
    """Return a value as Python has it; what is no number is nothing."""
    plain = value.item() if isinstance(value, np.generic) else value
    return None if isinstance(plain, float) and not np.isfinite(plain) else plain


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
