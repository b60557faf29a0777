"""Pipeline: from priors and targets to a posterior that has been checked (docs/calibration.md tells why each step).

bank       runs over the whole prior
emulator   a polynomial for each figure; runs kept apart judge it
wave       more runs where the record is plausible, and a second emulator there
posterior  tempered draws, from several seeds
checks     invented truths from the prior and from the posterior
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from calibration import bank, checks, emulator, likelihood, priors, smc, targets
from sim import behaviour

Floats = npt.NDArray[np.float64]
Say = Callable[[str], None]

PLAUSIBLE, SECOND = 3.5, 3.0  # history matching: largest and second largest distance from the record
INFLATED = 1.6  # of the posterior's spread, for the runs of the wave
WIDEST = 1.2  # of the prior's spread, beyond which it is not inflated: the posterior never goes there
FAR = 8.0  # bank runs that the second emulator still uses
SENTINEL = "sentinel"
# Groups of parameters about what becomes of businesses and markets. Published figures may not inform them: how many
# sign contracts, and in which sector, is no evidence on returns, survival or what would have begun without a contract.
# Their small effects on such figures count as luck, and they keep their priors.
SILENT = ("starting", "operating", "closing", "working", "investing", "feedback", "shocks", "reporting", "accounting")


@dataclass(frozen=True)
class Effort:
    """How much is simulated and sampled."""

    runs: int  # bank
    held_out: int  # of these, kept apart: they judge the emulator and are the invented truths from the prior
    wave: int  # runs where the record is plausible
    wave_held_out: int  # of these, kept apart to judge the second emulator
    posterior_truths: int  # invented truths from the posterior
    points: int  # of each sampling
    moves: int
    seeds: int
    scale: int
    quick: bool = False
    design: int = 0  # runs of the hypercube that the bank is the beginning of; 0 if the bank is all of it

    def bank_points(self, dimensions: int, seed: int) -> Floats:
        """Return the latent points of the bank."""
        return bank.normals(max(self.design, self.runs), dimensions, seed)[: self.runs]

    @property
    def simulations(self) -> int:
        """All runs."""
        return self.runs + self.wave + self.posterior_truths


FULL = Effort(320, 80, 160, 48, 120, 6000, 15, 4, 50, design=448)
QUICK = Effort(160, 24, 48, 16, 16, 1000, 8, 2, 200, quick=True)
SMALL_POINTS, SMALL_MOVES = 1000, 10  # of samplings that are only compared
CHECK_POINTS, CHECK_MOVES = 1500, 15  # of the checks: with 1000 and 10 the sentinel came back 2 to 4 % too narrow
KEPT = 2000  # draws that are shipped


@dataclass
class Calibration:
    """A calibration under way: what is known so far, in the order of the steps."""

    country: str
    seed: int
    effort: Effort
    folder: Path
    identity: Mapping[str, str]
    workers: int = 0
    say: Say = lambda text: None
    advance: bank.Advance = lambda runs: None
    leave_out: tuple[str, ...] = ()
    seconds: dict[str, float] = field(default_factory=dict)
    digests: dict[str, str] = field(default_factory=dict)
    diagnostics: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.table = behaviour.priors(self.country)
        self.names = [prior.name for prior in priors.uncertain(self.table)]
        self.telling = [k for k, name in enumerate(self.names) if name.split(".")[0] not in SILENT]
        self.targets = targets.read(self.country)
        self.figures = likelihood.figures(self.targets, self.leave_out)

    def rng(self, stream: int) -> np.random.Generator:
        """Return the luck of one step."""
        return np.random.default_rng([self.seed, stream])

    @property
    def processes(self) -> int:
        """How many processes work."""
        import joblib

        return self.workers if self.workers > 0 else int(joblib.cpu_count())

    def simulate(self, name: str, points: Floats, scale: int) -> list[dict[str, float]]:
        """Return the runs of a step, from disk where they are there."""
        plan = bank.Plan(name, points, self.seed, scale, self.country, self.identity)
        started = time.monotonic()
        rows = bank.run(plan, self.folder, self.workers, self.advance)
        self.seconds[name] = round(time.monotonic() - started, 1)
        self.digests[name] = bank.digest(rows)
        return rows

    def simulate_all(self, name: str, points: Floats, scale: int) -> list[dict[str, float]]:
        """Return the runs of a step, with the figures of other countries."""
        rows = [dict(row) for row in self.simulate(name, points, scale)]
        if not any(f.foreign for f in self.figures):
            return rows
        here = dict(self.identity) | {"abroad": bank.source("foreign.py", "foreign.csv")}
        plan = bank.Plan(name, points, self.seed, scale, self.country, here, "foreign")
        abroad = bank.run(plan, self.folder, self.workers)
        self.digests[f"{name} abroad"] = bank.digest(abroad)
        return [row | also for row, also in zip(rows, abroad, strict=True)]

    def table_of(self, rows: Sequence[Mapping[str, Any]]) -> Floats:
        """Return runs as figures on their scales."""
        return likelihood.table(rows, self.figures)

    # The steps --------------------------------------------------------------------------------------------------

    def fill_bank(self) -> None:
        """Run the bank and fit the emulator of the whole prior; runs kept apart judge it."""
        e = self.effort
        self.bank_points = e.bank_points(len(self.names), self.seed)
        self.bank_rows = self.simulate_all("bank", self.bank_points, e.scale)
        self.bank_figures = self.table_of(self.bank_rows)
        train = slice(0, e.runs - e.held_out)
        self.wide = emulator.fit(
            self.bank_points[train], self.bank_figures[train], self.telling, workers=self.processes
        )  # fmt: skip
        self.apart = self.bank_points[train.stop :], self.bank_figures[train.stop :]
        self.diagnostics["emulator_prior"] = self.judged(self.wide, *self.apart)
        self.diagnostics["prior_predictive"] = self.prior_conflicts()

    def judged(self, made: emulator.Emulator, points: Floats, found: Floats) -> dict[str, Any]:
        """Return standardised residuals of an emulator on runs that it has not seen."""
        missed = found - made.mean(points)
        residual = missed / made.sd(points)
        rows = {
            f.target: checks.residuals(residual[:, k]) | {
                "of_discrepancy": round(float(np.nanstd(missed[:, k])) / f.discrepancy, 5),
                "parameters": [self.names[p] for p in made.active[k]],
            }
            for k, f in enumerate(self.figures)
        }  # fmt: skip
        spreads = [float(str(row["sd"])) for row in rows.values()]
        outside = [name for name, row in rows.items() if not checks.well_spread(row["sd"])]
        return {
            "runs": len(points), "least_sd": min(spreads), "largest_sd": max(spreads), "outside": outside,
            "expected_outside": round(sum(float(str(row["chance_outside"])) for row in rows.values()), 1),
            "figures": rows,
        }  # fmt: skip

    def prior_conflicts(self) -> dict[str, Any]:
        """Return the central 99 % of every figure under the prior, with discrepancy, and which records lie outside."""
        rng = np.random.default_rng([self.seed, 3])
        out = {}
        for k, f in enumerate(self.figures):
            drawn = self.bank_figures[:, k] + f.discrepancy * rng.standard_normal(len(self.bank_figures))
            low, high = np.nanquantile(drawn, [0.005, 0.995])
            inside = bool(high >= f.middle) if f.bound else bool(low <= f.middle <= high)
            low_high = [float(f.back(np.array(float(v)))) for v in (low, high)]
            out[f.target] = {"low": low_high[0], "high": low_high[1], "inside": inside}
        return {"outside": [name for name, row in out.items() if not row["inside"]], "figures": out}

    def match_history(self) -> None:
        """Note how much of the prior is plausible; none would be a structural misfit."""
        record = likelihood.of_record(self.wide, self.figures)
        points = self.rng(2).standard_normal((20_000, len(self.names)))
        self.diagnostics["plausible_share"] = float(np.mean(plausible(record, points)))

    def run_wave(self) -> None:
        """Run more where the record is plausible and fit the second emulator there."""
        first = self.sampled(likelihood.of_record(self.wide, self.figures), [self.seed, 10], 2 * self.effort.wave)
        if self.effort.wave == 0:
            self.near = self.wide
            self.near_held = self.bank_points[:0], self.bank_figures[:0]
            return
        points = bank.normals(self.effort.wave, len(self.names), self.seed + 1)
        active = list(self.wide.singles)
        found = first.points[:, : len(active)]
        drawn = found[self.rng(4).choice(len(found), size=len(points), replace=False)]
        wider = np.maximum(np.minimum(INFLATED, WIDEST / found.std(axis=0)), 1.0)
        points[:, active] = found.mean(axis=0) + wider * (drawn - found.mean(axis=0))
        kept = len(points) - self.effort.wave_held_out
        figures = self.table_of(self.simulate_all("wave", points, self.effort.scale))
        record = likelihood.of_record(self.wide, self.figures)
        train = self.bank_points[: self.effort.runs - self.effort.held_out]
        close = record.implausibility(train).max(axis=1) < FAR
        self.near_held = points[kept:], figures[kept:]
        self.near_points = np.vstack([train[close], points[:kept]])
        self.near_figures = np.vstack([self.bank_figures[: len(train)][close], figures[:kept]])
        home = np.arange(len(self.near_points)) >= int(close.sum())
        self.near = emulator.fit(self.near_points, self.near_figures, self.telling, home, self.processes)
        self.diagnostics["emulator_near"] = self.judged(self.near, points[kept:], figures[kept:])
        self.diagnostics["bank_runs_kept"] = int(close.sum())

    def sampled(self, of: likelihood.Likelihood, seed: Sequence[int], least: int = 0) -> smc.Sample:
        """Return posterior points in the emulator's parameters and the sentinel, fewer than the posterior's own."""
        return sampled(of, seed, least)

    def whole(self, points: Floats, made: emulator.Emulator, seed: int) -> Floats:
        """Return points in all parameters: the active ones as given, the others drawn from their prior."""
        out = bank.normals(len(points), len(self.names), seed)
        out[:, made.singles] = points[:, : len(made.singles)]
        return out

    def find_posterior(self) -> None:
        """Draw from the posterior with several seeds and note how far they agree."""
        import joblib

        self.record = likelihood.of_record(self.near, self.figures)
        of, e = on_active(self.record), self.effort
        jobs = [(of, len(self.near.singles) + 1, e.points, e.moves, [self.seed, 20, k]) for k in range(e.seeds)]
        with joblib.parallel_config(backend="loky", n_jobs=self.processes, inner_max_num_threads=1):
            runs = joblib.Parallel(batch_size=1)(joblib.delayed(_sampled)(*job) for job in jobs)
        means = np.stack([run.points.mean(axis=0) for run in runs])
        self.samples = runs
        share = KEPT // len(runs)
        self.draws = np.vstack([run.points[:: max(len(run.points) // share, 1)][:share] for run in runs])
        pooled = np.vstack([run.points for run in runs])
        self.pooled = pooled
        self.diagnostics["sampler"] = {
            "seeds": len(runs), "points": self.effort.points, "stages": [run.stages for run in runs],
            "taken": [round(run.taken, 3) for run in runs], "unique": [round(run.unique, 4) for run in runs],
            "log_evidence": [round(run.evidence, 2) for run in runs],
            "largest_difference_of_means": round(float(np.ptp(means, axis=0).max()), 4),
            "sentinel_sd": round(float(pooled[:, -1].std()), 4), "sentinel_mean": round(float(pooled[:, -1].mean()), 4),
        }  # fmt: skip

    def contraction(self) -> list[dict[str, Any]]:
        """Return each active parameter's posterior against its prior."""
        sd, mean = self.pooled.std(axis=0), self.pooled.mean(axis=0)
        names = [*(self.names[p] for p in self.near.singles), SENTINEL]
        rows = [
            {"name": name, "ratio": round(float(sd[k]), 4), "moved": round(float(mean[k]), 4),
             "label": checks.label(float(sd[k]))}
            for k, name in enumerate(names)
        ]  # fmt: skip
        return sorted(rows, key=lambda row: float(str(row["ratio"])))

    # Checks -----------------------------------------------------------------------------------------------------

    def invent_from_prior(self) -> None:
        """Judge the method on truths from the prior: the runs of the bank that were kept apart."""
        of = likelihood.of_record(self.wide, self.figures)
        self.diagnostics["sbc_prior"] = self.ranked(of, *self.apart, 30, None)

    def invent_from_posterior(self) -> None:
        """Judge the method on truths from the posterior; the same runs are the posterior predictive check."""
        chosen = self.pooled[self.rng(5).choice(len(self.pooled), self.effort.posterior_truths, replace=False)]
        points = self.whole(chosen, self.near, self.seed + 4)
        rows = self.simulate_all("posterior truths", points, self.effort.scale)
        self.posterior_points, self.posterior_rows = points, rows
        found = self.table_of(rows)
        self.diagnostics["sbc_posterior"] = self.ranked(self.record, points, found, 40, self.pooled)

    def ranked(
        self, of: likelihood.Likelihood, points: Floats, found: Floats, stream: int, prior: Floats | None
    ) -> dict[str, Any]:
        """Return the verdict on ranks of truths; those of a posterior are judged beside the record."""
        import joblib

        made = of.emulator
        names = [*(self.names[p] for p in made.singles), SENTINEL]
        rng = np.random.default_rng([self.seed, stream])
        truths, jobs = np.zeros((len(points), len(names))), []
        for k in range(len(points)):
            truths[k] = np.append(points[k, made.singles], rng.standard_normal())
            told = of.of_truth(found[k], rng)
            start = None if prior is None else rng.choice(prior, CHECK_POINTS, replace=False)
            jobs.append((told if prior is None else told.beside(of), len(names), [self.seed, stream, k], start))
        started = time.monotonic()
        with joblib.parallel_config(backend="loky", n_jobs=self.processes, inner_max_num_threads=1):
            draws = np.array(joblib.Parallel(batch_size=4)(joblib.delayed(_draws)(*job) for job in jobs))
        self.seconds[f"check {stream}"] = round(time.monotonic() - started, 1)
        file = self.folder / f"truths-{stream}.npz"
        np.savez_compressed(file, truths=points, known=truths, singles=made.singles, draws=draws)
        return checks.verdict(checks.ranked(truths, draws, [self.seed, stream, 9]), names)


def _sampled(of: smc.LogLikelihood, dimensions: int, points: int, moves: int, seed: Sequence[int]) -> smc.Sample:
    return smc.sample(of, dimensions, points, moves, np.random.default_rng(list(seed)))


def sampled(of: likelihood.Likelihood, seed: Sequence[int], least: int = 0) -> smc.Sample:
    """Return posterior points of a likelihood, as few as do for a comparison."""
    return _sampled(on_active(of), len(of.emulator.singles) + 1, max(2 * SMALL_POINTS, least), SMALL_MOVES, seed)


def _draws(of: likelihood.Likelihood, dimensions: int, seed: Sequence[int], start: Floats | None) -> Floats:
    """Return draws for one truth."""
    return checks.one_truth(on_active(of), dimensions, CHECK_POINTS, CHECK_MOVES, seed, start)


@dataclass(frozen=True, eq=False)
class OnActive:
    """A likelihood as a function of the active parameters and, last, the sentinel."""

    of: likelihood.Likelihood

    def __call__(self, z: Floats) -> Floats:
        """Return the log-likelihoods of points, a column for each set of observations."""
        return self.of.parts(z[:, :-1])


def on_active(of: likelihood.Likelihood) -> OnActive:
    """Return a likelihood as a function of the active parameters and, last, the sentinel."""
    return OnActive(replace(of, emulator=of.emulator.on_active()))


def plausible(record: likelihood.Likelihood, points: Floats) -> npt.NDArray[np.bool_]:
    """Return which points the record does not rule out."""
    distance = np.sort(record.implausibility(points), axis=1)
    return np.asarray((distance[:, -1] < PLAUSIBLE) & (distance[:, -2] < SECOND))
