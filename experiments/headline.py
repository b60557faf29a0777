"""Headline: what a finished study says, short enough for one screen; everything else is in its files."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from experiments import (
    analysis,
    benefit_notes,
    coverage,
    gainers,
    luck,
    quota_tables,
    reach,
    record,
    resting,
    waterfalls,
    words,
)
from experiments.certainty import FEWEST, SAME, UNCLEAR, UNDEFINED, reason
from experiments.language import Language, language
from experiments.marks import N_
from experiments.sections import Cell, Row, Section
from experiments.telling import Telling

if TYPE_CHECKING:
    import pandas

    from experiments.summary import Summary

STATUS = (N_("calibrated"), N_("prior scenario"), N_("one parameter set"))
MONEY, JOBS = "som", "jobs"
UNSURE, FOOTNOTE = quota_tables.UNCLEAR, "*"  # beside a verdict


def shown(summary: Summary, say: Language | None = None, *, everything: bool = False) -> Iterator[str | Section]:
    """Yield the question, a verdict on each arm, one narrow table, and what must be known to read it.

    With ``everything`` it also says who gains and who pays under each arm, and whom it reaches.
    """
    say = say or language("en")
    told = Telling(summary, say)
    question = str(summary.manifest["scenario"].get("question", ""))
    if question:
        yield say.text(question)
    yield asked(told)
    for arm in summary.designs[1:]:
        yield told.verdict(arm)
    if everything:
        yield from gainers.sentences(told)
    yield table(told)
    beside = reach.section(told) if everything else None
    if beside is not None:
        yield beside
    yield from notes(summary, say, everything=everything)


def first_screen(summary: Summary, say: Language | None = None) -> list[str | Section]:
    """Return all that a comparison puts on the screen where nothing more is asked for."""
    say = say or language("en")
    laws = "net_jobs" not in summary.primary  # then seats are the answer
    seats = quota_tables.tables_for(summary, say) if laws else quota_tables.warned(summary, say)
    more = say.plural(
        "{count} more outcome is in the report; {option} shows it here, with how each figure comes about.",
        "{count} more outcomes are in the report; {option} shows them here, with how each figure comes about.",
        len(summary.outcomes) - len(summary.primary), option="--all",
    )  # fmt: skip
    return [*shown(summary, say), *seats, more]


def asked(told: Telling) -> str:
    """Return period, draws, status and prices in one sentence each, so that no row has to repeat them."""
    summary, say = told.summary, told.say
    scenario, status = summary.manifest["scenario"], str(summary.manifest.get("status", ""))
    parts = [say.plural("{count} parameter draw", "{count} parameter draws", summary.draws)]
    if scenario.get("start") and scenario.get("horizon"):
        parts.insert(0, say.text("{start} to {horizon}", start=scenario["start"], horizon=scenario["horizon"]))
    parts += [say.text("status: {status}", status=say.text(status))] if status else []
    said = "; ".join(parts) + "."
    said = f"{said} {say.text('A draw is one set of values for what is not known.')}"
    if scenario.get("horizon") and any(summary.unit(name) == JOBS for name in summary.primary):
        said = f"{said} {say.text('Jobs: persons in work in {month}.', month=scenario['horizon'])}"
    money = next((name for name in summary.primary if summary.unit(name) == MONEY), "")
    return f"{said} {say.text('Money: {prices}.', prices=told.priced(money))}" if money else said


def table(told: Telling) -> Section:
    """Return the narrow table: the first design, and the difference of each other to it, below each outcome."""
    summary, text = told.summary, told.say.text
    rows: list[Row] = []
    for outcome in summary.primary:
        rows += _block(told, outcome)
    figures = (("median", text("median")), ("low", text("90 % from")), ("high", text("to")))
    verdicts = (("verdict", text("of {draws} draws", draws=told.say.number(summary.draws))),)
    if len(summary.designs) < 2:
        return Section("headline", text("What the design brings"), figures, tuple(rows))
    title = text(
        "'{first}' against no new contracts, the others against it",
        first=told.title(summary.designs[0]),
    )
    compared = [_row(summary, outcome, arm) for outcome in summary.primary for arm in summary.designs[1:]]
    return Section("headline", title, figures + verdicts, tuple(rows), (" ".join(_marks(told, compared)),))


def _block(told: Telling, outcome: str) -> Iterator[Row]:
    """Yield the rows of an outcome; money has its prices above the table."""
    summary, first = told.summary, told.summary.designs[0]
    mine = summary.levels[(summary.levels["outcome"] == outcome) & (summary.levels["design"] == first)].iloc[0]
    level = told.level(outcome)
    unit = level.unit if summary.unit(outcome) == MONEY else told.unit(outcome, level)
    yield Row(outcome, f"{told.label(outcome)} ({unit})" if unit else told.label(outcome), heading=True)
    lucky, cells = luck.of_level(mine), _figures(told, mine, level, signed=False)
    beside, name = told.say.text(lucky) if lucky else "", f"  {told.title(first)}"
    if len(summary.designs) > 1:
        yield Row(f"{outcome} {first}", name, (*cells, Cell(beside)))
    else:
        yield Row(f"{outcome} {first}", f"{name} ({beside})" if beside else name, cells)
    for arm in summary.designs[1:]:
        row = _row(summary, outcome, arm)
        told_apart, scale = Cell(verdict(told, row), str(row["verdict"])), told.apart(outcome, arm)
        yield Row(f"{outcome} {arm}", f"  {told.title(arm)}", (*_figures(told, row, scale, signed=True), told_apart))


def _figures(told: Telling, row: pandas.Series, scale: words.Scale, *, signed: bool) -> tuple[Cell, ...]:
    """Return median and ends of the 90 % range."""
    if row.get("verdict") == SAME:
        return Cell("0", 0.0), Cell(""), Cell("")
    if row.get("verdict") == UNDEFINED:
        return (Cell(words.MISSING),) * 3
    values = [float(row[name]) for name in ("median", "low", "high")]
    return tuple(Cell(told.figure(value, scale, signed=signed), value if math.isfinite(value) else None)
                 for value in values)  # fmt: skip


def verdict(told: Telling, row: Any) -> str:
    """Return how often a difference falls to its side; a mark says that the two cannot be told apart."""
    said, often = str(row["verdict"]), told.often(row)
    if said != UNCLEAR:
        return often or told.judged(row)
    why = reason(said, row["low"], row["high"], told.summary.draws)
    return f"{often} {UNSURE}{FOOTNOTE if why else ''}".strip()


def _marks(told: Telling, rows: Sequence[Any]) -> Iterator[str]:
    """Yield what the marks of verdicts mean, those that stand in a table."""
    unsure = [row for row in rows if row["verdict"] == UNCLEAR]
    first = told.title(told.summary.designs[0])
    if unsure:
        yield told.say.text("{mark} cannot be told apart from '{first}'.", mark=UNSURE, first=first)
    for why in dict.fromkeys(reason(UNCLEAR, row["low"], row["high"], told.summary.draws) for row in unsure):
        if why:
            yield told.say.text("{mark} though the range leaves out zero: {why}.", mark=UNSURE + FOOTNOTE,
                                why=told.say.text(why))  # fmt: skip


def reasons(summary: Summary, say: Language) -> Iterator[str | Section]:
    """Yield how net jobs and money come about, as tables and as bars."""
    told = Telling(summary, say)
    found = waterfalls.found(told)
    if not found:
        return
    yield from (waterfalls.section(told, one) for one in found)
    for one in found:
        for design in one.rungs:
            yield f"{told.title(design)}: {one.title} ({one.unit})"
            yield "\n".join(waterfalls.bars(told, one, design))
    yield say.text(waterfalls.READING)


def notes(summary: Summary, say: Language | None = None, *, everything: bool = True) -> Iterator[str]:
    """Yield the sentences that belong under the table."""
    say = say or language("en")
    yield say.text(
        "Figures are rounded to the digits that so many draws can carry. {rule}", rule=say.text(summary.rule)
    )
    yield from resting.sentences(summary, summary.primary, say)
    interval = str(summary.manifest["interval"])
    understood = interval if say.code == "en" else coverage.translated(interval, say)
    if not understood:  # written down in English, in words that are new
        understood = say.text("Intervals hold the middle 90 % of the parameter sets. They say what follows from these "
                              "sets, not everything that is unknown.")  # fmt: skip
    stopped = summary.stopped if say.code == "en" and everything else ""
    yield f"{understood} {stopped}".strip()
    yield from luck.sentences(summary, summary.primary, summary.designs[:1], say)
    beside = record.sentence(record.lines(summary, say), say, brief=not everything)
    if beside:
        yield beside
    made = summary.levels[(summary.levels["made"] == analysis.RATIO) & summary.levels["outcome"].isin(summary.primary)]
    for outcome in dict.fromkeys(made["outcome"]):
        none = made[made["outcome"] == outcome]["undefined"].max()
        yield _divided(say, outcome, say.text(summary.label(outcome)), none)
    if len(summary.front) and summary.draws >= FEWEST:
        yield _unbeaten(summary, say)
    yield from benefit_notes.of_summary(summary, say)
    if len(summary.failures):
        yield say.plural("{count} run failed and is left out; {file} names it.",
                         "{count} runs failed and are left out; {file} names them.", len(summary.failures),
                         file="summary.json")  # fmt: skip


def _divided(say: Language, outcome: str, label: str, undefined: float) -> str:
    """Return what is divided by what in a ratio, and in how many draws nothing can be divided."""
    worth = N_("{outcome}: average of what those affected would pay, divided by the average net cost to the budget.")
    divided = {
        "additionality": N_("{outcome}: average net jobs of all draws divided by average gross jobs."),
        "cost_per_job_year": N_("{outcome}: average cost of all draws divided by average job-years."),
        "value_of_public_money": worth, "value_markets_left_out": worth,
    }  # fmt: skip
    made = say.text(divided.get(outcome, N_("{outcome}: average cost of all draws divided by average jobs.")),
                    outcome=label)  # fmt: skip
    if not undefined:
        return made
    none = say.text("In up to {share} of draws there is nothing to divide by, which counts as the worst.",
                    share=say.percent(undefined))  # fmt: skip
    return f"{made} {none}"


def _unbeaten(summary: Summary, say: Language) -> str:
    """Return in how many draws no other design is better than a design in cost, jobs and well-being together."""
    told = Telling(summary, say)
    parts: list[str] = []
    for row in summary.front.sort_values("probability_on_front", ascending=False, kind="stable").itertuples():
        said = {
            "design": told.title(str(row.design)), "draws": say.number(summary.draws),
            "count": say.number(row.probability_on_front * summary.draws),
        }  # fmt: skip
        parts.append(say.text("{design} in {count}", **said) if parts
                     else say.text("{design} in {count} of {draws} draws", **said))  # fmt: skip
    return say.text(
        "No other design is better at once in budget cost, net jobs and well-being (not a ranking): {designs}.",
        designs=", ".join(parts),
    )


def _row(summary: Summary, outcome: str, arm: str) -> Any:
    rows = summary.differences
    return rows[(rows["outcome"] == outcome) & (rows["design"] == arm)].iloc[0]
