"""The report: one file, nothing from outside, readable by everybody, and honest about what it shows."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace
from html.parser import HTMLParser

import fake_simulator as fake
import pandas
import pytest
from browser import violations
from test_cli import CODEBOOK

from experiments import charts, drawing, report, runner, summary, words
from experiments.language import NAMES, language
from experiments.store import read_manifest
from experiments.telling import Telling
from sim import behaviour, outcomes

VOID = {"meta", "link", "br", "hr", "img", "input", "path", "use", "rect"}


class Page(HTMLParser):
    """Collect elements and check that they are closed in order."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.open, self.mistakes = [], [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        if tag in VOID:
            return
        if not self.open or self.open.pop() != tag:
            self.mistakes.append(tag)

    def all(self, tag):
        return [attributes for name, attributes in self.elements if name == tag]


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    folder = tmp_path_factory.mktemp("report") / "results"
    made = fake.study(draws=20, designs=fake.DESIGNS)
    made.scenario.update(
        name="A & B <test>", question="Is 3 < 4?", country="kyrgyzstan", scale=20, start="2026-01", horizon="2026-12"
    )
    runner.run(made, folder, workers=1)
    frame = pandas.read_parquet(folder / "results.parquet")
    return summary.summarise(frame, read_manifest(folder), CODEBOOK, list(CODEBOOK))


@pytest.fixture(scope="module")
def html(found):
    return report.html(found)


@pytest.fixture(scope="module")
def page(html):
    return Page(html)


def test_it_is_well_formed_and_begins_with_its_kind(html, page):
    assert html.startswith("<!DOCTYPE html>")
    assert not page.mistakes
    assert not page.open


def test_nothing_is_loaded_from_outside(html, page):
    for tag, attributes in page.elements:
        for name in ("src", "href", "xlink:href", "data", "action"):
            assert attributes.get(name, "#").startswith("#"), (tag, attributes)
    assert not page.all("script")
    assert not page.all("link")
    assert "@import" not in html
    assert not re.search(r"url\((?!#)", html)


def test_identifiers_are_unique_and_every_reference_has_its_target(page):
    names = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(names) == len(set(names))
    for _, attributes in page.elements:
        for name in ("href", "xlink:href"):
            if name in attributes:
                assert attributes[name][1:] in names
        for target in attributes.get("aria-labelledby", "").split():
            assert target in names


def test_tables_have_captions_and_scopes_and_charts_have_words(html, page):
    assert len(page.all("table")) == len(page.all("caption")) >= 6
    assert all("scope" in attributes for attributes in page.all("th"))
    drawn = [attributes for attributes in page.all("svg") if "viewbox" in attributes]
    assert len(drawn) >= 4
    names = {attributes["id"] for _, attributes in page.elements if "id" in attributes}
    assert all({one["aria-labelledby"], one["aria-describedby"]} <= names for one in drawn)
    assert 2 * html.count("The same as a table") == len(drawn), "each is drawn for broad pages and for phones"
    assert page.all("html")[0]["lang"] == "en"


def test_headings_descend_without_a_gap(page):
    levels = [int(tag[1]) for tag, _ in page.elements if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))


def test_names_of_the_user_are_escaped(html):
    assert "A &amp; B &lt;test&gt;" in html
    assert "Is 3 &lt; 4?" in html
    assert "<test>" not in html


def test_it_says_what_intervals_cover_and_lists_every_judgement(html, found):

    assert found.manifest["interval"] in html.replace("&#39;", "'").replace("\xa0", " ")
    judged = [prior for prior in behaviour.priors("kyrgyzstan") if prior.confidence == "C"]
    assert f"List of the {len(judged)} parameters" in html
    assert all(f"<code>{prior.name}</code>" in html for prior in judged)


def test_failed_runs_are_named(found):
    failed = pandas.DataFrame([{"draw": 3, "seed": 99, "error": "Traceback\nZeroDivisionError: month 7\n"}])
    text = report.html(replace(found, failures=failed))
    assert "1 run failed and is left out" in text
    assert "ZeroDivisionError: month 7" in text


def test_the_same_study_gives_the_same_page(found, html):
    assert report.html(found) == html


def luminance(colour):
    parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first, second):
    bright, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("palette", [drawing.LIGHT, drawing.DARK])
def test_text_and_lines_stand_out_from_their_ground_on_a_light_and_on_a_dark_screen(palette):
    for ground in ("paper", "tint"):
        assert all(contrast(palette[ink], palette[ground]) >= 4.5 for ink in ("ink", "muted", "blue"))


@pytest.mark.parametrize("palette", [drawing.LIGHT, drawing.DARK])
def test_the_line_stands_out_from_the_bands_and_the_bands_from_each_other(palette):
    assert contrast(palette["blue"], palette["inner"]) >= 3.0
    assert contrast(palette["inner"], palette["outer"]) >= 1.4


def test_a_difference_that_cannot_be_told_apart_is_drawn_open():
    rows = pandas.DataFrame(
        [
            {"design": "A", "median": 1.0, "low": 0.5, "high": 2.0, "verdict": "more"},
            {"design": "B", "median": 1.0, "low": -0.5, "high": 2.0, "verdict": "cannot be told apart"},
        ]
    )
    scale, say = words.Scale(1.0, "jobs", 0), language("en")

    def drawn(table):
        return charts.differences([charts.Panel("Jobs", scale, table)], "zero", "chart", say)

    both, first = drawn(rows), drawn(rows.assign(verdict="more"))
    assert (both.count('class="o"'), both.count('class="f"')) == (2, 2), "drawn twice, one mark open, one filled"
    assert (first.count('class="o"'), first.count('class="f"')) == (0, 4)


def test_figures_of_any_size_are_readable():
    for value in (0.0, 1e-9, 0.4, 12.0, 999.5, 1234.0, 98765.0, 1.2e6, 3.4e9, 5.6e12):
        for unit in ("jobs", "som", "share of families", "points"):
            if unit.startswith("share") and value > 1e5:
                continue  # no share is
            text = words.figure(-value, words.scale_of([value], unit))
            assert 1 <= len(text) <= 14, (value, unit, text)


def test_the_answer_comes_first_then_charts_then_the_rest_and_provenance_comes_last(html):
    places = [html.index(f'<h2 id="{name}"') for name in ("short", "charts", "designs", "differences", "levels",
                                                          "meaning", "assumptions", "provenance")]  # fmt: skip
    assert places == sorted(places)
    answer = html[places[0] : places[1]].replace("&#39;", "'")
    assert re.search(r"Larger grant, compared with 'No change': about [\d,]+ more net jobs", answer)
    assert answer.index('class="answer"') < answer.index("<table>")


def test_ranks_are_told_as_counts_of_parameter_sets_and_never_as_probabilities(html):
    assert "robability of being" not in html
    assert "is the best with" not in html
    assert re.search(r"ranked first in \d+ of 20 parameter sets", html)


def test_no_number_is_parted_from_its_percent_sign(html):
    assert not re.search(r"\d %", html)


def test_an_outcome_has_one_unit_in_every_table(found):
    told = Telling(found, language("en"))
    for outcome in found.outcomes:
        mine = found.differences[found.differences["outcome"] == outcome]
        for scale in (told.scale(outcome), told.apart(outcome), told.scale(outcome, mine["median"])):
            assert (scale.unit, scale.divisor) == (told.scale(outcome).unit, told.scale(outcome).divisor)
    assert words.common_scale([2.1e9], [3.0e6], "som").unit == "million som"
    assert words.scale_of([123456.0], "jobs").divisor == 1.0


class Text(HTMLParser):
    """Collect the text of a page that is meant to be in its language: not code, not what is marked as English."""

    def __init__(self, page):
        super().__init__()
        self.foreign, self.parts = [], []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        if tag in VOID:
            return
        marks = dict(attributes)
        other = tag in ("code", "style") or marks.get("lang") == "en" or bool(self.foreign and self.foreign[-1])
        self.foreign.append(other)
        self.parts += [marks[name] for name in ("aria-label",) if name in marks and not other]

    def handle_endtag(self, tag):
        if tag not in VOID:
            self.foreign.pop()

    def handle_data(self, data):
        if not self.foreign or not self.foreign[-1]:
            self.parts.append(data)


@pytest.mark.parametrize("code", ["ru", "ky"])
def test_nothing_of_a_translated_page_is_left_in_english(found, code):
    page = report.html(replace(found, codebook=outcomes.CODEBOOK), language(code))
    assert f'<html lang="{code}">' in page
    text = " ".join(Text(page).parts)
    names = " ".join([*fake.DESIGNS, "A & B <test>", "Osh Kelishim Linux PFRON follow codebook", str(found.manifest)])
    assert set(re.findall(r"[A-Za-z]{4,}", text)) <= set(re.findall(r"[A-Za-z]{4,}", names))


@pytest.fixture(scope="module")
def pages(found, tmp_path_factory):
    folder = tmp_path_factory.mktemp("pages")
    return [report.write(found, folder, code) for code in NAMES]


# Of each chart that a phone shows: how much of the page's width its data has.
DATA_SHARES = """[...document.querySelectorAll('figure svg')].filter(chart => chart.clientWidth).map(chart => {
  const parts = [...chart.querySelectorAll('path')].map(part => part.getBoundingClientRect());
  const width = Math.max(...parts.map(part => part.right)) - Math.min(...parts.map(part => part.left));
  const whole = chart.closest('figure').getBoundingClientRect().width;
  return [chart.getAttribute('aria-labelledby'), width / whole]; })"""
NAMED_ABOVE = ("paired", "mechanisms", "costs")


def test_axe_finds_nothing_wrong_in_any_language_and_a_phone_shows_all_of_it(pages, chromium):
    view = chromium.new_page(viewport={"width": 320, "height": 640})
    asked = []
    view.on("request", lambda request: asked.append(request.url))
    for path in pages:
        view.goto(path.as_uri())
        view.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")
        assert violations(view, {"resultTypes": ["violations"]}) == []
        shares = view.evaluate(DATA_SHARES)
        assert len(shares) == len(view.query_selector_all("figure"))
        assert all(share >= (0.85 if name.startswith(NAMED_ABOVE) else 0.5) for name, share in shares), shares
        view.set_viewport_size({"width": 1280, "height": 900})
        assert view.evaluate("[...document.querySelectorAll('.slim')].every(part => !part.offsetWidth)")
        view.set_viewport_size({"width": 320, "height": 640})
        for size in ("100%", "200%"):
            view.evaluate(f"document.documentElement.style.fontSize = '{size}'")
            assert view.evaluate("document.documentElement.scrollWidth") <= 320
    assert all(url.startswith("file:") for url in asked)
    view.close()


def test_a_report_in_another_language_stands_beside_the_first(found, tmp_path):
    assert [report.write(found, tmp_path, code).name for code in NAMES] == [
        "report.html", "report.ru.html", "report.ky.html",
    ]  # fmt: skip
