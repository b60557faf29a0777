"""Structures: a study's headlines under the weakest rules of the model in another form.

None of the variants of :mod:`calibration.structural` is in force in any study; ``kelishim compare --structure N`` runs
each of them on the first N parameter sets, with the same luck, and says which part of the uncertainty is parameters,
which is luck and which is structure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from calibration.structural import VARIANTS, error, structure, varied
from experiments import analysis
from experiments.planned import Planned
from experiments.store import FAILED, Unit, digest, write_atomically
from experiments.worlds import ARMS
from sim.errors import InputError

if TYPE_CHECKING:
    import pandas

    from experiments.summary import Summary

FOLDER, TABLE = "structure", "structure.csv"
COLUMNS = ("design", "outcome", "value")
SURE = 2.0  # standard errors that a mean move of a variant must exceed to be named
FEWEST = 2  # parameter sets, so that luck and structure can be told apart
Floats = npt.NDArray[np.float64]


class Task(NamedTuple):
    """One run of a variant: where it is kept, and what is simulated."""

    variant: str
    draw: int
    file: Path
    scenario: Mapping[str, Any]
    values: Mapping[str, Any]
    seed: int


def check(study: Planned, draws: int) -> None:
    """Refuse what cannot be told apart, before anything is simulated."""
    if draws < FEWEST:
        raise InputError(f"--structure is {draws}; it must be at least {FEWEST} parameter sets, so that luck is seen")
    if draws > len(study.parameter_sets):
        raise InputError(f"--structure is {draws}; it must be at most --draws, here {len(study.parameter_sets)}")
    if ARMS in study.plain:
        raise InputError("--structure needs designs of one scenario; this study has arms of its own or other levers")


def tasks(study: Planned, folder: Path, draws: int) -> list[Task]:
    """Return all runs of all variants that the scenario can be asked for."""
    out = []
    for variant in VARIANTS:
        scenario = varied(study.plain, variant)
        for draw in range(draws) if scenario is not None else ():
            values = {**study.parameter_sets[draw], **variant.behaviour}
            seed = study.seed(Unit(draw, 0))
            name = digest({"identity": dict(study.identity), "scenario": scenario, "values": values, "seed": seed})
            file = folder / FOLDER / f"{variant.name}-{draw}-{name[:12]}.parquet"
            out.append(Task(variant.name, draw, file, scenario or {}, values, seed))
    return out


def run(
    study: Planned, folder: Path, draws: int, workers: int = 0, advance: Callable[[int], None] = lambda runs: None
) -> pandas.DataFrame:
    """Run what is missing of the variants and return their headline figures: variant, draw, design, outcome, value."""
    check(study, draws)
    return computed(study.simulator, tasks(study, folder, draws), workers, advance)


def computed(simulator: Any, wanted: Sequence[Task], workers: int, advance: Callable[[int], None]) -> pandas.DataFrame:
    """Run what is missing of some tasks and return the headline figures of all."""
    import joblib
    import pandas

    missing = [task for task in wanted if not task.file.is_file()]
    advance(len(wanted) - len(missing))
    count = workers if workers > 0 else int(joblib.cpu_count())
    with joblib.parallel_config(backend="loky", n_jobs=count, inner_max_num_threads=1):
        jobs = (joblib.delayed(_one)(simulator, task) for task in missing)
        for _ in joblib.Parallel(return_as="generator_unordered", batch_size=1)(jobs):
            advance(1)
    frames = [pandas.read_parquet(task.file).assign(variant=task.variant, draw=task.draw) for task in wanted]
    return pandas.concat(frames, ignore_index=True)


def _one(simulator: Any, task: Task) -> None:
    """Run one task and keep its figures; a run that fails leaves one row without a design."""
    import pandas

    try:
        found = simulator(task.scenario, task.values, task.seed)
    except Exception as error:  # a variant is an extra: its failure must not take the study with it
        found = [{"design": "", "outcome": str(error), "value": float("nan"), "group": analysis.ALL,
                  "month": analysis.WHOLE}]  # fmt: skip
    rows = [
        {name: row[name] for name in COLUMNS}
        for row in found if row["group"] == analysis.ALL and row["month"] == analysis.WHOLE
    ]  # fmt: skip
    task.file.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(task.file, pandas.DataFrame(rows, columns=list(COLUMNS)).to_parquet)


def failed(runs: pandas.DataFrame) -> int:
    """Return how many runs of variants failed."""
    return int((runs["design"] == "").sum())


# What is made of it ----------------------------------------------------------------------------------------------


class Part(NamedTuple):
    """The variance of one headline of one design, in three parts; luck is not known with one seed a parameter set."""

    outcome: str
    design: str
    middle: float
    parameters: float
    luck: float
    structure: float
    furthest: str  # name of the variant that moves it most
    move: float

    @property
    def shares(self) -> tuple[float, float, float]:
        """Parameters, luck and structure as shares of their sum."""
        luck = 0.0 if np.isnan(self.luck) else self.luck
        total = self.parameters + luck + self.structure
        of = (lambda part: part / total) if total > 0.0 else (lambda part: 0.0)
        return of(self.parameters), float("nan") if np.isnan(self.luck) else of(luck), of(self.structure)


def parts(found: Summary, runs: pandas.DataFrame, outcomes: Sequence[str]) -> list[Part]:
    """Return the parts of some outcomes: of the difference to the first design, or of the design where it is alone."""
    return [part(outcome, design, base, mine) for outcome, design, base, mine in paired(found, runs, outcomes)]


def paired(
    found: Summary, runs: pandas.DataFrame, outcomes: Sequence[str]
) -> Iterator[tuple[str, str, pandas.Series[float], pandas.Series[float]]]:
    """Yield some outcomes of each design as :func:`parts` takes them: of the study by run, and of other runs."""
    whole = found.frame[(found.frame["group"] == analysis.ALL) & (found.frame["month"] == analysis.WHOLE)]
    whole = whole[whole["status"] != FAILED]
    first, others = found.designs[0], found.designs[1:]
    for outcome in outcomes:
        for design in others or [first]:
            base = _values(whole[whole["outcome"] == outcome], design, first if others else "", ["draw", "replication"])
            mine = _values(runs[runs["outcome"] == outcome], design, first if others else "", ["variant", "draw"])
            if len(base) and len(mine):
                yield outcome, design, base, mine


def _values(rows: pandas.DataFrame, design: str, first: str, by: list[str]) -> pandas.Series[float]:
    """Return an outcome of a design, less that of the first where there is one, by run; undefined runs are left out."""
    table = rows.pivot_table(index=by, columns="design", values="value", aggfunc="first")
    if design not in table or (first and first not in table):
        return table.iloc[:0, :0].sum(axis=1)
    found = table[design] - table[first] if first else table[design]
    return found[np.isfinite(found)]


def part(outcome: str, design: str, base: pandas.Series[float], variants: pandas.Series[float]) -> Part:
    """Return the three parts of one headline from its runs by draw and seed, and those of the variants."""
    middle, parameters, within = of_draws(base)
    started = base.xs(0, level="replication")
    moves: dict[str, Floats] = {}
    for name, mine in variants.groupby(level="variant"):
        paired = mine.droplevel("variant")
        common = paired.index.intersection(started.index)
        if len(common):
            moves[str(name)] = (paired[common] - started[common]).to_numpy(dtype=np.float64)
    sure = [name for name, move in moves.items() if abs(float(move.mean())) > SURE * error(move)]
    furthest = max(sure, key=lambda name: abs(float(moves[name].mean())), default="")
    move = float(moves[furthest].mean()) if furthest else 0.0
    return Part(outcome, design, middle, parameters, within, structure(moves), furthest, move)


def of_draws(base: pandas.Series[float]) -> tuple[float, float, float]:
    """Return the median over draws of a headline, the variance that parameters make, and that of luck in the mean.

    Luck is not known with one seed a parameter set; the variance of parameters has it in it then.
    """
    by_draw = base.groupby(level="draw")
    seeds = by_draw.count().max()
    within = float(by_draw.var(ddof=1).mean()) / seeds if seeds > 1 else float("nan")
    between = float(by_draw.mean().var(ddof=1)) if by_draw.ngroups > 1 else 0.0
    return float(by_draw.mean().median()), max(between - (0.0 if np.isnan(within) else within), 0.0), within


class Kept(NamedTuple):
    """The parts of a study as they are kept in its folder."""

    parts: tuple[Part, ...]
    draws: int  # parameter sets on which each variant was run
    failed: int  # runs of variants


def write(kept: Kept, folder: Path) -> Path:
    """Write the parts of a study into its folder, with their shares, and return the file."""
    import pandas

    shares = ("parameters_share", "luck_share", "structure_share")
    rows = [{**part._asdict(), **dict(zip(shares, part.shares, strict=True)), "draws": kept.draws,
             "failed": kept.failed} for part in kept.parts]  # fmt: skip
    file = folder / TABLE
    write_atomically(file, lambda temporary: pandas.DataFrame(rows).to_csv(temporary, index=False))
    return file


def read(folder: Path) -> Kept | None:
    """Return the parts that are kept in a folder, ``None`` where the study was run without variants."""
    import pandas

    if not (folder / TABLE).is_file():
        return None
    rows = pandas.read_csv(folder / TABLE)
    rows["furthest"] = rows["furthest"].astype(object).fillna("")
    parts = [Part(*(row[name] for name in Part._fields)) for row in rows.to_dict("records")]
    return Kept(tuple(parts), int(rows["draws"].iloc[0]), int(rows["failed"].iloc[0])) if parts else None
