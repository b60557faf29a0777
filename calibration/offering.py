"""Offering: a trial inside the model, and what it finds at the months at which published trials were measured.

In January of the trial's year places are drawn by lot among those who applied; the grant is paid in one month and never
again. Markets do not answer. The families that were drawn are compared with themselves in the world without the offer:
the luck is the same, so this is what a random control group estimates, without its sampling error.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from sim.agents.working import full_time, operator_fte
from sim.behaviour import Behaviour
from sim.engine.columns import Array
from sim.engine.plain import plain
from sim.laws import NO_CONTRACTS, Rules, law_of
from sim.months import month_index
from sim.population import load
from sim.scenario import Scenario
from sim.schedule import advance
from sim.state.households import APPLIED, APPROVED, QUEUED, weights_of
from sim.twins import begun
from sim.world import World

YEAR, PAID, LAST = 2024, 3, "2033-12"  # the grant is paid in March
PLACES, GRANT, LARGE = 10_000, 100_000, 200_000  # as many places as in 2023
OFFER, LARGER = "offer", "larger"
# Months after the payment: of the studies, and of the twelve before and the six after the end of the obligation.
MONTHS = (6, 12, 16, 18, 24, 36, 42, 48, 60, 84, 108)
BEGUN, EARLIER = 6, 24
WAITING = (APPLIED, QUEUED)
WOMEN, MEN = "women", "men"


class Seen(NamedTuple):
    """The drawn families in one world some months after the payment; one entry for each of them."""

    operating: Array
    profit: Array  # som of 2023 a month
    consumption: Array  # per person, over the year
    hours: Array  # of the operator, full-time equivalents
    jobs: Array  # operator, family workers and hires of a live business


class Group(NamedTuple):
    """The drawn families of one offer, seen at each month with and without it."""

    rows: Array  # of the families among all households
    weight: Array
    woman: Array  # the operator is a woman
    owner: Array  # has a live business in the month before the payment
    grant: float  # som of 2023
    offered: Mapping[int, Seen]
    without: Mapping[int, Seen]
    applied: float  # families that applied while the call was open
    balance: float  # consumption of those drawn over those not drawn of the same raions, the month before the payment
    yearly: float  # mean consumption of a family in the year before the payment, som of 2023


class Lots(NamedTuple):
    """What is known of all families in the month before the payment, without the offer and with it."""

    consumption: Array
    operating: Array
    waiting: Mapping[str, Array]  # applied and was not drawn, by offer
    applied: float


def scenario(country: str, scale: int) -> Scenario:
    """Return the scenario of the trial."""
    once = [{"from": f"{YEAR}-01", "value": PLACES}, {"from": f"{YEAR + 1}-01", "value": 0}]
    profile = [1.0 if month == PAID else 0.0 for month in range(1, 13)]
    offer = {"slots": once, "lottery": 1, "pay_profile": profile, "loan_max": 0}
    return Scenario.of({
        "name": "trial", "country": country, "scale": scale, "start": f"{YEAR}-01", "horizon": LAST,
        "worlds": "frozen",
        "designs": {OFFER: {"social_contract": offer | {"grant": GRANT}},
                    LARGER: {"social_contract": offer | {"grant": LARGE}}},
    })  # fmt: skip


def figures(values: Mapping[str, float], seed: int, scale: int, country: str = "kyrgyzstan") -> dict[str, float]:
    """Return what the trial finds, named ``measure whom month``; not-a-number where nobody is left to ask."""
    groups = lived(values, seed, scale, country)
    offer, larger = groups[OFFER], groups[LARGER]
    found = measured(offer) | known(offer, larger)
    return found | {"size_elasticity all 24": size_elasticity(offer, larger)}


def known(offer: Group, larger: Group) -> dict[str, float]:
    """Return what tells how far the figures go: sampled families behind them, the lot's balance, the grant's size."""
    return {
        "balance": offer.balance,
        "grant over a year of consumption": offer.grant / offer.yearly,
        "families all": float(len(offer.rows)),
        "families both": float(np.isin(offer.rows, larger.rows).sum()),
        "families women": float((offer.owner & offer.woman).sum()),
        "families men": float((offer.owner & ~offer.woman).sum()),
    }


def lived(values: Mapping[str, float], seed: int, scale: int, country: str) -> dict[str, Group]:
    """Run the trial with both grants and return what was seen of the drawn families."""
    asked, people, behaviour = scenario(country, scale), load(country, scale), Behaviour.from_values(values)
    never, before = begun(people, asked, behaviour, seed)
    advance(never, asked.last_month)
    advance(before, asked.start_month - 1)
    regions, quotas = people.country.regions, before.design.quotas  # type: ignore[attr-defined]
    base = before.fork(design=Rules(law_of(asked, NO_CONTRACTS, regions), quotas=quotas))
    paid_at, worlds = month_index(YEAR, PAID), {}
    for name in (OFFER, LARGER):
        rules = Rules(law_of(asked, name, regions), quotas=quotas)
        worlds[name] = before.fork(design=rules, frozen=base.path)
    for world in (base, *worlds.values()):
        advance(world, paid_at - 1)
    waiting = {name: np.isin(world.state.contract, WAITING) for name, world in worlds.items()}
    in_hand = waiting[OFFER] | ((worlds[OFFER].state.contract == APPROVED) & by_lot(worlds[OFFER]))
    lots = Lots(real(base), base.state.operating == 1, waiting, float(weights_of(base.households)[in_hand].sum()))
    for world in (base, *worlds.values()):
        advance(world, paid_at)
    groups = {name: _drawn(world, paid_at, name, lots) for name, world in worlds.items()}
    seen: dict[str, dict[int, Seen]] = {name: {} for name in (*worlds, *(f"{name} without" for name in worlds))}
    for month in MONTHS:
        advance(base, paid_at + month)
        for name, world in worlds.items():
            seen[name][month] = look(advance(world, paid_at + month), groups[name].rows)
            seen[f"{name} without"][month] = look(base, groups[name].rows)
    return {
        name: groups[name]._replace(offered=seen[name], without=seen[f"{name} without"]) for name in worlds
    }  # fmt: skip


def real(world: World) -> Array:
    """Return the consumption of each household, som of 2023."""
    return world.state.consumption.astype(np.float64)


def by_lot(world: World) -> Array:
    """Return which households were selected since the trial began, not by score the year before."""
    return np.asarray(world.state.approved_at >= month_index(YEAR))


def _drawn(world: World, paid_at: int, name: str, lots: Lots) -> Group:
    """Return the families that were drawn and paid in a month, and what is known of them before the trial."""
    weight = weights_of(world.households).astype(np.float64)
    rows = np.flatnonzero((world.state.paid_at == paid_at) & by_lot(world))
    others = np.flatnonzero(lots.waiting[name])
    fair = balance(*((world.households.raion[r], weight[r], lots.consumption[r]) for r in (rows, others)))
    terms = world.design.terms(paid_at, world.behaviour)
    size = float(np.mean(terms.contract.grant)) / terms.economy.deflator
    woman = world.endowments.operator_woman[rows] == 1
    yearly = float(np.average(12.0 * (lots.consumption * world.households.size)[rows], weights=weight[rows]))
    return Group(rows, weight[rows], woman, lots.operating[rows], size, {}, {}, lots.applied, fair, yearly)


def balance(drawn: tuple[Array, Array, Array], others: tuple[Array, Array, Array]) -> float:
    """Return the mean of those drawn over that of others in the same raions, each raion as often as it was drawn.

    Both are raions, weights and values. By hand: raion 1 has 10 drawn and 8 beside it; raion 2 has nobody beside it.

    >>> one = np.array([1, 2]), np.array([1.0, 1.0]), np.array([10.0, 99.0])
    >>> balance(one, (np.array([1, 1]), np.array([1.0, 1.0]), np.array([6.0, 10.0])))
    1.25
    """
    both = np.intersect1d(drawn[0], others[0])
    ours, theirs = 0.0, 0.0
    for raion in both:
        here, there = drawn[0] == raion, others[0] == raion
        share = float(drawn[1][here].sum())
        ours += float((drawn[1] * drawn[2])[here].sum())
        theirs += share * float(np.average(others[2][there], weights=others[1][there]))
    return _ratio(ours, theirs)


def look(world: World, rows: Array) -> Seen:
    """Return what a survey would ask the families of some rows."""
    s, working = world.state, world.behaviour.working
    runs = s.operating[rows] == 1
    hours = [
        plain(full_time)(int(s.employed[i]), int(s.operating[i]), plain(operator_fte)(int(s.sector[i]), working),
                         0, 0, 0, working)
        for i in rows
    ]  # fmt: skip
    jobs = 1.0 + s.family_workers[rows].astype(np.float64) + s.hired[rows]
    return Seen(
        runs, np.where(runs, s.profit[rows].astype(np.float64), 0.0), real(world)[rows],
        np.array(hours, dtype=np.float64), np.where(runs, jobs, 0.0),
    )  # fmt: skip


# What is made of it ----------------------------------------------------------------------------------------------


def measured(group: Group) -> dict[str, float]:
    """Return every measure of the studies but the gradient by size."""
    every, women, men = np.ones(len(group.weight), dtype=bool), group.woman, ~group.woman
    gained = {month: gain(group, month, "consumption", every) for month in (16, 18, 84, 108)}
    owners = {whom: at & group.owner for whom, at in ((WOMEN, women), (MEN, men))}
    live = {month: group.offered[month].operating for month in MONTHS}
    spans = (surviving(group, live[EARLIER], live[36]), surviving(group, live[36], live[42]))
    return {
        "start_without all 16": _ratio(*(mean(group, seen[16].operating) for seen in (group.without, group.offered))),
        "consumption all 16": gained[16], "consumption all 18": gained[18],
        "hours all 16": gain(group, 16, "hours", every), "hours all 48": gain(group, 48, "hours", every),
        **{f"profit_over_grant {whom} 18": gain_per_family(group, 18, "profit", at) / group.grant
           for whom, at in owners.items()},
        **{f"persistence all {month}": _ratio(gained[month], gained[18]) for month in (84, 108)},
        "survival all 36": surviving(group, live[BEGUN], live[36]),
        "closing_after_end all 42": closing(*spans),
        "survival_gain men 60": gain_per_family(group, 60, "operating", owners[MEN]),
        "jobs_a_business all 24": _ratio(mean(group, group.offered[24].jobs), mean(group, live[24])),
        "applications_a_place all 0": group.applied / PLACES,
    }  # fmt: skip


def mean(group: Group, values: Array, at: Array | None = None) -> float:
    """Return the weighted mean over the drawn families, or over some of them; not-a-number if there are none."""
    weight = group.weight if at is None else group.weight * at
    total = float(weight.sum())
    return float((values * weight).sum()) / total if total > 0.0 else float("nan")


def gain(group: Group, month: int, name: str, at: Array) -> float:
    """Return how much more some families have than without the offer, as a share of what they have without it."""
    with_it, without = (mean(group, getattr(seen[month], name), at) for seen in (group.offered, group.without))
    return _ratio(with_it - without, without)


def gain_per_family(group: Group, month: int, name: str, at: Array) -> float:
    """Return how much more each of some families has than without the offer."""
    with_it, without = (mean(group, getattr(seen[month], name), at) for seen in (group.offered, group.without))
    return with_it - without


def size_elasticity(offer: Group, larger: Group) -> float:
    """Return by which power of the grant consumption of month 24 gains, among families that both lots drew."""
    pairs = ((offer, larger), (larger, offer))
    small, large = (gain(one, 24, "consumption", np.isin(one.rows, other.rows)) for one, other in pairs)
    return elasticity(small, large, LARGE / GRANT)


def surviving(group: Group, alive: Array, later: Array) -> float:
    """Return the share of families with a live business that still have one later; new ones do not make up."""
    return mean(group, later, alive)


def closing(before: float, after: float) -> float:
    """Return the closures a month in the six months after the obligation over those of the year before.

    ``before`` and ``after`` are the shares that survive these twelve and six months. 1.2 % a month at first and 3.6 %
    after are three times as many:

    >>> round(closing(0.988**12, 0.964**6), 2)
    3.0
    """
    return _ratio(1.0 - after ** (1.0 / 6.0), 1.0 - before ** (1.0 / 12.0))


def elasticity(small: float, large: float, times: float) -> float:
    """Return by which power of the grant the gain grows; not-a-number where either is none.

    >>> elasticity(0.1, 0.2, 2.0), elasticity(-0.1, 0.2, 2.0)
    (1.0, nan)
    """
    return float(np.log(large / small) / np.log(times)) if small > 0.0 and large > 0.0 else float("nan")


def _ratio(part: Any, whole: Any) -> float:
    """Return a ratio, not-a-number of nothing."""
    return float(part / whole) if whole else float("nan")
