"""Recording: what a month leaves in the books (model.md T2, T4, Y9)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.agents.households.consuming import Sum
from sim.agents.persons.booking import Support
from sim.engine.columns import FIXED_POINT, Array
from sim.engine.plain import plain
from sim.following import sheets
from sim.labour.books import scalar
from sim.offices.accounting import administration, helping_cost, loan_interest
from sim.state.households import weights_of
from sim.state.monthly import Sheet
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
    coached: Array  # (..., oblasts) live contract businesses with a coach
    letters: Array  # (..., oblasts) employers who are informed
    in_kind: Array  # (...) 1 where grants are paid as goods
    helping: Array  # (..., 3) cost of coaching a business a year, of buying goods over grants, of a letter

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
            ) + self.help(grants),
            "loan_interest": plain(loan_interest)(self.owed, self.interest),
            "loans_repaid": money[..., Sum.REPAID],
            "charges_borne": money[..., Sum.BORNE],
            "certificates": money[..., Sum.CERTIFICATES],
            "given": money[..., Sum.GIVEN],
            "business_income": money[..., Sum.BUSINESS],
            "protection": money[..., Sum.PROTECTION],
            "paid_back": money[..., Sum.PAID_BACK],
            "financed": money[..., Sum.FINANCED],
            "crowded_out": money[..., Sum.HOURS] * self.wage,
            "own_investment": self.own / FIXED_POINT,
            "trained": people[..., Sum.TRAINED],
            "recovered": self.recovered / FIXED_POINT,
        }

    def help(self, grants: Array) -> Array:
        """Return the cost of coaching, goods in place of money and letters, som of 2023 (K10)."""
        each = Helping(*(self.helping[..., k][..., None] for k in range(3)))
        found: Array = plain(helping_cost)(self.coached, grants * self.in_kind[..., None], self.letters, each)
        return found


class SupportBooks(NamedTuple):
    """Pensions and social benefits of a month, or of many with the months as first axis."""

    support: Array  # (..., oblasts, Support) of weighted rows, som of 2023 in fixed point

    def figures(self) -> dict[str, Array]:
        """Return each in som of 2023."""
        money = self.support / FIXED_POINT
        return {name: money[..., which] for name, which in SUPPORT.items()}


SUPPORT = {
    "age_pensions": Support.AGE_PENSION, "disability_pensions": Support.DISABILITY_PENSION,
    "social_benefits": Support.SOCIAL_BENEFIT,
}  # fmt: skip


class Helping(NamedTuple):
    """What :func:`helping_cost` asks of its parameters, for each month."""

    coaching: Array
    purchasing: Array
    letter: Array


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
        markets.incumbents.sum(axis=1), markets.wage * world.people.own_growth(terms.economy), terms.contract.grant,
        scalar(terms.economy.deflator), scalar(owed), scalar(terms.contract.loan_interest),
        np.array([b.visible, b.hidden * (1.0 - terms.contract.cash)]),  # nobody is trained for cash, or visited
        coached_businesses(world, terms), informed_employers(world, terms),
        scalar(float(terms.contract.in_kind)), np.array([b.coaching, b.purchasing, b.letter]),
    )  # fmt: skip
    paid = {name: sums / FIXED_POINT for name, sums in tally.instruments.items()}
    more = (paid,) if paid else ()
    world.records.add(world.t, books, *books_of_people(world), *more)


def books_of_people(world: World) -> tuple[Sheet, ...]:
    """Return the books of the month of persons at work, of pensions and benefits, and of the labour block."""
    if world.followed is not None:
        return sheets(world)
    support = SupportBooks(world.people.support(world.labour.frame, world.sweep_now))
    return world.people.books(), support, world.labour.books()


def coached_businesses(world: World, terms: Terms) -> Array:
    """Return the live contract businesses with a coach by oblast, of the real country (K10)."""
    out = np.zeros(world.oblasts)
    if terms.contract.coached == 1:
        s, h = world.state, world.households
        bound = (s.contract_month >= 1) & (s.contract_month <= terms.contract.contract_months) & (s.operating == 1)
        np.add.at(out, h.oblast[bound], weights_of(h, bound).astype(np.float64))
    return out


def informed_employers(world: World, terms: Terms) -> Array:
    """Return the employers who are told about the cost of adaptation by oblast, of the real country (K10)."""
    firms = world.labour.frame.employers
    count = np.bincount(firms.oblast, minlength=world.oblasts).astype(np.float64)
    return np.asarray(float(terms.quota.information) * world.labour.frame.weight * count)
