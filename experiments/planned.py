"""Planned: everything that decides a study's numbers, and the list of runs that it asks for.

A unit is one parameter set with one seed: all arms on the same simulated people, with the same behaviour and luck,
except where an arm says otherwise.
"""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from experiments.precision import Stopping
from experiments.store import Unit, digest, read_manifest, write_atomically
from experiments.worlds import ARMS, Simulator, simulate
from sim.engine.draws import key
from sim.errors import ResultError

if TYPE_CHECKING:
    import pandas

PROTOCOL = "study.toml"


def seed_of(root: int, draw: int, replication: int) -> int:
    """Return the seed of a unit: a hash of its address, so that it depends on nothing else.

    >>> seed_of(1, 0, 0) == seed_of(1, 0, 0), seed_of(1, 0, 0) == seed_of(1, 0, 1), seed_of(1, 0, 0) < 2**53
    (True, False, True)
    """
    return int(key(root, 0, draw, replication)) >> 11


@dataclass(frozen=True)
class Planned:
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

    @property
    def rule(self) -> Stopping:
        """When to stop."""
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
