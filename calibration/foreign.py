"""Foreign: what the model's rules say about countries whose quotas have been studied, beside the published figures.

A foreign law is put before employers of that country, and the rules that Kyrgyz employers live by (E3, Q1 to Q8)
decide for them; nothing is drawn, so the same parameters give the same figures. What they wish for is filled as far as
the seekers of a local market allow, by the rules of matching and leaving (P3, P5; docs/decisions/local-supply.md).
Hungary and Austria may be fitted. The figures of the other countries are checks and are never tuned to.
"""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from sim.agents.complying import Constants
from sim.agents.matching import referred_weight, seeker_weight
from sim.agents.separating import NEEDED, OUTSIDE, separation_probability
from sim.engine.columns import Array, empty, typed
from sim.errors import CountryError
from sim.labour.anchoring import NO_CONSTANTS, mode_constants, seat_weights
from sim.labour.expecting import COMPLY, FILLED, HIRED, NONE, OWED, WORKERS, expect, seat_shares, shares_in_place
from sim.labour.year import Choosing, Standing
from sim.policies.design import load
from sim.policies.quota import unit_charge
from sim.policies.services import Services
from sim.policies.terms_of_design import filled, fined_terms, native_terms, stepped
from sim.state.labour import PRIVATE, Employers
from sim.state.labour_state import EmployerState
from sim.state.labour_views import Firms, Prices
from sim.state.quota_law import NO_SANCTION, UNROUNDED, QuotaTerms, required_seats

FIGURES = Path(__file__).parent / "foreign.csv"
FITTED = ("HU01", "HU02", "HU03", "HU04", "HU05", "AT01", "AT02")
CHECKED = ("AT03", "DE01", "DE02", "DE03", "FR02", "FR03", "FR06", "JP02", "JP03", "KR01")
SCORES = ((-(3.0**0.5), 1 / 6), (0.0, 2 / 3), (3.0**0.5, 1 / 6))  # a standard normal by three points
FIRST_HIRES = 9  # numbers of workers present that are told apart in small firms


class Case(NamedTuple):
    """A country's law before its employers; amounts are in its own currency."""

    law: QuotaTerms
    charge_ratio: float  # yearly levy of a seat over the labour cost of the cheapest worker who counts
    present_share: float  # share of staff that would be workers with disabilities anyway; negative: the rule E3 says
    wage: float  # average, a month
    seekers: float  # registered seekers with disabilities for each member of staff
    market_staff: float  # staff of employers in a local market
    inspection: float = -1.0  # yearly probability of an inspection; negative: that of Kyrgyzstan


class Expected(NamedTuple):
    """What is expected of employers by size, one entry a size; see :mod:`sim.labour.expecting`."""

    sizes: Array
    firms: Array  # relative numbers
    anyway: Array  # workers with disabilities without the law
    found: Array  # (sizes, 6)
    supplied: Array  # share of wished hires in place

    def between(self, low: float, high: float) -> Array:
        """Return which sizes lie from ``low`` to ``high``, both included."""
        return np.asarray((self.sizes >= low) & (self.sizes <= high))

    def total(self, column: int, chosen: Array) -> float:
        """Return the sum over firms of a column."""
        return float((self.firms * self.found[:, column])[chosen].sum())


@cache
def figures() -> dict[tuple[str, str], float]:
    """Return the figures of ``foreign.csv`` by country and name."""
    with FIGURES.open(newline="", encoding="utf-8") as handle:
        return {(row["country"], row["name"]): float(row["value"]) for row in csv.DictReader(handle)}


def common(name: str) -> float:
    """Return a figure that holds for all countries."""
    return figures()["all", name]


@cache
def case(country: str) -> Case:
    """Return the law of a country as it was when its effects were studied."""
    known, design = figures(), load(country)
    if not {(country, "charge_ratio"), (country, "cheapest")} & set(known):
        raise CountryError(f"foreign.csv: {country} has no charge_ratio; give one or choose another country")
    place = known.get((country, "fine_place"))
    law = native_terms(design) if place is None else fined_terms(design, place)
    smallest = known.get((country, "smallest_size"))
    if smallest is not None:
        rates = filled([[smallest, float(law.rates[0, 1])]], (8, 2))
        start = law.levy_from.copy()
        start[0] = smallest
        law = stepped(law._replace(
            n_min=smallest, n_min_public=smallest, rates=rates, rates_public=rates, levy_from=start,
            levy_min_n=smallest,
        ))  # fmt: skip
    if (country, "sizes_without") in known:  # the study's sizes are already those that the law looks at
        law = law._replace(base_without=0)
    if (country, "premium") in known:
        law = law._replace(bonus=known[country, "premium"])
    levied = (country, "cheapest") not in known  # where a law has fines alone, the cheapest worker's cost is given
    cheapest = unit_charge(law) / known[country, "charge_ratio"] if levied else known[country, "cheapest"]
    law = law._replace(cheapest=cheapest)
    wage = float(design.of("translation.average_wage")) / 12.0
    return Case(
        law, known.get((country, "charge_ratio"), 0.0), known.get((country, "present_share"), -1.0), wage,
        seekers=known[country, "seekers"], market_staff=known[country, "market_staff"],
        inspection=known.get((country, "inspection"), -1.0),
    )  # fmt: skip


@cache
def grid() -> tuple[Array, Array]:
    """Return sizes and the relative numbers of firms that each stands for: all sizes to 80, then ever fewer."""
    edges = np.concatenate([[5, 10, 15], np.arange(20, 81), np.geomspace(82, common("largest_size"), 16).round()])
    edges = np.unique(edges)
    every = np.arange(edges[0], edges[-1] + 1)
    numbers = every ** -common("size_exponent")
    which = np.searchsorted(edges, every, side="right") - 1
    firms = np.bincount(which, weights=numbers)
    staff = np.bincount(which, weights=numbers * every)
    return np.round(staff / firms), firms


def nodes(sizes: Array, present: Array, certifiable: float) -> tuple[dict[str, Array], Array]:
    """Return rows for every size and kind of employer, and the share of the size that each row stands for.

    Kinds differ in distaste, perceived cost of adaptation, whether any of the staff could be certified, and in small
    firms in the number of workers with disabilities who are there anyway. Rows of a size stand together.
    """
    few = np.maximum(certifiable * sizes, 1e-12)
    labels = np.array([np.zeros(len(sizes)), few / -np.expm1(-few)]), np.array([np.exp(-few), -np.expm1(-few)])
    there = np.zeros((FIRST_HIRES, len(sizes)))
    often = np.zeros((FIRST_HIRES, len(sizes)))
    small = (present > 0.0) & (present < 2.0)
    there[0], often[0] = np.where(small, 0.0, present), np.where(small, np.exp(-present), 1.0)
    for m in range(1, FIRST_HIRES):
        there[m], often[m] = m, np.where(small, often[m - 1] * present / m, 0.0)
    often[-1] += np.where(small, 1.0 - often.sum(axis=0), 0.0)
    scores, parts = (np.array(column) for column in zip(*SCORES, strict=True))
    shape = (len(sizes), len(scores), 2, 2, FIRST_HIRES)

    rows = {
        "size": np.broadcast_to(sizes[:, None, None, None, None], shape).ravel(),
        "score": np.broadcast_to(scores[None, :, None, None, None], shape).ravel(),
        "dislikes": np.broadcast_to(np.arange(2.0)[None, None, :, None, None], shape).ravel(),
        "certifiable": np.broadcast_to(labels[0].T[:, None, None, :, None], shape).ravel(),
        "present": np.broadcast_to(there.T[:, None, None, None, :], shape).ravel(),
    }
    shares = parts[None, :, None, None, None] * 0.5 * labels[1].T[:, None, None, :, None]
    shares = (shares * often.T[:, None, None, None, :] * np.ones(shape)).ravel()
    used = shares > 0.0
    return {name: values[used] for name, values in rows.items()}, shares[used]


class Market(NamedTuple):
    """Employers of a country as the model's tables, and what they reckon with."""

    firms: Firms
    standing: Standing
    present: Array


def market(rows: dict[str, Array], given: Case, behaviour: Any) -> Market:
    """Return the tables of employers for the rows of a case."""
    size, count = rows["size"], len(rows["size"])
    b, caps = behaviour.complying, np.array(behaviour.productivity, dtype=np.float64)
    table = typed(Employers, {
        name: np.zeros(count) for name in Employers._fields
    } | {"owner": np.full(count, PRIVATE), "staff": size, "adaptation_score": rows["score"],
         "discriminates": rows["dislikes"]})  # fmt: skip
    state = empty(EmployerState, count)
    state.staff[:] = size
    state.reported[:] = size
    state.certifiable[:] = np.ceil(rows["certifiable"])
    state.workers[:] = np.ceil(rows["present"])
    wage = given.wage * (size / common("wage_size")) ** common("wage_by_size")
    pay = np.maximum(wage * common("entry_wage"), b.cheapest_full_time * given.wage)
    prices = Prices(wage, pay, pay / given.wage, np.array([pay.min()]), np.array([given.wage]), 1.0)
    groups = np.array([common("group_1"), common("group_2"), 0.0])
    groups[2] = 1.0 - groups.sum()
    standing = Standing(
        share=np.zeros(1), mean_weight=1.0,
        inspection=behaviour.inspecting.probability if given.inspection < 0.0 else given.inspection,
        fined_at=np.zeros((1, 12), np.int64), capability=float(groups @ caps),
        severe_capability=float(groups[:2] @ caps[:2] / groups[:2].sum()), grant=0.0, largest=0.0,
        hired=np.zeros(0, np.int64),
    )  # fmt: skip
    return Market(Firms(table, state, prices), standing, rows["present"])


class Stock(NamedTuple):
    """Staff of an employer of each size who acquired a disability at work and stayed (W6)."""

    certified: Array  # (sizes,) persons
    certifiable: Array  # (sizes,) persons who are not certified


def choosing(law: QuotaTerms, standing: Standing, constants: Constants, behaviour: Any) -> Choosing:
    """Return what employers know and weigh under a law."""
    b = behaviour
    return Choosing(law, Services().terms(0), standing, constants, b.complying, b.hiring, b.inspecting)


def expected(given: Case, behaviour: Any, sizes: Array, firms: Array, stock: Stock | None = None) -> Expected:
    """Return what employers of the given sizes do under a law, with a stock of staff who acquired disabilities."""
    b = behaviour
    law = given.law._replace(cheapest_pay=b.complying.cheapest_full_time * given.wage)
    free = law._replace(kind=NO_SANCTION, credible=0.0, n_min=1.0, n_min_public=1.0)
    rates = law.rates.copy()
    rates[0, 0] = 1.0
    free = free._replace(rates=rates, table=filled([], (8, 3)), rounding=UNROUNDED)
    nobody = np.zeros(len(sizes))
    natural = given.present_share < 0.0  # workers without the law are what the rule says, else those of the study
    present = nobody if natural else given.present_share * sizes
    certifiable = b.complying.certifiable
    if stock is not None:
        natural, present = False, stock.certified
        certifiable = float((firms * stock.certifiable).sum() / (firms * sizes).sum())
    rows, shares = nodes(sizes, present, certifiable)
    here = market(rows, given, b)
    weights = np.zeros((len(shares), 5))
    seat_weights(0, len(shares), here.firms, choosing(law, here.standing, NO_CONSTANTS, b), weights)
    weights[:, 0] *= shares * firms[np.searchsorted(sizes, rows["size"])]
    constants = mode_constants(weights, b.complying)
    without = Wishes(free, sizes, nobody, b, given, NO_CONSTANTS, 0.0)
    with_law = Wishes(law, sizes, present, b, given, constants, certifiable)
    found = with_law.filled(np.ones(len(sizes)))
    duty = found[:, OWED] > 0.0
    wished = without.filled(np.ones(len(sizes)))[:, HIRED] if natural else nobody
    supplied = local_supply(given, b, sizes, firms, np.where(duty, found[:, HIRED], wished), duty)
    found = with_law.filled(supplied)
    anyway = without.filled(supplied)[:, WORKERS] if natural else present
    found[:, WORKERS] = np.where(duty, found[:, WORKERS], anyway)
    return Expected(sizes, firms, anyway, found, supplied)


def local_supply(given: Case, behaviour: Any, sizes: Array, firms: Array, wished: Array, duty: Array) -> Array:
    """Return the share of wished hires in place by size of firm (P3, P5), in the local market of a firm of that size.

    A firm brings its own ``wished`` hires; the rest of the staff of its market wishes as the country does on average.
    """
    b = behaviour
    average = float((firms * wished).sum() / (firms * sizes).sum())
    own = np.minimum(sizes / given.market_staff, 1.0)
    wanted = own * wished / sizes + (1.0 - own) * average
    leaving = np.array([separation_probability(0, 0, 0, place, b.separating) for place in (OUTSIDE, NEEDED)])
    weight = referred_weight(seeker_weight(0, 0, b.matching), 1, b.matching)
    out = np.ones(len(sizes))
    shares_in_place(
        0, len(sizes), wanted, given.seekers, given.seekers * weight, leaving[duty.astype(int)], b.matching, out
    )
    return out


class Wishes:
    """What employers of all sizes wish to do about their seats under a law, and what comes of it."""

    def __init__(
        self, law: QuotaTerms, sizes: Array, present: Array, b: Any, given: Case, constants: Constants,
        certifiable: float,
    ) -> None:  # fmt: skip
        rows, self.shares = nodes(sizes, present, certifiable)
        self.law, self.here, self.which = law, market(rows, given, b), np.searchsorted(sizes, rows["size"])
        most = 1 + max(int(required_seats(law, 0, float(n))) for n in sizes)
        self.modes = np.zeros((len(self.shares), most, 4))
        here = self.here
        weighing = choosing(law, here.standing, constants, b)
        seat_shares(0, len(self.shares), here.firms, weighing, here.present, self.modes)

    def filled(self, supplied: Array) -> Array:
        """Return what is expected by size, (sizes, 6), if so much of the wished hires of each size is in place."""
        here, out = self.here, np.zeros((len(self.shares), 6))
        expect(0, len(self.shares), here.firms, self.law, here.present, self.modes, supplied[self.which], out)
        return np.stack([np.bincount(self.which, weights=self.shares * out[:, k]) for k in range(6)], axis=1)


def country(name: str, behaviour: Any) -> Expected:
    """Return what is expected of the employers of a country by size."""
    return expected(case(name), behaviour, *grid())


def at_threshold(found: Expected, size: float) -> float:
    """Return the additional workers per firm at a size with a duty, over those who would be there anyway."""
    k = int(np.searchsorted(found.sizes, size))
    return float(found.found[k, WORKERS] - found.anyway[k])


def fitted(behaviour: Any) -> dict[str, float]:
    """Return the figures that may be fitted, by the identifiers of the targets: Hungary and Austria."""
    hungary, austria = country("HU", behaviour), country("AT", behaviour)
    small, middle, large = (hungary.between(*ends) for ends in ((5, 19), (20, 99), (500, 1e9)))
    duty, staff = hungary.found[:, OWED] > 0.0, hungary.firms * hungary.sizes
    threshold = float(case("HU").law.n_min)
    further = [at_threshold(austria, n) - at_threshold(austria, n - 1) for n in (50, 75)]
    return {
        "HU01": at_threshold(hungary, threshold),
        "HU02": hungary.total(FILLED, duty) / hungary.total(OWED, duty),
        "HU03": hungary.total(WORKERS, small) / float(staff[small].sum()),
        "HU04": hungary.total(WORKERS, middle) / float(staff[middle].sum()),
        "HU05": hungary.total(WORKERS, large) / float(staff[large].sum()),
        "AT01": at_threshold(austria, 25),
        "AT02": float(np.mean(further)),
    }


def checked(behaviour: Any) -> dict[str, float]:
    """Return the figures of other countries, for comparison only; none of them may be fitted."""
    out = {}
    found = {name: country(name, behaviour) for name in ("AT", "DE", "FR", "JP", "KR")}
    rate, comply, none, fill = {}, {}, {}, {}
    for name, each in found.items():
        duty = each.found[:, OWED] > 0.0
        firms, staff = float(each.firms[duty].sum()), float((each.firms * each.sizes)[duty].sum())
        rate[name] = 100.0 * each.total(WORKERS, duty) / staff
        comply[name], none[name] = each.total(COMPLY, duty) / firms, each.total(NONE, duty) / firms
        fill[name] = each.total(FILLED, duty) / each.total(OWED, duty)
    out["AT03"] = fill["AT"]
    out["DE01"] = at_threshold(found["DE"], 40) - at_threshold(found["DE"], 39)
    out["DE02"], out["DE03"] = rate["DE"], none["DE"]
    out["FR02"], out["FR03"], out["FR06"] = rate["FR"], comply["FR"], none["FR"]
    out["JP02"], out["JP03"] = comply["JP"], rate["JP"]
    out["KR01"] = rate["KR"]
    return out
