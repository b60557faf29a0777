"""Runner: the runs of a study on all cores; whatever happens, finished blocks are kept and the command can be repeated.

Workers decide nothing: a unit's numbers follow from its draw and its seed alone, so results are the same for any number
of workers and any size of block. Process deaths are met with up to three fruitless passes over what is missing; an
error inside the model is stored as the result of its unit.
"""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from experiments import provenance
from experiments.store import FAILED, Store, Unit, UnitResult, write_table
from experiments.study import Simulator, Study, compiled, mark_compiled
from sim.errors import CountryError, InputError, ResultError

if TYPE_CHECKING:
    import pandas

FRUITLESS_PASSES = 3
LARGEST_BLOCK = 10
BLOCKS_A_WORKER = 12
FAILED_SHARE_ALLOWED = 0.05

Say = Callable[[str], None]
Advance = Callable[[int], None]


class Task(NamedTuple):
    """What a worker gets: the scenario, and for each unit its seed and parameter values."""

    scenario: Mapping[str, Any]
    simulator: Simulator
    units: tuple[tuple[Unit, int, Mapping[str, float]], ...]


@dataclass(frozen=True)
class Outcome:
    """A finished study on disk."""

    folder: Path
    frame: pandas.DataFrame
    failures: pandas.DataFrame
    units: int
    seconds: float


def run(
    study: Study,
    folder: Path,
    *,
    workers: int = 0,
    block: int = 0,
    say: Say = lambda text: None,
    advance: Advance = lambda units: None,
    failed_share_allowed: float = FAILED_SHARE_ALLOWED,
) -> Outcome:
    """Run what is missing of a study and return all of it.

    ``workers`` and ``block`` (units a task) are chosen when 0. ``say`` gets sentences for people, ``advance`` the
    number of units just finished. Raises ``ResultError`` when the folder belongs to another configuration, when runs
    could not be finished, or when more than ``failed_share_allowed`` of them failed inside the model.
    """
    started = time.monotonic()
    store = Store(folder, study.identity)
    store.open(_manifest(study, finished=0, failed=0, seconds=0.0))
    write_table(folder / "draws.parquet", _draws(study))
    already = len(_done(study, store))
    if already:
        say(f"{already} of {len(study.units)} runs are already there and are kept.")
        advance(already)
    frame = _until_sound(study, store, _workers(workers), block, say, advance)
    failures = frame[frame["status"] == FAILED]
    seconds = time.monotonic() - started
    manifest = _manifest(study, finished=len(study.units), failed=len(failures), seconds=seconds)
    store.describe(manifest)
    if len(failures) > failed_share_allowed * len(study.units):
        first = failures.iloc[0]
        raise ResultError(
            f"{len(failures)} of {len(study.units)} runs failed, more than the {failed_share_allowed:.0%} allowed; the "
            f"first is draw {first['draw']}, seed {first['seed']}: {str(first['error']).strip().splitlines()[-1]} "
            f"(all of them are in {folder})"
        )
    return Outcome(folder, frame, failures, len(study.units), seconds)


def _until_sound(study: Study, store: Store, workers: int, block: int, say: Say, advance: Advance) -> pandas.DataFrame:
    """Return the rows of all units; a block found damaged on reading is computed once more."""
    _finish(study, store, workers, block, say, advance)
    try:
        return store.consolidate(study.units)
    except ResultError as error:
        say(str(error))
    _finish(study, store, workers, block, say, advance)
    return store.consolidate(study.units)


def _finish(study: Study, store: Store, workers: int, block: int, say: Say, advance: Advance) -> None:
    """Run missing units until none is left; raises ``ResultError`` after three passes in a row without progress."""
    missing = _missing(study, store)
    if missing and not compiled().exists():
        say("Compiling the model for this computer (once after each change of the program) and making the first run.")
        advance(_block(_task(study, missing[:1]), store))
        mark_compiled()
        missing = missing[1:]
    fruitless = 0
    while missing:
        size = block or _block_size(len(missing), workers)
        if fruitless:  # one unit kills its process again and again: give each a process of its own
            died = False
            for unit in missing:
                died = _one_pass(study, store, [unit], max(workers, 2), 1, advance) or died
        else:
            died = _one_pass(study, store, missing, workers, size, advance)
        left = _missing(study, store)
        fruitless = fruitless + 1 if len(left) == len(missing) else 0
        missing = left
        if missing and fruitless == FRUITLESS_PASSES:
            names = ", ".join(f"draw {unit.draw} seed {study.seed(unit)}" for unit in missing[:3])
            raise ResultError(
                f"{len(missing)} of {len(study.units)} runs could not be finished: the process died each time, perhaps "
                f"for lack of memory ({names}); {store.folder} keeps the others, repeat it with fewer --workers"
            )
        if missing and died:
            say(f"A worker process died; {len(missing)} runs are missing and are started again.")


def _one_pass(study: Study, store: Store, missing: Sequence[Unit], workers: int, size: int, advance: Advance) -> bool:
    """Run blocks of ``size`` units; return whether a worker process died."""
    blocks = [missing[first : first + size] for first in range(0, len(missing), size)]
    if workers == 1:
        for units in blocks:
            advance(_block(_task(study, units), store))
        return False
    import joblib
    from joblib.externals.loky.process_executor import BrokenProcessPool

    tasks = (joblib.delayed(_block)(_task(study, units), store) for units in blocks)
    try:
        with joblib.parallel_config(backend="loky", n_jobs=workers, inner_max_num_threads=1):
            pool = joblib.Parallel(return_as="generator_unordered", batch_size=1, pre_dispatch="2*n_jobs")
            for units_done in pool(tasks):
                advance(units_done)
    except BrokenProcessPool:
        return True
    return False


def _task(study: Study, units: Sequence[Unit]) -> Task:
    rows = tuple((unit, study.seed(unit), study.parameter_sets[unit.draw]) for unit in units)
    return Task(study.scenario, study.simulator, rows)


def _block(task: Task, store: Store) -> int:
    """Simulate some units, write them as one block and return their number."""
    return len(store.write(list(_simulated(task))))


def _simulated(task: Task) -> Iterator[UnitResult]:
    for unit, seed, values in task.units:
        try:
            yield UnitResult(unit, seed, task.simulator(task.scenario, values, seed))
        except (InputError, CountryError):
            raise  # wrong for every draw: the user has to mend it
        except Exception:  # a failed run is data: it is stored with its draw, seed and error
            yield UnitResult(unit, seed, (), traceback.format_exc())


def _done(study: Study, store: Store) -> set[Unit]:
    return set(study.units) & set(store.finished())


def _missing(study: Study, store: Store) -> list[Unit]:
    there = store.finished()
    return [unit for unit in study.units if unit not in there]


def _block_size(units: int, workers: int) -> int:
    """Return units a task: some tasks for each worker, so that few runs are lost and no worker waits at the end.

    >>> _block_size(100, 2), _block_size(4000, 2), _block_size(1, 8)
    (4, 10, 1)
    """
    return max(1, min(LARGEST_BLOCK, units // (BLOCKS_A_WORKER * workers)))


def _workers(asked: int) -> int:
    if asked > 0:
        return asked
    import joblib

    return int(joblib.cpu_count())


def _draws(study: Study) -> pandas.DataFrame:
    import pandas

    frame = pandas.DataFrame(list(study.parameter_sets))
    frame.insert(0, "draw", range(len(frame)))
    return frame


def _manifest(study: Study, *, finished: int, failed: int, seconds: float) -> dict[str, object]:
    return {
        "scenario": study.scenario,
        "asked": {"draws": len(study.parameter_sets), "replications": study.replications, "runs": len(study.units)},
        "finished": finished,
        "failed": failed,
        "seconds": round(seconds, 1),
        "interval": study.coverage,
        "status": study.status,
        "versions": provenance.versions(),
        "code": provenance.commit(),
        "machine": provenance.machine(),
    }
