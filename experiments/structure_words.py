"""Structure words: what is parameters, luck and structure in the headlines, for the screen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from experiments import tables
from experiments.sections import Section
from experiments.structures import VARIANTS, Part

if TYPE_CHECKING:
    from experiments.language import Language
    from experiments.telling import Telling

LABELS = {variant.name: variant.label for variant in VARIANTS}


def shown(told: Telling, found: Sequence[Part]) -> Section:
    """Return the table of shares of variance."""
    text, alone = told.say.text, len(told.summary.designs) < 2
    rows = []
    for part in found:
        name = told.summary.label(part.outcome)
        said = [told.say.percent(share) for share in part.shares]
        moved = text(LABELS[part.furthest]) if part.move else text("none moves it")
        rows.append([text(name) if alone else f"{text(name)}: {told.title(part.design)}", *said, moved])
    title = text("What makes the headlines uncertain: shares of the variance")
    head = (text("headline"), text("parameters"), text("luck"), text("structure"), text("moves it most"))
    return tables.plain(title, head, rows)


def sentences(say: Language, draws: int, found: Sequence[Part], failed: int = 0) -> Iterator[str]:
    """Yield how to read the table."""
    yield say.text(
        "Structure: the model's weakest rules in another form, each run on {count} parameter sets with the same luck; "
        "the rule in force and its variants count as equally likely. Intervals above do not hold it.",
        count=say.number(draws),
    )
    if failed:
        yield say.text("Runs of variants that failed and are left out: {count}.", count=say.number(failed))
    if any(part.luck != part.luck for part in found):
        yield say.text("With one seed for each parameter set luck is part of the parameters' share.")
