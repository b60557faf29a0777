"""The small model in Polars: lazy expressions over columns, ``group_by``, joins; luck comes from NumPy.

Only persons of working age have rows that change; what the old bring home is a column of their households.
"""

from __future__ import annotations

import numpy as np
import polars as pl
import small_model as m

c = pl.col
HOME, SEEKING, OWN, HIRED, SEAT = (pl.lit(int(state), pl.Int8) for state in list(m.State)[m.State.HOME :])


def frames(people: m.People, rules: m.Rules) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Return persons of working age, households and employers."""
    everyone = pl.DataFrame(
        {
            "household": people.household, "state": people.state, "disabled": people.disabled == 1,
            "region": people.region[people.household], "skill": people.skill, "pay": people.pay,
        }
    ).with_columns(x=pl.lit(0.0, pl.Float32), seat=pl.lit(None, pl.Int32))  # fmt: skip
    old = np.bincount(people.household, people.state == m.State.OLD)
    households = pl.DataFrame(
        {
            "region": people.region, "members": people.members, "children": people.children, "able": people.able == 1,
            "pensions": (rules.pension * old).astype(np.float32), "smoothed": people.smoothed,
        }
    )  # fmt: skip
    nothing = pl.lit(0.0, pl.Float32)
    households = households.with_columns(profit=nothing, income=nothing).with_row_index("household")
    employers = pl.DataFrame({"region": people.employer_region, "owed": people.owed}).with_row_index("seat")
    households = households.with_columns(c("household").cast(pl.Int32))
    employers = employers.with_columns(c("seat").cast(pl.Int32)).filter(c("owed") > 0)
    return everyone.filter(c("state") >= HOME).with_columns(c("household").set_sorted()), households, employers


def moved(persons: pl.DataFrame, rng: np.random.Generator, rules: m.Rules) -> pl.DataFrame:
    """Return persons a month later: moves, pay of those hired, yields of own account."""
    moves = [pl.Series([row[k] for row in rules.moves], dtype=pl.Float32) for k in range(4)]
    home, seeking, own, hired = (pl.lit(row).gather(c("state")) for row in moves)
    u, z = (pl.Series(draw(len(persons), dtype=np.float32)) for draw in (rng.random, rng.standard_normal))
    to = pl.when(c("u") < home).then(HOME).when(c("u") < seeking).then(SEEKING).when(c("u") < own).then(OWN)
    shock = rules.persistence * c("x") + rules.shock * c("z")
    return (
        persons.lazy()
        .with_columns(u=u, z=z)
        .with_columns(moves=c("u") < hired)
        .with_columns(
            state=pl.when("moves").then(to.otherwise(HIRED)).otherwise("state"),
            seat=pl.when("moves").then(None).otherwise("seat"),
            x=pl.when("moves").then(0.0).otherwise("x"),
            pay=pl.when("moves").then(0.0).otherwise("pay"),
        )
        .with_columns(x=pl.when(c("state") == OWN).then(shock).otherwise(0.0))
        .with_columns(
            pay=pl.when(c("state") == OWN)
            .then(rules.own * (c("skill") + c("x")).exp())
            .when(c("moves") & (c("state") == HIRED))
            .then(rules.wage * (c("skill") + rules.spread * c("z")).exp())
            .otherwise("pay")
        )
        .drop("u", "z", "moves")
        .collect()
    )


def seated(
    persons: pl.DataFrame, employers: pl.DataFrame, rng: np.random.Generator, rules: m.Rules
) -> tuple[pl.DataFrame, int]:
    """Return persons after vacant seats were offered, and how many seats are filled."""
    taken = persons.filter(c("state") == SEAT).group_by("seat").agg(filled=pl.len())
    vacant = employers.join(taken, on="seat", how="left", maintain_order="left").select(
        "seat", "region", vacant=c("owed") - c("filled").fill_null(0)
    )
    offers = pl.Series(rng.binomial(vacant["vacant"].to_numpy(), rules.fill))
    ranked = c("region").cum_count().over("region")
    seats = vacant.select(c("seat").repeat_by(offers), c("region").repeat_by(offers)).explode("seat", "region")
    asking = persons.with_row_index("row").filter(c("disabled") & (c("state") == SEEKING)).select("row", "region")
    asking = asking.sample(fraction=1.0, shuffle=True, seed=int(rng.integers(2**31)))
    met = asking.with_columns(rank=ranked).join(
        seats.drop_nulls().with_columns(rank=ranked), on=["region", "rank"], how="inner"
    )
    rows = met["row"]
    pay = (rules.seat_pay * persons["skill"].gather(rows).exp()).cast(pl.Float32)
    changed = [
        persons["state"].scatter(rows, int(m.State.SEAT)),
        persons["seat"].scatter(rows, met["seat"]),
        persons["pay"].scatter(rows, pay),
    ]
    return persons.with_columns(changed), int(taken["filled"].sum()) + len(met)


def kept(persons: pl.DataFrame, households: pl.DataFrame, luck: np.ndarray, rules: m.Rules) -> pl.DataFrame:
    """Return households after incomes, benefits and consumption; ``asks`` marks who applies, ``helped`` who is paid."""
    brought = persons.lazy().group_by("household").agg(c("pay").sum())
    return (
        households.lazy()
        .join(brought, on="household", how="left", maintain_order="left")
        .with_columns(income=c("pay").fill_null(0.0) + c("pensions") + c("profit"), luck=pl.Series(luck))
        .with_columns(helped=(c("children") > 0) & (c("income") < rules.limit * c("members")))
        .with_columns(income=c("income") + pl.when("helped").then(rules.child * c("children")).otherwise(0.0))
        .with_columns(smoothed=c("smoothed") + rules.smoothing * (c("income") - c("smoothed")))
        .with_columns(poor=c("smoothed") < rules.line * c("members"))
        .with_columns(asks=c("poor") & c("able") & (c("profit") == 0.0) & (c("luck") < rules.apply))
        .collect()
    )


def run(people: m.People, months: int, seed: int, rules: m.Rules = m.USUAL) -> m.Report:
    """Run the model once."""
    rng = np.random.Generator(np.random.SFC64(seed))
    n, slots, owed = len(people.state), m.slots_of(len(people.state), rules), int(people.owed.sum())
    persons, households, employers = frames(people, rules)
    grants, levy, working, poor, helped, filled = 0, 0, 0, 0, 0, 0
    for _ in range(months):
        persons, filled = seated(moved(persons, rng, rules), employers, rng, rules)
        levy += owed - filled
        working += int((persons["state"] >= int(m.State.OWN)).sum())
        households = kept(persons, households, rng.random(len(households), dtype=np.float32), rules)
        counts = households.select(c("members").filter("poor").sum(), c("children").filter("helped").sum()).row(0)
        poor, helped = poor + counts[0], helped + counts[1]
        chosen = (
            households.lazy()
            .filter("asks")
            .select("household", "region", need=c("smoothed") / c("members"))
            .sort("need")
            .group_by("region", maintain_order=True)
            .head(slots)
            .collect()["household"]
        )
        worth = rules.profit_spread * rng.standard_normal(len(chosen)) - rules.profit_spread**2 / 2
        luck = pl.Series(rng.random(len(households), dtype=np.float32))
        goes_on = pl.when(luck < rules.close).then(0.0).otherwise("profit")
        profit = households.select(profit=goes_on.cast(pl.Float32))["profit"]
        profit = profit.scatter(chosen, (rules.profit * np.exp(worth)).astype(np.float32))
        households = households.drop("pay", "luck", "helped", "poor", "asks").with_columns(profit=profit)
        grants += len(chosen)
    return m.Report(
        working / months / len(persons), poor / months / n, households["income"].cast(pl.Float64).sum() / n, helped / n,
        grants, int((households["profit"] > 0.0).sum()), filled, levy,
    )  # fmt: skip
