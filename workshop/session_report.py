"""The session in a report: questions and guesses, designs, groups and votes, what they give, what people believed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from experiments import certainty, words
from experiments.language import Language
from workshop import beliefs, charts, picture
from workshop.designs import TODAY, read
from workshop.examples import EXAMPLES
from workshop.outcomes import CARDS, described
from workshop.simulations import Simulations
from workshop.summary import Spread, rough_error

REGION = "oblast"


def name_of(short: str, state: dict[str, Any], say: Language) -> str:
    """Return what a design is called in a session: every name that it has there, with the groups that gave them."""
    groups = {group["number"]: group["name"] for group in state["groups"]}
    given = [
        f"{each['name']} ({groups.get(each['group'], say.text('facilitator'))})"
        for each in state["designs"] if each["design"]["short"] == short
    ]  # fmt: skip
    given += [say.text(example.label) for example in EXAMPLES if example.short == short]
    if short == TODAY:
        given.insert(0, say.text("Today's law"))
    return "; ".join(given) or short


def questions(
    simulations: Simulations, state: dict[str, Any], asked: Sequence[tuple[tuple[str, str, str], list[dict[str, Any]]]],
    say: Language, *, shown: bool,
) -> Iterator[dict[str, Any]]:  # fmt: skip
    """Yield each question of the session with guesses, points and a chart."""
    for question, guesses in asked:
        if not guesses:
            continue
        first, second, outcome = question
        told = picture.of_guesses(simulations, state, guesses, question, say, shown=shown)
        label = say.text(described()[outcome]["label"])
        rows = [
            charts.Ranged(row["name"], row["text"], row["low"], _middle(row["low"], row["high"]), row["high"])
            for row in told["rows"] if row["low"] is not None
        ]  # fmt: skip
        if told["truth"] and rows:
            ends = [told["truth"][key] for key in ("low", "median", "high")]
            rows.insert(0, charts.Ranged(say.text("The simulation"), told["text"], *ends))
        counts = [sum(guess["answer"] == answer for guess in guesses) for answer in picture.GUESSED]
        yield {
            "heading": say.text(
                "{outcome}: what does “{second}” change against “{first}”?", outcome=label,
                first=_question_name(first, state, say), second=_question_name(second, state, say),
            ),
            "counts": [
                (say.text(word), say.plural("{count} group", "{count} groups", count))
                for word, count in zip(picture.GUESSED.values(), counts, strict=True)
            ],
            "rows": told["rows"], "truth": told["text"] if shown else "", "unit": told["unit"],
            "chart": charts.ranges(rows, label, say.text("Guesses of the groups and the simulation")) if shown else "",
        }  # fmt: skip


def _question_name(short: str, state: dict[str, Any], say: Language) -> str:
    known = name_of(short, state, say)
    if known != short:
        return known
    return say.text("No new contracts") if read(short).closed else say.text("design {short}", short=short)


def _middle(low: float, high: float) -> float:
    return 0.5 * (low + high)


def votes(state: dict[str, Any], say: Language) -> str:
    """Return the votes as bars, the most voted first; nothing while nobody may see them."""
    counted = [each for each in state["designs"] if each["votes"] is not None]
    if not counted or not any(each["votes"] for each in counted):
        return ""
    groups = {group["number"]: group["name"] for group in state["groups"]}
    rows = [
        charts.Barred(
            f"{each['name']} ({groups.get(each['group'], say.text('facilitator'))})",
            say.plural("{count} vote", "{count} votes", each["votes"]), float(each["votes"]),
        )
        for each in sorted(counted, key=lambda each: -each["votes"])
    ]  # fmt: skip
    return charts.bars(rows, say.text("Votes"), rows[0].name)


def outcomes(simulations: Simulations, state: dict[str, Any], say: Language) -> Iterator[dict[str, Any]]:
    """Yield for each main outcome, the one asked about first, every design against today's law, with a chart."""
    names = dict.fromkeys([state["outcome"], *CARDS])
    for name in names:
        about = described()[name]
        rows, scale = picture.of_designs(simulations, state, name, say)
        if not rows:
            return
        drawn = [
            charts.Ranged(
                f"{row['name']} ({row['group']})", row["text"],
                *((row["change"][key] for key in ("low", "median", "high")) if row["change"] else (None, None, None)),
            )
            for row in rows
        ]  # fmt: skip
        label = say.text(about["label"])
        yield {
            "label": label, "definition": say.text(about["definition"]).rstrip("."), "unit": scale.unit, "rows": [
                row | {"why": why(row, say), "runs": say.number(row["draws"]) if row["draws"] else words.MISSING}
                for row in rows
            ],
            "chart": charts.ranges(drawn, label, f"{rows[0]['name']}: {rows[0]['text']}"),
        }  # fmt: skip


def why(row: dict[str, Any], say: Language) -> str:
    """Return the verdict on a row, with its reason where the range alone does not show it."""
    if not row["change"]:
        return words.MISSING
    low, high = (float("nan") if row["change"][key] is None else row["change"][key] for key in ("low", "high"))
    reason = certainty.reason(row["change"]["verdict"], low, high, row["draws"])
    return f"{row['verdict']} ({say.text(reason)})" if reason else str(row["verdict"])


def regions(simulations: Simulations, state: dict[str, Any], say: Language) -> dict[str, Any] | None:
    """Return what the design with the most votes gives by region; regions whose sign is open have no figure."""
    if not state["designs"]:
        return None
    best = max(state["designs"], key=lambda each: (each["votes"] or 0, -each["number"]))
    short, layout = best["design"]["short"], simulations.layout
    draws = picture.common_draws(simulations, [short])
    outcome = "net_jobs"
    if layout is None or not draws or simulations.known(short) < draws or outcome not in layout.groups.get(REGION, {}):
        return None
    places = layout.group(outcome, REGION)
    change = Spread((simulations.table(short, draws) - simulations.table(TODAY, draws))[:, places])
    found = [change.change(k, described()[outcome]["better"], dots=False) for k in range(len(places))]
    ends = [value for each in found for key in ("low", "high") if (value := each[key]) is not None]
    unit = described()[outcome]["unit"]
    scale = words.scale_of(ends, unit, say)
    scale = words.sure(scale, [rough_error(each, draws) for each in found], [each["median"] or 0.0 for each in found])
    clear = ("more", "fewer")
    return {
        "heading": say.text("By region: “{name}” against today's law", name=best["name"]),
        "label": say.text(described()[outcome]["label"]), "unit": scale.unit,
        "rows": [
            (say.text(name), picture.said(each, scale, say) if each["verdict"] in clear else words.MISSING,
             words.said(each["verdict"], unit, say))
            for name, each in zip(layout.groups[REGION][outcome], found, strict=True)
        ],
    }  # fmt: skip


def believed(answers: Sequence[dict[str, Any]], say: Language) -> dict[str, Any] | None:
    """Return the questionnaire before and after: mean agreement with each statement, once enough people answered."""
    given = {moment: [each[moment] for each in answers if each[moment]] for moment in beliefs.MOMENTS}
    counts = {moment: beliefs.counted(found) for moment, found in given.items() if len(found) >= beliefs.FEWEST}
    if not counts:
        return None
    rows, drawn = [], []
    for k, statement in enumerate(beliefs.STATEMENTS):
        means = {moment: beliefs.mean(found[k]) for moment, found in counts.items()}
        texts = {moment: words.MISSING if mean is None else say.number(mean, 1) for moment, mean in means.items()}
        rows.append({"statement": say.text(statement), **{moment: texts.get(moment, words.MISSING)
                     for moment in beliefs.MOMENTS}})  # fmt: skip
        for moment, mean in means.items():
            if mean is not None:
                label = say.text("before") if moment == beliefs.BEFORE else say.text("after")
                drawn.append(charts.Barred(f"{k + 1}. {label}", texts[moment], mean, moment == beliefs.AFTER))
    both = sum(bool(each[beliefs.BEFORE] and each[beliefs.AFTER]) for each in answers)
    return {
        "rows": rows, "before": len(given[beliefs.BEFORE]), "after": len(given[beliefs.AFTER]), "both": both,
        "chart": charts.bars(drawn, say.text("Agreement from 1 (not at all) to 5 (fully)"), ""),
    }  # fmt: skip
