"""Regression: a second method on the same runs, with neither emulator nor sampler, and how sharp it is.

Approximate Bayesian computation with learned summaries (Fearnhead and Prangle 2012) and regression adjustment
(Beaumont, Zhang and Balding 2002). What all figures say of a parameter, by a quadratic regression over the bank, is the
one summary that runs near the record are chosen by, and along which their parameter is moved to the record. Each run is
published several times, each time with another draw of what a correct model may miss, so that this draw decides little.

Both methods look at one run of the bank's scale, so that they should agree. How far they lie apart by their own errors
alone is seen on invented truths: runs near the record that neither has seen.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from calibration import checks, likelihood, pipeline, smc
from calibration.pipeline import Calibration, on_active

Floats = npt.NDArray[np.float64]

NEAREST = 0.2  # share of runs that are kept
PUBLISHED = 8  # times that each run is published
TRUTHS = 64  # invented truths of the yardstick
APART, WIDTHS = 0.25, (0.8, 1.25)  # posterior standard deviations between medians, and ratio of widths


class Shelf(NamedTuple):
    """Published runs with what their figures say of each parameter."""

    z: Floats  # (runs, parameters)
    told: Floats  # (runs, parameters)
    weights: Floats  # of the quadratic regression
    middle: Floats  # (figures,)
    scale: Floats


class Found(NamedTuple):
    """What a method says of each parameter."""

    median: Floats
    sd: Floats


def by_regression(of: Calibration) -> dict[str, Any]:
    """Return how far regression and emulator agree on the record, and how far they do on invented truths."""
    home = np.array([not f.foreign for f in of.figures])  # others are worked out for a part of the bank only
    record = likelihood.of_record(of.wide, of.figures).without(*np.flatnonzero(~home))
    exact = (record.bound == 0) & home
    known = shelf(of, record, exact)
    drawn = of.sampled(record, [of.seed, 81]).points[:, :-1]
    found = Found(np.median(drawn, axis=0), drawn.std(axis=0))
    informed = np.flatnonzero(found.sd < checks.INFORMED)
    names = [of.names[int(p)] for p in of.wide.singles]
    about = {"runs": int(NEAREST * len(known.z) / PUBLISHED)}
    out = compared(names, informed, at(known, record.observed[exact], informed), found, about)
    return out | {"yardstick": yardstick(of, record, exact, known, informed, names)}


def shelf(of: Calibration, record: likelihood.Likelihood, exact: npt.NDArray[np.bool_]) -> Shelf:
    """Return the bank's runs as they would be published, those that meet the bounds of the record."""
    rng = np.random.default_rng([of.seed, 80])
    figures = np.tile(of.bank_figures, (PUBLISHED, 1))
    noisy = figures + record.discrepancy * rng.standard_normal(figures.shape)
    held = np.all((noisy >= record.observed)[:, record.bound != 0], axis=1)
    z = np.tile(of.bank_points[:, of.wide.singles], (PUBLISHED, 1))[held]
    y = noisy[held][:, exact]
    middle, scale = y.mean(axis=0), y.std(axis=0)
    known = _design((y - middle) / scale)
    weights = np.linalg.solve(known.T @ known + PUBLISHED * np.eye(known.shape[1]), known.T @ z)
    return Shelf(z, known @ weights, np.asarray(weights, dtype=np.float64), middle, scale)


def at(known: Shelf, record: Floats, parameters: npt.NDArray[np.int64]) -> Found:
    """Return the posterior of some parameters at published figures; the others are left at their prior."""
    here = (_design(((record - known.middle) / known.scale)[None, :]) @ known.weights)[0]
    median, sd = np.zeros(known.z.shape[1]), np.ones(known.z.shape[1])
    for j in parameters:
        away = known.told[:, j] - here[j]
        far = float(np.quantile(np.abs(away), NEAREST))
        near = np.abs(away) < far
        kernel = 1.0 - (away[near] / far) ** 2
        slope, level = np.polyfit(away[near], known.z[near, j], 1, w=np.sqrt(kernel))
        moved = known.z[near, j] - slope * away[near]
        order = np.argsort(moved)
        rank = np.cumsum(kernel[order]) / kernel.sum()
        median[j] = moved[order][np.searchsorted(rank, 0.5)]
        sd[j] = np.sqrt(np.average((moved - level) ** 2, weights=kernel))
    return Found(median, sd)


def _design(figures: Floats) -> Floats:
    return np.hstack([np.ones((len(figures), 1)), figures, np.clip(figures, -4.0, 4.0) ** 2])


def agree(difference: float, ratio: float) -> bool:
    """Return whether two methods agree on a parameter.

    >>> agree(0.2, 1.1), agree(-0.3, 1.0), agree(0.0, 1.3)
    (True, False, False)
    """
    return abs(difference) <= APART and WIDTHS[0] <= ratio <= WIDTHS[1]


def compared(
    names: list[str], informed: npt.NDArray[np.int64], other: Found, own: Found, about: dict[str, Any]
) -> dict[str, Any]:
    """Return how another method's medians and widths differ from the own ones, informed parameters alone."""
    rows = {
        names[k]: {
            "difference": round(float((other.median[k] - own.median[k]) / own.sd[k]), 2),
            "width_ratio": round(float(other.sd[k] / own.sd[k]), 2),
        }
        for k in informed
    }  # fmt: skip
    differences = [abs(row["difference"]) for row in rows.values()] or [0.0]
    ratios = [row["width_ratio"] for row in rows.values()] or [1.0]
    return about | {
        "informed": rows, "largest_difference": max(differences), "width_ratios": [min(ratios), max(ratios)],
        "agree": sum(agree(row["difference"], row["width_ratio"]) for row in rows.values()), "of": len(rows),
    }  # fmt: skip


def yardstick(
    of: Calibration, record: likelihood.Likelihood, exact: npt.NDArray[np.bool_], known: Shelf,
    informed: npt.NDArray[np.int64], names: list[str],
) -> dict[str, Any]:  # fmt: skip
    """Return how far the two methods lie apart, and how far from the truth, on runs near the record as truths."""
    import joblib

    points, figures = of.near_held
    rng = np.random.default_rng([of.seed, 83])
    truths: list[Floats] = []
    published: list[likelihood.Likelihood] = []
    for point, found in zip(points, figures, strict=True):
        told = record.of_truth(found, rng)
        if len(truths) < TRUTHS and np.array_equal(told.bound, record.bound):
            truths.append(point[of.wide.singles])
            published.append(told)
    if not truths or not len(informed):
        return {}
    jobs = [
        (on_active(told), len(names) + 1, pipeline.SMALL_POINTS, pipeline.SMALL_MOVES, [of.seed, 84, k])
        for k, told in enumerate(published)
    ]
    with joblib.parallel_config(backend="loky", n_jobs=of.processes, inner_max_num_threads=1):
        drawn = joblib.Parallel(batch_size=4)(joblib.delayed(_found)(*job) for job in jobs)
    truth = np.array(truths)[:, informed]
    own = Found(*(np.array([getattr(d, part)[informed] for d in drawn]) for part in Found._fields))
    rival = [at(known, told.observed[exact], informed) for told in published]
    other = Found(*(np.array([getattr(d, part)[informed] for d in rival]) for part in Found._fields))
    difference, ratio = (other.median - own.median) / own.sd, other.sd / own.sd
    same = [[agree(d, r) for d, r in zip(*pair, strict=True)] for pair in zip(difference, ratio, strict=True)]
    error = [np.sqrt(np.mean((found.median - truth) ** 2, axis=0)) for found in (other, own)]
    return {
        "truths": len(truths), "agree": round(float(np.mean(same)) * len(informed), 1),
        "least_agree": int(np.quantile(np.sum(same, axis=1), 0.1)),
        "each": {
            names[k]: {
                "mean_difference": round(float(difference[:, j].mean()), 2),
                "spread": round(float(difference[:, j].std()), 2),
                "within": round(float(np.mean([row[j] for row in same])), 2),
                "error_regression": round(float(error[0][j]), 2), "error_emulator": round(float(error[1][j]), 2),
            }
            for j, k in enumerate(informed)
        },
    }  # fmt: skip


def _found(of: Any, dimensions: int, points: int, moves: int, seed: list[int]) -> Found:
    drawn = smc.sample(of, dimensions, points, moves, np.random.default_rng(seed)).points[:, :-1]
    return Found(np.median(drawn, axis=0), drawn.std(axis=0))
