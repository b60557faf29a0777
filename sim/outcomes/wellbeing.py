"""Well-being of all persons: a money metric of consumption (model.md Y6)."""

from __future__ import annotations

import numpy as np  # noqa: F401  the example makes arrays

from sim.engine.columns import Array, exact_total
from sim.engine.filling import filled, logarithms, powers
from sim.engine.math import exp, power
from sim.engine.plain import plain
from sim.outcomes.poverty import Distribution


def weighted_mean(values: Array, persons: Array) -> float:
    """Return a mean over persons that does not depend on the order of rows."""
    return exact_total(values * persons) / exact_total(persons)


def worth(d: Distribution, aversion: float) -> float:
    """Return the mean of consumption to the power of one less aversion, or of its logarithm at an aversion of one."""
    if abs(aversion - 1.0) < 1e-9:
        return weighted_mean(filled(logarithms, d.consumption), d.persons)
    return weighted_mean(filled(powers, d.consumption, 1.0 - aversion), d.persons)


def rise(after: float, before: float, aversion: float) -> float:
    """Return the equal proportional rise of everybody's consumption that is worth as much (omega in Y6).

    >>> d = Distribution(np.array([100.0, 300.0]), np.ones(2))
    >>> more = d._replace(consumption=1.1 * d.consumption)
    >>> tuple(round(rise(worth(more, aversion), worth(d, aversion), aversion), 6) for aversion in (1.5, 1.0))
    (0.1, 0.1)
    """
    if abs(aversion - 1.0) < 1e-9:
        return plain(exp)(after - before) - 1.0
    return plain(power)(after / before, 1.0 / (1.0 - aversion)) - 1.0
