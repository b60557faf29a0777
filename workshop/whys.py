"""Whys: why two designs differ, who gains and who pays, and who is poor, as tables of finished words and numbers.

The accounts are those of the commands: exact sums of :mod:`experiments.mechanisms`, the lines of
:mod:`experiments.gainers`, and poverty by group.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas

from experiments import analysis, gainers, mechanisms, waterfalls
from experiments.certainty import HIGH, LOW, SAME, UNDEFINED, judged, quantiles
from experiments.language import MISSING, Language
from experiments.marks import N_
from experiments.store import OK
from experiments.summary import Summary
from experiments.words import Scale, scale_of
from sim.outcomes import CODEBOOK
from workshop import answers
from workshop.answers import A, B, Precise
from workshop.figures import Floats, Layout
from workshop.outcomes import OF_PERSONS, WHY

JOBS = next(account for account in mechanisms.ACCOUNTS if account.total == "net_jobs")
TITLES = {
    "net_jobs": N_("Net jobs: B less A, step by step"),
    "net_fiscal_cost": N_("Money of the budget: B less A, step by step"),
    "consumption_change": N_("Money of families: B less A, step by step"),
    "gained_gross": N_("Places that count for the quota: B less A"),
    "gained_netall": N_("Jobs at employers through the quota: B less A"),
}
READING = N_("Means over the draws, B less A. The steps add up to the last digit.")
SIDE = {gainers.GAINS: "gain", gainers.PAYS: "pay", gainers.UNSURE: "unsure"}
NOTHING = N_("Nothing changes")
GROUPS = {
    "sex=men": N_("men"),
    "sex=women": N_("women"),
    "age=under 18": N_("children under 18"),
    "age=18 to 57": N_("18 to 57 years"),
    "age=58 and older": N_("58 years and older"),
    "disability group=group I": N_("persons of disability group I"),
    "disability group=group II": N_("persons of disability group II"),
    "disability group=group III": N_("persons of disability group III"),
    "disability=yes": N_("families with a member with a disability"),
    "disability=no": N_("all other families"),
    "place=rural": N_("villages"),
    "place=urban": N_("towns"),
}
POINTS = N_("percentage points")
LEAST_STEP = 100.0  # seats or jobs; an account without a larger step rests on too few simulated persons


def why(told: Precise) -> list[dict[str, Any]]:
    """Return the waterfalls of what B gives less what A gives."""
    frame = told.summary.frame
    there = {one.total: one for one in mechanisms.accounts(list(dict.fromkeys(frame["outcome"])))}
    made = (_steps(told, there[total]) for total in WHY if total in there)
    return [one for one in made if one is not None]


def _steps(told: Precise, account: mechanisms.Account) -> dict[str, Any] | None:
    """Return one account as rungs in whole units of its last printed digit; nothing where fewer than two steps move."""
    table = mechanisms.of_difference(told.summary.frame, account, [A, B])
    lines = table[~table["total"]]
    moving = [(str(line), float(mean)) for line, mean in zip(lines["line"], lines["median"], strict=True) if mean]
    known = all(math.isfinite(mean) for _, mean in moving)
    if len(moving) < 2 or not known or max(abs(mean) for _, mean in moving) < LEAST_STEP:
        return None
    sums = np.cumsum([mean for _, mean in moving])
    told.scales.setdefault(account.total, scale_of(sums, told.summary.unit(account.total), told.say))
    scale = told.scale(account.total, sums)
    step = scale.divisor * 10.0**-scale.decimals
    ends = waterfalls.climbed([mean for _, mean in moving], step)
    text = told.say.text

    def rung(label: str, kind: str, start: int, end: int) -> dict[str, Any]:
        size = end - start if kind == waterfalls.STEP else end
        said = told.figure(size * step, scale, signed=True)
        return {"label": label, "kind": kind, "start": start, "end": end, "text": said}

    named = zip(moving, ends, strict=True)
    rungs = [rung(text(line), waterfalls.STEP, *at) for (line, _), at in named if at[0] != at[1]]
    total = ends[-1][1]
    label = told.label(account.total)
    rungs.append(rung(f"= {label}", waterfalls.TOTAL, 0, total))
    finding = text("{title}. In all: {value} {unit}.", title=text(TITLES[account.total]),
                   value=rungs[-1]["text"], unit=told.unit(account.total, scale))  # fmt: skip
    return {"key": account.total, "title": text(TITLES[account.total]), "finding": finding,
            "unit": told.unit(account.total, scale), "note": text(READING), "rungs": rungs}  # fmt: skip


def jobs(runs: Sequence[Sequence[Mapping[str, float]]], say: Language) -> dict[str, Any]:
    """Return the waterfall of net jobs of B less A, from the parts of some runs of both designs."""
    rows = [
        {"draw": draw, "replication": 0, "design": side, "outcome": name, "group": analysis.ALL,
         "month": analysis.WHOLE, "value": value, "status": OK}
        for side, of_design in zip((A, B), runs, strict=True)
        for draw, parts in enumerate(of_design) for name, value in parts.items()
    ]  # fmt: skip
    frame, empty = pandas.DataFrame(rows), pandas.DataFrame(columns=["outcome", "median"])
    told = Precise(Summary(frame, empty, empty, empty, empty, CODEBOOK, {}), say)
    found = _steps(told, JOBS)
    count = len(runs[0])
    note = say.text("Means over {count} runs, which take two simulations more each. {reading}",
                    count=say.number(count), reading=say.text(READING))  # fmt: skip
    return {"account": found, "note": note if found else say.text("Nothing differs in these runs.")}


def who(told: Precise) -> list[dict[str, Any]]:
    """Return who gains and who pays: each line with its side, its size against the largest of its unit, its words."""
    found = [(line, table.iloc[0]) for line, table in gainers.found(told) if len(table)]
    return [_line(told, line, row) for line, row in found] + list(_sizes(told))


def _line(told: Precise, line: gainers.Line, row: Any) -> dict[str, Any]:
    ends = [float(row[key]) for key in ("median", "low", "high")]
    scale = told.scale(line.outcome, ends)
    side = gainers.side_of(line, str(row["verdict"]))
    return _told(told, told.say.text(line.name), side, scale, (ends, told.judged(row), told.unit(line.outcome, scale)))


def _told(told: Precise, who_: str, side: str, scale: Scale, found: tuple[list[float], str, str]) -> dict[str, Any]:
    """Return one line: median, low and high, what is judged of it, and its unit."""
    (median, low, high), judged, unit = found
    nothing = not side
    return {
        "who": who_, "side": SIDE.get(side, "none"),
        "sideText": told.say.text(side or NOTHING), "judged": judged, "unit": unit,
        "text": "0" if nothing else told.figure(median, scale, signed=True),
        "band": MISSING if nothing else told.interval(low, high, scale, signed=True),
        "median": None if not math.isfinite(median) else median,
        "low": None if not math.isfinite(low) else low, "high": None if not math.isfinite(high) else high,
    }  # fmt: skip


def _sizes(told: Precise) -> Iterator[dict[str, Any]]:
    """Yield the levy of the last year by size of employer, B less A."""
    frame = told.summary.frame
    if "levy_due" not in set(frame["outcome"]) or "size" not in analysis.dimensions(frame):
        return
    table = analysis.by_group(frame, "levy_due", "size")
    for row in table.to_dict("records"):
        if row["verdict"] in (SAME, UNDEFINED):
            continue
        ends = [float(row[key]) for key in ("median", "low", "high")]
        told.scales.setdefault("levy_due", scale_of(ends, told.summary.unit("levy_due"), told.say))
        scale = told.scale("levy_due", ends)
        line = gainers.Line("", "levy_due", gain=False)
        name = told.say.text("levy of the last year, employers with {size} staff", size=told.say.text(str(row["size"])))
        judged = told.said(str(row["verdict"]), "levy_due")
        side = gainers.side_of(line, str(row["verdict"]))
        yield _told(told, name, side, scale, (ends, judged, told.unit("levy_due", scale)))


def poor(told: Precise) -> list[dict[str, Any]]:
    """Return the share of poor persons in each group under A and B, and the difference in percentage points."""
    frame = told.summary.frame
    known = frame[frame["outcome"] == "poverty"]
    there = set(known["group"].astype(str))
    groups = [("all", N_("everybody")), *((key, name) for key, name in GROUPS.items() if _of(key) in OF_PERSONS)]
    return [_poor(told, known, key, name) for key, name in groups if key in there]


def _of(group: str) -> str:
    return group.partition("=")[0]


def _poor(told: Precise, frame: pandas.DataFrame, group: str, name: str) -> dict[str, Any]:
    say = told.say
    values = analysis.cube(frame, "poverty", [A, B], group).of_draws
    change = 100.0 * (values[:, 1] - values[:, 0])
    low, median, high = (float(value) for value in quantiles(change[~np.isnan(change)], [LOW, 0.5, HIGH]))
    a, b = (say.percent(float(np.nanmedian(values[:, k])), 1) for k in range(2))
    verdict = judged(change).verdict
    said = {"more": N_("higher"), "fewer": N_("lower")}.get(verdict, verdict)
    return {
        "group": say.text(name), "a": a, "b": b, "verdict": verdict, "judged": say.text(said),
        "text": "0" if verdict == SAME else say.number(median, 2, signed=True),
        "band": MISSING if verdict == SAME else say.text(
            "{low} to {high}", low=say.number(low, 2, signed=True), high=say.number(high, 2, signed=True)),
        "median": median, "low": low, "high": high, "unit": say.text(POINTS),
    }  # fmt: skip


def answer(
    layout: Layout, tables: Sequence[Floats], made: Mapping[str, Any], names: Sequence[str], say: Language
) -> dict[str, Any]:
    """Return all that is said of two designs; the accounts behind the headlines where the FIGURES have details."""
    whole = "details" in made
    told = answers.telling(layout, tables, made, names, say, answers.rows_of(layout, tables) if whole else None)
    found: dict[str, Any] = {
        "lang": say.code, "names": list(names), "headlines": answers.headlines(told, made),
        "notes": list(answers.notes(told, made)),
    }  # fmt: skip
    if whole:
        found |= {"cards": answers.cards(told, made), "map": answers.regions(told, made),
                  "why": why(told), "who": who(told), "poor": poor(told)}  # fmt: skip
    return found
