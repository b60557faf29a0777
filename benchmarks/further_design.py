"""What a further design costs: with markets fixed at those of the base world, and with markets that answer.

    python benchmarks/further_design.py [--scale 100] [--labour-scale 10] [--designs 6]

Two kinds of designs are simulated from January 2022 for 60 months on the same ground: grants, which change nothing for
persons at work and employers while markets are fixed, and quotas, which do. Printed: the median processor seconds of a
design, the first left out, and the ratio to the same design with markets that answer. Nothing is asserted.
"""

from __future__ import annotations

import argparse
import statistics
import time
from typing import Any

from sim.behaviour import Behaviour
from sim.population import load
from sim.scenario import Scenario
from sim.twins import Ground


def kinds(count: int) -> dict[str, dict[str, Any]]:
    """Return designs of each kind by name."""
    steps = range(count + 1)
    return {
        "grants": {f"grant_{k}": {"social_contract": {"grant": 100_000 + 5_000 * k, "slots": 10_000}} for k in steps},
        "quotas": {f"levy_{k}": {"quota": {"levy": 0.1 + 0.05 * k}} for k in steps},
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scale", type=int, default=100)
    parser.add_argument("--labour-scale", type=int, default=10)
    parser.add_argument("--designs", type=int, default=6)
    options = parser.parse_args()
    population = load("kyrgyzstan", options.scale, labour_scale=options.labour_scale)
    print(f"1:{options.scale}, labour 1:{options.labour_scale}, {len(population.households.identifier):,} households")
    for kind, designs in kinds(options.designs).items():
        found = {}
        for worlds in ("whole", "frozen"):
            scenario = Scenario.of({
                "scale": options.scale, "labour_scale": options.labour_scale, "start": "2022-01", "horizon": "2026-12",
                "designs": designs, "worlds": worlds,
            })  # fmt: skip
            ground = Ground.of(population, scenario, Behaviour.central(), 1)
            seconds = []
            for name in designs:
                began = time.process_time()
                ground.live(scenario, name)
                seconds.append(time.process_time() - began)
            found[worlds] = statistics.median(seconds[1:])
        ratio = found["frozen"] / found["whole"]
        print(f"  {kind}: {found['frozen']:.3f} s with fixed markets, {found['whole']:.3f} s with markets that answer, "
              f"ratio {ratio:.2f}")  # fmt: skip


if __name__ == "__main__":
    main()
