"""Cheapest: which of some designs reaches what a reader wants for the least public money; cost against outcome of all.

Whether a design reaches a number is a comparison like any other: its results less that number, run by run, are judged
by the one rule (:func:`experiments.certainty.judged`). So are the costs of two designs.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from experiments import words
from experiments.certainty import FEWER, FEWEST, MORE, SAME, Errors, judged
from experiments.drawing import ticks
from experiments.language import Language
from experiments.marks import N_
from experiments.summary import Summary
from experiments.telling import Telling
from sim.outcomes import CODEBOOK
from workshop import results
from workshop.country import HORIZON, START
from workshop.designs import letter
from workshop.figures import Floats, Layout
from workshop.keeping import LARGEST, clean, one_of
from workshop.orders import LEVELS
from workshop.outcomes import CHOICES, ON_PAGE
from workshop.problems import Problem
from workshop.sessions import results_shown
from workshop.simulations import Simulations
from workshop.summary import Spread

COST = "net_fiscal_cost"
WANTED = tuple(name for name in CHOICES if ON_PAGE[name].better == "more")  # what somebody may want much of
MARKS = 5  # on an axis

SURELY, UNSURE, NOT = "surely", "unsure", "not"
REACHED = {SURELY: N_("reaches it surely"), UNSURE: N_("cannot be told"), NOT: N_("surely stays below")}
FOUND = N_("{outcome}, at least {target} {unit}: “{name}” is the cheapest design that reaches it surely. Cost: {cost}.")
ALIKE = N_("Its cost cannot be told apart from that of: {names}.")
NOBODY = N_("{outcome}, at least {target} {unit}: none of these designs reaches it surely.")
OPEN = N_("It cannot be told whether these reach it: {names}.")
TOO_FEW = N_("There are too few runs so far to say which design reaches a number: {draws} of {fewest}.")
MEANING = N_(
    "“Surely”: the middle 90 % of the runs lie above the number, and would do so in at least nine of ten other sets of "
    "as many runs. Costs are compared in the same way, run by run."
)
AMOUNT = N_("{value} {unit} ({band})")
AXIS = N_("{unit}, {note}")


class Candidate(NamedTuple):
    """A design with what it gives and costs, run by run."""

    letter: str
    name: str
    short: str
    gain: Floats
    cost: Floats
    reaches: str


def reaches(gain: Floats, target: float) -> str:
    """Tell whether results reach a number.

    >>> [reaches(np.arange(20.0), target) for target in (-1.0, 10.0, 30.0)]
    ['surely', 'unsure', 'not']
    """
    return {MORE: SURELY, SAME: SURELY, FEWER: NOT}.get(judged(gain - target).verdict, UNSURE)


def usual(gains: Sequence[Floats]) -> float:
    """Return a number to begin with: what the best lower end reaches, to one digit; zero where that is not positive.

    >>> usual([np.full(8, 11_440.0), np.full(8, 9_000.0)]), usual([np.full(8, -3.0)])
    (10000.0, 0.0)
    """
    low = max((float(np.nanquantile(gain, 0.05)) for gain in gains if np.isfinite(gain).any()), default=0.0)
    power = 10.0 ** math.floor(math.log10(low)) if low > 0.0 else 1.0
    return max(0.0, math.floor(low / power) * power)


def cheapest(candidates: Sequence[Candidate]) -> tuple[Candidate, list[Candidate]] | None:
    """Return the cheapest of those that reach the number surely, and those whose cost cannot be told from its."""
    sure = sorted((one for one in candidates if one.reaches == SURELY), key=lambda one: float(np.nanmedian(one.cost)))
    if not sure:
        return None
    return sure[0], [one for one in sure[1:] if judged(one.cost - sure[0].cost).verdict != MORE]


class Axis:
    """How the figures of one outcome are written, for all designs alike."""

    def __init__(self, values: Sequence[Floats], unit: str, say: Language) -> None:
        self.say = say
        self.spreads = [Spread(one[:, None]).short(0) for one in values]
        self.ends = [end for spread in self.spreads for end in spread.values() if end is not None]
        errors = Errors(np.stack(values, axis=1)).median
        medians = [spread["median"] or 0.0 for spread in self.spreads]
        self.scale = words.sure(words.scale_of(self.ends, unit, say), errors, medians)

    def point(self, k: int) -> dict[str, Any]:
        """Return the figure of a design with its words."""
        low, median, high = (self.spreads[k][key] for key in ("low", "median", "high"))
        text = words.figure(math.nan if median is None else median, self.scale, self.say)
        band = words.MISSING if low is None or high is None else words.interval(low, high, self.scale, self.say)
        return self.spreads[k] | {"text": text, "band": band}

    def marks(self, also: Sequence[float] = ()) -> list[dict[str, Any]]:
        """Return the marks of the axis, zero and ``also`` included."""
        ends = [0.0, *self.ends, *also]
        found = ticks(min(ends), max(ends), MARKS)
        return [{"at": at, "text": exactly(at, self.scale, self.say)} for at in found]


def answer(
    layout: Layout, tables: Sequence[Floats], named: Sequence[tuple[str, str]], asked: tuple[str, float | None],
    say: Language,
) -> dict[str, Any]:  # fmt: skip
    """Return which of some designs, named (name, short), is the cheapest that reaches a number of an outcome."""
    outcome, target = asked
    gains, costs = ([table[:, layout.headline(name)] for table in tables] for name in (outcome, COST))
    target = usual(gains) if target is None else target
    pairs = zip(named, gains, costs, strict=True)
    found = [Candidate(letter(k), name, short, gain, cost, reaches(gain, target))
             for k, ((name, short), gain, cost) in enumerate(pairs)]  # fmt: skip
    gain, cost = Axis(gains, CODEBOOK[outcome].unit, say), Axis(costs, CODEBOOK[COST].unit, say)
    empty = pandas.DataFrame()
    manifest = {"scenario": {"start": START, "horizon": HORIZON}}
    told = Telling(Summary(empty, empty, empty, empty, empty, CODEBOOK, manifest), say)

    def unit(name: str, axis: Axis) -> str:
        note = told.priced(name)
        return say.text(AXIS, unit=axis.scale.unit, note=note) if note else axis.scale.unit

    return {
        "outcome": outcome, "label": told.label(outcome), "unit": unit(outcome, gain), "draws": len(tables[0]),
        "target": target, "cost": {"label": told.label(COST), "unit": unit(COST, cost)},
        "sentences": _sentences(found, (told.label(outcome), target), (gain, cost), say), "note": say.text(MEANING),
        "marks": {"gain": gain.marks([target]), "cost": cost.marks()},
        "designs": [
            {"letter": one.letter, "name": one.name, "short": one.short, "gain": gain.point(k), "cost": cost.point(k),
             "reaches": one.reaches, "reached": say.text(REACHED[one.reaches])}
            for k, one in enumerate(found)
        ],
    }  # fmt: skip


def _sentences(
    found: Sequence[Candidate], wanted: tuple[str, float], axes: tuple[Axis, Axis], say: Language
) -> list[str]:
    """Return what is said of a number that is wanted: which design is the cheapest, and what is open."""
    if (draws := len(found[0].gain)) < FEWEST:
        return [say.text(TOO_FEW, draws=say.number(draws), fewest=say.number(FEWEST))]
    gain, cost = axes
    about = {"outcome": wanted[0], "target": exactly(wanted[1], gain.scale, say), "unit": gain.scale.unit}
    best = cheapest(found)
    if best is None:
        out = [say.text(NOBODY, **about)]
    else:
        first, others = best
        money = cost.point(next(k for k, one in enumerate(found) if one is first))
        price = say.text(AMOUNT, value=money["text"], unit=cost.scale.unit, band=money["band"])
        out = [say.text(FOUND, **about, name=first.name, cost=price)]
        if others:
            out.append(say.text(ALIKE, names=_listed(others, say)))
    unsure = [one for one in found if one.reaches == UNSURE]
    return [*out, say.text(OPEN, names=_listed(unsure, say))] if unsure else out


def exactly(value: float, scale: words.Scale, say: Language) -> str:
    """Return a number that somebody gave, or of an axis, with all its digits.

    >>> from experiments.language import language
    >>> exactly(12_345.0, words.Scale(1.0, "jobs", -2), language("en"))
    '12,345'
    """
    given = value / scale.divisor
    decimals = next((k for k in range(7) if round(given, k) == given), 7)
    return words.figure(value, scale._replace(decimals=decimals), say)


def _listed(some: Sequence[Candidate], say: Language) -> str:
    """Return designs for a sentence, by the letter of the chart and their names."""
    return words.listed([one.letter if one.name == one.letter else f"{one.letter} ({one.name})" for one in some], say)


async def show(request: Request) -> Response:
    """Answer with the cheapest design that reaches a number, and cost against outcome of all designs asked for."""
    simulations: Simulations = request.app.state.simulations
    designs, say = results.asked_designs(request), results.asked_language(request)
    draws = results.asked_draws(request, simulations.draws, LEVELS[0])
    outcome = one_of(request.query_params.get("outcome", WANTED[0]), "outcome", WANTED)
    target = _asked_target(request.query_params.get("target", ""))
    given = request.query_params.getlist("label")[: len(designs)]
    names = [clean(text, "label", 120) if text else "" for text in given] + [""] * (len(designs) - len(given))
    named = [(name or letter(k), design.short) for k, (name, design) in enumerate(zip(names, designs, strict=True))]
    await results_shown(request)
    await results.waited(simulations, designs, draws)
    assert simulations.layout is not None
    tables = [simulations.table(design.short, draws) for design in designs]
    return JSONResponse(await asyncio.to_thread(answer, simulations.layout, tables, named, (outcome, target), say))


def _asked_target(text: str) -> float | None:
    """Return the number that is wanted, nothing where none is given."""
    if not text:
        return None
    try:
        found = float(text) if len(text) <= 24 and set(text) <= set("0123456789.-+eE") else math.nan
    except ValueError:
        found = math.nan
    if not -LARGEST <= found <= LARGEST:
        raise Problem("wrong_value", name="target", value=text[:40], wish="a number")
    return found
