"""Views: the tables of the labour block side by side, so that a step takes them as one argument."""

from __future__ import annotations

from typing import NamedTuple

from sim.engine.columns import Array
from sim.state.labour import Employers, Persons
from sim.state.labour_state import EmployerState, PersonState
from sim.state.quota_law import QuotaTerms
from sim.state.service_terms import ServiceTerms
from sim.state.terms import EconomyTerms


class Prices(NamedTuple):
    """Wages of the month, nominal som."""

    wage: Array  # (employers,) mean wage
    pay: Array  # (employers,) full-time pay of the job offered
    pay_share: Array  # (employers,) the same over the average wage
    pool_pay: Array  # (oblasts,) full-time pay offered by small employers
    oblast_wage: Array  # (oblasts,) average wage
    deflator: float


class Register(NamedTuple):
    """Persons with a certified disability, one row each."""

    who: Persons  # never changed by a run
    now: PersonState


class Firms(NamedTuple):
    """Employers of five staff and more, one row each, and the wages of the month."""

    table: Employers  # never changed by a run
    state: EmployerState
    prices: Prices


class LabourTerms(NamedTuple):
    """What policies and the economy set for the labour block in a month."""

    t: int
    law: QuotaTerms
    services: ServiceTerms
    economy: EconomyTerms
