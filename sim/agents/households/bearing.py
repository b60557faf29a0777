"""Bearing: what the cost of a design falls on where households cover it (people.md F, D7)."""

from __future__ import annotations

from enum import IntEnum

from sim.engine.compiled import rule


class Cover(IntEnum):
    """Who covers the net cost of a design; the order is that of ``sim.state.terms.FINANCING``."""

    NOBODY = 0
    TAX = 1  # local demand alone falls
    CUT = 2  # of public spending, local demand alone falls
    BORROWING = 3  # nobody pays within the horizon; the debt is booked
    INCOME_TAX = 4  # formal pay
    INDIRECT_TAX = 5  # consumption
    CUT_CHILD_BENEFIT = 6
    CUT_PENSIONS = 7  # pensions and benefits of members
    LEVY = 8  # a levy on the payroll of private employers, which falls on profits, wages or prices


@rule
def financing_base(cover: int, formal: float, spent: float, child_benefit: float, transfers: float) -> float:
    """Return what of a household's month the cost of a design falls on, som of 2023; nothing where no household pays.

    An income tax falls on formal pay in hand, an indirect tax on what the household spent in the month before, a cut
    on what it receives of the line that is cut.

    >>> month = (9000.0, 20000.0, 2400.0, 6000.0)
    >>> [financing_base(cover, *month) for cover in (Cover.INCOME_TAX, Cover.INDIRECT_TAX, Cover.CUT_CHILD_BENEFIT)]
    [9000.0, 20000.0, 2400.0]
    >>> [financing_base(cover, *month) for cover in (Cover.CUT_PENSIONS, Cover.BORROWING, Cover.LEVY)]
    [6000.0, 0.0, 0.0]
    """
    if cover == Cover.INCOME_TAX:
        return formal
    if cover == Cover.INDIRECT_TAX:
        return spent
    if cover == Cover.CUT_CHILD_BENEFIT:
        return child_benefit
    return transfers if cover == Cover.CUT_PENSIONS else 0.0
