"""Quota outcomes: where the counted seats of a design come from, in whole persons (model.md A6, Y7).

Two labour worlds share the seed and differ in the quota or the services. The counted seats that one has more than the
other are taken apart::

    GROSS  = PROFORMA + RELABEL + ALREADY + NETPWD
    NETALL = NETPWD - SUBST - BUNCH

PROFORMA and RELABEL are seats filled on paper and by certifying present staff. NETPWD are persons with disabilities at
work in one world and not in the other. ALREADY is, person by person, the change in being counted less the change in
being employed: people counted now who would work anyway. SUBST are jobs of others taken by the additional persons at
work, BUNCH jobs that are not created or not reported below a threshold; NETALL is the change in all reported jobs.
Every term is found from the table of persons or from that of employers, and the identities compare the two.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.engine.columns import Array
from sim.errors import IdentityError
from sim.labour import LabourWorld
from sim.state.labour import OWNERS
from sim.state.labour_state import COUNTED, EMPLOYED, OWN_BUSINESS, SHELTERED, STATES, SUPPORTED, PersonState

SIZES = ("5-19", "20-49", "50-99", "100-249", "250 and more")
SIZE_FROM = np.array([0, 20, 50, 100, 250])
SEXES = ("men", "women")
GROUPS = ("group I", "group II", "group III")
SMALL = "small or own business"
UNKNOWN = "not a person on the register"
TERMS = ("gross", "proforma", "relabel", "already", "netpwd", "subst", "bunch", "hidden", "netall")


class Decomposition(NamedTuple):
    """Terms of the decomposition in real persons, each an array over ``labels``."""

    labels: tuple[str, ...]
    gross: Array
    proforma: Array
    relabel: Array
    already: Array
    netpwd: Array
    subst: Array
    bunch: Array  # jobs not created, and jobs not reported
    hidden: Array  # of these, jobs that exist and are not reported
    netall: Array

    def total(self) -> dict[str, float]:
        """Return each term summed over the cells."""
        return {name: float(getattr(self, name).sum()) for name in TERMS}


def at_work(state: PersonState) -> Array:
    """Return 1 for each person at work: employed, counted for a quota, or with an own business."""
    now = state.state
    return ((now == EMPLOYED) | (now == COUNTED) | (now == OWN_BUSINESS)).astype(np.int64)


def _replacing(state: PersonState) -> Array:
    """Return 1 for each employee whose job would otherwise be another person's (E4 and ordinary vacancies)."""
    employee = (state.state == EMPLOYED) | (state.state == COUNTED)
    return (employee & (state.additional == 0)).astype(np.int64)


def cells_of(world: LabourWorld, by: str) -> tuple[tuple[str, ...], Array]:
    """Return labels and the cell of each person."""
    f = world.frame
    if by == "oblast":
        return f.regions, f.persons.oblast.astype(np.int64)
    if by == "sex":
        return (*SEXES, UNKNOWN), f.persons.woman.astype(np.int64)
    if by == "group":
        return (*GROUPS, UNKNOWN), f.persons.group.astype(np.int64) - 1
    labels = (*OWNERS, SMALL) if by == "owner" else (*SIZES, SMALL)
    cells = employer_cells(world, by)
    row = world.persons.employer.astype(np.int64)
    return labels, np.where(row >= 0, cells[np.maximum(row, 0)], len(labels) - 1)


def firm_cells(world: LabourWorld, by: str) -> tuple[tuple[str, ...], Array]:
    """Return labels and the cell of each employer."""
    f = world.frame
    labels = {"oblast": f.regions, "owner": OWNERS, "size": SIZES}[by]
    return labels, employer_cells(world, by)


def employer_cells(world: LabourWorld, by: str) -> Array:
    """Return the cell of each employer; by sex and group its seats have no person."""
    table = world.frame.employers
    if by == "oblast":
        return table.oblast.astype(np.int64)
    if by == "owner":
        return table.owner.astype(np.int64)
    if by == "size":
        return np.searchsorted(SIZE_FROM, table.staff, side="right").astype(np.int64) - 1
    return np.full(len(table.staff), 2 if by == "sex" else 3, np.int64)


def check_same(world: LabourWorld, other: LabourWorld) -> None:
    """Raise :class:`IdentityError` unless two worlds have the same persons and the same month.

    Where time passes each world has a register of its own, but all share the column of identifiers.
    """
    if world.frame.persons.identifier is not other.frame.persons.identifier or world.t != other.t:
        raise IdentityError("the two worlds do not share population and month; their difference has no meaning")


def decompose(world: LabourWorld, other: LabourWorld, by: str = "oblast") -> Decomposition:
    """Return how ``world`` differs from ``other``, by "oblast", "sex", "group", "owner" or "size" of employer.

    Own businesses belong to the other block; their effect is in ``netpwd`` and, as they replace nobody, in ``netall``.
    """
    if by not in ("oblast", "sex", "group", "owner", "size"):
        raise ValueError(f"by is '{by}'; it must be oblast, sex, group, owner or size")
    check_same(world, other)
    weight = world.frame.weight
    labels = cells_of(world, by)[0]
    places = tuple(cells_of(w, by)[1] for w in (world, other))
    of_firms = employer_cells(world, by)

    def people(values: tuple[Array, ...]) -> Array:
        sums = []
        for cells, v in zip(places, values, strict=True):
            there = np.flatnonzero(v != 0)  # few of all persons
            sums.append(np.bincount(cells[there], weights=v[there], minlength=len(labels)))
        return np.round(sums[0] - sums[1]) * weight

    def firms(values: tuple[Array, ...]) -> Array:
        change = values[0].astype(np.int64) - values[1].astype(np.int64)
        return np.round(np.bincount(of_firms, weights=change, minlength=len(labels))) * weight

    both = (world.employers, other.employers)
    counted = tuple((w.persons.state == COUNTED).astype(np.int64) for w in (world, other))
    work = tuple(at_work(w.persons) for w in (world, other))
    duty = tuple((e.owed > 0.0).astype(np.int64) for e in both)
    proforma = firms(tuple(e.proforma * d for e, d in zip(both, duty, strict=True)))
    relabel = firms(tuple(e.relabelled * d for e, d in zip(both, duty, strict=True)))
    already = people(tuple(c - w for c, w in zip(counted, work, strict=True)))
    netpwd = people(work)
    subst = people((_replacing(world.persons), _replacing(other.persons)))
    bunch = -firms(tuple(e.reported for e in both))
    hidden = firms(tuple(e.staff.astype(np.int64) - e.reported.astype(np.int64) for e in both))
    gross = proforma + relabel + people(counted)
    netall = netpwd - subst - bunch
    found = Decomposition(labels, gross, proforma, relabel, already, netpwd, subst, bunch, hidden, netall)
    _check(found, world, other)
    return found


def _check(found: Decomposition, world: LabourWorld, other: LabourWorld) -> None:
    """Compare terms found from persons with the same found from employers; raise if a residual is left."""
    totals = found.total()
    weight = world.frame.weight
    seats, additional, own = [], [], []  # additional: jobs at employers, and at small ones those that replace nobody
    for w in (world, other):
        e, duty = w.employers, w.employers.owed > 0.0
        seats.append(int((e.workers.astype(np.int64) + e.relabelled + e.proforma)[duty].sum()))
        small = int(((w.persons.additional == 1) & (w.persons.employer < 0)).sum())
        additional.append(int(e.additional.astype(np.int64).sum() + e.reported.astype(np.int64).sum()) + small)
        own.append(int((w.persons.state == OWN_BUSINESS).sum()))
    residuals = {
        "GROSS": (seats[0] - seats[1]) * weight
        - (totals["proforma"] + totals["relabel"] + totals["already"] + totals["netpwd"]),
        "NETALL": (additional[0] - additional[1] + own[0] - own[1]) * weight - totals["netall"],
    }
    for name, residual in residuals.items():
        if residual != 0.0:
            raise IdentityError(f"{name} leaves a residual of {residual:g} persons; its terms must add up exactly (A6)")


def supported(world: LabourWorld, other: LabourWorld) -> dict[str, float]:
    """Return how work with support differs from that in ``other``, apart from open work (K18), in real persons.

    ``sheltered``, ``assisted`` and ``remote`` are changes of stocks; ``from_open`` are persons in sheltered places who
    would otherwise be in open work, less those for whom it is the other way round.
    """
    check_same(world, other)
    places = [w.persons.state == SHELTERED for w in (world, other)]
    work = [at_work(w.persons).astype(bool) for w in (world, other)]
    persons = {
        "sheltered": int(places[0].sum()) - int(places[1].sum()),
        "from_open": int((places[0] & work[1]).sum()) - int((places[1] & work[0]).sum()),
    }
    change = world.stocks.sum(axis=0) - other.stocks.sum(axis=0)
    persons |= {name: int(change[len(STATES) + k]) for k, name in enumerate(SUPPORTED)}
    return {name: float(value) * world.frame.weight for name, value in persons.items()}


def employment_gap(world: LabourWorld, general_rate: float, with_proforma: bool = False) -> dict[str, float]:
    """Return by sex and in all the employment rate of working age below the general rate, percentage points (Y7).

    With ``with_proforma`` pro-forma contracts count as work, which they are not; only the total can be given then.
    """
    f = world.frame
    adults = (f.persons.age >= 18) & (f.persons.age < 63) & (f.persons.certified_from <= world.t)
    work = at_work(world.persons).astype(bool)
    out = {}
    for label, member in (("men", f.persons.woman == 0), ("women", f.persons.woman == 1), ("all", True)):
        people = adults & member
        heads = int((work & people).sum())
        if with_proforma and label == "all":
            heads += int(world.employers.proforma.astype(np.int64).sum())
        if not with_proforma or label == "all":
            out[label] = 100.0 * (general_rate - heads / max(int(people.sum()), 1))
    return out
