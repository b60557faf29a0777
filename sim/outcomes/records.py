"""Records: the outcomes of one design in tidy rows (design, outcome, group, month, value); -1 is the whole horizon."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import numpy as np

from sim.engine.columns import Array
from sim.months import year_of
from sim.outcomes import costs, quota_records, wellbeing
from sim.outcomes import jobs as job
from sim.outcomes.jobs import difference, series
from sim.outcomes.remembering import Known
from sim.state.households import weights_of
from sim.world import World

ALL = "all"
HORIZON = -1
LATER = (36, 60)  # months after the horizon at which jobs that remain are told
Row = tuple[str, str, int, float]


class Lives(NamedTuple):
    """The worlds of one design (see :mod:`sim.twins`); those that were not asked for are ``None``."""

    before: World
    base: World
    frozen: World | None
    stolen: World | None
    whole: World | None
    final: World


NOTHING_AFTER = np.zeros(0)


def records(
    design: str, lives: Lives, last: int, known: Known | None = None, after: Array = NOTHING_AFTER
) -> list[dict[str, Any]]:
    """Return the tidy rows of a design; raises ``IdentityError`` if net jobs are not the sum of their parts.

    Outcomes that need a world that was not lived through are left out. ``known`` remembers figures between designs;
    ``after`` are net jobs by month after the horizon, as far as they were followed.
    """
    known = known or Known()
    parts = job.decomposition(lives.base, lives.frozen, lives.stolen, lives.whole, lives.final)
    job.check(design, parts, float(np.max(job.jobs(lives.base))))
    rows = [*headlines(lives, parts, last, known), *by_group(lives, last, known), *by_month(lives, parts)]
    rows += quota_records.rows(lives.final, lives.base)
    rows += [(name, ALL, HORIZON, value) for name, value in lasting(lives, parts["net"], after).items()]
    return tidy(design, rows)


def tidy(design: str, rows: Iterable[Row]) -> list[dict[str, Any]]:
    """Return rows of a design in the form in which results are stored."""
    return [
        {"design": design, "outcome": outcome, "group": group, "month": month, "value": float(value)}
        for outcome, group, month, value in rows
    ]


def headlines(lives: Lives, parts: dict[str, Array], last: int, known: Known | None = None) -> Iterator[Row]:
    """Yield the outcomes of the whole country over the whole horizon."""
    final, base, known = lives.final, lives.base, known or Known()
    gains = known.gains(final, base, lives.before, last)
    now, then = known.standing(final), known.standing(base)
    exits = gains.exits
    programme = costs.programme_cost(final, base)
    net = float(parts["net"][-1])
    values = {"gross_jobs": parts["gross"][-1]} if "gross" in parts else {}
    values |= {
        "net_jobs": net,
        "jobs_disability": disability_jobs(final, base, gains.own_jobs),
        "people_reached": gains.people_reached,
        "poverty_exits": exits[-1],
        "income_gain": gains.income_gain,
        "income_gain_before_loss": gains.income_gain_before_loss,
        "income_once": gains.income_once,
        "families_worse_off": gains.worse_share,
        "programme_cost": programme.sum(),
        "net_fiscal_cost": costs.net_fiscal_cost(final, base).sum(),
        "social_cost": costs.social_cost(final, base, gains.assets),
        "cost_per_net_job": programme.sum() / net if net > 0.0 else float("nan"),
        "contracts": gains.contracts,
        "net_jobs_full_time": difference(final, base, job.full_time_jobs)[-1],
        "net_job_years": parts["net"].sum() / 12.0,
        **job_parts(parts),
        "poverty_person_years": exits.sum() / 12.0,
        "money_metric_gain": wellbeing.rise(now.worth, then.worth, final.behaviour.accounting.risk_aversion),
        "inequality_change": 100.0 * (now.gini - then.gini),
        "poverty_gap_change": 100.0 * (now.gap - then.gap),
        "market_gain": costs.present_value(costs.market_gain(final, base), final.behaviour.accounting.discount),
        "benefit_lost": costs.benefit_lost(final, base).sum(),
        "reported_jobs": reported_jobs(final),
        "families_better": gains.better,
        "families_worse": gains.worse,
    }
    for outcome, value in values.items():
        yield outcome, ALL, HORIZON, float(value)


def lasting(lives: Lives, net: Array, after: Array) -> dict[str, float]:
    """Return what jobs last: net job-years from the start to the last month followed, their cost, and what stands then.

    Job-years and cost are discounted to the start, so that they can be divided (Y11, K3).
    """
    discount = lives.final.behaviour.accounting.discount
    years = costs.present_value(np.concatenate([net, after]), discount) / 12.0
    spent = costs.present_value(costs.programme_cost(lives.final, lives.base), discount)
    standing = {f"net_jobs_{k}": float(after[k - 1]) for k in LATER if len(after) >= k}
    return {"job_years": years, "cost_per_job_year": spent / years if years > 0.0 else float("nan"), **standing}


def job_parts(parts: dict[str, Array]) -> dict[str, float]:
    """Return the parts of net jobs at the end of the horizon by the names of their outcomes, as far as they are known.

    >>> job_parts({"net": np.array([1.0, 3.0]), "gross": np.array([2.0, 4.0]), "quota": np.array([0.0, 1.0])})
    {'quota_jobs': 1.0, 'additionality': 0.75}
    """
    names = {name: name for name in ("deadweight", "displacement", "multiplier", "financing")} | {"quota": "quota_jobs"}
    out = {names[name]: float(values[-1]) for name, values in parts.items() if name in names}
    if "gross" in parts:
        gross = float(parts["gross"][-1])
        out["additionality"] = float(parts["net"][-1]) / gross if gross > 0.0 else float("nan")
    return out


def by_group(lives: Lives, last: int, known: Known | None = None) -> Iterator[Row]:
    """Yield outcomes by oblast, disability, operator and decile; exact sums over the same households in both worlds."""
    final, base, known = lives.final, lives.base, known or Known()
    weight = weights_of(final.households)
    net = jobs_by_oblast(final) - jobs_by_oblast(base)
    gains = known.gains(final, base, lives.before, last)
    for index, (name, contracts, income_gain, better, worse) in enumerate(gains.groups):
        if name.startswith("oblast="):
            yield "net_jobs", name, HORIZON, net[index]
        yield "contracts", name, HORIZON, contracts
        yield "income_gain", name, HORIZON, income_gain
        yield "families_better", name, HORIZON, better
        yield "families_worse", name, HORIZON, worse
    mine, theirs = known.standing(final), known.standing(base)
    women = mine.woman_runs, theirs.woman_runs
    for name, now, then in (("sex=women", *women), ("sex=men", ~women[0], ~women[1])):
        change = (weight * mine.operator_jobs)[now].sum() - (weight * theirs.operator_jobs)[then].sum()
        yield "operator_jobs", name, HORIZON, float(change)


def by_month(lives: Lives, parts: dict[str, Array]) -> Iterator[Row]:
    """Yield monthly figures of the whole country."""
    months = job.common_months(lives.final, lives.base)
    monthly = {
        **{f"{name}_jobs": parts[name] for name in ("net", "gross") if name in parts},
        "poverty_exits": difference(lives.base, lives.final, series("poor")),
        "contracts": difference(lives.final, lives.base, series("contracts")),
        "programme_cost": costs.programme_cost(lives.final, lives.base),
    }
    for outcome, values in monthly.items():
        for month, value in zip(months, values, strict=True):
            yield outcome, ALL, month, float(value)


def disability_jobs(final: World, base: World, own: float) -> float:
    """Return net jobs of persons with disabilities: at employers, and as operators of a family business (``own``)."""
    hired = difference(final, base, series("persons_employed"))[-1]
    return float(hired + own)


def jobs_by_oblast(world: World) -> Array:
    """Return persons in work by oblast in the last month; adds up to the last value of ``jobs.jobs``."""
    series = world.records.series
    return np.asarray(series("persons_in_work")[-1] + series("heads")[-1] - series("operators_beside")[-1])


def reported_jobs(world: World) -> float:
    """Return jobs as the ministry counts them, of contracts since the comparison started (R1)."""
    s, b = world.state, world.behaviour.reporting
    new = s.paid_at >= world.start
    standing = new & ((s.contract == 5) | (s.contract == 6) | ((s.contract == 7) & (s.reported_failed != 2)))
    total, weight = 0.0, weights_of(world.households, standing)
    years = np.array([year_of(int(t)) for t in s.paid_at[standing]], dtype=np.int64)
    for year, extra in ((2022, b.extra_2022), (2023, b.extra_2023)):
        total += float(weight[years == year].sum()) * (1.0 + extra)
    return total + float(weight[years > 2023].sum()) * (1.0 + b.extra_later)
