"""Load on the workshop's server: how long a moved lever waits for its first headline with an interval.

    python benchmarks/workshop_load.py page             # Chromium: from a lever's release to the new headline;
                                                        # 2 to 4 minutes of two cores until it can begin
    python benchmarks/workshop_load.py one              # the same questions without a browser
    python benchmarks/workshop_load.py room             # 20 pages, each moves a lever every 3 s for 10 minutes
    python benchmarks/workshop_load.py ready            # start of the server, warm cache
    python benchmarks/workshop_load.py workers          # threads against processes for the same runs

Every lever is moved to a value that was never asked before, so nothing is answered from memory. The first headline with
an interval may be an estimate, which says so; how many were, and when the simulation of exactly these levers came, is
printed beside it. A question that is superseded before its answer counts as a wait of as long as it stood; nothing is
left out. Every measurement ends by itself: the beginning after --begin seconds, the rest after --seconds.
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

from workshop.basis import DRAWS, basis  # noqa: E402
from workshop.designs import made  # noqa: E402
from workshop.levers import levers  # noqa: E402
from workshop.problems import Problem  # noqa: E402
from workshop.simulations import ENOUGH  # noqa: E402
from workshop.worlds import Country  # noqa: E402

SERVER = """
import os, sys, uvicorn
from pathlib import Path
from workshop.orders import THREADS
os.environ.update(dict.fromkeys(THREADS, "1"))  # as workshop.serving does
from workshop.server import Settings, application
folder, rate, draws = Path(sys.argv[2]), float(sys.argv[3]), int(sys.argv[4])
settings = Settings(folder=folder, runs=folder, rate=rate, burst=5 * rate, draws=draws)
uvicorn.run(application(settings), port=int(sys.argv[1]), log_level="error")
"""
START_LIMIT = 600.0  # seconds, with the compiling of the model
LIMIT = 30.0  # seconds that one move is waited for
LEARNT = 250  # runs that estimates are learnt from before the measurement begins
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
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(look(client, levers.move(), answers, stay=False), LIMIT)
            await asyncio.sleep(0.3)
    return answers.summary()


RELEASE = """([key, value, whole, most]) => new Promise((told) => {
  const range = document.getElementById(`lever-${key}-range`), answers = document.querySelector('.answers');
  const began = performance.now(), found = {};
  const watch = new MutationObserver(look), late = setTimeout(end, 1000 * most);
  function end() {
    watch.disconnect();
    clearTimeout(late);
    told(found);
  }
  function look() {
    if (answers.hasAttribute('aria-busy') || !answers.querySelector('.headline .sides')) return;
    const bar = answers.querySelector('progress'), guessed = answers.querySelector('.headline .badge') !== null;
    const done = !guessed && bar.value === bar.max;
    const parts = ['first', ...(guessed ? ['estimate'] : ['simulated']), ...(done ? ['complete'] : [])];
    requestAnimationFrame(() => setTimeout(() => {
      for (const part of parts) found[part] ??= performance.now() - began;
      if (done || (!whole && found.simulated)) end();
    }));
  }
  watch.observe(answers, { attributes: true, subtree: true, childList: true });
  range.value = value;
  range.dispatchEvent(new Event('input', { bubbles: true }));
  range.dispatchEvent(new Event('change', { bubbles: true }));
})"""
PARTS = ("first", "estimate", "simulated", "complete")  # headline of any kind, of each kind, all runs


def page(url: str, count: int, most: float) -> dict[str, object]:
    """One page in Chromium: from the release of a slider until what it gives has been painted; for ``most`` seconds.

    The first headline is an estimate or a simulation; every tenth move waits for all runs, the others go on once the
    headline is simulated. A move without a simulated headline after LIMIT seconds counts as so long, and is counted.
    """
    sliders, luck = [lever for lever in levers() if lever.kind == "number"], random.Random(1)
    waits: dict[str, list[float]] = {part: [] for part in PARTS}
    late, began = 0, time.monotonic()
    with browser() as chromium:
        shown = opened(chromium, url, "#explore?lang=en&a=today&b=today")
        shown.wait_for_selector(".headline .sides")
        shown.wait_for_timeout(2000)
        for k in range(count):
            if time.monotonic() - began > most:
                break
            lever = sliders[k % len(sliders)]
            steps = round((lever.high - lever.low) / lever.step)
            value = round(lever.low + lever.step * luck.randint(1, steps), 6)
            before = shown.evaluate("key => Number(document.getElementById(`lever-${key}-range`).value)", lever.key)
            if value != before:
                found = shown.evaluate(RELEASE, [lever.key, value, k % 10 == 9, LIMIT])
                late += "simulated" not in found
                for part in PARTS:
                    if part in found:
                        waits[part].append(found[part] / 1000)
                if "simulated" not in found:
                    waits["simulated"].append(LIMIT)
            shown.wait_for_timeout(1000 * luck.uniform(0.2, 1.5))
            if k % 5 == 4:
                shown.get_by_role("button", name="Today’s law on both sides").click()
                shown.wait_for_timeout(300)
        assert not shown.complaints, shown.complaints
    return {part: summary(waits[part]) for part in PARTS} | {"moves": len(waits["simulated"]), "not_in_time": late}


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
    """Return the quantiles of the waits, ms; of fewer than two there are none."""
    if len(waits) < 2:
        return {"questions": len(waits)}
    cuts = statistics.quantiles(waits, n=100, method="inclusive")
    return {
        "questions": len(waits), "median_ms": round(1000 * cuts[49]), "p95_ms": round(1000 * cuts[94]),
        "p99_ms": round(1000 * cuts[98]), "longest_ms": round(1000 * max(waits)),
    }  # fmt: skip


@contextlib.contextmanager
def server(folder: Path, draws: int):
    """Run a server of its own; yield its address and the seconds until a first answer was possible."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    began = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-c", SERVER, str(port), str(folder), str(RATE), str(draws)], cwd=ROOT)
    url, paint, ready = f"http://127.0.0.1:{port}", 0.0, 0.0
    try:
        while not ready:
            if process.poll() is not None or time.perf_counter() - began > START_LIMIT:
                raise SystemExit("the server did not start")
            with contextlib.suppress(httpx.HTTPError):
                found = httpx.get(f"{url}/api/health" if paint else f"{url}/api/start", timeout=5).json()
                now = time.perf_counter() - began
                paint = paint or now
                ready = now if found.get("ready") else 0.0
            time.sleep(0.1)  # whoever asks all the time takes the time of the processes that simulate
        yield url, paint, ready, process
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()


def wait_for_draws(url: str, draws: int, most: float) -> dict[str, object]:
    """Wait until so many draws are in memory, as many of today's law are run, and estimates learnt from so many runs.

    After ``most`` seconds it goes on with what is there; returns what that is.
    """
    began, health, today = time.monotonic(), {"draws": 0, "estimates": 0}, False
    while time.monotonic() - began < most:
        with contextlib.suppress(httpx.HTTPError):
            health = httpx.get(f"{url}/api/health", timeout=10).json()
            if health["draws"] >= draws and not today:
                asked = httpx.get(f"{url}/api/result", params={"d": "today", "draws": draws}, timeout=40)
                today = asked.status_code == 200
            if today and (draws < ENOUGH or health["estimates"] >= LEARNT):
                break
        time.sleep(0.5)
    return {"after_s": round(time.monotonic() - began), "draws": health["draws"], "today": today,
            "estimates_from": health["estimates"]}  # fmt: skip


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
    parser.add_argument("--draws", type=int, default=DRAWS, help="below 20 no estimates are made")
    parser.add_argument("--begin", type=float, default=600.0, help="seconds after which it is measured as it is")
    parser.add_argument("--folder", help="where runs are kept between measurements; a new one if not given")
    asked = parser.parse_args()
    if asked.what == "workers":
        print(json.dumps(workers()))
        return
    with tempfile.TemporaryDirectory() as made:
        folder = asked.folder or made
        with server(Path(folder), asked.draws) as (url, paint, ready, _):
            if asked.what != "ready":
                print(json.dumps({"begun": wait_for_draws(url, asked.draws, asked.begin)}), flush=True)
            if asked.what == "page":
                print(json.dumps(page(url, asked.count, asked.seconds), indent=1))
            elif asked.what == "one":
                print(json.dumps(asyncio.run(one(url, asked.count))))
            elif asked.what == "room":
                print(json.dumps(asyncio.run(room(url, asked.clients, asked.seconds))))
        if asked.what == "ready":
            with server(Path(folder), asked.draws) as (_, paint, ready, _):
                print(json.dumps({"first_paint_s": round(paint, 2), "ready_s": round(ready, 2)}))


if __name__ == "__main__":
    main()
