"""Commands of the workshop for the command line."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Annotated

import typer

from experiments.commands.shared import errors


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command(short_help="Open the workshop page for a room.")(serve)


def serve(
    room: Annotated[
        bool, typer.Option("--room", help="Let phones in the local network join; otherwise only this computer can.")
    ] = False,
    port: Annotated[int, typer.Option(min=1024, max=65535, metavar="N", help="Port of the page.")] = 8600,
    folder: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Where sessions are kept; your own data folder if not given.")
    ] = None,
) -> None:
    """Serve the workshop page: levers, results, comparison, and sessions that phones join. Needs no internet."""
    with errors():
        serving = importlib.import_module("workshop.serving")  # its packages are an extra of the installation
        serving.serve(network=room, port=port, folder=folder)
