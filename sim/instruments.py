"""Instruments: what instruments without a step of their own pay households in a month (sim.policies.registry).

What they pay is a benefit like pensions: it is income of the month, is declared, and counts in means tests of the next
month. It is booked by oblast under the name of the instrument.
"""

from __future__ import annotations

import numpy as np

from sim.policies.registry import PAYING
from sim.world import Terms, World


def pay_instruments(world: World, terms: Terms) -> None:
    """Let instruments pay households, before their money of the month is counted."""
    for instrument in PAYING:
        sums = np.zeros(world.oblasts, dtype=np.int64)
        world.tally.instruments[instrument.line] = sums
        due = terms.more.get(instrument.name)
        if instrument.pays is not None and due is not None:
            world.sweep(
                instrument.pays, world.households, world.state, due, terms.economy.deflator, sums=(sums,)
            )
