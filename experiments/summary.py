"""Summary: the tables of a finished study, with what is needed to read them, as one value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from experiments import analysis, certainty, front
from experiments.language import speak_of
from experiments.store import FAILED, RESULTS, read_manifest
from sim.countries import home, resolved
from sim.errors import InputError, ResultError, nearest
from sim.outcomes import CODEBOOK, HEADLINES

if TYPE_CHECKING:
    import pandas


def _empty() -> pandas.DataFrame:
    import pandas

    return pandas.DataFrame()


@dataclass(frozen=True)
class Summary:
    """What a study found: tables of ``analysis``, the tidy rows behind them, the codebook and the manifest."""

    frame: pandas.DataFrame
    levels: pandas.DataFrame
    differences: pandas.DataFrame
    ranking: pandas.DataFrame
    failures: pandas.DataFrame
    codebook: Mapping[str, Any]
    manifest: Mapping[str, Any]
    first_outcomes: Sequence[str] = ()
    front: pandas.DataFrame = field(default_factory=_empty)
    parameters: pandas.DataFrame = field(default_factory=_empty)

    @property
    def tables(self) -> dict[str, pandas.DataFrame]:
        """The tables that are written beside the runs."""
        return {"levels": self.levels, "differences": self.differences, "ranking": self.ranking, "front": self.front}

    @property
    def primary(self) -> list[str]:
        """Names of the outcomes that the study named as the answer to its question, before the first run."""
        named = self.manifest.get("study", {}).get("outcomes", ())
        return [name for name in named if name in self.outcomes] or self.headlines[:6]

    @property
    def country(self) -> str:
        """The country that was simulated."""
        return str(self.manifest["scenario"]["country"])

    @property
    def stopped(self) -> str:
        """Why the study stopped, as a sentence."""
        return str(self.manifest.get("stopped", {}).get("sentence", ""))

    @property
    def arms(self) -> Mapping[str, Any]:
        """What each arm is, by name: its label, and, where arms are more than designs, its design and what differs."""
        return self.manifest.get("arms") or {name: {"label": self.title(name)} for name in self.designs}

    def paired(self, outcome: str) -> pandas.DataFrame:
        """Return one row for each draw: its parameters and levers, and the paired difference of each arm."""
        import pandas

        if outcome not in self.outcomes:
            raise InputError(f"'{outcome}' is not an outcome of this study; {nearest(outcome, self.outcomes)}")
        whole = self.frame[(self.frame["group"] == analysis.ALL) & (self.frame["month"] == analysis.WHOLE)]
        better = getattr(self.codebook.get(outcome), "better", "")
        found = analysis.paired_differences(analysis.of_draws(whole, outcome, self.designs, better))
        made = pandas.DataFrame(found, columns=self.designs[1:], index=pandas.RangeIndex(len(found), name="draw"))
        if not len(self.parameters):
            return made
        return self.parameters.set_index("draw").join(made)

    @property
    def designs(self) -> list[str]:
        """Names of the designs; the first is the one that the others are compared with."""
        return list(self._designs)

    @property
    def outcomes(self) -> list[str]:
        """Names of the headline outcomes."""
        return list(self._outcomes)

    @cached_property
    def _designs(self) -> tuple[str, ...]:
        return tuple(str(name) for name in dict.fromkeys(self.levels["design"]))

    @cached_property
    def _outcomes(self) -> tuple[str, ...]:
        return tuple(str(name) for name in dict.fromkeys(self.levels["outcome"]))

    @property
    def headlines(self) -> list[str]:
        """Names of the outcomes that tables on the screen show."""
        return [name for name in self.outcomes if name in self.first_outcomes] or self.outcomes

    @property
    def further(self) -> list[str]:
        """Names of the other outcomes."""
        return [name for name in self.outcomes if name not in self.headlines]

    @property
    def draws(self) -> int:
        """Number of parameter draws."""
        return int(self.manifest.get("stopped", {}).get("draws", self.manifest["asked"]["draws"]))

    @property
    def replications(self) -> int:
        """Number of seeds for each parameter draw."""
        return int(self.manifest["asked"]["replications"])

    @property
    def rule(self) -> str:
        """The rule by which two designs are told apart."""
        return certainty.RULE

    def title(self, design: str) -> str:
        """Return the name of a design for people."""
        of_arm = self.manifest.get("arms", {}).get(design, {})
        of_design = self.manifest["scenario"]["designs"].get(design, {})
        return str(of_arm.get("label") or of_design.get("label") or design.replace("_", " "))

    def label(self, outcome: str) -> str:
        """Return the name of an outcome for people."""
        return str(self.codebook[outcome].label) if outcome in self.codebook else outcome.replace("_", " ")

    def unit(self, outcome: str) -> str:
        """Return the unit of an outcome."""
        return str(self.codebook[outcome].unit) if outcome in self.codebook else ""


def summarise(
    frame: pandas.DataFrame,
    manifest: Mapping[str, Any],
    codebook: Mapping[str, Any],
    first_outcomes: Sequence[str] = (),
    parameters: pandas.DataFrame | None = None,
) -> Summary:
    """Return the summary of the tidy rows of a study; ``parameters`` are those of its draws."""
    if not (frame["status"] != FAILED).any():
        raise ResultError("no run succeeded, so there is nothing to summarise")
    return Summary(
        frame=frame,
        levels=analysis.levels(frame, codebook),
        differences=analysis.differences(frame, codebook),
        ranking=analysis.ranking(frame, codebook),
        failures=frame[frame["status"] == FAILED],
        codebook=codebook,
        manifest=manifest,
        first_outcomes=first_outcomes,
        front=front.front(frame, codebook),
        parameters=_empty() if parameters is None else parameters,
    )


def codebook() -> tuple[Mapping[str, Any], Sequence[str]]:
    """Return what each outcome means, and the names of those that people should see first."""
    return CODEBOOK, HEADLINES


def _speak_of(manifest: Mapping[str, Any]) -> None:
    """Use the words of the country of a result; those of the usual one where its folder is not there any more."""
    with suppress(InputError):
        speak_of(resolved(str(manifest.get("scenario", {}).get("country", home()))))


def read(folder: Path) -> Summary:
    """Return the summary of a results folder."""
    import pandas

    manifest = read_manifest(folder)
    _speak_of(manifest)
    path = folder / RESULTS
    if not path.exists():
        raise ResultError(f"{folder} has no {RESULTS}: the study is not finished; repeat the command that started it")
    draws = folder / "draws.parquet"
    try:
        frame = pandas.read_parquet(path)
        parameters = pandas.read_parquet(draws) if draws.exists() else None
    except (OSError, ValueError) as error:
        raise ResultError(f"{path} or {draws} is damaged ({error}); repeat the command that made it") from None
    return summarise(frame, manifest, *codebook(), parameters)
