"""Replicates: the households that a survey might have drawn instead, each set weighted to the country anew.

The rescaled bootstrap (Rao and Wu 1988): of the n primary sampling units of a stratum n - 1 are drawn, with return, and
their weights multiplied by n / (n - 1) for each time. The spread of a figure over replicates estimates its sampling
error, whatever is made of the survey in between: new weights, households that are filled in, a simulation.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from experiments.intake import reweighting
from experiments.intake.errors_of_sample import Design, design_of
from experiments.intake.peopling import Likeness, peopled
from experiments.intake.reweighting import Reweighted
from experiments.intake.survey import Survey
from sim.engine.columns import Array
from sim.population import Population
from sim.population.surveyed import Surveyed

STREAM = 31


def drawn(design: Design, chance: np.random.Generator) -> Array:
    """Return what the weights of each primary sampling unit are multiplied with; a unit alone in its stratum stays."""
    factor = np.ones(len(design.stratum))
    for stratum in np.unique(design.stratum):
        units = np.flatnonzero(design.stratum == stratum)
        n = len(units)
        if n > 1:
            factor[units] = np.bincount(chance.integers(0, n, n - 1), minlength=n) * (n / (n - 1.0))
    return factor


def weights(survey: Survey, done: Reweighted, luck: tuple[int, int]) -> Iterator[Array]:
    """Yield whole weights of the households for each replicate; ``luck`` is a seed and how many there are.

    Each meets the margins of the survey's own weights ``done``, within the same cap.
    """
    design, (seed, count) = design_of(survey.stratum, survey.unit), luck
    for number in range(count):
        chance = np.random.default_rng([seed, STREAM, number])
        new = reweighting.reweight(survey.weight * drawn(design, chance)[design.unit], done.targets, done.cap).new
        yield reweighting.whole_numbers(new, seed + number + 1)


def populations(
    survey: Survey, base: Population, done: Reweighted, alike: Likeness, luck: tuple[int, int]
) -> Iterator[Surveyed]:
    """Yield the population of each replicate; ``base`` is the country at full scale."""
    for number, weight in enumerate(weights(survey, done, luck)):
        yield peopled(survey, weight, base, luck[0] + number + 1, alike).made
