"""The law of a quota: its form, and what it asks of one employer (model.md section 10, rules Q1 to Q6).

A design is a parameter set and has no code of its own. :class:`QuotaTerms` is one design in one month, made of numbers
and small arrays of fixed shape, so that the same compiled code serves every design.
"""

from __future__ import annotations

import math
from enum import IntEnum
from typing import NamedTuple

import numpy as np

from sim.engine.columns import Array
from sim.engine.compiled import rule


class Sanction(IntEnum):
    """What an employer with missing seats is charged."""

    NO_SANCTION = 0
    FINE = 1
    LEVY = 2
    FINE_AND_LEVY = 3


class Rounding(IntEnum):
    """How seats become whole; halves count as one, or do not."""

    FLOOR = 0
    HALF_UP = 1
    CEIL = 2
    UNROUNDED = 3
    HALF_DOWN = 4


class LevyBy(IntEnum):
    """What the units of a levy depend on."""

    FLAT = 0
    BY_RATE = 1
    BY_FILL = 2
    BY_COUNT = 3


class Combination(IntEnum):
    """Weights of one worker are multiplied, or the largest of them holds."""

    MULTIPLIED = 0
    LARGEST = 1


# The same as plain whole numbers, for the terms of a month: compiled code must always see one type there.
NO_SANCTION, FINE, LEVY, FINE_AND_LEVY = map(int, Sanction)
FLOOR, HALF_UP, CEIL, UNROUNDED, HALF_DOWN = map(int, Rounding)
FLAT, BY_RATE, BY_FILL, BY_COUNT = map(int, LevyBy)
MULTIPLIED, LARGEST = map(int, Combination)
STEPS = 512  # sizes at which a schedule may jump
BEYOND = 1e9  # above any size
MOST_OBLASTS = 64


class QuotaTerms(NamedTuple):
    """A quota in a month; amounts are nominal som."""

    code: int  # identifies the design; a change of it re-opens the yearly decisions of employers
    listed: int  # 1: only employers on the yearly list have a duty
    owners: Array  # (3,) 1 where budget, state and private employers are covered
    industries: Array  # (12,) 1 where the industry is covered
    n_min: float  # smallest size with a duty
    n_min_public: float  # the same for budget organisations
    grace: int  # years before that an employer must have been of the smallest size
    base_without: int  # 1: persons who count are no part of the size that the law looks at
    base_step: float  # staff are counted to the nearest multiple of this, 0 as they are
    table: Array  # (8, 3) from, to (exclusive), seats
    rates: Array  # (8, 2) from, share of staff
    rates_public: Array  # (8, 2) the same for budget organisations
    rounding: int  # FLOOR, HALF_UP, CEIL, UNROUNDED or HALF_DOWN
    rounding_step: float  # seats are rounded to multiples of this
    yearly: int  # 1: seats of the levy are added up over the periods of the year and rounded once
    min_seats: float
    composition: Array  # (4, 2) from, seats reserved for severe groups
    severe: Array  # (3,) 1 for the groups that may take a reserved seat
    weights: Array  # (6, 4) share of full time from which it holds, weight of groups I, II and III
    proportional: int  # 1: the weight is that of full time, times the hours
    combination: int  # MULTIPLIED or LARGEST: how weights of group, age and first hire of one worker meet
    age_from: float  # years
    age_weight: float
    first_hire_weight: float
    verified: int  # 1: pay is verified
    min_pay: float  # share of the average wage below which a verified worker does not count
    proforma_counts: int  # 1: contracts count, not work
    kind: int  # NO_SANCTION, FINE, LEVY or FINE_AND_LEVY
    fine: float  # som per case, or per seat
    fine_per_seat: int
    fine_surcharge: Array  # (8, 2) from, share by which the fine is raised at that size
    fine_most: float  # the fine of one finding at most, as a multiple of ``fine``
    levy_from: Array  # (8,) rows of the levy: smallest size
    levy_to: Array  # (8,) size not reached any more
    levy_variable: Array  # (8,) FLAT, BY_RATE, BY_FILL or BY_COUNT
    levy_zero: Array  # (8,) units where nobody is employed, -1 none
    levy_unit: Array  # (8,) units, FLAT rows
    levy_bands: Array  # (8, 6, 3) from, to (exclusive), units
    levy_min_n: float
    reference: float  # som of one unit in one period
    per_year: float  # periods
    surcharge_years: float  # years with nothing done, beyond any if there is no surcharge
    surcharge_unit: float
    collection: float  # share of levies collected
    alternative_rate: float  # levy reduction per som of alternative spending
    alternative_cap: float  # of the levy
    alternative_rate_from: float  # direct employment rate from which the higher ceiling holds
    alternative_cap_high: float
    alternative_price: float  # som a year of purchases that replace one seat, 0 if only the levy is reduced
    donation_price: float  # som a year of donations that replace one seat, 0 if none do
    deduction_cap: float  # of the levy, other deductible spending
    buyout_cap: float  # share of seats
    buyout_fee: float  # som per seat and year
    buyout_min_n: float
    payroll_cap: float  # of the wage bill
    bonus: float  # som per seat above the quota and month
    bonus_min_n: float
    hire_bonus: float  # som per quota hire and year
    tender_margin: float  # gain over tender revenue of a complying employer, share
    inspection: float  # multiplier of the inspection probability
    credible: float  # 1: the duty is announced individually and enforced
    information: float  # 0 to 1, information of employers about the cost of adaptation
    cheapest: float  # som a year, labour cost of the cheapest countable worker
    cheapest_pay: float  # som a month, wage of the cheapest full-time worker
    short_hours: float  # share of full time of the shortest contract that counts, 1 if none below full time
    nominal_pay: float  # som a year of a pro-forma contract
    largest_jump: float  # levy units, largest jump of the yearly levy at a step
    largest_fine: float  # multiples of ``fine``, largest jump of the fine at a step
    announced: float  # som a year by which the charge of an announced design exceeds the present one, per seat
    steps: Array  # (STEPS,) sizes at which seats or levy jump, increasing, BEYOND where unused
    here: Array = np.ones(MOST_OBLASTS)  # (MOST_OBLASTS,) 1 in oblasts whose employers have a duty


MOST_GRACE = 10  # years for which the sizes of employers are remembered


@rule
def cleaned(value: float) -> float:
    """Return a number cleaned to nine decimals, so that 0.06 * 50 is 3 and no more (Q2).

    >>> cleaned(0.1 + 0.2), cleaned(7.0)
    (0.3, 7.0)
    """
    return math.floor(value * 1e9 + 0.5) / 1e9


@rule
def rounded(value: float, rounding: int, step: float) -> float:
    """Return seats rounded to multiples of a step as the law says; the number is first cleaned (Q2).

    >>> rounded(0.06 * 50, 0, 1.0), rounded(3.5, 1, 1.0), rounded(3.01, 2, 1.0), rounded(1.3, 3, 1.0)
    (3.0, 4.0, 4.0, 1.3)
    >>> rounded(0.01 * 150, 4, 1.0), rounded(0.01 * 151, 4, 1.0), rounded(0.05 * 27, 1, 0.1)
    (1.0, 2.0, 1.4)
    """
    clean = cleaned(value / step)
    if rounding == Rounding.FLOOR:
        whole = float(math.floor(clean))
    elif rounding == Rounding.HALF_UP:
        whole = float(math.floor(clean + 0.5))
    elif rounding == Rounding.CEIL:
        whole = float(math.ceil(clean))
    elif rounding == Rounding.HALF_DOWN:
        whole = float(math.ceil(clean - 0.5))
    else:
        return cleaned(value)
    return whole if step == 1.0 else cleaned(whole * step)


@rule
def counted_base(law: QuotaTerms, staff: float, heads: float) -> float:
    """Return the size that the law looks at (Q1): staff, where it says so without the persons who count.

    >>> class L: base_without, base_step = 1, 0.0
    >>> counted_base(L, 100.0, 3.0)
    97.0
    >>> class L: base_without, base_step = 0, 0.1
    >>> counted_base(L, 78.1449, 3.0)
    78.1
    """
    base = max(staff - heads, 0.0) if law.base_without == 1 else staff
    return rounded(base, Rounding.HALF_UP, law.base_step) if law.base_step > 0.0 else base


@rule
def average_rate(rates: Array, n: float) -> float:
    """Return the share of staff that holds at size ``n``: the last entry not above it, 0 below the first (Q2).

    >>> import numpy as np
    >>> table = np.array([[100.0, 0.02], [201.0, 0.03], [1e9, 0.0]])
    >>> float(average_rate(table, 99.0)), float(average_rate(table, 200.0)), float(average_rate(table, 201.0))
    (0.0, 0.02, 0.03)
    """
    share = 0.0
    for k in range(rates.shape[0]):
        if rates[k, 0] <= n:
            share = rates[k, 1]
    return share


@rule
def seats_of(law: QuotaTerms, public: int, n: float, counts: float) -> float:
    """Return the seats owed at size ``n`` where so many counts of a share are added up and rounded once (Q2).

    >>> import numpy as np
    >>> class L: n_min, rounding, rounding_step, min_seats = 60.0, 1, 1.0, 1.0
    >>> L.table, L.rates = np.array([[1e9, 0.0, 0.0]]), np.array([[60.0, 0.05]])
    >>> seats_of(L, 0, 121.0, 1.0), seats_of(L, 0, 121.0, 12.0) * 12.0
    (6.0, 73.0)
    """
    if n < (law.n_min_public if public == 1 else law.n_min):
        return 0.0
    for k in range(law.table.shape[0]):
        if law.table[k, 0] <= n and n < law.table[k, 1]:
            return law.table[k, 2]
    share = average_rate(law.rates_public, n) if public == 1 else average_rate(law.rates, n)
    return max(law.min_seats, rounded(share * n * counts, law.rounding, law.rounding_step) / counts)


@rule
def required_seats(law: QuotaTerms, public: int, n: float) -> float:
    """Return the seats that an employer of size ``n`` owes (Q2); ``public`` is 1 for budget organisations.

    >>> import numpy as np
    >>> class L: n_min, rounding, rounding_step, min_seats = 25.0, 0, 1.0, 1.0
    >>> L.table, L.rates = np.array([[25.0, 50.0, 1.0]]), np.array([[50.0, 0.04]])
    >>> float(required_seats(L, 0, 24.0)), float(required_seats(L, 0, 49.0)), float(required_seats(L, 0, 130.0))
    (0.0, 1.0, 5.0)
    """
    return seats_of(law, public, n, 1.0)


@rule
def levy_seats(law: QuotaTerms, public: int, n: float) -> float:
    """Return the seats on which the levy of a year is reckoned (Q7): those owed, or a year's sum, rounded once.

    >>> import numpy as np
    >>> class L: n_min, rounding, rounding_step, min_seats, yearly, per_year = 60.0, 1, 1.0, 1.0, 1, 12.0
    >>> L.table, L.rates = np.array([[1e9, 0.0, 0.0]]), np.array([[60.0, 0.05]])
    >>> levy_seats(L, 0, 121.0) * 12.0
    73.0
    """
    return seats_of(law, public, n, law.per_year if law.yearly == 1 else 1.0)


@rule
def reserved_seats(law: QuotaTerms, n: float) -> float:
    """Return the seats reserved for severe groups at size ``n`` (Q5).

    >>> import numpy as np
    >>> class L: composition = np.array([[50.0, 1.0], [1e9, 0.0]])
    >>> float(reserved_seats(L, 49.0)), float(reserved_seats(L, 60.0))
    (0.0, 1.0)
    """
    seats = 0.0
    for k in range(law.composition.shape[0]):
        if law.composition[k, 0] <= n:
            seats = max(seats, law.composition[k, 1])
    return seats


@rule
def worker_weight(law: QuotaTerms, group: int, hours: float, age: int, pay: float, first: int) -> float:
    """Return what one worker counts (Q3): ``group`` 1 to 3, ``hours`` and ``pay`` as shares of full time and wage.

    >>> import numpy as np
    >>> class L: weights, proportional = np.array([[0.0, 1.0, 0.5, 0.5], [0.5, 2.0, 1.0, 1.0]]), 0
    >>> L.age_from, L.age_weight, L.first_hire_weight, L.verified, L.combination = 50, 1.5, 1.0, 0, MULTIPLIED
    >>> float(worker_weight(L, 1, 1.0, 30, 1.0, 0)), float(worker_weight(L, 3, 0.4, 55, 1.0, 0))
    (2.0, 0.75)
    >>> L.age_weight, L.combination = 2.0, LARGEST  # who counts double for two reasons counts double
    >>> float(worker_weight(L, 1, 1.0, 55, 1.0, 0)), float(worker_weight(L, 3, 1.0, 55, 1.0, 0))
    (2.0, 2.0)
    """
    if law.verified == 1 and pay < law.min_pay:
        return 0.0
    weight, plain = 0.0, 0.0
    for k in range(law.weights.shape[0]):
        if law.weights[k, 0] <= hours:
            weight = law.weights[k, group]
            plain = min(law.weights[k, 1], min(law.weights[k, 2], law.weights[k, 3]))
    if law.proportional == 1:
        weight, plain = weight * hours, plain * hours
    if age >= law.age_from:
        more = law.age_weight
        weight = weight * more if law.combination == Combination.MULTIPLIED else max(weight, plain * more)
    if first == 1:
        more = law.first_hire_weight
        weight = weight * more if law.combination == Combination.MULTIPLIED else max(weight, plain * more)
    return weight


@rule
def missing_seats(owed: float, counted: float, alternative: float, reserved_gap: float) -> float:
    """Return the seats that are missing (Q6); the reserved seat is part of the ordinary gap, not added to it.

    >>> missing_seats(2.0, 2.0, 0.0, 1.0), missing_seats(2.0, 0.0, 0.0, 1.0), missing_seats(2.0, 3.0, 0.0, 0.0)
    (1.0, 2.0, 0.0)
    """
    return max(0.0, max(owed - counted - alternative, reserved_gap))
