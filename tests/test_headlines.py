"""What a headline is uncertain by: four shares from two files, said in one sentence on every surface."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from calibration import ahead, headlines, importance, posterior, structural, telling
from calibration.structural import IN_FORCE, VARIANTS
from experiments.coverage import translated
from experiments.language import language

COUNTRY = "kyrgyzstan"


def known(**more: Any) -> dict[str, Any]:
    """Return an analysis with a variance of 80 in every headline; nine tenths are parameters, half of them informed."""
    row = {"variance": 80.0, "parameters": 0.9, "prior_driven": 0.5, "luck": 0.05, "population": 0.05, "explained": 0.6,
           "mean": 1.0, "low": 0.0, "high": 2.0, "leading": []}  # fmt: skip
    return {
        "posterior": "x", "runs": 32, "again": 16, "scale": 100, "covered": {}, "worth": {},
        "break_even": {"share_at_which_net_jobs_vanish": None, "least_share_seen": 0.1, "largest_share_seen": 0.6,
                       "chance_of_net_jobs": 0.9},
        "shares": dict.fromkeys(importance.OUTCOMES, row | more),
    }  # fmt: skip


def form(variance: float = 20.0) -> dict[str, Any]:
    """Return what other forms of the rules do: a variance of 20 with an error of 5, most of it from own starts."""
    moves = {v.name: [0.0, 1.0] for v in VARIANTS} | {"few_own_starts": [9.0, 1.0]}
    row = {"middle": 100.0, "variance": variance, "error": 5.0, "moves": moves}
    return {"posterior": "x", "runs": 12, "scale": 200, "outcomes": dict.fromkeys(importance.OUTCOMES, row)}


def test_four_shares_are_one_table_and_stand_on_the_front() -> None:
    """Of 100: 36 informed, 36 judged, 20 structure (error 5 x 80/100 = 4), 8 Monte Carlo, 4 of it the population's."""
    found = posterior.read(COUNTRY)
    assert found is not None
    page = telling.page(found, known(), form=form())
    front = page.partition("## What was done")[0]
    words = "36% parameters that figures inform, 36% parameters from judgement, 20% structure, 8% Monte Carlo error"
    assert front.count(words) == len(importance.OUTCOMES)
    assert page.count("| 36% | 36% | 20% ± 4% | 8% (4%) |") == len(importance.OUTCOMES)
    assert 'of the forms of rules "Hardly anybody starts a business without a grant" moves it most, by 9.00' in page


def test_structure_that_was_not_run_is_said_and_takes_no_share() -> None:
    found = posterior.read(COUNTRY)
    assert found is not None
    page = telling.page(found, known())
    assert page.count("| 45% | 45% | not run | 10% (5%) |") == len(importance.OUTCOMES)
    assert "not run structure" in page.partition("## What was done")[0]


def kept(folder: Path, monkeypatch: pytest.MonkeyPatch, *, formed: bool) -> None:
    """Keep both files, or the first alone, beside a posterior in a folder."""
    monkeypatch.setattr(headlines, "_of_posterior", lambda country, file, folder: read(file))
    monkeypatch.setattr(headlines, "_beside", lambda country, what, of: folder / f"{what}.json")

    def read(file: Path) -> dict[str, Any]:
        return dict(json.loads(file.read_text(encoding="utf-8"))) if file.is_file() else {}

    (folder / "headlines.json").write_text(json.dumps(known()), encoding="utf-8")
    if formed:
        (folder / "structure.json").write_text(json.dumps(form()), encoding="utf-8")


def test_the_sentence_counts_judged_parameters_and_the_form_of_the_rules(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept(tmp_path, monkeypatch, formed=True)
    said = headlines.sentence(COUNTRY)
    assert said.startswith("Of the uncertainty under today's law, 56 % for net jobs, 56 % for families' income gain")
    assert all("56" in translated(said, language(code)) for code in ("ru", "ky"))


def test_without_the_form_of_the_rules_the_sentence_speaks_of_parameters_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept(tmp_path, monkeypatch, formed=False)
    said = headlines.sentence(COUNTRY)
    assert said.startswith("Share of the parameters' uncertainty that no published figure informs")
    assert "50 % for net jobs" in said


def test_without_an_analysis_nothing_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(headlines, "_beside", lambda country, what, of: tmp_path / what)
    assert headlines.said(COUNTRY) == ("", {})
    assert headlines.sentence(COUNTRY) == ""


def test_structure_is_worked_out_from_paired_moves_with_its_error() -> None:
    """One of two answers to how employers stay small moves a headline by 10 in every draw: a variance of 25."""
    rows = []
    for k in range(4):
        row = {f"{name} net_jobs": 100.0 + k for name in (IN_FORCE, *(v.name for v in VARIANTS))}
        rows.append(row | {"no_bunching net_jobs": 110.0 + k})
    found = structural.parts(rows, ["net_jobs"], 1)["net_jobs"]
    assert (found["variance"], found["error"], found["middle"]) == (25.0, 0.0, 101.5)
    assert found["moves"]["no_bunching"] == [10.0, 0.0]
    spread = [row | {"no_bunching net_jobs": row["no_bunching net_jobs"] + (-1.0) ** k} for k, row in enumerate(rows)]
    assert structural.parts(spread, ["net_jobs"], 1)["net_jobs"]["error"] > 0.0


def test_the_run_keeps_every_headline_with_its_provenance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def figures(values: Any, seed: int, scale: int, country: str) -> dict[str, float]:
        luck = float(np.random.default_rng(seed).normal())
        return {f"{name} {outcome}": luck for name in (IN_FORCE, *(v.name for v in VARIANTS))
                for outcome in importance.OUTCOMES}  # fmt: skip

    monkeypatch.setattr("calibration.outlook.in_other_forms", figures)
    found = ahead.structures(COUNTRY, tmp_path, 3, workers=1)
    used = posterior.read(COUNTRY)
    assert used is not None
    assert (found["posterior"], found["runs"], found["scale"]) == (used.fingerprint, 3, ahead.STRUCTURE_SCALE)
    assert {name: row["variance"] for name, row in found["outcomes"].items()} == dict.fromkeys(importance.OUTCOMES, 0.0)
