"""Reading: the figures of the demonstration, written down once, and the parts of ``docs/reading.md`` made from them.

``python -m experiments.reading results/demo-...`` writes down the figures of a folder that ``make demo`` left; then
``python -m experiments.documentation`` makes the page. A test runs the first draw anew and holds the figures to it,
another holds the page to the figures, so the page cannot say what the model no longer gives.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from matplotlib import rc_context

from experiments import fares, reach, study, summary, waterfalls, words
from experiments.analysis import ALL, WHOLE
from experiments.blocks import GROUPS
from experiments.figures import differences
from experiments.headline import first_screen
from experiments.language import language
from experiments.mechanisms import ACCOUNTS
from experiments.protocol import Plan
from experiments.screen import text
from experiments.store import OK, write_json
from experiments.telling import Telling
from sim import behaviour
from sim.outcomes import CODEBOOK

DEMO = Path(__file__).parent / "scenarios" / "demo.toml"
KEPT = Path(__file__).with_name("reading.json")
WIDTH = 80  # columns of the screen that is kept
PICTURE = Path(__file__).parents[1] / "docs" / "demonstration.svg"
PICTURED = "jobs_disability"
DIGITS = 10  # that are written down of a figure
TOLD = ("name", "question", "start", "horizon", "scale", "country")
COLUMNS = ("draw", "replication", "seed", "status", "design", "outcome", "group", "month", "error", "value")
# Parameters that a headline rests on, among others.
CARRIED: dict[str, tuple[str, ...]] = {
    "net_jobs": ("starting.rate", "feedback.steal_agriculture", "feedback.job_elasticity", "feedback.multiplier",
                 "working.relocated", "closing.mature"),
    "jobs_disability": ("complying.price", "complying.constant", "hiring.substitution", "seeking.base_willingness",
                        "sizing.bunching"),
    "poverty_exits": ("consuming.elasticity", "consuming.poverty_line", "operating.return_agriculture"),
    "income_change": ("operating.return_agriculture", "operating.capital_elasticity", "applying.effort",
                      "moving.tightness"),
    "net_fiscal_cost": ("accounting.visible", "accounting.hidden", "claiming.back", "complying.relabelled_share"),
    "cost_per_net_job": (),
}  # fmt: skip


def asked() -> list[str]:
    """Return the outcomes whose figures are written down: headlines, reach, classes, and steps of the waterfalls."""
    steps = [name for account in ACCOUNTS if account.total in waterfalls.SHOWN
             for name in (account.total, *(outcome for outcome, _ in account.lines.values()))]  # fmt: skip
    return list(dict.fromkeys([*CARRIED, "programme_cost", *reach.ROWS, *fares.CLASSES, *steps]))


def named(outcome: str, group: str) -> str:
    """Return the name under which a figure is written down; empty for what is not."""
    if outcome not in asked():
        return ""
    if group == ALL:
        return outcome
    return f"{outcome} {group}" if outcome in fares.CLASSES and group.startswith(f"{fares.KIND}=") else ""


def first_draw() -> dict[str, dict[str, float]]:
    """Run the first draw of the demonstration and return design -> figure, by the names that are written down."""
    made = study.prepare(Plan.read(DEMO))
    unit = made.units[0]
    out: dict[str, dict[str, float]] = {}
    for row in made.simulator(made.plain, made.parameter_sets[unit.draw], made.seed(unit)):
        name = named(row["outcome"], row["group"])
        if name and row["month"] == WHOLE:
            out.setdefault(row["design"], {})[name] = _short(row["value"])
    return out


def written(folder: Path) -> dict[str, Any]:
    """Return the figures of a results folder of the demonstration as they are written down."""
    found = summary.read(folder)
    frame, manifest = found.frame, found.manifest
    whole = frame[(frame["month"] == WHOLE) & (frame["status"] == OK)].sort_values("draw", kind="stable")
    figures: dict[str, dict[str, list[float]]] = {design: {} for design in found.designs}
    for design, outcome, group, value in zip(*(whole[name] for name in ("design", "outcome", "group", "value")),
                                             strict=True):  # fmt: skip
        name = named(str(outcome), str(group))
        if name:
            figures[str(design)].setdefault(name, []).append(_short(value))
    scenario = {name: manifest["scenario"][name] for name in (*TOLD, "designs")}
    return {
        "screen": text(first_screen(found), WIDTH),
        "scenario": scenario, "draws": found.draws, "outcomes": found.primary, "status": manifest["status"],
        "interval": manifest["interval"], "figures": figures,
    }  # fmt: skip


def _short(value: float) -> float:
    return float(f"{value:.{DIGITS}g}")


def rows(kept: Mapping[str, Any]) -> Iterator[tuple[object, ...]]:
    """Yield the figures that are written down as rows of results."""
    for design, figures in kept["figures"].items():
        for name, values in figures.items():
            outcome, _, group = name.partition(" ")
            for number, value in enumerate(values):
                yield number, 0, 0, OK, design, outcome, group or ALL, WHOLE, "", value


@cache
def kept() -> dict[str, Any]:
    """Return what is written down."""
    found: dict[str, Any] = json.loads(KEPT.read_text(encoding="utf-8"))
    return found


@cache
def told() -> Telling:
    """Return the demonstration as the report tells it, in English."""
    import pandas

    found = kept()
    manifest = {
        "scenario": found["scenario"], "asked": {"draws": found["draws"], "replications": 1},
        "study": {"outcomes": found["outcomes"]}, "interval": found["interval"], "status": found["status"],
    }  # fmt: skip
    frame = pandas.DataFrame(list(rows(found)), columns=list(COLUMNS))
    return Telling(summary.summarise(frame, manifest, CODEBOOK), language("en"))


def screen() -> str:
    """Return the first screen of the demonstration as it came out; of the figures alone where that was not kept."""
    said = kept().get("screen") or text(first_screen(told().summary), WIDTH)
    return f"```text\n$ make demo\n{said.rstrip()}\n```"


def question() -> str:
    """Return the question, how it was asked, and the verdict on each design."""
    it = told()
    scenario = it.summary.manifest["scenario"]
    asked_of = (
        f"**{scenario['question']}** {it.summary.draws} parameter sets, {scenario['start']} to {scenario['horizon']}, "
        f"one simulated household for {scenario['scale']}; status: {it.summary.manifest['status']}."
    )
    return "\n".join([asked_of, "", *(f"* {it.verdict(design)}" for design in it.summary.designs[1:])])


def headline(outcome: str) -> str:
    """Return a headline of the demonstration: figures, definition, rule, and the parameters that carry it."""
    it = told()
    found, levels, apart = CODEBOOK[outcome], it.summary.levels, it.summary.differences
    mine = levels[levels["outcome"] == outcome].set_index("design")
    beside = apart[apart["outcome"] == outcome].set_index("design")
    scale = it.level(outcome)
    lines = []
    for design in it.summary.designs:
        row = mine.loc[design]
        cells = [it.title(design), it.figure(row["median"], scale), it.interval(row["low"], row["high"], scale)]
        if design in beside.index:
            row, other = {**beside.loc[design], "outcome": outcome}, it.apart(outcome, design)
            cells += [it.figure(row["median"], other, signed=True),
                      it.interval(row["low"], row["high"], other, signed=True),
                      "; ".join(part for part in (it.judged(row), it.leaning(row)) if part)]  # fmt: skip
        lines.append(cells + [""] * (6 - len(cells)))
    first = it.title(it.summary.designs[0])
    header = ("design", "median", "90 % interval", f"against {first}", "90 % band", "verdict")
    parts = [f"{it.label(outcome)}, {it.unit(outcome, scale)}", _table(header, lines),
             f"*What it is* (rule {found.rule}): {found.definition}."]  # fmt: skip
    if CARRIED[outcome]:
        about = ("parameter", "meaning", "median (90 %)", "confidence", "source")
        parts += [
            "*Parameters that it rests on, among others:*",
            _table(about, [_parameter(name) for name in CARRIED[outcome]]),
        ]
    return "\n\n".join(parts)


def waterfall(name: str) -> str:
    """Return a waterfall of the demonstration as a table."""
    it = told()
    (one,) = [each for each in waterfalls.found(it) if each.name == name]
    section = waterfalls.section(it, one)
    header = ("step", *(label for _, label in section.columns))
    lines = [[row.label, *(cell.text for cell in row.cells)] for row in section.rows]
    return f"{section.title}\n\n{_table(header, lines)}"


def reached() -> str:
    """Return reach beside effect in the demonstration."""
    found = reach.section(told())
    if found is None:
        return ""
    lines = [[row.label, *(cell.text.replace("\n", " (") + ")" for cell in row.cells)] for row in found.rows]
    return _table(("", *(label for _, label in found.columns)), lines)


def classes() -> str:
    """Return who gains and who loses in the demonstration: of everybody, and by what a design did to a household."""
    it, lines = told(), []
    for group in (ALL, *(f"{fares.KIND}={kind}" for kind in ("contract", "applicant", "hired", "bears", "other"))):
        for one in fares.counted(it, group):
            if one.all > 0.0:
                name = GROUPS.get(group.partition("=")[2], "everybody")
                counts = [words.figure(one.persons[key], words.Scale(1.0, "", -2)) for key in fares.CLASSES]
                lines.append([name, it.title(one.design), *counts])
    return _table(("household", "design", *fares.CLASSES.values()), lines)


def _parameter(name: str) -> tuple[str, ...]:
    prior = next(one for one in behaviour.priors("kyrgyzstan") if one.name == name)
    say = language("en")
    if prior.family == "fixed":
        spread = f"{say.shortest(prior.p1)}, one value"
    else:
        low, middle, high = (say.shortest(prior.quantile(share)) for share in (0.05, 0.5, 0.95))
        spread = f"{middle} ({low} to {high})"
    return f"`{name}`", prior.meaning, spread, prior.confidence, prior.source


def _table(header: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    whole = ["| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in (header, *lines)]
    return "\n".join([whole[0], "|" + "---|" * len(header), *whole[1:]])


def draw() -> None:
    """Write the picture of the README: what each design changes in one outcome, with its 90 % range."""
    figure = differences(told().summary, PICTURED)
    with rc_context({"svg.hashsalt": PICTURE.stem, "svg.fonttype": "none"}):
        figure.savefig(PICTURE, format="svg", metadata={"Date": None, "Creator": None})


def main() -> None:
    """Write down the figures of the results folder that is named."""
    if len(sys.argv) != 2:
        print("python -m experiments.reading FOLDER writes down the figures of a results folder of the demonstration.")
        return
    write_json(KEPT, written(Path(sys.argv[1])))
    kept.cache_clear()
    told.cache_clear()
    draw()
    print(f"Written: {KEPT.name} and {PICTURE.name}. Now: python -m experiments.documentation")


if __name__ == "__main__":
    main()
