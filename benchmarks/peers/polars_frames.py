"""The small model in Polars: expressions over columns, group-by for groups and regions."""

from __future__ import annotations

import numpy as np
import polars as pl
import small_model as m


def run(households: int, months: int, seed: int) -> m.Report:
    """Run the model once."""
    rng = np.random.Generator(np.random.SFC64(seed))
    n, employers = households, households // m.HOUSEHOLDS_AN_EMPLOYER
    people = pl.DataFrame(
        {
            "region": (np.arange(n) * m.REGIONS // n).astype(np.int8),
            "group": (np.arange(n) // m.GROUP).astype(np.int32),
            "base": m.SPREAD * rng.standard_normal(n),
            "x": np.zeros(n),
            "aware": np.zeros(n, dtype=bool),
            "open": np.zeros(n, dtype=bool),
            "profit": np.zeros(n),
            "hired": np.zeros(n, dtype=np.int8),
        }
    )
    staff = 1 + np.floor(np.exp(m.STAFF_MEAN + m.STAFF_SPREAD * rng.standard_normal(employers))).astype(np.int64)
    near = (staff >= m.THRESHOLD) & (staff <= m.WINDOW)
    staff[near & (rng.random(employers) < m.SHRINK)] = m.SHRINKS_TO
    owed = np.where(staff >= m.THRESHOLD, np.floor(m.QUOTA * staff).astype(np.int64), 0)
    firms = pl.DataFrame(
        {"region": (np.arange(employers) * m.REGIONS // employers).astype(np.int8), "owed": owed, "filled": owed * 0}
    ).filter(pl.col("owed") > 0)
    slots, pool, grants, levy = m.grants_a_region(n), n / m.SEEKERS, 0, 0
    counted = 0
    c = pl.col
    for _ in range(months):
        people = (
            people.with_columns(
                x=m.PERSISTENCE * c("x") + m.SHOCK * pl.Series(rng.standard_normal(n)),
                share=c("aware").mean().over("group"),
                a=pl.Series(rng.random(n)),
                b=pl.Series(rng.random(n)),
            )
            .with_columns(income=(c("base") + c("x")).exp() + c("profit"))
            .with_columns(
                applies=c("aware") & (c("income") < m.LINE) & ~c("open") & (c("b") < m.APPLY),
                aware=c("aware") | (c("a") < m.NEWS + m.WORD_OF_MOUTH * c("share")),
            )
            .with_columns(
                shuts=c("open") & (c("a") < m.CLOSE),
                hires=c("open") & (c("a") >= m.CLOSE) & (c("b") < m.HIRE) & (c("hired") < m.MOST_HIRED),
            )
        )
        counted += people.filter(c("income") < m.LINE).group_by("region").len()["len"].sum()
        chosen = (
            people.lazy()
            .select("region", "income", "applies")
            .with_row_index("row")
            .filter("applies")
            .sort("income")
            .group_by("region", maintain_order=True)
            .head(slots)
            .select("row")
            .collect()["row"]
        )
        paid = np.zeros(n, dtype=bool)
        paid[chosen.to_numpy()] = True
        worth = np.zeros(n)
        worth[paid] = m.PROFIT * np.exp(m.PROFIT_SPREAD * rng.standard_normal(len(chosen)) - m.PROFIT_SPREAD**2 / 2)
        grants += len(chosen)
        people = people.with_columns(paid=pl.Series(paid), worth=pl.Series(worth)).select(
            "region",
            "group",
            "base",
            "x",
            "aware",
            open=(c("open") & ~c("shuts")) | c("paid"),
            profit=pl.when("paid").then("worth").when("shuts").then(0.0).otherwise("profit"),
            hired=pl.when("shuts").then(0).otherwise(c("hired") + c("hires").cast(pl.Int8)).cast(pl.Int8),
        )
        left = pl.Series(rng.binomial(firms["filled"].to_numpy(), m.LEAVE))
        firms = firms.with_columns(filled=c("filled") - left).with_columns(
            chance=m.FILL
            * ((pool - c("filled").sum().over("region")) / (c("owed") - c("filled")).sum().over("region").clip(1)).clip(
                0, 1
            )
        )
        found = rng.binomial((firms["owed"] - firms["filled"]).to_numpy(), firms["chance"].to_numpy())
        firms = firms.select("region", "owed", filled=c("filled") + pl.Series(found))
        levy += int((firms["owed"] - firms["filled"]).sum())
    return m.Report(
        people["aware"].mean(),
        counted / n / months,
        grants,
        people["open"].sum(),
        int(people["hired"].cast(pl.Int64).sum()),
        int(firms["filled"].sum()),
        levy,
    )
