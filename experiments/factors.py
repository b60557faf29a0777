"""Factors: what a study varies, and the points at which it looks: grids, Latin hypercubes, Sobol sequences.

A factor is addressed as in the scenario file: ``designs.levy.quota.levy``, ``common.child_benefit.exclusion``,
``economy.inflation``; or, for a parameter of behaviour, ``behaviour.starting.rate``. It ranges from a low to a high
number, over a list of levels, or, for behaviour, over its ``prior`` (the middle 99 %).
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, Field

from experiments.sensitivity import sampled
from sim.behaviour import priors
from sim.errors import InputError, nearest
from sim.scenario import Scenario

if TYPE_CHECKING:
    import pandas

    from sim.behaviour import Prior

Floats = npt.NDArray[np.float64]
Factor = Literal["prior"] | list[float | int | str | bool]

BEHAVIOUR = "behaviour."
LEVERS = ("designs", "common", "economy")
PRIOR_SHARE = (0.005, 0.995)
LARGEST = 10_000


class Part(BaseModel):
    """A table of the file: known keys only, never changed."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


class Explore(Part):
    """Many futures instead of draws: points over policy levers, the economy and behaviour."""

    method: Literal["grid", "lhs", "sobol", "saltelli", "morris"] = Field("sobol", title="How points are chosen")
    points: int = Field(
        128, ge=1, le=10_000, title="Points, of sobol a power of two; of morris, paths; of saltelli, bases"
    )
    levels: int = Field(4, ge=2, le=20, title="Levels of each factor without its own (grid and morris)")
    others: Literal["medians", "draws"] = Field(
        "medians", title="All other parameters: medians, or a draw for each point"
    )
    factors: dict[str, Factor] = Field(min_length=1, max_length=40, title="What varies, and from where to where")


class Axis(NamedTuple):
    """One factor: levels, or a range of numbers (whole ones where both ends are), or a prior distribution."""

    name: str
    low: float = 0.0
    high: float = 1.0
    whole: bool = False
    levels: tuple[Any, ...] = ()
    prior: Any = None

    def value(self, share: float) -> Any:
        """Return the value at a share between 0 and 1 of the way.

        >>> Axis("a", 10.0, 20.0).value(0.25), Axis("a", 1, 4, True).value(0.5), Axis("a", levels=("x", "y")).value(1.0)
        (12.5, 2, 'y')
        """
        if self.levels:
            return self.levels[min(int(share * len(self.levels)), len(self.levels) - 1)]
        if self.prior is not None:
            return self.prior.quantile(PRIOR_SHARE[0] + share * (PRIOR_SHARE[1] - PRIOR_SHARE[0]))
        made = self.low + share * (self.high - self.low)
        return round(made) if self.whole else made

    def steps(self, count: int) -> list[Any]:
        """Return all levels, or a number of them from end to end.

        >>> Axis("a", 10.0, 20.0).steps(3)
        [10.0, 15.0, 20.0]
        """
        if self.levels:
            return list(self.levels)
        return list(dict.fromkeys(self.value(step / (count - 1)) for step in range(count)))


def axes(factors: Mapping[str, Any], country: str) -> list[Axis]:
    """Return the axes of factors; a factor that makes no sense is an ``InputError``."""
    known = {prior.name: prior for prior in priors(country)}
    made = []
    for name, given in factors.items():
        prior = None
        if name.startswith(BEHAVIOUR):
            parameter = name.removeprefix(BEHAVIOUR)
            if parameter not in known:
                raise InputError(f"factor '{name}' is no parameter of behaviour; {nearest(parameter, known)}")
            prior = known[parameter]
        elif name.split(".")[0] not in LEVERS:
            raise InputError(f"factor '{name}' must begin with one of {', '.join(LEVERS)} or behaviour")
        made.append(_axis(name, given, prior))
        if prior is not None:
            _check_support(made[-1], prior)
    return made


def _check_support(axis: Axis, prior: Prior) -> None:
    """Refuse a factor of behaviour that reaches values which its parameter cannot have."""
    ends = () if axis.prior is not None else (axis.low, axis.high)
    for value in axis.levels or ends:
        if wrong := prior.wrong(value):
            raise InputError(f"factor '{axis.name}' {wrong}")


def _axis(name: str, given: Any, prior: Any) -> Axis:
    if given == "prior":
        if prior is None or prior.family == "fixed":
            raise InputError(f"factor '{name}' has no prior; it must be [low, high] or a list of levels")
        return Axis(name, prior=prior)
    if len(given) < 2:
        raise InputError(f"factor '{name}' has {len(given)} value; it must be [low, high] or a list of levels")
    numbers = [value for value in given if isinstance(value, int | float) and not isinstance(value, bool)]
    if len(given) == 2 and len(numbers) == 2:
        if not given[0] < given[1]:
            raise InputError(f"factor '{name}' is from {given[0]} to {given[1]}; the first must be less")
        whole = all(isinstance(value, int) for value in given) and prior is None
        return Axis(name, given[0], given[1], whole)
    return Axis(name, levels=tuple(given))


def points(explore: Explore, country: str, seed: int) -> list[dict[str, Any]]:
    """Return the points of a study that explores: factor -> value."""
    found = axes(explore.factors, country)
    if explore.method == "grid":
        steps = [axis.steps(explore.levels) for axis in found]
        count = int(np.prod([len(each) for each in steps], dtype=np.float64))
        if count > LARGEST:
            raise InputError(f"the grid has {count:,} points; it must have at most {LARGEST:,}: take fewer levels")
        return [dict(zip([axis.name for axis in found], values, strict=True)) for values in itertools.product(*steps)]
    shares = _shares(explore, len(found), seed)
    if len(shares) > LARGEST:
        raise InputError(
            f"{explore.method} asks for {len(shares):,} points; it must be at most {LARGEST:,}: take fewer"
        )
    return [{axis.name: axis.value(float(row[j])) for j, axis in enumerate(found)} for row in shares]


def _shares(explore: Explore, dimensions: int, seed: int) -> Floats:
    """Return points of the unit cube, shape (points, dimensions)."""
    from scipy.stats import qmc

    rng = np.random.default_rng(seed)
    if explore.method == "lhs":
        return np.asarray(qmc.LatinHypercube(dimensions, rng=rng).random(explore.points))
    if explore.method == "sobol":
        power = max(0, (explore.points - 1).bit_length())
        if explore.points != 2**power:
            raise InputError(f"points is {explore.points}; for sobol it must be a power of two, such as {2**power}")
        return np.asarray(qmc.Sobol(dimensions, rng=rng).random_base2(power))

    return sampled(explore.method, explore.points, dimensions, explore.levels, seed)


def table(made: Sequence[Mapping[str, Any]]) -> pandas.DataFrame:
    """Return points as a table with one row for each."""
    import pandas

    return pandas.DataFrame(list(made), index=pandas.RangeIndex(len(made), name="draw"))


def split(values: Mapping[str, Any]) -> tuple[dict[str, float], dict[str, Any]]:
    """Return the parameters of behaviour and the levers among the values of a point.

    >>> split({"starting.rate": 0.1, "behaviour.earning.drift": 0.2, "economy.inflation": 0.08})
    ({'starting.rate': 0.1, 'earning.drift': 0.2}, {'economy.inflation': 0.08})
    """
    levers = {name: value for name, value in values.items() if name.split(".")[0] in LEVERS}
    rest = {name.removeprefix(BEHAVIOUR): value for name, value in values.items() if name not in levers}
    return rest, levers


def applied(scenario: Mapping[str, Any], levers: Mapping[str, Any]) -> dict[str, Any]:
    """Return a scenario's plain values with levers set at their addresses.

    >>> applied({"designs": {"levy": {"quota": "AT"}}}, {"designs.levy.quota.levy": 0.3})
    {'designs': {'levy': {'quota': {'design': 'AT', 'levy': 0.3}}}}
    """
    made = dict(scenario)
    for address, value in levers.items():
        *path, last = address.split(".")
        table = made
        for key in path:
            inner = table.get(key) or {}
            table[key] = dict(inner) if isinstance(inner, Mapping) else {"design": inner}
            table = table[key]
        table[last] = value
    return made


def checked_factors(explore: Explore, scenario: Scenario, owner: str) -> None:
    """Refuse factors that the scenario cannot take at any of the ends of their ranges."""
    plain = scenario.as_dict()
    try:
        found = axes(explore.factors, scenario.country)
    except InputError as error:
        raise InputError(f"{owner}: explore: {error}") from None
    for axis in found:
        if axis.name.startswith(BEHAVIOUR):
            continue
        head, _, rest = axis.name.partition(".")
        if head == "designs" and rest.split(".")[0] not in scenario.designs:
            hint = nearest(rest.split(".")[0], scenario.designs)
            raise InputError(f"{owner}: explore.factors '{axis.name}' names no design of the scenario; {hint}")
        for value in axis.steps(2):
            Scenario.of(applied(plain, {axis.name: value}), f"{owner}: explore.factors '{axis.name}'")
