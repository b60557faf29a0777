"""Words: what the commands on surveys and registers print, as sections, in three languages."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np

from experiments.intake import register, reweighting
from experiments.intake.errors_of_sample import Design, Estimate, design_of
from experiments.intake.faults import Faults
from experiments.intake.figures import Figure, estimate, estimates_reweighted, figures, of_population
from experiments.intake.margins import LABELS
from experiments.intake.peopling import Peopled
from experiments.intake.register_targets import Replaced
from experiments.intake.reweighting import Contradiction, Reweighted
from experiments.intake.survey import Filled, Survey
from experiments.language import Language
from experiments.sections import Cell, Row, Section
from sim.population import Population
from sim.population.country import Country


def columns_found(filled: list[Filled], say: Language) -> Section:
    """Return which columns were found and how full they are."""
    rows = tuple(
        Row(one.name, say.text(one.variable.label),
            (Cell(one.column), Cell(say.percent(one.filled / max(one.rows, 1), 1), one.filled / max(one.rows, 1))))
        for one in filled
    )  # fmt: skip
    heads = (("column", say.text("column of the file")), ("filled", say.text("filled")))
    return Section("columns", say.text("What the file has"), heads, rows)


def faults_found(faults: Faults, say: Language) -> Iterator[Section]:
    """Yield what must be mended, and what should be looked at."""
    for note, key, title in (
        (False, "faults", say.text("To be mended")), (True, "notes", say.text("To be looked at"))
    ):  # fmt: skip
        said = [fault.said(say) for fault in faults.chosen(note=note)]
        more = faults.left_out(note=note)
        if more:
            said.append(say.plural("and {count} more of the same kind", "and {count} more of the same kind", more))
        if said:
            yield Section(key, title, (), (), tuple(said))


def verdict(faults: Faults, say: Language) -> Section:
    """Return whether the file can be used."""
    count = sum(not fault.note for fault in faults)
    said = (
        say.plural("{count} fault must be mended before the file can be used.",
                   "{count} faults must be mended before the file can be used.", count)
        if count else say.text("The file can be used.")
    )  # fmt: skip
    return Section("verdict", "", (), (), (said,))


def survey_said(survey: Survey, country: Country, say: Language) -> Section:
    """Return what a survey says of the country, with sampling errors."""
    design = design_of(survey.stratum, survey.unit)
    found = list(figures(survey, country))
    each = [estimate(figure, design, survey.weight) for figure in found]
    return Section(
        "figures", say.text("What the survey says, with its own weights"), _heads(say),
        tuple(_rows(found, each, say)), (_sample(survey, design, say), _about(say)),
    )  # fmt: skip


def _heads(say: Language) -> tuple[tuple[str, str], ...]:
    return (("survey", say.text("survey")), ("error", say.text("standard error")),
            ("published", say.text("published")))  # fmt: skip


def _rows(found: list[Figure], each: list[Estimate], say: Language) -> Iterator[Row]:
    for figure, one in zip(found, each, strict=True):
        yield Row(figure.key, say.text(figure.label), tuple(
            _cell(value, figure.percent, say, error=error)
            for value, error in ((one.value, False), (one.error, True), (figure.published, False))
        ))  # fmt: skip


def _cell(value: float, percent: bool, say: Language, *, error: bool = False, whole: bool = False) -> Cell:
    if percent:
        return Cell(say.percent(value, 2 if error else 1), value)
    return Cell(say.number(value, 0 if whole or abs(value) >= 100.0 else 2), value)


def _sample(survey: Survey, design: Design, say: Language) -> str:
    return say.text(
        "{households} with {persons}, in {units} of {strata}; as precise as {effective} households of equal weight.",
        households=say.plural("{count} household", "{count} households", len(survey.names)),
        persons=say.plural("{count} person", "{count} persons", len(survey.home)),
        units=say.plural("{count} sampling unit", "{count} sampling units", len(design.stratum)),
        strata=say.plural("{count} stratum", "{count} strata", len(np.unique(design.stratum))),
        effective=say.number(reweighting.effective_size(survey.weight)),
    )  # fmt: skip


def _about(say: Language) -> str:
    return say.text(
        "Standard errors come from leaving out one primary sampling unit at a time. Published are the country's "
        "figures of 2022 and 2023; members abroad count where the survey has them."
    )


def weights_said(done: Reweighted, say: Language) -> Section:
    """Return what the new weights are like."""
    ratio = done.ratio
    at_cap = int(((ratio > done.cap * (1.0 - 1e-6)) | (ratio < (1.0 + 1e-6) / done.cap)).sum())
    values = (
        ("effective_before", say.text("Households of equal weight as precise as the old weights"),
         reweighting.effective_size(done.old), False),
        ("effective", say.text("Households of equal weight as precise as the new weights"),
         reweighting.effective_size(done.new), False),
        ("top_before", say.text("Share of the largest 1 % of weights, old"), reweighting.top_share(done.old), True),
        ("top", say.text("Share of the largest 1 % of weights, new"), reweighting.top_share(done.new), True),
        ("least", say.text("Least ratio of new to old weight"), float(ratio.min()), False),
        ("most", say.text("Largest ratio of new to old weight"), float(ratio.max()), False),
        ("at_cap", say.text("Households at the cap"), float(at_cap), False),
    )  # fmt: skip
    rows = tuple(
        Row(key, label, (_cell(value, percent, say, whole=key not in ("least", "most")),))
        for key, label, value, percent in values
    )
    note = say.text(
        "The old weights were first multiplied by {scale}, so that they add up to the country. No weight is zero.",
        scale=say.shortest(done.scale, 4),
    )
    return Section("weights", say.text("New weights"), (("value", say.text("value")),), rows, (note,))


def targets_said(done: Reweighted, say: Language) -> Section:
    """Return every target with what the old and the new weights make of it."""
    rows: list[Row] = []
    for margin in dict.fromkeys(target.margin for target in done.targets):
        rows.append(Row(margin, say.text(LABELS[margin]), (), heading=True))
        for k, target in enumerate(done.targets):
            if target.margin == margin:
                cells = (_cell(target.value, False, say), _cell(done.before[k] / target.value - 1.0, True, say),
                         _cell(done.reached[k] / target.value - 1.0, True, say))  # fmt: skip
                rows.append(Row(target.name, f"  {say.text(target.category)}", cells))
    heads = (("target", say.text("target")), ("before", say.text("old weights, miss")),
             ("reached", say.text("new weights, miss")))  # fmt: skip
    return Section("targets", say.text("Margins of the country"), heads, tuple(rows))


def misses_said(done: Reweighted, found: Iterable[Contradiction], say: Language) -> Section:
    """Return which targets are not met, and which margins contradict each other."""
    said = [
        say.text("{target} is not met: {reached} instead of {wanted}.", target=done.targets[k].name,
                 reached=say.number(done.reached[k]), wanted=say.number(done.targets[k].value))
        for k in done.missed
    ]  # fmt: skip
    named = list(found)
    said += [_contradiction(one, done.cap, say) for one in named]
    if done.missed and not named:
        said.append(
            say.text(
                "No two margins contradict each other; all together they do. A larger {option} may help.",
                option="--cap",
            )
        )
    if not said:
        said.append(say.text("Every target is met."))
    return Section("misses", say.text("Targets that are not met"), (), (), tuple(said))


def _contradiction(one: Contradiction, cap: float, say: Language) -> str:
    miss = say.percent(one.miss, 1)
    if len(one.margins) == 1:
        return say.text(
            "The margin {margin} cannot be met alone: with ratios of weights up to {cap}, a target of it is missed by "
            "{miss} or more.", margin=one.margins[0], cap=say.shortest(cap), miss=miss,
        )  # fmt: skip
    return say.text(
        "The margins {first} and {second} contradict each other: {first} adds up to {one}, {second} to {other}; with "
        "ratios of weights up to {cap}, a target of the two is missed by {miss} or more.",
        first=one.margins[0], second=one.margins[1], one=say.number(one.sums[0]), other=say.number(one.sums[1]),
        cap=say.shortest(cap), miss=miss,
    )  # fmt: skip


def reweighted_said(survey: Survey, country: Country, done: Reweighted, say: Language) -> Section:
    """Return what the survey says with its new weights."""
    design, found = design_of(survey.stratum, survey.unit), list(figures(survey, country))
    each = estimates_reweighted(found, design, done)
    return Section(
        "figures", say.text("What the survey says, with the new weights"), _heads(say), tuple(_rows(found, each, say)),
        (say.text("What the margins explain is taken out of the standard errors."),),
    )  # fmt: skip


def imputed_said(found: Peopled, say: Language) -> Section:
    """Return what the survey does not know of its households, and where it comes from."""
    rows = tuple(
        Row(one.what, say.text(one.what), (Cell(say.percent(one.households / one.of)), Cell(say.text(one.how))))
        for one in found.imputed
    )  # fmt: skip
    heads = (("households", say.text("households")), ("how", say.text("where it comes from")))
    note = say.text("For {count} households of the survey no synthetic ones of the same kind are there; a coarser kind "
                    "was taken.", count=say.number(found.coarser))  # fmt: skip
    return Section("imputed", say.text("What comes from the synthetic country"), heads, rows, (note,))


def people_said(survey: Survey, people: Population, done: Reweighted, say: Language) -> Section:
    """Return what the survey says with its new weights, beside the population that was made of it."""
    known = of_population(people, survey)
    found = [one for one in figures(survey, people.country) if one.key in known]
    each = estimates_reweighted(found, design_of(survey.stratum, survey.unit), done)
    rows = tuple(
        Row(one.key, say.text(one.label), (_cell(given.value, one.percent, say),
            _cell(given.error, one.percent, say, error=True), _cell(known[one.key], one.percent, say)))
        for one, given in zip(found, each, strict=True)
    )  # fmt: skip
    heads = (("survey", say.text("survey")), ("error", say.text("standard error")),
             ("population", say.text("population")))  # fmt: skip
    return Section("people", say.text("The survey with its new weights, and the population made of it"), heads, rows)


def replaced_said(found: Sequence[Replaced], folder: Path, say: Language) -> Section:
    """Return which published figures the register takes the place of."""
    rows = tuple(
        Row(one.name, f"{one.name} {one.metric}", tuple(_cell(value, one.unit == "share", say, error=k == 1)
            for k, value in enumerate((one.value, one.error, one.published))))
        for one in found
    )  # fmt: skip
    heads = (("register", say.text("register")), ("error", say.text("standard error")),
             ("published", say.text("published")))  # fmt: skip
    note = say.text("They stand in {folder}. Fit the model to them: {command}", folder=folder,
                    command=f"kelishim calibrate --with {folder}")  # fmt: skip
    return Section("replaced", say.text("Figures to fit to, from the register"), heads, rows, (note,))


def register_said(cells: list[register.Cell], country: str, say: Language) -> Section:
    """Return the figures of a register beside the published ones."""
    rows: list[Row] = []
    for name in dict.fromkeys(cell.name for cell in cells):
        rows.append(Row(name, say.text(register.LABELS[name]), (), heading=True))
        rows += [_register_row(cell, country, say) for cell in cells if cell.name == name]
    heads = (("register", say.text("register")), ("error", say.text("standard error")),
             ("published", say.text("published")))  # fmt: skip
    notes = (
        say.text("Figures of fewer than {least} contracts are not shown, nor what they could be found from.",
                 least=say.number(register.LEAST)),
        say.text("A register is a full list. The standard error says how far chance alone would have moved a share "
                 "or a mean."),
    )  # fmt: skip
    return Section("register", say.text("What the register says"), heads, tuple(rows), notes)


def _register_row(cell: register.Cell, country: str, say: Language) -> Row:
    label = f"  {say.text(cell.part) if cell.part else say.text('all')}"
    if cell.suppressed:
        return Row(cell.key, label, (Cell(say.text("few"), None), Cell("", None), Cell("", None)))
    found = register.beside(cell, country)
    percent = cell.unit == "share"
    error = Cell("", None) if math.isnan(cell.error) else _cell(cell.error, percent, say, error=True)
    published = Cell("", None) if found is None else _cell(found.value, percent, say)
    return Row(cell.key, label, (_cell(cell.value, percent, say), error, published))
