"""Inverse design: the cheapest design that reaches a target with a given probability within an envelope.

A target "at least 5,000 with 90 % probability" is a condition on the tenth percentile over draws, which moves smoothly
with the parameters although each draw is a simulation. Every design is tried on the same draws. Between trials a
surface through what is known (radial basis functions) stands in for the model, and differential evolution looks on it
for the next design to try; the answer is always a design that was simulated, and it is tried again on fresh draws of
its own.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from experiments.language import Language, language
from experiments.middles import COUNTRY
from experiments.trials import Evaluate, Figures
from sim.errors import InputError, nearest
from sim.policies.policy import declared
from sim.scenario import Policies, present_law

Floats = npt.NDArray[np.float64]
Fresh = Callable[[int], Evaluate]
STEPS = 200  # values of a free parameter that are told apart
FEW, WHOLE = 1e-9, 1e-9
MANY = 100_000  # numbers of fresh draws


@dataclass(frozen=True)
class Free:
    """A free parameter: its place in a design, and a range or the choices it may take."""

    policy: str
    name: str
    low: float
    high: float
    whole: bool = False
    choices: tuple[Any, ...] = ()
    least: float | None = None  # that the parameter may take at all
    most: float | None = None

    @property
    def address(self) -> str:
        """Policy and name."""
        return f"{self.policy}.{self.name}"

    def value(self, share: float) -> Any:
        """Return the value at a share of the range, on a grid of readable numbers.

        >>> Free("services", "coaches", 0, 300, True).value(0.5), Free("quota", "levy", 0, 1).value(0.3333)
        (150, 0.335)
        """
        if self.choices:
            return self.choices[min(int(share * len(self.choices)), len(self.choices) - 1)]
        value = self.low + (self.high - self.low) * round(share * STEPS) / STEPS
        return round(value) if self.whole else float(f"{value:.6g}")


class Goal(NamedTuple):
    """What is wanted."""

    outcome: str
    at_least: float
    probability: float
    cost: str
    within: float


class Trial(NamedTuple):
    """One design that was simulated."""

    point: tuple[float, ...]
    figures: Figures

    def reached(self, goal: Goal) -> float:
        """Return what the design brings at least with the goal's probability."""
        ordered = np.sort(self.figures.outcome)
        return float(ordered[math.floor((1.0 - goal.probability) * len(ordered) + WHOLE)])

    @property
    def cost(self) -> float:
        """Mean cost over draws."""
        return float(self.figures.cost.mean())

    def chance(self, goal: Goal) -> float:
        """Return the share of draws that reach the target."""
        return float(np.mean(self.figures.outcome >= goal.at_least))

    def shortfall(self, goal: Goal, scale: float) -> float:
        """Return how far the design is from what is wanted, in targets and envelopes; 0 if it is there."""
        missing = max(0.0, goal.at_least - self.reached(goal)) / scale
        return missing + max(0.0, self.cost - goal.within) / max(abs(goal.within), 1.0)


class Answer(NamedTuple):
    """What the search found: the best design that held on fresh draws, or the nearest one."""

    feasible: bool
    trial: Trial  # on the draws of the search
    fresh: Trial  # on fresh draws
    trials: tuple[Trial, ...]
    rejected: int  # designs that were good enough in the search and not on fresh draws


class Listener(NamedTuple):
    """Who hears how the search goes on: ``tell`` of each better design in a language, ``advance`` of each trial."""

    tell: Callable[[str], None] = lambda text: None
    advance: Callable[[int], None] = lambda number: None
    say: Language | None = None


def parsed(text: str) -> Free:
    """Return a free parameter from ``policy.name=low..high`` or ``policy.name=first,second``.

    >>> parsed("quota.levy=0..1").high, parsed("quota.assignment=list,universal").choices
    (1.0, ('list', 'universal'))
    """
    address, _, span = text.partition("=")
    policy, _, name = address.strip().partition(".")
    declared = _parameters(policy, address)
    if name not in declared:
        raise InputError(f"free parameter is '{address}'; {nearest(name, declared)}")
    kind = declared[name]
    low, dots, high = span.partition("..")
    if not dots:
        choices = tuple(_plain(part.strip()) for part in span.split(",") if part.strip())
        if len(choices) < 2:
            raise InputError(f"'{text}' must give a range such as {address}=0..1 or at least two choices after =")
        return Free(policy, name, 0.0, 1.0, choices=choices)
    try:
        first, last = float(low), float(high)
    except ValueError:
        raise InputError(f"'{text}' must give two numbers such as {address}=0..1") from None
    if kind.low is None or kind.high is None:
        raise InputError(f"{address} has no range of numbers; give its choices after =, separated by commas")
    if not kind.low <= first < last <= kind.high:
        raise InputError(f"'{text}': the range must rise and lie within {kind.low:g} to {kind.high:g} ({kind.unit})")
    return Free(policy, name, first, last, whole=_whole(policy, name), least=kind.low, most=kind.high)


def _parameters(policy: str, address: str) -> dict[str, Any]:
    present = present_law(COUNTRY)
    names = [name for name in Policies.__dataclass_fields__ if name not in ("economy", "financing")]
    if policy not in names:
        raise InputError(f"free parameter is '{address}'; it must be POLICY.NAME, {nearest(policy, names)}")
    return {parameter.name: parameter for parameter in declared(type(getattr(present, policy)))}


def _whole(policy: str, name: str) -> bool:
    field = type(getattr(present_law(COUNTRY), policy)).model_fields[name]
    return "int" in str(field.annotation)


def _plain(text: str) -> Any:
    if text in ("true", "false"):
        return text == "true"
    try:
        return float(text)
    except ValueError:
        return text


def design_at(base: Mapping[str, Any], free: Sequence[Free], point: Sequence[float]) -> dict[str, Any]:
    """Return the changes of a design at a point of the unit cube."""
    out = {key: dict(value) if isinstance(value, Mapping) else value for key, value in base.items()}
    for parameter, share in zip(free, point, strict=True):
        policy = out.setdefault(parameter.policy, {})
        if isinstance(policy, str):
            policy = out[parameter.policy] = {"design": policy}
        policy[parameter.name] = parameter.value(float(share))
    return out


def search(
    goal: Goal, base: Mapping[str, Any], free: Sequence[Free], evaluate: Evaluate, fresh: Fresh, *,
    evaluations: int = 40, seed: int = 1, listener: Listener | None = None,
) -> Answer:  # fmt: skip
    """Return the cheapest design found that reaches the goal, or the nearest; the same for a seed.

    ``evaluate`` gives a design's figures on the draws of the search; ``fresh`` gives for the number of a design the way
    to evaluate it on draws of its own, so that no candidate is chosen by the draws that judge it. At most
    ``evaluations`` designs are tried in the search. The listener hears of each trial and each better design.
    """
    heard = listener or Listener()
    say = heard.say or language("en")
    trials: list[Trial] = []
    scale = max(abs(goal.at_least), 1.0)

    def attempt(point: Floats) -> None:
        key = _grid(point, free)
        if all(trial.point != key for trial in trials):
            trials.append(Trial(key, evaluate(design_at(base, free, key))))
        heard.advance(1)

    for point in _first(len(free), evaluations, seed):
        attempt(point)
    rng = np.random.default_rng(seed)
    last = ""
    while len(trials) < evaluations:
        point = _propose(trials, goal, len(free), scale, int(rng.integers(2**31)))
        before = len(trials)
        attempt(point)
        if len(trials) == before:  # known already: look where little is known
            point = _farthest(trials, len(free), rng)
            attempt(point)
            if len(trials) == before:
                break
        best = _best(trials, goal, scale)
        told = _told(best, goal, say)
        if told != last:
            heard.tell(told)
            last = told
    return _settled(trials, goal, base, free, fresh, scale)


def _settled(
    trials: Sequence[Trial], goal: Goal, base: Mapping[str, Any], free: Sequence[Free], fresh: Fresh, scale: float
) -> Answer:
    """Try good designs that no other beats on fresh draws, from the cheapest outward; the first that holds wins.

    The fresh draws of a design are its own, whatever is asked for. So a design that holds for much holds for less, and
    it is among those that are tried for less.
    """
    good = [trial for trial in frontier(trials, goal) if trial.shortfall(goal, scale) <= FEW]
    tried: list[tuple[Trial, Trial]] = []
    for trial in good:
        again = Trial(trial.point, fresh(own_draws(trial))(design_at(base, free, trial.point)))
        tried.append((trial, again))
        if again.chance(goal) >= goal.probability and again.cost <= goal.within:
            return Answer(True, trial, again, tuple(trials), len(tried) - 1)
    if good:
        nearest_one = max(tried, key=lambda pair: (pair[1].chance(goal), -pair[1].cost))
        return Answer(False, *nearest_one, tuple(trials), len(tried))
    best = _best(trials, goal, scale)
    again = Trial(best.point, fresh(own_draws(best))(design_at(base, free, best.point)))
    return Answer(False, best, again, tuple(trials), 0)


def own_draws(trial: Trial) -> int:
    """Return the number by which the fresh draws of a design are named."""
    return zlib.crc32(repr(trial.point).encode()) % MANY


def _best(trials: Sequence[Trial], goal: Goal, scale: float) -> Trial:
    """Return the cheapest design that is good enough, else the one that is nearest to being so."""
    return min(trials, key=lambda t: (t.shortfall(goal, scale), t.cost, t.point))


def _told(trial: Trial, goal: Goal, say: Language) -> str:
    said = {"reached": say.number(trial.reached(goal)), "chance": say.percent(goal.probability),
            "cost": say.number(trial.cost)}  # fmt: skip
    if trial.reached(goal) >= goal.at_least and trial.cost <= goal.within:
        return say.text("Best so far: at least {reached} with {chance} probability for {cost} som.", **said)
    return say.text(
        "Nearest so far: at least {reached} with {chance} probability for {cost} som; not enough yet.", **said
    )


def _first(dimensions: int, evaluations: int, seed: int) -> Floats:
    """Return the first points: the corners where all is least and all is most, then a scrambled Sobol sequence."""
    from scipy.stats import qmc

    count = max(2, min(evaluations // 2, 2 * dimensions + 6))
    sobol = qmc.Sobol(dimensions, scramble=True, rng=np.random.default_rng(seed))
    points = sobol.random_base2(max(1, int(np.ceil(np.log2(count)))))[: count - 2]
    return np.vstack([np.zeros(dimensions), np.ones(dimensions), points])


def _propose(trials: Sequence[Trial], goal: Goal, dimensions: int, scale: float, seed: int) -> Floats:
    """Return the point that looks best on surfaces through what is known."""
    from scipy.interpolate import RBFInterpolator
    from scipy.optimize import differential_evolution

    points = np.array([trial.point for trial in trials])
    reached = np.array([trial.reached(goal) for trial in trials]) / scale
    costs = np.array([trial.cost for trial in trials])
    unit = max(float(np.ptp(costs)), abs(goal.within), 1.0)
    wanted = goal.at_least / scale
    noise = 1e-3
    outcome = RBFInterpolator(points, reached, kernel="linear", smoothing=noise)
    cost = RBFInterpolator(points, costs / unit, kernel="linear", smoothing=noise)
    limit = goal.within / unit

    def loss(columns: Floats) -> Floats:
        at = np.atleast_2d(columns.T)
        got, spent = outcome(at), cost(at)
        missing = np.maximum(0.0, wanted * (1.0 + 0.01 * np.sign(wanted)) - got)
        return spent + 10.0 * missing + 10.0 * np.maximum(0.0, spent - limit)

    found = differential_evolution(
        loss, [(0.0, 1.0)] * dimensions, maxiter=40, popsize=8, tol=1e-6, polish=False, vectorized=True,
        updating="deferred", rng=np.random.default_rng(seed),
    )  # fmt: skip
    return np.asarray(found.x)


def _farthest(trials: Sequence[Trial], dimensions: int, rng: np.random.Generator) -> Floats:
    """Return one of many random points that is farthest from all that were tried."""
    known = np.array([trial.point for trial in trials])
    points = rng.random((256, dimensions))
    apart = np.linalg.norm(points[:, None, :] - known[None, :, :], axis=2).min(axis=1)
    return np.asarray(points[int(apart.argmax())])


def _grid(point: Sequence[float] | Floats, free: Sequence[Free]) -> tuple[float, ...]:
    """Return a point on the grid of values that are told apart."""
    out = []
    for share, parameter in zip(point, free, strict=True):
        if parameter.choices:
            count = len(parameter.choices)
            out.append((min(int(share * count), count - 1) + 0.5) / count)
        else:
            out.append(round(float(share) * STEPS) / STEPS)
    return tuple(out)


def frontier(trials: Sequence[Trial], goal: Goal) -> list[Trial]:
    """Return the designs that no other beats in both cost and what is reached, cheapest first."""
    out: list[Trial] = []
    for trial in sorted(trials, key=lambda t: (t.cost, -t.reached(goal))):
        if not out or trial.reached(goal) > out[-1].reached(goal):
            out.append(trial)
    return out


def at_bounds(trial: Trial, free: Sequence[Free]) -> list[Free]:
    """Return the free parameters that stand at an end of their range beyond which there is more."""
    return [
        parameter
        for parameter, share in zip(free, trial.point, strict=True)
        if not parameter.choices
        and ((share == 0.0 and parameter.low != parameter.least) or (share == 1.0 and parameter.high != parameter.most))
    ]
