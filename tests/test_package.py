"""The built package works by itself: installed outside the repository, with an empty home, it does what it says."""

from __future__ import annotations

import json
import os
import signal
import site
import socket
import subprocess
import sys
import tarfile
import time
import urllib.request
import zipfile
from contextlib import contextmanager
from importlib import metadata
from pathlib import Path
from shutil import copytree, ignore_patterns

import pytest
from packaging.version import Version

from sim.engine.folders import cached

ROOT = Path(__file__).parents[1]
PACKAGES = ("sim", "calibration", "experiments", "workshop")
NOT_PACKED = {"workshop/API.md"}  # for who reads the source
STUDY = """
scale = 1000
labour_scale = 100
draws = 1
replications = 1
start = "2022-01"
horizon = "2022-03"

[designs.today]

[designs.levy]
quota = { design = "KG_2025", assignment = "universal", levy = 0.25 }
"""
PATIENCE = 300.0  # seconds


def run(*command, cwd, **settings):
    """Return what a command prints; it has to succeed."""
    words = [str(word) for word in command]
    done = subprocess.run(words, cwd=cwd, capture_output=True, text=True, stdin=subprocess.DEVNULL, **settings)
    assert done.returncode == 0, f"{words}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def build(source, out, *kinds):
    """Build packages of a folder, without a network where the tool that builds is installed."""
    tool = () if Version(metadata.version("setuptools")) < Version("77") else ("--no-isolation",)
    run(sys.executable, "-m", "build", *tool, *kinds, "--outdir", out, source, cwd=out.parent)


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """Folders: the sources as they are kept, what was built of them, a home and a place to work in."""
    folder = tmp_path_factory.mktemp("package")
    ignored = [line.rstrip("/") for line in (ROOT / ".gitignore").read_text().splitlines()]
    copytree(ROOT, folder / "source", ignore=ignore_patterns(".git", *ignored))
    for name in ("dist", "direct", "home", "work"):
        (folder / name).mkdir()
    build(folder / "source", folder / "dist")
    return folder


@pytest.fixture(scope="module")
def wheel(place):
    """The wheel that was built from the source package."""
    (found,) = (place / "dist").glob("*.whl")
    return found


def sums(wheel):
    """Return a checksum of each file of a wheel."""
    with zipfile.ZipFile(wheel) as archive:
        return {member.filename: member.CRC for member in archive.infolist()}


class Installed:
    """The wheel in an environment of its own, which shares other packages with this one but not the repository."""

    def __init__(self, place):
        self.place, self.folder = place, place / "environment"
        run(sys.executable, "-m", "venv", "--without-pip", self.folder, cwd=place)
        self.programs = self.folder / ("Scripts" if os.name == "nt" else "bin")
        paths = "import sysconfig; print(sysconfig.get_path('purelib'))"
        self.modules = Path(run(self.programs / "python", "-c", paths, cwd=place).strip())
        # Plain paths: files of the linked folders that make the repository importable are not read.
        (self.modules / "shared.pth").write_text("\n".join(site.getsitepackages()))
        self.environment = {
            "HOME": str(place / "home"), "PATH": os.defpath, "LC_ALL": "C.UTF-8",
            "KELISHIM_CACHE": str(cached("compiled").parent),  # the same sources: nothing is compiled again
        }  # fmt: skip

    def install(self, wheel):
        """Install the wheel alone, from its file."""
        alone = ("--no-deps", "--no-index", "--quiet")
        pip = (sys.executable, "-m", "pip", "--python", self.programs / "python")
        run(*pip, "install", *alone, wheel, cwd=self.place)

    def said(self, program, *words):
        """Return what a program of the environment prints in the empty folder."""
        return run(self.programs / program, *words, cwd=self.place / "work", env=self.environment, timeout=PATIENCE)

    @contextmanager
    def serving(self):
        """Yield the address of the page, served from the empty folder."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        command = [str(self.programs / "kelishim"), "serve", "--port", str(port)]
        process = subprocess.Popen(
            command, cwd=self.place / "work", env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        try:
            yield f"http://127.0.0.1:{port}", process
        finally:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            process.stdout.close()


@pytest.fixture(scope="module")
def installed(place, wheel):
    """The package as a user has it."""
    made = Installed(place)
    missing = subprocess.run(
        [made.programs / "python", "-c", "import sim"], cwd=place / "work", env=made.environment, capture_output=True
    )
    assert b"ModuleNotFoundError" in missing.stderr, "the repository can be imported: nothing would be proven"
    made.install(wheel)
    return made


def got(address, process):
    """Return what an address answers, as soon as there is a server."""
    end = time.monotonic() + PATIENCE
    while True:
        try:
            with urllib.request.urlopen(address, timeout=60) as answer:
                return answer.read()
        except OSError:
            assert process.poll() is None, process.stdout.read().decode()
            assert time.monotonic() < end, f"{address} does not answer"
            time.sleep(0.2)


def test_everything_but_tests_and_documents_is_inside(wheel):
    there = {
        path.relative_to(ROOT).as_posix() for package in PACKAGES for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }  # fmt: skip
    packed = {name for name in sums(wheel) if ".dist-info/" not in name}
    assert packed == there - NOT_PACKED


def test_the_source_package_builds_the_same_wheel_as_the_sources(place, wheel):
    build(place / "source", place / "direct", "--wheel")
    (direct,) = (place / "direct").glob("*.whl")
    assert direct.name == wheel.name
    assert sums(direct) == sums(wheel)


def test_the_source_package_holds_the_tests_and_the_two_commands(place):
    (archive,) = (place / "dist").glob("*.tar.gz")
    with tarfile.open(archive) as packed:
        names = {name.split("/", 1)[-1] for name in packed.getnames()}
    assert {"Makefile", "requirements.lock", ".ci/run", ".ci/python", "tests/small.py", "docs/model.md"} <= names


def test_what_is_imported_is_the_installed_package(installed):
    program = "import sim, calibration, experiments, workshop as w; print(sim, calibration, experiments, w)"
    said = installed.said("python", "-c", program)
    assert said.count(str(installed.modules)) == len(PACKAGES)
    assert str(ROOT) not in said.replace(str(installed.folder), "")


def test_a_comparison_runs_and_proves_itself(installed):
    (installed.place / "work" / "levy.toml").write_text(STUDY, encoding="utf-8")
    installed.said("kelishim", "compare", "levy.toml", "--workers", "1", "--out", "out")
    out = installed.place / "work" / "out"
    assert (out / "report.html").stat().st_size > 100_000
    assert set(json.loads((out / "summary.json").read_text(encoding="utf-8"))["designs"]) == {"today", "levy"}
    assert "is what was computed" in installed.said("kelishim", "verify", "out")


@pytest.mark.parametrize(("code", "word"), [("en", "seats"), ("ru", "мест"), ("ky", "орун")])
def test_seats_are_told_in_every_language(installed, code, word):
    said = installed.said("kelishim", "quota", "seats", "KG_2025", "--staff", "24,25,50,130", "--language", code)
    assert word in said
    assert [line.split()[:2] for line in said.splitlines() if line.split()[:1] in (["24"], ["50"], ["130"])] == [
        ["24", "0"], ["50", "2"], ["130", "5"],
    ]  # fmt: skip


def test_the_page_is_served_and_the_model_answers(installed):
    with installed.serving() as (address, process):
        assert b"<html" in got(f"{address}/", process)
        assert got(f"{address}/static/js/app.js", process)
        assert json.loads(got(f"{address}/api/languages/ky", process))["messages"]
        result = json.loads(got(f"{address}/api/result?d=today&draws=1", process))
        assert result["draws"] == 1
