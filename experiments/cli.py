"""The command ``kelishim``. Its commands stand in ``experiments/commands/listed.py``; each is loaded when asked for."""

from __future__ import annotations

import typer

from experiments.commands.listed import COMMANDS, OnDemand
from experiments.commands.usage import OneSentence


class Commands(OneSentence, OnDemand):
    """All commands."""

    table = COMMANDS


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


@app.callback()
def kelishim() -> None:
    """Do nothing before a command: the help is that of the program."""


def main() -> None:
    """Run the command line."""
    app()


if __name__ == "__main__":
    main()
