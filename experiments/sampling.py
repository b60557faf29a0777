"""Sampling: how far the headlines hang on which households a survey happened to ask.

A country whose population is made of a survey may have replicates of it, populations 2, 3 and so on: each of the
households that the survey might have drawn instead (:mod:`experiments.intake.replicates`). The study is run once on
each, with parameter sets and seeds that it has run already; how far the headlines move is the sampling error.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from experiments import structures, tables, words
from experiments.marks import N_
from experiments.planned import Planned
from experiments.sections import Section
from experiments.store import Unit, digest, write_atomically
from experiments.structures import Kept, Task
from experiments.telling import Telling
from experiments.worlds import ARMS
from sim.countries import country_folder
from sim.errors import InputError
from sim.population import surveyed

if TYPE_CHECKING:
    import pandas

    from experiments.summary import Summary

FOLDER, TABLE = "sampling", "sampling.csv"
FEWEST = 4  # replicates, below which their spread says nothing
HEAD = (N_("headline"), N_("parameters"), N_("luck"), N_("survey"), N_("structure"))


class Spread(NamedTuple):
    """Standard deviations of one headline of one design by what makes it uncertain; not a number where unknown."""

    outcome: str
    design: str
    middle: float
    parameters: float
    luck: float
    survey: float
    structure: float


def check(country: str, count: int) -> None:
    """Refuse what cannot be shown, before anything is built or simulated."""
    there = surveyed.replicates(country_folder(country))
    if not there:
        raise InputError(
            f"country is '{country}': it has no replicates of a survey, so there is no sampling error to show; "
            "kelishim population --survey FILE --map MAP.toml --replicates 8 makes a country that has them"
        )
    if not FEWEST <= count <= there:
        raise InputError(f"--sampling is {count}; it must be a whole number from {FEWEST} to {there}")


def check_arms(study: Planned) -> None:
    """Refuse a study whose arms are more than designs."""
    if ARMS in study.plain:
        raise InputError("--sampling needs designs of one scenario; this study has arms of its own or other levers")


def tasks(study: Planned, folder: Path, count: int) -> list[Task]:
    """Return a run for each replicate; parameter sets take turns."""
    out = []
    for number in range(2, count + 2):
        draw = (number - 2) % len(study.parameter_sets)
        arms = {name: {"design": name, "population": number} for name in study.plain["designs"]}
        scenario, seed = {**study.plain, ARMS: arms}, study.seed(Unit(draw, 0))
        values = study.parameter_sets[draw]
        name = digest({"identity": dict(study.identity), "scenario": scenario, "values": dict(values), "seed": seed})
        file = folder / FOLDER / f"{number}-{name[:12]}.parquet"
        out.append(Task(str(number), draw, file, scenario, values, seed))
    return out


def run(
    study: Planned, folder: Path, count: int, workers: int = 0, advance: Callable[[int], None] = lambda runs: None
) -> pandas.DataFrame:
    """Run what is missing on the replicates and return headline figures: variant (number), draw, design, outcome."""
    check_arms(study)
    return structures.computed(study.simulator, tasks(study, folder, count), workers, advance)


def spreads(
    found: Summary, runs: pandas.DataFrame, outcomes: Sequence[str], kept: Kept | None = None
) -> list[Spread]:  # fmt: skip
    """Return the standard deviations of some outcomes; ``kept`` are the parts of the structure, where they were run."""
    form = {(one.outcome, one.design): one.structure for one in kept.parts} if kept else {}
    out = []
    for outcome, design, base, mine in structures.paired(found, runs, outcomes):
        middle, parameters, luck = structures.of_draws(base)
        one = luck * base.groupby(level="draw").count().max()  # of one run
        parts = parameters, luck, of_survey(base, mine, one), form.get((outcome, design), float("nan"))
        out.append(Spread(outcome, design, middle, *(float(np.sqrt(part)) for part in parts)))
    return out


def of_survey(base: pandas.Series[float], mine: pandas.Series[float], luck: float) -> float:
    """Return the variance that the sample makes: of how far runs on replicates lie from the study's own.

    Other households have other luck: the variance of luck is in it twice, and is taken off where it is known.
    """
    started = base.xs(0, level="replication")
    paired = mine.droplevel("variant")
    moves = (paired - started.reindex(paired.index)).dropna().to_numpy(dtype=np.float64)
    variance = float(moves.var(ddof=1)) if len(moves) > 1 else float("nan")
    return max(variance - 2.0 * (0.0 if np.isnan(luck) else luck), 0.0)


def write(found: Sequence[Spread], count: int, folder: Path) -> Path:
    """Write the standard deviations of a study into its folder and return the file."""
    import pandas

    file = folder / TABLE
    rows = pandas.DataFrame([{**one._asdict(), "replicates": count} for one in found])
    write_atomically(file, lambda temporary: rows.to_csv(temporary, index=False))
    return file


def shown(told: Telling, found: Sequence[Spread], count: int) -> list[str | Section]:
    """Return the table for the screen and how to read it."""
    say, alone, rows = told.say, len(told.summary.designs) < 2, []
    for one in found:
        values = one.parameters, one.luck, one.survey, one.structure
        scale = told.scale(one.outcome, [value for value in (*values, one.middle) if np.isfinite(value)])
        name = told.label(one.outcome) if alone else f"{told.label(one.outcome)}: {told.title(one.design)}"
        rows.append([f"{name} ({told.unit(one.outcome, scale)})", *(words.figure(v, scale, say) for v in values)])
    title = say.text("What makes the headlines uncertain: standard deviations")
    return [tables.plain(title, [say.text(name) for name in HEAD], rows, key="sampling"), say.text(
        "Survey: the study was run on {count} other samples that the survey might have drawn, each weighted to the "
        "country anew. Luck: of the mean of the seeds of a parameter set. A dash: not looked at; luck is seen with "
        "{seeds} and else is in the others too, structure with {form}.", count=say.number(count),
        seeds="--replications 2", form="--structure",
    )]  # fmt: skip
