"""Narrowing: a table with some of its columns alone, for compiled code that names no others.

What the compiler does with a table, and what a call costs, grow with the number of its columns. Compiled code names the
kinds of its arguments when it is kept on disk, so a narrow kind can be found again by its name in this module.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import cache, partial
from importlib import import_module
from operator import attrgetter, itemgetter
from typing import Any

import numpy as np

Taken = tuple[Any, Any]  # what makes a narrow table of its columns, and what takes these from a whole one


def is_table(given: Any) -> bool:
    """Return whether a tuple holds arrays and nothing else.

    >>> is_table((np.zeros(2), np.ones(2))), is_table((np.zeros(2), 30))
    (True, False)
    """
    return all(isinstance(one, np.ndarray) for one in given)


def names_in(function: Callable[..., Any]) -> frozenset[str]:
    """Return all names that a function uses, and those of the compiled functions that it calls."""
    names: set[str] = set()
    seen: set[Any] = {function}
    waiting: list[Any] = [function]
    while waiting:
        one = waiting.pop()
        names |= set(one.__code__.co_names)
        called = {getattr(one.__globals__.get(name), "py_func", function) for name in one.__code__.co_names}
        waiting += called - seen
        seen |= called
    return frozenset(names)


def narrowing(given: Any, names: frozenset[str]) -> Taken:
    """Return how named tuples of the kind that is given are narrowed to the fields among names.

    A table gets what makes a narrow one and what takes its columns; what holds no tuple gets nothing and stays whole.

    >>> from sim.state.households import Endowments
    >>> table = Endowments(*[np.zeros(1)] * len(Endowments._fields))
    >>> make, take = narrowing(table, frozenset({"effect", "operator"}))
    >>> len(table) > 2, make(take(table))._fields
    (True, ('operator', 'effect'))
    """
    kind: Any = type(given)
    if not is_table(given):
        return (partial(tuple.__new__, kind), None) if any(isinstance(one, tuple) for one in given) else (None, None)
    fields = tuple(name for name in kind._fields if name in names) or kind._fields[:1]
    small = narrow(kind, fields)
    if small is kind:
        return None, None
    take = attrgetter(*fields) if len(fields) > 1 else lambda table: (getattr(table, fields[0]),)
    return partial(tuple.__new__, small), take


@cache
def narrow(kind: Any, fields: tuple[str, ...]) -> Any:
    """Return the kind of table with some of the fields of another; the other where it cannot be found by its name.

    >>> from sim.state.households import Endowments
    >>> narrow(Endowments, ("effect",))._fields, narrow(Endowments, Endowments._fields) is Endowments
    (('effect',), True)
    """
    known: Any = vars(sys.modules[kind.__module__]).get(kind.__qualname__)
    if fields == kind._fields or known is not kind:
        return kind
    content: dict[str, Any] = {name: property(itemgetter(k)) for k, name in enumerate(fields)}
    content |= {"_fields": fields, "_asdict": kind._asdict, "__slots__": (), "__module__": __name__}
    made: Any = type(kind.__name__, (tuple,), content)  # in a tenth of the time of the standard library's
    made.__qualname__ = " ".join((kind.__module__.replace(".", "/"), kind.__qualname__, *fields))
    return made


def __getattr__(name: str) -> Any:
    """Return a narrow kind by its name: module, kind and fields."""
    module, *rest = name.split(" ")
    if not rest:
        raise AttributeError(name)
    return narrow(getattr(import_module(module.replace("/", ".")), rest[0]), tuple(rest[1:]))
