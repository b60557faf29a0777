"""Small labour worlds for tests: persons and employers drawn from a fixed hash, in round proportions."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import numpy as np

import sim
from sim.behaviour import Behaviour
from sim.engine.columns import taken, typed
from sim.engine.draws import bits, key
from sim.labour import LabourWorld, begin
from sim.policies.quota import Quota
from sim.policies.services import Services
from sim.state.labour import Employers, Persons
from sim.state.terms import EconomyTerms

FOLDER = Path(sim.__file__).parent / "country" / "kyrgyzstan"
REGIONS = ("Batken", "Jalal-Abad", "Issyk-Kul", "Naryn", "Osh oblast", "Talas", "Chui", "Bishkek", "Osh city")
BEHAVIOUR = Behaviour.central()
INCUMBENTS = np.full((9, 4), 1500.0)


def luck(sub: int, rows: int) -> np.ndarray:
    """Return uniforms of rows under a fixed key."""
    k = key(7, 100, 0, sub)
    return np.array([(int(bits(k, i)) >> 12) * 2.0**-52 for i in range(rows)])


def population(people: int = 300, firms: int = 60, weight: float = 10.0) -> SimpleNamespace:
    """Return persons and employers of a made-up country with the regions of Kyrgyzstan."""
    u = [luck(s, max(people, firms)) for s in range(12)]
    p = [x[:people] for x in u]
    persons = typed(Persons, {
        "identifier": 1000 + 7 * np.arange(people), "household": np.arange(people),
        "oblast": np.sort(np.floor(9 * p[0])), "raion": np.zeros(people), "urban": p[1] < 0.4, "woman": p[2] < 0.45,
        "age": 16 + np.floor(52 * p[3]), "group": 1 + np.searchsorted([0.2, 0.6], p[4]), "kind": np.floor(5 * p[5]),
        "secondary": p[6] < 0.7, "distance": 40 * p[7], "benefit": 3000 + 5000 * p[8],
        "certified_from": np.where(p[9] < 0.9, -300, np.floor(600 * (p[9] - 0.9))), "employed_luck": p[10],
        "person": np.full(people, -1),
    })  # fmt: skip
    f = [x[:firms] for x in luck_pair(firms)]
    employers = typed(Employers, {
        "identifier": 500 + 3 * np.arange(firms), "oblast": np.sort(np.floor(9 * f[0])),
        "industry": np.floor(12 * f[1]),
        "owner": np.searchsorted([0.35, 0.45], f[2]), "staff": np.minimum(np.floor(8 * (1 - f[3]) ** -0.9), 900),
        "wage": 20000 + 30000 * f[4], "accessible": f[5] < 0.2, "tender": np.zeros(firms),
        "business_group": np.zeros(firms), "adaptation_score": 4 * (f[6] - 0.5), "discriminates": f[7] < 0.5,
    })  # fmt: skip
    country = SimpleNamespace(
        folder=FOLDER, regions=REGIONS, value={"certificate_benefit": 1.0}.__getitem__, deflated=lambda name: 8_000.0
    )
    return SimpleNamespace(persons=persons, employers=employers, country=country, labour_weight=weight)


def luck_pair(rows: int) -> list[np.ndarray]:
    """Return uniforms for employers, apart from those of persons."""
    return [luck(100 + s, rows) for s in range(8)]


def shuffled(given: SimpleNamespace) -> SimpleNamespace:
    """Return the same population with the rows of both tables in another order."""
    order = [np.argsort(luck(200 + k, len(table.oblast))) for k, table in enumerate((given.persons, given.employers))]
    return SimpleNamespace(
        **vars(given) | {"persons": taken(given.persons, order[0]), "employers": taken(given.employers, order[1])}
    )


def economy(t: int) -> EconomyTerms:
    """Return prices and wages that rise steadily."""
    wage = 31187.0 * 1.1 ** ((t - 18) / 12)
    ratios = np.array([0.71, 0.78, 1.04, 0.9, 0.61, 0.87, 0.76, 1.23, 0.78])
    return EconomyTerms(
        1.08 ** ((t - 18) / 12), 8000.0, wage, 2000.0, wage * ratios, 1.0, 0, 0.0225, 0.1725, 0.1, 0.1, 0.05
    )


def start(given: SimpleNamespace, behaviour: Behaviour = BEHAVIOUR, seed: int = 1, months: int = 12) -> LabourWorld:
    """Return a world after a short burn-in under the present practice."""
    world = begin(given, behaviour, seed)
    advance(world, -months, 0, behaviour=behaviour)
    return world


def advance(
    world: LabourWorld, first: int, until: int, quota: Quota | None = None, services: Services | None = None,
    behaviour: Behaviour = BEHAVIOUR, each: object = None,
) -> LabourWorld:  # fmt: skip
    """Simulate months and return the world; ``each`` is called with the world after every month."""
    quota, services = quota or Quota(), services or Services()
    for t in range(first, until):
        prices = economy(t)
        world.month(t, quota.terms(t, prices, behaviour), services.terms(t), prices, INCUMBENTS)
        if callable(each):
            each(world)
    return world


def levy(share: float, **more: object) -> Quota:
    """Return the quota of 2025 as a universal duty with a levy."""
    return Quota.made({"design": "KG_2025", "assignment": "universal", "levy": share} | more, "test")
