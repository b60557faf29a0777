"""How long a study takes: 1,000 paired replications of two arms, 36 months, on all cores, and how exact it is.

    python benchmarks/study_speed.py [--replications 1000] [--workers 0] [--alone 20] [--scale 50] [--labour-scale 50]

Prints wall seconds, what one core works for one replication alone and beside others, the parallel efficiency (work of
one core alone, over wall seconds times workers) and what the runner adds to the simulations. ``worlds = "whole"``: the
base world and one world for each arm, as a study needs that asks for net outcomes only. Then the standard deviation of
the paired difference in net jobs, and how long it takes to know its mean as well as 1,000 replications at 1:80 did in
version 0.5.0. Nothing is asserted.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from typing import Any

import pandas

from experiments import runner
from experiments.store import read_manifest
from experiments.study import Study

SPREAD_BEFORE = 1_327.0  # of the paired difference in net jobs at 1:80 in version 0.5.0, 30 draws with two seeds each
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
        spread = difference(Path(folder) / "all").std()
        needed = (spread / SPREAD_BEFORE) ** 2 * 1000.0
        print(f"  net jobs, one design less the other: standard deviation {spread:,.0f}, in 0.5.0 {SPREAD_BEFORE:,.0f}")
        print(f"  {needed:,.0f} replications are as exact as 1,000 then: {wall * needed / options.replications:.0f} s")


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
