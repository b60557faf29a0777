"""The command ``calibrate``, which makes a posterior, and the proof of one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

import typer

from calibration import likelihood, making, posterior, report, targets
from calibration.pipeline import FULL, QUICK
from experiments import progress, provenance
from experiments.commands.options import FAILED, SameOption, command, stoppable
from experiments.middles import COUNTRY
from experiments.screen import Screen
from sim import months
from sim.countries import USUAL, name_of, resolved
from sim.errors import InputError
from sim.scenario import present_law
from sim.words import said

YEARS = (2022, 2023)  # of the contracts that the fit reads
OF_CONTRACTS = "SC"  # beginning of the identifiers of figures of families with contracts
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
    text = out / ("report.md" if asked.country == USUAL else f"{name_of(asked.country)}.md")
    text.write_text(said(report.text(found), asked.country), encoding="utf-8")
    for line in report.summary(found):
        talk.print(line)
    talk.print(f"Report: {text}. Posterior: {files[0]}" + ("; scenarios now draw from it." if asked.use else "."))
    if not asked.use:
        talk.print("With --use it is put into the program, and scenarios draw from it.")


def can_be_fitted(country: str) -> None:
    """Refuse a country that the model cannot be fitted to, with what is missing."""
    found = targets.read(country)
    if not found:
        raise InputError(
            f"country is '{country}': it has no targets.csv, the published figures that the model is fitted to; until "
            "then its scenarios draw from the priors"
        )
    fitted = [figure.target for figure in likelihood.figures(found)]
    known = {target.name for target in targets.read() if target.compared}
    unknown = next((name for name in fitted if name not in known), "")
    if unknown or not fitted:
        wrong = f"fits '{unknown}', a figure that the model does not have" if unknown else "has no row with the use fit"
        raise InputError(f"country is '{country}': its targets.csv {wrong}; docs/model.md names those that it has")
    places = present_law(country).social_contract.slots
    of_contracts = next((name for name in fitted if name.startswith(OF_CONTRACTS)), "")
    if of_contracts and not all(places.at(months.month_index(year)) for year in YEARS):
        raise InputError(
            f"country is '{country}': its targets.csv has {of_contracts}, a figure of families with contracts, and it "
            f"had none in {YEARS[0]} or {YEARS[-1]}; leave out every row that begins with {OF_CONTRACTS}"
        )


def prove(country: str = COUNTRY) -> None:
    """Check the posterior's hash and data, and simulate three runs of its bank again, to the last bit."""
    wrong = making.faults(country, say=lambda text: typer.echo(text, err=True))
    for text in wrong:
        typer.echo(f"Not proven: {text}.", err=True)
    if wrong:
        raise typer.Exit(FAILED)
    typer.echo("Proven: draws, priors and targets are the posterior's, and its runs come out to the last bit.")
