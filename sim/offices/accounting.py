"""Accounting: what the programme costs the budget beyond the grants (model.md T4, T6, Y9)."""

from __future__ import annotations

from typing import NamedTuple

from sim.engine.compiled import rule


class Accounting(NamedTuple):
    """Parameters of costs and welfare."""

    visible: float  # adm_visible, budgeted administration over grants
    hidden: float  # adm_hidden, staff time, training and monitoring over grants
    cost_of_funds: float  # mcpf, marginal cost of public funds
    discount: float  # disc, real yearly social discount rate
    risk_aversion: float  # crra
    satisfaction_income: float  # ls_lninc, points per log point of income
    satisfaction_work: float  # ls_unemp, points in unemployment
    grant_reference: float  # grant_ref, som; scales returns, hazards and own starts, never changed by a scenario
    coaching: float  # adm_coach, of business coaching, som of 2023 per live contract business and year (K10)
    purchasing: float  # adm_goods, of buying and bringing goods in place of money, over grants (K10)
    letter: float  # adm_letter, of informing one employer for a year, som of 2023 (K10)


class Reporting(NamedTuple):
    """Parameters of the ministry's counting (rules R1 to R3); they never change a net result."""

    extra_2022: float  # rep_extra_2022, jobs beyond one for each contract of 2022
    extra_2023: float  # rep_extra_2023
    extra_later: float  # rep_extra_fwd
    detection: float  # fail_detect, probability that a closed business is ever counted as failed
    gross_ratio: float  # rep_gross
    earlier_share: float  # rep_pre
    earlier_income: float  # pre_inc, som a month
    overstatement: float  # rep_bias, log points


@rule
def administration(grants: float, visible: float, hidden: float) -> float:
    """Return the cost of administering grants (T4).

    >>> administration(1000.0, 0.02, 0.05), administration(0.0, 0.02, 0.05)
    (70.0, 0.0)
    """
    return (visible + hidden) * grants


@rule
def helping_cost(coached: float, goods: float, letters: float, accounting: Accounting) -> float:
    """Return the cost of a month's business coaching, of goods in place of money, and of letters to employers (K10).

    ``coached`` are live contract businesses with a coach, ``goods`` grants paid as goods, ``letters`` employers who
    are informed. 100 x 24,000 / 12 + a tenth of 50,000 + 600 x 60 / 12 = 208,000.

    >>> class P: coaching, purchasing, letter = 24_000.0, 0.1, 60.0
    >>> helping_cost(100.0, 50_000.0, 600.0, P), helping_cost(0.0, 0.0, 0.0, P)
    (208000.0, 0.0)
    """
    return coached * accounting.coaching / 12.0 + accounting.purchasing * goods + letters * accounting.letter / 12.0


@rule
def loan_interest(outstanding: float, yearly_rate: float) -> float:
    """Return the interest that the state pays on follow-up loans in a month (T1).

    >>> loan_interest(1200000.0, 0.1), loan_interest(0.0, 0.1)
    (10000.0, 0.0)
    """
    return outstanding * yearly_rate / 12.0
