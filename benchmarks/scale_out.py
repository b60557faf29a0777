"""What it costs to compute a study elsewhere: loky, Dask and Ray on this computer, and a plan for a thousand machines.

    python benchmarks/scale_out.py [--only loky dask ray] [--draws 6] [--tasks 400] [--workers 2]
    python benchmarks/scale_out.py --plan [--task-ms 1.5] [--unit-s 2] [--result-kb 10] [--start-s 20]

The first form runs, by `experiments/backends.py`, empty tasks, tasks that give back as many bytes as a finished run,
and a study of two designs at 1:500, and checks that the study's file of results is the same, byte for byte, on every
backend and in one process. What is not installed is said and left out. The second form simulates how a scheduler hands
out the tasks of a large study to machines that fail, with the numbers that the first form printed.
"""

from __future__ import annotations

import argparse
import hashlib
import heapq
import math
import os
import pickle
import random
import statistics
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1]))

from experiments import runner
from experiments.backends import BACKENDS, Pool
from experiments.store import read_manifest
from experiments.study import Study

STUDY = {
    "name": "scale out", "scale": 500, "start": "2022-01", "horizon": "2023-12", "prior": "draws", "worlds": "whole",
    "designs": {
        "today": {},
        "grant_200": {"social_contract": {"grant": 200_000, "slots": 10_000}},
    },
    "study": {"outcomes": ["net_jobs", "poverty_exits", "net_fiscal_cost"]},
}  # fmt: skip
ONE_PROCESS = "one process"
BLOCK, LARGE = 10_000, 1_000_000  # bytes of results: about a finished run of this study, and a large one
ROUNDS = 3
CORES, MACHINES = 16, 1000
HOURS = 20.0  # between failures of a machine, as of machines that are lent until somebody pays more (assumed)
UNITS = 3_000_000  # runs of the study that is planned


class Found(NamedTuple):
    """What was measured of one backend; seconds."""

    start: float  # until every worker has answered
    empty: float  # a task, with all workers
    result: float  # a task that gives back 10 kB, about a finished run of this study
    large: float  # a task that gives back a megabyte
    study: float
    simulating: float  # of that, inside simulations, summed over workers
    workers: int
    digest: str
    block: int  # bytes of the largest block


def nothing(size: int) -> bytes:
    """Give back so many bytes that do not compress."""
    return os.urandom(size)


def packages() -> dict[str, str]:
    """Return the package of each backend."""
    return {"loky": "joblib", "dask": "distributed", "ray": "ray"}


def each(pool: Pool, tasks: int, size: int) -> float:
    """Return seconds a task, the median of some rounds."""
    found = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        for done in pool.run(nothing, ((size,) for _ in range(tasks))):
            assert len(done) == size
        found.append((time.perf_counter() - began) / tasks)
    return statistics.median(found)


def measured(backend: str, draws: int, tasks: int, workers: int) -> Found:
    """Measure a backend."""
    study = Study.of({**STUDY, "draws": draws})
    where, processes = ("loky", 1) if backend == ONE_PROCESS else (backend, workers)
    began = time.perf_counter()
    with Pool(where, processes) as pool:
        list(pool.run(nothing, ((1,) for _ in range(4 * processes))))
        start = time.perf_counter() - began
        costs = [each(pool, tasks, size) for size in (1, BLOCK)] + [each(pool, max(8, tasks // 8), LARGE)]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "study"
        runner.run(Study.of({**STUDY, "draws": processes}), Path(name) / "warm", workers=processes, backend=where)
        outcome = runner.run(study, folder, workers=processes, backend=where, block=1)
        digest = hashlib.sha256((folder / "results.parquet").read_bytes()).hexdigest()[:12]
        block = max(path.stat().st_size for path in (folder / "blocks").glob("block=*.parquet"))
        manifest = read_manifest(folder)
    return Found(start, *costs, outcome.seconds, float(manifest["seconds_simulating"]), processes, digest, block)


def task_bytes() -> tuple[int, int]:
    """Return the bytes of a task of one run, and what each further run adds."""
    study = Study.of({**STUDY, "draws": 2})
    sizes = []
    for count in (1, 2):
        units = tuple((unit, study.seed(unit), study.parameter_sets[unit.draw]) for unit in study.units[:count])
        task = runner.Task(study.plain, study.simulator, units, Path("/results/of/a/study"), study.identity)
        sizes.append(len(pickle.dumps(task)))
    return sizes[0], sizes[1] - sizes[0]


def compare(asked: argparse.Namespace) -> None:
    """Measure the backends that are installed, in turns, and print a table."""
    found: dict[str, Found] = {}
    for backend in (ONE_PROCESS, *asked.only):
        if backend != ONE_PROCESS and not find_spec(packages()[backend]):
            print(f"{backend}: not measured, the package {packages()[backend]} is not installed")
            continue
        found[backend] = measured(backend, asked.draws, asked.tasks, asked.workers)
    first, more = task_bytes()
    print(f"{asked.draws} runs of two designs at 1:500, {asked.workers} workers, one run a task; medians of {ROUNDS} "
          f"rounds of {asked.tasks} tasks")  # fmt: skip
    print(f"a task is {first:,} bytes and {more:,} for each further run; its result at most "
          f"{found[ONE_PROCESS].block:,} bytes")  # fmt: skip
    print(f"{'':14}{'start s':>9}{'empty ms':>10}{'10 kB ms':>10}{'1 MB ms':>9}{'study s':>9}{'outside':>9}"
          f"{'results':>14}")  # fmt: skip
    for name, one in found.items():
        outside = 1.0 - one.simulating / (one.study * one.workers)
        print(f"{name:14}{one.start:>9.2f}{one.empty * 1e3:>10.2f}{one.result * 1e3:>10.2f}{one.large * 1e3:>9.2f}"
              f"{one.study:>9.1f}{outside:>9.0%}{one.digest:>14}")  # fmt: skip
    print(f"a run takes {found[ONE_PROCESS].simulating / asked.draws:.2f} s alone; 'outside': share of the workers' "
          "time outside simulations")  # fmt: skip
    if len({one.digest for one in found.values()}) > 1:
        sys.exit("the backends give different results")
    print("The results are the same file, byte for byte.")


class Plan(NamedTuple):
    """What a simulated study of many machines needs."""

    seconds: float
    efficiency: float  # seconds inside runs over those of all cores
    lost: float  # share of work done twice
    task: float  # seconds of a task


def planned(asked: argparse.Namespace, block: int, seed: int = 1) -> Plan:
    """Simulate one scheduler that hands out tasks of ``block`` runs, and machines that fail and come back.

    The scheduler spends a fixed time on a task. A machine that fails loses what its cores were working on, which is
    handed out again at the end, and is back after the time of a start. Time goes on in the order of what happens.
    """
    luck = random.Random(seed)
    tasks, length = math.ceil(UNITS / block), block * asked.unit_s
    cores = MACHINES * CORES
    free = [(asked.start_s, core) for core in range(cores)]
    heapq.heapify(free)
    fails = [luck.expovariate(1.0 / (HOURS * 3600.0)) for _ in range(MACHINES)]
    scheduler, waiting, lost, end = 0.0, tasks, 0.0, 0.0
    while waiting:
        ready, core = heapq.heappop(free)
        scheduler = max(scheduler, ready) + asked.task_ms / 1000.0
        began, machine = scheduler, core // CORES
        done = began + length * luck.uniform(0.9, 1.1)
        while fails[machine] < began:
            fails[machine] += asked.start_s + luck.expovariate(1.0 / (HOURS * 3600.0))
        if fails[machine] < done:
            lost += fails[machine] - began
            heapq.heappush(free, (fails[machine] + asked.start_s, core))
            continue
        waiting -= 1
        end = max(end, done)
        heapq.heappush(free, (done, core))
    return Plan(end, UNITS * asked.unit_s / (end * cores), lost / (UNITS * asked.unit_s), length)


def plan(asked: argparse.Namespace) -> None:
    """Print what sizes of tasks do to a study of three million runs on a thousand machines."""
    print(f"{UNITS:,} runs of {asked.unit_s} s on {MACHINES:,} machines of {CORES} cores; {asked.task_ms} ms of the "
          f"scheduler a task, {asked.start_s} s to start a machine, each fails once in {HOURS:.0f} hours")  # fmt: skip
    print(f"{'runs a task':>12}{'task s':>9}{'minutes':>9}{'efficiency':>12}{'done twice':>12}{'tasks/s':>9}"
          f"{'MB/s':>7}")  # fmt: skip
    for block in (1, 3, 10, 30, 100):
        one = planned(asked, block)
        rate = UNITS / block / one.seconds
        print(f"{block:>12}{one.task:>9.0f}{one.seconds / 60.0:>9.1f}{one.efficiency:>12.0%}{one.lost:>12.3%}"
              f"{rate:>9.0f}{rate * block * asked.result_kb / 1000.0:>7.0f}")  # fmt: skip


def main() -> None:
    """Measure, or plan."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="+", choices=BACKENDS, default=list(BACKENDS))
    parser.add_argument("--draws", type=int, default=6)
    parser.add_argument("--tasks", type=int, default=400)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--plan", action="store_true")
    parser.add_argument("--task-ms", type=float, default=1.5)
    parser.add_argument("--unit-s", type=float, default=2.0)
    parser.add_argument("--result-kb", type=float, default=10.0)
    parser.add_argument("--start-s", type=float, default=20.0)
    asked = parser.parse_args()
    plan(asked) if asked.plan else compare(asked)


if __name__ == "__main__":
    main()
