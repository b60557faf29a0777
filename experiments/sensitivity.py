"""Sensitivity: which parameters and levers drive a difference; by SALib, also where some runs failed.

Two kinds of study can be read. One whose points were chosen for it (``saltelli`` or ``morris`` in ``[study.explore]``)
gives Sobol indices or elementary effects; a failed run takes out its whole base point or path and nothing else. Any
other study, one with draws of the prior too, gives PAWN: how far the distribution of the outcome moves when a
parameter is held in a part of its range, against what a parameter without any effect would show by chance.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from experiments.marks import N_
from sim.errors import InputError, ResultError

if TYPE_CHECKING:
    import pandas

    from experiments.summary import Summary

Floats = npt.NDArray[np.float64]

SLICES = 8
LEAST = 60  # runs for PAWN: some in each slice
DUMMIES = 20  # parameters without effect
RESAMPLES = 200
OF_SOBOL = "Sobol, " + N_("total share of variance")
OF_MORRIS = "Morris, " + N_("mean absolute effect")
OF_PAWN = "PAWN, " + N_("median distance")
COLUMNS = ["parameter", "index", "error", "of_chance", "method", "runs", "left_out"]


def problem(names: Sequence[str]) -> dict[str, Any]:
    """Return SALib's description of factors that all range from 0 to 1."""
    return {"num_vars": len(names), "names": list(names), "bounds": [[0.0, 1.0]] * len(names)}


def sampled(method: str, points: int, dimensions: int, levels: int, seed: int) -> Floats:
    """Return the points of the unit cube that a method of SALib needs, shape (runs, factors)."""
    _salib()
    asked = problem([f"x{j}" for j in range(dimensions)])
    if method == "saltelli":
        from SALib.sample import sobol

        if points & (points - 1):
            raise InputError(
                f"points is {points}; for saltelli it must be a power of two, such as {1 << points.bit_length()}"
            )
        return np.asarray(sobol.sample(asked, points, calc_second_order=False, seed=seed))
    from SALib.sample import morris

    if levels % 2:
        raise InputError(f"levels is {levels}; for morris it must be even")
    return np.asarray(morris.sample(asked, points, num_levels=levels, seed=seed))


def drivers(summary: Summary, outcome: str, arm: str = "") -> pandas.DataFrame:
    """Return how much each parameter or lever drives the paired difference of an arm, the strongest first.

    ``index`` is the share of variance in which a parameter has a part (Sobol, total), the mean absolute elementary
    effect (Morris), or the median distance between distributions (PAWN); ``of_chance`` is what a parameter without any
    effect would reach in one of twenty cases, where that is known.
    """
    import pandas

    if outcome not in summary.outcomes:
        raise InputError(f"'{outcome}' is not an outcome of this study")
    chosen = arm or summary.designs[-1]
    if chosen not in summary.designs[1:]:
        raise InputError(
            f"'{chosen}' is not a design that is compared; it must be one of {', '.join(summary.designs[1:])}"
        )
    paired = summary.paired(outcome)
    values = paired[chosen].to_numpy(dtype=np.float64)
    explore = summary.manifest.get("study", {}).get("explore") or {}
    method = explore.get("method", "")
    if method in ("saltelli", "morris"):
        names = list(explore["factors"])
        analyse = _sobol if method == "saltelli" else _morris
        rows = analyse(names, values, int(explore.get("points", 128)), int(explore.get("levels", 4)),
                       int(summary.manifest["scenario"]["seed"]))  # fmt: skip
    else:
        rows = _pawn(varying(paired[summary.parameters.columns.drop("draw")]), values)
    return pandas.DataFrame(rows, columns=COLUMNS).sort_values("index", ascending=False, ignore_index=True)


def _sobol(names: Sequence[str], values: Floats, points: int, levels: int, seed: int) -> list[tuple[Any, ...]]:
    from SALib.analyze import sobol

    whole, left_out = _whole_groups(values, len(names) + 2)
    found = sobol.analyze(problem(names), _standard(whole), calc_second_order=False, num_resamples=RESAMPLES, seed=seed)
    return [
        (name, float(index), float(error) / 1.96, float("nan"), OF_SOBOL, len(whole), left_out)
        for name, index, error in zip(names, found["ST"], found["ST_conf"], strict=True)
    ]


def _morris(names: Sequence[str], values: Floats, points: int, levels: int, seed: int) -> list[tuple[Any, ...]]:
    from SALib.analyze import morris

    places = sampled("morris", points, len(names), levels, seed)
    size = len(names) + 1
    whole, left_out = _whole_groups(values, size)
    kept = np.isfinite(values.reshape(-1, size)).all(axis=1)
    places = places.reshape(-1, size, len(names))[kept].reshape(-1, len(names))
    found = morris.analyze(problem(names), places, whole, num_levels=levels, num_resamples=RESAMPLES, seed=seed)
    return [
        (name, float(index), float(error) / 1.96, float("nan"), OF_MORRIS, len(whole), left_out)
        for name, index, error in zip(names, found["mu_star"], found["mu_star_conf"], strict=True)
    ]


def _pawn(parameters: pandas.DataFrame, values: Floats) -> list[tuple[Any, ...]]:
    _salib()
    from SALib.analyze import pawn

    known = np.isfinite(values)
    runs = int(known.sum())
    if runs < LEAST:
        raise ResultError(f"{runs} runs have a figure; sensitivity needs at least {LEAST}: ask for more draws")
    names = list(parameters.columns)
    ranks = parameters[known].rank(pct=True).to_numpy(dtype=np.float64)
    dummies = np.random.default_rng([2022, runs]).random((runs, DUMMIES))
    asked = problem([*names, *(f"dummy {j}" for j in range(DUMMIES))])
    found = pawn.analyze(asked, np.column_stack([ranks, dummies]), values[known], S=SLICES)
    chance = float(np.quantile(found["median"][len(names) :], 0.95))
    left_out = len(values) - runs
    return [
        (name, float(index), float("nan"), chance, OF_PAWN, runs, left_out)
        for name, index in zip(names, found["median"], strict=False)
    ]


def _whole_groups(values: Floats, size: int) -> tuple[Floats, int]:
    """Return the values of groups without a failed run, and how many runs are left out with the others."""
    groups = values.reshape(-1, size)
    whole = groups[np.isfinite(groups).all(axis=1)]
    if len(whole) < 2:
        raise ResultError(f"{len(whole)} of {len(groups)} groups of runs are complete; sensitivity needs at least 2")
    return whole.ravel(), values.size - whole.size


def _standard(values: Floats) -> Floats:
    spread = values.std()
    return (values - values.mean()) / spread if spread > 0.0 else values


def varying(parameters: pandas.DataFrame) -> pandas.DataFrame:
    """Return the parameters that vary, words as numbers in the order of the alphabet."""
    made = parameters.loc[:, parameters.nunique() > 1]
    for name in made.columns:
        if not np.issubdtype(made[name].dtype, np.number):  # type: ignore[arg-type]
            made = made.assign(**{str(name): made[name].astype(str).rank(method="dense")})
    return made


def _salib() -> None:
    try:
        import SALib  # noqa: F401
    except ImportError:
        raise InputError("sensitivity needs the package SALib: pip install 'kelishim[explore]'") from None
