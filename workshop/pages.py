"""Pages: the routes that the page asks first: itself, its words, levers, designs, and whether the model is ready."""

from __future__ import annotations

import asyncio
import hashlib
import importlib
import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sim import months
from workshop import designs, results
from workshop.country import LAST_MONTH, START_MONTH, TILES
from workshop.examples import EXAMPLES, QUESTIONS
from workshop.levers import GROUPS, levers
from workshop.lives import PERSONAS
from workshop.orders import LEVELS
from workshop.outcomes import CHOICES, DIMENSIONS, described
from workshop.problems import Problem
from workshop.results import LANGUAGES as LANGUAGES
from workshop.security import only, parsed
from workshop.simulations import Simulations

STATIC = Path(__file__).parent / "static"


async def index(request: Request) -> Response:
    """Answer with the page; its screens are fragments."""
    return Response((STATIC / "index.html").read_bytes(), media_type="text/html", headers={"cache-control": "no-cache"})


async def index_of_room(request: Request) -> Response:
    """Answer with the page; it reads the code of the session from its address."""
    return await index(request)


def first_level(known: int) -> int:
    """Return the largest showing that a number of known draws allows, 0 if none."""
    return max((n for n in LEVELS if n <= known), default=0)


def _health(request: Request) -> dict[str, Any]:
    simulations: Simulations = request.app.state.simulations
    return {
        "ready": simulations.ready,
        "draws": simulations.prepared,
        "estimates": simulations.estimator.runs if simulations.estimator else 0,
        "room": request.app.state.settings.network,
        "version": request.app.state.version,
        **simulations.basis.as_dict(),
    }


async def health(request: Request) -> Response:
    """Say whether the model can answer, and what it is."""
    return JSONResponse(_health(request))


async def start(request: Request) -> Response:
    """Answer with everything that the first paint needs."""
    simulations: Simulations = request.app.state.simulations
    say = results.asked_language(request)
    shown = [designs.read(QUESTIONS[0].first), designs.read(QUESTIONS[0].second)]
    labels = {designs.read(each.short).short: each.label for each in EXAMPLES}
    reader = results.Reader(say, tuple(say.text(labels[design.short]) for design in shown))
    known = min(simulations.known(design.short) for design in shown)
    level = first_level(known)
    first = await results.figures(simulations, shown, level, details=True, reader=reader) if level else None
    return JSONResponse(_fixed() | {"health": _health(request), "first": first})


async def show_levers(request: Request) -> Response:
    """Answer with the levers alone."""
    return JSONResponse({key: _fixed()[key] for key in ("levers", "groups")})


async def show_design(request: Request) -> Response:
    """Answer with a design in canonical form."""
    return JSONResponse(designs.read(request.query_params.get("d", "")).as_dict())


async def make_design(request: Request) -> Response:
    """Answer with the canonical form of some changes."""
    body = only(parsed(await request.body()), "changes")
    changes = body.get("changes")
    if not isinstance(changes, dict):
        raise Problem("wrong_value", name="changes", value=str(changes)[:40], wish="a table of levers and values")
    return JSONResponse(designs.made(changes).as_dict())


async def language(request: Request) -> Response:
    """Answer with the words of the page in one language."""
    code = request.path_params["code"]
    if code not in LANGUAGES:
        raise Problem("not_found")
    body = await asyncio.to_thread(_catalogue, code, "ids" in request.query_params)
    tag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
    headers = {"etag": tag, "cache-control": "no-cache"}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    return Response(body, media_type="application/json", headers=headers)


@lru_cache(maxsize=6)
def _catalogue(code: str, ids: bool) -> bytes:
    catalogue = importlib.import_module("workshop.catalogue")  # owned by the page; looked up when a page asks
    words = catalogue.marked_catalogue(code) if ids else catalogue.page_catalogue(code)
    return json.dumps(words, ensure_ascii=False).encode()


@lru_cache(maxsize=1)
def _fixed() -> dict[str, Any]:
    """Return what never changes while the server runs."""
    return {
        "levers": [lever.as_dict() for lever in levers()],
        "groups": [{"key": key, "label": label} for key, label in GROUPS.items()],
        "outcomes": described(),
        "regions": [{"name": name, "row": row, "column": column} for name, (row, column) in TILES.items()],
        "months": [months.label(t) for t in range(START_MONTH, LAST_MONTH + 1)],
        "dimensions": DIMENSIONS,
        "choices": list(CHOICES),
        "personas": [{"name": one.name, "label": one.label, "about": one.about} for one in PERSONAS],
        "questions": [
            each._asdict() | {side: designs.read(getattr(each, side)).short for side in ("first", "second")}
            for each in QUESTIONS
        ],
        "examples": [
            {"name": e.name, "label": e.label, "design": designs.read(e.short).as_dict()} for e in EXAMPLES
        ],
    }  # fmt: skip
