"""Beginning: the state of a world before its first month (model.md sections 8, 16.2 and rules H1, H2, X4).

Market income is the residual: the permanent part of each oblast's income is set so that consumption, with benefits,
pensions and remittances, reproduces the published poverty headcounts of 2021, and the growth of income between 2021
and 2023 so that it reproduces those of 2022 and 2023. Both are quantiles, not searches.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from sim.agents.claiming import MOST_CHILDREN
from sim.agents.closing import OLDEST, base_hazard
from sim.behaviour import Behaviour
from sim.engine.columns import FIXED_POINT, Array, empty, locked, ordered
from sim.engine.draws import Decision, hazard, key, uniform
from sim.engine.filling import draw_normals, draw_uniforms, exponentials, logarithms
from sim.labour import begin as begin_labour
from sim.markets.feedback import Baseline, Markets
from sim.months import BURN_IN, month_index
from sim.population import Population
from sim.recording import whole
from sim.schedule import REGISTER, REGISTER_YEAR, entry_chances
from sim.state.households import (
    NEVER,
    UNPAID,
    Endowments,
    Households,
    HouseholdState,
    fitting,
    weights_of,
)
from sim.world import Design, Office, World

HEADCOUNT_YEARS = (2021, 2022, 2023)
MID_YEAR = 6
SHEEP_PER_CATTLE = 5.0


def normals(households: Households, draws: np.uint64) -> Array:
    """Return one standard normal draw for each household."""
    out = np.zeros(len(households.identifier))
    draw_normals(households.identifier, draws, out)
    return out


def uniforms(households: Households, draws: np.uint64) -> Array:
    """Return one uniform draw for each household."""
    out = np.zeros(len(households.identifier))
    draw_uniforms(households.identifier, draws, out)
    return out


def exponential(values: Array) -> Array:
    """Return the exponential of each value."""
    out = np.zeros(len(values))
    exponentials(np.ascontiguousarray(values, dtype=np.float64), out)
    return out


def logarithm(values: Array) -> Array:
    """Return the logarithm of each value."""
    out = np.zeros(len(values))
    logarithms(np.ascontiguousarray(values, dtype=np.float64), out)
    return out


def poverty_quantile(threshold: Array, persons: Array, identifier: Array, headcount: float) -> float:
    """Return the income level at which the share ``headcount`` of real persons is poor.

    A household is poor while the level lies below its ``threshold``. Ties are broken by identifier.

    >>> poverty_quantile(np.array([1.0, 2.0, 3.0, 4.0]), np.ones(4), np.arange(4), 0.25)
    3.5
    """
    order = ordered(-threshold, identifier)
    share = np.cumsum(persons[order].astype(np.int64)) / persons.sum()
    k = int(np.searchsorted(share, headcount))
    k = min(max(k, 0), len(order) - 2)
    return float(0.5 * (threshold[order[k]] + threshold[order[k + 1]]))


def begin(
    population: Population, behaviour: Behaviour, design: Design, seed: int, start: int, threads: int = 1
) -> World:
    """Return a world at the start of its burn-in."""
    h, b, country = locked(population.households), behaviour, population.country
    t = -BURN_IN
    terms = design.terms(t, behaviour)
    deviation, transitory = income_scores(h, b, population.covariate_correlation**2, seed, t)
    endowments = endow(h, b)
    state = empty(HouseholdState, len(h.identifier))
    state.shock[:] = b.earning.shock_sd * h.shock_score.astype(np.float64)
    base = (h.other_benefits.astype(np.float64) + h.remittances) / h.size
    ratio = endowments.observed_ratio.astype(np.float64)
    per_child = terms.benefit.per_child * terms.benefit.coefficient / terms.economy.deflator
    luck = uniforms(h, key(seed, Decision.UBK_ENTRY, t - 1))
    entries = entry_chances(b.claiming)
    moves = entries + b.claiming.exit
    settled = np.divide(entries, moves, out=np.zeros_like(entries), where=moves > 0.0)
    settled = settled[np.minimum(h.children, MOST_CHILDREN)]
    receives = np.zeros(len(h.identifier), dtype=bool)
    families, weight = country.value(REGISTER, "country", REGISTER_YEAR), weights_of(h)
    levels = np.zeros((len(HEADCOUNT_YEARS), len(country.regions)))
    for _ in range(2):
        for y, year in enumerate(HEADCOUNT_YEARS):
            mid = month_index(year, MID_YEAR + 1)
            yearly = design.terms(mid, behaviour)
            amount = yearly.benefit.per_child * yearly.benefit.coefficient / yearly.economy.deflator
            other = base + receives * amount * h.children / h.size
            needed = np.maximum(b.earning.poverty_line - other, 1e-9)
            threshold = logarithm(needed) - deviation - transitory
            for r in range(len(country.regions)):
                here = np.flatnonzero(h.oblast == r)
                levels[y, r] = poverty_quantile(
                    threshold[here], weight[here] * h.size[here], h.identifier[here], float(country.poverty[year][r])
                )
        income = exponential(levels[0][h.oblast] + deviation + transitory)
        receives = poorest_seen((h.children > 0) & (luck < settled), income * ratio, h, families)
    growth = income_growth(levels)
    january = growth(0) + levels[0]
    endowments.log_income[:] = deviation - state.shock + january[h.oblast]
    state.income[:] = income
    state.benefit[:] = receives
    ceiling = b.applying.income_ceiling * terms.economy.subsistence / terms.economy.deflator
    set_work(h, endowments, state, b, country.employment_rate, income * ratio < ceiling, seed, t)
    state.consumption[:] = income + base + receives * per_child * h.children / h.size
    state.smoothed[:] = state.consumption
    state.visited[:] = NEVER
    state.distress_months[:] = NEVER
    state.paid_at[:] = UNPAID
    state.other_income[:] = state.consumption * h.size
    zero = growth(0)
    regions = len(country.regions)
    return World(
        population=population, behaviour=behaviour, design=design, seed=seed, t=t, start=start,
        households=h, endowments=endowments, state=state, growth=lambda month: growth(month) - zero,
        markets=calm_markets(regions, b, country.incumbents),
        baseline=Baseline(value=baseline_value(country, b), incumbents=country.incumbents),
        herd=regional_herd(population), office=new_office(len(country.raion_oblast), seed, lot := int(weight.max())),
        labour=begin_labour(population, behaviour, seed), raion_oblast=country.raion_oblast,
        lot=lot, never_above=highest_start(endowments, b),
        base_hazard=np.array([whole(base_hazard)(age, b.closing) for age in range(OLDEST)]),
        threshold=b.claiming.threshold, threads=threads,
    )


def new_office(raions: int, seed: int, lot: int) -> Office:
    """Return an office that rounds the payments due in each raion at a point of its own (O3, section 16.4).

    With one rounding point for all, a small sample would pay every raion's only contract in the same month.
    """
    office = Office.empty(raions)
    draws = key(seed, Decision.ROUND_SLOTS)
    office.due[:] = [lot * (float(uniform(draws, np.uint32(d))) - 0.5) for d in range(raions)]
    return office


def poorest_seen(candidates: Array, seen: Array, h: Households, families: float) -> Array:
    """Return which candidates with the lowest observed income stand for so many families, in whole rows.

    Ties are broken by identifier.

    >>> class H: identifier, weight = np.arange(3), np.array([10, 10, 10], dtype=np.uint16)
    >>> poorest_seen(np.array([True, True, False]), np.array([2.0, 1.0, 0.0]), H, 14.0).tolist()
    [False, True, False]
    """
    rows = np.flatnonzero(candidates)
    order = rows[ordered(seen[rows], h.identifier[rows])]
    out = np.zeros(len(candidates), dtype=bool)
    out[order[: fitting(weights_of(h, order), families)]] = True
    return out


def match_register(world: World) -> None:
    """Bring the caseload of the child benefit to the register's families before the first month (model.md section 8).

    Families leave at random; families with children enter at random, first those whose observed income lies below the
    threshold. Whole rows move, so the caseload comes as near as half a row. Only the national register is published, so
    places follow the model.
    """
    h, state = world.households, world.state
    wanted, weight = world.population.country.value(REGISTER, "country", REGISTER_YEAR), weights_of(h)
    luck = uniforms(h, key(world.seed, Decision.UBK_EXIT, -BURN_IN - 1))
    receives = state.benefit == 1
    known = int(weight[receives].sum())
    if known > wanted:
        rows = np.flatnonzero(receives)
        stays = rows[ordered(luck[rows], h.identifier[rows])[::-1]]
        state.benefit[stays[fitting(weight[stays], wanted) :]] = 0
    elif known < wanted:
        rows = np.flatnonzero(~receives & (h.children > 0))
        seen = state.income[rows].astype(np.float64) * world.endowments.observed_ratio[rows]
        above = seen >= world.threshold
        enters = rows[np.lexsort((h.identifier[rows], luck[rows], above))]
        state.benefit[enters[: fitting(weight[enters], wanted - known)]] = 1


def income_scores(h: Households, b: Behaviour, explained: float, seed: int, t: int) -> tuple[Array, Array]:
    """Return the permanent part plus the first shock, and the first transitory shock, of log income; both (rows,).

    ``explained`` is the share of the variance of log consumption that children, place, education, remittances, herd and
    disability explain; it goes into the permanent part as far as that has room for it.
    """
    permanent, shock = b.earning.permanent_sd, b.earning.shock_sd
    by_covariates = min(explained * (permanent * permanent + shock * shock), permanent * permanent)
    rest = math.sqrt(permanent * permanent - by_covariates)
    score = math.sqrt(by_covariates) * h.covariate_score.astype(np.float64) + rest * h.permanent_score
    first = (shock * h.shock_score.astype(np.float64)).astype(np.float32)
    tr = b.earning.transitory_sd
    transitory = tr * normals(h, key(seed, Decision.INC_TR, t)) - 0.5 * tr * tr
    return score + first, transitory


def income_growth(levels: Array) -> Callable[[int], Array]:
    """Return growth of log income since mid-2021 as a function of the month, linear between mid-years, then constant.

    ``levels`` has shape (years, oblasts).
    """
    middles = np.array([month_index(year, MID_YEAR + 1) for year in HEADCOUNT_YEARS], dtype=np.float64)

    def growth(t: int) -> Array:
        return np.array([np.interp(t, middles, levels[:, r]) for r in range(levels.shape[1])]) - levels[0]

    return growth


def endow(h: Households, b: Behaviour) -> Endowments:
    """Return what the parameters make of each household, without income and work."""
    e = empty(Endowments, len(h.identifier))
    both = (h.women > 0) & (h.men > 0)
    e.operator_woman[:] = np.where(both, h.operator_luck < b.applying.woman_operator, h.women > 0)
    e.has_operator[:] = (h.women > 0) | (h.men > 0)
    sd, corr = b.operating.ability_sd, b.applying.belief_correlation
    ability = h.ability.astype(np.float64)
    e.ability_effect[:] = sd * ability
    e.believed_effect[:] = sd * (corr * ability + math.sqrt(1.0 - corr * corr) * h.belief_score)
    error = h.observation_score.astype(np.float64)
    e.observed_ratio[:] = exponential(b.applying.observed_bias + b.applying.observed_sd * error)
    return e


def set_work(
    h: Households,
    e: Endowments,
    state: HouseholdState,
    b: Behaviour,
    rates: Array,
    low_income: Array,
    seed: int,
    t: int,
) -> None:
    """Set the hazards of underlying work by sex and place, and who works at the beginning (H2).

    ``rates`` (2 sexes man and woman, 2 places rural and urban) are published employment rates; on the logit scale they
    are shifted together so that their mean among potential operators of low-income households is the parameter.
    """
    group = e.operator_woman.astype(np.int64) * 2 + h.urban
    eligible = low_income & (e.has_operator == 1)
    counts = np.bincount(group[eligible], weights_of(h, eligible), minlength=4)
    weights = counts / max(counts.sum(), 1)
    logits = [math.log(r / (1.0 - r)) for r in np.asarray(rates, dtype=np.float64).reshape(4)]
    low, high = -20.0, 20.0
    for _ in range(80):
        middle = 0.5 * (low + high)
        mean = math.fsum(w / (1.0 + math.exp(-(v + middle))) for w, v in zip(weights, logits, strict=True))
        low, high = (middle, high) if mean < b.earning.base_employment else (low, middle)
    shares = np.array([1.0 / (1.0 + math.exp(-(v + low))) for v in logits])
    factor = shares / math.fsum(weights * shares) if weights.sum() > 0 else np.ones(4)
    join = np.minimum(b.earning.join_hazard * factor, 0.5)
    leave = np.minimum(join * (1.0 - shares) / shares, 1.0)
    e.base_employment[:] = shares[group]
    e.join_hazard[:] = join[group]
    e.leave_hazard[:] = leave[group]
    luck = uniforms(h, key(seed, Decision.EMP, t - 1))
    state.employed[:] = (luck < e.base_employment) & (e.has_operator == 1)


def calm_markets(regions: int, b: Behaviour, incumbents: Array) -> Markets:
    """Return markets in which every index is one."""
    return Markets(
        demand=np.ones((regions, 4)), price=np.ones((regions, 4)),
        cattle_price=np.full(regions, b.feedback.cattle_price), wage=np.full(regions, b.working.casual_wage),
        incumbents=incumbents.copy(), tightness=np.ones(regions), consumer_price=np.ones(regions),
    )


def baseline_value(country: object, b: Behaviour) -> Array:
    """Return monthly value added of small businesses by oblast and sector, som of 2023 (V0 in M1)."""
    f = b.feedback
    share = np.array([f.demand_agriculture, f.demand_production, f.demand_trade, f.demand_services])
    yearly = country.gdp_per_person * country.population * f.small_share  # type: ignore[attr-defined]
    return np.outer(yearly / 12.0, share)


def regional_herd(population: Population) -> Array:
    """Return the livestock of households by oblast, in cattle-equivalents (a sheep is a fifth)."""
    h = population.households
    whole = np.floor(h.herd.astype(np.float64) * FIXED_POINT + 0.5).astype(np.int64)
    out = np.zeros(len(population.country.regions), dtype=np.int64)
    np.add.at(out, h.oblast, weights_of(h) * whole)
    return np.maximum(out / FIXED_POINT / SHEEP_PER_CATTLE, 1.0)


def highest_start(endowments: Endowments, b: Behaviour) -> float:
    """Return a bound of every family's monthly probability of an own start (H10)."""
    best = float(endowments.believed_effect.max()) if len(endowments.believed_effect) else 0.0
    return float(hazard(b.starting.rate * math.exp(0.3 * best + 0.5))) + 1e-12
