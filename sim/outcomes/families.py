"""Families: who gains and who loses, household by household, against the same household without the programme.

With addressed draws each household lives the same life in both worlds but for the programme, so effects on groups are
exact sums over twins (model.md section 12), not differences of two averages.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from sim.beginning.drawing import uniforms
from sim.engine.columns import FIXED_POINT, Array
from sim.engine.draws import Decision, key
from sim.outcomes.groups import of_homes, tenths
from sim.state.households import SECTORS, proportions, weights_of
from sim.world import World

EXTREMES = 0.05  # share of contract families left out at either end of a trimmed mean
SETTLED = 12  # months since payment from which the gain of a family is counted
MATERIAL = 0.005  # share of income over the horizon below which a change is not called a gain or a loss


def better_and_worse(effect: Effects, base: World) -> tuple[Array, Array]:
    """Return which households have at least half a percent more, and less, disposable income over the horizon."""
    bar = MATERIAL * np.abs(base.state.recurrent_total + base.state.once_total)
    gain = effect.recurrent + effect.once
    return gain > bar, gain < -bar


class Effects(NamedTuple):
    """Effects on each household; arrays of shape (rows,)."""

    weight: Array  # real households
    participant: Array  # paid a grant since the comparison started
    months: Array  # from payment to the end of the horizon, of participants
    recurrent: Array  # recurrent income over the horizon, som of 2023
    once: Array  # money that came once less what was spent once over the horizon, som of 2023
    benefit_lost: Array  # child benefit over the horizon, som of 2023


def effects(final: World, base: World, last: int) -> Effects:
    """Return what each household gains in ``final`` over ``base``."""
    participant = final.state.paid_at >= final.start
    months = np.maximum(last - final.state.paid_at.astype(np.int64) + 1, 1)
    mine, theirs = final.state, base.state
    return Effects(
        weights_of(final.households), participant, months, mine.recurrent_total - theirs.recurrent_total,
        mine.once_total - theirs.once_total, theirs.benefit_total - mine.benefit_total,
    )


def gain_a_month(effect: Effects, rows: Array, before_loss: bool = False) -> float:
    """Return the gain of recurrent income of contract families per family and month since payment, som of 2023.

    Families paid in the last eleven months are left out, unless there are no others: in their first months a business
    earns little. Not-a-number without any.
    """
    chosen = settled(effect, rows)
    if not chosen.any():
        return float("nan")
    weight = effect.weight[chosen]
    lost = exact_sum(effect.benefit_lost[chosen], weight) if before_loss else 0.0
    return (exact_sum(effect.recurrent[chosen], weight) + lost) / int((weight * effect.months[chosen]).sum())


def settled(effect: Effects, rows: Array) -> Array:
    """Return the contract families among ``rows`` whose gain is counted: those paid a year ago and before."""
    took = rows & effect.participant
    late = took & (effect.months >= SETTLED)
    return late if late.any() else took


def without_extremes(effect: Effects) -> Array:
    """Return the contract families without the twentieth of them that gains most, and least, for each month (K14).

    Families count as often as their weight says; ties are broken by the order of rows.

    >>> twenty = np.arange(20.0)
    >>> effect = Effects(np.ones(20, int), np.ones(20, bool), np.full(20, 24), twenty, twenty, twenty)
    >>> np.flatnonzero(~without_extremes(effect)).tolist()
    [0, 19]
    """
    out = settled(effect, np.ones(len(effect.weight), dtype=bool))
    rows = np.flatnonzero(out)
    order = rows[np.argsort(effect.recurrent[rows] / effect.months[rows], kind="stable")]
    weight = effect.weight[order].astype(np.float64)
    upto, total = np.cumsum(weight), weight.sum()
    out[order[(upto <= EXTREMES * total) | (upto - weight >= (1.0 - EXTREMES) * total)]] = False
    return out


def gain_once(effect: Effects, rows: Array) -> float:
    """Return the money that came once, less what was spent once, per contract family over the horizon, som of 2023.

    Part of the grant that was not invested, proceeds of businesses sold, own money put in, cash costs of applying (K2).
    """
    return mean(effect.once, settled(effect, rows), effect.weight)


def exact_sum(values: Array, weight: Array) -> float:
    """Return a sum over real households that does not depend on the order of its terms.

    >>> exact_sum(np.array([1.0, 2.5, -0.5]), np.array([10, 1, 2]))
    11.5
    """
    return float((weight * np.floor(values * FIXED_POINT + 0.5).astype(np.int64)).sum() / FIXED_POINT)


def mean(values: Array, where: Array, weight: Array) -> float:
    """Return the mean of the chosen values over real households, not-a-number if none is chosen."""
    count = int(weight[where].sum())
    return exact_sum(values[where], weight[where]) / count if count else float("nan")


def deciles(before: World) -> Array:
    """Return the tenth, 1 to 10, of each household by consumption per person when the comparison started.

    Tenths hold equal numbers of real persons, and households with the same consumption are in the same one; 0 and -1
    are consumption that is not known and below zero (:func:`sim.outcomes.groups.tenths`).
    """
    h = before.households
    return tenths(before.state.consumption.astype(np.float64), proportions(h) * h.size, h.identifier)


def groups(before: World) -> Iterator[tuple[str, Array]]:
    """Yield (name, rows) of the groups that results are given for."""
    woman = before.endowments.operator_woman == 1
    for each in of_homes(before, deciles(before)):
        for index, name in enumerate(each.names()):
            yield name, each.codes == index
    yield "operator=woman", woman
    yield "operator=man", ~woman & (before.endowments.has_operator == 1)


def sectors(final: World) -> Iterator[tuple[str, Array]]:
    """Yield (name, rows) of contract families by the sector in which their grant was invested; all others are in none.

    Families that invested nothing are in none either.
    """
    took = final.state.paid_at >= final.start
    for sector, name in enumerate(SECTORS, start=1):
        yield f"sector={name}", took & (final.state.funded_sector == sector)


def operator_jobs(world: World) -> Array:
    """Return 1 for each household whose potential operator works, in a business or otherwise."""
    return np.maximum(world.state.employed, world.state.operating).astype(np.int64)


def own_work_with_disability(world: World) -> float:
    """Return operators with a disability who have no work but their family business, real persons.

    Operators who are employed are among the persons employed already.
    """
    state, disabled = world.state, world.endowments.operator_group > 0
    alone = disabled & (state.operating == 1) & (state.employed == 0)
    return float(weights_of(world.households)[alone].sum())


def woman_runs(world: World) -> Array:
    """Return which households' business counts as a woman's; some are run by the spouse of the holder (H13)."""
    h, e = world.households, world.endowments
    luck = uniforms(h, key(world.seed, Decision.SPOUSE))
    spouse = (luck < world.behaviour.working.spouse_share) & (h.men > 0) & (world.state.operating == 1)
    return (e.operator_woman == 1) & ~spouse
