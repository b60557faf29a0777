"""The command ``kelishim``. Its commands stand in ``experiments/commands/listed.py``; each is loaded when asked for."""

from __future__ import annotations

import os
from typing import Annotated, Any

import typer

from experiments.commands.listed import COMMANDS, OnDemand, in_its_words
from experiments.commands.options import errors
from experiments.commands.usage import OneSentence
from sim.countries import VARIABLE, resolved


class Commands(OneSentence, OnDemand):
    """All commands."""

    table = COMMANDS

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the help in the words of the country that is asked for."""
        in_its_words(self)
        super().format_help(ctx, formatter)


app = typer.Typer(
    name="kelishim",
    cls=Commands,
    help="Compare designs of the social contract and of the disability employment quota on a simulated Kyrgyzstan. "
    "All results are files on this computer.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)


def _of(country: str) -> str:
    """Make a country the one of the command, before the module of the command is loaded."""
    with errors():
        if given := country or os.environ.get(VARIABLE):
            os.environ[VARIABLE] = resolved(given)
    return country


@app.callback()
def kelishim(
    country: Annotated[
        str,
        typer.Option(
            "--country",
            metavar="NAME",
            help="A country that comes along, or a folder of its data.",
            is_eager=True,
            callback=_of,
        ),
    ] = "",
) -> None:
    """Do nothing before a command: the help is that of the program."""


def main() -> None:
    """Run the command line."""
    app()


if __name__ == "__main__":
    main()
