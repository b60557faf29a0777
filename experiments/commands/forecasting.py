"""The command ``outlook``: a forecast, what drives the headlines, and frozen forecasts held against what came."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from calibration import ahead, forecasting, frozen, observed, scoring, telling
from calibration.forecasting import Effort
from calibration.report import number
from calibration.yearly import FIGURES
from experiments import progress, scoreboard, tables
from experiments.commands.options import FormatOption, LanguageOption, WorkersOption, command, stoppable
from experiments.language import language as known
from experiments.middles import COUNTRY
from experiments.screen import Screen
from experiments.sections import Cell, Section
from sim.errors import InputError
from sim.outcomes import CODEBOOK

PLACE = Path("results/calibration")


@dataclass(frozen=True)
class Outlook:
    """The options of ``outlook``."""

    freeze: Annotated[
        str, typer.Option("--freeze", metavar="DAY", help="Write the forecast to a file of this day, once and for all.")
    ] = ""
    score: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Hold frozen forecasts against the figures of this CSV file; runs nothing."),
    ] = None
    forecast: Annotated[
        str, typer.Option(metavar="NAME", help="With --score: this frozen forecast alone, such as 2026-11-22-third.")
    ] = ""
    prior: Annotated[
        Literal["posterior", "draws"], typer.Option(help="Parameters: draws of the posterior, or draws of the prior.")
    ] = "posterior"
    structure: Annotated[
        int, typer.Option(min=0, max=1000, metavar="N", help="Only try other forms of the weakest rules on N draws.")
    ] = 0
    headlines: Annotated[
        bool, typer.Option("--headlines/--no-headlines", help="Also say what drives the headlines; needs a posterior.")
    ] = True
    as_if_unknown: Annotated[
        bool,
        typer.Option("--as-if-unknown", help="Forecast 2022 and 2023, which are known, from draws of the prior alone."),
    ] = False
    runs: Annotated[int, typer.Option(min=16, max=10_000, metavar="N", help="Runs of the forecast.")] = forecasting.RUNS
    scale: Annotated[
        int, typer.Option(min=1, max=1000, metavar="N", help="One household of the forecast stands for this many.")
    ] = forecasting.SCALE
    out: Annotated[
        Path, typer.Option(metavar="FOLDER", help="Folder for runs and the page; the same command continues there.")
    ] = PLACE
    workers: WorkersOption = 0
    country: Annotated[str, typer.Option(metavar="NAME", help="Country.")] = COUNTRY
    language: LanguageOption = "en"
    form: FormatOption = "text"


@command
def outlook(asked: Outlook) -> None:
    """Forecast 2024 to 2028, freeze a forecast, or hold frozen forecasts against what came (--score).

    FILE has the columns figure,year,value,low,high,source; low and high are the ends of what the printed digits may
    stand for, both empty for an exact count. No forecast is fitted to it.
    """
    if asked.score is not None:
        if asked.freeze:
            raise InputError("--score and --freeze are both given; a forecast is frozen before anything is compared")
        hold_against(asked, asked.score)
        return
    if asked.structure:
        try_forms(asked)
        return
    if asked.forecast:
        raise InputError(f"--forecast is '{asked.forecast}' without --score; name the file of figures as well")
    if asked.freeze:
        forecasting.check_day(asked.freeze, _folder(asked))
    look_ahead(asked)


def _folder(asked: Outlook) -> Path:
    return frozen.TRIALS if asked.as_if_unknown else frozen.FOLDER


def look_ahead(asked: Outlook) -> None:
    """Run the forecast, and the headlines where they are asked for and there is a posterior to draw from."""
    talk = Screen(stderr=True)
    prior = forecasting.PRIOR if asked.as_if_unknown else asked.prior
    headlines = asked.headlines and prior == forecasting.POSTERIOR
    total = asked.runs + (ahead.RUNS + 2 * ahead.AGAIN if headlines else 0)
    with progress.shown(total, talk) as (say, advance), stoppable(asked.out):
        if headlines:
            found = ahead.analyse(asked.country, asked.out, asked.workers, say, advance)
            text = json.dumps(found, indent=1, ensure_ascii=False) + "\n"
            ahead.headline_file(asked.country).write_text(text, encoding="utf-8")
        effort = Effort(asked.runs, asked.scale, prior, workers=asked.workers)
        rows, about = forecasting.forecast(
            asked.country, asked.out, effort, say, advance, known_years=asked.as_if_unknown
        )
    with Screen(asked.form) as show:
        show.print(*(telling.drivers(found) if headlines else ()), forecast_table(rows))
    if asked.freeze:
        talk.print(f"Forecast written: {forecasting.freeze(rows, about, asked.freeze, _folder(asked))}")


def try_forms(asked: Outlook) -> None:
    """Run the weakest rules in another form and keep how far the headlines hang on them beside the posterior."""
    with progress.shown(asked.structure, Screen(stderr=True)) as (say, advance), stoppable(asked.out):
        found = ahead.structures(asked.country, asked.out, asked.structure, asked.workers, say, advance)
    file = ahead.structure_file(asked.country)
    file.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    lines = [[CODEBOOK[name].label, number(row["middle"]), number(row["variance"] ** 0.5)]
             for name, row in found["outcomes"].items()]  # fmt: skip
    with Screen(asked.form) as show:
        show.print(tables.plain("What other forms of the weakest rules do", ("headline", "middle", "spread"), lines))
        show.print(f"Kept: {file}")


def hold_against(asked: Outlook, file: Path) -> None:
    """Score frozen forecasts and write the page."""
    say = known(asked.language)
    forecasts = (frozen.read(asked.forecast),) if asked.forecast else scoring.everything()
    units = {name: unit for name, (unit, _) in FIGURES.items()}
    years = [one.year for forecast in forecasts for one in forecast.stated]
    seen = observed.read(file, units, years)
    found = [one for one in (scoring.score(forecast, seen, asked.country) for forecast in forecasts) if one is not None]
    if not found:
        whose = f"forecast {asked.forecast}" if asked.forecast else "any frozen forecast"
        raise InputError(f"{file}: none of its figures and years is in {whose}")
    page = scoreboard.write(scoreboard.html(found, seen, say), asked.out)
    with Screen(asked.form) as show:
        for one in found:
            show.print(scoreboard.shown(one, say), scoreboard.sentence(one, say))
        if lost := scoreboard.missing(found, seen, say):
            show.print(lost)
        show.print(say.text("Page: {path}", path=page))


def forecast_table(rows: Sequence[Mapping[str, Any]]) -> Section:
    """Return the table of a forecast for the screen."""
    years = list(dict.fromkeys(str(row["year"]) for row in rows))
    lines = []
    for figure in dict.fromkeys(row["figure"] for row in rows):
        mine = {str(row["year"]): row for row in rows if row["figure"] == figure}
        there = [mine.get(year) for year in years]
        cells = [Cell(f"{one['middle']}\n[{one['low']}, {one['high']}]", float(one["middle"])) if one else Cell("")
                  for one in there]  # fmt: skip
        lines.append([f"{str(figure).replace('_', ' ')}\n{next(iter(mine.values()))['unit']}", *cells])
    title = "Forecast, middle 90 % of runs at draws of the parameters"
    return tables.plain(title, ["figure", *years], lines, key="forecast")
