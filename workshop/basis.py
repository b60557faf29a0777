"""Basis: what stands behind every figure of the page: country, months, parameter sets, seeds; and its fingerprint."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from calibration import headlines
from calibration.sets import CALIBRATED
from experiments.store import digest, write_json
from experiments.study import prepare, seed_of
from sim.population.sampling import LABOUR_SCALE
from workshop.country import COUNTRY, HORIZON, START
from workshop.designs import Design, scenario
from workshop.outcomes import BASIS, BEHIND, BY_GROUP, DIMENSIONS, HEADLINES, MONTHLY, POSTERIOR, PRIOR, UNSOUND

DRAWS, SCALE = 48, 1000


@dataclass(frozen=True)
class Basis:
    """The scenario that all designs share, with the parameter sets and seeds of its draws."""

    scenario: Mapping[str, Any]
    sets: Sequence[Mapping[str, float]]
    seeds: Sequence[int]
    kind: str
    model: str  # hexadecimal digits: code of the model, simulated country, parameters
    world: str  # the same with scale and months: names the memory on disk

    @property
    def labour_scale(self) -> int:
        """How many a person on the register and an employer stand for; what is usual is not written down."""
        return int(self.scenario.get("labour_scale", LABOUR_SCALE))

    def as_dict(self) -> dict[str, Any]:
        """Return what is sent to the page."""
        return {
            "of": len(self.sets), "scale": self.scenario["scale"], "finer": self.labour_scale,
            "start": START, "horizon": HORIZON,
            "model": self.model, "basis": {"kind": self.kind, "text": BASIS[self.kind]},
            "judgement": dict(zip(("text", "figures"), headlines.said(COUNTRY), strict=True)),
        }  # fmt: skip


def basis(
    scale: int = SCALE, draws: int = DRAWS, folder: Path | None = None, labour_scale: int = LABOUR_SCALE
) -> Basis:
    """Return the basis; draws and seeds are those of ``kelishim compare`` for the same scenario file.

    It is kept in ``folder`` for as long as no file changes that it is made of, so that the server starts fast.
    """
    kept = folder / f"basis-{_files(scale, draws, labour_scale)}.json" if folder is not None else None
    if kept is not None:
        with suppress(OSError, ValueError, TypeError):
            return Basis(**json.loads(kept.read_text(encoding="utf-8")))
    found = _made(scale, draws, labour_scale)
    if kept is not None:
        with suppress(OSError):
            kept.parent.mkdir(parents=True, exist_ok=True)
            for old in kept.parent.glob("basis-*.json"):
                old.unlink(missing_ok=True)
            write_json(kept, asdict(found))
    return found


def _made(scale: int, draws: int, labour_scale: int) -> Basis:
    shared = scenario([Design()], scale=scale, draws=draws, labour_scale=labour_scale)
    study = prepare(shared)
    identity = {key: value for key, value in study.identity.items() if key != "scenario"}
    seeds = [seed_of(shared.seed, k, 0) for k in range(draws)]
    measured = [HEADLINES, MONTHLY, BY_GROUP, list(DIMENSIONS), BEHIND]
    world = digest([identity, scale, START, HORIZON, COUNTRY, shared.seed, measured])
    fitted = not identity["priors"].endswith(" prior")
    kind = POSTERIOR if study.status == CALIBRATED else UNSOUND if fitted else PRIOR
    sets = [dict(values) for values in study.parameter_sets]
    return Basis(shared.as_dict(), sets, seeds, kind, digest(identity)[:8], world)


def _files(scale: int, draws: int, labour_scale: int) -> str:
    """Return a digest of all files that the basis is made of: model, country, calibration, and what asks for it."""
    root = Path(__file__).parents[1]
    found = hashlib.sha256(f"{scale} {draws} {labour_scale}".encode())
    for package in ("sim", "calibration", "workshop", "experiments"):
        for path in sorted((root / package).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts and "static" not in path.parts:
                found.update(path.relative_to(root).as_posix().encode())
                found.update(path.read_bytes())
    return found.hexdigest()[:16]
