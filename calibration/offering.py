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
from sim.months import month_index
from sim.population import load
from sim.scenario import Scenario
from sim.schedule import advance
from sim.state.households import APPLIED, APPROVED, QUEUED, REFUSED, weights_of
from sim.twins import NO_CONTRACTS, Rules, begun, law_of
from sim.world import World

YEAR, PAID, LAST = 2024, 3, "2033-12"  # the grant is paid in March
PLACES, GRANT, LARGE = 5_000, 100_000, 200_000
USUAL = 10_000  # places of 2023, which applications are counted for
OFFER, LARGER = "offer", "larger"
# Months after the payment: of the studies, and of the twelve before and the six after the end of the obligation.
MONTHS = (12, 16, 18, 24, 36, 42, 48, 60, 84)
EARLIER = 24
IN_HAND = (APPLIED, QUEUED, APPROVED)
ALL, WOMEN, MEN = "all", "women", "men"


class Seen(NamedTuple):
    """The drawn families in one world some months after the payment; one entry for each of them."""

    operating: Array
    own_start: Array
    profit: Array  # som of 2023 a month
    consumption: Array  # per person, over the year
    full_time: Array  # full-time equivalents through the family
    jobs: Array  # operator, family workers and hires of a live business


class Group(NamedTuple):
    """The drawn families of one offer, seen at each month with and without it."""

    weight: Array
    woman: Array  # the operator is a woman
    grant: float  # som of 2023
    offered: Mapping[int, Seen]
    without: Mapping[int, Seen]
    applied: float  # families that applied in January
    balance: float  # consumption of those drawn over those not drawn, in the month before the payment


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
    return measured(groups[OFFER]) | {
        "size_elasticity all 24": elasticity(
            gain(groups[OFFER], 24, "consumption"), gain(groups[LARGER], 24, "consumption"), LARGE / GRANT
        ),
        "balance all 0": groups[OFFER].balance,
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
        advance(world, month_index(YEAR))
    applied = float(weights_of(base.households)[np.isin(worlds[OFFER].state.contract, IN_HAND)].sum())
    for world in (base, *worlds.values()):
        advance(world, paid_at - 1)
    ready = real(base)
    for world in (base, *worlds.values()):
        advance(world, month_index(YEAR, 12))
    groups = {name: _drawn(world, paid_at, ready, applied) for name, world in worlds.items()}
    seen: dict[str, dict[int, Seen]] = {name: {} for name in (*worlds, *(f"{name} without" for name in worlds))}
    for month in MONTHS:
        advance(base, paid_at + month)
        for name, world in worlds.items():
            rows = groups[name][0]
            seen[name][month] = look(advance(world, paid_at + month), rows)
            seen[f"{name} without"][month] = look(base, rows)
    return {
        name: groups[name][1]._replace(offered=seen[name], without=seen[f"{name} without"]) for name in worlds
    }  # fmt: skip


def real(world: World) -> Array:
    """Return the consumption of each household, som of 2023."""
    return world.state.consumption.astype(np.float64)


def _drawn(world: World, paid_at: int, ready: Array, applied: float) -> tuple[Array, Group]:
    """Return the rows of the families that were drawn, and what is known of them before the trial is measured."""
    s, weight = world.state, weights_of(world.households).astype(np.float64)
    rows = np.flatnonzero(s.paid_at == paid_at)
    others = np.flatnonzero(s.contract == REFUSED)
    drawn, left = (float(np.average(ready[r], weights=weight[r])) if len(r) else np.nan for r in (rows, others))
    grant = world.design.terms(paid_at, world.behaviour)
    size = float(np.mean(grant.contract.grant)) / grant.economy.deflator
    return rows, Group(
        weight[rows], world.endowments.operator_woman[rows] == 1, size, {}, {},
        applied, drawn / left,
    )  # fmt: skip


def look(world: World, rows: Array) -> Seen:
    """Return what a survey would ask the families of some rows."""
    s, working = world.state, world.behaviour.working
    runs = s.operating[rows] == 1
    hands = [
        plain(full_time)(
            int(s.employed[i]), int(s.operating[i]), plain(operator_fte)(int(s.sector[i]), working),
            int(s.family_workers[i]), int(s.family_new[i]), int(s.hired_new[i]), working,
        )
        for i in rows
    ]  # fmt: skip
    jobs = 1.0 + s.family_workers[rows].astype(np.float64) + s.hired[rows]
    return Seen(
        runs, s.own_start[rows] == 1, np.where(runs, s.profit[rows].astype(np.float64), 0.0), real(world)[rows],
        np.array(hands, dtype=np.float64), np.where(runs, jobs, 0.0),
    )  # fmt: skip


# What is made of it ----------------------------------------------------------------------------------------------


def measured(group: Group) -> dict[str, float]:
    """Return every measure of the studies but the gradient by size."""
    every, women, men = np.ones(len(group.weight), dtype=bool), group.woman, ~group.woman
    gained = {month: gain(group, month, "consumption") for month in (16, 18, 84)}
    profit = {whom: gain_per_family(group, at, "profit") for whom, at in ((WOMEN, women), (MEN, men))}
    return {
        "start_without all 16": _ratio(*(mean(group, seen[16].operating) for seen in (group.without, group.offered))),
        "consumption all 16": gained[16], "consumption all 18": gained[18],
        "hours all 16": gain(group, 16, "full_time"), "hours all 48": gain(group, 48, "full_time"),
        **{f"profit_over_grant {whom} 18": value / group.grant for whom, value in profit.items()},
        "women_over_men all 16": _ratio(*(gain_per_family(group, at, "profit", 16) for at in (women, men))),
        "persistence all 84": _ratio(gained[84], gained[18]),
        "survival all 36": alive(group, 36, every),
        "closing_after_end all 42": closing(alive(group, EARLIER, every), alive(group, 36, every),
                                            alive(group, 42, every)),
        "survival_gain men 60": survival_gain(group, 60, men),
        "jobs_a_business all 24": _ratio(mean(group, group.offered[24].jobs), mean(group, group.offered[24].operating)),
        "applications_a_place all 0": group.applied / USUAL,
    }  # fmt: skip


def mean(group: Group, values: Array, at: Array | None = None) -> float:
    """Return the weighted mean over the drawn families, or over some of them; not-a-number if there are none."""
    weight = group.weight if at is None else group.weight * at
    total = float(weight.sum())
    return float((values * weight).sum()) / total if total > 0.0 else float("nan")


def gain(group: Group, month: int, name: str) -> float:
    """Return how much more the families have than without the offer, as a share of what they have without it."""
    with_it, without = (mean(group, getattr(seen[month], name)) for seen in (group.offered, group.without))
    return _ratio(with_it - without, without)


def gain_per_family(group: Group, at: Array, name: str, month: int = 18) -> float:
    """Return how much more each of some families has than without the offer."""
    return mean(group, getattr(group.offered[month], name) - getattr(group.without[month], name), at)


def alive(group: Group, month: int, at: Array) -> float:
    """Return the share of the families whose business lives."""
    return mean(group, group.offered[month].operating, at)


def survival_gain(group: Group, month: int, at: Array) -> float:
    """Return, among families that would have begun without the grant too, how many more have a live business."""
    begun_anyway = at & group.without[month].own_start
    seen = (group.offered[month].operating, group.without[month].operating)
    with_it, without = (mean(group, one, begun_anyway) for one in seen)
    return with_it - without


def closing(earlier: float, end: float, after: float) -> float:
    """Return the closures a month in the six months after the obligation over those of the year before.

    1.2 % a month at first and 3.6 % after are three times as many:

    >>> round(closing(1.0, 0.988**12, 0.988**12 * 0.964**6), 2)
    3.0
    """
    spans = ((earlier, end, 12), (end, after, 6))
    before, later = (1.0 - (b / a) ** (1.0 / n) if a > 0.0 else np.nan for a, b, n in spans)
    return _ratio(later, before)


def elasticity(small: float, large: float, times: float) -> float:
    """Return by which power of the grant the gain grows; not-a-number where either is none.

    >>> elasticity(0.1, 0.2, 2.0), elasticity(-0.1, 0.2, 2.0)
    (1.0, nan)
    """
    return float(np.log(large / small) / np.log(times)) if small > 0.0 and large > 0.0 else float("nan")


def _ratio(part: Any, whole: Any) -> float:
    """Return a ratio, not-a-number of nothing."""
    return float(part / whole) if whole else float("nan")
