"""A browser for the tests of the page: one that is found, or installed where that can be done, or none.

    python tests/chromium.py    # `make test` begins with it; prints one line and never fails

Looked for in this order: Playwright's own, Chromium or Chrome on the path, Chrome where its installer puts it.
Installed in this order: Playwright's own; by root, the package `chromium` of a distribution that has apt-get. The
environment variable KELISHIM_BROWSER names a browser to use and no other; with `none` nothing is used or installed.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

try:
    from playwright.sync_api import Browser, Error, Playwright, sync_playwright
except ImportError:  # only the packages of the model are installed
    sync_playwright = None

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PATIENCE = 60_000.0  # milliseconds for the start of a browser
DOWNLOAD = 300.0  # seconds for Playwright's own browser, some 100 MB
QUICK = {
    "PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT": "5000",  # milliseconds without an answer
    "DEBIAN_FRONTEND": "noninteractive",
}
APT = ("apt-get", "--quiet", "-o", "Acquire::Retries=1", "-o", "Acquire::http::Timeout=15")


class Way(NamedTuple):
    """A way to install a browser; the distribution's own tool is never stopped half-way."""

    name: str
    commands: tuple[tuple[str, ...], ...]
    seconds: float | None


PLAYWRIGHT = Way(
    "Playwright's own", ((sys.executable, "-m", "playwright", "install", "--only-shell", "chromium"),), DOWNLOAD
)
PACKAGE = Way(
    "the distribution's package",
    ((*APT, "update"), (*APT, "install", "--yes", "--no-install-recommends", "chromium", "fonts-liberation")),
    None,
)


def wanted() -> str:
    """Return what KELISHIM_BROWSER says: a path, ``none``, or nothing."""
    return os.environ.get("KELISHIM_BROWSER", "")


def places() -> list[dict[str, Any]]:
    """Return where a browser may be, as Playwright is told."""
    if wanted():
        return [] if wanted() == "none" else [{"executable_path": wanted()}]
    found = [{"executable_path": path} for name in NAMES if (path := shutil.which(name))]
    return [{}, *found, {"channel": "chrome"}]


def started(play: Playwright) -> Browser | None:
    """Return the first browser that starts."""
    for place in places():
        try:
            return play.chromium.launch(timeout=PATIENCE, **place)
        except Error:
            continue
    return None


@contextmanager
def running() -> Iterator[Browser | None]:
    """Yield a browser, or ``None`` where there is none that starts."""
    if sync_playwright is None or not places():
        yield None
        return
    with sync_playwright() as play:
        browser = started(play)
        yield browser
        if browser is not None:
            browser.close()


def version() -> str:
    """Return the version of the browser that starts; nothing where none does."""
    with running() as browser:
        return browser.version if browser else ""


def ways() -> list[Way]:
    """Return the ways to install a browser that are open to this user on this machine."""
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    return [PLAYWRIGHT, *([PACKAGE] if root and shutil.which(APT[0]) else [])]


def done(way: Way) -> bool:
    """Install a browser in one way, quietly; say whether every command succeeded."""
    settings: dict[str, Any] = {"stdin": subprocess.DEVNULL, "capture_output": True, "env": QUICK | dict(os.environ)}
    try:
        return all(
            subprocess.run(command, timeout=way.seconds, check=False, **settings).returncode == 0
            for command in way.commands
        )
    except (OSError, subprocess.TimeoutExpired):
        return False


def installed(open_ways: Sequence[Way]) -> tuple[str, str]:
    """Return the first way that gave a browser which starts, and its version; nothing where none did."""
    for way in open_ways:
        if done(way) and (number := version()):
            return way.name, number
    return "", ""


def main() -> None:
    """Find a browser or install one, and say in one line what was done."""
    print("Browser for the tests of the page:", end=" ", flush=True)
    if wanted() == "none":
        print("none, as KELISHIM_BROWSER says; those tests will be skipped.")
    elif sync_playwright is None:
        print("the package playwright is not installed; those tests will be skipped.")
    elif number := version():
        print(f"found, version {number}.")
    elif wanted():
        print(f"KELISHIM_BROWSER is {wanted()}, which does not start; those tests will be skipped.")
    else:
        print("none found, installing one ...", end=" ", flush=True)
        way, number = installed(ways())
        said = f"{way}, version {number}." if way else "none could be installed; those tests will be skipped."
        print(said)


if __name__ == "__main__":
    main()
