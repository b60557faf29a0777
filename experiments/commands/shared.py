"""Finding the scenario or study that a command was given, and saying in one sentence what it asks for."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, TypeVar

from experiments.commands.options import DEMO
from experiments.commands.options import errors as errors
from experiments.language import Language, language, speak_of
from experiments.protocol import Plan, Protocol
from experiments.words import listed
from sim.countries import USUAL, country_folder, home
from sim.errors import InputError, nearest
from sim.policies.design import codes, is_there, load
from sim.scenario import Scenario
from sim.toml import file_tables, toml_tables
from sim.words import MONEY, money_of

Asked = TypeVar("Asked", Scenario, Plan)

SCENARIOS = Path(__file__).parents[1] / "scenarios"
STUDIES = Path(__file__).parents[1] / "studies"

OF_LAWS = ("employed_disability", "employed_all", "employer_cost", "treasury_cost")
LAWS_ALONE = {  # without contracts one world for each law says all of it
    "question": "What would these quota laws do for persons with disabilities, employers and the budget?",
    "common": {"social_contract": {"slots": 0.0}},
    "worlds": "whole",
}


def find_scenario(what: list[str]) -> Scenario:
    """Return the scenario of a file, of one that comes along, or of the demonstration with only the named designs."""
    return find_study(what).scenario


def laws_alone(what: list[str]) -> bool:
    """Return whether nothing but quota laws is named."""
    return all(is_law(name) for name in what)


def is_law(name: str) -> bool:
    """Return whether a name is the code of a quota law, or a file of a law: it has the table ``schedule``."""
    return name in codes() or (is_there(name) and "schedule" in file_tables(Path(name), "a law"))


def find_study(what: list[str]) -> Plan:
    """Return the study of a scenario file, of one that comes along, or of the demonstration with the named designs."""
    found = _found(what)
    speak_of(found.scenario.country)
    return found


def shipped_files() -> dict[str, Path]:
    """Return the scenarios and studies by name; those in the country's own folder come before those that come along.

    A country with another money has its own alone: the amounts of those that come along are som.
    """
    own = country_folder(home()) / "scenarios"
    folders = (SCENARIOS, STUDIES, own) if money_of(home()) == MONEY else (own,)
    return {path.stem: path for folder in folders for path in folder.glob("*.toml")}


def shipped_file(name: str) -> Path:
    """Return the file of a scenario or study by its name; one that is written in another money is an error."""
    shipped = shipped_files()
    if name in shipped:
        return shipped[name]
    refuse_foreign_money(name)
    raise InputError(f"{name}: there is no such scenario file; {nearest(name, shipped)}")


def refuse_foreign_money(name: str) -> None:
    """Raise ``InputError`` if a name is that of a scenario that comes along but is written in another money."""
    shipped = shipped_files()
    if name not in shipped and any((folder / f"{name}.toml").is_file() for folder in (SCENARIOS, STUDIES)):
        raise InputError(f"scenario '{name}' is written for {USUAL}, with amounts of its money; {home()} has "
                         f"{', '.join(sorted(shipped)) or 'none in its folder scenarios'}")  # fmt: skip


def _found(what: list[str]) -> Plan:
    first, shipped = what[0], shipped_files()
    if len(what) == 1 and (first.endswith(".toml") or first in shipped) and not is_law(first):
        path = Path(first)
        return Plan.read(path if path.is_file() and first not in shipped else shipped_file(first))
    scenario = _with_designs(what, shipped)
    if laws_alone(what):
        return Plan(scenario.revised(**LAWS_ALONE), Protocol(outcomes=OF_LAWS))
    return Plan(scenario)


def _with_designs(names: list[str], shipped: dict[str, Path]) -> Scenario:
    demo = Scenario.read(shipped_file(DEMO))
    known = demo.as_dict()["designs"]
    laws: dict[str, Any] = {code: {"label": code, "quota": code} for code in codes()}
    own = [name for name in names if name not in laws and is_law(name)]
    for name in own:
        laws[name] = {"label": load(name).name, "quota": {"design": name}}
    for name in names:
        if name not in known and name not in laws:
            refuse_foreign_money(name)
            if name in shipped or name.endswith(".toml"):
                raise InputError(f"'{name}' is a whole scenario, so it stands alone; beside others name designs of the "
                                 "demonstration or quota laws")  # fmt: skip
            hint = nearest(name, [*shipped, *known, *laws])
            raise InputError(f"'{name}' is neither a scenario file, nor a design, nor a quota law; {hint}")
    known = laws | known
    designs = {_key(name): known[name] for name in names}
    if len(designs) < len(names):
        raise InputError(f"{', '.join(names)}: two of these have one name; give each law or design once")
    return demo.revised(name="-".join(designs)[:60], designs=designs)


def _key(name: str) -> str:
    """Return the name of a design: that of a file of a law is the name of the file.

    >>> _key("FR"), _key("laws/my law.toml")
    ('FR', 'my_law')
    """
    return re.sub(r"\W", "_", Path(name).stem) if name.endswith(".toml") else name


def changed(what: Asked, **changes: Any) -> Asked:
    """Return a scenario or study with some values replaced and checked again."""
    given = {key: value for key, value in changes.items() if value is not None}
    return what.revised(**given) if given else what


def described(scenario: Scenario, say: Language | None = None) -> str:
    """Return one sentence on what a scenario asks for."""
    say = say or language("en")
    names = "; ".join(say.text(scenario.label(name)) for name in scenario.designs)
    return say.text(
        "{designs} ({names}), one household for {scale}, {start} to {horizon}, {draws} x {seeds}.",
        designs=say.plural("{count} design", "{count} designs", len(scenario.designs)), names=names,
        draws=say.plural("{count} parameter draw", "{count} parameter draws", scenario.draws),
        seeds=say.plural("{count} seed", "{count} seeds", scenario.replications),
        scale=say.number(scenario.scale), start=scenario.start, horizon=scenario.horizon,
    )  # fmt: skip


def described_study(plan: Plan) -> str:
    """Return one sentence on what a study asks for."""
    scenario, rule = plan.scenario, plan.protocol.stopping(plan.scenario.draws)
    names = listed(f"'{plan.label(name)}'" for name in plan.arms)
    most = f"{'up to ' if rule.precise else ''}{counted(rule.most, 'parameter draw')}"
    draws = f"{most} x {counted(scenario.replications, 'seed')}"
    if plan.protocol.explore is not None:
        draws = f"{plan.protocol.explore.method} points over {counted(len(plan.protocol.explore.factors), 'factor')}"
    limit = f", at most {counted(rule.seconds / 60, 'minute')}" if rule.seconds else ""
    return (
        f"{counted(len(plan.arms), 'design')} ({names}), one household for {scenario.scale:,}, {scenario.start} to "
        f"{scenario.horizon}, {draws}{limit}."
    )


def counted(number: float, name: str) -> str:
    """Return a number with its English noun.

    >>> counted(1, "arm"), counted(1200, "run"), counted(2.5, "minute")
    ('1 arm', '1,200 runs', '2.5 minutes')
    """
    return f"{number:,.6g} {name}{'' if number == 1 else 's'}"


def require_designs(what: list[str], plan: Plan) -> None:
    """Raise ``InputError`` if a file names neither designs nor arms: what today's law gives alone compares nothing."""
    path = Path(what[0])
    if len(what) == 1 and path.suffix == ".toml" and path.is_file() and len(plan.arms) < 2:
        given = toml_tables(path)
        if not given.get("designs") and not given.get("study", {}).get("arms"):
            raise InputError(
                f"{what[0]}: it names no design, so there is nothing to compare; write a table [designs.NAME] for "
                "each, the first is the one that the others are compared with"
            )
