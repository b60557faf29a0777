"""The container file and the script it runs agree; the script itself is run by hand (docs/start-up.md)."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from experiments.commands.listed import COMMANDS

ROOT = Path(__file__).parents[1]
LINES = (ROOT / "Containerfile").read_text(encoding="utf-8").splitlines()
SCRIPT = ROOT / "container" / "install.sh"


def said(word):
    """Return what stands behind a word of the container file."""
    return [line.partition(" ")[2] for line in LINES if line.startswith(f"{word} ")]


def test_the_image_reads_the_cache_and_the_program_that_its_script_made():
    (run,) = said("RUN")
    script, folder = re.match(r"sh (\S+) (\S+)", run).groups()
    assert ROOT / script == SCRIPT
    text = SCRIPT.read_text(encoding="utf-8")
    assert 'KELISHIM_CACHE="$folder/cache"' in text
    assert '-m venv "$folder/environment"' in text
    (settings,) = said("ENV")
    assert f"KELISHIM_CACHE={folder}/cache" in settings
    assert f"PATH={folder}/environment/bin:" in settings


def test_the_script_can_be_read_by_a_plain_shell_and_uses_commands_that_exist():
    subprocess.run(["sh", "-n", str(SCRIPT)], check=True)
    used = re.findall(r"/kelishim\" (\w+)", SCRIPT.read_text(encoding="utf-8"))
    assert used == ["prepare", "compare"]
    assert set(used) <= set(COMMANDS)


def test_what_needs_no_place_in_an_image_is_left_out():
    left_out = (ROOT / ".containerignore").read_text(encoding="utf-8").split()
    assert {".git", ".venv", ".venv-peers"} <= set(left_out)
    assert not {"sim", "experiments", "calibration", "workshop", ".ci", "requirements.lock", "README.md"} & set(
        left_out
    )
