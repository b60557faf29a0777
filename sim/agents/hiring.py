"""Hiring: vacancies that employers post anyway, and whom a quota hire replaces (model.md E4, E7)."""

from __future__ import annotations

from typing import NamedTuple

from sim.engine.compiled import rule
from sim.engine.draws import poisson


class Hiring(NamedTuple):
    """Parameters of vacancies and substitution."""

    vacancies: float  # pwd_vac, suitable open vacancies per 1,000 staff and month
    substitution: float  # sub_nonpwd, probability that a hire brought about by policy replaces another hire
    subsidy_effect: float  # sub_eff_hire, log-odds of hiring per 10 % of the wage


@rule
def open_vacancies(u: float, staff: float, accessibility: float, hiring: Hiring) -> int:
    """Return the suitable vacancies of an employer in a month (E7); ``accessibility`` has mean one over staff.

    >>> class P: vacancies = 2.0
    >>> open_vacancies(0.5, 100.0, 1.0, P), open_vacancies(0.9, 100.0, 1.0, P), open_vacancies(0.99, 100.0, 1.0, P)
    (0, 1, 2)
    """
    mean = hiring.vacancies * staff / 1000.0 * accessibility
    if u <= 1.0 - mean:  # most draws: exp(-mean) is above 1 - mean
        return 0
    return poisson(u, mean)


@rule
def share_brought(quota: int, coached: int, coaching_ratio: float) -> float:
    """Return the share of a hire that policy brings about (E4): a quota hire whole, of a coached one what a coach adds.

    A wage subsidy brings about quota hires (E3) and none beside them, so it has no share of its own.

    >>> share_brought(1, 0, 1.5), share_brought(0, 1, 2.0), share_brought(0, 0, 2.0)
    (1.0, 0.5, 0.0)
    """
    if quota == 1:
        return 1.0
    return max(0.0, 1.0 - 1.0 / coaching_ratio) if coached == 1 else 0.0


@rule
def is_additional(u: float, brought: float, hiring: Hiring) -> int:
    """Return 1 if a hire is additional employment, 0 if it replaces another hire (E4).

    The share ``brought`` is brought about by policy, and of that the same share replaces others whatever the policy.

    >>> class P: substitution = 0.67
    >>> is_additional(0.5, 1.0, P), is_additional(0.7, 1.0, P), is_additional(0.7, 0.5, P), is_additional(0.99, 0.0, P)
    (0, 1, 0, 0)
    """
    return 0 if u < 1.0 - brought * (1.0 - hiring.substitution) else 1
