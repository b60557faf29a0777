"""Benefits and pensions of persons with disabilities, and social benefits of others without a pension (people.md F)."""

from __future__ import annotations

from enum import IntEnum

from sim.engine.compiled import rule

OF_AGE = 18  # years


class Category(IntEnum):
    """Who receives the monthly social benefit; the order of the amounts."""

    NONE = 0
    CHILD = 1  # child with a disability
    CHILDHOOD_1 = 2  # group I, disability since childhood
    CHILDHOOD_2 = 3
    CHILDHOOD_3 = 4
    GENERAL_1 = 5  # group I, general illness, without a pension
    GENERAL_2 = 6
    GENERAL_3 = 7
    OLD = 8  # of pension age without a pension
    HALF_ORPHAN = 9  # child who lost one breadwinner
    ORPHAN = 10  # child who lost both parents


@rule
def category_of(age: int, group: int, childhood: int, lost: int, old: int) -> int:
    """Return the category of a person without a pension right; ``lost`` counts parents, ``old`` is 1 at pension age.

    Law No. 163 of 28 July 2017 (monthly social benefit). A child with a disability has any group above 0.

    >>> [int(category_of(*who)) for who in ((7, 1, 0, 0, 0), (30, 2, 1, 0, 0), (40, 3, 0, 0, 0), (65, 0, 0, 0, 1))]
    [1, 3, 7, 8]
    >>> [int(category_of(*who)) for who in ((9, 0, 0, 1, 0), (9, 0, 0, 2, 0), (9, 2, 0, 2, 0), (35, 0, 0, 0, 0))]
    [9, 10, 1, 0]
    """
    if group > 0:
        if age < OF_AGE:
            return Category.CHILD
        return (Category.CHILDHOOD_1 if childhood == 1 else Category.GENERAL_1) + group - 1
    if age < OF_AGE and lost > 0:
        return Category.ORPHAN if lost >= 2 else Category.HALF_ORPHAN
    return Category.OLD if old == 1 else Category.NONE


@rule
def social_benefit(category: int, amounts: tuple[float, ...]) -> float:
    """Return the monthly social benefit of a category, som; 0 for none.

    Law No. 163 of 28 July 2017; presidential decrees of October 2021 and of 2022 (from 1 June 2022).

    >>> amounts = (0.0, 8000.0, 8000.0, 6600.0, 5400.0, 5500.0, 3000.0, 2000.0, 2000.0, 3000.0, 6000.0)
    >>> social_benefit(Category.GENERAL_1, amounts), social_benefit(Category.NONE, amounts)
    (5500.0, 0.0)
    """
    return amounts[category]


@rule
def disability_pension(group: int, mean: float, ratios: tuple[float, ...]) -> float:
    """Return the disability pension of an insured person whose own is not known: the mean by group, som a month.

    Law No. 57 of 21 July 1997 on state pension social insurance. The ratios to the mean are those of the simulation.

    >>> disability_pension(1, 10000.0, (1.3, 1.05, 0.8)), disability_pension(0, 10000.0, (1.3, 1.05, 0.8))
    (13000.0, 0.0)
    """
    return mean * ratios[group - 1] if group > 0 else 0.0


@rule
def kept_at_work(amount: float, works: int, share: float) -> float:
    """Return what of a benefit for disability is paid to a person who works: all of it by today's law (question 2).

    No law was found that ends a disability pension or benefit when its holder takes a job: the share is 1.

    >>> kept_at_work(5500.0, 1, 1.0), kept_at_work(5500.0, 1, 0.5), kept_at_work(5500.0, 0, 0.5)
    (5500.0, 2750.0, 5500.0)
    """
    return amount * share if works == 1 else amount


@rule
def extra_cost(group: int, amounts: tuple[float, ...]) -> float:
    """Return an allowance for the extra costs of disability by group; no law, a design (question 3).

    >>> extra_cost(2, (3000.0, 2000.0, 1000.0)), extra_cost(0, (3000.0, 2000.0, 1000.0))
    (2000.0, 0.0)
    """
    return amounts[group - 1] if group > 0 else 0.0
