"""The command ``kelishim``: each command is a function of a module in ``experiments/commands``, registered here.

Modules of commands hold signatures and help; heavy packages are imported only when a command runs.
"""

from __future__ import annotations

import typer

from experiments.commands import (
    budget,
    calibrating,
    comparing,
    design,
    exploring,
    learning,
    looking,
    proving,
    quota,
    redteam,
    validating,
)
from experiments.commands.usage import OneSentence
from workshop import commands as workshop

MODULES = (
    comparing,
    looking,
    calibrating,
    proving,
    exploring,
    learning,
    budget,
    design,
    quota,
    redteam,
    validating,
    workshop,
)

app = typer.Typer(
    name="kelishim",
    cls=OneSentence,
    help="Compare designs of the social contract and of the disability employment quota on a simulated Kyrgyzstan. "
    "All results are files on this computer.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
for module in MODULES:
    module.register(app)


def main() -> None:
    """Run the command line."""
    app()


if __name__ == "__main__":
    main()
