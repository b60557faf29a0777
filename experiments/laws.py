"""Laws: quota designs side by side, their schedule of seats and the scale of their levies, as tables for people."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from experiments import law_words as w
from experiments.language import MISSING, Language, language
from experiments.sections import Cell
from experiments.tables import plain
from sim import months
from sim.errors import InputError
from sim.policies import levy_bases
from sim.policies.design import codes, load
from sim.policies.economy import BACK, BETWEEN
from sim.policies.policy import declared
from sim.policies.terms_of_design import native_terms
from sim.state.quota_law import required_seats, reserved_seats

if TYPE_CHECKING:
    from experiments.sections import Section
    from sim.policies.design import Design, Figure
    from sim.policies.economy import Economy
    from sim.state.terms import EconomyTerms

LARGEST_STAFF = 8000
BASES_CARRIED = ("average_wage", "minimum_wage", "subsistence")  # figures of the economy behind the bases of a levy
LONG_LIST = 40  # sizes; a longer list is shown as stretches with the same seats


def design_of(name: str) -> Design:
    """Return a design by its code, or from a file of one's own."""
    return load(name)


def sizes(text: str) -> list[int]:
    """Return the sizes named by single numbers, lists and ranges.

    >>> sizes("24,25,49..51")
    [24, 25, 49, 50, 51]
    """
    out: list[int] = []
    for part in text.split(","):
        found = re.fullmatch(r"\s*(\d+)\s*(?:(?:\.\.|-)\s*(\d+)\s*)?", part)
        if not found:
            raise InputError(f"staff is '{text}'; it must be numbers and ranges such as 25..130 or 24,25,100..200")
        low = int(found[1])
        high = int(found[2] or low)
        if not 0 <= low <= high <= LARGEST_STAFF:
            raise InputError(f"staff is '{part.strip()}'; a range must rise and end at most at {LARGEST_STAFF}")
        out += range(low, high + 1)
    return out


def schedule(designs: Sequence[Design], staff: Sequence[int]) -> list[dict[str, Any]]:
    """Return for each size the seats owed, those kept for severe groups and those of public bodies, by design."""
    rows = []
    laws = [(design.code, native_terms(design)) for design in designs]
    for n in staff:
        for code, law in laws:
            seats, public = (float(required_seats(law, of, float(n))) for of in (0, 1))
            reserved = min(float(reserved_seats(law, float(n))), seats)
            rows.append({
                "design": code, "staff": n, "seats": seats, "share_of_staff": seats / n if n else 0.0,
                "seats_for_severe_groups": reserved, "seats_in_public_bodies": public,
            })  # fmt: skip
    return rows


def schedule_table(designs: Sequence[Design], staff: Sequence[int], say: Language | None = None) -> Section:
    """Return the seats owed as a table; a long range is shown as stretches of sizes with the same seats."""
    say = say or language("en")
    rows = schedule(designs, staff)
    one = len(designs) == 1
    by_size: dict[int, list[dict[str, Any]]] = {}
    for row in rows:
        by_size.setdefault(row["staff"], []).append(row)
    stretches: list[tuple[int, int, list[Cell]]] = []
    for n, mine in by_size.items():
        owed = [row["seats"] for row in mine] + ([mine[0]["seats_for_severe_groups"]] if one else [])
        cells = [Cell(say.shortest(seats, 4), seats) for seats in owed]
        last = stretches[-1] if stretches else None
        if last and len(staff) > LONG_LIST and last[1] == n - 1 and last[2] == cells:
            stretches[-1] = (last[0], n, cells)
        else:
            stretches.append((n, n, cells))
    body = [[_stretch(low, high, say), *cells] for low, high, cells in stretches]
    if one:
        header = [say.text("staff"), say.text("seats owed"), say.text("of these for groups I and II")]
        return plain(say.law(designs[0].name), header, body, key="seats")
    return plain(say.text("Seats owed"), [say.text("staff"), *(d.code for d in designs)], body, key="seats")


def _stretch(low: int, high: int, say: Language) -> str:
    ends = {"low": say.number(low), "high": say.number(high)}
    return ends["low"] if low == high else say.text("{low} to {high}", **ends)


def schedule_notes(designs: Sequence[Design], say: Language | None = None) -> Iterable[str]:
    """Yield what a reader of the schedule must know: assumptions on it, another rule for public bodies."""
    say = say or language("en")
    for design in designs:
        assumed: dict[str, list[str]] = {}
        for key in ("schedule.rounding", "schedule.table", "schedule.rates", "schedule.composition"):
            figure = design.figures[key]
            if not figure.known or figure.value == "unknown" or figure.confidence == "C":
                label = say.text(w.PARAMETERS[key], context=w.LAW)
                assumed.setdefault(figure.source, []).append(f"{label}: {w.said_of(design, key, say)}")
        for source, said in assumed.items():
            what = "; ".join(said) + (f" ({source})" if source else "")
            yield say.text("{code}: assumed: {what}.", code=design.code, what=what)
        if design.of("schedule.rates_public") not in ("as rates", design.of("schedule.rates")):
            rates = w.said_of(design, "schedule.rates_public", say)
            yield say.text("{code}: for public bodies: {rates}.", code=design.code, rates=rates)
        if design.of("scope.grace_years"):
            yield say.text(
                "{code}: an employer owes these seats once it has had {size} or more staff for {years} years running; "
                "until then it owes none.",
                code=design.code, size=say.shortest(design.of("schedule.smallest_size")),
                years=say.shortest(design.of("scope.grace_years")),
            )  # fmt: skip
        if design.of("scope.assignment") == "list":
            yield say.text(
                "{code}: only employers on the yearly list have these seats; in a scenario, {words} gives the duty to "
                "all.",
                code=design.code, words='assignment = "universal"',
            )  # fmt: skip


def write_csv(rows: Sequence[dict[str, Any]], path: Path) -> None:
    """Write rows as a CSV file."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def listing(say: Language | None = None) -> Section:
    """Return all designs on file, one line each."""
    say = say or language("en")
    rows = []
    for code in codes():
        design = load(code)
        unknown = sum(1 for figure in design.figures.values() if figure.value == "unknown")
        smallest = w.staff_from(design.of("schedule.smallest_size"), say)
        kind = w.worded(str(design.of("sanction.kind") or "none"), say)
        rows.append([code, say.law(design.name), smallest, kind, Cell(say.number(unknown), unknown)])
    header = [say.text("code"), say.text("name"), say.text("duty"), say.text("sanction"), say.text("unknown")]
    return plain(say.text("Quota designs on file"), header, rows, key="laws")


def comparison(designs: Sequence[Design], say: Language | None = None, *, differing: bool = False) -> Iterable[Section]:
    """Yield one table for each block of the form, designs side by side; ``*`` marks parameters that differ."""
    say = say or language("en")
    letters = [_source_numbers(design) for design in designs]
    for block, title in w.BLOCKS.items():
        rows = []
        for key in [name for name in w.PARAMETERS if name.startswith(block + ".")]:
            said = [w.said_of(design, key, say) for design in designs]
            differs = len(set(said)) > 1
            if differing and not differs:
                continue
            cells = [
                f"{text} [{_mark(design.figures[key], numbers, say)}]"
                for text, design, numbers in zip(said, designs, letters, strict=True)
            ]
            label = say.text(w.PARAMETERS[key], context=w.LAW)
            rows.append([("* " if differs else "  ") + label, *cells])
        if rows:
            heading = say.text(title, context=w.LAW)
            yield plain(heading, ["", *(design.code for design in designs)], rows, key=block)


def sources(design: Design, say: Language | None = None) -> Iterable[str]:
    """Yield the numbered sources of a design."""
    say = say or language("en")
    yield say.text("{code}: {name}; {basis}; amounts in {currency}.", code=design.code, name=say.law(design.name),
                   basis=w.worded(design.legal_basis, say), currency=design.currency)  # fmt: skip
    for text, number in _source_numbers(design).items():
        yield f"  {number}  {text}"


def parameter_rows(designs: Sequence[Design]) -> list[dict[str, Any]]:
    """Return every parameter of the designs as rows for a file."""
    rows = []
    for design in designs:
        for key, figure in design.figures.items():
            rows.append({
                "design": design.code, "parameter": key, "meaning": w.PARAMETERS[key], "value": figure.value,
                "assumed": "" if figure.assumed is None else figure.assumed, "in_words": w.said_of(design, key),
                "unit": figure.unit, "confidence": figure.confidence, "source": figure.source, "note": figure.note,
            })  # fmt: skip
    return rows


def levy_tables(design: Design, economy: EconomyTerms, country: str, say: Language | None = None) -> Iterable[Section]:
    """Yield what a levy costs for each empty seat, and what that is in Kyrgyz bases."""
    say = say or language("en")
    found = levy_bases.tiers(design, economy, country)
    if not found:
        return
    base = design.figures["levy.reference"].base
    rows = []
    for tier in found:
        low, high = say.shortest(tier.smallest, w.DIGITS), say.number(tier.largest - 1)
        size = (
            say.text("{low} to {high}", low=low, high=high) if tier.largest < w.NO_END
            else say.text("{low} and more", low=low)
        )  # fmt: skip
        when = w.doing(tier, say)
        literal = MISSING if tier.literal is None else say.number(tier.literal)
        cells = [Cell(say.number(tier.native), tier.native), Cell(say.percent(tier.share, 1), tier.share),
                 Cell(say.number(tier.som), tier.som)]  # fmt: skip
        rows.append([size + (f", {when}" if when else ""), *cells, *([Cell(literal, tier.literal)] if base else [])])
    header = [say.text("staff"), say.text("{currency} a year there", currency=design.currency),
              say.text("of the average wage"), say.text("som a year here: same share")]  # fmt: skip
    if base:
        header.append(say.text("som a year here: same words ({base})", base=say.text(base, context=w.LAW)))
    yield plain(say.text("{name}: what an empty seat costs", name=say.law(design.name)), header, rows, key="levy")
    low_tier, high_tier = min(found, key=lambda tier: tier.som), max(found, key=lambda tier: tier.som)
    amounts = [low_tier.som] if low_tier.som == high_tier.som else [low_tier.som, high_tier.som]
    yield base_table(amounts, economy, country, say)


def base_table(amounts: Sequence[float], economy: EconomyTerms, country: str, say: Language | None = None) -> Section:
    """Return amounts of som a year in units of every Kyrgyz base."""
    say = say or language("en")
    values = levy_bases.amounts(economy, country)
    facts = levy_bases.facts(country)
    rows = []
    for name in levy_bases.BASES:
        units = [levy_bases.translated(som, economy, country)[name] for som in amounts]
        cells = [Cell(say.number(unit, 2), unit) for unit in units]
        value = Cell(say.number(values[name], 0 if values[name] >= 100 else 2), values[name])
        rows.append([say.text(w.BASES[name], context=w.LAW), value, w.confidence(facts[name].confidence, say), *cells])
    header = [say.text("in units of"), say.text("one is, som"), say.text("confidence"),
              *(say.text("{som} som a year", som=say.number(som)) for som in amounts)]  # fmt: skip
    return plain(say.text("The same amount in Kyrgyz bases"), header, rows, key="bases")


def carried_notes(economy: Economy, t: int, names: Sequence[str], say: Language | None = None) -> Iterable[str]:
    """Yield a sentence for each figure of the economy whose year is not known: from when it is carried, at which rate.

    ``names`` are series of the economy, such as ``average_wage``.
    """
    say = say or language("en")
    labels = {parameter.name: parameter.label for parameter in declared(type(economy))}
    for name in names:
        found = economy.carried(name, months.year_of(t))
        if found is None:
            continue
        rate = say.percent(found.rate, 1)
        said: dict[str, Any] = {"figure": say.text(labels[name]), "year": found.since, "rate": rate}
        if found.way == BETWEEN:
            yield say.text("{figure}: between known years, from {year} on at {rate} a year (assumed).", **said)
        elif found.way == BACK:
            yield say.text("{figure}: carried back from {year} at {rate} a year (assumed).", **said)
        else:
            yield say.text("{figure}: carried forward from {year} at {rate} a year (assumed).", **said)


def levy_notes(design: Design, economy: EconomyTerms, country: str, say: Language | None = None) -> Iterable[str]:
    """Yield warnings and what the figures rest on."""
    say = say or language("en")
    found = levy_bases.tiers(design, economy, country)
    if not found:
        kind = str(design.of("sanction.kind") or "none")
        said = {"code": design.code, "kind": w.worded(kind, say)}
        if kind == "fine":
            yield say.text("{code} has no levy; its sanction: {kind}, at most: {fine}.",
                           fine=w.said_of(design, "sanction.fine_max", say), **said)  # fmt: skip
        else:
            yield say.text("{code} has no levy; its sanction: {kind}.", **said)
        return
    lost = levy_bases.collapsed(design, economy, country)
    if lost is not None:
        yield say.text("Warning. {sentence}", sentence=w.collapse_sentence(lost, say))
        literal = min(tier.literal for tier in found if tier.literal is not None)
        share = literal / (12 * economy.average_wage)
        scenario = f'quota = {{ design = "{design.code}", levy = {share:.4f} }}'
        yield say.text("To run the collapsed formula itself, write in a scenario: {words}", words=scenario)
    if design.of("translation.average_wage") != "own":
        yield wage_note(design, say)


def wage_note(design: Design, say: Language) -> str:
    """Return what the shares of a foreign average wage rest on."""
    wage = design.figures["translation.average_wage"]
    return say.text(
        "Average wage there: {wage}, confidence {grade} ({source}); shares of the average wage rest on it.",
        wage=w.said_of(design, "translation.average_wage", say), grade=w.confidence(wage.confidence, say),
        source=wage.source,
    )  # fmt: skip


def _mark(figure: Figure, numbers: dict[str, int], say: Language) -> str:
    if figure.value == "unknown":
        return "-"
    place = f", {numbers[figure.source]}" if figure.source in numbers else ""
    return f"{w.confidence(figure.confidence, say)}{place}"


def _source_numbers(design: Design) -> dict[str, int]:
    texts = dict.fromkeys(f.source for f in design.figures.values() if f.source)
    return {text: number for number, text in enumerate(texts, 1)}
