"""The small model in AgentPy: one object an agent, agent lists, the model's own random numbers."""

from __future__ import annotations

import math

import agentpy as ap
import small_model as m

CHILD, OLD, HOME, SEEKING, OWN, HIRED, SEAT = map(int, m.State)


class Person(ap.Agent):
    """A person who may seek work, work on own account, be hired, or sit on a seat of an employer."""

    def setup(self, given) -> None:
        """Take what is given."""
        self.region, self.state, self.disabled, self.skill, pay = given[self.id - 1]
        self.pay = self.p.rules.pension if self.state == OLD else pay
        self.x = 0.0
        self.employer = None

    def work(self) -> None:
        """Move between states, and find out what is earned."""
        rules, draw = self.p.rules, self.model.random
        home, seeking, own, hired = rules.moves[self.state]
        u = draw.random()
        if u < hired:
            if self.employer is not None:
                self.employer.filled -= 1
                self.employer = None
            self.state = HOME if u < home else SEEKING if u < seeking else OWN if u < own else HIRED
            self.pay = self.x = 0.0
            if self.state == HIRED:
                self.pay = rules.wage * math.exp(self.skill + rules.spread * draw.gauss(0.0, 1.0))
        if self.state == OWN:
            self.x = rules.persistence * self.x + rules.shock * draw.gauss(0.0, 1.0)
            self.pay = rules.own * math.exp(self.skill + self.x)

    def sit(self, employer) -> None:
        """Take a seat."""
        self.state, self.employer, self.x = SEAT, employer, 0.0
        self.pay = self.p.rules.seat_pay * math.exp(self.skill)
        employer.filled += 1


class Household(ap.Agent):
    """A household with its members, a budget and perhaps a business."""

    def setup(self, given, persons, first) -> None:
        """Take what is given."""
        row = self.id - 1 - len(persons)
        self.region, self.smoothed = given[row]
        self.members = persons[first[row] : first[row + 1]]
        self.size, self.children = len(self.members), sum(p.state == CHILD for p in self.members)
        self.able = any(p.state >= HOME for p in self.members)
        self.profit = self.income = 0.0

    def keep_house(self) -> None:
        """Add up what members bring home, consume, and perhaps apply."""
        model, rules = self.model, self.p.rules
        income = sum([p.pay for p in self.members]) + self.profit
        if self.children and income < rules.limit * self.size:
            income += rules.child * self.children
            model.helped += self.children
        self.income = income
        self.smoothed += rules.smoothing * (income - self.smoothed)
        if self.smoothed < rules.line * self.size:
            model.poor += self.size
            if self.able and not self.profit and model.random.random() < rules.apply:
                model.applicants[self.region].append(self)
        if self.profit and model.random.random() < rules.close:
            self.profit = 0.0

    def start(self) -> None:
        """Take the grant and start a business."""
        rules, z = self.p.rules, self.model.random.gauss(0.0, 1.0)
        self.profit = rules.profit * math.exp(rules.profit_spread * z - rules.profit_spread**2 / 2)


class Employer(ap.Agent):
    """An employer that owes seats."""

    def setup(self, given, before) -> None:
        """Take what is given."""
        self.region, self.owed = given[self.id - 1 - before]
        self.filled = 0

    def fill(self) -> None:
        """Offer vacant seats, fill them as long as somebody seeks one, and pay for the rest."""
        draw, chance, seekers = self.model.random.random, self.p.rules.fill, self.model.seekers[self.region]
        offers = sum(draw() < chance for _ in range(self.owed - self.filled))
        for _ in range(min(offers, len(seekers))):
            seekers.pop().sit(self)
        self.model.levy += self.owed - self.filled


def rows_of(*columns) -> list[tuple]:
    """Return the rows of columns."""
    return list(zip(*(column.tolist() for column in columns), strict=True))


class Country(ap.Model):
    """Persons in households, employers, and nine offices."""

    def setup(self) -> None:
        """Make the agents."""
        people: m.People = self.p.people
        n, count = len(people.state), len(people.members)
        given = rows_of(people.region[people.household], people.state, people.disabled, people.skill, people.pay)
        self.persons = ap.AgentList(self, n, Person, given=given)
        households = rows_of(people.region, people.smoothed)
        self.households = ap.AgentList(
            self, count, Household, given=households, persons=list(self.persons), first=people.first.tolist()
        )
        owing = rows_of(people.employer_region, people.owed)
        employers = ap.AgentList(self, len(owing), Employer, given=owing, before=n + count)
        self.bound = ap.AgentList(self, [e for e in employers if e.owed])
        self.grown = ap.AgentList(self, [p for p in self.persons if p.state >= HOME])
        self.candidates = [p for p in self.grown if p.disabled]
        self.slots = m.slots_of(n, self.p.rules)
        self.grants = self.levy = self.poor = self.helped = self.working = 0

    def step(self) -> None:
        """Live one month."""
        self.grown.work()
        seeking = [p for p in self.candidates if p.state == SEEKING]
        self.random.shuffle(seeking)
        self.seekers: list[list[Person]] = [[] for _ in range(m.REGIONS)]
        for person in seeking:
            self.seekers[person.region].append(person)
        self.bound.fill()
        self.working += sum([p.state >= OWN for p in self.grown])
        self.applicants: list[list[Household]] = [[] for _ in range(m.REGIONS)]
        self.households.keep_house()
        for applicants in self.applicants:
            for household in sorted(applicants, key=lambda h: h.smoothed / h.size)[: self.slots]:
                household.start()
                self.grants += 1


def run(people: m.People, months: int, seed: int, rules: m.Rules = m.USUAL) -> m.Report:
    """Run the model once."""
    country = Country({"people": people, "rules": rules, "steps": months, "seed": seed})
    country.run(display=False)
    n = len(people.state)
    return m.Report(
        country.working / months / len(country.grown), country.poor / months / n,
        sum(h.income for h in country.households) / n, country.helped / n, country.grants,
        sum(h.profit > 0.0 for h in country.households), sum(e.filled for e in country.bound), country.levy,
    )  # fmt: skip
