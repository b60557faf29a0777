"""Workers: jobs by the groups of those who hold them (model.md A5; people.md Y11).

Persons in work are counted where they are; the operator of a family business who has no other work is a job of that
person. Extra family workers and paid hires of family businesses are known by number only: by sex, age and group of
disability they stand apart as not known, by place and tenth they count with the household of the business. So do jobs
of businesses that an office winds up in the last month, after the books of the month are closed.
"""

from __future__ import annotations

import numpy as np

from sim.engine.columns import Array
from sim.outcomes.groups import NO_TENTH, Dimension, of_homes, present, residents
from sim.outcomes.jobs import jobs, jobs_by_oblast
from sim.state.households import weights_of
from sim.work.books import IN_WORK
from sim.world import World


def jobs_by_group(world: World, tenth: Array) -> dict[str, int]:
    """Return jobs by group at the end of a world; ``tenth`` is that of each household when the comparison started.

    The groups of each dimension add up to all jobs.
    """
    everybody, s, weight = world.population.everyone, world.state, weights_of(world.households)
    people, rows = residents(world), present(world)
    at_work = np.isin(world.people.work.state.work[rows], [int(each) for each in IN_WORK])
    alone = (s.operating == 1) & (s.employed == 0)
    helpers = weight * (s.operating == 1) * (s.family_new.astype(np.int64) + s.hired_new)
    place = np.full(len(everybody.household), -1, dtype=np.int64)
    place[rows] = np.arange(len(rows))
    operators = place[world.endowments.operator[alone]]
    known = operators >= 0
    holds = np.where(at_work, people.weight, 0)
    np.add.at(holds, operators[known], weight[alone][known])
    by_home = helpers + weight * alone
    np.add.at(by_home, people.home, np.where(at_work, people.weight, 0))
    total = int(jobs(world)[-1])
    out: dict[str, int] = {}
    for each in people.dimensions():
        out |= _counted(each, holds, total)
    for each in of_homes(world, tenth)[1:]:
        out |= _counted(each, by_home, total)
    by_oblast = zip(world.population.country.regions, jobs_by_oblast(world), strict=True)
    return out | {f"oblast={name}": int(count) for name, count in by_oblast}


def _counted(dimension: Dimension, held: Array, total: int) -> dict[str, int]:
    """Return jobs by group of a dimension, in whole numbers; what is in no group is not known."""
    found = np.bincount(dimension.codes, held.astype(np.float64), len(dimension.labels))
    out = {name: int(n) for name, n in zip(dimension.names(), found, strict=True)}
    unknown = f"{dimension.name}={NO_TENTH}"
    out[unknown] = out.get(unknown, 0) + total - sum(out.values())
    return out
