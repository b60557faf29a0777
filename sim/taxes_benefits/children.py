"""Benefits for children: who is needy, and what is paid beside the child benefit (people.md F)."""

from __future__ import annotations

from sim.engine.compiled import rule


@rule
def is_needy(income: float, minimum: float, children: int) -> int:
    """Return 1 if a family with children has less income per person than the guaranteed minimum income.

    Law No. 163 of 28 July 2017 on state benefits; Cabinet Resolution 307 of 29 June 2018, annex 2 (uy-bulogo komok).
    The simulation runs it with the income that families declare and the limit that the published caseload implies.

    >>> is_needy(999.0, 1000.0, 3), is_needy(1000.0, 1000.0, 3), is_needy(0.0, 1000.0, 0)
    (1, 0, 0)
    """
    return 1 if children > 0 and income < minimum else 0


@rule
def birth_grant(born: int, each: float, each_of_three: float) -> float:
    """Return the grant for children born together, paid once; more for each of three or more.

    Law No. 163 of 28 July 2017 (balaga suyunchu). Twins: 2 x 4,000; triplets: 3 x 50,000.

    >>> birth_grant(2, 4000.0, 50000.0), birth_grant(3, 4000.0, 50000.0), birth_grant(0, 4000.0, 50000.0)
    (8000.0, 150000.0, 0.0)
    """
    return born * (each_of_three if born >= 3 else each)


@rule
def highland_benefit(order: int, age: int, first: int, until: int, amount: float) -> float:
    """Return the monthly benefit for a child of a family in a high-mountain, remote or border place; ``order`` from 1.

    Cabinet resolution of October 2025 on law No. 163: from the third child on, until the age of three.

    >>> [highland_benefit(*child, 3, 3, 3000.0) for child in ((3, 2), (3, 3), (2, 0))]
    [3000.0, 0.0, 0.0]
    """
    return amount if order >= first and age < until else 0.0


@rule
def universal_benefit(age: int, from_age: int, until: int, amount: float) -> float:
    """Return a monthly benefit for every child of an age, whatever the family's income; no law, a design (question 5).

    >>> universal_benefit(2, 0, 3, 1000.0), universal_benefit(3, 0, 3, 1000.0)
    (1000.0, 0.0)
    """
    return amount if from_age <= age < until else 0.0
