"""The command ``design``: the cheapest design that reaches a target with a given probability within an envelope."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from experiments.commands.shared import ScaleOption, SeedOption, changed, errors, find_scenario

if TYPE_CHECKING:
    from experiments.inverse import Answer, Free, Goal, Trial

DEFAULT_FREE = (
    "quota.levy=0..1", "services.coaches=0..300", "services.accommodation_budget=0..200000000",
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
    at_least: Annotated[float, typer.Option(metavar="N", help="How much of the outcome is wanted.")] = 5000.0,
    outcome: Annotated[
        str, typer.Option(metavar="OUTCOME", help="Outcome that is wanted, more than today's law brings.")
    ] = "employed_disability",
    probability: Annotated[
        float, typer.Option(min=0.5, max=0.99, metavar="P", help="Probability with which it must be reached.")
    ] = 0.9,
    within: Annotated[
        float, typer.Option(metavar="SOM", help="Envelope over the horizon, som of 2023, beyond today's law.")
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
) -> None:
    """Find the cheapest design that brings at least so much with a given probability within an envelope.

    Every design is simulated on the same draws; the winner is simulated again on fresh draws, twice as many. If no
    design within the ranges reaches the target, the nearest is shown and called what it is.

    In English only; results of compare come in three languages.
    """
    with errors():
        from experiments import inverse, progress, tables
        from experiments.trials import Trials
        from sim.errors import InputError, nearest
        from sim.outcomes import CODEBOOK

        for name in (outcome, cost):
            if name not in CODEBOOK:
                raise InputError(f"outcome is '{name}'; {nearest(name, CODEBOOK)}")
        ground = changed(find_scenario([scenario or "demo"]), scale=scale, draws=draws, replications=1, seed=seed)
        base = _base(start, ground.as_dict()["designs"])
        parameters = [inverse.parsed(text) for text in free or DEFAULT_FREE]
        goal = inverse.Goal(outcome, at_least, probability, cost, within)
        talk, show = tables.console(stderr=True), tables.console()
        talk.print(
            f"Wanted: at least {at_least:,.0f} of '{CODEBOOK[outcome].label}' with {probability:.0%} probability, "
            f"{CODEBOOK[cost].label.lower()} at most {within:,.0f} som, {ground.start} to {ground.horizon}. "
            f"{evaluations} designs on {draws} draws each."
        )
        again = ground.revised(draws=2 * draws, seed=ground.seed + 1)
        with (
            Trials(ground, outcome, cost, workers) as trials,
            Trials(again, outcome, cost, workers) as fresh,
            progress.shown(evaluations, talk) as (say, advance),
        ):
            found = inverse.search(
                goal, base, parameters, trials, fresh, evaluations=evaluations, seed=seed or 0, say=say,
                advance=advance,
            )  # fmt: skip
        for part in _said(found, goal, parameters, base):
            show.print(part)
        if out is not None:
            made = inverse.design_at(base, parameters, found.trial.point) | {"label": "Design found"}
            first = next(iter(ground.as_dict()["designs"].items()))
            text = ground.revised(name="design-found", designs={first[0]: first[1], "found": made}).to_toml()
            out.write_text(text, encoding="utf-8")
            talk.print(f"Written: {out}. Next: kelishim compare {out}")


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


def _said(found: Answer, goal: Goal, free: list[Free], base: dict[str, Any]) -> list[Any]:
    """Return the answer in words and tables."""
    from experiments import inverse, tables, words
    from sim.outcomes import CODEBOOK

    label, unit = CODEBOOK[goal.outcome].label, CODEBOOK[goal.outcome].unit
    trial, fresh = found.trial, found.fresh
    out: list[Any] = []
    if found.feasible:
        out.append(f"Found. This design brings at least {goal.at_least:,.0f} in {fresh.chance(goal):.0%} of "
                   f"{len(fresh.figures.outcome)} fresh draws.")  # fmt: skip
    elif found.rejected:
        out.append(f"Not found: {found.rejected} designs were good enough on the draws of the search, none on fresh "
                   "draws. The nearest:")  # fmt: skip
    else:
        out.append("No design within these ranges reaches the target within the envelope. The nearest:")
    rows = [[parameter.address, _value(parameter.value(share)), _span(parameter)]
            for parameter, share in zip(free, trial.point, strict=True)]  # fmt: skip
    out.append(tables.plain("Design", ["parameter", "value", "searched"], rows))
    money = words.scale_of([trial.cost, fresh.cost, goal.within], "som")
    rows = []
    for name, one in (("draws of the search", trial), ("fresh draws", fresh)):
        low, middle, high = (float(x) for x in _quantiles(one))
        spread = f"{middle:,.0f} ({low:,.0f} to {high:,.0f})"
        rows.append([name, f"{one.chance(goal):.0%}", f"{one.reached(goal):,.0f}", spread,
                     words.figure(one.cost, money)])  # fmt: skip
    header = ["", f"reaches {goal.at_least:,.0f}", f"with {goal.probability:.0%} at least", "median (90 % interval)",
              f"mean cost, {money.unit}"]  # fmt: skip
    out.append(tables.plain(f"{label} ({unit}), more than today's law", header, rows))
    if not found.feasible:
        most = max(found.trials, key=lambda t: t.reached(goal))
        inside = [t for t in found.trials if t.cost <= goal.within]
        best = max(inside, key=lambda t: t.reached(goal)) if inside else None
        sentence = f"At any cost, the most that was reached with {goal.probability:.0%} probability is "
        sentence += f"{most.reached(goal):,.0f} for {words.figure(most.cost, money)} {money.unit}"
        if best is not None:
            sentence += f"; within the envelope {best.reached(goal):,.0f}"
        out.append(sentence + ".")
    ends = inverse.at_bounds(trial, free)
    if ends:
        out.append(f"At an end of its range: {', '.join(ends)}. A wider range may do better.")
    rows = [[words.figure(t.cost, money), f"{t.reached(goal):,.0f}", f"{t.chance(goal):.0%}"]
            for t in inverse.frontier(found.trials, goal)]  # fmt: skip
    header = [f"mean cost, {money.unit}", f"at least, with {goal.probability:.0%}", f"reaches {goal.at_least:,.0f}"]
    out.append(tables.plain(f"What money buys: {len(found.trials)} designs tried, those that no other beats", header,
                            rows[:: max(1, len(rows) // 8)]))  # fmt: skip
    out.append("Probability and cost are over parameter draws. Cost leaves out what levies bring in unless --cost "
               "counts them (net_fiscal_cost, treasury_cost).")  # fmt: skip
    return out


def _quantiles(trial: Trial) -> Any:
    import numpy as np

    return np.quantile(trial.figures.outcome, [0.05, 0.5, 0.95])


def _value(value: Any) -> str:
    return f"{value:,.10g}" if isinstance(value, int | float) and not isinstance(value, bool) else str(value)


def _span(free: Free) -> str:
    if free.choices:
        return ", ".join(map(str, free.choices))
    return f"{free.low:,.10g} to {free.high:,.10g}"
