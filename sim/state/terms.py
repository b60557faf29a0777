"""Terms: the incentives of one month, set by policies and answered by agents.

Policies and agents never import each other; they meet here (architecture principle 4). All amounts are nominal som of
the month unless said otherwise; :class:`EconomyTerms` carries the deflator.
"""

from __future__ import annotations

from typing import NamedTuple

from sim.engine.columns import Array

NO_EXCLUSION, FULL_EXCLUSION, TAPER = range(3)
LAST_CONTRACT_MONTH = 52


class ContractTerms(NamedTuple):
    """The social contract in a month."""

    grant: Array  # (oblasts,) float64, som per family
    slots: float  # families a year, whole country
    pay_share: float  # share of the year's slots paid in this month
    benefit_share: Array  # (53,) float64, share of the child benefit payable in contract month c; 1 where not suspended
    exclusion: int  # NO_EXCLUSION, FULL_EXCLUSION or TAPER
    release: int  # 1: closure in a month of shock ends the suspension (force majeure)
    in_kind: int  # 1: paid as goods
    coached: int  # 1: business coaching
    contract_months: int  # duration of the obligations
    loan_max: float  # follow-up loan, 0 when off
    loan_term: int  # months
    loan_interest: float  # yearly interest that the state pays on outstanding loans
    clawback: int  # 1: breach leads to recovery
    set_aside: float  # share of slots reserved for households with a member with disability
    oblast_weight: Array  # (oblasts,) float64, weight of an oblast in the allocation of slots, 1 by default
    cash: int = 0  # 1: the same money to the same families, without business or obligations
    lottery: float = 0.0  # share of slots given by lot among applicants
    income_ceiling: float = 1.0  # over today's
    women_only: int = 0  # 1: only families whose operator would be a woman may apply
    priorities: tuple[float, ...] = (1.0, 1.0, 1.0, 1.0)  # weights of need, children, disability, plan over today's
    livestock_insurance: float = 0.0  # share of lost animals that the state replaces
    repaid_share: float = 0.0  # of the grant, to the budget
    repaid_from: int = 13  # contract month
    repaid_months: int = 36


class BenefitTerms(NamedTuple):
    """The child benefit for poor families (UBK) in a month."""

    per_child: float  # som per child and month
    coefficient: float  # mean regional coefficient


class EconomyTerms(NamedTuple):
    """Exogenous prices and wages of a month."""

    deflator: float  # consumer prices, mean of 2023 = 1
    subsistence: float  # subsistence minimum, som per person and month
    average_wage: float  # som per month, whole country
    minimum_wage: float  # som per month
    wages: Array  # (oblasts,) float64, som per month
    export_open: float  # 1: livestock exports allowed, 0: banned
    sewing_shock: int  # 1: foreign demand for sewing has fallen
    employer_contribution: float  # business, share of wage
    employer_contribution_budget: float  # budget organisations, share of wage
    worker_contribution: float  # share of wage
    income_tax: float  # share of wage
    income_tax_disability: float  # share of wage, groups I, II and hearing group III
    departures: float = 1.0  # how often members of households go abroad, over the start
    returns: float = 1.0  # how often they come back, over the start
    remittances: float = 1.0  # what each of them sends, som of 2023, over the start


FINANCING = (
    "none", "tax", "cut", "borrowing", "income_tax", "indirect_tax", "cut_child_benefit", "cut_pensions", "levy",
)  # fmt: skip


INCIDENCE = ("profits", "wages", "prices")


class FinancingTerms(NamedTuple):
    """Who covers the net cost of a design in a month, and who bears what employers pay under the quota."""

    mode: int  # index in FINANCING
    incidence: int  # index in INCIDENCE
