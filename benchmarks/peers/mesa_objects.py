"""The small model in Mesa: one object an agent, ``AgentSet``, the model's own random numbers.

The order of agents makes no difference, so only those who
seek a seat are shuffled; children and old persons do nothing, so they are in no
set that acts; figures are read from the model at the end, so there is no collector, which would only cost.
"""

from __future__ import annotations

import math
from collections import defaultdict

import mesa
import small_model as m

CHILD, OLD, HOME, SEEKING, OWN, HIRED, SEAT = map(int, m.State)


class Person(mesa.Agent):
    """A person who may seek work, work on own account, be hired, or sit on a seat of an employer."""

    def __init__(self, model: Country, region: int, state: int, disabled: bool, skill: float, pay: float) -> None:
        super().__init__(model)
        self.region, self.state, self.disabled, self.skill, self.x = region, state, disabled, skill, 0.0
        self.pay = model.rules.pension if state == OLD else pay
        self.employer: Employer | None = None

    def work(self) -> None:
        """Move between states, and find out what is earned."""
        model, rules = self.model, self.model.rules
        home, seeking, own, hired = rules.moves[self.state]
        u = model.random.random()
        if u < hired:
            if self.employer is not None:
                self.employer.filled -= 1
                self.employer = None
            self.state = HOME if u < home else SEEKING if u < seeking else OWN if u < own else HIRED
            self.pay = self.x = 0.0
            if self.state == HIRED:
                self.pay = rules.wage * math.exp(self.skill + rules.spread * model.random.gauss(0.0, 1.0))
        if self.state == OWN:
            self.x = rules.persistence * self.x + rules.shock * model.random.gauss(0.0, 1.0)
            self.pay = rules.own * math.exp(self.skill + self.x)

    def sit(self, employer: Employer) -> None:
        """Take a seat."""
        self.state, self.employer, self.x = SEAT, employer, 0.0
        self.pay = self.model.rules.seat_pay * math.exp(self.skill)
        employer.filled += 1


class Employer(mesa.Agent):
    """An employer that owes seats."""

    def __init__(self, model: Country, region: int, owed: int) -> None:
        super().__init__(model)
        self.region, self.owed, self.filled = region, owed, 0

    def fill(self) -> None:
        """Offer vacant seats, fill them as long as somebody seeks one, and pay for the rest."""
        draw, chance, seekers = self.model.random.random, self.model.rules.fill, self.model.seekers[self.region]
        offers = sum(draw() < chance for _ in range(self.owed - self.filled))
        for _ in range(min(offers, len(seekers))):
            seekers.pop().sit(self)
        self.model.levy += self.owed - self.filled


class Household(mesa.Agent):
    """A household with its members, a budget and perhaps a business."""

    def __init__(self, model: Country, region: int, members: list[Person], smoothed: float) -> None:
        super().__init__(model)
        self.region, self.members, self.smoothed = region, members, smoothed
        self.size, self.children = len(members), sum(p.state == CHILD for p in members)
        self.able = any(p.state >= HOME for p in members)
        self.profit = self.income = 0.0

    def keep_house(self) -> None:
        """Add up what members bring home, consume, and perhaps apply."""
        model, rules = self.model, self.model.rules
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
        rules, z = self.model.rules, self.model.random.gauss(0.0, 1.0)
        self.profit = rules.profit * math.exp(rules.profit_spread * z - rules.profit_spread**2 / 2)


class Country(mesa.Model):
    """Persons in households, employers, and nine offices."""

    def __init__(self, people: m.People, seed: int, rules: m.Rules) -> None:
        super().__init__(seed=seed)
        self.rules = rules
        columns = (people.region[people.household], people.state, people.disabled, people.skill, people.pay)
        persons = [Person(self, *row) for row in zip(*(column.tolist() for column in columns), strict=True)]
        first = people.first.tolist()
        for row, (region, smoothed) in enumerate(zip(people.region.tolist(), people.smoothed.tolist(), strict=True)):
            Household(self, region, persons[first[row] : first[row + 1]], smoothed)
        for region, owed in zip(people.employer_region.tolist(), people.owed.tolist(), strict=True):
            if owed:
                Employer(self, region, owed)
        self.households = self.agents_by_type[Household]
        self.grown = self.agents_by_type[Person].select(lambda p: p.state >= HOME)
        self.candidates = self.grown.select(lambda p: p.disabled)
        self.employers = self.agents_by_type[Employer]
        self.slots = m.slots_of(len(persons), rules)
        self.grants = self.levy = self.poor = self.helped = self.working = 0

    def step(self) -> None:
        """Live one month."""
        self.grown.do("work")
        self.seekers: dict[int, list[Person]] = defaultdict(list)
        for person in self.candidates.select(lambda p: p.state == SEEKING).shuffle():
            self.seekers[person.region].append(person)
        self.employers.do("fill")
        self.working += self.grown.agg("state", lambda states: sum([state >= OWN for state in states]))
        self.applicants: list[list[Household]] = [[] for _ in range(m.REGIONS)]
        self.households.do("keep_house")
        for applicants in self.applicants:
            for household in sorted(applicants, key=lambda h: h.smoothed / h.size)[: self.slots]:
                household.start()
                self.grants += 1


def run(people: m.People, months: int, seed: int, rules: m.Rules = m.USUAL) -> m.Report:
    """Run the model once."""
    country = Country(people, seed, rules)
    for _ in range(months):
        country.step()
    n, households = len(people.state), country.households
    return m.Report(
        country.working / months / len(country.grown), country.poor / months / n,
        households.agg("income", sum) / n, country.helped / n, country.grants,
        sum(h.profit > 0.0 for h in households), country.employers.agg("filled", sum), country.levy,
    )  # fmt: skip
