"""A stand-in for the model in tests of the machinery around it: simple arithmetic, luck addressed by seed."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from experiments.study import Study, seed_of
from sim.engine.draws import key, uniform

DESIGNS = ("No change", "Larger grant", "Quota with levy", "Services")
EFFECTS = (0.0, 900.0, 300.0, -40.0)
MONTHS = 12


def simulate(scenario: dict[str, Any], values: dict[str, float], seed: int) -> list[dict[str, Any]]:
    rows = []
    for name, effect in zip(DESIGNS, EFFECTS, strict=True):
        if name not in scenario["designs"]:
            continue
        luck = 200.0 * (uniform(key(seed, 1), 1) - 0.5)
        own = 4.0 * (uniform(key(seed, 2), len(name)) - 0.5) if effect else 0.0
        net = 5000.0 * values["additionality"] + effect * values["additionality"] + luck + own

        def add(outcome: str, value: float, group: str = "all", month: int = -1, name: str = name) -> None:
            rows.append({"design": name, "outcome": outcome, "group": group, "month": month, "value": value})

        add("net_jobs", net)
        add("programme_cost", 2.0e9)
        add("cost_per_net_job", 2.0e9 / net)
        for place, weight in (("Naryn", 0.4), ("Osh", 0.6)):
            add("net_jobs", net * weight, f"oblast={place}")
        for month in range(MONTHS):
            add("net_jobs", net * (month + 1) / MONTHS, month=month)
    return rows


def failing(scenario: dict[str, Any], values: dict[str, float], seed: int) -> list[dict[str, Any]]:
    if seed == seed_of(scenario["seed"], 1, 0):
        raise ZeroDivisionError("a rule divided by zero in month 7")
    return simulate(scenario, values, seed)


def failing_in_a_world(scenario: dict[str, Any], values: dict[str, float], seed: int) -> list[dict[str, Any]]:
    world = SimpleNamespace(t=17)
    if seed == seed_of(scenario["seed"], 1, 0):
        raise ValueError("no seat is left")
    return simulate(scenario, values, seed) if world else []


def dying_once(scenario: dict[str, Any], values: dict[str, float], seed: int) -> list[dict[str, Any]]:
    """Kill the own process at three seeds, once each; the marks are in the folder ``trouble``."""
    for draw in (0, 2, 4):
        mark = Path(scenario["trouble"]) / str(draw)
        if seed == seed_of(scenario["seed"], draw, 1) and not mark.exists():
            mark.touch()
            time.sleep(0.2)
            os.kill(os.getpid(), signal.SIGKILL)
    return simulate(scenario, values, seed)


def dying_always(scenario: dict[str, Any], values: dict[str, float], seed: int) -> list[dict[str, Any]]:
    if seed == seed_of(scenario["seed"], 2, 1):
        os.kill(os.getpid(), signal.SIGKILL)
    return simulate(scenario, values, seed)


def brief(scenario: dict[str, Any], values: dict[str, float], seed: int) -> list[dict[str, Any]]:
    time.sleep(0.05)
    return simulate(scenario, values, seed)


def slow(scenario: dict[str, Any], values: dict[str, float], seed: int) -> list[dict[str, Any]]:
    time.sleep(1.5)  # long enough that a stop comes before the end on a busy machine
    return simulate(scenario, values, seed)


def slower_and_slower(scenario: dict[str, Any], values: dict[str, float], seed: int) -> list[dict[str, Any]]:
    time.sleep(0.1 if values["additionality"] < 0.39 else 1.5)  # the first two draws fast; a stop comes among the rest
    return simulate(scenario, values, seed)


def study(
    simulator: Any = simulate,
    *,
    draws: int = 6,
    replications: int = 2,
    designs: tuple[str, ...] = DESIGNS[:2],
    seed: int = 7,
    trouble: str = "",
    failures_allowed: float = 0.05,
) -> Study:
    scenario = {"designs": {name: {"label": name} for name in designs}, "seed": seed, "trouble": trouble}
    sets = [{"additionality": 0.2 + 0.6 * k / max(1, draws)} for k in range(draws)]
    identity = {"scenario": f"{seed} {designs}", "population": "p", "code": "c", "priors": "r"}
    return Study("fake", scenario, sets, replications, seed, identity, simulator, failures_allowed=failures_allowed)
