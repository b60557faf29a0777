"""Slides and chart data: one idea a page, the figures of the report, and nothing overwritten unasked."""

from __future__ import annotations

import csv
import re
import xml.etree.ElementTree as ET
import zipfile
from dataclasses import replace

import pytest
from browser import violations
from test_cli import call
from test_report import Page, Text, found  # noqa: F401 a fixture
from test_waterfalls import invented, lived

from experiments import chart_data, report, slides, workbook
from experiments.language import NAMES, language
from experiments.telling import Telling
from sim.errors import InputError
from sim.outcomes import CODEBOOK

SPACE = {"m": workbook.MAIN}


@pytest.fixture(scope="module")
def written(found, tmp_path_factory):  # noqa: F811
    """The slides of an invented study in every language."""
    folder = tmp_path_factory.mktemp("slides")
    return {code: slides.write(found, slides.target(folder, code), code) for code in NAMES}


@pytest.mark.parametrize("code", NAMES)
def test_slides_are_one_well_formed_file_that_loads_nothing(written, code):
    page = Page(written[code].read_text(encoding="utf-8"))
    assert page.mistakes == page.open == []
    assert page.all("html")[0]["lang"] == code
    assert not page.all("script") + page.all("link") + page.all("img")
    names = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(names) == len(set(names))
    for section in page.all("section"):
        assert section["aria-labelledby"] in names
    for chart in (one for one in page.all("svg") if "viewbox" in one):
        assert {chart["aria-labelledby"], chart["aria-describedby"]} <= set(names)


@pytest.mark.parametrize("code", ["ru", "ky"])
def test_slides_are_told_in_other_languages(found, code):  # noqa: F811
    text = " ".join(Text(slides.html(replace(found, codebook=CODEBOOK), code)).parts)
    left = set(re.findall(r"[A-Za-z]{5,}", text)) - {"Kelishim", "change", "Larger", "grant", "Quota", "Services"}
    assert not left - {"follow"}


def test_the_first_slides_are_the_question_the_answer_and_its_figures(found):  # noqa: F811
    told = Telling(found, language("en"))
    made = list(slides.pages(told))
    assert [slide.name for slide in made[:3]] == ["question", "answer", "figures"]
    assert made[1].said == [told.verdict(design) for design in found.designs[1:]]
    rows = report.headline_rows(told, told.first)
    assert [row[1] for row in made[2].table[1]] == [row["level"]["figure"] for row in rows]
    assert len({slide.name for slide in made}) == len(made)


def test_every_waterfall_becomes_slides_with_all_designs():
    made = [slide for slide in slides.pages(lived()) if slide.name.startswith("waterfall")]
    assert len(made) == 3, "two designs stand side by side"
    assert all("Today's law" in slide.chart and "Universal quota" in slide.chart for slide in made)


def test_one_slide_is_one_printed_page_and_nothing_is_cut_off(written, chromium):
    for path in written.values():
        view = chromium.new_page(viewport={"width": 1123, "height": 631})
        view.goto(path.as_uri())
        assert violations(view, {"resultTypes": ["violations"]}) == []
        view.emulate_media(media="print")
        count = view.evaluate("document.querySelectorAll('section').length")
        beyond = "[...document.querySelectorAll('section')].map(one => one.scrollHeight - one.clientHeight)"
        assert max(view.evaluate(beyond)) <= 1
        pages = len(re.findall(rb"/Type\s*/Page\b", view.pdf(prefer_css_page_size=True)))
        assert pages == count >= 5
        view.emulate_media(media="screen")
        view.set_viewport_size({"width": 390, "height": 800})
        assert view.evaluate("document.documentElement.scrollWidth") <= 390
        view.close()


def test_nothing_is_overwritten_unasked(found, tmp_path):  # noqa: F811
    path = slides.target(tmp_path / "talk", "en")
    slides.free(path, "--slides")
    slides.write(found, path)
    with pytest.raises(InputError, match=r"--slides: .* is there already"):
        slides.free(path, "--slides")
    told = Telling(found, language("en"))
    chart_data.write(told, tmp_path / "data")
    kept = (tmp_path / "data" / "charts.xlsx").read_bytes()
    (tmp_path / "data" / "over-time.csv").unlink()
    with pytest.raises(InputError, match=r"--data: .* is there already"):
        chart_data.write(told, tmp_path / "data")
    assert not (tmp_path / "data" / "over-time.csv").exists(), "nothing is written where anything is there"
    assert (tmp_path / "data" / "charts.xlsx").read_bytes() == kept


def test_the_command_refuses_before_it_reads_anything(tmp_path):
    (tmp_path / "mine.html").write_text("mine")
    done = call("report", tmp_path, "--slides", tmp_path / "mine.html")
    assert done.exit_code == 2
    assert "is there already" in done.output
    assert (tmp_path / "mine.html").read_text() == "mine"


def test_every_chart_of_the_report_has_its_figures_in_a_file(tmp_path):
    told = lived()
    drawn = {block.name for part in report.charts(told).values() for block in part}
    paths = chart_data.write(told, tmp_path)
    assert {path.stem for path in paths} == drawn | {"charts"}
    for path in paths[:-1]:
        with path.open(encoding="utf-8") as file:
            assert all(row["unit"] for row in csv.DictReader(file)), f"{path.name} has a figure without a unit"
    with (tmp_path / "waterfall-net-jobs.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    steps = [float(row["levy"]) for row in rows]
    assert sum(steps[:-1]) == pytest.approx(steps[-1])


def sheet(path, number):
    """Return the cells of a sheet as the standard says how they are read."""
    with zipfile.ZipFile(path) as file:
        root = ET.fromstring(file.read(f"xl/worksheets/sheet{number}.xml"))
    out = {}
    for cell in root.iterfind(".//m:c", SPACE):
        text = cell.find("m:is/m:t", SPACE)
        out[cell.get("r")] = text.text if text is not None else float(cell.find("m:v", SPACE).text)
    return out


def test_the_workbook_holds_the_figures_of_the_csv_files(tmp_path):
    told = invented(3, 1e6)
    paths = chart_data.write(told, tmp_path)
    for number, path in enumerate(paths[:-1], start=1):
        cells = sheet(paths[-1], number)
        with path.open(encoding="utf-8") as file:
            rows = list(csv.reader(file))
        for y, row in enumerate(rows, start=1):
            for x, text in enumerate(row, start=1):
                value = cells.get(f"{workbook.column(x)}{y}", "")
                assert value == text or float(value) == float(text), (path.name, y, x)


def test_a_workbook_is_the_same_bytes_each_time_and_takes_any_text(tmp_path):
    sheets = {"a/b": [["<&>\"'", 1.5, None, float("nan"), "текст"], [1e300, -0.25, True]], "A B": [["x"]]}
    for name in ("one.xlsx", "two.xlsx"):
        workbook.write(tmp_path / name, sheets)
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()
    cells = sheet(tmp_path / "one.xlsx", 1)
    assert cells == {"A1": "<&>\"'", "B1": 1.5, "E1": "текст", "A2": 1e300, "B2": -0.25, "C2": "True"}
    with zipfile.ZipFile(tmp_path / "one.xlsx") as file:
        names = [one.get("name") for one in ET.fromstring(file.read("xl/workbook.xml")).iterfind(".//m:sheet", SPACE)]
        kinds = ET.fromstring(file.read("[Content_Types].xml"))
        assert {one.get("PartName") for one in kinds if "PartName" in one.attrib} <= {f"/{n}" for n in file.namelist()}
    assert names == ["a b", "A B 2"]
