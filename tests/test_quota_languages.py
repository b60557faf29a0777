"""Quota commands speak three languages: the same figures, no English words left but sources, codes and options."""

from __future__ import annotations

import re

import pytest
from test_budget import made
from test_evasion import findings
from test_inverse import imagined as imagined
from typer.testing import CliRunner

from experiments import budget, cli, evasion, headline, quota_tables, screen
from experiments.language import FOLDER, read
from experiments.language import language as known
from experiments.law_words import phrases
from experiments.messages import Wanted, welcome
from sim.policies.design import codes, load

ENGLISH = re.compile(r"\b(the|of|and|with|for|seats?|levy|jobs?|none|unknown|from|employers?|year|staff|draws?)\b")
CYRILLIC = re.compile(r"[А-Яа-яӨөҮүҢң]{4,}")
SOURCE = re.compile(r"^ +\d+ +\S.*(\n {2,}(?!\d+ ).*)*", re.MULTILINE)  # numbered, as they were written down
COMMANDS = {
    "list": ["quota", "list"],
    "seats": ["quota", "seats", "FR", "AT", "--staff", "1..200"],
    "diff": ["quota", "diff", "DE", "AT"],
    "levy": ["quota", "levy", "AT"],
    "bill": ["quota", "bill", "FR", "--staff", "298", "--counted", "13.5", "--purchases", "50000"],
    "yearly bill": ["quota", "bill", "DE", "--staff", "121", "--counted", "3"],
    "bill without staff who count": ["quota", "bill", "IT", "--staff", "104", "--counted", "2", "--bought-out", "4"],
    "bill of a fine": ["quota", "bill", "BR", "--staff", "1101", "--counted", "46"],
    "bill of an unknown fine": ["quota", "bill", "KG_2025", "--staff", "60", "--counted", "2", "--severe", "0"],
    "bill with two prices": ["quota", "bill", "ES", "--staff", "200", "--donations", "12600"],
    "bill with a premium": ["quota", "bill", "JP", "--staff", "120.5", "--counted", "5"],
    "amount": ["quota", "levy", "--amount", "10", "--base", "calculation-index", "--times", "12"],
    "budget": ["budget"],
    "redteam": ["redteam", "KG_2025", "--levy", "0.25"],
    "design": ["design", "--at-least", "9000", "--free", "quota.levy=0..1", "--free", "services.coaches=0..200",
               "--evaluations", "8"],
}  # fmt: skip


@pytest.fixture(autouse=True)
def quick(monkeypatch, imagined):
    """Let every command tell of invented runs."""
    monkeypatch.setattr(budget, "run", lambda scenario, **options: made(0.05))
    monkeypatch.setattr(evasion, "run", lambda *args, **options: findings({}))


def said(name: str, language: str) -> str:
    done = CliRunner().invoke(cli.app, [*COMMANDS[name], "--language", language])
    assert done.exit_code == 0, done.output
    assert max(len(line) for line in done.stdout.splitlines()) <= 100
    return done.output


@pytest.mark.parametrize("language", ["ru", "ky"])
@pytest.mark.parametrize("name", COMMANDS)
def test_no_english_is_left_but_sources(name, language):
    text = " ".join(SOURCE.sub("", said(name, language)).split())
    assert CYRILLIC.search(text)
    for code in codes():  # sources
        for figure in load(code).figures.values():
            text = text.replace(f"({figure.source})", "") if figure.source else text
    for given in ("A law", "A part for children"):  # names of invented runs
        text = text.replace(given, "")
    text = re.sub(r"\w+\.\w+|\{[^}]*\}|--\w+( \w+)*", "", text)  # what must be typed
    assert not ENGLISH.findall(text)


@pytest.mark.parametrize("language", ["ru", "ky"])
def test_a_comparison_of_laws_is_told_without_english(language):
    from test_quota_tables import made as compared

    found, say = compared(), known(language)
    said = screen.text((*headline.shown(found, say), *quota_tables.tables_for(found, say)), 80)
    text = re.sub(r"kelishim [\w ]+|quota\.csv|summary\.json", "", " ".join(said.split()))
    assert CYRILLIC.search(text)
    assert not ENGLISH.findall(text)


def test_the_figures_are_the_same_in_every_language():
    digits = {language: re.findall(r"\d", said("levy", language)) for language in ("en", "ru", "ky")}
    assert sorted(digits["en"]) == sorted(digits["ru"]) == sorted(digits["ky"])


def test_an_unknown_language_is_one_sentence():
    done = CliRunner().invoke(cli.app, ["quota", "list", "--language", "kg"])
    assert done.exit_code == 2
    assert "language is 'kg'; it must be one of en, ru, ky" in done.stderr


def test_the_words_of_every_law_on_file_are_translated():

    for language in ("ru", "ky"):
        known = read(FOLDER / f"{language}.po")
        missing = {(law, words) for law in codes() for words in phrases(load(law)) if ("law", words) not in known}
        assert not missing
    assert Wanted("law", "annual average") in welcome()
