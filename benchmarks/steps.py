"""Where a month's time goes: by step and by sweep, and how much of it is Python between sweeps.

    python benchmarks/steps.py [--scale 1] [--labour-scale 10] [--months 12]

The country of today's law is simulated one sweep after the other on one thread, from January 2022 on, in processor
time. Printed: milliseconds a month and nanoseconds a household or person for each sweep; for each step its
milliseconds and the share that is Python, which is all that is no sweep over households. Work of the labour block
counts as Python here where it is no sweep over households; it has a size of its own, see ``benchmarks/scaling.py``.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from typing import Any

from sim.behaviour import Behaviour
from sim.population import load
from sim.scenario import Scenario
from sim.schedule import SCHEDULE, advance
from sim.twins import begun
from sim.world import CHUNK, World

PERSONS = ("move", "work_out", "earn_own", "look_at_members", "list_candidates", "list_over", "count_in_state")


class Clock:
    """Runs the sweeps of a world in place of :meth:`World.settle`, chunk by chunk, and adds up their time."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.sweeps: Counter[str] = Counter()
        world.watch = self.run

    def run(self, sweep: Any, arguments: tuple[Any, ...], sums: tuple[Any, ...]) -> None:
        """Run one sweep and note down its time."""
        began, rows = time.thread_time(), self.world.rows
        for first in range(0, rows, CHUNK):
            sweep(first, min(first + CHUNK, rows), *arguments, *sums)
        self.sweeps[sweep.__name__] += time.thread_time() - began

    def total(self) -> float:
        """Return the time of all sweeps so far."""
        return sum(self.sweeps.values())


def measured(world: World, months: int) -> tuple[Clock, dict[str, tuple[float, float]]]:
    """Return the clock of some months, and for each step all its time and that of its sweeps, seconds."""
    clock = Clock(world)
    steps = {step.name: (0.0, 0.0) for step in SCHEDULE}
    for _ in range(months):
        terms = world.design.terms(world.t, world.behaviour)
        for step in SCHEDULE:
            began, before = time.thread_time(), clock.total()
            step.run(world, terms)
            world.settle()
            whole, swept = steps[step.name]
            steps[step.name] = whole + time.thread_time() - began, swept + clock.total() - before
        world.t += 1
    return clock, steps


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scale", type=int, default=1)
    parser.add_argument("--labour-scale", type=int, default=10)
    parser.add_argument("--months", type=int, default=12)
    options = parser.parse_args()
    scenario = Scenario.of({"country": "kyrgyzstan", "scale": options.scale, "start": "2022-01", "horizon": "2026-12"})
    population = load("kyrgyzstan", options.scale, labour_scale=options.labour_scale)
    world, _ = begun(population, scenario, Behaviour.central(), 1)
    advance(world, 0)  # one month: compiled code is loaded
    clock, steps = measured(world, options.months)
    rows, persons = world.rows, len(world.people.work.workers.work)
    print(f"1:{options.scale}: {rows:,} households, {persons:,} persons in rows; {options.months} months, one thread")
    for name, seconds in clock.sweeps.most_common():
        each, of = (persons, "person") if name in PERSONS else (rows, "household")
        month = seconds / options.months
        print(f"  {name:24s} {1e3 * month:8.2f} ms a month {1e9 * month / each:7.1f} ns a {of}")
    whole = sum(one for one, _ in steps.values())
    for name, (all_of_it, swept) in sorted(steps.items(), key=lambda one: -one[1][0]):
        month = 1e3 * all_of_it / options.months
        print(f"  {name:44s} {month:8.2f} ms a month {100 * (1 - swept / max(all_of_it, 1e-12)):4.0f} % Python")
    python = 100 * (1 - clock.total() / whole)
    print(f"all: {1e3 * whole / options.months:.1f} ms a month, {python:.0f} % of it Python and labour block")


if __name__ == "__main__":
    main()
