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
from experiments.intake import example, register
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
