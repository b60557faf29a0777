"""Scoreboard: frozen forecasts beside figures that somebody brings, as tables for the screen and as one page.

The page needs nothing else: a picture of what was forecast and what came, and the scores of every forecast.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from calibration.observed import Observed
from calibration.scoring import INNER, OUTER, Row, Scored, Sum
from experiments import drawing, report, tables
from experiments.drawing import LINE, Drawing, Frame, Sheet, figures, limits, measured, twice, wrapped
from experiments.language import MISSING, Language
from experiments.marks import N_
from experiments.sections import Section
from experiments.store import write_atomically

FILE = "score.html"
COUNT, CRPS = "n", "CRPS"  # as statisticians write them in any language
HEIGHT, BAR, BELOW = 24.0, 9.0, 16.0  # of a year's row, of the inner half, below a panel
NAMES = {
    "contracts": N_("Contracts of the year"),
    "jobs_reported": N_("Jobs reported for contracts of the year"),
    "jobs_reported_stock": N_("Jobs reported for all contracts"),
    "share_agriculture": N_("Contracts of the year in agriculture"),
    "share_production": N_("Contracts of the year in production"),
    "share_trade": N_("Contracts of the year in trade"),
    "share_services": N_("Contracts of the year in services"),
    "stock_agriculture": N_("All contracts in agriculture"),
    "stock_production": N_("All contracts in production"),
    "stock_trade": N_("All contracts in trade"),
    "stock_services": N_("All contracts in services"),
    "persons_per_family": N_("Persons per contract family"),
    "benefit_families": N_("Families with the child benefit, December"),
    "benefit_families_mean": N_("Families with the child benefit, mean of the year"),
    "benefit_children": N_("Children with the child benefit, December"),
    "benefit_children_mean": N_("Children with the child benefit, mean of the year"),
    "placements": N_("Placements of persons with disabilities"),
    "poverty": N_("Poverty, everybody"),
    "extreme_poverty": N_("Extreme poverty"),
    "child_poverty": N_("Poverty of persons under 18"),
    "employment_women": N_("Women who work"),
    "employment_men": N_("Men who work"),
}


class Block(NamedTuple):
    """One forecast on the page: name, what is said of it, its picture and its tables."""

    name: str
    title: str
    said: Sequence[str]
    svg: str
    scores: tuple[Sequence[str], Sequence[Sequence[str]]]
    figures: tuple[Sequence[str], Sequence[Sequence[str]]]


def head(say: Language) -> list[str]:
    """Return the head of the table of scores."""
    return [
        say.text("figure"), COUNT, say.text("in 90 %"), say.text("in 50 %"), say.text("interval"),
        CRPS, say.text("bias"), say.text("as before"), say.text("in step"),
    ]  # fmt: skip


def cells(found: Sum, say: Language) -> list[str]:
    """Return a row of scores of one figure."""
    return [
        say.text(NAMES[found.figure]), say.number(found.years), say.percent(found.outer),
        MISSING if found.inner is None else say.percent(found.inner), say.shortest(found.interval),
        say.shortest(found.crps), ("+" if found.bias > 0.0 else "") + say.shortest(found.bias),
        *(MISSING if one is None else say.shortest(one) for one in (found.persistence, found.proportional)),
    ]  # fmt: skip


def whole(found: Sum, say: Language) -> list[str]:
    """Return the row of all figures, whose scores are shares of the figures."""
    return [
        say.text("all, as shares of the figures"), say.number(found.years), say.percent(found.outer),
        MISSING if found.inner is None else say.percent(found.inner), say.percent(found.interval, 1),
        say.percent(found.crps, 1), say.percent(found.bias, 1, signed=True),
        *(MISSING if one is None else say.percent(one, 1) for one in (found.persistence, found.proportional)),
    ]  # fmt: skip


def score_rows(scored: Scored, say: Language) -> list[list[str]]:
    """Return all rows of the table of scores."""
    below = [] if scored.total is None else [whole(scored.total, say)]
    return [cells(found, say) for found in scored.by_figure] + below


def title(scored: Scored, say: Language) -> str:
    """Return the name of a forecast, and whether another took its place."""
    name = scored.forecast.name
    if scored.forecast.superseded:
        return say.text("Forecast {name}, replaced by a later one before any comparison", name=name)
    return say.text("Forecast {name}", name=name)


def sentence(scored: Scored, say: Language) -> str:
    """Return one sentence on how a forecast did."""
    held, of = sum(row.outer for row in scored.rows), len(scored.rows)
    known = [row for row in scored.rows if row.persistence is not None]
    nearer = sum(row.crps < float(row.persistence or 0.0) for row in known)
    return say.text(
        "{held} of {of} figures lie in the 90 % intervals; the forecast scores better than the last known figure in "
        "{nearer} of {known} cases.", held=say.number(held), of=say.number(of), nearer=say.number(nearer),
        known=say.number(len(known)),
    )  # fmt: skip


def missing(scored: Sequence[Scored], seen: Sequence[Observed], say: Language) -> str:
    """Return which figures no forecast says anything about, empty if there are none."""
    said = {(row.stated.figure, row.stated.year) for one in scored for row in one.rows}
    lost = [f"{say.text(NAMES[one.figure])} ({one.year})" for one in seen if (one.figure, one.year) not in said]
    return say.text("Not in any forecast: {names}.", names=say.listed(lost)) if lost else ""


def shown(scored: Scored, say: Language) -> Section:
    """Return the table of a forecast for the screen."""
    return tables.plain(title(scored, say), head(say), score_rows(scored, say), key=scored.forecast.name)


@twice
def picture(sheet: Sheet, rows: Sequence[Row], name: str, say: Language) -> str:
    """Return small charts, one for each figure: a row for each year with the forecast's intervals and what came."""
    sketch, y = Drawing(sheet), 0.0
    for figure in dict.fromkeys(row.stated.figure for row in rows):
        mine = [row for row in rows if row.stated.figure == figure]
        y = sketch.heading(0.0, y, f"{say.text(NAMES[figure])} ({unit(mine[0].stated.unit, say)})", sheet.width)
        left = 12.0 + max(measured(str(row.stated.year)) for row in mine)
        ends = [v for row in mine for v in (*row.stated.quantiles.values(), row.seen.low, row.seen.high)]
        frame = Frame(left, sheet.width - 8.0, *_around(ends))
        for place, row in enumerate(mine):
            _year(sketch, frame, y + (place + 0.5) * HEIGHT, row)
        y = sketch.ticks(frame, y, y + len(mine) * HEIGHT, figures(say)) + BELOW
    below = wrapped(_reading(say), sheet.width, most=6)
    sketch.height = sketch.paragraph(0.0, y - BELOW + 0.5 * LINE, below, "m") + 4.0
    return sketch.svg(name)


def _year(sketch: Drawing, frame: Frame, y: float, row: Row) -> None:
    quantiles = row.stated.quantiles
    low, high = (frame.x(quantiles[share]) for share in OUTER)
    sketch.write(0.0, y + 4.0, str(row.stated.year))
    sketch.box(low, y - 3.0, high - low, 6.0, "u")
    if all(share in quantiles for share in INNER):
        lower, upper = (frame.x(quantiles[share]) for share in INNER)
        sketch.box(lower, y - BAR / 2.0, upper - lower, BAR, "i")
    middle = frame.x(quantiles[0.5])
    sketch.line((middle, y - 8.0), (middle, y + 8.0), "z")
    sketch.mark(frame.x(row.seen.value), y, filled=row.outer)


def _around(values: Sequence[float]) -> tuple[float, float]:
    """Return the ends of an axis: from zero where that is near, else around the values.

    >>> _around([28.0, 32.0]), _around([100.0, 900.0])
    ((27.4, 32.6), (0.0, 936.0))
    """
    low, high = min(values), max(values)
    room = 0.15 * (high - low) or 0.05 * abs(high) or 1.0
    return limits(values) if low < 0.5 * high else (low - room, high + room)


def unit(name: str, say: Language) -> str:
    """Return a unit in words."""
    known = {
        "families": say.text("families", context="unit"),
        "jobs": say.text("jobs", context="unit"),
        "share": say.text("share", context="unit"),
        "persons": say.text("persons", context="unit"),
        "persons/family": say.text("persons/family", context="unit"),
        "children": say.text("children", context="unit"),
        "% of population": say.text("% of population", context="unit"),
        "% of persons under 18": say.text("% of persons under 18", context="unit"),
        "% of women of 15 and older": say.text("% of women of 15 and older", context="unit"),
        "% of men of 15 and older": say.text("% of men of 15 and older", context="unit"),
    }
    return known.get(name, name)


def _reading(say: Language) -> str:
    return say.text(
        "Light bar: the middle 90 % of the forecast; darker bar: the middle half; line: its median. Mark: the "
        "published figure, filled where the light bar holds it, open where not."
    )


def explained(say: Language) -> list[str]:
    """Return what the columns mean, and what the comparison is."""
    return [
        say.text("The forecasts were frozen before any comparison and are not fitted to these figures."),
        say.text("In 90 % and in 50 %: share of the figures that these intervals hold. A good forecast comes near 90 "
                 "and 50 %; of few figures nobody can tell."),
        say.text("Interval: width of the 90 % interval, and 20 times the distance where it misses (interval score). "
                 "{crps}: distance between forecast and figure over all quantiles (continuous ranked probability "
                 "score). Both are in the unit of the figure; lower is better.", crps=CRPS),
        say.text("{count}: years. Bias: median of the forecast less the figure. As before: the last figure known "
                 "before the forecast is repeated (persistence). In step: it grows in proportion to the planned "
                 "places, or as in the last known year. The scores of these two rules compare with the {crps}.",
                 count=COUNT, crps=CRPS),
        say.text("The oldest forecasts froze no quartiles: nothing is said about their middle half, and their {crps} "
                 "rests on three quantiles.", crps=CRPS),
    ]  # fmt: skip


def blocks(found: Sequence[Scored], say: Language) -> Iterator[Block]:
    """Yield the part of each forecast on the page."""
    columns = [say.text("figure"), say.text("year"), say.text("forecast"), say.text("published"), say.text("source")]
    for number, scored in enumerate(found):
        name, rows = f"forecast-{number}", []
        for row in scored.rows:
            q, seen = row.stated.quantiles, row.seen
            band = f"{say.shortest(q[0.5])} [{say.shortest(q[OUTER[0]])}, {say.shortest(q[OUTER[1]])}]"
            rows.append([say.text(NAMES[seen.figure]), str(seen.year), band, say.shortest(seen.value, 6), seen.source])
        yield Block(
            name, title(scored, say), [sentence(scored, say)], picture(scored.rows, name, say),
            (head(say), score_rows(scored, say)), (columns, rows),
        )  # fmt: skip


def html(found: Sequence[Scored], seen: Sequence[Observed], say: Language) -> str:
    """Return the page."""
    filled: dict[str, Any] = {
        "_": say.text, "lang": say.code, "blocks": list(blocks(found, say)), "explained": explained(say),
        "missing": missing(found, seen, say), "style": drawing.CLASSES, "light": drawing.tones(drawing.LIGHT),
        "dark": drawing.tones(drawing.DARK),
    }  # fmt: skip
    return report.rendered("score.html", filled)


def write(page: str, folder: Path) -> Path:
    """Write the page into a folder and return its path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / FILE
    write_atomically(path, lambda temporary: _write(temporary, page))
    return path


def _write(path: Path, page: str) -> None:
    path.write_text(page, encoding="utf-8")
