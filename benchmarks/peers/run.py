"""Run the small model in every tool that is installed, on the same work: speed, memory, agreement.

    python benchmarks/peers/run.py [--households 100000] [--repeats 5] [--only engine numpy_arrays]

Each tool has a process of its own, and they take turns: in each round every tool runs for half a second or at least
once, so that other work on the machine slows all alike. Ratios are medians over rounds of wall times of one round.
Peak memory is that of the process after the timed runs, imports included. Agreement: means over seeds at 12,000
households, against those of NumPy, in standard errors of the difference. The engine must give the same bits with any
number of threads.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from importlib import import_module
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parents[1])]
import small_model as m  # noqa: E402 - found beside this file

TOOLS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "engine": ("this engine, one thread", "engine", {}),
    "engine_two": ("this engine, two threads", "engine", {"threads": 2}),
    "engine_exact": ("the same, 16-digit normals", "engine", {"exact": True}),
    "numpy_arrays": ("NumPy", "numpy_arrays", {}),
    "polars_frames": ("Polars", "polars_frames", {}),
    "starsim_arrays": ("Starsim", "starsim_arrays", {}),
    "mesa_objects": ("Mesa", "mesa_objects", {}),
    "agentpy_objects": ("AgentPy", "agentpy_objects", {}),
}
AGREE_AT, SEEDS = 12_000, 24
LARGEST_DIFFERENCE = 4.0  # standard errors, over 7 figures of 7 tools
ROUND = 0.5  # seconds


def serve(tool: str, households: int) -> None:
    """Answer each line of input with a line: seconds of a round of runs, or at last memory and reports."""
    _, name, options = TOOLS[tool]
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what a tool prints on its own, as on its first start, is no answer
    module = import_module(name)
    module.run(2000, 3, 0, **options)
    print(json.dumps("ready"), file=answers, flush=True)
    for seed, line in enumerate(sys.stdin):
        if line.strip() == "agree":
            break
        wall, cpu = [], []
        while not wall or sum(wall) < ROUND:
            started, spent = time.perf_counter(), time.process_time()
            module.run(households, m.MONTHS, 1000 * (seed + 1) + len(wall), **options)
            wall.append(time.perf_counter() - started)
            cpu.append(time.process_time() - spent)
        print(json.dumps((statistics.median(wall), statistics.median(cpu))), file=answers, flush=True)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    if hasattr(module, "check"):
        module.check()
    reports = [[float(v) for v in module.run(AGREE_AT, m.MONTHS, 1 + seed, **options)] for seed in range(SEEDS)]
    print(json.dumps((peak, reports)), file=answers, flush=True)


class Tool:
    """A tool in a process of its own."""

    def __init__(self, tool: str, households: int) -> None:
        command = [sys.executable, __file__, "--one", tool, "--households", str(households)]
        pipe = subprocess.PIPE
        self.words = tempfile.TemporaryFile("w+")  # noqa: SIM115 - lives as long as the tool; an unread pipe would fill
        self.process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=self.words, text=True)
        self.label = TOOLS[tool][0]
        self.wall: list[float] = []
        self.cpu: list[float] = []
        self.answer()

    def answer(self) -> Any:
        """Return the next line of the process; end with its own words if it has ended."""
        line = self.process.stdout.readline()
        if not line:
            self.process.wait()
            self.words.seek(0)
            raise RuntimeError((self.words.read().strip().splitlines() or ["it said nothing"])[-1])
        return json.loads(line)

    def ask(self, what: str) -> Any:
        """Return the answer to a question."""
        self.process.stdin.write(what + "\n")
        self.process.stdin.flush()
        return self.answer()

    def round(self) -> None:
        """Run for a while."""
        wall, cpu = self.ask("run")
        self.wall.append(wall)
        self.cpu.append(cpu)

    def agree(self) -> None:
        """Ask for memory and reports, the last thing asked for."""
        self.peak, self.reports = self.ask("agree")

    def times(self, other: Tool) -> float:
        """Return how many times faster this tool is than another: the median over rounds."""
        return statistics.median(theirs / mine for mine, theirs in zip(self.wall, other.wall, strict=True))


def difference(reports: list[list[float]], others: list[list[float]]) -> float:
    """Return the largest difference of means between two lists of reports, in its standard errors."""
    worst = 0.0
    for mine, theirs in zip(zip(*reports, strict=True), zip(*others, strict=True), strict=True):
        error = math.sqrt(statistics.variance(mine) / len(mine) + statistics.variance(theirs) / len(theirs))
        worst = max(worst, abs(statistics.fmean(mine) - statistics.fmean(theirs)) / error)
    return worst


def measured(tools: list[str], households: int, repeats: int) -> dict[str, Tool]:
    """Return the tools that are installed, measured."""
    found = {}
    for tool in tools:
        try:
            found[tool] = Tool(tool, households)
        except RuntimeError as why:
            print(f"{TOOLS[tool][0]}: not measured ({why})")
    for _ in range(repeats):
        for tool in found.values():
            tool.round()
    for tool in found.values():
        tool.agree()
    return found


def main() -> None:
    """Measure every tool and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--households", type=int, default=100_000, help=f"a multiple of {m.GROUP}")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--only", nargs="+", choices=TOOLS, default=list(TOOLS))
    parser.add_argument("--one", choices=TOOLS, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.households % m.GROUP:
        parser.error(f"--households {asked.households}: a multiple of {m.GROUP} is needed, for whole groups")
    if asked.one:
        serve(asked.one, asked.households)
        return
    found = measured(asked.only, asked.households, asked.repeats)
    print(f"{asked.households:,} households, {m.MONTHS} months, medians of {asked.repeats} rounds")
    print(f"{'':28}{'household-months/s':>20}{'ns each':>9}{'lowest':>8}{'CPU ns':>8}{'peak MB':>9}"
          f"{'x Mesa':>9}{'x NumPy':>9}{'differs':>9}")  # fmt: skip
    work = asked.households * m.MONTHS
    for tool in found.values():
        wall = statistics.median(tool.wall)
        ratios = [f"{tool.times(found[o]):.1f}" if o in found else "-" for o in ("mesa_objects", "numpy_arrays")]
        apart = difference(tool.reports, found["numpy_arrays"].reports) if "numpy_arrays" in found else math.nan
        print(f"{tool.label:28}{work / wall:>20,.0f}{wall / work * 1e9:>9.2f}{min(tool.wall) / work * 1e9:>8.2f}"
              f"{statistics.median(tool.cpu) / work * 1e9:>8.2f}{tool.peak:>9,.0f}{ratios[0]:>9}{ratios[1]:>9}"
              f"{apart:>9.1f}")  # fmt: skip
        if apart > LARGEST_DIFFERENCE:
            sys.exit(f"{tool.label} does not agree with NumPy: {apart:.1f} standard errors apart")
    print("'differs': largest difference from NumPy over seven reported figures, in standard errors of the difference.")
    if {"engine", "engine_two"} <= found.keys():
        if found["engine"].reports != found["engine_two"].reports:
            sys.exit("the engine gives other figures with two threads than with one")
        print("The engine's figures are the same bits with one, two and three threads.")


if __name__ == "__main__":
    main()
