"""Words of the employer calculator: seats, ways to comply, the sum due, and what a hire costs, in three languages."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

from experiments.employer import GROUPS, NOBODY, Firm, Seats, Way, bill_counted, fitting, hire, ways
from experiments.language import MISSING, Language
from experiments.marks import N_
from experiments.sections import Cell, Row, Section
from sim.engine.plain import plain
from sim.policies.design import load
from sim.state.quota_law import Sanction, reserved_seats

ASSUMED = "?"
LONGEST_COLUMN = 12
SOM = 1.0  # amounts that differ by less are the same
DESIGNED = ("relief", "grant")  # no law gives these today; shown where a design does
WAYS = {
    "hire": N_("Hire: pay and contributions"), "certify": N_("Certify a present worker"),
    "purchases": N_("Buy from protected workshops"), "donation": N_("Donate"), "buy_out": N_("Buy the seat out"),
    "levy": N_("Pay the levy"), "nothing": N_("Do nothing: expected fine"),
}  # fmt: skip
KINDS = {
    NOBODY: N_("none"), 3: N_("group III"), 2: N_("group II"), 1: N_("group I"),
}  # fmt: skip


class Teller:
    """Tells what one employer has to reckon with, in one language."""

    def __init__(self, firm: Firm, found: Sequence[Seats], say: Language) -> None:
        self.firm, self.found, self.say = firm, found, say
        self.columns = tuple((one.law.label or "today", self._column(k, one)) for k, one in enumerate(found))

    def _column(self, number: int, one: Seats) -> str:
        if not one.law.label:
            return self.say.text("today")
        return (
            one.law.label if len(one.law.label) <= LONGEST_COLUMN else self.say.text("design {number}", number=number)
        )

    def som(self, value: float) -> Cell:
        """Return an amount in whole som; a dash where there is none."""
        return Cell(self.say.number(value) if math.isfinite(value) else MISSING, value)

    def count(self, value: float) -> Cell:
        """Return a number of seats or staff."""
        return Cell(self.say.shortest(value, 7), value)

    def sections(self) -> Iterator[Section]:
        """Yield all sections in their order."""
        yield self.seats()
        by_law = [ways(self.firm, one) for one in self.found]
        if any(by_law):
            yield self.ways(by_law)
        yield self.due()
        shown: list[Section] = []
        for number, one in enumerate(self.found):
            section = self.hire(number, one)
            if section.rows not in [before.rows for before in shown]:
                shown.append(section)
        yield from shown
        yield self.legend()

    def seats(self) -> Section:
        """Return the seats under each law."""
        text = self.say.text
        rows = [
            Row("staff", text("Staff that the law looks at"), tuple(self.count(one.bill.base) for one in self.found)),
            Row("owed", text("Seats owed"), tuple(self.count(one.bill.owed) for one in self.found)),
            Row("reserved", "  " + text("of these for groups I and II"),
                tuple(self._reserved(one) for one in self.found)),
            Row("counted", text("Workers with disabilities, as counted"),
                tuple(self.count(bill_counted(self.firm, one)) for one in self.found)),
            Row("missing", text("Seats missing"), tuple(self.count(one.bill.missing) for one in self.found)),
        ]  # fmt: skip
        notes = [f"{column}: {one.law.label}" for one, (_, column) in zip(self.found, self.columns, strict=True)
                 if one.law.label not in ("", column)]  # fmt: skip
        reasons: dict[str, list[str]] = {}
        for one, (_, column) in zip(self.found, self.columns, strict=True):
            for reason in self._reasons(one):
                reasons.setdefault(reason, []).append(column)
        notes += [reason if len(columns) == len(self.found) else f"{', '.join(columns)}: {reason}"
                  for reason, columns in reasons.items()]  # fmt: skip
        title = text("An employer with {staff} staff, {month}", staff=self.say.shortest(self.firm.staff, 7),
                     month=self.say.month(self.found[0].law.t))  # fmt: skip
        return Section("seats", title, self.columns, tuple(rows), tuple(notes))

    def _reserved(self, one: Seats) -> Cell:
        return self.count(float(plain(reserved_seats)(one.terms, one.bill.base)) if one.bill.owed else 0.0)

    def _reasons(self, one: Seats) -> Iterator[str]:
        text, terms = self.say.text, one.terms
        if not one.covered:
            yield text("This law gives no duty to employers of this kind.")
        elif one.bill.owed <= 0.0:
            public = self.firm.owner.name == "BUDGET"
            smallest = terms.n_min_public if public else terms.n_min
            if one.bill.base < smallest:
                yield text("No duty below {size} staff.", size=self.say.shortest(smallest, 7))
        elif terms.listed == 1:
            yield text("Only employers on the yearly list of assigned places owe these seats.")
        quota: Any = one.law.policies["quota"]
        if load(quota.design.at(one.law.t)).of("translation.average_wage") != "own":
            yield text("A foreign law: its amounts keep their size as a share of the average wage.")

    def ways(self, by_law: Sequence[Sequence[Way]]) -> Section:
        """Return the ways to comply and their prices under each law."""
        text = self.say.text
        names = [name for name in WAYS if any(way.key == name for found in by_law for way in found)]
        rows = []
        for name in names:
            mine = [next((way for way in found if way.key == name), None) for found in by_law]
            mark = f" {ASSUMED}" if any(way is not None and way.assumed for way in mine) else ""
            label = text(WAYS[name]) + mark
            rows.append(Row(name, label, tuple(self.som(way.price if way else math.nan) for way in mine)))
            limited = [way for way, one in zip(mine, self.found, strict=True) if way and way.seats < one.bill.missing]
            if limited:
                cells = tuple(self.count(way.seats) if way else Cell(MISSING, math.nan) for way in mine)
                rows.append(Row(f"{name} at most", "  " + text("for at most so many seats"), cells))
        title = text("Ways to comply with one missing seat, som a year")
        stepped = any(way.key == "levy" and abs(way.price * one.bill.missing - one.bill.levy) > SOM
                      for found, one in zip(by_law, self.found, strict=True) for way in found)  # fmt: skip
        said = text("The levy is that of the next seat: this law's levy has steps. What all missing seats cost "
                    "together stands below.")  # fmt: skip
        notes = (said,) if stepped else ()
        return Section("ways", title, self.columns, tuple(rows), notes)

    def due(self) -> Section:
        """Return what is due in a year if nothing more is done."""
        text = self.say.text
        bills = [one.bill for one in self.found]
        rows = [Row("levy", text("Levy"), tuple(self.som(bill.levy) for bill in bills))]
        if any(bill.bonus > 0.0 for bill in bills):
            rows.append(Row("premium", text("Premium above the quota"), tuple(self.som(-bill.bonus) for bill in bills)))
        rows.append(Row("due", text("Due by law in a year"), tuple(self.som(b.levy - b.bonus) for b in bills)))
        if any(self._fines(one) and one.bill.missing > 0.0 for one in self.found):
            known = all(one.fine_known or math.isnan(one.bill.fines[1]) or not self._fines(one) for one in self.found)
            rows.append(Row("fine", text("Fine, if it is found") + ("" if known else f" {ASSUMED}"),
                            tuple(self.som(one.bill.fines[1]) for one in self.found)))  # fmt: skip
            rows.append(Row("expected_fine", "  " + text("expected in a year") + f" {ASSUMED}",
                            tuple(self.som(one.fine_expected) for one in self.found)))  # fmt: skip
        lost = [column for one, (_, column) in zip(self.found, self.columns, strict=True)
                if math.isnan(one.bill.fines[1])]  # fmt: skip
        notes = (
            (
                text(
                    "The fine was not found: {laws}. {option} gives one.",
                    laws=", ".join(lost),
                    option="--law quota.fine=N",
                ),
            )
            if lost
            else ()
        )
        return Section("due", text("Due if nothing more is done, som"), self.columns, tuple(rows), notes)

    def _fines(self, one: Seats) -> bool:
        return one.terms.kind in (Sanction.FINE, Sanction.FINE_AND_LEVY)

    def hire(self, number: int, one: Seats) -> Section:
        """Return what one more worker costs in the first year under a law, with and without help."""
        text = self.say.text
        found = [hire(self.firm, one.law, group) for group in (NOBODY, *GROUPS)]
        columns = tuple((f"group {h.group}" if h.group else "none", text(KINDS[h.group])) for h in found)

        def row(key: str, label: str, of: Any) -> Row:
            return Row(key, label, tuple(self.som(of(h)) for h in found))

        place = fitting(one.law)
        rows = [
            row("pay", text("Pay of a year"), lambda h: h.pay),
            row("contribution", text("Contribution of the employer"), lambda h: h.contribution),
            row("cost", text("Cost without help"), lambda h: h.cost),
            row("subsidy", text("Wage subsidy"), lambda h: -h.subsidy),
            row("relief", text("Relief of contributions"), lambda h: -h.relief),
            row("grant", text("Grant for a first hire"), lambda h: -h.grant),
            row("premium", text("Premiums of the quota law"), lambda h: -h.premium),
            row("levy_spared", text("Levy that is spared"), lambda h: -h.spared),
            row("net", text("Cost with help"), lambda h: h.net),
            row("fine_spared", text("Expected fine that is spared") + f" {ASSUMED}", lambda h: -h.fine_spared),
            row("fitting", text("Workplace fitted, where it must be") + f" {ASSUMED}",
                lambda h: place.cost if h.group else 0.0),
            row("fitting_paid", "  " + text("paid by the state"), lambda h: -place.paid if h.group else 0.0),
            row("in_hand", text("In hand for the worker, a month"), lambda h: h.in_hand),
        ]  # fmt: skip
        rows = [one for one in rows if one.key not in DESIGNED or any(cell.value for cell in one.cells)]
        title = text("One more full-time worker by disability, first year, som")
        if one.law.label:
            title = f"{title}: {self.columns[number][1]}"
        output = Row("output", text("Work done, of a usual worker's") + f" {ASSUMED}",
                     tuple(Cell(self.say.percent(h.output), h.output) for h in found))  # fmt: skip
        same = text("Laws that are not shown here have the figures of one that is.") if len(self.found) > 1 else ""
        return Section(
            "hire" if number == 0 else f"hire {one.law.label}",
            title,
            columns,
            (*rows, output),
            (same,) if same and number == 0 else (),
        )

    def legend(self) -> Section:
        """Return what the mark means."""
        note = self.say.text("? An assumption of the simulation (middle of what is likely): fines that were not found, "
                             "the chance of a finding, certificates, fitted workplaces, work done.")  # fmt: skip
        return Section("marks", "", (), (), (note,))
