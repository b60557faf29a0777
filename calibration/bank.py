"""Bank: many runs of the history world, kept in blocks on disk; a stopped bank goes on where it stopped.

A run is decided by its latent point, its seed and the scale, never by the worker or the order, so that any number of
workers gives the same bank. Blocks are written under another name and put in place by one rename.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from calibration import foreign, offering, outlook, priors, simulator, transferring, withheld, yearly
from sim import behaviour
from sim.engine.draws import key
from sim.errors import ResultError

Floats = npt.NDArray[np.float64]
Advance = Callable[[int], None]

BLOCK = 16
ATTEMPTS = 3
YEARLY = {"forecast": yearly.forecast, "tried": yearly.as_if_unknown}


@dataclass(frozen=True)
class Plan:
    """A bank that is asked for."""

    name: str
    points: Floats  # (runs, uncertain parameters), latent
    seed: int
    scale: int
    country: str
    identity: Mapping[str, str]  # of model and data
    what: str = "history"  # foreign, transfer, trial, withheld; headlines, rebuilt, structure; forecast, tried
    years: tuple[int, ...] = ()  # of forecast and tried

    @property
    def digest(self) -> str:
        """Sixteen hexadecimal digits that change with whatever could change a figure."""
        facts = [self.name, self.seed, self.scale, self.country, dict(self.identity)]
        facts += [] if self.what == "history" else [self.what]
        whole = hashlib.sha256(json.dumps([*facts, *self.years]).encode())
        whole.update(np.ascontiguousarray(self.points, dtype="<f8").tobytes())
        return whole.hexdigest()[:16]

    def seed_of(self, run: int) -> int:
        """Return the seed of a run: a hash of its address."""
        return int(key(self.seed, 0, run, self.scale)) >> 11


def source(*names: str) -> str:
    """Return twelve hexadecimal digits that change with files of this package."""
    whole = hashlib.sha256()
    for name in names:
        whole.update((Path(__file__).parent / name).read_bytes())
    return whole.hexdigest()[:12]


def normals(count: int, dimensions: int, seed: int) -> Floats:
    """Return a Latin hypercube of standard normal points: every margin is covered evenly."""
    from scipy.special import ndtri

    rng = np.random.default_rng([seed, count, dimensions])
    cells = np.stack([rng.permutation(count) for _ in range(dimensions)], axis=1)
    return np.asarray(ndtri((cells + rng.random((count, dimensions))) / count))


def run(plan: Plan, folder: Path, workers: int = 0, advance: Advance = lambda runs: None) -> list[dict[str, float]]:
    """Return the figures of all runs of a plan, in order, after simulating those that are missing."""
    place = folder / f"{plan.name}-{plan.digest}"
    place.mkdir(parents=True, exist_ok=True)
    blocks = [range(first, min(first + BLOCK, len(plan.points))) for first in range(0, len(plan.points), BLOCK)]
    advance(sum(len(b) for b in blocks if _file(place, b).is_file()))
    for _ in range(ATTEMPTS):
        missing = [b for b in blocks if not _file(place, b).is_file()]
        if not missing:
            break
        _pass(plan, place, missing, workers, advance)
    missing = [b for b in blocks if not _file(place, b).is_file()]
    if missing:
        raise ResultError(f"{place}: {len(missing)} blocks of runs could not be finished; the same command continues")
    return [figures for b in blocks for figures in json.loads(_file(place, b).read_text(encoding="utf-8"))]


def _pass(plan: Plan, place: Path, missing: Sequence[range], workers: int, advance: Advance) -> None:
    import joblib
    from joblib.externals.loky.process_executor import BrokenProcessPool

    count = workers if workers > 0 else int(joblib.cpu_count())
    if count == 1 or len(missing) == 1:
        for block in missing:
            advance(block_of(plan, place, block))
        return
    tasks = (joblib.delayed(block_of)(plan, place, block) for block in missing)
    try:
        with joblib.parallel_config(backend="loky", n_jobs=count, inner_max_num_threads=1):
            for done in joblib.Parallel(return_as="generator_unordered", batch_size=1, pre_dispatch="2*n_jobs")(tasks):
                advance(done)
    except BrokenProcessPool:
        return


def block_of(plan: Plan, place: Path, block: range) -> int:
    """Simulate a block of runs, write it and return how many there are."""
    rows = [one(plan, k) for k in block]
    file = _file(place, block)
    draft = file.with_suffix(f".{os.getpid()}.tmp")
    draft.write_text(json.dumps(rows), encoding="utf-8")
    draft.replace(file)
    return len(rows)


def one(plan: Plan, run_number: int) -> dict[str, float]:
    """Return the figures of one run of a plan."""
    point = plan.points[run_number : run_number + 1]
    values = priors.values_at(point, behaviour.priors(plan.country))[0]
    if plan.what == "foreign":
        made = foreign.fitted(behaviour.Behaviour.from_values(values))
        return {name: float(value) for name, value in made.items()}
    if plan.what == "withheld":
        return withheld.figures(values, plan.seed_of(run_number), plan.scale, plan.country)
    if plan.what != "history":
        seed = plan.seed_of(run_number)
        if plan.what == "transfer":
            return transferring.figures(behaviour.Behaviour.from_values(values))
        if plan.what == "trial":
            return offering.figures(values, seed, plan.scale, plan.country)
        if plan.what == "structure":
            return outlook.in_other_forms(values, seed, plan.scale, plan.country)
        if plan.what in YEARLY:
            return YEARLY[plan.what](values, seed, plan.scale, plan.country, plan.years)
        return outlook.headlines(values, seed, plan.scale, plan.country, 2 if plan.what == "rebuilt" else 1)
    return simulator.figures(values, plan.seed_of(run_number), plan.scale, plan.country)


def digest(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return twelve hexadecimal digits of figures, to the last bit."""
    return hashlib.sha256(json.dumps([sorted(row.items()) for row in rows]).encode()).hexdigest()[:12]


def _file(place: Path, block: range) -> Path:
    return place / f"block-{block.start:05d}.json"
