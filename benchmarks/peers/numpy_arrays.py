"""The small model in plain NumPy: columns, masks, one generator, sums by ``reduceat`` and ``bincount``.

Money and luck are of single precision unless double is asked for, as in our engine's arithmetic; luck is drawn into one
array, and what few rows need is done for these rows.
"""

from __future__ import annotations

import numpy as np
import small_model as m


def run(people: m.People, months: int, seed: int, rules: m.Rules = m.USUAL, real: type = np.float32) -> m.Report:
    """Run the model once."""
    rng = np.random.Generator(np.random.SFC64(seed))
    n, count, state_of = len(people.household), len(people.members), m.State
    moves = np.array(rules.moves, real)
    grown = np.flatnonzero(people.state >= state_of.HOME)  # only these ever change
    state, skill, x = people.state[grown], people.skill[grown].astype(real), np.zeros(len(grown), real)
    disabled, area = people.disabled[grown] == 1, people.region[people.household[grown]]
    earned = np.where(people.state == state_of.OLD, rules.pension, people.pay).astype(real)
    place = np.full(len(grown), -1)
    luck = np.empty(len(grown), real)
    first, smoothed = people.first[:-1], people.smoothed.astype(real)
    line, limit = real(rules.line) * people.members, real(rules.limit) * people.members
    profit, filled = np.zeros(count, real), np.zeros(len(people.owed), np.int64)
    able, benefit = people.able == 1, real(rules.child) * people.children
    slots, grants, levy, working, poor_persons, paid_children = m.slots_of(n, rules), 0, 0, 0, 0, 0
    starts = np.searchsorted(people.region, np.arange(1, m.REGIONS))

    for _ in range(months):
        rng.random(dtype=real, out=luck)
        rows = np.flatnonzero(luck < moves[:, 3].take(state))
        was, chance = state[rows], luck[rows]
        new = (state_of.HOME + (chance[:, None] >= moves[was, :3]).sum(axis=1)).astype(np.int8)
        np.subtract.at(filled, place[rows[was == state_of.SEAT]], 1)
        place[rows] = -1
        state[rows] = new
        earned[grown[rows]] = 0.0
        x[rows] = 0.0
        hired = rows[new == state_of.HIRED]
        shock = rng.standard_normal(len(hired), dtype=real)
        earned[grown[hired]] = rules.wage * np.exp(skill[hired] + real(rules.spread) * shock)

        offers = rng.binomial(people.owed - filled, rules.fill)
        seekers = np.flatnonzero(disabled & (state == state_of.SEEKING))
        seekers = seekers[np.lexsort((rng.random(len(seekers)), area[seekers]))]
        by_region = np.bincount(area[seekers], minlength=m.REGIONS)
        vacant = np.repeat(np.arange(len(offers)), offers)
        begins = np.cumsum(by_region) - by_region
        open_in = np.bincount(people.employer_region, offers, m.REGIONS).astype(int)
        rank = np.arange(len(vacant)) - np.repeat(np.cumsum(open_in) - open_in, open_in)
        where = people.employer_region[vacant]
        met = rank < by_region[where]
        chosen, at = seekers[begins[where[met]] + rank[met]], vacant[met]
        state[chosen], place[chosen] = state_of.SEAT, at
        earned[grown[chosen]] = rules.seat_pay * np.exp(skill[chosen])
        filled += np.bincount(at, minlength=len(filled))
        levy += int((people.owed - filled).sum())

        own = np.flatnonzero(state == state_of.OWN)
        now = rules.persistence * x[own] + rules.shock * rng.standard_normal(len(own), dtype=real)
        x[own] = now
        earned[grown[own]] = rules.own * np.exp(skill[own] + now)
        working += np.count_nonzero(state >= state_of.OWN)

        income = np.add.reduceat(earned, first)
        income += profit
        needy = (income < limit) & (people.children > 0)
        income[needy] += benefit[needy]
        paid_children += int(people.children[needy].sum())
        smoothed += real(rules.smoothing) * (income - smoothed)
        poor = smoothed < line
        poor_persons += int(people.members[poor].sum())
        asking = np.flatnonzero(poor & able & (profit == 0.0))
        asking = asking[rng.random(len(asking)) < rules.apply]
        shut = np.flatnonzero(profit)
        profit[shut[rng.random(len(shut)) < rules.close]] = 0.0
        need = smoothed[asking] / people.members[asking]
        parts = np.split(np.arange(len(asking)), np.searchsorted(asking, starts))
        paid = asking[np.concatenate([part[np.argsort(need[part])[:slots]] for part in parts])]
        worth = rules.profit_spread * rng.standard_normal(len(paid)) - rules.profit_spread**2 / 2
        profit[paid] = rules.profit * np.exp(worth)
        grants += len(paid)

    return m.Report(
        working / months / len(grown), poor_persons / months / n, float(income.sum(dtype=float)) / n,
        paid_children / n, grants, np.count_nonzero(profit), int(filled.sum()), levy,
    )  # fmt: skip
