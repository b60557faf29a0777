"""The small model in Starsim: agent arrays and distributions of a module; employers are a second set of arrays.

Starsim's people are one set of agents, so employers are plain NumPy arrays of the same module.
"""

from __future__ import annotations

import numpy as np
import small_model as m
import starsim as ss

ss.options(verbose=0)


class Country(ss.Module):
    """Grants for households, quota for employers."""

    def __init__(self, households: int) -> None:
        super().__init__()
        self.define_states(
            ss.FloatArr("base", default=0.0),
            ss.FloatArr("x", default=0.0),
            ss.FloatArr("profit", default=0.0),
            ss.BoolState("aware"),
            ss.BoolState("open"),
            ss.FloatArr("hired", default=0.0),
        )
        n = self.count = households
        self.region, self.group = np.arange(n) * m.REGIONS // n, np.arange(n) // m.GROUP
        self.slots, self.pool = m.grants_a_region(n), n / m.SEEKERS
        self.normal = ss.normal(loc=0.0, scale=1.0)
        self.hears, self.applies = ss.bernoulli(p=0.0), ss.bernoulli(p=m.APPLY)
        self.closes, self.hires = ss.bernoulli(p=m.CLOSE), ss.bernoulli(p=m.HIRE)
        self.worth = ss.normal(loc=0.0, scale=1.0)
        self.grants = self.levy = self.counted = 0

    def init_post(self) -> None:
        """Draw what is fixed."""
        super().init_post()
        rng = self.rng = np.random.default_rng(self.sim.pars.rand_seed)
        self.base[:] = m.SPREAD * rng.standard_normal(self.count)
        firms = self.count // m.HOUSEHOLDS_AN_EMPLOYER
        self.where = np.arange(firms) * m.REGIONS // firms
        staff = 1 + np.floor(np.exp(m.STAFF_MEAN + m.STAFF_SPREAD * rng.standard_normal(firms)))
        near = (staff >= m.THRESHOLD) & (staff <= m.WINDOW)
        staff[near & (rng.random(firms) < m.SHRINK)] = m.SHRINKS_TO
        self.owed = np.where(staff >= m.THRESHOLD, np.floor(m.QUOTA * staff), 0).astype(int)
        self.filled = np.zeros(firms, dtype=int)
        self.members = np.bincount(self.group)

    def step(self) -> None:
        """Live one month."""
        x, aware, open_ = self.x, self.aware, self.open
        x[:] = m.PERSISTENCE * x.values + m.SHOCK * self.normal.rvs(x.auids)
        income = np.exp(self.base.values + x.values) + self.profit.values
        poor = income < m.LINE
        self.counted += np.bincount(self.region[poor], minlength=m.REGIONS).sum()
        share = (np.bincount(self.group, aware.values) / self.members)[self.group]
        candidates = ss.uids(np.flatnonzero(aware.values & poor & ~open_.values))
        unaware = ss.uids(np.flatnonzero(~aware.values))
        running = ss.uids(np.flatnonzero(open_.values))
        self.hears.set(p=m.NEWS + m.WORD_OF_MOUTH * share[unaware])
        aware[self.hears.filter(unaware)] = True
        applicants = np.asarray(self.applies.filter(candidates))
        shut = self.closes.filter(running)
        hires = np.setdiff1d(np.asarray(self.hires.filter(running)), np.asarray(shut))
        hires = ss.uids(hires[self.hired.values[hires] < m.MOST_HIRED])
        open_[shut] = False
        self.profit[shut] = 0.0
        self.hired[shut] = 0.0
        self.hired[hires] += 1.0
        paid = []
        for r in range(m.REGIONS):
            of = applicants[self.region[applicants] == r]
            paid.append(of[np.argsort(income[of])[: self.slots]])
        new = ss.uids(np.concatenate(paid))
        open_[new] = True
        self.profit[new] = m.PROFIT * np.exp(m.PROFIT_SPREAD * self.worth.rvs(new) - m.PROFIT_SPREAD**2 / 2)
        self.grants += len(new)
        self.fill_seats()

    def fill_seats(self) -> None:
        """Empty and fill seats; count those for which a levy is due."""
        self.filled -= self.rng.binomial(self.filled, m.LEAVE)
        empty = self.owed - self.filled
        vacancies = np.bincount(self.where, empty, m.REGIONS)
        seekers = self.pool - np.bincount(self.where, self.filled, m.REGIONS)
        ratio = np.clip(seekers / np.maximum(vacancies, 1), 0, 1)
        self.filled += self.rng.binomial(empty, m.FILL * ratio[self.where])
        self.levy += int((self.owed - self.filled).sum())


def run(households: int, months: int, seed: int) -> m.Report:
    """Run the model once."""
    country = Country(households)
    sim = ss.Sim(
        n_agents=households,
        modules=[country],
        start=ss.date("2022-01-01"),
        dur=months - 1,
        dt="month",
        rand_seed=seed,
        copy_inputs=False,
    )
    sim.run()
    return m.Report(
        country.aware.values.mean(),
        country.counted / households / months,
        country.grants,
        country.open.values.sum(),
        country.hired.values.sum(),
        country.filled.sum(),
        country.levy,
    )
