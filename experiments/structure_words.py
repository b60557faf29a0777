"""Structure words: what is parameters, luck and structure in the headlines, for the screen."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

from calibration.structural import VARIANTS
from experiments import tables
from experiments.sections import Section
from experiments.structures import Kept

if TYPE_CHECKING:
    from experiments.language import Language
    from experiments.telling import Telling

LABELS = {variant.name: variant.label for variant in VARIANTS}


def title(say: Language) -> str:
    """Return the heading of the table."""
    return say.text("What makes the headlines uncertain: shares of the variance")


def head(say: Language) -> list[str]:
    """Return the head of the table."""
    text = say.text
    return [text("headline"), text("parameters"), text("luck"), text("structure"), text("moves it most")]


def rows(told: Telling, kept: Kept) -> list[list[str]]:
    """Return the rows of the table: shares of variance, and the variant that moves the headline most."""
    text, alone, out = told.say.text, len(told.summary.designs) < 2, []
    for part in kept.parts:
        name = told.label(part.outcome)
        moved = text(LABELS[part.furthest]) if part.move else text("none moves it")
        shares = [told.say.percent(share) for share in part.shares]
        out.append([name if alone else f"{name}: {told.title(part.design)}", *shares, moved])
    return out


def shown(told: Telling, kept: Kept) -> Section:
    """Return the table for the screen."""
    return tables.plain(title(told.say), head(told.say), rows(told, kept))


def sentences(say: Language, kept: Kept) -> Iterator[str]:
    """Yield how to read the table."""
    yield say.text(
        "Structure: the model's weakest rules in another form, each run on {count} parameter sets with the same luck; "
        "the rule in force and its variants count as equally likely. Intervals above do not hold it.",
        count=say.number(kept.draws),
    )
    if kept.failed:
        yield say.text("Runs of variants that failed and are left out: {count}.", count=say.number(kept.failed))
    if any(math.isnan(part.luck) for part in kept.parts):
        yield say.text("With one seed for each parameter set luck is part of the parameters' share.")
