"""Server: the application that ``kelishim serve`` runs; routes are data, each handler a short function."""

from __future__ import annotations

import asyncio
import logging
import sys
import tomllib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, NamedTuple

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from experiments import provenance, study
from sim.population.sampling import LABOUR_SCALE
from workshop import designs
from workshop.basis import DRAWS, SCALE, basis
from workshop.examples import EXAMPLES, QUESTIONS
from workshop.pages import STATIC
from workshop.pool import Pool
from workshop.problems import Problem
from workshop.refusing import refused
from workshop.rooms import Rooms
from workshop.routes import OPERATIONS
from workshop.security import Buckets, Guard
from workshop.sessions import Desk
from workshop.simulations import Simulations
from workshop.storing import cache_folder, data_folder

log = logging.getLogger("kelishim.workshop")
LOCAL_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})


class Settings(NamedTuple):
    """How the server was started."""

    network: bool = False  # serves the local network
    rate: float = 40.0  # requests a second and client
    burst: float = 200.0
    scale: int = SCALE
    labour_scale: int = LABOUR_SCALE
    draws: int = DRAWS
    workers: int = 0  # processes that simulate; 0 is one for each core, at most four
    address: str = "http://127.0.0.1:8600"  # as phones reach it
    folder: Path | None = None  # where sessions are kept; the user's own data folder if not given
    runs: Path | None = None  # where runs are kept; the user's own cache folder if not given


class Files(StaticFiles):
    """The files of the page: looked up again each time, so that an update is seen at once."""

    def file_response(self, *arguments: Any, **names: Any) -> Response:
        """Return a file with the order to ask whether it changed."""
        response = super().file_response(*arguments, **names)
        response.headers["cache-control"] = "no-cache"
        return response


async def _http_error(request: Request, error: Exception) -> Response:
    status = getattr(error, "status_code", 500)
    return refused(Problem({404: "not_found", 405: "wrong_method"}.get(status, "not_found")), request.headers)


@asynccontextmanager
async def _lifespan(app: Starlette) -> AsyncIterator[None]:
    """Run the processes that simulate for as long as the server runs; the page is served before they are ready."""
    settings: Settings = app.state.settings
    pool = app.state.spawned or Pool(settings.workers)
    app.state.spawned = None
    pool.start()
    beginning: asyncio.Task[None] | None = None
    try:
        runs = settings.runs or cache_folder()
        found = await asyncio.to_thread(basis, settings.scale, settings.draws, runs, settings.labour_scale)
        asked = [designs.read(short).short for one in QUESTIONS for short in (one.first, one.second)]
        shown = [designs.TODAY, *asked, *(example.short for example in EXAMPLES), *app.state.desk.rooms.submitted()]
        app.state.simulations = Simulations(found, runs, pool, shown)
        app.state.version = _version()
        beginning = asyncio.create_task(_begin(app.state.simulations))
        yield
        app.state.simulations.memory.close()
    finally:
        if beginning is not None:
            beginning.cancel()
            await asyncio.gather(beginning, return_exceptions=True)
        pool.stop()
        app.state.desk.close()


async def _begin(simulations: Simulations) -> None:
    """Let the processes simulate; if this version of the model never ran on this computer, compile it first."""
    if not study.compiled().exists():
        log.warning("Compiling the model for this computer (a minute or two, once after each change of the program).")
        compiling = await asyncio.create_subprocess_exec(sys.executable, "-m", "workshop.compiling")
        try:
            await compiling.wait()
        finally:
            if compiling.returncode is None:
                compiling.terminate()
                await compiling.wait()
    simulations.begin()


def _version() -> str | None:
    """Return the version of the program: as installed, or as its own folder says; ``None`` if neither does."""
    installed = provenance.versions()["kelishim"]
    if installed[:1].isdigit():
        return installed
    project = STATIC.parents[1] / "pyproject.toml"
    return str(tomllib.loads(project.read_text("utf-8"))["project"]["version"]) if project.is_file() else None


def application(settings: Settings, pool: Pool | None = None) -> Starlette:
    """Return the application; ``pool`` are processes that were spawned already."""
    routes: list[Any] = [Route(each.path, each.handler, methods=[each.method]) for each in OPERATIONS]
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
    app.state.spawned = pool
    app.state.streams = set()
    app.state.desk = Desk(Rooms((settings.folder or data_folder()) / "sessions.sqlite"), lambda: settings.address)
    return app
