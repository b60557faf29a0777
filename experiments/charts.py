"""Charts as inline SVG: text stays text, nothing is loaded, title and description stand inside for screen readers.

Differences are drawn as intervals around a line at zero; levels of designs are never drawn as overlapping bars.
Told apart is shown by a filled mark, not by colour alone.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from html import escape
from typing import TYPE_CHECKING, Any

from experiments import words

if TYPE_CHECKING:
    import pandas
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INK = "#1a1a1a"
MUTED = "#595959"
GRID = "#d9d9d9"
BLUE = "#0b4f8a"
BAND_OUTER = "#c6dbef"
BAND_INNER = "#6baed6"
WIDTH = 7.2  # inches
LONGEST_LABEL = 24
LONGEST_TITLE = 62

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


def differences(panels: Sequence[tuple[str, str, pandas.DataFrame]], zero: str, name: str, description: str) -> str:
    """Return small charts, one for each outcome: a row for each design with its paired difference and band.

    Each panel is (label, unit, rows with ``design``, ``median``, ``band_low``, ``band_high`` and ``verdict``); ``zero``
    names what the line at zero means.
    """
    designs = [len(rows) for _, _, rows in panels]
    with _figure(name, sum(designs), len(panels), designs) as (figure, axes):
        for axis, (label, unit, rows) in zip(axes, panels, strict=True):
            scale = words.scale_of([*rows["band_low"], *rows["band_high"]], unit)
            for place, (_, row) in enumerate(rows.iloc[::-1].iterrows()):
                apart = row["verdict"] in ("more", "fewer")
                _whisker(axis, place, row, scale, "band_low", "band_high", filled=apart)
            axis.axvline(0.0, color=INK, linewidth=1.2)
            _rows(axis, [str(design) for design in rows["design"]][::-1])
            axis.set_title(_short(f"{label} ({scale.unit})", LONGEST_TITLE))
        axes[-1].set_xlabel(f"difference to {zero}", color=INK)
        return _svg(figure, name, description)


def levels(rows: pandas.DataFrame, unit: str, column: str, name: str, title: str, description: str) -> str:
    """Return one chart of intervals: a block for each value of ``column``, within it a row for each design."""
    blocks = list(dict.fromkeys(rows[column]))
    scale = words.scale_of([*rows["low"], *rows["high"]], unit)
    with _figure(name, len(rows), 1, [len(rows) + 0.6 * len(blocks)]) as (figure, axes):
        axis, place, ticks, labels = axes[0], 0.0, [], []
        for block in reversed(blocks):
            mine = rows[rows[column] == block]
            for _, row in mine.iloc[::-1].iterrows():
                _whisker(axis, place, row, scale, "low", "high", filled=True)
                ticks.append(place)
                labels.append(str(row["design"]))
                place += 1.0
            axis.annotate(
                str(block), (0.0, place - 0.35), xycoords=("axes fraction", "data"), fontweight="bold", va="center"
            )
            place += 0.9
        axis.axvline(0.0, color=MUTED, linewidth=0.8)
        _rows(axis, labels, ticks, top=place - 0.4)
        axis.set_title(f"{title} ({scale.unit})")
        return _svg(figure, name, description)


def groups(rows: pandas.DataFrame, unit: str, column: str, name: str, title: str, description: str) -> str:
    """Return small charts side by side, one for each design, with an interval for each group of ``column``."""
    designs = list(dict.fromkeys(rows["design"]))
    values = list(dict.fromkeys(rows[column]))
    scale = words.scale_of([*rows["low"], *rows["high"]], unit)
    across = min(2, len(designs))
    down = -(-len(designs) // across)
    with _figure(name, 0, 0, [len(values) + 0.8] * down, across=across) as (figure, axes):
        for number, axis in enumerate(axes):
            if number >= len(designs):
                axis.set_visible(False)
                continue
            mine = rows[rows["design"] == designs[number]].set_index(column).reindex(values)
            for place, (_, row) in enumerate(mine.iloc[::-1].iterrows()):
                if not row[["median", "low", "high"]].notna().all():
                    continue  # nobody of this group in any draw
                _whisker(axis, place, row, scale, "low", "high", filled=not row["low"] <= 0.0 <= row["high"])
            axis.axvline(0.0, color=INK, linewidth=1.0)
            _rows(axis, [str(value) for value in values][::-1] if number % across == 0 else [""] * len(values))
            axis.set_title(_short(designs[number], 34))
            limits = [*rows["low"].dropna() / scale.divisor, *rows["high"].dropna() / scale.divisor, 0.0]
            margin = 0.05 * ((max(limits) - min(limits)) or 1.0)
            axis.set_xlim(min(limits) - margin, max(limits) + margin)
        figure.supxlabel(f"{title} ({scale.unit})", fontsize=10)
        return _svg(figure, name, description)


def fans(rows: pandas.DataFrame, unit: str, name: str, title: str, description: str) -> str:
    """Return small charts, one for each design: median over time with 50 % and 90 % of draws; one common scale."""
    designs = list(dict.fromkeys(rows["design"]))
    scale = words.scale_of([*rows["low"], *rows["high"]], unit)
    across = min(2, len(designs))
    down = -(-len(designs) // across)
    with _figure(name, 0, 0, [6.0] * down, across=across) as (figure, axes):
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
            axis.yaxis.set_major_formatter(_thousands)
            axis.set_title(_short(designs[number], 34))
            if number % across:
                axis.set_yticklabels([])
        figure.supxlabel(f"{title} ({scale.unit}), by year", fontsize=10)
        return _svg(figure, name, description)


def _whisker(
    axis: Axes, place: float, row: pandas.Series, scale: words.Scale, low: str, high: str, *, filled: bool
) -> None:
    divisor = scale.divisor
    axis.plot([row[low] / divisor, row[high] / divisor], [place, place], color=BLUE, linewidth=3, solid_capstyle="butt")
    face = BLUE if filled else "white"
    axis.plot(
        [row["median"] / divisor], [place], "o", markersize=8, color=BLUE, markerfacecolor=face, markeredgewidth=2
    )


def _rows(axis: Axes, labels: Sequence[str], ticks: Sequence[float] | None = None, top: float | None = None) -> None:
    axis.set_yticks(list(range(len(labels))) if ticks is None else list(ticks))
    axis.set_yticklabels([_short(label, LONGEST_LABEL) for label in labels])
    axis.set_ylim(-0.6, (len(labels) - 0.4) if top is None else top)
    axis.tick_params(axis="y", length=0)
    axis.grid(axis="x", color=GRID, linewidth=0.6)
    axis.set_axisbelow(True)
    axis.xaxis.set_major_formatter(_thousands)
    axis.locator_params(axis="x", nbins=6)


def _short(text: str, longest: int) -> str:
    r"""Return a label broken over two lines, or cut, so that it fits.

    >>> _short("Grant of 150 thousand with taper", 24)
    'Grant of 150 thousand\nwith taper'
    """
    import textwrap

    lines = textwrap.wrap(text, longest) or [""]
    if len(lines) > 2:
        lines = [lines[0], textwrap.shorten(" ".join(lines[1:]), longest, placeholder=" …")]
    return "\n".join(lines)


def _thousands(value: float, _position: Any = None) -> str:
    text = f"{abs(value):,.6f}".rstrip("0").rstrip(".")
    return "−" + text if value < 0 and text != "0" else text


def _whole_years() -> Any:
    from matplotlib.ticker import MaxNLocator

    return MaxNLocator(integer=True, nbins=6, min_n_ticks=1)


@contextmanager
def _figure(
    name: str, rows: int, panels: int, heights: Sequence[float], across: int = 1
) -> Iterator[tuple[Figure, list[Axes]]]:
    """Give a figure whose panels are as high as their rows need; close it afterwards."""
    import matplotlib
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    with matplotlib.rc_context({**STYLE, "svg.hashsalt": name}):
        inches = sum(0.38 * height + 0.75 for height in heights)
        figure = Figure(figsize=(WIDTH, inches), layout="constrained")
        FigureCanvasSVG(figure)
        ratios = [0.38 * height + 0.75 for height in heights]
        axes = figure.subplots(len(heights), across, squeeze=False, height_ratios=ratios)
        yield figure, list(axes.ravel())


def _svg(figure: Figure, name: str, description: str) -> str:
    """Return the SVG element with a title and a description, without a date or fixed size."""
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None, "Type": None, "Format": None})
    text = buffer.getvalue()
    body = text[text.index("<svg") :]
    opening, rest = re.match(r"<svg[^>]*>", body), body
    if opening is None:
        raise RuntimeError("matplotlib wrote no SVG element")
    box = re.search(r'viewBox="[^"]*"', opening.group())
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" role="img" '
        f'aria-labelledby="{name}-title {name}-description" {box.group() if box else ""}>'
        f'<title id="{name}-title">{escape(name.replace("-", " "))}</title>'
        f'<desc id="{name}-description">{escape(description)}</desc>'
    )
    rest = re.sub(r"<metadata>.*?</metadata>", "", body[opening.end() :], flags=re.DOTALL)
    return head + _own_identifiers(rest, name)


def _own_identifiers(svg: str, name: str) -> str:
    """Prefix identifiers, so that several charts can stand in one page."""
    svg = re.sub(r'\bid="([^"]+)"', rf'id="{name}-\1"', svg)
    svg = re.sub(r'href="#([^"]+)"', rf'href="#{name}-\1"', svg)
    return re.sub(r"url\(#([^)]+)\)", rf"url(#{name}-\1)", svg)
