"""One rule of verdict: page, screen, report and files never say two things about the same runs."""

from __future__ import annotations

import numpy as np
import pandas
import pytest

from experiments import analysis, budget_words, certainty, headline
from experiments.certainty import FEW_DRAWS, FEWER, MORE, OTHER_DRAWS, RULE, SAME, UNCLEAR, judged, reason
from experiments.language import language
from experiments.messages import of_data
from experiments.summary import Summary
from experiments.telling import Telling
from sim.outcomes import CODEBOOK
from sim.outcomes.records import ALL, HORIZON
from workshop import reports
from workshop.figures import Layout, Place
from workshop.outcomes import HEADLINES
from workshop.summary import TOO_EARLY, figures

DRAWS = (4, 7, 8, 12, 20, 48)
LAYOUT = Layout(tuple(Place(name, ALL, HORIZON) for name in HEADLINES))
NET = LAYOUT.headline("net_jobs")
LEVY = "levy 0.25"


def runs(draws: int, shift: float, seed: int) -> dict[str, np.ndarray]:
    """Return net jobs of four designs by draw: the gain of the levy is about its spread, two others scatter."""
    luck = np.random.default_rng([seed, draws])
    today = luck.normal(1000.0, 300.0, draws)
    return {
        "today": today, LEVY: today + luck.normal(shift, 10.0, draws), "wide": today + luck.standard_t(2, draws) * 90.0,
        "other": today + luck.normal(0.0, 50.0, draws),
    }  # fmt: skip


def of_command(values: dict[str, np.ndarray]) -> dict[str, dict]:
    """Return the rows of differences that ``kelishim compare`` makes of these runs, by design."""
    rows = [
        {"draw": draw, "replication": 0, "status": "ok", "design": design, "outcome": "net_jobs", "group": "all",
         "month": -1, "value": value}
        for draw in range(len(values["today"])) for design in values for value in [values[design][draw]]
    ]  # fmt: skip
    table = analysis.differences(pandas.DataFrame(rows), CODEBOOK)
    return {str(row["design"]): dict(row) for _, row in table.iterrows()}


def of_page(values: dict[str, np.ndarray], *designs: str) -> dict[str, dict]:
    """Return what the page says of some designs against today's law, by design."""
    filled = {name: np.repeat(column[:, None], len(HEADLINES), axis=1) for name, column in values.items()}
    found = figures(LAYOUT, [filled["today"], *(filled[name] for name in designs)], details=False)
    return dict(zip(designs, found["differences"]["net_jobs"][1:], strict=True))


@pytest.mark.parametrize("draws", DRAWS)
@pytest.mark.parametrize("shift", [0.0, 5.0, 14.0, 16.5, 18.0, 30.0, -16.5])
def test_the_page_and_the_command_give_one_verdict_on_the_same_runs_whatever_else_is_compared(draws, shift):
    for seed in range(4):
        values = runs(draws, shift, seed)
        alone = of_command({name: values[name] for name in ("today", LEVY)})[LEVY]
        among = of_command(values)[LEVY]
        pair, all_designs = of_page(values, LEVY)[LEVY], of_page(values, "wide", LEVY, "other")[LEVY]
        assert alone["verdict"] == among["verdict"]
        assert pair["verdict"] == all_designs["verdict"]
        if draws < certainty.FEWEST:
            assert (among["verdict"], pair["verdict"]) == (UNCLEAR, TOO_EARLY)
            continue
        assert pair["verdict"] == among["verdict"]
        assert (pair["low"], pair["high"]) == pytest.approx((among["low"], among["high"]), rel=1e-6)


def test_levy_0_25_is_more_both_on_the_page_and_among_the_designs_of_a_command():
    """With bands for all designs at once the command said 'cannot be told apart' and the page 'more'."""
    found = [(values, of_command(values)[LEVY]) for values in (runs(48, 24.0, seed) for seed in range(8))]
    twice = [(values, row) for values, row in found if row["band_low"] < 0.0 < row["low"] and row["stability"] >= 0.9]
    assert twice, "the case that was told in two ways"
    for values, row in twice:
        assert row["verdict"] == of_page(values, LEVY)[LEVY]["verdict"] == MORE


def test_cannot_be_told_apart_never_stands_beside_an_interval_without_zero_without_a_reason():
    seen = set()
    for draws in DRAWS:
        for shift in (5.0, 14.0, 16.5, 18.0):
            for seed in range(6):
                paired = runs(draws, shift, seed)[LEVY] - runs(draws, shift, seed)["today"]
                low, high = certainty.quantiles(paired, [certainty.LOW, certainty.HIGH])
                said = judged(paired).verdict
                why = reason(said, float(low), float(high), draws)
                assert bool(why) == (said == UNCLEAR and (low > 0.0 or high < 0.0))
                assert said in (MORE, FEWER, UNCLEAR)
                assert said == UNCLEAR or low > 0.0 or high < 0.0
                seen.add(why)
    assert seen == {"", FEW_DRAWS, OTHER_DRAWS}


def told(values: dict[str, np.ndarray], code: str = "en") -> tuple[Telling, dict]:
    row = of_command({name: values[name] for name in ("today", LEVY)})[LEVY]
    draws = len(values["today"])
    manifest = {"asked": {"draws": draws, "replications": 1}, "scenario": {"designs": {"today": {}, LEVY: {}}}}
    levels = pandas.DataFrame([{"outcome": "net_jobs", "design": "today", "median": 1000.0}])
    empty = pandas.DataFrame()
    made = Summary(empty, levels, pandas.DataFrame([row]), empty, empty, CODEBOOK, manifest)
    return Telling(made, language(code)), row


def unsettled() -> dict[str, np.ndarray]:
    """Return runs whose interval leaves out zero, but of which other draws might have given zero."""
    for seed in range(200):
        values = runs(20, 16.5, seed)
        row = of_command({name: values[name] for name in ("today", LEVY)})[LEVY]
        if row["verdict"] == UNCLEAR and row["low"] > 0.0:
            return values
    raise AssertionError("no such runs among the seeds")


@pytest.mark.parametrize("code", ["en", "ru", "ky"])
def test_screen_report_and_page_give_the_same_reason(code):
    values, say = unsettled(), language(code)
    telling, row = told(values, code)
    change = of_page(values, LEVY)[LEVY]
    why = say.text(OTHER_DRAWS)
    assert why in telling.judged(row)
    assert why in telling.answer("net_jobs", LEVY)
    assert reports._judged(change, "jobs", 20, say) == telling.judged(row)
    few = runs(5, 40.0, 1)
    assert say.text(FEW_DRAWS) in told(few, code)[0].judged(told(few, code)[1])


def test_the_rule_is_one_sentence_in_one_place():
    telling, _ = told(runs(20, 0.0, 1))
    assert telling.summary.rule == RULE
    assert RULE in {entry.one for entry in of_data()}
    for code in ("ru", "ky"):
        assert language(code).text(RULE) != RULE
    assert budget_words.judged is certainty.judged, "budgets mark by the same rule"


def test_equal_runs_are_the_same_on_the_page_and_in_the_command():
    values = runs(20, 0.0, 3)
    values[LEVY] = values["today"].copy()
    assert of_command(values)[LEVY]["verdict"] == of_page(values, LEVY)[LEVY]["verdict"] == SAME


@pytest.mark.parametrize(("code", "said"), [("en", "more in 1{} of 20 draws"), ("ru", "больше в 1{} из 20")])
def test_what_is_not_settled_says_to_which_side_most_draws_fall(code, said):
    telling, row = told(unsettled(), code)
    leaning = telling.leaning(row)
    assert any(said.format(k) in leaning for k in range(10)), leaning
    assert telling.often(row) in headline.verdict(telling, row)
    assert headline.verdict(telling, row).endswith("≈*"), "its interval leaves out zero"
    (legend,) = [" ".join(headline._marks(telling, [row]))]
    assert telling.say.text(OTHER_DRAWS) in legend
    assert "≈ " in legend
    clear, settled = told(runs(20, 60.0, 1), code)
    assert clear.leaning(settled) == ""
