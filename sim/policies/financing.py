"""Financing: who covers the net cost of a design (model.md A4 and run R1f of section 12)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from sim.policies.policy import Dated, Policy, parameter
from sim.state.terms import FINANCING, FinancingTerms


class Financing(Policy):
    """How net cost is covered: not modelled, by a tax on consumption, or by a cut of other public spending."""

    mode: Dated[Literal["none", "tax", "cut"]] = parameter(
        "none", None, None, "rule", "Cover of net cost", "Model convention", "C", "A4")

    def terms(self, t: int, regions: Sequence[str] = ()) -> FinancingTerms:
        """Return the cover of net cost in month ``t``."""
        return FinancingTerms(mode=FINANCING.index(self.mode.at(t)))
