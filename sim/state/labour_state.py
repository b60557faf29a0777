"""What changes in a run about persons with disabilities and employers (model.md sections 3.2 and 3.3)."""

from __future__ import annotations

from enum import IntEnum
from typing import Annotated, NamedTuple

import numpy as np

from sim.engine.columns import Amount, Array, Code, Flag, LogPoints, MonthIndex, Number, Row, Uniform


class Labour(IntEnum):
    """State of a person on the register; each person is in exactly one."""

    IDLE = 0
    SEEKING = 1
    REGISTERED = 2  # seeks, and is registered with the employment service
    EMPLOYED = 3
    COUNTED = 4  # employed, and counted for a quota
    PAPER = 5  # kept free: pro-forma contracts are kept with the employer
    SHELTERED = 6
    OWN_BUSINESS = 7


class Origin(IntEnum):
    """How the present job was found."""

    NO_ORIGIN = 0
    FROM_START = 1
    POOLED = 2  # small employers
    OPEN = 3  # open vacancy
    QUOTA = 4  # quota vacancy


IDLE, SEEKING, REGISTERED, EMPLOYED, COUNTED, PAPER, SHELTERED, OWN_BUSINESS = Labour
STATES = ("idle", "seeking", "registered", "employed", "counted", "pro-forma", "sheltered", "own business")
SUPPORTED = ("assisted", "remote")  # ways of open work with support, counted beside the states
NO_ORIGIN, FROM_START, POOLED, OPEN, QUOTA = Origin

NO_LIMIT = 65535
NEVER = -999
POOL = -1

Seats = Annotated[Array, np.float64, "seats"]
Nominal = Annotated[Array, np.float64, "som of the year"]


class PersonState(NamedTuple):
    """What has happened to persons with disabilities up to the current month.

    Pro-forma contracts (state 5) are kept with the employer: they change nothing in what a person does, and nobody
    knows whose name is lent. A sheltered place is no job on the labour market and no vacancy of an employer.
    """

    will_luck: Uniform  # carried over from year to year (P1)
    willing: Flag  # wants to work at the wages of the oblast (P1)
    state: Code  # idle, seeking, registered, employed, counted for a quota, -, sheltered, own business
    employer: Row  # row of the employer, -1 for a pooled small employer
    origin: Code  # how the job was found: start, pool, open vacancy, quota vacancy
    additional: Flag  # the job did not replace another hire (E4)
    half_time: Flag  # works the shortest hours that count
    since: MonthIndex  # month of the present job's start
    registered_at: MonthIndex  # month of registration with the employment service
    coached_until: MonthIndex  # first month without job coaching, -999 never coached
    accommodated: Flag  # the workplace fits, at no cost or paid for (S3)
    subsidy_until: MonthIndex  # first month without wage subsidy, -999 never subsidised
    own_business: Flag  # operates a business; set by the model, not by the labour rules (P6)


class EmployerState(NamedTuple):
    """What has happened to employers up to the current month."""

    shock: LogPoints  # persistent size shock (E1)
    wanted: Amount  # desired size
    staff: Number  # real staff without additional quota hires
    reported: Number  # staff reported to the authorities
    limit: Number  # size that a real response does not exceed this year (E2), 65535 none
    report_limit: Number  # reported size not exceeded this year (E2), 65535 none
    assigned: Flag  # on the list of the year, or covered by a universal duty
    owed: Seats  # seats required for the year (Q2)
    counted: Seats  # weighted counted workers, without pro-forma and relabelled ones (Q4)
    severe: Number  # counted workers of the severe groups
    workers: Number  # persons with disabilities who work here
    additional: Number  # of these, persons whose hire replaced nobody
    room: Number  # quota hires that the employer wants this year beyond its desired size (E4)
    proforma: Number  # counted on paper only
    relabelled: Number  # counted staff who were certified for the purpose
    certifiable: Number  # staff who could still be certified
    alternative: Number  # seats met by alternative measures this year
    bought_out: Number  # seats bought out this year
    reserved_open: Number  # open quota vacancies for severe groups
    quota_open: Number  # other open quota vacancies
    years_zero: Code  # full years with a duty and nothing done
    levy_due: Nominal  # levy of the last year, payable in March
    fined_at: MonthIndex  # month of the last fine, -999 never
    inspected_at: MonthIndex  # month of the last inspection, -999 never


