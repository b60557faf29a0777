"""Services for persons with disabilities: placement, coaching, accommodation, subsidy, inspection (model.md 9.7)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from pydantic import model_validator

from sim.engine.sums import added
from sim.policies.instrument import Instrument
from sim.policies.law import law_of
from sim.policies.policy import BY_OBLAST, YEARLY, Dated, OnPage, Policy, complaint, parameter
from sim.state.service_terms import NONE, USES, ServiceTerms, Use

FUNDED = ("accommodation", "coaching", "subsidy", "sheltered", "inspection")
SHARE_OF = {
    "accommodation": Use.ACCOMMODATION, "coaching": Use.COACHING, "subsidy": Use.WAGE_SUBSIDY,
    "sheltered": Use.SHELTERED, "inspection": Use.INSPECTION,
}  # fmt: skip
HELP = (
    "assistants", "assistant_pay", "remote_places", "remote_cost", "sheltered_places", "sheltered_pay",
    "subcontract_places",
)  # fmt: skip
NONE_FOUND = "No such service or budget was found"


class Services(Policy):
    """What the state offers to persons with disabilities and their employers beside the quota."""

    officers: Dated[float] = parameter(
        60.0, (0, 5000), "persons", "Officers who place persons with disabilities",
        ("About 60 counsellors were trained in 2023 (project of the ILO and the EU)", "B-judged"), "S1",
        on_page=OnPage(
            "officers", "Officers of the employment service who place persons with disabilities.",
            (0, 500, 10)))
    coaches: Dated[float] = parameter(
        0.0, (0, 5000), "persons", "Job coaches", (NONE_FOUND, "C"), "S2",
        on_page=OnPage(
            "coaches", "Coaches who stay with a person and an employer in the first months of work.",
            (0, 500, 10), main=True))
    accommodation_budget: Dated[float] = parameter(
        0.0, (0, 1e11), "som a year", "Budget for workplace accommodation", (NONE_FOUND, "C"), "S3", varies=YEARLY,
        on_page=OnPage(
            "accommodation", "Money in a year for ramps, screens, tools and other changes of a workplace.",
            (0, 1e9, 1e7), main=True))
    accommodation_ceiling: Dated[float] = parameter(
        100000.0, (0, 1e7), "som", "Largest accommodation paid per workplace",
        ("Ceiling of the deduction proposed in 2025 (open.kg 54547)", "B"), "S3")
    subsidy_share: Dated[float] = parameter(
        0.0, (0, 1), "share of wage", "Wage subsidy", (NONE_FOUND, "C"), "E3;T1",
        on_page=OnPage(
            "subsidy", "Part of the wage of a newly hired person with a disability that the state pays for six months.",
            (0, 1, 0.05), main=True))
    subsidy_months: Dated[int] = parameter(
        6, (0, 120), "months", "Months of wage subsidy for a new hire", ("Six months in Uzbekistan", "B"), "P5")
    assistants: Dated[float] = parameter(
        0.0, (0, 1e5), "persons", "Personal assistants at work, for persons of groups I and II",
        ("14,730 assistants are paid by the state, none of them for work (24.kg 353452)", "B-judged"), "P1")
    assistant_pay: Dated[float] = parameter(
        0.2, (0, 5), "average wages", "Pay of a personal assistant in a month",
        ("About 9,000 of 44,400 som in 2025 (24.kg 353452)", "derived"), "P1")
    remote_places: Dated[float] = parameter(
        0.0, (0, 1e5), "persons", "Places with equipment and training for digital or remote work", (NONE_FOUND, "C"),
        "P1")
    remote_cost: Dated[float] = parameter(
        0.1, (0, 5), "average wages", "Cost of a place for digital or remote work in a month", ("Judgement", "C"),
        "P1")
    sheltered_places: Dated[float] = parameter(
        0.0, (0, 1e5), "persons", "Places in sheltered workshops",
        ("None beyond the 11 enterprises with about 500 workers that exist (cabar.asia)", "C"), "T1")
    sheltered_pay: Dated[float] = parameter(
        0.25, (0, 5), "average wages", "Public cost of a sheltered place in a month", ("Judgement", "C"), "T1")
    subcontract_places: Dated[float] = parameter(
        0.0, (0, 1), "persons per seat", "Sheltered places for each seat that employers replace by purchases",
        ("Judgement", "C"), "Q8")
    inspections: Dated[float] = parameter(
        0.0, (0, 1e5), "inspections a year", "Inspections of quota employers beyond today's", (NONE_FOUND, "C"), "S4")
    size_weight: Dated[float] = parameter(
        0.0, (-2, 2), "elasticity", "Inspection risk by size of employer", ("No plan of inspections was found", "C"),
        "S4", varies=YEARLY)
    zero_weight: Dated[float] = parameter(
        0.0, (0, 10), "share a year", "Rise of inspection risk per year with nothing done",
        ("No plan of inspections was found", "C"), "S4", varies=YEARLY)
    fund_accommodation: Dated[float] = parameter(
        0.0, (0, 1), "share", "Levies and fines for accommodation", ("No fund exists", "B"), "T1")
    fund_coaching: Dated[float] = parameter(
        0.0, (0, 1), "share", "Levies and fines for coaching", ("No fund exists", "B"), "T1")
    fund_subsidy: Dated[float] = parameter(
        0.0, (0, 1), "share", "Levies and fines for wage subsidies, which last as long as the money",
        ("No fund exists", "B"), "T1")
    fund_sheltered: Dated[float] = parameter(
        0.0, (0, 1), "share", "Levies and fines for sheltered places", ("No fund exists", "B"), "T1")
    fund_inspection: Dated[float] = parameter(
        0.0, (0, 1), "share", "Levies and fines for inspections", ("No fund exists", "B"), "T1")
    oblast_weight: Dated[float] = parameter(
        1.0, (0, 100), "weight", "Weight of an oblast in the allocation of services", ("Equal treatment", "C"), "S1",
        varies=BY_OBLAST)

    @model_validator(mode="after")
    def _shares(self) -> Services:
        for month in {step.since for use in FUNDED for step in getattr(self, f"fund_{use}").steps}:
            total = added(float(getattr(self, f"fund_{use}").at(month)) for use in FUNDED)
            if total > 1.0 + 1e-9:
                raise complaint(f"shares add up to {total:g}; they must not exceed 1", "fund_accommodation")
        return self

    def terms(self, t: int, regions: Sequence[str] = ()) -> ServiceTerms:
        """Return the services of month ``t``."""
        shares = np.zeros(len(USES))
        for name, use in SHARE_OF.items():
            shares[use] = getattr(self, f"fund_{name}").at(t)
        shares[-1] = 1.0 - shares.sum()
        weights = tuple(float(self.oblast_weight.at(t, place)) for place in regions)
        share = float(self.subsidy_share.at(t))
        helping: dict[str, Any] = {name: float(getattr(self, name).at(t)) for name in HELP}
        return ServiceTerms(
            officers=float(self.officers.at(t)),
            coaches=float(self.coaches.at(t)),
            accommodation_budget=float(self.accommodation_budget.at(t)),
            accommodation_ceiling=float(self.accommodation_ceiling.at(t)),
            subsidy_share=share,
            subsidy_months=int(self.subsidy_months.at(t)) if share > 0.0 else 0,
            inspections=float(self.inspections.at(t)),
            size_weight=float(self.size_weight.at(t)),
            zero_weight=float(self.zero_weight.at(t)),
            fund_shares=shares,
            oblast_weight=np.array(weights) if set(weights) - {1.0} else NONE,
            **helping,
        )


SERVICES = Instrument(
    "services", "Services for persons with disabilities", Services,
    of_country=law_of(Services, "services", may_lack=True), page="Employers and jobs")
