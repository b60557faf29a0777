"""The employment quota for persons with disabilities (model.md sections 6, 9.6 and 10).

The law in force is a design on file; a scenario may choose another one and override single terms. Without a change
the present practice holds: the law of 2008 until December 2024, the Labour Code of 2025 from January 2025, both through
the yearly list of assigned places.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, Literal, NamedTuple, Self

import numpy as np
from pydantic import PrivateAttr

from sim.checking import shown
from sim.engine.columns import Array
from sim.errors import CountryError, InputError, nearest
from sim.policies.design import Design, codes, is_there, laws_of, load
from sim.policies.instrument import Instrument
from sim.policies.law import law
from sim.policies.policy import BY_OBLAST, Change, Dated, OnPage, Policy, complaint, parameter
from sim.policies.terms_of_design import MIDDLE, bare_terms, filled, published_fine, stepped, surcharges, wage_ratio
from sim.state.quota_law import BEYOND, FINE, FINE_AND_LEVY, FLAT, LEVY, MOST_OBLASTS, NO_SANCTION, QuotaTerms
from sim.state.terms import EconomyTerms

AHEAD = 6  # months before entry into force in which an announced rule is felt
PRESENT = [{"value": "KG_2008"}, {"from": "2025-01", "value": "KG_2025"}]
OWN = "as the design says"

Assignment = Literal["as written", "list", "universal"]
Sanction = Literal["as written", "none", "fine", "levy", "fine+levy"]
Owners = Literal["as written", "all", "public"]
COVERED = {"all": (1.0, 1.0, 1.0), "public": (1.0, 1.0, 0.0)}  # budget bodies, state enterprises, private employers


class Pay(NamedTuple):
    """All that amounts of a quota law take from the economy of a month; names as in ``EconomyTerms``."""

    average_wage: float
    minimum_wage: float
    employer_contribution: float


class Key(NamedTuple):
    """What decides the part of the terms that does not depend on the month."""

    code: str
    assignment: str
    sanction: str
    smallest: float | None
    rate: float | None
    levy: float
    proforma: bool | None
    fine_place: float
    owners: str
    severe_weight: float | None


class Basis(NamedTuple):
    """What decides the terms of a month beside behaviour: months with an equal basis have equal terms."""

    values: tuple[Any, ...]  # of every parameter in that month
    announced: tuple[Any, ...]  # in the month of the next law, if that is felt already
    pay: Pay


def on_file() -> dict[str, str]:
    """Return the name of each quota law on file that a design can take as it is, by its code."""
    return {code: load(code).name for code in codes() if usable(code)}


def usable(code: str) -> bool:
    """Tell whether all is known of a law on file that a simulation needs.

    >>> usable("FR"), usable("CL")
    (True, False)
    """
    try:
        Quota.made({"design": code}, code).check(0)
    except InputError:
        return False
    return True


class Quota(Policy):
    """The quota law and how it is enforced."""

    design: Dated[str] = parameter(
        PRESENT, None, "code of a design", "Quota design", ("ILO CEACR C159 request 2022; 24.kg 349607", "B"),
        "Q1-Q12",
        on_page=OnPage(
            "law", "The quota law of another country, with its seats, weights and its levy or fine as a share of the "
            "average wage. The levers below then start from that law.",
            choices=on_file, label="Quota law"))
    assignment: Dated[Assignment] = parameter(
        "as written", None, "", "Who has a duty: employers on the yearly list, or all",
        ("law.journalist.kg 13 Jul 2017; kant.kg 26 Jul 2022", "B"), "E0",
        on_page=OnPage(
            "who", "Today a yearly list says who must give places; the law itself speaks of every employer.",
            main=True, choices={"list": "Employers on the yearly list", "universal": "Every employer of that size"},
            of_law="scope.assignment"))
    sanction: Dated[Sanction] = parameter(
        "as written", None, "", "Sanction", (OWN, "B"), "Q7-Q9")
    smallest_size: Dated[float | None] = parameter(
        None, (1, 10000), "staff", "Smallest size with a duty", (OWN, "B"), "Q2",
        on_page=OnPage(
            "size", "Employers with fewer staff owe no place.", (10, 500, 5), of_law="schedule.smallest_size"))
    rate: Dated[float | None] = parameter(
        None, (0, 0.5), "share of staff", "Quota rate", (OWN, "B"), "Q2",
        on_page=OnPage(
            "rate", "Places for persons with disabilities per 100 staff. Today 4 from 100 staff on; below, one, two or "
            "three.",
            (0, 0.15, 0.005), main=True, of_law="schedule.rates"))
    levy: Dated[float] = parameter(
        0.0, (0, 10), "average wages per missing seat", "Levy per missing seat and year, over a year's average wage",
        ("no levy in force; proposals of 2013 and 2025", "B"), "Q8",
        on_page=OnPage(
            "levy", "What an employer pays for each month in which a place is missing. It is due in March for the year "
            "before and replaces the fine; 0 leaves what the law says.",
            (0, 2, 0.0001), main=True, label="Levy for each missing place", base="average_wage"))
    fine: Dated[float | None] = parameter(
        None, (0, 1e7), "som", "Fine per finding", ("not found for Kyrgyzstan; otherwise the prior of the fine", "C"),
        "Q9")
    fine_place: Dated[float] = parameter(
        MIDDLE, (0, 1), "share", "Fine within the law's range: 0 lowest, 1 highest", ("judgement: the middle", "C"),
        "Q9")
    inspection: Dated[float] = parameter(
        1.0, (0, 1000), "ratio", "Inspections over present practice", ("24.kg 360164", "derived"), "S4",
        on_page=OnPage(
            "inspection", "How often employers are inspected: 1 is as often as today, 10 is ten times as often.",
            (0, 50, 1)))
    credible: Dated[float | None] = parameter(
        None, (0, 1), "share", "The duty is announced individually and enforced", (OWN, "C"), "E3")
    information: Dated[float] = parameter(
        0.0, (0, 1), "share", "Information letters about the cost of adaptation", ("none found", "C"), "E3",
        on_page=OnPage(
            "letters", "Part of the employers that are told what adapting a workplace really costs.",
            (0, 1, 0.1)))
    bonus: Dated[float] = parameter(
        0.0, (0, 10), "average wages per seat", "Premium per seat above the quota and year", ("none found", "B"),
        "Q11")
    hire_bonus: Dated[float] = parameter(
        0.0, (0, 10), "average wages per seat", "Premium per quota hire and year", ("none found", "B"), "E3")
    tender_margin: Dated[float] = parameter(
        0.0, (0, 1), "share", "Gain over public tender revenue of an employer that hires", ("none found", "C"), "E3")
    proforma_counts: Dated[bool | None] = parameter(
        None, None, "", "Contracts count even without work", ("scenario assumption", "C"), "Q4")
    applies: Dated[bool] = parameter(
        True, None, "yes or no", "Employers of the oblast have a duty", ("The law holds in the whole country", "A"),
        "E0", varies=BY_OBLAST)
    owners: Dated[Owners] = parameter(
        "as written", None, "", "Who has a duty by owner", (OWN, "B"), "Q1")
    severe_weight: Dated[float | None] = parameter(
        None, (0, 10), "ratio", "What a worker of groups I and II counts, over one of group III", (OWN, "B"), "Q4")

    def terms(  # type: ignore[override]
        self, t: int, economy: EconomyTerms, behaviour: Any, regions: Sequence[str] = ()
    ) -> QuotaTerms:
        """Return the quota of month ``t``, amounts in nominal som.

        ``behaviour`` gives the fine where the law's amount was not found, and the wage of the cheapest worker.
        """
        pay, ahead = pay_of(economy), self._ahead(t)
        now = self._placed(self._amounts(t, pay, behaviour), t, regions)
        if ahead is None:
            return now
        extra = unit_charge(self._amounts(ahead, pay, behaviour)) - unit_charge(now)
        return now._replace(announced=max(0.0, extra))

    def bare(self, t: int, economy: EconomyTerms, behaviour: Any) -> QuotaTerms:
        """Return :meth:`terms` without the sizes at which the schedule jumps and without what is announced.

        It compiles nothing: for calculators, which look at one employer.
        """
        return self._amounts(t, pay_of(economy), behaviour, _bare_shape)

    def basis(self, t: int, economy: EconomyTerms) -> Basis:
        """Return all that :meth:`terms` are made of beside behaviour."""
        ahead = self._ahead(t)
        return Basis(self._values(t), () if ahead is None else self._values(ahead), pay_of(economy))

    def _ahead(self, t: int) -> int | None:
        """Return the month in which a law that is felt already replaces that of month ``t``, if there is one."""
        key = self._key(t), self._places(t)
        later = range(t + 1, t + AHEAD + 1)
        return next((month for month in later if (self._key(month), self._places(month)) != key), None)

    def _places(self, t: int) -> tuple[tuple[str | None, bool], ...]:
        """Return where the law applies as far as it says so: each oblast that is named, and all others."""
        named = sorted({step.oblast for step in self.applies.steps if step.oblast})
        return tuple((place, self.applies.at(t, place)) for place in (None, *named))

    def _placed(self, law: QuotaTerms, t: int, regions: Sequence[str]) -> QuotaTerms:
        """Return the terms for the oblasts in which the law applies."""
        here = np.ones(MOST_OBLASTS)
        here[: len(regions)] = [float(self.applies.at(t, place)) for place in regions]
        if here.all():
            return law
        return law._replace(here=here, code=_number(f"{law.code} {here.tolist()}"))

    def _values(self, t: int) -> tuple[Any, ...]:
        parts = [getattr(self, name) for name in type(self).model_fields]
        return (*(part.at(t) if isinstance(part, Dated) else part for part in parts), self._places(t), self._home)

    _home: str = PrivateAttr(str(PRESENT[-1]["value"]))  # the law whose collectors a law of another country meets

    def changed(self, change: Change, start: int) -> Self:
        """Return this law with a change in force from its dates on; the country stays the same."""
        made = super().changed(change, start)
        made._home = self._home
        return made

    def check_change(self, change: Change, start: int) -> None:
        """Refuse a law that is not on file."""
        given = getattr(change, "design", None) if "design" in change.model_fields_set else None
        for step in given.steps if given is not None else ():
            if not is_there(str(step.value)):
                hint = nearest(str(step.value), codes())
                raise complaint(f"names the law {shown(step.value)}, which is not on file; {hint}", "design")

    def check(self, t: int) -> None:
        """Raise an ``InputError`` if the law of month ``t`` cannot be put together."""
        law, design = _bare_shape(self._key(t)), load(self.design.at(t))
        own = design.of("translation.average_wage") == "own"
        place = self.fine_place.at(t)
        if self.fine.at(t) is None and law.kind in (FINE, FINE_AND_LEVY) and (place != MIDDLE or not own):
            published_fine(design, place)

    def _key(self, t: int) -> Key:
        return Key(
            self.design.at(t), self.assignment.at(t), self.sanction.at(t), self.smallest_size.at(t), self.rate.at(t),
            self.levy.at(t), self.proforma_counts.at(t), self.fine_place.at(t), self.owners.at(t),
            self.severe_weight.at(t),
        )  # fmt: skip

    def _amounts(
        self, t: int, economy: Pay, behaviour: Any, shape: Callable[..., QuotaTerms] | None = None
    ) -> QuotaTerms:
        design = load(self.design.at(t))
        law = (shape or _shape)(self._key(t))
        som = wage_ratio(design, economy.average_wage)
        year = 12.0 * economy.average_wage
        given = self.fine.at(t)
        fine = float(given) if given is not None else 0.0
        if given is None and law.kind in (FINE, FINE_AND_LEVY):
            if design.of("translation.average_wage") == "own":
                fine = float(behaviour.inspecting.fine)
            else:
                fine = published_fine(design, self.fine_place.at(t)) * som
        cheap = behaviour.complying
        short = cheap.cheapest_half_time if law.short_hours < 1.0 else cheap.cheapest_full_time
        credible = self.credible.at(t)
        own_levy = self.levy.at(t) > 0.0
        return law._replace(
            collection=collected_here(design, self._home),
            fine=fine,
            reference=self.levy.at(t) * year if own_levy else law.reference * som,
            per_year=1.0 if own_levy else law.per_year,
            alternative_price=law.alternative_price * som,
            donation_price=law.donation_price * som,
            buyout_fee=law.buyout_fee * som,
            bonus=law.bonus * som + self.bonus.at(t) * economy.average_wage,
            hire_bonus=self.hire_bonus.at(t) * year,
            tender_margin=self.tender_margin.at(t),
            inspection=self.inspection.at(t),
            credible=law.credible if credible is None else float(credible),
            information=self.information.at(t),
            cheapest=short * year * (1.0 + economy.employer_contribution),
            cheapest_pay=cheap.cheapest_full_time * economy.average_wage,
            nominal_pay=12.0 * economy.minimum_wage * law.short_hours,
        )


def pay_of(economy: EconomyTerms) -> Pay:
    """Return what amounts of a quota law follow."""
    return Pay(economy.average_wage, economy.minimum_wage, economy.employer_contribution)


def collected_here(design: Design, here: str = str(PRESENT[-1]["value"])) -> float:
    """Return the share of a levy that is collected: a law carried over to another country meets its collectors.

    >>> collected_here(load("FR")), collected_here(load("KG_2025"))
    (0.78, 0.78)
    """
    home = design if design.of("translation.average_wage") == "own" else load(here)
    return float(home.of("levy.collected_share"))


def unit_charge(law: QuotaTerms) -> float:
    """Return the yearly levy of one missing seat at the smallest size with a levy, som."""
    if law.kind in (NO_SANCTION, FINE) or law.levy_from[0] >= BEYOND:
        return 0.0
    unit = float(law.levy_unit[0]) if law.levy_variable[0] == FLAT else max(0.0, float(law.levy_zero[0]))
    return unit * law.reference * law.per_year


@lru_cache(maxsize=256)
def _shape(key: Key) -> QuotaTerms:
    """Return the part of the terms that does not depend on the month, with the sizes at which the schedule jumps."""
    return stepped(_bare_shape(key))


@lru_cache(maxsize=256)
def _bare_shape(key: Key) -> QuotaTerms:
    """Return a design's terms with the overrides of the schedule applied; a mistake in them is an ``InputError``."""
    code, assignment, sanction, smallest, rate, levy, proforma, fine_place, owners, severe_weight = key
    law = bare_terms(load(code))
    change: dict[str, Any] = {}
    if assignment != "as written":
        change["listed"] = int(assignment == "list")
    if smallest is not None or rate is not None:
        change |= _schedule(law, smallest, rate, load(code).code)
    if levy > 0.0:
        change |= _flat_levy(law)
        change["kind"] = LEVY
    if sanction != "as written":
        change["kind"] = ("none", "fine", "levy", "fine+levy").index(sanction)
    if proforma is not None:
        change["proforma_counts"] = int(proforma)
    if fine_place != MIDDLE:
        change["fine_surcharge"] = surcharges(load(code), fine_place)
    if owners != "as written":
        change["owners"] = np.array(COVERED[owners])
    if severe_weight is not None:
        change["weights"] = severely_weighed(law.weights, severe_weight)
    changed = law._replace(**change)
    if changed.kind in (LEVY, FINE_AND_LEVY) and changed.levy_from[0] >= BEYOND:
        raise InputError(f"quota sanction is '{sanction}' but design {code} has no levy; give levy a value above 0")
    name = repr((code, assignment, sanction, smallest, rate, levy, proforma))
    if fine_place != MIDDLE:
        name += repr(fine_place)
    if owners != "as written" or severe_weight is not None:
        name += repr((owners, severe_weight))
    return changed._replace(code=_number(name))


def severely_weighed(weights: Array, over: float) -> Array:
    """Return the weights of workers by hours and group with groups I and II at a multiple of group III (question 14).

    >>> severely_weighed(np.array([[0.0, 1.0, 1.0, 1.0], [0.5, 2.0, 2.0, 0.5]]), 2.0).tolist()
    [[0.0, 2.0, 2.0, 1.0], [0.5, 1.0, 1.0, 0.5]]
    """
    out = weights.copy()
    out[:, 1:3] = over * weights[:, 3:4]
    return out


def _number(key: str) -> int:
    return zlib.crc32(key.encode())


def _schedule(law: QuotaTerms, smallest: float | None, rate: float | None, code: str) -> dict[str, Any]:
    """Return the changed schedule: a rate replaces the whole table; a threshold alone cuts it below."""
    threshold = float(smallest) if smallest is not None else law.n_min
    change: dict[str, Any] = {"n_min": threshold, "n_min_public": threshold}
    if rate is not None:
        flat = filled([[threshold, rate]], (8, 2))
        return change | {"rates": flat, "rates_public": flat.copy(), "table": filled([], (8, 3)), "min_seats": 0.0}
    if threshold < law.n_min:
        raise InputError(f"quota smallest_size is {threshold:g}, below the {law.n_min:g} of {code}; give a rate too")
    return change


def _flat_levy(law: QuotaTerms) -> dict[str, Any]:
    """Return the rows of a levy of one unit per missing seat at every size with a duty."""
    start: Array = np.full(8, BEYOND)
    start[0] = min(law.n_min, law.n_min_public)
    unit = np.zeros(8)
    unit[0] = 1.0
    return {
        "levy_from": start,
        "levy_to": np.full(8, BEYOND),
        "levy_variable": np.zeros(8, dtype=np.int64),
        "levy_zero": np.full(8, -1.0),
        "levy_unit": unit,
        "levy_min_n": 0.0,
        "surcharge_years": 9999.0,
        "payroll_cap": 1e9,
    }


def in_force(country: str) -> Quota:
    """Return the quota as a country has it today; the laws in its folder are put on file."""
    laws_of(country)
    made = law(Quota, country, "quota")
    made._home = str(made.design.steps[-1].value)
    for step in made.design.steps:
        if step.value not in codes(country):
            raise CountryError(f"{country}/quota.toml: design is '{step.value}'; {nearest(step.value, codes(country))}")
    return made


QUOTA = Instrument(
    "quota", "Quota", Quota, of_country=in_force, page="Employers and jobs", alone=lambda: sorted(codes()),
    key_of_alone="design")
