"""Households: who they are, what a run assumes of them, and what happens to them (model.md section 3.1)."""

from __future__ import annotations

from enum import IntEnum
from typing import Annotated, NamedTuple

import numpy as np

from sim.engine.columns import (
    Amount,
    Array,
    Capital,
    Code,
    Count,
    Flag,
    Identifier,
    Kilometres,
    LogPoints,
    LongMonths,
    Money,
    MonthIndex,
    Months,
    Row,
    Score,
    Share,
    Total,
    Uniform,
    Weight,
)

# Contract states (model.md section 9.4).
NONE, APPLIED, QUEUED, REFUSED, APPROVED, ACTIVE, COMPLETED, FAILED, BREACHED = range(9)

# Sectors of a business.
NO_SECTOR, AGRICULTURE, PRODUCTION, TRADE, SERVICES = range(5)
SECTORS = ("agriculture", "production", "trade", "services")

NEVER = 255
UNPAID = -999

Som = Annotated[Array, np.int32, "whole som of 2023"]
Exact = Annotated[Array, np.float64, "som of 2023 per month, in whole 1/1024"]


class Households(NamedTuple):
    """Households as the synthetic country builds them; never changed by a run."""

    identifier: Identifier  # stable at every scale
    weight: Weight  # real households that the row stands for; whole, fixed for life
    oblast: Code  # 0 to 8, in the order of the country's region table
    raion: Code  # index in the country's raion table
    urban: Flag  # lives in a city or urban-type settlement
    size: Count  # members present: children + adults + elders
    children: Count  # members present under 16
    adults: Count  # members present of 16 to 62 (women to 57)
    elders: Count  # members present above working age
    women: Count  # women present of 18 to 57
    men: Count  # men present of 18 to 62
    operator_luck: Uniform  # decides whether the potential operator is a woman (X4)
    education: Code  # best adult: 0 below basic, 1 secondary, 2 higher
    with_disability: Count  # members with a certified disability
    disability_group: Code  # most severe group in the household: 0 none, 1 to 3
    operator_disability: Code  # group of the potential operator: 0 none, 1 to 3
    skills: Code  # bit s - 1 set: experience in sector s
    herd: Amount  # sheep-equivalents owned
    land: Amount  # hectares of arable land
    distance: Kilometres  # to the raion office
    remittances: Money  # received from absent members
    other_benefits: Money  # pensions and social benefits other than the child benefit
    covariate_score: Score  # position in consumption explained by what is known of the household
    permanent_score: Score  # remaining permanent position in consumption
    shock_score: Score  # starting value of the persistent shock
    observation_score: Score  # fixed error of the income that the office sees
    ability: Score  # operator ability z
    belief_score: Score  # noise of the family's belief in its ability
    first_person: Row  # row of its first person
    members: Count  # persons of the household, those abroad included


class Endowments(NamedTuple):
    """What one set of behavioural parameters makes of a household; constant within a run."""

    operator: Row  # row of the potential operator among all persons
    operator_woman: Flag  # the potential operator is a woman
    operator_group: Code  # certified group of the potential operator: 0 none, 1 to 3
    has_operator: Flag  # an adult of 18 to 62 is present
    ability_effect: LogPoints  # log effect of true ability on value added (theta)
    believed_effect: LogPoints  # the family's belief of it (theta_hat)
    seen_error: Amount  # income that the office sees over declared income (B3)
    base_employment: Share  # share of other adults like those of the household who work (H13)
    effect: LogPoints  # fixed effect on log consumption (theta in B2)
    may_farm: Flag  # can keep animals or work land: villages, and in towns and cities a share (K12, D12)


class Pot(IntEnum):
    """Whom a pot of money is for that a quota brings to households, see :mod:`sim.markets.handing`."""

    STAFF = 0  # employees of employers with five staff and more who had no certificate
    NAMES = 1  # persons on the disability register without a job, who may lend their name


class HouseholdState(NamedTuple):
    """What has happened to households up to the current month."""

    earned: Money  # net pay of members (W3)
    informal: Money  # part of it from informal jobs
    own_income: Money  # income of members from own account and farming (W4)
    transfers: Money  # pensions and social benefits of members
    protection: Exact  # paid by the benefits of a design beyond those of today's law (F)
    bears: Amount  # what levies and fines of private employers fall on: its employers, pay or consumption (D7)
    staffed: Count  # members at employers of five staff and more who have no certificate
    lenders: Count  # members on the disability register without a job, whose name an employer may borrow
    declared: Money  # income per person that the office sees (B3)
    employed: Flag  # the potential operator works, without a business of the programme (W2)
    benefit: Flag  # receives the child benefit (H3)
    aware: Flag  # knows the programme (H4)
    contract: Code  # contract state: none, applied, queued, refused, approved, active, completed, failed, breached
    contract_month: Months  # 1 in the month of payment, counts to 52
    paid_at: MonthIndex  # month of payment, -999 without
    tried_at: MonthIndex  # last month in which it trained for an application, -999 without
    released: Flag  # the suspension of the child benefit ended early (force majeure)
    refused_months: Months  # months since refusal
    barred: Flag  # tried this year and did not file
    approved_at: MonthIndex  # month of selection
    merit: Amount  # score at selection
    expected_gain: Capital  # expected net gain of applying (H6)
    best_sector: Code  # sector with the highest systematic utility (H6, H10)
    visited: Months  # months since the last office visit, 255 never
    sector: Code  # sector of the business, 0 none
    capital: Capital  # business capital K
    business_age: LongMonths  # months since start
    operating: Flag  # the business lives
    funded: Flag  # the business received a grant
    funded_sector: Code  # sector in which the grant was invested, 0 none
    own_start: Flag  # an own-start event has occurred (H10)
    family_workers: Count  # extra family workers
    family_new: Count  # of these, not employed otherwise
    hired: Count  # paid hires
    hired_new: Count  # of these, not employed otherwise
    profit: Money  # net value added of the month (H11)
    reinvested: Money  # part of it put back into capital (H14)
    due_1: Capital  # part of the grant that was not invested, to be spent this month (H9a)
    due_2: Capital  # the same, next month
    due_3: Capital  # the same, in two months
    sold_1: Capital  # proceeds of a business closed or sold in part, to be spent this month (H12, H14)
    sold_2: Capital  # the same, next month
    sold_3: Capital  # the same, in two months
    own_money: Capital  # own money put into a business this month (B4)
    grant: Capital  # grant received
    diverted: Share  # share of the grant that was diverted, after the in-kind cut
    loan: Capital  # follow-up loan still owed
    instalment: Money  # repaid of it each month
    repayable: Capital  # part of a grant that is still to be paid back to the budget (question 8)
    payback: Money  # paid back of it each month
    trained: Flag  # trained this month and bears the cost of applying
    distress_months: Months  # months since the last distress sale, 255 never
    income_jan: Som  # disposable income of the household in its last January (B1)
    income_feb: Som  # disposable income of the household in its last February (B1)
    income_mar: Som  # disposable income of the household in its last March (B1)
    income_apr: Som  # disposable income of the household in its last April (B1)
    income_may: Som  # disposable income of the household in its last May (B1)
    income_jun: Som  # disposable income of the household in its last June (B1)
    income_jul: Som  # disposable income of the household in its last July (B1)
    income_aug: Som  # disposable income of the household in its last August (B1)
    income_sep: Som  # disposable income of the household in its last September (B1)
    income_oct: Som  # disposable income of the household in its last October (B1)
    income_nov: Som  # disposable income of the household in its last November (B1)
    income_dec: Som  # disposable income of the household in its last December (B1)
    income_year: Som  # the same over the last twelve months
    consumption: Money  # consumption per person and month, of the income of the last twelve months (B2)
    recurrent_total: Total  # recurrent income since the comparison starts (K2)
    once_total: Total  # money that came once, less what was spent once, since then (K2)
    benefit_total: Total  # child benefit received since the comparison starts
    reported_failed: Code  # reporting layer: 0 not examined, 1 examined and not counted, 2 counted as failed


RING = tuple(name for name in HouseholdState._fields if name.startswith("income_") and name != "income_year")


def weights_of(households: Households, rows: Array | slice = slice(None)) -> Array:
    """Return the real households of some rows, of all unless told, wide enough for sums and products."""
    found: Array = households.weight[rows].astype(np.int64)
    return found


def proportions(households: Households) -> Array:
    """Return the weights without their common divisor, for shares, means and ranks.

    Rows of one weight then count one each, so a measure of equal rows is the plain one to the last bit.

    >>> class H: weight = np.array([10, 100, 40], dtype=np.uint16)
    >>> proportions(H).tolist()
    [1, 10, 4]
    """
    weight = weights_of(households)
    return weight // max(int(np.gcd.reduce(weight)), 1)


def fitting(weights: Array, room: float) -> int:
    """Return how many rows, taken whole and in their order, go into ``room`` real households.

    A row goes in while at least half of it finds room behind those before it, and the first that does not ends the
    list: nobody is passed over for being lighter. So what a list takes is at most half of its last row above the room,
    or less than half of the next row below it. Rows of one weight are the room rounded half up to whole rows.

    >>> fitting(np.array([10, 10, 10]), 15.0), fitting(np.array([10, 10, 10]), 14.0), fitting(np.array([10]), -20.0)
    (2, 1, 0)
    >>> fitting(np.array([10, 100, 10]), 40.0), fitting(np.array([10, 100, 10]), 60.0)
    (1, 2)
    """
    if not len(weights):
        return 0
    goes_in = weights.cumsum() <= room + 0.5 * weights
    first = int(goes_in.argmin())
    return len(weights) if goes_in[first] else first
