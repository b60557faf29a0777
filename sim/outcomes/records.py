"""Records: the outcomes of one design in tidy rows (design, outcome, group, month, value); -1 is the whole horizon."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from sim.outcomes import jobs as job
from sim.outcomes.codebook import CODEBOOK
from sim.outcomes.compared import NOTHING_AFTER, After, Compared, Lives
from sim.outcomes.outcome import ALL, HORIZON, Row, rows
from sim.outcomes.remembering import Known
from sim.world import World

__all__ = ["ALL", "HORIZON", "Lives", "Row", "records", "tidy"]


def records(
    design: str, lives: Lives, last: int, known: Known | None = None, after: After = NOTHING_AFTER,
    first: World | None = None,
) -> list[dict[str, Any]]:  # fmt: skip
    """Return the tidy rows of a design; raises ``IdentityError`` if net jobs are not the sum of their parts.

    Outcomes that need a world that was not lived through are left out. ``known`` remembers figures between designs;
    ``after`` is what was followed by month after the horizon; ``first`` is the world of the first design.
    """
    compared = Compared(lives, last, known, after, first)
    job.check(design, compared.parts, float(np.max(job.jobs(lives.base))))
    return tidy(design, rows(CODEBOOK.values(), compared))


def tidy(design: str, rows: Iterable[Row]) -> list[dict[str, Any]]:
    """Return rows of a design in the form in which results are stored."""
    return [
        {"design": design, "outcome": outcome, "group": group, "month": month, "value": float(value)}
        for outcome, group, month, value in rows
    ]
