"""Front: which arms no other arm beats in cost, jobs and well-being at once, draw by draw and on average."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from experiments import analysis, certainty

if TYPE_CHECKING:
    import pandas

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

AIMS = ("net_fiscal_cost", "net_jobs", "money_metric_gain")
COLUMNS = ["design", "probability_on_front", "probability_error", "on_front_of_means", "beaten_by"]


def front(
    frame: pandas.DataFrame, codebook: Mapping[str, analysis.Described], aims: Sequence[str] = AIMS
) -> pandas.DataFrame:
    """Return for each arm how probable it is that no other is at least as good in all aims and better in one.

    ``on_front_of_means`` says the same of the means over draws, and ``beaten_by`` which arms beat it there. Empty when
    an aim has no figures or no better direction, or there is a single arm.
    """
    import pandas

    whole = frame[(frame["group"] == analysis.ALL) & (frame["month"] == analysis.WHOLE)]
    designs = analysis.designs_of(whole)
    there = set(whole["outcome"].unique())
    signs = [
        {analysis.MORE: 1.0, analysis.LESS: -1.0}.get(codebook[a].better, 0.0) if a in codebook else 0.0 for a in aims
    ]
    if len(designs) < 2 or not there.issuperset(aims) or not all(signs):
        return pandas.DataFrame(columns=COLUMNS)
    goods = np.stack([s * analysis.cube(whole, a, designs).of_draws for a, s in zip(aims, signs, strict=True)], axis=-1)
    known = goods[np.isfinite(goods).all(axis=(1, 2))]
    if not len(known):
        return pandas.DataFrame(columns=COLUMNS)
    on_front = np.asarray(~beaten(known).any(axis=2))
    of_means = beaten(known.mean(axis=0)[None])[0]
    rows = [
        (name, float(on_front[:, j].mean()), certainty.probability_error(on_front[:, j].astype(np.float64)),
         not of_means[j].any(), ", ".join(other for k, other in enumerate(designs) if of_means[j, k]))
        for j, name in enumerate(designs)
    ]  # fmt: skip
    return pandas.DataFrame(rows, columns=COLUMNS)


def beaten(goods: Floats) -> Flags:
    """Return whether arm j is beaten by arm k (draws, arms, arms); of ``goods`` (draws, arms, aims) more is better.

    >>> beaten(np.array([[[1.0, 1.0], [2.0, 1.0], [0.0, 3.0]]]))[0].astype(int)
    array([[0, 1, 0],
           [0, 0, 0],
           [0, 0, 0]])
    """
    mine, theirs = goods[:, :, None, :], goods[:, None, :, :]
    return np.asarray((theirs >= mine).all(axis=-1) & (theirs > mine).any(axis=-1))
