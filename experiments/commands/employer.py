"""The command ``employer``: seats, ways to comply, the sum due and what a hire costs; simulates only if asked."""

from __future__ import annotations

import importlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from experiments.commands.options import (
    FormatOption,
    LanguageOption,
    SimulatedDraws,
    SimulatedScale,
    SimulatedYears,
    WorkersOption,
    command,
    finite,
)
from experiments.design_of_law import Law, design_of_values, designs_of_file, law_of
from experiments.employer import Firm, seats
from experiments.employer_words import Teller
from experiments.language import language
from experiments.screen import Screen
from sim import months
from sim.checking import shown
from sim.errors import InputError, nearest
from sim.policies.design import codes, is_there
from sim.state.labour import INDUSTRIES, OWNERS, Owner

MOST_LAWS = 5
HAS = re.compile(r"([123])(h?)=(\d{1,6}(?:\.\d{1,3})?)")


@dataclass(frozen=True)
class Asked:
    """The options of ``employer``."""

    staff: Annotated[
        float, typer.Option(min=0, max=1e6, callback=finite, metavar="N", help="Staff, as the law counts them.")
    ]
    pay: Annotated[
        float | None,
        typer.Option(min=1, max=1e7, callback=finite, metavar="N",
                     help="Mean pay, som a month before tax; otherwise the average wage."),
    ] = None  # fmt: skip
    offered: Annotated[
        float | None,
        typer.Option(min=1, max=1e7, callback=finite, metavar="N", help="Pay of a new worker; otherwise the mean."),
    ] = None
    has: Annotated[
        list[str] | None,
        typer.Option("--has", metavar="GROUP=N", help="Workers with disabilities now: 3=2 for two of group III, "
                     "2h=1 for one of group II on half time."),
    ] = None  # fmt: skip
    owner: Annotated[
        Literal["private", "budget", "state"], typer.Option(help="private, budget (budget body) or state (enterprise).")
    ] = "private"
    sector: Annotated[str, typer.Option(metavar="NAME", help=f"Sector: {', '.join(INDUSTRIES)}.")] = ""
    idle_years: Annotated[
        float, typer.Option(min=0, max=100, callback=finite, metavar="N", help="Years in which nothing was done.")
    ] = 0.0
    law: Annotated[
        list[str] | None,
        typer.Option("--law", metavar="LAW", help="A quota law to hold beside today's: a code such as FR (kelishim "
                     "quota list), a file of a law, or one value, TABLE.KEY=VALUE."),
    ] = None  # fmt: skip
    design: Annotated[
        list[Path] | None, typer.Option("--design", metavar="FILE", help="A law to hold beside today's, TOML.")
    ] = None
    month: Annotated[str, typer.Option(metavar="YYYY-MM", help="Month whose law, wages and prices are used.")] = (
        "2026-01"
    )
    simulate: Annotated[
        bool, typer.Option("--simulate", help="Also follow such employers in the simulation; takes a minute.")
    ] = False
    scale: SimulatedScale = 100
    draws: SimulatedDraws = 8
    years: SimulatedYears = 3
    workers: WorkersOption = 0
    form: FormatOption = "text"
    language: LanguageOption = "en"


@command
def calculate(asked: Asked) -> None:
    """Say what a quota law asks of one employer, how it can comply and at what price, and what a hire costs.

    For example: kelishim employer --staff 120 --pay 30000 --has 3=2 --law FR --law services.subsidy_share=0.5
    """
    designs = _designs(asked)
    say, laws = language(asked.language), _laws(asked, designs)
    firm = Firm(
        asked.staff, laws[0].economy.average_wage if asked.pay is None else asked.pay,
        Owner(OWNERS.index(asked.owner)), asked.sector, _workers(asked.has or []), asked.offered, asked.idle_years,
    )  # fmt: skip
    teller = Teller(firm, [seats(firm, law) for law in laws], say)
    found = list(teller.sections())
    if asked.simulate:  # its libraries take longer to load than an answer
        simulation = importlib.import_module("experiments.simulated_firm")
        run = importlib.import_module("experiments.simulated").Run(asked.scale, asked.draws, asked.years, asked.workers)
        labels = [label for _, label in teller.columns]
        found.append(simulation.section(firm, laws[0].t, designs, labels, run, say))
    with Screen(asked.form) as show:
        show.print(*found)


def _workers(given: list[str]) -> dict[tuple[int, bool], float]:
    out: dict[tuple[int, bool], float] = {}
    for text in given:
        found = HAS.fullmatch(text.strip())
        if not found:
            raise InputError(f"--has is {shown(text)}; write GROUP=N, such as 3=2, or 2h=1 for half time")
        kind = int(found[1]), bool(found[2])
        if kind in out:
            raise InputError(f"--has names {found[1]}{found[2]} twice; say it once")
        out[kind] = float(found[3])
    return out


def _designs(asked: Asked) -> dict[str, dict[str, Any]]:
    """Return the tables of each law to hold beside today's, by name."""
    designs: dict[str, dict[str, Any]] = {}
    values = [text for text in asked.law or [] if "=" in text]
    for text in asked.law or []:
        if text in values:
            continue
        if not is_there(text):
            raise InputError(f"--law is {shown(text)}; {nearest(text, codes())}")
        designs[text] = {"quota": {"design": text}}
    for path in asked.design or []:
        designs |= designs_of_file(path)
    if values:
        designs[values[0] if len(values) == 1 else "--law"] = design_of_values(values)
    if len(designs) >= MOST_LAWS:
        raise InputError(f"{len(designs)} laws are given; beside today's at most {MOST_LAWS - 1} fit on a page")
    return designs


def _laws(asked: Asked, designs: Mapping[str, Mapping[str, Any]]) -> list[Law]:
    """Return today's law and those to hold beside it."""
    t = months.parse(asked.month)
    return [law_of(t), *(law_of(t, label, tables) for label, tables in designs.items())]
