"""The child benefit for poor families (UBK): what it pays; who receives it is the agents' matter (model.md H3)."""

from __future__ import annotations

from collections.abc import Sequence

from sim.policies.instrument import Instrument
from sim.policies.law import law_of
from sim.policies.policy import Dated, OnPage, Policy, parameter
from sim.state.terms import BenefitTerms


class ChildBenefit(Policy):
    """The monthly benefit for poor families with children."""

    per_child: Dated[float] = parameter(
        1200.0, (0.0, 50_000.0), "som per child and month", "Child benefit",
        ("Presidential decree of 2022; minfin.kg", "A"), "H3;H6;T2",
        on_page=OnPage(
            "child", "Paid for each child of a poor family; it changes what a family with a contract gives up.",
            (0, 5_000, 50), main=True))
    coefficient: Dated[float] = parameter(
        1.08, (0.5, 3.0), "ratio", "Mean regional coefficient",
        ("875 som paid over 810 som nominal in 2021", "derived"), "H3")

    def terms(self, t: int, regions: Sequence[str] = ()) -> BenefitTerms:
        """Return the rates of the child benefit in month ``t``."""
        return BenefitTerms(per_child=float(self.per_child.at(t)), coefficient=float(self.coefficient.at(t)))


CHILD_BENEFIT = Instrument(
    "child_benefit", "Child benefit", ChildBenefit, of_country=law_of(ChildBenefit, "child_benefit"),
    page="Benefits and money")
