"""Adding things: an outcome, an instrument and an agent rule are added in a copy of the tree, in few files.

What is counted are files that somebody writes: modules, data and the test. Not counted are pages that
``python -m experiments.documentation`` makes anew, and the catalogues of Russian and Kyrgyz, which a test of
languages asks for with every new sentence.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pandas
import pytest

ROOT = Path(__file__).parent.parent
COMPARE = ("-m", "experiments.cli", "compare", "added.toml", "--all", "--workers", "1", "--out", "out")
DOCUMENTATION = ("-m", "experiments.documentation")
PYTEST = ("-m", "pytest", "-q", "-p", "no:cacheprovider")
PACKAGES = ("sim", "calibration", "experiments", "workshop", "docs")
SCENARIO = """
name = "added"
start = "2022-01"
horizon = "2022-03"
scale = 1000
draws = 2
"""


RUNS = """
import contextlib, io, json, runpy, sys, warnings
warnings.simplefilter("ignore", RuntimeWarning)  # a module may have been imported before it is run
answers = []
for how, what, *arguments in json.loads(sys.argv[1]):
    said = io.StringIO()
    code, sys.argv = 0, [what, *arguments]
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        try:
            exec(what, {"__name__": "__main__"}) if how == "-c" else runpy.run_module(what, run_name="__main__")
        except SystemExit as end:
            code = end.code or 0
        except Exception as error:
            code = 1
            print(f"{type(error).__name__}: {error}")
    answers.append([code, said.getvalue()])
print(json.dumps(answers))
"""


class Copy:
    """A copy of the tree in which files are written and commands run."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.written = folder, set[str]()
        for name in ("pyproject.toml", "README.md"):
            shutil.copy(ROOT / name, folder)
        for package in PACKAGES:
            ignored = shutil.ignore_patterns("decisions")
            shutil.copytree(ROOT / package, folder / package, ignore=ignored)
        (folder / "tests").mkdir()

    def write(self, name: str, text: str) -> None:
        """Write a new file."""
        self.written.add(name)
        (self.folder / name).write_text(text, encoding="utf-8")

    def insert(self, name: str, before: str, text: str) -> None:
        """Write something before a place that occurs once in a file."""
        path = self.folder / name
        old = path.read_text(encoding="utf-8")
        assert old.count(before) == 1, f"{name} has '{before}' {old.count(before)} times"
        self.write(name, old.replace(before, text + before))

    def run(self, designs: str, *commands: Sequence[str], fails: Sequence[str] = ()) -> list[str]:
        """Return what a small comparison with all its tables, and then each Python command, says in the copy.

        All of them run one after the other in one process, and must succeed; one that ``fails`` comes last.
        """
        (self.folder / "added.toml").write_text(SCENARIO + designs, encoding="utf-8")
        asked = [COMPARE, *commands, *([fails] if fails else [])]
        path = os.pathsep.join((str(self.folder), str(ROOT / "tests")))
        done = subprocess.run(
            [sys.executable, "-c", RUNS, json.dumps(asked)], cwd=self.folder, capture_output=True, text=True,
            check=False, env=os.environ | {"PYTHONPATH": path, "COLUMNS": "120", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        )  # fmt: skip
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
        answers = json.loads(done.stdout)
        for command, (code, said) in zip(asked, answers, strict=True):
            assert (code != 0) == (command is fails), said[-3000:]
        return [said for _, said in answers]

    def results(self) -> pandas.DataFrame:
        """Return the results of the comparison."""
        return pandas.read_parquet(self.folder / "out" / "results.parquet")

    def text(self, name: str) -> str:
        """Return the text of a file, blanks made one."""
        return " ".join((self.folder / name).read_text(encoding="utf-8").split())


@pytest.fixture
def tree(tmp_path):
    return Copy(tmp_path)


OUTCOME = """    Outcome(
        "elders_out", "Elders out of poverty", "persons",
        f"Persons of 63 years and more in families that are poor without the design and not with it, {AT_END}",
        "Y4", "more", shown=(HEADLINE, PAGE),
        value=lambda c: sum(elders_out(c, rows) for name, rows in c.known.groups(c.lives.before)
                            if name.startswith("oblast=")),
        by_group=lambda c: ((name, elders_out(c, rows)) for name, rows in c.known.groups(c.lives.before))),
"""
RULE_OF_OUTCOME = '''def elders_out(c: Compared, rows: Array) -> float:
    """Return elders of some households who are poor without the design and not with it, less the reverse."""
    line, h = c.final.behaviour.consuming.poverty_line, c.final.households
    poor = [(world.state.consumption < line).astype(int) for world in (c.base, c.final)]
    return float((weights_of(h) * h.elders * (poor[0] - poor[1]))[rows].sum())


'''
TEST_OF_OUTCOME = """
from sim.outcomes.codebook import CODEBOOK, elders_out
from types import SimpleNamespace as N
import numpy as np


def test_one_elder_left_poverty():
    h = N(elders=np.array([1, 2]), weight=np.array([10, 1]))
    world = lambda *c: N(state=N(consumption=np.array(c)), households=h, behaviour=N(consuming=N(poverty_line=9.0)))
    c = N(base=world(8.0, 8.0), final=world(9.0, 8.0))
    assert elders_out(c, np.ones(2, dtype=bool)) == 10.0
"""


def test_an_outcome_takes_two_files(tree):
    tree.insert("sim/outcomes/codebook.py", "    *QUOTA,\n", OUTCOME)
    tree.insert("sim/outcomes/codebook.py", "OUTCOMES = (\n", RULE_OF_OUTCOME)
    tree.write("tests/test_elders_out.py", TEST_OF_OUTCOME)
    assert len(tree.written) == 2

    described = "from workshop.outcomes import described; print(described()['elders_out'])"
    said, _, page, _ = tree.run(
        "[designs.today]\n[designs.none]\n", DOCUMENTATION, ("-c", described), (*PYTEST, "tests/test_elders_out.py")
    )
    results = tree.results()
    mine = results[results["outcome"] == "elders_out"]
    assert set(mine["design"]) == {"today", "none"}
    assert {"all", "oblast=Naryn", "decile=1", "disability=yes"} <= set(mine["group"])
    assert "Elders out of poverty" in said
    assert "Elders out of poverty" in tree.text("out/report.html")
    assert "Persons of 63 years and more in families" in tree.text("out/codebook.csv")
    assert "| `elders_out` | Elders out of poverty | persons | more | Y4 |" in tree.text("docs/outcomes.md")
    assert "Elders out of poverty" in page
    assert "'main': False" in page


INSTRUMENT = '''"""Elder supplement: a monthly payment for persons of 63 years and more in poor households."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from sim.engine.columns import Array, fixed
from sim.engine.compiled import rule, sweep
from sim.policies.instrument import Instrument
from sim.policies.policy import Dated, OnPage, Policy, parameter
from sim.state.households import Households, HouseholdState


class ElderTerms(NamedTuple):
    """The supplement in a month."""

    amount: float  # som per elder
    below: float  # som of 2023 per person and month


class ElderSupplement(Policy):
    """A monthly supplement for old persons in households that declare little."""

    amount: Dated[float] = parameter(
        0.0, (0.0, 20_000.0), "som per elder and month", "Elder supplement", ("None exists", "C"), "T2",
        on_page=OnPage("elders", "Paid each month for a person of 63 and more.", (0, 5_000, 100)))
    below: Dated[float] = parameter(
        8000.0, (0.0, 1e6), "som of 2023 per person and month", "Declared income up to which it is paid",
        ("Assumption", "C"), "T2")

    def terms(self, t: int, regions: Sequence[str] = ()) -> ElderTerms | None:
        """Return the supplement of month ``t``, nothing where none is paid."""
        amount = float(self.amount.at(t))
        return ElderTerms(amount, float(self.below.at(t))) if amount > 0.0 else None


@rule
def supplement(elders: int, declared: float, amount: float, below: float, deflator: float) -> float:
    """Return what a household is paid in a month, som of 2023 (T2).

    >>> supplement(2, 7000.0, 1000.0, 8000.0, 1.25), supplement(2, 9000.0, 1000.0, 8000.0, 1.25)
    (1600.0, 0.0)
    """
    return elders * amount / deflator if declared <= below else 0.0


@sweep
def pay(
    first: int, last: int, households: Households, state: HouseholdState, terms: ElderTerms, deflator: float,
    sums: Array,
) -> None:
    """Pay the supplement."""
    for i in range(first, last):
        paid = supplement(
            np.int64(households.elders[i]), np.float64(state.declared[i]), terms.amount, terms.below, deflator
        )
        state.transfers[i] += paid
        sums[households.oblast[i]] += np.int64(households.weight[i]) * fixed(paid)


ELDER_SUPPLEMENT = Instrument(
    "elder_supplement", "Elder supplement", ElderSupplement, page="Families", pays=pay)
'''
TEST_OF_INSTRUMENT = """
from sim.policies.elder_supplement import ElderSupplement


def test_nothing_is_paid_without_an_amount():
    assert ElderSupplement().terms(48) is None
    assert ElderSupplement.made({"amount": 500.0}, "test").terms(48) == (500.0, 8000.0)
"""
DESIGNS = """
[designs.today]
[designs.supplement]
elder_supplement = { amount = 3000.0 }
"""


def test_an_instrument_takes_three_files(tree):
    tree.write("sim/policies/elder_supplement.py", INSTRUMENT)
    tree.insert("sim/policies/registry.py", "    ECONOMY,\n", "    ELDER_SUPPLEMENT,\n")
    line = "from sim.policies.elder_supplement import ELDER_SUPPLEMENT\n"
    tree.insert("sim/policies/registry.py", "from sim.policies.financing", line)
    tree.write("tests/test_elder_supplement.py", TEST_OF_INSTRUMENT)
    assert len(tree.written) == 3

    mistake = "from sim.scenario import Scenario as S; S.of({'designs': {'a': {'elder_supplement': {'amount': -1.0}}}})"
    said, budget, _, schema, levers, _, wrong = tree.run(
        DESIGNS,
        ("-m", "experiments.cli", "budget", "added.toml", "--draws", "2", "--workers", "1"),
        DOCUMENTATION,
        ("-c", "from sim.scenario import schema_text; print(schema_text())"),
        ("-c", "from workshop.levers import by_key; print(by_key()['elders'].as_dict())"),
        (*PYTEST, "--doctest-modules", "tests/test_elder_supplement.py", "sim/policies/elder_supplement.py"),
        fails=("-c", mistake),
    )
    results = tree.results()
    value = results[results["month"] == -1].groupby(["outcome", "group", "design"])["value"].mean()
    assert value["programme_cost", "all", "supplement"] > value["programme_cost", "all", "today"]
    assert value["poverty_exits", "all", "supplement"] > value["poverty_exits", "all", "today"]
    assert "supplement" in said
    assert "Elder supplement" in tree.text("out/report.html")
    assert "Elder supplement" in budget
    row = "| `amount` | Elder supplement | som per elder and month | 0 | 0 to 20000 |"
    assert row in tree.text("docs/parameters.md")
    assert "Declared income up to which it is paid" in schema
    assert "Paid each month for a person of 63 and more." in levers
    assert "elder_supplement.amount is -1; it must be at least 0" in wrong


RULE = '''"""Harvesting: in October households with land sell what the year has brought (W9)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.engine.compiled import rule, sweep
from sim.engine.decisions import decision
from sim.engine.draws import uniform
from sim.state.households import Households, HouseholdState

GOOD_YEAR = decision("has a good harvest")


class Harvesting(NamedTuple):
    """Parameters of the harvest."""

    per_hectare: float  # som of 2023


@rule
def harvest(hectares: float, per_hectare: float, luck: float) -> float:
    """Return what a harvest brings, som of 2023: from half to one and a half of what is usual (W9).

    >>> harvest(2.0, 10000.0, 0.5), harvest(2.0, 10000.0, 0.0)
    (20000.0, 10000.0)
    """
    return hectares * per_hectare * (0.5 + luck)


@sweep
def sell(
    first: int, last: int, households: Households, state: HouseholdState, harvesting: Harvesting, luck: np.uint64
) -> None:
    """Add the harvest to the income of the month."""
    for i in range(first, last):
        u = uniform(luck, households.identifier[i])
        state.own_income[i] += harvest(np.float64(households.land[i]), harvesting.per_hectare, u)
'''
STEP = '''def sell_harvest(world: World, terms: Terms) -> None:
    """Let households sell their harvest in October."""
    if month_of(world.t) == 10:
        luck = year_key(world, GOOD_YEAR)
        world.sweep(sell, world.households, world.state, world.behaviour.harvesting, luck)


'''
PRIOR = (
    "harvesting.per_hectare,harv_ha,W9,Usual sale of a hectare in October,som,lognormal,9.2,0.2,2000,50000,0,1000000,"
    "Judgement,C\n"
)
TEST_OF_RULE = """
from sim.agents.households.harvesting import harvest


def test_without_land_there_is_no_harvest():
    assert harvest(0.0, 10000.0, 0.7) == 0.0
"""


def test_an_agent_rule_takes_five_files(tree):
    tree.write("sim/agents/households/harvesting.py", RULE)
    line = "from sim.agents.households.harvesting import Harvesting\n"
    tree.insert("sim/behaviour.py", "from sim.agents.investing import Investing\n", line)
    tree.insert("sim/behaviour.py", "    owning: Owning\n", "    harvesting: Harvesting\n")
    prior = "consuming.elasticity,"
    tree.insert("sim/country/kyrgyzstan/behaviour_households.csv", prior, PRIOR)
    line = "from sim.agents.households.harvesting import GOOD_YEAR, sell\n"
    tree.insert("sim/schedule.py", "from sim.agents.learning import", line)
    tree.insert("sim/schedule.py", "SCHEDULE = (\n", STEP)
    tree.insert("sim/schedule.py", '    Step("money",', '    Step("harvest", "W9", sell_harvest),\n')
    tree.write("tests/test_harvesting.py", TEST_OF_RULE)
    assert len(tree.written) == 5

    *_, course, _ = tree.run(
        "[designs.today]\n[designs.none]\n", DOCUMENTATION, ("-c", COURSE),
        (*PYTEST, "--doctest-modules", "tests/test_harvesting.py", "sim/agents/households/harvesting.py"),
    )  # fmt: skip
    results = tree.results()
    drawn = pandas.read_parquet(tree.folder / "out" / "draws.parquet")
    assert drawn["harvesting.per_hectare"].nunique() == 2
    assert "Usual sale of a hectare in October" in tree.text("out/codebook.csv")
    assert set(results["status"]) == {"ok"}
    assert "harvest | W9 | Let households sell their harvest in October." in tree.text("docs/model.md")
    assert "| W9 | work and pay | `sim/agents/households/harvesting.py`: `harvest`" in tree.text("docs/model.md")
    assert "| `harvesting.per_hectare` | W9 | Usual sale of a hectare in October |" in tree.text("docs/parameters.md")
    october = json.loads(course)
    assert october[1] > october[0] * 1.05, "income of October has the harvest"


COURSE = """
from sim import population
from sim.behaviour import Behaviour
from sim.course import Course
from sim.scenario import Scenario
import numpy as np
plan = Scenario.of({"scale": 1000, "start": "2022-01", "horizon": "2022-11", "designs": {"today": {}}})
course = Course(population.load("kyrgyzstan", 1000), plan, Behaviour.central(), 1, "today")
while course.world.t <= 9:
    course.month()
income = course.world.records.series("income").sum(axis=1)
print([float(x) for x in income[-2:]])
"""
