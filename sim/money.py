"""Money: how a month of household money runs, from disposable income to consumption and poverty (people.md B1, B2)."""

from __future__ import annotations

import numpy as np

from sim.agents.households.bearing import Cover
from sim.agents.households.consuming import SUMS, MoneyMonth, Sum, add_up_bases, consume, count_work, receive
from sim.agents.households.effects import Targets, find_loadings, set_effects
from sim.agents.households.levelling import CLASSES, count_classes, headcount_path, levels
from sim.engine.columns import Array
from sim.labour.accounts import Line
from sim.markets.financing import rate_of, spread, still_wanted
from sim.markets.handing import add_to_pots, each_gets, settle_pots
from sim.markets.incidence import add_charges, due_now, rates, settle_charges
from sim.months import month_index, month_of
from sim.state.households import RING
from sim.state.labour import Owner
from sim.world import Passed, Terms, World

FOUND_ON = 2021  # year whose poverty figures the loadings of consumption are found on
FULL_TIME_HOURS = 168.0  # a month
OF_HOUSEHOLDS = (Cover.INCOME_TAX, Cover.INDIRECT_TAX, Cover.CUT_CHILD_BENEFIT, Cover.CUT_PENSIONS)


def money_month(world: World, terms: Terms) -> MoneyMonth:
    """Return what all households of the month share; the levels of consumption are not found yet."""
    b, growth = world.behaviour, world.people.own_growth(terms.economy)
    return MoneyMonth(
        recording=int(world.t >= world.start), contract=terms.contract, benefit=terms.benefit,
        deflator=terms.economy.deflator, wage=world.markets.wage * growth, prices=world.markets.consumer_price,
        levels=np.zeros(world.oblasts), application=b.applying.effort * b.applying.cash_share,
        hire_pay=FULL_TIME_HOURS * b.working.casual_wage * growth * b.working.hire_fte,
        extreme_line=b.consuming.poverty_line * world.extreme_ratio, coverage=world.coverage,
        bearing=np.zeros(world.oblasts), later=1.0 - 1.0 / world.markets.year_of_rounds.mean(axis=1),
        handed=np.zeros(world.handed.open.shape), financing=terms.financing.mode,
    )


def find_levels(world: World) -> Array:
    """Return log a of each oblast this month: found in the reference world, taken over from it in all others (B2).

    After the last December of published poverty the level stays, so that growth comes through incomes alone.
    """
    if world.reference is not None:
        return world.reference.levels[world.t]
    published, before = world.population.country.poverty, world.path.levels.get(world.t - 1)
    if before is not None and world.t > month_index(max(published), 12):
        return before
    world.settle()
    if world.t == month_index(FOUND_ON, 12):
        find_effects(world)
    counts = np.zeros((world.oblasts, CLASSES), dtype=np.int64)
    b = world.behaviour.consuming
    world.sweep(count_classes, world.households, world.endowments, world.state, b, sums=(counts,))
    world.settle()
    return levels(counts, headcount_path(published, world.t), b.poverty_line)


def levels_of_rows(world: World, levels: Array) -> Array:
    """Return the level of consumption for each household; those of last month while they stay."""
    if world.laid_out is None or world.laid_out[0] is not levels:
        world.laid_out = levels, levels[world.households.oblast]
    return world.laid_out[1]


def find_effects(world: World) -> None:
    """Find the loadings of the fixed effect on consumption, given income over the last twelve months (B2)."""
    country, b = world.population.country, world.behaviour.consuming
    children, elders, urban = (country.share(f"poverty[{g}]", year=FOUND_ON) for g in ("children", "elders", "urban"))
    targets = Targets(children, elders, urban, country.share("extreme_poverty", year=FOUND_ON))
    world.loadings = find_loadings(
        world.households, world.state, b, targets, country.poverty[FOUND_ON], world.extreme_ratio, world.loadings
    )
    set_effects(world.households, world.endowments, b, world.loadings)


def pass_on(world: World, terms: Terms) -> tuple[Array, Array]:
    """Book what private employers were charged this month; return what is passed on now, and for each unit of its base.

    With fixed markets only what the base world passes on is: the rest stays with employers (D5, D7).
    """
    books, outside, money = world.bearing, world.behaviour.owning.outside, world.labour.money
    nominal = money[:, Line.CHARGED_PRIVATE] + money[:, Line.GIVEN] - money[:, Line.GIVEN_INSIDE]
    add_charges(books, nominal, world.labour.frame.weight, terms.economy.deflator)
    levied = world.tally.instruments["levied"]
    books.open[:] += levied
    books.charged[:] += levied
    due = due_now(books, month_of(world.t))
    if world.frozen is not None:
        then = world.frozen.passed[world.t]
        if then.incidence == terms.financing.incidence:
            return np.zeros_like(due), then.bearing
        return np.zeros_like(due), rates(then.due, outside, world.people.base)
    if world.t < 0:
        due = np.zeros_like(due)
    return due, rates(due, outside, world.people.base)


def hand_out(world: World, terms: Terms) -> Array:
    """Book what the budget and employers pay to persons that the labour block does not name; return what each gets.

    With fixed markets each gets what the base world hands out: only persons on seats or services differ (D5).
    """
    money = world.labour.money[:, (Line.CERTIFICATES, Line.GIVEN)]
    add_to_pots(world.handed, money, world.labour.frame.weight, terms.economy.deflator)
    if world.frozen is not None:
        return world.frozen.passed[world.t].handed
    return each_gets(world.handed, world.people.sharing)


def raise_money(world: World, terms: Terms, month: MoneyMonth) -> MoneyMonth:
    """Book what the design costs this month, and set what households pay of each som that it falls on."""
    tally, cover = world.tally.instruments, terms.financing.mode
    due = 0 if world.financed is None else world.financed.bill.get(world.t, 0)
    none = np.zeros(world.oblasts, dtype=np.int64)
    tally["borrowed"] = np.array(due if cover == Cover.BORROWING else 0, dtype=np.int64)
    tally["levied"] = spread(due, payroll(world)) if cover == Cover.LEVY and due else none
    if cover not in OF_HOUSEHOLDS or world.financed is None:
        return month
    world.raising.wanted[0] += due
    base = np.zeros(1, dtype=np.int64)
    world.sweep_now(add_up_bases, world.households, world.state, month, sums=(base,))
    return month._replace(raised=rate_of(still_wanted(world.raising), int(base[0])))


def payroll(world: World) -> Array:
    """Return the payroll of private employers of five staff and more by oblast, som of the base year."""
    table, staff = world.labour.frame.employers, world.labour.employers.reported.astype(np.float64)
    private = table.owner == Owner.PRIVATE
    return np.bincount(table.oblast[private], (staff * table.wage)[private], world.oblasts)


def settle_money(world: World, terms: Terms) -> None:
    """Set disposable income, consumption and poverty."""
    b, h, e, s = world.behaviour, world.households, world.endowments, world.state
    sums = np.zeros((len(world.raion_oblast), SUMS), dtype=np.int64)
    month = raise_money(world, terms, money_month(world, terms))
    due, bearing = pass_on(world, terms)
    month = month._replace(bearing=bearing, handed=hand_out(world, terms))
    world.tally.bearing, world.tally.handed = bearing, month.handed
    world.path.passed[world.t] = Passed(terms.financing.incidence, due, bearing, month.handed)
    ring = getattr(s, RING[month_of(world.t) - 1])
    world.sweep(receive, h, e, s, ring, (month, b.consuming, b.working), sums=(sums,))
    world.sweep(count_work, h, s, b.working, sums=(sums,))
    world.path.levels[world.t] = find_levels(world)
    month = month._replace(levels=levels_of_rows(world, world.path.levels[world.t]))
    world.sweep(consume, h, e, s, (month, b.consuming, b.working), sums=(sums,))
    world.settle()
    world.tally.households = sums
    world.tally.places = world.by_oblast(sums)
    settle_charges(world.bearing, due, world.tally.places[:, Sum.BORNE], b.owning.outside)
    world.raising.received[0] += int(world.tally.places[:, Sum.FINANCED].sum())
    settle_pots(world.handed, world.tally.places[:, (Sum.CERTIFICATES, Sum.GIVEN)])
    world.office.poor = world.office.poor + sums[:, Sum.POOR]
    world.office.families = sums[:, Sum.FAMILIES]


def begin_money(world: World, terms: Terms) -> None:
    """Give every household twelve months like the first, and find effects and levels of consumption for them."""
    b, h, e, s = world.behaviour, world.households, world.endowments, world.state
    sums = np.zeros((len(world.raion_oblast), SUMS), dtype=np.int64)
    first = np.zeros(world.rows, dtype=np.int32)
    month = money_month(world, terms)._replace(recording=0)
    world.sweep(receive, h, e, s, first, (month, b.consuming, b.working), sums=(sums,))
    world.settle()
    for name in RING:
        getattr(s, name)[:] = first
    s.income_year[:] = 12 * first
    find_effects(world)
    month = month._replace(levels=find_levels(world)[h.oblast])
    world.sweep(consume, h, e, s, (month, b.consuming, b.working), sums=(sums,))
    world.settle()
