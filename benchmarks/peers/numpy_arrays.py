"""The small model in plain NumPy: columns, masks, one generator, arrays that are filled in place.

A household is poor if ``x`` is below a limit of its own, which changes only when a business opens or closes.
"""

from __future__ import annotations

import numpy as np
import small_model as m


def run(households: int, months: int, seed: int) -> m.Report:
    """Run the model once."""
    rng = np.random.Generator(np.random.SFC64(seed))
    n, employers, real = households, households // m.HOUSEHOLDS_AN_EMPLOYER, np.float32
    region = np.arange(n) * m.REGIONS // n
    starts = np.searchsorted(region, np.arange(m.REGIONS))
    base = m.SPREAD * rng.standard_normal(n, dtype=real)
    nobody = np.log(m.LINE)
    x, shock, luck = np.zeros(n, real), np.empty(n, real), np.empty(n, real)
    limit = real(nobody) - base
    aware, open_ = np.zeros(n, dtype=bool), np.zeros(n, dtype=bool)
    groups, group_luck = aware.reshape(-1, m.GROUP), luck.reshape(-1, m.GROUP)
    hired = np.zeros(n, dtype=np.int8)
    slots, grants, levy = m.grants_a_region(n), 0, 0
    counted = np.zeros(m.REGIONS, dtype=np.int64)

    where = np.arange(employers) * m.REGIONS // employers
    staff = 1 + np.floor(np.exp(m.STAFF_MEAN + m.STAFF_SPREAD * rng.standard_normal(employers))).astype(np.int64)
    near = (staff >= m.THRESHOLD) & (staff <= m.WINDOW)
    staff[near & (rng.random(employers) < m.SHRINK)] = m.SHRINKS_TO
    bound = np.flatnonzero(staff >= m.THRESHOLD)
    where, owed = where[bound], np.floor(m.QUOTA * staff[bound]).astype(np.int64)
    filled = np.zeros_like(owed)
    pool = n / m.SEEKERS

    for _ in range(months):
        rng.standard_normal(dtype=real, out=shock)
        shock *= m.SHOCK
        x *= m.PERSISTENCE
        x += shock
        poor = x < limit
        counted += np.add.reduceat(poor, starts, dtype=np.int64)
        chance = np.flatnonzero(aware & poor & ~open_)
        applicants = chance[rng.random(len(chance)) < m.APPLY]
        share = groups.mean(axis=1, keepdims=True, dtype=real)
        rng.random(dtype=real, out=luck)
        groups |= group_luck < m.NEWS + m.WORD_OF_MOUTH * share
        paid = [
            of[np.argsort(base[of] + x[of])[:slots]]
            for of in np.split(applicants, np.searchsorted(applicants, starts[1:]))
        ]

        running = np.flatnonzero(open_)
        draws = rng.random(len(running))
        shut = running[draws < m.CLOSE]
        hires = running[(draws >= m.CLOSE) & (rng.random(len(running)) < m.HIRE) & (hired[running] < m.MOST_HIRED)]
        open_[shut] = False
        limit[shut] = nobody - base[shut]
        hired[shut] = 0
        hired[hires] += 1
        new = np.concatenate(paid)
        profit = m.PROFIT * np.exp(m.PROFIT_SPREAD * rng.standard_normal(len(new)) - m.PROFIT_SPREAD**2 / 2)
        open_[new] = True
        with np.errstate(divide="ignore"):  # a profit above the line is a limit of minus infinity
            limit[new] = np.log(np.maximum(m.LINE - profit, 0.0)) - base[new]
        grants += len(new)

        filled -= rng.binomial(filled, m.LEAVE)
        empty = owed - filled
        vacancies = np.bincount(where, empty, m.REGIONS)
        seekers = pool - np.bincount(where, filled, m.REGIONS)
        ratio = np.clip(seekers / np.maximum(vacancies, 1), 0, 1)
        filled += rng.binomial(empty, m.FILL * ratio[where])
        levy += int((owed - filled).sum())
    return m.Report(aware.mean(), counted.sum() / n / months, grants, open_.sum(), hired.sum(), filled.sum(), levy)
