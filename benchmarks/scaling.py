"""How cost grows: seconds of one run against households, months, employers, replications and threads.

    python benchmarks/scaling.py [--scales 1000 250 80 20 5 1] [--months 12] [--repeats 5]

Each line is the median of some repeats in CPU seconds of the process and in seconds of the clock, for the history of
the country from January 2022 on with all modules on, after the burn-in. From a scale of ten upwards the labour block
has one person and one employer for each ten, so those lines differ in households alone.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable, Sequence

from sim.beginning import begin
from sim.behaviour import Behaviour
from sim.population import Population, load
from sim.scenario import Scenario
from sim.schedule import advance
from sim.twins import HISTORY, Rules, law_of
from sim.world import Records, World

COUNTRY = "kyrgyzstan"


def rules_of(population: Population) -> Rules:
    """Return the law as it was, as the terms of each month."""
    scenario = Scenario.of({"start": "2022-01", "horizon": "2030-12"})
    return Rules(law_of(scenario, HISTORY, population.country.regions))


def started(population: Population, seed: int, threads: int, labour: bool = True) -> World:
    """Return a world after its burn-in."""
    world = advance(begin(population, Behaviour.central(), rules_of(population), seed, 0, threads), -1)
    world.labour_of = None if labour else Records()
    return world


def measured(make: Callable[[int], Callable[[], object]], repeats: int) -> tuple[float, float]:
    """Return median CPU seconds and seconds of what ``make`` prepares for a seed."""
    cpu, clock = [], []
    for seed in range(1, repeats + 1):
        work = make(seed)
        before, began = time.process_time(), time.perf_counter()
        work()
        cpu.append(time.process_time() - before)
        clock.append(time.perf_counter() - began)
    return statistics.median(cpu), statistics.median(clock)


def lived(
    population: Population, months: int, repeats: int, threads: int = 1, labour: bool = True
) -> tuple[float, float]:
    """Return median CPU seconds and seconds of some months."""

    def make(seed: int) -> Callable[[], object]:
        world = started(population, seed, threads, labour)
        return lambda: advance(world, months - 1)

    return measured(make, repeats)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scales", type=int, nargs="+", default=[1000, 250, 80, 20, 5, 1])
    parser.add_argument("--months", type=int, default=12)
    parser.add_argument("--repeats", type=int, default=5)
    options = parser.parse_args()
    lived(load(COUNTRY, 1000), 26, 1)
    _households(options.scales, options.months, options.repeats)
    middle = load(COUNTRY, 80)
    print("\nmonths at 1:80" + f"{'CPU s':>24s}{'s':>9s}{'ms a month':>13s}")
    for months in (12, 36, 60, 108):
        cpu, clock = lived(middle, months, options.repeats)
        print(f"{months:14d}{cpu:24.3f}{clock:9.3f}{1e3 * cpu / months:13.2f}")
    print("\nthreads, at the finest scale asked for" + f"{'CPU s':>13s}{'s':>9s}")
    finest = load(COUNTRY, min(options.scales))
    for threads in (1, 2):
        cpu, clock = lived(finest, options.months, options.repeats, threads)
        print(f"{threads:14d}{cpu:37.3f}{clock:9.3f}")


def _households(scales: Sequence[int], months: int, repeats: int) -> None:
    print(f"{'scale':>8s}{'households':>12s}{'employers':>11s}{'CPU s':>9s}{'s':>9s}{'ns a household-month':>22s}"
          f"{'without labour':>16s}")  # fmt: skip
    for scale in scales:
        population = load(COUNTRY, scale)
        rows = len(population.households.identifier)
        cpu, clock = lived(population, months, repeats)
        alone, _ = lived(population, months, repeats, labour=False)
        each = [1e9 * seconds / rows / months for seconds in (cpu, alone)]
        print(f"{scale:8d}{rows:12,d}{len(population.employers.identifier):11,d}{cpu:9.3f}{clock:9.3f}{each[0]:22.1f}"
              f"{each[1]:16.1f}", flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
