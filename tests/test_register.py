"""A register of contracts that somebody brings: figures beside the published ones, small cells out, no row kept."""

from __future__ import annotations

import csv
import json
import math
import re

import numpy as np
import pytest
from survey_files import REGISTER_MAP, register_rows, written
from test_cli import call

from calibration import targets
from experiments import kit
from experiments.commands import calibrating
from experiments.intake import example, register, register_targets
from experiments.intake.mapping import register_map
from experiments.intake.variables import STATUSES
from experiments.language import NAMES, language
from experiments.sections import FORMATS
from sim.errors import InputError
from sim.state.households import SECTORS


def taken(folder, rows, text=REGISTER_MAP):
    file, made = written(folder, rows, text, "register")
    return register.take(file, register_map(made))


def figures(folder, rows):
    return {cell.key: cell for cell in register.cells(taken(folder, rows).register)}


def test_figures_and_their_errors_are_those_of_the_rows(tmp_path):
    rows = register_rows()
    found = figures(tmp_path, rows)
    assert found["contracts[2022]"].value == sum(row["year"] == "2022" for row in rows)
    sizes = np.array([float(row["size"]) for row in rows if row["year"] == "2023"])
    assert found["size[2023]"].value == pytest.approx(sizes.mean())
    assert found["size[2023]"].error == pytest.approx(sizes.std(ddof=1) / np.sqrt(len(sizes)))
    women = np.mean([row["sex"] == "woman" for row in rows])
    assert found["women"].value == pytest.approx(women)
    assert found["women"].error == pytest.approx(math.sqrt(women * (1 - women) / 200))
    assert math.isnan(found["contracts[2022]"].error), "a full list is counted, not sampled"
    assert sum(found[f"sector[{name}]"].value for name in ("agriculture", "trade")) == pytest.approx(1.0)


def test_every_published_figure_beside_is_a_target_of_the_same_kind():
    known = {target.name: target for target in targets.read()}
    for key, name in register.PUBLISHED.items():
        target = known[name]
        year = re.search(r"\[(20\d\d)\]", key)
        assert year is None or year[1] in target.period, key
        word = {"contracts": "contract", "size": "persons per", "sector": "share of contracts", "women": "women",
                "region": "share of all contracts", "children": "children under 16"}  # fmt: skip
        assert word[key.split("[")[0]] in target.metric


def test_small_cells_are_left_out_with_what_they_could_be_found_from(tmp_path):
    rows = register_rows()
    for k, row in enumerate(rows):
        row["sector"] = "services" if k < 4 else "production" if k < 30 else "trade" if k < 90 else "agriculture"
        row["raion"] = {"Chui": "a", "Naryn": "b" if k < 30 else "c", "Osh oblast": "d"}[row["region"]]
    rows[0] |= {"region": "Talas", "raion": "e"}
    found = figures(tmp_path, rows)
    for key in ("sector[services]", "region[Talas]", "size[Talas]", "raion[e]"):
        assert found[key].suppressed, key
    assert found["sector[production]"].suppressed, "services could be found by subtraction"
    assert not found["sector[trade]"].suppressed
    assert sum(found[key].suppressed for key in found if key.startswith("region[")) == 2
    assert all(math.isnan(cell.value) for cell in found.values() if cell.suppressed)
    written_down = list(register.as_rows(list(found.values()), "kyrgyzstan"))
    assert "sector[services]" not in {row["figure"] for row in written_down}


def test_a_small_raion_takes_another_of_its_own_region_with_it(tmp_path):
    rows = register_rows()
    for k, row in enumerate(rows):
        row["raion"] = {"Chui": "Chui 1" if k > 12 else "Chui 2", "Naryn": "Naryn 1", "Osh oblast": "Osh 1"}[
            row["region"]
        ]
    found = figures(tmp_path, rows)
    hidden = {key for key, cell in found.items() if key.startswith("raion[") and cell.suppressed}
    assert hidden == {"raion[Chui 1]", "raion[Chui 2]"}


def test_a_share_that_names_a_few_families_is_left_out(tmp_path):
    rows = [row | {"child_benefit": "no" if k < 3 else "yes"} for k, row in enumerate(register_rows())]
    assert figures(tmp_path, rows)["child_benefit"].suppressed


@pytest.mark.parametrize("form", FORMATS)
def test_no_row_of_a_register_is_printed_or_written(tmp_path, form):
    rows = [row | {"contract": f"SECRET{k:04}"} for k, row in enumerate(register_rows())]
    file, made = written(tmp_path, rows, REGISTER_MAP, "register")
    done = call("register", file, "--map", made, "--format", form, "--out", tmp_path / "figures.csv")
    assert done.exit_code == 0, done.stderr
    assert "SECRET" not in done.output
    assert "SECRET" not in (tmp_path / "figures.csv").read_text()
    assert rows[7]["paid"] not in done.output
    assert sorted(path.name for path in tmp_path.iterdir()) == ["figures.csv", "register.csv", "register.toml"]


def test_a_fault_of_a_register_says_no_more_of_a_row_than_the_wrong_value(tmp_path):
    rows = register_rows()
    rows[4]["size"], rows[9]["paid"], rows[11]["sector"], rows[12]["contract"] = "99", "31.05.2023", "sewing", "1"
    said = [fault.said(language("en")) for fault in taken(tmp_path, rows).faults]
    assert len(said) == 4
    for one, says in zip(said, (
        r"contract: '1' occurs twice; every row must have a number of its own",
        r"sector: unknown codes: 'sewing' \(rows: 1, the first is row 12\)",
        r"size: row 5 has '99'; it must be a number from 1 to 40",
        r"paid: row 10 has '31\.05\.2023'; it must be a day such as 2023-05-31",
    ), strict=True):  # fmt: skip
        assert re.search(says, one), one
    file, made = written(tmp_path, rows, REGISTER_MAP, "register")
    done = call("register", file, "--map", made, "--out", tmp_path / "figures.csv")
    assert done.exit_code == 2
    assert not (tmp_path / "figures.csv").exists()


def test_the_example_register_is_read_by_its_own_map_and_says_what_the_model_paid(tmp_path):
    lived = example.lived()
    example.register(lived).to_csv(tmp_path / "register.csv", index=False)
    text = example.map_text(example.REGISTER_COLUMNS, lived.world.population.country.regions, "kyrgyzstan")
    (tmp_path / "register.toml").write_text(text)
    found = register.take(tmp_path / "register.csv", register_map(tmp_path / "register.toml"))
    assert not found.faults.bad
    cells = {cell.key: cell for cell in register.cells(found.register)}
    state, weight = lived.world.state, lived.world.households.weight.astype(np.int64)
    paid = (state.paid_at >= 0) & (state.paid_at < 12)
    assert cells["contracts[2022]"].value == weight[paid].sum()
    assert 4.0 < cells["size"].value < 6.0
    done = call("register", tmp_path / "register.csv", "--map", tmp_path / "register.toml", "--format", "json")
    assert json.loads(done.stdout)["register"]["rows"]["contracts[2022]"]["published"] == 2800.0


def test_what_is_written_are_the_figures_with_their_errors_and_the_published_ones(tmp_path):
    file, made = written(tmp_path, register_rows(), REGISTER_MAP, "register")
    call("register", file, "--map", made, "--out", tmp_path / "figures.csv")
    rows = {row["figure"]: row for row in csv.DictReader((tmp_path / "figures.csv").open())}
    assert rows["size[2022]"]["id"] == "SC03"
    assert float(rows["size[2022]"]["published"]) == 5.5
    low, value, high = (float(rows["size[2022]"][name]) for name in ("lower", "value", "upper"))
    assert high - value == pytest.approx(value - low) == pytest.approx(float(rows["size[2022]"]["error"]))


def test_a_map_of_a_survey_is_no_map_of_a_register(tmp_path):
    (tmp_path / "map.toml").write_text('[columns]\ncontract = "a"\nyear = "b"\nweight = "c"\n')
    with pytest.raises(InputError, match=r"columns\.weight is not a known variable"):
        register_map(tmp_path / "map.toml")


@pytest.mark.parametrize("code", [code for code in NAMES if code != "en"])
def test_a_register_speaks_the_language_asked_for(tmp_path, code):
    file, made = written(tmp_path, register_rows(), REGISTER_MAP, "register")
    said = call("register", file, "--map", made, "--language", code).stdout
    own = set(re.findall("[a-z]+", REGISTER_MAP)) | set(STATUSES) | set(SECTORS)
    assert set(re.findall(r"[A-Za-z]{3,}", said)) <= own


def test_the_figures_of_a_register_take_the_place_of_published_ones_that_are_fitted(tmp_path):
    rows = register_rows()
    for k, row in enumerate(rows):
        row["sector"] = "services" if k < 4 else "production" if k < 60 else "trade" if k < 120 else "agriculture"
    cells = register.cells(taken(tmp_path, rows).register)
    text, found = register_targets.of_register(cells, "kyrgyzstan", "list.csv")
    folder, _ = kit.new("ours", "kyrgyzstan", tmp_path, (), lambda draft: (draft / "targets.csv").write_text(text))
    mine, known = ({one.name: one for one in targets.read(name)} for name in (str(folder), "kyrgyzstan"))
    assert list(mine) == list(known)
    changed = {name for name in mine if (mine[name].value, mine[name].lower) != (known[name].value, known[name].lower)}
    assert changed == {one.name for one in found}
    assert {"SC03", "SC04", "SC15"} <= changed
    assert not {name for name in changed if known[name].use == "input"}
    small = {register.PUBLISHED[cell.key] for cell in cells if cell.suppressed and cell.key in register.PUBLISHED}
    assert "SC12" in small
    assert not small & changed, "a figure of few families stays the published one"
    size = next(cell for cell in cells if cell.key == "size[2023]")
    assert mine["SC04"].value == size.value
    assert (mine["SC04"].upper - mine["SC04"].lower) / math.sqrt(12.0) == pytest.approx(size.error)
    assert mine["SC04"].discrepancy == known["SC04"].discrepancy
    assert targets.fingerprint(tuple(mine.values())) != targets.fingerprint(tuple(known.values()))
    assert not any(row["contract"] in text.split("\n", 1)[1].split(",") for row in rows[:5])


def test_the_command_makes_a_country_for_the_calibration(tmp_path):
    file, made = written(tmp_path, register_rows(), REGISTER_MAP, "register")
    done = call("register", str(file), "--map", str(made), "--into", str(tmp_path / "ours"), "--language", "ru")
    assert done.exit_code == 0, done.output
    assert "Показатели для подбора из реестра" in done.output
    assert (tmp_path / "ours" / "targets.csv").is_file()
    calibrating.can_be_fitted(str(tmp_path / "ours"))
    again = call("register", str(file), "--map", str(made), "--into", str(tmp_path / "ours"))
    assert again.exit_code == 2
    assert "it is there already" in again.output
    nothing = call("calibrate", "--with", str(tmp_path / "none"))
    assert (nothing.exit_code, nothing.output.count("\n")) == (2, 1)


def test_a_register_without_any_figure_that_is_fitted_makes_nothing(tmp_path):
    with pytest.raises(InputError, match="it has none of the figures that the model is fitted to"):
        register_targets.of_register([], "kyrgyzstan", "list.csv")
