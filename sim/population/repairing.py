"""Repairing: households that cannot be, put right by exchanging months of birth, so that the pyramid stays."""

from __future__ import annotations

import numpy as np

from sim.errors import CountryError
from sim.population.families import Columns, Integers
from sim.population.people import GROWN_FROM
from sim.state.persons import Role

LEAST_MOTHER_GAP = 15 * 12  # months by which a mother is older than a child of hers
MOST_REPAIRS = 20_000
JUST_GROWN = (-12 * GROWN_FROM - 12, -12 * GROWN_FROM - 1)  # months of birth of those who are 18
SPAN = 36  # months within which somebody else is looked for


def mothers(members: Columns, rows: int) -> Integers:
    """Return for each household the month of birth of the woman who heads it alone or as a spouse, 0 without one."""
    out = np.zeros(rows, np.int64)
    heads = (members["woman"] == 1) & ((members["role"] == Role.SPOUSE) | (members["role"] == Role.ADULT))
    out[members["home"][heads]] = members["birth"][heads]
    return out


class _Donors:
    """Children with a mother at home who may exchange their month of birth with somebody of their sex, once each."""

    def __init__(self, members: Columns, mother: Integers, free: Integers) -> None:
        self.birth = members["birth"]
        self.mother = mother[members["home"]]
        order = np.argsort(self.birth[free], kind="stable")
        self.rows, self.months = free[order], self.birth[free][order].copy()
        self.used = np.zeros(len(free), bool)

    def exchange(self, person: int, low: int, high: int) -> bool:
        """Give a person the month of birth of a donor born from ``low`` to ``high``, for whom the other will do."""
        first, last = np.searchsorted(self.months, (low, high + 1))
        rows = self.rows[first:last]
        fit = np.flatnonzero(~self.used[first:last] & (self.mother[rows] + LEAST_MOTHER_GAP <= self.birth[person]))
        if len(fit) == 0:
            return False
        donor = rows[fit[0]]
        self.birth[donor], self.birth[person] = self.birth[person], self.birth[donor]
        self.used[first + fit[0]] = True
        return True


def repair(members: Columns, rows: int) -> int:
    """Mend households without a grown person, and children of mothers who are too young; return how many.

    Somebody of the same sex, a child of a mother at home elsewhere, gives his or her month of birth and takes the
    other. Raises :class:`CountryError` where nobody can.
    """
    home, birth, mother = members["home"], members["birth"], mothers(members, rows)
    child = (members["role"] == Role.CHILD) & (mother[home] < 0)
    late = child & (birth - mother[home] < LEAST_MOTHER_GAP)
    grown = np.bincount(home[birth < -12 * GROWN_FROM], minlength=rows)
    oldest = np.zeros(rows, np.int64)
    np.minimum.at(oldest, home, birth)
    young = (grown[home] == 0) & (birth == oldest[home])
    wrong = np.flatnonzero(late | young)
    woman = members["woman"]
    free = child & (grown[home] > 0) & ~late
    donors = [_Donors(members, mother, np.flatnonzero(free & (woman == sex))) for sex in (0, 1)]
    for person in wrong[:MOST_REPAIRS]:
        least = int(mother[home[person]]) + LEAST_MOTHER_GAP
        low, high = JUST_GROWN if young[person] else (least, least + SPAN)
        if not donors[woman[person]].exchange(person, low, high):
            break
    else:
        if len(wrong) <= MOST_REPAIRS:
            return len(wrong)
    raise CountryError(
        f"{len(wrong)} persons have an impossible age for their household; population_single_age, marriage_age and "
        "births_by_age contradict each other"
    )
