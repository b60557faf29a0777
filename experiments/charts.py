"""Charts as inline SVG: text stays text, nothing is loaded, title and description stand inside for screen readers.

Each chart is drawn twice, for broad pages with names beside the lines and for phones with names above them; the page
shows one of the two (see :func:`twice`). Differences are drawn as intervals around a line at zero; levels of designs
are never drawn as overlapping bars.
Told apart is shown by a filled mark, not by colour alone.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import wraps
from html import escape
from typing import TYPE_CHECKING, Any, Concatenate, NamedTuple, ParamSpec

from experiments import words

if TYPE_CHECKING:
    import pandas
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from experiments.language import Language

INK = "#1a1a1a"
MUTED = "#595959"
GRID = "#d9d9d9"
BLUE = "#0b4f8a"
BAND_OUTER = "#c6dbef"
BAND_INNER = "#6baed6"
DASHES = ("-", "--", ":")  # of lines in one chart
LEAST_SHARE, MOST_SHARE = -0.5, 2.0  # of more pay that is taken, as shown
BOTH = ("median", "low", "high", "worse_median", "worse_low", "worse_high")

STYLE: dict[Any, Any] = {
    "font.family": "sans-serif",
    "font.size": 10,
    "svg.fonttype": "none",
    "axes.edgecolor": MUTED,
    "axes.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "axes.titlesize": 10,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
}


class Sheet(NamedTuple):
    """What a chart is drawn on."""

    kind: str  # class of the element around it, by which the page chooses
    width: float  # inches
    above: bool  # names of designs stand above their lines, not beside them
    across: int  # small charts side by side
    row: float  # inches a row
    longest_label: int  # letters of a name beside a line
    longest_title: int


BROAD = Sheet("broad", 7.2, False, 2, 0.38, 24, 50)
SLIM = Sheet("slim", 4.0, True, 1, 0.5, 14, 42)
P = ParamSpec("P")


def twice(draw: Callable[Concatenate[Sheet, P], str]) -> Callable[P, str]:
    """Return a chart that is drawn for broad pages and for phones."""

    @wraps(draw)
    def drawn(*args: P.args, **kwargs: P.kwargs) -> str:
        return "".join(f'<div class="{sheet.kind}">{draw(sheet, *args, **kwargs)}</div>' for sheet in (BROAD, SLIM))

    return drawn


class Words(NamedTuple):
    """What a chart says, and how to read it; both stand inside it for screen readers."""

    message: str
    reading: str


class Panel(NamedTuple):
    """One outcome of a chart of differences."""

    label: str
    scale: words.Scale
    rows: pandas.DataFrame


@twice
def differences(sheet: Sheet, panels: Sequence[Panel], below: str, name: str, words_of: Words, say: Language) -> str:
    """Return small charts, one for each outcome: a row for each design with its paired difference and band.

    The rows of a panel have ``design``, ``median``, ``band_low``, ``band_high`` and ``verdict``; ``below`` says what
    the line at zero means.
    """
    designs = [len(panel.rows) for panel in panels]
    with _figure(sheet, name, designs) as (figure, axes):
        for axis, (label, scale, rows) in zip(axes, panels, strict=True):
            for place, (_, row) in enumerate(rows.iloc[::-1].iterrows()):
                apart = row["verdict"] in ("more", "fewer")
                _whisker(axis, place, row, scale, "band_low", "band_high", filled=apart)
            axis.axvline(0.0, color=INK, linewidth=1.2)
            _rows(sheet, axis, [str(design) for design in rows["design"]][::-1], say, above=sheet.above)
            axis.set_title(_short(f"{label} ({scale.unit})", sheet.longest_title))
        axes[-1].set_xlabel(_short(below, sheet.longest_title), color=INK)
        return _svg(sheet, figure, name, words_of)


@twice
def levels(
    sheet: Sheet,
    rows: pandas.DataFrame,
    scale: words.Scale,
    column: str,
    name: str,
    title: str,
    words_of: Words,
    say: Language,
) -> str:
    """Return one chart of intervals: a block for each value of ``column``, within it a row for each design."""
    blocks = list(dict.fromkeys(rows[column]))
    lead = 0.35 if sheet.above else 0.0  # between the name of the last row and the heading of its block
    with _figure(sheet, name, [len(rows) + (0.9 + lead) * len(blocks)]) as (figure, axes):
        axis, place, ticks, labels = axes[0], 0.0, [], []
        for block in reversed(blocks):
            mine = rows[rows[column] == block]
            for _, row in mine.iloc[::-1].iterrows():
                _whisker(axis, place, row, scale, "low", "high", filled=True)
                ticks.append(place)
                labels.append(str(row["design"]))
                place += 1.0
            place += lead
            axis.annotate(
                _short(str(block), sheet.longest_title), (0.0, place - 0.35), xycoords=("axes fraction", "data"),
                fontweight="bold", va="center", bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.8},
            )  # fmt: skip
            place += 0.9
        axis.axvline(0.0, color=MUTED, linewidth=0.8)
        _rows(sheet, axis, labels, say, ticks, top=place - 0.4, above=sheet.above)
        axis.set_title(_short(f"{title} ({scale.unit})", sheet.longest_title))
        return _svg(sheet, figure, name, words_of)


@twice
def winners(
    sheet: Sheet, rows: pandas.DataFrame, scale: words.Scale, name: str, title: str, words_of: Words, say: Language
) -> str:
    """Return small charts, one for each design: to the right who is better off, to the left who is worse off.

    The rows have ``design``, ``group``, and ``median``, ``low``, ``high`` of both, the latter after ``worse_``.
    """
    designs = list(dict.fromkeys(rows["design"]))
    values = list(dict.fromkeys(rows["group"]))
    across = min(sheet.across, len(designs))
    with _figure(sheet, name, [len(values) + 0.8] * (-(-len(designs) // across)), across) as (figure, axes):
        reach = 1.05 * max(rows["high"].max(), rows["worse_high"].max(), scale.divisor) / scale.divisor
        for number, axis in enumerate(axes):
            if number >= len(designs):
                axis.set_visible(False)
                continue
            mine = rows[rows["design"] == designs[number]].set_index("group")[list(BOTH)].reindex(values).fillna(0.0)
            mine = mine.iloc[::-1] / scale.divisor
            places = list(range(len(mine)))
            axis.barh(places, mine["median"], 0.62, color=BLUE, edgecolor=INK, linewidth=0.6)
            axis.barh(places, -mine["worse_median"], 0.62, color="white", edgecolor=INK, linewidth=0.9, hatch="////")
            below = [place - 0.4 for place in places]
            axis.hlines(below, mine["low"], mine["high"], color=INK, linewidth=1.4)
            axis.hlines(below, -mine["worse_high"], -mine["worse_low"], color=INK, linewidth=1.4)
            axis.axvline(0.0, color=INK, linewidth=1.0)
            _rows(sheet, axis, [str(v) for v in values][::-1] if number % across == 0 else [""] * len(values), say)
            axis.xaxis.set_major_formatter(_sizes(say))
            axis.locator_params(axis="x", nbins=5 if sheet.across > 1 else 4)
            axis.set_title(_short(designs[number], 28))
            axis.set_xlim(-reach, reach)
        figure.supxlabel(_short(f"{title} ({scale.unit})", sheet.across * sheet.longest_title), fontsize=10)
        return _svg(sheet, figure, name, words_of)


@twice
def groups(
    sheet: Sheet, rows: pandas.DataFrame, scale: words.Scale, name: str, title: str, words_of: Words, say: Language
) -> str:
    """Return small charts side by side, one for each design, with an interval for each ``group``."""
    designs = list(dict.fromkeys(rows["design"]))
    values = list(dict.fromkeys(rows["group"]))
    across = min(sheet.across, len(designs))
    with _figure(sheet, name, [len(values) + 0.8] * (-(-len(designs) // across)), across) as (figure, axes):
        for number, axis in enumerate(axes):
            if number >= len(designs):
                axis.set_visible(False)
                continue
            mine = rows[rows["design"] == designs[number]].set_index("group").reindex(values)
            for place, (_, row) in enumerate(mine.iloc[::-1].iterrows()):
                if not row[["median", "low", "high"]].notna().all():
                    continue  # nobody of this group in any draw
                _whisker(axis, place, row, scale, "low", "high", filled=not row["low"] <= 0.0 <= row["high"])
            axis.axvline(0.0, color=INK, linewidth=1.0)
            _rows(sheet, axis, [str(v) for v in values][::-1] if number % across == 0 else [""] * len(values), say)
            axis.locator_params(axis="x", nbins=5 if sheet.across > 1 else 4)
            axis.set_title(_short(designs[number], 28))
            limits = [*rows["low"].dropna() / scale.divisor, *rows["high"].dropna() / scale.divisor, 0.0]
            margin = 0.05 * ((max(limits) - min(limits)) or 1.0)
            axis.set_xlim(min(limits) - margin, max(limits) + margin)
        figure.supxlabel(_short(f"{title} ({scale.unit})", sheet.across * sheet.longest_title), fontsize=10)
        return _svg(sheet, figure, name, words_of)


@twice
def fans(
    sheet: Sheet, rows: pandas.DataFrame, scale: words.Scale, name: str, title: str, words_of: Words, say: Language
) -> str:
    """Return small charts, one for each design: median over time with 50 % and 90 % of draws; one common scale."""
    designs = list(dict.fromkeys(rows["design"]))
    across = min(sheet.across, len(designs))
    height = 6.0 if sheet is BROAD else 4.0
    with _figure(sheet, name, [height] * (-(-len(designs) // across)), across) as (figure, axes):
        low, high = min(rows["low"].min(), 0.0) / scale.divisor, rows["high"].max() / scale.divisor
        for number, axis in enumerate(axes):
            if number >= len(designs):
                axis.set_visible(False)
                continue
            mine = rows[rows["design"] == designs[number]]
            years = 2022 + mine["month"] / 12.0
            axis.fill_between(
                years, mine["low"] / scale.divisor, mine["high"] / scale.divisor, color=BAND_OUTER, linewidth=0
            )
            inner = (mine["inner_low"] / scale.divisor, mine["inner_high"] / scale.divisor)
            axis.fill_between(years, *inner, color=BAND_INNER, linewidth=0)
            axis.plot(years, mine["median"] / scale.divisor, color=BLUE, linewidth=2)
            axis.axhline(0.0, color=INK, linewidth=0.8)
            axis.grid(axis="y", color=GRID, linewidth=0.6)
            axis.set_ylim(low - 0.05 * (high - low or 1.0), high + 0.05 * (high - low or 1.0))
            axis.xaxis.set_major_locator(_whole_years())
            axis.ticklabel_format(axis="x", useOffset=False)
            axis.yaxis.set_major_formatter(_numbers(say))
            axis.set_title(_short(designs[number], 28))
            if number % across:
                axis.set_yticklabels([])
        figure.supxlabel(_short(f"{title} ({scale.unit})", sheet.across * sheet.longest_title), fontsize=10)
        return _svg(sheet, figure, name, words_of)


def _whisker(
    axis: Axes, place: float, row: pandas.Series, scale: words.Scale, low: str, high: str, *, filled: bool
) -> None:
    divisor = scale.divisor
    axis.plot([row[low] / divisor, row[high] / divisor], [place, place], color=BLUE, linewidth=3, solid_capstyle="butt")
    face = BLUE if filled else "white"
    axis.plot(
        [row["median"] / divisor], [place], "o", markersize=8, color=BLUE, markerfacecolor=face, markeredgewidth=2
    )


def _rows(
    sheet: Sheet, axis: Axes, labels: Sequence[str], say: Language, ticks: Sequence[float] | None = None,
    top: float | None = None, *, above: bool = False,
) -> None:  # fmt: skip
    places = list(range(len(labels))) if ticks is None else list(ticks)
    axis.set_yticks(places)
    axis.set_yticklabels(["" if above else _short(label, sheet.longest_label) for label in labels])
    for place, label in zip(places, labels, strict=True) if above else ():
        axis.annotate(
            _short(label, sheet.longest_title, lines=1), (0.0, place + 0.2), xycoords=("axes fraction", "data"),
            va="bottom", bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.4},
        )  # fmt: skip
    axis.spines["left"].set_visible(not above)
    axis.set_ylim(-0.6, (len(labels) - 0.3 if above else len(labels) - 0.4) if top is None else top)
    axis.tick_params(axis="y", length=0)
    axis.grid(axis="x", color=GRID, linewidth=0.6)
    axis.set_axisbelow(True)
    axis.xaxis.set_major_formatter(_numbers(say))
    axis.locator_params(axis="x", nbins=6 if sheet.across > 1 else 4)


def _short(text: str, longest: int, lines: int = 2) -> str:
    r"""Return a label broken over so many lines, or cut, so that it fits.

    >>> _short("Grant of 150 thousand with taper", 24), _short("Grant of 150 thousand with taper", 24, lines=1)
    ('Grant of 150 thousand\nwith taper', 'Grant of 150 thousand …')
    """
    import textwrap

    found = textwrap.wrap(text, longest) or [""]
    if len(found) > lines:
        rest = textwrap.shorten(" ".join(found[lines - 1 :]), longest, placeholder=" …")
        found = [*found[: lines - 1], rest]
    return "\n".join(found)


def money_by_pay(lines: Mapping[str, Sequence[tuple[float, float, float]]], title: str, say: Language) -> str:
    """Return two charts over the pay of a member: money of the family, and the share of more pay that it does not keep.

    ``lines`` has pay, money and that share by law. A thin line behind is the money of the first law if all were kept.
    """
    reading = say.text(
        "Each line is one law. Where a line is flat or falls, taxes and lost benefits take all of more pay. The thin "
        "grey line is money if all pay were kept. Shares above 200 % are cut off."
    )
    with _figure(BROAD, "household", [8, 4]) as (figure, (money, shares)):
        first = next(iter(lines.values()))
        start = first[0][1] - first[0][0]
        money.plot([x for x, _, _ in first], [start + x for x, _, _ in first], color=GRID, linewidth=1.0)
        for (label, points), dash in zip(lines.items(), DASHES, strict=False):
            pays, colour = [x for x, _, _ in points], BLUE if dash == "-" else INK
            money.plot(pays, [y for _, y, _ in points], dash, label=label, linewidth=1.6, color=colour)
            taken = [100.0 * min(max(share, LEAST_SHARE), MOST_SHARE) for _, _, share in points[1:]]
            shares.step(pays, [taken[0], *taken], dash, where="pre", linewidth=1.6, color=colour)
        shares.axhline(100.0, color=MUTED, linewidth=0.8)
        money.set_title(_short(title, BROAD.longest_title + 20))
        money.set_ylabel(say.text("family, som a month"))
        shares.set_ylabel(say.text("taken, %"))
        shares.set_xlabel(say.text("pay, som a month"))
        for axis in (money, shares):
            axis.set_xlim(left=0.0)
            axis.xaxis.set_major_formatter(_numbers(say))
            axis.yaxis.set_major_formatter(_numbers(say))
            axis.grid(color=GRID, linewidth=0.6)
        if len(lines) > 1:
            money.legend(frameon=False)
        return _svg(BROAD, figure, "household", Words(title, reading))


def _numbers(say: Language) -> Callable[..., str]:
    """Return the writer of figures on an axis."""
    return lambda value, _position=None: say.shortest(0.0 if abs(value) < 1e-9 else value, 6)


def _sizes(say: Language) -> Callable[..., str]:
    """Return the writer of sizes on an axis that runs to both sides."""
    return lambda value, _position=None: say.shortest(abs(value), 6)


def _whole_years() -> Any:
    from matplotlib.ticker import MaxNLocator

    return MaxNLocator(integer=True, nbins=6, min_n_ticks=1)


@contextmanager
def _figure(sheet: Sheet, name: str, heights: Sequence[float], across: int = 1) -> Iterator[tuple[Figure, list[Axes]]]:
    """Give a figure whose panels are as high as their rows need."""
    import matplotlib
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    with matplotlib.rc_context({**STYLE, "svg.hashsalt": name}):
        ratios = [sheet.row * height + 0.75 for height in heights]
        figure = Figure(figsize=(sheet.width, sum(ratios)), layout="constrained")
        FigureCanvasSVG(figure)
        axes = figure.subplots(len(heights), across, squeeze=False, height_ratios=ratios)
        yield figure, list(axes.ravel())


def _svg(sheet: Sheet, figure: Figure, name: str, words_of: Words) -> str:
    """Return the SVG element with its message as title and how to read it as description; no date, no fixed size."""
    name = name if sheet is BROAD else f"{name}-{sheet.kind}"
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None, "Type": None, "Format": None})
    text = buffer.getvalue()
    body = text[text.index("<svg") :]
    opening = re.match(r"<svg[^>]*>", body)
    if opening is None:
        raise RuntimeError("matplotlib wrote no SVG element")
    box = re.search(r'viewBox="[^"]*"', opening.group())
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" role="img" '
        f'aria-labelledby="{name}-title" aria-describedby="{name}-description" {box.group() if box else ""}>'
        f'<title id="{name}-title">{escape(words_of.message)}</title>'
        f'<desc id="{name}-description">{escape(words_of.reading)}</desc>'
    )
    rest = re.sub(r"<metadata>.*?</metadata>", "", body[opening.end() :], flags=re.DOTALL)
    return head + _own_identifiers(rest, name)


def _own_identifiers(svg: str, name: str) -> str:
    """Prefix identifiers, so that several charts can stand in one page."""
    svg = re.sub(r'\bid="([^"]+)"', rf'id="{name}-\1"', svg)
    svg = re.sub(r'href="#([^"]+)"', rf'href="#{name}-\1"', svg)
    return re.sub(r"url\(#([^)]+)\)", rf"url(#{name}-\1)", svg)
