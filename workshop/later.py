"""Later: net jobs of B less A after the last new contract, from a few runs that are followed on when a reader asks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from experiments import words
from experiments.certainty import Errors
from experiments.language import Language
from experiments.marks import N_
from sim import months
from sim.outcomes import CODEBOOK
from workshop.country import LAST_MONTH, START_MONTH
from workshop.outcomes import INTERVALS
from workshop.summary import Spread

NET = "net_jobs"
FINDING = N_(
    "{outcome}, B less A: {before} {unit} in {end}, with contracts still being signed; {after} in {last}, {months} "
    "months after the last new contract ({band})."
)
NOTE = N_("From {count} runs that are followed on without new contracts. {interval}")


def finished(runs: Sequence[Sequence[Sequence[float]]], say: Language) -> dict[str, Any]:
    """Return B less A by month to the end of what was followed, in words; ``runs`` by run, design and month."""
    paired = np.array([np.subtract(b, a) for a, b in runs])
    spread = Spread(paired)
    line = spread.lines(list(range(paired.shape[1])))
    end, last = LAST_MONTH - START_MONTH, paired.shape[1] - 1
    ends = [one for one in (line["median"][end], line["low"][last], line["median"][last], line["high"][last])
            if one is not None]  # fmt: skip
    errors = Errors(paired[:, [end, last]]).median
    scale = words.sure(words.scale_of(ends, CODEBOOK[NET].unit, say), errors, ends)
    before, after = (words.figure(line["median"][k], scale, say, signed=True) for k in (end, last))
    low, high = (np.nan if line[side][last] is None else line[side][last] for side in ("low", "high"))
    finding = say.text(
        FINDING, outcome=say.text(CODEBOOK[NET].label), before=before, unit=scale.unit, end=say.month(LAST_MONTH),
        after=after, last=say.month(START_MONTH + last), months=say.number(last - end),
        band=words.interval(low, high, scale, say, signed=True),
    )  # fmt: skip
    note = say.text(NOTE, count=say.number(len(paired)), interval=say.text(INTERVALS[spread.method]))
    return {"months": [months.label(START_MONTH + k) for k in range(last + 1)], "line": line, "finding": finding,
            "note": note}  # fmt: skip
