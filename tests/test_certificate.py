"""The certificate: every change after the end is seen, and runs made anew have the same bits."""

from __future__ import annotations

import json

import fake_simulator as fake
import pandas
import pytest
from test_cli import CODEBOOK

from experiments import certificate, finishing, runner, summary
from experiments.store import Store
from sim.errors import ResultError


@pytest.fixture
def folder(tmp_path, monkeypatch):
    mark = tmp_path / "ready"
    mark.touch()
    monkeypatch.setattr(runner, "compiled", lambda: mark)
    monkeypatch.setattr(summary, "codebook", lambda: (CODEBOOK, list(CODEBOOK)))
    runner.run(fake.study(), tmp_path / "results", workers=1, block=4)
    finishing.finish(tmp_path / "results")
    return tmp_path / "results"


def wrong(folder, **options):
    return [check.sentence for check in certificate.verify(folder, **options) if not check.sound]


def test_an_untouched_folder_is_sound_and_its_runs_come_out_again(folder):
    assert not wrong(folder, rerun=3, simulator=fake.simulate)
    assert len(certificate.verify(folder, rerun=2, simulator=fake.simulate)) == 6


def test_another_model_gives_other_bits(folder):
    def other(scenario, values, seed):
        return [{**row, "value": row["value"] * (1.0 + 2.0**-50)} for row in fake.simulate(scenario, values, seed)]

    assert all("gives other figures" in sentence for sentence in wrong(folder, rerun=1, simulator=other))
    assert wrong(folder, rerun=1, simulator=other)


@pytest.mark.parametrize("name", ["results.parquet", "draws.parquet", "manifest.json", "study.toml", "block"])
def test_a_changed_byte_is_named(folder, name):
    path = next(folder.glob("blocks/*")) if name == "block" else folder / name
    path.write_bytes(path.read_bytes() + b" ")
    assert any(path.name in sentence for sentence in wrong(folder))


def test_a_missing_and_an_added_block_are_named(folder):
    blocks = sorted(folder.glob("blocks/*"))
    blocks[0].rename(folder / "blocks" / "block=0000.parquet")
    found = " ".join(wrong(folder))
    assert f"{blocks[0].name} is missing" in found
    assert "block=0000.parquet was added" in found


def test_an_edited_table_of_the_summary_is_found_though_nobody_listed_it(folder):
    table = pandas.read_parquet(folder / "levels.parquet")
    table.loc[0, "median"] += 1.0
    table.to_parquet(folder / "levels.parquet", index=False)
    assert wrong(folder) == ["levels.parquet: not what the runs give today; kelishim report makes tables anew."]


def test_runs_that_were_edited_with_their_certificate_do_not_come_out_again(folder):
    """Whoever edits a block, its hash, the table of runs and the certificate is still caught by making runs anew."""
    manifest = json.loads((folder / "manifest.json").read_text())
    store = Store(folder, manifest["identity"])
    for path in list(folder.glob("blocks/*")):
        path.unlink()
    study = fake.study()
    better = [
        runner.UnitResult(
            unit, study.seed(unit),
            [{**row, "value": row["value"] + 1.0} for row in
             fake.simulate(study.scenario, study.parameter_sets[unit.draw], study.seed(unit))],
        )
        for unit in study.units
    ]  # fmt: skip
    store.write(better)
    store.consolidate(study.units)
    finishing.finish(folder)
    assert not wrong(folder)
    assert "gives other figures" in " ".join(wrong(folder, rerun=1, simulator=fake.simulate))


def test_verifying_changes_nothing(folder):
    path = next(folder.glob("blocks/*"))
    path.write_bytes(path.read_bytes()[:-9])
    before = {found.name for found in folder.rglob("*")}
    assert wrong(folder)
    assert {found.name for found in folder.rglob("*")} == before


def test_a_folder_without_a_certificate_is_one_sentence(tmp_path):
    with pytest.raises(ResultError, match=r"has no certificate\.json"):
        certificate.verify(tmp_path)


def test_a_study_changed_after_the_first_run_says_so(folder):
    import dataclasses

    changed = dataclasses.replace(fake.study(), text="question = 'another'\n")
    runner.run(changed, folder, workers=1)
    finishing.finish(folder)
    found = [check.sentence for check in certificate.verify(folder)]
    assert any(sentence.startswith("Note: it was changed on") for sentence in found)
    assert (folder / "study-2.toml").read_text() == "question = 'another'\n"
