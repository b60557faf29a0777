"""What pairing buys: the variance of a difference between two designs with shared and with independent luck.

    python benchmarks/pairing.py [--scale 200] [--replications 40]

Parameters stay at their medians, so all variance is Monte Carlo noise. Paired: both designs under the same seed.
Independent: the same runs, but each design's figure taken from another seed. The ratio of the two variances is how
many times more replications independent seeds need for the same interval.
"""

from __future__ import annotations

import argparse

import numpy as np

from sim.behaviour import Behaviour
from sim.population import load
from sim.scenario import Scenario
from sim.twins import compare

OUTCOMES = ("gross_jobs", "net_jobs", "jobs_disability", "poverty_exits", "programme_cost", "net_fiscal_cost")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=int, default=200)
    parser.add_argument("--replications", type=int, default=40)
    options = parser.parse_args()
    scenario = Scenario.of({
        "scale": options.scale, "horizon": "2028-12",
        "designs": {
            "today": {},
            "taper": {"social_contract": {"exclusion": "taper"}},
            "levy": {"quota": {"design": "KG_2025", "assignment": "universal", "levy": 0.25}},
        },
    })
    population, behaviour = load("kyrgyzstan", options.scale), Behaviour.central()
    found: dict[tuple[str, str], list[float]] = {}
    for seed in range(options.replications):
        for row in compare(population, scenario, behaviour, seed + 1).records():
            if row["group"] == "all" and row["month"] == -1 and row["outcome"] in OUTCOMES:
                found.setdefault((row["design"], row["outcome"]), []).append(row["value"])
    print(f"{'difference':22s}{'outcome':20s}{'sd paired':>14s}{'sd independent':>16s}{'variance ratio':>16s}")
    for design in ("taper", "levy"):
        for outcome in OUTCOMES:
            mine, today = np.array(found[design, outcome]), np.array(found["today", outcome])
            paired = mine - today
            independent = mine - np.roll(today, 1)
            if paired.var(ddof=1) == 0.0:
                ratio = "no noise left"
            else:
                ratio = f"{independent.var(ddof=1) / paired.var(ddof=1):.1f}"
            spread = f"{paired.std(ddof=1):14.0f}{independent.std(ddof=1):16.0f}"
            print(f"{design + ' - today':22s}{outcome:20s}{spread}{ratio:>16s}")


if __name__ == "__main__":
    main()
