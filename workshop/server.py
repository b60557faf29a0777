"""Server: the application that ``kelishim serve`` runs; routes are data, each handler a short function."""

from __future__ import annotations

import asyncio
import hashlib
import importlib
import json
from collections.abc import Awaitable, Callable
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

from sim import months
from workshop import designs
from workshop.country import LAST_MONTH, START_MONTH, TILES
from workshop.examples import EXAMPLES
from workshop.levers import GROUPS, levers
from workshop.outcomes import DIMENSIONS, described
from workshop.problems import Problem
from workshop.security import Buckets, Guard, only, parsed, problem_response

STATIC = Path(__file__).parent / "static"
LANGUAGES = ("en", "ky", "ru")
LOCAL_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})

Handler = Callable[[Request], Awaitable[Response]]


class Settings(NamedTuple):
    """How the server was started."""

    network: bool = False  # serves the local network
    rate: float = 40.0  # requests a second and client
    burst: float = 200.0


async def index(request: Request) -> Response:
    """Answer with the page; its screens are fragments."""
    return Response((STATIC / "index.html").read_bytes(), media_type="text/html", headers={"cache-control": "no-cache"})


async def health(request: Request) -> Response:
    """Say whether the model can answer, and what it is."""
    return JSONResponse(request.app.state.health())


async def start(request: Request) -> Response:
    """Answer with everything that the first paint needs."""
    return JSONResponse(_fixed() | {"health": request.app.state.health(), "first": None})


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
    )
    app.state.health = lambda: {"ready": False}
    return app
