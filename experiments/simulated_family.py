"""Simulated family: what happens to families like one that the household calculator is asked about."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from experiments.household import Account, pension_age
from experiments.language import Language
from experiments.sections import Section
from experiments.simulated import Figures, Run, lived, scenario_of
from sim.agents.households.budget import Flows, recurrent_income
from sim.agents.households.consuming import in_kind_income
from sim.engine.columns import Array
from sim.engine.plain import plain
from sim.outcomes.poverty import poor_now
from sim.outcomes.records import Lives
from sim.state.households import weights_of
from sim.world import World

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

BENEFIT_UNTIL = 16  # years
NEAR = 1.5  # ratio of incomes of families that are like each other
MOST_CHILDREN, MOST_ADULTS, MOST_ELDERS = 4, 3, 1  # from which on families have "so many or more"
MONTHS = 12.0
MUCH = 0.05  # share of income


class Like(NamedTuple):
    """What families like the given one have."""

    children: int  # below 16, four for four and more
    adults: int  # from 16 to pension age, three for three and more
    elders: bool
    disability: bool
    works: bool  # somebody earns
    flows: Flows  # of the calculator, nominal som a month
    deflator: float
    size: int
    oblast: int | None  # None for any


def like(account: Account, oblast: int | None) -> Like:
    """Return what families like that of an account have."""
    case, law, flows = account.case, account.law, account.flows
    old = [one.adult and one.age >= pension_age(one, law) for one in case.members]
    children = sum(one.age < BENEFIT_UNTIL for one in case.members)
    return Like(
        children=min(children, MOST_CHILDREN), adults=min(len(case.members) - children - sum(old), MOST_ADULTS),
        elders=any(old), disability=any(one.group > 0 for one in case.members),
        works=flows.earned + flows.own_income > 0.0, flows=flows, deflator=law.economy.deflator,
        size=len(case.members), oblast=oblast,
    )  # fmt: skip


def income_of(wanted: Like, world: World) -> float:
    """Return the income of the given family as the simulation reckons it, som of 2023 a month."""
    real = Flows(*[value / wanted.deflator for value in wanted.flows])
    real = real._replace(in_kind=float(plain(in_kind_income)(wanted.size, world.behaviour.consuming.in_kind)))
    return float(plain(recurrent_income)(real._replace(grant_spent=0.0), world.coverage))


def alike(world: World, wanted: Like) -> Array:
    """Return the rows of households like the given family, at the start of the comparison."""
    h, income = world.households, world.state.income_year / MONTHS
    mine = max(income_of(wanted, world), world.behaviour.consuming.in_kind * wanted.size)
    found = np.minimum(h.children, MOST_CHILDREN) == wanted.children
    found &= np.minimum(h.adults, MOST_ADULTS) == wanted.adults
    found &= (np.minimum(h.elders, MOST_ELDERS) > 0) == wanted.elders
    found &= (h.with_disability > 0) == wanted.disability
    found &= ((world.state.earned + world.state.own_income) > 0.0) == wanted.works
    found &= (income >= mine / NEAR) & (income <= mine * NEAR)
    if wanted.oblast is not None:
        found &= h.oblast == wanted.oblast
    return np.flatnonzero(found)


def follow(wanted: Like, lives: Lives) -> list[dict[str, Any]]:
    """Return what happened to each family like the given one."""
    before, final = lives.before, lives.final
    rows = alike(before, wanted)
    h, s, then = final.households, final.state, before.state
    columns = {
        "household": h.identifier[rows], "weight": weights_of(before.households, rows),
        "income_before": then.income_year[rows] / MONTHS, "income": s.income_year[rows] / MONTHS,
        "poor_before": poor_now(before)[rows], "poor": poor_now(final)[rows],
        "benefit": s.benefit[rows] == 1, "granted": s.paid_at[rows] >= final.start,
        "works": (s.earned + s.own_income)[rows] > 0.0,
    }  # fmt: skip
    return [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]


def section(
    account: Account, designs: Mapping[str, Mapping[str, Any]], labels: Sequence[str], oblast: int | None, run: Run,
    say: Language,
) -> Section:  # fmt: skip
    """Return the table: today's law and each design, over luck and parameters; ``labels`` stand above the columns."""
    wanted, scenario = like(account, oblast), scenario_of(account.law.t, designs, run)
    frame = lived(scenario, partial(follow, wanted), run.workers, "families", say)
    frame = against_today(frame)
    figures = Figures(frame, say)
    text = say.text
    rows = [
        *figures.spread("income_before", text("Income at the start, som of 2023 a month"), "income_before"),
        *figures.spread("income", text("Income in the last year, som of 2023 a month"), "income"),
        *figures.share("poor_before", text("below the poverty line at the start"), "poor_before"),
        *figures.share("poor", text("below the poverty line at the end"), "poor"),
        *figures.share("benefit", text("with the child benefit at the end"), "benefit"),
        *figures.share("granted", text("received a grant of the social contract"), "granted"),
        *figures.share("works", text("somebody works at the end"), "works"),
    ]  # fmt: skip
    if len(figures.designs) > 1:
        rows += [
            *figures.share("better", text("income 5 % and more above that under today's law"), "better", skip=1),
            *figures.share("worse", text("income 5 % and more below that under today's law"), "worse", skip=1),
        ]  # fmt: skip
    first = figures.parts[0]
    notes = (
        text("Families like it: {rows} simulated families in the mean of {draws} draws of the parameters, for "
             "{families} real ones.", rows=say.number(len(first) / figures.draws), draws=say.number(figures.draws),
             families=say.number(first["weight"].sum() / figures.draws)),
        text("Like it: as many children (four and more are one), adults below pension age (three and more are one), "
             "elders or none, a certificate or none, work or none, and two thirds to one and a half of its income."),
        text("From January {first} to December {last}. Shares have the 90 % interval of the parameters; all else is "
             "of all draws together.", first=scenario.start[:4], last=scenario.horizon[:4]),
    )  # fmt: skip
    title = text("What happens to such families in the simulation")
    columns = tuple(zip(figures.designs, labels, strict=True))
    return Section("simulated", title, columns, tuple(rows), notes)


def against_today(frame: Any) -> Any:
    """Return the rows with whether each family has much more or less than the same one under today's law."""
    keys = ["draw", "household"]
    today = frame[frame["design"] == "today"].set_index(keys)["income"].rename("today")
    joined = frame.join(today, on=keys)
    gain, bar = joined["income"] - joined["today"], MUCH * joined["today"].abs()
    return joined.assign(better=gain > bar, worse=gain < -bar)
