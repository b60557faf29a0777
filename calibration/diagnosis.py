"""Diagnosis: what a referee asks of a finished calibration (model.md section 14).

Posterior predictive bands for every figure, years and targets left out and predicted, naive rivals, other sizes of
discrepancy, other countries, and the rows that ``kelishim validate`` withholds.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from calibration import bank, foreign, likelihood, priors, smc
from calibration.pipeline import Calibration, sampled
from calibration.targets import Target
from calibration.withheld import judged
from sim.behaviour import Behaviour
from sim.outcomes.history import published
from sim.population.country import folder_of
from sim.validation import FILE as ROWS

Floats = npt.NDArray[np.float64]

FACTORS = (0.5, 1.0, 2.0)
# Figures that tell of 2023; without them the fit has seen 2021 and 2022 only.
OF_2023 = ("SC04", "SC16", "SC17", "SC18", "SC10", "SC11", "SC12", "UB04", "UB05", "UB07", "PD13", "PD21")
TRANSFERRED = 24  # posterior draws at which other countries are worked out
WITHHELD = 24  # posterior draws at which rows of kelishim validate are judged
JOBS_A_CONTRACT = {"definition of 2022": 1.96, "definition of 2023": 1.18}


def predictive(of: Calibration) -> list[dict[str, Any]]:
    """Return for every figure that the model has: the published interval and the band of the posterior's runs.

    The band holds the middle 90 % of real simulator runs, with discrepancy; ``p`` is how often such a run lies as far
    out as the record, on either side.
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
            "place": round(place, 3), "p": round(2.0 * min(place, 1.0 - place), 3), "inside": inside,
        })  # fmt: skip
    return out


def expected(of: Calibration) -> list[dict[str, Any]]:
    """Return what was judged likely, but not published, of families when their contract is paid, beside the model.

    It is met where the median of the posterior's runs lies in the interval that was judged likely.
    """
    judged = {f.name: f for f in published(folder_of(of.country)) if f.used == "judged"}
    known = judged.get("benefit_at_entry")
    if known is None or "benefit at entry 2022" not in of.posterior_rows[0]:
        return []
    out = []
    for year in (2022, 2023):
        drawn = np.array([float(row[f"benefit at entry {year}"]) for row in of.posterior_rows])
        low, middle, high = (float(v) for v in np.quantile(drawn, [0.05, 0.5, 0.95]))
        out.append({
            "figure": f"families with the child benefit when their contract is paid, {year}", "judged": known.value,
            "least": known.lower, "most": known.upper, "low": low, "middle": middle, "high": high,
            "met": bool(known.lower <= middle <= known.upper), "means": known.means,
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
    import joblib

    chosen = [k for k, f in enumerate(of.figures) if not f.bound]
    jobs = [(of.record.without(k), [of.seed, 60, k]) for k in chosen]
    with joblib.parallel_config(backend="loky", n_jobs=of.processes, inner_max_num_threads=1):
        found = joblib.Parallel(batch_size=1)(joblib.delayed(sampled)(*job) for job in jobs)
    return [_prediction(of, one, k, [of.seed, 61, k]) for k, one in zip(chosen, found, strict=True)]


def year_left_out(of: Calibration) -> list[dict[str, Any]]:
    """Return what the fit to 2021 and 2022 predicts of 2023, beside naive rivals."""
    held = [k for k, f in enumerate(of.figures) if f.target in OF_2023]
    found = of.sampled(of.record.without(*held), [of.seed, 62])
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

    A figure of 2023 without those that it would follow from has none.

    >>> naive({"SC03": 5.5, "PD12": 263.0, "UB02": 110000.0, "UB03": 367000.0, "SC02": 10000.0})["UB05"]
    {'as_before': 110000.0, 'in_proportion': 100000.0}
    >>> naive({"PD12": 60.0, "UB02": 21200.0})
    {'UB05': {'as_before': 21200.0, 'in_proportion': 21200.0}, 'PD13': {'as_before': 60.0, 'in_proportion': 60.0}}
    """
    size, families, children, placed = (published.get(name, math.nan) for name in ("SC03", "UB02", "UB03", "PD12"))
    per_family, contracts = children / families, published.get("SC02", 0.0)
    rivals = {
        "SC04": {"as_before": size, "in_proportion": size},
        "UB04": {"as_before": children, "in_proportion": children - 0.28 * contracts * per_family},
        "UB05": {"as_before": families, "in_proportion": families - contracts},
        "UB07": {"as_before": per_family, "in_proportion": per_family},
        "PD13": {"as_before": placed, "in_proportion": placed},
    }
    return {name: made for name, made in rivals.items() if all(map(math.isfinite, made.values()))}


def _prediction(of: Calibration, found: smc.Sample, k: int, seed: Sequence[int]) -> dict[str, Any]:
    rng, f = np.random.default_rng(list(seed)), of.figures[k]
    made = of.record.emulator.on_active()
    points = found.points[:, :-1]
    away = np.hypot(made.sd(points)[:, k], np.hypot(f.discrepancy, f.width / np.sqrt(12.0)))
    drawn = made.mean(points)[:, k] + away * rng.standard_normal(len(points))
    below = (1.0 + np.sum(drawn < f.middle)) / (2.0 + len(drawn))
    low, middle, high = np.quantile(drawn, [0.05, 0.5, 0.95])
    return {
        "target": f.target, "published": float(f.back(np.array(f.middle))),
        "low": float(f.back(np.array(low))), "middle": float(f.back(np.array(middle))),
        "high": float(f.back(np.array(high))), "inside": bool(low <= f.middle <= high),
        "distance": round(float((f.middle - drawn.mean()) / drawn.std()), 2),
        "p": round(2.0 * float(min(below, 1.0 - below)), 4),
    }  # fmt: skip


def discrepancies(of: Calibration) -> list[dict[str, Any]]:
    """Return how the posterior changes when every discrepancy is halved or doubled."""
    out = []
    base = of.record
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


def withheld(of: Calibration) -> dict[str, Any]:
    """Return how many rows of ``kelishim validate`` lie within their tolerance at draws of the posterior.

    Nothing for a country without the file of these rows.
    """
    if not (folder_of(of.country) / ROWS).is_file():
        return {}
    here = dict(of.identity) | {"withheld": bank.source("withheld.py")}
    count = WITHHELD if not of.effort.quick else WITHHELD // 4
    plan = bank.Plan("withheld", of.posterior_points[:count], of.seed, of.effort.scale, of.country, here, "withheld")
    return judged(bank.run(plan, of.folder, of.workers), of.country)


def transfer(of: Calibration) -> list[dict[str, Any]]:
    """Return what the employer block says of countries that were never fitted, at draws of the posterior."""
    asked = [target for target in of.targets if target.use == "check" and target.name in foreign.CHECKED]
    if not asked:
        return []
    sets = priors.values_at(of.posterior_points[:TRANSFERRED], of.table)
    found = [foreign.checked(Behaviour.from_values(values)) for values in sets]
    out = []
    for target in asked:
        drawn = np.array([float(row[target.name]) for row in found])
        low, middle, high = (float(v) for v in np.quantile(drawn, [0.05, 0.5, 0.95]))
        out.append({
            "target": target.name, "published": target.value, "low": low, "middle": middle, "high": high,
            "inside": bool(low <= target.upper and high >= target.lower),
        })  # fmt: skip
    return out


def jobs_reported(of: Calibration) -> dict[str, Any]:
    """Return reported jobs of 2023 with the change of definition (R1), and as they would be without it.

    Nothing in a country that reports none.
    """
    reported = next((target.value for target in of.targets if target.name == "SC06"), None)
    if reported is None:
        return {}
    standing = np.array([float(row["SC06"]) for row in of.posterior_rows]) / JOBS_A_CONTRACT["definition of 2023"]
    return {
        "published": reported,
        "with_change": float(np.median(standing * JOBS_A_CONTRACT["definition of 2023"])),
        "without_change": float(np.median(standing * JOBS_A_CONTRACT["definition of 2022"])),
    }
