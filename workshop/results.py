"""Results: the routes that answer with figures of designs, as they come in."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from experiments.language import Language, language
from workshop import summary, whys
from workshop.answers import SIDES
from workshop.designs import Design, read_all
from workshop.orders import LEVELS
from workshop.outcomes import COVERAGE, ESTIMATE, INTERVALS
from workshop.problems import Problem
from workshop.rooms import clean
from workshop.simulations import PATIENCE, Simulations

MOST_STREAMS = 300
LANGUAGES = ("en", "ky", "ru")
CATALOGUES = Path(__file__).parent / "languages"
STREAM_HEADERS = {"cache-control": "no-store", "x-accel-buffering": "no"}


def asked_designs(request: Request) -> list[Design]:
    """Return the designs of a request."""
    return read_all(request.query_params.getlist("d"))


def asked_draws(request: Request, most: int, default: int) -> int:
    """Return the number of draws of a request."""
    text = request.query_params.get("draws", str(min(default, most)))
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0
    if not 1 <= number <= most:
        raise Problem("wrong_value", name="draws", value=text[:40], wish=f"a whole number from 1 to {most}")
    return number


class Reader(NamedTuple):
    """For whom figures are put into words: the language, and what the designs are called."""

    say: Language
    names: tuple[str, ...]


def asked_language(request: Request) -> Language:
    """Return the language of a request."""
    code = request.query_params.get("lang", "en")
    if code not in LANGUAGES:
        raise Problem("wrong_value", name="lang", value=code[:20], wish="one of " + ", ".join(LANGUAGES))
    return language(code, CATALOGUES)


def asked_reader(request: Request, designs: Sequence[Design]) -> Reader | None:
    """Return for whom two designs are put into words; nobody where no language is named or they are not two."""
    if "lang" not in request.query_params or len(designs) != 2:
        return None
    given = request.query_params.getlist("label")[:2]
    names = [clean(text, "label", 120) if text else "" for text in given] + [""] * (2 - len(given))
    return Reader(asked_language(request), tuple(name or side for name, side in zip(names, SIDES, strict=True)))


def asked_details(request: Request) -> bool:
    """Tell whether a request wants more than headlines."""
    text = request.query_params.get("details", "1")
    if text not in ("0", "1"):
        raise Problem("wrong_value", name="details", value=text[:40], wish="0 or 1")
    return text == "1"


async def figures(
    simulations: Simulations, designs: Sequence[Design], draws: int, *, details: bool, reader: Reader | None = None
) -> dict[str, Any]:
    """Return FIGURES of the first draws of designs, which must be known; in words for a reader."""
    layout = simulations.layout
    assert layout is not None
    tables = [simulations.table(design.short, draws) for design in designs]
    made = await asyncio.to_thread(summary.figures, layout, tables, details=details)
    stage = "first" if draws <= LEVELS[0] else "complete" if draws == simulations.draws else "refining"
    made |= {
        "designs": [design.as_dict() for design in designs],
        "of": simulations.draws,
        "scale": simulations.basis.scenario["scale"],
        "stage": stage,
    }
    if reader is not None:
        made["answer"] = await asyncio.to_thread(whys.answer, layout, tables, made, reader.names, reader.say)
    return made


def estimated(
    simulations: Simulations, designs: Sequence[Design], reader: Reader | None = None
) -> dict[str, Any] | None:
    """Return FIGURES that are an estimate from runs of other designs, or ``None`` if none can be made."""
    estimator = simulations.estimates()
    if estimator is None or len(designs) > 2 or any(design.closed for design in designs):
        return None
    complete = [simulations.known(design.short) == simulations.draws for design in designs]
    tables = [
        simulations.table(design.short, simulations.draws) if done else estimator.table(design)
        for design, done in zip(designs, complete, strict=True)
    ]
    made = summary.figures(estimator.layout, tables, details=False, rough=True)
    for change in (change for changes in made["differences"].values() for change in changes if change):
        change |= {"better": None, "better_error": None, "more_in": None, "dots": None}
    made["designs"] = [design.as_dict() for design in designs]
    if reader is not None:
        made["answer"] = whys.answer(estimator.layout, tables, made, reader.names, reader.say)
    return made | {
        "draws": 0,
        "of": simulations.draws,
        "scale": simulations.basis.scenario["scale"],
        "kind": "estimated",
        "stage": "estimated",
        "interval": {"coverage": COVERAGE, "method": ESTIMATE, "text": INTERVALS[ESTIMATE]},
        "learnt_from": estimator.runs,
        "error": estimator.error(),
    }


async def waited(simulations: Simulations, designs: Sequence[Design], draws: int) -> None:
    """Wait until some draws of designs are known; raises :class:`Problem` if that takes too long."""
    try:
        async with asyncio.timeout(PATIENCE):
            async for known in simulations.follow([design.short for design in designs], draws):
                if known >= min(draws, simulations.draws):
                    return
    except TimeoutError:
        raise Problem("busy" if simulations.ready else "getting_ready") from None


async def result(request: Request) -> Response:
    """Answer with FIGURES once as many draws are there as were asked for."""
    simulations: Simulations = request.app.state.simulations
    designs = asked_designs(request)
    draws = asked_draws(request, simulations.draws, LEVELS[0])
    details, reader = asked_details(request), asked_reader(request, designs)
    await waited(simulations, designs, draws)
    return JSONResponse(await figures(simulations, designs, draws, details=details, reader=reader))


async def stream(request: Request) -> Response:
    """Answer with server-sent events: FIGURES each time more draws are there."""
    simulations: Simulations = request.app.state.simulations
    designs = asked_designs(request)
    draws = asked_draws(request, simulations.draws, simulations.draws)
    wish = asked_details(request), asked_reader(request, designs)
    streams: set[object] = request.app.state.streams
    if len(streams) >= MOST_STREAMS:
        raise Problem("busy")
    return StreamingResponse(
        _events(simulations, designs, draws, wish, streams), media_type="text/event-stream", headers=STREAM_HEADERS
    )


async def _events(
    simulations: Simulations, designs: Sequence[Design], draws: int, wish: tuple[bool, Reader | None],
    streams: set[object],
) -> AsyncIterator[bytes]:  # fmt: skip
    mark, guessed, waiting, (details, reader) = object(), False, False, wish
    streams.add(mark)
    try:
        async for known in simulations.follow([design.short for design in designs], draws):
            if known:  # the first showing is the headlines alone, because somebody waits for it
                wanted = details and (known > LEVELS[0] or known == draws)
                yield event("figures", await figures(simulations, designs, known, details=wanted, reader=reader))
            elif not guessed and (guess := estimated(simulations, designs, reader)) is not None:
                guessed = True
                yield event("figures", guess)
            elif not waiting:
                waiting = True  # the first figures may come at once: nothing is said of waiting before a second is over
            else:
                yield event("waiting", {"ahead": simulations.ahead, "ready": simulations.ready})
        yield event("end", {"draws": draws})
    except Problem as problem:
        yield event("problem", problem.as_dict())
    finally:
        streams.discard(mark)


def event(name: str, data: Any) -> bytes:
    """Return a server-sent event."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return f"event: {name}\ndata: {text}\n\n".encode()
