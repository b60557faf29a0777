"""Commands that prepare and look: the simulated country, compilation, a scenario file."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from experiments import compiling, single, study
from experiments.benefit_notes import benefit_notes
from experiments.commands.options import (
    DEMO,
    CountryOption,
    FormatOption,
    LanguageOption,
    ScenarioArgument,
    command,
    finite,
)
from experiments.commands.shared import described, find_scenario
from experiments.language import language
from experiments.middles import COUNTRY
from experiments.screen import Screen
from sim.errors import InputError
from sim.population import load
from sim.population.drift import household_sizes
from sim.population.validation import validation


@dataclass(frozen=True)
class Population:
    """The options of ``population``."""

    scale: Annotated[int, typer.Option(min=1, max=1000, metavar="N", help="One household stands for this many.")] = 100
    country: CountryOption = COUNTRY
    everything: Annotated[bool, typer.Option("--all", help="Every figure, not only one line for each table.")] = False
    survey: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Make a country of the households of this survey instead.")
    ] = None
    map: Annotated[
        Path | None, typer.Option("--map", metavar="MAP.toml", help="With --survey: what its columns are.")
    ] = None
    out: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="With --survey: the folder of the new country.")
    ] = None
    cap: Annotated[
        float,
        typer.Option(
            min=1.01, max=100, callback=finite, metavar="N", help="With --survey: largest ratio of new to old weight."
        ),
    ] = 3.0
    seed: Annotated[int, typer.Option(min=0, max=2**31, metavar="N", help="With --survey: seed of all luck.")] = 1
    replicates: Annotated[
        int,
        typer.Option(
            min=0, max=200, metavar="N",
            help="With --survey: so many populations more, for the sampling error that compare --sampling shows.",
        ),
    ] = 0  # fmt: skip
    form: FormatOption = "text"
    language: LanguageOption = "en"


def _of_survey(asked: Population, file: Path) -> None:
    if asked.map is None:
        raise InputError("--survey needs --map MAP.toml; 'kelishim survey map FILE' writes a first one")
    out = asked.out or Path(file.stem.lower())
    peopling = importlib.import_module("experiments.commands.peopling")  # its libraries are not needed otherwise
    peopling.of_survey(
        peopling.Wanted(file, asked.map, out, asked.cap, asked.seed, asked.replicates), language(asked.language)
    )


@command
def population(asked: Population) -> None:
    """Build the simulated country and compare it with published statistics, used and withheld.

    With --survey it is made of the households of a survey, as a new country that every command takes.
    """
    if asked.survey is not None:
        _of_survey(asked, asked.survey)
        return
    talk = Screen(stderr=True)
    talk.print("Building the simulated country (once for each scale, then kept).")
    built = load(asked.country, asked.scale)
    sizes = household_sizes(built)
    years = sorted(sizes)
    later = ", ".join(f"{sizes[year]:.2f} in {year}" for year in years[1:] if year % 3 == 2 or year == years[-1])
    with Screen(asked.form) as show:
        show.print(
            f"{len(built.households.identifier):,} households, {len(built.persons.identifier):,} persons with "
            f"disabilities and {len(built.employers.identifier):,} employers; fingerprint {str(built.digest)[:12]}."
        )
        show.print(*single.validation(validation(built), everything=asked.everything))
        show.print(
            f"Mean household size is {sizes[years[0]]:.2f} in July {years[0]}. Where the population is living it "
            f"drifts, because nobody leaves home or marries: {later}."
        )


@dataclass(frozen=True)
class Prepare:
    """The options of ``prepare``."""

    scenario: ScenarioArgument = DEMO


@command
def prepare(asked: Prepare) -> None:
    """Compile the model for this computer and build the simulated country, so that the next command starts at once."""
    chosen, talk = find_scenario([asked.scenario]), Screen(stderr=True)
    if not compiling.compiled().exists():
        talk.print("Compiling the model for this computer (a minute or two, once after each change of the program).")
        compiling.compile_model(chosen)
    study.prepare(chosen)
    talk.print("The model is compiled and the simulated country is built.")


@dataclass(frozen=True)
class Check:
    """The options of ``check``."""

    scenario: Annotated[Path, typer.Argument(help="A scenario file.")]


@command
def check(asked: Check) -> None:
    """Check a scenario file and say what it asks for, without running anything."""
    chosen = find_scenario([str(asked.scenario)])
    typer.echo(f"{asked.scenario} is valid: {described(chosen)}")
    for sentence in benefit_notes(chosen):
        typer.echo(sentence)
