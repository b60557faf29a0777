"""The commands ``survey``: check a household survey, write a first map of it, weight it to the country's margins."""

from __future__ import annotations

import csv
import io
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import typer

from experiments.commands.options import WRONG_INPUT, CountryOption, FormatOption, LanguageOption, command, finite
from experiments.intake import example as made_up
from experiments.intake import margins, reweighting, words
from experiments.intake.guessing import Files, written
from experiments.intake.mapping import survey_map
from experiments.intake.survey import Survey, Taken, take
from experiments.intake.variables import REGISTER, SURVEY, with_regions
from experiments.intake.writing import free, fresh, put
from experiments.language import Language, language
from experiments.middles import COUNTRY
from experiments.screen import Screen
from sim.errors import InputError
from sim.policies.law import regions
from sim.population import load_country

FileArgument = Annotated[Path, typer.Argument(help="A CSV, Parquet, Stata (.dta) or SPSS (.sav) file.")]
MapOption = Annotated[Path, typer.Option("--map", metavar="MAP.toml", help="What the columns of the file are.")]
ENDINGS = {"csv": ".csv", "parquet": ".parquet", "stata": ".dta", "spss": ".sav"}


@dataclass(frozen=True)
class Check:
    """The options of ``survey check``."""

    file: FileArgument
    map: MapOption
    form: FormatOption = "text"
    language: LanguageOption = "en"


@command
def check(asked: Check) -> None:
    """Check a survey file: one sentence for each fault, then what the survey says, with sampling errors."""
    say = language(asked.language)
    made = survey_map(asked.map)
    taken = take(asked.file, made)
    found = [words.columns_found(taken.filled, say), *words.faults_found(taken.faults, say)]
    if taken.survey is not None:
        found.append(words.survey_said(taken.survey, load_country(made.country), say))
    found.append(words.verdict(taken.faults, say))
    with Screen(asked.form) as show:
        show.print(*found)
    if taken.faults.bad:
        raise typer.Exit(WRONG_INPUT)


@dataclass(frozen=True)
class FirstMap:
    """The options of ``survey map``."""

    file: FileArgument
    out: Annotated[
        Path | None, typer.Option(metavar="MAP.toml", help="Where to write it; otherwise beside the file.")
    ] = None
    households: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A second file with one row for each household.")
    ] = None
    of: Annotated[Literal["survey", "register"], typer.Option(help="survey, or register of contracts.")] = "survey"
    language: LanguageOption = "en"


@command
def first_map(asked: FirstMap) -> None:
    """Write a first map of a file, guessed from the names and labels of its columns; read it before you use it."""
    say = language(asked.language)
    out = free(asked.out or asked.file.with_suffix(".map.toml"), ".toml")
    known = with_regions(SURVEY if asked.of == "survey" else REGISTER, regions(COUNTRY))
    if asked.households is not None and asked.of == "register":
        raise InputError("--households is for surveys; a register has one file")
    named = "" if asked.households is None else os.path.relpath(asked.households, out.parent).replace(os.sep, "/")
    put(out, written(Files(asked.file, asked.households, named), known, say))
    typer.echo(say.text("The map is {file}. Read every line of it, then run: {command}", file=out,
                        command=f"kelishim {'survey check' if asked.of == 'survey' else 'register'} {asked.file} "
                        f"--map {out}"))  # fmt: skip


@dataclass(frozen=True)
class Weigh:
    """The options of ``survey weigh``."""

    file: FileArgument
    map: MapOption
    out: Annotated[Path | None, typer.Option(metavar="FILE.csv", help="Write the new weights to this file.")] = None
    margins: Annotated[
        Path | None,
        typer.Option(metavar="FILE.csv", help="Margins of your own (margin,category,value) in place of the country's."),
    ] = None
    cap: Annotated[
        float, typer.Option(min=1.01, max=100, callback=finite, metavar="N", help="Largest ratio of new to old weight.")
    ] = 3.0
    seed: Annotated[int, typer.Option(min=0, max=2**31, metavar="N", help="Seed of the rounding to whole numbers.")] = 1
    form: FormatOption = "text"
    language: LanguageOption = "en"


@command
def weigh(asked: Weigh) -> None:
    """Weight a survey to the margins of the country, and say what that costs and which margins cannot be met.

    The new weights are near the old ones: none is more than the cap times its old weight, none less than it over the
    cap, none zero. With --out they are written with a whole number for each household, right on average.
    """
    say = language(asked.language)
    out = None if asked.out is None else free(asked.out, ".csv")
    made = survey_map(asked.map)
    survey, country = usable(take(asked.file, made), say), load_country(made.country)
    targets = margins.of_country(survey, country) if asked.margins is None else margins.of_file(survey, asked.margins)
    done = reweighting.reweight(survey.weight, targets, asked.cap)
    found = [
        words.targets_said(done, say), words.misses_said(done, reweighting.contradictions(done), say),
        words.weights_said(done, say), words.reweighted_said(survey, country, done, say),
    ]  # fmt: skip
    if out is not None:
        put(out, _table(survey, done, asked.seed))
    with Screen(asked.form) as show:
        show.print(*found)


def usable(taken: Taken, say: Language) -> Survey:
    """Return the survey; the first fault is an ``InputError``."""
    if taken.survey is None:
        first = next(taken.faults.chosen(note=False)).said(say)
        raise InputError(f"{first}; 'kelishim survey check' lists every fault")
    return taken.survey


def _table(survey: Survey, done: reweighting.Reweighted, seed: int) -> str:
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(("household", "old_weight", "new_weight", "whole"))
    whole = reweighting.whole_numbers(done.new, seed)
    for name, old, new, number in zip(survey.names, survey.weight, done.new, whole, strict=True):
        writer.writerow((name, repr(float(old)), f"{new:.6f}", int(number)))
    return file.getvalue()


@dataclass(frozen=True)
class Example:
    """The options of ``survey example``."""

    folder: Annotated[Path, typer.Argument(help="A new folder.")]
    form: Annotated[
        Literal["csv", "parquet", "stata", "spss"], typer.Option("--as", help="csv, parquet, stata or spss.")
    ] = "csv"
    seed: Annotated[int, typer.Option(min=0, max=2**31, metavar="N", help="Seed of the sample.")] = 1
    country: CountryOption = COUNTRY
    language: LanguageOption = "en"


@command
def example(asked: Example) -> None:
    """Write an example survey of 3,000 invented households and an example register, with their maps.

    They are drawn from the simulated country, so nobody in them is real.
    """
    say, folder = language(asked.language), fresh(asked.folder)
    Screen(stderr=True).print(say.text("Simulating the country up to December 2023."))
    made_up.into(folder, ENDINGS[asked.form], asked.country, asked.seed)
    typer.echo(say.text("The examples are in {folder}. Try: {command}", folder=asked.folder,
                        command=f"kelishim survey check {asked.folder / ('survey' + ENDINGS[asked.form])} "
                        f"--map {asked.folder / 'survey.toml'}"))  # fmt: skip
