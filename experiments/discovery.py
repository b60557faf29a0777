"""Discovery: in which futures does an arm backfire? Boxes of parameters found by PRIM of the EMA Workbench.

PRIM (patient rule induction, Friedman and Fisher 1999) narrows one parameter after the other until most futures in the
box are of the kind that is looked for. With many parameters and few futures it finds boxes in pure luck; so the box is
found on one half of the draws, and what it says is counted on the other half.
"""

from __future__ import annotations

import io
import warnings
from contextlib import redirect_stderr, redirect_stdout
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from experiments import sensitivity
from sim.errors import InputError, ResultError

if TYPE_CHECKING:
    import pandas

    from experiments.summary import Summary

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

LEAST = 100  # futures: fewer leave too few in each half
FEWEST = 10  # futures of the kind looked for
DIMENSIONS = 4  # that a box may restrict
CANDIDATES = 12  # parameters offered to PRIM, those that drive the outcome most
DENSITY = 0.8
PEEL = 0.05
WANTED = 1e-9  # PRIM takes values above this as those looked for, and no box with a lower share of them


class Limit(NamedTuple):
    """One side of a box."""

    parameter: str
    low: float  # -inf where it is not restricted from below
    high: float

    @property
    def sentence(self) -> str:
        """The limit in words."""
        if np.isinf(self.low):
            return f"{self.parameter} up to {self.high:.4g}"
        return f"{self.parameter} {self.low:.4g} to {self.high:.4g}" if np.isfinite(self.high) else (
            f"{self.parameter} from {self.low:.4g}")  # fmt: skip


class Box(NamedTuple):
    """Where futures of a kind are found; counted on draws that had no part in finding it."""

    asked: str
    limits: tuple[Limit, ...]
    futures: int
    share: float  # of all futures that are of the kind
    coverage: float  # of futures of the kind that are in the box
    density: float  # of futures in the box that are of the kind
    inside: int  # futures in the box
    density_found: float  # on the half in which it was found

    @property
    def sentence(self) -> str:
        """The box in words."""
        start = f"{self.asked}: {self.share:.0%} of {self.futures} futures held back."
        if not self.limits or self.inside == 0:
            return f"{start} No box of few parameters holds them together."
        where = " and ".join(limit.sentence for limit in self.limits)
        of_all = f"{self.coverage:.0%} of all of the kind"
        said = f"{start} With {where}: {self.density:.0%} of {self.inside} such futures ({of_all})."
        doubt = " Mostly luck: where it was not looked for, the box holds few more than elsewhere."
        return said + (doubt if self.density < self.share + 2.0 * _error(self.share, self.inside) else "")


def backfires(summary: Summary, outcome: str, arm: str = "", *, below: float = 0.0, above: float | None = None) -> Box:
    """Return the box of futures in which the paired difference of an arm is below (or above) a value.

    Draws that failed or have no figure are left out.
    """
    chosen = arm or summary.designs[-1]
    ranked = sensitivity.drivers(summary, outcome, chosen)
    paired = summary.paired(outcome)
    parameters = sensitivity.varying(paired[summary.parameters.columns.drop("draw")])
    names = [name for name in ranked["parameter"] if name in parameters.columns][:CANDIDATES]
    values = paired[chosen].to_numpy(dtype=np.float64)
    known = np.isfinite(values)
    wanted = values < below if above is None else values > above
    relation = f"below {below:,.6g}" if above is None else f"above {above:,.6g}"
    asked = f"{summary.title(chosen)}, {summary.label(outcome).lower()} {relation}"
    return found(parameters.loc[known, names], wanted[known], asked)


def found(parameters: pandas.DataFrame, wanted: Flags, asked: str = "Futures asked for") -> Box:
    """Return the box of PRIM around the wanted rows; found on every other row, counted on the rest."""
    if len(wanted) < LEAST:
        raise ResultError(f"{len(wanted)} futures have a figure; a box needs at least {LEAST}: ask for more draws")
    half = np.arange(len(wanted)) % 2 == 0
    if wanted[half].sum() < FEWEST:
        share = float(wanted[~half].mean())
        return Box(asked, (), int((~half).sum()), share, 0.0, 0.0, 0, 0.0)
    limits, density_found = _peeled(parameters[half], wanted[half])
    inside = np.ones(len(wanted), dtype=bool)
    for limit in limits:
        column = parameters[limit.parameter].to_numpy(dtype=np.float64)
        inside &= (column >= limit.low) & (column <= limit.high)
    inside, kind = inside[~half], wanted[~half]
    return Box(
        asked, limits, len(kind), float(kind.mean()), float(inside[kind].mean()) if kind.any() else 0.0,
        float(kind[inside].mean()) if inside.any() else 0.0, int(inside.sum()), density_found,
    )  # fmt: skip


def _peeled(parameters: pandas.DataFrame, wanted: Flags) -> tuple[tuple[Limit, ...], float]:
    """Return the limits of the best box along PRIM's path: the largest of those dense enough, else the densest."""
    prim: Any = _prim()
    with warnings.catch_warnings(), redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        warnings.simplefilter("ignore")
        rows = parameters.reset_index(drop=True).astype(np.float64)
        box = prim.Prim(rows, wanted.astype(np.float64), threshold=WANTED, peel_alpha=PEEL).find_box()
    path = box.peeling_trajectory
    path = path[path["res_dim"] <= DIMENSIONS]
    dense = path[path["density"] >= DENSITY]
    row = dense.loc[dense["coverage"].idxmax()] if len(dense) else path.loc[path["density"].idxmax()]
    lims = box.box_lims[int(row["id"])]
    limits = []
    for name in parameters.columns:
        low, high = (float(value) for value in lims[name])
        least, most = float(parameters[name].min()), float(parameters[name].max())
        if low > least or high < most:
            limits.append(Limit(str(name), low if low > least else -np.inf, high if high < most else np.inf))
    return tuple(limits), float(row["density"])


def _error(share: float, count: int) -> float:
    return float(np.sqrt(share * (1.0 - share) / max(count, 1)))


def _prim() -> Any:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it names packages that are not needed here
            from ema_workbench.analysis import prim
    except ImportError:
        raise InputError("discovery needs the package ema-workbench: pip install 'kelishim[explore]'") from None
    return prim
