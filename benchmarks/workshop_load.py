"""Load on the workshop's server: how long a moved lever waits for its first headline with an interval.

    python benchmarks/workshop_load.py page             # Chromium: from a lever's release to the new headline
    python benchmarks/workshop_load.py one              # the same questions without a browser
    python benchmarks/workshop_load.py room             # 20 pages, each moves a lever every 3 s for 10 minutes
    python benchmarks/workshop_load.py ready            # start of the server, warm cache
    python benchmarks/workshop_load.py workers          # threads against processes for the same runs

Every lever is moved to a value that was never asked before, so nothing is answered from memory. The first headline with
an interval may be an estimate, which says so; how many were, and when the simulation of exactly these levers came, is
printed beside it. A question that is superseded before its answer counts as a wait of as long as it stood; nothing is
left out.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import httpx

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from browser import browser, opened  # noqa: E402

from workshop.basis import basis  # noqa: E402
from workshop.designs import made  # noqa: E402
from workshop.levers import levers  # noqa: E402
from workshop.problems import Problem  # noqa: E402
from workshop.worlds import Country  # noqa: E402

SERVER = """
import os, sys, uvicorn
from pathlib import Path
from workshop.orders import THREADS
os.environ.update(dict.fromkeys(THREADS, "1"))  # as workshop.serving does
from workshop.server import Settings, application
folder, rate = Path(sys.argv[2]), float(sys.argv[3])
settings = Settings(folder=folder, runs=folder, rate=rate, burst=5 * rate)
uvicorn.run(application(settings), port=int(sys.argv[1]), log_level="error")
"""
RATE = 100.0  # requests a second allowed to the one address that all clients of this test share
EVERY = 3.0  # seconds between two moves of one page


class Levers:
    """A page whose user moves one lever at a time, never to a place that was asked before."""

    def __init__(self, seed: int, asked: set[str]) -> None:
        self.levers = levers()
        self.luck = random.Random(seed)
        self.asked = asked
        self.now: dict[str, object] = {}

    def move(self) -> str:
        """Return the short form of the next design."""
        while True:
            lever = self.luck.choice(self.levers)
            if lever.kind == "number":
                steps = round((lever.high - lever.low) / lever.step)
                value: object = round(lever.low + lever.step * self.luck.randint(0, steps), 6)
            else:
                value = self.luck.choice(lever.choices).value
            changes = self.now | {lever.key: value}
            if len(changes) > 5:
                changes.pop(self.luck.choice(sorted(changes)))
            try:
                short = made(changes).short
            except Problem:
                continue
            if short not in self.asked:
                self.asked.add(short)
                self.now = changes
                return short


class Answers:
    """When the first headline with an interval came, and when the first simulated one; seconds."""

    def __init__(self) -> None:
        self.headlines: list[float] = []
        self.simulated: list[float] = []
        self.estimated = self.superseded = self.superseded_runs = 0
        self.failed: list[str] = []

    def summary(self) -> dict[str, object]:
        """Return what is printed."""
        return summary(self.headlines) | {
            "estimates_first": self.estimated, "superseded_before_an_answer": self.superseded,
            "simulated": summary(self.simulated), "superseded_before_the_simulation": self.superseded_runs,
            "failed": len(self.failed), "why": self.failed[:3],
        }  # fmt: skip


async def look(client: httpx.AsyncClient, short: str, answers: Answers, *, stay: bool) -> None:
    """Look at a design beside today's law until its simulation is there, or for as long as one is let."""
    began, name, headline, run = time.perf_counter(), "", 0.0, 0.0
    try:
        async with client.stream("GET", "/api/stream", params={"d": ["today", short]}) as answer:
            answer.raise_for_status()
            async for line in answer.aiter_lines():
                if line.startswith("event: "):
                    name = line[7:]
                elif line.startswith("data: ") and name == "problem":
                    answers.failed.append(line[:200])
                elif line.startswith("data: ") and name == "figures" and not run:
                    found = json.loads(line[6:])
                    assert found["outcomes"]["net_jobs"][1]["low"] is not None
                    simulated = found["kind"] == "simulated"
                    answers.estimated += not headline and not simulated
                    headline = headline or time.perf_counter() - began
                    run = time.perf_counter() - began if simulated else 0.0
                    if run and not stay:
                        return
    except httpx.HTTPError as error:
        answers.failed.append(repr(error)[:200])
    finally:
        stood = time.perf_counter() - began
        answers.headlines.append(headline or stood)
        answers.simulated.append(run or stood)
        answers.superseded += not headline
        answers.superseded_runs += not run


async def one(url: str, count: int) -> dict[str, object]:
    """One page: the next lever is moved when the simulation is there."""
    levers, answers = Levers(1, {"today"}), Answers()
    async with httpx.AsyncClient(base_url=url, timeout=60) as client:
        for _ in range(count):
            await look(client, levers.move(), answers, stay=False)
            await asyncio.sleep(0.3)
    return answers.summary()


RELEASE = """([key, value]) => new Promise((told) => {
  const range = document.getElementById(`lever-${key}-range`), answers = document.querySelector('.answers');
  const began = performance.now();
  const watch = new MutationObserver(() => {
    if (answers.hasAttribute('aria-busy') || !answers.querySelector('.headline .sides')) return;
    watch.disconnect();
    requestAnimationFrame(() => setTimeout(() => told(performance.now() - began)));
  });
  watch.observe(answers, { attributes: true, subtree: true, childList: true });
  range.value = value;
  range.dispatchEvent(new Event('input', { bubbles: true }));
  range.dispatchEvent(new Event('change', { bubbles: true }));
})"""


def page(url: str, count: int) -> dict[str, object]:
    """One page in Chromium: from the release of a slider until the headline with its interval has been painted."""
    sliders, luck, waits = [lever for lever in levers() if lever.kind == "number"], random.Random(1), []
    with browser() as chromium:
        shown = opened(chromium, url, "#explore?lang=en&a=today&b=today")
        shown.wait_for_selector(".headline .sides")
        shown.wait_for_timeout(2000)
        for k in range(count):
            lever = sliders[k % len(sliders)]
            steps = round((lever.high - lever.low) / lever.step)
            value = round(lever.low + lever.step * luck.randint(1, steps), 6)
            before = shown.evaluate("key => Number(document.getElementById(`lever-${key}-range`).value)", lever.key)
            if value != before:
                waits.append(shown.evaluate(RELEASE, [lever.key, value]) / 1000)
            shown.wait_for_timeout(1000 * luck.uniform(0.2, 1.5))
            if k % 5 == 4:
                shown.get_by_role("button", name="Today’s law on both sides").click()
                shown.wait_for_timeout(300)
        assert not shown.complaints, shown.complaints
    return summary(waits)


async def room(url: str, clients: int, seconds: float) -> dict[str, object]:
    """Many pages: each moves a lever every three seconds and looks on until it moves the next."""
    asked: set[str] = {"today"}
    answers = Answers()
    until = time.perf_counter() + seconds

    async def page(number: int) -> None:
        levers = Levers(100 + number, asked)
        await asyncio.sleep(number * EVERY / clients)
        async with httpx.AsyncClient(base_url=url, timeout=60) as client:
            while time.perf_counter() < until:
                looking = asyncio.create_task(look(client, levers.move(), answers, stay=True))
                await asyncio.sleep(EVERY)
                looking.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await looking

    await asyncio.gather(*(page(number) for number in range(clients)))
    return answers.summary()


def summary(waits: list[float]) -> dict[str, object]:
    """Return the quantiles of the waits, ms."""
    cuts = statistics.quantiles(waits, n=100, method="inclusive")
    return {
        "questions": len(waits), "median_ms": round(1000 * cuts[49]), "p95_ms": round(1000 * cuts[94]),
        "p99_ms": round(1000 * cuts[98]), "longest_ms": round(1000 * max(waits)),
    }  # fmt: skip


@contextlib.contextmanager
def server(folder: Path):
    """Run a server of its own; yield its address and the seconds until a first answer was possible."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    began = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-c", SERVER, str(port), str(folder), str(RATE)], cwd=ROOT)
    url, paint, ready = f"http://127.0.0.1:{port}", 0.0, 0.0
    try:
        while not ready:
            with contextlib.suppress(httpx.HTTPError):
                found = httpx.get(f"{url}/api/start", timeout=5).json()
                now = time.perf_counter() - began
                paint = paint or now
                ready = now if found["health"]["ready"] else 0.0
            time.sleep(0.02)
        yield url, paint, ready, process
    finally:
        process.terminate()
        process.wait(10)


def wait_for_draws(url: str, draws: int, learnt: int = 250) -> None:
    """Wait until so many draws are in memory, and estimates are learnt from so many runs."""
    while (health := httpx.get(f"{url}/api/health").json())["draws"] < draws or health["estimates"] < learnt:
        time.sleep(0.5)


def workers(draws: int = 4) -> dict[str, object]:
    """Time the same runs in one process, in two threads of one process and in two processes."""
    designs = [f"grant:{150_000 + 1000 * k}" for k in range(1, 9)]
    out: dict[str, object] = {}
    country = _country(draws)
    began = time.perf_counter()
    for design in designs:
        for k in range(draws):
            country.run(design, k)
    out["one_process_s"] = round(time.perf_counter() - began, 2)
    country = _country(draws)
    with ThreadPoolExecutor(2) as pool:
        began = time.perf_counter()
        list(pool.map(_half, [country] * 2, [designs] * 2, [(0, 2), (1, 3)]))
        out["two_threads_s"] = round(time.perf_counter() - began, 2)
    with ProcessPoolExecutor(2, mp_context=get_context("spawn"), initializer=_keep, initargs=(draws,)) as pool:
        list(pool.map(_ready, range(8)))
        began = time.perf_counter()
        list(pool.map(_kept_half, [designs] * 2, [(0, 2), (1, 3)]))
        out["two_processes_s"] = round(time.perf_counter() - began, 2)
    return out


def _country(draws: int):
    behind = basis(1000, draws)
    country = Country(behind.scenario, behind.sets, behind.seeds)
    for k in range(draws):
        country.prepare(k)
        country.run("today", k)
    return country


def _half(country, designs: list[str], draws: tuple[int, ...]) -> None:
    for design in designs:
        for k in draws:
            country.run(design, k)


def _keep(draws: int) -> None:
    global KEPT
    KEPT = _country(draws)


def _ready(number: int) -> int:
    time.sleep(0.2)
    return number


def _kept_half(designs: list[str], draws: tuple[int, ...]) -> None:
    _half(KEPT, designs, draws)


def main() -> None:
    """Run one of the measurements and print it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["page", "one", "room", "ready", "workers"])
    parser.add_argument("--count", type=int, default=60)
    parser.add_argument("--clients", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=600.0)
    parser.add_argument("--folder", help="where runs are kept between measurements; a new one if not given")
    asked = parser.parse_args()
    if asked.what == "workers":
        print(json.dumps(workers()))
        return
    with tempfile.TemporaryDirectory() as made:
        folder = asked.folder or made
        with server(Path(folder)) as (url, paint, ready, _):
            wait_for_draws(url, 48)
            while httpx.get(f"{url}/api/result", params={"d": "today", "draws": 48}, timeout=120).status_code == 503:
                time.sleep(1.0)
            if asked.what == "page":
                print(json.dumps(page(url, asked.count)))
            elif asked.what == "one":
                print(json.dumps(asyncio.run(one(url, asked.count))))
            elif asked.what == "room":
                print(json.dumps(asyncio.run(room(url, asked.clients, asked.seconds))))
        if asked.what == "ready":
            with server(Path(folder)) as (_, paint, ready, _):
                print(json.dumps({"first_paint_s": round(paint, 2), "ready_s": round(ready, 2)}))


if __name__ == "__main__":
    main()
