"""Supporting: what the benefits of a design bring to persons beyond those of today's law (people.md F).

A run holds the pension or benefit of each person on the disability register and the pension of each person of pension
age. What a design changes is worked out with the rules that the calculators use, once under the law of the design and
once under today's, and the household is paid the difference. Under today's law the difference is nothing, to the bit.
"""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple

import numpy as np

from sim.agents.persons.receiving import Rates, years_at
from sim.agents.persons.retiring import benefit_beside, pension_beside, pension_of
from sim.agents.persons.workers import Workers, first_of
from sim.engine.columns import FIXED_POINT, Array, fixed
from sim.engine.compiled import rule, sweep
from sim.engine.draws import uniform
from sim.state.households import HouseholdState
from sim.state.labour import Persons as Certified
from sim.state.persons import Work, at_home
from sim.state.protection_terms import Moved, Payment, SupportTerms
from sim.taxes_benefits.care import assistant_pay, may_be_assisted
from sim.taxes_benefits.children import universal_benefit
from sim.taxes_benefits.disability import (
    OF_AGE,
    category_of,
    disability_pension,
    extra_cost,
    kept_at_work,
    social_benefit,
)


class Right(IntEnum):
    """What a person on the disability register is paid by."""

    NOTHING = 0
    PENSION = 1  # disability pension of an insured person
    CHILDHOOD = 2  # social benefit, disability since childhood
    GENERAL = 3  # social benefit, general illness


class Register(NamedTuple):
    """Who of everybody is on the disability register this month, and what they are paid by."""

    group: Array  # (persons,) certified group 1 (most severe) to 3, 0 none
    right: Array  # (persons,) Right


class Care(NamedTuple):
    """Personal assistants at home over those who may have one, under today's law and under the design."""

    law: float
    now: float
    lots: np.uint64  # key: a place goes to whose lot is drawn, more places help the same persons and others besides


class PayMonth(NamedTuple):
    """What all households of a month share."""

    moved: Moved
    care: Care
    rates: Rates
    deflator: float
    each: Array  # (persons, payments) receives what each person is paid, som of 2023; of no persons: not asked for


@rule
def right_of(benefit: float, childhood: float, general: float) -> int:
    """Return by what a person on the register is paid, given the benefit held and the amounts of the social benefit.

    A run draws at the beginning who has a pension and who a social benefit, and holds the amount.

    >>> [int(right_of(benefit, 7000.0, 3000.0)) for benefit in (7000.0, 3000.0, 8123.5, 0.0)]
    [2, 3, 1, 0]
    """
    if benefit <= 0.0:
        return Right.NOTHING
    if benefit == childhood:
        return Right.CHILDHOOD
    return Right.GENERAL if benefit == general else Right.PENSION


@rule
def over(new: float, old: float) -> float:
    """Return an amount over what it was; one where there was none to compare it with.

    >>> over(12000.0, 10000.0), over(5000.0, 0.0)
    (1.2, 1.0)
    """
    return new / old if old > 0.0 else 1.0


@rule
def benefit_held(held: float, right: int, group: int, age: int, value: tuple[float, ...]) -> float:
    """Return the pension or benefit of today's law, som of the base year: a pension keeps its real value.

    ``value`` is what a som of a social benefit is worth, by category; the law does not index it.

    >>> value = (1.0, 0.8, 0.8, 0.8, 0.8, 0.75, 0.75, 0.75, 1.0, 1.0, 1.0)
    >>> [benefit_held(4e3, right, 2, age, value) for right, age in ((Right.PENSION, 40), (Right.GENERAL, 40))]
    [4000.0, 3000.0]
    >>> benefit_held(8e3, Right.CHILDHOOD, 1, 9, value), benefit_held(0.0, Right.NOTHING, 3, 40, value)
    (6400.0, 0.0)
    """
    if right == Right.PENSION or right == Right.NOTHING:
        return held
    return held * value[category_of(age, group, 1 if right == Right.CHILDHOOD else 0, 0, 0)]


@rule
def benefit_now(held: float, right: int, group: int, age: int, moved: Moved, deflator: float) -> float:
    """Return the pension or benefit for disability under a design, som of 2023 a month (questions 1 and 6).

    ``held`` is that of today's law. A pension follows the mean pension of its group; a social benefit moves by the som
    by which the amount of its category moves.

    >>> law = SupportTerms((0.0, 8e3, 8e3, 6600.0, 5400.0, 5500.0, 3e3, 2e3, 2e3, 3e3, 6e3), (), 1.0,
    ...                    1e4, 9e3, (1.3, 1.05, 0.8), (), 0, 3, 1000.0, 0.0, 0.0, 0, 0.0, 0.0)
    >>> more = Moved(law, law._replace(disability_pension=9900.0, social_benefit=(0.0, *[9e3] * 10)))
    >>> benefit_now(10e3, Right.PENSION, 2, 40, more, 1.25), benefit_now(3e3, Right.GENERAL, 2, 40, more, 1.25)
    (11000.0, 7800.0)
    >>> benefit_now(3e3, Right.GENERAL, 2, 40, Moved(law, law), 1.25)
    3000.0
    """
    law, now = moved.law, moved.now
    if right == Right.NOTHING:
        return held
    if right == Right.PENSION:
        new = disability_pension(group, now.disability_pension, now.pension_ratio)
        return held * over(new, disability_pension(group, law.disability_pension, law.pension_ratio))
    category = category_of(age, group, 1 if right == Right.CHILDHOOD else 0, 0, 0)
    more = social_benefit(category, now.social_benefit) - social_benefit(category, law.social_benefit)
    return max(0.0, held + more / deflator)


@rule
def works_beside(work: int) -> int:
    """Return 1 for a person with work: an employee, on own account, on a farm or with a business of the programme.

    >>> [works_beside(one) for one in (Work.EMPLOYEE, Work.FARM, Work.CONTRACT, Work.SEEKING, Work.FAMILY_WORKER)]
    [1, 1, 1, 0, 0]
    """
    return 1 if Work.EMPLOYEE <= work <= Work.FARM or work == Work.CONTRACT else 0


@rule
def group_of_cost(group: int, age: int) -> int:
    """Return the group whose extra-cost allowance a person has: a child with a disability that of group I.

    >>> group_of_cost(3, 9), group_of_cost(3, 40), group_of_cost(0, 9)
    (1, 3, 0)
    """
    return 1 if group > 0 and age < OF_AGE else group


@rule
def pay_for_care(share: float, lot: float, may: int, law: SupportTerms) -> float:
    """Return the pay of the assistant of a person whose lot is ``lot``; nothing to who may not have one.

    >>> class L: assistant_pay = 7681.0
    >>> [pay_for_care(0.25, lot, may, L) for lot, may in ((0.1, 1), (0.5, 1), (0.1, 0))]
    [7681.0, 0.0, 0.0]
    """
    return assistant_pay(1 if may == 1 and lot < share else 0, 0, law.assistant_pay)


@rule
def more_for_care(group: int, right: int, age: int, lot: float, month: PayMonth) -> float:
    """Return what a person's assistant at home is paid more than under today's law, nominal som (question 20).

    >>> class Less: assistant_adults, assistant_pay = 0, 7000.0
    >>> class More: assistant_adults, assistant_pay = 1, 9000.0
    >>> class M: moved, care = Moved(Less, More), Care(0.25, 0.5, np.uint64(1))
    >>> who = ((2, 9, 0.1), (2, 9, 0.4), (1, 40, 0.4))
    >>> [more_for_care(group, Right.CHILDHOOD, age, lot, M) for group, age, lot in who]
    [2000.0, 9000.0, 9000.0]
    >>> more_for_care(3, Right.GENERAL, 40, 0.1, M)
    0.0
    """
    law, now, childhood = month.moved.law, month.moved.now, 1 if right == Right.CHILDHOOD else 0
    before = may_be_assisted(age, group, childhood, law.assistant_adults)
    after = may_be_assisted(age, group, childhood, now.assistant_adults)
    return pay_for_care(month.care.now, lot, after, now) - pay_for_care(month.care.law, lot, before, law)


@rule
def book(
    amount: float, line: int, i: int, h: int, w: Workers, state: HouseholdState, each: Array, sums: Array
) -> None:
    """Pay household ``h`` an amount for its member ``i``, whole 1/1024 som of 2023, and book it in a line."""
    whole = fixed(amount)
    if len(each) > 0:
        each[i, line] += whole / FIXED_POINT
    state.protection[h] += whole / FIXED_POINT
    sums[w.oblast[h], line] += np.int64(w.weight[h]) * whole


@rule
def pay_support(
    i: int, h: int, age: int, w: Workers, register: Register, month: PayMonth, state: HouseholdState, sums: Array
) -> None:
    """Pay person ``i`` of household ``h`` what pensions and benefits are more than under today's law."""
    rates, law, now = month.rates, month.moved.law, month.moved.now
    pension_age = rates.pension_woman if w.woman[i] == 1 else rates.pension_man
    months = rates.age_at - np.int64(w.birth[i])
    old = pension_of(months, pension_age, rates.pension, np.float64(w.wage_score[i]), rates.pension_spread)
    held, works = np.float64(w.entitled[i]), works_beside(np.int64(w.work[i]))
    group, right = np.int64(register.group[i]), np.int64(register.right[i])
    new = old * over(now.age_pension, law.age_pension)
    benefit = benefit_now(held, right, group, age, month.moved, month.deflator)
    kept = kept_at_work(benefit, works, now.benefit_kept)  # what is taken of a benefit may leave the pension the larger
    before = kept_at_work(held, works, law.benefit_kept)
    more = pension_beside(new, kept) - pension_beside(old, before)
    book(more, Payment.AGE_PENSION, i, h, w, state, month.each, sums)
    if group > 0:
        line = Payment.DISABILITY_PENSION if right == Right.PENSION else Payment.SOCIAL_BENEFIT
        paid = benefit_beside(new, kept) - benefit_beside(old, before)
        book(paid, line, i, h, w, state, month.each, sums)
        cost = group_of_cost(group, age)
        more = extra_cost(cost, now.extra_cost[w.oblast[h]]) - extra_cost(cost, law.extra_cost[w.oblast[h]])
        book(more / month.deflator, Payment.EXTRA_COST, i, h, w, state, month.each, sums)
        more = more_for_care(group, right, age, uniform(month.care.lots, w.identifier[i]), month)
        book(more / month.deflator, Payment.ASSISTANT_PAY, i, h, w, state, month.each, sums)


@sweep
def protect(
    first: int, last: int, w: Workers, register: Register, state: HouseholdState, month: PayMonth, sums: Array
) -> None:
    """Pay the households ``first`` to ``last`` what the benefits of the design are beyond those of today's law.

    ``sums`` (oblasts, payments) receives what is paid to the real country, som of 2023 in 1/1024 units.
    """
    law, now = month.moved.law, month.moved.now
    for h in range(first, last):
        r, state.protection[h] = np.int64(w.oblast[h]), 0.0
        for i in range(first_of(w, h), first_of(w, h + 1)):
            if not at_home(np.int64(w.work[i])):
                continue
            age = years_at(month.rates.age_at, np.int64(w.birth[i]))
            pay_support(i, h, age, w, register, month, state, sums)
            more = universal_benefit(age, now.universal_from, now.universal_until, now.universal_child[r])
            more -= universal_benefit(age, law.universal_from, law.universal_until, law.universal_child[r])
            book(more / month.deflator, Payment.UNIVERSAL_CHILD, i, h, w, state, month.each, sums)


@sweep
def end_protection(first: int, last: int, state: HouseholdState) -> None:
    """Let households be paid what today's law pays and no more."""
    for h in range(first, last):
        state.protection[h] = 0.0


@sweep
def find_rights(persons: Certified, childhood: float, general: Array, out: Array) -> None:
    """Set by what each person on the register is paid; ``general`` has the amount of each group, from group 1."""
    for k in range(len(persons.benefit)):
        out[k] = right_of(persons.benefit[k], childhood, general[np.int64(persons.group[k]) - 1])


@sweep
def count_cared(persons: Certified, rights: Array, adults: int, t: int) -> int:
    """Return how many persons on the register before month ``t`` may have an assistant at home."""
    count = 0
    for k in range(len(persons.benefit)):
        childhood = 1 if rights[k] == Right.CHILDHOOD else 0
        may = may_be_assisted(np.int64(persons.age[k]), np.int64(persons.group[k]), childhood, adults)
        count += may if persons.certified_from[k] < t else 0
    return count


@sweep
def mark_register(persons: Certified, rights: Array, t: int, register: Register) -> None:
    """Set group and right of everybody who is on the register before month ``t``."""
    for k in range(len(persons.person)):
        i = np.int64(persons.person[k])
        if i >= 0 and persons.certified_from[k] < t:
            register.group[i], register.right[i] = persons.group[k], rights[k]


@sweep
def set_held(persons: Certified, rights: Array, value: tuple[float, ...], out: Array) -> None:
    """Set the pension or benefit of each person on the register under today's law, som of 2023 a month."""
    for k in range(len(persons.benefit)):
        out[k] = benefit_held(
            np.float64(persons.benefit[k]), np.int64(rights[k]), np.int64(persons.group[k]), np.int64(persons.age[k]),
            value,
        )  # fmt: skip


@sweep
def move_benefits(persons: Certified, rights: Array, moved: Moved, deflator: float, out: Array) -> None:
    """Turn the pension or benefit of each person on the register into that under a design, som of 2023 a month."""
    for k in range(len(persons.benefit)):
        out[k] = benefit_now(
            np.float64(out[k]), np.int64(rights[k]), np.int64(persons.group[k]), np.int64(persons.age[k]), moved,
            deflator,
        )  # fmt: skip
