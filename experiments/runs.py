"""Runs: the same task for every parameter set and seed of a scenario, on all cores, kept in memory.

For commands that ask for a minute of runs. Studies that must survive a stop are the matter of ``runner``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from experiments import compiling, study
from experiments.store import OK

if TYPE_CHECKING:
    import pandas

    from sim.scenario import Scenario

Task = Callable[[Mapping[str, Any], Mapping[str, float], int], list[dict[str, Any]]]
Advance = Callable[[int], None]


def over_draws(
    scenario: Scenario, task: Task, *, workers: int = 0, advance: Advance = lambda units: None
) -> pandas.DataFrame:
    """Return the rows of ``task(scenario, values, seed)`` for every draw and seed, with draw, replication and status.

    The rows do not depend on the number of workers; 0 is one for each core.
    """
    import joblib
    import pandas

    planned = study.prepare(scenario)
    if not compiling.compiled().exists():
        compiling.compile_model(scenario)
    jobs = [(unit, planned.parameter_sets[unit.draw], planned.seed(unit)) for unit in planned.units]
    frames = []
    count = min(workers or int(joblib.cpu_count()), len(jobs))
    pool = joblib.Parallel(n_jobs=count, return_as="generator", batch_size=1)
    made = pool(joblib.delayed(task)(planned.scenario, values, seed) for _, values, seed in jobs)
    for (unit, _, _), rows in zip(jobs, made, strict=True):
        frame = pandas.DataFrame(rows)
        frame["draw"], frame["replication"], frame["status"] = unit.draw, unit.replication, OK
        frames.append(frame)
        advance(1)
    return pandas.concat(frames, ignore_index=True)
