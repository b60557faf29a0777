"""A server for tests of the page: the real one, rooms and words and headers, with made-up figures instead of the model.

The figures have the shapes of ``workshop/API.md``. They follow from the levers by an invented rule, so that a test can
move a lever and see the page change in milliseconds; nothing here is about Kyrgyzstan.
"""

import asyncio
import json
import socket
import threading
import time
import zlib
from contextlib import asynccontextmanager

import numpy as np
import uvicorn
from starlette.responses import JSONResponse, StreamingResponse
from starlette.routing import Route

from sim.outcomes.outcome import ALL as ALL_PEOPLE
from sim.outcomes.outcome import HORIZON
from workshop import designs, pages, server
from workshop.basis import Basis
from workshop.country import TILES
from workshop.figures import Layout, Place
from workshop.outcomes import BASIS, INTERVALS, described

MONTHS, ALL = 48, 48
GROUPS = {
    "oblast": list(TILES),
    "decile": [str(k) for k in range(1, 11)],
    "disability": ["yes", "no"],
    "operator": ["woman", "man"],
}
SIZES = {
    "jobs": 14_000.0,
    "families": 30_000.0,
    "persons": 20_000.0,
    "som": 5e9,
    "contracts": 53_000.0,
    "person-years": 9e3,
    "job-years": 2e4,
    "som a month": 2_000.0,
    "share of contract families": 0.2,
    "som per job": 3e5,
}


def runs(short, name, unit, draws):
    """Return made-up draws: common luck, an effect of the levers."""
    luck = np.random.default_rng(zlib.crc32(name.encode())).normal(size=ALL)
    own = np.random.default_rng(zlib.crc32((name + short).encode())).normal(size=ALL)
    change = designs.read(short).changes
    strength = 1.0 + 0.3 * ("grant" in change) + 0.5 * ("levy" in change) * (name == "jobs_disability")
    if short == "none":
        return np.zeros(draws)
    return (SIZES.get(unit, 10.0) * strength * (1.0 + 0.25 * luck + 0.03 * own))[:draws]


def spread(values, dots=True):
    low, median, high = (float(q) for q in np.quantile(values, [0.05, 0.5, 0.95]))
    many = len(values) >= 4
    out = {"median": median, "low": low if many else None, "high": high if many else None, "undefined": 0.0}
    if dots:
        out["dots"] = [float(q) for q in np.quantile(values, (np.arange(20) + 0.5) / 20)] if many else None
    return out


def change(values, better, dots=True):
    found = spread(values, dots)
    low, high = found["low"] or 0.0, found["high"] or 0.0
    verdict = "more" if low > 0 else "fewer" if high < 0 else "cannot be told apart"
    if not values.any():
        verdict = "the same"
    if len(values) < 4:
        verdict = "too early"
    share = float(np.mean(np.where(values == 0, 0.5, values > 0)))
    probability = None if not better else share if better == "more" else 1.0 - share
    return found | {"verdict": verdict, "better": probability, "better_error": 0.05, "more_in": round(20 * share)}


def figures(shorts, draws, details=True):
    """Return FIGURES of ``workshop/API.md``."""
    known = described()
    value = {name: [runs(short, name, o["unit"], draws) for short in shorts] for name, o in known.items()}
    out = {
        "designs": [designs.read(short).as_dict() for short in shorts],
        "draws": draws,
        "of": ALL,
        "scale": 1000,
        "kind": "simulated",
        "stage": "complete" if draws == ALL else "first" if draws == 4 else "refining",
        "interval": {
            "coverage": 0.9,
            "method": "quantile",
            "text": INTERVALS["quantile" if draws >= 20 else "student"],
        },
        "outcomes": {name: [spread(v) for v in value[name]] for name in known},
        "differences": {
            name: [None, *(change(v - value[name][0], known[name]["better"]) for v in value[name][1:])]
            for name in known
        },
    }
    if len(shorts) > 2:
        out["ranking"] = {}
        for name, o in known.items():
            table = np.array(value[name]) * (-1 if o["better"] == "less" else 1)
            top = table.max(axis=0)
            out["ranking"][name] = [
                {"best": float(np.mean(row == top)), "regret": float(np.mean(top - row))} for row in table
            ]
    if details and draws >= 4:
        ramp = np.linspace(0.05, 1.0, MONTHS)
        series = lambda v: {  # noqa: E731
            key: [float(x) for x in np.quantile(v, q) * ramp]
            for key, q in (("median", 0.5), ("low", 0.05), ("high", 0.95), ("inner_low", 0.25), ("inner_high", 0.75))
        }
        monthly = [name for name, o in known.items() if o["monthly"]]
        part = lambda name, k: value[name][k] / 9.0  # noqa: E731
        names = ("net_jobs", "families_better", "families_worse")
        out["details"] = {
            "monthly": {name: [series(v) for v in value[name]] for name in monthly},
            "monthly_differences": {
                name: [None, *(series(v - value[name][0]) for v in value[name][1:])] for name in monthly
            },
            "groups": {
                dimension: {
                    name: {
                        group: [spread(part(name, k) * (1 + j / 9), dots=False) for k in range(len(shorts))]
                        for j, group in enumerate(groups)
                    }
                    for name in names
                }
                for dimension, groups in GROUPS.items()
            },
            "group_differences": {
                dimension: {
                    name: {
                        group: [
                            None,
                            *(change(part(name, k) - part(name, 0), "more", dots=False) for k in range(1, len(shorts))),
                        ]
                        for group in groups
                    }
                    for name in names
                }
                for dimension, groups in GROUPS.items()
            },
        }
    return out


def health():
    return {
        "ready": True,
        "draws": 4,
        "of": ALL,
        "scale": 1000,
        "start": "2026-01",
        "horizon": "2029-12",
        "model": "0badcafe",
        "version": "0.1.0",
        "basis": {"kind": "prior", "text": BASIS["prior"]},
        "room": False,
    }


delay = {"seconds": 0.02}


async def start(request):
    return JSONResponse(pages._fixed() | {"health": health(), "first": figures(["today", "grant:200000"], ALL)})


async def stream(request):
    shorts = request.query_params.getlist("d")
    details = request.query_params.get("details") != "0"

    async def events():
        if any("loan:" in short for short in shorts):  # the one lever whose designs are estimated first
            guess = figures(shorts, ALL, details=False) | {"draws": 0, "kind": "estimated", "stage": "estimated"}
            guess["interval"] = {"coverage": 0.9, "method": "estimate", "text": INTERVALS["estimate"]}
            yield f"event: figures\ndata: {json.dumps(guess | {'learnt_from': 300, 'error': {'net_jobs': 2500.0}})}\n\n"
        for draws in (4, 16, ALL):
            await asyncio.sleep(delay["seconds"])
            yield f"event: figures\ndata: {json.dumps(figures(shorts, draws, details))}\n\n"
        yield f'event: end\ndata: {{"draws": {ALL}}}\n\n'

    return StreamingResponse(events(), media_type="text/event-stream")


async def command(request):
    return JSONResponse({"file": "workshop.toml", "toml": "", "command": "kelishim compare workshop.toml --draws 48"})


async def story(request):
    return JSONResponse(
        {
            "kind": request.query_params["kind"],
            "identifier": 7,
            "title": {"month": None, "text": "{count} families", "values": {"count": 1}},
            "paragraphs": [{"month": "2027-03", "text": "Bishkek", "values": {}}],
            "versus": [{"month": "2027-04", "text": "Talas", "values": {}}],
            "parting": [{"month": None, "text": "{low} to {high}", "values": {"low": 1, "high": 2500}}],
        }
    )


class Standing:
    """Stands for the model: nothing is simulated, every run is known at once."""

    draws = ALL
    basis = Basis(
        {"scale": 1000, "start": "2026-01", "horizon": "2029-12"},
        [{}] * ALL,
        list(range(ALL)),
        "prior",
        "0badcafe",
        "w",
    )

    def __init__(self):
        regions = [Place("net_jobs", f"oblast={name}", HORIZON) for name in TILES]
        self.layout = Layout(tuple([Place(name, ALL_PEOPLE, HORIZON) for name in described()] + regions))

    def foresee(self, shorts):
        return None

    def known(self, short):
        return ALL

    async def follow(self, shorts, draws):
        yield draws

    def table(self, short, draws):
        units = {name: about["unit"] for name, about in described().items()}
        columns = [
            runs(short, place.outcome + place.group, units[place.outcome], draws) for place in self.layout.places
        ]
        return np.array(columns).T


@asynccontextmanager
async def lifespan(app):
    yield
    app.state.desk.close()


def application(folder, address):
    app = server.application(server.Settings(rate=1e6, burst=1e6, folder=folder, address=address))
    app.router.lifespan_context = lifespan
    app.state.simulations = Standing()
    made_up = {"start": start, "stream": stream, "story": story, "command": command}
    app.router.routes[:0] = [Route(f"/api/{name}", handler) for name, handler in made_up.items()]
    return app


class Running:
    """The server on a port of its own, in a thread, until closed."""

    def __init__(self, folder):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.address = f"http://127.0.0.1:{port}"
        app = application(folder, self.address)
        self.token = app.state.desk.rooms.token
        settings = {"log_level": "critical", "timeout_keep_alive": 1, "timeout_graceful_shutdown": 1}
        self.server = uvicorn.Server(uvicorn.Config(app, port=port, **settings))
        self.thread = threading.Thread(target=self.server.run, daemon=True)
        self.thread.start()
        until = time.monotonic() + 20.0
        while not self.server.started and time.monotonic() < until:
            time.sleep(0.02)

    def close(self):
        self.server.should_exit = True
        self.thread.join(5.0)
