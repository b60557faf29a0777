"""Simulator: the one door between calibration and the model, from parameter values to figures that can be published.

The history world lives from the burn-in to December 2023 and nothing later. What it yields are figures as a
statistician would count them, in real persons and som, by the identifiers of ``targets.csv``; names without a target
are measured for the diagnostics.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import numpy as np

from calibration import populace
from sim.agents.entering import RETIRED, WORKING_AGE
from sim.behaviour import Behaviour
from sim.checks import snapshot
from sim.engine.columns import Array
from sim.engine.sums import added
from sim.labour.anchoring import published_places
from sim.months import month_index, month_of, year_of
from sim.outcomes.poverty import mobility, poor_now
from sim.population import Population, load
from sim.scenario import Scenario
from sim.schedule import advance
from sim.state.households import weights_of
from sim.state.labour_state import REGISTERED
from sim.twins import begun
from sim.world import World

LAST = month_index(2023, 12)
SMALL = 1e-9  # keeps a share or a ratio of nothing apart from zero
SECTORS = ("agriculture", "production", "trade", "services")
SLOTS = {2022: "SC01", 2023: "SC02"}


@lru_cache(maxsize=4)
def population(country: str, scale: int) -> Population:
    """Return the simulated country, mapped once in each process."""
    return load(country, scale)


@lru_cache(maxsize=4)
def scenario(country: str) -> Scenario:
    """Return a scenario whose history is all that is lived."""
    return Scenario.of({"name": "history", "country": country, "start": "2026-01", "horizon": "2026-12"})


def figures(values: Mapping[str, float], seed: int, scale: int, country: str = "kyrgyzstan") -> dict[str, float]:
    """Return the figures of 2021 to 2023 under the parameter values, for one seed."""
    people, behaviour = population(country, scale), Behaviour.from_values(values)
    course = Course(people, behaviour, seed, country)
    course.live()
    return {name: float(value) for name, value in course.figures().items()}


class Course:
    """The history world with what is counted on its way."""

    def __init__(self, people: Population, behaviour: Behaviour, seed: int, country: str) -> None:
        self.people, self.behaviour = people, behaviour
        self.world: World
        never, self.world = begun(people, scenario(country), behaviour, seed)
        self.never = never
        self.entrants = np.zeros((2, 2), dtype=np.int64)  # by cohort: real families, of them with the child benefit
        self.filed = np.zeros((2, 12), dtype=np.int64)  # by cohort and month: applications so far
        self.not_poor = 0  # real families with consumption above the poverty line when their contract was paid
        self.by_may = 0
        self.women_registered = 0.0  # share of the registered seekers with disabilities, in June 2022
        self.consumption = {2021: self.world.state.consumption.astype(np.float64)}  # of the year, by its December
        self.of_people = populace.figures(snapshot(self.world), 2021)

    def live(self) -> None:
        """Live from January 2022 to December 2023."""
        for t in range(LAST + 1):
            advance(self.never, t)
            advance(self.world, t)
            self._count(t)

    def _count(self, t: int) -> None:
        s, cohort, weight = self.world.state, t // 12, weights_of(self.world.households)
        now = s.paid_at == t
        self.entrants[cohort] += weight[now].sum(), weight[now & (s.benefit == 1)].sum()
        waiting = (s.contract == 1) | (s.contract == 2) | (s.contract == 4)
        self.not_poor += int(weight[now & ~poor_now(self.world)].sum())
        self.filed[cohort, t % 12] = weight[waiting].sum() + weight[s.paid_at >= 12 * cohort].sum()
        if month_of(t) == 12:
            self.consumption[year_of(t)] = s.consumption.astype(np.float64)
            self.of_people |= populace.figures(snapshot(self.world), year_of(t))
        if t == month_index(2022, 6):
            labour = self.world.labour
            registered = labour.persons.state == REGISTERED
            women = (registered & (labour.frame.persons.woman == 1)).sum()
            self.women_registered = float(women / max(registered.sum(), 1))
        if t == month_index(2023, 4):
            self.by_may = int(weight[s.paid_at >= 12].sum())

    def figures(self) -> dict[str, float]:
        """Return all figures of a course that has been lived."""
        return (
            self._programme() | self._benefit() | self.of_people | self._mobility() | self._disability() | self._quota()
        )

    def _programme(self) -> dict[str, float]:
        w = self.world
        h, s, e, weight = w.households, w.state, w.endowments, weights_of(w.households)
        people, children = weight * h.size, weight * h.children
        cohort = {2022: (s.paid_at >= 0) & (s.paid_at < 12), 2023: (s.paid_at >= 12) & (s.paid_at <= LAST)}
        both = cohort[2022] | cohort[2023]
        out: dict[str, float] = {}
        standing = {
            year: rows & ((s.contract == 5) | (s.contract == 6) | ((s.contract == 7) & (s.reported_failed != 2)))
            for year, rows in cohort.items()
        }  # fmt: skip
        for k, (year, rows) in enumerate(cohort.items()):
            families, slots = int(weight[rows].sum()), self._slots(year)
            size = people[rows].sum()
            extra = (self.behaviour.reporting.extra_2022, self.behaviour.reporting.extra_2023)[k]
            out |= {
                SLOTS[year]: families,
                f"SC0{3 + k}": size,
                f"SC0{5 + k}": weight[standing[year]].sum() * (1.0 + extra),
                f"persons per family {year}": size / max(families, 1),
                f"slots used {year}": families / slots,
                f"demand {year}": self.filed[k, 11 if k == 0 else 0] / slots,
                f"benefit at entry {year}": self.entrants[k, 1] / max(self.entrants[k, 0], 1),
            }
        for k in range(12):
            out[f"filed {k}"] = self.filed[0, k] / self._slots(2022)
            out[f"filed {12 + k}"] = self.filed[1, k] / self._slots(2023)
        families = max(int(weight[both].sum()), 1)
        sector = np.bincount(s.funded_sector[both], weight[both], minlength=5)
        for k in range(1, 5):
            out[f"SC{8 + k:02d}"] = sector[k] / max(int(sector[1:].sum()), 1)
        out["SC13"] = self.behaviour.investing.animal_share * out["SC09"]
        size = people[both].sum()
        later = max(int(weight[cohort[2023]].sum()), 1)
        out |= {
            "SC15": size / families,
            "SC16": self.by_may / self._slots(2023),
            "SC23": weight[standing[2022]].sum() / max(int(weight[cohort[2022]].sum()), 1),
            "SC24": 10_000.0 * weight[cohort[2023] & (s.reported_failed == 2)].sum() / later,
            "SC25": self.not_poor / families,
            "SC17": (weight * e.operator_woman)[cohort[2023]].sum() / later,
            "children per family": children[both].sum() / families,
        }
        return out | self._places(both)

    def _places(self, both: Array) -> dict[str, float]:
        """Return the programme's figures of two oblasts; ``both`` are the families of both years."""
        h, s, weight = self.world.households, self.world.state, weights_of(self.world.households)
        regions = self.people.country.regions
        out: dict[str, float] = {}
        if "Issyk-Kul" in regions:
            here = h.oblast == regions.index("Issyk-Kul")
            out["SC21"] = weight[here & (s.paid_at >= 12) & (s.paid_at < 18)].sum()
        if "Jalal-Abad" in regions:
            here = both & (h.oblast == regions.index("Jalal-Abad"))
            number = max(int(weight[here].sum()), 1)
            out |= {
                "SC18": weight[here].sum() / max(int(weight[both].sum()), 1),
                "SC19": (weight * h.size)[here].sum() / number,
                "SC20": (weight * h.children)[here].sum() / number,
            }
        return out

    def _slots(self, year: int) -> float:
        """Return the places of a year; one in a country without contracts, so that shares of them are none."""
        terms = self.world.design.terms(month_index(year), self.behaviour)
        return max(float(terms.contract.slots), 1.0)

    def _benefit(self) -> dict[str, float]:
        at = self.world.records.at
        persons = float(self.people.country.population.sum())

        def total(name: str, t: int) -> float:
            return float(at(t)[name].sum())

        march, may = month_index(2022, 3), month_index(2022, 5)
        new_year, end = month_index(2022, 12), LAST
        out = {
            "UB01": total("benefit_families", 0), "UB02": total("benefit_families", march),
            "UB03": total("benefit_children", may), "UB04": total("benefit_children", new_year),
            "UB05": total("benefit_families", end), "UB06": total("benefit_children", end),
            "UB11": 100.0 * total("benefit_children", 0) / persons,
            "UB12": 100.0 * total("benefit_children", new_year) / persons,
            "UB13": 100.0 * total("benefit_children", end) / persons,
        }  # fmt: skip
        for name, t in (("2021", 0), ("2022", new_year), ("2023", end)):
            per_family = total("benefit_children", t) / max(total("benefit_families", t), 1.0)
            out[f"children per benefit family {name}"] = per_family
        out["UB07"] = out["children per benefit family 2023"]
        return out

    def _mobility(self) -> dict[str, float]:
        h = self.world.households
        out: dict[str, float] = {}
        ends, weights, noise = self.consumption, weights_of(h), self.behaviour.consuming.survey_sd
        yearly = [mobility(ends[year], ends[year + 1], weights, noise) for year in (2021, 2022)]
        out["MB01"] = added(yearly) / 2.0
        out["MB02"] = over_five_years(out["MB01"], mobility(ends[2021], ends[2023], weights, noise))
        lived_in = h.size > 0
        out["HS01"] = float((weights_of(h) * h.size).sum() / weights_of(h)[lived_in].sum())
        return out

    def _disability(self) -> dict[str, float]:
        labour, at = self.world.labour, self.world.records.at
        p, s, weight = labour.frame.persons, labour.persons, labour.frame.weight
        adults = (p.age >= WORKING_AGE) & (p.age < RETIRED)
        certified = {year: p.certified_from <= month_index(year, 12) for year in (2022, 2023)}
        placed = {year: at(month_index(year, 12))["year_placed"].sum() for year in (2022, 2023)}
        halves = [at(month_index(year, 6)) for year in (2022, 2023)]
        by_quota, early = (sum(h[name].sum() for h in halves) for name in ("year_placed_quota", "year_placed"))
        employed = at(month_index(2022, 12))["persons_employed"].sum()
        return {
            "PD04": (certified[2023] & adults & (s.willing == 1)).sum() * weight,
            "PD05": float(employed / max((certified[2022] & adults).sum() * weight, 1.0)),
            "PD12": float(placed[2022]),
            "PD13": float(placed[2023]),
            "PD20": float(halves[1]["year_placed"].sum()),
            "PD24": self.women_registered,
            "PD21": float(by_quota / max(early, SMALL)),
            "PD23": float(at(month_index(2022, 6))["persons_registered"].sum()),
        }

    def _quota(self) -> dict[str, float]:
        country, june = self.people.country, self.world.records.at(month_index(2022, 6))
        listed = published_places(country.folder, country.regions, 2017).sum()
        assigning = self.behaviour.assigning
        owed, filled = june["quota_owed"], june["quota_filled"]
        capital = country.capital
        return {
            "QP01": float(listed * assigning.share / assigning.reference),
            "QP02": float(owed[capital]),
            "QP03": float(june["quota_duty_employers"][capital]),
            "QP04": float(filled.sum() / max(owed.sum(), SMALL)),
            "QP05": float(filled[capital] / max(owed[capital], SMALL)),
        }


def over_five_years(one: float, two: float) -> float:
    """Return the correlation over five years of a part that stays and a part that fades at a steady rate.

    ``one`` and ``two`` are the correlations over one year and over two; each year more loses the same share.

    >>> round(over_five_years(0.75, 0.6), 4)
    0.3072
    """
    return two * (two / one) ** 3
