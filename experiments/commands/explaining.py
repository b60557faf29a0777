"""The command ``explain``: the story of one household, employer or person, with rules, inputs and draws."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import typer

from experiments import stories
from experiments.commands.options import DEMO, LanguageOption, ScaleOption, ScenarioArgument, SeedOption, command
from experiments.commands.shared import changed, find_scenario
from experiments.language import language as known
from experiments.screen import Screen
from sim.errors import InputError
from sim.explain.persons import Happened


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
    person: Annotated[int | None, typer.Option(min=0, max=2**32 - 1, metavar="ID", help="Identifier of a person.")] = (
        None
    )
    happened: Annotated[
        Happened | None,
        typer.Option(help="In place of --person: the first person to whom this happened under the design."),
    ] = None
    design: Annotated[str | None, typer.Option(metavar="DESIGN", help="The first of the scenario if not given.")] = None
    versus: Annotated[str | None, typer.Option(metavar="DESIGN", help="Say also where this design parts.")] = None
    scale: ScaleOption = None
    seed: SeedOption = None
    everything: Annotated[bool, typer.Option("--all", help="Also what was decided against, every month.")] = False
    brief: Annotated[bool, typer.Option("--brief", help="Only what happened, without reasons and draws.")] = False
    language: LanguageOption = "en"


@command
def explain(asked: Asked) -> None:
    """Tell the story of a household, an employer or a person, with rule, inputs and draws; without an ID, suggest some.

    Every parameter is at its median. An identifier names the same household at every scale that has it. A person is
    told in plain words: work, pay, the household's money and why; --language ru or ky says it in Russian or Kyrgyz.
    """
    say = known(asked.language)
    chosen = changed(find_scenario([asked.scenario]), scale=asked.scale, seed=asked.seed)
    first, talk = asked.design or next(iter(chosen.designs)), Screen(stderr=True)
    for name in (first, *([asked.versus] if asked.versus else [])):
        chosen.policies(name)
    who = asked.happened if asked.person is None else asked.person
    if who is not None:
        if asked.household is not None or asked.employer is not None:
            raise InputError("explain tells of a person, a household or an employer; name one of them only")
        designs = [first, *([asked.versus] if asked.versus else [])]
        for text in stories.persons(chosen, designs, who, say, everything=asked.everything, why=not asked.brief):
            Screen().print(text, "")
        return
    households = [] if asked.household is None else [asked.household]
    if asked.household is None and asked.employer is None:
        found = stories.suggestions(chosen, first)
        talk.print(f"Agents with a story under '{first}' (choose one with --household or --employer):")
        for kind, identifier, why in found:
            talk.print(f"  --{kind} {identifier}  {why}")
        talk.print(f"Or a person to whom something happened: --happened {', '.join(Happened)}.")
        households = [each.identifier for each in found if each.kind == "household"]
        if not households:
            return
    for text in stories.told(chosen, first, asked.versus, households, asked.employer, everything=asked.everything,
                             why=not asked.brief):  # fmt: skip
        Screen().print(text, "")
