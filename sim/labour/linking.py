"""Linking: what the labour block decides reaches the person and her household (people.md W5, W7, D4).

Persons with a certificate who are of working age are moved by the labour block. After its month their state and pay are
written to their rows among all persons, so that a job filled through a quota is somebody's pay.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from sim.agents.entering import of_working_age
from sim.agents.seeking import Productivity, relative_productivity
from sim.engine.columns import Array
from sim.engine.compiled import rule, sweep
from sim.labour.accounts import Contributing, income_tax_rate
from sim.state.labour import BUDGET, Employers, Persons
from sim.state.labour_state import COUNTED, EMPLOYED, IDLE, PersonState
from sim.state.persons import PersonState as EverybodyState
from sim.state.persons import Work

HOME, SEEKING, EMPLOYEE, CELL_EMPLOYEE = int(Work.HOME), int(Work.SEEKING), int(Work.EMPLOYEE), int(Work.CELL_EMPLOYEE)
NOBODY = -1


class WorkerPay(NamedTuple):
    """What a worker with a certificate is paid by in a month; som of the month (nominal)."""

    offered: Array  # (employers,) full-time pay of the job offered
    pool: Array  # (oblasts,) full-time pay at small employers
    short_hours: float  # share of full time of the shortest hours that count
    deflator: float  # consumer prices, mean of 2023 = 1


@rule
def worker_contribution_rate(owner: int, severe: int, economy: Any, contributing: Contributing) -> float:
    """Return the worker's own social contribution, share of pay (T3): groups I and II in budget bodies pay less.

    >>> class E: worker_contribution = 0.1
    >>> class C: worker_severe = 0.02
    >>> worker_contribution_rate(0, 1, E, C), worker_contribution_rate(2, 1, E, C), worker_contribution_rate(0, 0, E, C)
    (0.02, 0.1, 0.1)
    """
    return contributing.worker_severe if owner == BUDGET and severe == 1 else economy.worker_contribution


@rule
def worker_gross_pay(full_time: float, capability: float, hours: float) -> float:
    """Return the pay of a worker with a certificate: full-time pay times relative productivity and hours (W3, P4).

    >>> worker_gross_pay(20000.0, 0.75, 0.5)
    7500.0
    """
    return full_time * capability * hours


@sweep
def take_over(  # who acts: the certified persons of the labour block, who are rows of everybody's table
    first: int, last: int, certified: Persons, labour: PersonState, employers: Employers, everybody: EverybodyState,
    pay: WorkerPay, taxes: tuple[Any, Contributing, Productivity],
) -> None:  # fmt: skip
    """Write the state and the net pay of certified persons of working age to their rows among all persons.

    ``taxes`` are the economy's terms, the reduced contributions and the relative productivity by group. Pay is in som
    of 2023. Who is neither in work nor looking for it stays what she was: a student, retired or at home.
    """
    economy, contributing, productivity = taxes
    for i in range(first, last):
        if of_working_age(np.int64(certified.age[i])) == 0:
            continue
        p = certified.person[i]
        now = np.int64(labour.state[i])
        before = np.int64(everybody.work[p])
        everybody.pay[p] = 0.0
        everybody.employer[p] = NOBODY
        if now == EMPLOYED or now == COUNTED:
            group, kind = np.int64(certified.group[i]), np.int64(certified.kind[i])
            severe = 1 if group <= 2 else 0
            capability = relative_productivity(group, productivity)
            j = np.int64(labour.employer[i])
            if j >= 0:
                hours = pay.short_hours if labour.half_time[i] == 1 else 1.0
                gross = worker_gross_pay(pay.offered[j], capability, hours)
                rates = worker_contribution_rate(np.int64(employers.owner[j]), severe, economy, contributing)
                rates += income_tax_rate(group, kind, economy)
                everybody.pay[p] = gross * (1.0 - rates) / pay.deflator
                everybody.employer[p] = j
                everybody.industry[p] = employers.industry[j]
                everybody.formal[p] = 1
                everybody.work[p] = EMPLOYEE
            else:
                everybody.pay[p] = worker_gross_pay(pay.pool[certified.oblast[i]], capability, 1.0) / pay.deflator
                everybody.formal[p] = 0
                everybody.work[p] = CELL_EMPLOYEE
        elif now != IDLE:
            everybody.work[p] = SEEKING
        elif before == EMPLOYEE or before == CELL_EMPLOYEE or before == SEEKING:
            everybody.work[p] = HOME
