"""Registry: the instruments of the model, in the order of scenario files, documentation and the page."""

from __future__ import annotations

from sim.policies.child_benefit import CHILD_BENEFIT
from sim.policies.economy import ECONOMY
from sim.policies.financing import FINANCING
from sim.policies.instrument import Instrument
from sim.policies.quota import QUOTA
from sim.policies.services import SERVICES
from sim.policies.social_contract import SOCIAL_CONTRACT
from sim.policies.social_protection import SOCIAL_PROTECTION
from sim.state.protection_terms import PAYMENTS, Payment

INSTRUMENTS: tuple[Instrument, ...] = (
    SOCIAL_CONTRACT,
    CHILD_BENEFIT,
    SOCIAL_PROTECTION,
    QUOTA,
    SERVICES,
    FINANCING,
    ECONOMY,
)

BY_NAME = {instrument.name: instrument for instrument in INSTRUMENTS}
PAYING = tuple(instrument for instrument in INSTRUMENTS if instrument.pays is not None)
OF_PAYMENTS = {
    Payment.SOCIAL_BENEFIT: "Social benefits for disability, beyond today's law",
    Payment.DISABILITY_PENSION: "Disability pensions, beyond today's law",
    Payment.AGE_PENSION: "Age pensions, beyond today's law",
    Payment.EXTRA_COST: "Extra-cost allowance for disability",
    Payment.UNIVERSAL_CHILD: "Benefit for every child of an age",
    Payment.ASSISTANT_PAY: "Personal assistants at home, beyond today's law",
}
INSURANCE = "livestock_insurance"
OF_DESIGNS = {PAYMENTS[one]: title for one, title in OF_PAYMENTS.items()}
PAID = {one.name: one.title for one in PAYING} | OF_DESIGNS | {INSURANCE: "Animals of contract families replaced"}
"""Titles of what households are paid by instruments and by designs, by line of the budget."""
