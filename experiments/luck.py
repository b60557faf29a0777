"""Luck: which figures say little because they rest on few simulated people, and the words for it.

The variance of a draw's mean is split into luck (seeds of one draw differ) and what parameters do (see
:func:`experiments.analysis.noise_share`). Where at least half of the variance is luck and the interval is wide beside
the figure, the figure is called what it is. Differences need no such words: their verdicts have them.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from experiments.analysis import RATIO
from experiments.marks import N_

if TYPE_CHECKING:
    from experiments.language import Language
    from experiments.summary import Summary

MOST = 0.5  # share of the variance from which luck is the larger part
WIDE = 0.5  # half of the interval, as a share of the figure, from which luck could have made another one
ZERO = N_("cannot be told apart from zero at this scale")
LUCK = N_("mostly luck at this scale")


def of_level(row: Any) -> str:
    """Return what must be said of a level (columns ``median``, ``low``, ``high``, ``noise_share``); mostly nothing.

    Ratios of means are left out: the luck of single runs says little of them.

    >>> of_level({"median": 490.0, "low": -3.0, "high": 1500.0, "noise_share": 1.0})
    'cannot be told apart from zero at this scale'
    >>> of_level({"median": 600.0, "low": 100.0, "high": 1100.0, "noise_share": 0.53})
    'mostly luck at this scale'
    >>> of_level({"median": 53000.0, "low": 52000.0, "high": 54000.0, "noise_share": 1.0})
    ''
    """
    if row.get("made") == RATIO:
        return ""
    median, low, high, share = (float(row[name]) for name in ("median", "low", "high", "noise_share"))
    if not all(map(math.isfinite, (median, low, high, share))) or share < MOST or high <= low:
        return ""
    if low <= 0.0 <= high:
        return ZERO
    return LUCK if high - low >= 2.0 * WIDE * abs(median) else ""


def sentences(summary: Summary, outcomes: list[str], designs: list[str], say: Language) -> list[str]:
    """Return the sentences that explain the words beside the figures of some outcomes and designs."""
    levels = summary.levels
    mine = levels[levels["outcome"].isin(outcomes) & levels["design"].isin(designs)]
    scale = say.number(int(summary.manifest["scenario"].get("scale", 0)))
    if summary.replications < 2:
        return [say.text("Part of each range is luck of the simulation; with one seed nobody can tell how much. "
                         "{option} tells.", option="--replications 2")]  # fmt: skip
    lucky = [row["outcome"] for _, row in mine.iterrows() if of_level(row)]
    if not lucky:
        return []
    names = "; ".join(say.text(summary.label(name)) for name in dict.fromkeys(lucky))
    return [say.text(
        "At this scale: one simulated family stands for {scale}, and few of them make up these figures ({names}). At "
        "least half of what their intervals span is the luck of these few. A smaller {option} or more {other} leaves "
        "less of it.", scale=scale, names=names, option="--scale", other="--replications")]  # fmt: skip
