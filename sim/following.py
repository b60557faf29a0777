"""Following: a world takes over from another what persons and employers do there, where nothing that they feel differs.

With fixed markets a design that moves neither quota, services, benefits nor the economy changes nothing for persons at
work and for employers: their months are those of the base world, to the last bit (people.md W1 to W5, D5). So the base
world keeps what each household had of its members in a month, and a world that follows it takes that over. It has no
persons and employers of its own until its last month; reading them before is an error that says so.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

from sim.engine.columns import Array
from sim.labour.books import LabourBooks
from sim.people import income_of
from sim.state.monthly import Sheet
from sim.work.books import WorkBooks
from sim.world import World

MOST = 256 * 2**20  # bytes that a base world may keep
COLUMNS = ("earned", "informal", "own_income", "transfers", "employed", "bears", "staffed", "lenders")


class Members(NamedTuple):
    """What households had of their members in a month, and what money is handed out and passed on by."""

    columns: tuple[Array, ...]  # of ``HouseholdState``, see ``COLUMNS``
    base: Array  # see sim.people.People
    sharing: Array


class Elsewhere:
    """Persons or employers of a world that follows another: they are found there."""

    def __getattr__(self, name: str) -> Any:
        """Raise :class:`RuntimeError`."""
        raise RuntimeError(f"this world takes over the work of persons and employers from its base world; ask there "
                           f"for {name}, or simulate it without following (sim.following)")  # fmt: skip


def may_keep(world: World, months: int) -> bool:
    """Return whether a world may keep so many months of what households have of their members."""
    each = sum(getattr(world.state, name).itemsize for name in COLUMNS)
    return world.life is None and each * world.rows * months <= MOST


def keep(world: World) -> None:
    """Keep what households have of their members this month."""
    assert world.path.members is not None
    columns = tuple(getattr(world.state, name).copy() for name in COLUMNS)
    world.path.members[world.t] = Members(columns, world.people.base, world.people.sharing)


def following(base: World) -> dict[str, Any]:
    """Return what a fork needs to follow a base world that has been simulated to the end."""
    nobody: Any = Elsewhere()
    work = replace(base.people.work, workers=nobody, chain=nobody, books=nobody)
    labour = replace(base.labour, persons=nobody, employers=nobody)
    return {"followed": base, "people": replace(base.people, work=work, seen=nobody), "labour": labour}


def sheets(world: World) -> tuple[WorkBooks, Sheet, LabourBooks]:
    """Return the books of the month of persons at work, of their support and of the labour block."""
    assert world.followed is not None
    _, work, support, labour = world.followed.records.sheets(world.t)[:4]
    assert isinstance(work, WorkBooks)
    assert isinstance(labour, LabourBooks)
    return work, support, labour


def take_over_labour(world: World) -> None:
    """Take over the books of the labour block of the month."""
    assert world.followed is not None
    world.path.vacancies[world.t] = world.followed.path.vacancies[world.t]
    world.labour.money = sheets(world)[2].money


def take_over_work(world: World) -> None:
    """Take over what households have of their members this month."""
    assert world.followed is not None
    path = world.followed.path
    assert path.members is not None
    world.settle()  # sweeps that wait see what members had last month
    world.path.moves[world.t] = path.moves[world.t]
    members = path.members[world.t]
    for name, column in zip(COLUMNS, members.columns, strict=True):
        getattr(world.state, name)[:] = column
    world.people.persons = sheets(world)[0].persons
    world.people.base, world.people.sharing = members.base, members.sharing


def arrived(world: World) -> World:
    """Return a world that has followed another to its end, with the persons and employers of that one."""
    base = world.followed
    assert base is not None
    assert base.t == world.t, "a world is followed to its last month"
    work = replace(base.people.work, income=income_of(world.state))
    world.people, world.labour, world.followed = replace(base.people, work=work), base.labour, None
    return world
