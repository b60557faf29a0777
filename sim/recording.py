"""Recording: what a month leaves in the books (model.md T2, T4, Y9)."""

from __future__ import annotations

import numpy as np

from sim.agents.consuming import (
    BENEFIT,
    CHILDREN,
    CONSUMPTION,
    EARNED,
    FAMILIES,
    FULL_TIME,
    GAP,
    HEADS,
    HOURS,
    POOR,
    RECIPIENTS,
    REPAID,
    TRAINED,
)  # fmt: skip
from sim.columns import FIXED_POINT
from sim.offices.accounting import administration, loan_interest
from sim.world import Terms, World


def keep_records(world: World, terms: Terms) -> None:
    """Write down the month in real persons and som of 2023 (nominal where the name says so)."""
    weight = world.population.household_weight
    places, deflator, b = world.tally.places, terms.economy.deflator, world.behaviour.accounting
    money, people = world.real(places), places * weight
    businesses = world.tally.businesses
    grants = world.tally.paid * weight * terms.contract.grant
    owed = 0.0
    if world.state.loan.any():
        owed = float(np.floor(world.state.loan.astype(np.float64) * FIXED_POINT + 0.5).astype(np.int64).sum())
        owed = owed / FIXED_POINT * weight
    figures = {
        "heads": people[:, HEADS],
        "full_time": money[:, FULL_TIME],
        "incumbents": world.path.markets[world.t].incumbents.sum(axis=1),
        "poor": people[:, POOR],
        "poverty_gap": money[:, GAP],
        "consumption": money[:, CONSUMPTION],
        "income": money[:, EARNED],
        "benefit": money[:, BENEFIT],
        "benefit_families": people[:, FAMILIES],
        "benefit_children": people[:, CHILDREN],
        "benefit_persons": people[:, RECIPIENTS],
        "gross_jobs": businesses[:, :, 2].sum(axis=1) * weight,
        "funded_businesses": businesses[:, :, 3].sum(axis=1) * weight,
        "value_added": world.real(businesses[:, :, 0].sum(axis=1)),
        "contracts": world.tally.paid * weight,
        "grants": grants / deflator,
        "grants_nominal": grants,
        "administration": np.array([administration(float(g), b.visible, b.hidden) for g in grants / deflator]),
        "loan_interest": loan_interest(owed, terms.contract.loan_interest),
        "loans_repaid": money[:, REPAID],
        "crowded_out": money[:, HOURS] * world.path.markets[world.t].wage,
        "own_investment": world.real(world.tally.spent[:, 1]),
        "trained": people[:, TRAINED],
        "recovered": world.real(world.tally.visits[:, 2]) if world.t >= 0 else np.zeros(world.oblasts),
    }
    if world.labour_of is None:
        figures |= world.labour.monthly()
    elif world.labour_of.months:
        known = world.labour_of.at(world.t)
        figures |= {name: value for name, value in known.items() if name not in figures}
    world.records.add(world.t, figures)
