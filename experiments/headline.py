"""Headline: what a finished study says, short enough for one screen; everything else is in its files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from experiments import (
    analysis,
    benefit_notes,
    coverage,
    gainers,
    luck,
    reach,
    record,
    sections,
    tables,
    waterfalls,
    words,
)
from experiments.certainty import FEWEST, SAME, UNCLEAR, UNDEFINED
from experiments.language import Language, language
from experiments.marks import N_
from experiments.telling import Telling

if TYPE_CHECKING:
    from rich.console import RenderableType

    from experiments.summary import Summary

ARMS_ACROSS = 2  # so that a table fits 80 columns and no figure is broken over two lines
STATUS = (N_("calibrated"), N_("prior scenario"), N_("one parameter set"))


def shown(summary: Summary, say: Language | None = None, *, everything: bool = False) -> Iterable[RenderableType]:
    """Yield the question, a verdict on each arm, one table, reach beside effect, and what must be known to read them.

    With ``everything`` it also says for each arm who gains and who pays.
    """
    say = say or language("en")
    told = Telling(summary, say)
    question = str(summary.manifest["scenario"].get("question", ""))
    if question:
        yield say.text(question)
    for arm in summary.designs[1:]:
        yield told.verdict(arm)
    if everything:
        yield from gainers.sentences(told)
    yield from _tables(summary, say)
    beside = reach.section(told)
    if beside is not None:
        yield sections.on_screen([beside])
    yield from notes(summary, say)


def reasons(summary: Summary, say: Language, *, everything: bool = False) -> Iterator[str]:
    """Yield how net jobs and money come about, as tables of 79 columns; with ``everything`` as bars too."""
    told = Telling(summary, say)
    found = waterfalls.found(told)
    if not found:
        return
    yield sections.on_screen(waterfalls.section(told, one) for one in found)
    for one in found if everything else ():
        for design in one.rungs:
            yield f"{told.title(design)}: {one.title} ({one.unit})"
            yield "\n".join(waterfalls.bars(told, one, design))
    yield say.text(waterfalls.READING)


def notes(summary: Summary, say: Language | None = None) -> Iterator[str]:
    """Yield the sentences that belong under the table."""
    say = say or language("en")
    yield say.text(
        "+- is the error that more draws would remove; each band shows what is unknown about parameters. {rule}",
        rule=say.text(summary.rule),
    )  # fmt: skip
    status = str(summary.manifest.get("status", ""))
    stands = say.text("Status: {status}.", status=say.text(status)) + " " if status else ""
    interval = str(summary.manifest["interval"])
    understood = interval if say.code == "en" else coverage.translated(interval, say)
    if not understood:  # written down in English, in words that are new
        understood = say.text("Intervals hold the middle 90 % of the parameter sets. They say what follows from these "
                              "sets, not everything that is unknown.")  # fmt: skip
    stopped = summary.stopped if say.code == "en" else ""
    yield f"{stands}{understood} {stopped}".strip()
    yield from luck.sentences(summary, summary.primary, summary.designs[:1], say)
    beside = record.sentence(record.lines(summary, say), say)
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
    return say.text("No other design is better at once in budget cost, net jobs and well-being: {designs}.",
                    designs=", ".join(parts))  # fmt: skip


def _tables(summary: Summary, say: Language) -> Iterator[RenderableType]:
    first, others = summary.designs[0], summary.designs[1:]
    for place in range(0, max(1, len(others)), ARMS_ACROSS):
        arms = others[place : place + ARMS_ACROSS]
        rows = [_cells(summary, outcome, first, arms, say) for outcome in summary.primary]
        told = Telling(summary, say)
        header = ["", told.title(first),
                  *(say.text("{arm}: difference", arm=told.title(arm)) for arm in arms)]  # fmt: skip
        yield tables.plain(say.text("Median of the draws, 90 % interval or band below"), header, rows)


def _cells(summary: Summary, outcome: str, first: str, arms: list[str], say: Language) -> list[str]:
    mine = summary.levels[summary.levels["outcome"] == outcome]
    levels, told = mine[mine["design"] == first].iloc[0], Telling(summary, say)
    apart = told.apart(outcome) if arms else told.scale(outcome)
    scale = told.scale(outcome, mine["median"])  # as in the report
    cells = [f"{told.label(outcome)}\n{told.unit(outcome, scale)}"]
    span = words.interval(levels["low"], levels["high"], scale, say)
    lucky = luck.of_level(levels)
    cells.append("\n".join([words.figure(levels["median"], scale, say), span, *([say.text(lucky)] if lucky else [])]))
    return cells + [_difference(_row(summary, outcome, arm), apart, told) for arm in arms]


def _difference(row: Any, scale: words.Scale, told: Telling) -> str:
    say, said = told.say, told.judged(row)
    if row["verdict"] == SAME:
        return said
    if row["verdict"] == UNDEFINED:
        return words.MISSING
    figure = words.figure(row["median"], scale, say, signed=True)
    error = words.figure(row["median_error"], scale, say)
    exact = "" if error == words.MISSING or row["made"] == analysis.RATIO else f" +- {error}"
    band = words.interval(row["low"], row["high"], scale, say, signed=True)
    if row["verdict"] == UNCLEAR:
        return "\n".join(part for part in (f"{figure}{exact}", band, said, told.leaning(row)) if part)
    return f"{figure}{exact} {said}\n{band}"


def _row(summary: Summary, outcome: str, arm: str) -> Any:
    rows = summary.differences
    return rows[(rows["outcome"] == outcome) & (rows["design"] == arm)].iloc[0]
