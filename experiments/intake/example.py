"""Example: a survey and a register drawn from the simulated country, to try the commands on; nobody in them is real.

The survey has two stages, as household surveys have: primary sampling units of some 2,000 neighbouring households,
drawn within strata of region and town or village, then twelve households in each. Some households do not answer, some
answers are missing, amounts are misremembered. The register lists the contracts that the model paid in 2022 and 2023.
"""

from __future__ import annotations

import datetime
import shutil
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from experiments.intake.variables import (
    CERTIFICATES,
    DIFFICULTY,
    EDUCATION,
    PLACES,
    RELATIONS,
    SEXES,
    STATUSES,
    WASHINGTON,
    WORK,
    YES_NO,
)
from experiments.middles import COUNTRY
from sim import months
from sim.behaviour import Behaviour
from sim.checks import snapshot
from sim.engine.columns import Array
from sim.outcomes.history import history
from sim.outcomes.people import Snapshot
from sim.population import load
from sim.scenario import Scenario
from sim.schedule import advance
from sim.state import households as contracts
from sim.state.households import SECTORS
from sim.state.labour import INDUSTRIES
from sim.state.persons import Role, Work
from sim.toml import toml_text
from sim.twins import begun
from sim.world import World

SCALE = 100  # of the simulated country that the example is drawn from
HOUSEHOLDS = 3200  # asked; some 3,000 of them answer
UNIT = 2000  # real households of a primary sampling unit
EACH = 12  # households drawn in a unit
SILENT = {0: 0.04, 1: 0.12}  # share of households that do not answer, in villages and in towns
MISSING = {"wage": 0.08, "hhcons": 0.04, "educ": 0.02, "wg": 0.01}
CONSUMPTION_NOISE, PAY_STEP = 0.10, 500.0
YEARS = (2022, 2023)
WORDS_OF_WORK = {
    Work.CHILD: "child", Work.STUDENT: "student", Work.HOME: "home", Work.SEEKING: "seeking",
    Work.EMPLOYEE: "employee", Work.CELL_EMPLOYEE: "employee", Work.OWN_ACCOUNT: "own_account", Work.FARM: "farm",
    Work.FAMILY_WORKER: "family_worker", Work.CONTRACT: "own_account", Work.ABROAD: "abroad", Work.RETIRED: "retired",
}  # fmt: skip

# Columns of the survey: the name in the file, its label, the variable, and the words of its codes (from 1 on).
COLUMNS: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "hhid": ("Household number", "household", ()),
    "pid": ("Person number within the household", "person", ()),
    "wgt": ("Household weight", "weight", ()),
    "strat": ("Sampling stratum", "stratum", ()),
    "psu": ("Primary sampling unit", "psu", ()),
    "oblast": ("Region (oblast)", "region", ()),
    "resid": ("Place of residence: urban or rural", "place", PLACES),
    "hhcons": ("Total household consumption, som per month", "consumption", ()),
    "q101": ("Age in completed years", "age", ()),
    "q102": ("Sex of the person", "sex", SEXES),
    "q103": ("Relationship to the head of household", "relation", RELATIONS),
    "educ": ("Highest level of education", "education", EDUCATION),
    "act": ("Main activity (employment status)", "work", WORK),
    "ind": ("Industry of the main job", "industry", INDUSTRIES),
    "wage": ("Wage before tax, som per month", "pay", ()),
    "transf": ("Pensions and benefits received, som per month", "benefits", ()),
    "cert": ("Disability certificate, group", "certificate", CERTIFICATES),
    **{f"wg{k}": (f"Difficulty {name.replace('_', ' ')}", name, DIFFICULTY) for k, name in enumerate(WASHINGTON, 1)},
}


class Lived(NamedTuple):
    """The country after two simulated years."""

    world: World
    people: Snapshot


def lived(country: str = COUNTRY, seed: int = 1, scale: int = SCALE) -> Lived:
    """Return the simulated country of December 2023."""
    population = load(country, scale)
    asked = Scenario.of({"country": country, "scale": scale, "start": "2024-01", "horizon": "2026-12"})
    never, before = begun(population, asked, Behaviour.central(country), seed)
    for year in YEARS:
        advance(never, months.month_index(year, 12))
        advance(before, months.month_index(year, 12))
    return Lived(before, snapshot(before))


def _units(people: Snapshot, draw: np.random.Generator) -> tuple[Array, Array]:
    """Return stratum and primary sampling unit of each household of the frame; neighbours are somewhat alike."""
    homes = people.homes
    stratum = homes.oblast.astype(np.int64) * 2 + homes.urban.astype(np.int64)
    place = np.empty(len(stratum), np.int64)
    first = 0
    for one in np.unique(stratum):
        rows = np.flatnonzero(stratum == one)
        near = np.argsort(np.argsort(homes.consumption[rows])) / len(rows) + draw.random(len(rows))
        order = rows[np.argsort(near, kind="stable")]
        ends = np.cumsum(homes.weight[order])
        units = max(2, round(ends[-1] / UNIT))
        place[order] = first + np.minimum((ends - 0.5 * homes.weight[order]) * units // ends[-1], units - 1).astype(
            np.int64
        )
        first += units
    return stratum, place


def _systematic(size: Array, count: int, draw: np.random.Generator) -> Array:
    """Return ``count`` places, each with a chance in proportion to its size (large ones may come twice)."""
    ends = np.cumsum(size.astype(np.float64))
    marks = (np.arange(count) + draw.random()) * ends[-1] / count
    return np.searchsorted(ends, marks, side="right")


def sampled(people: Snapshot, draw: np.random.Generator, households: int) -> dict[str, Array]:
    """Return the rows of the households that answer, with weight, stratum and primary sampling unit."""
    stratum, unit = _units(people, draw)
    weight = people.homes.weight.astype(np.float64)
    of_unit = np.zeros(unit.max() + 1, np.int64)
    of_unit[unit] = stratum
    size = np.bincount(unit, weight)
    wanted = max(households // EACH, 1)
    out: dict[str, list[Array]] = {"row": [], "weight": [], "stratum": [], "unit": []}
    for one in np.unique(stratum):
        mine = np.flatnonzero(of_unit == one)
        count = min(max(2, round(wanted * size[mine].sum() / size.sum())), len(mine))
        chosen = np.unique(mine[_systematic(size[mine], count, draw)])
        part = [np.unique(rows[_systematic(weight[rows], EACH, draw)]) for rows in
                (draw.permutation(np.flatnonzero(unit == each)) for each in chosen)]  # fmt: skip
        rows = np.concatenate(part)
        rows = rows[draw.random(len(rows)) >= SILENT[int(one) % 2]]
        out["row"].append(rows)
        out["weight"].append(np.full(len(rows), size[mine].sum() / len(rows)))
        out["stratum"].append(np.full(len(rows), one))
        out["unit"].append(unit[rows])
    return {name: np.concatenate(parts) for name, parts in out.items()}


def survey(found: Lived, households: int = HOUSEHOLDS, seed: int = 1) -> Any:
    """Return the survey as a data frame, a row for each person; codes are numbers from 1 on."""
    import pandas

    people, draw = found.people, np.random.default_rng(seed)
    taken = sampled(people, draw, households)
    order = np.argsort(taken["unit"], kind="stable")
    taken = {name: values[order] for name, values in taken.items()}
    place = np.full(len(people.homes.weight), -1, np.int64)
    place[taken["row"]] = np.arange(len(order))
    rows = np.flatnonzero(place[people.home] >= 0)
    rows = rows[np.argsort(place[people.home[rows]], kind="stable")]
    home = place[people.home[rows]]
    frame: dict[str, Array] = {"hhid": home + 1, "pid": np.arange(len(rows)) - np.searchsorted(home, home) + 1}
    frame["wgt"] = np.round(taken["weight"], 2)[home]
    frame["strat"], frame["psu"] = taken["stratum"][home] + 1, taken["unit"][home] + 1
    frame["oblast"], frame["resid"] = people.oblast[rows] + 1.0, people.urban[rows] + 1.0
    spent = people.homes.consumption[taken["row"]].astype(np.float64) * people.homes.size[taken["row"]]
    noisy = np.round(spent * np.exp(CONSUMPTION_NOISE * draw.standard_normal(len(order))), -1)
    frame["hhcons"] = np.where(draw.random(len(order)) < MISSING["hhcons"], np.nan, noisy)[home]
    frame |= _persons(found, rows, draw)
    return pandas.DataFrame({name: frame[name] for name in COLUMNS})


def _persons(found: Lived, rows: Array, draw: np.random.Generator) -> dict[str, Array]:
    people, everyone, states = found.people, found.world.population.everyone, found.world.people.work.state
    count = len(rows)
    woman, role, work = people.woman[rows], people.role[rows], people.work[rows]
    heads = (role == int(Role.ADULT)) | ((role == int(Role.SPOUSE)) & ~woman)
    relation = np.select(
        [heads, role == int(Role.SPOUSE), role == int(Role.CHILD), role == int(Role.ELDER)], [1, 2, 3, 4], 5
    )
    to = np.array([WORK.index(WORDS_OF_WORK.get(Work(k), "home")) + 1 for k in range(len(Work))])
    employed = (work == int(Work.EMPLOYEE)) | (work == int(Work.CELL_EMPLOYEE))
    pay = np.where(employed, np.round(people.gross[rows] / PAY_STEP) * PAY_STEP, np.nan)
    group = np.where(people.certified[rows], everyone.group[rows], 0)
    industry = people.industry[rows].astype(np.float64)
    out: dict[str, Array] = {
        "q101": people.age[rows].astype(np.float64), "q102": woman + 1.0, "q103": relation.astype(np.float64),
        "educ": np.where(draw.random(count) < MISSING["educ"], np.nan, everyone.education[rows] + 1.0),
        "act": to[work].astype(np.float64),
        "ind": np.where(industry < len(INDUSTRIES), industry + 1.0, np.nan),
        "wage": np.where(draw.random(count) < MISSING["wage"], np.nan, pay),
        "transf": np.round(states.pension[rows].astype(np.float64) + states.benefit[rows], -1),
        "cert": group + 1.0,
    }  # fmt: skip
    return out | _difficulties(people.age[rows], group, everyone.kind[rows], draw)


# The activities that the kinds of disability touch: mobility, sensory, intellectual, psychosocial, somatic.
TOUCHED = ((2, 4), (0, 1), (3, 5), (3, 5), (2,))


def _difficulties(age: Array, group: Array, kind: Array, draw: np.random.Generator) -> dict[str, Array]:
    """Return made-up answers to the Washington Group short set: more difficulty with age and with a certificate."""
    out = {}
    for k in range(len(WASHINGTON)):
        touched = (group > 0) & np.array([k in TOUCHED[one] for one in range(len(TOUCHED))])[kind]
        level = 0.9 * draw.standard_normal(len(age)) + 0.02 * np.maximum(age - 40.0, 0.0) - 1.5
        level = level + np.where(touched, 4.6 - 0.7 * group, 0.0)
        answer = 1.0 + (level > 0.0) + (level > 1.1) + (level > 2.6)
        lost = (age < 5) | (draw.random(len(age)) < MISSING["wg"])
        out[f"wg{k + 1}"] = np.where(lost, np.nan, answer)
    return out


REGISTER_COLUMNS: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "contract_no": ("Number of the contract", "contract", ()),
    "contract_year": ("Year of the contract", "year", ()),
    "oblast": ("Region (oblast)", "region", ()),
    "raion": ("Raion", "raion", ()),
    "business": ("Sector of the business", "sector", SECTORS),
    "family_size": ("Members of the family", "size", ()),
    "children": ("Children under 16", "children", ()),
    "benefit": ("Child benefit at entry", "child_benefit", YES_NO),
    "disab": ("A member with a disability", "disability", YES_NO),
    "holder": ("Sex of the contract holder", "sex", SEXES),
    "paid_on": ("Date of payment of the grant", "paid", ()),
    "amount": ("Grant paid, som", "grant", ()),
    "visit": ("Status at the last visit", "status", STATUSES),
}


def register(found: Lived, seed: int = 1) -> Any:
    """Return the contracts that the model paid in 2022 and 2023 as a data frame, a row for each real contract."""
    import pandas

    world, draw = found.world, np.random.default_rng(seed)
    h, s = world.households, world.state
    rows = np.flatnonzero((s.paid_at >= 0) & (s.paid_at <= months.month_index(YEARS[-1], 12)))
    rows = np.repeat(rows, h.weight[rows].astype(np.int64))
    rows = draw.permutation(rows)
    paid = s.paid_at[rows].astype(np.int64)
    days = [datetime.date(months.year_of(int(t)), months.month_of(int(t)), 1) for t in paid]
    days = [one + datetime.timedelta(days=int(more)) for one, more in zip(days, draw.integers(0, 28, len(rows)),
                                                                           strict=True)]  # fmt: skip
    prices = np.array([world.design.terms(t, world.behaviour).economy.deflator for t in range(paid.max() + 1)])
    state = s.contract[rows]
    status = np.select([state == contracts.COMPLETED, s.operating[rows] == 1, state == contracts.FAILED],
                       ["completed", "operating", "failed"], "closed")  # fmt: skip
    lost = draw.random(len(rows)) < 0.03
    share = history(world)["benefit_at_entry"] / max(
        float((h.children[rows] > 0).mean()), 1e-9
    )  # of those with children
    country = world.population.country
    return pandas.DataFrame({
        "contract_no": np.arange(1, len(rows) + 1), "contract_year": [one.year for one in days],
        "oblast": np.array(country.regions)[h.oblast[rows]], "raion": np.array(country.raion_names)[h.raion[rows]],
        "business": np.array(["", *SECTORS])[s.funded_sector[rows]],
        "family_size": h.size[rows], "children": h.children[rows],
        "benefit": np.array(YES_NO)[((h.children[rows] > 0) & (draw.random(len(rows)) < share)).astype(int)],
        "disab": np.array(YES_NO)[(h.with_disability[rows] > 0).astype(int)],
        "holder": np.array(SEXES)[world.endowments.operator_woman[rows]],
        "paid_on": [one.isoformat() for one in days], "amount": np.round(s.grant[rows] * prices[paid], -3),
        "visit": np.where(lost, "", status),
    })  # fmt: skip


def words_of(columns: dict[str, tuple[str, str, tuple[str, ...]]], regions: tuple[str, ...]) -> dict[str, Any]:
    """Return the labels of the codes of each coded column, for files that can hold them."""
    out = {}
    for name, (_, variable, words) in columns.items():
        labels = regions if variable == "region" else tuple(word.replace("_", " ").capitalize() for word in words)
        if labels:
            out[name] = dict(enumerate(labels, start=1))
    return out


def write(frame: Any, path: Path, regions: tuple[str, ...]) -> None:
    """Write the survey in the form that the name of a file asks for; Stata and SPSS files have labels."""
    if path.suffix == ".csv":
        frame.to_csv(path, index=False)
        return
    if path.suffix == ".parquet":
        frame.to_parquet(path, index=False)
        return
    import pyreadstat

    labels: list[str | None] = [COLUMNS[name][0] for name in frame.columns]
    words = words_of(COLUMNS, regions)
    put = pyreadstat.write_dta if path.suffix == ".dta" else pyreadstat.write_sav
    put(frame, str(path), column_labels=labels, variable_value_labels=words)


def map_text(columns: dict[str, tuple[str, str, tuple[str, ...]]], regions: tuple[str, ...], country: str) -> str:
    """Return the map of an example file, for a form of file that has no labels."""
    table: dict[str, Any] = {
        "country": country, "columns": {variable: name for name, (_, variable, _) in columns.items()}
    }  # fmt: skip
    if columns is COLUMNS:
        table["codes"] = {
            variable: {str(k): word for k, word in enumerate(regions if variable == "region" else words, start=1)}
            for _, variable, words in columns.values() if words or variable == "region"
        }  # fmt: skip
    return toml_text(table)


def into(folder: Path, ending: str, country: str = COUNTRY, seed: int = 1, scale: int = SCALE) -> None:
    """Write the example survey, the example register and their maps into a folder that does not exist yet."""
    found = lived(country, seed, scale)
    regions = found.world.population.country.regions
    draft = folder.with_name(f".{folder.name}.part")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir()
    try:
        write(survey(found, seed=seed), draft / f"survey{ending}", regions)
        contracts_there = bool((found.world.state.paid_at >= 0).any())  # a country may have no social contracts
        if contracts_there:
            register(found, seed).to_csv(draft / "register.csv", index=False)
        for name, columns in (("survey", COLUMNS), ("register", REGISTER_COLUMNS))[: 1 + contracts_there]:
            (draft / f"{name}.toml").write_text(map_text(columns, regions, country), encoding="utf-8")
        draft.rename(folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
