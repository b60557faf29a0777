"""Diagnosis: what a referee asks of a finished calibration (model.md section 14).

Posterior predictive bands for every figure, years and targets left out and predicted, naive rivals, other sizes of
discrepancy, and two other methods on the same runs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from calibration import likelihood, smc
from calibration.targets import Target

if TYPE_CHECKING:
    from calibration.pipeline import Calibration

Floats = npt.NDArray[np.float64]

FACTORS = (0.5, 1.0, 2.0)
# Figures that tell of 2023; without them the fit has seen 2021 and 2022 only.
OF_2023 = ("SC04", "SC16", "SC17", "SC18", "SC10", "SC11", "SC12", "UB04", "UB05", "UB07", "PD13", "PD21")
TRANSFERRED = 24  # posterior draws at which other countries are worked out
NEAREST = 0.25  # share of runs that the regression method keeps
JOBS_A_CONTRACT = {"definition of 2022": 1.96, "definition of 2023": 1.18}


def predictive(of: Calibration) -> list[dict[str, Any]]:
    """Return for every figure that the model has: the published interval and the band of the posterior's runs.

    The band holds the middle 90 % of real simulator runs at the scale of policy studies, with discrepancy.
    """
    rng = np.random.default_rng([of.seed, 50])
    out = []
    for target in of.targets:
        if not target.compared:
            continue
        name = likelihood.ALIASES.get(target.name, target.name)
        if name not in of.posterior_rows[0]:
            continue
        drawn = np.array([target.transformed(float(row[name])) for row in of.posterior_rows])
        noisy = drawn + target.spread() * rng.standard_normal(len(drawn))
        low, middle, high = np.quantile(noisy, [0.05, 0.5, 0.95])
        first, last = target.interval()
        place = float(np.mean(noisy < 0.5 * (first + last)))
        inside = bool(low <= last and high >= first) or _bounded(target, of)
        out.append({
            "target": target.name, "use": target.use, "published": target.value,
            "low": target.back(float(low)), "middle": target.back(float(middle)), "high": target.back(float(high)),
            "place": round(place, 3), "inside": inside,
        })  # fmt: skip
    return out


def _bounded(target: Target, of: Calibration) -> bool:
    """Return whether a figure that only bounds demand is met: its median run lies within the widened interval."""
    if target.name not in {f.target for f in likelihood.DEMAND}:
        return False
    low, high = target.widened()
    return bool(low <= float(np.median([row[target.name] for row in of.posterior_rows])) <= high)


def left_out(of: Calibration) -> list[dict[str, Any]]:
    """Return for every fitted figure what the fit to all others predicts of it."""
    out = []
    for k, f in enumerate(of.figures):
        if f.bound:
            continue
        found = of.sampled(of.near_step.without(k), [of.seed, 60, k])
        out.append(_prediction(of, found, k, [of.seed, 61, k]))
    return out


def year_left_out(of: Calibration) -> list[dict[str, Any]]:
    """Return what the fit to 2021 and 2022 predicts of 2023, beside naive rivals."""
    held = [k for k, f in enumerate(of.figures) if f.target in OF_2023]
    found = of.sampled(of.near_step.without(*held), [of.seed, 62])
    rivals = naive({target.name: target.value for target in of.targets})
    out = []
    for k in held:
        name = of.figures[k].target
        if of.figures[k].bound or name not in rivals:
            continue
        row = _prediction(of, found, k, [of.seed, 63, k])
        for rival, value in rivals[name].items():
            row[rival] = value
        model = abs(np.log(row["middle"] / row["published"]))
        row["beats"] = bool(all(model <= abs(np.log(v / row["published"])) for v in rivals[name].values()))
        out.append(row)
    return out


def naive(published: dict[str, float]) -> dict[str, dict[str, float]]:
    """Return naive predictions of figures of 2023: as in 2022, and in proportion to the contracts.

    >>> naive({"SC03": 5.5, "PD12": 263.0, "UB02": 110000.0, "UB03": 367000.0, "SC02": 10000.0})["UB05"]
    {'as_before': 110000.0, 'in_proportion': 100000.0}
    """
    per_family = published["UB03"] / published["UB02"]
    children = published["UB03"]
    contracts = published["SC02"]
    return {
        "SC04": {"as_before": published["SC03"], "in_proportion": published["SC03"]},
        "UB04": {"as_before": children, "in_proportion": children - 0.28 * contracts * per_family},
        "UB05": {"as_before": published["UB02"], "in_proportion": published["UB02"] - contracts},
        "UB07": {"as_before": per_family, "in_proportion": per_family},
        "PD13": {"as_before": published["PD12"], "in_proportion": published["PD12"]},
    }


def _prediction(of: Calibration, found: smc.Sample, k: int, seed: Sequence[int]) -> dict[str, Any]:
    rng, f = np.random.default_rng(list(seed)), of.figures[k]
    made = of.near_step.emulator.on_active()
    points = found.points[:, :-1]
    luck = made.sd(points)[:, k] * np.sqrt(of.near_step.noise[k])
    drawn = made.mean(points)[:, k] + np.hypot(luck, f.discrepancy) * rng.standard_normal(len(points))
    low, middle, high = np.quantile(drawn, [0.05, 0.5, 0.95])
    return {
        "target": f.target, "published": float(f.back(np.array(f.middle))),
        "low": float(f.back(np.array(low))), "middle": float(f.back(np.array(middle))),
        "high": float(f.back(np.array(high))), "inside": bool(low <= f.middle <= high),
        "distance": round(float((f.middle - drawn.mean()) / drawn.std()), 2),
    }  # fmt: skip


def discrepancies(of: Calibration) -> list[dict[str, Any]]:
    """Return how the posterior changes when every discrepancy is halved or doubled."""
    out = []
    base = of.near_step
    for factor in FACTORS:
        own = np.array([np.hypot(factor * f.discrepancy, f.width / np.sqrt(12.0)) for f in of.figures])
        found = of.sampled(replace(base, discrepancy=own), [of.seed, 70])
        sd = found.points.std(axis=0)
        moved = np.abs(found.points.mean(axis=0) - of.pooled.mean(axis=0)) / of.pooled.std(axis=0)
        out.append({
            "factor": factor, "log_evidence": round(found.evidence, 2), "sentinel_sd": round(float(sd[-1]), 3),
            "informed": int(np.sum(sd[:-1] < 0.5)), "weak": int(np.sum((sd[:-1] >= 0.5) & (sd[:-1] <= 0.85))),
            "mean_informed_sd": round(float(sd[:-1][sd[:-1] < 0.85].mean()) if (sd[:-1] < 0.85).any() else 1.0, 3),
            "largest_move": round(float(moved[:-1].max()), 2),
        })  # fmt: skip
    return out


def by_regression(of: Calibration) -> dict[str, Any]:
    """Compare with approximate Bayesian computation by local-linear regression on the bank alone.

    Both methods look at one run of the bank's scale, so that they must agree.
    """
    rng = np.random.default_rng([of.seed, 80])
    made, points = of.wide, of.bank_points
    record = likelihood.of_record(made, of.figures)
    exact = (record.bound == 0) & np.isfinite(of.bank_figures).all(axis=0)
    record = record.without(*(k for k, f in enumerate(of.figures) if f.foreign))
    noisy = of.bank_figures + record.discrepancy * rng.standard_normal(of.bank_figures.shape)
    held = np.all(((record.bound == 0) | (noisy >= record.observed))[:, exact | (record.bound != 0)], axis=1)
    z, y = points[held][:, made.singles], noisy[held][:, exact]
    scale = y.std(axis=0)
    design = np.hstack([np.ones((len(y), 1)), y / scale])
    weights = np.linalg.lstsq(design, z, rcond=None)[0]
    told = design @ weights  # what the figures say of each parameter
    here = np.concatenate([[1.0], record.observed[exact] / scale]) @ weights
    spread = np.maximum(told.std(axis=0), 1e-9)
    distance = np.sqrt((((told - here) / spread) ** 2).mean(axis=1))
    far = np.quantile(distance, NEAREST)
    near = distance < far
    kernel = 1.0 - (distance[near] / far) ** 2
    local = np.hstack([np.ones((near.sum(), 1)), (y[near] - record.observed[exact]) / scale])
    root = np.sqrt(kernel)[:, None]
    gram = (local * root).T @ (local * root) + 1e-2 * np.eye(local.shape[1])
    slope = np.linalg.solve(gram, (local * root).T @ (z[near] * root))
    adjusted = z[near] - local[:, 1:] @ slope[1:]
    mean = np.average(adjusted, axis=0, weights=kernel)
    sd = np.sqrt(np.average((adjusted - mean) ** 2, axis=0, weights=kernel))
    other = of.sampled(record, [of.seed, 81]).points[:, :-1]
    return _compared(of, made.singles, mean, sd, other, {"runs": int(near.sum())})


def by_ensemble(of: Calibration) -> dict[str, Any]:
    """Compare with an ensemble sampler on the same likelihood, where its package is there."""
    try:
        import emcee
    except ImportError:
        return {}
    from calibration.pipeline import on_active

    target = on_active(of.near_step)
    rng = np.random.default_rng([of.seed, 90])
    dimensions = of.pooled.shape[1]
    walkers = 4 * dimensions
    start = of.pooled[rng.choice(len(of.pooled), walkers, replace=False)]
    spread = start + 0.3 * rng.standard_normal(start.shape)

    def posterior(z: Floats) -> Floats:
        return np.asarray(target(z) - 0.5 * np.sum(z**2, axis=1))

    sampler = emcee.EnsembleSampler(walkers, dimensions, posterior, vectorize=True)
    sampler.random_state = np.random.RandomState(of.seed).get_state()
    steps = 300 if of.effort.quick else 1500
    sampler.run_mcmc(spread, steps, progress=False)
    chain = sampler.get_chain(discard=steps // 2, flat=True)
    found = _compared(
        of, of.near.singles, chain[:, :-1].mean(axis=0), chain[:, :-1].std(axis=0), of.pooled[:, :-1],
        {"steps": steps, "walkers": walkers},
    )  # fmt: skip
    return found | {"taken": round(float(np.mean(sampler.acceptance_fraction)), 3)}


def _compared(
    of: Calibration, parameters: npt.NDArray[np.int64], mean: Floats, sd: Floats, points: Floats, about: dict[str, Any]
) -> dict[str, Any]:
    """Return how another method's means and widths differ from those of tempering, informed parameters alone."""
    own_mean, own_sd = points.mean(axis=0), points.std(axis=0)
    informed = np.flatnonzero(own_sd < 0.5)
    rows = {
        of.names[int(parameters[k])]: {
            "difference": round(float((mean[k] - own_mean[k]) / own_sd[k]), 2),
            "width_ratio": round(float(sd[k] / own_sd[k]), 2),
        }
        for k in informed
    }  # fmt: skip
    differences = [abs(row["difference"]) for row in rows.values()] or [0.0]
    ratios = [row["width_ratio"] for row in rows.values()] or [1.0]
    agree = [abs(r["difference"]) <= 0.25 and 0.8 <= r["width_ratio"] <= 1.25 for r in rows.values()]
    return about | {
        "informed": rows, "largest_difference": max(differences), "width_ratios": [min(ratios), max(ratios)],
        "agree": int(sum(agree)), "of": len(agree),
    }  # fmt: skip


def transfer(of: Calibration) -> list[dict[str, Any]]:
    """Return what the employer block says of countries that were never fitted, at draws of the posterior."""
    from calibration import foreign, priors
    from sim.behaviour import Behaviour

    sets = priors.values_at(of.posterior_points[:TRANSFERRED], of.table)
    found = [foreign.checked(Behaviour.from_values(values)) for values in sets]
    out = []
    for target in of.targets:
        if target.use != "check" or target.name not in found[0]:
            continue
        drawn = np.array([float(row[target.name]) for row in found])
        low, middle, high = (float(v) for v in np.quantile(drawn, [0.05, 0.5, 0.95]))
        first, last = target.widened()
        out.append({
            "target": target.name, "published": target.value, "low": low, "middle": middle, "high": high,
            "inside": bool(low <= last and high >= first),
        })  # fmt: skip
    return out


def jobs_reported(of: Calibration) -> dict[str, Any]:
    """Return reported jobs of 2023 with the change of definition (R1), and as they would be without it."""
    standing = np.array([float(row["SC06"]) for row in of.posterior_rows]) / JOBS_A_CONTRACT["definition of 2023"]
    return {
        "published": 11800.0,
        "with_change": float(np.median(standing * JOBS_A_CONTRACT["definition of 2023"])),
        "without_change": float(np.median(standing * JOBS_A_CONTRACT["definition of 2022"])),
    }
