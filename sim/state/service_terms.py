"""Terms of the services for persons with disabilities in a month (model.md section 9.7); amounts are nominal som."""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple

import numpy as np

from sim.engine.columns import Array


class Use(IntEnum):
    """Use of the fund of levies and fines (T1)."""

    WAGE_SUBSIDY = 0
    ACCOMMODATION = 1
    COACHING = 2
    SHELTERED = 3
    INSPECTION = 4
    ADMINISTRATION = 5
    GENERAL = 6


WAGE_SUBSIDY, ACCOMMODATION, COACHING, SHELTERED, INSPECTION, ADMINISTRATION, GENERAL = Use
USES = tuple(use.name.lower() for use in Use)
NONE = np.empty(0)  # of the kind that weights have, so that nothing is compiled anew where somebody gives them


class ServiceTerms(NamedTuple):
    """Employment service, coaching, accommodation, wage subsidy and inspection in a month."""

    officers: float  # officers of the employment service, whole country
    coaches: float  # job coaches, whole country
    accommodation_budget: float  # som a year, whole country
    accommodation_ceiling: float  # som per workplace
    subsidy_share: float  # of the wage
    subsidy_months: int
    inspections: float  # additional inspections a year, whole country
    size_weight: float  # elasticity of the inspection risk to size
    zero_weight: float  # increase of the risk per year with nothing done
    fund_shares: Array  # (7,) shares of levies and fines by use
    assistants: float  # personal assistants at work for groups I and II, whole country
    assistant_pay: float  # average wages a month
    remote_places: float  # places for digital or remote work, whole country
    remote_cost: float  # average wages a month and place in use
    sheltered_places: float  # places in sheltered workshops, whole country
    sheltered_pay: float  # average wages a month and person
    subcontract_places: float  # sheltered places for each seat that employers replace by purchases
    employer_relief: float = 0.0  # share of the contribution for workers with disabilities that is not due
    relief_of_pay: tuple[float, ...] = (0.0, 0.0, 0.0)  # the same as a share of pay, by owner
    first_hire_grant: float = 0.0  # som to an employer for its first worker with a disability
    oblast_weight: Array = NONE  # (oblasts,) in the allocation of services, empty where all are equal
