"""Commands that prepare and look: the simulated country, compilation, one agent's story, a scenario file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from experiments.commands.shared import (
    DEMO,
    ScaleOption,
    ScenarioArgument,
    SeedOption,
    changed,
    described,
    errors,
    find_scenario,
)


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command(short_help="Build the simulated country and check it.")(population)
    app.command(short_help="Compile the model and build the country ahead.")(prepare)
    app.command(short_help="Tell the story of one household or employer.")(explain)
    app.command(short_help="Check a scenario file; runs nothing.")(check)


def population(
    scale: Annotated[int, typer.Option(min=1, max=1000, metavar="N", help="One household stands for this many.")] = 100,
    country: Annotated[str, typer.Option(help="A country that comes along, or a folder of its data.")] = "kyrgyzstan",
    everything: Annotated[bool, typer.Option("--all", help="Every figure, not only one line for each table.")] = False,
) -> None:
    """Build the simulated country and compare it with published statistics, used and withheld."""
    with errors():
        from experiments import single, tables
        from sim.population import load
        from sim.population.validation import validation

        talk, show = tables.console(stderr=True), tables.console()
        talk.print("Building the simulated country (once for each scale, then kept).")
        built = load(country, scale)
        show.print(
            f"{len(built.households.identifier):,} households, {len(built.persons.identifier):,} persons with "
            f"disabilities and {len(built.employers.identifier):,} employers; fingerprint {str(built.digest)[:12]}."
        )
        for table in single.validation(validation(built), everything=everything):
            show.print(table)


def prepare(scenario: ScenarioArgument = DEMO) -> None:
    """Compile the model for this computer and build the simulated country, so that the next command starts at once."""
    with errors():
        from experiments import study, tables

        chosen, talk = find_scenario([scenario]), tables.console(stderr=True)
        if not study.compiled().exists():
            talk.print(
                "Compiling the model for this computer (a minute or two, once after each change of the program)."
            )
            study.compile_model(chosen)
        study.prepare(chosen)
        talk.print("The model is compiled and the simulated country is built.")


def explain(
    scenario: ScenarioArgument = DEMO,
    household: Annotated[
        int | None, typer.Option(min=0, max=2**32 - 1, metavar="ID", help="Identifier of a household.")
    ] = None,
    employer: Annotated[
        int | None, typer.Option(min=0, max=2**32 - 1, metavar="ID", help="Identifier of an employer.")
    ] = None,
    design: Annotated[
        str | None, typer.Option(metavar="DESIGN", help="The first of the scenario if not given.")
    ] = None,
    versus: Annotated[str | None, typer.Option(metavar="DESIGN", help="Say also where this design parts.")] = None,
    scale: ScaleOption = None,
    seed: SeedOption = None,
    everything: Annotated[bool, typer.Option("--all", help="Also what was decided against, every month.")] = False,
    brief: Annotated[bool, typer.Option("--brief", help="Only what happened, without reasons and draws.")] = False,
) -> None:
    """Tell a household's or employer's story month by month, with rule, inputs and draws; without an ID, suggest some.

    Every parameter is at its median. An identifier names the same household at every scale that has it.
    """
    with errors():
        from experiments import stories, tables

        chosen = changed(find_scenario([scenario]), scale=scale, seed=seed)
        first, talk = design or next(iter(chosen.designs)), tables.console(stderr=True)
        for name in (first, *([versus] if versus else [])):
            chosen.policies(name)
        households = [] if household is None else [household]
        if household is None and employer is None:
            found = stories.suggestions(chosen, first)
            talk.print(f"Agents with a story under '{first}' (choose one with --household or --employer):")
            for kind, identifier, why in found:
                talk.print(f"  --{kind} {identifier}  {why}")
            households = [each.identifier for each in found if each.kind == "household"]
            if not households:
                return
        for text in stories.told(chosen, first, versus, households, employer, everything=everything, why=not brief):
            typer.echo(text + "\n")


def check(scenario: Annotated[Path, typer.Argument(help="A scenario file.")]) -> None:
    """Check a scenario file and say what it asks for, without running anything."""
    with errors():
        chosen = find_scenario([str(scenario)])
        typer.echo(f"{scenario} is valid: {described(chosen)}")
