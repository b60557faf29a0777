"""The command ``household``: the money, rights and rewards of work of one family; simulates only if it is asked to."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from experiments import household_case, household_work, plots
from experiments.commands.options import (
    FormatOption,
    LanguageOption,
    SimulatedDraws,
    SimulatedScale,
    SimulatedYears,
    WorkersOption,
    command,
    finite,
    free_chart,
)
from experiments.design_of_law import Law, design_of_values, designs_of_file, law_of
from experiments.household import pension_age, reckon
from experiments.household_case import EMPLOYED, OF_AGE, OWN_WORK, Case, Job
from experiments.household_words import Answer, Teller
from experiments.language import Language, language
from experiments.middles import COUNTRY
from experiments.screen import Screen
from experiments.sections import Section
from sim import months
from sim.errors import InputError, nearest
from sim.policies.law import regions

STEP, MOST_STEPS, LEAST_STEP = 1000.0, 400, 1.0  # som of more pay; points of a line
LINE_STEPS = 16
MOST_LAWS = 3


@dataclass(frozen=True)
class Asked:
    """The options of ``household``."""

    adult: Annotated[
        list[str] | None,
        typer.Option("--adult", metavar="WORDS",
                     help="An adult: the age and words with colons between, as in 35:woman:works:pay=25000. "
                     "All words: docs/household.md."),
    ] = None  # fmt: skip
    child: Annotated[
        list[str] | None,
        typer.Option("--child", metavar="WORDS", help="A child: the age and words, as in 4 or 7:disability."),
    ] = None
    file: Annotated[Path | None, typer.Option(metavar="FILE", help="A family in a TOML or JSON file instead.")] = None
    remittances: Annotated[
        float, typer.Option(min=0, callback=finite, metavar="N", help="Money from abroad, som a month.")
    ] = 0.0
    instalment: Annotated[
        float, typer.Option(min=0, callback=finite, metavar="N", help="Instalment of a loan, som a month.")
    ] = 0.0
    highland: Annotated[
        bool, typer.Option("--highland", help="The family lives in a high-mountain, remote or border place.")
    ] = False
    coefficient: Annotated[
        float, typer.Option(min=0, max=3, metavar="N", help="Regional coefficient of the child benefit.")
    ] = 1.0
    contract_month: Annotated[
        int, typer.Option(min=0, max=52, metavar="N", help="Month of a social contract that runs already.")
    ] = 0
    declared: Annotated[
        float | None,
        typer.Option(min=0, callback=finite, metavar="N",
                     help="Income that the family declares, som a month; otherwise all that the law counts."),
    ] = None  # fmt: skip
    design: Annotated[
        list[Path] | None, typer.Option("--design", metavar="FILE", help="A law to hold beside today's, TOML.")
    ] = None
    law: Annotated[
        list[str] | None,
        typer.Option("--law", metavar="TABLE.KEY=VALUE",
                     help="One value of a law to hold beside today's: child_benefit.per_child=1500."),
    ] = None  # fmt: skip
    vary: Annotated[int, typer.Option(min=1, metavar="N", help="Adult whose pay the last table varies.")] = 1
    to: Annotated[
        float | None, typer.Option(min=1, max=1e7, callback=finite, metavar="N", help="Largest pay of that table.")
    ] = None
    step: Annotated[
        float | None, typer.Option(min=1, max=1e7, callback=finite, metavar="N", help="Step of pay of that table.")
    ] = None
    offer: Annotated[
        float | None,
        typer.Option(min=1, max=1e7, callback=finite, metavar="N",
                     help="Pay of a job for who has none; otherwise the average wage."),
    ] = None  # fmt: skip
    oblast: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Oblast whose average wage is used, and where families of --simulate live."),
    ] = None
    chart: Annotated[Path | None, typer.Option(metavar="FILE.svg", help="Draw money against pay in this file.")] = None
    month: Annotated[str, typer.Option(metavar="YYYY-MM", help="Month whose law is used.")] = "2026-01"
    simulate: Annotated[
        bool, typer.Option("--simulate", help="Also follow such families in the simulation; takes a minute.")
    ] = False
    scale: SimulatedScale = 100
    draws: SimulatedDraws = 8
    years: SimulatedYears = 3
    workers: WorkersOption = 0
    form: FormatOption = "text"
    language: LanguageOption = "en"


@command
def calculate(asked: Asked) -> None:
    """Say what a family has under today's law and another, what it is entitled to, and what work brings.

    For example: kelishim household --adult 35:woman:works:pay=25000 --adult 40:man:group=2 --child 4 --child 7
    """
    if asked.chart is not None:
        free_chart(asked.chart)
    designs = _designs(asked)
    say, case, laws = language(asked.language), _case(asked), _laws(asked, designs)
    answer = _answer(asked, case, laws)
    teller = Teller(answer, say)
    found = list(teller.sections())
    if asked.simulate:
        found.append(_simulated(asked, answer, teller, say))
    if asked.chart is not None:
        _draw(asked.chart, answer, teller, say)
    with Screen(asked.form) as show:
        show.print(*found)


OF_FAMILY = {"remittances": 0.0, "instalment": 0.0, "highland": False, "coefficient": 1.0, "contract_month": 0,
             "declared": None}  # fmt: skip


def _case(asked: Asked) -> Case:
    values = {name: getattr(asked, name) for name in OF_FAMILY}
    if asked.file is None:
        return household_case.made(asked.adult or [], asked.child or [], **values)
    given = [name for name, usual in OF_FAMILY.items() if values[name] != usual]
    given += [name for name in ("adult", "child") if getattr(asked, name)]
    if given:
        option = f"--{given[0].replace('_', '-')}"
        raise InputError(f"--file says what the family is; leave {option} out, or the file")
    return household_case.from_file(asked.file)


def _designs(asked: Asked) -> dict[str, dict[str, Any]]:
    """Return the tables of each design to hold beside today's law, by name."""
    designs = {label: tables for path in asked.design or [] for label, tables in designs_of_file(path).items()}
    if asked.law:
        values = design_of_values(asked.law)
        designs["; ".join(asked.law) if len(asked.law) == 1 else "--law"] = values
    if len(designs) >= MOST_LAWS:
        raise InputError(f"{len(designs)} designs are given; beside today's law at most {MOST_LAWS - 1} fit on a page")
    return designs


def _laws(asked: Asked, designs: Mapping[str, Mapping[str, Any]]) -> list[Law]:
    t = months.parse(asked.month)
    return [law_of(t), *(law_of(t, label, tables) for label, tables in designs.items())]


def _offer(asked: Asked, law: Law) -> float:
    if asked.offer is not None:
        return asked.offer
    if asked.oblast is None:
        return law.economy.average_wage
    known = regions(COUNTRY)
    if asked.oblast not in known:
        raise InputError(f"--oblast is '{asked.oblast}'; {nearest(asked.oblast, known)}")
    return float(law.economy.wages[known.index(asked.oblast)])


def _answer(asked: Asked, case: Case, laws: list[Law]) -> Answer:
    adults = [k for k, one in enumerate(case.members) if one.adult]
    if asked.vary > len(adults):
        raise InputError(f"--vary is {asked.vary}; it must be from 1 to {len(adults)}, the number of adults")
    offer = _offer(asked, laws[0])
    accounts = [reckon(case, law) for law in laws]
    works = [
        tuple((k, household_work.work_of(case, law, k, _pay(case, k, offer), STEP)) for k in of_working_age(case, law))
        for law in laws
    ]
    fears = []
    for k, work in works[0]:
        one = case.members[k]
        if one.group:
            jobless = reckon(household_work.earning(case, k, 0.0), laws[0])
            fears.append((k, work, household_work.feared(work, jobless.own_benefits(k), one, laws[0])))
    who = adults[asked.vary - 1]
    most, step = _range(asked, max(2.0 * offer, 1.5 * _pay(case, who, offer)))
    lines = tuple(tuple(household_work.line(case, law, who, most, step)) for law in laws)
    return Answer(tuple(accounts), tuple(works), tuple(fears), who, lines)


def _simulated(asked: Asked, answer: Answer, teller: Teller, say: Language) -> Section:
    """Return what happens to such families in the simulation, whose libraries take longer to load than an answer."""
    simulation = importlib.import_module("experiments.simulated_family")
    run = importlib.import_module("experiments.simulated").Run(asked.scale, asked.draws, asked.years, asked.workers)
    oblast = None if asked.oblast is None else regions(COUNTRY).index(asked.oblast)
    labels = [label for _, label in teller.columns]
    found: Section = simulation.section(answer.accounts[0], _designs(asked), labels, oblast, run, say)
    return found


def _range(asked: Asked, most: float) -> tuple[float, float]:
    """Return the largest pay and the step of the line; without either, some sixteen steps of whole thousands."""
    most = asked.to if asked.to is not None else most
    step = asked.step
    if step is None:
        step = max(STEP * round(most / LINE_STEPS / STEP), STEP) if most >= STEP else most
    if step > most or most / step > MOST_STEPS:
        raise InputError(f"--step is {step:g} up to {most:g}; it must make 1 to {MOST_STEPS} steps")
    return most, step


def _pay(case: Case, who: int, offer: float) -> float:
    """Return the pay of a member, or what a job would bring."""
    one = case.members[who]
    if one.job in OWN_WORK:
        return one.income or offer
    return one.pay if one.job in EMPLOYED else offer


def of_working_age(case: Case, law: Law) -> list[int]:
    """Return whose work is looked at: adults below pension age who do not study, and older ones who work."""
    return [
        k for k, one in enumerate(case.members)
        if one.adult and (one.employed or (OF_AGE <= one.age < pension_age(one, law)
                                           and one.job != Job.STUDENT))
    ]  # fmt: skip


def _draw(path: Path, answer: Answer, teller: Teller, say: Language) -> None:
    names = [account.law.label or say.text("today") for account in answer.accounts]
    lines = [[(p.pay, p.money, p.marginal) for p in points] for points in answer.lines]
    title = say.text("Money of the family by pay of: {name} (som a month)", name=teller.name(answer.varied))
    path.write_text(plots.money_by_pay(dict(zip(names, lines, strict=True)), title, say), encoding="utf-8")
    typer.echo(f"Written: {path}", err=True)
