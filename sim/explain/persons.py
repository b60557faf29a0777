"""Persons: one person's months of work and pay, her household's money, and why, by the rules that ran.

Every sweep of a month is run once more for her household by :mod:`sim.explain.tracing`, and its columns must come out
as the run left them. What the labour block and the race for jobs decided is read off their books.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

import numpy as np

from sim.agents.persons.kinds import age_group, follows_labour
from sim.agents.persons.workers import first_of
from sim.course import Course
from sim.engine.plain import plain
from sim.errors import InputError
from sim.explain.tracing import Call, Heard, Listener, Luck
from sim.schedule import Step
from sim.state.labour_state import Labour, Origin
from sim.state.persons import NO_INDUSTRY, Work
from sim.world import Terms, World

WORK_STEP, MONEY_STEP = "work and pay", "money"
ABSENT = "ABSENT"  # the state of who is not born yet, or dead, where time passes
JOBS = (Work.EMPLOYEE, Work.CELL_EMPLOYEE)
AT_EMPLOYERS = (Labour.EMPLOYED, Labour.COUNTED)


class Cause(StrEnum):
    """What changed a person's state of work."""

    CHANCE = "chance"  # the month's transitions: a draw below a chance (W2)
    SCHOOL = "school"  # schooling ended (W2)
    BIRTHDAY = "birthday"  # another age group has other shares (W2)
    PENSION = "pension"  # the pension age (W2)
    RACE = "race"  # hired at an employer in the month's race for jobs (D4)
    CUT = "cut"  # let go because there are fewer jobs than persons (D4)
    QUOTA = "quota"  # hired for a place of the quota (E4)
    OPEN = "open"  # hired for another vacancy of an employer (E4)
    POOL = "pool"  # hired by a small firm (E4)
    ENDED = "ended"  # the labour block ended a job (P5)
    LABOUR = "labour"  # another decision of the labour block (P1 to P5)
    CONTRACT = "contract"  # a business of the social contract began or ended
    LIFE = "life"  # born or died (N1, N2)
    ABROAD = "abroad"  # went abroad or came back (N6)
    OTHER = "other"


class Happened(StrEnum):
    """What persons may be picked by."""

    QUOTA = "quota"
    HIRED = "hired"
    LOST = "lost"
    OWN = "own"
    FARM = "farm"
    RETIRED = "retired"
    SCHOOL = "school"


class Firm(NamedTuple):
    """The employer of a person on the disability register."""

    identifier: int
    staff: int
    owed: float
    counted: float


class PersonMonth(NamedTuple):
    """One month: the person after it, why her work changed, and her household's money; som of 2023."""

    t: int
    before: Work
    state: dict[str, float]  # columns of the person
    cause: Cause | None  # nothing if her state of work stayed
    chance: float | None  # of the move, where the cause is one
    luck: tuple[Luck, ...]  # her draws of the month
    rules: tuple[Call, ...]  # that set her work, pay and pension
    firm: Firm | None
    money: dict[str, float]  # of the household, by flow
    income: float  # disposable, of the household
    yearly: float  # a person and month, over twelve months
    consumption: float  # a person
    line: float  # poverty line, at the prices of the oblast

    @property
    def work(self) -> Work:
        """State of work after the month."""
        return Work(int(self.state["work"]))

    @property
    def industry(self) -> int | None:
        """Place of the industry among INDUSTRIES; nothing without one."""
        number = int(self.state["industry"])
        return None if number == NO_INDUSTRY else number

    @property
    def poor(self) -> bool:
        """Whether the household is below the poverty line."""
        return self.consumption < self.line


@dataclass(frozen=True)
class PersonStory:
    """A person's months under one design."""

    traits: dict[str, float]
    home: dict[str, float]
    place: tuple[str, str]  # raion and oblast
    design: str
    seed: int
    start: int  # month in which the designs part
    months: tuple[PersonMonth, ...]


def row_of(course: Course, identifier: int) -> int:
    """Return the row of a person; raises ``InputError`` if there is none."""
    known = course.world.people.work.workers.identifier
    found = np.flatnonzero(known == identifier)
    if not len(found):
        near = known[np.argmin(np.abs(known.astype(np.int64) - int(identifier)))]
        raise InputError(f"there is no person {identifier} in this country; the nearest is {near}")
    return int(found[0])


def picked(course: Course, what: Happened) -> int:
    """Live a course to its end and return the first person to whom something happened after the designs parted."""
    world, found = course.world, -1
    while not course.over:
        before = world.people.work.workers.work.copy()
        t = world.t
        course.month()
        if found < 0 and t >= course.scenario.start_month:
            rows = np.flatnonzero(_to_whom(world, before, what, t))
            found = int(rows[0]) if len(rows) else -1
    if found < 0:
        raise InputError(f"under '{course.design}' nothing of the kind '{what}' happens to anybody at this scale")
    return int(world.people.work.workers.identifier[found])


def _to_whom(world: World, before: Any, what: Happened, t: int) -> Any:
    """Return to which persons something happened in month ``t``."""
    now = world.people.work.workers.work
    if what == Happened.QUOTA:
        labour, out = world.labour, np.zeros(len(now), bool)
        taken = (labour.persons.origin == Origin.QUOTA) & (labour.persons.since == t)
        rows = labour.frame.persons.person[taken & np.isin(labour.persons.state, AT_EMPLOYERS)]
        out[rows[rows >= 0]] = True
        return out
    if what == Happened.HIRED:
        moves, out = world.people.work.moves, np.zeros(len(now), bool)
        out[moves.hired[:, 0] if moves is not None else []] = True
        return out
    changes = {
        Happened.LOST: np.isin(before, JOBS) & (now == Work.SEEKING),
        Happened.OWN: (before != Work.OWN_ACCOUNT) & (now == Work.OWN_ACCOUNT),
        Happened.FARM: (before != Work.FARM) & (now == Work.FARM),
        Happened.RETIRED: (before != Work.RETIRED) & (now == Work.RETIRED),
        Happened.SCHOOL: (before == Work.STUDENT) & (now != Work.STUDENT),
    }
    return changes[what]


def tell(course: Course, identifier: int) -> PersonStory:
    """Live a course to its end and return a person's story."""
    return _Follower(course, row_of(course, identifier)).run()


class _Follower:
    """Follows one person through a course."""

    def __init__(self, course: Course, row: int) -> None:
        world, w = course.world, course.world.people.work.workers
        home = int(w.household[row])
        self.course, self.row, self.home = course, row, home
        self.listener = Listener(world, home, slice(first_of(w, home), first_of(w, home + 1)))
        on_register = np.flatnonzero(world.labour.frame.persons.person == row)
        self.certified = int(on_register[0]) if len(on_register) else -1
        self.before = Work(int(w.work[row]))
        self.work: dict[str, Heard] = {}
        self.months: list[PersonMonth] = []

    def run(self) -> PersonStory:
        """Live the course to its end and return the story."""
        world = self.course.world
        world.watch = self.listener
        try:
            while not self.course.over:
                self.course.month(self._before, self._after)
        finally:
            world.watch = None
        population = world.population
        everyone, h = population.everyone, world.households
        traits = {name: getattr(everyone, name)[self.row].item() for name in everyone._fields}
        home = {name: getattr(h, name)[self.home].item() for name in h._fields}
        place = population.country.raion_names[int(home["raion"])], population.country.regions[int(home["oblast"])]
        return PersonStory(traits, home, place, self.course.design, world.seed, self.course.scenario.start_month,
                           tuple(self.months))  # fmt: skip

    def _before(self, world: World, terms: Terms, step: Step) -> None:
        if step.name == WORK_STEP:
            self.listener.month()

    def _after(self, world: World, terms: Terms, step: Step) -> None:
        if step.name == WORK_STEP:
            self.work = self.listener.month()
        elif step.name == MONEY_STEP:
            self.months.append(self._month(world, self.listener.month()))
            self.before = self.months[-1].work

    def _month(self, world: World, money: dict[str, Heard]) -> PersonMonth:
        """Return the month, from what was heard of work and money."""
        people, i = world.people.work, self.row
        state = {name: column[i].item() for name, column in people.state._asdict().items()}
        work = Work(int(state["work"]))
        cause = self._cause(world, work) if work != self.before or state["since"] == world.t else None
        luck = tuple(one for heard in self.work.values() for one in heard.luck
                     if one.who == int(people.workers.identifier[i]))  # fmt: skip
        flows = money["receive"].of("flows_of")[-1].result
        oblast = int(world.households.oblast[self.home])
        return PersonMonth(
            t=world.t, before=self.before, state=state, cause=cause,
            chance=self._chance(world) if cause == Cause.CHANCE else None, luck=luck, rules=tuple(self._rules()),
            firm=self._firm(world), money={name: float(value) for name, value in flows._asdict().items()},
            income=float(money["receive"].of("disposable_income")[-1].result),
            yearly=float(money["consume"].of("income_per_person")[-1].result),
            consumption=float(world.state.consumption[self.home]),
            line=float(world.behaviour.consuming.poverty_line * world.markets.consumer_price[oblast]),
        )  # fmt: skip

    def _rules(self) -> Iterator[Call]:
        """Yield the rules that set her work, pay, own income and pension this month."""
        moves = self.work["move"]
        yield from (call for name in ("next_kind", "begin_work") for call in moves.of(name, i=self.row))
        calls = [call for one in self.work["work_out"].calls for call in one.inner]
        for place, call in enumerate(calls):
            if call.rule == "gross_pay" and call.inputs.get("i") == self.row:
                yield from calls[place : place + 2]  # what is left in hand follows
            elif call.rule == "set_support" and call.inputs.get("i") == self.row:
                yield call
        yield from self.work["earn_own"].of("own_income", i=self.row)

    def _cause(self, world: World, work: Work) -> Cause:
        """Return what changed her state of work."""
        w, i, people = world.people.work.workers, self.row, world.people.work
        if Work.CONTRACT in (work, self.before):
            return Cause.CONTRACT
        if ABSENT in (work.name, self.before.name):
            return Cause.LIFE
        if Work.ABROAD in (work, self.before):
            return Cause.ABROAD
        if self.certified >= 0 and follows_labour(w.register[i], w.certified_from[i], world.t):
            return self._labour_cause(world, work)
        if people.moves is not None and i in people.moves.hired[:, 0]:
            return Cause.RACE
        if people.moves is not None and i in people.moves.cut:
            return Cause.CUT
        told = self.work["move"].of("next_kind", i=i)
        if not told:
            return Cause.OTHER
        if told[0].first("after_school") is not None:
            return Cause.SCHOOL
        if told[0].first("after_birthday") is not None:
            return Cause.BIRTHDAY
        return Cause.PENSION if work == Work.RETIRED and told[0].result == told[0].inputs["kind"] else Cause.CHANCE

    def _labour_cause(self, world: World, work: Work) -> Cause:
        """Return what the labour block decided."""
        origin = Origin(int(world.labour.persons.origin[self.certified]))
        if work in JOBS:
            return {Origin.QUOTA: Cause.QUOTA, Origin.OPEN: Cause.OPEN}.get(origin, Cause.POOL)
        return Cause.ENDED if self.before in JOBS else Cause.LABOUR

    def _chance(self, world: World) -> float | None:
        """Return the chance of moving at all that her draw lay below."""
        told, w = self.work["move"].of("next_kind", i=self.row), world.people.work.workers
        if not told:
            return None
        number = int(w.base[self.row]) + int(plain(age_group)(int(told[0].inputs["age"])))
        return float(world.people.work.chain.chances[number, int(told[0].inputs["kind"]), -1])

    def _firm(self, world: World) -> Firm | None:
        """Return the employer of a person on the register."""
        if self.certified < 0:
            return None
        row = int(world.labour.persons.employer[self.certified])
        if row < 0 or int(world.labour.persons.state[self.certified]) not in AT_EMPLOYERS:
            return None
        e = world.labour.employers
        return Firm(int(world.labour.frame.employers.identifier[row]), int(e.staff[row]), float(e.owed[row]),
                    float(e.counted[row]))  # fmt: skip
