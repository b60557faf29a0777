"""Financing: who covers the net cost of a design (model.md A4 and run R1f of section 12)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from sim.policies.instrument import Instrument
from sim.policies.policy import Dated, Policy, parameter
from sim.state.terms import FINANCING as MODES
from sim.state.terms import INCIDENCE, FinancingTerms


class Financing(Policy):
    """How net cost is covered, and on what the levies and fines of private employers fall."""

    mode: Dated[
        Literal[
            "none", "tax", "cut", "borrowing", "income_tax", "indirect_tax", "cut_child_benefit", "cut_pensions", "levy"
        ]
    ] = parameter("none", None, "rule", "Cover of net cost", ("Model convention", "C"), "A4;D7")

    incidence: Dated[Literal["profits", "wages", "prices"]] = parameter(
        "profits", None, "rule", "On what charges of private employers fall", ("Model convention", "C"), "D7")

    def terms(self, t: int, regions: Sequence[str] = ()) -> FinancingTerms:
        """Return the cover of net cost and the incidence of levies in month ``t``."""
        return FinancingTerms(MODES.index(self.mode.at(t)), INCIDENCE.index(self.incidence.at(t)))


FINANCING = Instrument("financing", "Financing", Financing)
