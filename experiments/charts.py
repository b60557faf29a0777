"""Charts of the report: what each is made of; how marks are drawn is in :mod:`experiments.drawing`.

Each chart is drawn twice, for broad pages with names beside the marks and for phones with names above them; the page
shows one of the two. Differences are drawn as intervals around a line at zero; levels of designs are never drawn as
overlapping bars. Told apart is shown by a filled mark, a loss by hatching: never by colour alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from experiments import words
from experiments.drawing import (
    LINE,
    Drawing,
    Frame,
    Sheet,
    columns,
    figures,
    limits,
    measured,
    ticks,
    twice,
    wrapped,
)

if TYPE_CHECKING:
    import pandas

    from experiments.language import Language

NAMES = 6  # lines of the name of a row: none is cut
ROW, GROUP = 26.0, 34.0  # of one mark beside the name of a design, and of a group
BAR = 15.0
TOP, BELOW = 6.0, 14.0  # above and below the marks of a panel
BANDS = ("low", "inner_low", "inner_high", "high")


class Panel(NamedTuple):
    """One outcome of a chart of differences."""

    label: str
    scale: words.Scale
    rows: pandas.DataFrame


class Strip(NamedTuple):
    """One bar of shares: its name, and shares in percent from the worst to the best, the middle one not drawn."""

    label: str
    shares: tuple[float, float, float, float, float]


class Rise(NamedTuple):
    """One bar of a waterfall: its name, where it starts and ends, its figure, and whether it is a sum."""

    label: str
    start: float
    end: float
    figure: str
    total: bool


class Later(NamedTuple):
    """What stands some months after the last month of a chart over time."""

    design: str
    months: int
    median: float
    low: float
    high: float


@twice
def differences(sheet: Sheet, panels: Sequence[Panel], below: str, name: str, say: Language) -> str:
    """Return small charts, one for each outcome: a row for each design with its paired difference and band.

    The rows of a panel have ``design``, ``median``, ``low``, ``high`` and ``verdict``; ``below`` says what
    the line at zero means.
    """
    drawing, y = Drawing(sheet), 0.0
    for label, scale, rows in panels:
        y = drawing.heading(0.0, y, f"{label} ({scale.unit})", sheet.width)
        frame = _frame(sheet, [*rows["low"], *rows["high"]], scale)
        filled = [verdict in ("more", "fewer") for verdict in rows["verdict"]]
        y = _intervals(drawing, frame, y, _spans(rows, scale, "low", "high", filled), say) + BELOW
    drawing.height = drawing.paragraph(0.0, y - BELOW, wrapped(below, sheet.width), "m")
    return drawing.svg(name)


@twice
def levels(sheet: Sheet, rows: pandas.DataFrame, scale: words.Scale, column: str, name: str, say: Language) -> str:
    """Return one chart of intervals: a block for each value of ``column``, within it a row for each design."""
    drawing, y = Drawing(sheet), 0.0
    frame = _frame(sheet, [*rows["low"], *rows["high"], *rows["median"]], scale)
    blocks = list(dict.fromkeys(rows[column]))
    for block in blocks:
        mine = rows[rows[column] == block]
        y = drawing.heading(0.0, y, str(block), sheet.width)
        spans = _spans(mine, scale, "low", "high", [True] * len(mine))
        y = _intervals(drawing, frame, y, spans, say, figured=block == blocks[-1]) + 0.5 * BELOW
    drawing.height = drawing.paragraph(0.0, y, [scale.unit], "m")
    return drawing.svg(name)


@twice
def winners(sheet: Sheet, rows: pandas.DataFrame, scale: words.Scale, name: str, below: str, say: Language) -> str:
    """Return small charts, one for each design: to the right who is better off, to the left who is worse off.

    The rows have ``design``, ``group``, and ``median``, ``low``, ``high`` of both, the latter after ``worse_``.
    """
    reach = 1.05 * max(rows["high"].max(), rows["worse_high"].max(), scale.divisor) / scale.divisor
    drawing = Drawing(sheet)
    for design, (left, right), y, names in _multiples(drawing, rows):
        mine = rows[rows["design"] == design].set_index("group")[list(_NUMBERS)] / scale.divisor
        frame = Frame(left, right, -reach, reach)
        bottom = drawing.ticks(frame, y, y + len(names) * GROUP + TOP, figures(say, sizes=True))
        for place, group in enumerate(names):
            middle = _row(y, place)
            row = mine.loc[group].fillna(0.0) if group in mine.index else None
            if row is None:
                continue
            zero, good, bad = frame.x(0.0), frame.x(row["median"]), frame.x(-row["worse_median"])
            drawing.box(zero, middle - BAR / 2, good - zero, BAR, "p")
            drawing.box(bad, middle - BAR / 2, zero - bad, BAR, "n")
            for low, high in ((row["low"], row["high"]), (-row["worse_high"], -row["worse_low"])):
                drawing.line((frame.x(low), middle + 10.0), (frame.x(high), middle + 10.0), "v")
        drawing.height = bottom
    drawing.height = drawing.paragraph(0.0, drawing.height, wrapped(f"{below} ({scale.unit})", sheet.width), "m")
    return drawing.svg(name)


@twice
def groups(sheet: Sheet, rows: pandas.DataFrame, scale: words.Scale, name: str, below: str, say: Language) -> str:
    """Return small charts side by side, one for each design, with an interval for each ``group``."""
    low, high = limits([value / scale.divisor for end in ("low", "high") for value in rows[end].dropna()])
    drawing = Drawing(sheet)
    for design, (left, right), y, names in _multiples(drawing, rows):
        mine = rows[rows["design"] == design].set_index("group")
        frame = Frame(left, right, low, high)
        bottom = drawing.ticks(frame, y, y + len(names) * GROUP + TOP, figures(say))
        for place, group in enumerate(names):
            if group not in mine.index or not mine.loc[group, ["median", "low", "high"]].notna().all():
                continue  # nobody of this group in any draw
            row = mine.loc[group, ["median", "low", "high"]] / scale.divisor
            _whisker(drawing, frame, _row(y, place), row["median"], (row["low"], row["high"]),
                     filled=not row["low"] <= 0.0 <= row["high"])  # fmt: skip
        drawing.height = bottom
    drawing.height = drawing.paragraph(0.0, drawing.height, wrapped(f"{below} ({scale.unit})", sheet.width), "m")
    return drawing.svg(name)


@twice
def fans(
    sheet: Sheet, rows: pandas.DataFrame, scale: words.Scale, name: str, later: Sequence[Later], say: Language,
) -> str:  # fmt: skip
    """Return small charts, one for each design: median over time with 50 % and 90 % of draws; one common scale.

    ``rows`` have ``design``, ``year`` (with its part) and the quantiles; ``later`` stands after the last month.
    """
    tall, designs = 165.0, list(dict.fromkeys(rows["design"]))
    ends = [*rows["low"], *rows["high"], *(end for one in later for end in (one.low, one.high))]
    low, high = limits([value / scale.divisor for value in ends])
    last = float(rows["year"].max())
    years = Frame(0.0, 0.0, float(rows["year"].min()), max([last, *(last + one.months / 12.0 for one in later)]))
    drawing, written = Drawing(sheet), figures(say)
    marks = ticks(low, high, 4)
    boxes = columns(sheet, len(designs), max(measured(written(mark)) for mark in marks) + 8.0)
    for column, design, (left, right), top in _panels(drawing, designs, boxes):
        mine = rows[rows["design"] == design].copy()
        mine[["median", *BANDS]] /= scale.divisor
        frame = years._replace(left=left, right=right)

        def up(value: float, top: float = top) -> float:
            return top + tall * (1.0 - (value - low) / (high - low))

        for mark in marks:
            drawing.line((left, up(mark)), (right, up(mark)), "z" if mark == 0.0 else "g")
            if column == 0:
                drawing.write(left - 6.0, up(mark) + 4.0, written(mark), "e m")
        for outer, kind in ((("low", "high"), "u"), (("inner_low", "inner_high"), "i")):
            there = [(frame.x(x), up(v)) for x, v in zip(mine["year"], mine[outer[1]], strict=True)]
            back = [(frame.x(x), up(v)) for x, v in zip(mine["year"], mine[outer[0]], strict=True)]
            drawing.path([*there, *reversed(back)], kind, closed=True)
        line = [(frame.x(x), up(v)) for x, v in zip(mine["year"], mine["median"], strict=True)]
        drawing.path(line, "l")
        after = [one for one in later if one.design == design]
        if after:
            points = [(frame.x(last + one.months / 12.0), up(one.median / scale.divisor)) for one in after]
            drawing.path([line[-1], *points], "d")
            for one, (x, middle) in zip(after, points, strict=True):
                ends_of = (up(one.low / scale.divisor), up(one.high / scale.divisor))
                drawing.line((x, ends_of[0]), (x, ends_of[1]), "w")
                drawing.mark(x, middle, filled=not one.low <= 0.0 <= one.high)
            drawing.line((frame.x(last), top), (frame.x(last), top + tall), "d")
        _years(drawing, frame, top + tall)
        drawing.height = top + tall + LINE + 12.0
    return drawing.svg(name)


@twice
def waterfalls(sheet: Sheet, designs: Sequence[tuple[str, Sequence[Rise]]], name: str, below: str) -> str:
    """Return small charts, one for each design: bars that go on where the one above them ends."""
    low, high = limits([end for _, rises in designs for rise in rises for end in (rise.start, rise.end)])
    drawing, boxes = Drawing(sheet), columns(sheet, len(designs), sheet.names)
    known = dict(designs)
    room = max(measured(rise.figure) for _, rises in designs for rise in rises) + 6.0
    for column, design, (left, right), at in _panels(drawing, list(known), boxes):
        rises, frame = known[design], Frame(left, right - room, low, high)
        for number, rise in enumerate(rises):
            names = wrapped(rise.label, sheet.names - 12.0 if sheet.names else sheet.width, NAMES,
                            bold=rise.total)  # fmt: skip
            kind = "b" if rise.total else ""
            tall = max(ROW, LINE * len(names) + 6.0) if sheet.names else LINE * len(names) + BAR + 8.0
            middle = at + tall / 2 if sheet.names else at + LINE * len(names) + BAR / 2 + 1.0
            if column == 0:
                drawing.paragraph(0.0, at + (tall - LINE * len(names)) / 2 if sheet.names else at, names, kind)
            a, b = sorted((frame.x(rise.start), frame.x(rise.end)))
            drawing.box(a, middle - BAR / 2, max(b - a, 1.0), BAR,
                        "s" if rise.total else "p" if rise.end >= rise.start else "n")  # fmt: skip
            if sheet.names and number + 1 < len(rises):  # above, they would cross the names
                drawing.line((frame.x(rise.end), middle - BAR / 2), (frame.x(rise.end), middle + tall - BAR / 2), "c")
            drawing.write(b + 5.0, middle + 4.5, rise.figure, kind)
            at += tall
        drawing.height = at + BELOW
    drawing.height = drawing.paragraph(0.0, drawing.height - 4.0, wrapped(below, sheet.width), "m")
    return drawing.svg(name)


@twice
def shares(
    sheet: Sheet, panels: Sequence[tuple[str, Sequence[Strip]]], name: str, keys: Sequence[str], say: Language,
) -> str:  # fmt: skip
    """Return bars of who loses (left) and who gains (right), in percent of the persons of each; one panel a heading.

    ``keys`` name the four classes that are drawn, from those who lose most to those who gain most.
    """
    drawing = Drawing(sheet)
    y = _keys(drawing, keys)
    strips = [strip for _, mine in panels for strip in mine]
    worst = max([1.0, *(strip.shares[0] + strip.shares[1] for strip in strips)])
    best = max([1.0, *(strip.shares[3] + strip.shares[4] for strip in strips)])
    room = measured(say.percent(0.999, 1)) + 8.0
    frame = Frame(sheet.names + room, sheet.width - room, -worst, best)
    for heading, mine in panels:
        y = drawing.heading(0.0, y, heading, sheet.width) if heading else y
        for strip in mine:
            y, middle = _named(drawing, y, strip.label)
            much_worse, worse, _, better, much_better = strip.shares
            ends = [-worse - much_worse, -worse, 0.0, better, better + much_better]
            for (start, end), kind in zip(pairwise(ends), "knqp", strict=True):
                if end > start:
                    drawing.box(frame.x(start), middle - BAR / 2, frame.x(end) - frame.x(start), BAR, kind)
            drawing.line((frame.x(0.0), middle - BAR / 2 - 3.0), (frame.x(0.0), middle + BAR / 2 + 3.0), "z")
            drawing.write(frame.x(ends[0]) - 5.0, middle + 4.5, say.percent(-ends[0] / 100.0, 1), "e")
            drawing.write(frame.x(ends[4]) + 5.0, middle + 4.5, say.percent(ends[4] / 100.0, 1))
        y += BELOW
    drawing.height = y
    return drawing.svg(name)


_NUMBERS = ("median", "low", "high", "worse_median", "worse_low", "worse_high")


class _Span(NamedTuple):
    label: str
    median: float
    ends: tuple[float, float]
    filled: bool


def _spans(rows: pandas.DataFrame, scale: words.Scale, low: str, high: str, filled: Sequence[bool]) -> list[_Span]:
    made = zip(rows["design"], rows["median"], rows[low], rows[high], filled, strict=True)
    by = scale.divisor
    return [_Span(str(design), median / by, (a / by, b / by), full) for design, median, a, b, full in made]


def _frame(sheet: Sheet, values: Sequence[float], scale: words.Scale) -> Frame:
    return Frame(sheet.names, sheet.width - 8.0, *limits([value / scale.divisor for value in values]))


def _intervals(
    drawing: Drawing, frame: Frame, y: float, spans: Sequence[_Span], say: Language, *, figured: bool = True
) -> float:
    """Draw a row for each design and return where the panel ends."""
    heights, at = [], y
    for span in spans:
        at, _ = _placed(drawing.sheet, at, span.label)
        heights.append(at)
    end = drawing.ticks(frame, y, at, figures(say) if figured else lambda _: "")
    at = y
    for span in spans:
        at, middle = _named(drawing, at, span.label)
        _whisker(drawing, frame, middle, span.median, span.ends, filled=span.filled)
    return end if figured else at


def _placed(sheet: Sheet, y: float, label: str) -> tuple[float, float]:
    """Return where a row with a name ends, and where its mark stands."""
    if sheet.names:
        tall = max(ROW, LINE * len(wrapped(label, sheet.names - 12.0, NAMES)) + 6.0)
        return y + tall, y + tall / 2
    above = LINE * len(wrapped(label, sheet.width, NAMES))
    return y + above + ROW - 4.0, y + above + ROW / 2 - 2.0


def _named(drawing: Drawing, y: float, label: str) -> tuple[float, float]:
    """Write the name of a row and return where the row ends, and where its mark stands."""
    end, middle = _placed(drawing.sheet, y, label)
    names = wrapped(label, drawing.sheet.names - 12.0 if drawing.sheet.names else drawing.sheet.width, NAMES)
    top = y + (end - y - LINE * len(names)) / 2 if drawing.sheet.names else y
    drawing.paragraph(0.0, top, names)
    return end, middle


def _whisker(
    drawing: Drawing, frame: Frame, y: float, median: float, ends: tuple[float, float], *, filled: bool
) -> None:
    drawing.line((frame.x(ends[0]), y), (frame.x(ends[1]), y), "w")
    drawing.mark(frame.x(median), y, filled=filled)


def _panels(
    drawing: Drawing, designs: Sequence[str], boxes: Sequence[tuple[float, float]]
) -> Iterator[tuple[int, str, tuple[float, float], float]]:
    """Yield column, design, left and right of its box, and where it begins; the caller moves the drawing's height."""
    for start in range(0, len(designs), len(boxes)):
        row, y = designs[start : start + len(boxes)], drawing.height
        tops = [drawing.heading(left, y, design, right - left)
                for design, (left, right) in zip(row, boxes, strict=False)]  # fmt: skip
        for column, design in enumerate(row):
            yield column, design, boxes[column], max(tops)


def _multiples(drawing: Drawing, rows: pandas.DataFrame) -> Iterator[tuple[str, tuple[float, float], float, list[str]]]:
    """Yield for each design its name, left and right of its box, where its rows begin, and the names of groups."""
    sheet = drawing.sheet
    designs, names = list(dict.fromkeys(rows["design"])), [str(name) for name in dict.fromkeys(rows["group"])]
    for column, design, box, top in _panels(drawing, designs, columns(sheet, len(designs), sheet.groups)):
        for number, group in enumerate(names if column == 0 else ()):
            lines = wrapped(group, sheet.groups - 12.0, 2)
            drawing.paragraph(0.0, _row(top, number) - LINE * len(lines) / 2, lines)
        yield design, box, top, names


def _row(top: float, number: int) -> float:
    """Return where the middle of a row of a group is."""
    return top + TOP + (number + 0.5) * GROUP - 3.0


def _years(drawing: Drawing, frame: Frame, bottom: float) -> None:
    first, last = int(frame.low + 0.999), int(frame.high)
    every = max(1, -(-(last - first + 1) * 44 // max(int(frame.right - frame.left), 1)))
    edge = frame.left - 6.0
    for year in range(first, last + 1, every):
        half = measured(str(year)) / 2
        x = min(max(frame.x(year), frame.left + half), frame.right - half)
        if x - half >= edge + 4.0:
            drawing.write(x, bottom + LINE, str(year), "y m")
            edge = x + half


def _keys(drawing: Drawing, keys: Sequence[str]) -> float:
    """Draw what each kind of bar means and return where that ends."""
    x, y = 0.0, 0.0
    for said, kind in zip(keys, "knqp", strict=True):
        width = measured(said) + 34.0
        if x and x + width > drawing.sheet.width:
            x, y = 0.0, y + LINE + 4.0
        drawing.box(x, y + 2.0, 14.0, 12.0, kind)
        drawing.write(x + 20.0, y + 0.8 * LINE, said, "m")
        x += width
    return y + LINE + 12.0
