"""The small model in Mesa: one object an agent, ``AgentSet.do``, the model's own random numbers.

The order of agents makes no difference, so nothing is shuffled; figures are read from the model at the end, so there is
no collector, which would only cost.
"""

from __future__ import annotations

import math

import mesa
import small_model as m


class Group:
    """Neighbours, and what share of them knew of the grant at the end of last month."""

    def __init__(self) -> None:
        self.members: list[Household] = []
        self.share = 0.0


class Household(mesa.Agent):
    """A household that may learn of the grant, apply, and run a business."""

    def __init__(self, model: Country, region: int, group: Group) -> None:
        super().__init__(model)
        self.region, self.group = region, group
        self.base = model.random.gauss(0.0, m.SPREAD)
        self.x = 0.0
        self.aware = self.open = False
        self.profit = self.income = 0.0
        self.hired = 0

    def step(self) -> None:
        """Live one month until the office decides."""
        draw = self.model.random
        self.x = m.PERSISTENCE * self.x + m.SHOCK * draw.gauss(0.0, 1.0)
        self.income = math.exp(self.base + self.x) + self.profit
        poor = self.income < m.LINE
        self.model.poor[self.region] += poor
        if not self.aware:
            if draw.random() < m.NEWS + m.WORD_OF_MOUTH * self.group.share:
                self.aware = True
        elif poor and not self.open and draw.random() < m.APPLY:
            self.model.applicants[self.region].append(self)
        if self.open:
            if draw.random() < m.CLOSE:
                self.open, self.profit, self.hired = False, 0.0, 0
            elif self.hired < m.MOST_HIRED and draw.random() < m.HIRE:
                self.hired += 1

    def start(self) -> None:
        """Take the grant and start a business."""
        self.open = True
        self.profit = m.PROFIT * math.exp(m.PROFIT_SPREAD * self.model.random.gauss(0.0, 1.0) - m.PROFIT_SPREAD**2 / 2)


class Employer(mesa.Agent):
    """An employer that owes seats."""

    def __init__(self, model: Country, region: int) -> None:
        super().__init__(model)
        self.region, draw = region, model.random
        staff = 1 + math.floor(math.exp(m.STAFF_MEAN + m.STAFF_SPREAD * draw.gauss(0.0, 1.0)))
        if m.THRESHOLD <= staff <= m.WINDOW and draw.random() < m.SHRINK:
            staff = m.SHRINKS_TO
        self.owed = math.floor(m.QUOTA * staff) if staff >= m.THRESHOLD else 0
        self.filled = 0

    def lose(self) -> None:
        """Let people leave."""
        draw = self.model.random.random
        self.filled -= sum(draw() < m.LEAVE for _ in range(self.filled))

    def fill(self) -> None:
        """Fill empty seats, and pay for the rest."""
        draw, chance = self.model.random.random, self.model.chance[self.region]
        self.filled += sum(draw() < chance for _ in range(self.owed - self.filled))
        self.model.levy += self.owed - self.filled


class Country(mesa.Model):
    """Households, employers and nine offices."""

    def __init__(self, households: int, seed: int) -> None:
        super().__init__(seed=seed)
        self.groups: list[Group] = []
        for i in range(households):
            if i % m.GROUP == 0:
                self.groups.append(Group())
            self.groups[-1].members.append(Household(self, m.region_of(i, households), self.groups[-1]))
        employers = households // m.HOUSEHOLDS_AN_EMPLOYER
        for i in range(employers):
            Employer(self, m.region_of(i, employers))
        self.households, self.employers = self.agents_by_type[Household], self.agents_by_type[Employer]
        self.bound = self.employers.select(lambda e: e.owed > 0)
        self.slots, self.pool = m.grants_a_region(households), households / m.SEEKERS
        self.grants = self.levy = 0
        self.poor = [0] * m.REGIONS

    def step(self) -> None:
        """Live one month."""
        for g in self.groups:
            g.share = sum(h.aware for h in g.members) / len(g.members)
        self.applicants: list[list[Household]] = [[] for _ in range(m.REGIONS)]
        self.households.do("step")
        for applicants in self.applicants:
            for family in sorted(applicants, key=lambda h: h.income)[: self.slots]:
                family.start()
                self.grants += 1
        self.bound.do("lose")
        empty, filled = [0] * m.REGIONS, [0] * m.REGIONS
        for e in self.bound:
            empty[e.region] += e.owed - e.filled
            filled[e.region] += e.filled
        self.chance = [
            m.FILL * min(1.0, max(0.0, self.pool - f) / max(e, 1)) for e, f in zip(empty, filled, strict=True)
        ]
        self.bound.do("fill")


def run(households: int, months: int, seed: int) -> m.Report:
    """Run the model once."""
    country = Country(households, seed)
    for _ in range(months):
        country.step()
    people = country.households
    return m.Report(
        sum(h.aware for h in people) / households,
        sum(country.poor) / households / months,
        country.grants,
        sum(h.open for h in people),
        sum(h.hired for h in people),
        sum(e.filled for e in country.bound),
        country.levy,
    )
