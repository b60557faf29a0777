"""How long until something is there: the command line, a comparison, the workshop page; warm cache, medians.

    python benchmarks/start_up.py                       # all of it, five times; about three minutes
    python benchmarks/start_up.py --repeats 9 --only help compare

Every process is a fresh one. Seconds are wall time from the start of the process; processor time of it and of its
children stands beside them where it can be had, because it does not depend on what else the machine does. "Kept" says
whether the page had figures of earlier runs to show; "any design" is when a design that was never asked for can be
simulated at once; "first figures" is when such a design has an interval.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import resource
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

sync_playwright: Any = None
with contextlib.suppress(ImportError):
    from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parents[1]
PROGRAM = (sys.executable, "-m", "experiments.cli")
STUDY = ("compare", "demo", "--scale", "1000", "--draws", "2", "--replications", "1")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
LONGEST = 120.0
DIGITS = "document.querySelector('main')?.innerText.match(/[0-9]/g)"
Figures = dict[str, float]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--only", nargs="*", choices=list(MEASURES), default=list(MEASURES))
    asked = parser.parse_args()
    subprocess.run([*PROGRAM, "prepare"], cwd=ROOT, check=True, capture_output=True)
    out: dict[str, object] = {"load_before": round(os.getloadavg()[0], 1)}
    for name in asked.only:
        MEASURES[name]()  # files into the system's memory
        found = [MEASURES[name]() for _ in range(asked.repeats)]
        for key in found[0]:
            values = sorted(one[key] for one in found if key in one)
            if values:
                cuts = {"median": statistics.median(values), "from": values[0], "to": values[-1]}
                out[f"{name}: {key}"] = {cut: round(value, 2) for cut, value in cuts.items()}
    out["load_after"] = round(os.getloadavg()[0], 1)
    print(json.dumps(out, indent=1))


def help_page() -> Figures:
    """Time ``kelishim --help``, to its end."""
    return answered("--help")


def bare() -> Figures:
    """Time ``kelishim`` alone, which lists its commands, to its end."""
    return answered(fails=True)


def check() -> Figures:
    """Check the scenario of the demonstration, to its end."""
    return answered("check", "experiments/scenarios/demo.toml")


def household() -> Figures:
    """Ask for the money of one family, to its end."""
    return answered("household", "--adult", "35:woman:works:pay=25000", "--adult", "40:man:group=2", "--child", "4")


def employer() -> Figures:
    """Ask what two laws want of one employer, to its end."""
    return answered("employer", "--staff", "120", "--pay", "30000", "--has", "3=2", "--law", "FR")


def answered(*command: str, fails: bool = False) -> Figures:
    """Time a command, to its end; one that is asked for nothing ends with an error code."""
    began, used = time.perf_counter(), children()
    subprocess.run([*PROGRAM, *command], cwd=ROOT, check=not fails, capture_output=True)
    return {"seconds": time.perf_counter() - began, "processor": children() - used}


def compare() -> Figures:
    """Compare four designs in the smallest country: the first words, the first finished block, the end."""
    with tempfile.TemporaryDirectory() as folder:
        out, used, found = Path(folder) / "out", children(), Figures()
        began = time.perf_counter()
        process = subprocess.Popen(
            [*PROGRAM, *STUDY, "--out", str(out)], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        )
        assert process.stderr is not None
        os.read(process.stderr.fileno(), 1)
        found["first output"] = time.perf_counter() - began
        drained = subprocess.Popen(["cat"], stdin=process.stderr, stdout=subprocess.DEVNULL)
        while process.poll() is None:
            if "first block" not in found and list(out.glob("blocks/block=*.parquet")):
                found["first block"] = time.perf_counter() - began
            time.sleep(0.005)
        drained.wait()
        found["report written"] = time.perf_counter() - began
        found["processor"] = children() - used
    if process.returncode:
        raise SystemExit("the comparison failed")
    return found


def serve() -> Figures:
    """Time ``kelishim serve``: the page, its figures, and a design that nobody asked for before."""
    found = Figures()
    with server() as (url, began):
        until(lambda: answer(url))
        found["page"] = time.perf_counter() - began
        start = until(lambda: told(f"{url}/api/start"))
        found["all that the first paint needs"] = time.perf_counter() - began
        found["figures kept"] = float(start["first"] is not None)
        until(lambda: told(f"{url}/api/health")["ready"])
        found["any design"] = time.perf_counter() - began
        grant = 100_000 + 1000 * (int(time.time()) % 90)
        until(lambda: told(f"{url}/api/result?d=today&d=grant:{grant}&draws=4"))
        found["first figures of a new design"] = time.perf_counter() - began
        until(lambda: told(f"{url}/api/start")["first"])  # the next start finds them
    return found


def paint() -> Figures:
    """Time a browser from the address to its first contentful paint, server ready, empty browser cache."""
    if CHROMIUM is None or sync_playwright is None:
        return {}
    with server() as (url, _), sync_playwright() as play:
        until(lambda: told(f"{url}/api/health")["ready"])
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page()
        page.goto(url)
        until(lambda: page.evaluate("() => performance.getEntriesByName('first-contentful-paint').length"))
        painted = page.evaluate("() => performance.getEntriesByName('first-contentful-paint')[0].startTime")
        until(lambda: page.evaluate(f"() => ({DIGITS} ?? []).length > 20"))
        shown = page.evaluate("() => performance.now()")
        browser.close()
    return {"first paint": painted / 1000.0, "figures on the page": shown / 1000.0}


@contextlib.contextmanager
def server() -> Iterator[tuple[str, float]]:
    with socket.socket() as probe, tempfile.TemporaryDirectory() as folder:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        began = time.perf_counter()
        process = subprocess.Popen(
            [*PROGRAM, "serve", "--port", str(port), "--folder", folder], cwd=ROOT, stdout=subprocess.DEVNULL
        )
        try:
            yield f"http://127.0.0.1:{port}", began
        finally:
            process.terminate()
            process.wait(20)


def answer(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=LONGEST) as found:
        return bytes(found.read())


def told(url: str):
    return json.loads(answer(url))


def until(ask: Callable[[], object]):
    """Return what is asked for as soon as it is there."""
    began = time.perf_counter()
    while time.perf_counter() - began < LONGEST:
        with contextlib.suppress(urllib.error.URLError, ConnectionError):
            found = ask()
            if found:
                return found
        time.sleep(0.01)
    raise SystemExit("the server did not answer in time")


def children() -> float:
    """Return the processor time of all child processes that have ended, seconds."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


MEASURES: dict[str, Callable[[], Figures]] = {
    "help": help_page, "bare": bare, "check": check, "household": household, "employer": employer, "compare": compare,
    "serve": serve, "paint": paint,
}  # fmt: skip

if __name__ == "__main__":
    main()
