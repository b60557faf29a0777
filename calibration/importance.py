"""Importance: which parameters make a headline uncertain, how sure luck leaves it, and what it would be worth to know.

Headlines are outcomes of present law over five years. A polynomial stands in for them, as in
:mod:`calibration.emulator`; runs with another seed and with another synthetic population tell the rest apart.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from calibration import emulator, knowing
from calibration.checks import coverage
from calibration.outlook import DESIGNS

Floats = npt.NDArray[np.float64]

OUTCOMES = ("net_jobs", "income_gain", "net_fiscal_cost", "poverty_exits", "families_worse_off")
LEADING = 5  # parameters named for each headline
OUTER = (0.01, 0.99)  # quantiles of the draws; what lies beyond counts as these in the split of variance
EVEN = 256  # base points of the Sobol analysis
AIMS = ("net_jobs", "net_jobs_per_som")  # by which a design is chosen


@dataclass(frozen=True, eq=False)
class Runs:
    """Runs of the headlines at posterior points."""

    names: Sequence[str]  # all uncertain parameters
    points: Floats  # (runs, parameters), latent
    rows: Sequence[Mapping[str, float]]
    again: Sequence[Mapping[str, float]]  # the first points with another seed
    rebuilt: Sequence[Mapping[str, float]]  # the first points in another synthetic population
    informed: Sequence[str]  # parameters that figures inform, well or a little

    def of(self, name: str, rows: Sequence[Mapping[str, float]] | None = None) -> Floats:
        """Return one figure of all runs."""
        return np.array([float(row[name]) for row in (self.rows if rows is None else rows)])


def shares(runs: Runs) -> dict[str, Any]:
    """Return for each headline the split of its variance, what share no figure informs, and the leading parameters."""
    return {outcome: _share(runs, f"today {outcome}") for outcome in OUTCOMES}


def _share(runs: Runs, name: str) -> dict[str, Any]:
    drawn = runs.of(name)
    edges = np.quantile(drawn, OUTER)  # a single run far out must not decide the split
    y, again, rebuilt = (np.clip(runs.of(name, rows), *edges) for rows in (runs.rows, runs.again, runs.rebuilt))
    scale = max(float(y.std()), 1e-12)
    made = emulator.fit(runs.points, ((y - y.mean()) / scale)[:, None])
    count = len(runs.again)
    luck = 0.5 * float(np.mean((again - y[:count]) ** 2)) / scale**2
    other = 0.5 * float(np.mean((rebuilt - y[: len(rebuilt)]) ** 2)) / scale**2
    population = max(other - luck, 0.0)
    explained = float(np.var(made.mean(runs.points)))
    parameters = max(1.0 - min(luck + population, 0.95), explained)
    known = [k for k, n in enumerate(runs.names) if n in set(runs.informed)]
    fixed = runs.points.copy()
    fixed[:, known] = runs.points[:, known].mean(axis=0)
    free = float(np.var(made.mean(fixed))) + max(parameters - explained, 0.0)
    judged = min(free / max(parameters, 1e-9), 1.0)
    first = made.alone(runs.points)
    order = np.argsort(-first)[:LEADING]
    total = luck + population + parameters
    return {
        "variance": float(f"{total * scale**2:.4g}"),
        "mean": float(drawn.mean()), "low": float(np.quantile(drawn, 0.05)), "high": float(np.quantile(drawn, 0.95)),
        "luck": round(luck / total, 3), "population": round(population / total, 3),
        "parameters": round(parameters / total, 3),
        "prior_driven": round(judged, 3),
        "explained": round(explained, 3),
        "leading": [
            {"name": runs.names[made.singles[k]], "share": round(float(first[k]) / max(explained, 1e-9), 3)}
            for k in order if first[k] > 0.01 * explained
        ],
    }  # fmt: skip


def sobol(runs: Runs, seed: int) -> dict[str, dict[str, float]]:
    """Return total Sobol indices of each headline's emulator under the prior, by an established library."""
    from SALib.analyze import sobol as analysis
    from SALib.sample import sobol as sampling
    from scipy.special import ndtri

    out = {}
    for outcome in OUTCOMES:
        y = runs.of(f"today {outcome}")
        made = emulator.fit(runs.points, ((y - y.mean()) / max(float(y.std()), 1e-12))[:, None])
        if not len(made.singles):
            continue
        names = [runs.names[k] for k in made.singles]
        problem = {"num_vars": len(names), "names": names, "bounds": [[0.005, 0.995]] * len(names)}
        drawn = sampling.sample(problem, EVEN, calc_second_order=False, seed=seed)
        value = made.on_active().mean(ndtri(drawn))[:, 0]
        found = analysis.analyze(problem, value, calc_second_order=False, seed=seed)
        order = np.argsort(-found["ST"])[: 2 * LEADING]
        out[outcome] = {names[k]: round(float(found["ST"][k]), 3) for k in order}
    return out


def covered(runs: Runs, truths: Floats, singles: npt.NDArray[np.int64], draws: Floats, seed: int) -> dict[str, float]:
    """Return how often the 90 % interval of each headline's mean holds that of an invented truth.

    ``truths`` (truths, parameters) are latent points, ``draws`` (truths, draws, active and sentinel) the posterior of
    each; parameters that no figure informs are drawn from their prior.
    """
    rng = np.random.default_rng([seed, 5])
    out = {}
    for outcome in OUTCOMES:
        y = runs.of(f"today {outcome}")
        made = emulator.fit(runs.points, ((y - y.mean()) / max(float(y.std()), 1e-12))[:, None])
        ranks = []
        for truth, found in zip(truths, draws, strict=True):
            points = rng.standard_normal((len(found), truths.shape[1]))
            points[:, singles] = found[:, : len(singles)]
            ranks.append(float(np.mean(made.mean(points)[:, 0] < made.mean(truth[None, :])[0, 0])))
        out[outcome] = round(float(coverage(np.array(ranks)[:, None], 0.9)[0]), 3)
    return out


def break_even(runs: Runs, seed: int) -> dict[str, Any]:
    """Return at which share of holders who would work anyway expected net jobs vanish, within the range of the draws.

    What is expected of net jobs at a share is a curve through the draws; where it does not reach zero within the range
    of the draws, there is no such share.
    """
    y, before = runs.of("today net_jobs"), runs.of("employed before")
    found = knowing.turning(before, y, seed)
    return {
        "share_in_work": round(float(before.mean()), 3),
        "share_at_which_net_jobs_vanish": _rounded(found.at), "low": _rounded(found.low), "high": _rounded(found.high),
        "curves_that_cross": round(found.crosses, 3),
        "chance_of_net_jobs": round(float(np.mean(y > 0.0)), 3),
        "least_share_seen": round(found.least, 3), "largest_share_seen": round(found.largest, 3),
    }  # fmt: skip


def _rounded(value: float) -> float | None:
    return round(value, 3) if np.isfinite(value) else None


def benefits(runs: Runs, aim: str) -> Floats:
    """Return what each design gives in each draw by an aim: net jobs, or net jobs a million som of programme cost."""
    jobs = np.stack([runs.of(f"{design} net_jobs") for design in DESIGNS], axis=1)
    if aim == "net_jobs":
        return jobs
    cost = np.stack([runs.of(f"{design} programme_cost") for design in DESIGNS], axis=1)
    return np.asarray(jobs / np.maximum(cost, 1.0) * 1e6)


def worth_of_knowing(runs: Runs, seed: int) -> dict[str, Any]:
    """Return what learning one parameter would add to the best choice among designs, for each aim.

    A parameter is named where its worth is beyond what one in twenty parameters without effect would reach and beyond
    twice its error; with many parameters a few of these are chance.
    """
    out = {}
    for aim in AIMS:
        table = benefits(runs, aim)
        parameters = dict(zip(runs.names, runs.points.T, strict=True))
        ranked = knowing.ranked(parameters, table, seed)
        chance = knowing.of_chance(table, np.random.default_rng([seed, 16]))
        whole = knowing.everything(table)
        seen = [(n, w) for n, w in ranked[:LEADING] if w.value > max(chance, 2.0 * w.error)]
        out[aim] = {
            "means": {d: _short(v) for d, v in zip(DESIGNS, table.mean(axis=0), strict=True)},
            "best_in": {d: round(float(v), 3) for d, v in zip(DESIGNS, knowing.best_in(table), strict=True)},
            "of_everything": _short(whole.value), "of_everything_error": _short(whole.error),
            "of_chance": _short(chance), "tried": len(ranked),
            "of_one": [{"name": n, "value": _short(w.value), "error": _short(w.error)} for n, w in seen],
        }  # fmt: skip
    return out


def _short(value: float) -> float:
    return float(f"{value:.3g}")
