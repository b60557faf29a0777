"""Do the page's estimates hold what they say? Designs that nobody learnt from, estimated and then simulated.

    python benchmarks/estimates.py                      # 60 designs, 8 runs each; a few minutes

An estimate is learnt as the server learns it: from one run of each design simulated ahead. Then fresh designs are
drawn: some move up to five levers anywhere, some move one lever a few steps, as people do. Each is simulated in some
draws, and every run is asked whether it is inside the estimate's interval, of the figure and of its difference from
today's law with the same assumptions and luck. An interval that holds nine in ten is right; one that holds more is
wider than it must be, one that holds fewer says too much. The width stands beside it, against that which would just
hold nine in ten if all intervals were equally wide. Runs that are kept on this computer are not simulated again.
"""

from __future__ import annotations

import argparse
import json
import sys
import zlib
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from workshop.basis import basis  # noqa: E402
from workshop.designs import TODAY, made, read  # noqa: E402
from workshop.estimating import MOST_MOVED, Estimator, ahead, anywhere  # noqa: E402
from workshop.levers import NUMBER, levers  # noqa: E402
from workshop.memory import Memory  # noqa: E402
from workshop.outcomes import HEADLINES  # noqa: E402
from workshop.problems import Problem  # noqa: E402
from workshop.simulations import LEARN_ON  # noqa: E402
from workshop.storing import cache_folder  # noqa: E402
from workshop.worlds import Country  # noqa: E402

FAR, NEAR = "up to five levers anywhere", "one lever, up to three steps"


def fresh(count: int, seed: int) -> dict[str, str]:
    """Return designs that are not among those to learn from, with their kinds."""
    luck, out = np.random.default_rng(seed), dict[str, str]()
    while len(out) < count:
        kind = NEAR if len(out) % 3 == 2 else FAR
        count_moved = 1 if kind == NEAR else 1 + int(luck.integers(MOST_MOVED))
        chosen = luck.choice(len(levers()), size=count_moved, replace=False)
        changes = {levers()[k].key: (_near if kind == NEAR else anywhere)(levers()[k], luck) for k in sorted(chosen)}
        try:
            short = made(changes).short
        except Problem:
            continue
        if short != TODAY and short not in ahead():
            out.setdefault(short, kind)
    return out


def _near(lever, luck: np.random.Generator):
    if lever.kind != NUMBER:
        return anywhere(lever, luck)
    moved = lever.today + lever.step * int(luck.choice([-3, -2, -1, 1, 2, 3]))
    return round(min(max(moved, lever.low), lever.high), 6)


class Runs:
    """Runs of designs: those that are kept, and those that have to be made."""

    def __init__(self) -> None:
        behind = basis()
        self.draws = len(behind.sets)
        self.memory = Memory(cache_folder(), behind.world)
        self.country = Country(behind.scenario, behind.sets, behind.seeds)
        self.made = 0

    def of(self, design: str, k: int) -> np.ndarray:
        """Return the figures of a design in one draw."""
        known = self.memory.runs(design)
        if k not in known:
            if k not in self.country.grounds:
                self.country.prepare(k)
            self.memory.add(design, k, *self.country.run(design, k))
            self.made += 1
        return self.memory.runs(design)[k]


def main() -> None:
    """Learn, estimate, simulate, compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--designs", type=int, default=60)
    parser.add_argument("--runs", type=int, default=8, help="runs of each fresh design")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    runs = Runs()
    today = np.array([runs.of(TODAY, k) for k in range(runs.draws)])
    layout = runs.memory.layout
    learnt = [(design, n % LEARN_ON, runs.of(design, n % LEARN_ON)) for n, design in enumerate(ahead())]
    estimator = Estimator.learnt(layout, today, learnt)
    places = [layout.headline(name) for name in HEADLINES]
    rows = []  # (kind, headline, inside as a figure, inside as a difference, width, how far the estimate was off)
    for short, kind in fresh(asked.designs, asked.seed).items():
        found = estimator.table(read(short))
        low, high = np.quantile(found, [0.05, 0.95], axis=0)
        down, middle, up = np.quantile(found - today, [0.05, 0.5, 0.95], axis=0)
        first = zlib.crc32(short.encode()) % runs.draws
        for n in range(asked.runs):
            k = (first + n * (runs.draws // asked.runs)) % runs.draws
            row = runs.of(short, k)
            for name, at in zip(HEADLINES, places, strict=True):
                if np.isfinite(found[:, at]).all() and np.isfinite(row[at]):
                    moved = row[at] - today[k, at]
                    rows.append((kind, name, low[at] <= row[at] <= high[at], down[at] <= moved <= up[at],
                                 up[at] - down[at], abs(moved - middle[at])))  # fmt: skip
    out = {"runs_learnt_from": estimator.runs, "runs_made": runs.made, "runs_looked_at": len(rows) // len(HEADLINES)}
    for kind in (FAR, NEAR):
        mine = [row for row in rows if row[0] == kind]
        out[kind] = {"figures_inside": _share(mine, 2), "differences_inside": _share(mine, 3)}
        for name in HEADLINES:
            one = [row for row in mine if row[1] == name]
            if one:
                holds = 2.0 * float(np.quantile([row[5] for row in one], 0.9))
                width = round(float(np.median([row[4] for row in one])) / max(holds, 1e-9), 2)
                out[kind][name] = {"figures": _share(one, 2), "differences": _share(one, 3), "width": width}
    print(json.dumps(out, indent=1))


def _share(rows: list, column: int) -> float:
    return round(float(np.mean([row[column] for row in rows])), 3)


if __name__ == "__main__":
    main()
