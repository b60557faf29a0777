"""How long a study takes: 1,000 paired replications of two arms, 36 months, 20,000 households, on all cores.

    python benchmarks/study_speed.py [--replications 1000] [--workers 0] [--alone 20]

Prints wall seconds, what one core works for one replication alone and beside others, the parallel efficiency (work of
one core alone, over wall seconds times workers) and what the runner adds to the simulations. ``worlds = "whole"``: the
base world and one world for each arm, as a study needs that asks for net outcomes only. Nothing is asserted.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from experiments import runner
from experiments.store import read_manifest
from experiments.study import Study

STUDY = {
    "name": "speed", "scale": 80, "start": "2022-01", "horizon": "2024-12", "prior": "draws", "worlds": "whole",
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
    options = parser.parse_args()
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


def measured(draws: int, workers: int, folder: Path) -> tuple[float, float, int]:
    """Return wall seconds, seconds inside simulations summed over workers, and the number of workers."""
    outcome = runner.run(Study.of({**STUDY, "draws": draws}), folder, workers=workers)
    manifest = read_manifest(folder)
    return outcome.seconds, float(manifest["seconds_simulating"]), int(manifest["workers"])


if __name__ == "__main__":
    main()
