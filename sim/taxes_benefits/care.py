"""Pay of personal assistants, and compensation in place of privileges (people.md F)."""

from __future__ import annotations

from sim.engine.compiled import rule
from sim.taxes_benefits.disability import OF_AGE


@rule
def may_be_assisted(age: int, group: int, childhood: int, adults: int) -> int:
    """Return 1 if the state pays an assistant for a person: a child, or an adult of group I since childhood.

    Resolution on personal assistants, in force from 1 January 2019; adults by the decree in force from 1 June 2022.

    >>> may_be_assisted(9, 2, 0, 0), may_be_assisted(30, 1, 1, 1), may_be_assisted(30, 1, 1, 0)
    (1, 1, 0)
    >>> may_be_assisted(30, 1, 0, 1), may_be_assisted(9, 0, 0, 1)
    (0, 0)
    """
    if group == 0:
        return 0
    if age < OF_AGE:
        return 1
    return 1 if adults == 1 and group == 1 and childhood == 1 else 0


@rule
def assistant_pay(cares: int, other_work: int, pay: float) -> float:
    """Return the pay of a personal assistant, som a month: none to a person with another job (petition of 2025).

    The state buys the assistant's patent and insurance, so nothing is taken from the pay.

    >>> assistant_pay(1, 0, 7681.0), assistant_pay(1, 1, 7681.0)
    (7681.0, 0.0)
    """
    return pay if cares == 1 and other_work == 0 else 0.0


@rule
def compensation(amount: float, least: float, most: float) -> float:
    """Return monthly compensation in place of privileges: by law within a range over 25 categories, or nothing.

    Law on monthly cash compensation in place of privileges, in force from 2010.

    >>> compensation(1500.0, 1000.0, 7000.0), compensation(9000.0, 1000.0, 7000.0), compensation(0.0, 1000.0, 7000.0)
    (1500.0, 7000.0, 0.0)
    """
    return min(max(amount, least), most) if amount > 0.0 else 0.0
