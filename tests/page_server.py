"""A server for tests of the page: the real one, rooms and words and headers, with made-up figures instead of the model.

The runs follow from the levers by an invented rule, so that a test can move a lever and see the page change in
milliseconds; nothing here is about Kyrgyzstan. What is said of them is said by the server's own modules.
"""

import asyncio
import json
import socket
import threading
import time
import zlib
from contextlib import asynccontextmanager
from functools import lru_cache

import numpy as np
import uvicorn
from starlette.responses import JSONResponse, StreamingResponse
from starlette.routing import Route

from experiments.mechanisms import ACCOUNTS
from sim.outcomes import CODEBOOK
from workshop import designs, pages, results, server, summary, telling, whys
from workshop.basis import Basis
from workshop.country import TILES
from workshop.examples import EXAMPLES, QUESTIONS
from workshop.figures import Layout, Place
from workshop.later import finished as followed
from workshop.lives import Choice
from workshop.outcomes import BASIS, BEHIND, DIMENSIONS, INTERVALS, ON_MAP, ON_PAGE, WHY

MONTHS, ALL = 48, 48
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
    "share of persons": 0.2,
    "som per job": 3e5,
}
OF_LEVY = ("jobs_disability", "employed_disability", "levy_due", "employer_cost")
GROUPS = {
    "oblast": list(TILES),
    "decile": [str(k) for k in range(1, 11)],
    "disability": ["yes", "no"],
    "operator": ["woman", "man"],
    "sex": ["men", "women"],
    "age": ["under 18", "18 to 57", "58 and older"],
    "size": ["5-19", "250 and more"],
}
SUMS = {account.total: account.lines for account in ACCOUNTS if account.total in WHY}


def places():
    """Return the places of a row: every outcome of the page and behind it, in all, by group and by month."""
    out = []
    for name in (*ON_PAGE, *(name for name in BEHIND if name not in ON_PAGE)):
        out.append(Place(name, "all", -1))
        grouped = name in (*ON_MAP.values(), "families_better", "families_worse")
        for dimension in dict.fromkeys((*(DIMENSIONS if grouped else ()), *BEHIND.get(name, ()))):
            out += [Place(name, f"{dimension}={group}", -1) for group in GROUPS.get(dimension, ())]
        if name in ON_PAGE and ON_PAGE[name].by_month is not None:
            out += [Place(name, "all", 48 + month) for month in range(MONTHS)]
    return tuple(out)


LAYOUT = Layout(places())


def runs(short, name, unit):
    """Return made-up draws: common luck, an effect of the levers."""
    luck = np.random.default_rng(zlib.crc32(name.encode())).normal(size=ALL)
    own = np.random.default_rng(zlib.crc32((name + short).encode())).normal(size=ALL)
    change = dict(designs.read(short).changes)
    strength = 1.0 + 0.3 * ("grant" in change) + 0.5 * ("levy" in change) * (name in OF_LEVY)
    if short == "none":
        return np.zeros(ALL)
    return SIZES.get(unit, 10.0) * strength * (1.0 + 0.25 * luck + 0.03 * own)


@lru_cache(maxsize=256)
def table(short):
    """Return the made-up rows of a design; the steps of an account add up to its total."""
    whole = {place.outcome: runs(short, place.outcome, CODEBOOK[place.outcome].unit) for place in LAYOUT.places}
    for total, lines in SUMS.items():
        whole[total] = sum(sign * whole[name] for name, sign in lines.values())
    out = np.empty((ALL, len(LAYOUT.places)))
    for k, place in enumerate(LAYOUT.places):
        share = 1.0 if place.group == "all" else (1.0 + zlib.crc32(place.group.encode()) % 9 / 9.0) / 9.0
        ramp = 1.0 if place.month < 0 else (place.month - 47) / MONTHS
        out[:, k] = whole[place.outcome] * share * ramp
    return out


def figures(shorts, draws, details=True, reader=None):
    """Return FIGURES of made-up runs."""
    tables = [table(short)[:draws] for short in shorts]
    out = summary.figures(LAYOUT, tables, details=details)
    out |= {
        "designs": [designs.read(short).as_dict() for short in shorts],
        "of": ALL,
        "scale": 1000,
        "stage": "complete" if draws == ALL else "first" if draws == 4 else "refining",
    }
    if reader is not None:
        out["answer"] = whys.answer(LAYOUT, tables, out, reader.names, reader.say)
    return out


def health():
    return {
        "ready": True,
        "draws": 4,
        "of": ALL,
        "scale": 1000,
        "finer": 10,
        "start": "2026-01",
        "horizon": "2029-12",
        "model": "0badcafe",
        "version": "0.1.0",
        "basis": {"kind": "prior", "text": BASIS["prior"]},
        "room": False,
    }


delay = {"seconds": 0.02}


async def start(request):
    first = QUESTIONS[0]
    shown = [designs.read(short) for short in (first.first, first.second)]
    labels = {designs.read(each.short).short: each.label for each in EXAMPLES}
    say = results.asked_language(request)
    reader = results.Reader(say, tuple(say.text(labels[design.short]) for design in shown))
    found = figures([design.short for design in shown], ALL, reader=reader)
    return JSONResponse(pages._fixed() | {"health": health(), "first": found})


async def stream(request):
    shorts = request.query_params.getlist("d")
    details = request.query_params.get("details") != "0"
    reader = results.asked_reader(request, [designs.read(short) for short in shorts])

    async def events():
        if any("loan:" in short for short in shorts):  # the one lever whose designs are estimated first
            guess = figures(shorts, ALL, details=False, reader=reader) | {
                "draws": 0,
                "kind": "estimated",
                "stage": "estimated",
            }
            guess["interval"] = {"coverage": 0.9, "method": "estimate", "text": INTERVALS["estimate"]}
            yield f"event: figures\ndata: {json.dumps(guess | {'learnt_from': 300, 'error': {'net_jobs': 2500.0}})}\n\n"
        for draws in (4, 16, ALL):
            await asyncio.sleep(delay["seconds"])
            yield f"event: figures\ndata: {json.dumps(figures(shorts, draws, details, reader))}\n\n"
        yield f'event: end\ndata: {{"draws": {ALL}}}\n\n'

    return StreamingResponse(events(), media_type="text/event-stream")


async def command(request):
    return JSONResponse({"file": "workshop.toml", "toml": "", "command": "kelishim compare workshop.toml --draws 48"})


def title_of(kind):
    """Return who a made-up life is."""
    if kind == "man":
        return telling._line(None, telling.MAN, {"region": "Osh oblast", "age": 34})
    if kind in ("mother", "family"):
        return telling._line(None, telling.FAMILY, {"region": "Naryn", "size": 5, "children": 3})
    values = {"owner": "A state enterprise", "region": "Talas", "industry": "trade", "staff": 80}
    return telling._line(None, telling.STAFF, values)


async def story(request):
    found = {"kind": request.query_params["kind"], "differing": 2, "share": telling._line(None, telling.NO_ONE)}
    if found["kind"] != "school":
        found["share"] = telling._share(Choice(0, 0, 0.04, 50, 2))
        found |= {
            "title": title_of(found["kind"]),
            "paragraphs": [telling._sent((62, "It is paid a grant of {grant} som.", {"grant": 150_000}, "good"))],
            "versus": [telling._sent((63, "The business closes.", {}, "bad"))],
            "parting": [telling._line(None, telling.PART, {"month": 62})],
        }  # fmt: skip
    return JSONResponse(telling.finished(found, results.asked_language(request)))


async def parts(request):
    made = [{"gross_jobs": 900.0, "deadweight": 400.0, "net_jobs": 500.0}, {"gross_jobs": 1400.0, "deadweight": 500.0,
                                                                            "net_jobs": 900.0}]  # fmt: skip
    others = dict.fromkeys(("displacement", "multiplier", "quota_jobs", "financing"), 0.0)
    return JSONResponse(whys.jobs([[others | each] * 4 for each in made], results.asked_language(request)))


async def later(request):
    months = np.minimum(np.arange(108), 47)
    grown = [(90.0 * months, (150.0 + 6.0 * run) * months) for run in range(4)]
    return JSONResponse(followed(grown, results.asked_language(request)))


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

    layout = LAYOUT

    def foresee(self, shorts):
        return None

    def known(self, short):
        return ALL

    async def follow(self, shorts, draws):
        yield draws

    def table(self, short, draws):
        return table(short)[:draws]


@asynccontextmanager
async def lifespan(app):
    yield
    app.state.desk.close()


def application(folder, address):
    app = server.application(server.Settings(rate=1e6, burst=1e6, folder=folder, address=address))
    app.router.lifespan_context = lifespan
    app.state.simulations = Standing()
    made_up = {"start": start, "stream": stream, "story": story, "command": command, "parts": parts, "later": later}
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
