"""Picture: what the designs of a session give for the outcome that the room was asked about, and how guesses did.

Every design is compared with today's law run by run. All designs are shown after the same number of runs; those that
are still being simulated are named as such, never left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from starlette.requests import Request
from starlette.responses import JSONResponse

from experiments import words
from experiments.language import Language
from experiments.marks import N_
from workshop import scoring
from workshop.designs import TODAY
from workshop.figures import Floats
from workshop.orders import LEVELS
from workshop.outcomes import described
from workshop.pages import first_level
from workshop.results import asked_language
from workshop.sessions import desk_of, is_facilitator, must_be_inside, token_of
from workshop.simulations import Simulations
from workshop.summary import Spread, method_of, rough_error

NO_NAME = "–"
GUESSED = {scoring.MORE: N_("more"), scoring.SAME: N_("about the same"), scoring.FEWER: N_("fewer")}


def common_draws(simulations: Simulations, shorts: Sequence[str]) -> int:
    """Return after how many runs designs are shown together: all, once one of them is complete; else the fewest."""
    known = [count for short in shorts if (count := simulations.known(short)) >= LEVELS[0]]
    if not known or simulations.known(TODAY) < LEVELS[0]:
        return 0
    if max(known) == simulations.draws == simulations.known(TODAY):
        return simulations.draws
    return first_level(min(*known, simulations.known(TODAY)))


def values_of(simulations: Simulations, short: str, outcome: str, draws: int) -> Floats | None:
    """Return an outcome of a design run by run, ``None`` where it is not simulated so far."""
    layout = simulations.layout
    if layout is None or not draws or simulations.known(short) < draws:
        return None
    return np.asarray(simulations.table(short, draws)[:, layout.headline(outcome)])


def difference_of(values: Floats, reference: Floats, outcome: str) -> dict[str, Any]:
    """Return the paired difference of one outcome with its verdict."""
    found = Spread((values - reference)[:, None]).change(0, described()[outcome]["better"], dots=False)
    return found | {"method": method_of(len(values))}


def said(change: dict[str, Any], scale: words.Scale, say: Language) -> str:
    """Return a difference in words: its middle, and the range of nine in ten cases."""
    low, median, high = (float("nan") if change[key] is None else change[key] for key in ("low", "median", "high"))
    middle, interval = (
        words.figure(median, scale, say, signed=True), words.interval(low, high, scale, say, signed=True)
    )  # fmt: skip
    return middle if interval in (words.MISSING, say.text("no spread")) else f"{middle} ({interval})"


def of_designs(
    simulations: Simulations, state: dict[str, Any], outcome: str, say: Language
) -> tuple[list[dict[str, Any]], words.Scale]:
    """Return a row for each design of a session against today's law, the best first, and their scale."""
    groups = {group["number"]: group["name"] for group in state["groups"]}
    draws = common_draws(simulations, [each["design"]["short"] for each in state["designs"]])
    reference = values_of(simulations, TODAY, outcome, draws)
    rows = []
    for each in state["designs"]:
        values = values_of(simulations, each["design"]["short"], outcome, draws)
        row = {key: each[key] for key in ("number", "name", "votes")}
        row |= {"group": groups.get(each["group"], say.text("facilitator")), "short": each["design"]["short"]}
        change = difference_of(values, reference, outcome) if values is not None and reference is not None else None
        rows.append(row | {"change": change, "draws": draws if change else 0})
    known = [row["change"][key] for row in rows if row["change"] for key in ("low", "median", "high")]
    unit = described()[outcome]["unit"]
    scale = words.scale_of([value for value in known if value is not None], unit, say)
    errors = [rough_error(row["change"], row["draws"]) for row in rows if row["change"]]
    scale = words.sure(scale, errors, [row["change"]["median"] or 0.0 for row in rows if row["change"]])
    for row in rows:
        row["text"] = said(row["change"], scale, say) if row["change"] else say.text("still being simulated")
        row["verdict"] = words.said(row["change"]["verdict"], unit, say) if row["change"] else words.MISSING
    sign = -1.0 if described()[outcome]["better"] == "less" else 1.0
    rows.sort(key=lambda row: -sign * (row["change"]["median"] or 0.0) if row["change"] else float("inf"))
    return rows, scale


def of_guesses(
    simulations: Simulations, state: dict[str, Any], guesses: Sequence[dict[str, Any]],
    question: tuple[str, str, str], say: Language, *, shown: bool,
) -> dict[str, Any]:  # fmt: skip
    """Return what the groups guessed about a question beside what the runs give, with points for each range."""
    first, second, outcome = question
    groups = {group["number"]: group["name"] for group in state["groups"]}
    known = min(simulations.known(first), simulations.known(second)) if shown else 0
    draws = simulations.draws if known == simulations.draws else first_level(known)
    one, two = (values_of(simulations, short, outcome, draws) for short in (first, second))
    truth = difference_of(two, one, outcome) if one is not None and two is not None else None
    paired = two - one if one is not None and two is not None else None
    ends = [guess[key] for guess in guesses for key in ("low", "high") if guess[key] is not None]
    ends += [truth[key] for key in ("low", "median", "high") if truth and truth[key] is not None]
    scale = words.scale_of(ends, described()[outcome]["unit"], say)
    rows = []
    for guess in guesses:
        row = guess | {"name": groups.get(guess["group"], NO_NAME), "points": None}
        row["text"] = say.text(GUESSED[guess["answer"]])
        if guess["low"] is not None:
            row["text"] = _range(guess["low"], guess["high"], scale, say)
            finite = paired[np.isfinite(paired)] if paired is not None else np.array([])
            row["points"] = scoring.points(finite, guess["low"], guess["high"]) if len(finite) else None
        rows.append(row)
    if truth:
        exact = words.sure(scale, [rough_error(truth, draws)], [truth["median"] or 0.0])
    rows.sort(key=lambda row: (-(row["points"] if row["points"] is not None else -1), row["group"]))
    return {
        "rows": rows, "truth": truth, "draws": draws, "unit": scale.unit,
        "text": said(truth, exact, say) if truth else say.text("still being simulated"),
        "verdict": words.said(truth["verdict"], described()[outcome]["unit"], say) if truth else words.MISSING,
    }  # fmt: skip


def _range(low: float, high: float, scale: words.Scale, say: Language) -> str:
    if low == high:
        return words.figure(low, scale, say, signed=True)
    return words.interval(low, high, scale, say, signed=True)


async def picture(request: Request) -> JSONResponse:
    """Answer with the picture of a session as the one who asks may see it, in finished words."""
    desk, code = desk_of(request), request.path_params["code"]
    simulations: Simulations = request.app.state.simulations
    say, member = asked_language(request), await must_be_inside(request, code)
    facilitator = is_facilitator(request)
    state = await desk.state(code, member, facilitator=facilitator, token=token_of(request))
    outcome = state["outcome"]
    shown = facilitator or not state["hidden"]
    question = tuple(design["short"] for design in state["question"])
    simulations.foresee([*question, *(design["design"]["short"] for design in state["designs"])])
    rows, scale = of_designs(simulations, state, outcome, say) if shown else ([], words.scale_of([], "jobs", say))
    asked = (question[0], question[1], outcome)
    told = of_guesses(simulations, state, state["guesses"] or [], asked, say, shown=shown)
    waiting = [row["short"] for row in rows if row["draws"] < simulations.draws]
    waiting += [short for short in question if simulations.known(short) < simulations.draws]
    return JSONResponse(
        {
            "version": state["version"], "hidden": not shown, "outcome": outcome,
            "label": say.text(described()[outcome]["label"]), "unit": scale.unit,
            "designs": rows, "guesses": told, "pending": len(set(waiting)) if shown else 0,
        }
    )  # fmt: skip
