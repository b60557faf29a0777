"""Run the small model in every tool that is installed, on the same work: speed, memory, agreement.

    python benchmarks/peers/run.py [--households 100000] [--repeats 5]

Each tool runs in a process of its own. Peak memory is that of the process after the timed runs, imports included.
Agreement: means over seeds at 12,000 households, against those of NumPy, in standard errors of the difference.
"""

from __future__ import annotations

import argparse
import json
import math
import resource
import statistics
import subprocess
import sys
import time
from importlib import import_module
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parents[1])]
import small_model as m  # noqa: E402 - found beside this file

TOOLS = {
    "engine": ("this engine, one thread", 1),
    "engine_two": ("this engine, two threads", 1),
    "numpy_arrays": ("NumPy", 1),
    "polars_frames": ("Polars", 1),
    "starsim_arrays": ("Starsim", 1),
    "mesa_objects": ("Mesa", 4),
    "agentpy_objects": ("AgentPy", 4),
}
AGREE_AT, SEEDS = 12_000, 24
LARGEST_DIFFERENCE = 4.0  # standard errors, over 7 figures of 5 tools


def measured(tool: str, households: int, repeats: int) -> dict[str, object]:
    """Return seconds of each run and peak memory of this process, and reports at the smaller size."""
    module = import_module(tool.removesuffix("_two"))
    options = {"threads": 2} if tool.endswith("_two") else {}
    module.run(2000, 3, 0, **options)
    wall, cpu = [], []
    for repeat in range(repeats):
        started, spent = time.perf_counter(), time.process_time()
        module.run(households, m.MONTHS, 1000 + repeat, **options)
        wall.append(time.perf_counter() - started)
        cpu.append(time.process_time() - spent)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    reports = [[float(v) for v in module.run(AGREE_AT, m.MONTHS, 1 + seed, **options)] for seed in range(SEEDS)]
    return {"wall": statistics.median(wall), "cpu": statistics.median(cpu), "peak": peak, "reports": reports}


def difference(reports: list[list[float]], others: list[list[float]]) -> float:
    """Return the largest difference of means between two lists of reports, in its standard errors."""
    worst = 0.0
    for mine, theirs in zip(zip(*reports, strict=True), zip(*others, strict=True), strict=True):
        error = math.sqrt(statistics.variance(mine) / len(mine) + statistics.variance(theirs) / len(theirs))
        worst = max(worst, abs(statistics.fmean(mine) - statistics.fmean(theirs)) / error)
    return worst


def main() -> None:
    """Measure every tool and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--households", type=int, default=100_000)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--one", choices=TOOLS, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        print(json.dumps(measured(asked.one, asked.households, asked.repeats)))
        return
    found: dict[str, dict] = {}
    for tool, (label, fewer) in TOOLS.items():
        repeats = max(asked.repeats // fewer, 1) if asked.households > 200_000 else asked.repeats
        done = subprocess.run(
            [sys.executable, __file__, "--one", tool, "--households", str(asked.households), "--repeats", str(repeats)],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            print(f"{label}: not measured ({done.stderr.strip().splitlines()[-1]})")
        else:
            found[tool] = json.loads(done.stdout.splitlines()[-1])
    print(f"{asked.households:,} households, {m.MONTHS} months, medians of {asked.repeats} runs")
    print(f"{'':26}{'household-months/s':>20}{'ns each':>9}{'CPU ns':>8}{'peak MB':>9}{'times Mesa':>12}{'differs':>9}")
    work = asked.households * m.MONTHS
    for tool, figures in found.items():
        versus = f"{found['mesa_objects']['wall'] / figures['wall']:.1f}" if "mesa_objects" in found else "-"
        apart = (
            difference(figures["reports"], found["numpy_arrays"]["reports"]) if "numpy_arrays" in found else math.nan
        )
        print(
            f"{TOOLS[tool][0]:26}{work / figures['wall']:>20,.0f}{figures['wall'] / work * 1e9:>9.1f}"
            f"{figures['cpu'] / work * 1e9:>8.1f}{figures['peak']:>9,.0f}{versus:>12}{apart:>9.1f}"
        )
        if apart > LARGEST_DIFFERENCE:
            sys.exit(f"{TOOLS[tool][0]} does not agree with NumPy: {apart:.1f} standard errors apart")
    print("'differs': largest difference from NumPy over seven reported figures, in standard errors of the difference.")


if __name__ == "__main__":
    main()
