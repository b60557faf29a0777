"""Emulator: a polynomial stand-in for the simulator, with the luck of a single run as a covariance.

Each figure gets the parameters that move it beyond chance (a screen on the runs), then a polynomial in them: linear,
quadratic and cubic terms and interactions, in Hermite polynomials of the latent parameters, and those terms of higher
degree that predict runs left out one at a time better. What is left is the luck of a run and what the polynomial
misses; its size may depend on the parameters and on the expected figure, and it is correlated across figures.

How large it is comes from runs in parts: each part is predicted by an emulator made without it, choice of terms and
all. From what these predictions miss the size is learned as a function of the expected figure, of the parameters and of
their squares (far out a polynomial knows less), and it is enlarged by what the same function misses in parts that it
was not learned from. Where an emulator is made for a region, only runs of that region say how large it is. Runs that
judge the emulator are never used.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, combinations_with_replacement

import numpy as np
import numpy.typing as npt

from calibration import luck

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]
Term = tuple[tuple[int, int], ...]  # parameters with their degrees

CERTAIN = 4.2  # t value beyond which a parameter counts: one false alarm in about 40,000 tests
MOST = 12  # parameters of one figure that the first search may find
FURTHER = 4  # that later searches may add
CURVED = 8  # of a figure's parameters, the strongest, which have interactions and cubic terms from the start
# Degree, and how many of the strongest parameters enter such terms. Few of the many are kept (see _higher).
HIGHER = ((2, 16), (3, 10), (4, 5), (5, 2), (6, 1), (7, 1), (8, 1))
MIXED = 3  # parameters of a term
DEGREE = 8
MORE = 40  # terms of higher degree of one figure
WORTH = 0.998  # of the squared residual of runs left out, what a further term must reach
CLEAR = 4.0  # t value beyond which it is tried
BREATH = 1e-8  # of shrinkage, in runs, for a safe inverse


def hermite(z: Floats, degree: int = DEGREE) -> Floats:
    """Return orthonormal polynomials of standard normal values, shape (1 + degree, points, parameters)."""
    out = np.empty((1 + degree, *z.shape))
    out[0], out[1] = 1.0, z
    for d in range(1, degree):
        out[d + 1] = (z * out[d] - np.sqrt(d) * out[d - 1]) / np.sqrt(d + 1.0)
    return out


@dataclass(frozen=True, eq=False)
class Emulator:
    """Mean, spread and correlation of all figures as functions of the latent parameters."""

    singles: Whole  # parameters that any figure uses
    places: Whole  # (terms, MIXED) places in ``singles``
    degrees: Whole  # (terms, MIXED) of each of them, 0 for none
    weights: Floats  # (terms, figures)
    spread: Floats  # (3 + 2 singles, figures), log sd of a run: constant, expected figure (2), parameters, squares
    centre: Floats  # (2, figures), mean and spread of the expected figure over the runs
    range: Floats  # (2, figures), least and largest log standard deviation seen
    correlation: Floats  # (figures, figures), of what a run leaves
    active: tuple[tuple[int, ...], ...]  # parameters of each figure

    def mean(self, z: Floats) -> Floats:
        """Return expected figures, shape (points, figures)."""
        return columns(hermite(z[:, self.singles]), self.places, self.degrees) @ self.weights

    def sd(self, z: Floats) -> Floats:
        """Return the standard deviation of one run about its mean, shape (points, figures)."""
        used = np.clip(z[:, self.singles], -luck.FARTHEST, luck.FARTHEST)
        at = np.clip((self.mean(z) - self.centre[0]) / self.centre[1], -luck.FARTHEST, luck.FARTHEST)
        logs = self.spread[0] + self.spread[1] * at + self.spread[2] * (at * at - 1.0)
        logs += np.hstack([used, used * used - 1.0]) @ self.spread[3:]
        return np.exp(np.clip(logs, self.range[0], self.range[1]))

    def on_active(self) -> Emulator:
        """Return the same for points that have the active parameters only, in their order."""
        return replace(self, singles=np.arange(len(self.singles)))

    def alone(self, z: Floats, figure: int = 0) -> Floats:
        """Return the variance that each active parameter brings about alone."""
        table = hermite(z[:, self.singles])
        parts = np.zeros((len(z), len(self.singles)))
        for t in np.flatnonzero(self.weights[:, figure]):
            used = np.flatnonzero(self.degrees[t])
            if len(used) == 1:
                place = self.places[t, used[0]]
                parts[:, place] += self.weights[t, figure] * table[self.degrees[t, used[0]], :, place]
        return np.asarray(parts.var(axis=0))


def columns(table: Floats, places: Whole, degrees: Whole) -> Floats:
    """Return the terms of points as columns, from their Hermite polynomials."""
    out = np.ones((table.shape[1], len(places)))
    for m in range(places.shape[1]):
        used = np.flatnonzero(degrees[:, m])
        out[:, used] *= table[degrees[used, m], :, places[used, m]].T
    return out


def screen(z: Floats, y: Floats, telling: Sequence[int] | None = None) -> list[list[int]]:
    """Return for each figure the parameters, among those ``telling``, that move it beyond chance, the strongest first.

    Steps forward: after each parameter found, linear and squared, the rest is searched again.
    """
    _, one, two = hermite(z, 2)
    straight = np.stack([_standard(one), _standard(two)])
    silent = np.setdiff1d(np.arange(z.shape[1]), telling) if telling is not None else np.zeros(0, dtype=np.int64)
    found = []
    for k in range(y.shape[1]):
        there = np.isfinite(y[:, k])
        told, count = y[there, k], int(there.sum())
        chosen: list[int] = []
        rest = told - told.mean()
        while len(chosen) < MOST:
            scale = max(float(rest.std()), 1e-12)
            score = np.max(np.abs(straight[:, there].transpose(0, 2, 1) @ rest), axis=0) / (np.sqrt(count) * scale)
            score[chosen] = 0.0
            score[silent] = 0.0
            best = int(np.argmax(score))
            if score[best] < CERTAIN:
                break
            chosen.append(best)
            design = np.hstack([np.ones((count, 1)), one[there][:, chosen], two[there][:, chosen]])
            rest = told - design @ np.linalg.lstsq(design, told, rcond=None)[0]
        found.append(chosen)
    return found


def _standard(values: Floats) -> Floats:
    return np.asarray((values - values.mean(axis=0)) / np.maximum(values.std(axis=0), 1e-12))


def fit(
    z: Floats, y: Floats, telling: Sequence[int] | None = None, home: npt.NDArray[np.bool_] | None = None,
    workers: int = 1,
) -> Emulator:  # fmt: skip
    """Return the emulator of runs: latent parameters (runs, parameters) and figures on their scale (runs, figures).

    Figures that a run lacks are not numbers; each figure is fitted to the runs that have it. What parameters outside
    ``telling`` do to a figure counts as luck, whose size is that of the runs at ``home``, all if not given.
    """
    made = surfaces(z, y, telling, home)
    missed = _missed(z, y, telling, home, workers)
    home = np.ones(len(z), dtype=np.bool_) if home is None else home
    place = {int(p): j for j, p in enumerate(made.singles)}
    expected = made.mean(z)
    spread, bounds, standard = np.zeros_like(made.spread), np.zeros_like(made.range), np.full(y.shape, np.nan)
    for k, chosen in enumerate(made.active):
        mine = [place[p] for p in chosen]
        there = np.isfinite(missed[:, k])
        at = (expected[there, k] - made.centre[0, k]) / made.centre[1, k]
        sized = luck.sized(luck.known(at, z[there][:, list(chosen)]), missed[there, k], home[there])
        spread[luck.rows(mine, len(place)), k], bounds[:, k] = sized.found, sized.bounds
        standard[there, k] = np.clip(sized.standard, -4.0, 4.0)
    return replace(made, spread=spread, range=bounds, correlation=shrunk(_correlation(standard)))


def _missed(
    z: Floats, y: Floats, telling: Sequence[int] | None, home: npt.NDArray[np.bool_] | None, workers: int
) -> Floats:
    """Return what emulators made without a run miss of it, part by part."""
    import joblib

    part = np.arange(len(z)) % luck.PARTS
    parts = [part != p for p in range(luck.PARTS)]
    jobs = [(z[o], y[o], telling, home[o] if home is not None else None, z[~o]) for o in parts]
    with joblib.parallel_config(backend="loky", n_jobs=workers, inner_max_num_threads=1):
        told = joblib.Parallel(batch_size=1)(joblib.delayed(_predicted)(*job) for job in jobs)
    out = np.empty(y.shape)
    for other, expected in zip(parts, told, strict=True):
        out[~other] = y[~other] - expected
    return out


def _predicted(
    z: Floats, y: Floats, telling: Sequence[int] | None, home: npt.NDArray[np.bool_] | None, points: Floats
) -> Floats:
    return surfaces(z, y, telling, home).mean(points)


def surfaces(
    z: Floats, y: Floats, telling: Sequence[int] | None = None, home: npt.NDArray[np.bool_] | None = None
) -> Emulator:
    """Return the emulator of runs whose luck is as large as the residuals of single runs left out say."""
    active = screen(z, y, telling)
    made = [_one_of(z, y[:, k], chosen) for k, chosen in enumerate(active)]
    for k, chosen in enumerate(active):
        while more := _overlooked(z, y[:, k], made[k], chosen, telling, home):
            chosen.extend(more)
            made[k] = _one_of(z, y[:, k], chosen)
    singles = np.array(sorted({p for chosen in active for p in chosen}), dtype=np.int64)
    place = {int(p): j for j, p in enumerate(singles)}
    coded = [[_sorted(*((place[chosen[j]], d) for j, d in term)) for term in each.terms]
             for each, chosen in zip(made, active, strict=True)]  # fmt: skip
    terms = sorted({term for each in coded for term in each})
    row = {term: t for t, term in enumerate(terms)}
    weights = np.zeros((len(terms), len(made)))
    spread = np.zeros((3 + 2 * len(singles), len(made)))
    left = np.full(y.shape, np.nan)
    for k, each in enumerate(made):
        weights[[row[term] for term in coded[k]], k] = each.weights
        spread[luck.rows([place[p] for p in active[k]], len(singles)), k] = each.spread
        left[np.isfinite(y[:, k]), k] = np.clip(each.standard, -4.0, 4.0)
    places, degrees = _coded(terms)
    return Emulator(
        singles, places, degrees, weights, spread, np.stack([each.centre for each in made], axis=1),
        np.stack([each.range for each in made], axis=1), shrunk(_correlation(left)), tuple(tuple(a) for a in active),
    )  # fmt: skip


def _one_of(z: Floats, y: Floats, chosen: Sequence[int]) -> _Surface:
    """Return the emulator of one figure in its parameters, from the runs that have it."""
    there = np.isfinite(y)
    return _one(hermite(z[there][:, list(chosen)]), y[there])


def _overlooked(
    z: Floats, y: Floats, made: _Surface, chosen: Sequence[int], telling: Sequence[int] | None,
    home: npt.NDArray[np.bool_] | None,
) -> list[int]:  # fmt: skip
    """Return the parameter that what the surface leaves depends on most, if beyond chance; else nothing.

    The first search stands before curvature and interactions, and where luck is large; what they hide shows in what the
    surface leaves, in sizes of luck. A parameter that matters at home alone counts too.
    """
    if len(chosen) >= MOST + FURTHER:
        return []
    there = np.isfinite(y)
    _, one, two = hermite(z[there], 2)
    places = [np.ones(len(one), dtype=np.bool_), *([home[there]] if home is not None else [])]
    score = np.zeros(z.shape[1])
    for runs in places:
        rest = _standard(np.clip(made.standard[runs], -4.0, 4.0))
        for each in (one, two):
            score = np.maximum(score, np.abs(_standard(each[runs]).T @ rest) / np.sqrt(len(rest)))
    score[list(chosen)] = 0.0
    if telling is not None:
        score[np.setdiff1d(np.arange(z.shape[1]), telling)] = 0.0
    best = int(np.argmax(score))
    return [best] if score[best] >= CERTAIN else []


@dataclass(frozen=True, eq=False)
class _Surface:
    """The emulator of one figure."""

    terms: list[Term]  # in places among its parameters
    weights: Floats
    spread: Floats
    centre: Floats
    range: Floats
    standard: Floats  # standardised residual of each run, had it been left out


def _one(table: Floats, y: Floats) -> _Surface:
    """Return the emulator of one figure from the polynomials of its runs in its parameters."""
    mine = range(table.shape[2])
    terms = _plain(mine)[: max(len(y) // 3, 1 + len(mine))]
    design = columns(table, *_coded(terms))
    more, extra = _higher(table, y, mine, terms, design)
    terms, design = [*terms, *more], np.hstack([design, extra])
    weights, leverage = ridge(design, y)
    for _ in range(2):  # first all runs alike, then the lucky ones less
        left = (y - design @ weights) / (1.0 - leverage)
        expected = y - left
        centre = np.array([expected.mean(), max(float(expected.std()), luck.LEAST_SD)])
        found, logs = luck.spread(luck.known((expected - centre[0]) / centre[1], table[1]), left)
        bounds = np.quantile(logs, [luck.EXTREME, 1.0 - luck.EXTREME])
        logs = np.clip(logs, bounds[0], bounds[1])
        weights, leverage = ridge(design, y, np.clip(np.exp(2.0 * (logs.mean() - logs)), 0.1, 10.0))
    return _Surface(terms, weights, found, centre, bounds, (y - design @ weights) / (1.0 - leverage) * np.exp(-logs))


def _plain(mine: Sequence[int]) -> list[Term]:
    """Return the constant, linear, square and cubic terms and the interactions, in this order."""
    curved = mine[:CURVED]
    return [
        (), *(((p, 1),) for p in mine), *(((p, 2),) for p in mine), *(((p, 3),) for p in curved),
        *(_sorted((a, 1), (b, 1)) for a, b in combinations(curved, 2)),
    ]  # fmt: skip


def _higher(
    table: Floats, y: Floats, mine: Sequence[int], terms: list[Term], design: Floats
) -> tuple[list[Term], Floats]:
    """Return terms of higher degree that predict runs left out better, one by one, and their columns."""
    tried = dict.fromkeys(
        _sorted(*((p, many.count(p)) for p in dict.fromkeys(many)))
        for degree, most in HIGHER for many in combinations_with_replacement(mine[:most], degree)
        if len(set(many)) <= MIXED
    )  # fmt: skip
    known = set(terms)
    free = [term for term in tried if term not in known]
    chosen: list[int] = []
    all_columns = columns(table, *_coded(free)) if free else np.zeros((len(y), 0))
    weights, leverage = ridge(design, y)
    best = float(np.mean(((y - design @ weights) / (1.0 - leverage)) ** 2))
    start, whole = best, design
    basis = np.linalg.qr(design)[0]
    rest, apart = y - basis @ (basis.T @ y), all_columns - basis @ (basis.T @ all_columns)
    while free and len(chosen) < MORE and whole.shape[1] < len(y) // 4:
        norm = np.sqrt(np.sum(apart**2, axis=0))
        norm[norm < 1e-6 * np.sqrt(len(y))] = np.inf
        score = np.abs(apart.T @ rest) / norm / max(float(rest.std()), 1e-300)
        j = int(np.argmax(score))
        if score[j] < CLEAR:
            break
        wider = np.hstack([whole, all_columns[:, [j]]])
        weights, leverage = ridge(wider, y)
        now = float(np.mean(((y - wider @ weights) / (1.0 - leverage)) ** 2))
        if now > WORTH * best and now > WORTH * start:
            break
        best, whole = min(best, now), wider
        chosen.append(j)
        new = apart[:, j] / norm[j]
        rest, apart = rest - new * (new @ rest), apart - np.outer(new, new @ apart)
    return [free[j] for j in chosen], all_columns[:, chosen]


def _sorted(*factors: tuple[int, int]) -> Term:
    return tuple(sorted(factors))


def _coded(terms: Iterable[Term]) -> tuple[Whole, Whole]:
    """Return places and degrees of terms as two tables."""
    padded = [(*term, *[(0, 0)] * (MIXED - len(term))) for term in terms]
    code = np.array(padded, dtype=np.int64).reshape(-1, MIXED, 2)
    return np.ascontiguousarray(code[:, :, 0]), np.ascontiguousarray(code[:, :, 1])


def ridge(design: Floats, y: Floats, weight: Floats | None = None) -> tuple[Floats, Floats]:
    """Return the (weighted) least-squares solution with a breath of shrinkage, and the leverage of each run."""
    root = np.ones(len(y)) if weight is None else np.sqrt(weight / weight.mean())
    scaled = design * root[:, None]
    gram = scaled.T @ scaled
    gram[np.diag_indices_from(gram)] += BREATH * np.trace(gram) / len(gram)
    factor = np.linalg.inv(gram)
    leverage = np.einsum("ij,jk,ik->i", scaled, factor, scaled, optimize=True)
    return factor @ (scaled.T @ (y * root)), np.clip(leverage, 0.0, 0.9)


def _correlation(left: Floats) -> Floats:
    """Return the correlation of residuals, from the runs that have all figures of a pair."""
    there = np.isfinite(left)
    filled = np.where(there, left, 0.0)
    count = there.astype(np.float64)
    shared = np.maximum(count.T @ count, 1.0)
    covariance = filled.T @ filled / shared
    power = (filled**2).T @ count / shared
    return np.asarray(covariance / np.sqrt(np.maximum(power * power.T, 1e-300)))


def shrunk(correlation: Floats, amount: float = 0.05) -> Floats:
    """Return a correlation matrix drawn a little to the identity, so that it is safely positive."""
    correlation = np.nan_to_num(correlation, nan=0.0)
    np.fill_diagonal(correlation, 1.0)
    values, vectors = np.linalg.eigh(correlation)
    correlation = (vectors * np.maximum(values, 0.0)) @ vectors.T
    correlation /= np.sqrt(np.outer(np.diag(correlation), np.diag(correlation)))
    return (1.0 - amount) * correlation + amount * np.eye(len(correlation))
