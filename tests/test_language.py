"""Languages: every text has its translation, and figures are written alike everywhere."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from catalogues import faults
from hypothesis import given
from hypothesis import strategies as st

from calibration.sets import parameter_sets
from experiments import coverage, progress, words
from experiments.language import FOLDER, PLURALS, language, read, rounded
from experiments.messages import Wanted, of_package, update, wanted, welcome
from experiments.plurals import filled
from experiments.screen import Screen
from sim.errors import InputError

LANGUAGES = Path(words.__file__).parents[1] / "workshop" / "languages"
NBSP, MINUS = "\N{NO-BREAK SPACE}", "\N{MINUS SIGN}"


def test_every_text_is_translated_and_no_translation_is_left_over():
    assert not faults(FOLDER, wanted(), welcome=welcome())


def test_the_check_finds_what_is_wrong(tmp_path):
    wish = {Wanted("", "Net jobs"), Wanted("", "{count} family", "{count} families"), Wanted("", "A {name}")}
    update(tmp_path, wish)
    assert len(faults(tmp_path, wish)) == 6
    for code in ("ru", "ky"):
        path = tmp_path / f"{code}.po"
        text = path.read_text(encoding="utf-8")
        text = text.replace('"Net jobs"\nmsgstr ""', '"Net jobs"\nmsgstr "Net jobs"')
        path.write_text(text.replace('"A {name}"\nmsgstr ""', '"A {name}"\nmsgstr "Один {nmae}"'), encoding="utf-8")
    found = faults(tmp_path, wish - {Wanted("", "{count} family", "{count} families")})
    assert sum("left in English" in fault for fault in found) == 2
    assert sum("other placeholders" in fault for fault in found) == 2


def test_russian_and_kyrgyz_have_their_plurals(tmp_path):
    head = 'msgid ""\nmsgstr "Language: {}\\nContent-Type: text/plain; charset=utf-8\\nPlural-Forms: {};\\n"\n\n'
    entry = 'msgid "{count} family"\nmsgid_plural "{count} families"\n'
    for code, forms in {"ru": ("семья", "семьи", "семей"), "ky": ("үй-бүлө", "үй-бүлөлөр")}.items():
        lines = "".join(f'msgstr[{k}] "{{count}} {form}"\n' for k, form in enumerate(forms))
        (tmp_path / f"{code}.po").write_text(head.format(code, PLURALS[code][0]) + entry + lines, encoding="utf-8")
    said = {n: language("ru", tmp_path).plural("{count} family", "{count} families", n) for n in (1, 3, 5, 11, 21, 112)}
    assert [text.split()[1] for text in said.values()] == ["семья", "семьи", "семей", "семей", "семья", "семей"]
    assert language("ky", tmp_path).plural("{count} family", "{count} families", 1) == "1 үй-бүлө"
    assert language("ky", tmp_path).plural("{count} family", "{count} families", 1000) == f"1{NBSP}000 үй-бүлөлөр"
    assert language("en").plural("{count} family", "{count} families", 1000) == "1,000 families"


@pytest.mark.parametrize("code", ["ru", "ky"])
def test_kyrgyz_numbers_look_like_russian_ones(code):
    say = language(code)
    assert say.number(-1234567.891, 2) == f"{MINUS}1{NBSP}234{NBSP}567,89"
    assert say.percent(0.9) == f"90{NBSP}%"
    assert say.number(3.0, signed=True) == "+3"
    assert say.number(math.nan) == words.MISSING


def test_contexts_keep_equal_words_apart(tmp_path):
    (tmp_path / "ky.po").write_text(
        'msgid ""\nmsgstr "Language: ky\\n"\n\nmsgctxt "unit"\nmsgid "som"\nmsgstr "сом"\n\n'
        'msgid "som"\nmsgstr "акча"\n',
        encoding="utf-8",
    )
    say = language("ky", tmp_path)
    assert (say.text("som"), say.text("som", context="unit")) == ("акча", "сом")
    assert say.text("Net jobs") != "Net jobs"


def test_what_is_unknown_stays_english_and_a_wrong_language_gets_one_sentence():
    assert language("ky").text("A design of my own {name}", name="X") == "A design of my own X"
    with pytest.raises(InputError, match=r"language is 'kg'; it must be one of en, ru, ky"):
        language("kg")


@given(st.floats(-1e12, 1e12), st.integers(-3, 3))
def test_rounding_is_symmetric_and_close(value, decimals):
    near = rounded(value, decimals)
    assert near == -rounded(-value, decimals)
    assert abs(near - value) <= 0.5000001 * 10.0**-decimals + 1e-15 * abs(value)


def test_the_same_figure_is_written_with_the_same_digits_in_every_language():
    for value in (0.5, 1.5, 2.5, 1234.5, 99999.5, 2.45e9):
        written = [words.figure(value, words.scale_of([value], "som", language(code)), language(code))
                   for code in ("en", "ru", "ky")]  # fmt: skip
        assert len({"".join(c for c in text if c.isdigit()) for text in written}) == 1


def test_messages_are_found_in_code_and_templates(tmp_path):
    (tmp_path / "a.py").write_text('say.text("One {x}", x=1)\nsay.plural("a", "b", 2)\nN_("Two")\n', encoding="utf-8")
    (tmp_path / "b.html").write_text('<p>{{ _("Three") }} {{ many("c", "d", 3) }}</p>', encoding="utf-8")
    assert of_package(tmp_path) == {
        Wanted("", "One {x}"), Wanted("", "a", "b"), Wanted("", "Two"), Wanted("", "Three"), Wanted("", "c", "d"),
    }  # fmt: skip


def test_catalogues_are_plain_files_in_a_stable_order(tmp_path):
    for code in ("ru", "ky"):
        (tmp_path / f"{code}.po").write_bytes((FOLDER / f"{code}.po").read_bytes())
    update(tmp_path, wanted() | welcome())
    for code in ("ru", "ky"):
        assert (tmp_path / f"{code}.po").read_bytes() == (FOLDER / f"{code}.po").read_bytes()
        assert len(read(FOLDER / f"{code}.po")) > 400


@pytest.mark.parametrize("code", ["ru", "ky"])
def test_what_an_interval_means_under_the_posterior_in_use_is_said_in_each_language(code):

    text = parameter_sets("posterior", 1, 1).coverage
    said = coverage.translated(text, language(code))
    assert said
    assert said != text


@pytest.mark.parametrize(
    ("code", "number", "said"),
    [("ru", 1, "1 сом"), ("ru", 22, "22 сома"), ("ru", 11, "11 сомов"), ("ru", "84 683", "84 683 сома"),
     ("ru", "0,5", "0,5 сома"),
     ("ru", "1\N{NO-BREAK SPACE}001", "1\N{NO-BREAK SPACE}001 сом"), ("ky", 5, "5 сом"), ("en", 1, "1 som")],
)  # fmt: skip
def test_a_unit_takes_the_form_of_the_number_before_it(code, number, said):
    assert f"{number} {language(code).text('som', context='unit', n=number)}" == said


def test_a_unit_alone_takes_the_form_of_many():
    assert language("ru").text("som per job", context="unit") == "сомов на рабочее место"
    assert language("ru").text("jobs", context="unit") == "рабочих мест"


@pytest.mark.parametrize(
    ("number", "said"), [(1, "1 набора"), (21, "21 набора"), (12, "12 наборов"), (1000, "1000 наборов")]
)
def test_a_number_in_the_middle_of_a_sentence_governs_its_case(number, said):
    text = "{design} in {count} of {draws} draws"
    assert said in language("ru").text(text, design="A", count=3, draws=number)


@pytest.mark.parametrize("message", ["{n, plural, one {x}", "{n, plural, }", "n, plural, one {x}}"])
def test_a_choice_that_is_not_closed_gets_one_sentence(message):
    with pytest.raises(ValueError, match=r"a plural must look like|a brace is not closed|substring"):
        filled(message, {"n": 1}, "ru")


def test_a_fraction_is_no_mistake_in_russian():
    said = language("ru", LANGUAGES).plural("{count} family", "{count} families", 1.5)
    assert said == "2 семьи"  # written as a whole number, never refused


def test_progress_waits_for_a_first_run_before_it_says_what_is_left(monkeypatch, capsys):
    clock = iter([0.0, 100.0, 100.0])
    monkeypatch.setattr(progress.time, "monotonic", lambda: next(clock))
    with progress.shown(8, Screen()) as (_, advance):
        advance(0)  # none was on disk when a stopped study went on
        assert capsys.readouterr().out == ""
        advance(4)
    assert "4 of 8 runs are finished, about 100 seconds left." in capsys.readouterr().out
