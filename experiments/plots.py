"""Plots: charts with many lines, drawn with matplotlib; the charts of the report are in :mod:`experiments.charts`."""

from __future__ import annotations

import io
import re
import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from html import escape
from typing import TYPE_CHECKING, Any

from experiments.drawing import LIGHT

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from experiments.language import Language

INK, MUTED, GRID, BLUE = LIGHT["ink"], LIGHT["muted"], LIGHT["grid"], LIGHT["blue"]
WIDTH, ROW, LONGEST = 7.2, 0.38, 70  # inches, inches a row, letters of a title
DASHES = ("-", "--", ":")  # of lines in one chart
LEAST_SHARE, MOST_SHARE = -0.5, 2.0  # of more pay that is taken, as shown

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


def money_by_pay(lines: Mapping[str, Sequence[tuple[float, float, float]]], title: str, say: Language) -> str:
    """Return two charts over the pay of a member: money of the family, and the share of more pay that it does not keep.

    ``lines`` has pay, money and that share by law. A thin line behind is the money of the first law if all were kept.
    """
    reading = say.text(
        "Each line is one law. Where a line is flat or falls, taxes and lost benefits take all of more pay. The thin "
        "grey line is money if all pay were kept. Shares above 200 % are cut off."
    )
    with panels("household", [8, 4]) as (figure, (money, shares)):
        first = next(iter(lines.values()))
        start = first[0][1] - first[0][0]
        money.plot([x for x, _, _ in first], [start + x for x, _, _ in first], color=GRID, linewidth=1.0)
        for (label, points), dash in zip(lines.items(), DASHES, strict=False):
            pays, colour = [x for x, _, _ in points], BLUE if dash == "-" else INK
            money.plot(pays, [y for _, y, _ in points], dash, label=label, linewidth=1.6, color=colour)
            taken = [100.0 * min(max(share, LEAST_SHARE), MOST_SHARE) for _, _, share in points[1:]]
            shares.step(pays, [taken[0], *taken], dash, where="pre", linewidth=1.6, color=colour)
        shares.axhline(100.0, color=MUTED, linewidth=0.8)
        money.set_title("\n".join(textwrap.wrap(title, LONGEST)))
        money.set_ylabel(say.text("family, som a month"))
        shares.set_ylabel(say.text("taken, %"))
        shares.set_xlabel(say.text("pay, som a month"))
        for axis in (money, shares):
            axis.set_xlim(left=0.0)
            axis.xaxis.set_major_formatter(numbers(say))
            axis.yaxis.set_major_formatter(numbers(say))
            axis.grid(color=GRID, linewidth=0.6)
        if len(lines) > 1:
            money.legend(frameon=False)
        return svg(figure, "household", title, reading)


def numbers(say: Language) -> Callable[..., str]:
    """Return the writer of figures on an axis."""
    return lambda value, _position=None: say.shortest(0.0 if abs(value) < 1e-9 else value, 6)


@contextmanager
def panels(name: str, heights: Sequence[float]) -> Iterator[tuple[Figure, list[Axes]]]:
    """Give a figure whose panels are as high as their rows need."""
    import matplotlib
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    with matplotlib.rc_context({**STYLE, "svg.hashsalt": name}):
        ratios = [ROW * height + 0.75 for height in heights]
        figure = Figure(figsize=(WIDTH, sum(ratios)), layout="constrained")
        FigureCanvasSVG(figure)
        axes = figure.subplots(len(heights), 1, squeeze=False, height_ratios=ratios)
        yield figure, list(axes.ravel())


def svg(figure: Figure, name: str, title: str, reading: str) -> str:
    """Return the SVG element with its message as title and how to read it as description; no date, no fixed size."""
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
        f'<title id="{name}-title">{escape(title)}</title>'
        f'<desc id="{name}-description">{escape(reading)}</desc>'
    )
    rest = re.sub(r"<metadata>.*?</metadata>", "", body[opening.end() :], flags=re.DOTALL)
    return head + _own_identifiers(rest, name)


def _own_identifiers(svg: str, name: str) -> str:
    """Prefix identifiers, so that several charts can stand in one page."""
    svg = re.sub(r'\bid="([^"]+)"', rf'id="{name}-\1"', svg)
    svg = re.sub(r'href="#([^"]+)"', rf'href="#{name}-\1"', svg)
    return re.sub(r"url\(#([^)]+)\)", rf"url(#{name}-\1)", svg)
