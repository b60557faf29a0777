"""Local: a classifier two-sample test at the record (Linhart, Gramfort and Rodrigues 2023).

If the posterior is right, a classifier that sees published figures and parameters cannot tell parameters that made the
figures from draws of the posterior of these figures. It is trained on invented truths near the record and asked at the
record: how far its answers lie from one half, against classifiers that were trained where there is nothing to tell.
Coverage averages over truths; this looks where the posterior is used. Truths come from the posterior, so what is judged
is the posterior of a truth's figures beside the record, and at the record that of the record seen twice.
"""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

import numpy as np
import numpy.typing as npt

from calibration import checks, pipeline, smc
from calibration.pipeline import Calibration, on_active

Floats = npt.NDArray[np.float64]

AGAINST = 20  # draws for each truth
NULLS = 99
STRENGTH = 0.1  # of the classifier, inverse of its penalty
MOST = 12  # parameters, those that figures inform most
LEAST_P = 0.05


def test(of: Calibration) -> dict[str, Any]:
    """Return the test on truths from the posterior; nothing without the package that has the classifier."""
    if find_spec("sklearn") is None:
        return {}
    with np.load(of.folder / "truths-40.npz") as kept:
        known, draws = kept["known"], kept["draws"]
    order = np.argsort(of.pooled[:, :-1].std(axis=0))[:MOST]
    chosen = [int(k) for k in order if of.pooled[:, k].std() <= checks.WEAK] or [int(order[0])]
    rng = np.random.default_rng([of.seed, 95])
    twice = on_active(of.record.beside(of.record))
    found = smc.sample(twice, of.pooled.shape[1], pipeline.SMALL_POINTS, pipeline.SMALL_MOVES, rng, of.pooled)
    made = compared(known[:, chosen], draws[:, :, chosen], found.points[:, chosen], rng)
    return made | {"parameters": [of.names[int(of.near.singles[k])] for k in chosen]}


def compared(known: Floats, draws: Floats, here: Floats, rng: np.random.Generator) -> dict[str, Any]:
    """Return whether truths (truths, parameters) can be told from their draws (truths, draws, parameters) at ``here``.

    ``here`` are draws from the posterior of the record. The null distribution puts one draw in the place of the truth.
    """
    from sklearn.linear_model import LogisticRegression

    middle, scale = here.mean(axis=0), here.std(axis=0)
    truths, drawn, asked = (known - middle) / scale, (draws - middle) / scale, columns((here - middle) / scale, 0.0)
    against = drawn[:, rng.choice(drawn.shape[1], AGAINST + 1, replace=False)]
    middles = drawn.mean(axis=1)

    def told(first: Floats, others: Floats) -> float:
        seen, said, weight = pairs(first, others, middles)
        found = LogisticRegression(C=STRENGTH, max_iter=200).fit(seen, said, sample_weight=weight)
        return float(np.mean((found.predict_proba(asked)[:, 1] - 0.5) ** 2))

    own = told(truths, against[:, 1:])
    none = []
    for _ in range(NULLS):
        pick = rng.integers(against.shape[1], size=len(truths))
        rest = np.stack([np.delete(one, k, axis=0) for one, k in zip(against, pick, strict=True)])
        none.append(told(against[np.arange(len(truths)), pick], rest))
    p = (1.0 + float(np.sum(np.array(none) >= own))) / (1.0 + NULLS)
    return {
        "truths": len(truths), "statistic": round(own, 6), "of_nothing": round(float(np.median(none)), 6),
        "p": round(p, 3), "passed": p > LEAST_P,
    }  # fmt: skip


def pairs(first: Floats, others: Floats, middle: Floats) -> tuple[Floats, npt.NDArray[np.int64], Floats]:
    """Return what the classifier sees, what it should say, and weights: the parameters of each truth, then draws."""
    count, against = others.shape[:2]
    seen = np.vstack([
        columns(first, middle), columns(others.reshape(count * against, -1), np.repeat(middle, against, axis=0))
    ])  # fmt: skip
    said = np.concatenate([np.ones(count, dtype=np.int64), np.zeros(count * against, dtype=np.int64)])
    return seen, said, np.concatenate([np.ones(count), np.full(count * against, 1.0 / against)])


def columns(z: Floats, middle: Floats | float) -> Floats:
    """Return parameters, their squares and products, and their products with the middle of the posterior.

    The middle of a truth's posterior stands for its figures: it is what they say of each parameter.
    """
    middle = np.broadcast_to(middle, z.shape)
    first, second = np.triu_indices(z.shape[1])
    return np.hstack([z, middle, z[:, first] * z[:, second] / 2.0, z * middle / 2.0])
