"""Migration: who goes abroad how often, so that at first as many of each age leave as come back (people.md N6)."""

from __future__ import annotations

import numpy as np

from sim.agents.persons.migrating import Senders
from sim.population.belongings import lognormal
from sim.population.building import ORDER_BITS, Population
from sim.population.country import Country
from sim.population.draws import Draw, Floats
from sim.population.pyramid import OLDEST, SEXES, ages_of, pyramid
from sim.state.persons import EVER, Persons

ORDER = np.uint32(7 << ORDER_BITS)  # the part of an identifier that is the order of the birth


def departures(country: Country) -> Floats:
    """Return how often a person at home goes abroad in a year, by region, sex (man or woman) and age in years.

    Of every age group of those abroad as many leave as come back or grow out of it. Regions differ as the shares of
    their households that receive remittances do.
    """
    people, back = pyramid(country), country.share("return_abroad")
    out = np.zeros((2, OLDEST + 1))
    for category in country.margins.categories("abroad_share"):
        sex, _, span = category.partition("|")
        s, (first, last) = SEXES.index(sex), ages_of(span, "abroad_share")
        abroad, home = people.abroad[s].astype(np.float64), people.present[s, first : last + 1].sum()
        grow_out = abroad[last] - abroad[first - 1]
        out[s, first : last + 1] = max(back * abroad[first : last + 1].sum() + grow_out, 0.0) / max(home, 1)
    receivers = country.by_region("remittance_receivers")
    mean = (receivers * country.population).sum() / country.population.sum()
    return (receivers / max(mean, 1e-9))[:, None, None] * out


def senders(population: Population) -> Senders:
    """Return the mothers of children to be born and what an adult abroad sends to each household.

    Where members are abroad at the start, what they send is divided among them; elsewhere it would be the amount of the
    household's luck over the mean number of members abroad.
    """
    h, everyone, country = population.households, population.everyone, population.country
    away = np.bincount(everyone.household[(everyone.abroad == 1) & (everyone.enters == EVER)], minlength=len(h.size))
    luck = lognormal(population.seed, Draw.SENT, h.identifier.astype(np.uint64), country.value("remittance_spread"))
    usual = country.deflated("remittance_mean") / country.value("abroad_per_receiver") * luck
    amount = np.where(away > 0, h.remittances / np.maximum(away, 1), usual)
    return Senders(mothers(everyone), amount)


def mothers(everyone: Persons) -> np.ndarray:
    """Return the row of the mother of each child that is to be born, -1 for everybody else."""
    out = np.full(len(everyone.identifier), -1, np.int64)
    born = np.flatnonzero(everyone.enters != EVER)
    order = np.argsort(everyone.identifier, kind="stable")
    wanted = everyone.identifier[born] & ~ORDER
    out[born] = order[np.searchsorted(everyone.identifier, wanted, sorter=order)]
    return out
