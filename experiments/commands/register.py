"""The command ``register``: figures of a register of contracts beside the published ones."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from calibration import posterior, targets
from experiments import kit
from experiments.commands.options import WRONG_INPUT, FormatOption, LanguageOption, command
from experiments.intake import register as intake
from experiments.intake import register_targets, words
from experiments.intake.mapping import register_map
from experiments.intake.writing import free, put
from experiments.language import Language, language
from experiments.screen import Screen
from experiments.sections import Section

FITTED = posterior.OF_A_FOLDER  # to other figures


@dataclass(frozen=True)
class Asked:
    """The options of ``register``."""

    file: Annotated[Path, typer.Argument(help="A CSV, Parquet, Stata (.dta) or SPSS (.sav) file, a row a contract.")]
    map: Annotated[Path, typer.Option("--map", metavar="MAP.toml", help="What the columns of the file are.")]
    out: Annotated[Path | None, typer.Option(metavar="FILE.csv", help="Write the figures to this file.")] = None
    into: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Make a country with these figures to fit to, for calibrate --with."),
    ] = None
    form: FormatOption = "text"
    language: LanguageOption = "en"


@command
def register(asked: Asked) -> None:
    """Read a register of social contracts and set its figures beside the published ones.

    No row is stored or printed, and figures of fewer than ten contracts are left out. Nothing leaves this computer.
    """
    say = language(asked.language)
    out = None if asked.out is None else free(asked.out, ".csv")
    made = register_map(asked.map)
    if asked.into is not None:
        kit.checked(asked.into.name, asked.into.parent)
    taken = intake.take(asked.file, made)
    found = [words.columns_found(taken.filled, say), *words.faults_found(taken.faults, say)]
    if taken.register is not None:
        cells = intake.cells(taken.register)
        found.append(words.register_said(cells, made.country, say))
        if out is not None:
            put(out, _table(cells, made.country))
        if asked.into is not None:
            found.append(_into(asked.into, cells, made.country, asked.file.name, say))
    found.append(words.verdict(taken.faults, say))
    with Screen(asked.form) as show:
        show.print(*found)
    if taken.faults.bad:
        raise typer.Exit(WRONG_INPUT)


def _into(folder: Path, cells: list[intake.Cell], country: str, source: str, say: Language) -> Section:
    """Make a country whose targets are those of the register as far as it goes, and say which."""
    text, replaced = register_targets.of_register(cells, country, source)
    kit.new(folder.name, country, folder.parent, FITTED, lambda draft: put(draft / targets.FILE.name, text))
    return words.replaced_said(replaced, folder, say)


def _table(cells: list[intake.Cell], country: str) -> str:
    rows = list(intake.as_rows(cells, country))
    file = io.StringIO()
    names = ("id", "figure", "value", "error", "lower", "upper", "unit", "contracts", "published")
    writer = csv.DictWriter(file, names, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue()
