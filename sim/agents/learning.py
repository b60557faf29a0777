"""Learning: how a family comes to know of the social contract (model.md H4)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.engine.columns import Array, row
from sim.engine.compiled import rule, sweep
from sim.engine.draws import uniform
from sim.engine.math import exp
from sim.state.households import Households, HouseholdState


class Learning(NamedTuple):
    """Parameters of awareness."""

    media: float  # aw_media, monthly hazard from media and the village office
    office: float  # aw_office, additional monthly hazard of child-benefit clients
    passing: float  # aw_net_p, monthly probability that a contact with a contract passes the news on
    participant_ratio: float  # aw_net_ratio, passing rate of participants relative to informed others
    contacts: float  # aw_contacts, village contacts per household


@rule
def awareness_probability(benefit: int, participants: float, informed: float, learning: Learning) -> float:
    """Return the monthly probability that an unaware family learns of the programme.

    ``participants`` and ``informed`` are shares among the low-income families of the raion a month ago.

    >>> class P: media, office, passing, participant_ratio, contacts = 0.01, 0.05, 0.06, 6.0, 10.0
    >>> round(awareness_probability(0, 0.0, 0.0, P), 6), round(awareness_probability(1, 0.0, 0.0, P), 6)
    (0.00995, 0.058235)
    >>> round(awareness_probability(0, 0.1, 0.0, P), 6) == round(awareness_probability(0, 0.0, 0.6, P), 6)
    True
    """
    network = learning.contacts * learning.passing * (participants + informed / learning.participant_ratio)
    return 1.0 - exp(-(learning.media + learning.office * benefit + network))


@sweep
def tabulate(low_income: Array, participants: Array, informed: Array, learning: Learning, table: Array) -> None:
    """Fill ``table`` (raions, 2) with the probability without and with the child benefit."""
    for d in range(len(low_income)):
        base = max(low_income[d], 1)
        for benefit in range(2):
            table[d, benefit] = awareness_probability(benefit, participants[d] / base, informed[d] / base, learning)


@sweep
def learn(
    first: int, last: int, households: Households, state: HouseholdState, probability: Array, key: np.uint64
) -> None:
    """Let unaware families learn; ``probability`` is (raions, 2) without and with the child benefit."""
    for i in range(row(first), row(last)):
        chance = probability[households.raion[i], state.benefit[i]]
        state.aware[i] |= np.uint8(uniform(key, households.identifier[i]) < chance)
