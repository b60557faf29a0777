"""The small model in AgentPy: one object an agent, agent lists, the model's own random numbers."""

from __future__ import annotations

import math

import agentpy as ap
import small_model as m


class Household(ap.Agent):
    """A household that may learn of the grant, apply, and run a business."""

    def setup(self) -> None:
        """Draw what is fixed."""
        i, n = self.id - 1, self.p.households
        self.region, self.group = m.region_of(i, n), i // m.GROUP
        self.base = self.model.random.gauss(0.0, m.SPREAD)
        self.x = 0.0
        self.aware = self.open = False
        self.profit = self.income = 0.0
        self.hired = 0

    def live(self) -> None:
        """Live one month until the office decides."""
        draw = self.model.random
        self.x = m.PERSISTENCE * self.x + m.SHOCK * draw.gauss(0.0, 1.0)
        self.income = math.exp(self.base + self.x) + self.profit
        poor = self.income < m.LINE
        self.model.poor[self.region] += poor
        if not self.aware:
            if draw.random() < m.NEWS + m.WORD_OF_MOUTH * self.model.share[self.group]:
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


class Employer(ap.Agent):
    """An employer that owes seats."""

    def setup(self) -> None:
        """Draw staff and seats owed."""
        draw, count = self.model.random, self.p.households // m.HOUSEHOLDS_AN_EMPLOYER
        self.region = m.region_of(self.id - 1 - self.p.households, count)
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


class Country(ap.Model):
    """Households, employers and nine offices."""

    def setup(self) -> None:
        """Make the agents."""
        n = self.p.households
        self.households = ap.AgentList(self, n, Household)
        self.employers = ap.AgentList(self, n // m.HOUSEHOLDS_AN_EMPLOYER, Employer)
        self.bound = ap.AgentList(self, [e for e in self.employers if e.owed])
        self.slots, self.pool, self.grants, self.levy = m.grants_a_region(n), n / m.SEEKERS, 0, 0
        self.poor = [0] * m.REGIONS

    def step(self) -> None:
        """Live one month."""
        knew = [0] * -(-self.p.households // m.GROUP)
        size = knew.copy()
        for h in self.households:
            knew[h.group] += h.aware
            size[h.group] += 1
        self.share = [k / s for k, s in zip(knew, size, strict=True)]
        self.applicants: list[list[Household]] = [[] for _ in range(m.REGIONS)]
        self.households.live()
        for applicants in self.applicants:
            for family in sorted(applicants, key=lambda h: h.income)[: self.slots]:
                family.start()
                self.grants += 1
        self.bound.lose()
        empty, filled = [0] * m.REGIONS, [0] * m.REGIONS
        for e in self.bound:
            empty[e.region] += e.owed - e.filled
            filled[e.region] += e.filled
        self.chance = [
            m.FILL * min(1.0, max(0.0, self.pool - f) / max(e, 1)) for e, f in zip(empty, filled, strict=True)
        ]
        self.bound.fill()


def run(households: int, months: int, seed: int) -> m.Report:
    """Run the model once."""
    country = Country({"households": households, "steps": months, "seed": seed})
    country.run(display=False)
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
