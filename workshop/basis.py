"""Basis: what stands behind every figure of the page: country, months, parameter sets, seeds; and its fingerprint."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from workshop.country import COUNTRY, HORIZON, START
from workshop.outcomes import BASIS, POSTERIOR, PRIOR, UNSOUND

DRAWS, SCALE = 48, 1000


@dataclass(frozen=True)
class Basis:
    """The scenario that all designs share, with the parameter sets and seeds of its draws."""

    scenario: Mapping[str, Any]
    sets: tuple[Mapping[str, float], ...]
    seeds: tuple[int, ...]
    kind: str
    model: str  # hexadecimal digits: code of the model, simulated country, parameters
    world: str  # the same with scale and months: names the memory on disk

    def as_dict(self) -> dict[str, Any]:
        """Return what is sent to the page."""
        return {
            "of": len(self.sets), "scale": self.scenario["scale"], "start": START, "horizon": HORIZON,
            "model": self.model, "basis": {"kind": self.kind, "text": BASIS[self.kind]},
        }  # fmt: skip


def basis(scale: int = SCALE, draws: int = DRAWS) -> Basis:
    """Return the basis; draws and seeds are those of ``kelishim compare`` for the same scenario file."""
    from calibration.sets import CALIBRATED
    from experiments.store import digest
    from experiments.study import prepare, seed_of
    from workshop.designs import Design, scenario

    shared = scenario([Design()], scale=scale, draws=draws)
    study = prepare(shared)
    identity = {key: value for key, value in study.identity.items() if key != "scenario"}
    seeds = tuple(seed_of(shared.seed, k, 0) for k in range(draws))
    world = digest([identity, scale, START, HORIZON, COUNTRY, shared.seed, _version()])
    fitted = not identity["priors"].endswith(" prior")
    kind = POSTERIOR if study.status == CALIBRATED else UNSOUND if fitted else PRIOR
    return Basis(shared.as_dict(), tuple(study.parameter_sets), seeds, kind, digest(identity)[:8], world)


def _version() -> int:
    """Return a number that rises when what the page measures changes."""
    return 1
