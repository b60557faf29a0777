"""Plain rules: the Python behind a rule, for what is worked out a few times and is not worth compiling.

A compiled rule and its Python give the same bits (``tests/test_uncompiled.py``).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from types import FunctionType
from typing import Any

import numpy as np

from sim.engine.draws import bits, subkey, uniform


def luck(key: Any, who: int) -> float:
    """Return the uniform number of an agent under a key, for callers in Python."""
    return float(uniform(np.uint64(key), np.uint32(who)))


def below(key: Any, sub: int) -> np.uint64:
    """Return the key of a numbered sub-decision, for callers in Python; compiled code hands over a plain number."""
    return np.uint64(subkey(np.uint64(key), sub))


# Arithmetic of 64-bit words stays compiled: Python's scalars would overflow.
WORDS = {bits: bits, subkey: below, uniform: luck}


@cache
def plain(rule: Callable[..., Any]) -> Callable[..., Any]:
    """Return a rule as plain Python, together with the rules that it calls.

    >>> from sim.engine.math import logistic
    >>> plain(logistic)(0.0)
    0.5
    """
    if rule in WORDS:
        return WORDS[rule]
    if not hasattr(rule, "py_func"):
        return rule
    function = rule.py_func
    known = function.__globals__
    named = [name for name in function.__code__.co_names if known.get(name) is not rule]  # a column may have its name
    called = {name: plain(known[name]) for name in named if hasattr(known.get(name), "py_func")}
    return FunctionType(function.__code__, {**known, **called}, function.__name__, function.__defaults__)
