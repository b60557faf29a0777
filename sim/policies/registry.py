"""Registry: the instruments of the model, in the order of scenario files, documentation and the page."""

from __future__ import annotations

from sim.policies.child_benefit import CHILD_BENEFIT
from sim.policies.economy import ECONOMY
from sim.policies.financing import FINANCING
from sim.policies.instrument import Instrument
from sim.policies.quota import QUOTA
from sim.policies.services import SERVICES
from sim.policies.social_contract import SOCIAL_CONTRACT

INSTRUMENTS: tuple[Instrument, ...] = (
    SOCIAL_CONTRACT,
    CHILD_BENEFIT,
    QUOTA,
    SERVICES,
    FINANCING,
    ECONOMY,
)

BY_NAME = {instrument.name: instrument for instrument in INSTRUMENTS}
PAYING = tuple(instrument for instrument in INSTRUMENTS if instrument.pays is not None)
