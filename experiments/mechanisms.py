"""Mechanisms: how much of a difference between two designs runs through what; exact sums, draw by draw.

Each account is an identity of the model: its lines add up to its total in every run, and so do their means over draws.
Medians would not; that is why means stand here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from experiments import analysis
from experiments.marks import N_
from sim.errors import ResultError

if TYPE_CHECKING:
    import pandas

TOLERANCE = 1e-6  # of the largest line


class Account(NamedTuple):
    """An outcome and the lines that make it up: recorded outcomes with their sign; the last may be what remains."""

    total: str
    title: str
    lines: Mapping[str, tuple[str, float]]  # words for the line -> (outcome, sign)
    rest: str = ""  # words for what remains; empty where the lines are complete
    between: Mapping[str, str] = {}  # a line -> what the sum up to and with it is called


ACCOUNTS = (
    Account(
        "net_jobs",
        N_("Net jobs, by mechanism"),
        {
            N_("Jobs in funded businesses"): ("gross_jobs", 1.0),
            N_("Those that would exist anyway (deadweight)"): ("deadweight", -1.0),
            N_("Jobs that others lose (displacement)"): ("displacement", -1.0),
            N_("Jobs from local spending (multiplier)"): ("multiplier", 1.0),
            N_("Persons with disabilities in work through quota and services, markets fixed"): ("quota_jobs", 1.0),
            N_("The effect of the tax or cut that pays for it"): ("financing", 1.0),
        },
    ),
    Account(
        "gained_netall",
        N_("Jobs at employers through the quota, by mechanism"),
        {
            N_("New work of persons with disabilities"): ("gained_netpwd", 1.0),
            N_("Jobs of others that they take (substitution)"): ("gained_subst", -1.0),
            N_("Jobs not created or not reported below a threshold (bunching)"): ("gained_bunch", -1.0),
        },
    ),
    Account(
        "gained_gross",
        N_("Counted seats, by what is behind them"),
        {
            N_("Contracts without work (on paper)"): ("gained_proforma", 1.0),
            N_("Staff who were certified (relabelled)"): ("gained_relabel", 1.0),
            N_("Persons who would work anyway"): ("gained_already", 1.0),
            N_("New work of persons with disabilities"): ("gained_netpwd", 1.0),
        },
    ),
    Account(
        "income_gain",
        N_("Income of a contract family, by mechanism"),
        {N_("Income before the loss of the child benefit"): ("income_gain_before_loss", 1.0)},
        N_("The child benefit given up"),
    ),
    Account(
        "net_fiscal_cost",
        N_("Net cost to the budget, by mechanism"),
        {
            N_("Grants paid"): ("grants_paid", 1.0),
            N_("Benefits of the design beyond today's law"): ("protection_paid", 1.0),
            N_("Administration, services and interest"): ("running_paid", 1.0),
            N_("Benefits of certified staff, and pay for no work by government"): ("entitled_paid", 1.0),
            N_("Child benefit that is no longer paid"): ("benefit_saved", -1.0),
            N_("Grants recovered"): ("grants_recovered", -1.0),
            N_("Grants paid back"): ("grants_paid_back", -1.0),
            N_("Levies and fines received"): ("levies_received", -1.0),
            N_("Income tax and contributions received"): ("taxes_received", -1.0),
        },
        between={N_("Administration, services and interest"): N_("= cost to the programme")},
    ),
    Account(
        "consumption_change",
        N_("Money of families, from grants to consumption"),
        {
            N_("Grants paid"): ("grants_paid", 1.0),
            N_("What is put into businesses and applications"): ("grants_put_in", -1.0),
            N_("Value added of family businesses"): ("business_income", 1.0),
            N_("Pay given up for the business"): ("pay_given_up", -1.0),
            N_("Child benefit received"): ("benefit_received", 1.0),
            N_("Benefits of the design beyond today's law"): ("protection_paid", 1.0),
            N_("Levies and fines that families bear"): ("charges_on_families", -1.0),
            N_("Benefits and pay through the quota"): ("given_to_families", 1.0),
            N_("Follow-up loans repaid"): ("loans_repaid", -1.0),
            N_("Grants paid back"): ("grants_paid_back", -1.0),
            N_("Taxes and cuts that cover the design"): ("cover_paid", -1.0),
            N_("Other income of all families"): ("other_income", 1.0),
            N_("What is not consumed within the horizon"): ("saved", -1.0),
        },
        between={N_("Other income of all families"): N_("= change of disposable income")},
    ),
)


def accounts(outcomes: Sequence[str]) -> list[Account]:
    """Return the accounts that a study has all outcomes for."""
    return [each for each in ACCOUNTS
            if each.total in outcomes and all(name in outcomes for name, _ in each.lines.values())]  # fmt: skip


def of_difference(frame: pandas.DataFrame, account: Account, designs: Sequence[str]) -> pandas.DataFrame:
    """Return the mean part of each line in the difference of each design to the first, with 90 % of draws.

    Columns: ``line``, ``design``, ``median`` (which holds the mean), ``low``, ``high``, ``total``. Draws in which any
    figure is undefined are left out for that design. Raises ``ResultError`` if the lines do not add up.
    """
    import pandas

    def paired(outcome: str) -> analysis.Floats:
        values = analysis.cube(whole, outcome, designs).of_draws
        return values[:, 1:] - values[:, :1]

    whole = frame[(frame["group"] == analysis.ALL) & (frame["month"] == analysis.WHOLE)]
    parts = {line: sign * paired(outcome) for line, (outcome, sign) in account.lines.items()}
    total = paired(account.total)
    if account.rest:
        parts[account.rest] = total - np.sum(list(parts.values()), axis=0)
    rows = []
    for j, design in enumerate(designs[1:]):
        complete = np.isfinite(np.stack([total[:, j], *(values[:, j] for values in parts.values())])).all(axis=0)
        lines = {line: values[complete, j] for line, values in parts.items()} | {"": total[complete, j]}
        largest = max((float(np.abs(values).max(initial=0.0)) for values in lines.values()), default=0.0)
        gap = np.abs(lines[""] - np.sum([values for line, values in lines.items() if line], axis=0)).max(initial=0.0)
        if gap > TOLERANCE * max(1.0, largest):
            raise ResultError(f"the parts of {account.total} under '{design}' miss its difference by {gap:.3g}")
        for line, values in lines.items():
            low, high = np.quantile(values, [analysis.LOW, analysis.HIGH]) if len(values) else (np.nan, np.nan)
            mean = float(values.mean()) if len(values) else np.nan
            rows.append({"line": line, "design": design, "median": mean, "low": float(low), "high": float(high),
                         "total": line == ""})  # fmt: skip
    table = pandas.DataFrame(rows)
    nothing = table.groupby("line")[["low", "high"]].transform(lambda column: (column.fillna(0.0) == 0.0).all())
    return table[table["total"] | ~nothing.all(axis=1)].reset_index(drop=True)
