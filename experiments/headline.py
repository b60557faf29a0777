"""Headline: what a finished study says, short enough for one screen; everything else is in its files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from experiments import analysis, record, tables, words
from experiments.certainty import FEWEST, SAME, UNCLEAR, UNDEFINED

if TYPE_CHECKING:
    from rich.console import RenderableType

    from experiments.summary import Summary

ARMS_ACROSS = 3


def shown(summary: Summary) -> Iterable[RenderableType]:
    """Yield the question, the answer in a sentence for each arm, one table, and what must be known to read them."""
    question = str(summary.manifest["scenario"].get("question", ""))
    if question:
        yield question
    for arm in summary.designs[1:]:
        yield sentence(summary, arm, summary.primary[0])
    yield from _tables(summary)
    yield from notes(summary)


def sentence(summary: Summary, arm: str, outcome: str) -> str:
    """Return what an arm does to an outcome, against the first arm, with its certainty."""
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
        few = f"; {summary.draws} draws are too few to tell" if summary.draws < FEWEST else ""
        return f"{start}{label.lower()} cannot be told apart ({about}{few})."
    chance = words.chance(row["probability_better"], summary.draws)
    better = f"; better with probability {chance}" if chance != words.MISSING else ""
    return f"{start}{label.lower()} are {words.said(row['verdict'], unit)} ({about}{better})."


def notes(summary: Summary) -> Iterator[str]:
    """Yield the sentences that belong under the table."""
    yield (
        "+- is the error that more draws would remove; bands hold for all arms at once and show what is unknown about "
        f"parameters. {summary.rule}"
    )
    status = str(summary.manifest.get("status", ""))
    stands = f"Status: {status}. " if status else ""
    yield f"{stands}{summary.manifest['interval']} {summary.stopped}".strip()
    beside = record.sentence(record.lines(summary))
    if beside:
        yield beside
    made = summary.levels[(summary.levels["made"] == analysis.RATIO) & summary.levels["outcome"].isin(summary.primary)]
    for outcome in dict.fromkeys(made["outcome"]):
        none = made[made["outcome"] == outcome]["undefined"].max()
        without = (
            f"; in up to {none:.0%} of draws there is nothing to divide by, which counts as the worst" if none else ""
        )
        yield f"{summary.label(outcome)}: mean over mean of all draws{without}."
    best = summary.front[summary.front["on_front_of_means"].astype(bool)] if len(summary.front) else summary.front
    if 0 < len(best) < len(summary.front):
        names = words.listed(f"{summary.title(r.design)} ({r.probability_on_front:.2f})" for r in best.itertuples())
        yield f"Beaten by no other arm in net fiscal cost, net jobs and well-being at once (probability): {names}."
    if len(summary.failures):
        yield f"{len(summary.failures)} runs failed and are left out; summary.json names them."


def _tables(summary: Summary) -> Iterator[RenderableType]:
    first, others = summary.designs[0], summary.designs[1:]
    for place in range(0, max(1, len(others)), ARMS_ACROSS):
        arms = others[place : place + ARMS_ACROSS]
        rows = [_cells(summary, outcome, first, arms) for outcome in summary.primary]
        header = ["", summary.title(first), *(f"{summary.title(arm)}: difference" for arm in arms)]
        yield tables.plain("Median of the draws, 90 % interval or band below", header, rows)


def _cells(summary: Summary, outcome: str, first: str, arms: list[str]) -> list[str]:
    levels = summary.levels[(summary.levels["outcome"] == outcome) & (summary.levels["design"] == first)].iloc[0]
    unit = summary.unit(outcome)
    medians = [levels["median"], *(_row(summary, outcome, arm)["median"] for arm in arms)]
    scale = words.scale_of(medians, unit)
    cells = [f"{summary.label(outcome)}\n{scale.unit}"]
    cells.append(f"{words.figure(levels['median'], scale)}\n{words.interval(levels['low'], levels['high'], scale)}")
    return cells + [_difference(_row(summary, outcome, arm), scale, unit) for arm in arms]


def _difference(row: Any, scale: words.Scale, unit: str) -> str:
    if row["verdict"] == SAME:
        return SAME
    if row["verdict"] == UNDEFINED:
        return words.MISSING
    figure = words.figure(row["median"], scale, signed=True)
    error = words.figure(row["median_error"], scale)
    exact = "" if error == words.MISSING or row["made"] == analysis.RATIO else f" +- {error}"
    said = "" if row["verdict"] == UNCLEAR else f" {words.said(row['verdict'], unit)}"
    band = words.interval(row["band_low"], row["band_high"], scale, signed=True)
    return f"{figure}{exact}{said}\n{band}" + (f"\n{UNCLEAR}" if row["verdict"] == UNCLEAR else "")


def _row(summary: Summary, outcome: str, arm: str) -> Any:
    rows = summary.differences
    return rows[(rows["outcome"] == outcome) & (rows["design"] == arm)].iloc[0]
