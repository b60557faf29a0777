"""Words of a bill: each step of what a quota law asks and charges, with its arithmetic, in three languages."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from experiments import law_words as w
from experiments import laws, tables
from experiments.bill import Bill, Case, fine_known, has_fine, has_levy, replaces_seats
from experiments.language import MINUS
from experiments.sections import Cell, Section
from sim.behaviour import Behaviour
from sim.engine.plain import plain
from sim.policies.terms_of_design import HIGHEST, LOWEST, published_fine, surcharges, wage_ratio
from sim.state.quota_charge import alternative_ceiling
from sim.state.quota_law import BEYOND, BY_COUNT, BY_FILL, BY_RATE, UNROUNDED, average_rate, reserved_seats, rounded

if TYPE_CHECKING:
    from experiments.language import Language
    from sim.policies.design import Design
    from sim.policies.economy import Economy
    from sim.state.terms import EconomyTerms

TIMES = "\N{MULTIPLICATION SIGN}"
SEATS, STAFF, TIMED, SOM = "seats", "staff", "seats times periods", "som"
COUNTS = (SEATS, STAFF, TIMED)
CENT = 0.01
NO_CAP = 1e9  # of a wage bill


class Line(NamedTuple):
    """One step of a bill."""

    step: str  # what is found
    how: str  # its arithmetic
    value: float  # not a number where it is unknown
    unit: str  # seats, staff, or a currency


class Teller:
    """Tells one bill in one language."""

    def __init__(self, design: Design, case: Case, bill: Bill, economy: EconomyTerms, say: Language) -> None:
        self.design, self.case, self.bill, self.economy, self.say = design, case, bill, economy, say
        self.own = design.of("translation.average_wage") == "own"
        self.law, self.money_of = bill.law, SOM if self.own else design.currency
        self.som = wage_ratio(design, economy.average_wage)

    # Figures ----------------------------------------------------------------------------------------------------

    def count(self, value: float) -> str:
        """Return a number of staff or seats."""
        return self.say.shortest(value, 7)

    def percent(self, share: float) -> str:
        """Return a share as a number of per cent."""
        return self.say.shortest(100.0 * share, 4)

    def money(self, value: float, currency: str = "") -> str:
        """Return an amount, with cents where it has some; foreign amounts in whole som."""
        if math.isnan(value):
            return self.say.text("not known")
        name = currency or self.money_of
        whole = abs(value - round(value)) < CENT / 2 or (name == SOM and not self.own)
        said = self.say.text(name, context="unit") if name == SOM else name
        return f"{self.say.number(value, 0 if whole else 2)} {said}"

    def result(self, line: Line) -> str:
        """Return the value of a line with its unit."""
        return self.count(line.value) if line.unit in COUNTS else self.money(line.value, line.unit)

    # Steps ------------------------------------------------------------------------------------------------------

    def lines(self) -> Iterator[Line]:
        """Yield the steps of the bill in the order of the law."""
        b = self.bill
        yield from self._staff()
        yield Line(self.say.text("Seats owed"), self._owed(), b.owed, SEATS)
        if b.owed > 0.0:
            yield from self._seats()
            if b.short > 0.0 and has_levy(self.law):
                unit = b.units * self.law.reference
                yield Line(self.say.text("For each missing seat"), self._unit(), unit, self.money_of)
            if b.gross > 0.0:
                yield from self._levy()
            yield from self._rest()
            if has_fine(self.law) and b.missing > 0.0:
                yield self._fine()
        yield Line(self.say.text("Due in a year"), self._sum(), b.due, self.money_of)
        if not self.own:
            yield Line(self.say.text("The same here"), self._here(), b.due * self.som, SOM)

    def _staff(self) -> Iterator[Line]:
        b, case, text = self.bill, self.case, self.say.text
        if self.law.base_without:
            how = text("{staff} less {persons} persons who count", staff=self.count(case.staff),
                       persons=self.count(case.heads))  # fmt: skip
        elif b.base != case.staff:
            how = text("{staff} in steps of {step}", staff=self.count(case.staff), step=self.count(self.law.base_step))
        else:
            return
        yield Line(text("Staff that the law looks at"), how, b.base, STAFF)

    @property
    def _fixed(self) -> tuple[float, float] | None:
        """Sizes between which the number of seats is fixed, if the employer is there."""
        return next(((low, high - 1.0) for low, high, _ in self.law.table if low <= self.bill.base < high), None)

    @property
    def _share(self) -> float:
        """Share of staff that holds at this size."""
        return float(plain(average_rate)(self.law.rates_public if self.case.public else self.law.rates, self.bill.base))

    def _owed(self) -> str:
        law, b, text = self.law, self.bill, self.say.text
        smallest = law.n_min_public if self.case.public else law.n_min
        if b.base < smallest:
            return text("no duty below {size} staff", size=self.count(smallest))
        if self._fixed is not None:
            low, high = self._fixed
            return text("fixed for {low} to {high} staff", low=self.count(low), high=self.count(high))
        exact = self._share * b.base
        how = f"{self.percent(self._share)} % {TIMES} {self.count(b.base)} = {self.count(exact)}"
        if law.rounding != UNROUNDED:
            how += text(", rounded {how}", how=w.worded(str(self.design.of("schedule.rounding")), self.say))
        if law.rounding != UNROUNDED and law.rounding_step != 1.0:
            how += text(" in steps of {step}", step=self.count(law.rounding_step))
        if plain(rounded)(exact, law.rounding, law.rounding_step) < law.min_seats:
            how += text("; at least {seats}", seats=self.count(law.min_seats))
        return how

    def _seats(self) -> Iterator[Line]:
        b, case, text = self.bill, self.case, self.say.text
        if b.bought > 0.0:
            most = self.count(math.floor(self.law.buyout_cap * b.owed + 1e-9))
            yield Line(text("Seats bought out"), text("at most {seats}", seats=most), b.bought, SEATS)
        if replaces_seats(self.law) and (case.purchases or case.donations):
            yield Line(text("Seats replaced"), self._prices(case.purchases, case.donations), b.replaced, SEATS)
        filled = [value for value in (b.bought, b.replaced) if value]
        how = f" {MINUS} ".join(self.count(value) for value in (b.owed, case.counted, *filled))
        left = b.owed - case.counted - sum(filled)
        if left < 0.0:
            how = text("{sum}, not below 0", sum=how)
        if b.missing > 0.0 and b.missing > left:
            how = text("{sum}, but {gap} of the seats for groups I and II", sum=how, gap=self.count(b.gap))
        yield Line(text("Seats missing"), how, b.missing, SEATS)
        if self.law.yearly and has_levy(self.law):
            yield Line(text("Missing over the year"), self._year(), b.short * self.law.per_year, TIMED)
        if replaces_seats(self.law) and b.missing > 0.0:
            prices = self.law.alternative_price, self.law.donation_price
            least = min(price for price in prices if price > 0.0)
            yield Line(text("Instead of a seat"), self._prices(*prices), least, self.money_of)

    def _prices(self, purchases: float, donations: float) -> str:
        parts = []
        if purchases > 0.0:
            parts.append(self.say.text("purchases of {amount}", amount=self.money(purchases)))
        if donations > 0.0:
            parts.append(self.say.text("donations of {amount}", amount=self.money(donations)))
        return self.say.listed(parts, last="or")

    def _year(self) -> str:
        """Return how the seats of a year are added up and rounded once."""
        b, periods = self.bill, self.law.per_year
        filled = f"{self.count(self.case.counted + b.bought + b.replaced)} {TIMES} {self.count(periods)}"
        if self._fixed is not None:
            return f"{self.count(b.owed)} {TIMES} {self.count(periods)} {MINUS} {filled}"
        exact = self._share * b.base
        sums = f"{self.count(exact)} {TIMES} {self.count(periods)} = {self.count(exact * periods)}"
        return self.say.text("{sum}, rounded once: {owed}; less {filled}", sum=sums,
                             owed=self.count(b.reckoned * periods), filled=filled)  # fmt: skip

    def _unit(self) -> str:
        """Return why one missing seat costs what it costs, each time."""
        b, law, text = self.bill, self.law, self.say.text
        if b.base < law.levy_min_n:
            return text("no levy below {size} staff", size=self.count(law.levy_min_n))
        why = self._tier()
        if law.reference == 1.0:
            return why
        base = self.design.figures["levy.reference"].base
        named = f" ({self.say.text(base, context=w.LAW)})" if base else ""
        return f"{why}: {self.say.shortest(b.units, 6)} {TIMES} {self.money(law.reference)}{named}"

    def _tier(self) -> str:
        """Return which amount of the levy holds."""
        b, law, case, text = self.bill, self.law, self.case, self.say.text
        k = next((k for k, low in enumerate(law.levy_from) if low <= b.base < law.levy_to[k]), None)
        if k is None:
            return text("no levy at this size")
        counted = self.count(case.counted)
        if case.idle >= law.surcharge_years and case.counted == 0.0:
            return text("nothing done for {years} years", years=self.count(case.idle))
        if law.levy_variable[k] == BY_RATE:
            return text("{counted} of {staff} staff are {share} %", counted=counted, staff=self.count(b.base),
                        share=self.percent(case.counted / b.base))  # fmt: skip
        if law.levy_variable[k] == BY_FILL:
            return text("{counted} of {owed} seats are {share} %", counted=counted, owed=self.count(b.owed),
                        share=self.percent(case.counted / b.owed))  # fmt: skip
        if law.levy_variable[k] == BY_COUNT:
            return text("{counted} counted", counted=counted)
        if law.levy_to[k] < w.NO_END:
            return text("{low} to {high} staff", low=self.count(law.levy_from[k]), high=self.count(law.levy_to[k] - 1))
        return w.staff_from(float(law.levy_from[k]), self.say)

    def _levy(self) -> Iterator[Line]:
        b, law, text = self.bill, self.law, self.say.text
        seats = b.short * law.per_year if law.yearly else b.short
        sums = f"{self.count(seats)} {TIMES} {self.money(b.units * law.reference)}"
        if law.per_year != 1.0 and not law.yearly:
            sums += f" {TIMES} {self.count(law.per_year)}"
        yield Line(text("Levy of the year"), sums, b.gross, self.money_of)
        if self.case.purchases > 0.0 and not replaces_seats(law):
            most = float(plain(alternative_ceiling)(law, b.base, self.case.counted))
            how = text("{rate} % of {spent}, at most {share} % of the levy", rate=self.percent(law.alternative_rate),
                       spent=self.money(self.case.purchases), share=self.percent(most))  # fmt: skip
            yield Line(text("Less for purchases"), how, -b.less_purchases, self.money_of)
        if self.case.spending > 0.0:
            how = text("at most {share} % of the levy", share=self.percent(law.deduction_cap))
            yield Line(text("Less for other spending"), how, -b.less_spending, self.money_of)
        if b.levy < b.gross - b.less_purchases - b.less_spending - CENT / 2:
            how = text("at most {share} % of the wage bill", share=self.percent(law.payroll_cap))
            yield Line(text("Levy after that"), how, b.levy, self.money_of)

    def _rest(self) -> Iterator[Line]:
        b, law, text = self.bill, self.law, self.say.text
        if b.buyout > 0.0:
            each = self.money(law.buyout_fee / law.per_year)
            how = f"{self.count(b.bought)} {TIMES} {each} {TIMES} {self.count(law.per_year)}"
            yield Line(text("Price of seats bought out"), how, b.buyout, self.money_of)
        if b.bonus > 0.0:
            more = f"({self.count(self.case.counted)} {MINUS} {self.count(b.owed)})"
            yield Line(text("Premium above the quota"), f"{more} {TIMES} {self.money(law.bonus)} {TIMES} 12", -b.bonus,
                       self.money_of)  # fmt: skip

    def _fine(self) -> Line:
        """Return the fine of one finding, with its range."""
        text, (low, middle, high) = self.say.text, self.bill.fines
        if not fine_known(self.design, self.case):
            how = text("the amount was not found; {option} gives one", option="--fine")
            return Line(text("Fine of one finding"), how, math.nan, self.money_of)
        how = self._cases(middle)
        if low != high:
            how += text("; {low} to {high}, the middle is shown", low=self.money(low), high=self.money(high))
        return Line(text("Fine of one finding"), how, middle, self.money_of)

    def _cases(self, fine: float) -> str:
        """Return what a fine is for, and how it is raised and limited."""
        law, case, text = self.law, self.case, self.say.text
        each = case.fine if case.fine is not None else published_fine(self.design, LOWEST)
        if law.fine_per_seat == 0:
            how = text("for the case, however many seats are missing")
        elif (law.fine_surcharge[:, 0] < BEYOND).any() or law.fine_most < BEYOND:
            how = f"{self.count(self.bill.missing)} {TIMES} {self.money(each)}"
        else:
            how = f"{self.count(self.bill.missing)} {TIMES} {self.money(fine / self.bill.missing)}"
        low, high = (
            float(plain(average_rate)(surcharges(self.design, end), self.bill.base)) for end in (LOWEST, HIGHEST)
        )
        if high > 0.0:
            how += text(", raised by {low} to {high} %", low=self.percent(low), high=self.percent(high))
        if law.fine_most < BEYOND:
            how += text(", at most {amount}", amount=self.money(law.fine_most * each))
        return how

    def _sum(self) -> str:
        b = self.bill
        plus = [self.money(part) for part in (b.levy, b.buyout, b.fines[1]) if part > 0.0]
        if len(plus) + (b.bonus > 0.0) > 1:
            return " + ".join(plus) + (f" {MINUS} {self.money(b.bonus)}" if b.bonus > 0.0 else "")
        if has_fine(self.law) and b.missing > 0.0:
            return self.say.text("if it is found and fined")
        return "" if b.due else self.say.text("nothing")

    def _here(self) -> str:
        if math.isnan(self.bill.due) or not self.bill.due:
            return ""
        wage = float(self.design.of("translation.average_wage"))
        return self.say.text("{share} % of a year's average wage there, {wage}; as much of {here}",
                             share=self.percent(self.bill.due / wage), wage=self.money(wage),
                             here=self.money(12.0 * self.economy.average_wage, SOM))  # fmt: skip


def table_of(teller: Teller) -> Section:
    """Return the steps of a bill as a table: what, how, how much."""
    say, case = teller.say, teller.case
    title = say.text("{name}: {staff} staff, {counted} counted", name=say.law(teller.design.name),
                     staff=teller.count(case.staff), counted=teller.count(case.counted))  # fmt: skip
    rows = [[f"{number}. {line.step}", line.how, Cell(teller.result(line), _value(line))]
            for number, line in enumerate(teller.lines(), 1)]  # fmt: skip
    return tables.plain(title, [say.text("step"), say.text("how"), say.text("result")], rows, key="bill")


def _value(line: Line) -> float | None:
    return None if math.isnan(line.value) else line.value


def rows_of(teller: Teller) -> list[dict[str, Any]]:
    """Return the steps of a bill as rows for a file; what is not known is left empty."""
    return [
        {"design": teller.design.code, "number": number, "step": line.step, "how": line.how,
         "value": "" if math.isnan(line.value) else line.value, "unit": line.unit}
        for number, line in enumerate(teller.lines(), 1)
    ]  # fmt: skip


def notes(teller: Teller, economy: Economy, t: int) -> Iterator[str]:
    """Yield what a reader of the bill must know: what is assumed, and what the som of month ``t`` rest on."""
    say, design, case, law, b = teller.say, teller.design, teller.case, teller.law, teller.bill
    if case.severe is None and case.counted > 0.0 and float(plain(reserved_seats)(law, b.base)) > 0.0:
        yield say.text("All who count are taken to be of groups I and II; {option} says how many are.",
                       option="--severe")  # fmt: skip
    if b.gross > 0.0 and law.payroll_cap < NO_CAP and case.payroll is None:
        yield say.text("The levy is limited to {share} % of the wage bill, which {option} gives.",
                       share=teller.percent(law.payroll_cap), option="--payroll")  # fmt: skip
    if teller.own and math.isnan(b.due):
        assumed = Behaviour.central().inspecting.fine
        yield say.text("In runs the fine is judged: {amount} at the middle of what is likely.",
                       amount=teller.money(round(assumed)))  # fmt: skip
    yield from laws.schedule_notes([design], say)
    if not teller.own:
        yield say.text("Som of {month}: average wage {wage} som a month.", month=say.month(t),
                       wage=say.number(teller.economy.average_wage))  # fmt: skip
        yield from laws.carried_notes(economy, t, ("average_wage",), say)
        yield laws.wage_note(design, say)
