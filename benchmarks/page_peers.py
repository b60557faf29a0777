"""The workshop's page and Mesa's SolaraViz page of the same model, measured in one run with the same browser.

    python -m venv peer
    peer/bin/pip install "mesa==3.3.1" "solara==1.58.2" "solara-server==1.58.2" "solara-ui==1.58.2" \
        "solara-assets==1.58.2" "ipyvuetify<2" networkx .
    python benchmarks/page_peers.py --peer peer/bin/python          # about five minutes

The peer is ``benchmarks/peers/solaraviz_page.py``. Its packages are no dependencies of this project. Solara and its
assets are pinned alike, without which the page needs a network. Both servers run with compiled code that is kept, and
the workshop's with the runs and estimates that it keeps; each is measured alone, in turns.

answers_s         from the start of the process until the page's address answers
ready_s           the same until figures can be asked for: SolaraViz at once, workshop when any design can be simulated
first_paint_s     from the address to the first contentful paint; to_words_s: to the page's sentence about the model
to_figure_s       to the first figure of the model; SolaraViz has none before somebody presses Step, which is done here
first_load_kb     bytes that the server sent until then, websocket and headers included, counted by a forwarder
after_5_s_kb      the same five seconds later: the workshop's page has got its refined answer by then
lever_ms          from the lever's release until the headline of exactly that lever has been painted. The workshop's has
                  an interval and may be an estimate that says so; SolaraViz's is one run without an interval, and its
                  presses of Reset and Step are made here without a person's delay
axe               rules violated, and places, WCAG 2.2 AA and best practice, figures on the screen
network_cut       whether the first figure is shown where server and browser have no network but loopback
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "benchmarks")]

from browser import browser, leaves_loopback, opened, until, violations  # noqa: E402
from cut_off import cut_off, reached  # noqa: E402
from workshop_load import RELEASE, summary  # noqa: E402

NEEDED = ("mesa", "solara", "solara_assets", "ipyvuetify", "networkx", "numba", "pandas", "pydantic")
WORKSHOP, PEER = "workshop", "solaraviz"
GRANT = (0, 500_000, 5_000)  # the lever of both pages
SENTENCE = {WORKSHOP: ".sentences", PEER: ".headline"}
FIGURE = {
    WORKSHOP: "!!document.querySelector('.card .range')",
    PEER: "/ jobs in /.test(document.querySelector('.headline')?.innerText)",
}
THUMB = "[role=slider][aria-label^=Grant]"
WATCH = """grant => { window.released = 0; window.took = 0;
  const done = () => document.querySelector('.headline')?.innerText.includes(`Grant of ${grant} som: `) &&
    /jobs in/.test(document.querySelector('.headline').innerText);
  addEventListener('keyup', () => { window.released = performance.now(); }, { once: true, capture: true });
  const watch = new MutationObserver(() => { if (!done()) return; watch.disconnect();
    requestAnimationFrame(() => setTimeout(() => { window.took = performance.now() - window.released; })); });
  watch.observe(document.body, { subtree: true, childList: true, characterData: true }); }"""


class Counted:
    """A forwarder on loopback in front of a server; counts the bytes that the server sends."""

    def __init__(self, port: int) -> None:
        self.port, self.sent = port, 0
        self.door = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self.door.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                asking, _ = self.door.accept()
                serving = socket.create_connection(("127.0.0.1", self.port))
                threading.Thread(target=self._pass, args=(asking, serving, False), daemon=True).start()
                threading.Thread(target=self._pass, args=(serving, asking, True), daemon=True).start()

    def _pass(self, source: socket.socket, target: socket.socket, counted: bool) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                self.sent += len(data) * counted
                target.sendall(data)
        for end in (source, target):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


@contextlib.contextmanager
def served(name: str, peer: str) -> Iterator[tuple[int, float, float]]:
    """Run one of the servers; yield its port and the seconds until it answered and until it was ready."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "experiments.cli", "serve", "--port", str(port), "--folder", folder]
        if name == PEER:
            page = ROOT / "benchmarks" / "peers" / "solaraviz_page.py"
            command = [peer, "-m", "solara", "run", str(page), "--port", str(port), "--no-open", "--production"]
        began = time.perf_counter()
        process = subprocess.Popen(
            command, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            _wait(lambda: httpx.get(f"http://127.0.0.1:{port}/", timeout=60).status_code == 200)
            answered = time.perf_counter() - began
            if name == WORKSHOP:
                _wait(lambda: _health(port)["ready"])
            yield port, answered, time.perf_counter() - began
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(10)


def _health(port: int) -> dict[str, int]:
    return httpx.get(f"http://127.0.0.1:{port}/api/health", timeout=60).json()


def _wait(ask: Callable[[], object], seconds: float = 300.0, pause: float = 0.02) -> None:
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        with contextlib.suppress(httpx.HTTPError):
            if ask():
                return
        time.sleep(pause)
    raise SystemExit(f"the server did not answer within {seconds:g} seconds")


def first_look(chromium, name: str, port: int) -> dict[str, object]:
    """Open the page with an empty cache: paint, first figure, bytes, what axe finds."""
    forwarder = Counted(port)
    page = opened_at(chromium, name, forwarder.address)
    until(page, f"!!document.querySelector('{SENTENCE[name]}')")
    words = page.evaluate("performance.now()")
    if name == PEER:
        page.click("button:has-text('Step')")
    until(page, FIGURE[name])
    figure, sent = page.evaluate("performance.now()"), forwarder.sent
    painted = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
    page.wait_for_timeout(5000)
    found = violations(page)
    out = {
        "first_paint_s": painted / 1000, "to_words_s": words / 1000, "to_figure_s": figure / 1000,
        "first_load_kb": sent / 1000, "after_5_s_kb": forwarder.sent / 1000, "axe_rules": len(found),
        "asked_elsewhere": len(leaves_loopback(page)),
    }  # fmt: skip
    forwarder.door.close()
    page.context.close()
    return out | {"axe": sorted(rule for rule, _ in found)}


def opened_at(chromium, name: str, address: str):
    """Return the page, as soon as its address was taken."""
    if name == WORKSHOP:
        return opened(chromium, address, "#explore?lang=en")
    page = chromium.new_context(viewport={"width": 1280, "height": 900}).new_page()
    page.set_default_timeout(90_000)
    page.asked = []
    page.on("request", lambda request: page.asked.append(request.url))
    page.goto(address, wait_until="commit")
    return page


def workshop_waits(page, port: int, count: int) -> list[float]:
    """Move the grant and wait for the new headline with its interval, seconds; each value once."""
    _wait(lambda: _health(port)["estimates"] > 0, 900.0, 1.0)
    page.wait_for_timeout(3000)
    waits = []
    for value in _values(count):
        waits.append(page.evaluate(RELEASE, ["grant", value]) / 1000)
        page.wait_for_timeout(700)
    return waits


def solaraviz_waits(page, count: int) -> list[float]:
    """Move the grant, press Reset and Step, and wait for the headline of the last month, seconds."""
    step = GRANT[2]
    waits = []
    for value in _values(count):
        page.focus(THUMB)
        while (there := int(page.get_attribute(THUMB, "aria-valuenow"))) != value - step:
            key = "Home" if there > value - step else "PageUp" if value - step - there > 100 * step else "ArrowRight"
            page.keyboard.press(key)
        page.wait_for_timeout(300)
        page.evaluate(WATCH, value)
        page.keyboard.press("ArrowRight")
        page.click("button:has-text('Reset')")
        page.click("button:has-text('Step'):not([disabled])")
        until(page, "window.took > 0")
        waits.append(page.evaluate("window.took") / 1000)
    return waits


def _values(count: int) -> list[int]:
    """Return grants that nobody asked for yet, none beside the one before."""
    low, high, step = GRANT
    return random.Random(int(time.time())).sample(range(low + step, high + step, step), count)


def without_network(name: str, peer: str) -> dict[str, object]:
    """Look at the page where only loopback exists; for a process of its own."""
    cut_off()
    with served(name, peer) as (port, *_), browser() as chromium:
        page = opened_at(chromium, name, f"http://127.0.0.1:{port}")
        try:
            until(page, f"!!document.querySelector('{SENTENCE[name]}')", 30)
            if name == PEER:
                page.click("button:has-text('Step')")
            until(page, FIGURE[name], 60)
            works = True
        except AssertionError:
            works = False
        return {"works": works, "reached": reached(), "asked_elsewhere": sorted(set(leaves_loopback(page)))}


def measured(name: str, peer: str, count: int) -> dict[str, object]:
    """Measure one page once."""
    with served(name, peer) as (port, answers, ready), browser() as chromium:
        out = {"answers_s": answers, "ready_s": ready} | first_look(chromium, name, port)
        page = opened_at(chromium, name, f"http://127.0.0.1:{port}")
        until(page, f"!!document.querySelector('{SENTENCE[name]}')")
        waits = workshop_waits(page, port, count) if name == WORKSHOP else solaraviz_waits(page, count)
        return out | {"waits": waits}


def main() -> None:
    """Measure both in turns and print them side by side."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peer", required=True, help="the Python that has Mesa and Solara")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--count", type=int, default=10, help="moves of the lever in each round")
    parser.add_argument("--cut", choices=[WORKSHOP, PEER], help=argparse.SUPPRESS)
    asked = parser.parse_args()
    missing = [name for name in NEEDED if _lacks(asked.peer, name)]
    if missing:
        sys.exit(f"{asked.peer} lacks {', '.join(missing)}; page_peers.py says at its top what to install for the peer")
    if asked.cut:
        print(json.dumps(without_network(asked.cut, asked.peer)))
        return
    out: dict[str, object] = {"load_before": round(os.getloadavg()[0], 1)}
    rounds = {name: [] for name in (WORKSHOP, PEER)}
    for _ in range(asked.rounds):
        for name, found in rounds.items():
            found.append(measured(name, asked.peer, asked.count))
    for name, found in rounds.items():
        middle = {key: round(statistics.median(one[key] for one in found), 3) for key in found[0]
                  if isinstance(found[0][key], float | int)}  # fmt: skip
        cut = subprocess.run(
            [sys.executable, __file__, "--peer", asked.peer, "--cut", name], capture_output=True, text=True, check=False
        )
        seen = json.loads(cut.stdout) if cut.returncode == 0 else f"not tried: {(cut.stdout + cut.stderr)[-200:]}"
        waits = summary([wait for one in found for wait in one["waits"]])
        out[name] = middle | {"axe": found[-1]["axe"], "lever_ms": waits, "network_cut": seen}
    out["load_after"] = round(os.getloadavg()[0], 1)
    print(json.dumps(out, indent=1))


def _lacks(python: str, name: str) -> bool:
    try:
        return subprocess.run([python, "-c", f"import {name}"], capture_output=True, check=False).returncode != 0
    except OSError:
        sys.exit(f"--peer is {python}, which cannot be run; give the Python of the peer's environment")


if __name__ == "__main__":
    main()
