"""The small model in the engine of this project: addressed draws, sweeps over blocks, active rows compacted.

Blocks end where a group ends, so a thread owns whole groups; results are the same bits for any number of threads.
"""

from __future__ import annotations

import itertools
import math
from concurrent.futures import ThreadPoolExecutor
from enum import IntEnum
from typing import NamedTuple

import numpy as np
import small_model as m

from sim.compiled import rule, sweep
from sim.draws import key, normal, normals, subkey, uniform, uniforms

TOGETHER = 20 * m.GROUP  # rows a pass, so that they stay in the fastest memory
BLOCK = 16 * TOGETHER
LOG_LINE = math.log(m.LINE)


class Draw(IntEnum):
    """What is drawn."""

    BASE, STAFF, SHRINK, INCOME, NEWS, APPLY, PROFIT, CLOSE, HIRE, LEAVE, FILL = range(11)


class Households(NamedTuple):
    """Columns of households."""

    identifier: np.ndarray
    region: np.ndarray
    base: np.ndarray
    x: np.ndarray
    aware: np.ndarray
    open: np.ndarray
    profit: np.ndarray
    hired: np.ndarray


class Employers(NamedTuple):
    """Columns of employers that owe seats, with their identifiers."""

    identifier: np.ndarray
    region: np.ndarray
    owed: np.ndarray
    filled: np.ndarray


@rule
def next_deviation(x, shock):
    """Return the deviation of log income a month later."""
    return m.PERSISTENCE * x + m.SHOCK * shock


@rule
def news_probability(knowing_share):
    """Return the probability of learning of the grant."""
    return m.NEWS + m.WORD_OF_MOUTH * knowing_share


@sweep
def endow(first, last, h, draws):
    """Draw base income."""
    scores = np.empty(last - first)
    normals(draws, h.identifier[first:last], scores)
    for i in range(first, last):
        h.base[i] = m.SPREAD * scores[i - first]


@rule
def count_by_region(start, end, region, flags, counts):
    """Add flags to the counts of their regions; neighbours nearly always share one."""
    if region[start] == region[end - 1]:
        total = 0
        for k in range(end - start):
            total += flags[k]
        counts[region[start]] += total
    else:
        for k in range(end - start):
            counts[region[start + k]] += flags[k]


@sweep
def live(first, last, h, asking, incomes, poor, income_draws, news_draws, apply_draws):
    """Move incomes, spread the news, and list those who apply; return their number.

    Passes without branches over a few groups at a time; only the few that may apply are looked at one by one.
    """
    shocks = np.empty(TOGETHER)
    news = np.empty(TOGETHER)
    below = np.empty(TOGETHER, np.int8)
    may_apply = np.empty(TOGETHER + 1, np.int64)
    running = np.empty(TOGETHER + 1, np.int64)
    count = first
    for start in range(first, last, TOGETHER):
        end = min(start + TOGETHER, last)
        who, base, x = h.identifier[start:end], h.base[start:end], h.x[start:end]
        aware, runs, profit = h.aware[start:end], h.open[start:end], h.profit[start:end]
        normals(income_draws, who, shocks[: end - start])
        uniforms(news_draws, who, news[: end - start])
        for k in range(len(who)):
            x[k] = next_deviation(np.float64(x[k]), shocks[k])
        for k in range(len(who)):
            below[k] = np.int8(np.float64(base[k]) + np.float64(x[k]) < LOG_LINE)
        able, open_now = 0, 0
        for k in range(len(who)):
            may_apply[able] = k
            able += aware[k] & (runs[k] ^ 1) & below[k]
        for k in range(len(who)):
            running[open_now] = k
            open_now += runs[k]
        for o in range(open_now):
            k = running[o]
            log_income = np.float64(base[k]) + np.float64(x[k])
            below[k] = np.int8(math.exp(log_income) + profit[k] < m.LINE)
        count_by_region(start, end, h.region, below, poor)
        for begin in range(0, len(who), m.GROUP):
            group, heard = aware[begin : begin + m.GROUP], news[begin : min(begin + m.GROUP, len(who))]
            knowing = 0
            for k in range(len(group)):
                knowing += group[k]
            chance = news_probability(knowing / len(group))
            for k in range(len(group)):
                group[k] |= np.int8(heard[k] < chance)
        for a in range(able):
            i = start + may_apply[a]
            if uniform(apply_draws, i) < m.APPLY:
                asking[count] = i
                incomes[count] = h.base[i] + h.x[i]
                count += 1
    return count - first


@sweep
def trade(first, last, running, h, close_draws, hire_draws):
    """Close some businesses and hire in others."""
    for k in range(first, last):
        i = running[k]
        if uniform(close_draws, i) < m.CLOSE:
            h.open[i] = 0
            h.profit[i] = 0.0
            h.hired[i] = 0
        elif h.hired[i] < m.MOST_HIRED and uniform(hire_draws, i) < m.HIRE:
            h.hired[i] += 1


@sweep
def open_businesses(first, last, paid, h, draws):
    """Start the businesses of those who were paid."""
    for k in range(first, last):
        i = paid[k]
        h.open[i] = 1
        h.profit[i] = m.PROFIT * math.exp(m.PROFIT_SPREAD * normal(uniform(draws, i)) - m.PROFIT_SPREAD**2 / 2)


@sweep
def size(first, last, owed, staff_draws, shrink_draws):
    """Draw staff and set the seats owed."""
    for j in range(first, last):
        staff = 1 + math.floor(math.exp(m.STAFF_MEAN + m.STAFF_SPREAD * normal(uniform(staff_draws, j))))
        if m.THRESHOLD <= staff <= m.WINDOW and uniform(shrink_draws, j) < m.SHRINK:
            staff = m.SHRINKS_TO
        owed[j] = math.floor(m.QUOTA * staff) if staff >= m.THRESHOLD else 0


@sweep
def lose(first, last, e, empty, filled, draws):
    """Empty some seats; count empty and filled ones by region."""
    for k in range(first, last):
        own = subkey(draws, e.identifier[k])
        left = 0
        for seat in range(e.filled[k]):
            left += uniform(own, seat) < m.LEAVE
        e.filled[k] -= left
        empty[e.region[k]] += e.owed[k] - e.filled[k]
        filled[e.region[k]] += e.filled[k]


@sweep
def fill(first, last, e, chance, draws):
    """Fill empty seats; return those for which a levy is due."""
    due = 0
    for k in range(first, last):
        own = subkey(draws, e.identifier[k])
        found = 0
        for seat in range(e.owed[k] - e.filled[k]):
            found += uniform(own, seat) < chance[e.region[k]]
        e.filled[k] += found
        due += e.owed[k] - e.filled[k]
    return due


def run(households: int, months: int, seed: int, threads: int = 1) -> m.Report:
    """Run the model once."""
    n, employers = households, households // m.HOUSEHOLDS_AN_EMPLOYER

    def at(draw: Draw, t: int = 0) -> np.uint64:
        return key(seed, draw, t)

    byte, real = np.int8, np.float32
    columns = (np.zeros(n, real), np.zeros(n, real), np.zeros(n, byte), np.zeros(n, byte), np.zeros(n, real))
    who, region = np.arange(n, dtype=np.uint32), (np.arange(n) * m.REGIONS // n).astype(byte)
    h = Households(who, region, *columns, np.zeros(n, byte))
    owed = np.zeros(employers, np.int64)
    size(0, employers, owed, at(Draw.STAFF), at(Draw.SHRINK))
    bound = np.flatnonzero(owed)
    e = Employers(bound, (bound * m.REGIONS // employers).astype(byte), owed[bound], np.zeros(len(bound), np.int64))
    edges = [*range(0, n, BLOCK), n]
    blocks = list(itertools.pairwise(edges))
    asking, incomes = np.zeros(n, np.int64), np.zeros(n, real)
    slots, pool, grants, levy = m.grants_a_region(n), n / m.SEEKERS, 0, 0
    running, poor = np.zeros(0, np.int64), np.zeros((len(blocks), m.REGIONS), np.int64)

    with ThreadPoolExecutor(threads) as workers:
        each = (lambda work: list(workers.map(work, blocks))) if threads > 1 else (lambda work: list(map(work, blocks)))
        each(lambda b: endow(*b, h, at(Draw.BASE)))
        for t in range(months):
            draws = at(Draw.INCOME, t), at(Draw.NEWS, t), at(Draw.APPLY, t)
            counts = each(lambda b: live(*b, h, asking, incomes, poor[b[0] // BLOCK], *draws))  # noqa: B023 - used now
            who = np.concatenate([asking[a : a + c] for (a, _), c in zip(blocks, counts, strict=True)])
            best = who[np.lexsort((incomes_of(incomes, blocks, counts), h.region[who]))]
            place = np.searchsorted(h.region[best], np.arange(m.REGIONS + 1))
            paid = np.concatenate([best[a : min(b, a + slots)] for a, b in itertools.pairwise(place)])
            trade(0, len(running), running, h, at(Draw.CLOSE, t), at(Draw.HIRE, t))
            running = np.concatenate((running[h.open[running] == 1], paid))
            open_businesses(0, len(paid), paid, h, at(Draw.PROFIT, t))
            grants += len(paid)
            empty, filled = np.zeros(m.REGIONS), np.zeros(m.REGIONS)
            lose(0, len(bound), e, empty, filled, at(Draw.LEAVE, t))
            chance = m.FILL * np.clip((pool - filled) / np.maximum(empty, 1.0), 0.0, 1.0)
            levy += fill(0, len(bound), e, chance, at(Draw.FILL, t))
    return m.Report(
        h.aware.mean(),
        poor.sum() / n / months,
        grants,
        int(h.open.sum()),
        int(h.hired.sum(dtype=np.int64)),
        int(e.filled.sum()),
        levy,
    )


def incomes_of(incomes: np.ndarray, blocks: list[tuple[int, int]], counts: list[int]) -> np.ndarray:
    """Return the log incomes of those who apply, in the order of their list."""
    return np.concatenate([incomes[a : a + c] for (a, _), c in zip(blocks, counts, strict=True)])
