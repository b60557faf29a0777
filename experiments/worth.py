"""Worth: what it would add to the choice of a design to learn one parameter first, from the draws of a finished study.

The method is that of :mod:`calibration.knowing`; draws in which a design has no figure are left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from calibration import knowing
from experiments import analysis, sensitivity
from sim.errors import InputError, ResultError

if TYPE_CHECKING:
    from experiments.summary import Summary


@dataclass(frozen=True)
class Learning:
    """What learning would add, in the unit of the outcome."""

    designs: tuple[str, ...]
    best_in: tuple[float, ...]  # share of draws in which each design is best, ties shared
    best: str  # the design with the best mean
    ranked: list[tuple[str, knowing.Worth]]  # parameters, the most worth first; none where chance would bring as much
    everything: knowing.Worth
    of_chance: float  # what one in twenty parameters without effect would reach
    draws: int


def learning(summary: Summary, outcome: str) -> Learning:
    """Return what learning each parameter that varies would add to choosing by an outcome."""
    if outcome not in summary.outcomes:
        raise InputError(f"'{outcome}' is not an outcome of this study")
    better = getattr(summary.codebook.get(outcome), "better", "")
    if better not in (analysis.MORE, analysis.LESS):
        raise InputError(f"'{outcome}' has no better or worse, so nothing can be chosen by it")
    if len(summary.designs) < 2 or not len(summary.parameters):
        raise ResultError("this study has one design or no table of draws, so there is no choice to inform")
    whole = summary.frame[(summary.frame["group"] == analysis.ALL) & (summary.frame["month"] == analysis.WHOLE)]
    values = analysis.of_draws(whole, outcome, summary.designs, better) * (1.0 if better == analysis.MORE else -1.0)
    table = summary.parameters.set_index("draw").reindex(range(len(values)))
    known = np.isfinite(values).all(axis=1) & table.notna().all(axis=1).to_numpy()
    if known.sum() < knowing.LEAST:
        raise ResultError(f"{known.sum()} draws have a figure for all designs; at least {knowing.LEAST} are needed")
    benefit, seed = values[known], int(summary.manifest["scenario"]["seed"])
    parameters = sensitivity.varying(table[known])
    of_chance = knowing.of_chance(benefit, np.random.default_rng([seed, 16]))
    found = knowing.ranked({str(n): parameters[n].to_numpy(np.float64) for n in parameters}, benefit, seed)
    ranked = [(name, each if each.value > of_chance else each._replace(value=0.0, degree=0)) for name, each in found]
    return Learning(
        designs=tuple(summary.designs),
        best_in=tuple(float(share) for share in knowing.best_in(benefit)),
        best=summary.designs[int(np.argmax(benefit.mean(axis=0)))],
        ranked=ranked,
        everything=knowing.everything(benefit),
        of_chance=of_chance,
        draws=int(known.sum()),
    )
