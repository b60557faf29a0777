"""Laws: quota designs in words, their schedule of seats and the scale of their levies, as tables for people."""

from __future__ import annotations

import csv
import re
import tomllib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from experiments import words
from sim.errors import InputError

if TYPE_CHECKING:
    from rich.table import Table

    from sim.policies.design import Design, Figure
    from sim.state.terms import EconomyTerms

LARGEST_STAFF = 8000
LONG_LIST = 40  # sizes; a longer list is shown as stretches with the same seats
BLOCKS = {
    "scope": "Who has the duty", "schedule": "How many seats", "counting": "Who counts", "sanction": "Sanction",
    "levy": "Levy", "reductions": "What may replace a seat or lower the levy", "bonus": "Premiums",
    "market": "Between employers", "fund": "Where the money goes", "control": "Control",
    "translation": "Carrying over to another country",
}  # fmt: skip
PARAMETERS = {
    "scope.owners": "Owners covered", "scope.exempt_industries": "Exempt industries",
    "scope.excluded_jobs": "Jobs left out of the count", "scope.base": "Staff are counted as",
    "scope.base_period": "Staff are measured over", "scope.level": "Unit that has the duty",
    "scope.grace_years": "Years at the smallest size before the duty", "scope.announced_months": "Announced ahead",
    "scope.assignment": "Duty for all employers or for those on a list",
    "schedule.smallest_size": "Smallest size with a duty", "schedule.table": "Fixed seats by size",
    "schedule.rates": "Share of staff", "schedule.rates_public": "Share of staff, public bodies",
    "schedule.rounding": "Seats are rounded", "schedule.minimum_seats": "At least",
    "schedule.composition": "Seats kept for severe groups", "schedule.severe_groups": "Groups that may take them",
    "counting.who_counts": "Who counts", "counting.full_time_from": "Hours from which a worker counts in full",
    "counting.part_time_weight": "A worker below that counts", "counting.min_hours": "Fewest hours that count",
    "counting.group_weights": "Workers of group I, II, III count", "counting.age_from": "Older workers count more from",
    "counting.age_weight": "An older worker counts", "counting.first_hire_weight": "A first hire counts",
    "counting.main_job_only": "Main jobs only", "counting.pay_verified": "Pay is checked",
    "counting.minimum_pay": "Least pay that counts", "counting.proforma_counts": "Contracts count without work",
    "sanction.kind": "Kind", "sanction.fine_min": "Fine, lowest", "sanction.fine_max": "Fine, highest",
    "sanction.fine_per_seat": "Fine for each seat", "sanction.fine_escalation": "Fine rises when repeated",
    "sanction.inspection": "Inspections in a year",
    "levy.rows": "Units for each empty seat", "levy.reference": "One unit is", "levy.periods": "Due",
    "levy.smallest_size": "Smallest size that pays", "levy.surcharge_years": "More is due after nothing was done for",
    "levy.surcharge_unit": "Units then", "levy.collected_share": "Collected",
    "reductions.alternative_cap": "Purchases may replace, of the levy",
    "reductions.alternative_rate": "Levy saved for each unit of purchases",
    "reductions.alternative_price": "Purchases that replace one seat",
    "reductions.buyout_cap": "Seats may be bought out",
    "reductions.buyout_fee": "Price of a bought-out seat", "reductions.buyout_smallest_size": "Buy-out from",
    "reductions.deduction_cap": "Other spending may lower the levy by", "reductions.payroll_cap": "Levy at most",
    "bonus.amount": "Premium for a seat above the quota", "bonus.smallest_size": "Premium from",
    "bonus.other_premiums": "Other premiums",
    "market.pooled_groups": "Firms of a group may pool seats", "market.tradable": "Seats can be traded",
    "market.tender": "Public tenders",
    "fund.fund_use": "Use of levies and fines", "control.control_mode": "How it is controlled",
    "control.publication": "Names are published", "control.credible": "Duty is announced and enforced",
    "translation.average_wage": "Average wage there",
}  # fmt: skip
PLAIN = {
    "floor": "down", "half_up": "to the nearest", "half_down": "to the nearest, a half down", "ceil": "up",
    "heads": "heads", "fte": "full-time equivalents",
    "list": "those on a yearly list", "universal": "all employers", "levy": "levy", "fine": "fine",
    "fine+levy": "fine and levy",
}  # fmt: skip
HIDDEN_UNITS = {"yes or no", "weight", "groups", "industries", "owners covered", "levy units by size", "0 to 1"}


def design_of(name: str) -> Design:
    """Return a design by its code, or from a file of one's own."""
    from sim.policies.design import load, read

    if not name.endswith(".toml"):
        return load(name)
    path = Path(name)
    if not path.is_file():
        raise InputError(f"{name}: there is no such file; give the code of a design or a file in the same form")
    try:
        return read(tomllib.loads(path.read_text(encoding="utf-8")), name)
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{name}: is not valid TOML: {error}") from None


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
    from sim.policies.terms_of_design import native_terms
    from sim.state.quota_law import required_seats, reserved_seats

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


def schedule_table(designs: Sequence[Design], staff: Sequence[int]) -> Table:
    """Return the seats owed as a table; a long range is shown as stretches of sizes with the same seats."""
    rows = schedule(designs, staff)
    one = len(designs) == 1
    by_size: dict[int, list[dict[str, Any]]] = {}
    for row in rows:
        by_size.setdefault(row["staff"], []).append(row)
    stretches: list[tuple[int, int, list[str]]] = []
    for n, mine in by_size.items():
        cells = [_seats(row["seats"]) for row in mine]
        if one:
            cells.append(_seats(mine[0]["seats_for_severe_groups"]))
        last = stretches[-1] if stretches else None
        if last and len(staff) > LONG_LIST and last[1] == n - 1 and last[2] == cells:
            stretches[-1] = (last[0], n, cells)
        else:
            stretches.append((n, n, cells))
    header = ["staff", "seats owed", "of these for groups I and II"] if one else ["staff", *(d.code for d in designs)]
    body = [[str(low) if low == high else f"{low} to {high}", *cells] for low, high, cells in stretches]
    if one:
        return _table(designs[0].name, header, body)
    return _table("Seats owed", header, body)


def schedule_notes(designs: Sequence[Design]) -> Iterable[str]:
    """Yield what a reader of the schedule must know: assumptions on it, another rule for public bodies."""
    for design in designs:
        assumed: dict[str, list[str]] = {}
        for key in ("schedule.rounding", "schedule.table", "schedule.rates", "schedule.composition"):
            figure = design.figures[key]
            if not figure.known or figure.value == "unknown" or figure.confidence == "C":
                assumed.setdefault(figure.source, []).append(f"{PARAMETERS[key].lower()}: {said_of(design, key)}")
        for source, said in assumed.items():
            what = "this is an assumption" if len(said) == 1 else "these are assumptions"
            yield f"{design.code}: {'; '.join(said)}; {what}{f' ({source})' if source else ''}."
        if design.of("schedule.rates_public") not in ("as rates", design.of("schedule.rates")):
            yield f"{design.code}: public bodies: {said_of(design, 'schedule.rates_public')}."
        if design.of("scope.grace_years"):
            yield (
                f"{design.code}: an employer owes these seats once it has had {design.of('schedule.smallest_size'):g} "
                f"or more staff for {design.of('scope.grace_years'):g} years running; until then it owes none."
            )
        if design.of("scope.assignment") == "list":
            yield (
                f"{design.code}: only employers on the yearly list have these seats; 'assignment = \"universal\"' in a "
                "scenario gives the duty to all."
            )


def write_csv(rows: Sequence[dict[str, Any]], path: Path) -> None:
    """Write rows as a CSV file."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def listing() -> Table:
    """Return all designs on file, one line each."""
    from sim.policies.design import codes, load

    rows = []
    for code in codes():
        design = load(code)
        unknown = sum(1 for figure in design.figures.values() if figure.value == "unknown")
        smallest = f"from {design.of('schedule.smallest_size'):g} staff"
        rows.append([code, design.name, smallest, PLAIN.get(str(design.of("sanction.kind")), "none"), str(unknown)])
    return _table("Quota designs on file", ["code", "name", "duty", "sanction", "unknown"], rows, left=4)


def said_of(design: Design, key: str) -> str:
    """Return the value of a parameter in words, with its unit; what was not found is called unknown."""
    figure = design.figures[key]
    if figure.value == "unknown":
        if figure.assumed is None:
            return "unknown"
        return f"unknown; assumed: {_said(key, figure.assumed, figure, design.currency)}"
    return _said(key, figure.value, figure, design.currency)


def comparison(designs: Sequence[Design], *, differing: bool = False) -> Iterable[Table]:
    """Yield one table for each block of the form, designs side by side; ``*`` marks parameters that differ."""
    letters = [_source_numbers(design) for design in designs]
    for block, title in BLOCKS.items():
        rows = []
        for key in [name for name in PARAMETERS if name.startswith(block + ".")]:
            said = [said_of(design, key) for design in designs]
            differs = len(set(said)) > 1
            if differing and not differs:
                continue
            cells = [
                f"{text} [{_mark(design.figures[key], numbers)}]"
                for text, design, numbers in zip(said, designs, letters, strict=True)
            ]
            rows.append([("* " if differs else "  ") + PARAMETERS[key], *cells])
        if rows:
            yield _table(title, ["", *(design.code for design in designs)], rows, left=1 + len(designs), folded=True)


def sources(design: Design) -> Iterable[str]:
    """Yield the numbered sources of a design."""
    yield f"{design.code}: {design.name}; {design.legal_basis}; amounts in {design.currency}."
    for text, number in _source_numbers(design).items():
        yield f"  {number}  {text}"


def parameter_rows(designs: Sequence[Design]) -> list[dict[str, Any]]:
    """Return every parameter of the designs as rows for a file."""
    rows = []
    for design in designs:
        for key, figure in design.figures.items():
            rows.append({
                "design": design.code, "parameter": key, "meaning": PARAMETERS[key], "value": figure.value,
                "assumed": "" if figure.assumed is None else figure.assumed, "in_words": said_of(design, key),
                "unit": figure.unit, "confidence": figure.confidence, "source": figure.source, "note": figure.note,
            })  # fmt: skip
    return rows


def levy_tables(design: Design, economy: EconomyTerms, country: str) -> Iterable[Table]:
    """Yield what a levy costs for each empty seat, and what that is in Kyrgyz bases."""
    from sim.policies import levy_bases

    found = levy_bases.tiers(design, economy, country)
    if not found:
        return
    base = design.figures["levy.reference"].base
    rows = []
    for tier in found:
        large = f"{tier.smallest:g} to {tier.largest - 1:g}" if tier.largest < 1e8 else f"{tier.smallest:g} and more"
        literal = words.MISSING if tier.literal is None else f"{tier.literal:,.0f}"
        cells = [f"{tier.native:,.0f}", f"{tier.share:.1%}", f"{tier.som:,.0f}", *([literal] if base else [])]
        rows.append([large + (f", {tier.when}" if tier.when else ""), *cells])
    header = ["staff", f"{design.currency} a year there", "of the average wage", "som a year here: same share"]
    header += [f"som a year here: same words ({base})"] if base else []
    yield _table(f"{design.name}: what an empty seat costs", header, rows)
    low, high = min(found, key=lambda tier: tier.som), max(found, key=lambda tier: tier.som)
    yield base_table([low.som] if low.som == high.som else [low.som, high.som], economy, country)


def base_table(amounts: Sequence[float], economy: EconomyTerms, country: str) -> Table:
    """Return amounts of som a year in units of every Kyrgyz base."""
    from sim.policies import levy_bases

    values = levy_bases.amounts(economy, country)
    facts = levy_bases.facts(country)
    rows = []
    for name in levy_bases.BASES:
        cells = [f"{levy_bases.translated(som, economy, country)[name]:,.2f}" for som in amounts]
        period = "a year" if name == levy_bases.HOURLY else "a month"
        value = f"{values[name]:,.0f}" if values[name] >= 100 else f"{values[name]:,.2f}"
        rows.append([f"{levy_bases.plural(name)} {period}", value, facts[name].confidence, *cells])
    header = ["in units of", "one is, som", "confidence", *(f"{som:,.0f} som a year" for som in amounts)]
    return _table("The same amount in Kyrgyz bases", header, rows)


def levy_notes(design: Design, economy: EconomyTerms, country: str) -> Iterable[str]:
    """Yield warnings and what the figures rest on."""
    from sim.policies import levy_bases

    found = levy_bases.tiers(design, economy, country)
    if not found:
        kind = PLAIN.get(str(design.of("sanction.kind")), "none")
        fine = said_of(design, "sanction.fine_max")
        yield f"{design.code} has no levy; its sanction: {kind}" + (f", at most {fine}." if kind == "fine" else ".")
        return
    warning = levy_bases.collapse(design, economy, country)
    if warning:
        yield f"Warning. {warning}"
        literal = min(tier.literal for tier in found if tier.literal is not None)
        share = literal / (12 * economy.average_wage)
        scenario = f'quota = {{ design = "{design.code}", levy = {share:.4f} }}'
        yield f"To run the collapsed formula itself, write {scenario}."
    wage = design.figures["translation.average_wage"]
    if wage.value != "own":
        yield (
            f"Average wage there: {said_of(design, 'translation.average_wage')}, confidence {wage.confidence} "
            f"({wage.source}); shares of the average wage rest on it."
        )


def _mark(figure: Figure, numbers: dict[str, int]) -> str:
    if figure.value == "unknown":
        return "-"
    place = f", {numbers[figure.source]}" if figure.source in numbers else ""
    return f"{figure.confidence}{place}"


def _source_numbers(design: Design) -> dict[str, int]:
    texts = dict.fromkeys(f.source for f in design.figures.values() if f.source)
    return {text: number for number, text in enumerate(texts, 1)}


def _said(key: str, value: Any, figure: Figure, currency: str) -> str:
    if value is None or value == "none":
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value == "as rates":
        return "the same"
    if value == "own":
        return "that of the country itself"
    if isinstance(value, str):
        return PLAIN.get(value, value) + (f" ({figure.base})" if figure.base and figure.base != value else "")
    if key == "levy.rows":
        return "; ".join(_levy_row(row) for row in value) or "none"
    if key in ("schedule.rates", "schedule.rates_public"):
        return "; ".join(f"{100 * share:g} % from {start:g} staff" for start, share in value) or "none"
    if key == "schedule.table":
        return "; ".join(f"{low:g} to {high - 1:g}: {seats:g}" for low, high, seats in value) or "none"
    if key == "schedule.composition":
        return "; ".join(f"{seats:g} from {start:g} staff" for start, seats in value) or "none"
    if key == "reductions.alternative_cap":
        return "; ".join(f"{100 * cap:g} %" + (f" from a rate of {100 * rate:g} %" if rate else "")
                         for rate, cap in value)  # fmt: skip
    if isinstance(value, list):
        return ", ".join(str(item) for item in value) or "none"
    return _number(value, figure, currency)


def _number(value: float, figure: Figure, currency: str) -> str:
    text = f"{value:,.10g}"
    unit = figure.unit.replace("of Q", "of seats")
    if unit.startswith("share"):
        return f"{100 * value:g} %" + unit.removeprefix("share")
    if unit == "per year":
        return "once a year" if value == 1 else f"{value:g} times a year"
    if unit in HIDDEN_UNITS or not unit or "|" in unit:
        return text
    if unit == "currency per unit and period":
        return f"{text} {currency}" + (f" ({figure.base})" if figure.base else "")
    return f"{text} {unit.replace('currency', currency)}"


def _levy_row(row: dict[str, Any]) -> str:
    size = f"{row['from']:g} to {row['to'] - 1:g}" if row["to"] < 1e8 else f"from {row['from']:g}"
    if row["variable"] == "none":
        return f"{size} staff: {row['unit']:,g}"
    kind = {"rate": "share of staff", "fill": "share of seats", "count": "workers"}[row["variable"]]
    parts = [f"nobody: {row['zero']:,.10g}"] if row.get("zero", -1) >= 0 else []
    for _, high, units in row["bands"]:
        limit = f"{high:g}" if row["variable"] == "count" else f"{100 * high:g} %"
        parts.append(f"below {limit}: {units:,.10g}")
    return f"{size} staff by {kind}: {', '.join(parts)}"


def _seats(value: float) -> str:
    return f"{value:,.4g}"


def _table(
    title: str, header: Sequence[str], rows: Iterable[Sequence[str]], *, left: int = 1, folded: bool = False
) -> Table:
    from rich import box
    from rich.table import Table

    table = Table(title=title, box=box.SIMPLE_HEAD, title_justify="left", title_style="bold", pad_edge=False)
    for number, name in enumerate(header):
        table.add_column(
            name, justify="left" if number < left else "right", ratio=1 if folded and number else None,
            overflow="fold",
        )  # fmt: skip
    for row in rows:
        table.add_row(*[_escaped(cell) for cell in row])
    return table


def _escaped(text: str) -> str:
    from rich.markup import escape

    return escape(text)
