"""Sections: what a calculator answers, as tables that can be read on a screen, pasted, or read by a program.

Everything is below 80 columns on the screen. A cell keeps its number beside its text, so that CSV and JSON hold what
was reckoned and not what was rounded.
"""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

WIDTH = 79
BETWEEN, LEAST_LABEL, ENOUGH = 3, 10, 24  # spaces between columns; widths of the names of rows
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


def on_screen(sections: Iterable[Section]) -> str:
    """Return the sections as text of at most 79 columns."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    file = io.StringIO()
    show = Console(width=WIDTH, highlight=False, file=file, force_terminal=False)
    for place, section in enumerate(part for whole in sections for part in fitting(whole)):
        if place:
            show.print()
        if section.title:
            show.print(Text(broken(section.title, WIDTH)))
        if section.rows:
            table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
            left, widths = _widths(section)
            table.add_column("", overflow="fold", width=left)
            for (_, label), width in zip(section.columns, widths, strict=True):
                table.add_column(Text(broken(label, width)), justify="right", overflow="fold", width=width)
            for row in section.rows:
                name = Text(broken(row.label, left), style="bold" if row.heading else "")
                cells = (Text(broken(cell.text, width)) for cell, width in zip(row.cells, widths, strict=False))
                table.add_row(name, *cells)
            show.print(table)
        for note in section.notes:
            show.print(Text(broken(note, WIDTH)))
    return "\n".join(line.rstrip() for line in file.getvalue().splitlines())


def broken(text: str, width: int) -> str:
    r"""Return a text in lines of at most that width, broken at ordinary spaces alone; a longer word stays whole.

    >>> broken("about 84\u00a0683 som", 9), broken("a b", 9)
    ('about\n84\xa0683\nsom', 'a b')
    """
    lines: list[str] = []
    for line in text.split("\n"):
        if len(line) <= width:
            lines.append(line)
            continue
        lines.append("")
        for word in line.split(" "):
            longer = f"{lines[-1]} {word}" if lines[-1] else word
            if len(longer) <= width or not lines[-1]:
                lines[-1] = longer
            else:
                lines.append(word)
    return "\n".join(lines)


def fitting(section: Section) -> list[Section]:
    """Return a section as several with fewer columns each, where names of rows would have too little space."""
    if not section.rows or len(section.columns) < 2 or _room(section) >= min(_longest(section), ENOUGH):
        return [section]
    half = (len(section.columns) + 1) // 2
    first, last = (
        section._replace(columns=section.columns[part], notes=notes,
                         rows=tuple(row._replace(cells=row.cells[part]) for row in section.rows))
        for part, notes in ((slice(0, half), ()), (slice(half, None), section.notes))
    )  # fmt: skip
    return [*fitting(first), *fitting(last)]


def _longest(section: Section) -> int:
    return max(len(row.label) for row in section.rows)


def _room(section: Section) -> int:
    """Return what is left for names of rows where headings are broken at every space."""
    cells, labels = _cells(section), [max(map(len, label.split(" ")), default=1) for _, label in section.columns]
    return WIDTH - sum(max(pair) + BETWEEN for pair in zip(cells, labels, strict=True))


def _cells(section: Section) -> list[int]:
    """Return the width of the widest line of the cells of each column."""
    return [
        max((len(line) for row in section.rows for cell in row.cells[k : k + 1] for line in cell.text.split("\n")),
            default=1)
        for k in range(len(section.columns))
    ]  # fmt: skip


def _widths(section: Section) -> tuple[int, list[int]]:
    """Return the width of the names of rows, and of each column: headings break where space is short."""
    longest, cells = _longest(section), _cells(section)
    labels = [label for _, label in section.columns]
    whole, words, broken = (
        [len(one) for one in labels],
        [max(map(len, one.split(" ")), default=1) for one in labels],
        cells,
    )
    left, widths = 0, cells
    for headings in (whole, words, broken):
        widths = [max(pair) for pair in zip(cells, headings, strict=True)]
        left = WIDTH - sum(width + BETWEEN for width in widths)
        if left >= min(longest, ENOUGH):
            break
    return min(longest, max(left, LEAST_LABEL)), widths


def as_markdown(sections: Iterable[Section]) -> str:
    """Return the sections as Markdown."""
    out: list[str] = []
    for section in sections:
        out += [f"### {section.title}", ""] if section.title else []
        if section.rows:
            out += [_line(["", *(label for _, label in section.columns)]), "|---|" + "---:|" * len(section.columns)]
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
    return text.replace("*", "\\*").replace("|", "\\|").strip()


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
    out = {
        section.key: {
            "title": section.title,
            "rows": {
                row.key: {column: _plain(cell) for (column, _), cell in zip(section.columns, row.cells, strict=False)}
                for row in section.rows if not row.heading
            },
            "notes": list(section.notes),
        }
        for section in sections
    }  # fmt: skip
    return json.dumps(out, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _plain(cell: Cell) -> float | str | bool | None:
    if isinstance(cell.value, bool) or not isinstance(cell.value, int | float):
        return cell.text if cell.value is None and cell.text else cell.value
    if not math.isfinite(cell.value):
        return None
    return round(float(cell.value), DIGITS) + 0.0


FORMATS = {"text": on_screen, "md": as_markdown, "csv": as_csv, "json": as_json}
