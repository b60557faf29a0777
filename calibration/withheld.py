"""Withheld: what ``kelishim validate`` says of a run, fitted and withheld rows, at parameters of the posterior."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from sim.behaviour import Behaviour
from sim.checks import checked
from sim.population.country import folder_of
from sim.validation import Wanted, read

WANTED = 0.9  # share of withheld rows that should lie within their tolerance
NAMED = 0.5  # a row is named where fewer draws than this lie within


def figures(values: Mapping[str, float], seed: int, scale: int, country: str) -> dict[str, float]:
    """Return 1 for each row that is judged and lies within its tolerance, 0 for each that lies outside."""
    found = checked(country, scale, seed, Behaviour.from_values(values))
    return {one.wanted.id: float(one.inside) for one in found if one.inside is not None}


def judged(runs: Sequence[Mapping[str, float]], country: str) -> dict[str, Any]:
    """Return the share of rows within their tolerance over runs, by use, and the rows that mostly lie outside.

    A use without a row is left out.
    """
    rows: dict[str, Wanted] = {row.id: row for row in read(folder_of(country))}
    inside = {name: float(np.mean([run[name] for run in runs])) for name in runs[0]}
    shares = {}
    for use in ("fit", "withheld"):
        mine = [share for name, share in inside.items() if rows[name].use == use]
        if not mine:
            continue
        shares[use] = {"rows": len(mine), "inside": round(float(np.mean(mine)), 4)}
    outside = {
        use: [name for name, share in inside.items() if share < NAMED and rows[name].use == use] for use in shares
    }
    return {"draws": len(runs), "shares": shares, "outside": outside}
