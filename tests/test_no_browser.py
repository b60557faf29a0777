"""Without a browser the tests pass, and a line says how many were not run; a browser is installed where one can be."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import chromium as finding
import pytest

TESTS = Path(__file__).parent
FAILING, PASSING = (finding.Way(name, ((sys.executable, "-c", f"raise SystemExit({code})"),), 60.0)
                    for name, code in (("failing", 1), ("passing", 0)))  # fmt: skip


def ran(*words, browser="none"):
    """Return what a command prints when this browser is named."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    environment = kept | {"KELISHIM_BROWSER": browser, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    done = subprocess.run([sys.executable, *words], capture_output=True, text=True, env=environment, cwd=TESTS.parent)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.rstrip()


@pytest.mark.parametrize("side_by_side", [("-p", "xdist.plugin", "-n", "1"), ()])
def test_without_a_browser_tests_pass_and_the_last_line_counts_what_was_not_run(side_by_side):
    names = ("test_room_browser.py", "test_page_offline.py", "test_front.py")
    said = ran("-m", "pytest", "-p", "no:cacheprovider", *side_by_side, *(str(TESTS / name) for name in names))
    count = int(re.fullmatch(r"(\d+) TESTS WERE NOT RUN, FOR NO BROWSER .*", said.splitlines()[-1])[1])
    assert count == 4
    assert f"{count} without a browser" in said.splitlines()[-2]
    assert "NOT TESTED" not in said, "they are told in one line, not one by one"


@pytest.mark.parametrize("named", ["none", "missing", sys.executable])
def test_a_browser_that_does_not_start_is_said_to_be_missing_in_one_line_and_none_is_installed(named):
    said = ran(str(TESTS / "chromium.py"), browser=named)
    assert re.fullmatch(r"Browser for the tests of the page: .*; those tests will be skipped\.", said)
    assert "installing" not in said


def test_with_none_no_browser_is_looked_for_and_otherwise_the_one_that_is_named(monkeypatch):
    monkeypatch.setenv("KELISHIM_BROWSER", "none")
    assert finding.places() == []
    monkeypatch.setenv("KELISHIM_BROWSER", "/a/browser")
    assert finding.places() == [{"executable_path": "/a/browser"}]
    monkeypatch.delenv("KELISHIM_BROWSER")
    assert finding.places()[0] == {}, "Playwright's own is the one that it was tested with"


def test_a_browser_on_the_path_is_found(monkeypatch, tmp_path):
    (tmp_path / "google-chrome").touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("KELISHIM_BROWSER", raising=False)
    assert {"executable_path": str(tmp_path / "google-chrome")} in finding.places()


def test_the_next_way_to_install_is_tried_until_a_browser_starts(monkeypatch):
    monkeypatch.setattr(finding, "version", iter(["", "150.0"]).__next__)
    assert finding.installed([FAILING, PASSING, PASSING._replace(name="next")]) == ("next", "150.0")
    assert finding.installed([FAILING]) == ("", "")


def test_a_tool_that_is_missing_or_hangs_installs_nothing():
    assert not finding.done(finding.Way("missing", (("no-such-tool",),), 60.0))
    assert not finding.done(finding.Way("hanging", ((sys.executable, "-c", "import time; time.sleep(60)"),), 0.1))


def test_only_root_installs_a_package_of_the_distribution(monkeypatch):
    monkeypatch.setattr(finding.shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(finding.os, "geteuid", lambda: 0, raising=False)
    assert finding.ways() == [finding.PLAYWRIGHT, finding.PACKAGE]
    monkeypatch.setattr(finding.os, "geteuid", lambda: 1000, raising=False)
    assert finding.ways() == [finding.PLAYWRIGHT]
