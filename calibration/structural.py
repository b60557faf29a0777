"""Structural: the weakest rules of the model in another form, to see how far the headlines hang on them.

A variant is a corner of a rule: a share of zero or one, a lot in place of a score, another bearer of a charge. None is
in force in any study. ``kelishim outlook --structure N`` runs each of them on N draws of the posterior, with the same
luck, and keeps by how much the headlines of today's law move beside the posterior.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

IN_FORCE = "in_force"
RESAMPLES = 400
Floats = npt.NDArray[np.float64]


class Variant(NamedTuple):
    """A rule in another form: what is set of behaviour, and of the law in all designs."""

    name: str
    question: str  # variants of one question are alternatives to each other
    label: str
    behaviour: Mapping[str, float]
    common: Mapping[str, Mapping[str, Any]]


VARIANTS = (
    Variant("few_own_starts", "own starts", "Hardly anybody starts a business without a grant",
            {"starting.rate": 0.01}, {}),
    Variant("full_own_starts", "own starts", "Who starts without a grant starts as large as with the usual one",
            {"starting.scale": 1.0}, {}),
    Variant("selection_by_chance", "selection", "Places go by lot among applicants", {},
            {"social_contract": {"lottery": 1.0}}),
    Variant("selection_by_need", "selection", "Places go by need, not by plan, children or disability", {},
            {"social_contract": {"priority_plan": 0.0, "priority_children": 0.0, "priority_disability": 0.0}}),
    Variant("no_saturation", "saturation", "Businesses and markets never saturate",
            {"operating.saturation": 10.0, "feedback.crowding": 100.0}, {}),
    Variant("levy_on_pay", "incidence", "Charges of a quota fall on pay", {},
            {"financing": {"incidence": "wages"}}),
    Variant("levy_on_prices", "incidence", "Charges of a quota fall on prices", {},
            {"financing": {"incidence": "prices"}}),
    Variant("no_bunching", "bunching", "No employer stays small because of a quota", {"sizing.bunching": 0.0}, {}),
    Variant("finding_fixed", "job finding", "Moves into work do not answer the labour market",
            {"moving.tightness": 0.0}, {}),
)  # fmt: skip


def varied(scenario: Mapping[str, Any], variant: Variant) -> dict[str, Any] | None:
    """Return a scenario under a variant; ``None`` for the bearer of charges where markets are held still.

    What a design says itself goes before what the variant says for all.
    """
    common: dict[str, Any] = {**scenario.get("common", {})}
    for policy, keys in variant.common.items():
        common[policy] = {**common.get(policy, {}), **keys}
    if "financing" in common and scenario.get("worlds") == "frozen":
        return None
    return {**scenario, "common": common} if common else dict(scenario)


def structure(moves: Mapping[str, Floats]) -> float:
    """Return the variance that the form of the rules makes: over the answers to each question, summed over questions.

    Each question has the rule in force, which moves nothing, and its variants, all taken for equally likely. What luck
    adds to the mean move of a variant is taken off. By hand: one question, one variant, moves of 9 and 11. The answers
    0 and 10 have a variance of 25; the mean of two moves with a variance of 2 has an error of 1, a quarter of which is
    in the variance of two answers.

    >>> structure({"no_bunching": np.array([9.0, 11.0])})
    24.75
    """
    total = 0.0
    for question in dict.fromkeys(variant.question for variant in VARIANTS):
        mine = [moves[v.name] for v in VARIANTS if v.question == question and v.name in moves]
        if mine:
            answers = np.array([0.0, *(float(move.mean()) for move in mine)])
            part = 1.0 / len(answers)  # of the answers, one is the rule in force, which is sure
            of_luck = sum(error(move) ** 2 for move in mine if len(move) > 1) * part * (1.0 - part)
            total += max(float(answers.var()) - of_luck, 0.0)
    return total


def error(move: Floats) -> float:
    """Return the standard error of a mean move; infinite for one run."""
    return float(move.std(ddof=1)) / len(move) ** 0.5 if len(move) > 1 else float("inf")


def parts(rows: Sequence[Mapping[str, float]], outcomes: Sequence[str], seed: int) -> dict[str, Any]:
    """Return for each outcome the variance that structure makes, its Monte Carlo error, and what moves it.

    ``rows`` have a figure ``variant outcome`` of each draw. The error is the spread of the variance over draws that are
    drawn again.
    """
    rng, out = np.random.default_rng([seed, 21]), {}
    picks = rng.integers(0, len(rows), (RESAMPLES, len(rows)))
    for outcome in outcomes:
        base = np.array([row[f"{IN_FORCE} {outcome}"] for row in rows])
        moves = {v.name: np.array([row[f"{v.name} {outcome}"] for row in rows]) - base for v in VARIANTS}
        again = [structure({name: move[pick] for name, move in moves.items()}) for pick in picks]
        out[outcome] = {
            "middle": _short(float(np.median(base))), "variance": _short(structure(moves)),
            "error": _short(float(np.std(again))),
            "moves": {name: [_short(float(m.mean())), _short(error(m))] for name, m in moves.items()},
        }  # fmt: skip
    return out


def _short(value: float) -> float:
    return float(f"{value:.4g}")
