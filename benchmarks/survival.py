"""Kill a real study again and again, at random moments, and compare what comes out with an undisturbed one.

    python benchmarks/survival.py [--kills 20] [--draws 60] [--seed 1]

An undisturbed study with one worker comes first. Then the same study is killed with SIGKILL (the command, one of its
workers, or all at once, in turn) and continued by the same command until it ends; so is one with 1, 2 and 4 workers on
loky and one with 2 on Dask. Each table of all runs is compared with the undisturbed one column by column. Exits with 1
if any differs.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pyarrow.parquet

FILE = """name = "survival"
scale = 1000
start = "2023-01"
horizon = "2024-06"
prior = "draws"
worlds = "whole"
draws = {draws}
[designs.today]
[designs.taper]
social_contract = {{ exclusion = "taper" }}
"""
WAYS = ("command", "worker", "all")


def main() -> None:
    """Kill, continue, compare and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--draws", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    luck, same = random.Random(options.seed), True
    with tempfile.TemporaryDirectory() as name:
        folder, study = Path(name), Path(name) / "survival.toml"
        study.write_text(FILE.format(draws=options.draws))
        began = time.monotonic()
        run(study, folder / "undisturbed", 1, "loky").wait()
        length = time.monotonic() - began
        print(f"undisturbed, 1 worker: {length:.0f} s, {options.draws} runs", flush=True)
        cases = [(options.kills, 2, "loky"), (2, 1, "loky"), (2, 4, "loky"), (2, 2, "dask")]
        for kills, workers, backend in cases:
            out = folder / f"{backend}-{workers}"
            done = killed(study, out, kills, workers, backend, length, luck)
            equal = compared(folder / "undisturbed", out)
            same = same and all(equal.values())
            wrong = ", ".join(column for column, found in equal.items() if not found)
            said = f"DIFFERENT in {wrong}" if wrong else f"all {len(equal)} columns identical"
            print(f"{backend}, {workers} workers, killed {done} times: {said}", flush=True)
    sys.exit(0 if same else 1)


def run(study: Path, out: Path, workers: int, backend: str) -> subprocess.Popen[bytes]:
    """Start the command."""
    command = [sys.executable, "-m", "experiments.cli", "compare", str(study), "--out", str(out), "--workers",
               str(workers), "--backend", backend]  # fmt: skip
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)


def killed(study: Path, out: Path, kills: int, workers: int, backend: str, length: float, luck: random.Random) -> int:
    """Kill a study so many times, continue it each time, and return how many kills met a living one.

    A study that ends before it was killed often enough loses some of its blocks and goes on.
    """
    done = 0
    while done < kills:
        process = run(study, out, workers, backend)
        time.sleep(luck.uniform(0.5, max(4.0, 0.3 * length)))
        if process.poll() is not None:
            for path in sorted(out.glob("blocks/block=*"))[::2]:
                path.unlink()
            continue
        way = WAYS[done % len(WAYS)]
        targets = children(process.pid)
        if way == "worker" and targets:
            os.kill(luck.choice(targets), signal.SIGKILL)
            time.sleep(luck.uniform(0.2, 2.0))
        if way == "command":
            os.kill(process.pid, signal.SIGKILL)
        else:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        done += 1
    run(study, out, workers, backend).wait()
    return done


def children(parent: int) -> list[int]:
    """Return the processes that a process started; none where the system does not tell."""
    ps = shutil.which("ps")
    if ps is None:
        return []
    listed = subprocess.run([ps, "-eo", "pid=,ppid="], capture_output=True, text=True, check=False).stdout
    pairs = [[int(word) for word in line.split()] for line in listed.splitlines()]
    return [pid for pid, of in pairs if of == parent]


def compared(first: Path, second: Path) -> dict[str, bool]:
    """Return for each column whether both tables of runs hold the same bits."""
    left, right = (pyarrow.parquet.read_table(folder / "results.parquet") for folder in (first, second))
    names = dict.fromkeys([*left.column_names, *right.column_names])
    return {name: name in left.column_names and left[name].equals(right[name]) for name in names}


if __name__ == "__main__":
    main()
