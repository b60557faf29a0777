"""Commands that prove: ``verify`` a results folder against its certificate, and make some of its runs again."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from experiments import certificate, opened
from experiments.commands.calibrating import prove
from experiments.commands.options import FAILED, command
from experiments.screen import Screen


@dataclass(frozen=True)
class Asked:
    """The options of ``verify``."""

    folder: Annotated[Path, typer.Argument(help="A folder of results; or the word posterior, for what it draws from.")]
    rerun: Annotated[
        int, typer.Option(min=0, max=1000, metavar="N", help="Make so many blocks of runs, chosen at random, again.")
    ] = 0


@command
def verify(asked: Asked) -> None:
    """Check every file of a results folder: runs against their hashes, tables, summary and reports against the runs.

    With --rerun 3, also simulate three blocks of runs again and compare every bit.
    """
    folder = asked.folder
    if str(folder) == "posterior" and not folder.exists():
        prove()
        return
    talk, show = Screen(stderr=True), Screen()
    checks = certificate.verify(folder, rerun=asked.rerun, say=talk.print)
    if all(check.sound for check in checks):
        checks += opened.checks(folder)
    for check in checks:
        show.print(f"{'  sound' if check.sound else '  WRONG'}  {check.sentence}")
    wrong = sum(not check.sound for check in checks)
    if wrong:
        typer.echo(f"{folder} is not what was computed: {wrong} of {len(checks)} checks fail.", err=True)
        raise typer.Exit(FAILED)
    show.print(f"{folder} is what was computed: {len(checks)} checks hold.")
