"""The command ``design``: the cheapest design that reaches a target with a given probability within an envelope."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from experiments.commands.shared import LanguageOption, ScaleOption, SeedOption, changed, errors, find_scenario, finite

if TYPE_CHECKING:
    from collections.abc import Mapping

    from experiments.trials import Evaluate, Figures

DEFAULT_FREE = (
    "quota.levy=0..1", "services.coaches=0..600", "services.accommodation_budget=0..200000000",
    "services.subsidy_share=0..0.5",
)  # fmt: skip


def register(app: typer.Typer) -> None:
    """Add the command of this module."""
    app.command(short_help="Find the cheapest design that reaches a target.")(design)


def design(
    start: Annotated[
        str | None,
        typer.Argument(
            metavar="[DESIGN]",
            help="Where the search starts: a quota law such as FR, or a design of the "
            "scenario. Nothing: the Labour Code of 2025 as a duty for every employer.",
        ),
    ] = None,
    at_least: Annotated[
        float, typer.Option(min=0, callback=finite, metavar="N", help="How much of the outcome is wanted.")
    ] = 5000.0,
    outcome: Annotated[
        str, typer.Option(metavar="OUTCOME", help="Outcome that is wanted, more than today's law brings.")
    ] = "employed_disability",
    probability: Annotated[
        float, typer.Option(min=0.5, max=0.99, metavar="P", help="Probability with which it must be reached.")
    ] = 0.9,
    within: Annotated[
        float,
        typer.Option(
            min=0, callback=finite, metavar="SOM", help="Envelope over the horizon, som of 2023, beyond today's law."
        ),
    ] = 5e9,
    cost: Annotated[str, typer.Option(metavar="OUTCOME", help="Cost that is kept low.")] = "programme_cost",
    free: Annotated[
        list[str] | None,
        typer.Option(
            metavar="POLICY.NAME=LOW..HIGH",
            help="A parameter that may change, with its range or its "
            f"choices (list,universal); repeat it. Nothing: {', '.join(DEFAULT_FREE)}.",
        ),
    ] = None,
    scenario: Annotated[
        str | None,
        typer.Option(
            metavar="SCENARIO",
            help="Scenario with start, horizon and today's law as its first design; the demonstration if not given.",
        ),
    ] = None,
    evaluations: Annotated[
        int, typer.Option(min=6, max=1000, metavar="N", help="Designs tried; bounds the time.")
    ] = 40,
    draws: Annotated[int, typer.Option(min=5, max=1000, metavar="N", help="Parameter sets a design is tried on.")] = 20,
    scale: ScaleOption = 500,
    workers: Annotated[int, typer.Option(min=0, max=1024, metavar="N", help="Processes; 0 is one for each core.")] = 0,
    seed: SeedOption = 1,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write today's law and the design found as a scenario file.")
    ] = None,
    language: LanguageOption = "en",
) -> None:
    """Find the cheapest design that brings at least so much with a given probability within an envelope.

    Every design is simulated on the same draws; each candidate is simulated again on fresh draws
    of its own, twice as many. If no
    design within the ranges reaches the target, the nearest is shown and called what it is.
    """
    with errors():
        from experiments import inverse, inverse_words, progress, tables
        from experiments.language import language as known
        from experiments.trials import Trials
        from sim.errors import InputError, nearest
        from sim.outcomes import CODEBOOK

        say = known(language)
        for name in (outcome, cost):
            if name not in CODEBOOK:
                raise InputError(f"outcome is '{name}'; {nearest(name, CODEBOOK)}")
        ground = changed(find_scenario([scenario or "demo"]), scale=scale, draws=draws, replications=1, seed=seed)
        base = _base(start, ground.as_dict()["designs"])
        parameters = [inverse.parsed(text) for text in free or DEFAULT_FREE]
        goal = inverse.Goal(outcome, at_least, probability, cost, within)
        talk, show = tables.console(stderr=True), tables.console()
        talk.print(inverse_words.asked(goal, say, start=ground.start, horizon=ground.horizon, evaluations=evaluations,
                                       draws=draws))  # fmt: skip

        def fresh(candidate: int) -> Evaluate:
            again = ground.revised(draws=2 * draws, seed=ground.seed + 1 + candidate)

            def evaluate(changes: Mapping[str, Any]) -> Figures:
                with Trials(again, outcome, cost, workers, inverse_words.BESIDE) as trials:
                    return trials(changes)

            return evaluate

        with Trials(ground, outcome, cost, workers) as trials, progress.shown(evaluations, talk, say) as shown:
            tell, advance = shown
            found = inverse.search(
                goal, base, parameters, trials, fresh, evaluations=evaluations, seed=seed or 0, tell=tell,
                advance=advance, say=say,
            )  # fmt: skip
        for part in inverse_words.told(found, goal, parameters, say):
            show.print(part)
        if out is not None:
            made = inverse.design_at(base, parameters, found.trial.point) | {"label": "Design found"}
            first = next(iter(ground.as_dict()["designs"].items()))
            text = ground.revised(name="design-found", designs={first[0]: first[1], "found": made}).to_toml()
            out.write_text(text, encoding="utf-8")
            talk.print(say.text("Written: {file}. Next: {command}", file=out, command=f"kelishim compare {out}"),
                       markup=False)  # fmt: skip


def _base(start: str | None, designs: dict[str, Any]) -> dict[str, Any]:
    from sim.errors import InputError, nearest
    from sim.policies.design import codes

    if start is None:
        return {"quota": {"design": "KG_2025", "assignment": "universal"}}
    if start in codes():
        return {"quota": {"design": start, "assignment": "universal"}}
    if start in designs:
        return {key: value for key, value in designs[start].items() if key != "label"}
    raise InputError(f"design is '{start}'; {nearest(start, [*codes(), *designs])}")
