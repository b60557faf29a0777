"""Recording: what a month leaves in the books (model.md T2, T4, Y9)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.agents.households.consuming import Sum
from sim.engine.columns import FIXED_POINT, Array
from sim.engine.plain import plain
from sim.labour.books import scalar
from sim.offices.accounting import administration, loan_interest
from sim.state.households import weights_of
from sim.world import Terms, World


class HouseholdBooks(NamedTuple):
    """What a month leaves of households, or what many months do with the months as first axis.

    Sums are whole numbers of the real country, money and hours in fixed point; figures are made of them when somebody
    asks.
    """

    places: Array  # (..., oblasts, SUMS) of weighted rows, see sim.agents.households.consuming.Sum
    businesses: Array  # (..., oblasts, 3) value added, jobs and number of newly funded businesses
    paid: Array  # (..., oblasts) grants paid
    receiving: Array  # (..., oblasts) of these to families with the child benefit
    own: Array  # (..., oblasts) own investment
    recovered: Array  # (..., oblasts) money recovered at breaches
    incumbents: Array  # (..., oblasts) persons
    wage: Array  # (..., oblasts) som of 2023 per hour
    grant: Array  # (..., oblasts) nominal som
    deflator: Array  # (...) consumer prices, mean of 2023 = 1
    owed: Array  # (...) follow-up loans, som of 2023
    interest: Array  # (...) yearly, that the state pays on them
    overhead: Array  # (..., 2) visible and hidden cost of administration over grants

    def figures(self) -> dict[str, Array]:
        """Return the month in real persons and som of 2023 (nominal where the name says so)."""
        people = self.places.astype(np.float64)
        money = self.places / FIXED_POINT
        contracts = self.paid.astype(np.float64)
        nominal = contracts * self.grant
        grants = nominal / self.deflator[..., None]
        return {
            "heads": people[..., Sum.HEADS],
            "operators_beside": people[..., Sum.BESIDE],
            "full_time": money[..., Sum.FULL_TIME],
            "incumbents": self.incumbents,
            "poor": people[..., Sum.POOR],
            "extremely_poor": people[..., Sum.EXTREME],
            "poverty_gap": money[..., Sum.GAP],
            "consumption": money[..., Sum.CONSUMPTION],
            "income": money[..., Sum.INCOME],
            "income_once": money[..., Sum.ONCE],
            "benefit": money[..., Sum.BENEFIT],
            "benefit_families": people[..., Sum.FAMILIES],
            "benefit_children": people[..., Sum.CHILDREN],
            "benefit_persons": people[..., Sum.RECIPIENTS],
            "gross_jobs": self.businesses[..., 1].astype(np.float64),
            "funded_businesses": self.businesses[..., 2].astype(np.float64),
            "value_added": self.businesses[..., 0] / FIXED_POINT,
            "contracts": contracts,
            "contracts_receiving": self.receiving.astype(np.float64),
            "grants": grants,
            "grants_nominal": nominal,
            "administration": plain(administration)(
                grants, self.overhead[..., 0][..., None], self.overhead[..., 1][..., None]
            ),
            "loan_interest": plain(loan_interest)(self.owed, self.interest),
            "loans_repaid": money[..., Sum.REPAID],
            "charges_borne": money[..., Sum.BORNE],
            "crowded_out": money[..., Sum.HOURS] * self.wage,
            "own_investment": self.own / FIXED_POINT,
            "trained": people[..., Sum.TRAINED],
            "recovered": self.recovered / FIXED_POINT,
        }


def keep_records(world: World, terms: Terms) -> None:
    """Write down the month, when the labour block has lived its own."""
    tally, b = world.tally, world.behaviour.accounting
    owing = np.flatnonzero(world.state.loan != 0.0)  # few families
    loans = np.floor(world.state.loan[owing].astype(np.float64) * FIXED_POINT + 0.5).astype(np.int64)
    owed = float((weights_of(world.households, owing) * loans).sum()) / FIXED_POINT
    markets = world.path.markets[world.t]
    books = HouseholdBooks(
        tally.places, tally.businesses[:, :, (0, 2, 3)].sum(axis=1), tally.paid, tally.receiving,
        tally.spent[:, 1],
        tally.visits[:, 2] if world.t >= 0 else np.zeros(world.oblasts, dtype=np.int64),
        markets.incumbents.sum(axis=1), markets.wage, terms.contract.grant,
        scalar(terms.economy.deflator), scalar(owed), scalar(terms.contract.loan_interest),
        np.array([b.visible, b.hidden]),
    )  # fmt: skip
    paid = {name: sums / FIXED_POINT for name, sums in tally.instruments.items()}
    more = (paid,) if paid else ()
    world.records.add(world.t, books, world.people.books(), world.labour.books(), *more)
