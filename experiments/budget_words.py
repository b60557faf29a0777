"""Words of a budget: what designs spend and take in, whom each scheme reaches, and what it buys, as tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from experiments import words
from experiments.budget import SAME_ENVELOPE, WITHOUT, Budget
from experiments.certainty import UNCLEAR, judged, reason
from experiments.language import Language
from experiments.marks import N_
from experiments.middles import COUNTRY
from experiments.sections import Cell, Row, Section
from sim.outcomes import CODEBOOK
from sim.outcomes.budget import RECEIVED, SPENT
from sim.outcomes.protection import STANDING
from sim.outcomes.yardsticks import yardsticks
from sim.policies.registry import PAID
from sim.population.country import folder_of

LINES = {
    "grants": N_("Grants of the social contract"), "administration": N_("Administration of grants"),
    "loan_interest": N_("Interest on follow-up loans"), "child_benefit": N_("Child benefit, rate of the law"),
    "top_up": N_("Child benefit, top-up"), "social_benefit": N_("Monthly social benefit for a disability"),
    "disability_pension": N_("Disability pensions"), "age_pension": N_("Age pensions"),
    "bonus": N_("Premiums to employers"), "subsidy": N_("Wage subsidies"),
    "accommodation": N_("Workplace accommodation"), "coaching": N_("Job coaching"), "inspection": N_("Inspections"),
    "officers": N_("Officers of the employment service"), "workshops": N_("Sheltered and subcontracted places"),
    "assistance": N_("Personal assistance at work"), "remote": N_("Places for digital or remote work"),
    "certificates": N_("Benefits of staff certified for the quota"),
    "given_inside": N_("What government employers give for no work"),
    "relief": N_("Contributions not asked of employers of persons with disabilities"),
    "first_hire": N_("Grants to employers for a first worker with a disability"),
    "levy": N_("Levies for empty seats"), "fines_paid": N_("Fines"),
    "paid_inside": N_("Less what government employers pay, net of premiums and subsidies"),
    "recovered": N_("Grants recovered"), "paid_back": N_("Grants paid back"),
    "raised": N_("Taxes and cuts that cover the design"), "levied": N_("Levy on payrolls that covers the design"),
    "borrowed": N_("Borrowed to cover the design"),
    "taxes": N_("Taxes and contributions on pay, more than without"),
}  # fmt: skip
LINES |= PAID
NAMES = {
    "age_pension": N_("Age pension"), "disability_pension": N_("Disability pension"),
    "social_benefit": N_("Monthly social benefit"), "extra_cost": N_("Extra-cost allowance for disability"),
    "universal_child": N_("Benefit for every child of an age"), "child_benefit": N_("Child benefit"),
    "grants": N_("Grants of the social contract"),
}  # fmt: skip
SHORT = {
    "age_pension": N_("age pension"), "disability_pension": N_("disability pension"),
    "social_benefit": N_("social benefit"), "extra_cost": N_("extra costs"),
    "universal_child": N_("every child"), "child_benefit": N_("child benefit"), "grants": N_("grants"),
}  # fmt: skip
REACHED = {
    "age_pension": N_("persons, thousand"), "disability_pension": N_("persons, thousand"),
    "social_benefit": N_("persons, thousand"), "extra_cost": N_("persons, thousand"),
    "universal_child": N_("children, thousand"), "child_benefit": N_("children, thousand"),
    "grants": N_("families since the start, thousand"),
}  # fmt: skip
EFFECTS = ("net_jobs", "employed_disability", "poverty_person_years", "income_change", "net_fiscal_cost")
SPENDING, RECEIPTS, NET = N_("Spending"), N_("Receipts"), N_("Spending less receipts")
LONGEST_COLUMN = 12  # letters above a column
YEARS_ACROSS, DESIGNS_ACROSS = 6, 4
THOUSAND = 1000.0
BAND = (0.05, 0.95)
EXTRA_COST = yardsticks(folder_of(COUNTRY))["extra_cost"].value


class Teller:
    """Tells one budget in one language."""

    def __init__(self, budget: Budget, design: str, say: Language) -> None:
        self.budget, self.design, self.say = budget, design, say

    def sections(self) -> Iterator[Section]:
        """Yield all sections in their order."""
        yield from self.by_year()
        for columns in self._across():
            yield self.side_by_side(columns)
        yield self.against_today()
        for make in (self.coverage, self.adequacy):
            for columns in self._across():
                yield make(columns)
        yield self.by_decile("spending", self.say.text("{design}: share of spending by tenth of persons, poorest first",
                                                       design=self.title(self.design)))  # fmt: skip
        yield self.by_decile("receivers", self.say.text("{design}: share of receivers by tenth of persons",
                                                        design=self.title(self.design)))  # fmt: skip
        for make in (self.errors, self.efficiency):
            for columns in self._across():
                yield make(columns)
        if len(self.budget.designs) > 1:
            yield self.effects()

    # Words ------------------------------------------------------------------------------------------------------

    def title(self, design: str) -> str:
        """Return the title of a design."""
        return self.say.text(self.budget.titles[design])

    def money(self, value: float) -> Cell:
        """Return an amount with one decimal below a hundred."""
        return Cell(self.say.number(value, 0 if abs(value) >= 100.0 else 1), float(value))

    def share(self, value: float) -> Cell:
        """Return a share in percent; a dash where it is not defined."""
        return Cell(self.say.percent(value, 1), None if np.isnan(value) else float(value))

    def _column(self, design: str) -> tuple[str, str]:
        title = self.title(design)
        number = self.budget.designs.index(design) + 1
        return design, title if len(title) <= LONGEST_COLUMN else self.say.text("design {number}", number=number)

    def _columns(self, places: Sequence[int]) -> tuple[tuple[str, str], ...]:
        """Return the columns of a table: 0 is today's law, the others are designs from 1 on."""
        return tuple((WITHOUT, self.say.text("no contracts")) if k == 0 else self._column(self.budget.designs[k - 1])
                     for k in places)  # fmt: skip

    def _across(self) -> Iterator[list[int]]:
        """Yield the columns of tables side by side: today's law, and some designs."""
        for first in range(0, len(self.budget.designs), DESIGNS_ACROSS):
            last = min(first + DESIGNS_ACROSS, len(self.budget.designs))
            yield [0, *range(first + 1, last + 1)]

    def legend(self) -> Iterator[str]:
        """Yield what each short name of a column stands for."""
        yield self.say.text("no contracts: today's law, without new contracts of the programme")
        for design in self.budget.designs:
            if (short := self._column(design)[1]) != self.title(design):
                yield f"{short}: {self.title(design)}"

    # Tables of spending -----------------------------------------------------------------------------------------

    def by_year(self) -> Iterator[Section]:
        """Yield the lines of one design by year, million som, means over draws: lines add up to totals."""
        column, years = self.budget.designs.index(self.design), self.budget.years
        lines = {line: [self.budget.yearly(line, year)[:, column] for year in years] for line in self.budget.lines()}
        parts = [years[k : k + YEARS_ACROSS] for k in range(0, len(years), YEARS_ACROSS)]
        for number, part in enumerate(parts):
            at = [years.index(year) for year in part]
            columns = [(str(year), str(year)) for year in part]
            last = number == len(parts) - 1
            if last:
                columns.append(("mean", self.say.text("mean")))

            def cells(values: Sequence[Any], at: list[int] = at, last: bool = last) -> tuple[Cell, ...]:
                means = [float(np.mean(values[k])) for k in at] + ([float(np.mean(values))] if last else [])
                return tuple(self.money(value) for value in means)

            title = self.say.text("{design}: budget by year, million som (nominal; means over draws)",
                                  design=self.title(self.design))  # fmt: skip
            yield Section("by_year", title, tuple(columns), tuple(self._lines(lines, cells)))

    def _lines(self, lines: dict[str, Any], cells: Any) -> Iterator[Row]:
        """Yield the rows of a budget: lines, and the totals that they add up to."""
        totals: list[Any] = []
        for key, title, known in (("spending", SPENDING, SPENT), ("receipts", RECEIPTS, RECEIVED)):
            mine = [line for line in lines if line in known]
            if not mine:
                continue
            for line in mine:
                yield Row(line, "  " + self.say.text(LINES[line]), cells(lines[line]))
            totals.append(np.sum([lines[line] for line in mine], axis=0))
            yield Row(key, self.say.text(title), cells(totals[-1]))
        if len(totals) > 1:
            yield Row("net", self.say.text(NET), cells(totals[0] - totals[1]))

    def side_by_side(self, places: Sequence[int]) -> Section:
        """Return the mean year under today's law and of designs, the envelope, and how far it is from the first."""
        lines = {line: self.budget.mean(line, today=True)[:, places] for line in self.budget.lines()}

        def cells(values: Any) -> tuple[Cell, ...]:
            return tuple(self.money(value) for value in np.mean(values, axis=0))

        rows = list(self._lines(lines, cells))
        chosen = [k - 1 for k in places if k > 0]
        blank, envelope = Cell(""), self.budget.envelope()[:, chosen]
        rows.append(Row("envelope", self.say.text("Lines that can be moved"), (blank, *cells(envelope))))
        off = [
            Cell(self.say.percent(float(share), 1, signed=True), float(share)) for share in self.budget.off()[chosen]
        ]
        rows.append(Row("envelope_off", "  " + self.say.text("more than the first design"), (blank, *off)))
        title = self.say.text("A mean year, million som (nominal; means over draws)")
        notes = [*self.legend()] if places[1] == 1 else []
        if places[-1] == len(self.budget.designs):
            notes += [sentence for sentence in (self.envelope_sentence(),) if sentence]
        return Section("mean_year", title, self._columns(places), tuple(rows), tuple(notes))

    def envelope_sentence(self) -> str:
        """Return whether the designs spend the same on the lines that can be moved, and who is furthest away."""
        off, say = self.budget.off(), self.say
        if len(off) < 2:
            return ""
        worst = int(np.argmax(np.abs(off)))
        designs = self.budget.designs
        share = say.percent(float(off[worst]), 1, signed=True)
        if abs(off[worst]) <= SAME_ENVELOPE:
            return say.text("Equal envelopes: the largest difference is {share} ('{design}').", share=share,
                            design=self.title(designs[worst]))  # fmt: skip
        return say.text(
            "Envelopes are not equal: '{design}' spends {share} against '{first}'. Effects below compare unequal "
            "money; {option} adjusts grants until the envelopes are equal.",
            option="--balance FILE", design=self.title(designs[worst]), share=share, first=self.title(designs[0]),
        )  # fmt: skip

    def against_today(self) -> Section:
        """Return what each design spends and takes in more than today's law, draw by draw, with 90 % intervals."""
        lines = {line: self.budget.mean(line, today=True) for line in self.budget.lines()}
        rows = []
        for title, known, sign in ((SPENDING, SPENT, 1.0), (RECEIPTS, RECEIVED, 1.0), (NET, (*SPENT, *RECEIVED), 0.0)):
            mine = [line for line in lines if line in known]
            total = sum(lines[line] * (1.0 if sign or line in SPENT else -1.0) for line in mine)
            if mine:
                more = total[:, 1:] - total[:, :1]
                rows += [
                    Row(f"{title} {key}", label, cells)
                    for key, label, cells in self._paired(self.say.text(title), more)
                ]
        columns = tuple(self._column(design) for design in self.budget.designs)
        title = self.say.text("More than without contracts, million som a year (same people and luck)")
        return Section("against_today", title, columns, tuple(rows))

    def _paired(self, label: str, values: Any) -> Iterator[tuple[str, str, tuple[Cell, ...]]]:
        """Yield the median of paired differences, and the ends of its 90 % interval where there are draws."""
        middle = np.median(values, axis=0)
        yield "median", label, tuple(self._signed(value) for value in middle)
        if len(values) > 1:
            low, high = np.quantile(values, BAND, axis=0)
            yield "low", "  " + self.say.text("90 %: from"), tuple(self._signed(value) for value in low)
            yield "high", "  " + self.say.text("90 %: to"), tuple(self._signed(value) for value in high)

    def _signed(self, value: float) -> Cell:
        return Cell(self.say.number(value, 0 if abs(value) >= 100.0 else 1, signed=True), float(value))

    # Tables of schemes ------------------------------------------------------------------------------------------

    def _of_schemes(
        self, figures: Iterable[tuple[str, Any, Any]], places: Sequence[int]
    ) -> Iterator[Row]:  # fmt: skip
        """Yield a heading for each scheme and its figures below: name, label by scheme, and how a value is written."""
        known = list(figures)
        for scheme in self.budget.schemes():
            yield Row(scheme, self.say.text(NAMES[scheme]), heading=True)
            for figure, label, write in known:
                values = np.median(self.budget.with_today(f"{figure}_{scheme}")[:, places], axis=0)
                if not np.isnan(values).all():
                    said = label[scheme] if isinstance(label, dict) else label
                    cells = tuple(write(float(value)) for value in values)
                    yield Row(f"{figure}_{scheme}", "  " + self.say.text(said), cells)

    def _thousands(self, value: float) -> Cell:
        return Cell(self.say.number(value / THOUSAND, 1), value)

    def _som(self, value: float) -> Cell:
        return Cell(self.say.number(value), None if np.isnan(value) else value)

    def _two(self, value: float) -> Cell:
        return Cell(self.say.number(value, 2), None if np.isnan(value) else value)

    def coverage(self, places: Sequence[int]) -> Section:
        """Return whom each scheme reaches at the end, and whom the quota and coaching reach in the last year."""
        rows = [*self._of_schemes((
            ("reached", REACHED, self._thousands), ("households", N_("households, thousand"), self._thousands),
            ("members", N_("persons in them, thousand"), self._thousands),
            ("of_entitled", N_("of those entitled"), self.share),
            ("of_poor", N_("of the poor, in such households"), self.share),
        ), places)]  # fmt: skip
        year = f"year={self.budget.years[-1]}"
        for name, label in (
            ("covered_quota", N_("Quota: persons counted, of registered persons of working age")),
            ("covered_coaching", N_("Coaching: persons who began in the year, of the same")),
        ):
            values = np.median(self.budget.with_today(name, year)[:, places], axis=0)
            rows.append(Row(name, self.say.text(label), tuple(self.share(float(value)) for value in values)))
        title = self.say.text("Coverage at the end of {year} (medians)", year=self.budget.years[-1])
        return Section("coverage", title, self._columns(places), tuple(rows), (
            self.say.text("Entitled: of pension age; certified, by insurance record; families that an office finds "
                          "needy. The larger of two pensions or benefits is paid alone."),
        ))  # fmt: skip

    def adequacy(self, places: Sequence[int]) -> Section:
        """Return what a receiver has in a month, and what it is worth."""
        rows = self._of_schemes((
            ("amount", N_("som a month for each receiver"), self._som),
            ("over_subsistence", N_("of the subsistence minimum"), self.share),
            ("over_wage", N_("of the average wage"), self.share),
            ("over_extra", N_("of the extra costs of disability"), self.share),
        ), places)  # fmt: skip
        title = self.say.text("Adequacy at the end of {year} (medians)", year=self.budget.years[-1])
        return Section("adequacy", title, self._columns(places), tuple(rows), (
            self.say.text("Extra costs of disability: assumed to be {share} of the poverty line for each member of the "
                          "household. A grant is spread over twelve months.", share=self.say.percent(EXTRA_COST)),
        ))  # fmt: skip

    def by_decile(self, what: str, title: str) -> Section:
        """Return the share of each tenth of persons in spending or receivers of each scheme."""
        at = self.budget.designs.index(self.design)
        schemes = self.budget.schemes()
        columns = tuple((scheme, self.say.text(SHORT[scheme])) for scheme in schemes)
        rows = []
        for place in range(1, 11):
            values = [
                np.median(self.budget.draws_of(f"{what}_{scheme}", f"decile={place}")[:, at]) for scheme in schemes
            ]
            rows.append(Row(f"decile_{place}", str(place), tuple(self.share(float(value)) for value in values)))
        note = self.say.text(
            "Tenths of persons by consumption when the designs start; equal households stand together."
        )
        return Section(f"{what}_by_decile", title, columns, tuple(rows), (note,) if what == "spending" else ())

    def errors(self, places: Sequence[int]) -> Section:
        """Return the errors of inclusion and exclusion against the poverty line."""
        rows = self._of_schemes((
            ("inclusion", N_("of persons in such households, not poor"), self.share),
            ("exclusion", N_("of the poor it is meant for, not reached"), self.share),
        ), places)  # fmt: skip
        title = self.say.text("Errors of inclusion and exclusion at the end of {year} (medians)",
                              year=self.budget.years[-1])  # fmt: skip
        return Section("errors", title, self._columns(places), tuple(rows), (
            self.say.text("Meant for: households with somebody of pension age, with a certificate, with children; "
                          "grants: all. Pensions are not for the poor alone, so their first figure is no fault."),
        ))  # fmt: skip

    def efficiency(self, places: Sequence[int]) -> Section:
        """Return what each scheme costs to run, and what a som of it does."""
        rows = [*self._costs(places)]
        rows.append(Row("gap", self.say.text("Poverty gap closed for each som, som"), heading=True))
        for scheme in (name for name in self.budget.schemes() if name in STANDING):
            values = np.median(self.budget.with_today(f"gap_closed_{scheme}")[:, places], axis=0)
            cells = tuple(self._two(float(value)) for value in values)
            rows.append(Row(f"gap_closed_{scheme}", "  " + self.say.text(NAMES[scheme]), cells))
        closed = np.median(self.budget.draws_of("gap_closed_design"), axis=0)
        cells = tuple(Cell("") if k == 0 else self._two(float(closed[k - 1])) for k in places)
        rows.append(Row("gap_closed_design", "  " + self.say.text("the whole design, by its net cost"), cells))
        title = self.say.text("Efficiency (means and medians; som of 2023 where effects are counted)")
        return Section("efficiency", title, self._columns(places), tuple(rows), (
            self.say.text("A scheme's figure takes its money away and changes nothing else; that of a design is the "
                          "run itself, with all that follows."),
        ))  # fmt: skip

    def _costs(self, places: Sequence[int]) -> Iterator[Row]:
        b, at = self.budget, [k - 1 for k in places if k > 0]
        means = {line: b.mean(line).mean(axis=0) for line in ("grants", "administration")}
        years, there = len(b.years), set(b.frame["outcome"])
        found = [
            ("administration_ratio", N_("Administration for 100 som of grants"),
             100.0 * means["administration"], means["grants"], 1),
            ("family", N_("Social contract: thousand som for each family"),
             1000.0 * (means["grants"] + means["administration"]), b.draws_of("contracts").mean(axis=0) / years, 0),
        ]  # fmt: skip
        programme = b.draws_of("programme_cost").mean(axis=0) / THOUSAND
        for outcome, label in (
            ("net_jobs", N_("Programme: thousand som for each net job at the end")),
            ("poverty_person_years", N_("Programme: thousand som for each person-year out of poverty")),
        ):
            found.append((outcome, label, programme, b.draws_of(outcome).mean(axis=0), 0))
        if "employed_disability" in there:
            label = N_("Quota, services: thousand som for each net job of persons with disabilities")
            services = b.draws_of("treasury_cost").mean(axis=0) / THOUSAND
            found.append(("services_job", label, services, b.draws_of("employed_disability").mean(axis=0), 0))
        for key, label, above, below, decimals in found:
            each = [above[k] / below[k] if below[k] > 0.0 and np.isfinite(above[k]) else float("nan") for k in at]
            cells = [
                Cell(self.say.number(value, decimals), None if np.isnan(value) else float(value)) for value in each
            ]
            yield Row(key, self.say.text(label), (Cell(""), *cells))

    def effects(self) -> Section:
        """Return what the other designs bring against the first, draw by draw."""
        rows, there, why = [], set(self.budget.frame["outcome"]), {""}
        for outcome in [name for name in EFFECTS if name in there]:
            values = self.budget.draws_of(outcome)
            paired = values[:, 1:] - values[:, :1]
            scale = words.scale_of(np.abs(np.median(paired, axis=0)), CODEBOOK[outcome].unit, self.say)
            low, middle, high = np.quantile(paired, [0.05, 0.5, 0.95], axis=0)
            said = [judged(column).verdict for column in paired.T]
            unclear = [verdict == UNCLEAR for verdict in said]
            why |= {reason(*each, len(paired)) for each in zip(said, low, high, strict=True)}
            label = f"{self.say.text(CODEBOOK[outcome].label)} ({scale.unit})"
            for key, name, ends in (("median", label, middle), ("low", "  " + self.say.text("90 %: from"), low),
                                    ("high", "  " + self.say.text("90 %: to"), high)):  # fmt: skip
                marks = ["≈ " if key == "median" and one else "" for one in unclear]
                cells = tuple(Cell(mark + words.figure(value, scale, self.say, signed=True), float(value))
                              for mark, value in zip(marks, ends, strict=True))  # fmt: skip
                rows.append(Row(f"{outcome} {key}", name, cells))
        first, *others = self.budget.designs
        title = self.say.text("Against '{first}' (median and 90 % interval; ≈ cannot be told apart)",
                              first=self.title(first))  # fmt: skip
        title += "".join(f"; {self.say.text(each)}" for each in sorted(why - {""}))
        return Section("effects", title, tuple(self._column(design) for design in others), tuple(rows))
