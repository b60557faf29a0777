"""Commands about quota laws as they are written: ``quota list``, ``quota seats``, ``quota diff``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from experiments import laws
from experiments.commands.options import FormatOption, LanguageOption, command
from experiments.language import language as known
from experiments.screen import Screen

DesignsArgument = Annotated[
    list[str], typer.Argument(metavar="DESIGN...", help="Codes of designs, such as KG_2025, or files in the same form.")
]
CsvOption = Annotated[Path | None, typer.Option("--csv", metavar="FILE", help="Write everything to this file as well.")]
MonthOption = Annotated[
    str, typer.Option(metavar="YYYY-MM", help="Month whose wages, prices and minimum wage are used.")
]


@dataclass(frozen=True)
class Listing:
    """The options of ``quota list``."""

    form: FormatOption = "text"
    language: LanguageOption = "en"


@command
def listing(asked: Listing) -> None:
    """List the quota designs on file: code, name, duty, sanction and how many parameters are unknown."""
    with Screen(asked.form) as show:
        show.print(laws.listing(known(asked.language)))


@dataclass(frozen=True)
class Seats:
    """The options of ``quota seats``."""

    designs: DesignsArgument
    staff: Annotated[
        str, typer.Option(metavar="SIZES", help="Sizes: single numbers, lists and ranges, such as 24,25,100..130.")
    ] = "1..130"
    csv: CsvOption = None
    form: FormatOption = "text"
    language: LanguageOption = "en"


@command
def seats(asked: Seats) -> None:
    """Print how many seats an employer of each size owes; a long range is shown as stretches with the same seats."""
    say = known(asked.language)
    found, chosen = [laws.design_of(name) for name in asked.designs], laws.sizes(asked.staff)
    with Screen(asked.form) as show:
        show.print(laws.schedule_table(found, chosen, say), *laws.schedule_notes(found, say))
    written(laws.schedule(found, chosen), asked.csv)


@dataclass(frozen=True)
class Diff:
    """The options of ``quota diff``."""

    first: Annotated[str, typer.Argument(help="Code of a design, or a file in the same form.")]
    second: Annotated[str, typer.Argument(help="The design to hold against it.")]
    differing: Annotated[bool, typer.Option("--differing", help="Only parameters that differ.")] = False
    csv: CsvOption = None
    form: FormatOption = "text"
    language: LanguageOption = "en"


@command
def diff(asked: Diff) -> None:
    """Print two designs side by side: every parameter in words, with unit, confidence and number of its source."""
    say = known(asked.language)
    designs = [laws.design_of(name) for name in (asked.first, asked.second)]
    with Screen(asked.form) as show:
        show.print(say.text("In square brackets: confidence (A official, B press or study, C judgement) and source. "
                            "* differs."))  # fmt: skip
        show.print(*laws.comparison(designs, say, differing=asked.differing))
        show.print(say.text("Sources, as they were written down"))
        for design in designs:
            show.print(*laws.sources(design, say))
    written(laws.parameter_rows(designs), asked.csv)


def written(rows: list[dict[str, object]], path: Path | None) -> None:
    """Write rows to a file, if one was asked for, and say so."""
    if path is not None:
        laws.write_csv(rows, path)
        typer.echo(f"Written: {path}", err=True)
