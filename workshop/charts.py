"""Charts of reports and slides: bars and ranges as inline SVG; text stays text, colours come from the page's sheet."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape
from typing import NamedTuple

WIDTH, LETTER, ROW = 720.0, 14.0, 46.0
STYLE = """
.chart { width: 100%; height: auto; display: block; margin: .4rem 0; break-inside: avoid; }
.chart text { font: 14px system-ui, "Noto Sans", sans-serif; fill: #111; }
.chart .muted { fill: #555; } .chart .zero { stroke: #555; stroke-width: 1.5; }
.chart .range { stroke: #0b4f8a; stroke-width: 6; stroke-linecap: round; opacity: .45; }
.chart .middle { fill: #0b4f8a; } .chart .bar { fill: #0b4f8a; } .chart .second { fill: #a8440a; }
.chart .track { fill: #eceff3; }
"""


class Ranged(NamedTuple):
    """A row of a chart of ranges; ``None`` where there is no figure."""

    name: str
    said: str
    low: float | None
    median: float | None
    high: float | None


class Barred(NamedTuple):
    """A row of a chart of bars."""

    name: str
    said: str
    value: float
    second: bool = False  # in the other colour


def ranges(rows: Sequence[Ranged], title: str, description: str) -> str:
    """Return ranges from low to high with a mark at the middle, and a line at zero."""
    known = [value for row in rows for value in (row.low, row.median, row.high) if value is not None]
    low, high = min([0.0, *known]), max([0.0, *known])
    reach = high - low or 1.0

    def place(value: float) -> str:
        return f"{10 + (WIDTH - 20) * (value - low) / reach:.1f}"

    parts = []
    for k, row in enumerate(rows):
        top = k * ROW + LETTER
        line = top + 16
        parts.append(_words(row.name, row.said, top))
        parts.append(f'<line class="zero" x1="{place(0.0)}" x2="{place(0.0)}" y1="{line - 9:g}" y2="{line + 9:g}"/>')
        if row.low is not None and row.high is not None:
            parts.append(
                f'<line class="range" x1="{place(row.low)}" x2="{place(row.high)}" y1="{line:g}" y2="{line:g}"/>'
            )
        if row.median is not None:
            parts.append(f'<circle class="middle" cx="{place(row.median)}" cy="{line:g}" r="6"/>')
    return _chart("".join(parts), len(rows) * ROW + 4, title, description)


def bars(rows: Sequence[Barred], title: str, description: str) -> str:
    """Return bars from zero, each with its words above."""
    most = max((row.value for row in rows if math.isfinite(row.value)), default=0.0) or 1.0
    parts = []
    for k, row in enumerate(rows):
        top = k * ROW + LETTER
        kind = "second" if row.second else "bar"
        parts.append(_words(row.name, row.said, top))
        parts.append(f'<rect class="track" x="0" y="{top + 8:g}" width="{WIDTH:g}" height="14"/>')
        width = WIDTH * max(0.0, row.value) / most
        parts.append(f'<rect class="{kind}" x="0" y="{top + 8:g}" width="{width:.1f}" height="14"/>')
    return _chart("".join(parts), len(rows) * ROW + 4, title, description)


def _words(name: str, said: str, y: float) -> str:
    short = name if len(name) <= 58 else name[:57] + "…"
    return (
        f'<text x="0" y="{y:g}">{escape(short)}</text>'
        f'<text class="muted" x="{WIDTH:g}" y="{y:g}" text-anchor="end">{escape(said)}</text>'
    )


def _chart(inside: str, height: float, title: str, description: str) -> str:
    if not inside:
        return ""
    label = escape(f"{title}. {description}")
    return (
        f'<svg class="chart" viewBox="0 0 {WIDTH:g} {height:g}" role="img" focusable="false" aria-label="{label}">'
        f"{inside}</svg>"
    )
