"""Time runs forward: what is dated in the future changes no earlier month, and months have ends that are named."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import labour_samples as samples
import numpy as np
import pytest
from scenarios import designed, mistake
from small import eventful
from typer.testing import CliRunner

from experiments import cli, laws
from experiments.language import language
from sim import months, twins
from sim.errors import InputError
from sim.policies.economy import Economy, economy
from sim.policies.law import regions
from sim.policies.policy import Policy, declared
from sim.population import load
from sim.scenario import Design, Scenario, present_law, schema

COUNTRY = "kyrgyzstan"
DATE = "2029-01"
FIRST = months.parse(DATE)
BASE: dict[str, Any] = {"start": "2026-01", "horizon": "2029-12", "scale": 1000, "labour_scale": 100}
# Keys whose values the schema describes in a way from which no value can be made up.
OTHERS: dict[str, Any] = {
    "design": "FR",
    "pay_profile": [1 / 12] * 12,
    "taper": [{"until": 20, "share": 0.9}, {"until": 39, "share": 0.4}],
    "envelope": 2.5e9,
}
ECONOMY = "economy"
SECTIONS = [name for name in Design.model_fields if name != "label"]
LAW = present_law(COUNTRY)
NAMES = regions(COUNTRY)
DOCS = Path(__file__).parent.parent / "docs"
Key = tuple[str, str]


# ------------------------------------------------------------------------------ a value for every key of the schema


def properties(section: str) -> dict[str, Any]:
    """Return what the schema says about the keys of a section."""
    of = schema()
    part = of["properties"][ECONOMY] if section == ECONOMY else of["$defs"]["Design"]["properties"][section]
    ways = [part, *part.get("anyOf", ())]
    name = next(way["$ref"] for way in ways if "$ref" in way).rsplit("/", 1)[1]
    return of["$defs"][name]["properties"]


def step_of(described: dict[str, Any]) -> dict[str, Any]:
    """Return the properties of a dated step of a key."""
    return next(
        way["items"]["properties"] for way in described["anyOf"] if "from" in way.get("items", {}).get("properties", {})
    )


def other_values(key: str, described: dict[str, Any], now: Any) -> Iterator[Any]:
    """Yield values that a key may take and that differ from the present one."""
    if key in OTHERS:
        yield OTHERS[key]
    for way in described.get("anyOf", [described]):
        if way.get("type") == "boolean":
            yield not now
        yield from (value for value in way.get("enum", ()) if value != now)
        if way.get("type") in ("number", "integer") and "minimum" in way:
            low, high = way["minimum"], way["maximum"]
            is_number = isinstance(now, int | float) and not isinstance(now, bool) and now
            for made in (1.25 * now, 0.75 * now) if is_number else (low + 0.05 * (high - low),):
                value = math.ceil(made) if way["type"] == "integer" else made
                if low <= value <= high and value != now:
                    yield value


def steps_of(section: str, key: str) -> list[dict[str, Any]]:
    """Return a change of a key that is dated in the future, valid alone."""
    described = step_of(properties(section)[key])
    now = getattr(getattr(LAW, section), key).at(FIRST - 1)
    for value in other_values(key, described["value"], now):
        steps = [{"from": DATE, "value": value}]
        if "oblast" in described:
            steps.append(
                {"from": DATE, "oblast": "Naryn", "value": not value if isinstance(value, bool) else 0.9 * value}
            )
        try:
            Scenario.of(BASE | changing({(section, key): steps}))
        except InputError:
            continue
        return steps
    raise AssertionError(f"no value could be made up for {section}.{key}; write one into OTHERS")


def changing(changes: dict[Key, Any], place: str = "designs") -> dict[str, Any]:
    """Return the part of a scenario that makes changes: in the economy, in a design or in what designs share."""
    made: dict[str, Any] = {"designs": {"a": {}}}
    shared = made.setdefault("common", {}) if place == "common" else made["designs"]["a"]
    for (section, key), value in changes.items():
        (made if section == ECONOMY else shared).setdefault(section, {})[key] = value
    return made


# Refused alone under the present law, whose range of fines is not known; tested on a law that has one.
NOT_ALONE = {("quota", "fine_place")}
# Refused where the population stands still.
LIVING = {(ECONOMY, key): [{"from": DATE, "value": 2.0}] for key in ("departures", "returns")}
CHANGES = {
    (section, key): steps_of(section, key)
    for section in (ECONOMY, *SECTIONS)
    for key in properties(section)
    if (section, key) not in NOT_ALONE | LIVING.keys()
}
YEARLY = [
    (section, parameter)
    for section, policy in vars(LAW).items()
    for parameter in declared(type(policy))
    if parameter.yearly
]
TOGETHER = {
    "economy": {at: steps for at, steps in CHANGES.items() if at[0] == ECONOMY},
    "designs": {at: steps for at, steps in CHANGES.items() if at[0] != ECONOMY},
    "common": {at: steps for at, steps in CHANGES.items() if at[0] != ECONOMY},
}


# ------------------------------------------------------------------------------------------- what a run writes down


@pytest.fixture(scope="module")
def live():
    """Return a function that gives everything recorded of a scenario, by column, until a month and from then on."""
    population = load(COUNTRY, 1000, labour_scale=100)
    known: dict[str, Any] = {}

    def lived(values: dict[str, Any], until: int = FIRST) -> tuple[dict[str, bytes], dict[str, bytes]]:
        scenario = Scenario.of({**BASE, **values})
        at = scenario.digest()
        if at not in known:
            ground = twins.Ground.of(population, scenario, eventful(), 3)
            known[at] = ground.live(scenario, "a"), ground.records(scenario, "a")
        lives, rows = known[at]
        return columns(lives, rows, -1, until), columns(lives, rows, until, 10**6)

    return lived


def columns(lives: Any, rows: list[dict[str, Any]], first: int, last: int) -> dict[str, bytes]:
    """Return every recorded column of all worlds, and the monthly outcomes, from a month to before another."""
    found = {}
    for name, world in lives._asdict().items():
        at = np.array(world.records.months)
        chosen = (first <= at) & (at < last)
        for column in world.records.values:
            found[f"{name}.{column}"] = world.records.series(column)[chosen].tobytes()
    for row in rows:
        if max(first, 0) <= row["month"] < last:
            found[f"{row['outcome']}.{row['group']}.{row['month']}"] = np.float64(row["value"]).tobytes()
    return found


def differing(one: dict[str, bytes], other: dict[str, bytes]) -> list[str]:
    assert one.keys() == other.keys()
    return [name for name in one if one[name] != other[name]]


# ------------------------------------------------------------------------------------------------- nothing runs back


def test_the_changes_cover_every_key_of_every_section():
    for section in (ECONOMY, *SECTIONS):
        assert {key for at, key in CHANGES.keys() | LIVING.keys() | NOT_ALONE if at == section} == set(
            type(getattr(LAW, section)).model_fields
        )
    assert len(CHANGES) > 60


@pytest.mark.parametrize("place", TOGETHER)
def test_a_change_dated_2029_leaves_every_column_until_2028_equal_bit_for_bit(live, place):
    base, base_after = live({"designs": {"a": {}}})
    changes = TOGETHER[place]
    before, after = live(changing(changes, place))
    assert differing(base_after, after), "the changes must be felt once their month has come"
    if differing(base, before):
        alone = {".".join(at): differing(base, live(changing({at: changes[at]}, place))[0]) for at in changes}
        wrong = {at: columns[:5] for at, columns in alone.items() if columns}
        pytest.fail(f"dated {DATE}, yet earlier months changed: {wrong or differing(base, before)[:5]}")


@pytest.mark.parametrize(("chosen", "until"), [("quota", "2029-01"), ("others", "2029-07")])
def test_a_change_in_the_middle_of_a_year_leaves_every_column_before_it_equal(live, chosen, until):
    """Employers who decide in January know a quota law that is announced for the next six months (E3)."""
    yearly = {(section, parameter.name) for section, parameter in YEARLY}
    changes = {
        at: [step | {"from": "2029-07"} for step in steps]
        for at, steps in CHANGES.items()
        if at not in yearly and (at[0] == "quota") == (chosen == "quota")
    }
    base, base_after = live({"designs": {"a": {}}}, months.parse(until))
    before, after = live(changing(changes), months.parse(until))
    assert differing(base, before) == []
    assert differing(base_after, after)


def test_prices_of_2023_that_a_scenario_changes_leave_2022_and_the_country_it_starts_from_alone(live):
    early = {"start": "2022-01", "horizon": "2023-12", "designs": {"a": {}}}
    changes = {key: [step | {"from": "2023-01"} for step in steps] for (_, key), steps in TOGETHER["economy"].items()}
    until = months.parse("2023-01")
    base, base_after = live(early, until)
    before, after = live(early | {"economy": changes}, until)
    assert differing(base, before) == []
    assert differing(base_after, after)


def test_departures_and_returns_dated_in_the_future_leave_a_living_country_before_them_alone(live):
    """Who goes and who comes back is drawn by month, so what is announced moves nobody earlier (N6)."""
    plan = {"population": "living", "start": "2023-01", "horizon": "2024-06", "designs": {"a": {}}}
    until = months.parse("2024-01")
    changes = {key: [step | {"from": "2024-01"} for step in steps] for (_, key), steps in LIVING.items()}
    base, base_after = live(plan, until)
    before, after = live(plan | {"economy": changes}, until)
    assert differing(base, before) == []
    assert differing(base_after, after)


@pytest.mark.parametrize("name", [parameter.name for parameter in declared(Economy)])
@pytest.mark.parametrize("start", ["2022-01", "2024-01", "2026-01"])
def test_an_undated_change_of_the_economy_counts_from_the_start(name, start):
    steps = [{key: part for key, part in step.items() if key != "from"} for step in (CHANGES | LIVING)[ECONOMY, name]]
    plan: dict[str, Any] = {"start": start, "horizon": f"{int(start[:4]) + 2}-12", "economy": {name: steps}}
    if (ECONOMY, name) in LIVING:
        plan["population"] = "living"
    made = Scenario.of(plan).history().economy
    first = months.parse(start)
    assert [str(made.terms(t, NAMES)) for t in range(-24, first)] == [
        str(economy(COUNTRY).terms(t, NAMES)) for t in range(-24, first)
    ]
    assert any(str(made.terms(t, NAMES)) != str(economy(COUNTRY).terms(t, NAMES)) for t in range(first, 168))


def changed(**values: Any) -> Economy:
    return Scenario.of({"horizon": "2034-12", "economy": values}).history().economy


def test_prices_rise_by_the_rate_of_the_scenario_from_its_january_on():
    made = changed(inflation=[{"from": DATE, "value": 0.2}])
    level = [made.deflator(t) for t in range(FIRST - 1, FIRST + 60)]
    assert level[0] == economy(COUNTRY).deflator(FIRST - 1)
    assert [level[k + 12] / level[k] for k in range(48)] == pytest.approx([1.2] * 48, abs=1e-3)
    assert np.diff(np.log(level)).max() < 0.016, "no jump"


def test_writing_down_the_published_rates_changes_nothing():
    same = [{"from": "2026-01", "value": 0.0619}, {"from": "2027-01", "value": 0.05}]
    made, published = changed(inflation=same, wage_growth=0.1), economy(COUNTRY)
    assert [str(made.terms(t, NAMES)) for t in range(-24, 108)] == [
        str(published.terms(t, NAMES)) for t in range(-24, 108)
    ]


@pytest.mark.parametrize(
    ("values", "name", "expected"),
    [
        ({"minimum_wage": [{"from": DATE, "value": 12000}]}, "minimum_wage", {2028: 3616.2, 2029: 12000, 2030: 12600}),
        (
            {"minimum_wage": [{"from": "2027-01", "value": 5000}, {"from": DATE, "value": 12000}]},
            "minimum_wage",
            {2026: 3280, 2027: 5000, 2028: 5250, 2029: 12000},
        ),
        ({"average_wage": [{"from": DATE, "value": 90000}]}, "average_wage", {2028: 59096.4, 2029: 90000, 2030: 99000}),
        ({"wage_growth": [{"from": DATE, "value": 0.2}]}, "average_wage", {2028: 59096.4, 2029: 70915.68}),
        ({"subsistence": 20000}, "subsistence", {2025: 8697.32, 2026: 20000, 2027: 21000}),
        (
            {"minimum_wage": [{"from": DATE, "value": 1e4}], "inflation": [{"from": "2030-01", "value": 0.5}]},
            "minimum_wage",
            {2028: 3616.2, 2029: 10000},
        ),
    ],
)
def test_a_value_of_a_scenario_holds_in_its_year_and_is_carried_forward(values, name, expected):
    made = changed(**values)
    found = {year: getattr(made.terms(months.month_index(year, 6)), name) for year in expected}
    assert found == pytest.approx(expected)


def test_a_wage_of_an_oblast_or_of_all_holds_from_its_year():
    naryn, bishkek = NAMES.index("Naryn"), NAMES.index("Bishkek")
    one = changed(oblast_wage=[{"from": DATE, "oblast": "Naryn", "value": 77000}]).terms(FIRST, NAMES).wages
    assert (one[naryn], one[bishkek]) == pytest.approx((77000, economy(COUNTRY).wage(FIRST, "Bishkek")))
    every = changed(oblast_wage=[{"from": DATE, "value": 60000}])
    assert set(every.terms(FIRST, NAMES).wages) == {60000}
    assert every.terms(FIRST - 1, NAMES).wages[naryn] == economy(COUNTRY).wage(FIRST - 1, "Naryn")


# --------------------------------------------------------------------------------------------------- carried forward


def notes(month: str, names: tuple[str, ...] = laws.BASES_CARRIED, *, code: str = "en", **values: Any) -> list[str]:
    made = changed(**values) if values else economy(COUNTRY)
    return list(laws.carried_notes(made, months.parse(month), names, language(code)))


def test_a_figure_outside_its_known_years_says_from_when_it_is_carried_and_at_which_rate():
    assert notes("2028-06") == [
        "Average wage: carried forward from 2025 at 10.0\xa0% a year (assumed).",
        "Statutory minimum wage: carried forward from 2026 at 5.0\xa0% a year (assumed).",
        "Subsistence minimum: carried forward from 2025 at 5.4\xa0% a year (assumed).",
    ]
    assert notes("2024-01")[:2] == [
        "Average wage: between known years, from 2023 on at 19.3\xa0% a year (assumed).",
        "Statutory minimum wage: carried back from 2026 at 6.9\xa0% a year (assumed).",
    ]
    assert notes("2025-01", ("average_wage", "subsistence", "inflation")) == []
    assert notes("2027-12", ("inflation",)) == []
    assert "2027" in notes("2030-01", ("inflation",))[0]
    assert "перенесено вперёд с 2025 года при росте 10,0\xa0%" in notes("2028-06", code="ru")[0]


def test_what_is_carried_is_the_figure_that_the_note_explains():
    for name, year in (("average_wage", 2030), ("minimum_wage", 2022), ("subsistence", 2035), ("average_wage", 2024)):
        carried = economy(COUNTRY).carried(name, year)
        now, then = (getattr(economy(COUNTRY).terms(months.month_index(y)), name) for y in (year, carried.since))
        assert now == pytest.approx(then * (1.0 + carried.rate) ** (year - carried.since))


def test_a_value_of_a_scenario_is_known_in_its_year_and_carried_from_there():
    wages = {"minimum_wage": [{"from": DATE, "value": 12000}]}
    assert [note[:55] for note in notes("2028-01", ("minimum_wage",), **wages)] == [
        "Statutory minimum wage: carried forward from 2026 at 5."
    ]
    assert notes("2029-01", ("minimum_wage",), **wages) == []
    assert "forward from 2029 at 5.0" in notes("2031-01", ("minimum_wage",), **wages)[0]


@pytest.mark.parametrize("month", ["2028-06", "2024-01"])
def test_the_command_on_levies_says_what_is_carried(month):
    done = CliRunner().invoke(cli.app, ["quota", "levy", "--amount", "1", "--month", month])
    said = " ".join(done.output.split())
    assert done.exit_code == 0
    assert all(" ".join(note.split()) in said for note in notes(month))


@pytest.mark.parametrize("month", ["2060-01", "9999-12", "2019-12", "2026-13", "soon"])
def test_the_command_on_levies_refuses_other_months_in_one_sentence(month):
    done = CliRunner().invoke(cli.app, ["quota", "levy", "FR", "--month", month])
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith(f"month is '{month}'; it must be a month")
    assert len(done.stderr.splitlines()) == 1


# ---------------------------------------------------------------------------------------------------- calendar years


@pytest.mark.parametrize(("section", "parameter"), YEARLY, ids=lambda part: getattr(part, "name", part))
def test_a_key_that_holds_for_calendar_years_refuses_other_months(section, parameter):
    steps = [step | {"from": "2029-07"} for step in CHANGES[section, parameter.name]]
    says = f"{parameter.name} has the month 2029-07; it must be a January, because {parameter.name} holds for calendar"
    assert says in mistake(BASE | changing({(section, parameter.name): steps}))
    kind: type[Policy] = type(getattr(LAW, section))
    with pytest.raises(InputError, match=r"country file: .* must be a January"):
        kind.made({parameter.name: steps}, "country file")


def test_what_is_fixed_or_counted_once_a_year_holds_for_calendar_years():
    names = {parameter.name for _, parameter in YEARLY}
    assert names >= {"slots", "envelope", "inflation", "subsistence", "average_wage", "minimum_wage", "oblast_wage"}
    assert names >= {"wage_growth", "envelope_share", "envelope_administration", "pay_profile", "oblast_weight"}
    assert not names & {"grant", "per_child", "livestock_export", "employer_contribution", "design", "levy", "coaches"}


def test_the_documentation_names_the_keys_that_hold_for_calendar_years():
    text = (DOCS / "scenario.md").read_text(encoding="utf-8")
    line = next(line for line in text.split("\n- ") if "hold for calendar years" in line)
    for _, parameter in YEARLY:
        assert f"`{parameter.name}`" in line


# --------------------------------------------------------------------------------------------------- ends of time


@pytest.mark.parametrize("month", ["2019-12", "2036-01", "2060-01", "9999-12", "0000-01", "1999-07"])
def test_a_month_outside_the_time_that_is_known_is_one_sentence(month):
    with pytest.raises(InputError, match=f"month is '{month}'; it must be a month from 2020-01 to 2035-12"):
        months.parse(month)
    says = f"is '{month}'; it must be a month from 2020-01 to 2035-12"
    assert says in mistake(designed(social_contract={"grant": [{"from": month, "value": 1}]}))
    assert f"horizon is '{month}'; it must be after start 2026-01 and at most 2035-12" in mistake({"horizon": month})
    assert "it must be a January from 2022-01 to 2035-01" in mistake({"start": month})
    with pytest.raises(InputError, match=r"economy.csv: inflation\[0\].from .* to 2035-12"):
        Economy.made({"inflation": [{"from": month, "value": 0.1}]}, "country/economy.csv")


@pytest.mark.parametrize("month", ["2026-13", "26-01", "2026-1", " 2026-01", "2026-01\n", "٢٠٢٦-٠١", ""])
def test_what_is_no_month_is_one_sentence(month):
    with pytest.raises(InputError, match="it must be a month written as YYYY-MM"):
        months.parse(month)


def test_the_last_horizon_can_be_lived_to_and_its_figures_are_finite():
    assert Scenario.of({"start": "2035-01", "horizon": "2035-12"}).last_month == months.parse(months.LAST)
    last = economy(COUNTRY).terms(months.parse(months.LAST), NAMES)
    assert all(np.isfinite(value).all() for value in last)


# ------------------------------------------------------------------------------------------------------ finite sums


AMOUNTS = [at for at, steps in CHANGES.items() if type(steps[0]["value"]) in (int, float)]


@pytest.mark.parametrize("value", [math.inf, -math.inf, math.nan])
@pytest.mark.parametrize("at", AMOUNTS)
def test_an_infinite_amount_and_one_that_is_no_number_are_refused(at, value):
    for given in (value, [{"from": DATE, "value": value}]):
        assert "a finite number" in mistake(BASE | changing({at: given}))


def test_a_place_of_a_fine_in_the_range_of_its_law_holds_from_its_date():
    def fine(t: int, **more: Any) -> float:
        law = Scenario.of(BASE | {"designs": {"a": {"quota": {"design": "KZ"} | more}}}).policies("a").quota
        return law.terms(t, samples.economy(0), samples.BEHAVIOUR).fine

    placed, day = {"fine_place": [{"from": DATE, "value": 0.9}]}, months.parse(DATE)
    assert [fine(t, **placed) == fine(t) for t in (48, day - 1, day)] == [True, True, False]
