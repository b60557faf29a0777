"""How long a study takes: 1,000 paired replications of two arms, 36 months, on all cores, and how exact it is.

    python benchmarks/study_speed.py [--replications 1000] [--workers 0] [--alone 20] [--scale 50] [--labour-scale 50]

Prints wall seconds, what one core works for one replication alone and beside others, the parallel efficiency (work of
one core alone, over wall seconds times workers) and what the runner adds to the simulations. ``worlds = "whole"``: the
base world and one world for each arm, as a study needs that asks for net outcomes only. Then the standard deviation of
the paired difference in net jobs, and how long it takes to know its mean as well as 1,000 replications at 1:80 did in
version 0.5.0: plainly, and with the parameters as control variates, whose means under the prior are known from many
draws that are not simulated. Nothing is asserted.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas

from experiments import runner
from experiments.store import read_manifest
from experiments.study import Study

SPREAD_BEFORE = 1_327.0  # of the paired difference in net jobs at 1:80 in version 0.5.0, 30 draws with two seeds each
MANY = 10_000  # draws of the prior, for the means of parameters
COUNTS = (0, 1, 2, 3, 5, 8, 12, 18)  # of control variates
STUDY: dict[str, Any] = {
    "name": "speed", "start": "2022-01", "horizon": "2024-12", "prior": "draws", "worlds": "whole",
    "designs": {
        "today": {},
        "grant_200": {"social_contract": {"grant": 200_000, "slots": 10_000}},
    },
    "study": {"outcomes": ["net_jobs", "poverty_exits", "net_fiscal_cost"]},
}  # fmt: skip


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replications", type=int, default=1000)
    parser.add_argument("--workers", type=int, default=0)
    parser.add_argument("--alone", type=int, default=20)
    parser.add_argument("--scale", type=int, default=50)
    parser.add_argument("--labour-scale", type=int, default=50)
    options = parser.parse_args()
    STUDY.update(scale=options.scale, labour_scale=options.labour_scale)
    with tempfile.TemporaryDirectory() as folder:
        measured(2, 1, Path(folder) / "warm")
        wall, work, _ = measured(options.alone, 1, Path(folder) / "alone")
        each = work / options.alone
        print(f"one core alone: {each:.3f} s of simulation for a replication of two arms ({options.alone} of them)")
        print(f"  the runner adds {wall / work - 1.0:.1%} with one worker")
        wall, work, workers = measured(options.replications, options.workers, Path(folder) / "all")
        print(f"{options.replications} replications: {wall:.1f} s of wall time with {workers} workers")
        print(f"  {work / options.replications:.3f} s of simulation for each; alone it would be {each:.3f} s")
        print(f"  parallel efficiency {options.replications * each / (wall * workers):.0%}")
        print(f"  outside simulations: {1.0 - work / (wall * workers):.1%} of the workers' time")
        found = difference(Path(folder) / "all")
        each = wall / options.replications
        print(f"  net jobs, one design less the other: {found.mean():,.0f}; deviation in 0.5.0 {SPREAD_BEFORE:,.0f}")
        tell("plainly", found.std(), each)
        mean, spread = controlled(found.to_numpy(), *parameters(options.replications))
        tell(f"with control variates, mean {mean:,.0f}", spread, each)


def tell(how: str, spread: float, each: float) -> None:
    """Print how long it takes to know the mean as well as before; ``each`` is seconds a replication."""
    needed = (spread / SPREAD_BEFORE) ** 2 * 1000.0
    print(f"  {how}: standard deviation {spread:,.0f}; {needed:,.0f} replications, {needed * each:.0f} s")


def parameters(draws: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the parameters of the draws of a study and of many more, each as its place among these, from -1 to 1."""
    sets = Study.of({**STUDY, "draws": MANY}).parameter_sets
    names = [name for name in sets[0] if len({one[name] for one in sets[:50]}) > 1]
    values = np.array([[one[name] for name in names] for one in sets])
    places = 2.0 * (values.argsort(axis=0).argsort(axis=0) + 0.5) / len(values) - 1.0
    return places[:draws], places


def controlled(found: np.ndarray, of_draws: np.ndarray, of_many: np.ndarray) -> tuple[float, float]:
    """Return the mean of a figure with parameters as control variates, and the standard deviation that is left.

    The places of parameters and their squares are taken up one after the other, the one that explains most of what is
    left first; how many is what tells other draws best. A draw is held against a regression without its tenth of the
    draws, so what was fitted to luck does not count as explained.
    """
    x, many = (np.hstack([places, places**2]) for places in (of_draws, of_many))
    x = (x - many.mean(axis=0)) / many.std(axis=0)
    tenth = np.arange(len(found)) % 10
    left: dict[int, np.ndarray] = {count: np.empty(len(found)) for count in COUNTS}
    for part in range(10):
        others, these = tenth != part, tenth == part
        for count, (chosen, weights) in regressions(x[others], found[others]).items():
            left[count][these] = found[these] - np.column_stack([np.ones(these.sum()), x[these][:, chosen]]) @ weights
    best = min(left, key=lambda count: float(np.mean(left[count] ** 2)))
    weights = regressions(x, found)[best][1]
    return float(weights[0]), float(np.sqrt(np.mean(left[best] ** 2)))


def regressions(x: np.ndarray, y: np.ndarray) -> dict[int, tuple[list[int], np.ndarray]]:
    """Return for each number of columns which are taken up, and the constant and weights that fit best."""
    chosen: list[int] = []
    out: dict[int, tuple[list[int], np.ndarray]] = {}
    scale = x.std(axis=0)
    for count in range(COUNTS[-1] + 1):
        columns = np.column_stack([np.ones(len(y)), x[:, chosen]])
        weights = np.linalg.lstsq(columns, y, rcond=None)[0]
        if count in COUNTS:
            out[count] = [*chosen], weights
        strength = np.abs((x - x.mean(axis=0)).T @ (y - columns @ weights)) / scale
        strength[chosen] = 0.0
        chosen.append(int(strength.argmax()))
    return out


def difference(folder: Path) -> pandas.Series:
    """Return the paired difference in net jobs of each replication of a finished study."""
    rows = pandas.concat([pandas.read_parquet(path) for path in folder.rglob("*.parquet")])
    rows = rows[(rows["outcome"] == "net_jobs") & (rows["group"] == "all") & (rows["month"] == -1)]
    wide = rows.pivot_table(index=["draw", "seed"], columns="design", values="value")
    return wide["grant_200"] - wide["today"]


def measured(draws: int, workers: int, folder: Path) -> tuple[float, float, int]:
    """Return wall seconds, seconds inside simulations summed over workers, and the number of workers."""
    outcome = runner.run(Study.of({**STUDY, "draws": draws}), folder, workers=workers)
    manifest = read_manifest(folder)
    return outcome.seconds, float(manifest["seconds_simulating"]), int(manifest["workers"])


if __name__ == "__main__":
    main()
