"""How cost grows: with households, months, employers, threads, replications, workers, and in a country of ten times.

    python benchmarks/scaling.py [--curves months replications ...] [--scales 1000 250 80 20 5 1] [--repeats 5]

Each line is the median of some repeats in CPU seconds of the process and in seconds of the clock, for the history of
the country from January 2022 on with all modules on, after the burn-in. From a scale of ten upwards the labour block
has one person and one employer for each ten, so those lines differ in households alone. Under each curve stands why it
bends.

The country of ten times has every household, person with a disability and employer ten times, under identifiers of
their own, so that each lives a life of its own, with a tenth of the weight; slots, register and services are then ten
times as many rows and published totals the same, which the last column lets one check.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from study_speed import STUDY

from experiments import runner
from experiments.store import read_manifest
from experiments.study import Study
from sim.beginning import begin
from sim.behaviour import Behaviour
from sim.engine.columns import taken
from sim.laws import HISTORY, Rules, law_of
from sim.population import Population, load
from sim.population.families import PLACE_BITS
from sim.population.sampling import START, balanced
from sim.scenario import Scenario
from sim.schedule import advance
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


def with_labour(population: Population, scale: int) -> Population:
    """Return the same households beside persons and employers at another scale; these persons have no households."""
    if scale <= 10:
        other = load(COUNTRY, scale)
        persons = other.persons._replace(person=np.full(len(other.persons.person), -1, np.int32))
        return replace(population, persons=persons, employers=other.employers, labour_scale=scale)
    full = load(COUNTRY, 1)
    persons = taken(full.persons, np.arange(START % scale, len(full.persons.identifier), scale))
    persons = persons._replace(person=np.full(len(persons.person), -1, np.int32))
    employers = taken(full.employers, balanced(full.employers, scale))
    return replace(population, persons=persons, employers=employers, labour_scale=scale)


def repeated(population: Population, copies: int) -> Population:
    """Return a country with every row some times; numbers within a place go on from copy to copy."""

    def counts(identifier: Any) -> Any:
        return np.bincount(identifier >> PLACE_BITS)

    def order(identifier: Any) -> tuple[Any, Any]:
        ends = np.cumsum(counts(identifier))
        places = [np.arange(end - count, end) for end, count in zip(ends, counts(identifier), strict=True)]
        rows = np.concatenate([np.tile(place, copies) for place in places])
        return rows, np.concatenate([np.repeat(np.arange(copies), len(place)) for place in places])

    def moved(identifier: Any, copy: Any, many: Any) -> Any:
        place, number = identifier >> PLACE_BITS, identifier & ((1 << PLACE_BITS) - 1)
        assert int((many * copies).max()) < 1 << PLACE_BITS, "a place has no room for so many numbers"
        return ((place.astype(np.int64) << PLACE_BITS) + number + copy * many[place]).astype(np.uint32)

    def table(rows_of: Any) -> tuple[Any, Any]:
        rows, copy = order(rows_of.identifier)
        many = counts(rows_of.identifier)
        out = taken(rows_of, rows)
        return out._replace(identifier=moved(out.identifier, copy, many)), copy

    households, _ = table(population.households)
    everyone, _ = table(population.everyone)
    members = households.members.astype(np.int64)
    households = households._replace(first_person=(np.cumsum(members) - members).astype(np.int32))
    everyone = everyone._replace(household=np.repeat(np.arange(len(members), dtype=np.int32), members))
    persons, copy = table(population.persons)
    persons = persons._replace(household=moved(persons.household, copy, counts(population.households.identifier)),
                               person=np.full(len(persons.person), -1, np.int32))  # fmt: skip
    employers, copy = table(population.employers)
    group = employers.business_group.astype(np.int64)
    groups = int(population.employers.business_group.max()) + 1
    employers = employers._replace(business_group=np.where(group > 0, group + copy * groups, 0).astype(np.uint32))
    households = households._replace(weight=np.maximum(households.weight // copies, 1))  # weights are whole
    weight: Any = 1 / copies
    return replace(
        population, households=households, everyone=everyone, persons=persons, employers=employers,
        scale=population.scale * weight,
        labour_scale=population.labour_scale * weight,
    )  # fmt: skip


def households(options: argparse.Namespace) -> None:
    """Print cost against households."""
    print(f"{'scale':>8s}{'households':>12s}{'employers':>11s}{'CPU s':>9s}{'s':>9s}{'ns a household-month':>22s}"
          f"{'without labour':>16s}")  # fmt: skip
    for scale in options.scales:
        population = load(COUNTRY, scale)
        rows = len(population.households.identifier)
        cpu, clock = lived(population, options.months, options.repeats)
        alone, _ = lived(population, options.months, options.repeats, labour=False)
        each = [1e9 * seconds / rows / options.months for seconds in (cpu, alone)]
        print(f"{scale:8d}{rows:12,d}{len(population.employers.identifier):11,d}{cpu:9.3f}{clock:9.3f}{each[0]:22.1f}"
              f"{each[1]:16.1f}", flush=True)  # fmt: skip
    print("Flat from 1:20 on, where passes over rows are nearly all of a month. Bends below 1:80: there the steps of "
          "Python\nand the labour block of one in ten, which do not shrink, are most of a month.")  # fmt: skip


def months(options: argparse.Namespace) -> None:
    """Print cost against months."""
    middle = load(COUNTRY, 80)
    print("months at 1:80" + f"{'CPU s':>24s}{'s':>9s}{'ms a month':>13s}")
    for count in (12, 36, 60, 108):
        cpu, clock = lived(middle, count, options.repeats)
        print(f"{count:14d}{cpu:24.3f}{clock:9.3f}{1e3 * cpu / count:13.2f}", flush=True)
    print("Straight: a month costs the same whenever it is lived.")


def employers(options: argparse.Namespace) -> None:
    """Print cost against employers and persons with disabilities, with households at 1:80."""
    middle = load(COUNTRY, 80)
    alone, _ = lived(middle, options.months, options.repeats, labour=False)
    print(f"{'employers':>14s}{'persons':>10s}{'CPU s':>9s}{'s':>9s}{'of it labour':>14s}{'ms a month':>12s}"
          f"{'ns a person or employer':>25s}")  # fmt: skip
    for scale in (100, 50, 20, 10, 5, 2, 1):
        population = with_labour(middle, scale)
        firms, people = len(population.employers.identifier), len(population.persons.identifier)
        cpu, clock = lived(population, options.months, options.repeats)
        block = cpu - alone
        print(f"{firms:14,d}{people:10,d}{cpu:9.3f}{clock:9.3f}{block:14.3f}{1e3 * block / options.months:12.2f}"
              f"{1e9 * block / options.months / (firms + people):25.1f}", flush=True)  # fmt: skip
    print("Bends at one in ten: below, some dozens of calls from Python a month, about .3 ms, are most of the block; "
          "above, a row costs the same.")  # fmt: skip


def threads(options: argparse.Namespace) -> None:
    """Print cost against threads."""
    print(f"{'scale':>8s}{'threads':>9s}{'CPU s':>9s}{'s':>9s}")
    for scale in sorted({80, 20, min(options.scales)}, reverse=True):
        finest = load(COUNTRY, scale)
        for count in (1, 2):
            cpu, clock = lived(finest, options.months, options.repeats, count)
            print(f"{scale:8d}{count:9d}{cpu:9.3f}{clock:9.3f}", flush=True)
    print("Two threads pay in a large country only: each sweep is handed over and waited for, longer than a small "
          "one's\nsweep takes; large ones share one memory, so the gain stays below two.")  # fmt: skip


def studied(draws: int, workers: int) -> tuple[float, float]:
    """Return seconds of the clock of a study of two arms, and seconds inside simulations summed over workers."""
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        runner.run(Study.of({**STUDY, "draws": draws}), Path(folder), workers=workers)
        seconds = time.perf_counter() - began
        return seconds, float(read_manifest(Path(folder))["seconds_simulating"])


def replications(options: argparse.Namespace) -> None:
    """Print cost of a study against its replications, with one worker."""
    studied(1, 1)
    print(f"{'replications':>14s}{'s':>9s}{'s each':>9s}{'in simulations':>16s}{'beside them, s':>16s}")
    for draws in (1, 2, 4, 8, 16, 32, 64):
        found = [studied(draws, 1) for _ in range(options.repeats if draws < 16 else 1)]
        clock, work = (statistics.median(column) for column in zip(*found, strict=True))
        print(f"{draws:14d}{clock:9.2f}{clock / draws:9.3f}{work / draws:16.3f}{clock - work:16.2f}", flush=True)
    print("Straight but for a tenth of a second that each study takes to load the country, plan and write.\n"
          "Draws of the parameters differ in cost, so few of them scatter.")  # fmt: skip


def workers(options: argparse.Namespace) -> None:
    """Print cost of a study against workers, each a process."""
    draws = 24
    print(f"{'workers':>14s}{'s':>9s}{'s each':>9s}{'one simulation':>16s}{'speed-up':>10s}{'outside':>9s}")
    first = 0.0
    for count in (1, 2, 3, 4):
        studied(2 * count, count)
        found = [studied(draws, count) for _ in range(min(options.repeats, 3))]
        clock, work = (statistics.median(column) for column in zip(*found, strict=True))
        first = first or clock
        outside = 1.0 - work / (clock * count)
        print(f"{count:14d}{clock:9.2f}{clock / draws:9.3f}{work / draws:16.3f}{first / clock:10.2f}{outside:9.1%}",
              flush=True)  # fmt: skip
    print("Bends at the number of processors: further processes wait for one, and each simulation takes the longer.")


def tenfold(options: argparse.Namespace) -> None:
    """Print the cost of the whole country and of ten of them, on two threads."""
    print(f"{'copies':>14s}{'households':>12s}{'begin s':>9s}{'burn-in s':>11s}{'CPU s':>9s}{'s':>9s}"
          f"{'ns a household-month':>22s}{'peak MiB':>10s}{'poor persons':>13s}{'jobs':>8s}")  # fmt: skip
    for copies in (1, options.copies):
        whole = load(COUNTRY, 1)
        population = repeated(whole, copies) if copies > 1 else whole
        rows = len(population.households.identifier)
        taken_s, found = [], []
        for seed in range(1, 1 + (options.repeats if copies == 1 else 1)):
            began = time.perf_counter()
            world = begin(population, Behaviour.central(), rules_of(population), seed, 0, 2)
            opened = time.perf_counter()
            advance(world, -1)
            burnt = time.perf_counter()
            cpu, clock = time.process_time(), time.perf_counter()
            advance(world, options.months - 1)
            found.append((time.process_time() - cpu, time.perf_counter() - clock))
            taken_s.append((opened - began, burnt - opened))
            poor, jobs = (float(world.records.series(name)[-1].sum()) for name in ("poor", "gross_jobs"))
            del world
        (start, burn), (cpu, clock) = (
            [statistics.median(column) for column in zip(*rows_of, strict=True)] for rows_of in (taken_s, found)
        )
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"{copies:14d}{rows:12,d}{start:9.2f}{burn:11.2f}{cpu:9.2f}{clock:9.2f}"
              f"{1e9 * clock / rows / options.months:22.1f}{peak:10,.0f}{poor:13,.0f}{jobs:8,.0f}",
              flush=True)  # fmt: skip
    print("Burn-in and months stay straight, since columns are lived through block by block. The beginning bends: it "
          "sorts\nwhole columns, to meet published poverty and the register.")  # fmt: skip


CURVES = {
    curve.__name__: curve for curve in (households, months, employers, threads, replications, workers, tenfold)
}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--curves", nargs="+", choices=CURVES, default=list(CURVES))
    parser.add_argument("--scales", type=int, nargs="+", default=[1000, 250, 80, 20, 5, 1])
    parser.add_argument("--months", type=int, default=12)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--copies", type=int, default=10, help="of the whole country")
    options = parser.parse_args()
    lived(load(COUNTRY, 1000), 26, 1)
    for name in options.curves:
        print()
        CURVES[name](options)


if __name__ == "__main__":
    main()
