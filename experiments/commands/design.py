"""The command ``design``: the cheapest design that reaches a target with a given probability within an envelope."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from experiments import inverse, inverse_words, progress
from experiments.commands.options import (
    FormatOption,
    LanguageOption,
    ScaleOption,
    SeedOption,
    WorkersOption,
    command,
    finite,
)
from experiments.commands.shared import changed, find_scenario, is_law
from experiments.language import language as known
from experiments.screen import Screen
from experiments.trials import Evaluate, Figures, Trials
from sim import months
from sim.errors import InputError, nearest
from sim.outcomes import CODEBOOK
from sim.policies.design import codes
from sim.scenario import Scenario, present_law
from sim.words import MONEY, money_of

DEFAULT_FREE = (
    "quota.levy=0..1", "services.coaches=0..600", "services.accommodation_budget=0..200000000",
    "services.subsidy_share=0..0.5",
)  # fmt: skip
USUAL_WITHIN = 5e9  # som


@dataclass(frozen=True)
class Asked:
    """The options of ``design``."""

    start: Annotated[
        str | None,
        typer.Argument(
            metavar="[DESIGN]",
            help="Where the search starts: a quota law such as FR, a file of a law, or a design of the "
            "scenario. Nothing: the quota law in force, as a duty for every employer.",
        ),
    ] = None
    at_least: Annotated[
        float, typer.Option(min=0, callback=finite, metavar="N", help="How much of the outcome is wanted.")
    ] = 5000.0
    outcome: Annotated[
        str, typer.Option(metavar="OUTCOME", help="Outcome that is wanted, more than today's law brings.")
    ] = "employed_disability"
    probability: Annotated[
        float, typer.Option(min=0.5, max=0.99, metavar="P", help="Probability with which it must be reached.")
    ] = 0.9
    within: Annotated[
        float | None,
        typer.Option(
            min=0, callback=finite, metavar="SOM",
            help=f"Envelope over the horizon, som of 2023, beyond today's law. Nothing: {USUAL_WITHIN:,.0f}.",
        ),
    ] = None  # fmt: skip
    cost: Annotated[str, typer.Option(metavar="OUTCOME", help="Cost that is kept low.")] = "programme_cost"
    free: Annotated[
        list[str] | None,
        typer.Option(
            metavar="POLICY.NAME=LOW..HIGH",
            help="A parameter that may change, with its range or its "
            f"choices (list,universal); repeat it. Nothing: {', '.join(DEFAULT_FREE)}.",
        ),
    ] = None
    scenario: Annotated[
        str | None,
        typer.Option(
            metavar="SCENARIO",
            help="Scenario with start, horizon and today's law as its first design; the demonstration if not given.",
        ),
    ] = None
    evaluations: Annotated[int, typer.Option(min=6, max=1000, metavar="N", help="Designs tried; bounds the time.")] = 40
    draws: Annotated[int, typer.Option(min=5, max=1000, metavar="N", help="Parameter sets a design is tried on.")] = 20
    scale: ScaleOption = 500
    workers: WorkersOption = 0
    seed: SeedOption = 1
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write today's law and the design found as a scenario file.")
    ] = None
    form: FormatOption = "text"
    language: LanguageOption = "en"


@command
def design(asked: Asked) -> None:
    """Find the cheapest design that brings at least so much with a given probability within an envelope.

    Every design is simulated on the same draws; each candidate is simulated again on fresh draws
    of its own, twice as many. If no
    design within the ranges reaches the target, the nearest is shown and called what it is.
    """
    say = known(asked.language)
    for name in (asked.outcome, asked.cost):
        if name not in CODEBOOK:
            raise InputError(f"outcome is '{name}'; {nearest(name, CODEBOOK)}")
    ground = changed(
        find_scenario([asked.scenario or "demo"]), scale=asked.scale, draws=asked.draws, replications=1, seed=asked.seed
    )
    if (asked.within is None or asked.free is None) and money_of(ground.country) != MONEY:
        raise InputError(f"country is '{ground.country}': the usual --within and --free are amounts of another money; "
                         "give both, as in --within 20000000 --free quota.levy=0..1")  # fmt: skip
    base = _base(asked.start, ground)
    parameters = [inverse.parsed(text) for text in asked.free or DEFAULT_FREE]
    within = USUAL_WITHIN if asked.within is None else asked.within
    goal = inverse.Goal(asked.outcome, asked.at_least, asked.probability, asked.cost, within)
    talk = Screen(stderr=True)
    talk.print(inverse_words.asked(goal, say, start=ground.start, horizon=ground.horizon, evaluations=asked.evaluations,
                                   draws=asked.draws))  # fmt: skip
    with Trials(ground, asked.outcome, asked.cost, asked.workers) as trials, \
            progress.shown(asked.evaluations, talk, say) as (tell, advance):  # fmt: skip
        found = inverse.search(
            goal, base, parameters, trials, _afresh(asked, ground), evaluations=asked.evaluations,
            seed=asked.seed or 0, listener=inverse.Listener(tell, advance, say),
        )  # fmt: skip
    with Screen(asked.form) as show:
        show.print(*inverse_words.told(found, goal, parameters, say))
    if asked.out is not None:
        _write(asked.out, ground, inverse.design_at(base, parameters, found.trial.point), found=found.feasible)
        talk.print(say.text("Written: {file}. Next: {command}", file=asked.out,
                            command=f"kelishim compare {asked.out}"))  # fmt: skip


def _afresh(asked: Asked, ground: Scenario) -> inverse.Fresh:
    """Return, for the number of a design, how it is evaluated on draws of its own, twice as many."""

    def fresh(number: int) -> Evaluate:
        again = ground.revised(draws=2 * asked.draws, seed=ground.seed + 1 + number)

        def evaluate(changes: Mapping[str, Any]) -> Figures:
            with Trials(again, asked.outcome, asked.cost, asked.workers, inverse_words.BESIDE) as trials:
                return trials(changes)

        return evaluate

    return fresh


def _write(path: Path, ground: Scenario, design: Mapping[str, Any], *, found: bool) -> None:
    """Write today's law and the design found, or the nearest one, as a scenario file."""
    name, today = next(iter(ground.as_dict()["designs"].items()))
    key, label = ("found", "Design found") if found else ("nearest", "Nearest design, misses the target")
    designs = {name: today, key: {**design, "label": label}}
    path.write_text(ground.revised(name=f"design-{key}", designs=designs).to_toml(), encoding="utf-8")


def _base(start: str | None, ground: Scenario) -> dict[str, Any]:
    """Return the design from which the search starts."""
    designs = ground.as_dict()["designs"]
    if start is None:
        in_force = present_law(ground.country).quota.design.at(months.parse(ground.start))
        return {"quota": {"design": in_force, "assignment": "universal"}}
    if is_law(start):
        return {"quota": {"design": start, "assignment": "universal"}}
    if start in designs:
        return {key: value for key, value in designs[start].items() if key != "label"}
    raise InputError(f"design is '{start}'; {nearest(start, [*codes(), *designs])}")
