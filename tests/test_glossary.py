"""Words of the page and the report: one word for one thing, the same forms on the server and in the browser."""

import csv
import re

import pytest

pytest.importorskip("starlette")
pytest.importorskip("uvicorn")

from browser import go, opened, until
from starlette.testclient import TestClient

from experiments.language import FOLDER, language, read
from workshop.catalogue import LANGUAGES, identifier, page_catalogue, review
from workshop.server import Settings, application

GLOSSARY = LANGUAGES / "glossary.csv"
TERMS = list(csv.DictReader(GLOSSARY.read_text(encoding="utf-8").splitlines()))
COLUMNS = {"ru": "russian", "ky": "kyrgyz"}
NUMBERS = [0, 1, 2, 5, 11, 21, 22, 104, 1000, "84\N{NO-BREAK SPACE}683", "1,5", "−3", "+2", "–"]
UNITS = ["som", "som per family", "jobs", "families", "persons", "average wages per missing seat"]
# "from" and "to" behind each numeral: нөлдөн, бирден, экиден, үчтөн ...
ENDINGS = {
    "0": ("дөн", "гө"), "1": ("ден", "ге"), "2": ("ден", "ге"), "3": ("төн", "кө"), "4": ("төн", "кө"),
    "5": ("тен", "ке"), "6": ("дан", "га"), "7": ("ден", "ге"), "8": ("ден", "ге"), "9": ("дан", "га"),
    "10": ("дон", "го"), "20": ("дан", "га"), "30": ("дан", "га"), "40": ("тан", "ка"), "50": ("дөн", "гө"),
    "60": ("тан", "ка"), "70": ("тен", "ке"), "80": ("ден", "ге"), "90": ("дон", "го"), "100": ("дөн", "гө"),
    "1000": ("ден", "ге"),
}  # fmt: skip


def messages(code):
    return read(FOLDER / f"{code}.po") | read(LANGUAGES / f"{code}.po")


def stem(term):
    return re.compile(rf"\b{re.escape(term.removesuffix('s'))}", re.IGNORECASE)


@pytest.mark.parametrize("code", ["ru", "ky"])
@pytest.mark.parametrize("term", TERMS, ids=[term["english"] for term in TERMS])
def test_a_term_is_never_translated_by_the_word_of_another_thing(term, code):
    wrong = term[f"not_{COLUMNS[code]}"]
    if not wrong:
        return
    english = stem(term["english"])
    for (_, one), said in messages(code).items():
        forms = said if isinstance(said, tuple) else (said,)
        if english.search(one) and not any(stem(other["english"]).search(one) for other in TERMS
                                           if wrong.casefold() in other[COLUMNS[code]].casefold()):  # fmt: skip
            assert not any(wrong.casefold() in form.casefold() for form in forms), (one, forms)


def test_every_term_has_a_word_in_each_language():
    assert len({term["english"] for term in TERMS}) == len(TERMS)
    for term in TERMS:
        assert all(term[column].strip() for column in (*COLUMNS.values(), "meaning")), term


def test_kyrgyz_endings_behind_digits_follow_the_vowel_of_the_numeral():
    numeral = re.compile(r"(\d[\d\s,]*)([дт][аеоө]н|[гк][аеоө]|[дн]ун|у)\b")
    for (_, one), said in messages("ky").items():
        for form in said if isinstance(said, tuple) else (said,):
            for digits, ending in numeral.findall(form):
                last = re.search(r"0*$|[1-9]0*$", re.sub(r"\D", "", digits)[-4:]).group() or "0"
                known = ENDINGS.get(last) or ENDINGS[re.sub(r"\D", "", digits)[-1]]
                assert ending in known, (one, digits + ending)


@pytest.mark.parametrize("code", ["en", "ru", "ky"])
def test_reviewers_get_every_message_with_its_identifier(code):
    rows = list(review(code))
    assert rows[0] == ("id", "english", "translation", "corrected")
    assert {row[0] for row in rows[1:]} >= {identifier("Net jobs"), identifier("The room")}
    if code != "en":
        assert all(row[2] for row in rows)
        assert len(rows) > len(page_catalogue(code)["messages"])


def test_the_table_for_reviewers_is_a_file(tmp_path):
    app = application(Settings(rate=1e6, burst=1e6, folder=tmp_path))
    client = TestClient(app, base_url="http://127.0.0.1:8600")
    answer = client.get("/api/languages/ky/review.csv")
    assert answer.status_code == 200
    assert identifier("The room") in answer.text
    assert client.get("/api/languages/xx/review.csv").status_code == 404
    app.state.desk.close()


def test_the_browser_chooses_the_forms_that_the_server_chooses(chromium, server):
    page = opened(chromium, server.address, "#how?lang=en")
    for code in ("en", "ru", "ky"):
        go(page, f"#how?lang={code}")
        say = language(code)
        wish = [[say.text(unit, context="unit", n=number) for number in NUMBERS] for unit in UNITS]
        got = page.evaluate(
            """async ([units, numbers]) => { const w = await import('/static/js/words.js');
            return units.map((unit) => numbers.map((number) => w.unitWord(unit, number))); }""",
            [UNITS, NUMBERS],
        )
        assert got == wish, code
    go(page, "#how?lang=ru")
    said = """async () => { const n = await import('/static/js/numbers.js');
      const scale = (value) => ({ divisor: 1, size: "", unit: "jobs", decimals: 0 });
      return [n.upTo(41, scale()), n.upTo(42, scale()), n.upTo(110, scale())]; }"""
    assert page.evaluate(said) == [f"41{NBSP}рабочего места", f"42{NBSP}рабочих мест", f"110{NBSP}рабочих мест"]
    page.context.close()


NBSP = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize("code", ["en", "ky"])
def test_reviewers_see_identifiers_beside_the_words(chromium, server, code):
    page = opened(chromium, server.address, f"?ids=1#room?lang={code}")
    until(page, f"document.querySelector('main h1').textContent.endsWith('[{identifier('The room')}]')")
    page.context.close()
