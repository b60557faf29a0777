"""Headline: what a finished study says, short enough for one screen; everything else is in its files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from experiments import analysis, coverage, gainers, luck, record, tables, words
from experiments.certainty import FEWEST, SAME, UNCLEAR, UNDEFINED
from experiments.language import Language, language
from experiments.marks import N_
from experiments.telling import Telling

if TYPE_CHECKING:
    from rich.console import RenderableType

    from experiments.summary import Summary

ARMS_ACROSS = {"ru": 2}  # three elsewhere; a figure must not be broken over two lines
STATUS = (N_("calibrated"), N_("prior scenario"), N_("one parameter set"))


def shown(summary: Summary, say: Language | None = None) -> Iterable[RenderableType]:
    """Yield the question, the answer in a sentence for each arm, one table, and what must be known to read them."""
    say = say or language("en")
    question = str(summary.manifest["scenario"].get("question", ""))
    if question:
        yield say.text(question)
    for arm in summary.designs[1:]:
        yield sentence(summary, arm, summary.primary[0], say)
    yield from gainers.sentences(Telling(summary, say))
    yield from _tables(summary, say)
    yield from notes(summary, say)


def sentence(summary: Summary, arm: str, outcome: str, say: Language | None = None) -> str:
    """Return what an arm does to an outcome, against the first arm, with its certainty."""
    if say is not None and say.code != "en":
        return Telling(summary, say).answer(outcome, arm)
    row = _row(summary, outcome, arm)
    unit, first = summary.unit(outcome), summary.title(summary.designs[0])
    scale = words.scale_of([row["median"], row["band_low"], row["band_high"]], unit)
    label = summary.label(outcome)
    start = f"{summary.title(arm)}, against {first}: "
    if row["verdict"] in (SAME, UNDEFINED):
        return f"{start}{label.lower()} {'are the same' if row['verdict'] == SAME else 'have no figure'}."
    band = words.interval(row["band_low"], row["band_high"], scale, signed=True)
    about = f"{words.figure(row['median'], scale, signed=True)} {scale.unit}, 90 % band {band}"
    if row["verdict"] == UNCLEAR:
        few = f"; {Telling(summary, language('en')).few()}" if summary.draws < FEWEST else ""
        return f"{start}{label.lower()} cannot be told apart ({about}{few})."
    chance = words.chance(row["probability_better"], summary.draws)
    better = f"; better with probability {chance}" if chance != words.MISSING else ""
    return f"{start}{label.lower()} are {words.said(row['verdict'], unit)} ({about}{better})."


def notes(summary: Summary, say: Language | None = None) -> Iterator[str]:
    """Yield the sentences that belong under the table."""
    say = say or language("en")
    yield say.text(
        "+- is the error that more draws would remove; each band is wide enough to hold for all designs together and "
        "shows what is unknown about parameters. {rule}", rule=say.text(summary.rule),
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
    across = ARMS_ACROSS.get(say.code, 3)
    for place in range(0, max(1, len(others)), across):
        arms = others[place : place + across]
        rows = [_cells(summary, outcome, first, arms, say) for outcome in summary.primary]
        told = Telling(summary, say)
        header = ["", told.title(first),
                  *(say.text("{arm}: difference", arm=told.title(arm)) for arm in arms)]  # fmt: skip
        yield tables.plain(say.text("Median of the draws, 90 % interval or band below"), header, rows)


def _cells(summary: Summary, outcome: str, first: str, arms: list[str], say: Language) -> list[str]:
    levels = summary.levels[(summary.levels["outcome"] == outcome) & (summary.levels["design"] == first)].iloc[0]
    unit = summary.unit(outcome)
    medians = [levels["median"], *(_row(summary, outcome, arm)["median"] for arm in arms)]
    scale = words.scale_of(medians, unit, say)
    cells = [f"{say.text(summary.label(outcome))}\n{Telling(summary, say).unit(outcome, scale)}"]
    span = words.interval(levels["low"], levels["high"], scale, say)
    lucky = luck.of_level(levels)
    cells.append("\n".join([words.figure(levels["median"], scale, say), span, *([say.text(lucky)] if lucky else [])]))
    return cells + [_difference(_row(summary, outcome, arm), scale, unit, say) for arm in arms]


def _difference(row: Any, scale: words.Scale, unit: str, say: Language) -> str:
    if row["verdict"] == SAME:
        return words.said(SAME, unit, say)
    if row["verdict"] == UNDEFINED:
        return words.MISSING
    figure = words.figure(row["median"], scale, say, signed=True)
    error = words.figure(row["median_error"], scale, say)
    exact = "" if error == words.MISSING or row["made"] == analysis.RATIO else f" +- {error}"
    said = "" if row["verdict"] == UNCLEAR else f" {words.said(row['verdict'], unit, say)}"
    band = words.interval(row["band_low"], row["band_high"], scale, say, signed=True)
    unclear = f"\n{words.said(UNCLEAR, unit, say)}" if row["verdict"] == UNCLEAR else ""
    return f"{figure}{exact}{said}\n{band}{unclear}"


def _row(summary: Summary, outcome: str, arm: str) -> Any:
    rows = summary.differences
    return rows[(rows["outcome"] == outcome) & (rows["design"] == arm)].iloc[0]
