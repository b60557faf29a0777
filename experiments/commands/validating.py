"""The command ``validate``: the engine's state beside published figures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

import typer

from experiments import progress, tables, validating
from experiments.commands.options import CountryOption, FormatOption, SeedOption, command
from experiments.middles import COUNTRY
from experiments.screen import Screen
from sim.checks import STEPS, checked
from sim.validation import Found

MISSED = 3  # exit status when a figure that the model is fitted to is missed


@dataclass(frozen=True)
class Asked:
    """The options of ``validate``."""

    scale: Annotated[int, typer.Option(min=1, max=1000, metavar="N", help="One household stands for this many.")] = 100
    seed: SeedOption = None
    country: CountryOption = COUNTRY
    population: Annotated[
        Literal["still", "living"], typer.Option(help="still, or living: people are born, die and go abroad.")
    ] = "still"
    everything: Annotated[bool, typer.Option("--all", help="Every figure, not only those outside.")] = False
    form: FormatOption = "text"


@command
def validate(asked: Asked) -> None:
    """Print published figures beside what the model's households, persons and employers are in December of each year.

    Poverty, work, pay, pensions, households and disability of 2021, 2022 and 2023, at the medians of the parameters.
    Numbers of people by age are those of mid-year where the population is living.
    The tolerances stand in the country's validation.csv. Ends with status 3 when a figure that the model is fitted to
    is missed.
    """
    Screen(stderr=True).print("Simulating December 2021, 2022 and 2023.")
    with progress.shown(STEPS, Screen(stderr=True), kind=progress.STEPS) as (_, heard):
        found = checked(asked.country, asked.scale, asked.seed or 1, people=asked.population, heard=heard)
    if asked.form == "json":
        typer.echo(validating.as_json(found))
    elif asked.form == "csv":
        typer.echo(validating.as_csv(found), nl=False)
    else:
        with Screen(asked.form) as show:
            _show(found, show, everything=asked.everything)
    if validating.missed(found, "fit"):
        raise typer.Exit(MISSED)


def _show(found: list[Found], show: Screen, *, everything: bool) -> None:
    head = ("outcome", "use", "within", "of")
    cells = [(c.outcome, validating.USES[c.use], str(c.inside), str(c.of)) for c in validating.counts(found)]
    show.print(tables.plain("Figures within their tolerance", head, cells, key="counts"))
    chosen = found if everything else [one for one in found if one.inside is False]
    if chosen:
        title = "Every figure" if everything else "Figures outside"
        columns = ("figure", "published", "model", "tolerance", "")
        show.print(tables.plain(title, columns, map(validating.row, chosen), key="figures"))
    show.print(validating.sentence(found))
