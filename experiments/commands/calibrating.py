"""The command ``calibrate``, which makes a posterior, and the proof of one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

import typer

from calibration import making, posterior, report, targets
from calibration.pipeline import FULL, QUICK
from experiments import progress, provenance
from experiments.commands.options import FAILED, SameOption, command, stoppable
from experiments.middles import COUNTRY
from experiments.screen import Screen
from sim import months
from sim.countries import resolved
from sim.errors import InputError
from sim.scenario import present_law

YEARS = (2022, 2023)  # of the contracts that the fit reads
PLACE = Path("results/calibration")


@dataclass(frozen=True)
class Calibrate:
    """The options of ``calibrate``."""

    quick: Annotated[bool, typer.Option("--quick", help="A few minutes, for trying out; the posterior says so.")] = (
        False
    )
    use: Annotated[
        bool, typer.Option("--use", help="Put the posterior into the program: every scenario then draws from it.")
    ] = False
    out: Annotated[
        Path, typer.Option(metavar="FOLDER", help="Folder for runs and results; the same command continues there.")
    ] = PLACE
    workers: SameOption = 0
    seed: Annotated[int, typer.Option(min=0, metavar="N", help="Seed of all luck.")] = 1
    country: Annotated[str, typer.Option(metavar="NAME", help="Country.")] = COUNTRY
    own: Annotated[
        Path | None, typer.Option("--with", metavar="FOLDER", help="A folder that register --into made.")
    ] = None


@command
def calibrate(asked: Calibrate) -> None:
    """Fit the model to published figures: runs, posterior, checks on invented truths, and a report."""
    asked = replace(asked, country=resolved(str(asked.own) if asked.own else asked.country))
    can_be_fitted(asked.country)
    effort, out = QUICK if asked.quick else FULL, asked.out
    talk = Screen(stderr=True)
    talk.print(f"{effort.simulations} runs of the years 2020 to 2023; a stopped calibration continues in {out}.")
    with progress.shown(effort.simulations, talk) as (say, advance), stoppable(out):
        found = making.calibrate(
            asked.country, asked.seed, out, effort=effort, workers=asked.workers, say=say, advance=advance,
            commit=provenance.commit(),
        )  # fmt: skip
    files = posterior.write(found, asked.country, posterior.FOLDER if asked.use else out)
    text = out / "report.md"
    text.write_text(report.text(found), encoding="utf-8")
    for line in report.summary(found):
        talk.print(line)
    talk.print(f"Report: {text}. Posterior: {files[0]}" + ("; scenarios now draw from it." if asked.use else "."))
    if not asked.use:
        talk.print("With --use it is put into the program, and scenarios draw from it.")


def can_be_fitted(country: str) -> None:
    """Refuse a country that the model cannot be fitted to, with what is missing."""
    if not targets.read(country):
        raise InputError(
            f"country is '{country}': it has no targets.csv, the published figures that the model is fitted to; until "
            "then its scenarios draw from the priors"
        )
    places = present_law(country).social_contract.slots
    if not all(places.at(months.month_index(year)) for year in YEARS):
        raise InputError(
            f"country is '{country}': it had no social contracts in {YEARS[0]} and {YEARS[-1]}; most figures that the "
            "model is fitted to are of families with contracts"
        )


def prove(country: str = COUNTRY) -> None:
    """Check the posterior's hash and data, and simulate three runs of its bank again, to the last bit."""
    wrong = making.faults(country, say=lambda text: typer.echo(text, err=True))
    for text in wrong:
        typer.echo(f"Not proven: {text}.", err=True)
    if wrong:
        raise typer.Exit(FAILED)
    typer.echo("Proven: draws, priors and targets are the posterior's, and its runs come out to the last bit.")
