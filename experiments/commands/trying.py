"""The commands ``trials`` and ``transfer``: what was published elsewhere beside what the model says of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from calibration import exogenous, transferred, trial_page, trialled, weighing
from calibration.forecasting import Effort
from calibration.weighing import CHECK, FIT
from experiments import progress, tables
from experiments.commands.options import FormatOption, SameOption, command, stoppable
from experiments.screen import Screen
from sim.countries import home
from sim.errors import InputError

PLACE = Path("results/calibration")
COLUMNS = "published", "model", "weighed", "", "factor"
ABROAD = "published", "model", "", "factor", "without W6"
Prior = Annotated[
    Literal["posterior", "draws"], typer.Option(help="Parameters: draws of the posterior, or draws of the prior.")
]
Out = Annotated[
    Path, typer.Option(metavar="FOLDER", help="Folder for runs and results; the same command continues there.")
]
Keep = Annotated[bool, typer.Option("--use", help="Put the results into the program, from where the pages take them.")]


@dataclass(frozen=True)
class Trials:
    """The options of ``trials``."""

    runs: Annotated[int, typer.Option(min=8, max=10_000, metavar="N", help="Parameter draws.")] = trialled.USUAL.runs
    scale: Annotated[int, typer.Option(min=1, max=1000, metavar="N", help="One household stands for this many.")] = (
        trialled.USUAL.scale
    )
    prior: Prior = "posterior"
    use: Keep = False
    out: Out = PLACE
    workers: SameOption = 0
    form: FormatOption = "text"


@command
def trials(asked: Trials) -> None:
    """Run a trial inside the model and print it beside published ones, fitted rows and checks apart.

    Places are drawn by lot among those who applied; the families that were drawn are compared with themselves without
    the offer, up to nine years later. Which rows are fitted was decided before any run.
    """
    effort = Effort(asked.runs, asked.scale, asked.prior, workers=asked.workers)
    found = _made(trialled.run, asked.out, effort)
    with Screen(asked.form) as show:
        for use, title in ((FIT, "Fitted"), (CHECK, "Checks")):
            cells = [[row[2], row[3], row[4], row[5], row[6].strip("*"), row[7]] for row in trial_page.rows(found, use)]
            show.print(tables.plain(title, ("measure", *COLUMNS), cells))
        show.print(*trial_page.sentences(found))
    _keep(found, trialled.RESULTS if asked.use else asked.out / trialled.RESULTS.name)


@dataclass(frozen=True)
class Transfer:
    """The options of ``transfer``."""

    runs: Annotated[int, typer.Option(min=8, max=10_000, metavar="N", help="Parameter draws.")] = transferred.USUAL.runs
    prior: Prior = "posterior"
    use: Keep = False
    out: Out = PLACE
    workers: SameOption = 0
    form: FormatOption = "text"


@command
def transfer(asked: Transfer) -> None:
    """Run the quota laws of eight countries to their age and print them beside published figures.

    Draws of the prior are weighed by Austria and Hungary; the posterior has met them. The others are predicted.
    """
    found = _made(transferred.run, asked.out, Effort(asked.runs, prior=asked.prior, workers=asked.workers))
    cells = [[f"{row[1]}, {row[2]}", *row[4:6], row[6].strip("*"), *row[7:]] for row in transferred.table(found)]
    with Screen(asked.form) as show:
        show.print(tables.plain("Quota laws abroad", ("figure", *ABROAD), cells))
        show.print(transferred.front(found).replace("**", ""))
    _keep(found, transferred.RESULTS if asked.use else asked.out / transferred.RESULTS.name)


def _made(run: Callable[..., dict[str, Any]], out: Path, effort: Effort) -> dict[str, Any]:
    if home() != exogenous.COUNTRY:
        raise InputError(f"country is '{home()}'; published trials and laws abroad are set beside {exogenous.COUNTRY} "
                         "alone: leave --country out")  # fmt: skip
    with progress.shown(effort.runs, Screen(stderr=True)) as (say, advance), stoppable(out):
        return run(exogenous.COUNTRY, out, effort, say, advance)


def _keep(found: Mapping[str, Any], file: Path) -> None:
    Screen(stderr=True).print(f"Results: {weighing.keep(found, file)}")
