"""Figures for papers: one column wide, every arm in them, in three languages."""

from __future__ import annotations

import fake_simulator as fake
import pandas
import pytest
from test_cli import CODEBOOK

from experiments import figures, runner, summary
from experiments.store import read_manifest


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    folder = tmp_path_factory.mktemp("figures") / "results"
    runner.run(fake.study(draws=20, designs=fake.DESIGNS), folder, workers=1)
    frame = pandas.read_parquet(folder / "results.parquet")
    return summary.summarise(frame, read_manifest(folder), CODEBOOK, list(CODEBOOK))


@pytest.mark.parametrize("code", ["en", "ky"])
def test_a_figure_names_every_arm_and_is_saved_in_the_formats_of_papers(found, code, tmp_path):
    figure = figures.differences(found, "net_jobs", code)
    axis = figure.axes[0]
    assert [label.get_text() for label in axis.get_yticklabels()] == list(fake.DESIGNS[:0:-1])
    assert figure.get_figwidth() == figures.COLUMN
    if code == "ky":
        assert "өсүшү" in axis.get_xlabel()
    time = figures.over_time(found, "net_jobs", code)
    assert {text.get_text() for text in time.axes[0].get_legend().get_texts()} == set(fake.DESIGNS)
    for ending in ("pdf", "png", "svg"):
        time.savefig(tmp_path / f"figure.{ending}")
        assert (tmp_path / f"figure.{ending}").stat().st_size > 1000
