"""Can rule E3 give the published Hungarian shares by size of firm? What is nearest to them within the priors.

``python benchmarks/hungarian_sizes.py`` prints: the share of workers with disabilities in large firms and
the workers added at the threshold once middle firms have their published share, over the cost of adaptation and its
slope in size; and, for sets of published figures, the point nearest to all of them within given ranges of fifteen
parameters. Nothing is drawn: the same figures every time. About ten minutes on one core.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.optimize import brentq, least_squares
from scipy.special import ndtr, ndtri
from scipy.stats import qmc

from calibration import foreign
from calibration.targets import read
from sim import behaviour
from sim.behaviour import Behaviour
from sim.labour.expecting import FILLED, OWED, WORKERS

COUNTRY = "kyrgyzstan"
FREE = (
    "complying.constant", "complying.price", "complying.duty", "complying.wage_slope", "complying.adaptation",
    "complying.adaptation_size", "complying.distaste", "complying.certifiable", "complying.relabelled_share",
    "matching.efficiency", "matching.referral", "separating.rate", "productivity.group_1", "productivity.group_2",
    "productivity.group_3",
)  # fmt: skip
SETS = (("HU04", "HU05"), ("HU01", "HU04", "HU05"), ("HU01", "HU02", "HU03", "HU04", "HU05"))
RANGES = {0.99: 2.576, 0.90: 1.645}  # normal scores of the ends
STARTS = (
    {"complying.adaptation_size": -1.0, "complying.adaptation": 0.5, "complying.constant": 0.5},
    {"complying.adaptation_size": -2.0, "complying.wage_slope": -1.6, "complying.adaptation": 0.8,
     "complying.certifiable": 1.6, "complying.relabelled_share": -1.5, "complying.price": 1.4},
)  # fmt: skip
SHARES = (0.05, 0.25, 0.5, 0.75, 0.95)
INSIDE = 0.5  # of the half-width of a published range; further in, a figure asks for nothing
SHIFT, STEP = 10.0, 0.05  # scores are moved away from zero, so that steps of one length tell the slopes
STAY = 0.01  # weight of staying near the medians where the figures leave a choice

PRIORS = {prior.name: prior for prior in behaviour.priors(COUNTRY)}
MEDIANS = behaviour.medians(COUNTRY)


def at(scores: Sequence[float]) -> Behaviour:
    """Return the behaviour at normal scores of the free parameters, all others at their medians."""
    values = {name: PRIORS[name].quantile(float(ndtr(score))) for name, score in zip(FREE, scores, strict=True)}
    return Behaviour.from_values(MEDIANS | values)


def hungary(b: Behaviour) -> dict[str, float]:
    """Return the five Hungarian figures."""
    found = foreign.country("HU", b)
    small, middle, large = (found.between(*ends) for ends in ((5, 19), (20, 99), (500, 1e9)))
    duty, staff = found.found[:, OWED] > 0.0, found.firms * found.sizes
    return {
        "HU01": foreign.at_threshold(found, float(foreign.case("HU").law.n_min)),
        "HU02": found.total(FILLED, duty) / found.total(OWED, duty),
        "HU03": found.total(WORKERS, small) / float(staff[small].sum()),
        "HU04": found.total(WORKERS, middle) / float(staff[middle].sum()),
        "HU05": found.total(WORKERS, large) / float(staff[large].sum()),
    }


def published() -> dict[str, tuple[float, float]]:
    """Return the published ranges of the figures."""
    return {target.name: (target.lower, target.upper) for target in read() if target.name in foreign.FITTED}


def outside(figures: dict[str, float], names: Sequence[str], ranges: dict[str, tuple[float, float]]) -> Any:
    """Return how far figures lie outside their ranges, in half-widths; nothing well inside."""
    middle = np.array([sum(ranges[name]) / 2 for name in names])
    half = np.array([(ranges[name][1] - ranges[name][0]) / 2 for name in names])
    off = (np.array([figures[name] for name in names]) - middle) / half
    return np.sign(off) * np.maximum(np.abs(off) - INSIDE, 0.0)


def nearest(names: Sequence[str], bound: float) -> Any:
    """Return the scores, within ``bound`` of zero, whose figures are nearest to the published ranges."""
    ranges = published()

    def misses(shifted: Any) -> Any:
        scores = shifted - SHIFT
        return np.concatenate([outside(hungary(at(scores)), names, ranges), STAY * scores])

    found = []
    for start in STARTS:
        first = np.array([np.clip(start.get(name, 0.0), -0.98 * bound, 0.98 * bound) for name in FREE]) + SHIFT
        found.append(least_squares(misses, first, bounds=(SHIFT - bound, SHIFT + bound), diff_step=STEP / SHIFT,
                                   max_nfev=40, xtol=1e-4, ftol=1e-5))  # fmt: skip
    return min(found, key=lambda one: one.cost).x - SHIFT


def grid() -> None:
    """Print large firms and the threshold where middle firms have their published share."""
    middle = sum(published()["HU04"]) / 2
    print(f"Share of staff with disabilities at 500 staff and more | workers added at the threshold, where the constant"
          f" is set so that firms of 20 to 99 have {middle:.4f}; all other parameters at their medians")  # fmt: skip
    sizes = [PRIORS["complying.adaptation_size"].quantile(share) for share in SHARES]
    print("months \\ size slope " + "".join(f"{size:>16.2f}" for size in sizes))
    for share in SHARES:
        months = PRIORS["complying.adaptation"].quantile(share)
        cells = []
        for size in sizes:
            changed = MEDIANS | {"complying.adaptation": months, "complying.adaptation_size": size}

            def miss(constant: float, changed: dict[str, float] = changed) -> float:
                return hungary(Behaviour.from_values(changed | {"complying.constant": constant}))["HU04"] - middle

            constant = brentq(miss, -8.0, 6.0, xtol=1e-3)
            figures = hungary(Behaviour.from_values(changed | {"complying.constant": constant}))
            cells.append(f"{figures['HU05']:.4f} | {figures['HU01']:.2f}")
        print(f"{months:>18.1f} " + "".join(f"{cell:>16}" for cell in cells), flush=True)


def scattered(count: int) -> None:
    """Print how many of so many points, spread evenly over all priors, have the figures in their published ranges."""
    ranges = published()
    points = qmc.Sobol(len(FREE), scramble=True, rng=np.random.default_rng(1)).random(count)
    found = [hungary(at(ndtri(np.clip(point, 1e-6, 1.0 - 1e-6)))) for point in points]
    inside = {name: np.array([ranges[name][0] <= one[name] <= ranges[name][1] for one in found]) for name in found[0]}
    for names in [*((name,) for name in found[0]), *SETS]:
        print(f"{', '.join(names)}: {int(np.all([inside[name] for name in names], axis=0).sum())} of {count}")


def main() -> None:
    """Print all tables."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--nearest", action="store_true", help="only the nearest points")
    asked.add_argument("--scattered", type=int, metavar="N", help="only count which of N points reach the figures")
    given = asked.parse_args()
    if given.scattered:
        scattered(given.scattered)
        return
    if not given.nearest:
        grid()
    ranges = published()
    print("Nearest points; * outside the published range")
    for share, bound in RANGES.items():
        for names in SETS:
            scores = nearest(names, bound)
            figures = foreign.fitted(at(scores))
            said = ", ".join(
                f"{name} {figures[name]:.4f}{'' if ranges[name][0] <= figures[name] <= ranges[name][1] else '*'}"
                for name in foreign.FITTED
            )
            far = sorted(zip(FREE, scores, strict=True), key=lambda one: -abs(one[1]))[:4]
            print(f"within {share:.0%} of each prior, asked for {', '.join(names)}: {said}; distance "
                  f"{float(np.linalg.norm(scores)):.1f} prior standard deviations, most "
                  + ", ".join(f"{name} {score:+.2f}" for name, score in far), flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
