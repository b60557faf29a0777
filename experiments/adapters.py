"""Adapters: a study as a model of the EMA Workbench, and as a function for SALib's samplers.

    model = ema_model(plan, "net_jobs")          # EMA Workbench: levers and uncertainties of [study.explore.factors]
    experiments, outcomes = perform_experiments(model, scenarios=64, policies=4)

    problem = salib_problem(plan)                # SALib: draw X with any of its samplers
    Y = evaluated(plan, X, "net_jobs")

Both compute the paired difference of the last arm to the first, with all other parameters at the middle of their
priors and the luck of the scenario's seed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from experiments import analysis, factors
from experiments.factors import BEHAVIOUR, PRIOR_SHARE, Axis
from experiments.planned import seed_of
from experiments.protocol import Plan
from experiments.store import OK
from experiments.study import prepare
from experiments.worlds import Simulator, simulate
from sim.behaviour import medians
from sim.errors import CountryError, InputError

Floats = npt.NDArray[np.float64]


def salib_problem(plan: Plan) -> dict[str, Any]:
    """Return SALib's description of the factors of a study; those with a prior range over its middle 99 %."""
    found = _axes(plan)
    return {"num_vars": len(found), "names": [axis.name for axis in found], "bounds": [list(_bounds(a)) for a in found]}


def evaluated(plan: Plan, points: Floats, outcome: str, *, simulator: Simulator = simulate) -> Floats:
    """Return the paired difference at each row of SALib's points; NaN where the model failed."""
    run, found = differences(plan, [outcome], simulator=simulator), _axes(plan)
    values = []
    for row in np.atleast_2d(points):
        point = {axis.name: _value(axis, float(x)) for axis, x in zip(found, row, strict=True)}
        values.append(run(point)[outcome])
    return np.array(values)


def ema_model(plan: Plan, *outcomes: str, name: str = "kelishim", simulator: Simulator = simulate) -> Any:
    """Return a model of the EMA Workbench: levers are what policy sets, uncertainties all other factors."""
    import warnings

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it names packages that are not needed here
            import ema_workbench as ema
    except ImportError:
        raise InputError("this needs the package ema-workbench: pip install 'kelishim[explore]'") from None
    found = {_plain(axis.name): axis for axis in _axes(plan)}
    run = differences(plan, outcomes or plan.protocol.outcomes, simulator=simulator)

    def function(**given: Any) -> dict[str, float]:
        return run({axis.name: given[key] for key, axis in found.items()})

    def made(key: str, axis: Axis) -> Any:
        if axis.levels:
            return ema.CategoricalParameter(key, list(axis.levels))
        kind: Any = ema.IntegerParameter if axis.whole else ema.RealParameter
        return kind(key, *_bounds(axis))

    model: Any = ema.Model(name, function=function)
    policy = {key: axis for key, axis in found.items() if axis.name.split(".")[0] in ("designs", "common")}
    model.levers = [made(key, axis) for key, axis in policy.items()]
    model.uncertainties = [made(key, axis) for key, axis in found.items() if key not in policy]
    model.outcomes = [ema.ScalarOutcome(outcome) for outcome in outcomes or plan.protocol.outcomes]
    return model


def differences(
    plan: Plan, outcomes: Sequence[str], *, simulator: Simulator = simulate
) -> Callable[[dict[str, Any]], dict[str, float]]:
    """Return a function from a point to the paired differences of the last arm to the first; NaN where it fails."""
    import pandas

    planned = prepare(Plan(plan.scenario, plan.protocol.model_copy(update={"explore": None, "stop": None})))
    arms = [planned.arm_names[0], planned.arm_names[-1]]
    middle = medians(plan.scenario.country)
    seed = seed_of(planned.root_seed, 0, 0)

    def run(point: dict[str, Any]) -> dict[str, float]:
        changed = {name.removeprefix(BEHAVIOUR): value for name, value in point.items()}
        try:
            rows = simulator(planned.plain, {**middle, **changed}, seed)
        except (InputError, CountryError):
            raise  # the point makes no sense: the user has to mend it
        except Exception:
            return dict.fromkeys(outcomes, float("nan"))
        frame = pandas.DataFrame(rows).assign(draw=0, replication=0, status=OK)
        whole = frame[(frame["group"] == analysis.ALL) & (frame["month"] == analysis.WHOLE)]
        return {name: float(np.diff(analysis.of_draws(whole, name, arms)[0])[0]) for name in outcomes}

    return run


def _axes(plan: Plan) -> list[Axis]:
    explore = plan.protocol.explore
    if explore is None:
        raise InputError("the study has no factors; it must have a table study.explore.factors")
    return factors.axes(explore.factors, plan.scenario.country)


def _bounds(axis: Axis) -> tuple[float, float]:
    """Return the range of a factor: its ends, the middle 99 % of a prior, or places in its list of levels."""
    if axis.levels:
        return 0.0, float(len(axis.levels))
    if axis.prior is not None:
        return axis.prior.quantile(PRIOR_SHARE[0]), axis.prior.quantile(PRIOR_SHARE[1])
    return axis.low, axis.high


def _value(axis: Axis, x: float) -> Any:
    if axis.levels:
        return axis.levels[min(int(x), len(axis.levels) - 1)]
    return round(x) if axis.whole else x


def _plain(name: str) -> str:
    """Return a name that the EMA Workbench can pass as an argument.

    >>> _plain("designs.levy.quota.levy")
    'designs__levy__quota__levy'
    """
    return name.replace(".", "__")
