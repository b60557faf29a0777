"""The small model in the engine of this project: addressed draws, sweeps over blocks, active rows compacted.

Blocks end where a group ends, so a thread owns whole groups; results are the same bits for any number of threads.
A household is poor if ``x`` is below a limit of its own, which changes only when a business opens or closes.
"""

from __future__ import annotations

import itertools
import math
from concurrent.futures import ThreadPoolExecutor
from enum import IntEnum
from typing import NamedTuple

import numpy as np
import small_model as m

from sim.engine.compiled import rule, sweep
from sim.engine.draws import bits, key, subkey, uniform
from sim.engine.math import exp, normal

TOGETHER = 60 * m.GROUP  # rows a pass, so that they stay in the nearest caches
WORD = 8  # flags looked at together
# 32 bits of a draw decide what households learn, the other 32 whether they apply
HALF, LOW, HALF_OF_BITS = np.uint64(32), np.uint64(2**32 - 1), 2.0**32
APPLIES = np.uint64(m.APPLY * HALF_OF_BITS)

# the normal quantile of (1 + v) / 2, for v up to EDGE, is v * UP(r) / DOWN(r) with r = RADIUS - v * v, to 1.3e-6
EDGE, RADIUS, ONE = np.float32(0.998), np.float32(0.996004), np.float32(1.0)
UP = (3.09642142, 781.465093, 45954.4791, 653836.632, 1932504.82, 709428.706, -39927.704)
DOWN = (275.938545, 18611.3148, 325789.653, 1335544.77, 957613.435)
UP, DOWN = tuple(map(np.float32, UP)), tuple(map(np.float32, DOWN))
SIGN, UNIT = np.uint64(1 << 63), 2.0**-63


@rule
def uniforms(draws, who, out):
    for k in range(len(who)):
        out[k] = uniform(draws, who[k])


@rule
def normals(draws, who, out):
    for k in range(len(who)):
        out[k] = normal(uniform(draws, who[k]))


@rule
def exponentials(values, out):
    for k in range(len(values)):
        out[k] = exp(values[k])


class Draw(IntEnum):
    """What is drawn."""

    BASE, STAFF, SHRINK, INCOME, CHANCE, PROFIT, CLOSE, HIRE, LEAVE, FILL = range(10)


class Keys(NamedTuple):
    """Keys of what is drawn every month."""

    income: np.uint64
    chance: np.uint64
    profit: np.uint64
    close: np.uint64
    hire: np.uint64
    leave: np.uint64
    fill: np.uint64


class Households(NamedTuple):
    """Columns of households; ``limit`` is where ``x`` makes poor, ``free`` who knows and has no business."""

    identifier: np.ndarray
    region: np.ndarray
    base: np.ndarray
    x: np.ndarray
    limit: np.ndarray
    aware: np.ndarray
    open: np.ndarray
    hired: np.ndarray


class Lists(NamedTuple):
    """Rows of households: who applies, with the gap to the line, who runs a business, who is paid this month."""

    asking: np.ndarray
    gaps: np.ndarray
    running: np.ndarray
    paid: np.ndarray


class Seats(NamedTuple):
    """Columns of the seats that employers owe, and where those of each region start."""

    identifier: np.ndarray
    taken: np.ndarray
    start: np.ndarray


@rule
def next_deviation(x, shock):
    """Return the deviation of log income a month later."""
    return m.PERSISTENCE * x + m.SHOCK * shock


@rule
def news_probability(knowing_share):
    """Return the probability of learning of the grant."""
    return m.NEWS + m.WORD_OF_MOUTH * knowing_share


@rule
def poverty_limit(base, profit):
    """Return the deviation of log income below which a household is poor."""
    return math.log(m.LINE - profit) - base if profit < m.LINE else -math.inf


@rule
def listed(flags, size, rows):
    """List which of a few flags are set; return how many. Flags end with a whole word."""
    words = flags.view(np.uint64)
    flags[size:] = 0
    found = 0
    for w in range(len(words)):
        if words[w] != 0:
            for k in range(WORD * w, WORD * w + WORD):
                if flags[k] == 1:
                    rows[found] = k
                    found += 1
    return found


@rule
def quick_normals(draws, who, out, flags, rows):
    """Fill ``out`` with the normals of :func:`normals`, in single precision: at most 2e-5 from them.

    All but two in a thousand by a rational function of single precision, the tails by that of the real model.
    """
    for k in range(len(who)):
        out[k] = np.int64(bits(draws, who[k]) ^ SIGN) * UNIT
    for k in range(len(who)):
        flags[k] = np.int8(abs(out[k]) > EDGE)
    for k in range(len(who)):
        v = out[k]
        r = RADIUS - v * v
        up = (((((UP[6] * r + UP[5]) * r + UP[4]) * r + UP[3]) * r + UP[2]) * r + UP[1]) * r + UP[0]
        down = ((((DOWN[4] * r + DOWN[3]) * r + DOWN[2]) * r + DOWN[1]) * r + DOWN[0]) * r + ONE
        out[k] = v * (up / down)
    for tail in range(listed(flags, len(who), rows)):
        out[rows[tail]] = normal(uniform(draws, who[rows[tail]]))


@sweep
def endow(first, last, h, draws):
    """Draw base income."""
    scores = np.empty(TOGETHER)
    nobody = math.log(m.LINE)
    for start in range(first, last, TOGETHER):
        end = min(start + TOGETHER, last)
        base, limit = h.base[start:end], h.limit[start:end]
        normals(draws, h.identifier[start:end], scores[: end - start])
        for k in range(end - start):
            base[k] = m.SPREAD * scores[k]
        for k in range(end - start):
            limit[k] = nobody - np.float64(base[k])


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
def live(first, last, t, h, asking, gaps, poor, keys, exact):
    """Move incomes, spread the news, and list those who apply; return their number.

    Passes without branches over many groups at a time; only those who apply are looked at one by one.
    """
    income, chance = subkey(keys.income, t), subkey(keys.chance, t)
    shocks, luck, rows = np.empty(TOGETHER, np.float32), np.empty(TOGETHER, np.uint64), np.empty(TOGETHER, np.int64)
    below, asks, scores = np.empty(TOGETHER, np.int8), np.empty(TOGETHER, np.int8), np.empty(TOGETHER)
    count = first
    for start in range(first, last, TOGETHER):
        end = min(start + TOGETHER, last)
        size, who, x, limit = end - start, h.identifier[start:end], h.x[start:end], h.limit[start:end]
        aware, runs = h.aware[start:end], h.open[start:end]
        if exact:
            normals(income, who, scores[:size])
            for k in range(size):
                shocks[k] = scores[k]
        else:
            quick_normals(income, who, shocks[:size], below, rows)
        for k in range(size):
            x[k] = next_deviation(np.float64(x[k]), np.float64(shocks[k]))
        for k in range(size):
            below[k] = np.int8(x[k] < limit[k])
        count_by_region(start, end, h.region, below, poor)
        for k in range(size):
            luck[k] = bits(chance, who[k])
        for k in range(size):
            asks[k] = aware[k] & (runs[k] ^ 1) & below[k] & np.int8(luck[k] & LOW < APPLIES)
        for a in range(listed(asks, size, rows)):
            asking[count] = start + rows[a]
            gaps[count] = x[rows[a]] - limit[rows[a]]
            count += 1
        for begin in range(0, size, m.GROUP):
            group, heard = aware[begin : begin + m.GROUP], luck[begin : begin + m.GROUP]
            knowing = np.int8(0)
            for k in range(m.GROUP):
                knowing = np.int8(knowing + group[k])
            learns = np.uint64(news_probability(knowing / m.GROUP) * HALF_OF_BITS)
            for k in range(m.GROUP):
                group[k] |= np.int8(heard[k] >> HALF < learns)
    return count - first


@rule
def award(asking, gaps, slots, h, paid):
    """List those to be paid: in each region the poorest of those who apply; return their number."""
    count, start = 0, 0
    while start < len(asking):
        region, end = h.region[asking[start]], start
        while end < len(asking) and h.region[asking[end]] == region:
            end += 1
        few = min(slots, end - start)
        last = np.partition(gaps[start:end], few - 1)[few - 1]
        ties = few - (gaps[start:end] < last).sum()
        for k in range(start, end):
            tie = gaps[k] == last and ties > 0
            ties -= 1 if tie else 0
            if tie or gaps[k] < last:
                paid[count] = asking[k]
                count += 1
        start = end
    return count


@rule
def trade(running, close, hire, h):
    """Close some businesses and hire in others; return how many go on."""
    going_on, shuts, hires = 0, np.empty(len(running)), np.empty(len(running))
    uniforms(close, running, shuts)
    uniforms(hire, running, hires)
    for k in range(len(running)):
        i = running[k]
        running[going_on] = i
        if shuts[k] < m.CLOSE:
            h.open[i] = 0
            h.limit[i] = poverty_limit(np.float64(h.base[i]), 0.0)
            h.hired[i] = 0
        else:
            going_on += 1
            if hires[k] < m.HIRE and h.hired[i] < m.MOST_HIRED:
                h.hired[i] += 1
    return going_on


@sweep
def decide(first, last, t, slots, h, lists, keys):
    """Pay the poorest who apply; close, hire and start; return how many are paid and how many businesses run."""
    paid = award(lists.asking[:first], lists.gaps[:first], slots, h, lists.paid)
    running = trade(lists.running[:last], subkey(keys.close, t), subkey(keys.hire, t), h)
    scores, profits = np.empty(paid), np.empty(paid)
    normals(subkey(keys.profit, t), lists.paid[:paid], scores)
    for k in range(paid):
        scores[k] = m.PROFIT_SPREAD * scores[k] - m.PROFIT_SPREAD**2 / 2
    exponentials(scores, profits)
    for k in range(paid):
        i = lists.paid[k]
        h.open[i] = 1
        h.limit[i] = poverty_limit(np.float64(h.base[i]), m.PROFIT * profits[k])
        lists.running[running + k] = i
    return paid, running + paid


@sweep
def size(first, last, owed, staff_draws, shrink_draws):
    """Draw staff and set the seats owed."""
    for j in range(first, last):
        staff = 1 + math.floor(math.exp(m.STAFF_MEAN + m.STAFF_SPREAD * normal(uniform(staff_draws, j))))
        if m.THRESHOLD <= staff <= m.WINDOW and uniform(shrink_draws, j) < m.SHRINK:
            staff = m.SHRINKS_TO
        owed[j] = math.floor(m.QUOTA * staff) if staff >= m.THRESHOLD else 0


@sweep
def staff_seats(first, last, t, pool, s, keys):
    """Empty some seats of regions and fill others; return those for which a levy is due."""
    leave, fill, due = subkey(keys.leave, t), subkey(keys.fill, t), 0
    for r in range(first, last):
        seats, taken = s.identifier[s.start[r] : s.start[r + 1]], s.taken[s.start[r] : s.start[r + 1]]
        luck, before, after = np.empty(len(seats)), 0, 0
        uniforms(leave, seats, luck)
        for k in range(len(seats)):
            taken[k] &= np.int8(luck[k] >= m.LEAVE)
        for k in range(len(seats)):
            before += taken[k]
        chance = m.FILL * min(1.0, max(0.0, pool - before) / max(1.0, len(seats) - before))
        uniforms(fill, seats, luck)
        for k in range(len(seats)):
            taken[k] |= np.int8(luck[k] < chance)
        for k in range(len(seats)):
            after += taken[k]
        due += len(seats) - after
    return due


def run(households: int, months: int, seed: int, threads: int = 1, exact: bool = False) -> m.Report:
    """Run the model once; ``exact`` takes the normals of the real model, with all their digits."""
    n, employers = households, households // m.HOUSEHOLDS_AN_EMPLOYER
    byte, real = np.int8, np.float32
    keys = Keys(*(key(seed, draw) for draw in list(Draw)[Draw.INCOME :]))
    who, region = np.arange(n, dtype=np.uint32), (np.arange(n) * m.REGIONS // n).astype(byte)
    h = Households(who, region, *(np.zeros(n, kind) for kind in (real, real, real, byte, byte, byte)))
    owed = np.zeros(employers, np.int64)
    size(0, employers, owed, key(seed, Draw.STAFF), key(seed, Draw.SHRINK))
    where, regions = np.repeat(np.arange(employers) * m.REGIONS // employers, owed), np.arange(m.REGIONS + 1)
    seats = Seats(np.arange(len(where)), np.zeros(len(where), byte), np.searchsorted(where, regions))
    slots, pool, grants, levy, running = m.grants_a_region(n), n / m.SEEKERS, 0, 0, 0
    lists = Lists(
        np.zeros(n, np.int64), np.zeros(n, real), np.zeros(n, np.int64), np.zeros(m.REGIONS * slots, np.int64)
    )
    edges = [n * part // threads // m.GROUP * m.GROUP for part in range(threads)] + [n]
    blocks = list(itertools.pairwise(edges))
    poor = np.zeros((threads, m.REGIONS), np.int64)

    def live_in(part: int, t: int) -> int:
        return live(*blocks[part], t, h, lists.asking, lists.gaps, poor[part], keys, exact)

    with ThreadPoolExecutor(max(1, threads - 1)) as workers:
        endow(0, n, h, key(seed, Draw.BASE))
        for t in range(months):
            others = [workers.submit(live_in, part, t) for part in range(1, threads)]
            asking = live_in(0, t)
            for (first, _), other in zip(blocks[1:], others, strict=True):
                more = other.result()
                for column in (lists.asking, lists.gaps):
                    column[asking : asking + more] = column[first : first + more]
                asking += more
            paid, running = decide(asking, running, t, slots, h, lists, keys)
            grants += paid
            levy += staff_seats(0, m.REGIONS, t, pool, seats, keys)
    return m.Report(
        h.aware.mean(),
        poor.sum() / n / months,
        grants,
        running,
        int(h.hired.sum(dtype=np.int64)),
        int(seats.taken.sum()),
        levy,
    )


def check() -> None:
    """Fail if the number of threads changes a bit, or if the quick normals are not those of the real model."""
    households = 247 * m.GROUP
    reports = {run(households, m.MONTHS, 1, threads) for threads in (1, 2, 3)}
    assert len(reports) == 1, f"the number of threads changes the results: {reports}"
    who = np.arange(2**20, dtype=np.uint32)
    quick, exact = np.empty(len(who), np.float32), np.empty(len(who))
    quick_normals(key(1, Draw.INCOME), who, quick, np.empty(len(who), np.int8), np.empty(len(who), np.int64))
    normals(key(1, Draw.INCOME), who, exact)
    apart = float(np.abs(quick - exact).max())
    assert apart < 2e-5, f"the quick normals are {apart:.1e} from those of the real model"
