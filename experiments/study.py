"""Study: a plan with everything that decides its numbers, and the list of runs it asks for.

    found = Study.read("grants.toml").run("results/grants")     # the same as: kelishim compare grants.toml
    found.differences                                           # a pandas table

A unit is one parameter set with one seed: all arms on the same simulated people, with the same behaviour and luck,
except where an arm says otherwise.
"""

from __future__ import annotations

import dataclasses
import datetime
import hashlib
import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from experiments.store import Unit, digest, read_manifest, write_atomically
from experiments.worlds import ARMS, Simulator, identity_here, populated, simulate
from sim.errors import ResultError

if TYPE_CHECKING:
    import pandas

    from experiments.precision import Stopping
    from experiments.protocol import Plan
    from experiments.summary import Summary
    from sim.scenario import Scenario

# Choices of a scenario that add runs or name things, but never change the number that a run gives.
NOT_IDENTITY = {"draws", "replications", "question"}
SMALLEST_COUNTRY = 1000  # households for one simulated
PROTOCOL = "study.toml"
EXPLORED = (
    "Intervals hold the middle 90 % of the points that the study looks at; the points are chosen to see what matters, "
    "so this is no probability."
)


def seed_of(root: int, draw: int, replication: int) -> int:
    """Return the seed of a unit: a hash of its address, so that it depends on nothing else.

    >>> seed_of(1, 0, 0) == seed_of(1, 0, 0), seed_of(1, 0, 0) == seed_of(1, 0, 1), seed_of(1, 0, 0) < 2**53
    (True, False, True)
    """
    from sim.engine.draws import key

    return int(key(root, 0, draw, replication)) >> 11


@dataclass(frozen=True)
class Study:
    """A scenario as plain values, its parameter sets, and the identity of everything that can change a number."""

    name: str
    scenario: Mapping[str, Any]
    parameter_sets: Sequence[Mapping[str, Any]]
    replications: int
    root_seed: int
    identity: Mapping[str, str]
    simulator: Simulator = simulate
    coverage: str = "Intervals hold the middle 90 % of the parameter sets given."
    status: str = "prior scenario"
    arms: Mapping[str, Any] = field(default_factory=dict)  # arm -> label, design and what differs
    outcomes: Sequence[str] = ()
    stopping: Stopping | None = None
    failures_allowed: float = 0.05
    shared_luck: bool = False  # whether all parameter sets have the same seeds
    protocol: Mapping[str, Any] = field(default_factory=dict)
    text: str = ""  # the study file in canonical form

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Study:
        """Return the study of the keys and values of a study file."""
        from experiments.protocol import Plan

        return prepare(Plan.of(values))

    @classmethod
    def read(cls, path: str | Path) -> Study:
        """Return the study of a TOML file."""
        from experiments.protocol import Plan

        return prepare(Plan.read(path))

    def run(self, folder: str | Path, **options: Any) -> Summary:
        """Run what is missing, write all files of the result into a folder and return its tables.

        Options are those of :func:`experiments.runner.run`, such as ``workers=4`` or ``backend="dask"``.
        """
        from experiments import runner, summary

        runner.run(self, Path(folder), **options)
        return summary.finish(Path(folder))

    @property
    def rule(self) -> Stopping:
        """When to stop."""
        from experiments.precision import Stopping

        return self.stopping or Stopping(len(self.parameter_sets))

    @property
    def plain(self) -> Mapping[str, Any]:
        """The scenario as the simulator takes it."""
        if not any(set(arm) - {"label"} for arm in self.arms.values()):
            return self.scenario
        arms = {name: {k: v for k, v in arm.items() if k != "label"} for name, arm in self.arms.items()}
        return {**self.scenario, ARMS: arms}

    @property
    def arm_names(self) -> list[str]:
        """Names of the arms; the first is the one that the others are compared with."""
        return list(self.arms or self.scenario["designs"])

    @property
    def units(self) -> list[Unit]:
        """The runs asked for: all draws of the first replication, then of the second."""
        return self.units_of(len(self.parameter_sets))

    def units_of(self, draws: int) -> list[Unit]:
        """Return the runs of the first so many draws."""
        return [Unit(draw, replication) for replication in range(self.replications) for draw in range(draws)]

    def seed(self, unit: Unit) -> int:
        """Return the seed that all arms of a unit share."""
        return seed_of(self.root_seed, 0 if self.shared_luck else unit.draw, unit.replication)

    @property
    def folder_name(self) -> str:
        """Scenario name and the first digits of the identity: studies that differ never meet in one folder."""
        return f"{self.name.replace(' ', '-')}-{digest(dict(self.identity))[:8]}"

    def draws_table(self, draws: int) -> pandas.DataFrame:
        """Return the parameter sets of the first so many draws."""
        import pandas

        frame = pandas.DataFrame(list(self.parameter_sets[:draws]))
        frame.insert(0, "draw", range(len(frame)))
        return frame

    def registration(self, folder: Path) -> dict[str, Any]:
        """Return when this study was first written down in a folder, its hash, and what was changed after that."""
        now = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
        mine = hashlib.sha256(self.text.encode()).hexdigest()
        try:
            known = dict(read_manifest(folder)["registered"])
        except (ResultError, KeyError, TypeError):
            return {"sha256": mine, "when": now, "changes": []}
        seen = [known["sha256"], *(change["sha256"] for change in known["changes"])]
        if seen[-1] != mine:
            finished = len(list(folder.glob("blocks/block=*.parquet")))
            known["changes"] = [*known["changes"], {"sha256": mine, "when": now, "blocks_finished_then": finished}]
        return known

    def write_protocol(self, folder: Path) -> None:
        """Write the study file into the folder before the first run; changes after that stand beside it."""
        numbers = [folder / PROTOCOL, *(folder / f"study-{number}.toml" for number in range(2, 1000))]
        for path in numbers:
            if path.exists() and path.read_text(encoding="utf-8") == self.text:
                return
            if not path.exists():
                write_atomically(path, lambda temporary: _write(temporary, self.text))
                return


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


def prepare(what: Scenario | Plan) -> Study:
    """Return the study of a plan, or of a scenario alone; finds or builds the population and draws parameter sets."""
    from calibration.sets import parameter_sets
    from experiments import factors
    from experiments.protocol import Plan

    plan = what if isinstance(what, Plan) else Plan(what)
    scenario, protocol = plan.scenario, plan.protocol
    arms = {name: {"label": plan.label(name)} for name in plan.arms}
    if protocol.arms:
        for name, differs in plan.variants().items():
            arms[name] |= {"design": plan.design(name), **differs}
    plain = scenario.as_dict()
    described = {key: value for key, value in plain.items() if key not in NOT_IDENTITY}
    if protocol.arms:
        described |= {ARMS: {name: {k: v for k, v in arm.items() if k != "label"} for name, arm in arms.items()}}
    stopping, explore = protocol.stopping(scenario.draws), protocol.explore
    if explore is not None:
        made = factors.points(explore, scenario.country, scenario.seed)
        stopping = dataclasses.replace(stopping, most=len(made))
        described |= {"explore": protocol.plain()["explore"]}
    same = scenario.prior == "medians" or (explore is not None and explore.others == "medians")
    if same and explore is None and not stopping.precise:
        stopping = dataclasses.replace(stopping, most=1)
    found = parameter_sets("medians" if same else scenario.prior, stopping.most, scenario.seed, scenario.country)
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


def _named(point: Mapping[str, Any]) -> dict[str, Any]:
    """Return a point with parameters of behaviour under their own names."""
    from experiments.factors import split

    parameters, levers = split(point)
    return parameters | levers


def compiled() -> Path:
    """Return the mark that this version of the code has been compiled on this computer."""
    from sim.engine.compiled import cache_folder, rules_hash

    return cache_folder() / f"ready-{rules_hash()}"


def mark_compiled() -> None:
    """Remember that this version of the code has been compiled; without the mark, it is only said once more."""
    with suppress(OSError):
        compiled().touch()


def compile_model(scenario: Scenario) -> None:
    """Compile everything that a scenario uses: both halves of the model at once, then one run of the whole."""
    import joblib

    from sim import behaviour
    from sim.warming import HALVES

    populated(scenario.country, SMALLEST_COUNTRY)
    joblib.Parallel(n_jobs=len(HALVES))(joblib.delayed(half)(scenario.country) for half in HALVES)
    smallest = scenario.revised(scale=SMALLEST_COUNTRY)
    simulate(smallest.as_dict(), behaviour.medians(scenario.country), scenario.seed)
    mark_compiled()
