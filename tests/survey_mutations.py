"""Spoilt surveys, registers, maps and margins, and what the commands make of one."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pandas
from survey_files import (
    MAP,
    REGISTER_MAP,
    as_csv,
    register_rows,
    spoilt_bytes,
    spoilt_map,
    spoilt_rows,
    survey_rows,
)
from typer.testing import CliRunner

from experiments import cli

KINDS = ("survey", "survey map", "register", "register map", "parquet", "dta", "sav", "first map", "margins")
MARGINS = "margin,category,value\nplace,urban,1000\nplace,rural,3000\nsex,man,1900\nsex,woman,2100\nage,0-15,900\n"


class Samples:
    """The good files that are spoilt."""

    def __init__(self, folder: Path) -> None:
        rows = survey_rows(20)
        self.survey, self.register = as_csv(rows), as_csv(register_rows(60))
        frame = pandas.DataFrame(rows)
        for name in ("age", "weight", "consumption"):
            frame[name] = frame[name].astype(float)
        self.bytes = {}
        import pyreadstat

        for ending, put in (("parquet", pandas.DataFrame.to_parquet), ("dta", pyreadstat.write_dta),
                            ("sav", pyreadstat.write_sav)):  # fmt: skip
            put(frame, str(folder / f"good.{ending}"))
            self.bytes[ending] = (folder / f"good.{ending}").read_bytes()
            (folder / f"good.{ending}").unlink()


def one(folder: Path, samples: Samples, kind: str, seed: int) -> tuple[str, Any, list[str]]:
    """Run a command on one spoilt file; return what was run, what came back and the faults of that."""
    chance = random.Random(f"{kind} {seed}")
    survey, made, out = folder / "survey.csv", folder / "map.toml", folder / "out.csv"
    text, map_text, name = samples.survey, MAP, "survey.csv"
    before = {path.name for path in folder.iterdir()}
    if kind == "survey":
        text = spoilt_rows(text, chance)
    elif kind in ("survey map", "register map"):
        map_text = spoilt_map(MAP if kind == "survey map" else REGISTER_MAP, chance)
        text = samples.survey if kind == "survey map" else samples.register
    elif kind == "register":
        text, map_text = spoilt_rows(samples.register, chance), REGISTER_MAP
    elif kind == "first map":
        text = spoilt_rows(text, chance)
    elif kind in samples.bytes:
        name = f"survey.{kind}"
    survey = folder / name
    content = spoilt_bytes(samples.bytes[kind], chance) if kind in samples.bytes else text.encode("utf-8", "replace")
    survey.write_bytes(content)
    made.write_text(map_text, encoding="utf-8")
    command = ["survey", "weigh" if seed % 2 else "check", str(survey), "--map", str(made)]
    if command[1] == "weigh":
        command += ["--out", str(out), "--cap", "5"]
    if kind == "margins":
        (folder / "margins.csv").write_text(spoilt_rows(MARGINS, chance), encoding="utf-8")
        command = ["survey", "weigh", str(survey), "--map", str(made), "--margins", str(folder / "margins.csv"),
                   "--out", str(out)]  # fmt: skip
    if kind.startswith("register"):
        command = ["register", str(survey), "--map", str(made), "--out", str(out)]
    if kind == "first map":
        command = ["survey", "map", str(survey), "--out", str(folder / "first.toml")]
    done = CliRunner().invoke(cli.app, command)
    found = _faults(done, out if "--out" in command and kind != "first map" else folder / "first.toml", command)
    left = {path.name for path in folder.iterdir()} - before - {
        survey.name, made.name, "margins.csv", out.name, "first.toml",
    }  # fmt: skip
    found += [f"left behind: {one}" for one in left]
    for path in (survey, made, out, folder / "margins.csv", folder / "first.toml"):
        path.unlink(missing_ok=True)
    return f"{kind} {seed}", done, found


def _faults(done: Any, out: Path, command: list[str]) -> list[str]:
    found = []
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        found.append(f"traceback: {done.exception!r}")
    if done.exit_code not in (0, 2):
        found.append(f"exit code {done.exit_code}")
    lines = done.stderr.strip().splitlines()
    if done.exit_code == 0 and lines:
        found.append(f"a result with words beside it: {lines[:2]}")
    if done.exit_code == 2 and not done.stdout and len(lines) != 1:
        found.append(f"{len(lines)} sentences: {lines[:3]}")
    if done.exit_code == 2 and done.stdout and lines:
        found.append("faults printed twice")
    asked = "--out" in command
    if asked and out.exists() != (done.exit_code == 0):
        found.append(f"the file {'is' if out.exists() else 'is not'} there, exit code {done.exit_code}")
    return found
