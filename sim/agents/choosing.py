"""Choosing: which kind of business a family would start (model.md H5 feasible sectors, H8)."""

from __future__ import annotations

from typing import NamedTuple

from sim.engine.compiled import rule
from sim.engine.math import log


class Choosing(NamedTuple):
    """Parameters of the sector choice, log-odds relative to agriculture."""

    production: float  # om_prod
    trade: float  # om_trade
    services: float  # om_serv
    experience: float  # om_x
    capital: float  # om_K; common to all sectors while they share one minimum capital, so it cancels
    price: float  # om_p
    woman: float  # om_f
    minimum_capital: float  # k_min, som


@rule
def can_farm(urban: int, herd: float, land: float, u: float, share: float) -> int:
    """Return 1 if a household can keep animals or work land (K12, D12).

    Villages can. In towns and cities those can who do, and of the others a ``share``, which is that of its place.

    >>> can_farm(0, 0.0, 0.0, 0.9, 0.0), can_farm(1, 3.0, 0.0, 0.9, 0.0), can_farm(1, 0.0, 0.5, 0.9, 0.0)
    (1, 1, 1)
    >>> can_farm(1, 0.0, 0.0, 0.4, 0.5), can_farm(1, 0.0, 0.0, 0.6, 0.5)
    (1, 0)
    """
    return 1 if urban == 0 or herd > 0.0 or land > 0.0 or u < share else 0


@rule
def feasible(sector: int, farms: int, education: int, skills: int) -> int:
    """Return 1 if a household could run a business of the sector (1 agriculture to 4 services).

    ``farms`` is 1 if it can keep animals or work land.

    >>> feasible(1, 0, 2, 0), feasible(1, 1, 0, 0), feasible(3, 0, 1, 0), feasible(3, 1, 0, 0)
    (0, 1, 1, 0)
    """
    if sector == 1:
        return farms
    return 1 if education >= 1 or skills > 0 else 0


@rule
def has_skill(skills: int, sector: int) -> int:
    """Return 1 if the household has experience in the sector; bit s - 1 of ``skills`` stands for sector s.

    >>> has_skill(5, 1), has_skill(5, 2), has_skill(5, 3)
    (1, 0, 1)
    """
    return (skills >> (sector - 1)) & 1


@rule
def sector_utility(sector: int, skilled: int, price: float, woman: int, choosing: Choosing) -> float:
    """Return the systematic utility of a sector without the terms common to all sectors.

    >>> class P: production, trade, services, experience, price, woman = -1.5, -2.4, -2.4, 1.0, 0.5, 0.3
    >>> sector_utility(1, 1, 1.0, 1, P), sector_utility(2, 0, 1.0, 1, P), round(sector_utility(3, 0, 1.0, 1, P), 2)
    (1.0, -1.2, -2.25)
    """
    value = choosing.experience * skilled + choosing.price * log(price)
    if sector == 2:
        value += choosing.production + choosing.woman * woman
    elif sector == 3:
        value += choosing.trade + 0.5 * choosing.woman * woman
    elif sector == 4:
        value += choosing.services + 0.5 * choosing.woman * woman
    return value


@rule
def chosen(u: float, first: float, second: float, third: float, fourth: float) -> int:
    """Return the sector drawn from four weights with one uniform, 0 if all weights are zero.

    >>> chosen(0.2, 1.0, 1.0, 0.0, 0.0), chosen(0.7, 1.0, 1.0, 0.0, 0.0), chosen(0.5, 0.0, 0.0, 0.0, 0.0)
    (1, 2, 0)
    """
    total = first + second + third + fourth
    if total <= 0.0:
        return 0
    point = u * total
    if point < first:
        return 1
    if point < first + second:
        return 2
    if point < first + second + third:
        return 3
    if fourth > 0.0:
        return 4
    if third > 0.0:
        return 3
    return 2 if second > 0.0 else 1
