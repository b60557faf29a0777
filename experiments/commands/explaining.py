"""The command ``explain``: the story of one household or employer, with rules, inputs and draws."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import typer

from experiments import stories, tables
from experiments.commands.options import DEMO, ScaleOption, ScenarioArgument, SeedOption, command
from experiments.commands.shared import changed, find_scenario


@dataclass(frozen=True)
class Asked:
    """The options of ``explain``."""

    scenario: ScenarioArgument = DEMO
    household: Annotated[
        int | None, typer.Option(min=0, max=2**32 - 1, metavar="ID", help="Identifier of a household.")
    ] = None
    employer: Annotated[
        int | None, typer.Option(min=0, max=2**32 - 1, metavar="ID", help="Identifier of an employer.")
    ] = None
    design: Annotated[str | None, typer.Option(metavar="DESIGN", help="The first of the scenario if not given.")] = None
    versus: Annotated[str | None, typer.Option(metavar="DESIGN", help="Say also where this design parts.")] = None
    scale: ScaleOption = None
    seed: SeedOption = None
    everything: Annotated[bool, typer.Option("--all", help="Also what was decided against, every month.")] = False
    brief: Annotated[bool, typer.Option("--brief", help="Only what happened, without reasons and draws.")] = False


@command
def explain(asked: Asked) -> None:
    """Tell a household's or employer's story month by month, with rule, inputs and draws; without an ID, suggest some.

    Every parameter is at its median. An identifier names the same household at every scale that has it.
    """
    chosen = changed(find_scenario([asked.scenario]), scale=asked.scale, seed=asked.seed)
    first, talk = asked.design or next(iter(chosen.designs)), tables.console(stderr=True)
    for name in (first, *([asked.versus] if asked.versus else [])):
        chosen.policies(name)
    households = [] if asked.household is None else [asked.household]
    if asked.household is None and asked.employer is None:
        found = stories.suggestions(chosen, first)
        talk.print(f"Agents with a story under '{first}' (choose one with --household or --employer):")
        for kind, identifier, why in found:
            talk.print(f"  --{kind} {identifier}  {why}")
        households = [each.identifier for each in found if each.kind == "household"]
        if not households:
            return
    for text in stories.told(chosen, first, asked.versus, households, asked.employer, everything=asked.everything,
                             why=not asked.brief):  # fmt: skip
        typer.echo(text + "\n")
