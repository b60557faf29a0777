"""How often intervals of studies that stopped by themselves cover the truth; 90 % are promised, 88 % asked.

    python benchmarks/stopping.py [--repeats 2000] [--results FOLDER --outcome net_jobs]

Synthetic paired differences (normal, skewed, heavy tails, rare jumps) with a known mean, and, with ``--results``, the
recorded paired differences of a finished study, drawn again with replacement: their mean is the truth. Each repeat
looks at more and more draws until the interval is narrower than asked, as ``experiments/precision.py`` does.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt

sys.path.insert(0, str(Path(__file__).parents[1]))

from experiments import summary
from experiments.precision import LEAST, Stopping, mean_interval

Floats = npt.NDArray[np.float64]
Draw = Callable[[np.random.Generator, int], Floats]
NEEDED = (120, 250, 500)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=2000)
    parser.add_argument("--results", type=Path)
    parser.add_argument("--outcome", default="net_jobs")
    options = parser.parse_args()
    cases: dict[str, Draw] = {
        "normal": lambda rng, size: rng.standard_normal(size),
        "skewed (log-normal)": lambda rng, size: rng.lognormal(0.0, 0.8, size) - np.exp(0.32),
        "heavy tails (t, 4 degrees)": lambda rng, size: rng.standard_t(4, size),
        "rare jumps (8 %)": lambda rng, size: rng.normal(0.0, 0.3, size) + 3.0 * ((rng.random(size) < 0.08) - 0.08),
    }
    if options.results:
        found = summary.read(options.results)
        paired = found.paired(options.outcome)[found.designs[-1]].dropna().to_numpy()
        cases = {f"recorded {options.outcome} ({len(paired)} draws)": lambda rng, size: rng.choice(paired, size)
                 - paired.mean()}  # fmt: skip
    for name, draw in cases.items():
        spread = float(draw(np.random.default_rng(1), 200_000).std())
        for needed in NEEDED:
            rng = np.random.default_rng(needed)
            width = 2 * 1.645 * spread / np.sqrt(needed)
            hits, sizes = 0, 0
            for _ in range(options.repeats):
                values = stopped(draw(rng, 4 * needed), width)
                _, low, high = mean_interval(values)
                hits += low <= 0.0 <= high
                sizes += len(values)
            share, mean = hits / options.repeats, sizes / options.repeats
            print(f"{name:32s} about {needed} draws: {share:.3f} covered, stopped at {mean:.0f} on average", flush=True)


def stopped(values: Floats, width: float) -> Floats:
    """Return the draws that a study has looked at when it stops."""
    rule = Stopping(len(values), LEAST, {"x": width})
    for count in rule.looks():
        if rule.look(count, {"x": {"arm": values[:count]}}, ["x"]).met:
            break
    return values[:count]


if __name__ == "__main__":
    main()
