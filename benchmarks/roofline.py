"""How close the passes over households come to what the memory can deliver, and what bounds them instead.

    python benchmarks/roofline.py [--scale 1] [--month 30]

For one month of the country every pass is run alone on copies of its columns. Printed: nanoseconds a household; bytes
of columns a household (each column that the module of the pass names counted once, or twice where it is written, as if
all of it were touched, which flatters); the share of the memory bandwidth measured here that this is; and for
comparison what the draws, logarithms and exponentials of the pass cost alone, in the same process. A pass far below
the bandwidth whose arithmetic explains its time is bound by arithmetic.
"""

from __future__ import annotations

import argparse
import inspect
import re
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from sim.agents import applying, claiming, closing, learning, operating, starting, tallying
from sim.agents.households import budget, consuming
from sim.beginning import begin
from sim.behaviour import Behaviour
from sim.engine.columns import copied
from sim.engine.compiled import sweep
from sim.engine.draws import uniform
from sim.engine.filling import draw_uniforms, exponentials
from sim.engine.math import normal
from sim.laws import HISTORY, Rules, law_of
from sim.population import load
from sim.scenario import Scenario
from sim.schedule import advance
from sim.state.households import Endowments, Households, HouseholdState
from sim.world import World

TABLES = {"households": Households, "endowments": Endowments, "state": HouseholdState}
NORMALS = {"operate": 1.0}
UNIFORMS = {"operate": 2.0, "start": 1.0, "claim": 1.0, "apply": 1.0, "learn": 1.0}
EXPS = {"operate": 2.0, "consume": 2.0}  # exponentials and logarithms


@sweep
def draw_normals(identifiers: Any, draws: Any, out: Any) -> None:
    for i in range(len(identifiers)):
        out[i] = normal(uniform(draws, identifiers[i]))


@sweep
def triad(a: Any, b: Any, c: Any) -> None:
    for k in range(len(a)):
        a[k] = b[k] + 1.5 * c[k]


def best(work: Callable[[], object], repeats: int = 7) -> float:
    """Return the least seconds."""
    work()
    found = []
    for _ in range(repeats):
        began = time.perf_counter()
        work()
        found.append(time.perf_counter() - began)
    return min(found)


def measured_bandwidth(length: int = 20_000_000) -> float:
    """Return bytes a second that one thread reads and writes."""
    a, b, c = (np.ones(length) for _ in range(3))
    return 24.0 * length / best(lambda: triad(a, b, c))


def captured(scale: int, month: int) -> tuple[dict[str, tuple[Any, tuple[Any, ...]]], int]:
    """Return each pass of a month with copies of what it was given, and the number of households."""
    found: dict[str, tuple[Any, tuple[Any, ...]]] = {}
    plain = World.sweep

    def watched(self: World, sweep: Any, *arguments: Any, sums: tuple[Any, ...] = ()) -> None:
        if self.t == month:
            self.settle()
            kept = (copied(one) if isinstance(one, HouseholdState) else one for one in arguments)
            found.setdefault(sweep.__name__, (sweep, (*kept, *(one.copy() for one in sums))))
        plain(self, sweep, *arguments, sums=sums)

    scenario = Scenario.of({"scale": scale, "start": "2022-01", "horizon": "2026-12"})
    population = load("kyrgyzstan", scale)
    rules = Rules(law_of(scenario, HISTORY, population.country.regions))
    world = advance(begin(population, Behaviour.central(), rules, 1, 0, 1), month - 1)
    World.sweep = watched  # type: ignore[method-assign]
    try:
        advance(world, month)
    finally:
        World.sweep = plain  # type: ignore[method-assign]
    return found, world.rows


def touched(modules: tuple[Any, ...], arguments: tuple[Any, ...]) -> float:
    """Return bytes of the columns that the modules of a pass name, a household."""
    source = "".join(inspect.getsource(module) for module in modules)
    total = 0.0
    for name, table in TABLES.items():
        values = next((one for one in arguments if isinstance(one, table)), None)
        for column in set(re.findall(rf"\b{name}\.(\w+)", source)) & set(table._fields if values is not None else ()):
            size = getattr(values, column).itemsize
            total += size * (2 if re.search(rf"{name}\.{column}\[[^\]]*\] \+?=[^=]", source) else 1)
    return total


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=int, default=1)
    parser.add_argument("--month", type=int, default=30)
    options = parser.parse_args()
    found, rows = captured(options.scale, options.month)
    bandwidth = measured_bandwidth()
    who, out, values = np.arange(rows, dtype=np.uint32), np.empty(rows), np.linspace(0.5, 1.5, rows)
    key = np.uint64(7)
    costs = {
        "normal": best(lambda: draw_normals(who, key, out)) / rows * 1e9,
        "uniform": best(lambda: draw_uniforms(who, key, out)) / rows * 1e9,
        "exponential": best(lambda: exponentials(values, out)) / rows * 1e9,
    }
    print(f"memory: {bandwidth / 1e9:.1f} GB/s on one thread; a normal {costs['normal']:.2f} ns, a uniform "
          f"{costs['uniform']:.2f} ns, an exponential {costs['exponential']:.2f} ns; {rows:,} households")  # fmt: skip
    modules = {
        "claim": (claiming,), "learn": (learning,), "apply": (applying,), "start": (starting,),
        "operate": (operating, closing, tallying), "receive": (consuming, budget), "consume": (consuming,),
    }  # fmt: skip
    print(f"{'pass':12s}{'ns':>8s}{'bytes':>8s}{'of roofline':>13s}{'draws, exp, log ns':>20s}{'share':>8s}")
    totals = np.zeros(3)
    for name, named in modules.items():
        if name not in found:
            continue
        sweep, arguments = found[name]
        place = next(k for k, one in enumerate(arguments) if isinstance(one, HouseholdState))
        times = []
        for _ in range(7):
            fresh = (*arguments[:place], copied(arguments[place]), *arguments[place + 1 :])
            began = time.perf_counter()
            sweep(0, rows, *fresh)
            times.append(time.perf_counter() - began)
        each = min(times) / rows * 1e9
        size = touched(named, arguments)
        live = float(arguments[place].operating.mean()) if name == "operate" else 1.0
        sums = live * (
            NORMALS.get(name, 0.0) * costs["normal"] + UNIFORMS.get(name, 0.0) * costs["uniform"]
            + EXPS.get(name, 0.0) * costs["exponential"]
        )  # fmt: skip
        totals += (each, size, sums)
        print(f"{name:12s}{each:8.2f}{size:8.0f}{size / (each * 1e-9) / bandwidth:13.0%}{sums:20.2f}{sums / each:8.0%}")
    print(f"{'all':12s}{totals[0]:8.2f}{totals[1]:8.0f}{totals[1] / (totals[0] * 1e-9) / bandwidth:13.0%}"
          f"{totals[2]:20.2f}{totals[2] / totals[0]:8.0%}")  # fmt: skip


if __name__ == "__main__":
    main()
