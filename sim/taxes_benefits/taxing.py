"""Taxes beside what the simulation takes from pay: deductions, own-account workers, prices (people.md F)."""

from __future__ import annotations

from sim.engine.compiled import rule

MONTHS = 12.0


@rule
def tax_relief(tax: float, rate: float, contributions: float, deducted: float) -> float:
    """Return by how much deductions lower the income tax of a month, at most the whole of it.

    Tax Code of 2022, standard deductions: 6.5 calculation indices for oneself, one for each dependant, and insurance
    contributions. Pay 30,000, one dependant: 0.1 x (3,000 + 650 + 100) = 375.

    >>> tax_relief(3000.0, 0.1, 3000.0, 750.0), tax_relief(50.0, 0.1, 50.0, 650.0)
    (375.0, 50.0)
    """
    return min(tax, rate * (contributions + deducted))


@rule
def entrepreneur_contribution(average_wage: float, share: float) -> float:
    """Return the monthly contribution of a registered entrepreneur, whatever is earned.

    Law on tariffs of insurance contributions, art. 6: 10 % of the average wage.

    >>> entrepreneur_contribution(30000.0, 0.1), entrepreneur_contribution(30000.0, 0.0)
    (3000.0, 0.0)
    """
    return share * average_wage


@rule
def single_tax(turnover: float, free: float, rate: float) -> float:
    """Return the single tax of a month on turnover; none where a year's turnover is not above the free amount.

    Tax Code of 2022, special regime of the single tax.

    >>> single_tax(600000.0, 8e6, 0.04), single_tax(1e6, 8e6, 0.04)
    (0.0, 40000.0)
    """
    return rate * turnover if turnover * MONTHS > free else 0.0


@rule
def indirect_tax(consumption: float, rate: float) -> float:
    """Return the indirect taxes contained in what a household spends, at an effective rate on consumption.

    Tax Code of 2022: value added tax, sales tax, excise; customs. The effective rate is that of the simulation.

    >>> indirect_tax(20000.0, 0.12), indirect_tax(0.0, 0.12)
    (2400.0, 0.0)
    """
    return rate * consumption
