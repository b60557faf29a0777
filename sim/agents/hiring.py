"""Hiring: vacancies that employers post anyway, and whom a quota hire replaces (model.md E4, E7)."""

from __future__ import annotations

from typing import NamedTuple

from sim.engine.compiled import rule
from sim.engine.draws import poisson


class Hiring(NamedTuple):
    """Parameters of vacancies and substitution."""

    vacancies: float  # pwd_vac, suitable open vacancies per 1,000 staff and month
    substitution: float  # sub_nonpwd, probability that a quota hire replaces another hire
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
def is_additional(u: float, hiring: Hiring) -> int:
    """Return 1 if a quota hire is additional employment, 0 if it replaces another hire (E4).

    >>> class P: substitution = 0.67
    >>> is_additional(0.5, P), is_additional(0.7, P)
    (0, 1)
    """
    return 0 if u < hiring.substitution else 1
