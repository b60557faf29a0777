"""Making: all steps of a calibration in order, and the posterior with everything that has to be said about it."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from calibration import bank, diagnosis, likelihood, local, posterior, priors, targets
from calibration.pipeline import FULL, Calibration, Effort, Say
from calibration.posterior import Posterior
from calibration.simulator import population
from sim import behaviour
from sim.engine.compiled import source_hash

SENTINEL_BAND = (0.95, 1.05)


def calibrate(
    country: str, seed: int, folder: Path, *, effort: Effort = FULL, workers: int = 0, say: Say = lambda text: None,
    advance: bank.Advance = lambda runs: None, commit: Mapping[str, Any] | None = None,
) -> Posterior:  # fmt: skip
    """Return the posterior of a country, made from the start or from what a stopped calibration left in ``folder``."""
    started = time.monotonic()
    of = Calibration(country, seed, effort, folder, identity(country), workers, say, advance)
    live(of)
    about = described(of) | {"seconds": of.seconds | {"all": round(time.monotonic() - started, 1)}}
    about["made"] = dict(commit or {})
    names = tuple(of.names[p] for p in of.near.singles)
    return Posterior(names, of.draws[:, :-1], about)


def live(of: Calibration) -> None:
    """Take all steps of a calibration."""
    of.say(f"Bank: {of.effort.runs} runs of 2020 to 2023, one household for {of.effort.scale}.")
    of.fill_bank()
    of.match_history()
    of.say("Wave: runs where the published figures are plausible.")
    of.run_wave()
    of.find_posterior()
    of.say("Checks: invented truths from the prior and from the posterior.")
    of.invent_from_prior()
    of.invent_from_posterior()
    of.say("Years and figures left out, a local test at the record, withheld figures.")
    of.diagnostics |= {
        "contraction": of.contraction(),
        "predictive": diagnosis.predictive(of),
        "expected": diagnosis.expected(of),
        "left_out": diagnosis.left_out(of),
        "year_left_out": diagnosis.year_left_out(of),
        "discrepancy": diagnosis.discrepancies(of),
        "local": local.test(of),
        "withheld": diagnosis.withheld(of),
        "jobs_reported": diagnosis.jobs_reported(of),
        "transfer": diagnosis.transfer(of),
    }


def identity(country: str) -> dict[str, str]:
    """Return what decides a run's figures beside its point, its seed and its scale."""
    return {
        "code": source_hash(),
        "figures": bank.source("simulator.py", "populace.py"),
        "population": str(population(country, FULL.scale).digest),
        "priors": priors.fingerprint(behaviour.priors(country)),
    }


def described(of: Calibration) -> dict[str, Any]:
    """Return the provenance and the diagnostics of a calibration that has taken all steps."""
    e, d = of.effort, of.diagnostics
    sbc = [d["sbc_prior"], d["sbc_posterior"]]
    sentinel = SENTINEL_BAND[0] <= d["sampler"]["sentinel_sd"] <= SENTINEL_BAND[1]
    sound = all(check["sound"] for check in sbc) and sentinel and not e.quick
    labels = [row["label"] for row in d["contraction"] if row["name"] != "sentinel"]
    informed, weak = labels.count("informed"), labels.count("weak")
    others = len(of.names) - informed - weak
    plan = bank.Plan("bank", of.bank_points, of.seed, e.scale, of.country, {})
    proven = sorted({0, e.runs // 2, e.runs - 1})
    return {
        "country": of.country, "quick": e.quick, "sound": bool(sound), "seed": of.seed,
        "coverage": coverage(of, sound, informed, weak, others),
        "data": {
            "priors": priors.fingerprint(of.table), "targets": targets.fingerprint(of.targets),
            "population": of.identity["population"],
        },
        "code": of.identity["code"],
        "effort": vars(e), "simulations": e.simulations, "digests": of.digests,
        "proof": [
            {"run": k, "seed": plan.seed_of(k), "figures": bank.digest([_at_home(of.bank_rows[k])])} for k in proven
        ],
        "diagnostics": d,
    }  # fmt: skip


def _at_home(row: Mapping[str, float]) -> dict[str, float]:
    """Return the figures of a run without those of other countries."""
    return {name: value for name, value in row.items() if name[:2] not in likelihood.ABROAD}


def coverage(of: Calibration, sound: bool, informed: int, weak: int, others: int) -> str:
    """Return what an interval over draws of the posterior means."""
    how = "A quick calibration, for trying out only: " if of.effort.quick else ""
    text = (
        f"{how}intervals hold the middle 90 % of parameter draws after the model met {len(of.figures)} published "
        f"figures of 2021 to 2023. These inform {informed} parameters well and {weak} a little; the other {others} are "
        "drawn from what literature and judgement say."
    )
    if of.effort.quick:
        text += " Too few invented truths were tried to call it calibrated: read this as a prior scenario."
    elif not sound:
        text += " Not every check of the method on invented truths was passed: read this as a prior scenario."
    return text[0].upper() + text[1:]


def bank_plan(about: Mapping[str, Any]) -> bank.Plan:
    """Return the plan of the bank that a posterior was made from."""
    country, seed, effort = str(about["country"]), int(about["seed"]), Effort(**about["effort"])
    points = effort.bank_points(len(priors.uncertain(behaviour.priors(country))), seed)
    return bank.Plan("bank", points, seed, effort.scale, country, {})


def faults(country: str, folder: Path | None = None, say: Say = lambda text: None) -> list[str]:
    """Return what is wrong with a country's posterior: its hash, its data, and runs of its bank simulated again."""
    found = posterior.read(country, folder or posterior.FOLDER)
    if found is None:
        return [f"there is no posterior for {country}"]
    wrong = []
    data = {
        "priors": priors.fingerprint(behaviour.priors(country)),
        "targets": targets.fingerprint(targets.read(country)),
    }
    for name, now in data.items():
        if found.about["data"][name] != now:
            wrong.append(
                f"the {name} have changed since the posterior was made ({found.about['data'][name]}, now {now})"
            )
    if any("priors" in text for text in wrong):
        return wrong
    plan = bank_plan(found.about)
    for proof in found.about["proof"]:
        say(f"Simulating run {proof['run']} of the bank again.")
        if bank.digest([bank.one(plan, int(proof["run"]))]) != proof["figures"]:
            wrong.append(f"run {proof['run']} of the bank gives other figures than when the posterior was made")
    if not np.isfinite(found.latent).all():
        wrong.append("some draws are not numbers")
    return wrong
