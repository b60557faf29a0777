"""Drawing: small charts as inline SVG: text stays text, nothing is loaded, colours come from the page around it.

A drawing has no size of its own but proportions; the page stretches it. Marks have classes of one letter, for which
:data:`CLASSES` is the style sheet, so that one drawing serves paper, a dark screen and a light one. Its name and
description are the words that stand beside it in the page.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import wraps
from html import escape
from typing import Concatenate, NamedTuple, ParamSpec

from experiments.language import Language

FONT, LINE = 13.0, 16.0  # height of letters and of lines
LIGHT = {
    "ink": "#1a1a1a", "muted": "#595959", "line": "#b8b8b8", "grid": "#dcdcdc", "tint": "#eef4fa", "blue": "#0b4f8a",
    "paper": "#ffffff", "outer": "#c6dbef", "inner": "#6baed6",
}  # fmt: skip
DARK = {
    "ink": "#ececec", "muted": "#b4b4b4", "line": "#5c6166", "grid": "#3a3f45", "tint": "#1c2833", "blue": "#9ccbf5",
    "paper": "#14171a", "outer": "#1b3247", "inner": "#2f628f",
}  # fmt: skip
# b m e y: text; f filled and o open marks; what each other letter is stands in LAYERS.
CLASSES = """
.chart { font-family: system-ui, "Segoe UI", "Noto Sans", "DejaVu Sans", sans-serif; font-size: 13px; }
.chart text { fill: var(--ink); paint-order: stroke; stroke: var(--paper); stroke-width: 3px; }
.chart .b { font-weight: 600; } .chart .m { fill: var(--muted); }
.chart .e { text-anchor: end; } .chart .y { text-anchor: middle; }
.chart path { fill: none; } .chart .g { stroke: var(--grid); } .chart .z { stroke: var(--ink); }
.chart .d { stroke: var(--muted); stroke-dasharray: 4 3; } .chart .c { stroke: var(--muted); stroke-width: .7; }
.chart .w { stroke: var(--blue); stroke-width: 4; } .chart .v { stroke: var(--ink); stroke-width: 1.6; }
.chart .l { stroke: var(--blue); stroke-width: 2.2; }
.chart .f { fill: var(--blue); stroke: var(--blue); stroke-width: 2; }
.chart .o { fill: var(--paper); stroke: var(--blue); stroke-width: 2; }
.chart path.p { fill: var(--blue); } .chart path.q { fill: var(--inner); } .chart path.s { fill: var(--muted); }
.chart path.n { fill: url(#hatched); stroke: var(--ink); stroke-width: .8; }
.chart path.k { fill: url(#dense); stroke: var(--ink); stroke-width: .8; }
.chart path.u { fill: var(--outer); } .chart path.i { fill: var(--inner); }
"""
# What bars of losses are filled with; stands once in a page.
HATCHES = (
    '<svg width="0" height="0" style="position:absolute" aria-hidden="true" focusable="false"><defs>'
    '<pattern id="hatched" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect width="6" height="6" style="fill:var(--paper)"/>'
    '<line x1="0" y1="0" x2="0" y2="6" style="stroke:var(--ink);stroke-width:1.6"/></pattern>'
    '<pattern id="dense" width="4" height="4" patternUnits="userSpaceOnUse" patternTransform="rotate(-45)">'
    '<rect width="4" height="4" style="fill:var(--paper)"/>'
    '<line x1="0" y1="0" x2="0" y2="4" style="stroke:var(--ink);stroke-width:4"/></pattern></defs></svg>'
)
# Kinds of lines and fields, from the lowest up: grid, outer and inner bands, large and small losses, small
# and large gains, sums, connections, dashes, whiskers, thin whiskers, the line at zero, lines.
LAYERS = "guiknqpscdwvzl"
P = ParamSpec("P")


class Sheet(NamedTuple):
    """What a chart is drawn on."""

    kind: str  # class of the element around it, by which the page chooses
    width: float
    names: float  # width of names of designs and steps beside their marks; 0: they stand above them
    groups: float  # width of names of groups
    across: int  # small charts side by side


BROAD = Sheet("broad", 720.0, 215.0, 165.0, 2)
SLIM = Sheet("slim", 360.0, 0.0, 112.0, 1)


def twice(draw: Callable[Concatenate[Sheet, P], str]) -> Callable[P, str]:
    """Return a chart that is drawn for broad pages and for phones."""

    @wraps(draw)
    def drawn(*args: P.args, **kwargs: P.kwargs) -> str:
        return "".join(f'<div class="{sheet.kind}">{draw(sheet, *args, **kwargs)}</div>' for sheet in (BROAD, SLIM))

    return drawn


def broad(drawn: str) -> str:
    """Return of a chart that is drawn twice the drawing for broad pages.

    >>> broad('<div class="broad"><svg>a</svg></div><div class="slim"><svg>b</svg></div>')
    '<svg>a</svg>'
    """
    return drawn.partition('<div class="slim">')[0].removeprefix('<div class="broad">').removesuffix("</div>")


class Frame(NamedTuple):
    """Where a chart has its data: a box on the sheet, and the values at its left and right edge."""

    left: float
    right: float
    low: float
    high: float

    def x(self, value: float) -> float:
        """Return where a value stands, within the box."""
        share = (value - self.low) / ((self.high - self.low) or 1.0)
        return self.left + min(max(share, 0.0), 1.0) * (self.right - self.left)


class Drawing:
    """Marks on a sheet, from the top downwards."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet, self.height = sheet, 0.0
        self.texts, self.marks, self.layers = list[str](), list[str](), dict[str, list[str]]()

    def write(self, x: float, y: float, said: str, kind: str = "") -> None:
        """Write a line of text that stands on ``y``."""
        self.texts.append(f"<text{_class(kind)}{_at(x=x, y=y)}>{escape(said, quote=False)}</text>")

    def paragraph(self, x: float, y: float, lines: Sequence[str], kind: str = "") -> float:
        """Write lines of text from ``y`` down and return where they end."""
        for place, said in enumerate(lines):
            self.write(x, y + 0.8 * LINE + place * LINE, said, kind)
        return y + len(lines) * LINE

    def box(self, x: float, y: float, width: float, height: float, kind: str) -> None:
        """Draw a box."""
        self._add(kind, f"M{_short(x)} {_short(y)}h{_short(width)}v{_short(height)}h{_short(-width)}z")

    def line(self, start: tuple[float, float], end: tuple[float, float], kind: str) -> None:
        """Draw a straight line."""
        self._add(kind, f"M{_short(start[0])} {_short(start[1])}L{_short(end[0])} {_short(end[1])}")

    def mark(self, x: float, y: float, *, filled: bool) -> None:
        """Draw a round mark."""
        self.marks.append(f"<circle{_class('f' if filled else 'o')}{_at(cx=x, cy=y, r=4.5)}/>")

    def path(self, points: Iterable[tuple[float, float]], kind: str, *, closed: bool = False) -> None:
        """Draw a line through points, or the field inside them."""
        whole = "L".join(f"{_short(x)} {_short(y)}" for x, y in points)
        self._add(kind, f"M{whole}{'z' if closed else ''}")

    def _add(self, kind: str, drawn: str) -> None:
        self.layers.setdefault(kind, []).append(drawn)

    def heading(self, x: float, y: float, said: str, width: float) -> float:
        """Write a bold heading and return where it ends."""
        return self.paragraph(x, y, wrapped(said, width, bold=True), "b") + 3.0

    def ticks(self, frame: Frame, top: float, bottom: float, written: Callable[[float], str]) -> float:
        """Draw upright grid lines with their figures below; return where the figures end."""
        wanted = max(3, int((frame.right - frame.left) / 80.0))
        edge = -math.inf
        for value in ticks(frame.low, frame.high, wanted):
            x, said = frame.x(value), written(value)
            self.line((x, top), (x, bottom), "g")
            half = measured(said) / 2.0
            place = min(max(x, half), self.sheet.width - half)
            if place - half > edge + 6.0:
                self.write(place, bottom + LINE, said, "y m")
                edge = place + half
        if frame.low <= 0.0 <= frame.high:
            self.line((frame.x(0.0), top), (frame.x(0.0), bottom), "z")
        return bottom + LINE + 6.0

    def svg(self, name: str) -> str:
        """Return the SVG element; it is named by the heading of its chart and described by the words below that."""
        fields = [f'<path class="{kind}" d="{"".join(self.layers[kind])}"/>' for kind in LAYERS if kind in self.layers]
        return (
            f'<svg class="chart" xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="{name}-heading" '
            f'aria-describedby="{name}-words" viewBox="0 0 {_short(self.sheet.width)} {_short(self.height)}">'
            f"{''.join((*fields, *self.marks, *self.texts))}</svg>"
        )


def columns(sheet: Sheet, count: int, beside: float) -> list[tuple[float, float]]:
    """Return left and right of the boxes of small charts side by side, with names of that width left of the first."""
    across = min(sheet.across, count)
    gap = 22.0
    width = (sheet.width - beside - gap * (across - 1) - 8.0) / across
    return [(beside + place * (width + gap), beside + place * (width + gap) + width) for place in range(across)]


def limits(values: Iterable[float], margin: float = 0.04) -> tuple[float, float]:
    """Return the least and the greatest of some values and zero, with some room.

    >>> limits([1.0, 10.0], 0.1), limits([])
    ((0.0, 11.0), (0.0, 1.0))
    """
    known = [0.0, *(value for value in values if math.isfinite(value))]
    low, high = min(known), max(known)
    room = margin * ((high - low) or 1.0)
    if low == high:
        return low, low + 1.0
    return (low - room if low < 0.0 else 0.0), (high + room if high > 0.0 else 0.0)


def ticks(low: float, high: float, wanted: int) -> list[float]:
    """Return round values between two others, about so many.

    >>> ticks(0.0, 4700.0, 5), ticks(-0.3, 0.8, 4)
    ([0.0, 1000.0, 2000.0, 3000.0, 4000.0], [0.0, 0.5])
    """
    rough = (high - low) / max(wanted, 1)
    size = 10.0 ** math.floor(math.log10(rough)) if rough > 0.0 else 1.0
    step = next(size * k for k in (1.0, 2.0, 5.0, 10.0) if size * k >= rough * 0.999)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [round(k * step, 12) for k in range(first, last + 1)]


def measured(said: str, *, bold: bool = False) -> float:
    """Return about how wide a text is, rather too wide than too narrow."""
    width = sum(WIDTHS.get(letter, 0.62 if letter.isalpha() else 0.58) + 0.14 * letter.isupper() for letter in said)
    return width * FONT * (1.07 if bold else 1.0)


def wrapped(said: str, width: float, most: int = 3, *, bold: bool = False) -> list[str]:
    """Return a text in lines that fit a width; what does not fit ends in an ellipsis."""
    lines: list[str] = []
    for word in said.split(" "):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and measured(longer, bold=bold) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    if len(lines) > most:
        lines = [*lines[: most - 1], f"{lines[most - 1]} …"]
    return lines or [""]


def tones(palette: Mapping[str, str]) -> str:
    """Return a palette as custom properties of a style sheet."""
    return " ".join(f"--{name}: {tone};" for name, tone in palette.items())


def figures(say: Language, *, sizes: bool = False) -> Callable[[float], str]:
    """Return the writer of figures of an axis; ``sizes`` leaves out signs where an axis runs to both sides."""
    return lambda value: say.shortest(abs(value) if sizes else 0.0 if abs(value) < 1e-9 else value, 6)


def _letters() -> Iterator[tuple[str, float]]:
    groups = (
        (0.34, "iljtfI.,:;'|!()[] \xa0-"), (0.92, "mwMWЖШЩЮФжшщюмф%@—"), (0.75, "ЫыДдЛТ"), (0.85, "−+=±"),
    )  # fmt: skip
    for width, letters in groups:
        yield from ((letter, width) for letter in letters)


WIDTHS = dict(_letters())


def _class(kind: str) -> str:
    return f' class="{kind}"' if kind else ""


def _at(**places: float) -> str:
    return "".join(f' {name}="{_short(value)}"' for name, value in places.items())


def _short(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
