"""Position: where a household stands in consumption, as far as children, schooling and the like say (step 7).

The covariates, taken within regions, are added with the weights that give each of them its correlation with log
consumption; what they leave open is drawn. Weights are rounded so that they are the same on every machine.
"""

from __future__ import annotations

import numpy as np

from sim.errors import CountryError
from sim.population.country import Country
from sim.population.draws import Draw, Floats, normals, uniforms
from sim.population.families import Columns
from sim.population.places import COVARIATES


def covariates(homes: Columns) -> dict[str, Floats]:
    """Return what is known of each household, as it enters the index."""
    return {
        "children": homes["children"].astype(np.float64),
        "education": homes["education"].astype(np.float64),
        "urban": homes["urban"].astype(np.float64),
        "remittances": np.log1p(homes["remittances"] / 1000.0),
        "herd": np.log1p(homes["herd"].astype(np.float64)),
        "disability": (homes["with_disability"] > 0).astype(np.float64),
    }


def add_covariate_score(country: Country, homes: Columns) -> float:
    """Add the standardised index of covariates; return its correlation with log consumption."""
    oblast = homes["oblast"].astype(np.int64)
    count = np.bincount(oblast)
    values = covariates(homes)
    names, scaled = [], []
    for name in COVARIATES:
        x = values[name] - (np.bincount(oblast, weights=values[name]) / np.maximum(count, 1))[oblast]
        sd = float(np.round(np.sqrt(np.mean(x * x)), 9))
        if sd > 0.0:
            names.append(name)
            scaled.append(x / sd)
    wanted = np.array([country.copula[name] for name in names])
    between = np.array([[float(np.mean(a * b)) for b in scaled] for a in scaled])
    weights = np.linalg.solve(between, wanted)
    squared = float(wanted @ weights)
    if not 0.0 < squared < 0.9:
        raise CountryError(
            f"copula.csv: together the correlations explain {squared:.0%} of consumption; it must be between 0 and 90 %"
        )
    r = float(np.round(np.sqrt(squared), 9))
    weights = np.round(weights / r, 9)
    score = np.zeros(len(oblast))
    for weight, x in zip(weights, scaled, strict=True):
        score += weight * x
    homes["covariate_score"] = score
    return r


def remaining_permanent(country: Country, r: float) -> float:
    """Return the share of the unexplained variance of log consumption that is permanent, at central parameters."""
    explained = (r * country.value("consumption_sd")) ** 2
    permanent = country.value("permanent_sd") ** 2 - explained
    total = country.value("consumption_sd") ** 2 - explained
    return min(max(permanent / total, 0.0), 1.0)


def add_luck(seed: int, homes: Columns) -> None:
    """Add the standard normal scores and the uniform number that make a household different from its like."""
    who = homes["serial"]
    homes["operator_luck"] = uniforms(seed, Draw.OPERATOR_LUCK, who)
    for name, draw in (
        ("permanent_score", Draw.PERMANENT), ("shock_score", Draw.SHOCK), ("observation_score", Draw.OBSERVATION),
        ("ability", Draw.ABILITY), ("belief_score", Draw.BELIEF),
    ):  # fmt: skip
        homes[name] = normals(seed, draw, who)
