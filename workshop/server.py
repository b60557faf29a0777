"""Server: the application that ``kelishim serve`` runs; routes are data, each handler a short function."""

from __future__ import annotations

import asyncio
import hashlib
import importlib
import json
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from experiments import provenance
from sim import months
from workshop import designs, results, sessions
from workshop.basis import DRAWS, SCALE, basis
from workshop.country import LAST_MONTH, START_MONTH, TILES
from workshop.examples import EXAMPLES
from workshop.levers import GROUPS, levers
from workshop.outcomes import DIMENSIONS, described
from workshop.pool import LEVELS
from workshop.problems import Problem
from workshop.rooms import Rooms
from workshop.security import Buckets, Guard, only, parsed, problem_response
from workshop.sessions import Desk
from workshop.simulations import Simulations
from workshop.storing import cache_folder, data_folder

STATIC = Path(__file__).parent / "static"
LANGUAGES = ("en", "ky", "ru")
MOST_WORKERS = 4
LOCAL_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})

Handler = Callable[[Request], Awaitable[Response]]


class Settings(NamedTuple):
    """How the server was started."""

    network: bool = False  # serves the local network
    rate: float = 40.0  # requests a second and client
    burst: float = 200.0
    scale: int = SCALE
    draws: int = DRAWS
    workers: int = 0  # processes that simulate; 0 is one for each core, at most four
    address: str = "http://127.0.0.1:8600"  # as phones reach it
    folder: Path | None = None  # where runs and sessions are kept; the user's own folders if not given


async def index(request: Request) -> Response:
    """Answer with the page; its screens are fragments."""
    return Response((STATIC / "index.html").read_bytes(), media_type="text/html", headers={"cache-control": "no-cache"})


def _health(request: Request) -> dict[str, Any]:
    simulations: Simulations = request.app.state.simulations
    return {
        "ready": simulations.ready,
        "draws": simulations.prepared,
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
    shown = [designs.Design(), designs.read(EXAMPLES[0].short)]
    known = min(simulations.known(design.short) for design in shown)
    level = max((n for n in LEVELS if n <= known), default=0)
    first = await results.figures(simulations, shown, level, details=True) if level else None
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
    body = await asyncio.to_thread(_catalogue, code)
    tag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
    headers = {"etag": tag, "cache-control": "no-cache"}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    return Response(body, media_type="application/json", headers=headers)


@lru_cache(maxsize=3)
def _catalogue(code: str) -> bytes:
    catalogue = importlib.import_module("workshop.catalogue")  # owned by the page; looked up when a page asks
    return json.dumps(catalogue.page_catalogue(code), ensure_ascii=False).encode()


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
        "examples": [
            {"name": e.name, "label": e.label, "design": designs.read(e.short).as_dict()} for e in EXAMPLES
        ],
    }  # fmt: skip


ROUTES: tuple[tuple[str, str, Handler], ...] = (
    ("GET", "/", index),
    ("GET", "/r/{code:str}", index),
    ("GET", "/api/health", health),
    ("GET", "/api/start", start),
    ("GET", "/api/levers", show_levers),
    ("GET", "/api/design", show_design),
    ("POST", "/api/design", make_design),
    ("GET", "/api/languages/{code:str}", language),
    ("GET", "/api/stream", results.stream),
    ("GET", "/api/result", results.result),
    ("GET", "/api/facilitator", sessions.who),
    ("POST", "/api/facilitator", sessions.sign_in),
    ("DELETE", "/api/facilitator", sessions.sign_out),
    ("GET", "/api/rooms", sessions.list_rooms),
    ("POST", "/api/rooms", sessions.open_room),
    ("GET", "/api/rooms/{code:str}", sessions.show_room),
    ("PATCH", "/api/rooms/{code:str}", sessions.steer),
    ("DELETE", "/api/rooms/{code:str}", sessions.delete_room),
    ("GET", "/api/rooms/{code:str}/events", sessions.watch_room),
    ("GET", "/api/rooms/{code:str}/qr.svg", sessions.show_qr),
    ("POST", "/api/rooms/{code:str}/join", sessions.join),
    ("POST", "/api/rooms/{code:str}/designs", sessions.submit),
    ("DELETE", "/api/rooms/{code:str}/designs/{number:int}", sessions.withdraw),
    ("POST", "/api/rooms/{code:str}/prediction", sessions.predict),
    ("POST", "/api/rooms/{code:str}/vote", sessions.vote),
    ("POST", "/api/rooms/{code:str}/undo", sessions.undo),
    ("DELETE", "/api/rooms/{code:str}/groups/{number:int}", sessions.remove_group),
)


class Files(StaticFiles):
    """The files of the page: looked up again each time, so that an update is seen at once."""

    def file_response(self, *arguments: Any, **names: Any) -> Response:
        """Return a file with the order to ask whether it changed."""
        response = super().file_response(*arguments, **names)
        response.headers["cache-control"] = "no-cache"
        return response


async def _http_error(request: Request, error: Exception) -> Response:
    status = getattr(error, "status_code", 500)
    return problem_response(Problem({404: "not_found", 405: "wrong_method"}.get(status, "not_found")))


@asynccontextmanager
async def _lifespan(app: Starlette) -> AsyncIterator[None]:
    """Run the processes that simulate for as long as the server runs."""
    settings: Settings = app.state.settings
    found = await asyncio.to_thread(basis, settings.scale, settings.draws)
    shown = [designs.TODAY, *(example.short for example in EXAMPLES)]
    workers = settings.workers or min(os.cpu_count() or 1, MOST_WORKERS)
    app.state.simulations = Simulations(found, cache_folder(settings.folder), workers, shown)
    app.state.simulations.start()
    app.state.version = provenance.versions()["kelishim"]
    try:
        yield
    finally:
        app.state.simulations.stop()
        app.state.desk.close()


def application(settings: Settings) -> Starlette:
    """Return the application."""
    routes: list[Any] = [Route(path, handler, methods=[method]) for method, path, handler in ROUTES]
    routes.append(Mount("/static", Files(directory=STATIC, check_dir=False)))
    app = Starlette(
        routes=routes,
        middleware=[
            Middleware(
                Guard, names=LOCAL_NAMES, network=settings.network, buckets=Buckets(settings.rate, settings.burst)
            ),
            Middleware(GZipMiddleware, minimum_size=1000, compresslevel=6),
        ],
        exception_handlers={404: _http_error, 405: _http_error},
        lifespan=_lifespan,
    )
    app.state.settings = settings
    app.state.streams = set()
    app.state.desk = Desk(Rooms(data_folder(settings.folder) / "sessions.sqlite"), lambda: settings.address)
    return app
