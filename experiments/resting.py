"""Resting: outcomes that rest mostly on one number that nobody has measured, so that a reader is warned beside them.

Two ways lead to a warning: outcomes that are known to follow one judged cost, and, in studies with enough draws, any
outcome of which one judged parameter explains at least half.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from experiments import analysis
from sim import behaviour

if TYPE_CHECKING:
    from experiments.language import Language
    from experiments.summary import Summary
    from sim.behaviour import Prior

JUDGED = "C"
KNOWN = {  # families that apply in vain are most of those that lose, and lose what applying costs
    "families_worse": "applying.effort", "families_worse_off": "applying.effort",
    "value_of_public_money": "applying.effort", "value_markets_left_out": "applying.effort",
    "willingness_to_pay": "applying.effort", "persons_lose": "applying.effort",
}  # fmt: skip
DRAWS, HALF = 50, 0.5  # draws from which ranks can tell; share of the variance of ranks


def found(summary: Summary, outcomes: list[str]) -> dict[str, list[str]]:
    """Return the judged parameters on which outcomes rest, each with those outcomes."""
    judged = {prior.name: prior for prior in _priors(summary) if prior.confidence == JUDGED}
    out: dict[str, list[str]] = {}
    for outcome in outcomes:
        name = KNOWN.get(outcome) or _explains(summary, outcome, list(judged))
        if name in judged:
            out.setdefault(name, []).append(outcome)
    return out


def sentences(summary: Summary, outcomes: list[str], say: Language) -> Iterator[str]:
    """Yield a warning for each judged number on which an outcome rests."""
    priors = {prior.name: prior for prior in _priors(summary)}
    for name, mine in found(summary, outcomes).items():
        low, high = (say.shortest(priors[name].quantile(share)) for share in (0.05, 0.95))
        yield say.text(
            "Careful: {outcomes}: rests mostly on one judged number, '{meaning}' ({name}: {low} to {high}). Nobody has "
            "measured it; with another value the figure can be several times larger or smaller.",
            outcomes="; ".join(say.text(summary.label(outcome)) for outcome in mine),
            meaning=say.text(priors[name].meaning), name=name, low=low, high=high,
        )  # fmt: skip


def _priors(summary: Summary) -> list[Prior]:
    return list(behaviour.priors(str(summary.manifest["scenario"].get("country", "kyrgyzstan"))))


def _explains(summary: Summary, outcome: str, judged: list[str]) -> str:
    """Return the judged parameter whose rank explains at least half of the rank of an outcome; mostly none."""
    table = summary.parameters
    there = [name for name in judged if name in table]
    if not there or summary.draws < DRAWS:
        return ""
    values = analysis.of_draws(summary.frame, outcome, summary.designs[:1])[:, 0]
    known = np.flatnonzero(np.isfinite(values))
    known = known[known < len(table)]
    if len(known) < DRAWS or not np.ptp(values[known]):
        return ""
    ranks = table[there].iloc[known].rank().to_numpy()
    mine = np.argsort(np.argsort(values[known])).astype(np.float64)
    spread = ranks.std(axis=0) * mine.std()
    both = ((ranks - ranks.mean(axis=0)) * (mine - mine.mean())[:, None]).mean(axis=0)
    share = np.divide(both, spread, out=np.zeros_like(both), where=spread > 0.0) ** 2
    return there[int(np.argmax(share))] if share.max() >= HALF else ""
