"""Study: a plan with everything that decides its numbers, ready to run.

found = Study.read("grants.toml").run("results/grants")     # the same as: kelishim compare grants.toml
found.differences                                           # a pandas table
"""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from calibration.sets import CALIBRATED, PRIOR_SCENARIO, ParameterSets, parameter_sets
from experiments import factors, finishing, runner
from experiments.compiling import SMALLEST_COUNTRY as SMALLEST_COUNTRY
from experiments.compiling import compile_model as compile_model
from experiments.compiling import compiled as compiled
from experiments.coverage import ABROAD
from experiments.factors import split
from experiments.planned import Planned
from experiments.planned import seed_of as seed_of
from experiments.protocol import Plan
from experiments.store import digest
from experiments.summary import Summary
from experiments.worlds import ARMS, identity_here
from sim.countries import name_of
from sim.policies.design import is_there
from sim.scenario import Scenario

# Choices of a scenario that add runs or name things, but never change the number that a run gives.
NOT_IDENTITY = {"draws", "replications", "question"}
EXPLORED = (
    "Intervals hold the middle 90 % of the points that the study looks at; the points are chosen to see what matters, "
    "so this is no probability."
)


@dataclass(frozen=True)
class Study(Planned):
    """A study of the command line, a file or plain values."""

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Study:
        """Return the study of the keys and values of a study file."""
        return prepare(Plan.of(values))

    @classmethod
    def read(cls, path: str | Path) -> Study:
        """Return the study of a TOML file."""
        return prepare(Plan.read(path))

    def run(self, folder: str | Path, **options: Any) -> Summary:
        """Run what is missing, write all files of the result into a folder and return its tables.

        Options are those of :func:`experiments.runner.run`, such as ``workers=4`` or ``backend="dask"``.
        """
        runner.run(self, Path(folder), **options)
        return finishing.finish(Path(folder))


def prepare(what: Scenario | Plan) -> Study:
    """Return the study of a plan, or of a scenario alone; finds or builds the population and draws parameter sets."""
    plan = what if isinstance(what, Plan) else Plan(what)
    scenario, protocol = plan.scenario, plan.protocol
    arms = {name: {"label": plan.label(name)} for name in plan.arms}
    if protocol.arms:
        for name, differs in plan.variants().items():
            arms[name] |= {"design": plan.design(name), **differs}
    plain = scenario.as_dict()
    described = {key: value for key, value in plain.items() if key not in NOT_IDENTITY}
    described |= {"country": name_of(scenario.country)}  # where its folder is does not change a number
    if protocol.arms:
        described |= {ARMS: {name: {k: v for k, v in arm.items() if k != "label"} for name, arm in arms.items()}}
    if own := own_laws([plain, arms]):
        described |= {"laws": own}
    stopping, explore = protocol.stopping(scenario.draws), protocol.explore
    if explore is not None:
        made = factors.points(explore, scenario.country, scenario.seed)
        stopping = dataclasses.replace(stopping, most=len(made))
        described |= {"explore": protocol.plain()["explore"]}
    same = scenario.prior == "medians" or (explore is not None and explore.others == "medians")
    if same and explore is None and not stopping.precise:
        stopping = dataclasses.replace(stopping, most=1)
    found = parameter_sets("medians" if same else scenario.prior, stopping.most, scenario.seed, scenario.country)
    found = _honest(found, plan)
    sets: list[Mapping[str, Any]] = []
    for _ in range(stopping.most if same else 1):
        sets += found.values
    if explore is not None:
        sets = [{**dict(values), **_named(point)} for values, point in zip(sets, made, strict=True)]
    study = Study(
        scenario.name, plain, sets, scenario.replications, scenario.seed, {},
        coverage=found.coverage if explore is None else EXPLORED, status=found.status, arms=arms,
        outcomes=protocol.outcomes,
        stopping=stopping, failures_allowed=protocol.failures_allowed,
        shared_luck=explore is not None and explore.others == "medians",
        protocol=protocol.plain() | {"outcomes": list(protocol.outcomes)}, text=plan.to_toml(),
    )  # fmt: skip
    identity = {
        "scenario": digest(described),
        **identity_here(json.dumps(study.plain)),
        "priors": found.fingerprint,
    }
    return dataclasses.replace(study, identity=identity)


def _honest(found: ParameterSets, plan: Plan) -> ParameterSets:
    """Return parameter sets with what has to be said where arms live in another country than they were made for."""
    if not plan.abroad():
        return found
    status = PRIOR_SCENARIO if found.status == CALIBRATED else found.status
    return found._replace(coverage=f"{found.coverage} {ABROAD}", status=status)


def own_laws(plain: Any) -> dict[str, str]:
    """Return a digest of each file of a law that a study names: with another law in the file it is another study."""
    text = json.dumps(plain)
    names = sorted(set(re.findall(r'"([^"]+\.toml)"', text)))
    return {name: digest(Path(name).read_text(encoding="utf-8")) for name in names if is_there(name)}


def _named(point: Mapping[str, Any]) -> dict[str, Any]:
    """Return a point with parameters of behaviour under their own names."""
    parameters, levers = split(point)
    return parameters | levers
