"""Support at work that is rationed by lot: coaching, personal assistance, remote work (model.md P1).

A place goes to whose lot is drawn, and the lot is the same in every month and design: more places help the same persons
and others besides.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.engine.columns import Array
from sim.engine.compiled import rule
from sim.engine.draws import uniform


class Support(NamedTuple):
    """Places over those who want them, by oblast, at most one, and the keys of the lots."""

    coaching: Array  # (oblasts,) of seekers
    assistance: Array  # (oblasts,) of willing persons of groups I and II
    remote: Array  # (oblasts,) of willing persons
    assistance_key: np.uint64
    remote_key: np.uint64


@rule
def is_drawn(share: float, key: int, who: int) -> int:
    """Return 1 if the lot of a person is among the share that has a place.

    >>> is_drawn(0.0, np.uint64(7), np.uint32(1)), is_drawn(1.0, np.uint64(7), np.uint32(1))
    (0, 1)
    """
    if share <= 0.0:
        return 0
    return 1 if uniform(key, who) < share else 0


@rule
def has_assistant(support: Support, oblast: int, group: int, who: int) -> int:
    """Return 1 if a person of groups I and II has a personal assistant at work.

    >>> places = Support(np.zeros(1), np.ones(1), np.zeros(1), np.uint64(7), np.uint64(8))
    >>> has_assistant(places, 0, 2, np.uint32(1)), has_assistant(places, 0, 3, np.uint32(1))
    (1, 0)
    """
    return is_drawn(support.assistance[oblast], support.assistance_key, who) if group <= 2 else 0


@rule
def has_remote_place(support: Support, oblast: int, who: int) -> int:
    """Return 1 if a person has equipment and training for digital or remote work.

    >>> nobody = Support(np.zeros(1), np.zeros(1), np.zeros(1), np.uint64(7), np.uint64(8))
    >>> everybody = nobody._replace(remote=np.ones(1))
    >>> has_remote_place(nobody, 0, np.uint32(1)), has_remote_place(everybody, 0, np.uint32(1))
    (0, 1)
    """
    return is_drawn(support.remote[oblast], support.remote_key, who)
