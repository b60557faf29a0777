"""Agent sets: households, persons and employers as a user of Mesa expects to meet them (architecture principle 3).

The columns are the truth; an agent is a row view made on demand, and a set is a list of row numbers. Whole-column work
(`select` with a sentence, `agg`, `get`, `set`) never touches a single view and is the way to work with a large country.

>>> from sim.engine.columns import empty
>>> from sim.state.households import Households, HouseholdState
>>> traits, state = empty(Households, 3), empty(HouseholdState, 3)
>>> traits.identifier[:], traits.children[:] = (7, 8, 9), (0, 2, 4)
>>> families = HouseholdSet((traits,), (state,))
>>> families.select("children >= 2").set("benefit", 1).get("unique_id").tolist()
[8, 9]
>>> [(agent.unique_id, agent.benefit) for agent in families], int(families.agg("children", max))
([(7, 0), (8, 1), (9, 1)], 4)

A row of a sample stands for as many real agents as it weighs; `total` and `mean` are those of the real country, while
`agg` hands over the rows as they are.

>>> traits.weight[:] = (100, 100, 10)
>>> families.select("children >= 2").total(), families.total("children"), round(families.mean("children"), 4)
(110, 240.0, 1.1429)
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from random import Random
from typing import Any, ClassVar, Self

import numpy as np

from sim.engine.columns import Array, exact_total, fields
from sim.errors import InputError, nearest
from sim.state.views import Employer, Household, Person, RowView
from sim.state.writing import BOUNDS, KEPT, check

__all__ = [
    "AllAgents", "ColumnSet", "Employer", "EmployerSet", "Household", "HouseholdSet", "Person", "PersonSet", "RowView",
    "sets_of",
]  # fmt: skip

MOST_VIEWS = 100_000  # rows of the union that may be walked one by one
ALIAS = {"unique_id": "identifier"}


class ColumnSet(Sequence[Any]):
    """An ordered set of agents that are rows of tables: Mesa's agent set without objects.

    ``fixed`` are tables that cannot be written (traits and endowments), ``state`` those that can; a column of the state
    hides a trait of the same name, which is then called ``initial_...``. Rows without a column ``weight`` stand for
    ``each`` real agents. What is written takes effect from the rule
    that reads it next. The rules never use ``random``; it only serves ``shuffle``.
    """

    view: ClassVar[type[RowView]] = RowView

    def __init__(
        self, fixed: tuple[Any, ...], state: tuple[Any, ...], rows: Array | None = None, model: Any = None,
        random: Random | None = None, each: float = 1.0,
    ) -> None:  # fmt: skip
        self.model, self._each = model, each
        self.random = random if random is not None else getattr(model, "random", None) or Random(0)  # noqa: S311
        self._tables = fixed, state
        self._state = {name: (column, kind) for table in state for name, column, kind in _columns(table)}
        self._fixed: dict[str, Array] = {}
        for name, column, _ in (entry for table in fixed for entry in _columns(table)):
            self._fixed[f"initial_{name}" if name in self._state else name] = column
        self._rows = np.arange(len(self.column("identifier"))) if rows is None else rows

    @property
    def names(self) -> list[str]:
        """Names of all columns."""
        return [*self._fixed, *self._state]

    @property
    def rows(self) -> Array:
        """Row numbers of the agents in the set, in its order."""
        return self._rows

    def shares(self, other: ColumnSet) -> bool:
        """Return whether both sets are about the same tables."""
        return self._tables[1][0][0] is other._tables[1][0][0]

    def column(self, name: str) -> Array:
        """Return a whole column of the table, all rows, not only those of the set."""
        name = ALIAS.get(name, name)
        if name in self._state:
            return self._state[name][0]
        if name in self._fixed:
            return self._fixed[name]
        raise AttributeError(f"{self.view.kind} has no column '{name}'; {nearest(name, self.names)}")

    def writable(self, name: str, value: Any) -> Array:
        """Return a column that may be written with ``value``, a number or one for each agent.

        Raises ``AttributeError`` if the column cannot be written and ``InputError`` if the value does not fit.
        """
        name = ALIAS.get(name, name)
        if name in self._fixed:
            says = "is fixed within a run; build another population or change the behaviour instead"
            raise AttributeError(f"{self.view.kind}.{name} {says}")
        column = self.column(name)
        if name in KEPT:
            raise AttributeError(f"{self.view.kind}.{name} is kept by the matching rules; it cannot be written")
        check(f"{self.view.kind}.{name}", np.asarray(value), column.dtype, self._state[name][1], BOUNDS.get(name))
        return column

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[Any]:
        return self.walk()

    def walk(self, elsewhere: frozenset[str] = frozenset()) -> Iterator[Any]:
        """Yield the agents of the set; on this walk other agents are met that have the columns ``elsewhere``."""
        view = self.view
        return (view(self, int(row), elsewhere) for row in self._rows)

    def __contains__(self, agent: object) -> bool:
        return isinstance(agent, self.view) and self.shares(agent._set) and bool((self._rows == agent.row).any())

    def __getitem__(self, item: Any) -> Any:
        if isinstance(item, slice):
            return self._with(self._rows[item])
        return self.view(self, int(self._rows[operator.index(item)]))

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {len(self):,}>"

    def agent(self, identifier: int) -> Any:
        """Return the agent with an identifier; raises ``InputError`` if there is none in the set."""
        found = np.flatnonzero(self.column("identifier")[self._rows] == identifier)
        if not len(found):
            raise InputError(f"{self.view.kind} {identifier} is not in this set of {len(self):,}")
        return self.view(self, int(self._rows[found[0]]))

    def select(
        self, filter_func: Callable[[Any], bool] | str | Array | None = None, at_most: float = float("inf"),
        inplace: bool = False, agent_type: type | None = None,
    ) -> Self:  # fmt: skip
        """Return the agents that pass a filter: a sentence about columns, a mask, or a function of one agent.

        Sentences (``"children >= 3 and benefit == 1"``) and masks (one truth value for each agent of the set) are fast;
        a function is called for every agent. ``at_most`` keeps the first so many, or the share if it is a float up to
        1; of other types than ``agent_type`` nothing is kept.
        """
        if at_most <= 1.0 and isinstance(at_most, float):
            at_most = int(len(self) * at_most)
        rows = self._rows
        if agent_type is not None and not issubclass(self.view, agent_type):
            rows = rows[:0]
        elif isinstance(filter_func, str):
            rows = rows[self._sentence(filter_func)]
        elif callable(filter_func):
            rows = rows[np.fromiter((bool(filter_func(agent)) for agent in self), bool, len(self))]
        elif filter_func is not None:
            mask = np.asarray(filter_func)
            if mask.dtype != bool or mask.shape != rows.shape:
                says = f"it must be {len(self):,} truth values, one for each agent of the set"
                raise InputError(f"the mask has shape {mask.shape} and type {mask.dtype}; {says}")
            rows = rows[mask]
        return self._with(rows if at_most >= len(rows) else rows[: int(at_most)], inplace)

    def shuffle(self, inplace: bool = False) -> Self:
        """Return the agents in random order."""
        order = list(range(len(self)))
        self.random.shuffle(order)
        return self._with(self._rows[np.array(order, dtype=np.int64)], inplace)

    def sort(self, key: Callable[[Any], Any] | str, ascending: bool = False, inplace: bool = False) -> Self:
        """Return the agents sorted by a column or a function of one agent, the largest first unless ``ascending``."""
        values = self.get(key) if isinstance(key, str) else np.array([key(agent) for agent in self])
        order = np.argsort(values, kind="stable") if ascending else np.argsort(-values, kind="stable")
        return self._with(self._rows[order], inplace)

    def get(self, attr_names: str | Sequence[str], handle_missing: str = "error", default_value: Any = None) -> Array:
        """Return a column of the agents, or several side by side, shape (agents, columns); copies of 64 bits."""
        if not isinstance(attr_names, str):
            return np.column_stack([self.get(name, handle_missing, default_value) for name in attr_names])
        if handle_missing == "default" and ALIAS.get(attr_names, attr_names) not in self.names:
            return np.full(len(self), default_value)
        values = self.column(attr_names)[self._rows]
        return values.astype(np.float64 if values.dtype.kind == "f" else np.int64)

    def set(self, attr_name: str, value: Any) -> Self:
        """Write a number, or one for each agent, into a column."""
        self.writable(attr_name, value)[self._rows] = value
        return self

    def agg(self, attribute: str, func: Callable[[Array], Any] | Iterable[Callable[[Array], Any]]) -> Any:
        """Return what a function, or each of several, makes of a column."""
        values = self.get(attribute)
        return func(values) if callable(func) else [one(values) for one in func]

    @property
    def weights(self) -> Array:
        """Real agents that each agent of the set stands for."""
        if "weight" in self.names:
            return self.column("weight")[self._rows].astype(np.int64)
        return np.full(len(self), int(self._each))

    def total(self, attribute: str | None = None) -> float:
        """Return the sum of a column over the real agents that the set stands for; without one, how many they are."""
        if attribute is None:
            return int(self.weights.sum())
        return exact_total(self.weights * self.get(attribute).astype(np.float64))

    def mean(self, attribute: str) -> float:
        """Return the mean of a column over the real agents that the set stands for, not-a-number if it is empty."""
        return self.total(attribute) / self.total() if len(self) else float("nan")

    def do(self, method: Callable[..., Any] | str, *args: Any, **kwargs: Any) -> Self:
        """Call a function, or a method by its name, for each agent."""
        self.map(method, *args, **kwargs)
        return self

    def shuffle_do(self, method: Callable[..., Any] | str, *args: Any, **kwargs: Any) -> Self:
        """Call a function, or a method by its name, for each agent in random order."""
        self.shuffle().map(method, *args, **kwargs)
        return self

    def map(self, method: Callable[..., Any] | str, *args: Any, **kwargs: Any) -> list[Any]:
        """Return what a function, or a method by its name, makes of each agent."""
        if isinstance(method, str):
            return [getattr(agent, method)(*args, **kwargs) for agent in self]
        return [method(agent, *args, **kwargs) for agent in self]

    def groupby(self, by: Callable[[Any], Any] | str, result_type: str = "agentset") -> Any:
        """Return Mesa's ``GroupBy`` of sets with the same value of a column or function, or of lists ("list")."""
        try:
            from mesa.agentset import GroupBy
        except ImportError:  # Mesa before 3.5
            from mesa.agent import GroupBy

        values = self.get(by).tolist() if isinstance(by, str) else [by(agent) for agent in self]
        places: dict[Any, list[int]] = {}
        for place, value in enumerate(values):
            places.setdefault(value, []).append(place)
        groups: dict[Any, Any] = {value: self._with(self._rows[np.array(at)]) for value, at in places.items()}
        return GroupBy({value: list(group) for value, group in groups.items()} if result_type == "list" else groups)

    def to_frame(self, columns: Sequence[str] | None = None) -> Any:
        """Return a pandas table with one line for each agent, indexed by identifier."""
        import pandas

        names = [name for name in (columns or self.names) if ALIAS.get(name, name) != "identifier"]
        index = pandas.Index(self.get("identifier"), name="unique_id")
        return pandas.DataFrame({name: self.column(name)[self._rows] for name in names}, index=index)

    def add(self, agent: Any) -> None:
        """Refuse: nobody is born and nothing is founded within a run."""
        raise AttributeError(f"the {self.view.kind}s of a country are fixed within a run; select() makes a smaller set")

    remove = discard = add

    def _with(self, rows: Array, inplace: bool = False) -> Self:
        if inplace:
            self._rows = rows
            return self
        return type(self)(*self._tables, rows, self.model, self.random, self._each)

    def _sentence(self, sentence: str) -> Array:
        try:
            words = {node.id for node in ast.walk(ast.parse(sentence, mode="eval")) if isinstance(node, ast.Name)}
        except SyntaxError as error:
            raise InputError(f"'{sentence}' is not a sentence about columns: {error.msg}") from None
        import pandas

        known = {word: self.get(word) for word in words}
        mask = np.asarray(pandas.eval(sentence, engine="python", local_dict=known, global_dict={}))
        if mask.dtype != bool:
            raise InputError(f"'{sentence}' is not true or false of an agent; write for example 'children >= 3'")
        return mask


class HouseholdSet(ColumnSet):
    """Households."""

    view = Household


class PersonSet(ColumnSet):
    """Persons with a certified disability."""

    view = Person


class EmployerSet(ColumnSet):
    """Employers with at least five staff."""

    view = Employer


def sets_of(world: Any, model: Any = None) -> tuple[HouseholdSet, PersonSet, EmployerSet]:
    """Return the three sets of a world (:class:`sim.world.World`)."""
    labour, each = world.labour, world.labour.frame.weight
    return (
        HouseholdSet((world.households, world.endowments), (world.state,), model=model),
        PersonSet((labour.frame.persons,), (labour.persons,), model=model, each=each),
        EmployerSet((labour.frame.employers,), (labour.employers,), model=model, each=each),
    )


class AllAgents:
    """All agents of a model together: counted and typed at once, but walked one by one only in a small country.

    Identifiers are unique within households, persons and employers, not across them.
    """

    def __init__(self, sets: Mapping[type[RowView], ColumnSet]) -> None:
        self._sets = sets

    def __len__(self) -> int:
        return sum(len(one) for one in self._sets.values())

    def __iter__(self) -> Iterator[Any]:
        if len(self) > MOST_VIEWS:
            raise InputError(
                f"model.agents has {len(self):,} rows, too many to visit one by one; use model.households, "
                f"model.persons or model.employers with select, get, agg or set, or a scale that leaves at most "
                f"{MOST_VIEWS:,} rows"
            )
        names = frozenset(name for one in self._sets.values() for name in one.names)
        return (agent for one in self._sets.values() for agent in one.walk(names))

    def __contains__(self, agent: object) -> bool:
        return any(agent in one for one in self._sets.values())

    def __repr__(self) -> str:
        return f"<AllAgents: {', '.join(map(repr, self._sets.values()))}>"

    def select(self, filter_func: Any = None, *, agent_type: type[RowView]) -> ColumnSet:
        """Return the agents of one type that pass a filter; see :meth:`ColumnSet.select`."""
        return self._sets[agent_type].select(filter_func)


def _columns(table: Any) -> Iterator[tuple[str, Array, str]]:
    units = fields(type(table))
    return ((name, column, units[name][1]) for name, column in zip(table._fields, table, strict=True))
