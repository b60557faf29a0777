"""Waterfalls: how a total comes about, step by step, each design against a country without it.

The steps are those of the exact identities of :mod:`experiments.mechanisms`; the screen, the report, the slides and the
data files take them from here. Means over draws stand in them, because the steps of every run add up and so do their
means; medians would not.

*Rounding.* Every running total is rounded as any other figure. A printed step is the printed running total after it
less the one before it. So printed steps add up to the printed total, to the last digit, and a step differs from its own
rounding by one unit of that digit at most.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from experiments import analysis, words
from experiments.marks import N_
from experiments.mechanisms import Account, accounts
from experiments.sections import Cell, Row, Section
from sim.errors import ResultError

if TYPE_CHECKING:
    from experiments.telling import Telling

SHOWN = ("net_jobs", "net_fiscal_cost", "consumption_change")  # totals, in the order in which they are shown
TITLES = {  # apart from those of the same accounts of differences
    "net_jobs": N_("From gross to net jobs"), "net_fiscal_cost": N_("Money of the budget, step by step"),
}  # fmt: skip
TOLERANCE = 1e-6  # of the largest step
STEP, BETWEEN, TOTAL = "step", "between", "total"
BAR = 30  # letters of the widest bar on the screen
MORE, LESS = "█", "░"
READING = N_(
    "Means over the draws, each design against a country without it. Running totals are rounded, and a step is the "
    "difference of two of them, so the steps add up to the last digit. Each figure is what its step adds to the line "
    "at the end: what lowers it has a minus. Other tables hold medians, which do not add up and can be a tenth or more "
    "away from these means."
)


class Rung(NamedTuple):
    """One bar of a waterfall, in whole units of the last printed digit."""

    label: str
    kind: str  # STEP, BETWEEN (a sum so far that has a name) or TOTAL
    start: int
    end: int

    @property
    def size(self) -> int:
        """What is printed: of a step its change, of a sum where it stands."""
        return self.end - self.start if self.kind == STEP else self.end


class Waterfall(NamedTuple):
    """One account of all designs, ready to be drawn or printed; every design has the same rungs in the same order."""

    name: str
    title: str
    scale: words.Scale
    unit: str  # in words, of money with prices and months
    rungs: Mapping[str, Sequence[Rung]]  # design -> its rungs

    @property
    def step(self) -> float:
        """One unit of the last printed digit, in units of the outcome."""
        return self.scale.divisor * 10.0**-self.scale.decimals

    def said(self, told: Telling, rung: Rung) -> str:
        """Return the figure of a rung; steps have their sign."""
        return told.figure(rung.size * self.step, self.scale, signed=rung.kind == STEP)


def found(told: Telling) -> list[Waterfall]:
    """Return the waterfalls that a study has all figures for."""
    there = {account.total: account for account in accounts(told.summary.outcomes)}
    made = (_made(told, there[total]) for total in SHOWN if total in there)
    return [one for one in made if one is not None]


def means(told: Telling, account: Account, design: str) -> tuple[dict[str, float], float]:
    """Return the mean of each line and of the total over the draws that have all of them; raises ``ResultError``.

    Lines have their sign. Lines that do not add up to the total are a fault of what made the results.
    """
    frame = told.summary.frame
    values = {line: sign * analysis.cube(frame, outcome, [design]).of_draws[:, 0]
              for line, (outcome, sign) in account.lines.items()}  # fmt: skip
    total = analysis.cube(frame, account.total, [design]).of_draws[:, 0]
    complete = np.isfinite(np.stack([total, *values.values()])).all(axis=0)
    if not complete.any():
        return dict.fromkeys(values, math.nan), math.nan
    lines = {line: float(value[complete].mean()) for line, value in values.items()}
    mean = float(total[complete].mean())
    gap = abs(sum(lines.values()) - mean)
    if gap > TOLERANCE * max(1.0, *map(abs, lines.values())):
        raise ResultError(f"the steps of {account.total} under '{design}' miss it by {gap:.3g}")
    return lines, mean


def climbed(steps: Sequence[float], unit: float) -> list[tuple[int, int]]:
    """Return start and end of each step in whole units: running totals are rounded half away from zero.

    >>> climbed([10.4, -3.4, -0.6], 1.0)
    [(0, 10), (10, 7), (7, 6)]
    """
    ends, running = [0], 0.0
    for step in steps:
        running += step
        ends.append(int(math.copysign(math.floor(abs(running) / unit + 0.5), running)))
    return list(itertools.pairwise(ends))


def _made(told: Telling, account: Account) -> Waterfall | None:
    designs = told.summary.designs
    lines = {design: means(told, account, design) for design in designs}
    known = {design: made for design, (made, total) in lines.items() if math.isfinite(total)}
    moving = [line for line in account.lines if any(made[line] for made in known.values())]
    if len(moving) < 2:
        return None
    sums = [abs(value) for design in known for value in np.cumsum([known[design][line] for line in moving])]
    scale = told.scale(account.total, sums)
    unit = scale.divisor * 10.0**-scale.decimals
    rungs = {design: list(_rungs(told, account, made, moving, unit)) for design, made in known.items()}
    title = told.say.text(TITLES.get(account.total, account.title))
    return Waterfall(account.total, title, scale, told.unit(account.total, scale), rungs)


def _rungs(
    told: Telling, account: Account, made: Mapping[str, float], moving: Sequence[str], unit: float
) -> Iterator[Rung]:
    text = told.say.text
    ends = climbed([made[line] for line in moving], unit)
    named = {line: name for line, name in account.between.items() if line in moving and line != moving[-1]}
    for line, (start, end) in zip(moving, ends, strict=True):
        yield Rung(text(line), STEP, start, end)
        if line in named:
            yield Rung(text(named[line]), BETWEEN, 0, end)
    yield Rung(f"= {told.label(account.total)}", TOTAL, 0, ends[-1][1])


def section(told: Telling, one: Waterfall) -> Section:
    """Return a waterfall as a table: steps down, designs across."""
    columns = tuple((design, told.title(design)) for design in one.rungs)
    first = next(iter(one.rungs.values()))
    rows = tuple(
        Row(f"{one.name}-{place}", rung.label, tuple(
            Cell(one.said(told, rungs[place]), rungs[place].size * one.step) for rungs in one.rungs.values()
        ))
        for place, rung in enumerate(first)
    )  # fmt: skip
    return Section(one.name, f"{one.title} ({one.unit})", columns, rows)


def bars(told: Telling, one: Waterfall, design: str, width: int = 79) -> list[str]:
    """Return the waterfall of a design as lines of text with bars."""
    rungs = one.rungs[design]
    figures = [one.said(told, rung) for rung in rungs]
    right = max(map(len, figures))
    left = width - BAR - right - 4
    low, high = min(0, *(rung.end for rung in rungs)), max(0, *(rung.end for rung in rungs))
    out = []
    for rung, figure in zip(rungs, figures, strict=True):
        a, b = (round(BAR * (place - low) / ((high - low) or 1)) for place in sorted((rung.start, rung.end)))
        filled = (LESS if rung.kind == STEP and rung.size < 0 else MORE) * max(b - a, int(rung.size != 0))
        bar = (" " * min(a, BAR - len(filled)) + filled).ljust(BAR)
        label = rung.label if len(rung.label) <= left else f"{rung.label[: left - 1]}…"
        out.append(f"{label:<{left}}  {bar}  {figure:>{right}}")
    return out
