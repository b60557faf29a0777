"""Solving: the mix of families of the country that comes along, found once and kept, so that it is the same everywhere.

    python -m sim.population.solving    # after a change of margins_persons.csv or of what candidate families there are

The search ends in slopes whose seventh digit depends on the matrix library, and with it on the processor. That moves a
household here or there, and with it all luck. So the slopes are on file, are checked against the margins whenever a
country is built, and are searched for where they do not fit (sim.population.fitting.mixed).
"""

from __future__ import annotations

import numpy as np

from sim.population.country import load_country
from sim.population.families import MARGINS, goal, wanted
from sim.population.fitting import SOLVED, Wanted, searched
from sim.population.lives import CANDIDATES, families
from sim.population.pyramid import pyramid

USUAL = "kyrgyzstan", 1  # country and seed


def wanted_of(name: str, seed: int) -> Wanted:
    """Return the means that the mix of families of a country must have."""
    country = load_country(name)
    people = pyramid(country)
    return goal(country, people, wanted(country, people), families(country, seed, CANDIDATES))


def main() -> None:
    """Write the slopes."""
    means = wanted_of(*USUAL)
    types = len(means.common)
    slopes = searched(np.log(np.ones(types) / types), means, MARGINS)
    SOLVED.write_text("slope\n" + "".join(f"{slope:.9f}\n" for slope in slopes))


if __name__ == "__main__":
    main()
