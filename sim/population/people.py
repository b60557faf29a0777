"""People: everybody in the households of the country (people.md section 1).

First, plain version: ages follow the age structure of certified members and fixed bands; to be replaced.
"""

from __future__ import annotations

import numpy as np

from sim.engine.columns import typed
from sim.population.certified import ADULTS, CHILDREN, ELDERS
from sim.population.draws import normals, uniforms
from sim.population.families import PLACE_BITS, Columns
from sim.state.households import Households
from sim.state.persons import NEVER_CERTIFIED, Persons, Role

TEENAGER = 3


def populate(seed: int, homes: Households, members: Columns, home: np.ndarray) -> tuple[Persons, np.ndarray]:
    """Return everybody, and the row of each certified member; ``home`` is the household row of each of these."""
    teenagers = homes.adults - homes.women - homes.men
    kinds = ((ADULTS, 1, homes.women), (ADULTS, 0, homes.men), (TEENAGER, 0, teenagers), (ELDERS, 0, homes.elders),
             (CHILDREN, 0, homes.children))  # fmt: skip
    counts = np.stack([number for _, _, number in kinds], axis=1).astype(np.int64)
    first = np.cumsum(homes.size.astype(np.int64)) - homes.size
    household = np.repeat(np.arange(len(first)), homes.size)
    kind = np.repeat(np.tile(np.arange(len(kinds)), len(first)), counts.ravel())
    who = (homes.identifier[household].astype(np.uint64) << np.uint64(8)) | (
        np.arange(len(household)) - first[household]
    ).astype(np.uint64)
    u, role = uniforms(seed, 70, who), np.array([ADULTS, ADULTS, TEENAGER, ELDERS, CHILDREN])[kind]
    woman = np.where(kind == 0, 1, np.where(kind == 1, 0, uniforms(seed, 71, who) < 0.5))
    low = np.array([18, 18, 16, 63, 0])[kind]
    span = np.array([40, 45, 2, 22, 16])[kind]
    age = np.floor(low + span * u).astype(np.int64)
    at = np.empty(len(members["row"]), np.int64)
    order = np.lexsort((members["rank"], home))
    start = np.cumsum(counts, axis=1) - counts + first[:, None]
    used = np.zeros_like(counts)
    m_kind = np.select(
        [members["role"] == CHILDREN, members["role"] == ELDERS, members["age"] < 18, members["woman"] == 1], [4, 3, 2, 0], 1
    )
    for i in order:
        at[i] = start[home[i], m_kind[i]] + used[home[i], m_kind[i]]
        used[home[i], m_kind[i]] += 1
    age[at], woman[at] = members["age"], members["woman"]
    zeros = np.zeros(len(household), np.int64)
    columns = {
        "identifier": (homes.raion[household].astype(np.int64) << PLACE_BITS)
        + np.arange(len(household)) - first[np.searchsorted(homes.raion, homes.raion[household])] + 1,
        "household": household,
        "woman": woman,
        "birth": -12 * age - 1 - np.floor(12 * uniforms(seed, 72, who)),
        "education": np.where(age >= 16, homes.education[household], 0),
        "role": np.select([role == CHILDREN, role == ELDERS, role == TEENAGER], [Role.CHILD, Role.ELDER, Role.CHILD]),
        "group": zeros.copy(), "kind": zeros.copy(), "certified_from": zeros + NEVER_CERTIFIED, "abroad": zeros,
        "wage_score": normals(seed, 73, who),
    }  # fmt: skip
    for name in ("group", "kind", "certified_from"):
        columns[name][at] = members[name]
    return typed(Persons, columns), at
