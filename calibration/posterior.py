"""Posterior: what is believed about behaviour after the model met the figures of 2022 and 2023, kept as a small file.

``posteriors/COUNTRY.npz`` holds draws in latent space (standard normal under the prior) of the parameters that the
figures can inform; ``posteriors/COUNTRY.json`` says how they came about: data, code, seed, effort, diagnostics.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from calibration import priors, targets
from sim.behaviour import Prior
from sim.countries import countries, country_folder, name_of
from sim.errors import ResultError

FOLDER = Path(__file__).parent / "posteriors"
# What a country of one's own keeps of its posterior: draws and facts, and what was made of them (headlines, structure).
OF_A_FOLDER = ("posterior.npz", "posterior.json", "posterior.headlines.json", "posterior.structure.json")
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Posterior:
    """Draws from the posterior with their provenance."""

    names: tuple[str, ...]  # parameters, in the order of the columns
    latent: Floats  # (draws, parameters)
    about: Mapping[str, Any]

    @property
    def fingerprint(self) -> str:
        """Twelve hexadecimal digits that change with any draw."""
        return digest(self.names, self.latent)

    @property
    def quick(self) -> bool:
        """Whether it was made with the small effort of ``--quick``."""
        return bool(self.about["quick"])

    @property
    def sound(self) -> bool:
        """Whether the checks on invented truths were passed, so that it may be called calibrated."""
        return bool(self.about["sound"])

    @property
    def coverage(self) -> str:
        """What an interval over these draws means."""
        return str(self.about["coverage"])


def digest(names: Sequence[str], latent: Floats) -> str:
    """Return twelve hexadecimal digits of names and draws, as they are stored."""
    whole = hashlib.sha256(json.dumps(list(names)).encode())
    whole.update(np.ascontiguousarray(latent, dtype="<f4").tobytes())
    return whole.hexdigest()[:12]


def files(country: str, folder: Path = FOLDER) -> tuple[Path, Path]:
    """Return the two files of a country's posterior; that of a folder of one's own is kept in the folder itself."""
    if folder == FOLDER and country not in countries():
        return country_folder(country) / OF_A_FOLDER[0], country_folder(country) / OF_A_FOLDER[1]
    return folder / f"{name_of(country)}.npz", folder / f"{name_of(country)}.json"


def write(found: Posterior, country: str, folder: Path = FOLDER) -> tuple[Path, Path]:
    """Write a posterior and return its two files; equal posteriors give equal bytes."""
    draws, about = files(country, folder)
    draws.parent.mkdir(parents=True, exist_ok=True)
    buffer = io.BytesIO()
    np.savez_compressed(buffer, latent=np.ascontiguousarray(found.latent, dtype="<f4"))
    draws.write_bytes(buffer.getvalue())
    facts = {"parameters": list(found.names), "fingerprint": found.fingerprint, **found.about}
    about.write_text(json.dumps(facts, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return draws, about


def read(country: str, folder: Path = FOLDER) -> Posterior | None:
    """Return the posterior of a country, ``None`` if there is none; a damaged one is an error."""
    draws, about = files(country, folder)
    if not draws.is_file() or not about.is_file():
        return None
    try:
        facts = json.loads(about.read_text(encoding="utf-8"))
        latent = np.load(io.BytesIO(draws.read_bytes()))["latent"].astype(np.float64)
        found = Posterior(tuple(facts["parameters"]), latent, facts)
        same = found.fingerprint == facts["fingerprint"] and latent.shape[1] == len(found.names)
    except (OSError, ValueError, KeyError, TypeError, IndexError) as error:
        raise ResultError(
            f"{about}: the posterior cannot be read ({error}); make it anew by kelishim calibrate"
        ) from None
    if not same:
        raise ResultError(f"{draws}: draws and provenance do not belong together; make them anew by kelishim calibrate")
    return found


@lru_cache(maxsize=8)
def _kept(country: str, folder: Path, stamp: tuple[int, ...]) -> Posterior | None:
    return read(country, folder)


def shipped(country: str, table: Sequence[Prior]) -> tuple[Posterior | None, str]:
    """Return the posterior that comes with a country if it fits its priors and targets, else ``None`` and why."""
    stamp = tuple(path.stat().st_mtime_ns for path in files(country, FOLDER) if path.is_file())
    found = _kept(country, FOLDER, stamp)
    if found is None:
        return None, "There is no posterior for this country yet."
    why_not = withdrawn(found, country, table)
    return (None, why_not) if why_not else (found, "")


def withdrawn(found: Posterior, country: str, table: Sequence[Prior]) -> str:
    """Return why a posterior is not used: it was made with other priors or targets; empty if it is used."""
    data = {"priors": priors.fingerprint(table), "targets": targets.fingerprint(targets.read(country))}
    changed = [name for name, value in data.items() if found.about["data"].get(name) != value]
    return f"The posterior was made with other {' and '.join(changed)} and is not used." if changed else ""


def latent_points(found: Posterior, draws: int, seed: int, table: Sequence[Prior]) -> np.ndarray:
    """Return the latent points of sets drawn from a posterior, shape (draws, uncertain priors)."""
    free = [prior.name for prior in priors.uncertain(table)]
    points = priors.latent(draws, seed, len(free))
    columns = [free.index(name) for name in found.names]
    rng = np.random.default_rng([seed, len(found.latent)])
    turns = -(-draws // len(found.latent))  # more draws than points: go round again in another order
    order = np.concatenate([rng.permutation(len(found.latent)) for _ in range(turns)])
    points[:, columns] = found.latent[order[:draws]]
    return points
