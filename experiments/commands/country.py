"""The commands ``country``: make a folder for a country of one's own, and check one."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from experiments import kit
from experiments.commands.options import WRONG_INPUT, LanguageOption, command
from experiments.language import language
from experiments.middles import COUNTRY


@dataclass(frozen=True)
class New:
    """The options of ``country new``."""

    name: Annotated[str, typer.Argument(help="Name of the new country, which is that of its folder.")]
    source: Annotated[str, typer.Option("--from", metavar="NAME", help="Country whose files are copied.")] = COUNTRY
    folder: Annotated[Path, typer.Option("--in", metavar="FOLDER", help="Folder in which it is made.")] = Path()
    language: LanguageOption = "en"


@command
def new(asked: New) -> None:
    """Make a folder for a country of your own: the files of another one, for you to change."""
    say = language(asked.language)
    folder, left = kit.new(asked.name, asked.source, asked.folder)
    typer.echo(say.text("The country is in {folder}. Its numbers are those of {source}: change them one by one.",
                        folder=folder, source=asked.source))  # fmt: skip
    if left:
        typer.echo(say.text("Not copied, because they tell of {source} alone: {files}.", source=asked.source,
                            files=", ".join(left)))  # fmt: skip
    typer.echo(say.text("Then run: {command}", command=f"kelishim country check {folder}"))


@dataclass(frozen=True)
class Check:
    """The options of ``country check``."""

    folder: Annotated[str, typer.Argument(help="Folder of a country, or the name of one that comes along.")]
    language: LanguageOption = "en"


@command
def check(asked: Check) -> None:
    """Check the files of a country: one sentence for each fault, and what a missing file is for."""
    say = language(asked.language)
    found = list(kit.check(asked.folder, say))
    bad = [fault.sentence for fault in found if fault.serious]
    for title, sentences in (
        (say.text("To be mended"), bad),
        (say.text("Not there"), [fault.sentence for fault in found if not fault.serious]),
    ):
        if sentences:
            typer.echo(f"{title}\n" + "".join(f"- {sentence}\n" for sentence in sentences))
    if bad:
        typer.echo(say.plural("{count} fault; mend it first.", "{count} faults; mend them first.", len(bad)))
        raise typer.Exit(WRONG_INPUT)
    then = f"kelishim --country {asked.folder} compare demo"
    typer.echo(say.text("The country can be used: {command}", command=then))
