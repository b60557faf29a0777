"""Sections: what a calculator answers, as tables that can be read on a screen, pasted, or read by a program.

It fits the screen, whatever its width (``layout``). A cell keeps its number beside its text, so that CSV and JSON hold
what was reckoned and not what was rounded.
"""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Container, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from experiments import layout
from experiments.layout import broken as broken

DIGITS = 6  # of numbers in CSV and JSON, behind the point


class Cell(NamedTuple):
    """A cell: what a reader sees, and what a program reads."""

    text: str
    value: float | str | bool | None = None


class Row(NamedTuple):
    """A row of a section; a heading stands above rows that belong together."""

    key: str
    label: str
    cells: tuple[Cell, ...] = ()
    heading: bool = False


class Section(NamedTuple):
    """One table with its notes; without columns there are notes alone."""

    key: str
    title: str
    columns: tuple[tuple[str, str], ...]  # key and label of each column of cells
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()
    first: str = ""  # what the names of the rows are


def on_screen(sections: Iterable[Section], width: int | None = None) -> str:
    """Return the sections as text for a screen of so many columns: those of the terminal where none are given."""
    width = layout.screen_width() if width is None else width
    out: list[str] = []
    for place, section in enumerate(sections):
        out += [""] if place else []
        out += _lines(section, width)
    return "\n".join(line.rstrip() for line in out)


def _lines(section: Section, width: int) -> Iterator[str]:
    """Yield the lines of a section: title, table and notes."""
    if section.title:
        yield from broken(section.title, width - 1).split("\n")
    if section.rows:
        yield from layout.lines(layout.Sheet(
            section.first, [row.label for row in section.rows], [label for _, label in section.columns],
            [[cell.text for cell in row.cells] for row in section.rows],
        ), width)  # fmt: skip
    for note in section.notes:
        yield from broken(note, width - 1).split("\n")


def as_markdown(sections: Iterable[Section]) -> str:
    """Return the sections as Markdown."""
    out: list[str] = []
    for section in sections:
        out += [f"### {section.title}", ""] if section.title else []
        if section.rows:
            out += [
                _line([section.first, *(label for _, label in section.columns)]),
                "|---|" + "---:|" * len(section.columns),
            ]
            for row in section.rows:
                label = f"**{_marked(row.label)}**" if row.heading else _marked(row.label)
                filled = [*(_marked(cell.text) for cell in row.cells), *[""] * (len(section.columns) - len(row.cells))]
                out.append(_line([label, *filled]))
            out.append("")
        out += [f"* {_marked(note)}" for note in section.notes] + ([""] if section.notes else [])
    return "\n".join(out).rstrip() + "\n"


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _marked(text: str) -> str:
    r"""Return a text in which no sign means anything to Markdown.

    >>> print(_marked("a *b | c"))
    a \*b \| c
    """
    return text.replace("*", "\\*").replace("|", "\\|").replace("\n", " ").strip()


def as_csv(sections: Iterable[Section]) -> str:
    """Return the sections as rows: section, row, column, value."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(("section", "row", "column", "value"))
    for section in sections:
        for row in section.rows:
            for (column, _), cell in zip(section.columns, row.cells, strict=False):
                writer.writerow((section.key, row.key, column, _plain(cell)))
        for number, note in enumerate(section.notes, start=1):
            writer.writerow((section.key, f"note {number}", "text", note))
    return file.getvalue()


def as_json(sections: Iterable[Section]) -> str:
    """Return the sections as one JSON object, a member for each section."""
    out: dict[str, Any] = {}
    for section in sections:
        rows: dict[str, Any] = {}
        for row in section.rows:
            if not row.heading:
                cells = zip(section.columns, row.cells, strict=False)
                rows[_free(row.key, rows)] = {column: _plain(cell) for (column, _), cell in cells}
        out[_free(section.key, out)] = {"title": section.title, "rows": rows, "notes": list(section.notes)}
    return json.dumps(out, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _free(key: str, taken: Container[str]) -> str:
    """Return a key that is not taken: its name, or the name with a number.

    >>> _free("by year", {"by year": 1, "by year 2": 1})
    'by year 3'
    """
    number, name = 1, key
    while name in taken:
        number += 1
        name = f"{key} {number}"
    return name


def _plain(cell: Cell) -> float | str | bool | None:
    if isinstance(cell.value, bool) or not isinstance(cell.value, int | float):
        return cell.text if cell.value is None and cell.text else cell.value
    if not math.isfinite(cell.value):
        return None
    return round(float(cell.value), DIGITS) + 0.0


FORMATS = {"text": on_screen, "md": as_markdown, "csv": as_csv, "json": as_json}
