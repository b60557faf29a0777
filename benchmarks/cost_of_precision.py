"""What an interval costs: processor seconds until the mean difference of two designs is known to a given precision.

    python benchmarks/cost_of_precision.py [--draws 48] [--fine 80] [--coarse 400] [--half 500]

The figure is the mean over posterior draws of the difference in net jobs between a grant of 200,000 som and today's
law, 36 months, and the question how many seconds a 90 % interval of half width ``--half`` jobs takes. Four ways:

    independent   each design under a seed of its own, as a model without addressed draws has to
    paired        both designs under one seed
    control       paired, and the part that is linear in the parameters taken out: their means are known
    multilevel    many paired runs of a coarse country, few of the difference between the fine and the coarse one

Variances are those of the runs made here; a control variate is chosen and fitted on other runs than it is judged on.
"""

from __future__ import annotations

import argparse
import math
import time

import numpy as np

from calibration.sets import parameter_sets
from sim.behaviour import Behaviour
from sim.population import load
from sim.scenario import Scenario
from sim.twins import compare

DESIGNS = {"today": {}, "larger": {"social_contract": {"grant": 200_000, "slots": 10_000}}}
Z = 1.645
CONTROLS = 4


def net_jobs(scale: int, values: dict[str, float], seed: int, designs: dict[str, dict[str, object]]) -> list[float]:
    """Return net jobs of each design."""
    scenario = Scenario.of({
        "scale": scale, "start": "2022-01", "horizon": "2024-12", "worlds": "whole", "designs": designs,
    })  # fmt: skip
    rows = compare(load("kyrgyzstan", scale), scenario, Behaviour.from_values(values), seed).records()
    wanted = ("net_jobs", "all", -1)
    found = {r["design"]: r["value"] for r in rows if (r["outcome"], r["group"], r["month"]) == wanted}
    return [found[name] for name in designs]


def unexplained(differences: np.ndarray, parameters: np.ndarray, folds: int = 8) -> float:
    """Return the variance that is left when the parameters most correlated with a difference are regressed out."""
    left = np.empty(len(differences))
    places = np.arange(len(differences)) % folds
    for fold in range(folds):
        own, rest = places == fold, places != fold
        centred = parameters[rest] - parameters[rest].mean(axis=0)
        spread = np.maximum(centred.std(axis=0), 1e-12)
        strength = np.abs(centred.T @ (differences[rest] - differences[rest].mean())) / spread
        chosen = np.argsort(-strength)[:CONTROLS]
        columns = np.column_stack([np.ones(rest.sum()), parameters[rest][:, chosen]])
        fit = np.linalg.lstsq(columns, differences[rest], rcond=None)[0]
        left[own] = differences[own] - np.column_stack([np.ones(own.sum()), parameters[own][:, chosen]]) @ fit
    return float((left**2).mean())


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=48)
    parser.add_argument("--fine", type=int, default=80)
    parser.add_argument("--coarse", type=int, default=400)
    parser.add_argument("--half", type=float, default=500.0)
    options = parser.parse_args()
    sets = [dict(one) for one in parameter_sets("posterior", options.draws, 1).values]
    names = [name for name in sets[0] if len({one[name] for one in sets}) > 1]
    parameters = np.array([[one[name] for name in names] for one in sets])
    for scale in (options.fine, options.coarse):  # warm
        net_jobs(scale, sets[0], 1, DESIGNS)
    seconds: dict[int, float] = {}
    runs: dict[int, np.ndarray] = {}
    for scale in (options.fine, options.coarse):
        began = time.process_time()
        runs[scale] = np.array([net_jobs(scale, one, k + 1, DESIGNS) for k, one in enumerate(sets)])
        seconds[scale] = (time.process_time() - began) / options.draws
    only = {"larger": DESIGNS["larger"]}
    began = time.process_time()
    other = np.array([net_jobs(options.fine, one, 10_001 + k, only)[0] for k, one in enumerate(sets)])
    alone = (time.process_time() - began) / options.draws
    fine, coarse = (runs[scale][:, 1] - runs[scale][:, 0] for scale in (options.fine, options.coarse))
    needed = (options.half / Z) ** 2
    independent = (other - runs[options.fine][:, 0]).var(ddof=1)
    cost_apart = 2.0 * alone
    step, base = (fine - coarse).var(ddof=1), coarse.var(ddof=1)
    both = seconds[options.fine] + seconds[options.coarse]
    ways = {
        "independent": (independent, cost_apart, independent * cost_apart / needed),
        "paired": (fine.var(ddof=1), seconds[options.fine], fine.var(ddof=1) * seconds[options.fine] / needed),
    }
    left = unexplained(fine, parameters)
    ways["control"] = left, seconds[options.fine], left * seconds[options.fine] / needed
    mixed = (math.sqrt(base * seconds[options.coarse]) + math.sqrt(step * both)) ** 2 / needed
    costs = ", ".join(f"1:{scale} {each:.3f} s a pair" for scale, each in seconds.items())
    print(f"{options.draws} posterior draws; {costs}; wanted: 90 % interval of +-{options.half:g} jobs")
    print(f"{'way':14s}{'sd of one':>12s}{'CPU s of one':>14s}{'CPU s wanted':>14s}{'against paired':>16s}")
    for name, (variance, each, total) in ways.items():
        against = total / ways["paired"][2]
        print(f"{name:14s}{math.sqrt(variance):12.0f}{each:14.3f}{total:14.1f}{against:16.2f}")
    print(f"{'multilevel':14s}{'-':>12s}{'-':>14s}{mixed:14.1f}{mixed / ways['paired'][2]:16.2f}")
    print(f"mean difference: fine {fine.mean():.0f}, coarse {coarse.mean():.0f}, apart {np.mean(fine - coarse):.0f} "
          f"(standard error {math.sqrt(step / options.draws):.0f})")  # fmt: skip


if __name__ == "__main__":
    main()
