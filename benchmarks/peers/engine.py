"""The small model in the engine of this project: columns, addressed draws, sweeps over blocks, active rows compacted.

A person's chance to move stands in a column of its own, which changes only when the person moves. Blocks end where a
household ends; results are the same bits for any number of threads.
"""

from __future__ import annotations

import itertools
from concurrent.futures import ThreadPoolExecutor
from enum import IntEnum
from typing import Annotated, Any, NamedTuple

import numpy as np
import small_model as m

from sim.engine.columns import Amount, Array, Count, Flag, Money, Row, empty, row
from sim.engine.compiled import rule, sweep
from sim.engine.draws import binomial, bits, key, subkey, uniform
from sim.engine.math import exp, normal, normals

TOGETHER = 512  # households a pass, so that their persons stay in the nearest caches
ROOM = TOGETHER * m.MOST  # persons
WORD = 8  # flags looked at together
HALF, ALL = np.uint64(32), 2.0**32  # a chance to move is compared as 32 bits
HOME, SEEKING, OWN, HIRED, SEAT = (int(state) for state in list(m.State)[m.State.HOME :])

Chance = Annotated[Array, np.uint32, "of 2^32"]


class Draw(IntEnum):
    """What is drawn every month."""

    MOVE, PAY, SHOCK, FILL, TURN, APPLY, CLOSE, PROFIT = range(8)


class Persons(NamedTuple):
    """Columns of persons."""

    identifier: Annotated[Array, np.uint32, "identifier"]
    state: Flag
    moves: Chance  # to another state
    disabled: Flag
    asks: Flag  # for a seat: has a disability and seeks work
    own: Flag  # works on own account
    skill: Amount  # logarithm
    x: Amount  # what own account yields beside skill, logarithm
    pay: Money  # whatever the person brings home
    seat: Row  # of the employer


class Households(NamedTuple):
    """Columns of households."""

    first: Row
    members: Count
    children: Count
    able: Flag
    region: Flag
    profit: Money
    income: Money
    smoothed: Money


class Lists(NamedTuple):
    """Rows, listed anew each month, but for those of own account and of businesses, which are kept."""

    own: Array  # counted from the first person of the pass
    owners: Array  # how many, at the first household of the pass
    left: Array  # employers whose seats were left
    asking: Array  # persons who ask for a seat
    families: Array  # who ask for a grant
    needs: Array  # what they consume a member
    running: Array  # families with a business
    paid: Array


class Keys(NamedTuple):
    """Keys of the draws."""

    move: np.uint64
    pay: np.uint64
    shock: np.uint64
    fill: np.uint64
    turn: np.uint64
    apply: np.uint64
    close: np.uint64
    profit: np.uint64


@rule
def new_state(state, u, moves):
    """Return the state that a person moves to; ``u`` is below the chance to move."""
    limits = moves[state]
    return HOME if u < limits[0] else SEEKING if u < limits[1] else OWN if u < limits[2] else HIRED


@rule
def hired_pay(skill, z, rules):
    """Return the pay of a job that is found."""
    return rules.wage * exp(skill + rules.spread * z)


@rule
def own_pay(skill, x, rules):
    """Return what own account yields."""
    return rules.own * exp(skill + x)


@rule
def next_shock(x, z, rules):
    """Return how far own account is above its usual yield a month later."""
    return rules.persistence * x + rules.shock * z


@rule
def child_benefit(income, members, children, rules):
    """Return the benefit of a household: an amount for each child where income is below the limit."""
    return rules.child * children if income < rules.limit * members else 0.0


@rule
def smoother(smoothed, income, rules):
    """Return smoothed income a month later, which is consumed."""
    return smoothed + rules.smoothing * (income - smoothed)


@rule
def brought_home(pay, first, members):
    """Return what the members of a household bring home; none has more than eight, and all eight places are read."""
    total = np.float32(0.0)
    for k in range(m.MOST):
        one = pay[row(first + k)]
        total += one if k < members else np.float32(0.0)
    return total


@rule
def listed(flags, rows):
    """List which flags are set, looking at eight together; return how many."""
    whole, found = len(flags) // WORD, 0
    words = flags[: whole * WORD].view(np.uint64)
    for w in range(whole):
        if words[w] != 0:
            for k in range(WORD * w, WORD * w + WORD):
                rows[found] = k
                found += flags[k]
    for k in range(whole * WORD, len(flags)):
        rows[found] = k
        found += flags[k]
    return found


@rule
def settle(p, i, state, moves):
    """Put a person into a state."""
    p.state[i] = state
    p.moves[i] = np.uint32(moves[state][3] * ALL)
    p.asks[i] = p.disabled[i] if state == SEEKING else 0
    p.own[i] = 1 if state == OWN else 0
    p.pay[i] = 0.0
    p.x[i] = 0.0
    p.seat[i] = -1


@rule
def still_own(rows, count, own):
    """Keep of some rows those that work on own account, in their order; return how many."""
    kept = 0
    for k in range(count):
        rows[kept] = rows[k]
        kept += own[rows[k]]
    return kept


@rule
def work_on_own_account(rows, who, x, skill, pay, draws, rules, scores, yields, places):
    """Move the yields of those who work on own account."""
    for k in range(row(len(rows))):
        scores[k] = uniform(draws, who[rows[k]])
    normals(scores[: len(rows)], places, yields)
    for k in range(row(len(rows))):
        yields[k] = next_shock(np.float64(x[rows[k]]), scores[k], rules)
    for k in range(row(len(rows))):
        x[rows[k]] = yields[k]
        yields[k] += np.float64(skill[rows[k]])
    for k in range(row(len(rows))):
        yields[k] = own_pay(yields[k], 0.0, rules)
    for k in range(row(len(rows))):
        pay[rows[k]] = yields[k]


@sweep(allocates=True)
def move(first, last, t, h, p, lists, keys, rules):
    """Move persons of some households between states; list who left a seat and who asks for one, return how many."""
    draws, pay, shock = subkey(keys.move, t), subkey(keys.pay, t), subkey(keys.shock, t)
    luck, flags, rows = np.empty(ROOM, np.uint32), np.empty(ROOM, np.uint8), np.empty(ROOM + 1, np.int64)
    scores, yields = np.empty(ROOM), np.empty(ROOM)
    leavers, seekers, offset = 0, 0, h.first[first]
    for begin in range(first, last, TOGETHER):
        start, end = h.first[begin], h.first[min(begin + TOGETHER, last)]
        who, moves, own = p.identifier[start:end], p.moves[start:end], lists.own[start:end]
        for k in range(row(end - start)):
            luck[k] = np.uint32(bits(draws, who[k]) >> HALF)
        for k in range(row(end - start)):
            flags[k] = np.uint8(luck[k] < moves[k])
        joining = lists.owners[begin]
        for k in range(listed(flags[: end - start], rows)):
            i = start + rows[k]
            if p.state[i] == SEAT:
                lists.left[offset + leavers] = p.seat[i]
                leavers += 1
            settle(p, i, new_state(p.state[i], luck[rows[k]] / ALL, rules.moves), rules.moves)
            if p.state[i] == HIRED:
                p.pay[i] = hired_pay(np.float64(p.skill[i]), normal(uniform(pay, p.identifier[i])), rules)
            elif p.state[i] == OWN:
                own[joining] = rows[k]
                joining += 1
        owners = still_own(own, joining, p.own[start:end])
        lists.owners[begin] = owners
        work_on_own_account(own[:owners], who, p.x[start:end], p.skill[start:end], p.pay[start:end], shock, rules,
                            scores, yields, rows)  # fmt: skip
        for k in range(listed(p.asks[start:end], rows)):
            lists.asking[offset + seekers] = start + rows[k]
            seekers += 1
    return leavers, seekers


@sweep(allocates=True)
def fill(left, asking, region, t, owed, filled, employer_region, p, keys, rules):
    """Fill vacant seats of each region, employer by employer, by the turns drawn; return for how many a levy is due."""
    offer, turn, due, begin = subkey(keys.fill, t), subkey(keys.turn, t), 0, 0
    for k in range(len(left)):
        filled[left[k]] -= 1
    turns = np.empty(len(asking))
    for k in range(len(asking)):
        turns[k] = uniform(turn, p.identifier[asking[k]])
    employer = 0
    for r in range(m.REGIONS):
        end = begin
        while end < len(asking) and region[asking[end]] == r:
            end += 1
        order, taken = np.argsort(turns[begin:end]), 0
        while employer < len(owed) and employer_region[employer] == r:
            vacant = owed[employer] - filled[employer]
            if vacant > 0:
                for _ in range(min(binomial(uniform(offer, employer), vacant, rules.fill), end - begin - taken)):
                    i = asking[begin + order[taken]]
                    settle(p, i, SEAT, rules.moves)
                    p.seat[i] = employer
                    p.pay[i] = rules.seat_pay * exp(np.float64(p.skill[i]))
                    filled[employer] += 1
                    taken += 1
                due += owed[employer] - filled[employer]
            employer += 1
        begin = end
    return due


@sweep(allocates=True)
def keep_house(first, last, t, h, p, families, needs, keys, rules):
    """Add up incomes, pay child benefits, consume; list who asks for a grant; return their number and three counts."""
    apply = subkey(keys.apply, t)
    flags, below, rows = np.empty(TOGETHER, np.uint8), np.empty(TOGETHER, np.uint8), np.empty(TOGETHER + 1, np.int64)
    benefit = np.empty(TOGETHER)
    count, poor, helped, working = first, 0, 0, 0
    state = p.state[h.first[first] : h.first[last]]
    for k in range(row(len(state))):
        working += np.int64(state[k] >= OWN)
    for start in range(first, last, TOGETHER):
        end = min(start + TOGETHER, last)
        size, income, smoothed = end - start, h.income[start:end], h.smoothed[start:end]
        members, children = h.members[start:end], h.children[start:end]
        profit, able = h.profit[start:end], h.able[start:end]
        for k in range(row(size)):
            income[k] = brought_home(p.pay, h.first[start + k], members[k])
        for k in range(row(size)):
            earned = np.float64(income[k]) + np.float64(profit[k])
            got = child_benefit(earned, np.float64(members[k]), np.float64(children[k]), rules)
            income[k] = earned + got
            benefit[k] = got
        for k in range(row(size)):
            smoothed[k] = smoother(np.float64(smoothed[k]), np.float64(income[k]), rules)
            below[k] = np.uint8(smoothed[k] < rules.line * members[k])
        for k in range(row(size)):
            flags[k] = below[k] & able[k] & np.uint8(profit[k] == np.float32(0.0))
        for k in range(row(size)):
            poor += np.int64(below[k]) * np.int64(members[k])
        for k in range(row(size)):
            helped += np.int64(benefit[k] > 0.0) * np.int64(children[k])
        for k in range(listed(flags[:size], rows)):
            if uniform(apply, start + rows[k]) < rules.apply:
                families[count] = start + rows[k]
                needs[count] = smoothed[rows[k]] / members[rows[k]]
                count += 1
    return count - first, poor, helped, working


@rule(allocates=True)
def award(families, needs, slots, region, paid):
    """List those to be paid: in each region the poorest of those who apply; return their number."""
    count, start = 0, 0
    while start < len(families):
        end = start
        while end < len(families) and region[families[end]] == region[families[start]]:
            end += 1
        order = np.argsort(needs[start:end])
        for k in range(min(slots, end - start)):
            paid[count] = families[start + order[k]]
            count += 1
        start = end
    return count


@sweep(allocates=True)
def decide(asking, running, t, slots, h, lists, keys, rules):
    """Close businesses, pay the poorest who apply, who start one; return how many are paid and how many run."""
    close, worth, going_on = subkey(keys.close, t), subkey(keys.profit, t), 0
    for k in range(running):
        i = lists.running[k]
        lists.running[going_on] = i
        if uniform(close, i) < rules.close:
            h.profit[i] = 0.0
        else:
            going_on += 1
    paid = award(lists.families[:asking], lists.needs[:asking], slots, h.region, lists.paid)
    for k in range(paid):
        i = lists.paid[k]
        z = normal(uniform(worth, i))
        h.profit[i] = rules.profit * exp(rules.profit_spread * z - rules.profit_spread**2 / 2)
        lists.running[going_on + k] = i
    return paid, going_on + paid


def persons_of(people: m.People, rules: m.Rules) -> Persons:
    """Return the columns of persons."""
    p = empty(Persons, len(people.state))
    p = p._replace(pay=np.zeros(len(people.state) + m.MOST, np.float32))  # eight places are read from any person on
    p.identifier[:] = np.arange(len(people.state))
    p.state[:], p.skill[:], p.disabled[:], p.seat[:] = people.state, people.skill, people.disabled, -1
    p.moves[:] = (np.array(rules.moves)[:, 3] * ALL).astype(np.uint32)[people.state]
    p.asks[:], p.own[:] = (people.state == SEEKING) & (people.disabled == 1), people.state == OWN
    p.pay[: -m.MOST] = np.where(people.state == m.State.OLD, rules.pension, people.pay)
    return p


def households_of(people: m.People) -> Households:
    """Return the columns of households; their first persons have one row more, where the last household ends."""
    h = empty(Households, len(people.members))
    h.members[:], h.children[:], h.able[:], h.region[:] = people.members, people.children, people.able, people.region
    h.smoothed[:] = people.smoothed
    return h._replace(first=people.first)


def begin_own_account(p: Persons, h: Households, lists: Lists, edges: list[int]) -> None:
    """List for each pass who works on own account at the beginning."""
    for begin, end in itertools.pairwise(edges):
        for start in range(begin, end, TOGETHER):
            rows = np.flatnonzero(p.own[h.first[start] : h.first[min(start + TOGETHER, end)]])
            lists.own[h.first[start] : h.first[start] + len(rows)] = rows
            lists.owners[start] = len(rows)


def joined(columns: tuple[Array, ...], begins: list[int], counts: list[int]) -> int:
    """Move what each block listed to the front, in order; return how much it is."""
    end = counts[0]
    for begin, count in zip(begins[1:], counts[1:], strict=True):
        for column in columns:
            column[end : end + count] = column[begin : begin + count]
        end += count
    return end


def run(people: m.People, months: int, seed: int, rules: m.Rules = m.USUAL, threads: int = 1) -> m.Report:
    """Run the model once."""
    n, count, slots = len(people.state), len(people.members), m.slots_of(len(people.state), rules)
    h, p, keys = households_of(people), persons_of(people, rules), Keys(*(key(seed, draw) for draw in Draw))
    filled, region = np.zeros_like(people.owed), h.region[people.household]
    kinds = Lists(np.int32, np.int64, np.int64, np.int64, np.int64, np.float64, np.int64, np.int64)
    sizes = Lists(n, count, n, n, count, count, count, count)
    lists = Lists(*(np.zeros(size, kind) for size, kind in zip(sizes, kinds, strict=True)))
    edges = [count * part // threads for part in range(threads + 1)]
    blocks, begins = list(itertools.pairwise(edges)), [int(h.first[edge]) for edge in edges[:-1]]
    begin_own_account(p, h, lists, edges)
    grants, levy, running, sums = 0, 0, 0, np.zeros(3, np.int64)

    with ThreadPoolExecutor(max(1, threads - 1)) as workers:

        def everywhere(work: Any, *more: Any) -> list[Any]:
            others = [workers.submit(work, *block, *more) for block in blocks[1:]]
            return [work(*blocks[0], *more), *(other.result() for other in others)]

        for t in range(months):
            moved = everywhere(move, t, h, p, lists, keys, rules)
            left = joined((lists.left,), begins, [one for one, _ in moved])
            seekers = joined((lists.asking,), begins, [other for _, other in moved])
            levy += fill(lists.left[:left], lists.asking[:seekers], region, t, people.owed, filled,
                         people.employer_region, p, keys, rules)  # fmt: skip
            kept = everywhere(keep_house, t, h, p, lists.families, lists.needs, keys, rules)
            asking = joined((lists.families, lists.needs), edges[:-1], [one[0] for one in kept])
            sums += np.sum([one[1:] for one in kept], axis=0)
            paid, running = decide(asking, running, t, slots, h, lists, keys, rules)
            grants += paid
    poor, helped, working = sums.tolist()
    return m.Report(
        working / months / np.count_nonzero(people.state >= HOME), poor / months / n,
        float(h.income.sum(dtype=float)) / n, helped / n, grants, running, int(filled.sum()), levy,
    )  # fmt: skip


def check() -> None:
    """Fail if the number of threads changes a bit."""
    people = m.people(30_000, 3)
    one, two, three = (run(people, 12, 5, threads=threads) for threads in (1, 2, 3))
    if not one == two == three:
        raise SystemExit("the engine gives other figures with another number of threads")
