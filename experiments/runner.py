"""Runner: the runs of a study on all cores; whatever happens, finished blocks are kept and the command can be repeated.

Workers decide nothing: a unit's numbers follow from its draw and its seed alone, so results are the same for any number
of workers, any backend and any size of block. Process deaths are met with up to three fruitless passes over what is
missing; an error inside the model is stored as the result of its unit. A study with a precision contract is looked at
when a number of draws fixed beforehand is complete, so it stops at the same draw however it was computed.
"""

from __future__ import annotations

import os
import time
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from experiments import precision, provenance
from experiments.backends import Pool, WorkerDied
from experiments.compiling import compiled, mark_compiled
from experiments.planned import Planned
from experiments.store import FAILED, Store, Unit, UnitResult, read_manifest, write_table
from experiments.worlds import Simulator, made_here
from sim.errors import CountryError, InputError, RepairableError, ResultError

if TYPE_CHECKING:
    import pandas

FRUITLESS_PASSES = 3
DAMAGED_AGAIN = 3  # blocks that may be found damaged although this command wrote them
LARGEST_BLOCK = 10
BLOCKS_A_WORKER = 12
FRAMES_KEPT = 4
SECONDS_BETWEEN_NOTES = 10.0

Say = Callable[[str], None]
Advance = Callable[[int], None]


class Task(NamedTuple):
    """What a worker gets: the scenario, for each unit its seed and parameter values, and where the results belong."""

    scenario: Mapping[str, Any]
    simulator: Simulator
    units: tuple[tuple[Unit, int, Mapping[str, float]], ...]
    folder: Path
    identity: Mapping[str, str]
    deadline: float = 0.0  # seconds since 1970 after which no unit is begun; 0 is none
    parent: int = 0  # process without which nothing is begun; 0 is none


class Done(NamedTuple):
    """What a worker gives back: how many units it finished in how many seconds, and the block if it could not write."""

    units: int
    seconds: float
    name: str = ""
    content: bytes = b""


@dataclass(frozen=True)
class Outcome:
    """A finished study on disk."""

    folder: Path
    frame: pandas.DataFrame
    failures: pandas.DataFrame
    units: int
    seconds: float
    stopped: precision.Stopped


@dataclass
class _Job:
    """A study being run: what stays the same from pass to pass, and the seconds spent so far."""

    study: Planned
    store: Store
    pool: Pool
    block: int
    say: Say
    advance: Advance
    before: float = 0.0  # seconds that earlier commands spent on this folder
    started: float = field(default_factory=time.monotonic)
    simulating: float = 0.0
    noted: float = 0.0
    found: int = 0  # blocks that were there before

    def check_disk(self) -> None:
        """Raise ``ResultError`` if more blocks were found damaged than were there before and a few of our own."""
        damaged = self.store.damaged
        if len(damaged) > self.found + DAMAGED_AGAIN:
            raise ResultError(
                f"{self.store.folder}: {len(damaged) - self.found} blocks were damaged after this command wrote them, "
                f"the last is {damaged[-1].name}; the disk does not keep what it is given, name a folder on another "
                "one with --out"
            )

    @property
    def seconds(self) -> float:
        return self.before + time.monotonic() - self.started

    @property
    def deadline(self) -> float:
        limit = self.study.rule.seconds
        return time.time() + max(0.0, limit - self.seconds) if limit else 0.0

    @property
    def late(self) -> bool:
        limit = self.study.rule.seconds
        return bool(limit) and self.seconds >= limit


def run(
    study: Planned,
    folder: Path,
    *,
    workers: int = 0,
    block: int = 0,
    backend: str = "loky",
    scheduler: str = "",
    say: Say = lambda text: None,
    advance: Advance = lambda units: None,
) -> Outcome:
    """Run what is missing of a study and return all of it.

    ``workers`` and ``block`` (units a task) are chosen when 0. ``say`` gets sentences for people, ``advance`` the
    number of units just finished. Raises ``ResultError`` when the folder belongs to another configuration, when runs
    could not be finished, or when more than the allowed share of them failed inside the model.
    """
    store = Store(folder, study.identity)
    before = _spent(store)
    with Pool(backend, workers, scheduler) as pool:
        store.open(_manifest(study, folder, before))
        study.write_protocol(folder)
        job = _Job(study, store, pool, block, say, advance, before)
        job.found = len(list(store.blocks.glob("block=*.parquet")))
        say(f"Every finished run is kept in {folder}.")
        already = len(set(study.units) & set(store.finished()))
        if already:
            say(f"{already} of {len(study.units)} runs are already there and are kept.")
            advance(already)
        stopped = _until_precise(job)
        frame = _until_sound(job, study.units_of(stopped.draws))
    failures = frame[frame["status"] == FAILED]
    units = stopped.draws * study.replications
    write_table(folder / "draws.parquet", study.draws_table(stopped.draws))
    done = {
        "finished": units,
        "failed": len(failures),
        "seconds": round(job.seconds, 1),
        "seconds_simulating": round(job.simulating, 1),
        "workers": pool.workers,
        "backend": backend,
        "stopped": stopped._asdict(),
    }
    store.describe(_manifest(study, folder, before) | done)
    if len(failures) > study.failures_allowed * units:
        first = failures.iloc[0]
        raise ResultError(
            f"{len(failures)} of {units} runs failed, more than the {study.failures_allowed:.0%} allowed; the "
            f"first is draw {first['draw']}, seed {first['seed']}: {str(first['error']).splitlines()[0]} "
            f"(all of them are in {folder})"
        )
    return Outcome(folder, frame, failures, units, job.seconds, stopped)


def _until_precise(job: _Job) -> precision.Stopped:
    """Run draws until the study's stopping rule is met, and return why it stopped and at how many draws."""
    study = job.study
    figures = precision.Figures(job.store, study.outcomes, study.replications)
    looks: list[precision.Look] = []
    for count in study.rule.looks():
        try:
            _finish(job, study.units_of(count))
        except TimeoutError:
            return precision.out_of_time(study.rule, figures.complete_draws(), looks)
        if study.rule.precise:
            while (paired := figures.read(study.units_of(count), study.arm_names)) is None:
                job.check_disk()
                job.say("A damaged block was set aside and is computed once more.")
                _finish(job, study.units_of(count))
            looks.append(study.rule.look(count, paired, study.outcomes))
            if looks[-1].met:
                return precision.precise(looks)
            job.say(looks[-1].sentence)
    return precision.exhausted(study.rule, looks)


def _until_sound(job: _Job, units: Sequence[Unit]) -> pandas.DataFrame:
    """Return the rows of all units; a block found damaged on reading is computed once more."""
    while True:
        try:
            return job.store.consolidate(units)
        except RepairableError as error:
            job.check_disk()
            job.say(str(error))
        _finish(job, units, even_late=True)


def _finish(job: _Job, units: Sequence[Unit], *, even_late: bool = False) -> None:
    """Run missing units until none is left; raises ``ResultError`` after three passes in a row without progress.

    Raises ``TimeoutError`` when the study's time is over before.
    """
    study, store = job.study, job.store
    missing = _missing(units, store)
    if missing and not compiled().exists():
        job.say(
            "Compiling the model for this computer (once after each change of the program) and making the first run."
        )
        _take(job, _block(_task(job, missing[:1], even_late=True)))
        mark_compiled()
        missing = missing[1:]
    fruitless = 0
    while missing:
        if job.late and not even_late:
            raise TimeoutError
        size = job.block or _block_size(len(missing), job.pool.workers)
        if fruitless:  # one unit kills its process again and again: give each a process of its own
            died = sum(_one_pass(job, [unit], 1, even_late=even_late) for unit in missing) > 0
        else:
            died = _one_pass(job, missing, size, even_late=even_late)
        left = _missing(missing, store)
        job.check_disk()
        fruitless = fruitless + 1 if len(left) == len(missing) else 0
        missing = left
        if missing and job.late and not even_late:
            raise TimeoutError
        if missing and fruitless == FRUITLESS_PASSES:
            names = ", ".join(f"draw {unit.draw} seed {study.seed(unit)}" for unit in missing[:3])
            raise ResultError(
                f"{len(missing)} of {len(study.units)} runs could not be finished: the process died each time, perhaps "
                f"for lack of memory ({names}); {store.folder} keeps the others, repeat it with fewer --workers"
            )
        if missing and died:
            job.say(f"A worker process died; {len(missing)} runs are missing and are started again.")


def _one_pass(job: _Job, missing: Sequence[Unit], size: int, *, even_late: bool) -> bool:
    """Run blocks of ``size`` units; return whether a worker process died."""
    blocks = [missing[first : first + size] for first in range(0, len(missing), size)]
    calls = ((_task(job, units, even_late=even_late),) for units in blocks)
    try:
        for done in job.pool.run(_block, calls):
            _take(job, done)
    except WorkerDied:
        return True
    return False


def _take(job: _Job, done: Done) -> None:
    """Count what a worker finished, and write its block if it could not."""
    if done.content:
        job.store.put(done.name, done.content)
    job.simulating += done.seconds
    job.advance(done.units)
    if job.study.rule.seconds and job.seconds - job.noted > SECONDS_BETWEEN_NOTES:
        job.noted = job.seconds
        job.store.describe(read_manifest(job.store.folder) | {"seconds": round(job.seconds, 1)})


def _task(job: _Job, units: Sequence[Unit], *, even_late: bool = False) -> Task:
    study = job.study
    rows = tuple((unit, study.seed(unit), study.parameter_sets[unit.draw]) for unit in units)
    deadline = 0.0 if even_late else job.deadline
    parent = 0 if job.pool.elsewhere else os.getpid()
    return Task(study.plain, study.simulator, rows, job.store.folder.absolute(), study.identity, deadline, parent)


def _block(task: Task) -> Done:
    """Simulate some units and write them as one block, or give the block back where the folder is not in reach."""
    made_here(task.scenario, task.simulator, task.identity)
    started = time.perf_counter()
    results = list(simulated(task))
    seconds = time.perf_counter() - started
    if not results:
        return Done(0, seconds)
    store = Store(task.folder, task.identity)
    if store.is_here():
        store.write(results)
        return Done(len(results), seconds)
    return Done(len(results), seconds, *store.encode(results))


def simulated(task: Task) -> Iterator[UnitResult]:
    """Yield the result of each unit of a task, in order."""
    for unit, seed, values in task.units:
        if task.deadline and time.time() > task.deadline:
            return
        if task.parent and task.parent not in (os.getpid(), os.getppid()):
            return  # the command was killed; whoever repeats it starts this unit anew
        try:
            yield UnitResult(unit, seed, task.simulator(task.scenario, values, seed))
        except (InputError, CountryError):
            raise  # wrong for every draw: the user has to mend it
        except Exception as error:
            yield UnitResult(unit, seed, (), _why(error), _month(error))


def _why(error: Exception) -> str:
    """Return the error and where it was raised, innermost first, in paths inside the program."""
    root = Path(__file__).parent.parent
    lines = [f"{type(error).__name__}: {error}".strip()]
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        path = Path(frame.filename)
        where = path.relative_to(root) if path.is_relative_to(root) else Path(path.name)
        lines.append(f"  in {frame.name}, {where.as_posix()} line {frame.lineno}")
    return "\n".join(lines[: 1 + FRAMES_KEPT])


def _month(error: Exception) -> int:
    """Return the month in which the innermost world of a failed run was, -1 if it was in none."""
    found = -1
    for frame, _ in traceback.walk_tb(error.__traceback__):
        month = getattr(frame.f_locals.get("world"), "t", None)
        if isinstance(month, int):
            found = month
    return found


def _missing(units: Sequence[Unit], store: Store) -> list[Unit]:
    there = store.finished()
    return [unit for unit in units if unit not in there]


def _block_size(units: int, workers: int) -> int:
    """Return units a task: some tasks for each worker, so that few runs are lost and no worker waits at the end.

    >>> _block_size(100, 2), _block_size(4000, 2), _block_size(1, 8)
    (4, 10, 1)
    """
    return max(1, min(LARGEST_BLOCK, units // (BLOCKS_A_WORKER * workers)))


def _spent(store: Store) -> float:
    """Return the seconds that earlier commands spent on a folder."""
    try:
        manifest = read_manifest(store.folder)
    except ResultError:
        return 0.0
    return float(manifest.get("seconds", 0.0)) if manifest.get("identity") == store.identity else 0.0


def _manifest(study: Planned, folder: Path, seconds: float) -> dict[str, object]:
    return {
        "scenario": study.scenario,
        "arms": study.arms,
        "study": study.protocol,
        "shared_luck": study.shared_luck,
        "registered": study.registration(folder),
        "asked": {"draws": len(study.parameter_sets), "replications": study.replications, "runs": len(study.units)},
        "finished": 0,
        "failed": 0,
        "seconds": seconds,
        "interval": study.coverage,
        "status": study.status,
        "versions": provenance.versions(),
        "code": provenance.commit(),
        "machine": provenance.machine(),
    }
