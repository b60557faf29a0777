"""What the model's own arithmetic costs in a plain loop over rows, beside the C library's in the same loop.

    python benchmarks/arithmetic.py [--rows 4096] [--repeats 400]

Each function fills a column that stays in the nearest cache, once with ``sim.engine.math`` and once with the functions
of the C library that the compiler would take otherwise; the two take turns, and the least time of each counts. The
compiler works on several rows at a time where nothing is called. NumPy's own loops are there for comparison: how many
rows they take at a time, and which bits come out, depends on the processor. The last line is the whole path of a draw,
from an identifier to a standard normal number.
"""

from __future__ import annotations

import argparse
import math
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from sim.engine import filling
from sim.engine.compiled import rule, sweep
from sim.engine.draws import key, uniform
from sim.engine.math import CENTRE, TAIL, logistic, normal, polynomial


@rule
def library_normal(u: Any) -> Any:
    """Return the normal quantile with the logarithm of the C library."""
    q = u - 0.5
    if abs(q) <= 0.425:
        r = 0.180625 - q * q
        return q * (polynomial(r, CENTRE[0]) / polynomial(r, CENTRE[1]))
    r = math.sqrt(-math.log(u if q < 0.0 else 1.0 - u)) - 1.6
    tail = polynomial(r, TAIL[0]) / polynomial(r, TAIL[1])
    return -tail if q < 0.0 else tail


@sweep
def library_exponentials(values: Any, out: Any) -> None:
    for i in range(len(values)):
        out[i] = math.exp(values[i])


@sweep
def library_logarithms(values: Any, out: Any) -> None:
    for i in range(len(values)):
        out[i] = math.log(values[i])


@sweep
def library_powers(values: Any, exponent: Any, out: Any) -> None:
    for i in range(len(values)):
        out[i] = math.pow(values[i], exponent)


@sweep
def logistics(values: Any, out: Any) -> None:
    for i in range(len(values)):
        out[i] = logistic(values[i])


@sweep
def library_logistics(values: Any, out: Any) -> None:
    for i in range(len(values)):
        out[i] = 1.0 / (1.0 + math.exp(-values[i]))


@sweep
def library_quantiles(values: Any, out: Any) -> None:
    for i in range(len(values)):
        out[i] = library_normal(values[i])


@sweep
def draw_normals(identifiers: Any, draws: Any, out: Any) -> None:
    for i in range(len(identifiers)):
        out[i] = normal(uniform(draws, identifiers[i]))


@sweep
def library_normals(identifiers: Any, draws: Any, out: Any) -> None:
    for i in range(len(identifiers)):
        out[i] = library_normal(uniform(draws, identifiers[i]))


def least(works: list[Callable[[], object]], repeats: int) -> list[float]:
    """Return the least seconds of each, taking turns."""
    for work in works:
        work()
    found = [math.inf] * len(works)
    for _ in range(repeats):
        for place, work in enumerate(works):
            began = time.perf_counter()
            work()
            found[place] = min(found[place], time.perf_counter() - began)
    return found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=4096)
    parser.add_argument("--repeats", type=int, default=400)
    options = parser.parse_args()
    luck, rows, out = np.random.default_rng(1), options.rows, np.empty(options.rows)
    scores, shares = luck.normal(0.0, 1.0, rows), luck.uniform(0.0, 1.0, rows)
    values, who, draws = np.exp(scores), np.arange(rows, dtype=np.uint32), key(1, 100)
    cases: dict[str, list[Callable[[], object]]] = {
        "exponential": [
            lambda: filling.exponentials(scores, out), lambda: library_exponentials(scores, out),
            lambda: np.exp(scores, out=out),
        ],
        "logarithm": [
            lambda: filling.logarithms(values, out), lambda: library_logarithms(values, out),
            lambda: np.log(values, out=out),
        ],
        "power": [
            lambda: filling.powers(values, 0.37, out), lambda: library_powers(values, 0.37, out),
            lambda: np.power(values, 0.37, out=out),
        ],
        "logistic": [lambda: logistics(scores, out), lambda: library_logistics(scores, out)],
        "normal quantile": [
            lambda: filling.normal_quantiles(shares, out), lambda: library_quantiles(shares, out),
        ],
        "normal draw": [lambda: draw_normals(who, draws, out), lambda: library_normals(who, draws, out)],
    }  # fmt: skip
    print(f"{'nanoseconds a value':20s}{'own':>8s}{'C library':>12s}{'ratio':>8s}{'NumPy':>8s}")
    for name, works in cases.items():
        own, library, *numpy = (1e9 * seconds / rows for seconds in least(works, options.repeats))
        print(f"{name:20s}{own:8.2f}{library:12.2f}{own / library:8.2f}" + "".join(f"{one:8.2f}" for one in numpy))


if __name__ == "__main__":
    main()
