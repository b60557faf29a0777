"""The country at 1:1: seconds for 60 months of one run, and peak memory.

    python benchmarks/whole_country.py [--scale 1] [--threads 2] [--repeats 3]

Prints the seconds of loading the prebuilt population, of the beginning, of 60 months with all modules on, the
household-months a second, and the peak memory of the process. Nothing is asserted.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import time

from sim.beginning import begin
from sim.behaviour import Behaviour
from sim.laws import HISTORY, Rules, law_of
from sim.population import load
from sim.scenario import Scenario
from sim.schedule import advance

MONTHS = 60


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--repeats", type=int, default=3)
    options = parser.parse_args()
    load("kyrgyzstan", options.scale)
    began = time.perf_counter()
    population = load("kyrgyzstan", options.scale)
    loading = time.perf_counter() - began
    scenario = Scenario.of({"scale": options.scale, "start": "2022-01", "horizon": "2026-12"})
    behaviour = Behaviour.central()
    small = load("kyrgyzstan", 1000)
    rules = Rules(law_of(scenario, HISTORY, population.country.regions))
    advance(begin(small, behaviour, rules, 1, 0), 12)
    rows = len(population.households.identifier)
    seconds, openings = [], []
    for repeat in range(options.repeats):
        began = time.perf_counter()
        world = begin(population, behaviour, rules, repeat, 0, options.threads)
        openings.append(time.perf_counter() - began)
        advance(world, -1)
        began = time.perf_counter()
        advance(world, MONTHS - 1)
        seconds.append(time.perf_counter() - began)
        del world  # the next one is not to stand beside it
        print(f"repeat {repeat + 1}: {seconds[-1]:.2f} s for {MONTHS} months", flush=True)
    median = statistics.median(seconds)
    print(f"households {rows:,}, persons with disabilities {len(population.persons.identifier):,}, "
          f"employers {len(population.employers.identifier):,}, threads {options.threads}")
    print(f"loading {loading:.2f} s, beginning {statistics.median(openings):.2f} s")
    print(f"{MONTHS} months {median:.2f} s (median)")
    print(f"{rows * MONTHS / median / 1e6:.1f} million household-months a second")
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")


if __name__ == "__main__":
    main()
