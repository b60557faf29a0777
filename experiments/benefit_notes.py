"""Benefit notes: what to know about the benefits that a design moves, before its figures are read.

Pensions follow prices, so an amount stands in prices of the month of today's amount; and two benefits move nobody.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from experiments.language import Language, language
from sim.policies.dated import Step
from sim.policies.policy import declared
from sim.policies.social_protection import SocialProtection
from sim.scenario import NONE, Scenario

if TYPE_CHECKING:
    from experiments.summary import Summary

INDEXED = ("age_pension", "disability_pension")  # raised with prices
OF_NOBODY = ("social_benefit_childhood_2", "social_benefit_childhood_3")  # groups not known in the simulated register


def benefit_notes(scenario: Scenario, say: Language | None = None) -> Iterator[str]:
    """Yield a sentence for each amount of a design that is read otherwise than it looks, or that moves nobody."""
    say = say or language("en")
    labels = {parameter.name: parameter.label for parameter in declared(SocialProtection)}
    law = scenario.history().social_protection
    for name in scenario.designs:
        if name == NONE:
            continue
        now = scenario.policies(name).social_protection
        said = {"design": say.text(scenario.label(name))}
        for key in INDEXED:
            for step in getattr(now, key).steps:
                before = _in_force(getattr(law, key).steps, step.since)
                if step not in getattr(law, key).steps and step.value != before.value:
                    yield _in_prices(scenario, name, step, before, said | {"benefit": say.text(labels[key])}, say)
        for key in OF_NOBODY:
            if getattr(now, key) != getattr(law, key):
                yield say.text(
                    "{design}: {benefit}: moves nobody. The simulated register does not know who of this group has "
                    "had the disability since childhood.", benefit=say.text(labels[key]), **said)  # fmt: skip


def of_summary(summary: Summary, say: Language | None = None) -> Iterator[str]:
    """Yield the sentences of a comparison; none unless a design moves benefits."""
    scenario = summary.manifest["scenario"]
    if any("social_protection" in design for design in (scenario.get("common", {}), *scenario["designs"].values())):
        yield from benefit_notes(Scenario.of(dict(scenario)), say)


def _in_force(steps: tuple[Step, ...], t: int) -> Step:
    """Return the step of a law in force in month ``t``."""
    return max((one for one in steps if one.since <= t), key=lambda one: one.since, default=steps[0])


def _in_prices(scenario: Scenario, design: str, step: Step, before: Step, said: dict[str, str], say: Language) -> str:
    """Return in whose prices an amount stands, and what it is in prices of the month from which it holds."""
    economy = scenario.policies(design).economy
    later = float(step.value) * economy.deflator(step.since) / economy.deflator(before.since)
    return say.text(
        "{design}: {benefit}: {amount} som stands in prices of {then}, like today's {law} som. In prices of {month} it "
        "is {later} som.", amount=say.number(float(step.value)), law=say.number(float(before.value)),
        then=say.month(before.since), month=say.month(step.since), later=say.number(round(later, -1)), **said,
    )  # fmt: skip
