"""Run the small model in every tool that is installed, on the same work: speed, memory, agreement.

    python benchmarks/peers/run.py [--persons 100000] [--repeats 5] [--only engine numpy_arrays]

Each tool has a process of its own, and they take turns: in each round every tool runs for half a second or at least
once, so that other work on the machine slows all alike. Ratios are medians over rounds of times of one round. Peak
memory is that of the process after the timed runs, imports included. Agreement: means over seeds at 12,000 persons,
against those of NumPy, in standard errors of the difference; where nothing is left to luck, every count is the same and
money to seven digits. The engine must give the same bits with any number of threads.
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

import numpy as np

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parents[1])]
import small_model as m  # noqa: E402 - found beside this file

TOOLS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "engine": ("this engine, one thread", "engine", {}),
    "engine_two": ("this engine, two threads", "engine", {"threads": 2}),
    "numpy_arrays": ("NumPy, single precision", "numpy_arrays", {}),
    "numpy_double": ("NumPy, double precision", "numpy_arrays", {"real": np.float64}),
    "polars_frames": ("Polars, all threads", "polars_frames", {}),
    "starsim_arrays": ("Starsim", "starsim_arrays", {}),
    "mesa_objects": ("Mesa", "mesa_objects", {}),
    "agentpy_objects": ("AgentPy", "agentpy_objects", {}),
}
AGREE_AT, SEEDS = 12_000, 24
LARGEST_DIFFERENCE = 4.0  # standard errors, over 8 figures of 8 tools
ROUND = 0.5  # seconds


def serve(tool: str, persons: int) -> None:
    """Answer each line of input with a line: seconds of a round of runs, or at last memory and reports."""
    _, name, options = TOOLS[tool]
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what a tool prints on its own, as on its first start, is no answer
    module = import_module(name)
    people = m.people(persons, 1)
    module.run(m.people(2000, 1), 3, 0, **options)
    print(json.dumps("ready"), file=answers, flush=True)
    for seed, line in enumerate(sys.stdin):
        if line.strip() == "agree":
            break
        wall, cpu = [], []
        while not wall or sum(wall) < ROUND:
            started, spent = time.perf_counter(), time.process_time()
            module.run(people, m.MONTHS, 1000 * (seed + 1) + len(wall), **options)
            wall.append(time.perf_counter() - started)
            cpu.append(time.process_time() - spent)
        print(json.dumps((statistics.median(wall), statistics.median(cpu))), file=answers, flush=True)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    if hasattr(module, "check"):
        module.check()
    few = m.people(AGREE_AT, 2)
    reports = [[float(v) for v in module.run(few, m.MONTHS, 1 + seed, **options)] for seed in range(SEEDS)]
    still = [float(v) for v in module.run(few, m.MONTHS, 1, m.STILL, **options)]
    print(json.dumps((peak, reports, still)), file=answers, flush=True)


class Tool:
    """A tool in a process of its own."""

    def __init__(self, tool: str, persons: int) -> None:
        command = [sys.executable, __file__, "--one", tool, "--persons", str(persons)]
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
        self.peak, self.reports, self.still = self.ask("agree")

    def times(self, other: Tool, cpu: bool = False) -> float:
        """Return how many times faster this tool is than another: the median over rounds."""
        mine, theirs = (self.cpu, other.cpu) if cpu else (self.wall, other.wall)
        return statistics.median(b / a for a, b in zip(mine, theirs, strict=True))


def difference(reports: list[list[float]], others: list[list[float]]) -> float:
    """Return the largest difference of means between two lists of reports, in its standard errors."""
    worst = 0.0
    for mine, theirs in zip(zip(*reports, strict=True), zip(*others, strict=True), strict=True):
        error = math.sqrt(statistics.variance(mine) / len(mine) + statistics.variance(theirs) / len(theirs))
        worst = max(worst, abs(statistics.fmean(mine) - statistics.fmean(theirs)) / error)
    return worst


def measured(tools: list[str], persons: int, repeats: int) -> dict[str, Tool]:
    """Return the tools that are installed, measured."""
    found = {}
    for tool in tools:
        try:
            found[tool] = Tool(tool, persons)
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
    parser.add_argument("--persons", type=int, default=100_000)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--only", nargs="+", choices=TOOLS, default=list(TOOLS))
    parser.add_argument("--one", choices=TOOLS, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        serve(asked.one, asked.persons)
        return
    found = measured(asked.only, asked.persons, asked.repeats)
    work, ours = asked.persons * m.MONTHS, found.get("engine")
    print(f"{asked.persons:,} persons, {m.MONTHS} months, medians of {asked.repeats} rounds; ns a person-month")
    print(f"{'':26}{'ns':>9}{'lowest':>9}{'CPU ns':>9}{'peak MB':>9}{'times ours':>12}{'by CPU':>9}{'differs':>9}")
    for tool in found.values():
        ns, lowest, cpu = (
            one / work * 1e9 for one in (statistics.median(tool.wall), min(tool.wall), statistics.median(tool.cpu))
        )
        ratios = [f"{ours.times(tool, by):.1f}" if ours else "-" for by in (False, True)]
        apart = difference(tool.reports, found["numpy_arrays"].reports) if "numpy_arrays" in found else math.nan
        print(f"{tool.label:26}{ns:>9.2f}{lowest:>9.2f}{cpu:>9.2f}{tool.peak:>9,.0f}{ratios[0]:>12}{ratios[1]:>9}"
              f"{apart:>9.1f}")  # fmt: skip
        if apart > LARGEST_DIFFERENCE:
            sys.exit(f"{tool.label} does not agree with NumPy: {apart:.1f} standard errors apart")
    for tool in found.values():
        first = next(iter(found.values()))
        if not all(math.isclose(a, b, rel_tol=1e-6) for a, b in zip(tool.still, first.still, strict=True)):
            sys.exit(f"without luck {tool.label} gives {tool.still}, {first.label} {first.still}")
    print("'differs': largest difference from NumPy over eight reported figures, in standard errors of the difference.")
    print("Without luck all give the same figures.")
    if {"engine", "engine_two"} <= found.keys():
        if found["engine"].reports != found["engine_two"].reports:
            sys.exit("the engine gives other figures with two threads than with one")
        print("The engine's figures are the same bits with one, two and three threads.")


if __name__ == "__main__":
    main()
