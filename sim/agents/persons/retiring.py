"""Retiring: old-age pensions of the month (people.md F; until the rules of benefits take over)."""

from __future__ import annotations

from sim.engine.compiled import rule
from sim.engine.math import exp


@rule
def pension_of(age: int, pension_age: int, mean: float, score: float, spread: float) -> float:
    """Return the old-age pension of a person, som of 2023 a month; better-paid persons have the larger ones.

    Law on state pension social insurance: men from 63, women from 58. Ages in months.

    >>> pension_of(756, 756, 8000.0, 0.15, 0.3), pension_of(755, 756, 8000.0, 0.15, 0.3)
    (8000.0, 0.0)
    """
    return mean * exp(spread * score - 0.5 * spread * spread) if age >= pension_age else 0.0


@rule
def pension_beside(pension: float, benefit: float) -> float:
    """Return the old-age pension paid beside a disability pension or benefit: the larger of the two is paid alone.

    >>> pension_beside(8000.0, 5000.0), pension_beside(8000.0, 9000.0)
    (8000.0, 0.0)
    """
    return pension if pension > benefit else 0.0


@rule
def benefit_beside(pension: float, benefit: float) -> float:
    """Return the disability pension or benefit paid beside an old-age pension: the larger of the two is paid alone.

    >>> benefit_beside(8000.0, 5000.0), benefit_beside(8000.0, 9000.0), benefit_beside(0.0, 3000.0)
    (0.0, 9000.0, 3000.0)
    """
    return benefit if benefit >= pension else 0.0
