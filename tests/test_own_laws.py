"""A quota law of one's own, as a file, works wherever the code of a law does."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_evasion import findings
from typer.testing import CliRunner

from experiments import cli, evasion, study
from experiments.commands import design
from experiments.commands.shared import find_study, laws_alone
from sim.errors import InputError
from sim.policies.design import FOLDER, load
from sim.scenario import Scenario


@pytest.fixture
def law(tmp_path, monkeypatch):
    """Write the law of France as one's own, with another name and a duty from 10 staff on."""
    monkeypatch.chdir(tmp_path)
    text = (FOLDER / "FR.toml").read_text(encoding="utf-8").replace('code = "FR"', 'code = "MINE"', 1)
    (tmp_path / "my law.toml").write_text(text, encoding="utf-8")
    return "my law.toml"


def call(*arguments):
    return CliRunner().invoke(cli.app, [str(each) for each in arguments])


def test_a_scenario_takes_the_file_of_a_law_and_puts_the_same_terms_together_as_for_its_code(law):
    made = Scenario.of({"designs": {"mine": {"quota": {"design": law}}, "france": {"quota": "FR"}}})
    mine, france = (made.policies(name).quota for name in ("mine", "france"))
    assert load(mine.design.at(48)).code == "MINE"
    assert mine._key(48)._replace(code="") == france._key(48)._replace(code="")
    mine.check(48)


def test_compare_takes_files_of_laws_beside_codes(law):
    assert laws_alone([law, "KG_2025"])
    plan = find_study([law, "KG_2025"])
    assert plan.scenario.as_dict()["designs"]["my_law"]["quota"]["design"] == law
    assert plan.scenario.label("my_law") == load("FR").name


def test_with_another_law_in_the_file_it_is_another_study(law):
    before = study.own_laws(find_study([law, "KG_2025"]).scenario.as_dict())
    assert list(before) == [law]
    Path(law).write_text(Path(law).read_text(encoding="utf-8") + "\n# changed\n", encoding="utf-8")
    assert study.own_laws(find_study([law, "KG_2025"]).scenario.as_dict()) != before
    assert study.own_laws(find_study(["FR", "KG_2025"]).scenario.as_dict()) == {}


def test_redteam_design_and_employer_take_the_file_of_a_law(law, monkeypatch):
    asked = []
    monkeypatch.setattr(evasion, "run", lambda quota, *args, **options: asked.append(quota) or findings({}))
    assert call("redteam", law, "--levy", "0.25").exit_code == 0
    assert asked[0]["design"] == law
    assert design._base(law, Scenario.of({"designs": {"today": {}}})) == {
        "quota": {"design": law, "assignment": "universal"}
    }
    told = call("employer", "--staff", 120, "--law", law, "--law", "FR")
    assert told.exit_code == 0, told.output


def test_a_file_that_is_not_there_or_no_law_is_one_sentence(law, tmp_path):
    with pytest.raises(InputError, match="there is no such file"):
        load("nothing.toml")
    (tmp_path / "empty.toml").write_text("")
    with pytest.raises(InputError, match=r"empty\.toml: .* is missing"):
        load("empty.toml")
    with pytest.raises(InputError, match="which is not on file"):
        Scenario.of({"designs": {"mine": {"quota": {"design": "nothing.toml"}}}})
