"""The commands by name: what the list of commands says of each, and the module that is loaded when one is asked for."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any, NamedTuple

import typer
from typer.core import TyperCommand, TyperGroup

from experiments.commands.options import WRONG_INPUT, errors
from sim.countries import home
from sim.errors import KelishimError, nearest
from sim.words import said


class Listed(NamedTuple):
    """A command: its line in the list of commands, and where its function is (``module:function``)."""

    says: str
    place: str


class Group(NamedTuple):
    """A group of commands: its line in the list of commands, its help, and its own commands."""

    says: str
    help: str
    commands: Mapping[str, Listed]


QUOTA = {
    "list": Listed("All designs on file.", "quota:listing"),
    "seats": Listed("Seats owed by size of employer.", "quota:seats"),
    "bill": Listed("What one employer owes and pays in a year, step by step.", "bill:bill"),
    "diff": Listed("Designs side by side, every parameter in words.", "quota:diff"),
    "levy": Listed("What an empty seat costs, in som and in every base.", "levy:levy"),
    "abroad": Listed("Foreign laws after decades, beside published stocks.", "abroad:abroad"),
}
SURVEY = {
    "check": Listed("Check a survey file by its map.", "survey:check"),
    "map": Listed("Write a first map of a file.", "survey:first_map"),
    "weigh": Listed("Weight a survey to the country's margins.", "survey:weigh"),
    "example": Listed("Write an example survey and register.", "survey:example"),
}
COUNTRY = {
    "new": Listed("Make a folder for a country of your own.", "country:new"),
    "check": Listed("Check the files of a country.", "country:check"),
}
COMMANDS: Mapping[str, Listed | Group] = {
    "compare": Listed("Compare designs by many paired runs.", "comparing:compare"),
    "run": Listed("Run each design once and show it unfold.", "comparing:run"),
    "report": Listed("Write the report of a results folder anew.", "comparing:rebuild"),
    "population": Listed("Build the simulated country and check it.", "looking:population"),
    "prepare": Listed("Compile the model and build the country ahead.", "looking:prepare"),
    "explain": Listed("Tell the story of one household, employer or person.", "explaining:explain"),
    "check": Listed("Check a scenario file; runs nothing.", "looking:check"),
    "calibrate": Listed("Fit the model to the figures of 2021 to 2023.", "calibrating:calibrate"),
    "outlook": Listed("A forecast of 2024 to 2028, frozen or scored.", "forecasting:outlook"),
    "trials": Listed("Published trials beside a trial inside the model.", "trying:trials"),
    "transfer": Listed("Quota laws of eight countries beside published figures.", "trying:transfer"),
    "verify": Listed("Check that a results folder is what was computed.", "proving:verify"),
    "drivers": Listed("Say which parameters drive a difference between designs.", "exploring:drivers"),
    "backfires": Listed("Say in which futures a design does harm.", "exploring:backfires"),
    "worth": Listed("Say what finding something out first would add to the choice of a design.", "learning:worth"),
    "outcomes": Listed("Search the outcomes: unit, definition, source.", "searching:outcomes"),
    "parameters": Listed("Search the parameters: unit, value, source, confidence.", "searching:parameters"),
    "household": Listed("Money, rights and rewards of work of one family, by law.", "household:calculate"),
    "employer": Listed("Seats, ways to comply and cost of a hire of an employer, by law.", "employer:calculate"),
    "budget": Listed("What social protection spends, whom it reaches, what it buys.", "budget:budget"),
    "design": Listed("Find the cheapest design that reaches a target.", "design:design"),
    "redteam": Listed("How employers would get round a quota, and what closes each gap.", "redteam:redteam"),
    "validate": Listed("The model's state beside published figures.", "validating:validate"),
    "register": Listed("Figures of a register of contracts beside the published ones.", "register:register"),
    "serve": Listed("Open the workshop page for a room.", "workshop.commands:serve"),
    "quota": Group(
        "Look at quota laws: seats, bills, differences, levies.",
        "Look at quota laws without running anything. --language ru or ky says it in Russian or Kyrgyz.", QUOTA,
    ),
    "survey": Group(
        "Bring a household survey: check it, map it, weight it.",
        "Bring a household survey of your own. --language ru or ky says it in Russian or Kyrgyz. Nothing leaves this "
        "computer.", SURVEY,
    ),
    "country": Group(
        "Bring a country: make a folder for it, check its files.",
        "Bring a country of your own: a folder of numbers. --language ru or ky says it in Russian or Kyrgyz.", COUNTRY,
    ),
}  # fmt: skip


class OnDemand(TyperGroup):
    """A group that lists its commands from the table and loads the module of one only when it is asked for."""

    table: Mapping[str, Listed | Group] = {}

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the names of the commands, in the order of the table."""
        return list(self.table)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Return a command, with its module loaded; ``None`` if there is none of this name."""
        found = self.table.get(cmd_name)
        with errors():  # a module may read the country's files as it is loaded
            return None if found is None else made(cmd_name, found)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Return the command that is asked for; one that does not exist gets one sentence."""
        if args and not args[0].startswith("-") and args[0] not in self.table:
            typer.echo(f"{ctx.command_path} has no command {args[0]!r}; {nearest(args[0], self.table)}", err=True)
            raise typer.Exit(WRONG_INPUT)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write the list of commands; no module of a command is loaded for it."""
        lines: Any = {name: TyperCommand(name, short_help=told(found.says)) for name, found in self.table.items()}
        TyperGroup(commands=lines, rich_markup_mode=None).format_commands(ctx, formatter)


def made(name: str, found: Listed | Group) -> Any:
    """Return the command, or group of commands, of a line of the table."""
    alone = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
    if isinstance(found, Group):
        kind = type("Of" + name.title(), (OnDemand,), {"table": found.commands})
        alone.callback(cls=kind, no_args_is_help=True, help=found.help, short_help=found.says)(_nothing)
    else:
        module, _, function = found.place.partition(":")
        run = getattr(importlib.import_module(module if "." in module else f"{__package__}.{module}"), function)
        alone.command(name=name, short_help=found.says)(run)
    command: Any = typer.main.get_command(alone)
    command.name = name
    in_its_words(command)
    return command


def in_its_words(command: Any) -> None:
    """Let the help of a command use the words of the country that is asked for."""
    command.help = told(command.help or "")
    for option in command.params:
        if getattr(option, "help", None):
            option.help = told(option.help)


def told(text: str) -> str:
    """Return a text in the words of the country that is asked for; what is wrong with that one, the command says."""
    try:
        return said(text, home())
    except KelishimError:
        return text


def _nothing() -> None:
    """Do nothing before a command of the group."""
