"""Contributions and income tax on pay, as the simulation takes them (model.md T3)."""

from __future__ import annotations

from typing import NamedTuple

from sim.engine.compiled import rule
from sim.state.labour import Owner
from sim.state.terms import EconomyTerms


class Contributing(NamedTuple):
    """Contribution rates of groups I and II in budget organisations, and the wage level of the tables."""

    employer_severe: float  # share of the wage
    worker_severe: float  # share of the wage
    base_wage: float  # average wage of 2023, som


@rule
def employer_contribution(owner: int, severe: int, economy: EconomyTerms, contributing: Contributing) -> float:
    """Return the contribution of an employer, share of the wage (T3); ``severe`` is 1 for groups I and II.

    Law on tariffs of insurance contributions: business and budget bodies, and less for groups I, II in budget bodies.

    >>> class E: employer_contribution, employer_contribution_budget = 0.0225, 0.1725
    >>> class C: employer_severe = 0.1525
    >>> [employer_contribution(*who, E, C) for who in ((2, 1), (0, 0), (0, 1))]
    [0.0225, 0.1725, 0.1525]
    """
    if owner == Owner.BUDGET:
        return contributing.employer_severe if severe == 1 else economy.employer_contribution_budget
    return economy.employer_contribution


@rule
def worker_contribution(owner: int, group: int, economy: EconomyTerms, contributing: Contributing) -> float:
    """Return the contribution of a worker on the register, share of pay; less for groups I, II in budget bodies (T3).

    >>> class E: worker_contribution = 0.1
    >>> class C: worker_severe = 0.02
    >>> worker_contribution(0, 2, E, C), worker_contribution(0, 3, E, C), worker_contribution(2, 1, E, C)
    (0.02, 0.1, 0.1)
    """
    return contributing.worker_severe if owner == Owner.BUDGET and group <= 2 else economy.worker_contribution


@rule
def contribution_rate(owner: int, severe: int, economy: EconomyTerms, contributing: Contributing) -> float:
    """Return employer and worker contributions together, share of the wage (T3); ``severe`` is 1 for groups I and II.

    >>> class E: employer_contribution, employer_contribution_budget, worker_contribution = 0.0225, 0.1725, 0.1
    >>> class C: employer_severe, worker_severe = 0.1525, 0.02
    >>> [round(contribution_rate(*who, E, C), 9) for who in ((2, 1), (0, 0), (0, 1))]
    [0.1225, 0.2725, 0.1725]
    """
    group = 2 if severe == 1 else 3
    worker = worker_contribution(owner, group, economy, contributing)
    return employer_contribution(owner, severe, economy, contributing) + worker


@rule
def income_tax_rate(group: int, kind: int, economy: EconomyTerms) -> float:
    """Return the income tax of a worker with a disability: groups I, II and sensory group III pay the lower rate (T3).

    Tax Code of 2022, art. 197.

    >>> class E: income_tax, income_tax_disability = 0.1, 0.05
    >>> income_tax_rate(3, 0, E), income_tax_rate(3, 1, E), income_tax_rate(1, 0, E)
    (0.1, 0.05, 0.05)
    """
    return economy.income_tax_disability if group <= 2 or kind == 1 else economy.income_tax
