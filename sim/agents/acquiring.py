"""Acquiring: what becomes of a worker who acquires a disability at work (people.md W6)."""

from __future__ import annotations

from typing import NamedTuple

from sim.engine.compiled import rule
from sim.engine.math import log, logistic, power


class Acquiring(NamedTuple):
    """Parameters of disability that is acquired at work."""

    leaving: float  # yearly share of staff with a disability acquired at work who leave the employer
    stay: float  # share that stays with the employer if nobody helps
    accommodation: float  # log-odds of staying where workplaces are fitted
    coaching: float  # log-odds of staying with a coach
    short_hours: float  # share of those who stay that goes to the shortest hours that count
    certified: float  # share of those who stay that is certified where the employer gains nothing by it
    elasticity: float  # of that share to the gain of worker and employer together


@rule
def stay_probability(accommodated: float, coached: float, acquiring: Acquiring) -> float:
    """Return the probability of staying with the employer (W6); both are shares of workers who get that help.

    >>> class P: stay, accommodation, coaching = 0.5, 0.0, 0.0
    >>> stay_probability(0.0, 0.0, P), stay_probability(1.0, 1.0, P)
    (0.5, 0.5)
    >>> class P: stay, accommodation, coaching = 0.5, 0.4, 0.6
    >>> round(stay_probability(1.0, 1.0, P), 6)
    0.731059
    """
    odds = log(acquiring.stay / (1.0 - acquiring.stay))
    return logistic(odds + acquiring.accommodation * accommodated + acquiring.coaching * coached)


@rule
def certified_share(worker_gain: float, employer_gain: float, acquiring: Acquiring) -> float:
    """Return the share of those who stay that is certified, given what worker and employer gain by it in a year (W6).

    >>> class P: certified, elasticity = 0.3, 0.5
    >>> certified_share(60000.0, 0.0, P), round(certified_share(60000.0, 180000.0, P), 9)
    (0.3, 0.6)
    >>> certified_share(60000.0, 1e9, P)
    1.0
    """
    return min(1.0, acquiring.certified * power((worker_gain + employer_gain) / worker_gain, acquiring.elasticity))


@rule
def pressed_share(share: float, acquiring: Acquiring) -> float:
    """Return the part certified for the employer's sake of those who would not be certified for their own (W6).

    >>> class P: certified = 0.2
    >>> pressed_share(0.2, P), round(pressed_share(0.6, P), 9)
    (0.0, 0.5)
    """
    return max(0.0, share - acquiring.certified) / (1.0 - acquiring.certified)
