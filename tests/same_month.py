"""Print what the model has made of a small country after every month, as digests by column.

Run as ``python tests/same_month.py [households last-month [last month in which time passes]]``; with
``KELISHIM_COMPILED=0`` in plain Python. After the word ``shortly`` the search for a seeker's chances stops after a few
steps: all of them do the same sums, and in plain Python they took six sevenths of the time.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterator
from typing import Any

import numpy as np
from small import eras, eventful, law, mixed

from sim.beginning import begin, match_register
from sim.schedule import advance
from sim.work import finding
from sim.world import World

LAST, HOUSEHOLDS = 5, 120  # what plain Python can live through
STEPS = 2  # of the search for a seeker's chances there, of 20
LONG, MANY = 59, 500  # until everything has happened to somebody


def digests(world: World) -> dict[str, str]:
    """Return a hash of every column of households, persons, employers, markets and books."""
    labour, work = world.labour, world.people.work
    tables: dict[str, Any] = {
        "household": world.state, "person": work.state, "member": work.workers, "certified": labour.persons,
        "employer": labour.employers, "market": world.markets, "bearing": world.bearing,
        "handed": world.handed,
    }  # fmt: skip
    if world.life is not None:
        tables |= {"composition": world.life.composition, "endowment": world.endowments}
    columns = {f"{name} {column}": one for name, table in tables.items() for column, one in table._asdict().items()}
    sums = vars(world.tally) | {f"of {name}": one for name, one in world.tally.instruments.items()}
    columns |= {f"sums {name}": one for name, one in sums.items() if isinstance(one, np.ndarray)}
    columns |= {f"jobs {name}": getattr(work.books, name) for name in ("jobs", "filled", "hired", "cut", "lost")}
    columns |= {"labour money": labour.money, "labour stocks": labour.stocks, "by state": world.people.persons}
    for name, value in world.records.at(world.t - 1).items() if world.records.months else ():
        columns[f"record {name}"] = np.asarray(value, dtype=np.float64)
    return {name: hashlib.sha256(np.ascontiguousarray(one).tobytes()).hexdigest()[:8] for name, one in columns.items()}


def model(households: int, last: int, until: int | None = None) -> Iterator[tuple[str, int, dict[str, str]]]:
    """Yield (world, month, digests) of the model; ``until`` as of :func:`sim.beginning.begin`."""
    world = begin(mixed(households), eventful(), law(closed_from=-1000), 7, 0, until=until)
    while world.t < 0:
        advance(world, world.t)
        yield "never", world.t - 1, digests(world)
    match_register(world)
    with_programme = world.fork(design=law(eras), reference=world.path)
    most: dict[str, int] = {}
    for name, one in (("never", world), ("programme", with_programme)):
        while one.t <= last:
            advance(one, one.t)
            yield name, one.t - 1, digests(one)
            most = {event: max(count, most.get(event, 0)) for event, count in events(one).items()}
    yield "events", last, most


def shortly(*size: int) -> Iterator[tuple[str, int, dict[str, str]]]:
    """Yield what ``model`` does, with few steps of the search for a seeker's chances."""
    usual, finding.STEPS = finding.STEPS, STEPS
    try:
        yield from model(*size)
    finally:
        finding.STEPS = usual


def events(world: World) -> dict[str, Any]:
    """Return what has happened to how many families, to see that nothing went untested."""
    s = world.state
    out = {f"contract {code}": int((s.contract == code).sum()) for code in range(9)}
    out |= {f"sector {code}": int((s.sector == code).sum()) for code in range(5)}
    out |= {
        "loans": int((s.loan > 0).sum()),
        "released": int(s.released.sum()),
        "hired": int(s.hired.sum()),
        "distress": int((s.distress_months < 255).sum()),
        "breached": int((s.contract == 8).sum()),
        "reported failed": int((s.reported_failed == 2).sum()),
        "own start": int(s.own_start.sum()),
        "benefit": int(s.benefit.sum()),
        "barred": int(s.barred.sum()),
        "oblasts": int(world.households.oblast.max() + 1),
        "late": int((s.contract_month == 52).sum()),
    }
    return out


if __name__ == "__main__":
    words = sys.argv[1:]
    lived = shortly if words[:1] == ["shortly"] else model
    for line in lived(*(int(one) for one in words if one != "shortly")):
        print(json.dumps(line))
