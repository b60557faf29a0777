"""Words on inverse design: the answer first, then the design, what it brings on fresh draws, and what money buys."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from experiments import inverse, tables, words
from experiments.language import Language, language
from experiments.middles import COUNTRY
from experiments.sections import Cell
from sim.outcomes import CODEBOOK
from sim.policies.policy import declared
from sim.scenario import present_law

if TYPE_CHECKING:
    from experiments.inverse import Answer, Free, Goal, Trial
    from experiments.sections import Section

LINES = 8  # of the table of what money buys
BESIDE = ("employed_disability", "employed_all", "employer_cost", "treasury_cost", "programme_cost")  # also shown


def asked(goal: Goal, say: Language, *, start: str, horizon: str, evaluations: int, draws: int) -> str:
    """Return what is looked for, in a sentence."""
    return say.text(
        "Wanted: at least {at_least} more than under today's law in '{outcome}', with {chance} probability; '{cost}' "
        "at most {within} som more than today; {start} to {horizon}. {evaluations} designs are tried on {draws} draws "
        "each.",
        at_least=say.number(goal.at_least), outcome=say.text(CODEBOOK[goal.outcome].label),
        chance=say.percent(goal.probability), cost=say.text(CODEBOOK[goal.cost].label),
        within=say.number(goal.within), start=start, horizon=horizon, evaluations=say.number(evaluations),
        draws=say.number(draws),
    )  # fmt: skip


def told(found: Answer, goal: Goal, free: list[Free], say: Language | None = None) -> Iterator[str | Section]:
    """Yield the answer in words and tables."""
    say = say or language("en")
    money = words.scale_of([found.trial.cost, found.fresh.cost, goal.within], "som", say)
    yield _answer(found, goal, money, say)
    yield _design(found.trial, free, say)
    yield _held(found, goal, money, say)
    if found.fresh.figures.also:
        yield _beside(found.fresh, goal, say)
    yield say.text(
        "The design was chosen because it did well on the first draws, so these flatter it. The fresh draws had no "
        "part "
        "in the choice: go by them."
    )
    if not found.feasible:
        low, high = _interval(found.fresh, goal)
        if low <= goal.probability <= high and found.fresh.cost <= goal.within:
            yield say.text(
                "So few draws cannot tell {chance} from {wanted}: more of them ({option}) would decide.",
                chance=say.percent(found.fresh.chance(goal)), wanted=say.percent(goal.probability), option="--draws",
            )  # fmt: skip
        yield _most(found, goal, money, say)
    ends = inverse.at_bounds(found.trial, free)
    if ends:
        names = ", ".join(f"{one.address} ({_value(one.value(_share(found.trial, free, one)), say)})" for one in ends)
        yield say.text("At an end of the range that was searched: {names}. A wider range ({option}) may do better.",
                       names=names, option="--free")  # fmt: skip
    yield _money_buys(found, goal, free, say)
    yield say.text(
        "Probability and cost are over parameter draws; the cost is a mean over them, for the whole time, in som of "
        "2023. Unless {first} or {second} is asked for, what levies bring in is not set against it.",
        first="--cost net_fiscal_cost", second="--cost treasury_cost",
    )  # fmt: skip


def _answer(found: Answer, goal: Goal, money: words.Scale, say: Language) -> str:
    fresh = found.fresh
    said: dict[str, Any] = {
        "at_least": say.number(goal.at_least), "wanted": say.percent(goal.probability),
        "chance": _chance(fresh, goal, say), "draws": say.number(len(fresh.figures.outcome)),
        "cost": words.figure(fresh.cost, money, say), "within": words.figure(goal.within, money, say),
        "unit": money.unit, "tried": say.number(len(found.trials)), "rejected": say.number(found.rejected),
    }  # fmt: skip
    if found.feasible:
        yes = say.text(
            "Yes. This design brings at least {at_least} in {chance} of {draws} fresh draws (wanted: {wanted}) and "
            "costs "
            "{cost} {unit} (at most: {within}). It is the cheapest that held; {tried} designs were tried, and a "
            "cheaper "
            "one that was not tried may exist.",
            **said,
        )
        if not found.rejected:
            return yes
        return yes + " " + say.text("Candidates before it that failed on fresh draws of their own: {rejected}.", **said)
    if found.rejected:
        return say.text(
            "No design was found that holds. On the draws of the search some designs were good enough; {rejected} of "
            "them were tried again, each on fresh draws of its own, and none held. The nearest brings at least "
            "{at_least} in {chance} of {draws} fresh draws (wanted: {wanted}) and costs {cost} {unit} (at most: "
            "{within}).",
            **said,
        )
    return say.text(
        "No. None of the {tried} designs tried within these ranges reaches the target within the envelope. The nearest "
        "brings at least {at_least} in {chance} of {draws} fresh draws (wanted: {wanted}) and costs {cost} {unit} (at "
        "most: {within}).",
        **said,
    )


def _chance(trial: Trial, goal: Goal, say: Language) -> str:
    """Return the share of draws that reach the target, with its 90 % interval."""
    low, high = (say.number(100.0 * share) for share in _interval(trial, goal))
    return say.text(
        "{share} (90 % interval {low} to {high})", share=say.percent(trial.chance(goal)), low=low, high=high
    )


def _interval(trial: Trial, goal: Goal) -> tuple[float, float]:
    """Return the exact binomial interval, 90 %, of the probability of reaching the target (Clopper and Pearson)."""
    from scipy.special import betaincinv

    count = len(trial.figures.outcome)
    reached = int((trial.figures.outcome >= goal.at_least).sum())
    low = float(betaincinv(reached, count - reached + 1, 0.05)) if reached else 0.0
    return low, float(betaincinv(reached + 1, count - reached, 0.95)) if reached < count else 1.0


def _design(trial: Trial, free: list[Free], say: Language) -> Section:
    rows = [
        [f"{say.text(_label(one))} ({one.address})", _value(one.value(share), say), _span(one, say)]
        for one, share in zip(free, trial.point, strict=True)
    ]
    return tables.plain(say.text("Design"), [say.text("parameter"), say.text("value"), say.text("searched")], rows)


def _held(found: Answer, goal: Goal, money: words.Scale, say: Language) -> Section:
    """Return what the design brings on the draws of the search and on fresh ones."""
    rows = []
    for name, one in ((say.text("draws of the search"), found.trial), (say.text("fresh draws"), found.fresh)):
        low, middle, high = (say.number(float(x)) for x in np.quantile(one.figures.outcome, [0.05, 0.5, 0.95]))
        rows.append([name, say.percent(one.chance(goal)), say.number(one.reached(goal)),
                     f"{middle} ({say.text('{low} to {high}', low=low, high=high)})",
                     words.figure(one.cost, money, say)])  # fmt: skip
    at_least, chance = say.number(goal.at_least), say.percent(goal.probability)
    header = ["", say.text("reaches {at_least} in", at_least=at_least), say.text("with {chance} at "
                                                                                 "least", chance=chance),
              say.text("median (90 % interval)"), say.text("mean cost, {unit}", unit=money.unit)]  # fmt: skip
    made = CODEBOOK[goal.outcome]
    title = say.text("{outcome} ({unit}), more than today's law", outcome=say.text(made.label),
                     unit=say.text(made.unit, context="unit"))  # fmt: skip
    return tables.plain(title, header, rows)


def _beside(fresh: Trial, goal: Goal, say: Language) -> Section:
    """Return what else the design does on the fresh draws: to the jobs of everybody, employers and the treasury."""
    rows = []
    for name, values in fresh.figures.also.items():
        if name in (goal.outcome, goal.cost):
            continue
        scale = words.scale_of(values, CODEBOOK[name].unit, say)
        low, middle, high = np.quantile(values, [0.05, 0.5, 0.95])
        rows.append([f"{say.text(CODEBOOK[name].label)} ({scale.unit})", words.figure(middle, scale, say, signed=True),
                     words.interval(low, high, scale, say, signed=True)])  # fmt: skip
    header = ["", say.text("median"), say.text("90 % interval")]
    return tables.plain(say.text("What else this design does, against today's law (fresh draws)"), header, rows)


def _most(found: Answer, goal: Goal, money: words.Scale, say: Language) -> str:
    """Return how far one would get at any cost, and within the envelope."""
    most = max(found.trials, key=lambda t: t.reached(goal))
    inside = [t for t in found.trials if t.cost <= goal.within]
    said = {"chance": say.percent(goal.probability), "most": say.number(most.reached(goal)),
            "cost": words.figure(most.cost, money, say), "unit": money.unit}  # fmt: skip
    if not inside:
        return say.text("At any cost, the most that was reached with {chance} probability is {most}, for {cost} "
                        "{unit}; no "
                        "design that was tried stays within the envelope.", **said)  # fmt: skip
    best = max(inside, key=lambda t: t.reached(goal))
    return say.text("At any cost, the most that was reached with {chance} probability is {most}, for {cost} {unit}; "
                    "within "
                    "the envelope it is {best}.", best=say.number(best.reached(goal)), **said)  # fmt: skip


def _money_buys(found: Answer, goal: Goal, free: list[Free], say: Language) -> Section:
    front = inverse.frontier(found.trials, goal)
    money = words.scale_of([found.trial.cost, found.fresh.cost, goal.within], "som", say)
    chosen = [front[round(k)] for k in np.linspace(0, len(front) - 1, min(LINES, len(front)))]
    rows = [
        [Cell(words.figure(t.cost, money, say), t.cost), Cell(say.number(t.reached(goal)), t.reached(goal)),
         Cell(say.percent(t.chance(goal)), t.chance(goal)),
         *(_value(one.value(share), say) for one, share in zip(free, t.point, strict=True))] for t in chosen
    ]  # fmt: skip
    header = [say.text("mean cost, {unit}", unit=money.unit),
              say.text("with {chance} at least", chance=say.percent(goal.probability)),
              say.text("reaches {at_least} in", at_least=say.number(goal.at_least)),
              *(one.address for one in free)]  # fmt: skip
    title = say.text("What money buys: of {tried} designs tried, those that no other beats (draws of the search)",
                     tried=say.number(len(found.trials)))  # fmt: skip
    return tables.plain(title, header, rows)


def _label(one: Free) -> str:
    policy = type(getattr(present_law(COUNTRY), one.policy))
    return next(parameter.label for parameter in declared(policy) if parameter.name == one.name)


def _share(trial: Trial, free: list[Free], one: Free) -> float:
    return trial.point[free.index(one)]


def _value(value: Any, say: Language) -> str:
    if isinstance(value, bool):
        return say.text("yes") if value else say.text("no")
    return say.shortest(float(value), 10) if isinstance(value, int | float) else str(value)


def _span(one: Free, say: Language) -> str:
    if one.choices:
        return ", ".join(_value(choice, say) for choice in one.choices)
    return say.text("{low} to {high}", low=_value(one.low, say), high=_value(one.high, say))
