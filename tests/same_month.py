"""Print what the model, or the reference, has made of a small country after every month, as digests by column.

Run as ``python tests/same_month.py model|reference``; with ``KELISHIM_COMPILED=0`` in plain Python.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterator
from typing import Any

from reference import Reference
from small import eras, eventful, law, mixed

from sim.beginning import begin, match_register
from sim.schedule import advance
from sim.world import World

LAST = 59
HOUSEHOLDS = 500


def digests(world: World) -> dict[str, str]:
    """Return a hash of every column of the state and of every market index."""
    tables = world.state._asdict()
    tables |= {"market " + name: column for name, column in world.markets._asdict().items()}
    return {name: hashlib.sha256(column.tobytes()).hexdigest()[:8] for name, column in tables.items()}


def model(households: int, last: int) -> Iterator[tuple[str, int, dict[str, str]]]:
    """Yield (world, month, digests) of the model."""
    world = begin(mixed(households), eventful(), law(closed_from=-1000), 7, 0)
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


def reference(households: int, last: int) -> Iterator[tuple[str, int, dict[str, str]]]:
    """Yield (world, month, digests) of the reference."""
    world = Reference(begin(mixed(households), eventful(), law(closed_from=-1000), 7, 0))
    while world.t < 0:
        world.month()
        yield "never", world.t - 1, world.digests()
    world.match_register()
    with_programme = world.twin(law(eras))
    for name, one in (("never", world), ("programme", with_programme)):
        while one.t <= last:
            one.month()
            yield name, one.t - 1, one.digests()


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
    kind = model if sys.argv[1] == "model" else reference
    count = int(sys.argv[2]) if len(sys.argv) > 2 else HOUSEHOLDS
    until = int(sys.argv[3]) if len(sys.argv) > 3 else LAST
    for line in kind(count, until):
        print(json.dumps(line))
