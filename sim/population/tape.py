"""The tape: what happens to persons until December 2035, dated, for a run that lets time pass (people.md section 2).

It is the same for every world, arm and draw. Every person of the horizon has a row from the start, children in the
block of their mother, so nothing moves when something happens.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from sim.agents.persons.living import Event
from sim.engine.columns import Array, taken, typed
from sim.months import HORIZON, PEOPLED
from sim.population.building import Population
from sim.population.demography import born_in
from sim.population.draws import Draw, uniforms
from sim.population.families import PLACE_BITS
from sim.population.people import ADULT_SCHOOL_FROM, CHILD_TO, GROWN_FROM, MAN_WORKS_TO, SCHOOLED, WOMAN_WORKS_TO
from sim.population.sampling import newborns_of, onsets_of
from sim.state.labour import Persons as Certified
from sim.state.persons import NEVER_CERTIFIED, Persons, Role

YEAR = 12
LATER = np.uint32(1 << (PLACE_BITS - 1))  # marks the identifiers of certificates that follow others
Integers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Tape:
    """Events in the order of months, then of kinds, then of rows; those of month t from ``starts[t]``."""

    person: Array
    kind: Array
    starts: Array  # (HORIZON + 1,)


def with_newborns(population: Population, last: int = HORIZON - 1) -> Population:
    """Return the population with a row for each child to be born, behind the members of the mother's household.

    ``last`` is the last month that is asked for; who is born later is left out, which changes nothing before. Months of
    birth are those at which the ages of July 2022 are right, see :func:`sim.population.demography.born_in`.
    """
    homes, everyone = population.households, population.everyone
    born = newborns_of(population.newborns, homes)
    born = taken(born, np.flatnonzero(born.enters <= last))
    order = np.argsort(homes.identifier, kind="stable")
    home = order[np.searchsorted(homes.identifier[order], born.household)].astype(np.int64)
    turn = np.argsort(home, kind="stable")
    home = home[turn]
    extra = np.bincount(home, minlength=len(homes.identifier))
    members = homes.members.astype(np.int64)
    first = np.cumsum(members + extra) - members - extra
    own = everyone.household.astype(np.int64)
    place = first[own] + np.arange(len(own)) - homes.first_person.astype(np.int64)[own]
    behind = np.arange(len(home)) - np.searchsorted(home, home)
    at = first[home] + members[home] + behind
    new = {name: getattr(born, name)[turn] for name in ("identifier", "woman", "enters", "leaves", "abroad")}
    new |= {"household": home, "birth": new["enters"], "reached": np.ones(len(home))}
    new |= {"role": np.full(len(home), Role.CHILD), "certified_from": np.full(len(home), NEVER_CERTIFIED)}
    columns = {}
    for name, column in everyone._asdict().items():
        columns[name] = out = np.zeros(len(place) + len(at), column.dtype)
        out[place] = born_in(column) if name == "birth" else column
        if name in new:
            out[at] = new[name]
    persons = population.persons
    moved = np.where(persons.person >= 0, place[persons.person], -1)
    persons = persons._replace(person=moved.astype(persons.person.dtype))
    persons = with_onsets(population, columns, persons)
    return replace(
        population,
        everyone=typed(Persons, columns),
        persons=persons,
        households=homes._replace(
            first_person=first.astype(homes.first_person.dtype), members=(members + extra).astype(homes.members.dtype)
        ),
    )


def with_onsets(population: Population, everyone: dict[str, Array], persons: Certified) -> Certified:
    """Return the register with those who are certified after the death of others, and mark them among everybody."""
    later, homes = onsets_of(population.onsets, population.everyone), population.households
    order = np.argsort(everyone["identifier"], kind="stable")
    row = order[np.searchsorted(everyone["identifier"], later.person, sorter=order)]
    for name in ("group", "kind", "certified_from"):
        everyone[name][row] = getattr(later, name)
    home = everyone["household"][row]
    age = (PEOPLED - 1 - everyone["birth"][row].astype(np.int64)) // YEAR
    new = {name: getattr(later, name) for name in ("group", "kind", "benefit", "certified_from")}
    new |= {name: getattr(homes, name)[home] for name in ("oblast", "raion", "urban", "distance")}
    new |= {"household": homes.identifier[home], "woman": everyone["woman"][row], "age": age, "person": row}
    secondary = (age >= GROWN_FROM) & (everyone["education"][row] >= 1)
    new |= {"identifier": later.person | LATER, "secondary": secondary}
    new["employed_luck"] = uniforms(population.seed, Draw.EMPLOYED_LUCK, later.person.astype(np.uint64))
    made = typed(Certified, new)
    return Certified(*[np.concatenate(parts) for parts in zip(persons, made, strict=True)])


def tape_of(everyone: Persons) -> Tape:
    """Return the tape of a population that has all its rows."""
    birth, enters, leaves = (getattr(everyone, name).astype(np.int32) for name in ("birth", "enters", "leaves"))
    woman = everyone.woman == 1
    pension = YEAR * np.where(woman, WOMAN_WORKS_TO + 1, MAN_WORKS_TO + 1).astype(np.int32)
    someone = np.ones(len(birth), bool)
    dated = (
        (Event.BORN, enters, someone), (Event.DIES, leaves, someone),
        (Event.NO_CHILD, birth + YEAR * (CHILD_TO + 1), someone), (Event.GROWN, birth + YEAR * GROWN_FROM, someone),
        (Event.SCHOOLED, birth + YEAR * SCHOOLED, everyone.reached != everyone.education),
        (Event.ELDER, birth + pension, someone), (Event.TOO_OLD, birth + YEAR * (MAN_WORKS_TO + 1), someone),
    )  # fmt: skip
    rows, months, kinds = [], [], []
    for kind, month, who in dated:
        at = np.flatnonzero(who & (month >= PEOPLED) & (month < HORIZON) & ((month < leaves) | (kind == Event.DIES)))
        rows.append(at)
        months.append(month[at].astype(np.int16))
        kinds.append(np.full(len(at), kind, np.uint8))
    month, person = np.concatenate(months), np.concatenate(rows)
    order = np.argsort(month, kind="stable")
    starts = np.searchsorted(month[order], np.arange(HORIZON + 1))
    return Tape(person[order].astype(np.int64), np.concatenate(kinds)[order], starts)


assert ADULT_SCHOOL_FROM == CHILD_TO + 1, "schooling of adults is told by the event of turning 16"
