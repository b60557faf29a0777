"""The page without a browser: its words in three languages, its files, its weight."""

import gzip
import json
import re
import tomllib
from fnmatch import fnmatch
from pathlib import Path

import pytest

pytest.importorskip("starlette")

from catalogues import faults

import workshop
from experiments.messages import Wanted
from workshop.catalogue import LANGUAGES, of_page, of_server, page_catalogue, wanted

STATIC = Path(workshop.__file__).parent / "static"
SCRIPTS = sorted((STATIC / "js").rglob("*.js"))
LOADED = {"css", "js", "html", "svg"}
WANTED = ("compare", "how", "join", "predict", "reckon", "room", "save", "wall")
LATER = {f"js/screens/{name}.js" for name in WANTED}  # fetched when they are first wanted
OF_THOSE = ("ballot", "beliefs", "cheapest", "desk", "ranked", "standing")  # imported by those alone
THEIRS = {f"js/{name}.js" for name in OF_THOSE}


def test_no_word_of_the_workshop_is_missing_or_left_in_english():
    assert faults(LANGUAGES, wanted()) == []


@pytest.mark.parametrize("code", ["ru", "ky"])
def test_the_page_gets_every_message_that_it_or_the_server_names(code):
    found = page_catalogue(code)["messages"]
    names = {f"{entry.context}|{entry.one}" if entry.context else entry.one for entry in of_page() | of_server()}
    assert set(found) == names


def test_the_scripts_are_read_for_messages():
    assert Wanted("", "Skip to the answer") in of_page()
    assert Wanted("", "{count} job", "{count} jobs") in of_page()
    assert Wanted("unit", "som per family") in of_server()


def test_every_message_stands_in_the_scripts_as_it_is():
    """A message put together while the page runs could not be found in the catalogue."""
    for path in SCRIPTS:
        source = path.read_text(encoding="utf-8")
        assert not re.search(r"\btn?\(`", source), path.name


def test_placeholders_of_plurals_are_counts():
    assert all("{count}" in entry.one and "{count}" in entry.many for entry in of_page() if entry.many)


def _reached(first):
    """Return the modules that one imports, itself among them, and what those import."""
    found, ahead = set(), [first]
    while ahead:
        one = ahead.pop()
        if one not in found:
            found.add(one)
            source = (STATIC / one).read_text(encoding="utf-8")
            folder = (STATIC / one).parent
            names = re.findall(r'^import [^;]*from "([^"]+)"', source, re.MULTILINE)
            ahead += [(folder / name).resolve().relative_to(STATIC.resolve()).as_posix() for name in names]
    return found


def test_all_modules_are_announced_in_the_page_so_that_they_load_at_once():
    index = (STATIC / "index.html").read_text(encoding="utf-8")
    announced = set(re.findall(r'(?:src|href)="/static/(js/[^"]+)"', index))
    assert announced == {path.relative_to(STATIC).as_posix() for path in SCRIPTS} - LATER - THEIRS
    assert announced == _reached("js/app.js")
    app = (STATIC / "js" / "app.js").read_text(encoding="utf-8")
    assert {f"js/{name}" for name in re.findall(r'import\("\./([^"]+)"\)', app)} == LATER


def test_nothing_is_inline_and_nothing_is_fetched_from_elsewhere():
    index = (STATIC / "index.html").read_text(encoding="utf-8")
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=", index)
    for path in STATIC.rglob("*"):
        if path.suffix.lstrip(".") in LOADED:
            source = path.read_text(encoding="utf-8").replace("http://www.w3.org/", "")
            assert not re.search(r"(https?:)?//[a-z0-9-]+\.[a-z]{2,}", source), path.name


def test_first_load_weighs_less_than_150_kilobytes():
    later = {STATIC / name for name in LATER | THEIRS}
    files = [path for path in STATIC.rglob("*") if path.is_file() and path not in later]
    sent = sum(len(gzip.compress(path.read_bytes(), 6)) for path in files)
    words = gzip.compress(json.dumps(page_catalogue("ky"), ensure_ascii=False).encode(), 6)
    assert sent + len(words) < 95_000  # what the start of the model adds stays below the rest


def test_every_file_of_the_page_is_part_of_the_package():
    root = STATIC.parents[1]
    patterns = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"][
        "package-data"
    ]["workshop"]
    for path in [*STATIC.rglob("*"), *LANGUAGES.glob("*.po")]:
        if path.is_file():
            name = path.relative_to(STATIC.parent).as_posix()
            assert any(fnmatch(name, pattern) or fnmatch(name, pattern.replace("**/", "")) for pattern in patterns), (
                name
            )
