"""Kill a real study again and again, at random moments, and compare what comes out with an undisturbed one.

    python benchmarks/survival.py [--kills 20] [--draws 40] [--seed 1]

An undisturbed study with one worker comes first. Then the same study is killed with SIGKILL (one of its workers, the
command alone, or all at once, in turn). After the death of a worker the command has to go on by itself; otherwise the
same command is given again, until the study ends. That is done with 1, 2 and 4 workers on loky and with 2 on Dask. The
tables of all runs are compared with the undisturbed one column by column, and as files. Exits with 1 if any differs.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
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
ROOT = Path(__file__).parents[1]
FILES = ("results.parquet", "draws.parquet")
WAYS = ("worker", "command", "all")


def main() -> None:
    """Kill, continue, compare and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--draws", type=int, default=40)
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
            began = time.monotonic()
            survived = killed(study, out, kills, workers, backend, length, luck)
            equal = compared(folder / "undisturbed", out)
            same = same and all(equal.values())
            wrong = ", ".join(column for column, found in equal.items() if not found)
            identical = f"all {len(equal) - len(FILES)} columns and {len(FILES)} files identical"
            said = f"DIFFERENT in {wrong}" if wrong else identical
            print(
                f"{backend}, {workers} workers, {kills} kills ({survived} of one process, the command went on), "
                f"{time.monotonic() - began:.0f} s: {said}",
                flush=True,
            )
    sys.exit(0 if same else 1)


def run(study: Path, out: Path, workers: int, backend: str) -> subprocess.Popen[bytes]:
    """Start the command."""
    command = [sys.executable, "-m", "experiments.cli", "compare", str(study), "--out", str(out), "--workers",
               str(workers), "--backend", backend]  # fmt: skip
    quiet = subprocess.DEVNULL
    return subprocess.Popen(command, cwd=ROOT, stdout=quiet, stderr=quiet, start_new_session=True)


def killed(study: Path, out: Path, kills: int, workers: int, backend: str, length: float, luck: random.Random) -> int:
    """Kill a study so many times, continue it each time, and return how often a worker died and the command went on.

    A study that ends before it was killed often enough loses half of its blocks and goes on.
    """
    done = survived = 0
    while done < kills:
        process = run(study, out, workers, backend)
        while done < kills:
            time.sleep(luck.uniform(0.3, max(3.0, 0.5 * length)))
            if process.poll() is not None:
                for path in sorted(out.glob("blocks/block=*"))[::2]:
                    path.unlink()
                break
            way, targets = WAYS[done % len(WAYS)], descendants(process.pid)
            if way == "worker" and targets:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(luck.choice(targets), signal.SIGKILL)
                    done, survived = done + 1, survived + 1
                continue
            if way == "command":
                os.kill(process.pid, signal.SIGKILL)
            else:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            done += 1
            break
        else:
            process.wait()
    if run(study, out, workers, backend).wait():
        raise SystemExit(f"the study in {out} did not end")
    return survived


def descendants(parent: int) -> list[int]:
    """Return the processes that a process started, and those that they started."""
    of: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            words = stat.read_text().rpartition(")")[2].split()
            of.setdefault(int(words[1]), []).append(int(stat.parent.name))
    found = list(of.get(parent, ()))
    for child in found:
        found += of.get(child, ())
    return found


def compared(first: Path, second: Path) -> dict[str, bool]:
    """Return for each column of the tables of runs, and for each file, whether both hold the same bits."""
    left, right = (pyarrow.parquet.read_table(folder / "results.parquet") for folder in (first, second))
    names = dict.fromkeys([*left.column_names, *right.column_names])
    same = {name: name in left.column_names and left[name].equals(right[name]) for name in names}
    files = {name: (first / name).read_bytes() == (second / name).read_bytes() for name in FILES}
    return same | files


if __name__ == "__main__":
    main()
