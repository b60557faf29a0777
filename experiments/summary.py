"""Summary: the tables of a finished study, with what is needed to read them, as one value."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from experiments import analysis, record
from experiments.store import FAILED, RESULTS, read_manifest, write_json
from sim.errors import ResultError

if TYPE_CHECKING:
    import pandas


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

    @property
    def designs(self) -> list[str]:
        """Names of the designs; the first is the one that the others are compared with."""
        return [str(name) for name in dict.fromkeys(self.levels["design"])]

    @property
    def outcomes(self) -> list[str]:
        """Names of the headline outcomes."""
        return [str(name) for name in dict.fromkeys(self.levels["outcome"])]

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
        return int(self.manifest["asked"]["draws"])

    @property
    def replications(self) -> int:
        """Number of seeds for each parameter draw."""
        return int(self.manifest["asked"]["replications"])

    @property
    def rule(self) -> str:
        """The rule by which two designs are told apart."""
        many = len(self.designs) >= analysis.SIMULTANEOUS_FROM
        return analysis.RULE_BAND if many else analysis.RULE_PAIR

    def title(self, design: str) -> str:
        """Return the name of a design for people."""
        design_of = self.manifest["scenario"]["designs"].get(design, {})
        return str(design_of.get("label") or design.replace("_", " "))

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
) -> Summary:
    """Return the summary of the tidy rows of a study."""
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
    )


def codebook() -> tuple[Mapping[str, Any], Sequence[str]]:
    """Return what each outcome means, and the names of those that people should see first."""
    from sim.outcomes import CODEBOOK, HEADLINES

    return CODEBOOK, HEADLINES


def read(folder: Path) -> Summary:
    """Return the summary of a results folder."""
    import pandas

    manifest = read_manifest(folder)
    path = folder / RESULTS
    if not path.exists():
        raise ResultError(f"{folder} has no {RESULTS}: the study is not finished; repeat the command that started it")
    try:
        frame = pandas.read_parquet(path)
    except (OSError, ValueError) as error:
        raise ResultError(f"{path} is damaged ({error}); repeat the command that made it") from None
    return summarise(frame, manifest, *codebook())


def write(summary: Summary, folder: Path) -> None:
    """Write ``summary.json``: all tables with the meaning of every figure and what made them."""
    content = {
        "interval": summary.manifest["interval"],
        "rule_of_comparison": summary.rule,
        "designs": summary.designs,
        "outcomes": {
            name: {
                key: getattr(summary.codebook[name], key, "")
                for key in ("label", "unit", "definition", "rule", "source", "better")
            }
            for name in summary.outcomes
            if name in summary.codebook
        },
        "levels": _rows(summary.levels),
        "paired_differences": _rows(summary.differences),
        "ranking": _rows(summary.ranking),
        "beside_the_record": [line._asdict() for line in record.lines(summary)],
        "failed_runs": [
            {"draw": int(row["draw"]), "seed": int(row["seed"]), "error": str(row["error"])}
            for _, row in summary.failures.iterrows()
        ],
        "provenance": dict(summary.manifest),
    }
    write_json(folder / "summary.json", content)


def _rows(table: pandas.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a table as JSON values; undefined is null, luck that cancels exactly is the word ``exact``."""
    return [{str(key): _plain(value) for key, value in row.items()} for row in table.to_dict("records")]


def _plain(value: Any) -> Any:
    if isinstance(value, float):
        return None if math.isnan(value) else "exact" if math.isinf(value) else value
    return value
