"""The small model in plain NumPy: columns, masks, one generator."""

from __future__ import annotations

import numpy as np
import small_model as m


def run(households: int, months: int, seed: int) -> m.Report:
    """Run the model once."""
    rng = np.random.Generator(np.random.SFC64(seed))
    n, employers = households, households // m.HOUSEHOLDS_AN_EMPLOYER
    region = np.arange(n) * m.REGIONS // n
    group = np.arange(n) // m.GROUP
    members = np.bincount(group)
    base = m.SPREAD * rng.standard_normal(n)
    x = np.zeros(n)
    aware = np.zeros(n, dtype=bool)
    open_ = np.zeros(n, dtype=bool)
    profit = np.zeros(n)
    hired = np.zeros(n, dtype=np.int8)
    slots, grants, levy = m.grants_a_region(n), 0, 0
    counted = np.zeros(m.REGIONS, dtype=np.int64)

    where = np.arange(employers) * m.REGIONS // employers
    staff = 1 + np.floor(np.exp(m.STAFF_MEAN + m.STAFF_SPREAD * rng.standard_normal(employers))).astype(np.int64)
    near = (staff >= m.THRESHOLD) & (staff <= m.WINDOW)
    staff[near & (rng.random(employers) < m.SHRINK)] = m.SHRINKS_TO
    owed = np.where(staff >= m.THRESHOLD, np.floor(m.QUOTA * staff).astype(np.int64), 0)
    filled = np.zeros(employers, dtype=np.int64)
    pool = n / m.SEEKERS

    for _ in range(months):
        x *= m.PERSISTENCE
        x += m.SHOCK * rng.standard_normal(n)
        income = np.exp(base + x) + profit
        poor = income < m.LINE
        counted += np.bincount(region[poor], minlength=m.REGIONS)
        share = (np.bincount(group, aware) / members)[group]
        knew = aware.copy()
        aware |= rng.random(n) < m.NEWS + m.WORD_OF_MOUTH * share
        chance = np.flatnonzero(knew & poor & ~open_)
        applicants = chance[rng.random(len(chance)) < m.APPLY]
        paid = [
            of[np.argsort(income[of])[:slots]]
            for r in range(m.REGIONS)
            if len(of := applicants[region[applicants] == r])
        ]

        running = np.flatnonzero(open_)
        draws = rng.random(len(running))
        shut = running[draws < m.CLOSE]
        hires = running[(draws >= m.CLOSE) & (rng.random(len(running)) < m.HIRE) & (hired[running] < m.MOST_HIRED)]
        open_[shut] = False
        profit[shut] = 0.0
        hired[shut] = 0
        hired[hires] += 1
        if paid:
            new = np.concatenate(paid)
            open_[new] = True
            profit[new] = m.PROFIT * np.exp(m.PROFIT_SPREAD * rng.standard_normal(len(new)) - m.PROFIT_SPREAD**2 / 2)
            grants += len(new)

        filled -= rng.binomial(filled, m.LEAVE)
        empty = owed - filled
        vacancies = np.bincount(where, empty, m.REGIONS)
        seekers = pool - np.bincount(where, filled, m.REGIONS)
        ratio = np.clip(seekers / np.maximum(vacancies, 1), 0, 1)
        filled += rng.binomial(empty, m.FILL * ratio[where])
        levy += int((owed - filled).sum())
    return m.Report(aware.mean(), counted.sum() / n / months, grants, open_.sum(), hired.sum(), filled.sum(), levy)
