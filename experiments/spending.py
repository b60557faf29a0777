"""Spending of 2022 and 2023 by line beside published figures, as a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from experiments.language import Language
from experiments.marks import N_
from experiments.sections import Cell, Row, Section
from sim.behaviour import Behaviour
from sim.months import month_index
from sim.outcomes.spending import FILE, Spent, compare
from sim.population import load
from sim.scenario import Scenario
from sim.schedule import advance
from sim.twins import begun

DECEMBER = month_index(2023, 12)
NAMES = {
    "child_benefit": N_("Child benefit"), "child_benefit_plan": N_("Child benefit, plan before the rise"),
    "social_benefit": N_("Monthly social benefit"), "pensions": N_("Pensions, all"),
    "assistants": N_("Personal assistants"), "birth_grant": N_("Birth grant"),
    "grants": N_("Grants of the social contract"),
}  # fmt: skip
USES = {"fit": N_("fitted"), "withheld": N_("withheld"), "context": N_("context")}
REASONS = {
    "child_benefit": N_(
        "Child benefit: families of the simulation have 2.8 children and the published ones 3.4, so their number is "
        "met with fewer children; a child has 1,296 som, the rate of the law with regional coefficients, against 1,359 "
        "as published."),
    "social_benefit": N_(
        "Monthly social benefit: the simulation holds persons with disabilities, some 75 thousand of more than 100 "
        "thousand receivers. Orphans and elders without a pension are not in it, and adults of groups II and III since "
        "childhood have the lower amounts of general illness."),
    "assistants": N_(
        "Personal assistants are not held by the simulation. The published figures contradict each other: 13,657 "
        "assistants of 2023 at 6,268 som would be 1,027 million."),
    "birth_grant": N_("Birth grants are not held by the simulation."),
}  # fmt: skip


def found(country: str, scale: int, seed: int, *, people: str = "still") -> tuple[Spent, ...]:
    """Return published spending beside that of the simulated record, at the medians of the parameters."""
    asked = {"country": country, "scale": scale, "population": people, "start": "2024-01", "horizon": "2026-12"}
    never, before = begun(load(country, scale), Scenario.of(asked), Behaviour.central(country), seed)
    advance(never, DECEMBER)
    return compare(advance(before, DECEMBER))


def section(rows: Sequence[Spent], say: Language) -> Section:
    """Return the table, with the reason for each figure that is further away than ten per cent."""
    columns = tuple((key, say.text(label)) for key, label in (
        ("published", N_("published")), ("model", N_("model")), ("off", N_("off by")),
        ("confidence", N_("grade")), ("use", N_("use")),
    ))  # fmt: skip
    return Section(
        "spending", say.text("Spending of 2022 and 2023 by line, million som, nominal"), columns,
        tuple(_row(one, say) for one in rows), tuple(_notes(rows, say)),
    )  # fmt: skip


def _row(one: Spent, say: Language) -> Row:
    wanted = one.published
    model, off = one.model, one.off
    return Row(f"{wanted.name} {wanted.year}", f"{say.text(NAMES[wanted.name])}, {wanted.year}", (
        Cell(say.number(wanted.value), wanted.value),
        Cell(say.text("not held"), None) if model is None else Cell(say.number(model), model),
        Cell("", None) if off is None else Cell(say.percent(off, 1, signed=True), off),
        Cell(wanted.confidence), Cell(say.text(USES[wanted.use])),
    ))  # fmt: skip


def _notes(rows: Sequence[Spent], say: Language) -> Iterator[str]:
    outside = dict.fromkeys(one.published.name for one in rows if one.inside is False)
    for name in outside:
        if name in REASONS:
            yield say.text(REASONS[name])
        else:
            yield say.text(
                "{line}: within ten per cent at one household for 100 and seed 1; a smaller sample or other "
                "luck moves it.",
                line=say.text(NAMES[name]),
            )
    yield say.text("Sources: {file} of the country. Withheld figures are reported as they come out.", file=FILE)
