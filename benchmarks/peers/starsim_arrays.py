"""The small model in Starsim: agent arrays and distributions of a module.

Starsim's people are one set of agents, here persons; households and employers are NumPy arrays of the same module.
"""

from __future__ import annotations

import numpy as np
import small_model as m
import starsim as ss

ss.options(verbose=0)
HOME, SEEKING, OWN, HIRED, SEAT = m.State.HOME, m.State.SEEKING, m.State.OWN, m.State.HIRED, m.State.SEAT


class Country(ss.Module):
    """Persons who work, households that keep house, grants and a quota."""

    def __init__(self, people: m.People, rules: m.Rules) -> None:
        super().__init__()
        self.define_states(
            ss.IntArr("state"), ss.IntArr("seat", default=-1), ss.BoolState("disabled"), ss.FloatArr("skill"),
            ss.FloatArr("x", default=0.0), ss.FloatArr("pay"),
        )  # fmt: skip
        self.given, self.rules = people, rules
        self.luck, self.turn = ss.random(), ss.random()
        self.shock, self.found = ss.normal(loc=0.0, scale=1.0), ss.normal(loc=0.0, scale=1.0)
        self.slots = m.slots_of(len(people.state), rules)
        self.grants = self.levy = self.poor = self.helped = self.working = 0

    def init_post(self) -> None:
        """Take what is given."""
        super().init_post()
        people = self.given
        self.state[:], self.disabled[:], self.skill[:] = people.state, people.disabled == 1, people.skill
        self.pay[:] = np.where(people.state == m.State.OLD, self.rules.pension, people.pay)
        self.grown = ss.uids(np.flatnonzero(people.state >= HOME))
        self.candidates = ss.uids(np.flatnonzero(people.disabled))
        self.area = people.region[people.household]
        self.smoothed, self.profit = people.smoothed.copy(), np.zeros(len(people.members))
        self.filled = np.zeros(len(people.owed), dtype=int)
        self.moves = np.array(self.rules.moves)
        self.rng = np.random.default_rng(self.sim.pars.rand_seed)

    def step(self) -> None:
        """Live one month."""
        self.work()
        self.fill_seats()
        self.working += int((self.state[self.grown] >= OWN).sum())
        self.keep_house()

    def work(self) -> None:
        """Move persons between states, and find out what they earn."""
        rules, luck = self.rules, self.luck.rvs(self.grown)
        moving = luck < self.moves[self.state[self.grown], 3]
        rows, luck = self.grown[moving], luck[moving]
        was = self.state[rows]
        new = HOME + (luck[:, None] >= self.moves[was, :3]).sum(axis=1)
        np.subtract.at(self.filled, self.seat[rows[was == SEAT]], 1)
        self.state[rows], self.seat[rows], self.x[rows], self.pay[rows] = new, -1, 0.0, 0.0
        hired = rows[new == HIRED]
        self.pay[hired] = rules.wage * np.exp(self.skill[hired] + rules.spread * self.found.rvs(hired))
        own = (self.state == OWN).uids
        self.x[own] = rules.persistence * self.x[own] + rules.shock * self.shock.rvs(own)
        self.pay[own] = rules.own * np.exp(self.skill[own] + self.x[own])

    def fill_seats(self) -> None:
        """Offer vacant seats to those who seek one; count those for which a levy is due."""
        owed, where = self.given.owed, self.given.employer_region
        offers = self.rng.binomial(owed - self.filled, self.rules.fill)
        seekers = self.candidates[self.state[self.candidates] == SEEKING]
        for r in range(m.REGIONS):
            here = seekers[self.area[seekers] == r]
            employers = np.flatnonzero(where == r)
            seats = np.repeat(employers, offers[employers])
            count = min(len(here), len(seats))
            if count:
                chosen, seats = here[np.argsort(self.turn.rvs(here))[:count]], seats[:count]
                self.state[chosen], self.seat[chosen] = SEAT, seats
                self.pay[chosen] = self.rules.seat_pay * np.exp(self.skill[chosen])
                np.add.at(self.filled, seats, 1)
        self.levy += int((owed - self.filled).sum())

    def keep_house(self) -> None:
        """Add up incomes, pay benefits, consume, and pay grants."""
        rules, people = self.rules, self.given
        income = np.add.reduceat(self.pay.values, people.first[:-1]) + self.profit
        needy = (income < rules.limit * people.members) & (people.children > 0)
        income += np.where(needy, rules.child * people.children, 0.0)
        self.helped += int(people.children[needy].sum())
        self.income = float(income.sum())
        self.smoothed += rules.smoothing * (income - self.smoothed)
        poor = self.smoothed < rules.line * people.members
        self.poor += int(people.members[poor].sum())
        asking = np.flatnonzero(poor & (people.able == 1) & (self.profit == 0.0))
        asking = asking[self.rng.random(len(asking)) < rules.apply]
        running = np.flatnonzero(self.profit)
        self.profit[running[self.rng.random(len(running)) < rules.close]] = 0.0
        paid = []
        for r in range(m.REGIONS):
            here = asking[people.region[asking] == r]
            paid.append(here[np.argsort(self.smoothed[here] / people.members[here])[: self.slots]])
        new = np.concatenate(paid)
        worth = rules.profit_spread * self.rng.standard_normal(len(new)) - rules.profit_spread**2 / 2
        self.profit[new] = rules.profit * np.exp(worth)
        self.grants += len(new)


def run(people: m.People, months: int, seed: int, rules: m.Rules = m.USUAL) -> m.Report:
    """Run the model once."""
    country = Country(people, rules)
    n = len(people.state)
    sim = ss.Sim(
        n_agents=n, modules=[country], start=ss.date("2022-01-01"), dur=months - 1, dt="month", rand_seed=seed,
        copy_inputs=False,
    )  # fmt: skip
    sim.run()
    return m.Report(
        country.working / months / len(country.grown), country.poor / months / n, country.income / n,
        country.helped / n, country.grants, np.count_nonzero(country.profit), int(country.filled.sum()), country.levy,
    )  # fmt: skip
