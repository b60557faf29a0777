"""Sets: the parameter sets of a study, drawn from the prior, from the posterior, or the middle of all priors.

A posterior fixes the parameters that published figures can inform, jointly; all others are drawn from their prior. The
first 50 of 100 sets are the 50 sets, and equal seeds give equal sets.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from calibration import headlines, posterior, priors
from calibration.kept import kept
from sim import behaviour
from sim.behaviour import Prior
from sim.errors import InputError, nearest

CHOICES = ("posterior", "draws", "medians")
CALIBRATED, PRIOR_SCENARIO, ONE_SET = "calibrated", "prior scenario", "one parameter set"

LUCK = "each draw is a mean over its seeds, so a rest of the simulation's luck is in them too."
OF_PRIOR = (
    f"Intervals hold the middle 90 % of parameter draws from the priors (literature and judgement); {LUCK} The "
    "parameters have not met the published figures: read the intervals as a prior scenario, not as a forecast."
)
OF_MEDIANS = (
    "Every parameter is at the middle of its prior, so intervals show the simulation's luck alone, not what is unknown "
    "about behaviour: read them as one prior scenario, not as a forecast."
)


class ParameterSets(NamedTuple):
    """Parameter sets with what has to be said about them."""

    values: list[dict[str, float]]
    fingerprint: str  # changes with whatever could change a value of any set
    coverage: str  # what an interval over the sets means, one or two sentences
    status: str  # CALIBRATED, PRIOR_SCENARIO or ONE_SET


def parameter_sets(prior: str, draws: int, seed: int, country: str = "kyrgyzstan") -> ParameterSets:
    """Return the parameter sets of a choice among ``posterior``, ``draws`` (of the prior) and ``medians``.

    Without a posterior of the country, or with one whose priors or targets have changed since, ``posterior`` falls back
    to draws of the prior, and the coverage says so. One that did not pass its checks is called a prior scenario.
    """
    if prior not in CHOICES:
        raise InputError(f"prior is '{prior}'; {nearest(prior, CHOICES)}")
    table = behaviour.priors(country)
    of_priors = priors.fingerprint(table)
    names = [one.name for one in table]

    def drawn() -> list[dict[str, float]]:
        return kept(["prior", of_priors, seed], names, draws, lambda: priors.draw(draws, seed, table))

    if prior == "medians":
        return ParameterSets([dict(behaviour.medians(country))], of_priors, OF_MEDIANS, ONE_SET)
    if prior == "draws":
        return ParameterSets(drawn(), of_priors, OF_PRIOR, PRIOR_SCENARIO)
    found, why_not = posterior.shipped(country, table)
    if found is None:
        coverage = f"{OF_PRIOR} {why_not}"
        return ParameterSets(drawn(), f"{of_priors} prior", coverage, PRIOR_SCENARIO)
    what = ["posterior", of_priors, found.fingerprint, seed]
    values = kept(what, names, draws, lambda: from_posterior(found, draws, seed, table))
    status = CALIBRATED if found.sound else PRIOR_SCENARIO
    said = " ".join(part for part in (found.coverage, _luck(), headlines.sentence(country)) if part)
    return ParameterSets(values, f"{of_priors} {found.fingerprint}", said, status)


def from_posterior(found: posterior.Posterior, draws: int, seed: int, table: Sequence[Prior]) -> list[dict[str, float]]:
    """Return sets whose informed parameters come jointly from the posterior and whose others come from the prior."""
    return priors.values_at(posterior.latent_points(found, draws, seed, table), table)


def _luck() -> str:
    return LUCK[0].upper() + LUCK[1:]
