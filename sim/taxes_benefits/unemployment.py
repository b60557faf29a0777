"""Unemployment benefit and paid public works (people.md F; law on promoting employment)."""

from __future__ import annotations

from sim.engine.compiled import rule


@rule
def unemployment_benefit(registered: int, insured: int, amount: float) -> float:
    """Return the benefit of an officially unemployed person with insured work in 12 of the last 36 months, som a month.

    Law on promoting employment. More is paid for a longer record; how much more was not found.

    >>> unemployment_benefit(1, 1, 300.0), unemployment_benefit(1, 0, 300.0), unemployment_benefit(0, 1, 300.0)
    (300.0, 0.0, 0.0)
    """
    return amount if registered == 1 and insured == 1 else 0.0


@rule
def public_works_pay(takes_part: int, agreed: float, usual: float) -> float:
    """Return pay for public works, som a month: what was agreed, else the usual.

    Law on promoting employment. Pay follows the contract; the usual amount is an assumption.

    >>> public_works_pay(1, 0.0, 5000.0), public_works_pay(1, 6200.0, 5000.0), public_works_pay(0, 0.0, 5000.0)
    (5000.0, 6200.0, 0.0)
    """
    if takes_part == 0:
        return 0.0
    return agreed if agreed > 0.0 else usual
