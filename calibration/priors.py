"""Priors: parameter sets drawn from what the literature and judgement say before the model meets any target.

A set is a point of a scrambled Sobol sequence, pushed through the quantile functions of the truncated priors (model.md
Annex 1). The sequence is keyed by a seed and can be extended: the first 50 of 100 sets are the 50 sets.
The four returns to capital hang together (+.5, model.md section 14.2); all other parameters are independent.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from sim.behaviour import Prior
from sim.errors import CountryError, nearest

if TYPE_CHECKING:
    import pandas

Floats = npt.NDArray[np.float64]

FAMILIES = ("fixed", "normal", "lognormal", "beta", "gamma", "uniform")
CORRELATED = ("ret_agri", "ret_prod", "ret_trade", "ret_serv")
CORRELATION = 0.5
SMALLEST = 2.0**-32


def draw(count: int, seed: int, priors: Sequence[Prior]) -> list[dict[str, float]]:
    """Return ``count`` parameter sets, each name -> value in the order of ``priors``; fixed parameters included."""
    columns = _columns(count, seed, priors)
    return [{name: float(values[k]) for name, values in columns.items()} for k in range(count)]


def table(count: int, seed: int, priors: Sequence[Prior]) -> pandas.DataFrame:
    """Return the parameter sets as a table with one row for each set and one column for each parameter."""
    import pandas

    return pandas.DataFrame(_columns(count, seed, priors), index=pandas.RangeIndex(count, name="draw"))


def quantile(prior: Prior, share: Floats) -> Floats:
    """Return the quantiles of a prior, truncated to [lower, upper], at the given shares in (0, 1)."""
    if prior.family == "fixed":
        return np.full(np.shape(share), float(prior.p1))
    low, high = _bounds(prior)
    below, above = _distribution(prior, low), _distribution(prior, high)
    if not above > below:
        raise CountryError(f"prior {prior.name}: no probability lies between {low:g} and {high:g}; widen the bounds")
    values = _inverse(prior, below + np.asarray(share, dtype=np.float64) * (above - below))
    return np.clip(values, low, high)


def fingerprint(priors: Sequence[Prior]) -> str:
    """Return twelve hexadecimal digits that change with any number of any prior, and with nothing else."""
    rows = [[p.name, p.family, *(_number(v) for v in (p.p1, p.p2, p.lower, p.upper))] for p in priors]
    return hashlib.sha256(json.dumps(rows).encode()).hexdigest()[:12]


def uncertain(priors: Sequence[Prior]) -> list[Prior]:
    """Return the priors that are not fixed: the axes of latent space, in order."""
    return [prior for prior in priors if prior.family != "fixed"]


def latent(count: int, seed: int, dimensions: int) -> Floats:
    """Return independent standard normal points of a scrambled Sobol sequence, shape (count, dimensions)."""
    from scipy.special import ndtri

    return np.asarray(ndtri(sobol(count, dimensions, seed)))


def values_at(points: Floats, priors: Sequence[Prior]) -> list[dict[str, float]]:
    """Return the parameter values at latent points, shape (count, uncertain priors)."""
    from scipy.special import ndtr

    columns = _at(np.clip(ndtr(points), SMALLEST, 1.0 - SMALLEST), priors)
    return [{name: float(values[k]) for name, values in columns.items()} for k in range(len(points))]


def _columns(count: int, seed: int, priors: Sequence[Prior]) -> dict[str, Floats]:
    if count < 1:
        raise CountryError(f"the number of parameter sets is {count}; it must be 1 or more")
    for prior in priors:
        if prior.family not in FAMILIES:
            raise CountryError(f"prior {prior.name}: family is '{prior.family}'; {nearest(prior.family, FAMILIES)}")
    return _at(sobol(count, len(uncertain(priors)), seed), priors)


def _at(shares: Floats, priors: Sequence[Prior]) -> dict[str, Floats]:
    free = uncertain(priors)
    joined = _correlate(shares, [prior.symbol for prior in free])
    place = {prior.name: j for j, prior in enumerate(free)}
    nothing = np.zeros(len(shares))
    return {p.name: quantile(p, joined[:, place[p.name]] if p.name in place else nothing) for p in priors}


def sobol(count: int, dimensions: int, seed: int) -> Floats:
    """Return points of shape (count, dimensions) in the open unit cube; the first rows never depend on ``count``."""
    if dimensions == 0:
        return np.zeros((count, 0))
    from scipy.stats import qmc

    engine = qmc.Sobol(dimensions, scramble=True, rng=np.random.default_rng(seed))
    points = engine.random_base2(math.ceil(math.log2(count)) if count > 1 else 0)[:count]
    return np.clip(np.asarray(points, dtype=np.float64), SMALLEST, 1.0 - SMALLEST)


def _correlate(shares: Floats, symbols: Sequence[str]) -> Floats:
    """Return the shares with the returns to capital joined by a Gaussian copula; every margin stays uniform."""
    from scipy.special import ndtr, ndtri

    block = [symbols.index(symbol) for symbol in CORRELATED if symbol in symbols]
    if len(block) < 2:
        return shares
    matrix = np.full((len(block), len(block)), CORRELATION)
    np.fill_diagonal(matrix, 1.0)
    joined = shares.copy()
    joined[:, block] = ndtr(ndtri(shares[:, block]) @ np.linalg.cholesky(matrix).T)
    return np.clip(joined, SMALLEST, 1.0 - SMALLEST)


def _bounds(prior: Prior) -> tuple[float, float]:
    low, high = _number(prior.lower), _number(prior.upper)
    return (-math.inf if low is None else low, math.inf if high is None else high)


def _number(value: float | None) -> float | None:
    return None if value is None or math.isnan(value) else float(value)


def _distribution(prior: Prior, value: float) -> float:
    """Return the distribution function of the prior before truncation."""
    from scipy.special import betainc, gammainc, ndtr

    if math.isinf(value):
        return float(value > 0)
    p1, p2 = float(prior.p1), float(prior.p2)
    if prior.family == "normal":
        return float(ndtr((value - p1) / p2))
    if prior.family == "lognormal":
        return float(ndtr((math.log(value) - p1) / p2)) if value > 0 else 0.0
    if prior.family == "beta":
        return float(betainc(p1, p2, min(max(value, 0.0), 1.0)))
    if prior.family == "gamma":
        return float(gammainc(p1, max(value, 0.0) * p2))
    return min(max((value - p1) / (p2 - p1), 0.0), 1.0)


def _inverse(prior: Prior, share: Floats) -> Floats:
    """Return the quantile function of the prior before truncation."""
    from scipy.special import betaincinv, gammaincinv, ndtri

    p1, p2 = float(prior.p1), float(prior.p2)
    if prior.family == "normal":
        return np.asarray(p1 + p2 * ndtri(share))
    if prior.family == "lognormal":
        return np.asarray(np.exp(p1 + p2 * ndtri(share)))
    if prior.family == "beta":
        return np.asarray(betaincinv(p1, p2, share))
    if prior.family == "gamma":
        return np.asarray(gammaincinv(p1, share) / p2)
    return p1 + (p2 - p1) * share
