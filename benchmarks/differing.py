"""What a further design costs in a sweep with frozen markets, lived by its difference and lived whole.

    python benchmarks/differing.py [--scale 4] [--draws 3] [--threads 2] [--horizon 2024-12]

For draws of the posterior: seconds of the ground (burn-in and the world without contracts, all modules), of a whole
run of the design with burn-in and all modules, of its part after the start, of that part with the labour block
shared, and of the design lived by its difference (``sim.differing``). The last two are compared in every column and
figure; exits with 1 if any differs.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time

import numpy as np

from calibration.sets import parameter_sets
from sim import twins
from sim.behaviour import Behaviour
from sim.population import load
from sim.scenario import Scenario
from sim.schedule import advance
from sim.tracing import Trace
from sim.world import World

DESIGNS = {"larger": {"social_contract": {"grant": 150_000}}, "taper": {"social_contract": {"exclusion": "taper"}}}
NAMES = {
    "whole": "a whole run with burn-in and all modules",
    "all modules": "the same from the start of the comparison",
    "arm": "the same with the labour block shared",
}


def equal(one: World, other: World) -> bool:
    """Return whether two worlds have the same columns and figures, bit for bit."""
    figures = [(one.records.values[name], values) for name, values in other.records.values.items()]
    pairs = [*zip(one.state, other.state, strict=True), *figures]
    return all(np.asarray(a).tobytes() == np.asarray(b).tobytes() for a, b in pairs)


def main() -> int:
    """Measure, compare and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=int, default=4)
    parser.add_argument("--draws", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--horizon", default="2024-12")
    options = parser.parse_args()
    population = load("kyrgyzstan", options.scale)
    scenario = Scenario.of({
        "scale": options.scale, "start": "2022-01", "horizon": options.horizon, "worlds": "frozen", "designs": DESIGNS,
    })  # fmt: skip
    regions, last = population.country.regions, scenario.last_month
    shares: dict[str, list[float]] = {"whole": [], "all modules": [], "arm": []}
    same = True
    for seed, values in enumerate(parameter_sets("posterior", options.draws, 1).values, start=1):
        behaviour = Behaviour.from_values(dict(values))
        began = time.perf_counter()
        _, before, base = twins.roots(population, scenario, behaviour, seed, options.threads)
        ground = time.perf_counter() - began
        trace = base.trace or Trace(scenario.start_month)
        for name in DESIGNS:
            law = twins.law_of(scenario, name, regions)
            seconds = {}
            found = []
            for way, kept in (("difference", trace), ("arm", None)):
                base.trace = kept
                began = time.perf_counter()
                found.append(twins.live(law, before, base, last, None, "frozen").final)
                seconds[way] = time.perf_counter() - began
            began = time.perf_counter()
            _, alone = twins.begun(population, scenario, behaviour, seed, options.threads)
            middle = time.perf_counter()
            advance(alone.fork(design=twins.Rules(law), frozen=base.path), last)
            seconds["whole"] = time.perf_counter() - began
            seconds["all modules"] = time.perf_counter() - middle
            same &= equal(*found)
            differ = int((found[0].state.contract != base.state.contract).sum()) / before.rows
            for way, ratios in shares.items():
                ratios.append(seconds["difference"] / seconds[way])
            said = ", ".join(f"{way} {seconds[way]:.2f} s" for way in (*shares, "difference"))
            print(f"draw {seed}, {name}: ground {ground:.2f} s, {said}; "
                  f"{differ:.1%} of families end with another contract state", flush=True)
            del found, alone
    for what, ratios in shares.items():
        print(f"by difference over {NAMES[what]}: median {statistics.median(ratios):.2f} "
              f"({min(ratios):.2f} to {max(ratios):.2f})")
    print("every column and figure is the same" if same else "the ways DIFFER")
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main())
