"""Financing: who pays for a programme, and what levies and fines are spent on (model.md T1, T5, section 12)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, Self

import numpy as np
from pydantic import model_validator

from sim.policies.policy import Dated, Policy, complaint, parameter
from sim.state.terms import FINANCING, FUND_USES, FinancingTerms


class Financing(Policy):
    """How net cost is covered, and the shares of the levy fund by use; the shares add up to one in every month."""

    mode: Dated[Literal["none", "tax", "cut"]] = parameter(
        "none", None, None, "rule", "Cover of net cost: not modelled, a tax, or a cut of other spending",
        "Model convention", "C", "A4")
    wage_subsidy: Dated[float] = parameter(
        0.0, 0.0, 1.0, "share of the fund", "Fund spent on wage subsidies", "No fund in present law", "C", "T1")
    accommodation: Dated[float] = parameter(
        0.0, 0.0, 1.0, "share of the fund", "Fund spent on workplace adaptation", "No fund in present law", "C", "T1")
    coaching: Dated[float] = parameter(
        0.0, 0.0, 1.0, "share of the fund", "Fund spent on job coaching", "No fund in present law", "C", "T1")
    sheltered: Dated[float] = parameter(
        0.0, 0.0, 1.0, "share of the fund", "Fund spent on sheltered work", "No fund in present law", "C", "T1")
    inspection: Dated[float] = parameter(
        0.0, 0.0, 1.0, "share of the fund", "Fund spent on inspection", "No fund in present law", "C", "T1")
    administration: Dated[float] = parameter(
        0.0, 0.0, 1.0, "share of the fund", "Fund spent on administration", "No fund in present law", "C", "T1")
    general: Dated[float] = parameter(
        1.0, 0.0, 1.0, "share of the fund", "Fund kept by the general budget", "No fund in present law", "C", "T1")
    budget_line: Dated[float] = parameter(
        0.0, 0.0, 1e12, "som a year", "Paid into the fund by the budget", "No fund in present law", "C", "T1")

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        for t in sorted({step.since for use in FUND_USES for step in getattr(self, use).steps}):
            total = sum(getattr(self, use).at(t) for use in FUND_USES)
            if abs(total - 1.0) > 1e-6:
                uses = ", ".join(FUND_USES)
                raise complaint(f"has shares of the fund that add up to {total:.4g}; {uses} must add up to 1")
        return self

    def terms(self, t: int, regions: Sequence[str] = ()) -> FinancingTerms:
        """Return the cover of net cost and the shares of the fund in month ``t``."""
        return FinancingTerms(
            mode=FINANCING.index(self.mode.at(t)),
            fund_shares=np.array([getattr(self, use).at(t) for use in FUND_USES], dtype=np.float64),
            budget_line=float(self.budget_line.at(t)),
        )
