"""Estimating: what a design will give, learnt from the runs of other designs, until it has been simulated itself.

A Gaussian process over the levers for each headline: how much a run of a design differs from the run of today's law
with the same assumptions and the same luck. The more a design changes, the more hangs on the assumptions: runs scatter
with the square of the change. It is judged by leaving out each run in turn; how far those estimates miss is its own
error, and is part of every interval. An estimate is shown only while the first simulations of exactly the levers shown
are on their way, it says what it is, and it is never stored.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from workshop.designs import TODAY, Design, made, read
from workshop.figures import Floats, Layout
from workshop.levers import NUMBER, levers
from workshop.problems import Problem

FEWEST_RUNS, MOST_RUNS = 120, 480  # that an estimate is learnt from
REACHES = (0.7, 1.5, 3.0, 6.0)  # how far a lever may move, in its range, until runs say little about each other
NOISES = (0.02, 0.1, 0.4, 1.5)  # variance between runs that no lever explains, against that which levers do
EVEN = 1e12
STEADY = (0.03, 0.1, 1.0)  # of it what is there whatever changes, against what goes with the square of the change
WIDER = 1.2  # runs left out helped to choose the above: `benchmarks/estimates.py` on designs that did not says how much
LEARNT = 320  # designs simulated ahead to learn from, one run of each
MOST_MOVED = 5  # levers in such a design


@cache
def _axes() -> list[tuple[str, Any, Any, float]]:
    """Return lever, choice (or None), today's value and range of each coordinate of a design."""
    out: list[tuple[str, Any, Any, float]] = []
    for lever in levers():
        if lever.kind == NUMBER:
            assert lever.low is not None and lever.high is not None  # noqa: PT018
            out.append((lever.key, None, lever.today, lever.high - lever.low))
        else:
            out += [(lever.key, choice.value, lever.today, 1.0) for choice in lever.choices]
    return out


def place_of(design: Design) -> Floats:
    """Return where a design is: each lever's distance from today's law in its range, and contracts on a log scale."""
    values = design.values()
    out = [
        ((today if values[key] is None else values[key]) - today) / size
        if choice is None
        else float(values[key] == choice) - float(today == choice)
        for key, choice, today, size in _axes()
    ]
    return np.array([*out, np.log((design.contracts + 1000.0) / (Design().contracts + 1000.0))])


@cache
def ahead() -> list[str]:
    """Return designs that are simulated ahead to learn from; always the same ones."""
    luck, out = np.random.default_rng(2026), dict[str, None]()
    while len(out) < LEARNT:
        chosen = luck.choice(len(levers()), size=1 + len(out) % MOST_MOVED, replace=False)
        changes = {levers()[k].key: anywhere(levers()[k], luck) for k in sorted(chosen)}
        try:
            short = made(changes).short
        except Problem:
            continue
        if short != TODAY:
            out[short] = None
    return list(out)


def anywhere(lever: Any, luck: np.random.Generator) -> Any:
    """Return a value of a lever, any of them equally likely."""
    if lever.kind != NUMBER:
        return lever.choices[int(luck.integers(len(lever.choices)))].value
    return round(lever.low + lever.step * int(luck.integers(0, round((lever.high - lever.low) / lever.step) + 1)), 6)


@dataclass(frozen=True)
class Surface:
    """One headline over all designs."""

    reach: float
    noise: float
    steady: float
    usual: float  # mean square of the changes that designs make, in the headline's unit
    scale: float  # standard deviation that levers explain
    weights: Floats  # (runs,)
    inverse: Floats  # (runs, runs)
    misses: Floats  # of each run left out, in standard deviations foretold
    doubt: float  # how badly the runs left out were foretold, for choosing reach, noise and what is steady of it
    missed: Floats  # of each run left out, in the headline's unit

    def scatter(self, change: Any) -> Any:
        """Return the variance between runs of a design that changes the headline so much, in units of ``scale``."""
        return _scatter(change, self.noise, self.steady, self.usual)

    @property
    def typical(self) -> float:
        """Half-width that holds nine in ten misses, in the headline's unit."""
        return float(np.quantile(np.abs(self.missed), 0.9))


@dataclass(frozen=True)
class Estimator:
    """Headlines of designs that were not simulated, as rows like those of runs."""

    layout: Layout
    today: Floats  # (draws, figures): every run of today's law
    places: Floats  # (runs, coordinates)
    surfaces: Mapping[str, Surface]

    @property
    def runs(self) -> int:
        """Runs of other designs that it learnt from."""
        return len(self.places)

    @classmethod
    def learnt(cls, layout: Layout, today: Floats, runs: Sequence[tuple[str, int, Floats]]) -> Estimator | None:
        """Return what some runs (design, draw, figures) teach, or ``None`` if they are too few."""
        # Two runs of one design would vouch for each other where one of them is left out.
        one_each = {short: (k, row) for short, k, row in runs if k < len(today)}
        known = [(read(short), k, row) for short, (k, row) in one_each.items()]
        usable = [run for run in known if not run[0].closed and run[0].changes][-MOST_RUNS:]
        if len(usable) < FEWEST_RUNS:
            return None
        places = np.array([place_of(design) for design, _, _ in usable])
        moved = np.array([row - today[k] for _, k, row in usable])
        names = [name for name in layout.headlines if _usable(moved[:, layout.headline(name)])]
        values = moved[:, [layout.headline(name) for name in names]]
        alike = {reach: _alike(places, places, reach) for reach in REACHES}
        return cls(layout, today, places, {name: _surface(alike, values[:, k]) for k, name in enumerate(names)})

    def table(self, design: Design) -> Floats:
        """Return one row for each run of today's law, with an error of the estimate in each; NaN where none is made."""
        out = np.full_like(self.today, np.nan)
        place = place_of(design)[None]
        order = np.random.default_rng(len(self.places)).permutation(len(self.today))
        for name, surface in self.surfaces.items():
            k = self.layout.headline(name)
            alike = _alike(place, self.places, surface.reach)[0]
            change = float(alike @ surface.weights)
            own = float(_alike(place, place, surface.reach)[0, 0]) + surface.scatter(change)
            left = max(own - float(alike @ surface.inverse @ alike), 1e-9)
            shares = (np.arange(len(self.today)) + 0.5) / len(self.today)
            misses = np.quantile(surface.misses, shares)[order] * WIDER * surface.scale * np.sqrt(left)
            out[:, k] = self.today[:, k] + change + misses
            if self.layout.never_negative[k]:
                out[:, k] = np.maximum(out[:, k], 0.0)
        return out

    def error(self) -> dict[str, float]:
        """Return for each headline how far nine in ten estimates of a run left out were off at most."""
        return {name: surface.typical for name, surface in self.surfaces.items()}


def _alike(first: Floats, second: Floats, reach: float) -> Floats:
    """Return how much designs say about each other: 1 at today's law, rising with what both move alike."""
    apart = ((first[:, None, :] - second[None, :, :]) ** 2).sum(axis=2)
    ripple = np.exp(-apart / (2.0 * reach**2))
    from_today = np.exp(-((first**2).sum(axis=1)[:, None] + (second**2).sum(axis=1)[None, :]) / (2.0 * reach**2))
    slopes: npt.NDArray[np.float64] = first @ second.T
    return np.asarray(ripple - from_today + slopes)


def _usable(values: Floats) -> bool:
    return bool(np.isfinite(values).all() and values.any())


def _surface(alike: Mapping[float, Floats], values: Floats) -> Surface:
    """Return the fit of one headline: first as if all runs scattered evenly, then with what that says of changes."""
    even = (_fitted(values, alike, reach, noise, EVEN, values) for reach in alike for noise in NOISES)
    first = min(even, key=_doubt)
    change = values - first.missed
    tried = (_fitted(values, alike, first.reach, noise, steady, change) for noise in NOISES for steady in STEADY)
    return min(tried, key=_doubt)


def _doubt(surface: Surface) -> float:
    return surface.doubt


def _scatter(change: Any, noise: float, steady: float, usual: float) -> Any:
    return noise * (steady + np.square(change) / usual) / (steady + 1.0)


def _fitted(
    values: Floats, alike: Mapping[float, Floats], reach: float, noise: float, steady: float, change: Floats
) -> Surface:
    """Return a fit; how each run left out is missed follows from the inverse in closed form."""
    usual = max(float(np.mean(change**2)), 1e-300)
    runs_alike = alike[reach] + np.diag(_scatter(change, noise, steady, usual))
    inverse: Floats = np.asarray(np.linalg.inv(runs_alike), np.float64)
    weights, left_out = inverse @ values, np.diag(inverse)
    scale = max(float(np.sqrt(np.mean(values * weights))), 1e-300)
    missed: Floats = weights / left_out
    misses = missed * np.sqrt(left_out) / scale
    doubt = float(np.mean(misses**2) + np.mean(np.log(scale**2 / left_out)))
    return Surface(reach, noise, steady, usual, scale, weights, inverse, misses, doubt, missed)
